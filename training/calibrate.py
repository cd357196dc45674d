"""Fit the scores of a tagger on articles that its folds have not seen.

    python -m training.calibrate --folds FOLD0 FOLD1 FOLD2 --gold ../shared/gold/train.jsonl --out held_out.jsonl --model models/news-tagger

Each fold is an exported tagger trained with `--fold K/N`. HELD_OUT gets what each marks in the articles that it has not seen: a line an article,
`id` and `mentions` (start, end, label, score). The calibration goes into the config.json of --model.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from pipeline.spans import LABELS
from pipeline.tagger import Tagger
from training import corpora
from training.corpora import Example
from training.tag import folds


def mentions(tagger: Tagger, examples: Sequence[Example]) -> list[dict[str, Any]]:
    """Return for every example its `id` and the `mentions` that the tagger marks."""
    found = tagger.spans([tagger.pieces(e.text, e.tokens) for e in examples], LABELS)
    return [
        {
            "id": example.id,
            "mentions": [
                {
                    "start": example.tokens[s.start].start,
                    "end": example.tokens[s.end - 1].end,
                    "label": label,
                    "score": round(s.score, 5),
                }
                for label, spans in heads.items()
                for s in spans
            ],
        }
        for example, heads in zip(examples, found, strict=True)
    ]


def scored(found: Sequence[dict[str, Any]], gold: Path, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores of the mentions of a label, and which of them the gold has."""
    records = {record["id"]: record for record in map(json.loads, gold.open(encoding="utf-8"))}
    pairs = []
    for document in found:
        wanted = {(e["start"], e["end"]) for e in records[document["id"]]["entities"] if e["label"] == label}
        pairs.extend(
            (m["score"], (m["start"], m["end"]) in wanted) for m in document["mentions"] if m["label"] == label
        )
    table = np.array(pairs, float).reshape(-1, 2)
    return table[:, 0], table[:, 1] > 0


def platt(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Return slope and offset on the logit of the scores that make what is right the likeliest (Platt 1999, with his smoothed targets).

    >>> slope, offset = platt(np.array([0.9, 0.9, 0.9, 0.9]), np.array([True, True, False, False]))
    >>> bool(abs(1 / (1 + np.exp(-(slope * np.log(9) + offset))) - 0.5) < 0.01)
    True
    """
    clipped = scores.clip(1e-6, 1 - 1e-6)
    x = np.log(clipped / (1 - clipped))
    yes, no = right.sum(), (~right).sum()
    wanted = np.where(right, (yes + 1) / (yes + 2), 1 / (no + 2))

    def loss(weights: np.ndarray) -> float:
        made = weights[0] * x + weights[1]
        return float(np.mean(np.logaddexp(0, made) - wanted * made))

    slope, offset = minimize(loss, [1.0, 0.0]).x
    return round(float(slope), 4), round(float(offset), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--folds", type=Path, nargs="+", required=True, help="exported taggers, in the order of their folds"
    )
    parser.add_argument("--count", type=int, default=3, help="into how many folds the gold was dealt")
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="an exported tagger to calibrate")
    args = parser.parse_args()
    dealt = folds(corpora.gold(args.gold), args.count)
    found = [row for folder, held in zip(args.folds, dealt, strict=False) for row in mentions(Tagger(folder), held)]
    args.out.write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")
    if args.model:
        config = json.loads((args.model / "config.json").read_text(encoding="utf-8"))
        config["calibration"] = {label: platt(*scored(found, args.gold, label)) for label in LABELS}
        (args.model / "config.json").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
