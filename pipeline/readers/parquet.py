"""Parquet: the column `text` and perhaps `id`, `date`, `title`, `source`; all others are kept. Needs pyarrow (`khabar[parquet]`)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from pipeline.article import Article, Failure
from pipeline.readers.encoding import decode
from pipeline.readers.fields import Origin, known, made

_ROWS = 256  # read at once


def read(stream: BinaryIO, origin: Origin) -> Iterator[Article | Failure]:
    """Yield an article a row, a few hundred rows in memory at a time."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        yield origin.failure("reading Parquet needs pyarrow: pip install 'khabar[parquet]'")
        return
    try:
        file = pq.ParquetFile(stream)
        if "text" not in map(known, file.schema_arrow.names):
            yield origin.failure(
                f"no column text among {', '.join(file.schema_arrow.names)[:200]}: rename the one that holds the article"
            )
            return
        if not file.metadata.num_rows:
            yield origin.failure("no rows")
        number = 0
        for batch in file.iter_batches(batch_size=_ROWS):
            for row in batch.to_pylist():
                number += 1
                yield _article({known(name): value for name, value in row.items()}, origin, number)
    except (pa.ArrowException, OSError, ValueError) as e:
        yield origin.failure(f"broken Parquet: {str(e).splitlines()[0]}")


def _article(row: dict[str, Any], origin: Origin, number: int) -> Article | Failure:
    encoding = "utf-8"
    if isinstance(row["text"], bytes):  # many writers do not say which columns of bytes are text
        try:
            row["text"], encoding = decode(row["text"])
        except ValueError as e:
            return origin.at(number).failure(str(e))
    fields = {"text": None, **_plain(row)}
    return made(fields, origin.at(number), id=f"{origin.stem}-{number}", encoding=encoding)


def _plain(value: Any) -> Any:
    """Dates, bytes and the like as text, so that every field can be written as JSON; missing values are none."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, bytes):
        with suppress(UnicodeDecodeError):
            return value.decode()
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
