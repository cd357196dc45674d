"""The project's gold keeps the rules of its guidelines; each check is shown to fail on gold that breaks it."""

from __future__ import annotations

import copy
import csv
import datetime
import hashlib
import json
import re
import runpy
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "data" / "gold"
Record = dict[str, Any]

LABELS = {
    "PERSON",
    "COUNTRY",
    "NATIONALITY",
    "LOCATION",
    "ORGANIZATION",
    "FORUM",
    "DATE",
    "ROLE",
    "TOPIC",
}
TYPES = {
    "CONSULT",
    "AGREE",
    "SUPPORT",
    "COOPERATE",
    "AID",
    "CONCEDE",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
}
MODES = {"meeting", "visit", "call", "talks", "mediation"}
MODALITIES = {"actual", "planned", "called-for", "denied", "possible"}
PARTIES = {"PERSON", "COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM"}
RELATIONS = {
    "holds_role": ({"PERSON"}, {"ROLE"}),
    "represents": ({"PERSON"}, {"COUNTRY", "NATIONALITY", "ORGANIZATION"}),
    "member_of": ({"PERSON", "COUNTRY", "ORGANIZATION"}, {"ORGANIZATION", "FORUM"}),
    "hosts": ({"COUNTRY", "LOCATION"}, {"FORUM"}),
}
WEEKDAYS = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]
CODE = re.compile(r"[A-Z]{2}")
MOMENT = r"\d{4}(?:-\d\d(?:-\d\d)?)?"
EDTF = re.compile(rf"{MOMENT}|{MOMENT}/{MOMENT}|{MOMENT}/\.\.|\.\./{MOMENT}|\d{{3}}X|\d{{2}}XX")
PROCLITICS = re.compile(r"[وف]?[بلكس]?")


def rows(name: str) -> list[Record]:
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines()]


# An article and what it tells are two lines of two files; the rules read them as one record.
ARTICLES = [{**article, **told} for article, told in zip(rows("articles.jsonl"), rows("events.jsonl"), strict=True)]
with (ROOT / "pipeline" / "resources" / "topics.tsv").open(encoding="utf-8") as file:
    TOPICS = {row["id"] for row in csv.DictReader(file, delimiter="\t")}
NAMES = {(e["label"], e["text"]) for article in ARTICLES for e in article["entities"]}


def letters(text: str) -> str:
    kept = (c for c in text if not unicodedata.combining(c) and c != "ـ" and (c.isalpha() or c in " -"))
    return " ".join("".join(kept).split())


def moments(value: str) -> list[str]:
    return [part for part in value.split("/") if part not in ("", "..") and "X" not in part]


def is_calendar(value: str) -> bool:
    """Whether every moment of an EDTF value exists and a range runs forward."""
    try:
        first = [datetime.date.fromisoformat((moment + "-01-01")[:10]) for moment in moments(value)]
    except ValueError:
        return False
    return first == sorted(first)


def span_faults(article: Record) -> Iterator[str]:
    text, entities = article["text"], article["entities"]
    if entities != sorted(entities, key=lambda e: (e["start"], -e["end"])):
        yield "order"
    for n, e in enumerate(entities):
        if text[e["start"] : e["end"]] != e["text"] or not e["text"]:
            yield "text"
            continue
        if not e["text"][0].isalnum() or not (e["text"][-1].isalnum() or unicodedata.combining(e["text"][-1])):
            yield "edge"
        after = text[e["end"] : e["end"] + 1]
        if after.isalnum() or after == "ـ" or (after and unicodedata.combining(after)):
            yield "cut"
        before = re.search(r"\w*\Z", text[: e["start"]])
        if before is None or not PROCLITICS.fullmatch(before[0]):
            yield "cut"
        if e["text"][0] in "وفبلكس" and (e["label"], e["text"][1:]) in NAMES:
            yield "proclitic"
        if any(o["label"] == e["label"] and o["start"] < e["end"] and e["start"] < o["end"] for o in entities[n + 1 :]):
            yield "overlap"


