"""Dates: every way Arabic news writes one, with its value.

`find_dates` works on a string alone; the component `khabar_dates` writes what it finds on a spaCy Doc.
"""

from __future__ import annotations

from datetime import date, datetime

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.dates.placing import DateMention, Reading, describe, document_date, find_dates
from pipeline.index import index
from pipeline.spans import Mention

__all__ = ["DateMention", "describe", "document_date", "find_dates"]


@Language.component("khabar_dates", assigns=["doc.spans", "doc._.date", "doc._.date_source"])
def dates(doc: Doc) -> Doc:
    """Write the group "dates" (label DATE, value EDTF) and the document's own date: given, else of its dateline, else none."""
    given = _parse(doc._.given_date)
    text = index(doc).text
    own, source = given, "given" if given else "none"
    read = Reading(text, "news")
    if own is None:
        own = read.dateline()
        source = "dateline" if own else "none"
    doc._.date, doc._.date_source = own.isoformat() if own else "", source
    spans.write(doc, "dates", spans.longest(_mention(doc, m) for m in read.placed(own)))
    return doc


def _parse(given: str) -> date | None:
    try:
        return datetime.fromisoformat(given).date() if given else None
    except ValueError:
        return None


def _mention(doc: Doc, found: DateMention) -> Mention:
    """Return the mention on the token boundaries of the Doc: widened where a misprint or the tokeniser hides one."""
    span = doc.char_span(found.start, found.end, alignment_mode="expand")
    start, end = (span.start_char, span.end_char) if span is not None else (found.start, found.end)
    return Mention(start, end, "DATE", found.value, by=f"dates:{found.rule}")
