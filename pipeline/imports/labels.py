"""What all imports share: a record of a text and its labelled spans."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.article import digest
from pipeline.gold import Span
from pipeline.record import LABELS, Record


def record(
    id: str,
    text: str,
    spans: Iterable[Span],
    *,
    ties: Iterable[tuple[str, Span, Span]] = (),
    topics: Iterable[str] = (),
    date: str = "",
    place: str = "",
) -> Record:
    """Return the record of a labelled text. Raises ValueError for a label that is not ours or a span that is not in the text."""
    listed = sorted(set(spans), key=lambda s: (s.start, -s.end, s.label))
    for s in listed:
        if s.label not in LABELS:
            raise ValueError(f"{place or id}: no label {s.label!r}; there are {', '.join(LABELS)}")
        if not 0 <= s.start < s.end <= len(text):
            raise ValueError(
                f"{place or id}: {s.label} [{s.start}, {s.end}) is not in a text of {len(text)} characters"
            )
    mentions = [
        {
            "id": f"m{n}",
            "start": s.start,
            "end": s.end,
            "text": text[s.start : s.end],
            "label": s.label,
            "value": s.value,
            "by": "people",
        }
        for n, s in enumerate(listed, 1)
    ]
    ids = {s: f"m{n}" for n, s in enumerate(listed, 1)}
    relations = [
        {
            "id": f"r{n}", "type": type, "subject": "", "object": "", "subject_mention": ids[a], "object_mention": ids[b],
            "evidence": {"start": min(a.start, b.start), "end": max(a.end, b.end)}, "by": "people",
        }
        for n, (type, a, b) in enumerate(ties, 1)
    ]  # fmt: skip
    return Record.model_validate(
        {
            "id": id, "sha256": digest(text), "text": text, "mentions": mentions, "relations": relations,
            "date": {"value": date, "source": "given" if date else "none"},
            "topics": [{"id": t, "label_en": t, "label_ar": "", "score": 1} for t in sorted(topics)],
        }
    )  # fmt: skip
