"""JSON lines: `documents.jsonl`, a record a line; `Record.model_validate_json(line)` reads one back."""

from __future__ import annotations

from pipeline.record import Record
from pipeline.writers.files import Stream


class Jsonl(Stream):
    """A record a line."""

    name = "documents.jsonl"

    def piece(self, record: Record) -> bytes:
        """Return the line."""
        return record.model_dump_json().encode() + b"\n"
