"""W3C Web Annotation: `annotations.jsonld`, an annotation page, each mention an annotation of its document.

Targets select by place (code points, as the standard says) and by quotation, so that they are found again where the text has moved.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from pipeline.record import Mention, Record
from pipeline.writers.files import Stream

_CONTEXT = 32  # characters quoted on each side
_HEAD = '{"@context": "http://www.w3.org/ns/anno.jsonld", "id": "urn:khabar:annotations", "type": "AnnotationPage", "items": [\n'


class WebAnnotation(Stream):
    """JSON-LD."""

    name = "annotations.jsonld"
    head, between, tail = _HEAD.encode(), b",\n", b"\n]}\n"

    def piece(self, record: Record) -> bytes:
        """Return the annotations of a document."""
        links = {e.id: e.links for e in record.entities}
        made = (json.dumps(annotation(record, m, links.get(m.entity, {})), ensure_ascii=False) for m in record.mentions)
        return ",\n".join(made).encode()


def annotation(record: Record, m: Mention, links: dict[str, str]) -> dict[str, Any]:
    """Return a mention as an annotation."""
    place = {"type": "TextPositionSelector", "start": m.start, "end": m.end}
    before, after = record.text[max(0, m.start - _CONTEXT) : m.start], record.text[m.end : m.end + _CONTEXT]
    words = {"type": "TextQuoteSelector", "exact": m.text, "prefix": before, "suffix": after}
    document = f"urn:khabar:{quote(record.id, safe='')}"
    return {
        "id": f"{document}#{m.id}", "type": "Annotation", "motivation": "tagging", "body": list(_bodies(m, links)),
        "target": {"source": document, "selector": [place, words]},
    }  # fmt: skip


def _bodies(m: Mention, links: dict[str, str]) -> Iterator[dict[str, Any]]:
    yield {"type": "TextualBody", "purpose": "tagging", "value": m.label}
    if m.value:
        yield {"type": "TextualBody", "purpose": "describing", "value": m.value}
    if links.get("wikidata"):
        source = f"http://www.wikidata.org/entity/{links['wikidata']}"
        yield {"type": "SpecificResource", "purpose": "identifying", "source": source}
