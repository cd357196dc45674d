"""Labelled articles, whoever labelled them: people (gold files) or the pipeline (records)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.article import Article, digest, scalar
from pipeline.readers.jsonl import loads
from pipeline.record import Record

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
    """An event; `where` and `forum` are the places in the text that name them."""

    type: str
    who: tuple[LabelledParty, ...]
    whom: tuple[LabelledParty, ...]
    mode: str = ""
    when: str = ""
    where: Place = None
    forum: Place = None
    modality: str = "actual"
    trigger: tuple[int, int] = (0, 0)


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
    an id that stands twice.
    """
    gold: dict[str, Labelled] = {}
    for path in paths:
        for place, fields in _lines(path):
            one = of_fields(fields, place)
            if one.id in gold:
                raise ValueError(f"{place}: the id {one.id} stands twice")
            gold[one.id] = one
    for path in events:
        for place, fields in _lines(path):
            if fields["id"] in gold:  # a file of events may be for more articles than are looked at
                try:
                    gold[fields["id"]] = with_events(gold[fields["id"]], fields)
                except (KeyError, TypeError, AttributeError) as e:
                    raise ValueError(f"{place}: no events: {type(e).__name__}: {e}") from e
    return list(gold.values())


def read_predictions(path: Path) -> dict[str, Labelled]:
    """Return the articles of a file by id: records (`documents.jsonl`) or the format of gold. Raises as `read_gold` does."""
    found: dict[str, Labelled] = {}
    for place, fields in _lines(path):
        one = of_record(Record.model_validate(fields)) if "mentions" in fields else of_fields(fields, place)
        if one.id in found:
            raise ValueError(f"{place}: the id {one.id} stands twice")
        found[one.id] = one
    return found


def of_fields(fields: Mapping[str, Any], place: str = "gold") -> Labelled:
    """Return the article of a line of gold. Raises ValueError where its offsets do not fit its text."""
    try:
        text = fields["text"]
        if "sha256" in fields and fields["sha256"] != digest(text):
            raise ValueError(f"{place}: the text is not the one that was labelled (its SHA-256 differs)")
        for e in fields["entities"]:
            if text[e["start"] : e["end"]] != e.get("text", text[e["start"] : e["end"]]) or not 0 <= e["start"] < e[
                "end"
            ] <= len(text):
                raise ValueError(
                    f"{place}: {e['label']} [{e['start']}, {e['end']}) is not {e.get('text')!r} in the text"
                )
        spans = {Span(e["start"], e["end"], e["label"], e.get("value", "")) for e in fields["entities"]}
        return Labelled(
            id=fields["id"], text=text, spans=tuple(sorted(spans)), topics=frozenset(fields.get("topics", ())),
            date=fields.get("date", ""), given_date=fields.get("given_date", ""),
        )  # fmt: skip
    except (KeyError, TypeError) as e:
        raise ValueError(f"{place}: no gold: {type(e).__name__}: {e}") from e


def with_events(one: Labelled, fields: Mapping[str, Any]) -> Labelled:
    """Return an article with the events and relations of a line of an events file."""
    events = tuple(
        LabelledEvent(
            type=e["type"], who=_parties(e["who"]), whom=_parties(e["whom"]), mode=e.get("mode", ""), when=e.get("when", ""),
            where=_place(e.get("where")), forum=_place(e.get("forum")), modality=e.get("modality", "actual"),
            trigger=_place(e.get("trigger")) or (0, 0),
        )
        for e in fields["events"]
    )  # fmt: skip
    relations = None
    if "relations" in fields:
        named = ((r["type"], _place(r["subject"]), _place(r["object"])) for r in fields["relations"])
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
            trigger=(e.trigger.start, e.trigger.end),
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
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            place = f"{path}:{number}"
            try:
                fields = loads(line)
            except ValueError as e:
                raise ValueError(f"{place}: broken JSON: {e}") from e
            if not isinstance(fields, dict) or not scalar(fields.get("id")):
                raise ValueError(f"{place}: a JSON object with an id is expected")
            yield place, {**fields, "id": scalar(fields["id"])}


def _parties(parties: Sequence[Mapping[str, Any]]) -> tuple[LabelledParty, ...]:
    return tuple(LabelledParty(p["start"], p["end"], p.get("country", "")) for p in parties)


def _place(place: Mapping[str, Any] | None) -> Place:
    return (place["start"], place["end"]) if place else None
