"""Parties: the named people, states and bodies of a sentence that can act, each once, with the state that it acts for.

«وزير الخارجية الأميركي، مايك بومبيو» is one party: a role, a nationality inside it and a person.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from spacy.tokens import Doc

from pipeline.allegiance import Allegiance
from pipeline.found import Found, Places, one_sentence, places
from pipeline.index import index
from pipeline.lists import forms, rows
from pipeline.normalise import normalise

LABELS = ("PERSON", "COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM", "ROLE")
_GROUPS = ("countries", "places", "organisations", "forums", "people", "roles")
# A name follows its role, or a role its name, at most so many tokens apart: a comma, a title, «السيد».
_APPOSITION = 4
# A dual («الطرفان») stands for states, for people named at most so many tokens before it.
_MEMORY = 400
_MEMORY_OF_PEOPLE = 150

Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Party:
    """Tokens `[start, end)` that name a party.

    `mention`: (start, end, label) in characters of the mention that stands for it; `entity`: its key; `country`: ISO code of the state that
    it is or acts for, or empty.
    """

    start: int
    end: int
    mention: Place
    entity: str
    country: str

    @property
    def key(self) -> str:
        """What it has in common with other mentions of the same thing: the entity's key, or the mention itself where it has none."""
        return self.entity or str(self.mention)


def parties(doc: Doc) -> list[Party]:
    """Return the parties of a Doc in the order of the text; they do not overlap, but for the two that one dual stands for."""
    pieces = Places(places(doc, *_GROUPS).labelled(*LABELS))
    states = Allegiance(doc, pieces)
    names = _names(pieces)
    tops = _outermost(pieces.found)
    joined: list[Party] = []
    at = 0
    while at < len(tops):
        run = _apposed(doc, tops, at)
        party = _party(tops[at : at + run], pieces, states, names)
        if party:
            joined.append(party)
        at += run
    return sorted([*joined, *_meant_by_duals(doc, joined)], key=lambda party: party.start)


def _names(pieces: Places) -> dict[str, Places]:
    """Entity key → its mentions by name."""
    named: dict[str, list[Found]] = {}
    for piece in pieces.labelled("PERSON"):
        named.setdefault(piece.mention.entity, []).append(piece)
    return {key: Places(found) for key, found in named.items()}


def _outermost(pieces: Sequence[Found]) -> list[Found]:
    """The pieces that no other one holds."""
    kept: list[Found] = []
    for piece in sorted(pieces, key=lambda p: (p.start, -p.end, p.mention.label != "PERSON")):
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def _apposed(doc: Doc, tops: Sequence[Found], at: int) -> int:
    """How many pieces from `at` on speak of one person: roles and a name side by side, or a nationality between «نظيره» and a name."""
    first = tops[at]
    if first.mention.label == "NATIONALITY" and first.start and doc[first.start - 1].norm_ in forms("counterparts"):
        following = tops[at + 1 : at + 2]
        close = (
            bool(following) and following[0].start - first.end <= 2 and following[0].mention.label in ("PERSON", "ROLE")
        )
        return 1 + (_apposed(doc, tops, at + 1) if close else 0)
    who = first.mention.entity
    run = 1
    if first.mention.label not in ("PERSON", "ROLE") or not who:
        return run
    while at + run < len(tops):
        piece, before = tops[at + run], tops[at + run - 1]
        near = piece.start - before.end <= _APPOSITION and one_sentence(doc, before, piece)
        if not near or piece.mention.entity != who or piece.mention.label not in ("PERSON", "ROLE"):
            return run
        run += 1
    return run


def _party(run: Sequence[Found], pieces: Places, states: Allegiance, names: dict[str, Places]) -> Party | None:
    start, end = run[0].start, run[-1].end
    named = [p for p in run if p.mention.label == "PERSON"] or [p for p in run if p.mention.label != "ROLE"]
    if named:
        piece = named[-1]
    elif run[0].mention.entity:
        piece = names[run[0].mention.entity].nearest(run[0].start) if run[0].mention.entity in names else run[0]
    else:
        inside = pieces.inside(start, end, "COUNTRY", "NATIONALITY")
        if not inside:
            return None
        piece = inside[0]
    m = piece.mention
    return Party(start, end, (m.start, m.end, m.label), m.entity, states.of(piece))


# Parties that the text names otherwise


def _meant_by_duals(doc: Doc, named: Sequence[Party]) -> Iterator[Party]:
    """Yield, at each dual like «الطرفان», the two parties that it stands for."""
    starts = [party.start for party in named]
    listed = _duals()
    for i, norm in enumerate(index(doc).norms):
        if norm in listed:
            before = named[bisect.bisect_left(starts, i - _MEMORY) : bisect.bisect_left(starts, i)]
            if not before or before[-1].end <= i:
                pair = sorted(_meant(listed[norm], before, i), key=lambda party: party.start)
                yield from (replace(party, start=i, end=i + 1) for party in pair)


def _meant(kind: str, before: Sequence[Party], at: int) -> list[Party]:
    """The two people named last, or the two states most spoken of; either side may be both, a person where the two act for different states."""
    people = _last_people([party for party in before if at - party.start <= _MEMORY_OF_PEOPLE])
    states = _main_states(before)
    if kind != "sides":
        return people if kind == "people" else states
    if len({party.country for party in people}) < len(people) or not people:
        return states
    same = {party.country for party in people} == {party.country for party in states}
    nearer = bool(states) and min(p.start for p in states) > min(p.start for p in people)
    return states if same and nearer else people


def _last_people(before: Sequence[Party]) -> list[Party]:
    last: dict[str, Party] = {}
    for party in reversed(before):
        if party.entity and party.mention[2] in ("PERSON", "ROLE"):
            last.setdefault(party.entity, party)
    return list(last.values())[:2] if len(last) > 1 else []


def _main_states(before: Sequence[Party]) -> list[Party]:
    """The two states for which most parties act, each where it was named last: by its name, else by its capital."""
    spoken_of = Counter(party.country for party in before if party.country)
    named: dict[str, Party] = {}
    for labels in (("COUNTRY", "NATIONALITY"), ("LOCATION",)):
        for party in reversed(before):
            if party.country and party.mention[2] in labels:
                named.setdefault(party.country, party)
    main = sorted(named, key=lambda country: -spoken_of[country])[:2]
    return [named[country] for country in main] if len(main) > 1 else []


@lru_cache(maxsize=1)
def _duals() -> dict[str, str]:
    return {normalise(row["form"]): row["stands_for"] for row in rows("party_duals")}


def moved(party: Party, at: int) -> Party:
    """Return the party as if it stood at token `at`: the subject that a sentence without one takes over."""
    return replace(party, start=at, end=at)
