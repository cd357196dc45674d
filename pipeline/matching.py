"""What of two labelled articles is the same: things, events and relations, which have no place of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, TypeVar

from pipeline.gold import Labelled, LabelledEvent, LabelledParty, LabelledRelation, Place, Span
from pipeline.normalise import normalise
from pipeline.record import MUTUAL

Kind = Literal["right", "missed", "false", "parties", "type"]
T = TypeVar("T")
# What gold has and what was found; one of the two may be missing.
Pair = tuple[Kind, T | None, T | None]

# What may be a party or a place of an event, in the order in which it names one.
_NAMING = ("PERSON", "COUNTRY", "NATIONALITY", "ORGANIZATION", "LOCATION", "FORUM")


def by_entity(of: Labelled, gold: Labelled) -> dict[tuple[Any, ...], int]:
    """Events by type and parties as named things -> which of the article's events it is."""
    return _events(of, lambda party: thing((party.start, party.end), of, gold))


def by_country(of: Labelled) -> dict[tuple[Any, ...], int]:
    """Events by type and parties as states; those that act for none are all alike."""
    return _events(of, lambda party: party.country)


def _events(of: Labelled, name: Callable[[LabelledParty], Any]) -> dict[tuple[Any, ...], int]:
    made: dict[tuple[Any, ...], int] = {}
    for n, e in enumerate(of.events or ()):
        made.setdefault(signature(e.type, map(name, e.who), map(name, e.whom)), n)
    return made


def signature(type: str, who: Iterable[Any], whom: Iterable[Any]) -> tuple[Any, ...]:
    """Return what an event is compared by: its type and parties, on two sides where it has a direction.

    >>> signature("AGREE", ["EG"], ["JO"]) == signature("AGREE", ["JO"], ["EG"])
    True
    """
    sides = frozenset(who), frozenset(whom)
    return (type, sides[0] | sides[1]) if type in MUTUAL else (type, *sides)


def thing(place: Place, of: Labelled, gold: Labelled) -> tuple[str, str] | None:
    """The thing that a place names: as gold has it where gold labels that place or one that it shares characters with, else as it was found."""
    if place is None:
        return None
    start, end = place
    here = [s for s in gold.spans if s.start < end and start < s.end]
    exact = [s for s in here if (s.start, s.end) == place]
    own = [s for s in of.spans if (s.start, s.end) == place]
    labels = {s.label for s in own}
    for candidates in (exact, [s for s in here if s.label in labels], own):
        for label in _NAMING:
            for s in candidates:
                if s.label == label:
                    return _key(s, gold.text)
    return ("", normalise(of.text[start:end]))


def _key(span: Span, text: str) -> tuple[str, str]:
    if span.label in ("COUNTRY", "NATIONALITY"):
        return ("COUNTRY", span.value)
    value = span.value if span.label == "PERSON" else ""
    return (span.label, normalise(value or text[span.start : span.end]))


def ties(of: Labelled, gold: Labelled) -> dict[tuple[Any, ...], int]:
    """Relations by type and things -> which of the article's relations it is."""
    keys = [(r.type, thing(r.subject, of, gold), thing(r.object, of, gold)) for r in of.relations or ()]
    return {key: n for n, key in reversed(list(enumerate(keys)))}


def event_pairs(gold: Labelled, found: Labelled) -> list[Pair[LabelledEvent]]:
    """Return the events of an article side by side, in the order of their triggers: right, as scored by entity, or wrong.

    What is missed and what is a false alarm on the same word is one error: of the parties where the types agree, of the type where they do not.
    """
    made: list[Pair[LabelledEvent]] = []
    pairs = _pairs(gold.events or (), by_entity(gold, gold), found.events or (), by_entity(found, gold))
    false = [f for kind, _, f in pairs if kind == "false" and f]
    for kind, g, f in pairs:
        if kind == "missed" and g:
            here = [f for f in false if f.trigger[0] < g.trigger[1] and g.trigger[0] < f.trigger[1]]
            f = min(here, key=lambda other: other.type != g.type, default=None)
            if f:
                false.remove(f)
                kind = "parties" if f.type == g.type else "type"
        if kind != "false":
            made.append((kind, g, f))
    made.extend(("false", None, f) for f in false)
    return sorted(made, key=lambda pair: [e.trigger for e in pair[1:] if e])


def relation_pairs(gold: Labelled, found: Labelled) -> list[Pair[LabelledRelation]]:
    """Return the relations of an article side by side: right, missed and false alarms."""
    return _pairs(gold.relations or (), ties(gold, gold), found.relations or (), ties(found, gold))


def topic_pairs(gold: Labelled, found: Labelled) -> list[Pair[str]]:
    """Return the topics of an article side by side.

    >>> topic_pairs(Labelled("a", "", topics=frozenset({"war"})), Labelled("a", "", topics=frozenset({"aid"})))
    [('missed', 'war', None), ('false', None, 'aid')]
    """
    expected, made = ({(topic,): n for n, topic in enumerate(sorted(one.topics))} for one in (gold, found))
    return _pairs(sorted(gold.topics), expected, sorted(found.topics), made)


def differences(g: LabelledEvent, f: LabelledEvent, gold: Labelled, found: Labelled) -> list[str]:
    """Return which of time, place, forum and modality differ in two events, one of gold and one that was found."""
    same = {
        "when": g.when == f.when,
        "where": thing(g.where, gold, gold) == thing(f.where, found, gold),
        "forum": thing(g.forum, gold, gold) == thing(f.forum, found, gold),
        "modality": g.modality == f.modality,
    }
    return [name for name, agree in same.items() if not agree]


def _pairs(
    gold: Sequence[T], expected: dict[tuple[Any, ...], int], found: Sequence[T], made: dict[tuple[Any, ...], int]
) -> list[Pair[T]]:
    """What gold has, in its order, then the false alarms; those of one key are one."""
    pairs: list[Pair[T]] = []
    for key, n in expected.items():
        pairs.append(("right", gold[n], found[made[key]]) if key in made else ("missed", gold[n], None))
    pairs.extend(("false", None, found[n]) for key, n in made.items() if key not in expected)
    return pairs
