"""When and where an event takes place, at which forum, and what it is about, as its sentence tells.

The figures are those that fit labelled events best (`tests/test_events.py` shows what each is for); distances are in tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from pipeline import spans
from pipeline.events.scene import Scene
from pipeline.events.told import Told, Trigger, keys_of
from pipeline.found import places
from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.relations import hosting

# What is said to somebody has the day of its report, and is told of no place; these take place somewhere.
_SAID = ("ACCUSE", "REQUEST", "SUPPORT", "REJECT", "THREATEN")
_PLACED = ("CONSULT", "ASSAULT", "COERCE", "MOBILIZE", "PROTEST", "RETREAT")
# A date, a place costs its distance, and more for another trigger between, for standing before the trigger, for being no more than a year;
# a place that the trigger names outright costs less.
_DATE_COSTS = {"between": 4, "before": 3, "year": 10, "said": 5, "most": 40}
_PLACE_COSTS = {"between": 12, "before": 8, "beside": 5, "most": 36}
_BESIDE = 3
_GOAL = 25
_FORUM, _FORUM_OF_OTHERS = 15, 4
_TOPIC_BEFORE, _TOPIC_AFTER, _AGENDA = 6, 30, 60
_SUBJECT = 6  # tokens from a verb in which those who discuss are named
_VERBS = ("perfect", "imperfect")
_DATELINE = 60
_DISTANT = ("قبل", "بعد")
_COUNTED = 8
_AT = ("في", "ب", "داخل", "قرب")

Value = TypeVar("Value")


def fullest(of: Callable[[Scene, Told], Value | None], scene: Scene, told: Told) -> Value | None:
    """Return what the first of the triggers tells that tells it, in the order of how fully they tell the event."""
    triggers = (told.trigger, *told.again)
    return next(filter(None, (of(scene, replace(told, trigger=trigger)) for trigger in triggers)), None)


# When


def days(scene: Scene, told: Iterable[Told]) -> dict[Told, str]:
    """Return when each event was, "" where nothing says so; what a party to the talks of the day says to somebody, it says on that day."""
    day = scene.doc._.date
    found: dict[Told, str] = {}
    talking: set[str] = set()  # parties to the talks of the day, so far
    for one in told:
        found[one] = fullest(when, scene, one) or ""
        if one.modality != "actual" or not day:
            continue
        type = one.trigger.frame.type
        if type in _SAID and not found[one] and talking & keys_of(one.who):
            found[one] = day
        if type == "CONSULT" and found[one] == day:
            talking |= keys_of(one.who + one.whom)
    return found


def when(scene: Scene, told: Told) -> str:
    """Return the value of the date that fits best in the trigger's sentence: near, at most one other trigger between, not against the tense."""
    fitting = [(cost, i, m.value) for cost, i, m in _dates(scene, told) if cost <= _DATE_COSTS["most"]]
    return min(fitting)[2] if fitting else ""


def _dates(scene: Scene, told: Told) -> Iterator[tuple[int, int, spans.Mention]]:
    at, said = told.trigger.at, told.trigger.frame.type in _SAID
    day = scene.doc._.date
    for i, m in scene.in_sentence(told.trigger, "dates"):
        between = scene.triggers_between(at, i)
        if not m.value or between > 1 or _against_tense(m.value, day, told.modality) or _counted_from(scene, at, i):
            continue
        if said and day and m.value[:4] != day[:4] and abs(i - at) > _BESIDE:
            continue
        extra = {
            "between": between,
            "before": i < at,
            "year": len(m.value) == len("2024"),
            "said": said and m.value != day and i > at,
        }
        yield abs(i - at) + sum(n * _DATE_COSTS[name] for name, n in extra.items()), i, m


def _counted_from(scene: Scene, at: int, date: int) -> bool:
    """Whether a date is told by its distance to what the trigger tells, and so is none of it: «في اليوم التالي لزيارة», «قبل يومين من لقاء»."""
    before = {"ل"} | ({"من"} if scene.norms[date] in _DISTANT else set())
    return date < at <= date + _COUNTED and scene.before(at) in before


def _against_tense(value: str, day: str, modality: str) -> bool:
    """Whether what happened would lie ahead of the day of the report, or what is to come behind it."""
    first, last = value.split("/")[0], value.split("/")[-1]
    if not day:
        return False
    if modality == "actual":
        return first != ".." and first[: len(day)] > day[: len(first)]
    return modality in ("planned", "called-for") and last != ".." and last[: len(day)] < day[: len(last)]


# Where


def where(scene: Scene, told: Told) -> list[object] | None:
    """Return the place that the sentence says the event is at; for a visit the state or place visited, for a meeting also where its guest came or the text is from."""
    frame = told.trigger.frame
    if frame.type not in _PLACED or frame.mode == "call":
        return None
    near = [(cost, i, m) for cost, i, m in _sites(scene, told.trigger) if cost <= _PLACE_COSTS["most"]]
    if near:
        return _span(min(near, key=lambda one: one[:2])[2])
    if frame.mode == "visit":
        visited = [p for p in told.whom if p.mention[2] in ("COUNTRY", "LOCATION")]
        return list(visited[0].mention) if visited else None
    return (_goal(scene, told.trigger) or _dateline(scene, told)) if frame.type == "CONSULT" else None


def _named(scene: Scene, trigger: Trigger) -> Iterator[tuple[int, spans.Mention]]:
    """The places and states of the trigger's sentence that are no part of the name of a body or an office."""
    for i, m in scene.in_sentence(trigger, "places", "countries"):
        if m.label in ("LOCATION", "COUNTRY") and scene.inside.get(i) not in ("ROLE", "ORGANIZATION"):
            yield i, m


