"""SQLite: `khabar.sqlite`, a table a kind of row (see `tables`), with keys, and views that join."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from pipeline.record import Record
from pipeline.writers.files import disk_errors, move
from pipeline.writers.tables import COLUMNS, KEYS, Row, Things, rows

TYPES = {str: "text", int: "integer", float: "real", bool: "integer"}

# What people ask first, joined: mentions with their things and sentences, and who met whom.
VIEWS = {
    "mentions_in_context": """
        select m.*, e.name, e.name_en, e.iso, e.wikidata, d.date, d.source, s.text as sentence_text
        from mentions m join documents d on d.document = m.document
        left join entities e on e.entity = m.entity
        left join sentences s on s.document = m.document and s.sentence = m.sentence""",
    "who_whom": """
        select v.document, v.event, v.type, v.mode, v.modality, v."when", a.name as who, a.entity as who_entity, a.country as who_country,
               b.name as whom, b.entity as whom_entity, b.country as whom_country, v."where", v.forum, v.topics
        from events v join parties a on a.document = v.document and a.event = v.event and a.side = 'who'
        left join parties b on b.document = v.document and b.event = v.event and b.side = 'whom'""",
}


def definitions(types: dict[type, str]) -> list[str]:
    """Return the SQL that makes the tables."""
    made = []
    for table, columns in COLUMNS.items():
        listed = ", ".join(f'"{name}" {types[kind]} not null' for name, kind in columns.items())
        made.append(f"create table {table} ({listed}, primary key ({', '.join(KEYS[table])}))")
    return made


class Sqlite:
    """A database of one file."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._target, self._part = folder / "khabar.sqlite", scratch / "khabar.sqlite.part"
        self._part.unlink(missing_ok=True)
        self._base = sqlite3.connect(self._part)
        with self._disk_errors():
            self._base.execute("pragma journal_mode = off")  # the file is thrown away unless it gets whole
            self._base.execute("pragma synchronous = off")
            for statement in definitions(TYPES):
                self._base.execute(statement)
        self._insert = {t: f"insert or ignore into {t} values ({', '.join('?' * len(c))})" for t, c in COLUMNS.items()}
        self._things = Things()

    def add(self, record: Record) -> None:
        """Insert the record's rows."""
        with self._disk_errors():
            for table, row in rows(record):
                self._write(table, row)
        self._things.add(record)

    def _disk_errors(self) -> AbstractContextManager[None]:
        return disk_errors(self._target, sqlite3.OperationalError)

    def _write(self, table: str, row: Row) -> None:
        self._base.execute(self._insert[table], tuple(row.values()))

    def close(self) -> None:
        """Add entities, indexes and views, and put the file in its place."""
        with self._disk_errors():
            for row in self._things.rows():
                self._write("entities", row)
            self._base.execute("create index mentions_by_entity on mentions (entity)")
            self._base.execute("create index parties_by_entity on parties (entity)")
            for name, query in VIEWS.items():
                self._base.execute(f"create view {name} as {query}")
            self._base.commit()
        self._base.close()
        move(self._part, self._target)

    def abandon(self) -> None:
        """Leave what was there."""
        self._base.close()
        self._things.close()
