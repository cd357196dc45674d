"""Events: who did what with whom, when, where and about what, in the types of PLOVER.

A list of verbs and nouns, in their inflections, triggers events. Three small regressions, trained on labelled articles by
`training/events.py`, decide whether a trigger tells an event here and which of the parties around it acts and which is acted upon.
"""

from __future__ import annotations

import bisect
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.found import Places, places
from pipeline.gazetteer import forms, rows
from pipeline.index import index, sentence_numbers
from pipeline.models import path
from pipeline.normalise import normalise
from pipeline.parties import Party, moved, parties

SYMMETRIC = ("CONSULT", "AGREE", "COOPERATE")
Features = dict[str, float]
_PRONOUNS = ("ه", "ها", "هم", "هما", "نا")
_REACH = 45  # tokens from a trigger to its parties
_TOLD = 200  # tokens from a trigger to what it tells of in a long sentence
_QUOTES = frozenset('"«»“”')


@dataclass(frozen=True, slots=True)
class Frame:
    """What a trigger tells: PLOVER type and mode; `lemma` is the number of its row, `kind`: perfect, imperfect, participle, noun."""

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
    """An event read off one trigger, its parties, and its probability."""

    trigger: Trigger
    who: tuple[Party, ...]
    whom: tuple[Party, ...]
    score: float


@Language.component("khabar_events", assigns=["doc._.events"])
def events(doc: Doc) -> Doc:
    """Write `doc._.events`."""
    weights = load_weights()
    scene = Scene(doc)
    doc._.events = [_described(scene, told) for told in distinct(read_events(scene, weights))]
    return doc


# Triggers


def inflections(base: str, kind: str) -> Iterator[str]:
    """Yield the matching forms of a verb or noun with its usual endings.

    >>> sorted(inflections("زيارة", "noun"))[:3]
    ['الزياره', 'زيارتان', 'زيارتنا']
    """
    form = normalise(base)
    stem = form[:-1] + "ت" if form.endswith("ه") else form
    if kind == "noun":
        yield from (form, "ال" + form, *(stem + p for p in _PRONOUNS))
        if not form.endswith(("ه", "ات", "ا")):
            yield from (form + "ا", form + "ين", "ال" + form + "ين")
        elif form.endswith("ه"):
            yield from (stem + "ين", stem + "ي", stem + "ان")
        return
    if kind == "participle":
        yield from (form, form + "ا", form + "ه", form + "ين", form + "ين", form + "ان")
        return
    weak = form[:-1] if form.endswith(("ي", "ا", "و")) else form
    if kind == "perfect":
        yield from (form, weak + "ت", weak + "وا", weak + "تا", weak + "يا", form + "نا", weak + "ا")
        yield from (weak + "ا" + p if weak != form else form + p for p in _PRONOUNS)
        yield from (weak + "ت" + p for p in _PRONOUNS)
        return
    for person in "يتن":
        for future in ("", "س"):
            whole, short = future + person + form[1:], future + person + weak[1:]
            yield from (whole, short, short + "ون", short + "وا", short + "ان")
            yield from (whole + p for p in _PRONOUNS)


@lru_cache(maxsize=1)
def frames() -> dict[str, tuple[Frame, ...]]:
    """Return matching form → the frames that it may trigger."""
    made: dict[str, dict[tuple[str, str], Frame]] = {}
    for n, row in enumerate(rows("event_triggers")):
        bases = [(kind, row[kind]) for kind in ("perfect", "imperfect", "participle")]
        bases += [("noun", word) for word in row["nouns"].split()]
        for kind, base in bases:
            for form in inflections(base, kind) if base else ():
                made.setdefault(form, {}).setdefault(
                    (row["type"], row["mode"]), Frame(row["type"], row["mode"], n, kind)
                )
    return {form: tuple(found.values()) for form, found in made.items()}


# The scene: a Doc with all that triggers and parties are read from, found once


