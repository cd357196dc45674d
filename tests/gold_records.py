"""The project's gold as records: what a faultless run would put out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.record import (
    DocumentDate,
    Entity,
    Event,
    Evidence,
    Mention,
    Party,
    Record,
    Relation,
    Sentence,
    Topic,
    Trigger,
)

GOLD = Path(__file__).parents[1] / "data/gold"


def gold_records() -> list[Record]:
    """Return a record an article of data/gold."""
    told = {line["id"]: line for line in lines("events.jsonl")}
    return [_record(line, told[line["id"]]) for line in lines("articles.jsonl")]


def lines(name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines of data/gold."""
    yield from map(json.loads, (GOLD / name).read_text("utf-8").splitlines())


def _record(line: dict[str, Any], told: dict[str, Any]) -> Record:
    text = line["text"]
    entities: dict[str, Entity] = {}
    mentions: list[Mention] = []
    for n, e in enumerate(line["entities"], 1):
        m = Mention(
            id=f"m{n}", start=e["start"], end=e["end"], text=e["text"], label=e["label"], value=e["value"], by="gold"
        )
        key, name = _thing(m)
        if key:
            entity = entities.setdefault(key, Entity(id=f"e{len(entities) + 1}", key=key, label=m.label, name=name))
            entity.mentions.append(m.id)
            m.entity = entity.id
            if m.text not in entity.aliases:
                entity.aliases.append(m.text)
        mentions.append(m)
    _link(entities.values())
    at = {(m.start, m.end): m for m in mentions if m.label != "TOPIC"}
    topical = {(m.start, m.end): m.id for m in mentions if m.label == "TOPIC"}
    return Record(
        id=line["id"],
        sha256=line["sha256"],
        date=DocumentDate(value=line["date"], source="dateline" if line["date"] else "none"),
        text=text,
        meta={"outlet": line["outlet"]},
        sentences=[Sentence(id="s1", start=0, end=len(text))],
        mentions=mentions,
        entities=list(entities.values()),
        topics=[_topic(id, mentions) for id in line["topics"]],
        relations=[_relation(n, r, at) for n, r in enumerate(told["relations"], 1)],
        events=[_event(n, e, at, topical) for n, e in enumerate(told["events"], 1)],
    )


def _thing(m: Mention) -> tuple[str, str]:
    if m.label in ("COUNTRY", "NATIONALITY") and m.value:
        return f"country:{m.value}", m.text
    if m.label in ("PERSON", "ROLE") and m.value:
        return f"person:{normalise(m.value)}", m.value
    kinds = {"LOCATION": "place", "ORGANIZATION": "org", "FORUM": "forum"}
    return (f"{kinds[m.label]}:{normalise(m.text)}", m.text) if m.label in kinds else ("", "")


def _link(entities: Any) -> None:
    countries = {f"country:{r['iso']}": r for r in rows("countries")}
    for entity in entities:
        if entity.key in countries:
            row = countries[entity.key]
            entity.label, entity.name = "COUNTRY", row["name"]
            entity.links = {name: row[name] for name in ("iso", "iso3", "m49", "wikidata")}
            entity.attributes = {"name_en": row["name_en"]}
        elif entity.key.startswith("person:"):
            entity.label = "PERSON"


def _topic(id: str, mentions: list[Mention]) -> Topic:
    english, arabic = next((row["label_en"], row["label_ar"]) for row in rows("topics") if row["id"] == id)
    named = [m.id for m in mentions if m.label == "TOPIC" and m.value == id]
    return Topic(id=id, label_en=english, label_ar=arabic, score=1, mentions=named)


def _relation(n: int, r: dict[str, Any], at: dict[tuple[int, int], Mention]) -> Relation:
    subject, object_ = (at[r[side]["start"], r[side]["end"]] for side in ("subject", "object"))
    return Relation(
        id=f"r{n}", type=r["type"], subject=subject.entity, object=object_.entity, subject_mention=subject.id, object_mention=object_.id,
        evidence=Evidence(**r["evidence"]), by="gold",
    )  # fmt: skip


def _event(n: int, e: dict[str, Any], at: dict[tuple[int, int], Mention], topical: dict[tuple[int, int], str]) -> Event:
    def party(p: dict[str, Any]) -> Party:
        m = at[p["start"], p["end"]]
        return Party(mention=m.id, entity=m.entity, country=p["country"])

    def place(p: dict[str, Any] | None) -> str:
        return at[p["start"], p["end"]].id if p else ""

    return Event(
        id=f"v{n}", type=e["type"], mode=e["mode"], trigger=Trigger(**e["trigger"]), who=[party(p) for p in e["who"]],
        whom=[party(p) for p in e["whom"]], where=place(e["where"]), when=e["when"], forum=place(e["forum"]),
        topics=[topical[t["start"], t["end"]] for t in e["topics"]], modality=e["modality"], by="gold",
    )  # fmt: skip
