"""How stages write what they found on a spaCy Doc, and how the next stages read it.

A stage returns `Mention`s from plain functions and writes them as a span group. On the spaCy side each is a `Span` with
`label_`, `_.value` (also `kb_id_`), `_.by` (also `id_`), `_.score` and `_.entity`; a span's own extension attributes would not do,
since spaCy keeps one set for all spans of the same extent whatever their labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from spacy.tokens import Doc, Span

from pipeline.index import Index, index

# The group that holds the final mentions of a label, and is named after the stage that writes it; "names" holds the model's proposals for all labels.
GROUP_OF = {
    "COUNTRY": "countries", "NATIONALITY": "countries", "DATE": "dates", "LOCATION": "places", "ORGANIZATION": "organisations",
    "PERSON": "people", "ROLE": "roles", "FORUM": "forums", "TOPIC": "topics",
}  # fmt: skip
GROUPS = tuple(dict.fromkeys(GROUP_OF.values()))
PROPOSALS = "names"


@dataclass(frozen=True, slots=True)
class Mention:
    """A labelled span of the raw text.

    `start`, `end`: half-open code point offsets on token boundaries. `value`: as the guidelines define it for the label. `score`: 0 to 1.
    `by`: the rule or model that made it. `entity`: key of the thing in `doc._.entities`, empty if none.
    """

    start: int
    end: int
    label: str
    value: str = ""
    score: float = 1.0
    by: str = ""
    entity: str = ""


def register() -> None:
    """Declare the extension attributes; safe to call again."""
    if Span.has_extension("value"):
        return
    Span.set_extension("value", getter=lambda span: span.kb_id_)
    Span.set_extension("by", getter=lambda span: span.id_)
    Span.set_extension("score", getter=lambda span: _stored(span)[0])
    Span.set_extension("entity", getter=lambda span: _stored(span)[1])
    Doc.set_extension("given_date", default="")  # publication date, YYYY-MM-DD, set by the caller
    Doc.set_extension("date", default="")  # the document's own date, set by the dates stage
    Doc.set_extension("date_source", default="none")  # given, dateline, none
    Doc.set_extension("boilerplate", default=[])  # [start, end] character offsets of sentences of page furniture
    Doc.set_extension("entities", default={})  # entity key -> facts (see entities.py)
    Doc.set_extension("topics", default=[])  # [{"id", "score", "mentions": [[start, end], …]}]
    Doc.set_extension("relations", default=[])
    Doc.set_extension("events", default=[])
    Doc.set_extension("quotations", default=[])


def write(doc: Doc, group: str, mentions: Iterable[Mention]) -> None:
    """Write mentions as `doc.spans[group]`, in the order of the text, in place of what was there.

    Raises ValueError when a mention does not lie on token boundaries.
    """
    known, written = _known(doc), []
    for m in sorted(mentions, key=_order):
        start, end = tokens(doc, m)
        span = Span(doc, start, end, label=m.label, kb_id=m.value, span_id=m.by)
        written.append(span)
        known[_signature(span)] = m
        doc.user_data[_key(span)] = [m.score, m.entity]
    doc.spans[group] = written


def read(doc: Doc, *groups: str) -> list[Mention]:
    """Return the mentions of the groups named (absent groups are empty), in the order of the text."""
    known = _known(doc)
    found = []
    for group in groups:
        for span in doc.spans.get(group, ()):
            signature = _signature(span)
            m = known.get(signature)
            if m is None:
                m = known[signature] = _mention(span)
            found.append(m)
    return sorted(found, key=_order)


def tokens(doc: Doc, m: Mention) -> tuple[int, int]:
    """Return the tokens `[start, end)` of a mention. Raises ValueError when it does not lie on token boundaries."""
    found = index(doc).tokens(m.start, m.end)
    if found is None:
        raise ValueError(f"{m.label} [{m.start}, {m.end}) is not on token boundaries")
    return found


def located(doc: Doc, m: Mention) -> Span:
    """Return a mention as a span of tokens. Raises ValueError when it does not lie on token boundaries."""
    start, end = tokens(doc, m)
    return doc[start:end]


def longest(mentions: Iterable[Mention]) -> list[Mention]:
    """Keep, of mentions that overlap, the longest, then the better scored, then the first."""
    kept: list[Mention] = []
    taken: set[int] = set()
    for m in sorted(mentions, key=lambda m: (m.start - m.end, -m.score, m.start)):
        places = range(m.start, m.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(m)
    return sorted(kept, key=lambda m: m.start)


def by_label(mentions: Iterable[Mention], *labels: str) -> Iterator[Mention]:
    """Yield the mentions of the labels named."""
    return (m for m in mentions if m.label in labels)


# What was written, so that reading need not make it again from the spans; it goes when the tokens of a Doc change.
_mentions: WeakKeyDictionary[Index, dict[tuple[int, ...], Mention]] = WeakKeyDictionary()


def _known(doc: Doc) -> dict[tuple[int, ...], Mention]:
    return _mentions.setdefault(index(doc), {})


def _order(m: Mention) -> tuple[int, int, str]:
    return m.start, -m.end, m.label


def _signature(span: Span) -> tuple[int, ...]:
    return span.start, span.end, span.label, span.kb_id, span.id


def _mention(span: Span) -> Mention:
    score, entity = _stored(span)
    return Mention(span.start_char, span.end_char, span.label_, span.kb_id_, score, span.id_, entity)


def _key(span: Span) -> str:
    # With who made it: a proposal of the model may have the extent and label of a mention that a list has found.
    return f"khabar {span.start_char} {span.end_char} {span.label_} {span.id_}"


def _stored(span: Span) -> tuple[float, str]:
    """Return score and entity, which spaCy has no place for."""
    score, entity = span.doc.user_data.get(_key(span), (1.0, ""))
    return score, entity


register()