class Scene:
    """A Doc, its parties, triggers and sentences."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.norms = index(doc).norms
        self.parties = parties(doc)
        self._starts = [party.start for party in self.parties]
        self.sentence = sentence_numbers(doc)
        self.firsts = _first_tokens(self.sentence)
        named = {i for p in self.parties for i in range(p.start, p.end)}
        for m in spans.read(doc, "dates"):  # «مارس» the month is no verb
            named.update(range(*spans.tokens(doc, m)))
        listed = frames()
        self.triggers = [
            Trigger(i, frame)
            for i, norm in enumerate(self.norms)
            if norm in listed and i not in named
            for frame in listed[norm]
        ]
        self._trigger_places = sorted({t.at for t in self.triggers})
        self.inside = self._holders()
        self.quoted = _quoted(self.norms)
        self._groups: dict[tuple[str, ...], Places] = {}

    def _holders(self) -> dict[int, str]:
        held = {}
        for m in spans.read(self.doc, "topics", "forums", "organisations", "roles"):
            for i in range(*spans.tokens(self.doc, m)):
                held[i] = m.label
        return held

    def around(self, trigger: Trigger) -> list[tuple[Party, bool]]:
        """The parties of the trigger's sentence within reach, and the subject of the sentence before, marked as carried over."""
        number = self.sentence[trigger.at]
        lo = bisect.bisect_left(self._starts, max(self.firsts[number], trigger.at - _REACH))
        hi = bisect.bisect_left(self._starts, min(self._sentence_end(number), trigger.at + _REACH))
        near = [(party, False) for party in self.parties[lo:hi]]
        carried = self._subject_before(number)
        known = {party.entity for party, _ in near}
        return near + ([(moved(carried, self.firsts[number]), True)] if carried and carried.entity not in known else [])

    def in_sentence(self, trigger: Trigger, *groups: str) -> list[tuple[int, spans.Mention]]:
        """The mentions of the trigger's sentence, within `_TOLD` tokens of it, with the token where each starts."""
        if groups not in self._groups:
            self._groups[groups] = places(self.doc, *groups)
        number = self.sentence[trigger.at]
        lo = max(self.firsts[number], trigger.at - _TOLD)
        hi = min(self._sentence_end(number), trigger.at + _TOLD)
        return [(f.start, f.mention) for f in self._groups[groups].between(lo, hi)]

    def _sentence_end(self, number: int) -> int:
        return self.firsts[number + 1] if number + 1 < len(self.firsts) else len(self.doc)

    def _subject_before(self, number: int) -> Party | None:
        """The first person or body of the nearest sentence before that has one."""
        for n in range(number - 1, max(-1, number - 4), -1):
            lo = bisect.bisect_left(self._starts, self.firsts[n])
            hi = bisect.bisect_left(self._starts, self._sentence_end(n))
            for party in self.parties[lo:hi]:
                if party.mention[2] in ("PERSON", "ROLE", "ORGANIZATION"):
                    return party
        return None

    def triggers_between(self, a: int, b: int) -> int:
        """How many triggers stand strictly between two tokens."""
        lo, hi = min(a, b), max(a, b)
        return max(0, bisect.bisect_left(self._trigger_places, hi) - bisect.bisect_right(self._trigger_places, lo))

    def before(self, i: int, n: int = 1) -> str:
        """The matching form of the n-th token before `i`, white space and commas aside."""
        while i > 0:
            i -= 1
            if self.norms[i].strip() and self.norms[i] not in _QUOTES:
                n -= 1
                if not n:
                    return self.norms[i]
        return "^"


def _first_tokens(sentence: Sequence[int]) -> list[int]:
    return [i for i, number in enumerate(sentence) if i == 0 or number != sentence[i - 1]]


def _quoted(norms: Sequence[str]) -> list[int]:
    """For each token the number of quotation marks before it."""
    counts, n = [], 0
    for norm in norms:
        n += norm in _QUOTES
        counts.append(n)
    return counts


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
    if bare and kind != "participle" and (verb or not scene.norms[trigger.at].endswith(_PRONOUNS[:2])):
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
        p = softmax(f, weights.regressions["part"])
        out.append((party, p["who"], p["whom"]))
    return out


