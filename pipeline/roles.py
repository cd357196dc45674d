"""Offices, titles and professions by which people are named, whole phrase, and who holds each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.gazetteer import Gazetteer, rows
from pipeline.normalise import normalise
from pipeline.spans import Mention

T = TypeVar("T")

PRONOUNS = ("ها", "هم", "ه", "نا", "كم", "هما")
NAMED = ("COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM", "DATE")
PREPOSITIONS = frozenset(map(normalise, ("في", "ب", "ل", "لدى", "إلى", "عن", "باسم", "على")))
NO_NOUN = frozenset(map(normalise, ("إلى", "إلا", "الآن", "الذي", "التي", "الذين", "اللذين", "اللتين", "اليوم", "ألا", "البتة")))
OPENING, CLOSING = frozenset('«"“‘'), frozenset('»"”’')
COMMAS = frozenset("،,")


@dataclass(frozen=True, slots=True)
class Head:
    """The noun that a role begins with. `form`: as the list has it; `state`: construct (a noun must follow), definite, possessed («سفيرها») or predicate («رئيساً»)."""

    form: str
    kind: str
    links: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens `[start, end)` that may name a role. `whole`: it says which office by itself («وزير الخارجية», not «الوزير»)."""

    start: int
    end: int
    head: Head
    definite: bool


class Page:
    """A Doc as the grammar reads it: matching forms, and what earlier stages found, by token."""

    def __init__(self, doc: Doc, people: list[Mention]) -> None:
        self.doc = doc
        self.norms = [token.norm_ for token in doc]
        self.first = {token.idx: token.i for token in doc}
        self.last = {token.idx + len(token): token.i + 1 for token in doc}
        self.named: dict[int, tuple[int, str]] = {}
        for m in spans.read(doc, "countries", "dates", "places", "organisations", "forums"):
            start, end = self.tokens(m)
            if m.label in NAMED and end > self.named.get(start, (0, ""))[0]:
                self.named[start] = end, m.label
        self.values = [m for m in spans.read(doc, "countries") if m.value]
        self.people = dict(self.tokens(m) for m in people)
        self.people_ends = {end: start for start, end in self.people.items()}

    def tokens(self, mention: Mention) -> tuple[int, int]:
        """Return the tokens that a mention covers."""
        return self.first[mention.start], self.last[mention.end]

    def norm(self, i: int) -> str:
        """Return the matching form of token `i`, "" beyond the text."""
        return self.norms[i] if 0 <= i < len(self.norms) else ""

    def person_after(self, i: int) -> int | None:
        """Return where a name starts at `i`, or after a comma, a bracket and honorifics that stand there."""
        for _ in range(6):
            if i in self.people:
                return i
            if self.norm(i) in COMMAS or self.norm(i) in OPENING or self.norm(i) == "(":
                i += 1
            elif (end := honorifics(self.doc).get(i)) is not None:
                i = end
            else:
                return None
        return None

    def person_before(self, i: int) -> int | None:
        """Return where a name starts that ends at `i`, or before a comma that stands there."""
        if i in self.people_ends:
            return self.people_ends[i]
        return self.people_ends.get(i - 1) if self.norm(i - 1) in COMMAS else None


def phrases(page: Page) -> list[Phrase]:
    """Return the phrases of the text that have the shape of a role, those within another left out."""
    heads: dict[int, tuple[int, Head]] = {}
    for hit in _heads().find(page.doc):
        if hit.entry.state == "possessed" and page.doc[hit.end - 1].text.endswith("ة"):
            continue
        if hit.end > heads.get(hit.start, (0, None))[0]:
            heads[hit.start] = hit.end, hit.entry
    found: list[Phrase] = []
    grammar = _Grammar(page, heads)
    at = 0
    for start in sorted(heads):
        if start < at or start in page.people or _within_person(page, start):
            continue
        phrase = grammar.phrase(start)
        if phrase is not None:
            found.append(phrase)
            at = phrase.end
    return found


def _within_person(page: Page, i: int) -> bool:
    return any(start < i < end for start, end in page.people.items() if start > i - 8)


