"""Label Studio: its JSON export (JSON-MIN has no values and no relations). The first annotation of a task counts, where there is none its first prediction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.gold import Span
from pipeline.imports.labels import record
from pipeline.imports.units import CodePoints
from pipeline.readers.jsonl import loads
from pipeline.record import Record


def read(path: Path) -> Iterator[Record]:
    """Yield the tasks."""
    try:
        tasks = loads(path.read_text("utf-8-sig"))
        for number, task in enumerate(tasks, 1):
            yield _document(task, f"{path}: task {number}")
    except (KeyError, TypeError, IndexError) as e:
        raise ValueError(
            f"{path}: not as Label Studio exports it (choose JSON, not JSON-MIN): {type(e).__name__}: {e}"
        ) from e


def _document(task: Mapping[str, Any], place: str) -> Record:
    data = task["data"]
    text = data["text"]
    answers = task.get("annotations") or task.get("predictions") or [{"result": []}]
    at = CodePoints(text)
    spans: dict[str, Span] = {}
    ties: list[tuple[str, str, str]] = []
    for part in answers[0]["result"]:
        if part["type"] == "labels":
            spans[part["id"]] = _span(part, text, at, place)
        elif part["type"] == "relation":
            ties.extend((label, part["from_id"], part["to_id"]) for label in part.get("labels", ()))
    joined = [(type, spans[a], spans[b]) for type, a, b in ties if a in spans and b in spans]
    id = str(data.get("document") or task.get("id") or place.rsplit(" ", 1)[1])
    return record(
        id, text, spans.values(), ties=joined, topics=data.get("topics", ()), date=data.get("date", ""), place=place
    )


def _span(part: Mapping[str, Any], text: str, at: CodePoints, place: str) -> Span:
    """Offsets are code points, or UTF-16 units from versions before 1.4: the words tell."""
    value = part["value"]
    start, end, words = value["start"], value["end"], value.get("text")
    if words is not None and text[start:end] != words:
        start, end = at(start), at(end)
        if text[start:end] != words:
            raise ValueError(f"{place}: {words!r} is not at [{value['start']}, {value['end']})")
    meta = part.get("meta", {}).get("text", "")
    return Span(start, end, value["labels"][0], meta[0] if isinstance(meta, list) and meta else str(meta or ""))