def _sites(scene: Scene, trigger: Trigger) -> Iterator[tuple[int, int, spans.Mention]]:
    at = trigger.at
    hosts, visit = hosting(scene.norms[at]), trigger.frame.mode == "visit"
    for i, m in _named(scene, trigger):
        distance = i - at
        beside = (
            (hosts and 0 < abs(distance) <= _BESIDE)  # «احتضنت تونس», «تونس قد احتضنت»
            or (visit and 0 < distance < _BESIDE)  # «زار تونس»
            or (distance == 1 and trigger.frame.type in ("CONSULT", "ASSAULT", "RETREAT"))  # «مباحثات جنيف», «قصف عدن»
        )
        towards = visit and 0 < distance <= 4 * _BESIDE and scene.before(i) in ("الي", "ل")
        if not (beside or towards or _said_to_be_at(scene, i)):
            continue
        between = scene.triggers_between(at, i)
        yield (
            abs(distance)
            + _PLACE_COSTS["between"] * between
            + _PLACE_COSTS["before"] * (distance < 0)
            - _PLACE_COSTS["beside"] * (beside and distance > 0),
            i,
            m,
        )


def _said_to_be_at(scene: Scene, i: int) -> bool:
    """Whether «في» or the like stands before the place at a token: «في عمان», «بالعاصمة الأردنية عمان», «قرب سامراء», «تستضيفها بغداد»."""
    n = 1
    while n < 5:
        if _head(scene.before(i, n)):
            n += 1
        elif scene.before(i, n).startswith("ال") and _head(scene.before(i, n + 1)):
            n += 2
        else:
            break
    return scene.before(i, n) in _AT or scene.before(i) in _cues("compass") or hosting(scene.before(i))


def _goal(scene: Scene, trigger: Trigger) -> list[object] | None:
    """Where a party went before: «وصل إلى تونس لإجراء مباحثات»."""
    ahead = [m for i, m in _named(scene, trigger) if 0 < trigger.at - i <= _GOAL and scene.before(i) == "الي"]
    return _span(ahead[-1]) if ahead else None


def _dateline(scene: Scene, told: Told) -> list[object] | None:
    """The place that an article is from, for what its first lines tell, where it lies in the state of a party."""
    at = told.trigger.at
    if at >= _DATELINE:
        return None
    states = {p.country for p in told.who + told.whom}
    for f in places(scene.doc, "places").between(0, at, "LOCATION"):
        opens = (
            f.start < _BESIDE
            or "\n" in scene.norms[f.start - 1]
            or scene.sentence[f.start] > scene.sentence[f.start - 1]
        )
        if opens and scene.doc._.entities.get(f.mention.entity, {}).get("country") in states:
            return _span(f.mention)
    return None


def _head(norm: str) -> bool:
    return norm.removeprefix("ال") in _heads()


@lru_cache(maxsize=1)
def _heads() -> frozenset[str]:
    """The nouns that stand before the name of a place."""
    heads = (row["word"] for row in rows("place_heads") if row["extent"] in ("rest", "cue"))
    return frozenset(map(normalise, heads)) | _cues("seat")


@lru_cache(maxsize=2)
def _cues(level: str) -> frozenset[str]:
    return frozenset(normalise(row["word"]) for row in rows("place_cues") if row["level"] == level)


# At what, about what


def forum(scene: Scene, trigger: Trigger) -> list[object] | None:
    """Return the forum nearest to the trigger in its sentence; forums are where one consults, so nothing else is said to be at one but close by."""
    most = _FORUM if trigger.frame.type == "CONSULT" else _FORUM_OF_OTHERS
    near = [(abs(i - trigger.at), i, m) for i, m in scene.in_sentence(trigger, "forums") if abs(i - trigger.at) <= most]
    return _span(min(near, key=lambda one: one[:2])[2]) if near else None


def topics(scene: Scene, told: Told, discussed: Iterable[Trigger] = ()) -> list[list[object]]:
    """Return the topics told after the trigger in its sentence, or right before it, and those told after words that say what was discussed."""
    reaches = [(told.trigger, -_TOPIC_BEFORE, _TOPIC_AFTER), *((trigger, 0, _AGENDA) for trigger in discussed)]
    about = {
        (m.start, m.end): _span(m)
        for trigger, before, after in reaches
        for i, m in scene.in_sentence(trigger, "topics")
        if before < i - trigger.at <= after
    }
    return [about[place] for place in sorted(about)]


def discussed(scene: Scene, told: Sequence[Told]) -> dict[Told, list[Trigger]]:
    """Return for talks the verbs further on that say what the same states discussed: «وناقش الوفدان المصري والأردني …»."""
    of_states: dict[frozenset[str], Told] = {}
    for one in told:
        states = frozenset(p.country for p in one.who + one.whom if p.country)
        if one.trigger.frame.type == "CONSULT" and len(states) > 1:
            of_states.setdefault(states, one)
    told_at = {one.trigger.at for one in told}
    found: dict[Told, list[Trigger]] = {}
    for trigger in scene.triggers if of_states else ():
        frame = trigger.frame
        if (frame.type, frame.mode) != ("CONSULT", "talks") or frame.kind not in _VERBS or trigger.at in told_at:
            continue
        near = (party for party, _ in scene.around(trigger) if 0 < party.start - trigger.at <= _SUBJECT)
        talks = of_states.get(frozenset(party.country for party in near if party.country))
        if talks and talks.trigger.at < trigger.at:
            found.setdefault(talks, []).append(trigger)
    return found


def _span(m: spans.Mention) -> list[object]:
    return [m.start, m.end, m.label]
