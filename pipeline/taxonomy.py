"""A user's own topics: a file of ids with labels, terms and descriptions, and what in a text belongs to which of them, without training.

A term is known in all its inflections. Any other subject of the text belongs to the topic with the likest vector (`pipeline.vectors`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline import vectors
from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.readers.encoding import decode
from pipeline.tokenise import tokens

COLUMNS = ("id", "label_ar", "label_en", "terms", "description")
# Of a subject that no term names: how much the text counts beside it, and how like a topic both together must be. Chosen on train.jsonl,
# with the shipped topics as if they were a user's that has labels only.
TEXT_WEIGHT, LIKE = 0.3, 0.45
# The log-odds that a text is about a topic, by the cosine of their vectors; fitted in the same way.
SLOPE, OFFSET = 15.0, -5.3
LONGEST = 4  # words of a term that is taken from a label
_PARTS = re.compile(r"[،,;؛/()|\n]|\s+و(?=\w)|\s[-–—]\s")
_ARABIC = re.compile(r"[\u0621-\u064a]")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a user's file; what the file does not say is empty."""

    id: str
    label_ar: str = ""
    label_en: str = ""
    terms: tuple[str, ...] = ()
    description: str = ""

    def phrases(self) -> tuple[str, ...]:
        """Return the phrases that name it in a text: its terms, or else the parts of its label."""
        return self.terms or tuple(_parts(self.label_ar))

    def text(self) -> str:
        """Return all its Arabic words."""
        return " ".join((self.label_ar, *self.terms, self.description if _ARABIC.search(self.description) else ""))


class Taxonomy:
    """A user's topics. Raises ValueError for an id that two of them have, and for one that an Arabic text cannot be compared with."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.topics = {topic.id: topic for topic in topics}
        if len(self.topics) < len(topics):
            ids = [topic.id for topic in topics]
            raise ValueError(f"two topics have the id {next(id for id in ids if ids.count(id) > 1)!r}")
        self._ids = list(self.topics)
        about = [vectors.load().of(_words(topic.text())) for topic in topics]
        for topic, vector in zip(topics, about, strict=True):
            if not _ARABIC.search(topic.text()):
                raise ValueError(f"topic {topic.id!r} needs an Arabic label, terms or an Arabic description")
            if not topic.phrases() and not vector.any():
                raise ValueError(f"topic {topic.id!r}: no term, and no word of it is known")
        self._about: NDArray[np.float32] = np.array(about, np.float32).reshape(len(about), vectors.load().size)

    def forms(self, inflect: Callable[[str], Iterable[str]]) -> dict[str, str]:
        """Return the matching form of every phrase in its inflections, which `inflect` gives → topic id."""
        made: dict[str, str] = {}
        for topic in self.topics.values():
            for phrase in topic.phrases():
                for form in inflect(_indefinite(phrase)):
                    made.setdefault(normalise(form), topic.id)
        for topic in self.topics.values():
            made.update({normalise(phrase): topic.id for phrase in topic.phrases()})
        return made

    def of(self, form: str, text: vectors.Vector) -> str:
        """Return the id of the topic that a subject in its matching form belongs to in a text with this vector, "" for none of them."""
        likeness = self._about @ (vectors.load().of(form.split()) + TEXT_WEIGHT * text)
        best = int(np.argmax(likeness))
        return self._ids[best] if likeness[best] > LIKE else ""

    def likeness(self, text: vectors.Vector) -> dict[str, float]:
        """Return topic id → the cosine of its vector and that of a text."""
        return dict(zip(self._ids, map(float, self._about @ text), strict=True))


def odds(likeness: Mapping[str, float]) -> dict[str, float]:
    """Return the log-odds that a text is about each topic, by their likeness alone."""
    return {topic: SLOPE * cosine + OFFSET for topic, cosine in likeness.items()}


@lru_cache(maxsize=1)
def shipped() -> Taxonomy:
    """Return the topics of the package."""
    terms: dict[str, list[str]] = {}
    for row in rows("topic_terms"):
        terms.setdefault(row["id"], []).append(row["term"])
    return Taxonomy(
        [
            Topic(row["id"], row["label_ar"], row["label_en"], tuple(terms.get(row["id"], ())))
            for row in sorted(rows("topics"), key=lambda row: row["id"])
        ]
    )


def read(file: Path) -> Taxonomy:
    """Return the topics of a .tsv, .csv or .json file: `id` and any of `label_ar`, `label_en`, `terms` (with | between them), `description`.

    Raises FileNotFoundError, and ValueError that says what is wrong with the file.
    """
    try:
        topics = [_topic(row, n) for n, row in enumerate(_rows(file), 1)]
        if not topics:
            raise ValueError("no topics")
        return Taxonomy(topics)
    except (ValueError, csv.Error) as e:
        raise ValueError(f"{file}: {e}") from e
    except RecursionError:
        raise ValueError(f"{file}: nested too deeply") from None


def _rows(file: Path) -> Iterable[Mapping[str, Any]]:
    text = decode(file.read_bytes())[0]
    if file.suffix == ".json":
        listed = json.loads(text)
        if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
            raise ValueError("not a list of objects")
        return listed
    if file.suffix not in (".tsv", ".csv"):
        raise ValueError("topics are read from .tsv, .csv and .json")
    delimiter = max("\t,;", key=text.partition("\n")[0].count)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def _topic(row: Mapping[str, Any], n: int) -> Topic:
    if None in row:
        raise ValueError(f"topic {n} has more cells than there are columns")
    if unknown := sorted(str(name) for name in row.keys() - {*COLUMNS}):
        raise ValueError(f"topic {n}: no column {unknown[0]!r} is known; there are {', '.join(COLUMNS)}")
    terms = row.get("terms") or ""
    listed = terms.split("|") if isinstance(terms, str) else terms
    cells = [row.get(name) or "" for name in ("id", "label_ar", "label_en", "description")]
    if not isinstance(listed, list) or not all(isinstance(cell, str) for cell in (*listed, *cells)):
        raise ValueError(f"topic {n}: a cell is no text")
    id, label_ar, label_en, description = (" ".join(cell.split()) for cell in cells)
    if not id:
        raise ValueError(f"topic {n} has no id")
    if " " in id:  # the tables list ids with spaces between them
        raise ValueError(f"topic {n}: the id {id!r} has a space")
    kept = tuple(dict.fromkeys(" ".join(term.split()) for term in listed if term.strip()))
    return Topic(id, label_ar, label_en, kept, description)


def _parts(label: str) -> Iterator[str]:
    for part in _PARTS.split(label):
        if part and _ARABIC.search(part) and len(part.split()) <= LONGEST:
            yield " ".join(part.split())


def _indefinite(phrase: str) -> str:
    """Return a phrase all of whose words have the article without it, as its inflections start from; any other as it is."""
    words = phrase.split()
    without = list(map(vectors.stem, words))
    return " ".join(without) if all(map(str.__ne__, words, without)) else phrase


def _words(text: str) -> Iterator[str]:
    return (token.norm for token in tokens(text) if token.norm.isalpha())
