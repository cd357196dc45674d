"""The record as tables: what CSV, Parquet, SQLite, DuckDB and pandas share.

Tables join on columns of the same name. `document` and, within a document, `sentence` and `mention` are its ids; `entity` is the key of a
thing, the same in all documents, so that `entities` has one row a thing. Ids in a cell are joined by spaces, names by ` | `;
what has no fixed shape is JSON.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pipeline.record import Entity, Party, Record, Relation

Row = dict[str, Any]

COLUMNS: dict[str, dict[str, type]] = {
    "documents": {
        "document": str, "source": str, "title": str, "date": str, "date_source": str, "topics": str,
        "sha256": str, "meta": str, "text": str,
    },
    "sentences": {"document": str, "sentence": str, "start": int, "end": int, "boilerplate": bool, "text": str},
    "mentions": {
        "document": str, "mention": str, "sentence": str, "start": int, "end": int, "text": str, "label": str, "value": str,
        "entity": str, "score": float, "by": str,
    },
    "entities": {
        "entity": str, "label": str, "name": str, "name_en": str, "country": str, "roles": str, "iso": str, "iso3": str, "wikidata": str,
        "mentions": int, "documents": int, "first_date": str, "last_date": str, "aliases": str, "links": str, "attributes": str,
    },
    "topics": {"document": str, "topic": str, "label_en": str, "label_ar": str, "score": float, "mentions": str},
    "relations": {
        "document": str, "relation": str, "type": str, "subject": str, "subject_name": str, "object": str, "object_name": str,
        "subject_mention": str, "object_mention": str, "sentence": str, "start": int, "end": int, "score": float, "by": str,
    },
    "events": {
        "document": str, "event": str, "type": str, "mode": str, "cameo": str, "modality": str, "when": str,
        "who": str, "who_countries": str, "whom": str, "whom_countries": str, "where": str, "where_entity": str,
        "forum": str, "forum_entity": str, "topics": str, "trigger": str, "start": int, "end": int, "sentence": str,
        "score": float, "by": str,
    },
    "parties": {"document": str, "event": str, "side": str, "mention": str, "entity": str, "name": str, "country": str},
    "quotations": {
        "document": str, "quotation": str, "speaker": str, "speaker_name": str, "speaker_mention": str, "cue": str, "text": str,
        "sentence": str, "start": int, "end": int, "score": float, "by": str,
    },
}  # fmt: skip

# The columns that name a row of each table.
KEYS = {
    "documents": ("document",), "sentences": ("document", "sentence"), "mentions": ("document", "mention"), "entities": ("entity",),
    "topics": ("document", "topic"), "relations": ("document", "relation"), "events": ("document", "event"),
    "parties": ("document", "event", "side", "mention"), "quotations": ("document", "quotation"),
}  # fmt: skip


def rows(record: Record) -> Iterator[tuple[str, Row]]:
    """Yield table and row for each row of a record, with all columns of the table in their order; `Things` makes the entities.

    >>> record = Record(id="a", sha256="", text="زار القاهرة.", sentences=[{"id": "s1", "start": 0, "end": 12}])
    >>> [row for table, row in rows(record) if table == "sentences"]
    [{'document': 'a', 'sentence': 's1', 'start': 0, 'end': 12, 'boilerplate': False, 'text': 'زار القاهرة.'}]
    """
    parts = _Parts(record)
    for table, made in _ROWS.items():
        for row in made(parts):
            yield table, {"document": record.id, **row}


class _Parts:
    """A record with its parts by id."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.mentions = {m.id: m for m in record.mentions}
        self.entities = {e.id: e for e in record.entities}

    def key(self, entity: str) -> str:
        return self.entities[entity].key if entity in self.entities else ""

    def name(self, entity: str) -> str:
        return self.entities[entity].name if entity in self.entities else ""

    def text(self, mention: str) -> str:
        """A mention's words, as its entity knows them where «للأمم» hides their article."""
        if mention not in self.mentions:
            return ""
        m = self.mentions[mention]
        if self.record.text[m.start - 1 : m.start + 1] != "لل" or m.entity not in self.entities:
            return m.text
        entity = self.entities[m.entity]
        words = " ".join(m.text.split())
        known = {*entity.aliases, *entity.attributes.get("roles", ())}
        return next((whole for whole in (f"ا{words}", f"ال{words}") if whole in known), m.text)

    def key_of(self, mention: str) -> str:
        return self.key(self.mentions[mention].entity) if mention in self.mentions else ""

    def other(self, relation: Relation) -> str:
        """The name of the other side; an office, whose entity is its holder, by its own words."""
        return self.text(relation.object_mention) if relation.type == "holds_role" else self.name(relation.object)

    def party(self, party: Party) -> str:
        return self.name(party.entity) or self.text(party.mention)


