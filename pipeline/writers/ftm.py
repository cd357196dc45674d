"""FollowTheMoney: `entities.ftm.json`, an entity a line, for Aleph and OpenSanctions tools.

Each document is an Article; people, organisations and places are entities that have the same id in every document (`ftm aggregate` joins
them), and each event of two parties is an Event that involves them. Countries are properties, as FollowTheMoney has them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.record import Entity, Event, Record
from pipeline.writers.files import Stream, json_line

_SCHEMATA = {"PERSON": "Person", "ORGANIZATION": "Organization", "LOCATION": "Address", "FORUM": "Event"}


class FollowTheMoney(Stream):
    """JSON lines of entities."""

    name = "entities.ftm.json"

    def piece(self, record: Record) -> bytes:
        """Return the entities of a document."""
        return b"".join(json_line(json.dumps(entity, ensure_ascii=False)) for entity in entities(record))


def entities(record: Record) -> Iterator[dict[str, Any]]:
    """Yield the article, its things and its events."""
    article = _id("article", record.id)
    things = {e.id: e for e in record.entities}
    countries = {e.links["iso"].lower() for e in record.entities if e.links.get("iso")}
    yield _entity(
        article, "Article", title=[record.title or record.id], publishedAt=[record.date.value], language=["ara"], country=sorted(countries),
        bodyText=[record.text], contentHash=[hashlib.sha1(record.text.encode(), usedforsecurity=False).hexdigest()],
        peopleMentioned=[e.name for e in record.entities if e.label == "PERSON"],
        companiesMentioned=[e.name for e in record.entities if e.label == "ORGANIZATION"],
    )  # fmt: skip
    for e in record.entities:
        if e.label in _SCHEMATA:
            yield _thing(e, article)
    for event in record.events:
        yield _event(event, record, things, article)


def _thing(e: Entity, article: str) -> dict[str, Any]:
    country = str(e.attributes.get("country", "")).lower()
    named = {
        "name": [e.name],
        "alias": e.aliases,
        "wikidataId": [e.links.get("wikidata", "")],
        "country": [country],
        "proof": [article],
    }
    if e.label == "LOCATION":
        named = {
            "full": [e.name],
            "country": [country],
            "latitude": [_text(e, "lat")],
            "longitude": [_text(e, "lon")],
            "proof": [article],
        }
    if e.label == "PERSON":
        roles = e.attributes.get("roles", [])
        named["position"] = [str(role) for role in roles] if isinstance(roles, list) else []
    return _entity(_id(e.key), _SCHEMATA[e.label], **named)


def _event(event: Event, record: Record, things: dict[str, Entity], article: str) -> dict[str, Any]:
    parties = [things[p.entity] for p in (*event.who, *event.whom) if p.entity in things]
    involved = [_id(e.key) for e in parties if e.label in ("PERSON", "ORGANIZATION")]
    states = {p.country.lower() for p in (*event.who, *event.whom) if p.country}
    places = [m.text for m in record.mentions if m.id == event.where]
    names = [e.name for e in parties]
    return _entity(
        _id("event", record.id, event.id), "Event", name=[f"{event.type}: {' — '.join(names)}"], summary=[event.trigger.text],
        date=[event.when] if event.when[:4].isdigit() and "/" not in event.when and "X" not in event.when else [],
        involved=involved, country=sorted(states), location=places, proof=[article],
    )  # fmt: skip


def _entity(id: str, schema: str, **properties: Iterable[str]) -> dict[str, Any]:
    kept = {name: list(dict.fromkeys(v for v in values if v)) for name, values in properties.items()}
    return {"id": id, "schema": schema, "properties": {name: values for name, values in kept.items() if values}}


def _id(*parts: str) -> str:
    return f"khabar-{hashlib.sha1(' '.join(parts).encode(), usedforsecurity=False).hexdigest()}"


def _text(e: Entity, name: str) -> str:
    return str(e.attributes[name]) if name in e.attributes else ""
