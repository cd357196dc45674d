"""Names of people: where they stand in the text, and which of them are one person's."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import copy
from functools import lru_cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import coreference, spans
from pipeline.gazetteer import Gazetteer
from pipeline.index import index
from pipeline.leaders import everyone, lookup
from pipeline.lists import forms, rows
from pipeline.normalise import normalise, with_article
from pipeline.roles.grammar import COMMAS, Page, Phrase, phrases
from pipeline.romanise import romanise
from pipeline.spans import Mention

LONGEST = 8  # tokens of a name
SURE, LIKELY, POSSIBLE, FAMILY = (
    85,
    40,
    15,
    5,
)  # per cent of a word's occurrences in labelled text that are within a person's name
SURE_SCORE = 0.95  # score of a proposal that a longer name after a title does not replace
ENOUGH = 0.5  # score of a proposal that is taken by itself
_UNLISTED: tuple[int | None, str] = None, ""
_QUOTES = ('"', "“", "”", "«", "»", "(", ")")
CLOSERS = frozenset(")]}»”’،,.")
_NEVER = frozenset(("على", "إلى", "الى", "حتى", "متى", "لدى"))  # as written; their matching forms may be names («علي»)


class _Words:
    """What the lists say of the tokens of a text as parts of names."""

    def __init__(self, page: Page) -> None:
        self.page = page
        listed, particles = _name_words(), _particles()
        told = [listed.get(norm, _UNLISTED) for norm in page.norms]
        self.share: list[int | None] = [share for share, _ in told]
        self.kind = [kind for _, kind in told]
        self.particle = [particles.get(norm, "") for norm in page.norms]
        self.eponyms = _eponyms(page)
        self.covered = self.eponyms | _covered(page)
        for i, word in enumerate(page.words):
            if word in _NEVER:
                self.share[i] = 0

    def closed(self, *starts: Iterable[int]) -> _Words:
        """Return the words with those that start honorifics and roles as no parts of names."""
        words = copy(self)
        words.share = list(self.share)
        for i in itertools.chain(*starts):
            words.share[i] = 0
        return words

    def goes_on(self, end: int) -> int:
        """Return where a known name ends with the forefathers, clan or ordinal that follow it («محمد بن سلمان | بن عبد العزيز آل سعود»)."""
        while end < len(self.particle) and self.particle[end] in ("son", "clan", "ordinal", "second"):
            if self.page.words[end].endswith(("ة", "ى")):  # «حملة انتخاب عبد الفتاح السيسي | الأولى»
                break
            end = self.name_from(end, POSSIBLE) if self.particle[end] in ("son", "clan") else end + 1
            if self.particle[end - 1] in ("son", "clan"):
                break
        return end

    def arabic(self, i: int) -> bool:
        return (
            0 <= i < len(self.page.norms)
            and len(self.page.norms[i]) > 1
            and self.page.norms[i].isalpha()
            and i not in self.covered
        )

    def may(self, i: int, floor: int, *, after: bool = False) -> bool:
        """Tell whether token `i` may be part of a name: listed with at least that share, or unknown. `after`: a part of the name precedes."""
        if not self.arabic(i):
            return False
        share, norm = self.share[i], self.page.norms[i]
        if share is not None:
            return share >= floor or (after and self.kind[i] == "family" and share >= FAMILY)
        text = self.page.words[i]
        if len(norm) < 3 or text.endswith(("ه", "ها", "هم", "ً", "ًا")):
            return False
        if norm.startswith("ال"):
            return after and norm.endswith(("ي", "اني", "يه"))
        return not norm.startswith(("ست", "سي", "يت"))

    def name_from(self, i: int, floor: int) -> int:
        """Return where the name that begins at token `i` ends; `i` if none does."""
        at = i
        while at - i < LONGEST:
            kind = self.particle[at] if at < len(self.particle) else ""
            if kind in ("servant", "kunya", "son", "clan", "foreign") and self._complement(at + 1, kind):
                at += 2
            elif (kind in ("ordinal", "second", "initial") and at > i) or self.may(at, floor, after=at > i):
                at += 1
            elif at > i and self._joined(at):
                at += 2
            else:
                break
        return at

    def _complement(self, i: int, kind: str) -> bool:
        share = self.share[i] if i < len(self.share) else 0
        return self.arabic(i) and (kind == "servant" or share is None or share >= 5 or self.particle[i] != "")

    def _joined(self, at: int) -> bool:
        page = self.page
        if page.norm(at) == "#":
            return self.may(at + 1, POSSIBLE)
        if page.norm(at) != "-" or not self.arabic(at + 1):
            return False
        return page.ends[at - 1] == page.starts[at] and page.ends[at] == page.starts[at + 1]


def _covered(page: Page) -> set[int]:
    """Return the words that belong to other names, those of a person's following («إدارة أوباما») left free."""
    covered: set[int] = set()
    hosts = forms("person_hosts")
    for start, (end, label) in page.named.items():
        if label == "ORGANIZATION" and page.norms[start] in hosts:
            end = start + 1
        covered.update(range(start, end))
    return covered


