"""Quotations: the words between quotation marks that someone is said to have said, and who that is.

A quotation is announced by a word of saying before it («قال X: "…"», «وأكد X أن "…"», «مضيفاً "…"», «نقلت Y عن X قوله "…"») or after it
(«"…"، وفق ما قاله X»), or by a name and a colon that open a line. What is between quotation marks without, a title or a nickname, is none.
"""

from __future__ import annotations

import bisect
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.found import places
from pipeline.index import index, sentence_numbers
from pipeline.quotations.cues import Cue, cues, listed, that
from pipeline.quotations.marks import Quoted, inside, quoted

# Words of a quotation that no colon announces: fewer are a name («وقال إن "داعش" …»), and so are more of them far from the word of saying.
_WORDS, _WORDS_FAR = 4, 6
# Tokens from a word of saying to what it announces, with a colon and without.
_REACH_COLON, _REACH = 40, 25
_BREAKS = frozenset(" ،,:-")
# Tokens between two quotations of one announcement: «وبأن».
_LINK = 6
# How often the rules are right, by 80 quotations of unseen articles; of the rare ones there were few.
_SCORES = {"quotations:before": 0.95, "quotations:after": 0.9, "quotations:colon": 0.9, "quotations:again": 0.9}


@dataclass(frozen=True, slots=True)
class Quotation:
    """Tokens `[start, end)` between quotation marks, the mention of who says them, the token that announces them, and the rule."""

    start: int
    end: int
    speaker: spans.Mention | None
    cue: int
    by: str


@Language.component("khabar_quotations", assigns=["doc._.quotations"])
def quotations(doc: Doc) -> Doc:
    """Write `doc._.quotations`."""
    doc._.quotations = list(_described(doc, find_quotations(doc)))
    return doc


def find_quotations(doc: Doc) -> list[Quotation]:
    """Return the quotations of a Doc in the order of the text; none lies in another."""
    return list(_Attribution(doc).quotations())


