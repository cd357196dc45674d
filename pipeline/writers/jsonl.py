"""JSON lines: `documents.jsonl`, a record a line; `Record.model_validate_json(line)` reads one back."""

from __future__ import annotations

from pipeline.record import Record
from pipeline.writers.files import Stream, json_line


class Jsonl(Stream):
    """A record a line."""

    name = "documents.jsonl"

    def piece(self, record: Record) -> bytes:
        """Return the line."""
        return json_line(record.model_dump_json())
