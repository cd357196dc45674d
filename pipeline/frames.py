"""pandas: records as DataFrames."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.article import article
from pipeline.record import Record
from pipeline.writers.csv import plain
from pipeline.writers.tables import COLUMNS, Row, Things, rows

if TYPE_CHECKING:
    from spacy.language import Language

_TYPES = {str: "str", int: "int64", float: "float64", bool: "bool"}


def to_frames(records: Iterable[Record]) -> dict[str, pd.DataFrame]:
    """Return a DataFrame a table (see `pipeline.writers.tables`): documents, sentences, mentions, entities, topics, relations, events, parties, quotations.

    >>> frames = to_frames([Record(id="a", sha256="", text="نص")])
    >>> frames["documents"].document.tolist(), list(frames["topics"].columns)
    (['a'], ['document', 'topic', 'label_en', 'label_ar', 'score', 'mentions'])
    """
    made: dict[str, list[Row]] = {table: [] for table in COLUMNS}
    things = Things()
    for record in records:
        for table, row in rows(record):
            made[table].append(row)
        things.add(record)
    made["entities"] = list(things.rows())
    things.close()
    return {table: _frame(made[table], table) for table in COLUMNS}


def read_csv(folder: Path | str) -> dict[str, pd.DataFrame]:
    """Return the tables of a `csv` output as `to_frames` gives them: every text as it was, nothing taken for a number or for missing.

    Raises OSError where a table is not there.
    """
    made = {}
    for table, columns in COLUMNS.items():
        frame = pd.read_csv(Path(folder) / f"{table}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
        for name, kind in columns.items():
            frame[name] = (
                frame[name].map(plain) if kind is str else frame[name] == "True" if kind is bool else frame[name]
            )
        made[table] = frame.astype({name: _TYPES[kind] for name, kind in columns.items()})
    return made


def annotate(
    frame: pd.DataFrame, *, text: str = "text", date: str | None = None, nlp: Language | None = None
) -> pd.DataFrame:
    """Return a user's own articles with columns of what they say: `people`, `countries` (ISO), `organisations`, `forums`, `topics`, `events`.

    `text` and `date` name the columns to read. Rows without text get empty lists. Raises ValueError where a column is not there or a date is none.

    >>> frame = pd.DataFrame({"text": ["زار وزير خارجية كازاخستان القاهرة.", None]}, index=["a", "b"])
    >>> annotate(frame)["countries"].tolist()
    [['KZ'], []]
    """
    from pipeline.extraction import records
    from pipeline.language import build

    if missing := [name for name in (text, date) if name is not None and name not in frame.columns]:
        raise ValueError(
            f"no column {missing[0]!r} among {', '.join(map(str, frame.columns))}: text= and date= name them"
        )
    there = frame[text].map(lambda value: isinstance(value, str) and bool(value.strip()))
    dates = (
        frame[date].map(lambda value: str(value)[:10] if pd.notna(value) else "")
        if date
        else pd.Series("", frame.index)
    )
    given = [
        article({"id": str(n), "text": t, "date": d})
        for n, (t, d) in enumerate(zip(frame[text][there], dates[there], strict=True))
    ]
    found = iter([_columns(record) for record in records(nlp or build(), given)])
    columns = [next(found) if has else _columns(None) for has in there]
    return frame.assign(
        **{name: pd.Series([c[name] for c in columns], frame.index, dtype=object) for name in _columns(None)}
    )


def _columns(record: Record | None) -> dict[str, list[Any]]:
    entities = record.entities if record else []
    named = [m.value for m in record.mentions if m.label in ("COUNTRY", "NATIONALITY")] if record else []

    def names(label: str) -> list[str]:
        return [e.name for e in entities if e.label == label]

    return {
        "people": names("PERSON"),
        "countries": list(dict.fromkeys(named)),
        "organisations": names("ORGANIZATION"),
        "forums": names("FORUM"),
        "topics": [t.id for t in record.topics] if record else [],
        "events": [f"{e.type} {e.mode}".strip() for e in record.events] if record else [],
    }


def _frame(table: list[Row], name: str) -> pd.DataFrame:
    columns = COLUMNS[name]
    return pd.DataFrame(table, columns=list(columns)).astype({column: _TYPES[kind] for column, kind in columns.items()})
