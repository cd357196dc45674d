"""CoNLL-U Plus as khabar writes it: a column a label, the text in a comment, each token's place in MISC."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.gold import Span
from pipeline.imports.conll import spans
from pipeline.imports.labels import record
from pipeline.record import Record

_PREFIX = "KHABAR:"
_BREAK = (0, 0, "O")  # the end of a sentence


def read(path: Path) -> Iterator[Record]:
    """Yield the documents. Raises ValueError for a file without the columns and comments that khabar writes."""
    columns: list[str] = []
    id, text = "", None
    tags: dict[str, list[tuple[int, int, str]]] = {}
    with path.open(encoding="utf-8-sig", newline="\n") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("# global.columns = "):
                columns = line.split(" = ")[1].split(" ")
            elif line.startswith("# newdoc id = "):
                if text is not None:
                    yield _document(id, text, tags)
                id, text, tags = line.split(" = ", 1)[1], None, {c: [] for c in columns if c.startswith(_PREFIX)}
            elif line.startswith("# document_text = "):
                text = json.loads(line.split(" = ", 1)[1])
            elif line and not line.startswith("#"):
                cells = dict(zip(columns, line.split("\t"), strict=True))
                misc = dict(part.split("=") for part in cells["MISC"].split("|"))
                place, on = misc.get("TokenRange", ""), misc.get("GoesOn", "").split(",")
                if not place or text is None:
                    raise ValueError(f"{path}: no text or no TokenRange: not as khabar writes it")
                start, end = map(int, place.split(":"))
                for column, rows in tags.items():
                    tag = cells[column]
                    if (
                        rows[-1:] == [_BREAK] and column.removeprefix(_PREFIX) in on
                    ):  # one span, over the end of a sentence
                        rows.pop()
                        tag = f"I{tag[1:]}"
                    rows.append((start, end, tag))
            elif not line:
                for rows in tags.values():
                    rows.append(_BREAK)  # no other span goes on over the end of a sentence
    if text is not None:
        yield _document(id, text, tags)


def _document(id: str, text: str, tags: dict[str, list[tuple[int, int, str]]]) -> Record:
    found: list[Span] = [span for rows in tags.values() for span in spans(rows)]
    return record(id, text, found)