def _documents(of: _Parts) -> Iterator[Row]:
    r = of.record
    yield {
        "source": r.source, "title": r.title, "date": r.date.value, "date_source": r.date.source,
        "topics": _ids(t.id for t in r.topics), "sha256": r.sha256, "meta": _json(r.meta), "text": r.text,
    }  # fmt: skip


def _sentences(of: _Parts) -> Iterator[Row]:
    for s in of.record.sentences:
        place = {"start": s.start, "end": s.end, "boilerplate": s.boilerplate}
        yield {"sentence": s.id, **place, "text": of.record.text[s.start : s.end]}


def _mentions(of: _Parts) -> Iterator[Row]:
    for m in of.record.mentions:
        yield {
            "mention": m.id, "sentence": m.sentence, "start": m.start, "end": m.end, "text": m.text, "label": m.label,
            "value": m.value, "entity": of.key(m.entity), "score": m.score, "by": m.by,
        }  # fmt: skip


def _topics(of: _Parts) -> Iterator[Row]:
    for t in of.record.topics:
        names = {"label_en": t.label_en, "label_ar": t.label_ar}
        yield {"topic": t.id, **names, "score": t.score, "mentions": _ids(t.mentions)}


def _relations(of: _Parts) -> Iterator[Row]:
    for r in of.record.relations:
        yield {
            "relation": r.id, "type": r.type, "subject": of.key(r.subject), "subject_name": of.name(r.subject),
            "object": of.key(r.object), "object_name": of.other(r), "subject_mention": r.subject_mention,
            "object_mention": r.object_mention, "sentence": r.sentence, "start": r.evidence.start, "end": r.evidence.end,
            "score": r.score, "by": r.by,
        }  # fmt: skip


def _events(of: _Parts) -> Iterator[Row]:
    for e in of.record.events:
        yield {
            "event": e.id, "type": e.type, "mode": e.mode, "cameo": e.cameo, "modality": e.modality, "when": e.when,
            "who": _names(map(of.party, e.who)), "who_countries": _ids(p.country for p in e.who),
            "whom": _names(map(of.party, e.whom)), "whom_countries": _ids(p.country for p in e.whom),
            "where": of.text(e.where), "where_entity": of.key_of(e.where), "forum": of.text(e.forum),
            "forum_entity": of.key_of(e.forum), "topics": _ids(of.mentions[t].value for t in e.topics if t in of.mentions),
            "trigger": e.trigger.text, "start": e.trigger.start, "end": e.trigger.end, "sentence": e.sentence,
            "score": e.score, "by": e.by,
        }  # fmt: skip


def _parties(of: _Parts) -> Iterator[Row]:
    for e in of.record.events:
        for side, parties in (("who", e.who), ("whom", e.whom)):
            for p in parties:
                named = {"entity": of.key(p.entity), "name": of.party(p)}
                yield {"event": e.id, "side": side, "mention": p.mention, **named, "country": p.country}


def _quotations(of: _Parts) -> Iterator[Row]:
    for q in of.record.quotations:
        yield {
            "quotation": q.id, "speaker": of.key(q.speaker), "speaker_name": of.name(q.speaker) or of.text(q.speaker_mention),
            "speaker_mention": q.speaker_mention, "cue": q.cue.text, "text": q.text, "sentence": q.sentence, "start": q.start, "end": q.end,
            "score": q.score, "by": q.by,
        }  # fmt: skip


