"""The example of the output that the README shows is what the pipeline makes of the real article."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
from spacy.language import Language

from pipeline.article import article
from pipeline.extraction import records
from pipeline.record import Record

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / "data" / "raw" / "000_3eaf0c2c6a670f93.txt"
GOLDEN = ROOT / "tests" / "data" / "real-article.json"


def made(nlp: Language) -> dict[str, Any]:
    """Return the record of the real article as plain values."""
    text = ARTICLE.read_text(encoding="utf-8")
    one = article({"id": ARTICLE.stem, "text": text, "source": f"data/raw/{ARTICLE.name}"})
    return next(records(nlp, [one])).model_dump()


def unscored(value: Any) -> Any:
    """Return plain values without scores, whose last digits differ between processors."""
    if isinstance(value, dict):
        return {name: unscored(v) for name, v in value.items() if name != "score"}
    return [unscored(v) for v in value] if isinstance(value, list) else value


def test_the_example_is_true(nlp: Language) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    found = made(nlp)
    for part in golden:
        assert unscored(found[part]) == unscored(golden[part]), (
            f"{part} changed: look at it, then `python tools/golden.py`"
        )


def test_the_example_fits_the_schema() -> None:
    jsonschema.validate(json.loads(GOLDEN.read_text(encoding="utf-8")), Record.model_json_schema())


def test_the_real_article_is_right_where_it_must_be(nlp: Language) -> None:
    """PERSON, COUNTRY, NATIONALITY, DATE with values and FORUM of the first article of data/gold, to the last one."""
    gold = json.loads((ROOT / "data/gold/articles.jsonl").read_text(encoding="utf-8").splitlines()[0])
    found = made(nlp)
    for label in ("PERSON", "COUNTRY", "NATIONALITY", "DATE", "FORUM"):
        valued = label != "FORUM"
        expected = {
            (e["start"], e["end"], e["value"] if valued else "") for e in gold["entities"] if e["label"] == label
        }
        assert {
            (m["start"], m["end"], m["value"] if valued else "") for m in found["mentions"] if m["label"] == label
        } == expected
    people = {m["entity"] for m in found["mentions"] if m["label"] == "PERSON"}
    assert len(people) == 3
