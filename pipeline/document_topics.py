"""What a document is about: its topics, from mentions and candidates, their places, and all words of the text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from spacy.tokens import Doc

from pipeline import spans
from pipeline.index import index, sentence_numbers
from pipeline.normalise import normalise
from pipeline.trees import Trees

UNLIKELY = -3.0  # log-odds by the words of a text under which a topic that no candidate names is out of the question
LEAST = 0.03  # probability of a candidate that counts as evidence
ALONE = 0.15  # probability from which the best topic is one of the document, though it is under the threshold
OPENING = 3  # sentences, the headline one of them
# What states have to do with each other is told apart by how many of them a text names.
OF_STATES = ("bilateral-relations", "regional-affairs", "armed-conflict", "peace-process")

Features = dict[str, float]


class Evidence(NamedTuple):
    """Token `start` may begin a mention of `topic`, with this probability."""

    start: int
    end: int
    topic: str
    score: float


def features(
    doc: Doc,
    found: Sequence[spans.Mention],
    candidates: Sequence[Evidence],
    about: Mapping[str, float],
    likeness: Mapping[str, float],
    tagger: bool,
) -> dict[str, Features]:
    """Return, for every topic in question, what the decision rests on.

    `found`: the mentions; `candidates`: all that might be one; `about`: the log-odds of each topic by all words of the text;
    `likeness`: the cosine of the text and each topic; `tagger`: whether it has read the text.
    """
    by_words, by_likeness = _ranked("words", about), _ranked("likeness", likeness)
    by_mentions = _by_mentions(doc, found)
    apart = _apart(candidates)
    by_candidates = _by_candidates(doc, apart)
    states = _states(doc)
    nothing = _nothing(apart)
    made: dict[str, Features] = {}
    for topic, odds in about.items():
        if topic in by_candidates or topic in by_mentions or odds > UNLIKELY:
            f = {f"topic {topic}": 1.0, **by_words[topic], **by_likeness[topic], **by_candidates.get(topic, nothing)}
            f.update(by_mentions.get(topic, {"unmentioned": 1.0, "others": math.log1p(len(found))}))
            f["tagger"] = float(tagger)
            if topic in OF_STATES:
                f.update(states)
            made[topic] = f
    return made


def topics(
    found: Sequence[spans.Mention], rows: Mapping[str, Features], trees: Trees, threshold: float
) -> list[dict[str, Any]]:
    """Return the topics of the document, best first: id, score, and the offsets of the mentions that each rests on.

    A topic that no mention names rests on the words of the whole text.
    """
    scores = dict(zip(rows, trees.probabilities(list(rows.values())), strict=True))
    return [
        {"id": topic, "score": scores[topic], "mentions": [[m.start, m.end] for m in found if m.value == topic]}
        for topic in chosen(scores, threshold)
    ]


def chosen(scores: Mapping[str, float], threshold: float) -> list[str]:
    """Return the topics that score more than the threshold, best first; the best one where it is not unlikely, since an article is about something.

    >>> chosen({"trade": 0.3, "health": 0.2}, 0.5), chosen({"trade": 0.1}, 0.5)
    (['trade'], [])
    """
    ordered = sorted(scores, key=lambda topic: (-scores[topic], topic))
    return [topic for n, topic in enumerate(ordered) if scores[topic] > (threshold if n else min(threshold, ALONE))]


def _ranked(name: str, values: Mapping[str, float]) -> dict[str, Features]:
    """Return for each topic its value, its rank, and how far it is from the best."""
    ordered = sorted(values.values(), reverse=True)
    ranks = {value: rank for rank, value in reversed(list(enumerate(ordered)))}
    return {
        topic: {name: value, f"{name} rank": math.log1p(ranks[value]), f"{name} gap": max(-5.0, value - ordered[0])}
        for topic, value in values.items()
    }


def _by_mentions(doc: Doc, found: Sequence[spans.Mention]) -> dict[str, Features]:
    sentence = sentence_numbers(doc)
    known = index(doc)
    counts = Counter(m.value for m in found)
    most = max(counts.values(), default=1)
    opening = [m for m in found if sentence[known.first[m.start]] < OPENING]
    made: dict[str, Features] = {}
    for topic in counts:
        mine = [m for m in found if m.value == topic]
        first = min(sentence[known.first[m.start]] for m in mine)
        made[topic] = {
            "count": math.log(len(mine)),
            "single": float(len(mine) == 1),
            "share": len(mine) / len(found),
            "evidence": sum(m.score for m in mine) / 3,
            "best": max(m.score for m in mine),
            "headline": float(first == 0),
            "early": float(first < OPENING),
            "first": math.log1p(first),
            "others": math.log(len(found)),
            "to the most": len(mine) / most,
            "more than it": math.log1p(sum(n > len(mine) for n in counts.values())),
            "share of opening": sum(m.value == topic for m in opening) / (len(opening) + 1),
            "forms": math.log(len({normalise(known.text[m.start : m.end]) for m in mine})),
        }
    return made


def _nothing(apart: Sequence[Evidence]) -> Features:
    total = sum(c.score for c in apart) + 0.3
    return {"sum": math.log(0.1), "sum rank": math.log1p(12), "sum of all": math.log(total)}


def _by_candidates(doc: Doc, apart: Sequence[Evidence]) -> dict[str, Features]:
    sentence = sentence_numbers(doc)
    evidence: dict[str, list[Evidence]] = {}
    for c in apart:
        evidence.setdefault(c.topic, []).append(c)
    sums = {topic: sum(c.score for c in mine) for topic, mine in evidence.items()}
    total, most = sum(sums.values()) + 0.3, max(sums.values(), default=0.0) + 0.1
    ranks = {topic: rank for rank, topic in enumerate(sorted(sums, key=lambda topic: (-sums[topic], topic)))}
    made: dict[str, Features] = {}
    for topic, mine in evidence.items():
        thirds = [0.0, 0.0, 0.0]
        for c in mine:
            thirds[3 * c.start // len(doc)] += c.score
        made[topic] = {
            "sum": math.log(sums[topic] + 0.1),
            "sum share": sums[topic] / total,
            "sum to the most": sums[topic] / most,
            "sum rank": math.log1p(ranks[topic]),
            "sum of opening": sum(c.score for c in mine if sentence[c.start] < OPENING),
            "sum of headline": sum(c.score for c in mine if sentence[c.start] == 0),
            "likeliest": max(c.score for c in mine),
            "spread": sum(min(1.0, third) for third in thirds),
            "sum of all": math.log(total),
        }
    return made


def _apart(candidates: Sequence[Evidence]) -> list[Evidence]:
    """Return the likeliest candidates that do not overlap."""
    taken: set[int] = set()
    kept = []
    for c in sorted(candidates, key=lambda c: (-c.score, c.start, c.end)):
        if c.score > LEAST and taken.isdisjoint(range(c.start, c.end)):
            taken.update(range(c.start, c.end))
            kept.append(c)
    return kept


def _states(doc: Doc) -> Features:
    named = spans.read(doc, "countries")
    counts = [n for _, n in Counter(m.entity for m in named).most_common()]
    first, second, third = [*counts[:3], 0, 0, 0][:3]
    lead = {m.entity for m in named if m.start < 350}
    return {
        "states": math.log1p(len(counts)),
        "second state": second / (first + 1),
        "third state": third / (first + 1),
        "states of opening": float(min(len(lead), 4)),
    }