def value_faults(article: Record) -> Iterator[str]:
    people = {letters(e["text"]) for e in article["entities"] if e["label"] == "PERSON"}
    holders = {e["value"] for e in article["entities"] if e["label"] == "PERSON"}
    for e in article["entities"]:
        label, value = e["label"], e["value"]
        if label not in LABELS:
            yield "label"
        elif label == "PERSON" and value not in people:
            yield "person"
        elif label == "ROLE" and value and value not in holders:
            yield "role"
        elif label in {"COUNTRY", "NATIONALITY"} and not CODE.fullmatch(value):
            yield "code"
        elif label == "TOPIC" and value not in TOPICS:
            yield "topic"
        elif label in {"LOCATION", "ORGANIZATION", "FORUM"} and value:
            yield "value"
        elif label == "DATE":
            yield from date_faults(e["text"], value)


def date_faults(text: str, value: str) -> Iterator[str]:
    if value and not (EDTF.fullmatch(value) and is_calendar(value)):
        yield "date"
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        weekday = next((day for day in WEEKDAYS if day in text), None)
        if weekday and WEEKDAYS[datetime.date.fromisoformat(value).weekday()] != weekday:
            yield "weekday"


def document_faults(article: Record) -> Iterator[str]:
    if hashlib.sha256(article["text"].encode()).hexdigest() != article["sha256"]:
        yield "sha256"
    if not set(article["topics"]) <= {e["value"] for e in article["entities"] if e["label"] == "TOPIC"}:
        yield "document topic"
    for key in ("given_date", "date"):
        if article[key] and not re.fullmatch(r"\d{4}-\d\d-\d\d", article[key]):
            yield "document date"


def event_faults(article: Record) -> Iterator[str]:
    labels: dict[tuple[int, int], set[str]] = {}
    for e in article["entities"]:
        labels.setdefault((e["start"], e["end"]), set()).add(e["label"])

    def wrong(span: Record | None, allowed: set[str]) -> bool:
        return span is not None and not (
            article["text"][span["start"] : span["end"]] == span["text"]
            and labels.get((span["start"], span["end"]), set()) & allowed
        )

    for event in article["events"]:
        trigger = event["trigger"]
        if article["text"][trigger["start"] : trigger["end"]] != trigger["text"]:
            yield "trigger"
        if event["type"] not in TYPES or event["modality"] not in MODALITIES:
            yield "type"
        if (event["mode"] in MODES) != (event["type"] == "CONSULT") or event["mode"] not in MODES | {""}:
            yield "mode"
        parties = event["who"] + event["whom"]
        if not parties or any(wrong(party, PARTIES) for party in parties):
            yield "party"
        if any(party["country"] and not CODE.fullmatch(party["country"]) for party in parties):
            yield "country"
        if event["when"] and not (EDTF.fullmatch(event["when"]) and is_calendar(event["when"])):
            yield "when"
        if wrong(event["where"], {"LOCATION", "COUNTRY", "ORGANIZATION"}) or wrong(event["forum"], {"FORUM"}):
            yield "place"
        if any(wrong(topic, {"TOPIC"}) for topic in event["topics"]):
            yield "event topic"
    for relation in article["relations"]:
        subjects, objects = RELATIONS.get(relation["type"], (set(), set()))
        subject, object_, evidence = relation["subject"], relation["object"], relation["evidence"]
        if wrong(subject, subjects) or wrong(object_, objects):
            yield "relation"
        if (evidence["start"], evidence["end"]) != (
            min(subject["start"], object_["start"]),
            max(subject["end"], object_["end"]),
        ):
            yield "evidence"


def faults(article: Record) -> list[str]:
    checks = (span_faults, value_faults, document_faults, event_faults)
    return [fault for check in checks for fault in check(article)]


@pytest.mark.parametrize("article", ARTICLES, ids=[a["id"] for a in ARTICLES])
def test_article_keeps_the_rules(article: Record) -> None:
    assert faults(article) == []


def entity(article: Record, label: str) -> Record:
    found: Record = next(e for e in article["entities"] if e["label"] == label)
    return found


def set_value(label: str, value: str) -> Callable[[Record], object]:
    def change(article: Record) -> None:
        entity(article, label)["value"] = value

    return change


def move(label: str, start: int, end: int) -> Callable[[Record], object]:
    def change(article: Record) -> None:
        e = entity(article, label)
        e["start"], e["end"] = e["start"] + start, e["end"] + end
        e["text"] = article["text"][e["start"] : e["end"]]

    return change


def set_event(key: str, value: object) -> Callable[[Record], object]:
    def change(article: Record) -> None:
        article["events"][0][key] = value

    return change