class _Grammar:
    """Head noun, complement, adjectives, and what prepositions add."""

    def __init__(self, page: Page, heads: dict[int, tuple[int, Head]]) -> None:
        self.page = page
        self.heads = heads
        self.adjectives = _hits(_adjectives(), page.doc)

    def phrase(self, start: int) -> Phrase | None:
        end, head = self.heads[start]
        definite = head.state in ("definite", "possessed")
        links = set(head.links)
        if head.state == "construct":
            complement = self.noun(end, links)
            if complement is None and self.page.doc[end - 1].text.endswith("ه"):
                head = Head(head.form, head.kind, head.links, "possessed")
                complement = end, True
            if complement is None:
                return Phrase(start, end, head, False) if head.kind in ("rank", "standing") else None
            end, definite = complement
        end = self.adjective(end, links)
        while (after := self.preposition(start, end, links)) is not None:
            end = self.adjective(after, links)
        return Phrase(start, end, head, definite)

    def noun(self, i: int, links: set[str]) -> tuple[int, bool] | None:
        """Return where the noun phrase at `i` ends and whether it is definite; None where there is none."""
        page, start, definite, bare, last = self.page, i, False, True, ""
        if i in self.heads and self.heads[i][1].state in ("construct", "definite", "possessed") and i not in page.named:
            nested = self.phrase(i)
            if nested is not None:
                links.update(nested.head.links)
                return nested.end, nested.definite
        honorific = honorifics(page.doc)
        while i < len(page.norms) and i not in page.people and i not in honorific:
            norm = page.norms[i]
            end, label = page.named.get(i, (0, ""))
            if label == "DATE":
                break
            if end:
                if label == "NATIONALITY" and not norm.startswith("ال"):
                    return end, False
                i, definite, bare, last = end, True, False, label
            elif norm.startswith("ال") and len(norm) > 3 and norm not in NO_NOUN:
                if last == "noun" and not self._adjectival(i) or last not in ("", "noun", "NATIONALITY"):
                    break
                i, definite, bare, last = i + 1, True, False, "noun"
            elif bare and norm in _complements():
                i += 1
            elif bare and _possessed(norm):
                i, definite, bare = i + 1, True, False
            elif norm == "و" and i > start and "و" in links and self._portfolio(i + 1):
                i, bare, last = i + 1, True, ""
            elif norm == "و" and i > start and page.named.get(i + 1, (0, ""))[1] in self._joining(last, links):
                i += 1
            elif norm in OPENING and page.named.get(i + 1, (0, ""))[1] == "ORGANIZATION" and page.norm(page.named[i + 1][0]) in CLOSING:
                i, definite, bare = page.named[i + 1][0] + 1, True, False
            else:
                break
        return (i, definite) if i > start else None

    @staticmethod
    def _joining(last: str, links: set[str]) -> tuple[str, ...]:
        """Return the labels of names that «و» may add: another country one is accredited to, or nationals in a minister's charge."""
        if "و " in links:
            return (last,) if last in ("COUNTRY", "ORGANIZATION") else ()
        return ("NATIONALITY",) if "و" in links else ()

    def _adjectival(self, i: int) -> bool:
        norm = self.page.norms[i]
        return norm.endswith(("ي", "يه", "ين")) or i in self.adjectives

    def _portfolio(self, i: int) -> bool:
        norm = self.page.norm(i)
        return norm in _complements() or (norm.startswith("ال") and norm[2:] in _complements())

    def adjective(self, i: int, links: set[str]) -> int:
        """Return where the adjectives at `i` end."""
        while i not in self.page.people:
            end, label = self.page.named.get(i, (0, ""))
            if label == "NATIONALITY":
                i = end
            elif i in self.adjectives:
                i, added = self.adjectives[i]
                links.update(added)
            else:
                break
        return i

    def preposition(self, start: int, i: int, links: set[str]) -> int | None:
        """Return where the phrase of the preposition at `i` ends, if it belongs to the role."""
        page = self.page
        norm = page.norm(i)
        if norm not in PREPOSITIONS:
            return None
        at = i + 1
        if norm == "ب" and page.norm(at) == "اسم":
            norm, at = "باسم", at + 1
        affairs = norm == "ل" and page.norm(at) in ("شءون", "الشءون")
        if norm in ("ل", "ب") and not (affairs or at in page.named or at in self.heads or page.norm(at).startswith("ال")):
            return None
        object_ = self.noun(at, {"و"} if affairs else {"و "} if norm == "لدي" else set())
        if object_ is None or not object_[1]:
            return None
        end = object_[0]
        if any(at <= person < end for person in page.people):
            return None
        if affairs or norm in links or self.followed(self.adjective(end, set())):
            return end
        if page.person_before(start) is not None and norm in ("ب", "في", "ل", "لدي") and at in page.named:
            return end
        return None

    def followed(self, i: int) -> bool:
        """Tell whether the name of a person follows, other roles between or not."""
        for _ in range(3):
            if self.page.person_after(i) is not None:
                return True
            if i not in self.heads or self.heads[i][1].state == "construct":
                return False
            i = self.heads[i][0]
        return False


