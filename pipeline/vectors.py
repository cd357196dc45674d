"""What a text is about as a vector: words that stand in the same articles have like vectors.

Latent semantic analysis (Deerwester et al., 1990) of news articles, made by `training/vectors.py`. Words are hashed, so that no list of them is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pipeline.models import path

Vector = NDArray[np.float32]
BUCKETS = 1 << 15
_ARTICLE = "ال"


def stem(word: str) -> str:
    """Return a word's matching form without the article.

    >>> stem("التجاره")
    'تجاره'
    """
    return word.removeprefix(_ARTICLE) if len(word) > 4 else word


def bucket(word: str) -> int:
    """Return the row of a word in its matching form."""
    return crc32(stem(word).encode()) % BUCKETS


class Vectors:
    """A vector for every word. `table`: a row a bucket, in whole numbers; `scale`: of the columns; `weight`: how much a word tells (idf)."""

    def __init__(self, table: NDArray[np.int8], scale: NDArray[np.float32], weight: NDArray[np.float32]) -> None:
        self._table, self._scale, self._weight = table, scale, weight
        self.size = len(scale)

    def of(self, words: Iterable[str]) -> Vector:
        """Return the vector, of length 1, of words in their matching forms; all 0 where they tell nothing."""
        counts = Counter(map(bucket, words))
        rows = np.fromiter(counts, np.int64, len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self._weight[rows]
        total = (weights @ self._table[rows].astype(np.float32)) * self._scale
        return np.asarray(total / (float(np.linalg.norm(total)) or 1.0), np.float32)


@lru_cache(maxsize=1)
def load() -> Vectors:
    """Return the shipped vectors."""
    with np.load(path("topics") / "vectors.npz") as stored:
        return Vectors(stored["table"], stored["scale"].astype(np.float32), stored["weight"].astype(np.float32))
