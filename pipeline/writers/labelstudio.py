"""Label Studio: `labelstudio.json`, a task a document with what was found as predictions, and the labelling interface to go with it.

Offsets are code points, which Label Studio stores since its 1.4; every region carries its words, by which a reader can tell.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.record import Record
from pipeline.writers.conll import LABELS
from pipeline.writers.files import Stream, write_whole


class LabelStudio(Stream):
    """A JSON array of tasks, and `labelstudio.xml`, the configuration of a project for them."""

    name = "labelstudio.json"
    head, between, tail = b"[\n", b",\n", b"\n]\n"

    def __init__(self, folder: Path, scratch: Path) -> None:
        super().__init__(folder, scratch)
        write_whole(folder / "labelstudio.xml", scratch, configuration().encode())

    def piece(self, record: Record) -> bytes:
        """Return the task."""
        return json.dumps(task(record), ensure_ascii=False).encode()


def task(record: Record) -> dict[str, Any]:
    """Return a document as a task: labels, their values as meta text, relations."""
    regions = [
        {
            "id": m.id, "from_name": "label", "to_name": "text", "type": "labels", "score": m.score,
            "value": {"start": m.start, "end": m.end, "text": m.text, "labels": [m.label]},
            **({"meta": {"text": [m.value]}} if m.value else {}),
        }
        for m in record.mentions
    ]  # fmt: skip
    ties = [
        {
            "type": "relation",
            "from_id": r.subject_mention,
            "to_id": r.object_mention,
            "direction": "right",
            "labels": [r.type],
        }
        for r in record.relations
    ]
    data = {
        "document": record.id,  # `id` is taken: exports put Label Studio's own number there
        "text": record.text,
        "title": record.title,
        "source": record.source,
        "date": record.date.value,
    }
    topics = [t.id for t in record.topics]
    return {
        "data": {**data, "topics": topics},
        "predictions": [{"model_version": "khabar", "result": [*regions, *ties]}],
    }


def configuration() -> str:
    """Return the labelling interface."""
    labels = "\n".join(f'    <Label value="{label}"/>' for label in LABELS)
    return (
        '<View>\n  <Labels name="label" toName="text">\n'
        f'{labels}\n  </Labels>\n  <View style="direction: rtl; white-space: pre-wrap">\n    <Text name="text" value="$text"/>\n  </View>\n</View>\n'
    )
