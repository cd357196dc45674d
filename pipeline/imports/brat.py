"""brat: a folder of `.txt` and `.ann` files. Text-bound annotations with our labels, their notes as values, and relations are taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pipeline.gold import Span
from pipeline.imports.labels import record
from pipeline.record import LABELS, Event, Record, Relation

_RELATIONS = get_args(Relation.model_fields["type"].annotation)
_EVENTS = get_args(Event.model_fields["type"].annotation)


def read(folder: Path) -> Iterator[Record]:
    """Yield the documents in the order of their names."""
    for path in sorted(folder.rglob("*.ann")):
        text = path.with_suffix(".txt").read_bytes().decode("utf-8-sig")
        yield _document(path.relative_to(folder).with_suffix("").as_posix(), text, path)


def _document(id: str, text: str, path: Path) -> Record:
    spans: dict[str, tuple[int, int, str]] = {}
    values: dict[str, str] = {}
    ties: list[tuple[str, str, str]] = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        try:
            name, *rest = line.split("\t")
            if name.startswith("T"):
                label, places = rest[0].split(" ", 1)
                if label not in _EVENTS:  # the trigger of an event
                    spans[name] = _span(label, places)
            elif name.startswith("#"):
                kind, of = rest[0].split(" ")
                if kind == "AnnotatorNotes":
                    values[of] = rest[1]
            elif name.startswith("R"):
                type, first, second = rest[0].split(" ")
                if type in _RELATIONS:
                    ties.append((type, first.split(":")[1], second.split(":")[1]))
        except (ValueError, IndexError) as e:
            raise ValueError(f"{path}:{number}: not as brat writes it: {line[:80]!r}") from e
    made = {name: Span(start, end, label, values.get(name, "")) for name, (start, end, label) in spans.items()}
    for name, span in made.items():
        if span.label not in LABELS:
            raise ValueError(f"{path}: {name}: no label {span.label!r}; there are {', '.join(LABELS)}")
    joined = [(type, made[a], made[b]) for type, a, b in ties]
    return record(id, text, made.values(), ties=joined, place=str(path))


def _span(label: str, places: str) -> tuple[int, int, str]:
    """From the first fragment's start to the last one's end."""
    pieces = [tuple(map(int, piece.split(" "))) for piece in places.split(";")]
    return pieces[0][0], pieces[-1][1], label
