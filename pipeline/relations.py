"""Relations: lasting ties that the text states, each with the words that say it.

`holds_role`: a person and an office beside their name. `represents`: a person and the state or body that the office names, or that «نظيره» names.
`hosts`: a place and the forum said to meet there. `member_of`: a party and the body or forum that it is said to belong to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline import spans
from pipeline.gazetteer import rows
from pipeline.normalise import normalise

# Tokens between a name and its office: a comma, a title, «السيد»; between a forum and its place: an adjective, an ordinal.
_APPOSITION = 4
_NEAR = 6
_SIDES = ("COUNTRY", "NATIONALITY", "ORGANIZATION")


@dataclass(frozen=True, slots=True)
class Found:
    """A mention and its tokens `[start, end)`."""

    mention: spans.Mention
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation of two mentions; `by` names the rule."""

    type: str
    subject: spans.Mention
    object: spans.Mention
    score: float
    by: str


@Language.component("khabar_relations", assigns=["doc._.relations"])
def relations(doc: Doc) -> Doc:
    """Write `doc._.relations`."""
    doc._.relations = [_described(tie) for tie in find_relations(doc)]
    return doc


def find_relations(doc: Doc) -> list[Tie]:
    """Return the relations of a Doc, each once for the same two things, at its closest pair, in the order of the text."""
    found = [Found(m, *_tokens(doc, m)) for m in spans.read(doc, *spans.GROUPS)]
    ties = [*_offices(doc, found), *_counterparts(doc, found), *_hosts(doc, found), *_members(doc, found)]
    closest: dict[tuple[str, str, str], Tie] = {}
    for tie in sorted(ties, key=_width):
        wording = (
            normalise(doc.text[tie.object.start : tie.object.end]) if tie.type == "holds_role" else tie.object.entity
        )
        closest.setdefault((tie.type, tie.subject.entity, wording), tie)
    return sorted(
        closest.values(), key=lambda tie: (min(tie.subject.start, tie.object.start), tie.type, tie.object.start)
    )


def _tokens(doc: Doc, m: spans.Mention) -> tuple[int, int]:
    span = spans.located(doc, m)
    return span.start, span.end


def _width(tie: Tie) -> int:
    return max(tie.subject.end, tie.object.end) - min(tie.subject.start, tie.object.start)


def _offices(doc: Doc, found: list[Found]) -> Iterator[Tie]:
    """Offices beside the name of their holder, and whom they stand for."""
    people = [f for f in found if f.mention.label == "PERSON"]
    for role in (f for f in found if f.mention.label == "ROLE" and f.mention.entity):
        beside = [
            p
            for p in people
            if p.mention.entity == role.mention.entity and _gap(p, role) <= _APPOSITION + _stacked(found, p, role)
        ]
        beside = [p for p in beside if _one_sentence(doc, p, role)]
        if not beside:
            continue
        person = min(beside, key=lambda p: _gap(p, role))
        yield Tie("holds_role", person.mention, role.mention, role.mention.score, "relations:apposition")
        inside = [f for f in found if role.start <= f.start and f.end <= role.end and f.mention.label in _SIDES]
        outer = [f for f in inside if not any(o is not f and o.start <= f.start and f.end <= o.end for o in inside)]
        if outer:
            yield Tie("represents", person.mention, outer[0].mention, role.mention.score, "relations:office")


def _stacked(found: Iterable[Found], person: Found, role: Found) -> int:
    """The tokens of other offices between a name and its office («ولي العهد، رئيس مجلس الوزراء محمد بن سلمان»)."""
    first, last = (person, role) if person.start < role.start else (role, person)
    between = [f for f in found if f.mention.label == "ROLE" and first.end <= f.start and f.end <= last.start]
    return sum(f.end - f.start + 2 for f in between)


def _gap(a: Found, b: Found) -> int:
    return max(a.start - b.end, b.start - a.end, 0)


def _one_sentence(doc: Doc, a: Found, b: Found) -> bool:
    return not any(doc[i].is_sent_start for i in range(min(a.end, b.end), max(a.start, b.start) + 1) if i < len(doc))


def _counterparts(doc: Doc, found: list[Found]) -> Iterator[Tie]:
    """«نظيره الفرنسي X»."""
    for state in (
        f
        for f in found
        if f.mention.label == "NATIONALITY" and f.start and doc[f.start - 1].norm_ in words("counterparts")
    ):
        after = [
            f
            for f in found
            if f.mention.label == "PERSON" and 0 <= f.start - state.end <= _APPOSITION and _one_sentence(doc, state, f)
        ]
        if after:
            yield Tie("represents", after[0].mention, state.mention, 0.9, "relations:counterpart")


def _hosts(doc: Doc, found: list[Found]) -> Iterator[Tie]:
    """«قمة … في X», «استضافت X قمة …»."""
    places = [f for f in found if f.mention.label in ("LOCATION", "COUNTRY") and f.mention.entity]
    for forum in (f for f in found if f.mention.label == "FORUM"):
        inside = [p for p in places if forum.start <= p.start and p.end <= forum.end]
        after = [
            p
            for p in places
            if 0 < p.start - forum.end <= _NEAR
            and doc[p.start - 1].norm_ in ("في", "ب")
            and _one_sentence(doc, forum, p)
        ]
        before = [
            p
            for p in places
            if 0 <= forum.start - p.end <= _NEAR
            and _hosting(doc[max(0, p.start - 2) : forum.start])
            and _one_sentence(doc, p, forum)
        ]
        for place in after[:1] or before[-1:]:
            if place not in inside:
                yield Tie("hosts", place.mention, forum.mention, 0.85, "relations:place" if after else "relations:verb")


def _hosting(tokens: Span) -> bool:
    return any(word in token.norm_ for token in tokens for word in words("hosting_stems"))


def _members(doc: Doc, found: list[Found]) -> Iterator[Tie]:
    """«X عضو في Y», «انضمام X إلى Y»."""
    bodies = [f for f in found if f.mention.label in ("ORGANIZATION", "FORUM")]
    members = [f for f in found if f.mention.label in ("COUNTRY", "PERSON", "ORGANIZATION")]
    for body in bodies:
        cues = [i for i in range(max(0, body.start - _NEAR), body.start) if doc[i].norm_ in words("membership")]
        if not cues:
            continue
        near = [
            m
            for m in members
            if m is not body
            and m.mention.entity
            and m.end <= body.start
            and m.end >= cues[-1] - _NEAR
            and _one_sentence(doc, m, body)
        ]
        for m in near[-1:]:
            yield Tie("member_of", m.mention, body.mention, 0.7, "relations:membership")


@lru_cache(maxsize=8)
def words(name: str) -> frozenset[str]:
    """Return the matching forms of a list's column `form`."""
    return frozenset(normalise(row["form"]) for row in rows(name))


def _described(tie: Tie) -> dict[str, Any]:
    a, b = tie.subject, tie.object
    return {
        "type": tie.type,
        "subject": [a.start, a.end, a.label],
        "object": [b.start, b.end, b.label],
        "evidence": [min(a.start, b.start), max(a.end, b.end)],
        "score": tie.score,
        "by": tie.by,
    }
