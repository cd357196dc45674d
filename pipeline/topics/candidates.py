"""What may be a mention of a topic: terms, terms with words around them, a country's affairs, and what the tagger holds possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline import spans
from pipeline.index import index
from pipeline.topics.tags import Tags
from pipeline.topics.terms import ARTICLE, affairs
from pipeline.topics.weights import Odds, Weights

_NAMES = ("organisations", "forums", "people", "roles")
UNTAGGED = -12.0  # the log-probability of the tagger where there is none


@dataclass(frozen=True, slots=True)
class Candidate:
    """Tokens `[start, end)` that may name a subject.

    `form`: their matching form; `by`: term, wider (a term with words around it), affair, model; `tagged`: the log-probability that the
    tagger gives to just this span, -12 where there is none; `named`: whether they lie inside a name or an office, which says what the document is about but is no mention.
    """

    start: int
    end: int
    form: str
    topic: str
    by: str
    tagged: float
    named: bool = False


def candidates(doc: Doc, weights: Weights, odds: Odds, tags: Tags | None) -> list[Candidate]:
    """Return what terms and tagger propose, in the order of the text; candidates may overlap. `odds`: those of the text's words."""
    norms = index(doc).norms
    terms = {(hit.start, hit.end) for hit in weights.gazetteer.find(doc)}
    proposed = dict.fromkeys(terms, "term")
    for place in _widened(doc, terms):
        proposed.setdefault(place, "wider")
    for place in _affairs(doc):
        proposed.setdefault(place, "affair")
    if tags:
        for place in tags.likely():
            proposed.setdefault(place, "model")
    named = _named(doc)
    context = weights.context(odds, [form_of(doc, start, end) for start, end in terms])
    made = []
    for (start, end), by in sorted(proposed.items()):
        form = form_of(doc, start, end)
        topic = (
            affairs()[_bare(norms[start])]
            if by == "affair" and form not in weights.forms
            else weights.topic_of(form, context)
        )
        tagged = tags.log_probability(start, end) if tags else UNTAGGED
        made.append(Candidate(start, end, form, topic, by, tagged, named.get(start, 0) >= end))
    return made


def _named(doc: Doc) -> dict[int, int]:
    """Return for each token of a name or an office where that ends: words inside are no subject (of 3,406 in train.jsonl three are)."""
    ends: dict[int, int] = {}
    for m in spans.read(doc, *_NAMES):
        start, end = spans.tokens(doc, m)
        for i in range(start, end):
            ends[i] = max(end, ends.get(i, 0))
    return ends


def _widened(doc: Doc, terms: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield terms with the adjectives after them («الملفات الأمنية» + «الإقليمية») or the noun before them («طلاب» + «الجامعات»)."""
    norms, spaces = index(doc).norms, index(doc).spaces
    for start, end in terms:
        definite = norms[end - 1].startswith(ARTICLE)
        stop = end
        for _ in range(2):
            after = stop + 1 if stop < len(norms) and norms[stop] == "و" else stop
            if after >= len(norms) or not _agrees(norms[after], definite):
                break
            stop = after + 1
            yield start, stop
        if start and norms[start].startswith(ARTICLE) and _agrees(norms[start - 1], False) and spaces[start - 1]:
            yield start - 1, end


def _agrees(word: str, definite: bool) -> bool:
    """Whether a word may be a noun or adjective with or without the article, by its letters."""
    return len(word) > 3 and word.isalpha() and word.startswith(ARTICLE) == definite


def _affairs(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield «الأزمة السورية», «ملف ليبيا», «الوضع في اليمن»: a noun of affairs with the place whose they are."""
    norms = index(doc).norms
    for m in spans.read(doc, "countries", "places"):
        first, end = spans.tokens(doc, m)
        for start in range(first - 1, max(first - 3, -1), -1):
            if _bare(norms[start]) in affairs() and form_of(doc, start + 1, first) in ("", "في"):
                yield start, end


def _bare(word: str) -> str:
    return word.removeprefix(ARTICLE)


def form_of(doc: Doc, start: int, end: int) -> str:
    """Return the matching form of tokens `[start, end)`, one space wherever there is any."""
    return index(doc).form(start, end)