def read_events(scene: Scene, weights: Weights) -> Iterator[Told]:
    """Yield what each trigger tells, where the regressions believe it."""
    for trigger in scene.triggers:
        found = parts(scene, trigger, weights)
        if not found:
            continue
        score = softmax(trigger_features(scene, trigger, found), weights.regressions["trigger"])["yes"]
        if score < weights.thresholds["trigger"]:
            continue
        who = chosen(scene, [(p, a) for p, a, b in found if a >= b], weights.thresholds)
        acting = {p.entity for p in who}
        whom = chosen(scene, [(p, b) for p, a, b in found if b > a and p.entity not in acting], weights.thresholds)
        if trigger.frame.type in SYMMETRIC and not who and len(whom) > 1:
            who, whom = whom[:1], whom[1:]
        if who or whom:
            yield Told(trigger, who, whom, score)


def chosen(scene: Scene, scored: Sequence[tuple[Party, float]], thresholds: Mapping[str, float]) -> tuple[Party, ...]:
    """Return the likeliest party, if likely enough, and those that a list joins to it or that are likely by themselves."""
    if not scored:
        return ()
    top = max(scored, key=lambda one: one[1])
    if top[1] < thresholds["best"]:
        return ()
    taken = {top[0].entity or str(top[0].mention): top[0]}
    for party, p in sorted(scored, key=lambda one: one[0].start):
        joined = any(listed(scene, party, other) for other in taken.values())
        if p >= thresholds["joined" if joined else "part"]:
            taken.setdefault(party.entity or str(party.mention), party)
    return tuple(sorted(taken.values(), key=lambda party: party.start))


def listed(scene: Scene, a: Party, b: Party) -> bool:
    """Whether two parties stand side by side in a list: «و» or a comma between them and nothing that is longer than a title."""
    first, second = (a, b) if a.start <= b.start else (b, a)
    between = scene.norms[first.end : second.start]
    return len(between) <= 4 and any(norm in ("و", "،", ",") for norm in between)


def distinct(told: Iterable[Told]) -> list[Told]:
    """Keep, of events of one type with the same parties or some of them, the one told most fully, then the likeliest."""
    kept: list[Told] = []
    sharing: dict[tuple[str, str], list[Told]] = {}  # type and party → the events kept that have both
    types: dict[int, str] = {}  # token of a trigger → the type of an event kept
    for one in sorted(told, key=lambda t: (-len(t.who) - len(t.whom), -t.score, t.trigger.at)):
        type = one.trigger.frame.type
        keys = [(type, key) for key in _keys(one.who + one.whom)]
        # What repeats it has all its parties: look only among the events of the party that has the fewest.
        fewest = min((sharing.get(key, []) for key in keys), key=len, default=kept)
        if types.get(one.trigger.at, type) != type or any(_repeats(one, other) for other in fewest):
            continue
        kept.append(one)
        types[one.trigger.at] = type
        for key in keys:
            sharing.setdefault(key, []).append(one)
    return sorted(kept, key=lambda t: t.trigger.at)


def _repeats(one: Told, other: Told) -> bool:
    """Whether two events of one type are the same, `other` the one told more fully."""
    a, b = one.trigger.frame, other.trigger.frame
    if a.type in SYMMETRIC:
        same_mode = a.mode == b.mode or {a.mode, b.mode} <= {"meeting", "talks"}
        return same_mode and _keys(one.who + one.whom) <= _keys(other.who + other.whom)
    return _keys(one.who) <= _keys(other.who) and _keys(one.whom) <= _keys(other.whom)


def _keys(found: Iterable[Party]) -> set[str]:
    return {party.entity or str(party.mention) for party in found}


# When, where, about what


def _described(scene: Scene, told: Told) -> dict[str, object]:
    trigger = told.trigger
    token = scene.doc[trigger.at]
    modality = softmax(modality_features(scene, trigger), load_weights().regressions["modality"])
    frame = trigger.frame
    return {
        "type": frame.type, "mode": frame.mode, "cameo": cameo()[frame.type, frame.mode],
        "trigger": [token.idx, token.idx + len(token)],
        "who": [_reference(p) for p in told.who], "whom": [_reference(p) for p in told.whom],
        "where": _where(scene, told), "when": _when(scene, trigger), "forum": _nearest(scene, trigger, "forums"),
        "topics": _topics(scene, trigger), "modality": max(modality, key=lambda name: modality[name]),
        "score": told.score, "by": f"events:{frame.kind}",
    }  # fmt: skip


