"""Organisations that the list knows by name: where a name stands for one, and the nationality after it."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from pipeline import places, spans
from pipeline.gazetteer import Hit
from pipeline.index import index
from pipeline.organisations.lexicon import BEFORE, Head, Organisation, gazetteer, heads, senses, word_roles
from pipeline.organisations.page import Page, mention
from pipeline.spans import Mention

_NATIONAL = (
    "agency",
    "intelligence",
    "bank",
    "ministry",
    "court",
    "parliament",
    "government",
    "police",
)  # kinds that every state has
_DASHES = ("-", "–", "—")


def hits(doc: Doc) -> Iterator[Hit[Organisation]]:
    """Yield where names of the list stand for what it knows."""
    known = index(doc)
    dated = places.cover((m.start, m.end) for m in spans.read(doc, "dates"))
    waiting = []
    announced: set[str] = set()
    for hit in gazetteer().find(doc):
        start, end = known.starts[hit.start], known.ends[hit.end - 1]
        if dated.get(start, 0) >= end and head_before(doc, hit.start)[0] is None:
            continue  # «أبريل (نيسان)»
        if denied(doc, hit.start, hit.end):
            continue
        if not hit.entry.guard or _announced(doc, hit):
            announced.add(hit.entry.key)
            yield hit
        elif hit.entry.guard == "once":
            waiting.append(hit)
    yield from (hit for hit in waiting if hit.entry.key in announced)


def denied(doc: Doc, start: int, end: int) -> bool:
    """Do the words beside a name, or before «ل» or «_», say that it is none («وزيراً للخارجية», «#سد_النهضة»)?"""
    norms = index(doc).norms
    name = " ".join(norms[start:end])
    before = norms[max(0, start - 2) : start]
    if before[-1:] not in (["ل"], [" "]):  # the matching form of «_»
        before = before[-1:]
    after = norms[end] if end < len(norms) else ""
    return any((name, word, "") in senses() for word in before or [""]) or (name, "", after) in senses()


def head_before(doc: Doc, at: int) -> tuple[Head | None, bool]:
    """Return the head noun that stands before a name, outside of it, and whether a quote stands between."""
    before = at - 1
    while before >= 0 and (doc[before].is_quote or doc[before].is_left_punct or doc[before].is_space):
        before -= 1
    head = heads().get(doc[before].norm_) if before >= 0 else None
    return head, before < at - 1


def _announced(doc: Doc, hit: Hit[Organisation]) -> bool:
    """Does a noun such as «صحيفة» or a pair of quotes say that an everyday word is a name?"""
    head, quoted = head_before(doc, hit.start)
    if head is None and (doc[hit.start].norm_, "unsigned") in word_roles():
        return False  # «الحمامات (شرق)»
    news = head is not None and head.frame in ("medium", "agency")
    if head is not None and head.frame in BEFORE and (news or hit.entry.kind not in ("media", "news agency")):
        return True
    if hit.entry.guard == "once" and hit.start and (doc[hit.start - 1].norm_, "member") in word_roles():
        return True  # «عناصر القاعدة»
    if hit.entry.kind == "news agency" and _in_dateline(doc, hit.start, hit.end):
        return True
    return quoted and hit.end < len(doc) and (doc[hit.end].is_quote or doc[hit.end].is_right_punct)


def _in_dateline(doc: Doc, start: int, end: int) -> bool:
    """Does an agency sign a dateline here: «/العُمانية/», «بغداد – واع»?"""
    before = doc[start - 1].text if start else ""
    after = doc[end].text if end < len(doc) else "\n"
    if before == "/" or after == "/":
        return before == after
    return before in _DASHES and (after in _DASHES or after in ":(" or "\n" in after)


def lengthened(page: Page, hit: Hit[Organisation]) -> int:
    """The end of a listed name, with the nationality that tells it from its namesakes: «مجلس النواب المغربي», but «حزب الله | اللبناني»."""
    head = page.norm(hit.start) in heads() and hit.entry.kind in _NATIONAL
    return page.past_nationality(hit.end) if head else hit.end


def seats(doc: Doc, taken: list[Mention]) -> Iterator[Mention]:
    """Yield the seats of power that are not a place where they stand."""
    located = {(m.start, m.end) for m in taken if m.label == "LOCATION"}
    for hit in places.seats().find(doc):
        m = mention(doc, hit.start, hit.end, "organisations:seat", 0.9, hit.entry.key)
        if (m.start, m.end) not in located:
            yield m
