"""Topics of a user's own: what a file may be, what its topics find, and through the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import pipeline
from pipeline import taxonomy, vectors
from pipeline.cli import app
from pipeline.normalise import normalise
from pipeline.topics.terms import variants

RIVERS = "id\tlabel_ar\tterms\nriver-share\tحصص مياه الأنهار\tحصة النهر|ملء السد\ndesalination\tتحلية مياه البحر\t\n"
TALKS = "بحث وزير الخارجية المصري سامح شكري مع نظيره الأردني أيمن الصفدي {}."


@pytest.fixture
def rivers(tmp_path: Path) -> Path:
    file = tmp_path / "own.tsv"
    file.write_text(RIVERS, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("own.tsv", RIVERS),
        ("own.csv", "\ufeff" + RIVERS.replace("\t", ",")),
        (
            "own.json",
            json.dumps(
                [
                    {"id": "river-share", "label_ar": "حصص مياه الأنهار", "terms": ["حصة النهر", "ملء السد"]},
                    {"id": "desalination", "label_ar": "تحلية مياه البحر", "terms": None},
                ]
            ),
        ),
    ],
)
def test_one_taxonomy_in_three_formats(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    own = taxonomy.read(tmp_path / name)
    assert list(own.topics) == ["river-share", "desalination"]
    assert own.topics["river-share"].phrases() == ("حصة النهر", "ملء السد")
    assert own.topics["desalination"].phrases() == ("تحلية مياه البحر",)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("own.tsv", "", "no topics"),
        ("own.tsv", "id\tlabel_ar\n", "no topics"),
        ("own.tsv", "label_ar\nالمياه\n", "topic 1 has no id"),
        ("own.tsv", "id\tname\na\tالمياه\n", "no column 'name'"),
        ("own.tsv", "id\tlabel_ar\na\tالمياه\tالنهر\n", "more cells than there are columns"),
        ("own.tsv", "id\tlabel_ar\na\tالمياه\na\tالنهر\n", "two topics have the id 'a'"),
        ("own.tsv", "id\tlabel_en\na\tWater\n", "topic 'a' needs an Arabic label"),
        ("own.tsv", "id\tlabel_ar\nmy water\tالمياه\n", "topic 1: the id 'my water' has a space"),
        ("own.csv", 'id,label_ar\na,"المياه', "unexpected end of data"),
        ("own.json", "{}", "not a list of objects"),
        ("own.json", "[", "line 1"),
        ("own.json", '[{"id": 1, "label_ar": "المياه"}]', "a cell is no text"),
        ("own.yaml", "- id: a", "are read from .tsv, .csv and .json"),
    ],
)
def test_a_file_that_does_not_fit_says_why(tmp_path: Path, name: str, content: str, reason: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=reason) as e:
        taxonomy.read(tmp_path / name)
    assert name in str(e.value)


def test_a_file_as_a_spreadsheet_saves_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_bytes("id;label_ar;terms\nwater;المياه والأنهار;حصة النهر\n".encode("cp1256"))
    assert taxonomy.read(tmp_path / "own.csv").topics["water"].phrases() == ("حصة النهر",)


@pytest.mark.parametrize("form", ["حصة النهر", "حصص مياه الأنهار", "التجارة", "تجارة", "تجارته", "الهجرة", "اللجوء"])
def test_terms_and_else_the_parts_of_labels_are_known_in_their_inflections(form: str) -> None:
    own = taxonomy.Taxonomy(
        [
            taxonomy.Topic("a", "مياه", terms=("حصة النهر", "حصص مياه الأنهار")),
            taxonomy.Topic("b", "التجارة"),
            taxonomy.Topic("c", "الهجرة واللجوء"),
        ]
    )
    assert normalise(form) in own.forms(variants)


def test_a_subject_that_no_term_names_belongs_to_the_likest_topic() -> None:
    own = taxonomy.Taxonomy(
        [taxonomy.Topic("oil", "أسواق الطاقة والوقود"), taxonomy.Topic("votes", "الاقتراع والأحزاب")]
    )
    nothing = np.zeros(vectors.load().size, np.float32)
    assert own.of(normalise("أسعار النفط"), nothing) == "oil"
    assert own.of(normalise("الانتخابات البرلمانية"), nothing) == "votes"
    assert own.of(normalise("مباراة كرة القدم"), nothing) == ""


def test_subjects_of_ones_own_are_found_and_no_others(rivers: Path) -> None:
    nlp = pipeline.load(names="rules", topics=rivers)
    doc = nlp(TALKS.format("حصة النهر وتحلية مياه البحر والعلاقات الثنائية"))
    assert {(span.text, span._.value) for span in doc.spans["topics"]} == {
        ("حصة النهر", "river-share"),
        ("تحلية مياه البحر", "desalination"),
    }
    assert {t["id"] for t in doc._.topics} <= {"river-share", "desalination"}


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_label_makes_topics_or_says_why_not(label: str, term: str) -> None:
    try:
        own = taxonomy.Taxonomy([taxonomy.Topic("a", label, terms=(term,)), taxonomy.Topic("b", "التجارة")])
    except ValueError:
        return
    assert own.of(normalise("التجارة"), np.zeros(vectors.load().size, np.float32)) in ("a", "b")
    assert set(own.likeness(np.ones(vectors.load().size, np.float32))) == {"a", "b"}


def test_a_run_with_topics_of_ones_own(tmp_path: Path, rivers: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text(TALKS.format("حصة النهر. وتناول اللقاء ملء السد وحصة النهر"), encoding="utf-8")
    out = tmp_path / "out"
    done = CliRunner().invoke(
        app, ["run", str(article), "--topics", str(rivers), "--out", str(out), "--names", "rules", "--quiet"]
    )
    assert done.exit_code == 0, done.output
    with (out / "topics.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["topic"], row["label_ar"], row["label_en"]) for row in rows] == [
        ("river-share", "حصص مياه الأنهار", "river-share")
    ]


@pytest.mark.parametrize("command", ["run", "show", "evaluate"])
def test_a_bad_file_of_topics_is_wrong_usage(tmp_path: Path, command: str) -> None:
    (tmp_path / "bad.csv").write_text("id,label_en\na,Water\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("نص.", encoding="utf-8")
    gold = {"id": "a", "text": "نص.", "entities": []}
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold), encoding="utf-8")
    given = [str(tmp_path / ("gold.jsonl" if command == "evaluate" else "a.txt")), "--names", "rules"]
    out = ["--out", str(tmp_path / "out")] if command == "run" else []
    done = CliRunner().invoke(app, [command, *given, *out, "--topics", str(tmp_path / "bad.csv")])
    assert done.exit_code == 2, done.output
    assert "needs an Arabic label" in done.output
