"""What the list or the text says of a forum: its host, its level, its parties, the place and date of a meeting."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from spacy.tokens import Doc, Span

from pipeline.forums.lexicon import Known, heads, word_list
from pipeline.forums.page import Page
from pipeline.forums.series import edition, known_series, series
from pipeline.index import index
from pipeline.spans import Mention

_CLAUSE = 25  # tokens after a name in which its place and date are looked for
_OF_A_MEETING = ("edition", "place", "date")  # facts that hold for one meeting of a forum


def describe(
    doc: Doc, mentions: Iterable[Mention], others: Sequence[Mention] = ()
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield, for each forum, its key and what the list or the text says of it, as far as either does.

    `name` of the series, `name_en`, `kind`, `host`, `level` (presidential, ministerial), `frequency`, `edition`, `parties` (ISO codes), `place`, `date` (as
    in EDTF) and `links`.

    >>> import spacy
    >>> from pipeline.forums import find_forums
    >>> nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    >>> doc = nlp("القمة العربية الـ29")
    >>> [facts["edition"] for _, facts in describe(doc, find_forums(doc))]
    [29]
    """
    page = Page(doc, others)
    surroundings = _Surroundings(doc, others)
    for mention in mentions:
        span = doc.char_span(mention.start, mention.end)
        if span is None:
            raise ValueError(f"[{mention.start}, {mention.end}) is not on token boundaries")
        found = {**_named(page, span), **surroundings.of(span)}
        yield mention.entity, {key: value for key, value in found.items() if value}


def merge(known: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return what two mentions of a forum say of it, the first first; where they name two of its meetings, `editions` holds place and date of each.

    >>> merge({"name": "القمة", "edition": 5, "place": "عمان"}, {"name": "القمة", "edition": 6})
    {'name': 'القمة', 'editions': [{'edition': 5, 'place': 'عمان'}, {'edition': 6}]}
    """
    meetings = {m["edition"]: m for m in known.get("editions", ())}
    for facts in (known, more):
        if "edition" in facts:
            meeting = {name: facts[name] for name in _OF_A_MEETING if name in facts}
            meetings[facts["edition"]] = {**meeting, **meetings.get(facts["edition"], {})}
    merged = {**more, **known}
    if len(meetings) < 2:
        return merged
    lasting = {name: value for name, value in merged.items() if name not in _OF_A_MEETING}
    return {**lasting, "editions": [meetings[number] for number in sorted(meetings)]}


def _named(page: Page, span: Span) -> dict[str, Any]:
    """What the list or the words of a name say of the forum, and which of its meetings they name."""
    words = series(page, span.start, span.end)
    known = known_series(page, words)
    return {**(_of_text(page, words) if known is None else _of_list(known)), "edition": edition(page, span)}


def _of_text(page: Page, words: list[int]) -> dict[str, Any]:
    norms = {page.norms[i] for i in words}
    head = heads().get(page.norms[words[0]]) or heads().get(page.word(words[0] + 1))
    level = next((level for level in ("ministerial", "presidential") if norms & word_list(level)), "")
    at = words[0] + 1 if head else words[-1] + 1
    end, evidence = page.starts.get(at, (0, ""))
    place = page.text(range(at, end)) if evidence in ("place", "country") and at in words else ""
    return {
        "name": page.text(words), "kind": head.kind if head else "", "level": level, "host": _host(page, words), "place": place,
        "frequency": "annual" if norms & word_list("annual") else "",
    }  # fmt: skip


def _host(page: Page, words: Sequence[int]) -> str:
    """The listed forum or the organisation within a name."""
    for at in words[1:]:
        if at in page.listed:
            return page.listed[at][1].name
        end, evidence = page.starts.get(at, (0, ""))
        if evidence == "org":
            return page.text(range(at, end))
    return ""


class _Surroundings:
    """The countries, places and dates around a forum, in its clause."""

    def __init__(self, doc: Doc, others: Sequence[Mention]) -> None:
        self.doc = doc
        self.text = index(doc).text
        self.others = sorted(others, key=lambda m: m.start)
        self.starts = [m.start for m in self.others]

    def of(self, span: Span) -> dict[str, Any]:
        """Parties in the name or after «بين», and the place and the date that follow it."""
        clause_end = span.end
        while clause_end < min(span.end + _CLAUSE, len(self.doc)):
            token = self.doc[clause_end]
            if token.is_sent_start or token.norm_ in ".،؛":
                break
            clause_end += 1
        between = span.end < len(self.doc) and self.doc[span.end].norm_ == "بين"
        found: dict[str, Any] = {}
        parties: list[str] = []
        until = self.doc[clause_end - 1].idx
        for m in self.others[bisect_left(self.starts, span.start_char) : bisect_right(self.starts, until)]:
            after = m.start >= span.end_char
            if m.label in ("COUNTRY", "NATIONALITY") and (between or not after) and m.value not in parties:
                parties.append(m.value)
            elif m.label == "LOCATION" and after and self._before(m) in ("في", "ب"):
                found.setdefault("place", self.text[m.start : m.end])
            elif m.label == "DATE" and after and m.value:
                found.setdefault("date", m.value)
        return {**found, "parties": parties if len(parties) > 1 else []}

    def _before(self, mention: Mention) -> str:
        span = self.doc.char_span(mention.start, mention.end)
        return self.doc[span.start - 1].norm_ if span is not None and span.start else ""


def _of_list(known: Known) -> dict[str, Any]:
    links = {"wikidata": known.wikidata} if known.wikidata else {}
    return {
        "name": known.name, "name_en": known.name_en, "kind": known.kind, "host": known.host, "level": known.level,
        "frequency": known.frequency, "links": links,
    }  # fmt: skip
