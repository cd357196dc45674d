"""JSON: a file a document, `json/ID.json`, indented, in UTF-8 as it reads."""

from __future__ import annotations

from pathlib import Path

from pipeline.record import Record
from pipeline.seen import Seen
from pipeline.writers.files import file_name, short_hash, subfolder, write_whole


class Json:
    """Writes each document at once; ids that differ only in case or Unicode form get file names that differ in more."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._folder, self._scratch = subfolder(folder, "json"), scratch
        self._names = Seen()

    def add(self, record: Record) -> None:
        """Write `json/ID.json`."""
        name = file_name(record.id)
        if self._names.first(name.casefold(), record.id) not in (None, record.id):
            name = f"{name}-{short_hash(record.id)}"
        write_whole(self._folder / f"{name}.json", self._scratch, record.model_dump_json(indent=2).encode() + b"\n")

    def close(self) -> None:
        """Nothing is left to do."""

    def abandon(self) -> None:
        """Forget the names."""
        self._names.close()
