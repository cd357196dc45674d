"""Which words begin with proclitics (و ف ب ل ك), and where each ends.

A word that begins with one of these letters may be whole («وزير», «لبنان») or not («وكازاخستان», «بالسيد»). Four sources decide, the
first that knows the word: `resources/clitic_words.tsv` (words whose reading is settled by hand), the table of attested words
in the model, and for words never seen the text around them, where a new name may also stand without the letter, or after another
proclitic with it; else the model itself: logistic regression over how often the word, what is left of it and either with other
proclitics and the article are attested, and over letter n-grams. How it was trained: `training/proclitics.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from pipeline import models
from pipeline.lists import rows
from pipeline.normalise import normalise, normalise_aligned

PROCLITICS = "وفبلك"
_FIRST = "وف"  # only these stand before another proclitic
_HAMZAS = "أإآ"
_STEPS = 16  # of a count's logarithm, as it is stored
_SHORTEST, _LONGEST = 3, 40  # letters of a word that may be cut; none is longer


class Around(NamedTuple):
    """What stands around a word: the matching forms of its text's words, and of the words next to it."""

    words: Collection[str] = frozenset()
    previous: str = ""
    next: str = ""


class _Reading(NamedTuple):
    """How many proclitics a listed word has where one of these words stands before it and after it; none: wherever."""

    heads: int
    previous: frozenset[str]
    next: frozenset[str]


NOWHERE = Around()


class Model:
    """Attested words with the logarithms of their counts, the settled ones of them, and the weights of the features."""

    def __init__(self, counts: dict[str, float], settled: dict[str, bool], weights: dict[str, float]) -> None:
        self.counts = counts
        self.settled = settled
        self.weights = weights

    def cuts(self, key: str, words: Collection[str] = ()) -> bool:
        """Say whether the first letter of a word (as `key_of` returns it) is a proclitic; `words`: those of its text."""
        settled = self.settled.get(key)
        if settled is not None:
            return settled
        form = key.replace("أ", "ا", 1)
        left = any(head + form[1:] in words for head in ("", "ال"))
        whole = any(head + form in words for head in (*PROCLITICS, "ال"))
        if left != whole:
            return left
        weights, counts = self.weights, self.counts
        evidence = features(key, lambda other: counts.get(other, 0.0))
        return sum(value * weights[name] for name, value in evidence.items() if name in weights) > 0


def features(key: str, count: Callable[[str], float]) -> dict[str, float]:
    """Return what speaks for and against a proclitic at the head of a word; `count` gives the log count of a matching form."""
    form = key.replace("أ", "ا", 1)
    letter, rest = form[0], form[1:]
    whole, left = count(form), count(rest)
    others = [n for other in PROCLITICS if other != letter and (n := count(other + rest))]
    before = [n for other in PROCLITICS if (n := count(other + form))]
    evidence = {
        "bias": 1.0,
        "whole": whole,
        "rest": left,
        "rest-whole": left - whole,
        "rest=0": float(not left),
        "al+rest": count("ال" + rest),
        "al+rest-whole": count("ال" + rest) - whole,
        "al+whole": count("ال" + form),
        "al+whole-whole": count("ال" + form) - whole,
        "others": max(others, default=0.0) - whole,
        "others#": float(len(others)),
        "before": max(before, default=0.0) - whole,
        "before#": float(len(before)),
        "length": float(min(len(rest), 8)),
        f"length={min(len(rest), 6)}": 1.0,
        "definite": float(rest.startswith("ال") and len(rest) > 3),
        "hamza": float(key != form),
    }
    evidence.update({letter + name: value for name, value in evidence.items()})
    padded = f"^{form}$"
    for size in (3, 4, 5):
        evidence[padded[:size]] = 1.0
    for size in (2, 3, 4):
        evidence[letter + padded[-size:]] = 1.0
    for at in range(2, len(padded) - 3):
        evidence[padded[at : at + 3]] = 1.0
    return evidence


def key_of(raw: str, form: str) -> str:
    """Return the matching form, but with a hamza kept on the alef after the first letter: «بأن» is no «بان».

    >>> key_of("بأنّ", "بان"), key_of("بان", "بان")
    ('بأن', 'بان')
    """
    if form[1:2] == "ا" and any(c in _HAMZAS for c in raw[1:4]) and next(c for c in raw[1:] if normalise(c)) in _HAMZAS:
        return form[0] + "أ" + form[2:]
    return form


