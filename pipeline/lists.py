"""The word lists: of the package, or the user's own in place of them."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pipeline.normalise import normalise
from pipeline.readers.encoding import decode


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a list, each a mapping of column to cell: of `resources/NAME.tsv`, or of the user's own file of that name."""
    own = _own.get(name)
    text = _text(own) if own else (_shipped() / f"{name}.tsv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def forms(name: str) -> frozenset[str]:
    """Return the matching forms of a list's column `form`.

    >>> "نظيره" in forms("counterparts")
    True
    """
    return frozenset(normalise(row["form"]) for row in rows(name))


_own: dict[str, Path] = {}


def use(folder: Path) -> None:
    """Read the lists of a folder, `NAME.tsv` with the shipped list's columns, in place of the shipped ones of the same names.

    To be called before the first pipeline of a process is loaded, since lists are read once. Raises FileNotFoundError where the folder is missing,
    ValueError for a file that stands for no list, is no text, lacks a column, has a row of fewer or more cells, a blank one where
    none may be or a word for a number, RuntimeError when other
    lists have been read already.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder of lists")
    own = {file.stem: file for file in sorted(folder.glob("*.tsv"))}
    if own == _own:
        return
    if rows.cache_info().currsize:
        raise RuntimeError("own lists must be chosen before the first pipeline of a process is loaded")
    for name, file in own.items():
        shipped = _shipped() / f"{name}.tsv"
        if not shipped.is_file():
            raise ValueError(f"{file} stands for no list; pipeline/resources/SOURCES.md names them")
        _check(file, shipped.read_text(encoding="utf-8").splitlines())
    _own.update(own)


def _shipped() -> Traversable:
    return files("pipeline") / "resources"


def _text(own: Path) -> str:
    """A user's own file, in any encoding that articles may have."""
    try:
        return decode(own.read_bytes())[0]
    except ValueError as e:
        raise ValueError(f"{own}: {e}") from e


# What a cell may be where all those of the shipped list are.
_SHAPES = {
    "a whole number": re.compile(r"[+-]?\d+"),
    "a number": re.compile(r"[+-]?\d+(\.\d+)?"),
    "a month and day, MM-DD": re.compile(r"\d\d-\d\d"),
}
# Columns that only describe, in which a list of one's own may say nothing: names are found without.
_DESCRIBING = {
    "name_ar",
    "from",
    "name_en",
    "label_en",
    "what it covers",
    "group",
    "source",
    "wikidata",
    "geonames",
    "lat",
    "lon",
}


def _check(own: Path, shipped: list[str]) -> None:
    """Refuse what would fail every article: a cell without a letter or digit, or of another shape, where no shipped one is so."""
    columns, *examples = [line.split("\t") for line in shipped]
    needed, shapes = _rules(columns, examples)
    head, *others = [line.split("\t") for line in _text(own).splitlines()] or [[""]]
    if missing := sorted({*columns} - {*head}):
        raise ValueError(f"{own} lacks the columns {', '.join(missing)}; a tab stands between columns")
    for number, cells in enumerate(others, 2):
        if cells == [""]:
            continue
        if len(cells) != len(head):
            raise ValueError(
                f"{own}:{number}: {len(cells)} cells under {len(head)} columns; a tab stands between cells"
            )
        for column, cell in zip(head, cells, strict=True):
            shape = shapes.get(column)
            if column in needed and not normalise(cell).strip():
                raise ValueError(f"{own}:{number}: nothing stands in the column {column}")
            if shape and cell and not _SHAPES[shape].fullmatch(cell):
                raise ValueError(f"{own}:{number}: {cell!r} is not {shape}, as the column {column} needs")


def _rules(columns: list[str], examples: list[list[str]]) -> tuple[set[str], dict[str, str]]:
    """The columns in which no cell of the shipped list is empty, and those whose cells all have a shape."""
    needed, shapes = set(), {}
    for n, column in enumerate(columns):
        cells = [row[n] for row in examples]
        if column not in _DESCRIBING and all(normalise(cell).strip() for cell in cells):
            needed.add(column)
        filled = [cell for cell in cells if cell]
        shape = next((name for name, form in _SHAPES.items() if filled and all(map(form.fullmatch, filled))), None)
        if shape:
            shapes[column] = shape
    return needed, shapes
