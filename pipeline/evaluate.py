"""How good the labels are: scores against gold, with intervals, and every error by its kind.

A span is right when its label and both its ends are (`strict`, as nervaluate's and SemEval-2013's strict; the figures are the same to the
digit), also when its value is (`value`), or loosely when it shares a character with one of the same label (`overlap`). Intervals are
95% percentile bootstrap over documents: articles, not labels, are what was sampled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pipeline.gold import VALUED, Labelled, Span
from pipeline.joined import Joined, joined
from pipeline.matching import by_country, by_entity, differences, event_pairs, ties
from pipeline.record import LABELS

SAMPLES = 1000
SURE = (0.5, 0.7)  # scores from which on events are looked at apart: half and most of them should be right
_SEED = 20231106

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1, with the 95% interval of F1."""

    precision: float
    recall: float
    f1: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LabelScore:
    """The scores of a label, or of all: how many there are in gold, how many were found, and how many of those were right."""

    gold: int
    found: int
    right: int
    strict: Score
    overlap: Score
    value: Score
    value_accuracy: float


@dataclass(frozen=True, slots=True)
class SetScore:
    """The score of sets of things without a place of their own: a document's topics, events, relations."""

    gold: int
    found: int
    right: int
    score: Score


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those that could be right are."""

    of: int
    right: int

    @property
    def accuracy(self) -> float:
        """Their share, 0 for none of none."""
        return self.right / self.of if self.of else 0.0


Kind = Literal["missed", "false", "boundary", "label", "value"]


@dataclass(frozen=True, slots=True)
class Error:
    """A miss, a false alarm, or both at once: wrong ends, another label; or a wrong value. `start` and `end` take in both spans."""

    document: str
    kind: Kind
    label: str
    gold: Span | None
    found: Span | None
    before: str
    text: str
    after: str

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return min(s.start for s in (self.gold, self.found) if s)


@dataclass(frozen=True)
class Evaluation:
    """All that is known of how good the labels are."""

    documents: int
    labels: Mapping[str, LabelScore]
    micro: LabelScore
    macro: Score
    macro_overlap: Score
    macro_value: Score
    topics: SetScore
    dates: Share
    events: Mapping[str, SetScore]
    sure_events: Mapping[float, SetScore]
    event_types: Mapping[str, SetScore]
    event_details: Mapping[str, Share]
    relations: SetScore | None
    joined: Mapping[str, Joined]
    errors: Sequence[Error]


def evaluate(gold: Sequence[Labelled], found: Mapping[str, Labelled], *, samples: int = SAMPLES) -> Evaluation:
    """Score what was found (by id of the article) against gold; an article that is not there counts as one without labels.

    Raises ValueError for no gold, and where an article's text is not that of gold.

    >>> gold = [Labelled("a", "زار عمان", (Span(4, 8, "COUNTRY", "OM"),))]
    >>> evaluate(gold, {"a": gold[0]}).micro.strict.f1
    1.0
    """
    if not gold:
        raise ValueError("no gold to score against")
    pairs = [(g, found.get(g.id, Labelled(g.id, g.text))) for g in gold]
    for g, f in pairs:
        if g.text != f.text:
            raise ValueError(f"{g.id}: the text that was labelled is not that of gold")
    draws = _draws(len(pairs), samples)
    counts = np.array([[counts_of(g, f, label) for label in LABELS] for g, f in pairs], dtype=float)
    labels = {label: _label_score(counts[:, n], draws) for n, label in enumerate(LABELS) if counts[:, n].any()}
    macro = {kind: _macro(counts, draws, *columns) for kind, columns in _COLUMNS.items()}
    told = [(g, f) for g, f in pairs if g.events is not None]
    told_draws = _draws(len(told), samples) if told else draws
    by_thing = _told(told)
    tied = [(g, f) for g, f in pairs if g.relations is not None]
    return Evaluation(
        documents=len(pairs),
        labels=labels,
        micro=_label_score(counts.sum(axis=1), draws),
        macro=macro["strict"],
        macro_overlap=macro["overlap"],
        macro_value=macro["value"],
        topics=_set_score([(g.topics, f.topics) for g, f in pairs], draws),
        dates=Share(len(pairs), sum(g.date == f.date for g, f in pairs)),
        events={
            "entity": _set_score(by_thing, told_draws),
            "country": _set_score([(set(by_country(g)), set(by_country(f))) for g, f in told], told_draws),
        } if told else {},
        sure_events={least: _set_score(_told(told, least), told_draws) for least in SURE} if told else {},
        event_types={kind: _set_score(_of_type(by_thing, kind), told_draws) for kind in _types(told)},
        event_details=_details(told) if told else {},
        relations=_set_score([(set(ties(g, g)), set(ties(f, g))) for g, f in tied], _draws(len(tied), samples)) if tied else None,
        joined=joined(gold, [f for _, f in pairs]),
        errors=[error for g, f in pairs for error in errors(g, f)],
    )  # fmt: skip


def to_dict(result: Evaluation) -> dict[str, Any]:
    """Return all figures of an evaluation as plain JSON values, with the errors counted by label and kind."""
    kinds: dict[str, dict[str, int]] = {}
    for error in result.errors:
        of_label = kinds.setdefault(error.label, {})
        of_label[error.kind] = of_label.get(error.kind, 0) + 1
    figures = asdict(replace(result, errors=()))
    figures["dates"]["accuracy"] = result.dates.accuracy
    for name, share in result.event_details.items():
        figures["event_details"][name]["accuracy"] = share.accuracy
    return {**figures, "errors": kinds}


# ---- spans

# Columns of the counts of a document and a label, and which of them each score is made of: right of found, found, right of gold, gold.
_GOLD, _FOUND, _STRICT, _VALUE, _GOLD_TOUCHED, _FOUND_TOUCHED = range(6)
_COLUMNS = {
    "strict": (_STRICT, _FOUND, _STRICT, _GOLD),
    "overlap": (_FOUND_TOUCHED, _FOUND, _GOLD_TOUCHED, _GOLD),
    "value": (_VALUE, _FOUND, _VALUE, _GOLD),
}


def counts_of(gold: Labelled, found: Labelled, label: str) -> tuple[int, ...]:
    """Return, of an article and a label: gold, found, right, right with value, gold touched by found, found touched by gold."""
    g = {(s.start, s.end): s.value for s in gold.spans if s.label == label}
    f = {(s.start, s.end): s.value for s in found.spans if s.label == label}
    right = g.keys() & f.keys()
    with_value = sum(label not in VALUED or g[place] == f[place] for place in right)
    return len(g), len(f), len(right), with_value, len(_touched(g, f)), len(_touched(f, g))


def _touched(places: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the places that share a character with one of the others, none of which overlap one another."""
    found, rest = [], sorted(others)
    at = 0
    for start, end in sorted(places):
        while at < len(rest) and rest[at][1] <= start:
            at += 1
        if at < len(rest) and rest[at][0] < end:
            found.append((start, end))
    return found


