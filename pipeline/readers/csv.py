"""CSV with a header row: the column `text` and perhaps `id`, `date`, `title`, `source`; all others are kept."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from pipeline.article import Article, Failure
from pipeline.readers.encoding import guess
from pipeline.readers.fields import MAX_BYTES, Origin, made
from pipeline.readers.lines import text_stream


def read(stream: BinaryIO, origin: Origin) -> Iterator[Article | Failure]:
    """Yield an article a row; a row without an id gets `NAME-ROW`. The separator (`,` `;` or tab) is the one that the header has."""
    lines, encoding = text_stream(stream, guess)
    lines.reconfigure(errors="replace", newline="")  # as the csv module asks: rows may end with \r alone
    encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    header = lines.readline(MAX_BYTES)
    if not header:
        yield origin.failure("empty", origin.stem)
        return
    csv.field_size_limit(MAX_BYTES)
    separator = max(",;\t", key=header.count)
    rows = csv.reader(chain([header], lines), delimiter=separator)
    try:
        names = [name.strip().strip("\ufeff") for name in next(rows)]
    except csv.Error as e:
        yield origin.failure(f"broken CSV: {e}")
        return
    if "text" not in names:
        yield origin.failure(f"no column text among {', '.join(names)[:200]}")
        return
    number = 0
    while True:
        number += 1
        place = origin.at(rows.line_num + 1)
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as e:
            yield place.failure(f"broken CSV: {e}")
            continue
        if row:
            fields = dict(zip(names, row, strict=False))
            yield made(fields, place, id=f"{origin.stem}-{number}", encoding=encoding)
