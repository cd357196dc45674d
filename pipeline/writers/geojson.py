"""GeoJSON (RFC 7946): `places.geojson`, a point for each place of an article whose coordinates are known, for QGIS, kepler.gl and geopandas.

A point has the article and its date, so that a map can filter by time, and what happened there. Its properties are flat, as map tools want them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.record import Entity, Record
from pipeline.writers.files import Stream
from pipeline.writers.tables import rows


class GeoJson(Stream):
    """A FeatureCollection, a feature a line."""

    name = "places.geojson"
    head, between, tail = b'{"type": "FeatureCollection", "features": [\n', b",\n", b"\n]}\n"

    def piece(self, record: Record) -> bytes:
        """Return the features of a document."""
        return b",\n".join(json.dumps(f, ensure_ascii=False, allow_nan=False).encode() for f in features(record))


def features(record: Record) -> Iterator[dict[str, Any]]:
    """Yield a feature for each place with coordinates.

    >>> cairo = {"id": "e1", "key": "wd:Q85", "label": "LOCATION", "name": "القاهرة", "attributes": {"lat": 30.06, "lon": 31.25}}
    >>> [f["geometry"]["coordinates"] for f in features(Record(id="a", sha256="", text="القاهرة", entities=[cairo]))]
    [[31.25, 30.06]]
    """
    events: dict[str, list[str]] = {}
    for table, row in rows(record):
        if table == "events" and row["where_entity"]:
            events.setdefault(row["where_entity"], []).append(_told(row))
    for entity in record.entities:
        point = _point(entity)
        if point:
            facts = entity.attributes
            properties = {
                "place": entity.key, "name": entity.name, "name_en": facts.get("name_en", ""), "country": facts.get("country", ""),
                "document": record.id, "title": record.title, "source": record.source, "date": record.date.value or None,
                "mentions": len(entity.mentions), "events": " | ".join(events.get(entity.key, ())),
            }  # fmt: skip
            yield {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": properties}


def _point(entity: Entity) -> list[float] | None:
    """Longitude and latitude, in that order, where both are those of a place on Earth."""
    lat, lon = (entity.attributes.get(name) for name in ("lat", "lon"))
    known = isinstance(lat, int | float) and isinstance(lon, int | float) and abs(lat) <= 90 and abs(lon) <= 180
    return [lon, lat] if known else None  # type: ignore[list-item]


def _told(event: dict[str, Any]) -> str:
    """An event in a line: «CONSULT meeting: سامح شكري – أيمن الصفدي»."""
    what = " ".join(
        filter(None, (event["type"], event["mode"], "" if event["modality"] == "actual" else f"({event['modality']})"))
    )
    return f"{what}: {' – '.join(filter(None, (event['who'], event['whom'])))}"
