"""What the tagger says of topics word by word: how likely a stretch of a text is to be just one mention, and which stretches may be."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from pipeline.index import index

LONGEST = 8  # words of a mention; in train.jsonl one in 200 has more
ENDS = 2  # how many ends are proposed for one start
# The least probabilities of a first word and of a whole stretch that are proposed.
FIRST, WHOLE = 0.08, 0.03
# The power that the tagger's probabilities are raised to (temperature scaling, Guo et al., 2017): fitted on dev.jsonl; on data/gold it would be .79.
SHARPNESS = 0.84
_LEAST = -9.0  # log-probability that stands for all that is less


class Tags:
    """The log-probabilities of a Doc's tokens to be the first or a later one of a mention.

    `tags`: the probabilities of its words (`pipeline.names.subjects`); `sharpness`: of the tagger that gave them.
    """

    def __init__(self, doc: Doc, tags: NDArray[np.float32], sharpness: float = SHARPNESS) -> None:
        known = index(doc)
        logs = np.full((len(doc) + 1, 3), _LEAST)
        logs[known.solid] = np.maximum(np.log(sharpened(tags, sharpness)), _LEAST)
        self._first, self._later = logs[:, 1].tolist(), logs[:, 2].tolist()
        self._norms = known.norms

    def log_probability(self, start: int, end: int) -> float:
        """Return the log-probability that tokens `[start, end)` are just one mention, -12 for all that is less."""
        total = self._first[start] + sum(self._later[start + 1 : end]) + self._stop(end)
        return max(-12.0, float(total))

    def likely(self) -> Iterator[tuple[int, int]]:
        """Yield the tokens `[start, end)` that may be a mention, with the best ends of each start."""
        for start, first in enumerate(self._first):
            if first > math.log(FIRST):
                yield from {self._trimmed(start, end) for end in self._best_ends(start)}

    def _best_ends(self, start: int) -> list[int]:
        ends: list[tuple[float, int]] = []
        log = self._first[start]
        for end in range(start + 1, min(start + LONGEST, len(self._norms)) + 1):
            ends.append((log + self._stop(end), end))
            log += self._later[end]
        return [end for log, end in sorted(ends, reverse=True)[:ENDS] if log > math.log(WHOLE)]

    def _stop(self, end: int) -> float:
        """The log-probability that what comes to token `end` does not go on there."""
        return math.log(max(1 - math.exp(self._later[end]), 1e-4))

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        """«و» or a mark at its end belongs to what follows."""
        while end > start + 1 and len(self._norms[end - 1]) < 2:
            end -= 1
        return start, end


def sharpened(tags: NDArray[np.float32], power: float) -> NDArray[np.float32]:
    """Return probabilities raised to a power, each row adding up to 1 again.

    >>> sharpened(np.array([[0.8, 0.2]], np.float32), 0.5).round(2).tolist()
    [[0.6700000166893005, 0.33000001311302185]]
    """
    powers = np.maximum(tags, 1e-9) ** power
    return np.asarray(powers / powers.sum(1, keepdims=True), np.float32)