def _eponyms(page: Page) -> set[int]:
    """Return the words that follow a noun which makes a name of a person's («جائزة الملك فيصل»)."""
    inside: set[int] = set()
    for i in range(len(page.norms) - 1):
        if page.hosts(i):
            titled = page.norm(i + 1) in forms("eponym_titles")
            inside.update(range(i + 2, min(i + 7, len(page.norms))) if titled else (i + 1,))
    return inside


def find_people(doc: Doc) -> list[Mention]:
    """Return the names of people in a text.

    Value: the fullest form of that person's name in the text. Entity: "person:" with that form in matching form, or "wd:" with the Wikidata item of a
    full name that the list of leaders or of famous people holds.
    """
    page = Page(doc, [])
    words = _Words(page)
    found = _across_signs(page, _spread(page, words, _apart(page, _candidates(page, words))))
    return _resolved(page, found)


def _candidates(blank: Page, words: _Words) -> list[Mention]:
    doc = blank.doc
    known = [
        _mention(blank, start, words.goes_on(end), 1.0, "people-list")
        for start, (end, _) in blank.longest(_known()).items()
        if words.eponyms.isdisjoint(range(start, end))
    ]
    first = _across_signs(blank, spans.longest([*_weighed(blank, words, spans.read(doc, spans.PROPOSALS)), *known]))
    page = blank.naming(first)
    offices = phrases(page)
    words = words.closed(page.honorifics, {p.start for p in offices if p.head.state == "definite" or p.definite})
    prompted = spans.longest(
        [*_after_titles(page, words, offices), *_beside_verbs(page, words), *_before_titles(page, words, offices)]
    )
    told = {p.end for p in offices if p.definite and page.norm(p.end) in COMMAS}
    first = [_with_given_name(page, words, told, m) for m in first]
    longer = {at: m for m in prompted for at in range(m.start, m.end)}
    first = [m for m in first if m.score >= SURE_SCORE or not _contains(longer.get(m.start, m), m)]
    # A model has read the context of words that names are made of; without one they speak for themselves.
    return _merge(first, [*prompted, *(() if spans.PROPOSALS in doc.spans else _unprompted(page, words))])


def _with_given_name(page: Page, words: _Words, told: set[int], m: Mention) -> Mention:
    """Return a surname with the word between it and the comma after an office, which can be but the given name («منسقة الإغاثة، سيغريد | كاغ»)."""
    start, end = page.extent(m)
    if start - 2 not in told or end > start + 1 or not words.arabic(start - 1):
        return m
    share = words.share[start - 1]
    return _mention(page, start - 1, end, m.score, m.by) if share is None or share >= POSSIBLE else m


def _across_signs(page: Page, found: list[Mention]) -> list[Mention]:
    """Join a given name and the rest of it that is a hashtag («فلاديمير #بوتين»), and what a hyphen joins («هينيس-بلاسخارت»)."""
    joined: list[Mention] = []
    for m in sorted(found, key=lambda m: m.start):
        start, end = page.extent(m)
        before = page.extent(joined[-1]) if joined else (0, 0)
        sign = page.norm(start - 1) if before[1] == start - 1 else ""
        given = before[1] == before[0] + 1
        if (sign == "#" and given) or (sign == "-" and _hyphened(page, start)):
            joined[-1] = _mention(page, before[0], end, m.score, m.by)
        else:
            joined.append(m)
    return joined


def _hyphened(page: Page, start: int) -> bool:
    """Tell whether a hyphen joins the word before to that one, no space between."""
    return page.norm(start - 1) == "-" and start > 1 and page.ends[start - 2] == page.starts[start] - 1


