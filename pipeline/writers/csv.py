"""CSV: a file a table (see `tables`), for spreadsheets and pandas.

Excel opens them with the Arabic intact (UTF-8 with its mark), and `pandas.read_csv` reads them without arguments.

Some cells mean something else to those programs than the text that they are: a spreadsheet runs what begins with `= + - @`,
pandas takes `NA`, which is Namibia, for a missing value and the id `007` for the number 7. Such a cell, in columns of text, gets one apostrophe in
front, which Excel too writes before text of that kind; a cell that already begins so gets one more, so that taking one off where the
rest is of that kind (`plain`) always gives back what was there. `pipeline.frames.read_csv` does. No other cell is touched.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.record import Record
from pipeline.writers.files import Pending
from pipeline.writers.tables import COLUMNS, Row, Things, rows

# What pandas takes for missing (as it is written here: `none` is a word), true, false or a number although it is text; whole numbers as
# they are usually written may stay.
_TAKEN = (
    r"#N/A( N/A)?|#NA|-?1\.#IND|1\.#QNAN|<NA>|N/A|NA|NULL|None|n/a|null"
    r"|(?i:-?nan|true|false|inf(inity)?|0\d+|\d{16,}|\d*\.\d*|\d[\d.]*e[+-]?\d+)"
)
_TO_GUARD = re.compile(rf"'*([=+\-@＝＋－＠\t\r\n]|\s*({_TAKEN})\s*\Z)")


def guarded(cell: str) -> str:
    """Return a cell as text that no program takes for anything else.

    >>> guarded("=1+1"), guarded("NA"), guarded("عمان"), guarded("'=")
    ("'=1+1", "'NA", 'عمان', "''=")
    """
    return f"'{cell}" if _TO_GUARD.match(cell) else cell


def plain(cell: str) -> str:
    """Return what `guarded` was given.

    >>> plain("'=1+1"), plain("'عمان'")
    ('=1+1', "'عمان'")
    """
    return cell[1:] if cell.startswith("'") and _TO_GUARD.match(cell) else cell


class Csv:
    """A file a table, all of them always; the entities of all documents are counted and written at the end."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._things = Things()
        self._pending = {name: Pending(folder / f"{name}.csv", scratch) for name in COLUMNS}
        for name, columns in COLUMNS.items():
            self._pending[name].file.write(b"\xef\xbb\xbf" + lines([list(columns)]))

    def add(self, record: Record) -> None:
        """Write the record's rows."""
        for table, row in rows(record):
            self._write(table, row)
        self._things.add(record)

    def close(self) -> None:
        """Put the files in their places."""
        for row in self._things.rows():
            self._write("entities", row)
        for pending in self._pending.values():
            pending.publish()

    def abandon(self) -> None:
        """Leave what was there."""
        for pending in self._pending.values():
            pending.abandon()
        self._things.close()

    def _write(self, table: str, row: Row) -> None:
        self._pending[table].file.write(lines([map(_cell, row.values())]))


def lines(table: Iterable[Iterable[Any]]) -> bytes:
    """Return rows as CSV in UTF-8, the lines ended as RFC 4180 says."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(table)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    return guarded(value) if isinstance(value, str) else value
