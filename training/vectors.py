"""Make models/topics/vectors.npz from news articles: vectors of words by the articles that they stand in (latent semantic analysis).

usage: python -m training.vectors ARTICLES.jsonl.xz [--without LABELLED.jsonl …] [--count 25000] [--out models/topics/vectors.npz]

`--without`: articles to leave out, since scores are measured on them.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils.extmath import randomized_svd

from pipeline.tokenise import tokens
from pipeline.vectors import BUCKETS, bucket

SIZE = 128
LONGEST = 6000  # characters of an article that are read
RAREST, COMMONEST = 15, 0.3  # articles that a word stands in: at least so many, at most this share


def main() -> None:
    """Read the articles, factor the matrix, write the vectors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--without", type=Path, nargs="*", default=[])
    parser.add_argument("--count", type=int, default=25000)
    parser.add_argument("--out", type=Path, default=Path("models/topics/vectors.npz"))
    options = parser.parse_args()
    without = {json.loads(line)["text"][:200] for file in options.without for line in file.open(encoding="utf-8")}
    texts = [text for text in read(options.articles) if text[:200] not in without]
    texts = random.Random(5).sample(texts, min(options.count, len(texts)))
    counts = matrix(texts)
    articles = np.asarray((counts > 0).sum(axis=0)).ravel()
    known = (articles >= RAREST) & (articles <= COMMONEST * len(texts))
    transformer = TfidfTransformer(sublinear_tf=True).fit(counts)
    weight = np.where(known, transformer.idf_, 0.0)
    kept = counts.multiply(known[None, :]).tocsr()
    kept.eliminate_zeros()
    weighted = transformer.transform(kept)
    _, _, rows = randomized_svd(weighted, n_components=SIZE, n_iter=4, random_state=0)
    scale = np.abs(rows).max(axis=1) / 127
    table = np.round(rows / scale[:, None]).T.astype(np.int8)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(options.out, table=table, scale=scale.astype(np.float32), weight=weight.astype(np.float16))
    print(f"{len(texts)} articles, {int(known.sum())} buckets, {SIZE} numbers a word")


def read(file: Path) -> Iterator[str]:
    """Yield the texts of a .jsonl or .jsonl.xz file."""
    with (lzma.open if file.suffix == ".xz" else open)(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"][:LONGEST]


def matrix(texts: list[str]) -> csr_matrix:
    """Return how often the words of each bucket stand in each text."""
    columns: list[int] = []
    pointers = [0]
    for text in texts:
        columns += [bucket(token.norm) for token in tokens(text) if token.norm.isalpha()]
        pointers.append(len(columns))
    made = csr_matrix((np.ones(len(columns), np.float32), columns, pointers), shape=(len(texts), BUCKETS))
    made.sum_duplicates()
    return made


if __name__ == "__main__":
    main()
