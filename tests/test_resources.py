"""Every list loads, says each thing once, and says where it is from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from pipeline.lists import rows

RESOURCES = Path(str(files("pipeline") / "resources"))
LISTS = sorted(path.stem for path in RESOURCES.glob("*.tsv"))


def cells(name: str) -> list[list[str]]:
    lines = (RESOURCES / f"{name}.tsv").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == "", "ends with one line break"
    return [line.split("\t") for line in lines]


@pytest.mark.parametrize("name", LISTS)
def test_every_row_has_the_columns_of_the_header(name: str) -> None:
    header, *body = cells(name)
    assert body, "a list is not empty"
    assert [n for n, row in enumerate(body, 2) if len(row) != len(header)] == []


@pytest.mark.parametrize("name", LISTS)
def test_no_row_stands_twice(name: str) -> None:
    lines = ["\t".join(row) for row in cells(name)]
    assert sorted(lines) == sorted(set(lines))


# Their rows have an order of their own: topics as they are shown, verbs as the weights of events number them.
ORDERED = ("event_triggers", "topics")


@pytest.mark.parametrize("name", [name for name in LISTS if name not in ORDERED])
def test_rows_are_in_order(name: str) -> None:
    _, *body = cells(name)
    assert body == sorted(body, key="\t".join), "sort the rows, as `LC_ALL=C sort` does"


@pytest.mark.parametrize("name", LISTS)
def test_no_cell_has_stray_spaces_or_invisible_marks(name: str) -> None:
    strays = ("  ", "\u200f", "\u200e", "\ufeff", "ـ", "\xa0", "\r")
    assert [c for row in cells(name) for c in row if c != c.strip() or any(s in c for s in strays)] == []


@pytest.mark.parametrize("name", LISTS)
def test_its_source_and_licence_are_stated(name: str) -> None:
    assert f"{name}.tsv" in (RESOURCES / "SOURCES.md").read_text(encoding="utf-8")


def test_rows_are_mappings_of_the_header() -> None:
    assert rows("topics")[0]["id"] == "bilateral-relations"
