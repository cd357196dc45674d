"""Gold: an article a line with `text` and `entities`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.gold import read_gold
from pipeline.imports.labels import record
from pipeline.record import Record


def read(path: Path) -> Iterator[Record]:
    """Yield the articles."""
    for one in read_gold([path]):
        yield record(one.id, one.text, one.spans, topics=one.topics, date=one.date)
