"""Label articles with the mean probabilities of several exported taggers, for a student to learn from.

    python -m training.distil --teachers A B C --articles ../shared/raw/news-large.jsonl.xz --count 1500 --out silver.npz

The articles are dealt out evenly over the outlets; those of the gold are left out. The file holds other people's text: it stays outside the repository.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from pipeline.normalise import normalise
from pipeline.tagger import Tagger, head_slices, softmax
from pipeline.tokenise import tokens


def pick(articles: Iterable[dict[str, str]], count: int, words: str, known: set[str], seed: int) -> list[str]:
    """Return `count` texts of 500 to 4,000 characters that hold one of the words, as evenly as can be from all outlets, none of them known."""
    wanted = re.compile(words)
    by_outlet: dict[str, list[str]] = defaultdict(list)
    for article in articles:
        if 500 <= len(article["text"]) <= 4000 and wanted.search(article["text"]):
            by_outlet[article["outlet"]].append(article["text"])
    rng = random.Random(seed)
    for texts in by_outlet.values():
        rng.shuffle(texts)
    picked: list[str] = []
    seen = set(known)
    while len(picked) < count and any(by_outlet.values()):
        for text in [texts.pop() for texts in by_outlet.values() if texts]:
            if gist(text) not in seen:
                seen.add(gist(text))
                picked.append(text)
    return picked[:count]


def gist(text: str) -> str:
    """Return what two copies of an article have in common: the letters of its middle.

    >>> gist("قال: أحمد") == gist("قال احمد")
    True
    """
    letters = "".join(filter(str.isalpha, normalise(text)))
    middle = len(letters) // 2
    return letters[max(0, middle - 40) : middle + 40]


def label(texts: Sequence[str], teachers: Sequence[Tagger]) -> tuple[dict[str, list[str]], list[np.ndarray]]:
    """Return the heads of the first teacher, and for every text the mean probabilities, tokens × the tags of all its heads."""
    heads = teachers[0].heads
    sums: list[np.ndarray] = []
    for teacher in teachers:
        parts = head_slices(teacher.heads)
        made = teacher.logits([teacher.pieces(text, tokens(text)) for text in texts])
        mine = [np.concatenate([softmax(row[:, parts[head]]) for head in heads], 1) for row in made]
        sums = [a + b for a, b in zip(sums, mine, strict=True)] if sums else mine
    return heads, [(total / len(teachers)).astype(np.float16) for total in sums]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--teachers", type=Path, nargs="+", required=True, help="folders of training.export, with the same heads"
    )
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="*", default=[], help="gold files whose articles are left out")
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--words", default="قمة|القمة|مؤتمر|منتدى|مجلس|لجنة|اجتماع|حوار|مباحثات|محادثات")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    known = {gist(json.loads(line)["text"]) for file in args.gold for line in file.open(encoding="utf-8")}
    with lzma.open(args.articles, "rt", encoding="utf-8") as lines:
        texts = pick(map(json.loads, lines), args.count, args.words, known, args.seed)
    heads, wanted = label(texts, [Tagger(folder, args.threads) for folder in args.teachers])
    np.savez(
        args.out,
        heads=np.array(json.dumps(heads)),
        texts=np.array(texts),
        sizes=np.array([len(rows) for rows in wanted]),
        wanted=np.concatenate(wanted),
    )
    print(len(texts), "texts,", sum(map(len, wanted)), "tokens")


if __name__ == "__main__":
    main()
