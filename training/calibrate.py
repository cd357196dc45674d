"""Fit the scores of an exported tagger on labelled articles that it has not learned from.

    python -m training.calibrate --model models/news-tagger --gold ../shared/gold/dev.jsonl

The calibration goes into the model's config.json, in place of what was there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from pipeline.record import LABELS
from pipeline.tagger import Tagger
from training import corpora
from training.corpora import Example


def mentions(tagger: Tagger, examples: Sequence[Example]) -> list[dict[str, Any]]:
    """Return for every example its `id` and the `mentions` that the tagger marks."""
    found = tagger.spans(tagger.logits([tagger.pieces(e.text, e.tokens) for e in examples]), LABELS)
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


def platt(
    scores: np.ndarray, right: np.ndarray, prior: tuple[float, float] = (1.0, 0.0), weight: float = 1.0
) -> tuple[float, float]:
    """Return slope and offset on the logit of the scores that make what is right the likeliest (Platt 1999, with his smoothed targets).

    `weight` is how hard they are drawn to `prior`: few mentions say little.

    >>> slope, offset = platt(np.full(400, 0.9), np.arange(400) % 2 == 0)
    >>> bool(abs(1 / (1 + np.exp(-(slope * np.log(9) + offset))) - 0.5) < 0.01)
    True
    """
    clipped = scores.clip(1e-6, 1 - 1e-6)
    x = np.log(clipped / (1 - clipped))
    yes, no = right.sum(), (~right).sum()
    wanted = np.where(right, (yes + 1) / (yes + 2), 1 / (no + 2))

    def loss(weights: np.ndarray) -> float:
        made = weights[0] * x + weights[1]
        return float(np.sum(np.logaddexp(0, made) - wanted * made) + weight * np.sum((weights - prior) ** 2))

    slope, offset = minimize(loss, prior).x
    return round(float(slope), 4), round(float(offset), 4)


def fit(found: Sequence[dict[str, Any]], gold: Path) -> dict[str, tuple[float, float]]:
    """Return the calibration of every label, drawn to that of all labels together."""
    tables = {label: scored(found, gold, label) for label in LABELS}
    together = platt(*(np.concatenate(columns) for columns in zip(*tables.values(), strict=True)))
    return {label: platt(*table, prior=together, weight=10.0) for label, table in tables.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--gold", type=Path, required=True)
    args = parser.parse_args()
    tagger = Tagger(args.model)
    tagger.calibration = {}
    config = json.loads((args.model / "config.json").read_text(encoding="utf-8"))
    config["calibration"] = fit(mentions(tagger, corpora.gold(args.gold)), args.gold)
    (args.model / "config.json").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
