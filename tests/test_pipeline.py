"""What holds of every record, on any text: offsets, sentences, references, the same answer twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline import extraction
from pipeline.article import article
from pipeline.extraction import records
from pipeline.frames import annotate
from pipeline.record import Record
from pipeline.writers.tables import rows

ROOT = Path(__file__).parents[1]

# Pieces that stages look for, between any other characters.
PIECES = st.sampled_from(
    [
        "وزير الخارجية", "كازاخستان", "وكازاخستان", "للأمم المتحدة", "السيد", "دونالد لُو", "، ", " في ", "قمة", "الخامس", "«", "»", "5+1", "2023",
        "٦ تشرين الثاني/نوفمبر", "أمس", "الملك سلمان بن عبدالعزيز", "نظيره", "التعاون", "وقف إطلاق النار", "بين ", " و", ".", "\n", " ", "ـ", "\u064f",
        "\u202e", "\ufefb", "التقى", "مع", "بـ", "قال ", ": «", "وأضاف", "وفق ",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=5)), min_size=1, max_size=30).map("".join).filter(str.strip)


def record_of(nlp: Language, text: str, date: str = "2023-11-06") -> Record:
    return next(records(nlp, [article({"id": "a", "text": text, "date": date})]))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=TEXTS)
@example("وزير الخارجيةكازاخستان\x1eكازاخستانوزير الخارجية")  # a name over what ends a sentence
def test_whatever_the_text_the_record_holds_together(nlp: Language, text: str) -> None:
    check(record_of(nlp, text))


def check(record: Record) -> None:
    sentences = {s.id: s for s in record.sentences}
    mentions = {m.id: m for m in record.mentions}
    entities = {e.id: e for e in record.entities}
    assert len(mentions) == len(record.mentions)
    for m in record.mentions:
        assert record.text[m.start : m.end] == m.text != ""
        assert m.text == m.text.strip()
        assert m.sentence in sentences
        assert sentences[m.sentence].start <= m.start
        assert m.end <= sentences[m.sentence].end
        assert not m.entity or m.id in entities[m.entity].mentions
    for e in record.entities:
        assert e.mentions
        assert all(mentions[m].entity == e.id for m in e.mentions)
    for t in record.topics:
        assert all(mentions[m].value == t.id for m in t.mentions)
    for r in record.relations:
        assert {r.subject_mention, r.object_mention} <= set(mentions)
    for v in record.events:
        assert record.text[v.trigger.start : v.trigger.end] == v.trigger.text
        assert v.who or v.whom
        assert {p.mention for p in (*v.who, *v.whom)} | {m for m in (v.where, v.forum, *v.topics) if m} <= set(mentions)
    for q in record.quotations:
        assert record.text[q.start : q.end] == q.text != ""
        assert record.text[q.cue.start : q.cue.end] == q.cue.text
        assert q.sentence in sentences
        assert not q.speaker or mentions[q.speaker_mention].entity == q.speaker
    same_label: dict[str, int] = {}
    for m in record.mentions:
        assert m.start >= same_label.get(m.label, 0), f"{m.label} mentions overlap"
        same_label[m.label] = m.end


def test_the_same_text_gives_the_same_record(nlp: Language) -> None:
    text = (ROOT / "data/raw/000_3eaf0c2c6a670f93.txt").read_text(encoding="utf-8")
    assert record_of(nlp, text) == record_of(nlp, text)


def test_documents_in_a_batch_do_not_touch_each_other(nlp: Language) -> None:
    gold = [json.loads(line) for line in (ROOT / "data/gold/articles.jsonl").open(encoding="utf-8")]
    articles = [article({"id": g["id"], "text": g["text"], "date": g["given_date"]}) for g in gold[:8]]
    together = list(records(nlp, articles, batch_size=8))
    alone = [next(records(nlp, [one])) for one in articles]
    for a, b in zip(together, alone, strict=True):
        assert a == b


@pytest.mark.parametrize("n", range(20))
def test_every_gold_article_holds_together(nlp: Language, n: int) -> None:
    line = (ROOT / "data/gold/articles.jsonl").read_text(encoding="utf-8").splitlines()[n]
    gold: dict[str, Any] = json.loads(line)
    check(record_of(nlp, gold["text"], gold["given_date"]))


def test_pipe_gives_the_order_of_the_input(rules: Language) -> None:
    texts = ["زار القاهرة.", "زار الرياض.", "زار أستانا."]
    assert [r.text for r in records(rules, map(article, texts), batch_size=2)] == texts


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: list(extraction.extract_many([{"id": "a", "body": "نص"}])), "needs a text, and this one has id, body"),
        (lambda: annotate(pd.DataFrame({"body": ["نص"]})), "no column 'text' among body: text= and date= name them"),
        (lambda: annotate(pd.DataFrame({"text": ["نص"]}), date="day"), "no column 'day' among text"),
    ],
)
def test_what_is_called_otherwise_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_tables_name_an_office_with_the_article_that_a_preposition_hides(rules: Language) -> None:
    record = record_of(rules, "سُلّمت الرسالة للرئيس الفرنسي إيمانويل ماكرون.")
    assert [m.text for m in record.mentions if m.label == "ROLE"] == ["لرئيس الفرنسي"], (
        "a mention is a piece of the text"
    )
    offices = [
        row["object_name"] for table, row in rows(record) if table == "relations" and row["type"] == "holds_role"
    ]
    assert offices == ["الرئيس الفرنسي"]


def test_the_vocabulary_stops_growing_and_the_records_stay_the_same(
    rules: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"زار الوزير {name}ستان في 7 مارس 2024." for name in ("بلبل", "قرقر", "سمسم")]
    kept = list(records(rules, map(article, texts)))
    monkeypatch.setattr(extraction, "_COMMON", 0)
    known = len(rules.vocab.strings)
    unseen = [text.replace("ستان", "كند") for text in texts]
    assert [r.text for r in records(rules, map(article, unseen))] == unseen
    assert len(rules.vocab.strings) == known
    assert list(records(rules, map(article, texts))) == kept


def test_an_article_may_be_longer_than_spacy_lets_a_parser_read(rules: Language) -> None:
    check(record_of(rules, "زار الوزير القاهرة." + "\n" * 1_000_000 + "ثم غادر."))
