"""Relations: lasting ties that the text states, each with the words that say it.

`holds_role`: a person and an office beside their name. `represents`: a person and the state or body that the office names, or that «نظيره» names.
`hosts`: a place and the forum said to meet there. `member_of`: a party and the body or forum that it is said to belong to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.found import Found, Places, one_sentence, places
from pipeline.index import index
from pipeline.lists import forms
from pipeline.normalise import normalise

# Tokens between a name and its office: a comma, a title, «السيد»; between a forum and its place: an adjective, an ordinal.
_APPOSITION = 4
_NEAR = 6
# No tie reaches further, so that a sentence of any length takes time in proportion to it.
_REACH = 60
_SIDES = ("COUNTRY", "NATIONALITY", "ORGANIZATION")


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
    found = places(doc, *spans.GROUPS)
    ties = [*_offices(doc, found), *_counterparts(doc, found), *_hosts(doc, found), *_members(doc, found)]
    text = index(doc).text
    closest: dict[tuple[str, str, str], Tie] = {}
    for tie in sorted(ties, key=_width):
        wording = normalise(text[tie.object.start : tie.object.end]) if tie.type == "holds_role" else tie.object.entity
        closest.setdefault((tie.type, tie.subject.entity, wording), tie)
    return sorted(
        closest.values(), key=lambda tie: (min(tie.subject.start, tie.object.start), tie.type, tie.object.start)
    )


def _width(tie: Tie) -> int:
    return max(tie.subject.end, tie.object.end) - min(tie.subject.start, tie.object.start)


def _offices(doc: Doc, found: Places) -> Iterator[Tie]:
    """Offices beside the name of their holder, and whom they stand for."""
    for role in (f for f in found.labelled("ROLE") if f.mention.entity):
        near = found.between(role.start - _REACH, role.end + _REACH, "PERSON", "ROLE")
        people = [f for f in near if f.mention.label == "PERSON" and f.mention.entity == role.mention.entity]
        beside = [p for p in people if _gap(p, role) <= _APPOSITION + _stacked(near, p, role)]
        beside = [p for p in beside if one_sentence(doc, p, role)]
        if not beside:
            continue
        person = min(beside, key=lambda p: _gap(p, role))
        yield Tie("holds_role", person.mention, role.mention, role.mention.score, "relations:apposition")
        inside = found.inside(role.start, role.end, *_SIDES)
        if inside:
            yield Tie("represents", person.mention, inside[0].mention, role.mention.score, "relations:office")


def _stacked(found: Iterable[Found], person: Found, role: Found) -> int:
    """The tokens of other offices between a name and its office («ولي العهد، رئيس مجلس الوزراء محمد بن سلمان»)."""
    first, last = (person, role) if person.start < role.start else (role, person)
    between = [f for f in found if f.mention.label == "ROLE" and first.end <= f.start and f.end <= last.start]
    return sum(f.end - f.start + 2 for f in between)


def _gap(a: Found, b: Found) -> int:
    return max(a.start - b.end, b.start - a.end, 0)


def _counterparts(doc: Doc, found: Places) -> Iterator[Tie]:
    """«نظيره الفرنسي X»."""
    norms = index(doc).norms
    for state in found.labelled("NATIONALITY"):
        if not state.start or norms[state.start - 1] not in forms("counterparts"):
            continue
        near = found.between(state.end, state.end + _APPOSITION + 1, "PERSON")
        after = [f for f in near if one_sentence(doc, state, f)]
        if after:
            yield Tie("represents", after[0].mention, state.mention, 0.9, "relations:counterpart")


def _hosts(doc: Doc, found: Places) -> Iterator[Tie]:
    """«قمة … في X», «استضافت X قمة …»."""
    norms = index(doc).norms
    for forum in found.labelled("FORUM"):
        near = found.between(forum.start - _REACH, forum.end + _NEAR + 1, "LOCATION", "COUNTRY")
        named = [p for p in near if p.mention.entity]
        after = [
            p
            for p in named
            if p.start > forum.end and norms[p.start - 1] in ("في", "ب") and one_sentence(doc, forum, p)
        ]
        before = [
            p
            for p in named
            if 0 <= forum.start - p.end <= _NEAR
            and any(map(hosting, norms[max(0, p.start - 2) : forum.start]))
            and one_sentence(doc, p, forum)
        ]
        for place in after[:1] or before[-1:]:
            yield Tie("hosts", place.mention, forum.mention, 0.85, "relations:place" if after else "relations:verb")


def hosting(norm: str) -> bool:
    """Whether a word, in its matching form, is of hosting («تستضيف», «احتضان»)."""
    return any(stem in norm for stem in forms("hosting_stems"))


def _members(doc: Doc, found: Places) -> Iterator[Tie]:
    """«X عضو في Y», «انضمام X إلى Y»."""
    norms = index(doc).norms
    for body in found.labelled("ORGANIZATION", "FORUM"):
        cues = [i for i in range(max(0, body.start - _NEAR), body.start) if norms[i] in forms("membership")]
        if not cues:
            continue
        near = [
            m
            for m in found.between(body.start - _REACH, body.start, "COUNTRY", "PERSON", "ORGANIZATION")
            if m.mention.entity and cues[-1] - _NEAR <= m.end <= body.start and one_sentence(doc, m, body)
        ]
        for m in near[-1:]:
            yield Tie("member_of", m.mention, body.mention, 0.7, "relations:membership")


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
