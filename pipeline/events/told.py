"""What is told: a word, the event that it tells, and the parties to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.parties import Party
from pipeline.record import MUTUAL

Parties = tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a trigger tells: PLOVER type and mode; `lemma` is the number of its row, `kind`: perfect,
    imperfect, participle, noun; model for a word that no list told."""

    type: str
    mode: str
    lemma: int
    kind: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """Token `at` may tell an event of a frame."""

    at: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class Told:
    """An event read off one trigger, its parties, its probability, whether it happened, and the triggers that tell it again."""

    trigger: Trigger
    who: Parties
    whom: Parties
    score: float
    modality: str
    again: tuple[Trigger, ...] = ()


def distinct(told: Iterable[Told]) -> list[Told]:
    """Keep, of events of one type with the same parties or some of them, the one told most fully, then the likeliest; it knows where it is told again."""
    kept: list[Told] = []
    again: dict[int, list[Trigger]] = {}  # token of a trigger → those that repeat it
    sharing: dict[tuple[str, str], list[Told]] = {}  # type and party → the events kept that have both
    types: dict[int, str] = {}  # token of a trigger → the type of an event kept
    for one in sorted(told, key=lambda t: (-len(t.who) - len(t.whom), -t.score, t.trigger.at)):
        type = one.trigger.frame.type
        keys = [(type, key) for key in keys_of(one.who + one.whom)]
        # What repeats it has all its parties: look only among the events of the party that has the fewest.
        fewest = min((sharing.get(key, []) for key in keys), key=len, default=kept)
        if types.get(one.trigger.at, type) != type:
            continue
        if first := next((other for other in fewest if _repeats(one, other)), None):
            if one.modality == first.modality:
                again.setdefault(first.trigger.at, []).append(one.trigger)
            continue
        kept.append(one)
        types[one.trigger.at] = type
        for key in keys:
            sharing.setdefault(key, []).append(one)
    whole = (replace(one, again=tuple(again.get(one.trigger.at, ()))) for one in kept)
    return sorted(whole, key=lambda t: t.trigger.at)


def _repeats(one: Told, other: Told) -> bool:
    """Whether two events of one type are the same, `other` the one told more fully."""
    a, b = one.trigger.frame, other.trigger.frame
    if a.type in MUTUAL:
        same_mode = a.mode == b.mode or {a.mode, b.mode} <= {"meeting", "talks"}
        return same_mode and keys_of(one.who + one.whom) <= keys_of(other.who + other.whom)
    return keys_of(one.who) <= keys_of(other.who) and keys_of(one.whom) <= keys_of(other.whom)


def keys_of(found: Iterable[Party]) -> set[str]:
    return {party.key for party in found}


def two_sides(type: str, who: Parties, whom: Parties) -> tuple[Parties, Parties]:
    """Return the sides of an event; in one without a direction the first of several parties stands in `who`."""
    return (whom[:1], whom[1:]) if type in MUTUAL and not who and len(whom) > 1 else (who, whom)
