"""A Doc with all that events are read from, found once."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from spacy.tokens import Doc

from pipeline import spans
from pipeline.events.told import Trigger
from pipeline.events.triggers import frames
from pipeline.found import Places, places
from pipeline.index import index, sentence_numbers, sentence_starts
from pipeline.normalise import QUOTES
from pipeline.parties import Party, moved, parties

REACH = 45  # tokens from a trigger to its parties
_TOLD = 200  # tokens from a trigger to what it tells of in a long sentence


class Scene:
    """A Doc, its parties and where they start, its triggers and sentences."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.norms = index(doc).norms
        self.parties = parties(doc)
        self.starts = [party.start for party in self.parties]
        self.sentence = sentence_numbers(doc)
        self.firsts = sentence_starts(doc)
        named = {i for p in self.parties for i in range(p.start, p.end)}
        for m in spans.read(doc, "dates"):  # «مارس» the month is no verb
            named.update(range(*spans.tokens(doc, m)))
        listed = frames()
        self.triggers = [
            Trigger(i, frame)
            for i, norm in enumerate(self.norms)
            if norm in listed and i not in named
            for frame in listed[norm]
        ]
        self._trigger_places = sorted({t.at for t in self.triggers})
        self.inside = self._holders()
        self.quoted = _quoted(self.norms)
        self._groups: dict[tuple[str, ...], Places] = {}

    def _holders(self) -> dict[int, str]:
        held = {}
        for m in spans.read(self.doc, "topics", "forums", "organisations", "roles"):
            for i in range(*spans.tokens(self.doc, m)):
                held[i] = m.label
        return held

    def around(self, trigger: Trigger) -> list[tuple[Party, bool]]:
        """The parties of the trigger's sentence within reach, and the subject of the sentence before, marked as carried over."""
        number = self.sentence[trigger.at]
        lo = bisect.bisect_left(self.starts, max(self.firsts[number], trigger.at - REACH))
        hi = bisect.bisect_left(self.starts, min(self._sentence_end(number), trigger.at + REACH))
        near = [(party, False) for party in self.parties[lo:hi]]
        carried = self._subject_before(number)
        known = {party.entity for party, _ in near}
        return near + ([(moved(carried, self.firsts[number]), True)] if carried and carried.entity not in known else [])

    def in_sentence(self, trigger: Trigger, *groups: str) -> list[tuple[int, spans.Mention]]:
        """The mentions of the trigger's sentence, within `_TOLD` tokens of it, with the token where each starts."""
        if groups not in self._groups:
            self._groups[groups] = places(self.doc, *groups)
        number = self.sentence[trigger.at]
        lo = max(self.firsts[number], trigger.at - _TOLD)
        hi = min(self._sentence_end(number), trigger.at + _TOLD)
        return [(f.start, f.mention) for f in self._groups[groups].between(lo, hi)]

    def _sentence_end(self, number: int) -> int:
        return self.firsts[number + 1] if number + 1 < len(self.firsts) else len(self.doc)

    def _subject_before(self, number: int) -> Party | None:
        """The first person or body of the nearest sentence before that has one."""
        for n in range(number - 1, max(-1, number - 4), -1):
            lo = bisect.bisect_left(self.starts, self.firsts[n])
            hi = bisect.bisect_left(self.starts, self._sentence_end(n))
            for party in self.parties[lo:hi]:
                if party.mention[2] in ("PERSON", "ROLE", "ORGANIZATION"):
                    return party
        return None

    def triggers_between(self, a: int, b: int) -> int:
        """How many triggers stand strictly between two tokens."""
        lo, hi = min(a, b), max(a, b)
        return max(0, bisect.bisect_left(self._trigger_places, hi) - bisect.bisect_right(self._trigger_places, lo))

    def before(self, i: int, n: int = 1) -> str:
        """The matching form of the n-th token before `i`, white space and commas aside."""
        while i > 0:
            i -= 1
            if self.norms[i].strip() and self.norms[i] not in QUOTES:
                n -= 1
                if not n:
                    return self.norms[i]
        return "^"


def _quoted(norms: Sequence[str]) -> list[int]:
    """For each token the number of quotation marks before it."""
    counts, n = [], 0
    for norm in norms:
        n += norm in QUOTES
        counts.append(n)
    return counts


def listed(scene: Scene, a: Party, b: Party) -> bool:
    """Whether two parties stand side by side in a list, «و» or a comma between them and nothing longer than a title, or one dual names both."""
    if a.start == b.start:
        return True
    first, second = (a, b) if a.start <= b.start else (b, a)
    between = scene.norms[first.end : second.start]
    return len(between) <= 4 and any(norm in ("و", "،", ",") for norm in between)
