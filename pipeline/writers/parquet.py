"""Parquet: `parquet/TABLE.parquet`, the tables with their types, and `parquet/records.parquet`, whole records nested. Needs `khabar[parquet]`."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from pipeline.record import Record
from pipeline.writers.files import move, subfolder
from pipeline.writers.tables import COLUMNS, Row, Things, rows

_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
_GROUP = 20_000  # rows written at once


def table_schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a table."""
    return pa.schema([pa.field(name, _TYPES[kind], nullable=False) for name, kind in COLUMNS[table].items()])


def record_schema() -> pa.Schema:
    """Return the Arrow schema of a record: its parts as lists of structs; what has no fixed shape (`meta`, `attributes`) as JSON."""
    return pa.schema(_fields(Record))


def record_row(record: Record) -> dict[str, Any]:
    """Return a record as a row of that schema."""
    row: dict[str, Any] = _plain(Record, record.model_dump())
    return row


def record_of_row(row: dict[str, Any]) -> Record:
    """Return the record that a row was made of."""
    row = {**row, "meta": json.loads(row["meta"])}
    entities = [{**e, "links": dict(e["links"]), "attributes": json.loads(e["attributes"])} for e in row["entities"]]
    return Record.model_validate({**row, "entities": entities})


def _fields(model: type[BaseModel]) -> list[pa.Field]:
    return [pa.field(name, _type(field.annotation), nullable=False) for name, field in model.model_fields.items()]


def _type(annotation: Any) -> pa.DataType:
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(a for a in get_args(annotation) if a is not type(None))
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return pa.string()
    if origin is list:
        return pa.list_(pa.field("item", _type(arguments[0]), nullable=False))
    if origin is dict:
        return pa.map_(pa.string(), pa.string()) if arguments[1] is str else pa.string()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(_fields(annotation))
    return _TYPES[annotation]


def _plain(model: type[BaseModel], values: dict[str, Any]) -> dict[str, Any]:
    """Put JSON in the place of dictionaries without a fixed shape."""
    made = dict(values)
    for name, field in model.model_fields.items():
        origin, arguments = get_origin(field.annotation), get_args(field.annotation)
        if origin is dict:
            made[name] = list(made[name].items()) if arguments[1] is str else json.dumps(made[name], ensure_ascii=False)
        elif origin is list and isinstance(arguments[0], type) and issubclass(arguments[0], BaseModel):
            made[name] = [_plain(arguments[0], inner) for inner in made[name]]
    return made


class _File:
    """A Parquet file that is written in groups of rows."""

    def __init__(self, target: Path, scratch: Path, schema: pa.Schema) -> None:
        self._target, self._part = target, scratch / f"{target.name}.part"
        self._writer = pq.ParquetWriter(self._part, schema, compression="zstd")
        self._schema = schema
        self._rows: list[Row] = []

    def add(self, row: Row, group: int = _GROUP) -> None:
        self._rows.append(row)
        if len(self._rows) >= group:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []

    def publish(self) -> None:
        if self._rows:
            self._flush()
        self._writer.close()
        move(self._part, self._target)

    def abandon(self) -> None:
        with suppress(OSError):  # a full disk has no room for the end of a file either, which nobody wants
            self._writer.close()
        self._writer.is_open = False  # else it tries again when it is collected


class Parquet:
    """A file a table, and one of whole records."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        folder = subfolder(folder, "parquet")
        self._tables = {t: _File(folder / f"{t}.parquet", scratch, table_schema(t)) for t in COLUMNS}
        self._records = _File(folder / "records.parquet", scratch, record_schema())
        self._things = Things()

    def add(self, record: Record) -> None:
        """Add the record's rows."""
        for table, row in rows(record):
            self._tables[table].add(row)
        self._records.add(record_row(record), 500)
        self._things.add(record)

    def close(self) -> None:
        """Put the files in their places."""
        for row in self._things.rows():
            self._tables["entities"].add(row)
        for file in (*self._tables.values(), self._records):
            file.publish()

    def abandon(self) -> None:
        """Leave what was there."""
        for file in (*self._tables.values(), self._records):
            file.abandon()
        self._things.close()
