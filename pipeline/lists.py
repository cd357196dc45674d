"""The word lists: of the package, or the user's own in place of them."""

from __future__ import annotations

import csv
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
    ValueError for a file that stands for no list, is no text, lacks a column or has a row of fewer or more cells, RuntimeError when other
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
        _check(file, columns=shipped.read_text(encoding="utf-8").partition("\n")[0].split("\t"))
    _own.update(own)


def _shipped() -> Traversable:
    return files("pipeline") / "resources"


def _text(own: Path) -> str:
    """A user's own file, in any encoding that articles may have."""
    try:
        return decode(own.read_bytes())[0]
    except ValueError as e:
        raise ValueError(f"{own}: {e}") from e


def _check(own: Path, columns: list[str]) -> None:
    head, *others = [line.split("\t") for line in _text(own).splitlines()] or [[""]]
    if missing := sorted({*columns} - {*head}):
        raise ValueError(f"{own} lacks the columns {', '.join(missing)}; a tab stands between columns")
    for number, cells in enumerate(others, 2):
        if any(cells) and len(cells) != len(head):
            raise ValueError(
                f"{own}:{number}: {len(cells)} cells under {len(head)} columns; a tab stands between cells"
            )