def _apart(page: Page, found: list[Mention]) -> list[Mention]:
    """Part two surnames that stand side by side without a comma («وصف صالح كاسترو بأنه …»), each of which other names of the text end with."""
    names = [page.norms[slice(*page.extent(m))] for m in found]
    last = Counter(name[-1] for name in set(map(tuple, names)) if len(name) > 1)
    particles = _particles()
    parted: list[Mention] = []
    for m, name in zip(found, names, strict=True):
        start = page.extent(m)[0]
        if len(name) == 2 and last[name[0]] and last[name[1]] > 1 and name[1] not in particles:  # not «فؤاد الثاني»
            parted.extend(_mention(page, at, at + 1, m.score, m.by) for at in (start, start + 1))
        else:
            parted.append(m)
    return parted


def _contains(longer: Mention, m: Mention) -> bool:
    return longer.start <= m.start and m.end <= longer.end and (longer.start, longer.end) != (m.start, m.end)


def _weighed(page: Page, words: _Words, proposals: Iterable[Mention]) -> Iterator[Mention]:
    """Yield the model's proposals that are taken: titles and what is no name trimmed off, no eponyms, unsure ones only with a word that is a name."""
    proposals = [m for m in proposals if m.label == "PERSON"]
    extents = [page.extent(m) for m in proposals]
    surnames = {page.norms[end - 1] for start, end in extents if end > start + 1}
    for m in proposals:
        start, end = _trimmed(page, *page.extent(m))
        listed = page.named.get(start, (0, ""))[0] == end and not (end == start + 1 and page.norms[start] in surnames)
        if listed or _of_a_family(page, words, start, end):
            continue  # what a list has as a place, a body or a day
        sure = (
            m.score >= ENOUGH or any((share or 0) >= SURE for share in words.share[start:end]) or _hyphened(page, start)
        )
        if (
            words.particle[start : start + 1] == ["son"]
            and words.may(start - 1, POSSIBLE)
            and page.norms[start - 1] not in forms("eponym_titles")
        ):
            start -= 1  # «سيدي | ولد محم»
        if start < end and sure and words.eponyms.isdisjoint(range(start, end)):
            yield _mention(page, start, end, m.score, m.by)


def _of_a_family(page: Page, words: _Words, start: int, end: int) -> bool:
    """Tell whether a name is that of a family or tribe: «قبيلة شمر», «أسرة آل سعود»."""
    kind = _families().get(page.norm(start - 1), "")
    return (kind == "tribe" and end == start + 1) or (
        kind != "" and words.particle[start] == "clan" and end == start + 2
    )


def _trimmed(page: Page, start: int, end: int) -> tuple[int, int]:
    titles = forms("eponym_titles")
    while start < end - 1 and (start in page.honorifics or page.norms[start] in titles or page.norms[start] in CLOSERS):
        start = page.honorifics.get(start, start + 1)
    if ")" in page.norms[start:end] and page.norm(start - 1) == "(":
        start -= 1
    country = {i for first, last, _ in page.countries for i in range(first, last)}
    while start < end and (len(page.norms[end - 1]) < 2 or "ً" in page.words[end - 1] or end - 1 in country):
        end -= 1
    return start, end


def _beside_verbs(page: Page, words: _Words) -> Iterator[Mention]:
    """Yield names of two words or more after verbs of saying and meeting («قال جيل بارنيو»)."""
    verbs = forms("speech_verbs")
    for at, norm in enumerate(page.norms[:-1]):
        if norm in verbs and words.particle[at + 1] in ("", "servant", "kunya"):
            end = words.name_from(at + 1, POSSIBLE)
            if end > at + 2 and (words.particle[at + 1] or words.may(at + 1, LIKELY)):
                yield _mention(page, at + 1, end, 0.7, "people-verb")


def _before_titles(page: Page, words: _Words, offices: Iterable[Phrase]) -> Iterator[Mention]:
    """Yield names of two or three words before a comma and an office («رجح أديب الشيشكلي، سفير …»)."""
    for phrase in offices:
        if page.norm(phrase.start - 1) in COMMAS and phrase.definite:
            end = phrase.start - 1
            for start in range(max(end - 4, 0), end - 1):
                if words.may(start, LIKELY) and words.name_from(start, POSSIBLE) == end:
                    yield _mention(page, start, end, 0.7, "people-title")
                    break