def _label_score(counts: Counts, draws: Counts) -> LabelScore:
    total = counts.sum(axis=0)
    strict, overlap, value = (_score(counts, draws, *columns) for columns in _COLUMNS.values())
    return LabelScore(
        gold=int(total[_GOLD]), found=int(total[_FOUND]), right=int(total[_STRICT]), strict=strict, overlap=overlap, value=value,
        value_accuracy=_ratio(total[_VALUE], total[_STRICT]),
    )  # fmt: skip


def _macro(counts: Counts, draws: Counts, right_found: int, found: int, right_gold: int, gold: int) -> Score:
    """The mean over the labels that occur."""
    total = counts.sum(axis=0)
    occurs = total.any(axis=1)
    if not occurs.any():
        return Score(0.0, 0.0, 0.0, 0.0, 0.0)
    precision, recall, f1 = _prf(*(total[occurs][:, column] for column in (right_found, found, right_gold, gold)))
    drawn = np.tensordot(draws, counts, axes=1)[:, occurs]
    sampled = _prf(*(drawn[..., column] for column in (right_found, found, right_gold, gold)))[2].mean(axis=1)
    return _with_interval(precision.mean(), recall.mean(), f1.mean(), sampled)


# ---- sets


def _set_score(pairs: Sequence[tuple[Iterable[Any], Iterable[Any]]], draws: Counts) -> SetScore:
    rows = [(len(set(g) & set(f)), len(set(f)), len(set(g))) for g, f in pairs]
    counts = np.array(rows, dtype=float)
    right, found, gold = counts.sum(axis=0).astype(int)
    return SetScore(int(gold), int(found), int(right), _score(counts, draws, 0, 1, 0, 2))


# ---- the arithmetic


def _draws(documents: int, samples: int) -> Counts:
    """How often each document is in each bootstrap sample."""
    random = np.random.default_rng(_SEED)
    return random.multinomial(documents, np.full(documents, 1 / documents), size=samples).astype(float)


