"""Parties: the named people, states and bodies of a sentence that can act, each once, with the state that it acts for.

«وزير الخارجية الأميركي، مايك بومبيو» is one party: a role, a nationality inside it and a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from spacy.tokens import Doc

from pipeline import spans
from pipeline.gazetteer import rows
from pipeline.normalise import normalise

LABELS = ("PERSON", "COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM", "ROLE")
_GROUPS = ("countries", "places", "organisations", "forums", "people", "roles")
_COUNTERPART = frozenset(normalise(row["form"]) for row in rows("counterparts"))
# A name follows its role, or a role its name, at most so many tokens apart: a comma, a title, «السيد».
_APPOSITION = 4

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


@dataclass(slots=True)
class _Piece:
    start: int
    end: int
    mention: spans.Mention


def parties(doc: Doc) -> list[Party]:
    """Return the parties of a Doc in the order of the text; they do not overlap."""
    pieces = [_Piece(span.start, span.end, m) for m, span in _located(doc)]
    states = countries_of_people(doc, pieces)
    tops = _outermost(pieces)
    joined: list[Party] = []
    at = 0
    while at < len(tops):
        run = _apposed(doc, tops, at)
        party = _party(doc, tops[at : at + run], pieces, states)
        if party:
            joined.append(party)
        at += run
    return joined


def _located(doc: Doc) -> Iterator[tuple[spans.Mention, Any]]:
    for m in spans.read(doc, *_GROUPS):
        if m.label in LABELS:
            yield m, spans.located(doc, m)


def _outermost(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The pieces that no other one holds."""
    kept: list[_Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.start, -p.end, p.mention.label != "PERSON")):
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def _apposed(doc: Doc, tops: Sequence[_Piece], at: int) -> int:
    """How many pieces from `at` on speak of one person: roles and a name side by side, or a nationality between «نظيره» and a name."""
    first = tops[at]
    if first.mention.label == "NATIONALITY" and first.start and doc[first.start - 1].norm_ in _COUNTERPART:
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
        near = piece.start - before.end <= _APPOSITION and not _sentence_break(doc, before.end, piece.start)
        if not near or piece.mention.entity != who or piece.mention.label not in ("PERSON", "ROLE"):
            return run
        run += 1
    return run


def _sentence_break(doc: Doc, start: int, end: int) -> bool:
    return any(doc[i].is_sent_start for i in range(start, end + 1) if i < len(doc))


def _party(doc: Doc, run: Sequence[_Piece], pieces: Sequence[_Piece], states: dict[str, str]) -> Party | None:
    start, end = run[0].start, run[-1].end
    named = [p.mention for p in run if p.mention.label == "PERSON"] or [
        p.mention for p in run if p.mention.label != "ROLE"
    ]
    if named:
        m = named[-1]
    elif run[0].mention.entity:
        m = _nearest_name(run[0], pieces) or run[0].mention
    else:
        inside = [
            p.mention
            for p in pieces
            if start <= p.start and p.end <= end and p.mention.label in ("COUNTRY", "NATIONALITY")
        ]
        if not inside:
            return None
        m = inside[0]
    country = states.get(m.entity, "") if m.label in ("PERSON", "ROLE") else _country(doc, m, pieces)
    return Party(start, end, (m.start, m.end, m.label), m.entity, country)


def _nearest_name(role: _Piece, pieces: Sequence[_Piece]) -> spans.Mention | None:
    """The mention by name, of the person that a role stands for, which is nearest to it."""
    names = [p for p in pieces if p.mention.label == "PERSON" and p.mention.entity == role.mention.entity]
    return min(names, key=lambda p: abs(p.start - role.start)).mention if names else None


def _country(doc: Doc, m: spans.Mention, pieces: Sequence[_Piece]) -> str:
    if m.label in ("COUNTRY", "NATIONALITY"):
        return m.value
    stated = doc._.entities.get(m.entity, {}).get("country", "")
    if stated or m.label != "ORGANIZATION":
        return str(stated)
    inside = [
        p.mention.value for p in pieces if m.start <= p.mention.start and p.mention.end <= m.end and p.mention.value
    ]
    return inside[0] if inside and len(inside[0]) == 2 else ""


def countries_of_people(doc: Doc, pieces: Sequence[_Piece]) -> dict[str, str]:
    """Return entity key of a person → ISO code of the state that their roles name, in the text or in the list of leaders."""
    found: dict[str, str] = {}
    states = [p for p in pieces if p.mention.label in ("COUNTRY", "NATIONALITY")]
    for piece in pieces:
        m = piece.mention
        if m.label == "ROLE" and m.entity and m.entity not in found:
            named = [s.mention.value for s in states if piece.start <= s.start and s.end <= piece.end]
            if named:
                found[m.entity] = named[0]
    for piece in pieces:
        if piece.mention.label == "PERSON" and piece.mention.entity not in found:
            before = [
                s
                for s in states
                if 0 <= piece.start - s.end <= 2 and s.start and doc[s.start - 1].norm_ in _COUNTERPART
            ]
            stated = (
                before[0].mention.value if before else doc._.entities.get(piece.mention.entity, {}).get("country", "")
            )
            if stated:
                found[piece.mention.entity] = str(stated)
    return found


def moved(party: Party, at: int) -> Party:
    """Return the party as if it stood at token `at`: the subject that a sentence without one takes over."""
    return replace(party, start=at, end=at)
