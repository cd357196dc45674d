"""Two runs against the same gold: which is better, by how much, and whether that can be chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluate import counts_of
from pipeline.gold import Labelled, Span
from pipeline.record import LABELS

SAMPLES = 10_000
_SEED = 20231106

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Strict F1 of a run and of another, the 95% interval of the difference, and two paired tests of it.

    `p_articles` is of a paired bootstrap over articles (Efron and Tibshirani 1993). `gained` and `lost` count the gold spans that only
    this run, or only the other, has right; `p_spans` is McNemar's exact test of the two (McNemar 1947, by the binomial distribution).
    """

    f1: float
    other_f1: float
    low: float
    high: float
    p_articles: float
    gained: int
    lost: int
    p_spans: float


def compare(
    gold: Sequence[Labelled], found: Mapping[str, Labelled], against: Mapping[str, Labelled]
) -> dict[str, Comparison]:
    """Compare a run with another, by label and for `all` labels; labels that nobody has are left out.

    Raises ValueError for no gold, and where an article's text is not that of gold.

    >>> gold = [Labelled("a", "زار عمان", (Span(4, 8, "COUNTRY", "OM"),))]
    >>> compare(gold, {"a": gold[0]}, {})["all"].gained
    1
    """
    if not gold:
        raise ValueError("no gold to compare on")
    ours, theirs = (tally(gold, run) for run in (found, against))
    draws = np.random.default_rng(_SEED).multinomial(len(gold), np.full(len(gold), 1 / len(gold)), size=SAMPLES)
    made = {}
    for n, label in enumerate((*LABELS, "all")):
        a, b = (run[:, n] if label != "all" else run.sum(axis=1) for run in (ours, theirs))
        if not a.any() and not b.any():
            continue
        differences = f1(draws @ a) - f1(draws @ b)
        low, high = np.percentile(differences, (2.5, 97.5))
        gained, lost = _disagreed(gold, found, against, label)
        made[label] = Comparison(
            f1=float(f1(a.sum(axis=0))), other_f1=float(f1(b.sum(axis=0))), low=float(low), high=float(high),
            p_articles=_two_sided(differences), gained=gained, lost=lost, p_spans=mcnemar(gained, lost),
        )  # fmt: skip
    return made


def mcnemar(gained: int, lost: int) -> float:
    """Return the exact two-sided p of so many gains against so many losses, each as likely as the other.

    >>> mcnemar(1, 9)
    0.021484375
    """
    n = gained + lost
    tail = sum(math.comb(n, k) for k in range(min(gained, lost) + 1))
    return min(1.0, 2 * tail / (1 << n))


def tally(gold: Sequence[Labelled], run: Mapping[str, Labelled]) -> Counts:
    """Return how many there are in gold, found and right (last axis) of each article and label.

    Raises ValueError where an article's text is not that of gold.
    """
    rows = []
    for one in gold:
        found = run.get(one.id, Labelled(one.id, one.text))
        if found.text != one.text:
            raise ValueError(f"{one.id}: the text that was labelled is not that of gold")
        rows.append([counts_of(one, found, label)[:3] for label in LABELS])
    return np.array(rows, dtype=float)


def f1(counts: Counts) -> Counts:
    """Return the F1 of counts as `tally` gives them, 0 where there is nothing."""
    gold, found, right = (counts[..., column] for column in range(3))
    return np.divide(2 * right, found + gold, out=np.zeros_like(right), where=found + gold > 0)


def _two_sided(differences: Counts) -> float:
    return min(1.0, 2 * min(float(np.mean(differences <= 0)), float(np.mean(differences >= 0))))


def _disagreed(
    gold: Sequence[Labelled], found: Mapping[str, Labelled], against: Mapping[str, Labelled], label: str
) -> tuple[int, int]:
    gained = lost = 0
    for one in gold:
        expected = _places(one.spans, label)
        ours, theirs = (
            expected & _places(run[one.id].spans if one.id in run else (), label) for run in (found, against)
        )
        gained, lost = gained + len(ours - theirs), lost + len(theirs - ours)
    return gained, lost


def _places(spans: Sequence[Span], label: str) -> set[tuple[int, int, str]]:
    return {(s.start, s.end, s.label) for s in spans if label in ("all", s.label)}
