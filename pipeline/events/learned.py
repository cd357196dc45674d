"""Events as the trained network reads them.

Two of its heads mark the words that tell an event, with its kind, and the modality of what is told. It gives every token two vectors besides, one
as a word that tells and one as the name of a party; a small layer over both, and over what stands between them, says whether the party acts, is
acted upon, or has no part, and whether it is the place. What the answers come to, `choices` decides.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.events.scene import Scene
from pipeline.index import index
from pipeline.lists import forms, rows
from pipeline.parties import LABELS, Party
from pipeline.tagger import Reader, Telling, softmax

MODALITIES = ("actual", "planned", "called-for", "denied", "possible")
PARTS = ("none", "who", "whom", "where")
_GAPS = 7  # distances in tokens are told apart by powers of two, up to this one
_SENTENCES = 3
_BETWEEN = 3
_REACH = 160  # tokens from a word that tells to its parties

Floats = NDArray[np.float32]


# What a pair is described by


@lru_cache(maxsize=1)
def kinds() -> tuple[tuple[str, str], ...]:
    """Return the (type, mode) of all kinds of events, in the order of the network's head `event`."""
    return tuple((row["type"], row["mode"]) for row in rows("event_types"))


@lru_cache(maxsize=1)
def _prepositions() -> dict[str, int]:
    return {form: n for n, form in enumerate(sorted(forms("party_prepositions")), 1)}


@lru_cache(maxsize=1)
def sizes() -> tuple[int, ...]:
    """Return how many values each of the features of a pair has."""
    return (
        len(kinds()),
        2 * (_GAPS + 1),
        2 * _SENTENCES + 1,
        len(LABELS),
        len(_prepositions()) + 1,
        2 * (_BETWEEN + 1),
    )


def pairs(scene: Scene, at: int, kind: int) -> dict[int, tuple[int, ...]]:
    """Return number of a party within reach → the features of its pair with token `at`, which tells an event: numbers below `sizes()`."""
    mine, first, last = (bisect.bisect_left(scene.starts, i) for i in (at, at - _REACH, at + _REACH))
    return {
        n: _pair(scene, at, kind, scene.parties[n], n - mine if n >= mine else mine - 1 - n) for n in range(first, last)
    }


def _pair(scene: Scene, at: int, kind: int, party: Party, between: int) -> tuple[int, ...]:
    after = party.start > at
    gap = party.start - at if after else at - party.end + 1
    sentences = scene.sentence[party.start] - scene.sentence[at]
    return (
        kind,
        min(max(gap, 0).bit_length(), _GAPS) + after * (_GAPS + 1),
        min(max(sentences, -_SENTENCES), _SENTENCES) + _SENTENCES,
        LABELS.index(party.mention[2]),
        _prepositions().get(scene.before(party.start), 0),
        min(between, _BETWEEN) + after * (_BETWEEN + 1),
    )


# What the network answers


def part_odds(reader: Reader, tells: Floats, names: Floats, features: NDArray[np.int64]) -> Floats:
    """Return the probabilities of no part, of acting and of being acted upon; a row a pair. That it is the place is only learned beside them."""
    given = reader.features[features + _first_rows()].sum(1)
    hidden = np.maximum(tells + names + given + tells * names, 0)
    return softmax(hidden @ reader.weight[:3].T + reader.bias[:3])


@lru_cache(maxsize=1)
def _first_rows() -> NDArray[np.int64]:
    """The row in the layer's table of the first value of each feature."""
    return np.cumsum([0, *sizes()[:-1]])


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network says of a word: the probability that it tells an event of a kind, each party's parts, and the likeliest modality."""

    at: int
    kind: int
    score: float
    parts: Mapping[int, Floats]
    modality: str


def answers(scene: Scene, telling: Telling, least: float) -> Iterator[Answer]:
    """Yield what the network says of the words that may tell an event and have a party within reach."""
    known = index(scene.doc)
    solid = known.solid
    row = {i: n for n, i in enumerate(solid)}
    named = np.array([(row[p.start], row[known.first[p.mention[0]]]) for p in scene.parties], np.int64).reshape(-1, 2)
    names = telling.names[named].astype(np.float32).mean(1)
    for n in np.flatnonzero(telling.event[:, 0] < 1 - least).tolist():
        kind, score = _kind(telling.event[n, 1:].astype(np.float32))
        near = pairs(scene, solid[n], kind)
        if near:
            made = part_odds(
                telling.reader, telling.tells[n].astype(np.float32), names[list(near)], np.array(list(near.values()))
            )
            modality = MODALITIES[int(telling.modality[n].argmax())]
            yield Answer(solid[n], kind, score, dict(zip(near, made, strict=True)), modality)


def _kind(odds: Floats) -> tuple[int, float]:
    """The likeliest kind of the likeliest type, and the probability of the type."""
    types: dict[str, float] = {}
    for (name, _), p in zip(kinds(), odds.tolist(), strict=True):
        types[name] = types.get(name, 0) + p
    best = max(types, key=lambda name: types[name])
    return max((n for n, (name, _) in enumerate(kinds()) if name == best), key=lambda n: float(odds[n])), types[best]


def stem(scene: Scene, at: int) -> int:
    """Return the token of the word that a proclitic at token `at` is written with, `at` itself where it is none."""
    known = index(scene.doc)
    while (
        known.ends[at] - known.starts[at] == 1 and at + 1 < len(known.starts) and known.starts[at + 1] == known.ends[at]
    ):
        at += 1
    return at
