"""What the network's answers come to: which parties the event has that a word tells, and whether there is one at all.

There are several ways to take the parties of a word: only those that the network is very sure of, or also the likeliest one for a side that would have
nobody. Small trees say how likely each way is right, from what the network says of the word and the parties, and from what kind of
event has which parties; they are grown on labelled articles that the network has not learned from (`training/choices.py`). The likeliest way stands, if it is likely enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.events.learned import Answer, answers, kinds, stem
from pipeline.events.scene import Scene, listed
from pipeline.events.told import Frame, Parties, Told, Trigger, two_sides
from pipeline.events.triggers import frames
from pipeline.lists import forms
from pipeline.parties import Party
from pipeline.tagger import Telling
from pipeline.trees import logit

Features = dict[str, float]

POSSIBLE = 0.06  # a word that tells an event with less probability is not looked at
# How sure of a party the network is that takes part, and how likely the likeliest one is for a side that would have none (1: it stays empty).
_WAYS = ((0.5, 0.1), (0.35, 0.1), (0.7, 0.1), (0.5, 1.0), (0.7, 1.0), (0.9, 0.05), (0.5, 0.04))
_RECEIVED = ("CONSULT", "meeting")
_MANY = 3  # parties of a side are counted up to here
_BATCH = 500  # words whose choices are weighed together


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to take the parties of a word that may tell an event, and what it is judged by."""

    answer: Answer
    who: Parties
    whom: Parties
    features: Features


def read_events(scene: Scene, telling: Telling) -> Iterator[Told]:
    """Yield the events that a network tells, with the probability that the event and all its parties are right."""
    for made, score in best(scene, telling):
        if score > telling.reader.least:
            at = stem(scene, made.answer.at)
            name, mode = _RECEIVED if is_received(scene, at, made.whom) else kinds()[made.answer.kind]
            trigger = Trigger(at, Frame(name, mode, -1, "model"))
            yield Told(trigger, made.who, made.whom, score, made.answer.modality)


def best(scene: Scene, telling: Telling) -> Iterator[tuple[Choice, float]]:
    """Yield for every word that may tell an event the likeliest choice, and its probability."""
    words = answers(scene, telling, POSSIBLE)
    many = crowd(telling)
    while batch := list(islice(words, _BATCH)):
        made = [choices(scene, answer, many) for answer in batch]
        scores = iter(telling.reader.trees.probabilities([one.features for of in made for one in of]))
        for of in made:
            if of:
                scored = list(zip(of, islice(scores, len(of)), strict=True))
                yield max(scored, key=lambda one: one[1])


def is_received(scene: Scene, at: int, whom: Parties) -> bool:
    """Whether a person is welcomed, and so met: «رحب الوزير بالسيد …», not «رحب الوزير بزيارة السيد …»."""
    listed = {(frame.type, frame.mode) for frame in frames().get(scene.norms[at], ())}
    if not {_RECEIVED, ("SUPPORT", "")} <= listed:
        return False
    people = (party.start for party in whom if party.mention[2] == "PERSON" and party.start > at)
    return any(scene.before(start, 1 + (scene.before(start) in forms("honorifics"))) == "ب" for start in people)


def crowd(telling: Telling) -> int:
    """Return how many words of the text may tell an event."""
    return int((telling.event[:, 0] < 1 - POSSIBLE).sum())


def choices(scene: Scene, answer: Answer, many: int) -> list[Choice]:
    """Return the different ways to take the parties of a word; `many`: the text's `crowd`."""
    if answer.score < POSSIBLE:
        return []
    ways: dict[tuple[frozenset[int], frozenset[int]], bool] = {}
    surest = sorted(answer.parts, key=lambda n: float(answer.parts[n][0]))
    for n, (sure, likely) in enumerate(_WAYS):
        ways.setdefault(_sides(scene, answer, surest, sure, likely), n == 0)
    of_word = {"ways": math.log(len(ways)), "crowd": math.log1p(many), **_of_word(scene, answer)}
    made = []
    for (acting, affected), first in ways.items():
        if acting or affected:
            sides = [tuple(scene.parties[n] for n in sorted(side)) for side in (acting, affected)]
            who, whom = two_sides(kinds()[answer.kind][0], *sides)
            of_way = _of_network(scene, answer, acting | affected) | _of_parties(answer.at, who, whom)
            made.append(Choice(answer, who, whom, {"first": float(first), **of_word, **of_way}))
    return made


def _sides(
    scene: Scene, answer: Answer, surest: Sequence[int], sure: float, likely: float
) -> tuple[frozenset[int], frozenset[int]]:
    """Return the numbers of the parties that act and of those acted upon; `surest`: all of them, in the order of how surely they take part.

    A thing takes part once, by the mention that the network is surest of; so does a state and who acts for it, unless a list names both.
    """
    sides: tuple[set[int], set[int]] = (set(), set())
    keys: set[str] = set()

    def take(n: int, side: int) -> None:
        party = scene.parties[n]
        same = (scene.parties[m] for one in sides for m in one if scene.parties[m].country == party.country != "")
        if party.key not in keys and all(listed(scene, party, other) for other in same):
            sides[side].add(n)
            keys.add(party.key)

    for n in surest:
        if 1 - answer.parts[n][0] <= sure:
            break
        take(n, int(answer.parts[n][1] < answer.parts[n][2]))
    for side in (0, 1):
        odds = {} if sides[side] else {n: float(part[side + 1]) for n, part in answer.parts.items()}
        for n in sorted((n for n in odds if odds[n] > likely and n not in sides[1 - side]), key=lambda n: -odds[n]):
            if not sides[side]:
                take(n, side)
    return frozenset(sides[0]), frozenset(sides[1])


# What a choice is judged by


def _of_word(scene: Scene, answer: Answer) -> Features:
    """What is known of the word: how it is listed, how sure the network is of it, where it stands."""
    name, mode = kinds()[answer.kind]
    types = {frame.type for frame in frames().get(scene.norms[stem(scene, answer.at)], ())}
    known = "same" if name in types else "other" if types else "no"
    sentence = scene.sentence[answer.at]
    return {
        "word": logit(answer.score), f"type {name}": 1.0, f"mode {mode}": 1.0, f"listed {known}": 1.0,
        "headline": float(sentence == 0), "sentence": math.log1p(sentence),
    }  # fmt: skip


def _of_network(scene: Scene, answer: Answer, taken: frozenset[int]) -> Features:
    """What the network says of the parties taken, and of the likeliest other one."""
    sure = [logit(1 - float(answer.parts[n][0])) for n in taken]
    keys = {scene.parties[n].key for n in taken}
    rest = (1 - float(part[0]) for n, part in answer.parts.items() if scene.parties[n].key not in keys)
    return {
        "least sure": min(sure),
        "sure": sum(sure) / len(sure),
        "side": min(logit(float(max(answer.parts[n][1:]))) for n in taken),
        "rest": logit(max(rest, default=0.0)),
    }


def _of_parties(at: int, who: Sequence[Party], whom: Sequence[Party]) -> Features:
    """How many parties there are, of which kinds, how far away, and whether both sides act for one state."""
    states = {p.country for p in who} & {p.country for p in whom}
    of = {
        f"who {min(len(who), _MANY)}": 1.0,
        f"whom {min(len(whom), _MANY)}": 1.0,
        "gap": max(math.log1p(abs(p.start - at)) for p in (*who, *whom)),
        "one state": float(bool(states - {""})),
    }
    return of | {f"who {p.mention[2]}": 1.0 for p in who} | {f"whom {p.mention[2]}": 1.0 for p in whom}