def second_country_with_its_conjunction(article: Record) -> None:
    e = [e for e in article["entities"] if e["label"] == "COUNTRY"][1]
    e["start"] -= 1
    e["text"] = article["text"][e["start"] : e["end"]]


def same_span_twice(article: Record) -> None:
    article["entities"].insert(0, copy.deepcopy(article["entities"][0]))


def country_as_role(article: Record) -> None:
    article["relations"][0]["object"] = article["relations"][0]["subject"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (set_value("PERSON", "دونالد"), "person"),
        (set_value("ROLE", "محمد"), "role"),
        (set_value("COUNTRY", "KAZ"), "code"),
        (set_value("NATIONALITY", ""), "code"),
        (set_value("TOPIC", "politics"), "topic"),
        (set_value("LOCATION", "KZ"), "value"),
        (set_value("DATE", "6/11/2023"), "date"),
        (set_value("DATE", "2023-02-30"), "date"),
        (set_value("DATE", "2023-03/2023-01"), "date"),
        (move("PERSON", 0, 1), "edge"),
        (move("PERSON", -1, 0), "edge"),
        (move("PERSON", 0, -1), "cut"),
        (move("PERSON", 1, 0), "cut"),
        (second_country_with_its_conjunction, "proclitic"),
        (same_span_twice, "overlap"),
        (lambda article: article["entities"].reverse(), "order"),
        (lambda article: article.update(text=article["text"] + " "), "sha256"),
        (lambda article: article.update(topics=["tourism"]), "document topic"),
        (lambda article: article.update(date="2023"), "document date"),
        (lambda article: entity(article, "FORUM").update(label="SUMMIT"), "label"),
        (lambda article: entity(article, "FORUM").update(text="قمة"), "text"),
        (set_event("type", "MEET"), "type"),
        (set_event("modality", "certain"), "type"),
        (set_event("mode", "lunch"), "mode"),
        (set_event("who", [{"start": 0, "end": 9, "text": "المباحثات", "country": "KZ"}]), "party"),
        (set_event("when", "Monday"), "when"),
        (set_event("forum", {"start": 0, "end": 9, "text": "المباحثات"}), "place"),
        (country_as_role, "relation"),
        (lambda article: article["relations"][0]["evidence"].update(start=0), "evidence"),
    ],
)
def test_broken_gold_is_found(change: Callable[[Record], object], fault: str) -> None:
    article = copy.deepcopy(ARTICLES[0])
    change(article)
    assert fault in faults(article)


def test_a_weekday_must_fall_on_its_date() -> None:
    assert list(date_faults("الاثنين ٩ سبتمبر", "2024-09-09")) == []
    assert list(date_faults("الأحد ٩ سبتمبر", "2024-09-09")) == ["weekday"]


def test_the_first_article_is_the_raw_file_unchanged() -> None:
    raw = ROOT / "data" / "raw" / "000_3eaf0c2c6a670f93.txt"
    assert ARTICLES[0]["text"].encode() == raw.read_bytes()


def test_the_first_article_knows_three_people() -> None:
    people: dict[str, list[str]] = {}
    for e in ARTICLES[0]["entities"]:
        if e["label"] == "PERSON":
            people.setdefault(e["value"], []).append(e["text"])
    assert people == {
        "خيرت عمروف": ["خيرت عمروف", "عمروف", "عمروف"],
        "دونالد لو": ["دونالد لُو", "لُو", "لُو"],
        "قاسم جومارت توكاييف": ["قاسم جومارت توكاييف"],
    }


def test_both_files_hold_the_same_articles_in_the_same_order() -> None:
    assert [row["id"] for row in rows("articles.jsonl")] == [row["id"] for row in rows("events.jsonl")]


def test_gold_has_every_label_and_enough_articles() -> None:
    assert len({a["id"] for a in ARTICLES}) == len(ARTICLES) >= 15
    assert {e["label"] for a in ARTICLES for e in a["entities"]} == LABELS


def test_the_jsonl_is_what_the_sheets_say(tmp_path: Path) -> None:
    (tmp_path / "sheets").symlink_to(GOLD / "sheets")
    runpy.run_path(str(ROOT / "tools" / "gold_markup.py"))["main"](tmp_path)
    for name in ("articles.jsonl", "events.jsonl"):
        assert (tmp_path / name).read_text(encoding="utf-8") == (GOLD / name).read_text(encoding="utf-8")
