"""Labelled articles from elsewhere: records, gold, and what annotation tools export. One module a format.

Each is a function `read(path) -> Iterator[Record]` that raises ValueError, with the place, for what does not fit its text.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.record import Record

FORMATS = {
    "records": "documents.jsonl or json/ID.json of `khabar run`",
    "gold": "gold.jsonl, labels as `khabar evaluate` reads them",
    "brat": "a folder of .txt and .ann files",
    "labelstudio": "the JSON export of Label Studio",
    "doccano": "the JSONL export of doccano",
    "conll": "CoNLL-2003; the text is put together from its words",
    "conllup": "CoNLL-U Plus as khabar writes it",
}


def read(path: Path, format: str = "") -> Iterator[Record]:
    """Yield the labelled articles of a file or folder, in a format named or told by what is there.

    Raises ValueError for a format that is not known or does not fit, OSError for what cannot be read.
    """
    name = format or guess(path)
    if name not in FORMATS:
        raise ValueError(f"no format {name!r} to read; there are {', '.join(FORMATS)}")
    module = importlib.import_module(f"pipeline.imports.{name}")
    reader: Callable[[Path], Iterator[Record]] = module.read
    yield from reader(path)


def guess(path: Path) -> str:
    """Tell the format by the name of a file, and by its first bytes where the name is not enough. Raises ValueError where neither is."""
    if path.is_dir():
        return "brat" if any(path.glob("*.ann")) else "records"
    if path.suffix in (".conll", ".conllup"):
        return path.suffix[1:]
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        start = file.read(1 << 20).lstrip()
    if start.startswith("["):
        return "labelstudio"
    first = start.split("\n", 1)[0]
    if '"mentions"' in start:
        return "records"
    if any(mark in start for mark in ('"start_offset"', '"label": [[', '"label":[[')):
        return "doccano"
    if '"entities"' in first:
        return "gold"
    raise ValueError(f"{path}: this is none of {', '.join(FORMATS)}: name the format with `khabar convert --from`")
