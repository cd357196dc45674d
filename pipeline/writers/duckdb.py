"""DuckDB: `khabar.duckdb`, the tables of the SQLite file in a database for analysis. Needs `khabar[duckdb]`.

The rows and their order are the same for the same records; the bytes are not, since DuckDB marks each file it makes, an empty one too.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.record import Record
from pipeline.writers.files import disk_errors, move
from pipeline.writers.parquet import Parquet
from pipeline.writers.sqlite import VIEWS, definitions
from pipeline.writers.tables import COLUMNS

_TYPES = {str: "varchar", int: "bigint", float: "double", bool: "boolean"}


class DuckDb:
    """Rows are gathered as Parquet, which DuckDB loads far faster than rows one by one."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._target, self._scratch = folder / "khabar.duckdb", scratch / "duckdb"
        self._scratch.mkdir(exist_ok=True)
        self._parquet = Parquet(self._scratch, self._scratch)

    def add(self, record: Record) -> None:
        """Add the record's rows."""
        self._parquet.add(record)

    def close(self) -> None:
        """Load the tables, make the views, and put the file in its place."""
        self._parquet.close()
        part = self._scratch / "khabar.duckdb.part"
        part.unlink(missing_ok=True)
        with (
            disk_errors(self._target, duckdb.IOException),
            duckdb.connect(str(part), config={"threads": 1}) as base,  # more change the order of rows from run to run
        ):
            for statement in definitions(_TYPES):
                base.execute(statement)
            for table in COLUMNS:
                base.execute(
                    f"insert or ignore into {table} select * from read_parquet(?)",
                    [str(self._scratch / f"parquet/{table}.parquet")],
                )
            for name, query in VIEWS.items():
                base.execute(f"create view {name} as {query}")
        move(part, self._target)

    def abandon(self) -> None:
        """Leave what was there."""
        self._parquet.abandon()
