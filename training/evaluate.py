"""Score an exported tagger alone: strict spans by label, how far its scores can be trusted, and the heads of other corpora.

    python -m training.evaluate --model models/news-tagger --gold ../shared/gold/dev.jsonl --conll anercorp=../shared/ner/anercorp-train.conll

A corpus is scored on its last tenth, which `training.tag` holds back. `--fold K/N` scores the fold of the gold that `training.tag --fold K/N` left out.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np

from pipeline.record import LABELS
from pipeline.tagger import Tagger
from training import corpora
from training.calibrate import mentions, scored
from training.tag import folds, score_conll, score_gold

BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0001)


def reliability(scores: np.ndarray, right: np.ndarray) -> list[tuple[float, float, int, float, float]]:
    """Return for every range of scores: from, to, how many, their mean score, and the share that is right.

    >>> reliability(np.array([0.92, 0.94]), np.array([True, False]))
    [(0.9, 0.95, 2, 0.93, 0.5)]
    """
    rows = []
    for low, high in pairwise(BINS):
        inside = (scores >= low) & (scores < high)
        if inside.any():
            rows.append(
                (
                    low,
                    min(high, 1.0),
                    int(inside.sum()),
                    round(float(scores[inside].mean()), 3),
                    round(float(right[inside].mean()), 3),
                )
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="*", default=[])
    parser.add_argument("--fold", metavar="K/N", help="score this fold of the gold alone")
    parser.add_argument("--conll", nargs="*", default=[], metavar="HEAD=FILE")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    tagger = Tagger(args.model, args.threads)
    for file in args.gold:
        examples = corpora.gold(file)
        if args.fold:
            k, n = map(int, args.fold.split("/"))
            examples = folds(examples, n)[k]
        made = tagger.logits([tagger.pieces(e.text, e.tokens) for e in examples])
        print(
            file.name,
            "  ".join(
                f"{label} {score:.3f}"
                for label, score in score_gold(made, examples, corpora.records(file), tagger.heads).items()
            ),
        )
        found = mentions(tagger, examples)
        both = [scored(found, file, label) for label in LABELS]
        print("scores from to, mentions, mean score, share right")
        for row in reliability(np.concatenate([s for s, _ in both]), np.concatenate([r for _, r in both])):
            print("  {:.2f} {:.2f}  {:5d}  {:.3f}  {:.3f}".format(*row))
    for pair in args.conll:
        head, name = pair.split("=", 1)
        sentences = list(corpora.conll_sentences(Path(name)))
        held = corpora.conll(sentences[len(sentences) * 9 // 10 :], head, tagger.heads[head])
        made = tagger.logits([tagger.pieces(e.text, e.tokens) for e in held])
        print(
            head,
            "  ".join(f"{kind} {score:.3f}" for kind, score in score_conll(made, held, head, tagger.heads).items()),
        )


if __name__ == "__main__":
    main()