def _ids(ids: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(id for id in ids if id))


def _names(names: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(name for name in names if name))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


_ROWS: dict[str, Callable[[_Parts], Iterator[Row]]] = {
    "documents": _documents,
    "sentences": _sentences,
    "mentions": _mentions,
    "topics": _topics,
    "relations": _relations,
    "events": _events,
    "parties": _parties,
    "quotations": _quotations,
}


class Things:
    """The entities of any number of documents, one row a key, kept in a temporary file and not in memory.

    Counts add up, aliases and lists are joined, of other facts that differ the first one seen stays.

    >>> things = Things()
    >>> for id, date in (("a", "2023-11-06"), ("b", "2022-01-01")):
    ...     kz = {"id": "e1", "key": "country:KZ", "label": "COUNTRY", "name": "كازاخستان", "mentions": ["m1"]}
    ...     things.add(Record(id=id, sha256="", text="", date={"value": date}, entities=[kz]))
    >>> [(row["entity"], row["documents"], row["first_date"], row["last_date"]) for row in things.rows()]
    [('country:KZ', 2, '2022-01-01', '2023-11-06')]
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute("pragma synchronous = off")
        self._base.execute("pragma journal_mode = off")
        self._base.execute("create table things (key text primary key, n integer, thing text)")
        self._count = 0

    def add(self, record: Record) -> None:
        """Count a document's entities."""
        for entity in record.entities:
            found = self._base.execute("select thing from things where key = ?", (entity.key,)).fetchone()
            thing = json.loads(found[0]) if found else _thing(entity)
            _join(thing, entity, record.date.value)
            self._count += not found
            self._base.execute(
                "insert into things values (?, ?, ?) on conflict (key) do update set thing = excluded.thing",
                (entity.key, self._count, json.dumps(thing)),
            )

    def rows(self) -> Iterator[Row]:
        """Yield the rows in the order in which the things first came."""
        for key, thing in self._base.execute("select key, thing from things order by n"):
            t = json.loads(thing)
            yield {
                "entity": key, "label": t["label"], "name": t["name"], "name_en": t["attributes"].pop("name_en", ""),
                "country": t["attributes"].pop("country", ""), "roles": _names(t["attributes"].pop("roles", [])),
                "iso": t["links"].get("iso", ""), "iso3": t["links"].get("iso3", ""), "wikidata": t["links"].get("wikidata", ""),
                "mentions": t["mentions"], "documents": t["documents"], "first_date": t["first"], "last_date": t["last"],
                "aliases": _names(t["aliases"]), "links": _json(t["links"]), "attributes": _json(t["attributes"]),
            }  # fmt: skip

    def close(self) -> None:
        """Forget everything."""
        self._base.close()


_MAX_LIST = 100  # names and roles kept of one thing


def _thing(entity: Entity) -> dict[str, Any]:
    named = {"label": entity.label, "name": entity.name, "aliases": [], "links": {}, "attributes": {}}
    return {**named, "mentions": 0, "documents": 0, "first": "", "last": ""}


def _join(thing: dict[str, Any], entity: Entity, date: str) -> None:
    thing["mentions"] += len(entity.mentions)
    thing["documents"] += 1
    if date:
        thing["first"] = min(thing["first"] or date, date)
        thing["last"] = max(thing["last"], date)
    thing["aliases"] = _joined(thing["aliases"], entity.aliases)
    thing["links"] = {**entity.links, **thing["links"]}
    join_facts(thing["attributes"], entity.attributes)


def join_facts(known: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add what another document says of a thing to its facts: lists are joined, of other facts that differ the first one stays."""
    for name, value in more.items():
        if isinstance(value, list) and isinstance(known.get(name, []), list):
            known[name] = _joined(known.get(name, []), value)
        else:
            known.setdefault(name, value)


def _joined(known: list[Any], more: list[Any]) -> list[Any]:
    return [*known, *(value for value in more if value not in known)][:_MAX_LIST]
