"""CoNLL-2003: word and label in the first and last column, in BIO, IOB or BIOES. The text is put together: words by spaces, sentences by lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.gold import Span
from pipeline.imports.labels import record
from pipeline.record import Record


def read(path: Path) -> Iterator[Record]:
    """Yield a record a `-DOCSTART-`, one for a file without any."""
    rows: list[list[str]] = []
    number = 0
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            columns = line.split()
            if columns and columns[0] == "-DOCSTART-":
                if any(rows):
                    number += 1
                    yield _document(f"{path.stem}-{number}", rows)
                rows = []
            else:
                rows.append(columns)
    if any(rows):
        yield _document(f"{path.stem}-{number + 1}", rows)


def _document(id: str, rows: list[list[str]]) -> Record:
    pieces: list[str] = []
    tags: list[tuple[int, int, str]] = []
    at, begins = 0, True
    for row in rows:
        if not row:
            begins = True
            continue
        gap = "" if not pieces else "\n" if begins else " "
        pieces.append(gap + row[0])
        tags.append(
            (
                at + len(gap),
                at + len(gap) + len(row[0]),
                row[-1] if not begins or row[-1][:1] not in "IE" else f"B{row[-1][1:]}",
            )
        )
        at += len(gap) + len(row[0])
        begins = False
    return record(id, "".join(pieces), spans(tags))


def spans(tags: list[tuple[int, int, str]]) -> list[Span]:
    """Return the spans of tokens with tags: `B-` and `S-` begin one, as do `I-` and `E-` of another label.

    >>> spans([(0, 3, "B-PERSON"), (4, 7, "I-PERSON"), (8, 9, "O"), (10, 13, "I-DATE")])
    [Span(start=0, end=7, label='PERSON', value=''), Span(start=10, end=13, label='DATE', value='')]
    """
    made: list[Span] = []
    inside = ""
    for start, end, tag in tags:
        scheme, _, label = tag.partition("-")
        if scheme == "O" or not label:
            inside = ""
        elif scheme in "IEML" and label == inside:
            made[-1] = Span(made[-1].start, end, label)
        else:
            made.append(Span(start, end, label))
            inside = label
    return made
