"""Records as `khabar run` writes them: `documents.jsonl`, a `.json` file, or a folder of either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.record import PARTS, Event, Mention, Quotation, Record, Relation, fault
from pipeline.seen import Seen


def read(path: Path) -> Iterator[Record]:
    """Yield the records. Raises ValueError where there are none, one does not fit, or an id stands twice."""
    with closing(Seen()) as seen:
        for place, raw in _raw(path):
            record = checked(raw, place)
            if before := seen.first(record.id, place):
                raise ValueError(f"{place}: the id {record.id} is already that of {before}")
            yield record


def checked(raw: bytes | Mapping[str, Any], place: str) -> Record:
    """Return the record of its JSON or fields. Raises ValueError, with the place, where it is none or does not hold together.

    All offsets must lie in the text and the words stand there, ids stand once, and what names a part name one that is there.

    >>> checked({"id": "a", "sha256": "", "text": "", "sentences": [{"id": "s1", "start": 0, "end": 9}]}, "a.jsonl:1")
    Traceback (most recent call last):
    ValueError: a.jsonl:1: record a: s1 [0, 9) does not lie in the text, which has 0 characters
    """
    try:
        record = Record.model_validate_json(raw) if isinstance(raw, bytes) else Record.model_validate(raw)
    except ValidationError as e:
        raise ValueError(f"{place}: no record: {fault(e)}") from e
    if wrong := next(_faults(record), None):
        raise ValueError(f"{place}: record {record.id}: {wrong}")
    return record


def _raw(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the JSON of each record with its place."""
    if path.is_dir():
        whole = path / "documents.jsonl"
        folder = path if path.name == "json" else path / "json"
        if not whole.exists() and not folder.exists():
            raise ValueError(
                f"{path}: neither documents.jsonl nor json/ is there: `khabar run --format jsonl` or `json` writes them"
            )
        for file in [whole] if whole.exists() else sorted(folder.glob("*.json")):
            yield from _raw(file)
    elif path.suffix == ".json":
        yield str(path), path.read_bytes()
    else:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield f"{path}:{number}", line


def _faults(record: Record) -> Iterator[str]:
    ids: dict[str, set[str]] = {}
    for kind in PARTS:
        parts = [part.id for part in getattr(record, kind)]
        ids[kind] = set(parts)
        if len(ids[kind]) < len(parts):
            yield f"the id {next(id for id in parts if parts.count(id) > 1)} stands twice in {kind}"
    yield from _misplaced(record)
    for part, kind, named in _references(record):
        for id in named:
            if id not in ids[kind]:
                yield f"{part} names {id or 'none'}, which is not among its {kind}"


def _misplaced(record: Record) -> Iterator[str]:
    """The stretches that do not lie in the text or whose words are others there."""
    text = record.text
    for name, start, end, words in _stretches(record):
        if not 0 <= start <= end <= len(text):
            yield f"{name} [{start}, {end}) does not lie in the text, which has {len(text):,} characters"
        elif words == "":
            yield f"{name} [{start}, {end}) is empty"
        elif words is not None and text[start:end] != words:
            yield f"{name} [{start}, {end}) is {text[start:end]!r} in the text and not {words!r}"


def _stretches(record: Record) -> Iterator[tuple[str, int, int, str | None]]:
    for s in record.sentences:
        yield s.id, s.start, s.end, None
    for m in record.mentions:
        yield m.id, m.start, m.end, m.text
    for r in record.relations:
        yield f"the evidence of {r.id}", r.evidence.start, r.evidence.end, None
    for e in record.events:
        yield f"the trigger of {e.id}", e.trigger.start, e.trigger.end, e.trigger.text
    for q in record.quotations:
        yield q.id, q.start, q.end, q.text
        yield f"the cue of {q.id}", q.cue.start, q.cue.end, q.cue.text


def _references(record: Record) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Yield what names parts, of which kind they are, and their ids; those that may be empty are left out where they are."""
    for m in record.mentions:
        yield m.id, "entities", filter(None, [m.entity])
    for entity in record.entities:
        yield entity.id, "mentions", entity.mentions
    for topic in record.topics:
        yield topic.id, "mentions", topic.mentions
    for r in record.relations:
        yield r.id, "entities", filter(None, [r.subject, r.object])
        yield r.id, "mentions", [r.subject_mention, r.object_mention]
    for e in record.events:
        parties = (*e.who, *e.whom)
        yield e.id, "entities", filter(None, (p.entity for p in parties))
        yield e.id, "mentions", [p.mention for p in parties]
        yield e.id, "mentions", filter(None, [e.where, e.forum, *e.topics])
    for q in record.quotations:
        yield q.id, "entities", filter(None, [q.speaker])
        yield q.id, "mentions", filter(None, [q.speaker_mention])
    told: tuple[Mention | Relation | Event | Quotation, ...] = (
        *record.mentions, *record.relations, *record.events, *record.quotations,
    )  # fmt: skip
    for part in told:
        yield part.id, "sentences", filter(None, [part.sentence])