def _reference(party: Party) -> dict[str, object]:
    return {"mention": list(party.mention), "country": party.country}


def _when(scene: Scene, trigger: Trigger) -> str:
    """The value of the date nearest to the trigger in its sentence, no other trigger between them."""
    dated = [(i, m) for i, m in scene.in_sentence(trigger, "dates") if m.value and abs(i - trigger.at) <= _REACH]
    near = [(scene.triggers_between(trigger.at, i), abs(i - trigger.at), m.value) for i, m in dated]
    return min(near)[2] if near and min(near)[0] <= 2 else ""


def _where(scene: Scene, told: Told) -> list[object] | None:
    """The place after «في» or «ب» nearest to the trigger; for a visit the state or place visited."""
    trigger = told.trigger
    placed = [
        (scene.triggers_between(trigger.at, i), abs(i - trigger.at), m)
        for i, m in scene.in_sentence(trigger, "places", "countries")
        if m.label in ("LOCATION", "COUNTRY") and scene.before(i) in ("في", "ب") and abs(i - trigger.at) <= _REACH
    ]
    if placed:
        m = min(placed, key=lambda one: one[:2])[2]
        return [m.start, m.end, m.label]
    if trigger.frame.mode == "visit":
        for party in told.whom:
            if party.mention[2] in ("COUNTRY", "LOCATION"):
                return list(party.mention)
    return None


def _nearest(scene: Scene, trigger: Trigger, group: str) -> list[object] | None:
    near = [(abs(i - trigger.at), m) for i, m in scene.in_sentence(trigger, group) if abs(i - trigger.at) <= 15]
    if not near:
        return None
    m = min(near, key=lambda one: one[0])[1]
    return [m.start, m.end, m.label]


def _topics(scene: Scene, trigger: Trigger) -> list[list[object]]:
    """The topics told after the trigger in its sentence."""
    return [[m.start, m.end, "TOPIC"] for i, m in scene.in_sentence(trigger, "topics") if i > trigger.at]


@lru_cache(maxsize=1)
def cameo() -> dict[tuple[str, str], str]:
    """Return (type, mode) → CAMEO root code."""
    return {(row["type"], row["mode"]): row["cameo"] for row in rows("event_types")}


# Weights


class Regression:
    """The weights of a regression, turned round: feature → the classes that it speaks for and how much."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self.names = tuple(weights)
        self.by_feature: dict[str, list[tuple[str, float]]] = {}
        for name, of_class in weights.items():
            for feature, weight in of_class.items():
                self.by_feature.setdefault(feature, []).append((name, weight))


def softmax(f: Features, weights: Regression) -> dict[str, float]:
    """Return the probability of each class."""
    z = dict.fromkeys(weights.names, 0.0)
    for feature, value in f.items():
        for name, weight in weights.by_feature.get(feature, ()):
            z[name] += value * weight
    top = max(z.values())
    e = {name: math.exp(value - top) for name, value in z.items()}
    total = sum(e.values())
    return {name: value / total for name, value in e.items()}


@dataclass(frozen=True)
class Weights:
    """Class → feature → weight, for the part of a party, for triggers, for modality; and the thresholds."""

    part: Mapping[str, Mapping[str, float]]
    trigger: Mapping[str, Mapping[str, float]]
    modality: Mapping[str, Mapping[str, float]]
    thresholds: Mapping[str, float]

    @cached_property
    def regressions(self) -> dict[str, Regression]:
        """The three as `softmax` reads them."""
        return {
            "part": Regression(self.part),
            "trigger": Regression(self.trigger),
            "modality": Regression(self.modality),
        }


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Return the weights of `models/events/`."""
    return Weights(**json.loads((path("events") / "weights.json").read_text(encoding="utf-8")))