def _after_titles(page: Page, words: _Words, offices: Iterable[Phrase]) -> Iterator[Mention]:
    """Yield names after roles and honorifics, a comma between or none."""
    honorifics = page.honorifics
    starts = dict.fromkeys(honorifics.values(), SURE)
    name: dict[int, int] = {}  # where a row of honorifics starts → where the name after it may
    for start in sorted(honorifics, reverse=True):
        name[start] = name.get(honorifics[start], honorifics[start])
    read = spans.PROPOSALS in page.doc.spans
    definite = {p.end - 1 for p in offices if p.head.state == "definite"}
    for phrase in offices:
        trust = SURE if phrase.head.kind == "office" and phrase.definite else LIKELY
        starts[phrase.end] = trust
        if page.norm(phrase.end) in COMMAS:
            starts[phrase.end + 1] = LIKELY
    for at, trust in starts.items():
        start = name.get(at, at)
        if start >= len(page.norms):
            continue
        first = words.share[start]
        end = words.name_from(start, POSSIBLE)
        if first is None and words.particle[start] == "" and (trust < SURE or end == start + 1):
            continue
        if page.norms[start].startswith("ال"):
            plain = start - 1 in definite or (first or 0) < LIKELY  # «الحاجة الملحة»
        else:
            plain = (first or 0) < 60
        if read and end == start + 1 and plain:
            continue  # an adjective or a verb that the model has not taken for a name: «الخبير المطلع», «الرئيس يتوعد»
        if end > start and (first is None or first >= (POSSIBLE if trust >= SURE else LIKELY) or words.particle[start]):
            yield _mention(page, start, end, 0.8, "people-title")


def _unprompted(page: Page, words: _Words) -> Iterator[Mention]:
    """Yield runs of words that names are made of."""
    at = 0
    while at < len(page.norms):
        share = words.share[at] or 0
        if at in words.covered or (share < LIKELY and words.particle[at] not in ("servant", "kunya")):
            at += 1
            continue
        end = words.name_from(at, POSSIBLE)
        run = [words.share[i] or 0 for i in range(at, end)]
        alone = max(run, default=0) >= SURE and (len(run) > 1 or words.kind[at] in ("family", "foreign"))
        if run and (alone or (len(run) > 1 and max(run) >= 60 and words.kind[at] in ("given", "any", "foreign"))):
            yield _mention(page, at, end, 0.6, "people-words")
        at = max(end, at + 1)


def _merge(first: list[Mention], more: Iterable[Mention]) -> list[Mention]:
    """Add what does not overlap what is there."""
    taken = {i for m in first for i in range(m.start, m.end)}
    merged = list(first)
    for m in more:
        if taken.isdisjoint(range(m.start, m.end)):
            merged.append(m)
            taken.update(range(m.start, m.end))
    return merged


def _spread(page: Page, words: _Words, found: list[Mention]) -> list[Mention]:
    """Add the other places where a surname, or a given name that nothing else is, of a person found stands alone."""
    page = page.naming(found)
    tails = {tail for m in found for tail in _tails(page, *page.extent(m))}
    tails.update(
        (page.norms[page.extent(m)[0]],)
        for m in found
        if m.score >= SURE_SCORE and page.extent(m)[1] - page.extent(m)[0] == 1
    )
    named = {*page.honorifics.values(), *(p.end for p in phrases(page))}
    named.update(page.extent(m)[0] for m in spans.read(page.doc, spans.PROPOSALS) if m.label == "LOCATION")
    verbs = forms("speech_verbs")
    taken = {i for m in found for i in range(*page.extent(m))}
    first = {tail[0] for tail in tails}
    added = []
    at = 0
    while at < len(page.norms):
        for length in range(min(3, len(page.norms) - at), 0, -1) if page.norms[at] in first else ():
            span = range(at, at + length)
            if (
                tuple(page.norms[at : at + length]) in tails
                and taken.isdisjoint(span)
                and words.covered.isdisjoint(span)
            ):
                share = words.share[at]
                if length > 1 or share is None or share >= LIKELY or at in named or page.norm(at - 1) in verbs:
                    added.append(_mention(page, at, at + length, 0.7, "people-again"))
                    at += length - 1
                    break
        at += 1
    surnames = {"".join(page.norms[start:end][at:]) for start, end in map(page.extent, found) for at in (-1, -2)}
    return [_uncut(page, surnames, m) for m in sorted([*found, *added], key=lambda m: m.start)]


