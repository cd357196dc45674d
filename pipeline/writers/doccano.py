"""doccano: `doccano.jsonl`, a document a line with `text`, `entities` and `relations`.

doccano counts offsets as its browser does, in UTF-16 units: they differ from code points after an emoji. It has no values of labels, and gives
them new ids: `values`, which it carries along as it does every field that it does not know, tells values by place and label.
"""

from __future__ import annotations

import json

from pipeline.record import Record
from pipeline.views.utf16 import Utf16
from pipeline.writers.files import Stream, json_line


class Doccano(Stream):
    """For projects of sequence labelling with overlapping spans and relations allowed."""

    name = "doccano.jsonl"

    def piece(self, record: Record) -> bytes:
        """Return the line."""
        at = Utf16(record.text)
        numbers = {m.id: n for n, m in enumerate(record.mentions, 1)}
        entities = [
            {"id": numbers[m.id], "label": m.label, "start_offset": at(m.start), "end_offset": at(m.end)}
            for m in record.mentions
        ]
        relations = [
            {"id": n, "type": r.type, "from_id": numbers[r.subject_mention], "to_id": numbers[r.object_mention]}
            for n, r in enumerate(record.relations, 1)
        ]
        values = [[at(m.start), at(m.end), m.label, m.value] for m in record.mentions if m.value]
        meta = {"doc_id": record.id, "values": values}
        line = {"text": record.text, "entities": entities, "relations": relations, **meta}
        return json_line(json.dumps(line, ensure_ascii=False))
