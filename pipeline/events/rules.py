"""Events without a trained network: three small regressions, trained on labelled articles by `training/events.py`, decide whether a listed word
tells an event here and which of the parties around it acts and which is acted upon.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipeline.events.scene import Scene, listed
from pipeline.events.told import Told, Trigger, two_sides
from pipeline.events.triggers import PRONOUNS
from pipeline.lists import forms
from pipeline.models import path
from pipeline.parties import Party

Features = dict[str, float]


# Features


def party_features(scene: Scene, trigger: Trigger, around: Sequence[tuple[Party, bool]]) -> list[Features]:
    """Return, for every party around a trigger, what its part is decided by."""
    before = [n for n, (p, carried) in enumerate(around) if not carried and p.end <= trigger.at]
    after = [n for n, (p, carried) in enumerate(around) if not carried and p.start > trigger.at]
    ranks = {n: f"before {len(before) - k}" for k, n in enumerate(before)} | {
        n: f"after {k + 1}" for k, n in enumerate(after)
    }
    bare = 0
    made = []
    grammar = parsed(scene, trigger, around)
    for n, (party, carried) in enumerate(around):
        f = _party_features(scene, trigger, party, "carried" if carried else ranks.get(n, "on"), len(after))
        part = grammar.get(n, "none")
        f |= {
            f"grammar {part}": 1.0,
            f"grammar {part} kind {trigger.frame.kind}": 1.0,
            f"grammar {part} type {trigger.frame.type}": 1.0,
        }
        if ranks.get(n, "").startswith("after"):
            word = scene.before(party.start)
            prep = word if word in forms("party_prepositions") else "-"
            kind = trigger.frame.kind
            names = (
                f"bare {min(bare, 2)}",
                f"bare {min(bare, 2)} prep {prep}",
                f"kind {kind} bare {min(bare, 2)} prep {prep}",
            )
            f.update(
                dict.fromkeys((*names, f"type {trigger.frame.type} kind {kind} bare {min(bare, 2)} prep {prep}"), 1.0)
            )
            bare += prep == "-"
        made.append(f)
    return made


def parsed(scene: Scene, trigger: Trigger, around: Sequence[tuple[Party, bool]]) -> dict[int, str]:
    """Return number of a party → who or whom, as plain word order has it.

    After a verb its subject stands bare, then its object, bare or with a preposition; with no subject after it, it is the party that opens the
    sentence or that of the sentence before. After a noun: «لقاء X مع Y», «بين X وY», «لقاؤه مع Y».
    """
    after = [n for n, (p, carried) in enumerate(around) if not carried and p.start > trigger.at]
    before = [n for n, (p, carried) in enumerate(around) if carried or p.end <= trigger.at]
    words = [scene.before(p.start) for p, _ in around]
    if after and words[after[0]] == "بين":
        return {after[0]: "who", **{n: "whom" for n in after[1:2] if words[n] == "و"}}
    taken: dict[int, str] = {}
    subject = _subject(scene, trigger, around, words, before, after)
    if subject >= 0:
        taken[subject] = "who"
        while subject in after[:-1] and listed(scene, around[subject][0], around[subject + 1][0]):
            subject += 1
            taken[subject] = "who"
    rest = [n for n in after if n not in taken]
    whom = next((n for n in rest if words[n] not in ("في", "عن", "و", "ك")), -1)
    if _takes_object(scene, trigger) and before:
        taken.setdefault(before[-1], "whom")
    elif whom >= 0:
        taken[whom] = "whom"
        for n in rest[rest.index(whom) + 1 :]:
            if not listed(scene, around[n - 1][0], around[n][0]):
                break
            taken[n] = "whom"
    return taken


def _subject(
    scene: Scene,
    trigger: Trigger,
    around: Sequence[tuple[Party, bool]],
    words: Sequence[str],
    before: Sequence[int],
    after: Sequence[int],
) -> int:
    """Return the number of the party that word order makes the subject, or -1."""
    kind = trigger.frame.kind
    verb = kind in ("perfect", "imperfect")
    word = scene.before(trigger.at)
    ahead = before[-1] if before else -1
    if (
        verb
        and ahead >= 0
        and (around[ahead][0].end == trigger.at or word in forms("relative_pronouns") or word == "قد")
    ):
        return ahead
    bare = (
        bool(after)
        and words[after[0]] not in forms("party_prepositions")
        and around[after[0]][0].start - trigger.at <= 4
    )
    if bare and kind != "participle" and (verb or not scene.norms[trigger.at].endswith(PRONOUNS[:2])):
        return after[0]
    if not before:
        return -1
    opening = [n for n in before if words[n] not in forms("party_prepositions") or words[n] == "و"] or list(before)
    return opening[0] if kind == "participle" else opening[-1]


def _takes_object(scene: Scene, trigger: Trigger) -> bool:
    """Whether a verb carries its object as a pronoun («احتلها», «دعاه»)."""
    return trigger.frame.kind in ("perfect", "imperfect") and scene.norms[trigger.at].endswith(("ه", "ها", "هم", "هما"))


def _party_features(scene: Scene, trigger: Trigger, party: Party, rank: str, following: int) -> Features:
    frame = trigger.frame
    side = rank.split()[0]
    word = scene.before(party.start)
    prep = word if word in forms("party_prepositions") else "-"
    chain = (
        prep
        if prep != "و"
        else f"و {scene.before(party.start, 2)}"
        if scene.before(party.start, 2) in forms("party_prepositions")
        else "و"
    )
    gap = abs((party.start if side == "after" else party.end - 1) - trigger.at)
    distance = min(gap.bit_length(), 6)
    label = party.mention[2]
    between = min(scene.triggers_between(trigger.at, party.start), 3)
    names = (
        "bias", f"type {frame.type}", f"kind {frame.kind}", f"rank {rank}", f"kind {frame.kind} rank {rank}",
        f"type {frame.type} rank {rank}", f"prep {prep} side {side}", f"type {frame.type} prep {prep} side {side}",
        f"mode {frame.mode} prep {prep} side {side}", f"lemma {frame.lemma} prep {prep} side {side}", f"chain {chain} {side}",
        f"kind {frame.kind} prep {prep} side {side}", f"label {label} {side}", f"label {label} prep {prep}", f"label {label} type {frame.type}",
        f"distance {distance} {side}", f"between {between} {side}", f"kind {frame.kind} {side} following {min(following, 2)}",
        f"mode {frame.mode} label {label} prep {prep}", f"lemma {frame.lemma} {side}",
    )  # fmt: skip
    f = dict.fromkeys(names, 1.0)
    if side == "after" and scene.quoted[party.start] != scene.quoted[trigger.at]:
        f["across quotes"] = 1.0
    if side in ("before", "carried") and scene.quoted[party.start] != scene.quoted[trigger.at]:
        f["from outside quotes"] = 1.0
    if not party.country:
        f["no state"] = 1.0
    if party.start == scene.firsts[scene.sentence[min(party.start, len(scene.norms) - 1)]]:
        f["opens sentence"] = 1.0
    return f


def trigger_features(scene: Scene, trigger: Trigger, parts: Sequence[tuple[Party, float, float]]) -> Features:
    """Return what tells whether a trigger tells an event here. `parts`: parties, the probabilities that each acts and that it is acted upon."""
    frame, i, norms = trigger.frame, trigger.at, scene.norms
    following = norms[i + 1] if i + 1 < len(norms) else "$"
    best_who = max(who for _, who, _ in parts)
    target, _, best_whom = max(parts, key=lambda part: part[2])
    prep = scene.before(target.start) if best_whom > 0.2 else "-"
    label = target.mention[2] if best_whom > 0.2 else "-"
    opening = i - scene.firsts[scene.sentence[i]]
    names = (
        "bias", f"lemma {frame.lemma}", f"lemma {frame.lemma} kind {frame.kind}", f"type {frame.type}", f"kind {frame.kind}", f"type {frame.type} kind {frame.kind}",
        f"form {norms[i]}", f"before {scene.before(i)}", f"before 2 {scene.before(i, 2)}", f"after {following}", f"inside {scene.inside.get(i, '-')}",
        f"quoted {scene.quoted[i] % 2}", f"place {min(scene.sentence[i], 4)}", f"opening {min(opening.bit_length(), 4)}",
        f"parties {min(len(parts), 4)}", f"whom {label} type {frame.type}", f"whom {label} lemma {frame.lemma}",
        f"whom {label} prep {prep} lemma {frame.lemma}", f"whom {label} prep {prep} type {frame.type}",
    )  # fmt: skip
    f = dict.fromkeys(names, 1.0)
    f["who"], f["whom"] = best_who, best_whom
    f["both"] = best_who * best_whom
    f[f"both {frame.type}"] = best_who * best_whom
    f["with"] = float("مع" in norms[i + 1 : i + 12])
    f["between"] = float("بين" in norms[i + 1 : i + 4])
    f["nominal definite"] = float(frame.kind == "noun" and norms[i].startswith("ال"))
    return f


def modality_features(scene: Scene, trigger: Trigger) -> Features:
    """Return what tells whether an event happened, is planned, possible, called for or denied."""
    i, norms = trigger.at, scene.norms
    start = max(scene.firsts[scene.sentence[i]], i - 8)
    names = ["bias", f"kind {trigger.frame.kind}", f"type {trigger.frame.type}", f"form {norms[i]}"]
    names += [f"near before {word}" for word in norms[start:i]] + [
        f"near after {word}" for word in norms[i + 1 : i + 7]
    ]
    names += [
        f"before {scene.before(i)}",
        "future" if trigger.frame.kind == "imperfect" and norms[i].startswith("س") else "no future",
    ]
    return dict.fromkeys(names, 1.0)


# Decisions


def parts(scene: Scene, trigger: Trigger, weights: Weights) -> list[tuple[Party, float, float]]:
    """Return the parties around a trigger with the probabilities that each acts and that it is acted upon."""
    around = scene.around(trigger)
    out = []
    for (party, _), f in zip(around, party_features(scene, trigger, around), strict=True):
        p = weights.regressions["part"].probabilities(f)
        out.append((party, p["who"], p["whom"]))
    return out


def read_events(scene: Scene, weights: Weights) -> Iterator[Told]:
    """Yield what each trigger tells, where the regressions believe it."""
    for trigger in scene.triggers:
        found = parts(scene, trigger, weights)
        if not found:
            continue
        score = weights.regressions["trigger"].probabilities(trigger_features(scene, trigger, found))["yes"]
        if score < weights.thresholds["trigger"]:
            continue
        who = chosen(scene, [(p, a) for p, a, b in found if a >= b], weights.thresholds)
        acting = {p.entity for p in who}
        whom = chosen(scene, [(p, b) for p, a, b in found if b > a and p.entity not in acting], weights.thresholds)
        who, whom = two_sides(trigger.frame.type, who, whom)
        if who or whom:
            modality = weights.regressions["modality"].probabilities(modality_features(scene, trigger))
            yield Told(trigger, who, whom, score, max(modality, key=lambda name: modality[name]))


def chosen(scene: Scene, scored: Sequence[tuple[Party, float]], thresholds: Mapping[str, float]) -> tuple[Party, ...]:
    """Return the likeliest party, if likely enough, and those that a list joins to it or that are likely by themselves."""
    if not scored:
        return ()
    top = max(scored, key=lambda one: one[1])
    if top[1] < thresholds["best"]:
        return ()
    taken = {top[0].key: top[0]}
    for party, p in sorted(scored, key=lambda one: one[0].start):
        joined = any(listed(scene, party, other) for other in taken.values())
        if p >= thresholds["joined" if joined else "part"]:
            taken.setdefault(party.key, party)
    return tuple(sorted(taken.values(), key=lambda party: party.start))


# Weights


class Regression:
    """The weights of a multinomial regression, turned round: feature → how much it speaks for each class."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self._names = tuple(weights)
        self._none = [0.0] * len(weights)
        self._rows: dict[str, list[float]] = {}
        for n, of_class in enumerate(weights.values()):
            for feature, weight in of_class.items():
                self._rows.setdefault(feature, self._none.copy())[n] = weight

    def probabilities(self, f: Features) -> dict[str, float]:
        """Return the probability of each class."""
        known = [(self._rows[feature], value) for feature, value in f.items() if feature in self._rows]
        rows = [row if value == 1 else [value * weight for weight in row] for row, value in known]
        z = [sum(column) for column in zip(self._none, *rows, strict=True)]
        top = max(z)
        e = [math.exp(value - top) for value in z]
        total = sum(e)
        return {name: value / total for name, value in zip(self._names, e, strict=True)}


@dataclass(frozen=True)
class Weights:
    """Class → feature → weight, for the part of a party, for triggers, for modality; and the thresholds."""

    part: Mapping[str, Mapping[str, float]]
    trigger: Mapping[str, Mapping[str, float]]
    modality: Mapping[str, Mapping[str, float]]
    thresholds: Mapping[str, float]

    @cached_property
    def regressions(self) -> dict[str, Regression]:
        """The three, turned round."""
        return {
            "part": Regression(self.part),
            "trigger": Regression(self.trigger),
            "modality": Regression(self.modality),
        }


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Return the weights of `models/events/`."""
    return Weights(**json.loads((path("events") / "weights.json").read_text(encoding="utf-8")))
