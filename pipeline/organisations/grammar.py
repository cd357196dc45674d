"""How the name of an organisation goes on from its head noun, and where it ends.

`organisation_heads.tsv` gives every head noun a frame:

- national: a definite noun that is a name only with a nationality («الحكومة التركية»)
- country: a noun in construct with a country, place or nationality («رئاسة كوريا الجنوبية»)
- rule: as country, or with the person who leads it («إدارة ترامب»)
- ministry, ministries: a noun in construct with its field («وزارة التجارة والصناعة», «وزارتي الدفاع والخارجية», which are two)
- body: a noun in construct with its field, members or purpose («هيئة مكافحة الفساد»)
- described: a definite noun with adjectives or a purpose («الهيئة العامة للطيران المدني»)
- company: a noun with a description of at least two words («شركة النفط الوطنية»)
- named: a noun before a proper name («جامعة القاهرة», «حزب الوفد»)
- embassy: whose, then where («السفارة الأمريكية بالقدس»)
- coalition: as described, or with what it is against («التحالف الدولي ضد داعش»)
- agency: a news agency or another («وكالة الأنباء السعودية»)
- medium, quoted: a noun outside the name («صحيفة "…"»)
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.normalise import normalise
from pipeline.organisations.lexicon import NONE, heads
from pipeline.organisations.page import Page
from pipeline.organisations.phrases import agrees, phrase

_WITHIN = (("committee", "council"), ("committee", "parliament"), ("university", "university"))


def read(page: Page) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and frame of every name that begins with a head noun."""
    for i, norm in enumerate(page.norms):
        if i in page.organs:
            end = _whose(page, i)
            if end:
                yield i, end, "organ"
                continue
        if norm == "مديريه" and not page.has(i + 1, "field"):
            continue  # a district: «مديرية الملاجم»
        if norm not in heads() or i in page.denied or (i in page.listed and heads()[norm].frame != "coalition"):
            continue
        frame = heads()[norm].frame
        if frame == "ministries":
            yield from _ministries(page, i)
            continue
        end = _end(page, i, frame)
        if end > i and page.at.get(i, (0, "", ""))[0] < end:  # else it is known as a place
            yield i, end, frame


def _end(page: Page, i: int, frame: str) -> int:
    if frame == "national":
        return _national(page, i)
    if frame in ("country", "rule", "embassy"):
        return _owned(page, i, frame)
    if frame == "coalition":
        at = i + 1 + page.definite(i + 1)
        end = _coalition(page, at)
        return end if end > at else _phrase(page, i, "described")
    if frame not in ("ministry", "body", "described", "company", "named", "agency"):
        return i
    end = _phrase(page, i, frame)
    if frame == "agency" and end < len(page.doc) and page.doc[end].is_quote:
        return i  # described before it is named: «وكالة الأنباء الروسية "سبوتنيك"»
    if end == i and frame == "described" and not agrees(page, i) and normalise(page.doc[i].text) == page.norm(i)[2:]:
        return _phrase(page, i, "body")  # «للجنة» is «ل» and «لجنة» as well as «اللجنة»
    return end


def _national(page: Page, i: int) -> int:
    if heads()[page.norm(i)].kind == "ministry" and page.definite(i - 1):
        return i  # an adjective of the word before: «المساعدات الخارجية الأمريكية»
    at = i + 1
    while page.has(at, "adjective") and at < i + 4:
        at += 1
    end = page.past_nationality(at)
    if end == at or (end == at + 1 and page.norm(at).endswith("ين")):
        return i  # «وزيري العدل والداخلية التركيين»
    if page.has(end, "after"):
        end += 1
    return _where(page, end) if heads()[page.norm(i)].kind == "embassy" else end


def _where(page: Page, end: int) -> int:
    """Take in where an embassy or office is: «في إسطنبول», «بالقدس», «لدى الأمم المتحدة»."""
    if page.norm(end) in ("في", "ب", "لدي", "فى"):
        at = end + 1 + (page.norm(end + 1) == "مدينه")
        if page.is_(at, "COUNTRY", "LOCATION"):
            return page.at[at][0]
        return page.listed.get(at, end)
    return end


