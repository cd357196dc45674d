"""Offices, titles and professions by which people are named, whole phrase, and who holds each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.lists import forms
from pipeline.roles.grammar import (
    CLOSING,
    OPENING,
    Head,
    Page,
    Phrase,
    function_words,
    phrases,
    singular_heads,
    titles,
)
from pipeline.roles.holders import Holders, kinds
from pipeline.spans import Mention

LIKELY, SURE, VERY_SURE = 0.5, 0.9, 0.95  # scores of the model's proposals


def find_roles(doc: Doc, people: list[Mention]) -> list[Mention]:
    """Return the roles of a text with the value of the person who holds each.

    `people`: the PERSON mentions of the text, with their values and entities.
    """
    page = Page(doc, people)
    return _mentions(page, Holders(page, people, combined(page, phrases(page))))


def _mentions(page: Page, holders: Holders) -> list[Mention]:
    mentions = []
    for phrase in holders.starts.values():
        if _is_role(page, phrase, holders.beside(phrase) is not None or holders.ranked(phrase)):
            person = holders.of(phrase)
            value, entity = (person.value, person.entity) if person else ("", "")
            mentions.append(
                Mention(*page.characters(phrase.start, phrase.end), "ROLE", value, 1.0, "role-grammar", entity)
            )
    return mentions


def holder_facts(found: Iterable[Mention], holders: Holders) -> dict[str, dict[str, Any]]:
    """Return, by the key of each holder, `roles` as the text gives them, `offices` with the country (ISO code) that they are of, and the `organisation`.

    A counterpart has the office of the one he is compared with («نظيره السعودي عادل الجبير»).
    """
    facts: dict[str, dict[str, Any]] = {}
    page = holders.page
    for m in found:
        if m.entity:
            roles = facts.setdefault(m.entity, {}).setdefault("roles", [])
            text = page.written(*page.extent(m))
            if text not in roles:
                roles.append(text)
    for at, held, person in holders.offices:
        nations = sorted(held.nations)
        body = _body(page, holders.starts.get(at))
        if body:
            facts.setdefault(person.entity, {}).setdefault("organisation", body)
        if held.name in kinds() and nations:
            offices = facts.setdefault(person.entity, {}).setdefault("offices", [])
            stated = {"office": held.name, "country": nations[0]}
            if stated not in offices:
                offices.append(stated)
        if len(nations) == 1:
            facts.setdefault(person.entity, {}).setdefault("country", nations[0])
    return facts


def _body(page: Page, phrase: Phrase | None) -> str:
    """Return the first organisation that a role names, "" if it names none."""
    for i in range(phrase.start, phrase.end) if phrase is not None else ():
        end, label = page.named.get(i, (0, ""))
        if label == "ORGANIZATION":
            return page.written(i, end)
    return ""


def combined(page: Page, found: list[Phrase]) -> list[Phrase]:
    """Return the phrases of the grammar, with what the model's proposals add.

    Where the grammar is silent, a proposal is taken that is sure, or likely and beside a name; where a sure one goes on beyond the grammar's phrase, it
    is taken in its place. Else the grammar's phrase stands.
    """
    kept = {p.start: p for p in found}
    over = {i: p for p in found for i in range(p.start, p.end)}
    for m in spans.read(page.doc, spans.PROPOSALS):
        if m.label != "ROLE":
            continue
        start, end = page.extent(m)
        if _of_two(page, start):
            continue
        while end > start + 1 and len(page.norms[end - 1]) < 2:
            end -= 1
        within = set(page.norms[start:end])
        if (page.norm(end) in CLOSING and OPENING & within) or (page.norm(end) == ")" and "(" in within - {")"}):
            end += 1
        inner = {over[i].start: over[i] for i in range(start, end) if i in over}
        same = inner.get(start)
        if same is not None and same.end < end and len(inner) == 1 and m.score >= SURE:
            kept[start] = replace(same, end=end, definite=True)
        elif not inner and (m.score >= VERY_SURE or (m.score >= LIKELY and _stands_beside(page, start, end))):
            state = "definite" if page.norms[start].startswith("ال") else "construct"
            kept[start] = Phrase(start, end, Head(page.words[start], "office", frozenset(), state), True)
    return [kept[start] for start in sorted(kept)]


def _of_two(page: Page, start: int) -> bool:
    """Tell whether an office is that of two or more: «وزيرا | الدفاع», «الزعيمين»."""
    norm = page.norms[start]
    definite = norm.startswith("ال") and norm.endswith(("ين", "ان", "ون")) and norm[:-2] in titles()
    construct = norm.endswith(("ا", "ي")) and "ال" + norm[:-1] in titles() and page.norm(start + 1).startswith("ال")
    return definite or (construct and "ً" not in page.words[start] and norm not in singular_heads())


def _stands_beside(page: Page, start: int, end: int) -> bool:
    kin = page.norm(start) in forms("kin")
    return not kin and (page.person_after(end) is not None or page.person_before(start) is not None)


def _is_role(page: Page, phrase: Phrase, named: bool) -> bool:
    if (phrase.head.kind == "ruler" and phrase.head.state == "definite") or _eponym(page, phrase):
        return False
    if phrase.head.state == "definite" and phrase.start > 0 and (_describes(page, phrase) or _governs(page, phrase)):
        return False
    if page.norm(phrase.end) in function_words("unheld") and page.person_before(phrase.start) is None:
        return False  # «الرئيس المقبل»
    if phrase.head.form == "فريق" and phrase.head.state == "construct":  # «فريق ترامب» is a team
        return False
    if phrase.head.kind in ("office", "ruler") and phrase.head.state != "predicate":
        return phrase.definite
    return named


def _describes(page: Page, phrase: Phrase) -> bool:
    """Tell whether «الرئيس» is the adjective of the noun before it («المقر الرئيس»)."""
    before = page.norm(phrase.start - 1)
    alone = phrase.end == phrase.start + 1 and page.person_after(phrase.end) is None
    named = phrase.start in page.people_ends or phrase.start in page.named_ends
    text = page.words[phrase.start - 1]
    owned = text.endswith(("ه", "ها", "هم")) and page.norm(phrase.start - 2) in function_words("preposition", "other")
    noun = (text.startswith("ال") or owned) and len(before) > 3 and before not in titles()
    verb = before in forms("speech_verbs") or before in function_words("relative")
    return phrase.head.form == "رئيس" and alone and noun and not named and not verb


def _governs(page: Page, phrase: Phrase) -> bool:
    """Tell whether the word is a participle with its complement: «القرار القاضي بسحب …», «الإعلام الناطق بالعربية»."""
    alone = phrase.end == phrase.start + 1 and phrase.head.form in ("قاضي", "قاضية", "ناطق", "ناطقة")
    goes_on = page.norm(phrase.end) == "ب" and page.norm(phrase.end + 1) not in ("اسم", "محكمه", "المحكمه")
    return alone and goes_on and phrase.end + 1 not in page.named


def _eponym(page: Page, phrase: Phrase) -> bool:
    """Tell whether the phrase is part of a name («جامعة الملك سعود»)."""
    return page.hosts(phrase.start - 1)


@Language.component("khabar_roles")
def roles(doc: Doc) -> Doc:
    """Write the group "roles" and the keys of leaders whom their offices tell; reads "people" and the names of countries, places and organisations."""
    people = spans.read(doc, "people")
    page = Page(doc, people)
    read = combined(page, phrases(page))
    holders = Holders(page, people, read)
    facts = doc._.entities
    if told := holders.leaders_by_office():
        people = [replace(m, entity=told[m.entity].key) if m.entity in told else m for m in people]
        spans.write(doc, "people", people)
        holders = Holders(page, people, read)
        for known in told.values():
            facts.setdefault(known.key, {"name": known.name}).update(known.facts())
    found = _mentions(page, holders)
    spans.write(doc, "roles", found)
    for key, more in holder_facts(found, holders).items():
        facts.setdefault(key, {}).update(more)
    doc._.entities = facts
    return doc