def _score(counts: Counts, draws: Counts, right_found: int, found: int, right_gold: int, gold: int) -> Score:
    columns = (right_found, found, right_gold, gold)
    total, drawn = counts.sum(axis=0), draws @ counts
    precision, recall, f1 = _prf(*(total[column] for column in columns))
    return _with_interval(precision, recall, f1, _prf(*(drawn[:, column] for column in columns))[2])


def _prf(right_found: Any, found: Any, right_gold: Any, gold: Any) -> tuple[Any, Any, Any]:
    precision, recall = _ratio(right_found, found), _ratio(right_gold, gold)
    return precision, recall, _ratio(2 * precision * recall, precision + recall)


def _ratio(part: Any, whole: Any) -> Any:
    """Part of whole, 0 where there is no whole."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)[()]


def _with_interval(precision: Any, recall: Any, f1: Any, sampled: Counts) -> Score:
    low, high = np.percentile(sampled, (2.5, 97.5))
    return Score(float(precision), float(recall), float(f1), float(low), float(high))


# ---- events


def _told(told: Sequence[tuple[Labelled, Labelled]], least: float = 0.0) -> list[tuple[set[Any], set[Any]]]:
    """The events by entity of each article: gold's, and those found with a score of `least` or more."""
    sure = [(g, replace(f, events=tuple(e for e in f.events or () if e.score >= least))) for g, f in told]
    return [(set(by_entity(g, g)), set(by_entity(f, g))) for g, f in sure]


def _of_type(pairs: Sequence[tuple[set[Any], set[Any]]], kind: str) -> list[tuple[set[Any], set[Any]]]:
    return [({key for key in g if key[0] == kind}, {key for key in f if key[0] == kind}) for g, f in pairs]


def _types(told: Sequence[tuple[Labelled, Labelled]]) -> list[str]:
    """The types of gold's events, the commonest first."""
    return [kind for kind, _ in Counter(e.type for g, _ in told for e in g.events or ()).most_common()]


def _details(told: Sequence[tuple[Labelled, Labelled]]) -> dict[str, Share]:
    """Of the events found (by entity): how often their time, place, forum and modality are right."""
    right = dict.fromkeys(("when", "where", "forum", "modality"), 0)
    of = 0
    for g, f in told:
        for kind, expected, made in event_pairs(g, f):
            if kind == "right" and expected and made:
                of += 1
                wrong = differences(expected, made, g, f)
                for name in right:
                    right[name] += name not in wrong
    return {name: Share(of, count) for name, count in right.items()}


# ---- errors


def errors(gold: Labelled, found: Labelled) -> Iterator[Error]:
    """Yield the errors of an article in the order of its text, each once: a span with wrong ends is one error, not a miss and a false alarm."""
    made = [*_value_errors(gold, found)]
    expected, there = ({(s.start, s.end, s.label) for s in one.spans} for one in (gold, found))
    missed = {s for s in gold.spans if (s.start, s.end, s.label) not in there}
    false = {s for s in found.spans if (s.start, s.end, s.label) not in expected}
    for g in sorted(missed):
        same = [f for f in sorted(false) if f.label == g.label and f.start < g.end and g.start < f.end]
        other = [f for f in sorted(false) if (f.start, f.end) == (g.start, g.end)]
        f = next(iter(same + other), None)
        if f:
            false.discard(f)
            made.append(_error(gold, found, "boundary" if same else "label", g, f))
        else:
            made.append(_error(gold, found, "missed", g, None))
    made.extend(_error(gold, found, "false", None, f) for f in false)
    yield from sorted(made, key=lambda e: (e.start, e.label, e.kind))


def _value_errors(gold: Labelled, found: Labelled) -> Iterator[Error]:
    values = {(s.start, s.end, s.label): s for s in found.spans}
    for g in gold.spans:
        f = values.get((g.start, g.end, g.label))
        if f and g.label in VALUED and f.value != g.value:
            yield _error(gold, found, "value", g, f)


def _error(gold: Labelled, found: Labelled, kind: Kind, g: Span | None, f: Span | None) -> Error:
    start = min(s.start for s in (g, f) if s)
    end = max(s.end for s in (g, f) if s)
    left, right = _sentence(found, start, end)
    text = gold.text
    label = g.label if g else f.label if f else ""
    return Error(gold.id, kind, label, g, f, text[left:start], text[start:end], text[end:right])


def _sentence(found: Labelled, start: int, end: int) -> tuple[int, int]:
    """The sentence around a span, at most 120 characters to each side."""
    around = [s for s in found.sentences if s[0] < end and start < s[1]]
    left = min((s[0] for s in around), default=0)
    right = max((s[1] for s in around), default=len(found.text))
    return max(min(left, start), start - 120), min(max(right, end), end + 120)
