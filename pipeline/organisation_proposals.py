"""Which of the model's proposals can be organisations, and where they end.

The model marks what looks like a name. It does not know that a head noun alone names nothing («حركة» | «فتح»), that what follows «طائرات» or «المؤشر» is
a product, nor where a name is whole: «وزارة العدل | في تونس», «مجلس الشيوخ | المعارض», «أنتونوف | الأوكرانية».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.organisation_grammar import Reader, heads
from pipeline.spans import Mention

_WHERE = ("embassy", "coalition")  # kinds that are named by where they are, too: «سفارة تونس بفرنسا»
_WEAPON = re.compile(r"\w{1,4} ?- ?\d{2,3}")


def is_weapon(text: str) -> bool:
    """Whether a name is one of a weapon or an aircraft.

    >>> is_weapon("إس-300"), is_weapon("فرانس 24")
    (True, False)
    """
    return _WEAPON.fullmatch(text) is not None


def cleaned(reader: Reader, taken: Iterable[Mention], proposals: Iterable[Mention]) -> Iterator[Mention]:
    """Yield the proposals that can be organisations, without what does not belong to them.

    `taken`: countries, nationalities, dates and places; `proposals`: the model's, of any label.
    """
    proposals = list(proposals)
    dates = {(m.start, m.end) for m in taken if m.label == "DATE"}
    persons = {(m.start, m.end): m.score for m in proposals if m.label == "PERSON"}
    for m in proposals:
        span = reader.doc.char_span(m.start, m.end)
        if m.label != "ORGANIZATION" or span is None or (m.start, m.end) in dates:
            continue
        if persons.get((m.start, m.end), 0) > m.score or not _names(reader, span.start, span.end):
            continue
        kept = reader.doc[span.start : _end(reader, span.start, span.end)]
        yield replace(m, end=kept.end_char)


def _names(reader: Reader, start: int, end: int) -> bool:
    """Can tokens name an organisation? No head noun alone («القوات الجوية»), no product, nobody's own («حكومة بلاده»)."""
    before = start - 1
    while before >= 0 and (reader.doc[before].is_quote or reader.doc[before].is_left_punct):
        before -= 1
    if end in reader.denied.get(start, ()) or is_weapon(reader.doc[start:end].text):
        return False
    alone = before == start - 1 and all(reader.has(i, "adjective") for i in range(start + 1, end))
    if reader.unsigned(start, end) or (alone and reader.norm(start) in heads()):
        return False
    return not reader.has(before, "product") and not reader.has(start + 1, "own")


def _end(reader: Reader, start: int, end: int) -> int:
    """Where a name is whole: before the country that it is in, words that describe it, and the nationality of a foreign name."""
    head = heads().get(reader.norm(start))
    for at in range(start + 1, end - 1):
        where = reader.norm(at) in ("في", "ب") and reader.is_(at + 1, "COUNTRY") and reader.at[at + 1][0] == end
        if where and (head is None or head.kind not in _WHERE):
            return at
    while end > start + 2 and (reader.has(end - 1, "describing") or reader.norm(end - 1) in ("ل", "ب", "و")):
        end -= 1
    quotes = sum(token.is_quote for token in reader.doc[start:end])
    if quotes % 2 and reader.doc[end : end + 1] and reader.doc[end].is_quote:
        return end + 1  # «المكتب السياسي لحزب "النور"»
    native = any(norm in heads() or norm.startswith("ال") for norm in reader.norms[start : end - 1])
    return end - (end > start + 1 and not native and reader.past_nationality(end - 1) > end - 1)