def find_roles(doc: Doc, people: list[Mention]) -> list[Mention]:
    """Return the roles of a text with the value of the person who holds each.

    `people`: the PERSON mentions of the text, with their values and entities.
    """
    page = Page(doc, people)
    holders = _Holders(page, people)
    found: list[Mention] = []
    for phrase in phrases(page):
        person = holders.beside(phrase)
        if _eponym(page, phrase) or not _is_role(page, phrase, person is not None):
            continue
        if person is None:
            person = holders.elsewhere(phrase)
        start, end = doc[phrase.start].idx, doc[phrase.end - 1].idx + len(doc[phrase.end - 1])
        found.append(
            Mention(
                start, end, "ROLE", person.value if person else "", 1.0, "role-grammar", person.entity if person else ""
            )
        )
    return found


class _Holders:
    """Who holds the offices that a text names."""

    def __init__(self, page: Page, people: list[Mention]) -> None:
        self.page = page
        self.people = {page.tokens(m)[0]: m for m in people}
        self.offices: list[tuple[Phrase, Office, Mention]] = []
        self.phrases = {p.start: p for p in phrases(page)}
        self.ends = {p.end: p for p in self.phrases.values()}
        for phrase in self.phrases.values():
            person = self.beside(phrase)
            if person is not None:
                self.offices.append((phrase, office(page, phrase), person))

    def beside(self, phrase: Phrase) -> Mention | None:
        """Return the person whose name stands beside the role, other roles of the same person between or not."""
        at = phrase.end
        for _ in range(5):
            start = self.page.person_after(at)
            if start is not None:
                return self.people[start]
            following = self._next(at)
            if following is None:
                break
            at = following.end
        at = phrase.start
        for _ in range(5):
            start = self.page.person_before(at)
            if start is not None:
                return self.people[start]
            before = self._before(at)
            if before is None:
                return None
            at = before.start
        return None

    def _next(self, at: int) -> Phrase | None:
        skip = {"و", *COMMAS}
        return self.phrases.get(at) or (self.phrases.get(at + 1) if self.page.norm(at) in skip else None)

    def _before(self, at: int) -> Phrase | None:
        return self.ends.get(at) or (self.ends.get(at - 1) if self.page.norm(at - 1) == "و" else None)

    def elsewhere(self, phrase: Phrase) -> Mention | None:
        """Return the person whom the text names as holder of that office at another place: the last before, else the first after."""
        mine = office(self.page, phrase)
        fitting = [(other, person) for other, theirs, person in self.offices if mine.may_be(theirs)]
        before = [person for other, person in fitting if other.start < phrase.start]
        after = [person for other, person in fitting if other.start > phrase.start]
        return before[-1] if before else after[0] if after else None


@dataclass(frozen=True, slots=True)
class Office:
    """What an office is: `name` after the list of offices or the head noun, `content` its other words, `nations` ISO codes named."""

    name: str
    content: frozenset[str]
    nations: frozenset[str]

    def may_be(self, other: Office) -> bool:
        """Tell whether a phrase that says this much may stand for an office that the text gave in full."""
        if self.nations and other.nations and not self.nations & other.nations:
            return False
        return self.name == other.name and self.content <= other.content


def office(page: Page, phrase: Phrase) -> Office:
    """Return the office that a phrase names."""
    nations: set[str] = set()
    words: list[str] = []
    at = phrase.start
    first, last = page.doc[phrase.start].idx, page.doc[phrase.end - 1].idx
    for m in page.values:
        if first <= m.start <= last:
            nations.add(m.value)
    covered = {i for m in page.values for i in range(*page.tokens(m)) if first <= m.start <= last}
    skip = len(phrase.head.form.split())
    for at in range(phrase.start + skip, phrase.end):
        norm = page.norms[at]
        if at not in covered and norm.isalpha() and len(norm) > 1:
            words.append(norm[2:] if norm.startswith("ال") and len(norm) > 4 else norm)
    words = [w for w in words if w not in _fleeting()]
    key = " ".join(words)
    for head, complement, name in _offices():
        if head == phrase.head.form and complement == key:
            return Office(name, frozenset(), frozenset(nations))
    return Office(phrase.head.form, frozenset(words), frozenset(nations))


