"""What the model says of organisations: which of its proposals can be some, where they end, and what needs its assent.

The model marks what looks like a name. It does not know that a head noun alone names nothing («حركة» | «فتح»), that what follows «طائرات» or «المؤشر» is
a product, nor where a name is whole: «وزارة العدل | في تونس», «مجلس الشيوخ | المعارض», «أنتونوف | الأوكرانية».
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Doc

from pipeline import places, spans
from pipeline.organisations.lexicon import NONE, heads, is_weapon
from pipeline.organisations.listed import denied, head_before
from pipeline.organisations.page import Page
from pipeline.spans import Mention

_ALONE = 0.65  # what the model must be sure of for a name that neither list nor grammar knows
_COMPANY = 0.5  # for one after «شركة»
_DECLINED = 0.85  # for one that the grammar could have read
_LONGER = 0.95  # and for one that goes on where list or grammar end
_SHORTER = 0.9  # and for one that ends where the grammar goes on
# Ways of the grammar that need a model's assent.
_UNSURE = ("body", "described", "company", "named", "coalition", "quoted")
_NAMED = ("university", "bank", "union", "government")  # kinds whose nouns mean nothing else
_LOOSE = ("described", "coalition", "company", "body", "named")  # and those whose ends are least sure
_PERSON = 0.5  # and for a person to lead an administration
_WHERE = ("embassy", "coalition")  # kinds that are named by where they are, too: «سفارة تونس بفرنسا»


def cleaned(page: Page, taken: Iterable[Mention], proposals: Iterable[Mention]) -> Iterator[Mention]:
    """Yield the proposals that can be organisations, without what does not belong to them.

    `taken`: countries, nationalities, dates and places; `proposals`: the model's, of any label.
    """
    proposals = list(proposals)
    dates = {(m.start, m.end) for m in taken if m.label == "DATE"}
    persons = {(m.start, m.end): m.score for m in proposals if m.label == "PERSON"}
    for m in proposals:
        span = page.doc.char_span(m.start, m.end)
        if m.label != "ORGANIZATION" or span is None or (m.start, m.end) in dates:
            continue
        if persons.get((m.start, m.end), 0) > m.score or not _names(page, span.start, span.end):
            continue
        kept = page.doc[span.start : _end(page, span.start, span.end)]
        yield replace(m, end=kept.end_char)


def _names(page: Page, start: int, end: int) -> bool:
    """Can tokens name an organisation? No head noun alone («القوات الجوية»), no product, nobody's own («حكومة بلاده»)."""
    before = start - 1
    while before >= 0 and (page.doc[before].is_quote or page.doc[before].is_left_punct):
        before -= 1
    if end in page.denied.get(start, ()) or is_weapon(page.doc[start:end].text):
        return False
    alone = before == start - 1 and all(page.has(i, "adjective") for i in range(start + 1, end))
    if page.unsigned(start, end) or (alone and page.norm(start) in heads()):
        return False
    return not page.has(before, "product") and not page.has(start + 1, "own")


def _end(page: Page, start: int, end: int) -> int:
    """Where a name is whole: before the country that it is in, words that describe it, and the nationality of a foreign name."""
    head = heads().get(page.norm(start))
    for at in range(start + 1, end - 1):
        where = page.norm(at) in ("في", "ب") and page.is_(at + 1, "COUNTRY") and page.at[at + 1][0] == end
        if where and (head is None or head.kind not in _WHERE):
            return at
    while end > start + 2 and (page.has(end - 1, "describing") or page.norm(end - 1) in ("ل", "ب", "و")):
        end -= 1
    quotes = sum(token.is_quote for token in page.doc[start:end])
    if quotes % 2 and page.doc[end : end + 1] and page.doc[end].is_quote:
        return end + 1  # «المكتب السياسي لحزب "النور"»
    native = any(norm in heads() or norm.startswith("ال") for norm in page.norms[start : end - 1])
    return end - (end > start + 1 and not native and page.past_nationality(end - 1) > end - 1)


def heard(page: Page, found: list[Mention], proposals: list[Mention]) -> Iterator[Mention]:
    """Yield what a model, if there is one, also takes for an organisation, of what is read off words that name things of all kinds («دائرة الاحتقان»).

    Where it is nearly certain that a name ends before the grammar has it end, it does («الاتحاد الأرجنتيني | لإلغاء المباراة»).
    """
    assent = {at for m in proposals if m.label == "ORGANIZATION" for at in range(m.start, m.end)}
    ends = {m.start: m.end for m in cleaned(page, (), proposals) if m.score >= _SHORTER}
    for m in found:
        frame = m.by.rpartition(":")[2]
        span = spans.located(page.doc, m)
        sure = heads().get(page.norm(span.start), NONE).kind in _NAMED
        if proposals and frame in _UNSURE and not sure and assent.isdisjoint(range(m.start, m.end)):
            continue
        end = ends.get(m.start, m.end)
        if frame in _LOOSE and end < m.end:
            cut = spans.located(page.doc, replace(m, end=end))
            yield replace(m, end=end, entity=page.key(cut.start, cut.end))
        else:
            yield m


def added(page: Page, sure: list[Mention], taken: list[Mention], proposals: list[Mention]) -> list[Mention]:
    """Add what only the model sees, and let it lengthen a name of which it is nearly certain («بنك مصر | إيران»).

    A proposal that begins with a head noun is one that the grammar has declined, so the model must be surer of it.
    """
    located = places.cover((m.start, m.end) for m in taken if m.label not in ("NATIONALITY", "DATE"))
    known = {at: s for s in sure for at in range(s.start, s.end)}
    new = []
    longer: dict[Mention, Mention] = {}
    for m in cleaned(page, taken, proposals):
        span = spans.located(page.doc, m)
        if located.get(m.start, 0) >= m.end or denied(page.doc, span.start, span.start + 1):
            continue
        key = page.key(span.start, span.end)
        own = replace(m, entity=key, value="")
        within = {known[at] for at in range(m.start, m.end) if at in known}
        if m.score >= _LONGER and len(within) == 1 and (short := within.pop()).start == m.start and short.end < m.end:
            longer[short] = own
        elif m.score >= _needed(page, span.start):
            new.append(own)
    kept = [longer.get(s, s) for s in sure]
    return spans.longest([*kept, *places.apart(new, kept)])


def _needed(page: Page, start: int) -> float:
    """Return the score from which on a proposal stands by itself."""
    if page.reads(start):
        return _DECLINED
    head, _ = head_before(page.doc, start)
    return _COMPANY if head is not None and head.frame == "company" else _ALONE


def persons(doc: Doc, proposals: list[Mention]) -> Iterator[tuple[int, int]]:
    """Yield first token and end of the people that the model is sure enough of."""
    for m in proposals:
        span = doc.char_span(m.start, m.end) if m.label == "PERSON" and m.score >= _PERSON else None
        if span is not None:
            yield span.start, span.end
