"""Labelled articles, whoever labelled them: people (gold files) or the pipeline (records)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from pipeline.article import Article, digest, iso_day, scalar
from pipeline.imports import records
from pipeline.readers.jsonl import loads
from pipeline.record import Label, Record, fault

# Labels whose spans have values; of the others the value says nothing.
VALUED = ("PERSON", "COUNTRY", "NATIONALITY", "DATE", "ROLE", "TOPIC")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A labelled stretch of a text."""

    start: int
    end: int
    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class LabelledParty:
    """A party to an event: where it is named, and the state it acts for."""

    start: int
    end: int
    country: str = ""


Place = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class LabelledEvent:
    """An event; `where` and `forum` are the places in the text that name them, `score` is how likely it is."""

    type: str
    who: tuple[LabelledParty, ...]
    whom: tuple[LabelledParty, ...]
    mode: str = ""
    when: str = ""
    where: Place = None
    forum: Place = None
    modality: str = "actual"
    trigger: tuple[int, int] = (0, 0)
    score: float = field(default=1.0, compare=False)


@dataclass(frozen=True, slots=True)
class LabelledRelation:
    """A relation of what is named in two places."""

    type: str
    subject: tuple[int, int]
    object: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with its labels. `events` and `relations` are None where nobody looked for them."""

    id: str
    text: str
    spans: tuple[Span, ...] = ()
    topics: frozenset[str] = frozenset()
    date: str = ""
    given_date: str = ""
    events: tuple[LabelledEvent, ...] | None = None
    relations: tuple[LabelledRelation, ...] | None = None
    sentences: tuple[tuple[int, int], ...] = field(default=(), compare=False)

    @property
    def article(self) -> Article:
        """What the pipeline is given of it: nothing that it should find."""
        return Article(self.id, self.text, self.given_date)


def read_gold(paths: Iterable[Path], events: Iterable[Path] = ()) -> list[Labelled]:
    """Return the articles of gold files, with their events and relations from files of those.

    Raises OSError for a file that cannot be read and ValueError for a line that is no gold: broken JSON, offsets that do not fit the text,
    an id that stands twice; and where none of the events is of an article of gold.
    """
    gold: dict[str, Labelled] = {}
    for path in paths:
        for place, fields in _lines(path):
            one = of_fields(fields, place)
            if one.id in gold:
                raise ValueError(f"{place}: the id {one.id} stands twice")
            gold[one.id] = one
    events = list(events)
    for path in events:
        for place, fields in _lines(path):
            if fields["id"] in gold:  # a file of events may be for more articles than are looked at
                gold[fields["id"]] = with_events(gold[fields["id"]], fields, place)
    if gold and events and all(one.events is None for one in gold.values()):
        raise ValueError(f"{', '.join(map(str, events))}: no article of gold has its id there")
    return list(gold.values())


def read_predictions(path: Path) -> dict[str, Labelled]:
    """Return the articles by id of what a run wrote, its folder or `documents.jsonl`, or of a file of gold. Raises as `read_gold` does."""
    if path.is_dir():
        return {record.id: of_record(record) for record in records.read(path)}
    found: dict[str, Labelled] = {}
    for place, fields in _lines(path):
        one = of_record(records.checked(fields, place)) if "mentions" in fields else of_fields(fields, place)
        if one.id in found:
            raise ValueError(f"{place}: the id {one.id} stands twice")
        found[one.id] = one
    return found


def of_fields(fields: Mapping[str, Any], place: str = "gold") -> Labelled:
    """Return the article of a line of gold. Raises ValueError where a field is not as it should be or offsets do not fit the text."""
    if "events" in fields and "text" not in fields:
        raise ValueError(f"{place}: events without their text: a file of events goes with --events")
    try:
        one = _Gold.model_validate(fields)
        given_date = iso_day(one.given_date)
    except ValidationError as e:
        raise ValueError(f"{place}: no gold: {fault(e)}") from e
    except ValueError as e:
        raise ValueError(f"{place}: given_date: {e}") from e
    if one.sha256 is not None and one.sha256 != digest(one.text):
        raise ValueError(f"{place}: the text is not the one that was labelled (its SHA-256 differs)")
    for span in one.entities:
        span.check(one.text, f"{place}: {span.label}")
    spans = {Span(e.start, e.end, e.label, e.value) for e in one.entities}
    return Labelled(
        id=one.id, text=one.text, spans=tuple(sorted(spans)), topics=frozenset(one.topics), date=one.date, given_date=given_date,
    )  # fmt: skip


def with_events(one: Labelled, fields: Mapping[str, Any], place: str = "events") -> Labelled:
    """Return an article with the events and relations of a line of an events file. Raises ValueError as `of_fields` does."""
    try:
        line = _Events.model_validate(fields)
    except ValidationError as e:
        raise ValueError(f"{place}: no events: {fault(e)}") from e
    for n, event in enumerate(line.events, 1):
        for part in (*event.who, *event.whom, event.where, event.forum, event.trigger):
            if part:
                part.check(one.text, f"{place}: event {n}")
    for n, relation in enumerate(line.relations or (), 1):
        for part in (relation.subject, relation.object):
            if part:
                part.check(one.text, f"{place}: relation {n}")
    events = tuple(
        LabelledEvent(
            type=e.type, who=_parties(e.who), whom=_parties(e.whom), mode=e.mode, when=e.when, where=_place(e.where),
            forum=_place(e.forum), modality=e.modality, trigger=_place(e.trigger) or (0, 0),
        )
        for e in line.events
    )  # fmt: skip
    relations = None
    if line.relations is not None:
        named = ((r.type, _place(r.subject), _place(r.object)) for r in line.relations)
        relations = tuple(LabelledRelation(type, s, o) for type, s, o in named if s and o)
    return replace(one, events=events, relations=relations)


def of_record(record: Record) -> Labelled:
    """Return a record as a labelled article, so that both sides of a comparison look the same."""
    places = {m.id: (m.start, m.end) for m in record.mentions}
    events = tuple(
        LabelledEvent(
            type=e.type,
            who=tuple(LabelledParty(*places[p.mention], p.country) for p in e.who),
            whom=tuple(LabelledParty(*places[p.mention], p.country) for p in e.whom),
            mode=e.mode, when=e.when, where=places.get(e.where), forum=places.get(e.forum), modality=e.modality,
            trigger=(e.trigger.start, e.trigger.end), score=e.score,
        )
        for e in record.events
    )  # fmt: skip
    relations = (
        LabelledRelation(r.type, places[r.subject_mention], places[r.object_mention]) for r in record.relations
    )
    return Labelled(
        id=record.id, text=record.text, spans=tuple(sorted(Span(m.start, m.end, m.label, m.value) for m in record.mentions)),
        topics=frozenset(t.id for t in record.topics), date=record.date.value, events=events, relations=tuple(relations),
        sentences=tuple((s.start, s.end) for s in record.sentences),
    )  # fmt: skip


def to_fields(one: Labelled) -> dict[str, Any]:
    """Return an article as a line of gold.

    >>> to_fields(Labelled("a", "زار عمان", (Span(4, 8, "COUNTRY", "OM"),)))["entities"]
    [{'start': 4, 'end': 8, 'label': 'COUNTRY', 'value': 'OM', 'text': 'عمان'}]
    """
    spans = sorted(one.spans, key=lambda s: (s.start, -s.end, s.label))
    entities = [
        {"start": s.start, "end": s.end, "label": s.label, "value": s.value, "text": one.text[s.start : s.end]}
        for s in spans
    ]
    named = {"id": one.id, "given_date": one.given_date, "date": one.date, "sha256": digest(one.text)}
    return {**named, "topics": sorted(one.topics), "text": one.text, "entities": entities}


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if path.is_dir():
        raise ValueError(f"{path}: a folder: name the files of labelled articles (.jsonl) in it")
    for number, raw in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        place = f"{path}:{number}"
        try:
            line = raw.decode()
            fields = loads(line) if line.strip() else None
        except UnicodeDecodeError as e:
            raise ValueError(f"{place}: no UTF-8: {e.reason}") from e
        except ValueError as e:
            raise ValueError(f"{place}: broken JSON: {e}") from e
        if not line.strip():
            continue
        if not isinstance(fields, dict) or not scalar(fields.get("id")):
            raise ValueError(f"{place}: a JSON object with an id is expected")
        yield place, {**fields, "id": scalar(fields["id"])}


def _parties(parties: Iterable[_Party]) -> tuple[LabelledParty, ...]:
    return tuple(LabelledParty(p.start, p.end, p.country) for p in parties)


def _place(place: _Stretch | None) -> Place:
    return (place.start, place.end) if place else None


# ---- a line of a file of gold, and of one of events


class _Stretch(BaseModel):
    start: int
    end: int
    text: str | None = None

    def check(self, text: str, place: str) -> None:
        """Raise ValueError where it is not in the text, or its words are others there."""
        where = f"{place} [{self.start}, {self.end})"
        if not 0 <= self.start < self.end <= len(text):
            raise ValueError(f"{where} does not lie in the text, which has {len(text):,} characters")
        if self.text is not None and self.text != (there := text[self.start : self.end]):
            raise ValueError(
                f"{where} is {there!r} in the text and not {self.text!r}: offsets count code points from 0, the end excluded"
            )


class _Entity(_Stretch):
    label: Label
    value: str = ""


class _Gold(BaseModel):
    id: str
    text: str
    entities: list[_Entity]
    topics: list[str] = []
    date: str = ""
    given_date: str = ""
    sha256: str | None = None


class _Party(_Stretch):
    country: str = ""


class _Event(BaseModel):
    type: str
    who: list[_Party]
    whom: list[_Party]
    mode: str = ""
    when: str = ""
    where: _Stretch | None = None
    forum: _Stretch | None = None
    modality: str = "actual"
    trigger: _Stretch | None = None


class _Relation(BaseModel):
    type: str
    subject: _Stretch | None
    object: _Stretch | None


class _Events(BaseModel):
    events: list[_Event]
    relations: list[_Relation] | None = None