@lru_cache(maxsize=1)
def _offices() -> tuple[tuple[str, str, str], ...]:
    def bare(words: str) -> str:
        return " ".join(w.removeprefix("ال") for w in normalise(words).split())

    return tuple((row["head"], bare(row["complement"]), row["office"]) for row in rows("role_offices"))


@lru_cache(maxsize=1)
def _fleeting() -> frozenset[str]:
    """Adjectives that say when or how an office is held, not which."""
    return frozenset(map(normalise, ("سابق", "أسبق", "حالي", "جديد", "راحل", "منتخب", "سابقة", "حالية", "جديدة", "ل", "في", "ب")))


def _eponym(page: Page, phrase: Phrase) -> bool:
    """Tell whether the phrase is part of a name («جامعة الملك سعود»)."""
    if phrase.head.kind == "office" and not page.norm(phrase.start).startswith(("الملك", "ملك", "خادم")):
        return False
    return any(
        start < phrase.start < end and label in ("ORGANIZATION", "LOCATION", "FORUM")
        for start, (end, label) in page.named.items()
        if start > phrase.start - 6
    )


def _is_role(page: Page, phrase: Phrase, named: bool) -> bool:
    if phrase.head.state == "predicate":
        return False
    if phrase.head.kind == "ruler" and phrase.head.state == "definite":
        return False
    if phrase.head.kind in ("office", "ruler"):
        return phrase.definite
    return named


@lru_cache(maxsize=1)
def _heads() -> Gazetteer[Head]:
    return Gazetteer(_head_forms())


def _head_forms() -> Iterator[tuple[str, Head]]:
    for row in rows("role_heads"):
        links = tuple(map(normalise, row["links"].split()))
        for form in filter(None, (row["form"], row["feminine"])):
            words = form.split()
            if any(w.startswith("ال") for w in words):
                last = "definite" if words[-1].startswith("ال") else "construct"
                yield form, Head(row["form"], row["kind"], links, last)
                continue
            yield form, Head(row["form"], row["kind"], links, "construct")
            yield " ".join("ال" + w for w in words), Head(row["form"], row["kind"], links, "definite")
            if len(words) == 1 and row["kind"] == "office":
                stem = form[:-1] + "ت" if form.endswith("ة") else form
                for pronoun in PRONOUNS:
                    if pronoun == "ه" and row["feminine"]:
                        continue
                    yield stem + pronoun, Head(row["form"], row["kind"], links, "possessed")
            if len(words) == 1 and not form.endswith("ة"):
                yield form + "ا", Head(row["form"], row["kind"], links, "predicate")


@lru_cache(maxsize=1)
def _adjectives() -> Gazetteer[tuple[str, ...]]:
    return Gazetteer(_adjective_forms())


def _adjective_forms() -> Iterator[tuple[str, tuple[str, ...]]]:
    for row in rows("role_adjectives"):
        links = tuple(map(normalise, row["links"].split()))
        form = row["form"]
        if " " in form or form.startswith("بال"):
            yield form, links
        else:
            yield "ال" + form, links
            if not form.endswith(("ة", "ى", "ا")):
                yield "ال" + form + "ة", links


@lru_cache(maxsize=1)
def _complements() -> frozenset[str]:
    return frozenset(normalise(row["form"]) for row in rows("role_complements"))


def _possessed(norm: str) -> bool:
    return any(
        norm.endswith(p) and (norm[: -len(p)] in _complements() or norm[: -len(p) - 1] + "ه" in _complements())
        for p in PRONOUNS
    )  # fmt: skip


@lru_cache(maxsize=1)
def _honorifics() -> Gazetteer[None]:
    return Gazetteer((row["form"], None) for row in rows("honorifics"))


def honorifics(doc: Doc) -> dict[int, int]:
    """Return, of each honorific of the text, its first token and where it ends."""
    return {start: end for start, (end, _) in _hits(_honorifics(), doc).items()}


def _hits(gazetteer: Gazetteer[T], doc: Doc) -> dict[int, tuple[int, T]]:
    longest: dict[int, tuple[int, T]] = {}
    for hit in gazetteer.find(doc):
        if hit.start not in longest or hit.end > longest[hit.start][0]:
            longest[hit.start] = hit.end, hit.entry
    return longest


@Language.component("khabar_roles")
def roles(doc: Doc) -> Doc:
    """Write the group "roles"; reads "people" and the names of countries, places and organisations."""
    spans.write(doc, "roles", find_roles(doc, spans.read(doc, "people")))
    return doc
