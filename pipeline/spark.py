"""Spark: the records of a DataFrame of articles, past one machine. Needs `khabar[spark]` (and Java 17 or later).

    from pipeline.spark import extract
    records = extract(spark.read.json("articles.jsonl"))
    records.selectExpr("id", "explode(mentions) m").where("m.label = 'FORUM'").show()

Each Python worker loads the pipeline once and keeps it for all partitions that it is given (`spark.python.worker.reuse`, on by default); on a
cluster the package is installed on every node, or sent along as an archive of its environment (`spark.archives`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StringType, StructType

from pipeline.annotate import annotate, batches
from pipeline.article import Article, Failure
from pipeline.readers.fields import Origin, made
from pipeline.record import Record
from pipeline.writers.parquet import record_row, record_schema

if TYPE_CHECKING:
    from spacy.language import Language


def schema() -> StructType:
    """Return the type of a row: the fields of a record, and `failure`, why there is none (empty where there is one)."""
    made: StructType = from_arrow_schema(record_schema())
    return made.add("failure", StringType(), nullable=False)


def extract(articles: DataFrame, *, names: str = "model") -> DataFrame:
    """Return a row an article, the same records that `khabar run` writes, in the order of each partition.

    `articles` has a column `text` and perhaps `id`, `date` (`YYYY-MM-DD` or a date), `title`, `source`; other columns are kept in `meta`.
    Raises ValueError where there is no column `text`. An article that fails is a row with `failure` and its id.
    """
    if "text" not in articles.columns:
        raise ValueError(f"no column text among {', '.join(articles.columns)}")

    def through(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            items = (_item(row, n) for n, row in enumerate(frame.to_dict("records")))
            for batch in batches(items):
                outcomes = zip(batch, annotate(_loaded(names), batch), strict=True)
                yield pd.DataFrame([_row(item, outcome) for item, outcome in outcomes])

    return articles.mapInPandas(through, schema())


@lru_cache(maxsize=1)
def _loaded(names: str) -> Language:
    import pipeline

    return pipeline.load(names=names)


def _item(row: Mapping[Hashable, Any], number: int) -> Article | Failure:
    there = {str(name): value for name, value in row.items() if not _is_missing(value)}
    fields = {
        name: value if isinstance(value, str | int | float | bool) else str(value) for name, value in there.items()
    }
    return made({"text": None, **fields}, Origin("spark", str(number)), id=f"row-{number}")


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and value != value)


def _row(item: Article | Failure, outcome: str | Failure) -> dict[str, Any]:
    if isinstance(outcome, Failure):
        empty = Record(id=outcome.id or item.id, source=outcome.source, sha256="", text="", meta={})
        return {**_typed(empty), "failure": f"{outcome.stage}: {outcome.reason}"}
    return {**_typed(Record.model_validate_json(outcome)), "failure": ""}


def _typed(record: Record) -> dict[str, Any]:
    """A row as Spark takes it from pandas: maps as dictionaries."""
    row = record_row(record)
    row["entities"] = [{**e, "links": dict(e["links"])} for e in row["entities"]]
    return row
