"""Spark: the same records as `khabar run`, on a local cluster of two."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.record import Record
from pipeline.run import Options, run

pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("needs Java", allow_module_level=True)

from pyspark.sql import SparkSession

from pipeline.spark import extract, schema
from pipeline.writers.parquet import record_of_row

pytestmark = pytest.mark.slow
GOLD = Path(__file__).parents[1] / "data/gold/articles.jsonl"


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    yield session
    session.stop()


def _record(row: Any) -> Record:
    fields = row.asDict(recursive=True)
    assert fields.pop("failure") == ""
    return record_of_row(fields)


def test_records_are_those_of_a_run(spark: SparkSession, tmp_path: Path) -> None:
    articles = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    rows = [
        {"id": a["id"], "text": a["text"], "date": a["given_date"], "source": "gold", "outlet": a["outlet"]}
        for a in articles
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    run(Options(inputs=[str(tmp_path / "in.jsonl")], out=tmp_path / "out", formats=("jsonl",), names="rules"))
    expected = [
        Record.model_validate_json(line)
        for line in (tmp_path / "out/documents.jsonl").read_text("utf-8").split("\n")[:-1]
    ]
    made = extract(spark.createDataFrame(rows).repartition(2), names="rules").collect()
    found = {r.id: r for r in map(_record, made)}
    assert found.keys() == {r.id for r in expected}
    for r in expected:
        for name in Record.model_fields:
            assert getattr(found[r.id], name) == getattr(r, name), (r.id, name)


def test_columns_are_typed_and_can_be_asked(spark: SparkSession) -> None:
    frame = extract(spark.createDataFrame([{"text": "زار وزير خارجية كازاخستان القاهرة.", "id": "a"}]), names="rules")
    assert frame.schema == schema()
    found = (
        frame.selectExpr("explode(mentions) m").where("m.label = 'COUNTRY'").selectExpr("m.value", "m.start").collect()
    )
    assert [tuple(row) for row in found] == [("KZ", 16)]


def test_an_article_that_fails_is_a_row_that_says_why(spark: SparkSession) -> None:
    rows = extract(
        spark.createDataFrame([{"id": "a", "text": " "}, {"id": "b", "text": "نص"}], "id string, text string"),
        names="rules",
    ).collect()
    assert {row.id: row.failure for row in rows} == {"a": "read: nothing but white space", "b": ""}


def test_a_frame_without_text_is_refused(spark: SparkSession) -> None:
    with pytest.raises(ValueError, match="no column text"):
        extract(spark.createDataFrame([{"body": "نص"}]))