def _owned(page: Page, i: int, frame: str) -> int:
    at = i + 1
    while page.has(at, "noun") and at < i + 4:
        at += 1
    end = page.at[at][0] if page.is_(at, "COUNTRY", "LOCATION") else at
    if at > i + 1:
        end = max(end, page.past_nationality(at))
    if end == at and at in page.listed and page.has(i, "holder"):
        end = page.listed[at]
    if end == at:
        end = _led(page, i) if frame == "rule" else i
    if frame == "embassy":
        if page.norm(i + 1) == "خادم":
            end = i + 4
        return _where(page, end) if end > i else i
    return end


def _led(page: Page, i: int) -> int:
    """Take in the leader after «إدارة», «حكومة», «نظام»: a surname, or titles and a full name."""
    at = i + 1
    titled = False
    while at < i + 8 and (page.has(at, "title") or (titled and (page.is_(at, "NATIONALITY") or page.norm(at) == "،"))):
        titled = True
        at = page.at[at][0] if page.is_(at, "NATIONALITY") else at + 1
    end = at
    while end < at + (4 if titled else 2) and page.named(end) and not page.is_(end, "COUNTRY"):
        end += 1
    end = max(end, page.persons.get(at, 0))
    if titled and end == at and page.is_(at - 1, "NATIONALITY"):
        return at
    return end if end > at else i


def _ministries(page: Page, i: int) -> Iterator[tuple[int, int, str]]:
    """«وزارتي الدفاع والخارجية» are two names: the first with the noun, each other by itself."""
    start, at = i, i + 1
    while page.definite(at) and not page.is_(at, "NATIONALITY"):
        end = at + 1
        while page.definite(end) and not page.is_(end, "NATIONALITY"):
            end += 1
        yield start, end, "ministries"
        if page.norm(end) != "و":
            return
        start = at = end + 1


def _phrase(page: Page, head: int, frame: str) -> int:
    """The end of the phrase that completes a head noun, with what it is within; the head itself if there is none."""
    end = phrase(page, head, frame)
    return _within(page, end, heads()[page.norm(head)].kind) if end > head else end


def _within(page: Page, end: int, kind: str) -> int:
    """Take in the parliament of a committee («بمجلس العموم»), the university of a college («بجامعة القاهرة») and the city of an office."""
    if kind == "office":
        return _where(page, end)
    inner = heads().get(page.norm(end + 1))
    if inner is None or page.norm(end) not in ("ب", "في") or (kind, inner.kind) not in _WITHIN:
        return end
    if end + 1 in page.listed:
        return page.past_nationality(page.listed[end + 1])
    return max(end, _end(page, end + 1, inner.frame)) if _end(page, end + 1, inner.frame) > end + 1 else end


def _coalition(page: Page, at: int) -> int:
    """The end of what a coalition is against («ضد "داعش"»), or the token itself."""
    end = at
    while end < at + 5 and (
        page.has(end, "against") or page.norm(end) == "ل" or (page.doc[end : end + 1] and page.doc[end].is_quote)
    ):
        end += 1
    if end == at or end not in page.listed:
        return at
    return page.listed[end] + (page.doc[end - 1].is_quote and page.listed[end] < len(page.doc))


def _whose(page: Page, start: int) -> int:
    """The end of the organisation whose organ starts at a token («القيادة العامة | للقوات المسلحة المصرية»), 0 if there is none."""
    at = page.organs[start]
    at += page.norm(at) == "ل"
    head = heads().get(page.norm(at))
    if at in page.listed:
        end = page.past_nationality(page.listed[at]) if head else page.listed[at]
    else:
        end = _end(page, at, head.frame) if head else at
    if end == at:
        return 0
    return _where(page, end) if heads().get(page.norm(start), NONE).kind == "office" else end