class _Attribution:
    """What is between quotation marks in a Doc, and the words of saying that may announce it."""

    def __init__(self, doc: Doc) -> None:
        self._norms = index(doc).norms
        self._sentence = sentence_numbers(doc)
        self._quoted = quoted(doc)
        self._cues = {cue.at: cue for cue in cues(doc, self._quoted)}
        self._cue_places = sorted(self._cues)
        within = inside(self._quoted)
        self._thats = [i for i, norm in enumerate(self._norms) if norm in that() and i not in within]
        self._clauses = self._announced_by(self._thats)
        self._names = {f.end: f for f in reversed(places(doc, "organisations", "people", "roles").found)}

    def quotations(self) -> Iterator[Quotation]:
        """Yield them in the order of the text."""
        announced = [self._announced(q, before) for before, q in zip([None, *self._quoted], self._quoted, strict=False)]
        used = {cue.at for cue in announced if cue}
        previous: tuple[Quoted, Quotation] | None = None
        for one, cue in zip(self._quoted, announced, strict=True):
            found = (
                _by("before", one, cue)
                or self._headed(one)
                or _by("after", one, self._told(one, used))
                or self._continued(one, previous)
            )
            if found:
                previous = one, found
                yield found

    def _announced(self, one: Quoted, before: Quoted | None) -> Cue | None:
        """The word of saying before: at once, with a colon, with «أن», or in whose «أن» the quotation stands."""
        at, colon = self._frame(one.opening)
        if not at or (colon < 0 and (one.words < _WORDS or self._sentence[at - 1] != self._sentence[one.opening])):
            return None
        if colon < 0 and self._norms[at - 1] in that():
            return self._clauses.get(at - 1)
        since = before.closing if before and before.words >= _WORDS else 0
        clause = self._that_before(at)
        cue = self._nearest(max(since, clause), at, _REACH if colon < 0 else _REACH_COLON)
        if cue:
            beside = colon >= 0 or cue.at == at - 1 or (cue.subject is not None and cue.subject.end == at)
            return cue if beside or (one.words >= _WORDS_FAR and not self._goes_on(one)) else None
        within = clause >= since and one.words >= _WORDS_FAR and self._sentence[clause] == self._sentence[at - 1]
        return self._clauses.get(clause) if within else None

    def _that_before(self, at: int) -> int:
        n = bisect.bisect_left(self._thats, at)
        return self._thats[n - 1] if n else 0

    def _goes_on(self, one: Quoted) -> bool:
        """Whether the clause that the word of saying announces comes only after: «أكد خلال مؤتمر "…" أن …»."""
        for norm in self._norms[one.closing + 1 : one.closing + 1 + _LINK]:
            if norm in that():
                return True
            if norm not in _BREAKS and listed().get(norm, ("", ""))[0] != "preposition":
                return False
        return False

    def _nearest(self, since: int, at: int, reach: int) -> Cue | None:
        """The nearest word of saying before token `at` in its sentence, one that has said something already («بيان», «وفق») only if there is no other."""
        lo, hi = (bisect.bisect_left(self._cue_places, i) for i in (max(since, at - reach), at))
        near = [
            self._cues[place]
            for place in reversed(self._cue_places[lo:hi])
            if self._sentence[place] == self._sentence[at - 1]
        ]
        for parts in (("verb", "participle", "saying", "relay"), ("clause", "statement", "source")):
            for cue in near:
                if cue.part in parts:
                    return cue
        return None

    def _announced_by(self, thats: Sequence[int]) -> dict[int, Cue]:
        """«أن» → the word of saying that it belongs to: its own, else that of the «أن» before it in the sentence, which it is part of or goes on from."""
        found: dict[int, Cue] = {}
        for before, that_ in pairwise([0, *thats]):
            cue = self._nearest(before, that_, _REACH)
            if cue is None and self._sentence[before] == self._sentence[that_]:
                cue = found.get(before)
            if cue:
                found[that_] = cue
        return found

    def _frame(self, opening: int) -> tuple[int, int]:
        """The token after the last word before a quotation, and the colon between, -1 if there is none."""
        at, colon = opening, -1
        while at and self._norms[at - 1] in _BREAKS:
            at -= 1
            colon = at if self._norms[at] == ":" else colon
        return at, colon

    def _headed(self, one: Quoted) -> Quotation | None:
        """A name and a colon that open a line: «لافروف: "…"»."""
        at, colon = self._frame(one.opening)
        name = self._names.get(at)
        if colon < 0 or not name or one.words < _WORDS:
            return None
        first = self._names.get(name.start, name)  # «وزير الخارجية لافروف»
        if first.start and self._sentence[first.start - 1] == self._sentence[first.start]:
            return None
        return Quotation(one.start, one.end, name.mention, colon, "quotations:colon")

    def _told(self, one: Quoted, used: Container[int]) -> Cue | None:
        """The word of saying after: «"…"، وفق X», «"…"، كما قال X», «"…"، على حد تعبيره»."""
        at = one.closing + 1
        while at < len(self._norms) and self._norms[at] in _BREAKS:
            at += 1
        led = False
        for i in range(at, min(at + 3, len(self._norms))):
            cue = self._cues.get(i)
            if cue:
                fits = cue.part in ("source", "manner", "saying") or (
                    cue.stated and (cue.part in ("verb", "relay") or (cue.part == "aside" and led))
                )
                return cue if fits and i not in used and one.words >= _WORDS else None
            led = listed().get(self._norms[i], ("", ""))[0] in ("adjunct", "preposition", "what")
            if not led:
                return None
        return None

    def _continued(self, one: Quoted, previous: tuple[Quoted, Quotation] | None) -> Quotation | None:
        """One more of the same: «قال إن "…" وأن "…"»."""
        if not previous or one.words < _WORDS or one.opening - previous[0].closing > _LINK:
            return None
        between = range(previous[0].closing + 1, one.opening)
        linked = all(self._norms[i] in _BREAKS or self._norms[i] == "و" or self._norms[i] in that() for i in between)
        if not linked or self._sentence[previous[0].closing] != self._sentence[one.opening]:
            return None
        return Quotation(one.start, one.end, previous[1].speaker, previous[1].cue, "quotations:again")


def _by(rule: str, one: Quoted, cue: Cue | None) -> Quotation | None:
    if not cue:
        return None
    speaker = cue.subject.mention if cue.subject else None
    return Quotation(one.start, one.end, speaker, cue.at, f"quotations:{rule}")


def _described(doc: Doc, found: Iterable[Quotation]) -> Iterator[dict[str, Any]]:
    at = index(doc)
    for one in found:
        m = one.speaker
        yield {
            "place": at.characters(one.start, one.end),
            "speaker": [m.start, m.end, m.label] if m else [],
            "cue": at.characters(one.cue, one.cue + 1),
            "score": _SCORES[one.by],
            "by": one.by,
        }
