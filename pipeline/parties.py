"""Parties: the named people, states and bodies of a sentence that can act, each once, with the state that it acts for.

«وزير الخارجية الأميركي، مايك بومبيو» is one party: a role, a nationality inside it and a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from pipeline import spans
from pipeline.found import Found, Places, one_sentence, places
from pipeline.gazetteer import forms

LABELS = ("PERSON", "COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM", "ROLE")
_GROUPS = ("countries", "places", "organisations", "forums", "people", "roles")
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


# The longest name of a state, in tokens.
_STATE = 20


def parties(doc: Doc) -> list[Party]:
    """Return the parties of a Doc in the order of the text; they do not overlap."""
    pieces = Places(places(doc, *_GROUPS).labelled(*LABELS))
    states = countries_of_people(doc, pieces)
    names = _names(pieces)
    tops = _outermost(pieces.found)
    joined: list[Party] = []
    at = 0
    while at < len(tops):
        run = _apposed(doc, tops, at)
        party = _party(doc, tops[at : at + run], pieces, states, names)
        if party:
            joined.append(party)
        at += run
    return joined


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


def _party(
    doc: Doc, run: Sequence[Found], pieces: Places, states: dict[str, str], names: dict[str, Places]
) -> Party | None:
    start, end = run[0].start, run[-1].end
    named = [p.mention for p in run if p.mention.label == "PERSON"] or [
        p.mention for p in run if p.mention.label != "ROLE"
    ]
    if named:
        m = named[-1]
    elif run[0].mention.entity:
        name = names[run[0].mention.entity].nearest(run[0].start) if run[0].mention.entity in names else run[0]
        m = name.mention
    else:
        inside = pieces.inside(start, end, "COUNTRY", "NATIONALITY")
        if not inside:
            return None
        m = inside[0].mention
    country = states.get(m.entity, "") if m.label in ("PERSON", "ROLE") else _country(doc, m, pieces)
    return Party(start, end, (m.start, m.end, m.label), m.entity, country)


def _country(doc: Doc, m: spans.Mention, pieces: Places) -> str:
    if m.label in ("COUNTRY", "NATIONALITY"):
        return m.value
    stated = doc._.entities.get(m.entity, {}).get("country", "")
    if stated or m.label != "ORGANIZATION":
        return str(stated)
    span = spans.located(doc, m)
    inside = [p.mention.value for p in pieces.inside(span.start, span.end) if p.mention.value]
    return inside[0] if inside and len(inside[0]) == 2 else ""


def countries_of_people(doc: Doc, pieces: Places) -> dict[str, str]:
    """Return entity key of a person → ISO code of the state that their roles name, in the text or in the list of leaders."""
    found: dict[str, str] = {}
    states = Places(pieces.labelled("COUNTRY", "NATIONALITY"))
    for piece in pieces.labelled("ROLE"):
        m = piece.mention
        if m.entity and m.entity not in found:
            named = states.inside(piece.start, piece.end)
            if named:
                found[m.entity] = named[0].mention.value
    for piece in pieces.labelled("PERSON"):
        if piece.mention.entity not in found:
            before = [
                s
                for s in states.inside(piece.start - _STATE, piece.start)
                if piece.start - s.end <= 2 and s.start and doc[s.start - 1].norm_ in forms("counterparts")
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