def _uncut(page: Page, surnames: set[str], m: Mention) -> Mention:
    """Return a surname with the letter that was taken for a proclitic though the text knows the name with it («بوحجة»)."""
    start, end = page.extent(m)
    clitic = end == start + 1 and start > 0 and page.ends[start - 1] == page.starts[start]
    if clitic and page.norms[start - 1] + page.norms[start] in surnames:
        return _mention(page, start - 1, end, m.score, m.by)
    return m


def _tails(page: Page, start: int, end: int) -> Iterator[tuple[str, ...]]:
    """Yield the last parts of a name, by which a text goes on to call the person."""
    particles = _particles()
    if end - start > 2 and page.norms[start] in forms("surnames_first"):
        yield (page.norms[start],)
    for at in range(max(start + 1, end - 3), end):
        norm = page.norms[at]
        if (
            len(norm) > 2
            and norm.isalpha()
            and particles.get(norm) not in ("second", "ordinal", "initial")
            and page.norms[at - 1] != "-"
        ):
            if particles.get(page.norms[at - 1], "") in ("", "initial", "ordinal", "second"):
                yield tuple(page.norms[at:end])
            elif at - 1 > start:
                yield tuple(page.norms[at - 1 : end])


def _resolved(page: Page, found: list[Mention]) -> list[Mention]:
    text = index(page.doc).text
    names = coreference.resolve([coreference.NameMention(m.start, _written(page, text, m)) for m in found])
    nicknames = {
        name: before
        for (one, before), (two, name) in itertools.pairwise(zip(found, names, strict=True))
        if " " in before
        and " " not in name
        and text[one.end : two.start].strip() in _QUOTES
        and text[two.end : two.end + 1] in _QUOTES
    }  # «محمد حمدان دقلو "حميدتي"»
    names = [nicknames.get(name, name) for name in names]
    keys = {name: person_key(name) for name in set(names)}
    return [
        Mention(m.start, m.end, "PERSON", value, m.score, m.by, keys[value])
        for m, value in zip(found, names, strict=True)
    ]


def _written(page: Page, text: str, m: Mention) -> str:
    """Return a name as written, with the article restored that «لل» hides."""
    at = page.first[m.start]
    return with_article(page.words[at], page.norms[at]) + text[page.ends[at] : m.end]


def person_key(name: str) -> str:
    """Return the key of the person of that full name: "wd:" with a Wikidata item, else "person:" with the name by which the lists or the text know him.

    >>> person_key("عبد اللطيف وهبي"), person_key("دونالد ترمب"), person_key("ترمب")
    ('person:عبداللطيف وهبي', 'wd:Q22686', 'person:ترمب')
    """
    known = lookup(name)
    return known.key if known else "person:" + coreference.matching_name(name)


def person_facts(name: str) -> dict[str, Any]:
    """Return what is known of the person of that full name: `name`, `name_en`, links and country by the lists, else `romanised`.

    >>> person_facts("جون كيري")["links"]
    {'wikidata': 'Q22316'}
    """
    known = lookup(name)
    return {"name": name, **(known.facts() if known else {"romanised": romanise(name)})}


def _mention(page: Page, start: int, end: int, score: float, by: str) -> Mention:
    return Mention(*page.characters(start, end), "PERSON", "", score, by)


@lru_cache(maxsize=1)
def _name_words() -> dict[str, tuple[int | None, str]]:
    """Return the share and the kind of each form."""
    return {row["form"]: (int(row["share"]), row["kind"]) for row in rows("name_words")}


@lru_cache(maxsize=1)
def _particles() -> dict[str, str]:
    return {normalise(row["form"]): row["kind"] for row in rows("name_particles")}


@lru_cache(maxsize=1)
def _families() -> dict[str, str]:
    return {normalise(row["form"]): row["kind"] for row in rows("family_hosts")}


@lru_cache(maxsize=1)
def _known() -> Gazetteer[None]:
    return Gazetteer((name, None) for name, known in everyone() if " " in name or not known.terms)


@Language.component("khabar_people")
def people(doc: Doc) -> Doc:
    """Write the group "people"; reads "names", if there, and the names of countries, places, organisations and forums."""
    found = find_people(doc)
    spans.write(doc, "people", found)
    facts = doc._.entities
    for entity, value in {m.entity: m.value for m in found}.items():
        facts.setdefault(entity, {}).update(person_facts(value))
    doc._.entities = facts
    return doc
