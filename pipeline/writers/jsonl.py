"""JSON lines: `documents.jsonl`, a record a line."""

from __future__ import annotations

from pathlib import Path

from pipeline.record import Record
from pipeline.writers.files import Pending


class Jsonl:
    """`Record.model_validate_json(line)` reads a line back."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._pending = Pending(folder / "documents.jsonl", scratch)

    def add(self, record: Record) -> None:
        """Write a line."""
        self._pending.file.write(record.model_dump_json().encode() + b"\n")

    def close(self) -> None:
        """Put the file in its place."""
        self._pending.publish()

    def abandon(self) -> None:
        """Leave what was there."""
        self._pending.abandon()
