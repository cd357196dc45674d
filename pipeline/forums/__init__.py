"""Forums: the named occasions and formats in which parties meet.

Two sources, of which the longest span stands. `forums.tsv` lists known forums with their other names and codes. A grammar finds the
rest: a head noun of `forum_heads.tsv` («قمة», «الدورة», «اللجنة» …), what may follow it (adjectives and ordinals, a place, a date, an
organisation, a quoted title, a noun in the genitive, «ل» with a purpose), and, a head at a time, which of these make it a name: «قمة سنغافورة»
and «اللجنة المشتركة» are names, «قمة ثلاثية» and «اللجنة البرلمانية» are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.forums.facts import describe, merge
from pipeline.forums.grammar import is_body, names
from pipeline.forums.lexicon import heads
from pipeline.forums.page import Page
from pipeline.forums.phrases import whole
from pipeline.forums.repeats import codes, short_names
from pipeline.forums.series import mention, with_edition
from pipeline.spans import Mention

GROUP = "forums"

_SURE_PROPOSAL = 0.85  # score from which on a proposal of the model stands by itself


def find_forums(doc: Doc, others: Iterable[Mention] = (), proposals: Iterable[Mention] = ()) -> list[Mention]:
    """Return the forums of a Doc, none within another.

    `others`: the countries, dates, places and organisations found before. `proposals`: what the model takes for forums. A sure one that starts
    with a head noun stands where the rules find nothing, and in place of a shorter name of the grammar with the same start.

    >>> import spacy
    >>> nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    >>> doc = nlp("ألقى كلمة في الدورة الـ78 للجمعية العامة للأمم المتحدة")
    >>> [doc.text[m.start:m.end] for m in find_forums(doc)]
    ['الدورة الـ78 للجمعية العامة للأمم المتحدة']
    """
    page = Page(doc, others)
    listed = [
        mention(page, start, with_edition(page, end, known.kind), "list:forum", known)
        for start, end, known in page.known
    ]
    found = spans.longest([*listed, *names(page)])
    found = spans.longest([*found, *codes(doc, found)])
    found = spans.longest([*found, *short_names(doc, found)])
    return _with_proposals(page, found, proposals)


def _with_proposals(page: Page, found: list[Mention], proposals: Iterable[Mention]) -> list[Mention]:
    doc = page.doc
    fixed = {place for m in found if not m.by.startswith("pattern") for place in range(m.start, m.end)}
    starts = {m.start for m in found}
    inside = {place for m in found for place in range(m.start + 1, m.end)}
    added = []
    for proposal in spans.by_label(proposals, "FORUM"):
        span = doc.char_span(proposal.start, proposal.end)
        head = heads().get(span[0].norm_) if span is not None else None
        if span is None or head is None or proposal.score < _SURE_PROPOSAL or is_body(page, span.start, head):
            continue
        end = whole(page, span.start, span.end)
        found_here = mention(page, span.start, end, "model")
        free = found_here.start in starts or inside.isdisjoint(range(found_here.start, found_here.end))
        if end > span.start + 1 and free and fixed.isdisjoint(range(found_here.start, found_here.end)):
            added.append(replace(found_here, score=proposal.score))
    return spans.longest([*found, *added])


@Language.component("khabar_forums", assigns=["doc.spans"])
def forums(doc: Doc) -> Doc:
    """Write the forums of a Doc as its group "forums", and what is known of them as entities; none is an organisation as well."""
    others = spans.read(doc, "countries", "dates", "places", "organisations")
    found = find_forums(doc, others, spans.read(doc, spans.PROPOSALS))
    spans.write(doc, GROUP, found)
    extents = {(m.start, m.end) for m in found}
    bodies = spans.read(doc, "organisations")
    if any((m.start, m.end) in extents for m in bodies):
        spans.write(doc, "organisations", [m for m in bodies if (m.start, m.end) not in extents])
    known = doc._.entities
    for entity, facts in describe(doc, found, others):
        known[entity] = merge(known.get(entity, {}), facts)
    doc._.entities = known
    return doc
