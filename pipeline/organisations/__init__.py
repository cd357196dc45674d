"""Organisations: named bodies with members, staff or a seat.

Three sources. `organisations.tsv` lists what is known by name. A grammar over the head nouns of `organisation_heads.tsv` finds the many that no list
can hold («وزارة الخارجية القطرية», «سفارة قطر لدى لبنان», «الخارجية اليمنية», «إدارة ترامب») and says where they end, which country they belong to and
what kind they are (see `grammar`). The trained model proposes the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import places, spans
from pipeline.organisations import grammar, listed, proposals
from pipeline.organisations.page import Page, mention
from pipeline.organisations.quotes import quoted, repeated, signed
from pipeline.spans import Mention

GROUP = "organisations"


def find_organisations(doc: Doc, taken: Iterable[Mention] = (), proposals: Iterable[Mention] = ()) -> list[Mention]:
    """Return the ORGANIZATION mentions of a Doc.

    `taken`: countries, nationalities, dates and places. `proposals`: the model's, of any label.

    >>> import spacy
    >>> from pipeline.tokenise import Tokeniser
    >>> text = "قالت وزارة التجارة والصناعة إن هيئة مكافحة الفساد شكرت الأمم المتحدة"
    >>> [text[m.start : m.end] for m in find_organisations(Tokeniser(spacy.blank("ar").vocab)(text))]
    ['وزارة التجارة والصناعة', 'هيئة مكافحة الفساد', 'الأمم المتحدة']
    """
    return _find(doc, list(taken), list(proposals))[0]


def _find(doc: Doc, taken: list[Mention], proposed: list[Mention]) -> tuple[list[Mention], dict[str, dict[str, Any]]]:
    """Return the mentions, and the facts of each of their keys."""
    persons = dict(proposals.persons(doc, proposed))
    names = places.cover(persons.items())
    found = [h for h in listed.hits(doc) if names.get(h.start, 0) < h.end or persons.get(h.start) == h.end]
    ends: dict[int, int] = {}
    for hit in found:
        ends[hit.start] = max(hit.end, ends.get(hit.start, 0))
    known = doc._.entities
    where = [replace(m, value=m.value or known.get(m.entity, {}).get("country", "")) for m in taken]
    page = Page(doc, where, ends, persons)
    facts: dict[str, dict[str, Any]] = {}
    mentions = []
    for hit in found:
        end = listed.lengthened(page, hit)
        own = end == hit.end or hit.entry.country
        key = hit.entry.key if own else page.key(hit.start, end)
        facts[key] = hit.entry.facts() if own else {**page.facts(hit.start, end), "type": hit.entry.kind}
        mentions.append(mention(doc, hit.start, end, "organisations:list", 1.0, key))
    for start, end, frame in grammar.read(page):
        if not listed.denied(doc, start, start + 1):
            key = page.key(start, end)
            facts.setdefault(key, page.facts(start, end))
            mentions.append(mention(doc, start, end, f"organisations:{frame}", 0.8, key))
    for m, entry in list(quoted(page, mentions)):
        mentions.append(m)
        if entry:
            facts.setdefault(m.entity, entry.facts())
    mentions += signed(page)
    for seat in places.seats().find(doc):
        facts.setdefault(seat.entry.key, seat.entry.facts())
    mentions += listed.seats(doc, taken)
    mentions = spans.longest(proposals.heard(page, mentions, proposed))
    mentions = proposals.added(page, mentions, taken, proposed)
    mentions = spans.longest([*mentions, *places.apart(repeated(page, mentions), mentions)])
    for m in mentions:
        if m.entity not in facts:
            span = spans.located(doc, m)
            facts[m.entity] = page.facts(span.start, span.end)
    return _joined(mentions), facts


def _joined(mentions: list[Mention]) -> list[Mention]:
    """Give a name without its country the key of the one name in the text that adds it: «وزارة الخارجية» after «وزارة الخارجية القطرية»."""
    longer: dict[str, set[str]] = {}
    for m in mentions:
        short, _, code = m.entity.rpartition(" (")
        if short and code.endswith(")"):
            longer.setdefault(short, set()).add(m.entity)
    return [
        replace(m, entity=next(iter(longer[m.entity]))) if len(longer.get(m.entity, ())) == 1 else m for m in mentions
    ]


@Language.component("khabar_organisations", assigns=["doc.spans"])
def organisations(doc: Doc) -> Doc:
    """Write the group "organisations" and what is known of each organisation in `doc._.entities`."""
    mentions, found = _find(doc, spans.read(doc, "countries", "dates", "places"), spans.read(doc, spans.PROPOSALS))
    spans.write(doc, GROUP, mentions)
    facts = doc._.entities
    for key in {m.entity for m in mentions}:
        facts[key] = {**facts.get(key, {}), **found.get(key, {})}
    doc._.entities = facts
    return doc
