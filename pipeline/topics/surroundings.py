"""What stands around the candidates of a text, counted once for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from spacy.tokens import Doc

from pipeline import spans
from pipeline.index import index, sentence_numbers
from pipeline.lists import forms
from pipeline.normalise import QUOTES
from pipeline.topics.candidates import Candidate

_OTHERS = ("countries", "places", "organisations", "forums", "people", "roles", "dates")


class Surroundings:
    """What all candidates of a Doc share, counted once."""

    def __init__(self, doc: Doc, found: Sequence[Candidate]) -> None:
        self.topics = Counter(c.topic for c in found)
        self.forms = Counter(c.form for c in found)
        self._ends = {c.end for c in found}
        self._starts = {c.start for c in found}
        self._covered = _covered({(c.start, c.end) for c in found})
        self._and = {i for i, norm in enumerate(index(doc).norms) if norm in ("و", "،", ",")}
        self._sentence = sentence_numbers(doc)
        self._per_sentence = Counter(self._sentence[c.start] for c in found if c.by == "term")
        self._agenda = _agenda_counts(index(doc).norms, self._sentence)
        self._quotes = _quotes(index(doc).words)
        self._labels: dict[int, set[tuple[int, str]]] = {}
        for m in spans.read(doc, *_OTHERS):
            start, end = spans.tokens(doc, m)
            for i in range(start, end):
                self._labels.setdefault(i, set()).add((end, m.label))

    def inside(self, c: Candidate) -> set[str]:
        """The labels of mentions that hold the candidate."""
        return {label for end, label in self._labels.get(c.start, ()) if c.end <= end}

    def place(self, c: Candidate) -> int:
        """0 for the headline, then 1, 2 for the rest."""
        number = self._sentence[c.start]
        return 0 if number == 0 else 1 if number < 3 else 2

    def agenda(self, c: Candidate) -> int:
        """How many words of an agenda stand before it in its sentence."""
        return self._agenda[c.start]

    def quoted(self, c: Candidate) -> str:
        """How it lies to a short quotation, which mostly is a name: part of it, the whole of it, or outside."""
        opening, closing = self._quotes.get(c.start, (-1, -1))
        if opening < 0 or c.end > closing:
            return "outside"
        return "whole" if (opening + 1, closing) == (c.start, c.end) else "part"

    def beside(self, c: Candidate) -> int:
        """How many terms its sentence has."""
        return self._per_sentence[self._sentence[c.start]]

    def listed_with(self, c: Candidate) -> bool:
        """Whether it is one of a list: another candidate before a conjunction before it, or after one after it."""
        return (c.start - 1 in self._and and c.start - 1 in self._ends) or (
            c.end in self._and and c.end + 1 in self._starts
        )

    def covered(self, c: Candidate) -> bool:
        """Whether a longer candidate holds it."""
        return (c.start, c.end) in self._covered


def _agenda_counts(norms: Sequence[str], sentence: Sequence[int]) -> list[int]:
    """Return for each token how many words of an agenda stand before it in its sentence."""
    listed = forms("agenda_words")
    counts, n, last = [], 0, -1
    for norm, number in zip(norms, sentence, strict=True):
        n = n if number == last else 0
        last = number
        counts.append(n)
        n += norm in listed
    return counts


def _quotes(words: Sequence[str]) -> dict[int, tuple[int, int]]:
    """Return for each token between quotation marks at most twelve tokens apart the places of the two."""
    inside: dict[int, tuple[int, int]] = {}
    opening = -1
    for i, word in enumerate(words):
        if word not in QUOTES:
            continue
        if opening >= 0 and word not in "«“" and i - opening <= 13:
            inside.update(dict.fromkeys(range(opening + 1, i), (opening, i)))
            opening = -1
        else:
            opening = i
    return inside


def _covered(places: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the spans that lie inside another one."""
    inside, furthest = set(), -1
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if end <= furthest:
            inside.add((start, end))
        furthest = max(furthest, end)
    return inside
