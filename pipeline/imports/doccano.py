"""doccano: its JSONL export, with `entities` (and relations) or with `label`, a list of start, end and label. Offsets are UTF-16 units."""

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
    """Yield the documents."""
    with path.open(encoding="utf-8-sig", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                place = f"{path}:{number}"
                try:
                    yield _document(loads(line), place, number)
                except (KeyError, TypeError) as e:
                    raise ValueError(f"{place}: not as doccano exports it: {type(e).__name__}: {e}") from e


def _document(row: Mapping[str, Any], place: str, number: int) -> Record:
    text = row.get("text", row.get("data", ""))
    at = CodePoints(text)
    values = {(start, end, label): value for start, end, label, value in row.get("values") or ()}
    spans: dict[Any, Span] = {}
    if "entities" in row:
        for e in row["entities"]:
            start, end, label = e["start_offset"], e["end_offset"], e["label"]
            spans[e["id"]] = Span(at(start), at(end), label, values.get((start, end, label), ""))
    else:
        for n, (start, end, label) in enumerate(row["label"]):
            spans[n] = Span(at(start), at(end), label)
    ties = [(r["type"], spans[r["from_id"]], spans[r["to_id"]]) for r in row.get("relations", ())]
    return record(str(row.get("doc_id") or row.get("id") or number), text, spans.values(), ties=ties, place=place)