def split(word: str, around: Around = NOWHERE) -> tuple[tuple[int, int, str], ...]:
    """Cut the proclitics off a word; return start, end and matching form of each piece.

    `around` decides about words that have two readings, or that no list knows.

    >>> split("وبالأمم")
    ((0, 1, 'و'), (1, 2, 'ب'), (2, 7, 'الامم'))
    >>> split("للبنان"), split("وزير")
    (((0, 1, 'ل'), (1, 6, 'لبنان')), ((0, 4, 'وزير'),))
    """
    form = normalise(word)
    heads = _heads(word, form, around)
    return _pieces(word, form, heads or 0)


def split_settled(word: str) -> tuple[tuple[int, int, str], ...] | None:
    """Cut the proclitics off a word as `split` does, or return None where the text around it should be heard."""
    form = normalise(word)
    heads = _heads(word, form, None)
    return None if heads is None else _pieces(word, form, heads)


def _pieces(word: str, form: str, heads: int) -> tuple[tuple[int, int, str], ...]:
    """Return the pieces of a word with so many proclitics."""
    if not heads:
        return ((0, len(word), form),)
    _, places = normalise_aligned(word)
    bounds = [0, *(places[at] for at in range(1, heads + 1)), len(word)]
    if len(set(bounds)) < len(bounds):  # a ligature holds both sides of the cut
        return ((0, len(word), form),)
    rest = _restore_article(form[heads:]) if form[heads - 1] == "ل" else form[heads:]
    forms = [*form[:heads], rest]
    return tuple(zip(bounds, bounds[1:], forms, strict=False))


def _heads(word: str, form: str, around: Around | None) -> int | None:
    """Count the proclitics that a word begins with; None if that is not settled and nothing around it is known."""
    listed = _listed().get(word) or _listed().get(key_of(word, form))
    if listed:
        return _fitting(listed, around)
    if not _SHORTEST <= len(form) <= _LONGEST or form[0] not in PROCLITICS:
        return 0
    if form.startswith("لل"):
        return int(len(form) > _SHORTEST)
    if not (form[0] in _FIRST and form.startswith("لل", 1) and len(form) > _SHORTEST + 1):
        key = key_of(word, form)
        cut = load().settled.get(key) if around is None else load().cuts(key, around.words)
        if not cut:
            return None if cut is None else 0
    if form[0] not in _FIRST or form[1] in _FIRST:
        return 1
    rest = _heads(word[normalise_aligned(word)[1][1] :], form[1:], around)
    return None if rest is None else 1 + rest


def _restore_article(rest: str) -> str:
    """Return what follows ل with the article whole: «لأمم» is الامم, «ليمن» is اليمن, «لبنان» is لبنان.

    After ل the article loses its alef, and its lam too before another: «للجنة» may be لجنة or اللجنة; the commoner wins.
    """
    if not rest.startswith("ل"):
        return rest
    counts = load().counts
    readings = ["ا" + rest, rest if not load().cuts(rest) else "", "ال" + rest]
    return max(readings, key=lambda form: counts.get(form, 0.0) if form else -1.0)


def _fitting(readings: tuple[_Reading, ...], around: Around | None) -> int | None:
    """Return the proclitics of the first reading that what is around allows; None if that must be known and is not."""
    if around is None:
        return readings[0].heads if len(readings) == 1 else None
    for heads, previous, following in readings:
        if (not previous or around.previous in previous) and (not following or around.next in following):
            return heads
    return 0


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[_Reading, ...]]:
    """Return the words settled by hand, by the form as written, with the readings that ask for neighbours first."""
    listed: dict[str, tuple[_Reading, ...]] = {}
    for row in sorted(rows("clitic_words"), key=lambda row: not (row["previous"] or row["next"])):
        previous, following = (frozenset(normalise(row[column]).split()) for column in ("previous", "next"))
        reading = _Reading(row["cut"].count("|"), previous, following)
        listed[row["form"]] = (*listed.get(row["form"], ()), reading)
    return listed


@lru_cache(maxsize=1)
def load() -> Model:
    """Return the model in `models/proclitics.npz`."""
    with np.load(models.path("proclitics.npz")) as stored:
        forms = bytes(stored["forms"]).decode().split("\n")
        names = bytes(stored["features"]).decode().split("\n")
        counts = dict(zip(forms, (stored["counts"] / _STEPS).tolist(), strict=True))
        settled = {form: cut > 0 for form, cut in zip(forms, stored["cuts"].tolist(), strict=True) if cut >= 0}
        return Model(counts, settled, dict(zip(names, stored["weights"].astype(float).tolist(), strict=True)))
