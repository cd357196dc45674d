"""Excel: `khabar.xlsx`, the tables (see `tables`) as sheets that read from right to left, heads fixed, with a filter. Needs `khabar[xlsx]`.

Text is written as text: nothing is taken for a formula, a link or a number. Excel's own bounds hold: what a cell of 32,767 characters has no
room for is cut, with `…`, and rows past 1,048,576 go on in a further sheet.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

from pipeline.record import Record
from pipeline.writers.files import disk_errors, move
from pipeline.writers.tables import COLUMNS, Row, Things, rows
from pipeline.writers.xml import clean

MOST_CHARACTERS, MOST_ROWS = 32_767, 1_048_576
_WIDTHS = {"text": 60, "name": 28, "aliases": 40, "who": 28, "whom": 28}
_NARROW, _USUAL = 10, 18
_WRITTEN = datetime(2000, 1, 1, tzinfo=UTC)  # the same input gives the same bytes


class Xlsx:
    """A workbook with a sheet a table; rows go to disk as they come."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._target, self._part = folder / "khabar.xlsx", scratch / "khabar.xlsx.part"
        self._book = xlsxwriter.Workbook(str(self._part), {"constant_memory": True, "tmpdir": str(scratch)})
        self._book.set_properties({"title": "khabar", "created": _WRITTEN})
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._sheets: dict[str, Any] = {}
        self._filled: Counter[str] = Counter()  # rows of a table's last sheet, its head one of them
        self._begun: Counter[str] = Counter()
        for table in COLUMNS:
            self._begin(table)
        self._things = Things()

    def _begin(self, table: str) -> None:
        """Put a new sheet under a table: its first, or a further one when that is full."""
        self._begun[table] += 1
        number = self._begun[table]
        sheet = self._sheets[table] = self._book.add_worksheet(table if number == 1 else f"{table} {number}")
        sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, MOST_ROWS - 1, len(COLUMNS[table]) - 1)
        for column, (name, kind) in enumerate(COLUMNS[table].items()):
            sheet.set_column(column, column, _WIDTHS.get(name, _USUAL) if kind is str else _NARROW)
            sheet.write_string(0, column, name, self._head)
        self._filled[table] = 1

    def add(self, record: Record) -> None:
        """Write the record's rows."""
        for table, row in rows(record):
            self._write(table, row)
        self._things.add(record)

    def _write(self, table: str, row: Row) -> None:
        if self._filled[table] == MOST_ROWS:
            self._begin(table)
        sheet, at = self._sheets[table], self._filled[table]
        for column, value in enumerate(row.values()):
            if isinstance(value, str):
                sheet.write_string(at, column, fitting(value))
            elif isinstance(value, bool):
                sheet.write_boolean(at, column, value)
            elif value is not None:
                sheet.write_number(at, column, value)
        self._filled[table] += 1

    def close(self) -> None:
        """Add the entities and put the file in its place."""
        for row in self._things.rows():
            self._write("entities", row)
        with disk_errors(self._target, FileCreateError):
            self._book.close()
        move(self._part, self._target)

    def abandon(self) -> None:
        """Leave what was there."""
        self._things.close()


def fitting(text: str) -> str:
    """Return a text as a cell holds it.

    >>> fitting("a" * 40_000)[-2:], fitting("=1+1")
    ('a…', '=1+1')
    """
    text = clean(text)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
