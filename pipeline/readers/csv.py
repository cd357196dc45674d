"""CSV with a header row: the column `text` and perhaps `id`, `date`, `title`, `source`; all others are kept."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from pipeline.article import Article, Failure
from pipeline.readers.encoding import guess
from pipeline.readers.fields import MAX_BYTES, Origin, known, made
from pipeline.readers.lines import text_stream


def read(stream: BinaryIO, origin: Origin) -> Iterator[Article | Failure]:
    """Yield an article a row; a row without an id gets `NAME-ROW`. The separator (`,` `;` `|` or tab) is the one that the header has.

    A row whose quotation mark is not closed, which would swallow those after it, comes out as a Failure, and they are read. So does one
    with more cells than the header has names, a text that is cut at its commas, and the header where it stands once more.
    """
    lines, encoding = text_stream(stream, guess)
    lines.reconfigure(errors="replace", newline="")  # as the csv module asks: rows may end with \r alone
    encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    header = lines.readline(MAX_BYTES)
    if not header:
        yield origin.failure("empty", origin.stem)
        return
    csv.field_size_limit(MAX_BYTES)
    separator = max(",;\t|", key=header.count)
    source = _Lines(chain([header], lines))
    rows = csv.reader(source, delimiter=separator, strict=True)
    try:
        names = [known(name.strip().strip("\ufeff")) for name in next(rows)]
    except csv.Error as e:
        yield origin.failure(f"broken CSV: {e}")
        return
    if wrong := _wrong_header(names):
        way = ": rename the one that holds the article" if "text" not in names else ""
        yield origin.failure(f"{wrong}: the first line names the columns, {_shown(names)}{way}")
        return
    number, nothing = 0, True
    while True:
        number += 1
        place = origin.at(source.begin() + 1)
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as e:
            if not source.is_one_line():
                yield place.failure(f"broken CSV: {e}: a quotation mark that is not closed?")
                nothing = False
                source.again()
                continue
            row = next(csv.reader(source.row, delimiter=separator))  # «"a"b» alone does not touch the other rows
        if not any(cell.strip() for cell in row):
            continue
        nothing = False
        if [known(name.strip()) for name in row] == names:
            yield place.failure("the header once more")
        elif any(cell.strip() for cell in row[len(names) :]):
            yield place.failure(
                f"{len(row)} cells under {len(names)} names: a text with {separator!r} in it stands in quotation marks"
            )
        elif len(row) <= names.index("text"):
            yield place.failure(f"the row ends before its text: {len(row)} of {len(names)} cells")
        else:
            fields = {name: cell for name, cell in zip(names, row, strict=False) if name}
            yield made(fields, place, id=f"{origin.stem}-{number}", encoding=encoding)
    if nothing:
        yield origin.failure("no rows under the header")


def _wrong_header(names: list[str]) -> str:
    """What keeps a first line from being a header; a spreadsheet leaves columns without a name, which say nothing."""
    if "text" not in names:
        return "no column text"
    twice = next((name for name in names if name and names.count(name) > 1), "")
    return f"the column {twice} stands twice" if twice else ""


def _shown(names: list[str]) -> str:
    listed = ", ".join(f"«{name}»" for name in names)
    return listed if len(listed) <= 200 else f"{listed[:200]}…"


class _Lines:
    """Lines that remember those of the row being read, so that a row that has swallowed others can be given up and they be read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._waiting: deque[str] = deque()
        self._ended = False
        self._before = 0
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines, None)
        if line is None:
            self._ended = True
            raise StopIteration
        self.row.append(line)
        return line

    def begin(self) -> int:
        """Begin a row; return how many lines are before it."""
        self._before += len(self.row)
        self.row = []
        return self._before

    def is_one_line(self) -> bool:
        """Whether the row is all in its first line."""
        return len(self.row) == 1 and not self._ended

    def again(self) -> None:
        """Give the lines of the row but its first back."""
        self._waiting.extendleft(reversed(self.row[1:]))
        del self.row[1:]
        self._ended = False
