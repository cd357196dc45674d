"""Names of people: where they stand in the text, and which of them are one person's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import coreference, roles, spans
from pipeline.gazetteer import Gazetteer, rows
from pipeline.normalise import normalise
from pipeline.spans import Mention

LONGEST = 8  # tokens of a name
SURE, LIKELY, POSSIBLE = 85, 40, 15  # per cent of a word's occurrences in labelled text that are within a person's name
HYPHENS = frozenset("-#")


class _Words:
    """What the list of name words says of the tokens of a text."""

    def __init__(self, page: roles.Page) -> None:
        self.page = page
        listed, particles = _name_words(), _particles()
        self.share = [listed.get(norm, (None, ""))[0] for norm in page.norms]
        self.kind = [listed.get(norm, (None, ""))[1] for norm in page.norms]
        self.particle = [particles.get(norm, "") for norm in page.norms]
        self.covered = {i for start, (end, _) in page.named.items() for i in range(start, end)}

    def arabic(self, i: int) -> bool:
        return 0 <= i < len(self.page.norms) and len(self.page.norms[i]) > 1 and self.page.norms[i].isalpha()

    def may(self, i: int, floor: int) -> bool:
        """Tell whether token `i` may be part of a name: listed with at least that share, or unknown to the list."""
        if not self.arabic(i) or i in self.covered:
            return False
        share = self.share[i]
        if share is None:
            return not (len(self.page.norms[i]) < 3 or self.page.norms[i].startswith(("ال", "ست", "سي")))
        return share >= floor

    def name_from(self, i: int, floor: int) -> int:
        """Return where the name that begins at token `i` ends; `i` if none does."""
        at = i
        while at - i < LONGEST:
            if self.particle[at : at + 1] and self.particle[at] and self.may(at + 1, POSSIBLE // 2):
                at += 2
            elif self.may(at, floor):
                at += 1
            elif at > i and self.page.norm(at) in HYPHENS and self.page.doc[at - 1].whitespace_ == "" and self.may(at + 1, POSSIBLE):
                at += 2
            else:
                break
        return at


def find_people(doc: Doc) -> list[Mention]:
    """Return the names of people in a text.

    Value: the fullest form of that person's name in the text. Entity: "person:" with that form in matching form, or "wd:" with the Wikidata item of a
    full name that the list of leaders or of famous people holds.
    """
    found = _spread(doc, _candidates(doc))
    return _resolved(doc, found)


def _candidates(doc: Doc) -> list[Mention]:
    proposals = [m for m in spans.read(doc, spans.PROPOSALS) if m.label == "PERSON"]
    known = [_mention(doc, hit.start, hit.end, 1.0, "people-list") for hit in _known().find(doc)]
    first = spans.longest([*proposals, *known])
    page = roles.Page(doc, first)
    words = _Words(page)
    triggered = spans.longest(_after_titles(page, words))
    return _merge(first, [*triggered, *_unprompted(page, words)])


def _after_titles(page: roles.Page, words: _Words) -> Iterator[Mention]:
    """Yield names after roles and honorifics, and before a comma and a role."""
    starts = {end for end in roles.honorifics(page.doc).values()}
    for phrase in roles.phrases(page):
        if phrase.head.kind in ("office", "rank", "ruler", "standing"):
            starts.add(phrase.end)
            if page.norm(phrase.end) in roles.COMMAS:
                starts.add(phrase.end + 1)
    for start in starts:
        while start in roles.honorifics(page.doc):
            start = roles.honorifics(page.doc)[start]
        floor = LIKELY if page.norm(start - 1) in roles.COMMAS else POSSIBLE
        if start < len(page.norms) and start not in page.people:
            end = words.name_from(start, floor)
            if end > start:
                yield _mention(page.doc, start, end, 0.8, "people-title")


def _unprompted(page: roles.Page, words: _Words) -> Iterator[Mention]:
    """Yield runs of words that names are made of."""
    at = 0
    while at < len(page.norms):
        share = words.share[at] or 0
        if at in words.covered or share < LIKELY:
            at += 1
            continue
        end = words.name_from(at, POSSIBLE)
        run = [words.share[i] or 0 for i in range(at, end)]
        if run and (max(run) >= SURE or (len(run) > 1 and max(run) >= 60 and words.kind[at] != "family")):
            yield _mention(page.doc, at, end, 0.6, "people-words")
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


def _spread(doc: Doc, found: list[Mention]) -> list[Mention]:
    """Add the other places where a surname, or a given name that nothing else is, of a person found stands alone."""
    page = roles.Page(doc, found)
    words = _Words(page)
    full = {tuple(page.norms[slice(*page.tokens(m))]) for m in found}
    last = {form[-1] for form in full if len(form) > 1}
    taken = {i for m in found for i in range(*page.tokens(m))}
    added = []
    for i, norm in enumerate(page.norms):
        if norm in last and i not in taken and i not in words.covered and len(norm) > 2:
            share = words.share[i]
            if share is None or share >= LIKELY:
                added.append(_mention(doc, i, i + 1, 0.7, "people-again"))
    return sorted([*found, *added], key=lambda m: m.start)


def _resolved(doc: Doc, found: list[Mention]) -> list[Mention]:
    names = coreference.resolve([coreference.NameMention(m.start, written(doc, m)) for m in found])
    return [
        Mention(m.start, m.end, "PERSON", value, m.score, m.by, person_key(value)) for m, value in zip(found, names, strict=True)
    ]


def written(doc: Doc, mention: Mention) -> str:
    """Return a name as written, with the article restored that «لل» hides."""
    text = doc.text[mention.start : mention.end]
    token = doc.char_span(mention.start, mention.end)[0]
    return "ا" + text if text.startswith("ل") and token.norm_.startswith("ال") else text


def person_key(name: str) -> str:
    """Return the key of the person of that full name.

    >>> person_key("عبد اللطيف وهبي")
    'person:عبداللطيف وهبي'
    """
    return "person:" + " ".join(part.lstrip("-") for part in coreference.parts(name))


def _mention(doc: Doc, start: int, end: int, score: float, by: str) -> Mention:
    return Mention(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), "PERSON", "", score, by)


@lru_cache(maxsize=1)
def _name_words() -> dict[str, tuple[int, str]]:
    return {row["form"]: (int(row["share"]), row["kind"]) for row in rows("name_words")}


@lru_cache(maxsize=1)
def _particles() -> dict[str, str]:
    return {normalise(row["form"]): row["kind"] for row in rows("name_particles")}


@lru_cache(maxsize=1)
def _known() -> Gazetteer[None]:
    return Gazetteer((name, None) for name in _known_names())


def _known_names() -> Iterator[str]:
    """Yield the full names that the lists hold, «بن» and «آل» with and without."""
    for row in (*rows("leaders"), *rows("famous_people")):
        for name in filter(None, [row["name"], *row.get("aliases", "").split("; ")]):
            if " " in name:
                yield name


@Language.component("khabar_people")
def people(doc: Doc) -> Doc:
    """Write the group "people"; reads "names", if there, and the names of countries, places, organisations and forums."""
    spans.write(doc, "people", find_people(doc))
    return doc
