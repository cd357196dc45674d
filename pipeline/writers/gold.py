"""Gold: `gold.jsonl`, the labels of an article a line, as `khabar evaluate` reads them."""

from __future__ import annotations

import json

from pipeline.gold import of_record, to_fields
from pipeline.record import Record
from pipeline.writers.files import Stream, json_line


class Gold(Stream):
    """An article a line."""

    name = "gold.jsonl"

    def piece(self, record: Record) -> bytes:
        """Return the line."""
        return json_line(json.dumps(to_fields(of_record(record)), ensure_ascii=False))
