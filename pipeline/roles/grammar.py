"""The grammar of offices and titles: where a phrase that may name one begins and ends.

A head noun («وزير», «المتحدث», «سفير») in the construct, definite or possessed state; its complement (a noun phrase, which may be another role:
«نائب رئيس الوزراء»); adjectives; and the prepositional phrases that the head takes («لدى», «باسم», «لشؤون»).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TypeVar

from spacy.tokens import Doc

from pipeline import spans
from pipeline.gazetteer import Gazetteer
from pipeline.index import index
from pipeline.lists import forms, rows
from pipeline.normalise import normalise, with_article
from pipeline.spans import Mention

T = TypeVar("T")
LONGEST = 40  # words of a noun phrase that are read
ASIDE = 7  # words in brackets between an office and its holder

NAMED = ("COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM", "DATE")
OPENING, CLOSING = frozenset('«"“‘'), frozenset('»"”’')
COMMAS = frozenset("،,")
STOPS = frozenset(".!؟?\n")
AFTER_OFFICE = "#"  # in the links that a phrase gathers: its head is an office, which any noun may complete
SECOND = "2"  # in those links: one «ل» has been read, so that the next may only add what the office is for
AIDE = "@"  # in a head's links: whom one serves may be named («نائب نصر الله»)


@dataclass(frozen=True, slots=True)
class Head:
    """The noun that a role begins with.

    `form`: as the list has it. `kind`: office, ruler (no role without a complement), standing or rank (roles only beside a name). `links`: what may
    follow. `state`: construct (a noun must follow), definite, possessed («سفيرها») or predicate («رئيساً»).
    """

    form: str
    kind: str
    links: frozenset[str]
    state: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words `[start, end)` of a Page with the shape of a role. `inner`: where the role that is its complement begins, -1 for none;
    `within`: that role, as far as it goes by itself."""

    start: int
    end: int
    head: Head
    definite: bool
    inner: int = -1
    within: Phrase | None = None


class Page:
    """A Doc as the grammar reads it: its words in matching form, and what earlier stages found, by word.

    Words are the tokens without the spaces between them; a line break stays.
    """

    def __init__(self, doc: Doc, people: Iterable[Mention]) -> None:
        self.doc = doc
        at = index(doc)
        kept = [
            i
            for i, (word, norm) in enumerate(zip(at.words, at.norms, strict=True))
            if norm != " " or "\n" in word or not word.isspace()
        ]
        self.at = {i: n for n, i in enumerate(kept)}
        self.words = [at.words[i] for i in kept]
        self.norms = ["\n" if at.words[i].isspace() else at.norms[i] for i in kept]
        self.starts = [at.starts[i] for i in kept]
        self.ends = [at.ends[i] for i in kept]
        self.first = {start: n for n, start in enumerate(self.starts)}
        self.last = {end: n for n, end in enumerate(self.ends, 1)}
        self.named: dict[int, tuple[int, str]] = {}
        self.countries: list[tuple[int, int, str]] = []
        for m in spans.read(doc, "countries", "dates", "places", "organisations", "forums"):
            start, end = self.extent(m)
            if m.label in NAMED and end > self.named.get(start, (0, ""))[0]:
                self.named[start] = end, m.label
            if m.label in ("COUNTRY", "NATIONALITY") and m.value:
                self.countries.append((start, end, m.value))
        self.named_ends = {end for end, _ in self.named.values()}
        self.honorifics = {start: end for start, (end, _) in self.longest(_honorifics()).items()}
        self.adjectives = self.longest(_adjectives())
        self._name(people)

    def _name(self, people: Iterable[Mention]) -> None:
        self.people = dict(map(self.extent, people))
        self.people_ends = {end: start for start, end in self.people.items()}

    def naming(self, people: Iterable[Mention]) -> Page:
        """Return the page with these people in place of its own."""
        page = copy(self)
        page._name(people)
        return page

    def extent(self, mention: Mention) -> tuple[int, int]:
        """Return the words `[start, end)` that a mention covers."""
        return self.first[mention.start], self.last[mention.end]

    def written(self, start: int, end: int) -> str:
        """Return words as they stand by themselves, with the article that «لل» hides («للرئيس»)."""
        rest = index(self.doc).text[self.ends[start] : self.ends[end - 1]]
        return " ".join((with_article(self.words[start], self.norms[start]) + rest).split())

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the text of words `[start, end)`."""
        return self.starts[start], self.ends[end - 1]

    def norm(self, i: int) -> str:
        """Return the matching form of word `i`, "" beyond the text."""
        return self.norms[i] if 0 <= i < len(self.norms) else ""

    def longest(self, gazetteer: Gazetteer[T]) -> dict[int, tuple[int, T]]:
        """Return the longest hit that starts at each word: where it ends, and its entry."""
        found: dict[int, tuple[int, T]] = {}
        for hit in gazetteer.find(self.doc):
            start, end = self.at[hit.start], self.at[hit.end - 1] + 1
            if end > found.get(start, (0, None))[0]:
                found[start] = end, hit.entry
        return found

    def hosts(self, i: int) -> bool:
        """Tell whether word `i` makes a name of a person's that follows («جامعة الملك سعود»), as «عن طريق» does not."""
        return self.norm(i) in forms("eponym_hosts") and not (self.norm(i) == "طريق" and self.norm(i - 1) == "عن")

    def person_after(self, i: int) -> int | None:
        """Return where a name starts at `i`, or after a comma, a bracket, honorifics and descriptions that stand there: «حينها», «(إف بي آي)»."""
        for _ in range(6):
            if i in self.people:
                return i
            aside = self.aside(i)
            if aside > i:
                i = aside
            elif self.norm(i) in COMMAS | OPENING | {"("} | function_words("adverb"):
                i += 1
            elif i in self.honorifics:
                i = self.honorifics[i]
            elif i in self.adjectives and (self.adjectives[i][1].party or not self.adjectives[i][1].part):
                i = self.adjectives[i][0]
            else:
                return None
        return None

    def aside(self, i: int) -> int:
        """Return where some words in brackets or quotation marks that begin at `i` end, no name among them; `i` if none do."""
        closing = ")" if self.norm(i) == "(" else CLOSING if self.norm(i) in OPENING else ""
        for end in range(i + 1, min(i + ASIDE, len(self.norms))) if closing else ():
            if end in self.people or self.norms[end] in COMMAS:
                return i
            if self.norms[end] in closing:
                return end + 1 if any(len(norm) > 1 for norm in self.norms[i + 1 : end]) else i
        return i

    def person_before(self, i: int) -> int | None:
        """Return where a name starts that ends at `i`, or before a comma that stands there."""
        if i in self.people_ends:
            return self.people_ends[i]
        return self.people_ends.get(i - 1) if self.norm(i - 1) in COMMAS else None


def phrases(page: Page) -> list[Phrase]:
    """Return the phrases of the text that have the shape of a role, those within another left out."""
    grammar = _Grammar(page, page.longest(_heads()))
    inside = {i for start, end in page.people.items() for i in range(start, end)}
    found: list[Phrase] = []
    # From the right, so that a phrase within another has been read before it, however long the row of them is.
    for start in sorted(grammar.heads, reverse=True):
        grammar.phrase(start)
    at = 0
    for start in sorted(grammar.heads):
        if start < at or start in inside:
            continue
        phrase = grammar.phrase(start)
        if phrase is not None and not grammar.encloses(phrase):
            found.append(phrase)
            at = phrase.end
    return found


class _Grammar:
    """Head noun, complement, adjectives, and what prepositions add."""

    def __init__(self, page: Page, heads: dict[int, tuple[int, Head]]) -> None:
        self.page = page
        self.read: dict[int, Phrase | None] = {}
        told = ((start, end, self._state(end, head)) for start, (end, head) in heads.items())
        self.heads = {start: (end, head) for start, end, head in told if head is not None}

    def _state(self, end: int, head: Head) -> Head | None:
        """Tell «نائبه» (his) from «نائبة» (a woman's office), which agree in matching form."""
        text = self.page.words[end - 1]
        if head.state == "possessed" and text.endswith("ة"):
            return None
        if (
            head.state == "construct"
            and text.endswith("ه")
            and self.page.norms[end - 1] != normalise(head.form.split()[-1])
        ):
            return replace(head, state="possessed")
        return head

    def phrase(self, start: int) -> Phrase | None:
        """Return the phrase whose head stands at `start`."""
        if start not in self.read:
            self.read[start] = self._phrase(start)
        return self.read[start]

    def encloses(self, phrase: Phrase) -> bool:
        """Tell whether a phrase is none of a role, for nobody is named by it, and holds one: «محامي | الرئيس السابق»."""
        if phrase.inner < 0 or phrase.head.kind != "standing" or self.page.person_before(phrase.start) is not None:
            return False
        end = phrase.end
        for _ in range(3):  # other offices of the one who is named after them
            if self.page.person_after(end) is not None:
                return False
            following = self.phrase(end) if end in self.heads else None
            if following is None:
                break
            end = following.end
        return True

    def _phrase(self, start: int) -> Phrase | None:
        end, head = self.heads[start]
        links = set(head.links)
        if head.kind == "office":
            links.add(AFTER_OFFICE)
        if head.state == "predicate" or (head.state == "construct" and self.page.norm(end) == "ل"):
            return self._predicate(start, end, head, links)
        definite, inner = head.state in ("definite", "possessed"), -1
        if head.state == "construct":
            complement = self.noun(end, links)
            if complement is None and AIDE in links and end in self.page.people:
                complement = self.page.people[end], True
            if complement is None:
                return Phrase(start, end, head, False) if head.kind in ("rank", "standing") else None
            inner = end if end in self.heads and end not in self.page.named else -1
            end, definite = self.served(complement[0], links), complement[1]
        end = self.adjective(end, links)
        while (after := self.preposition(start, end, links)) is not None:
            begins = end + 1 + (self.page.norm(end + 1) == "اسم")
            if begins in self.heads and inner < 0:
                inner = begins
            end = self.adjective(self.served(after, links), links)
        return Phrase(start, end, head, definite, inner, self.read.get(inner))

    def _predicate(self, start: int, end: int, head: Head, links: set[str]) -> Phrase | None:
        """Return an office that someone is given («انتُخب رئيساً للبلاد», «عُيّن سفيراً جديداً لدى …»), None where no such word precedes."""
        page = self.page
        if not self._given(start) and (head.kind == "office" or page.person_before(start) is None):
            return None
        listed = page.norm(end).removesuffix("ا")
        if (
            end < len(page.norms)
            and page.words[end][-1:] in "اًى"
            and end not in page.people
            and listed in forms("role_adjectives")
        ):
            end += 1
        links.update(("ل",))
        while (after := self.preposition(start, end, links)) is not None:
            end = self.adjective(after, links)
        two = page.norm(end).startswith("ال") and end == self.heads[start][0]  # «وزيرا الخارجية», two of them
        bare = head.state == "construct" and end == self.heads[start][0]
        return None if two or bare else Phrase(start, end, replace(head, state="predicate"), True)

    def _given(self, start: int) -> bool:
        for i in range(start - 1, max(start - 12, -1), -1):
            if self.page.norm(i) in STOPS:
                return False
            if self.page.norm(i) in forms("appointment_words"):
                return True
        return False

    def served(self, end: int, links: set[str]) -> int:
        """Return where the name ends of whom an aide serves, if it stands at `end` and the aide's own follows."""
        page = self.page
        if AIDE not in links or end not in page.people:
            return end
        after = page.people[end]
        if (
            after in page.people
            or (page.norm(after) in COMMAS and after + 1 in page.people)
            or (page.norm(after) == "ل" and page.norm(after + 1).startswith("ال"))
        ):
            return after
        return end

    def noun(self, i: int, links: set[str]) -> tuple[int, bool] | None:
        """Return where the noun phrase at `i` ends and whether it is definite; None where there is none."""
        page, start, definite, bare, last = self.page, i, False, True, ""
        if i in page.honorifics and i + 1 in self.heads and self.heads[i + 1][1].state in ("definite", "construct"):
            i += 1  # «سفير جلالة الملك بغينيا», «مستشار معالي وزير العمل»
        if (
            i in self.heads
            and self.heads[i][1].state != "predicate"
            and self.heads[i][1].kind != "standing"
            and i not in page.named
        ):
            nested = self.phrase(i)
            if nested is not None:
                links.update(nested.head.links - {AIDE})
                return nested.end, nested.definite
        while i < min(len(page.norms), start + LONGEST) and i not in page.people and i not in page.honorifics:
            norm = page.norms[i]
            end, label = page.named.get(i, (0, ""))
            if label == "DATE":
                break
            if label == "NATIONALITY":
                if not norm.startswith("ال"):
                    return end, False
                i, definite, bare, last = end, True, False, label
            elif end:
                capital = (
                    label == "LOCATION" and "العاصمه" in page.norms[max(i - 2, start) : i]
                )  # «العاصمة التركية أنقرة»
                if not bare and not capital:
                    break
                i, definite, bare, last = end, True, False, label
            elif norm.startswith("ال") and len(norm) > 3 and norm not in function_words("relative"):
                if last and not (last in ("noun", "NATIONALITY") and self._adjectival(i)):
                    break
                after = i + 1
                if i in page.adjectives:
                    after, added = page.adjectives[i]
                    links.update(added.links)
                i, definite, bare, last = after, True, False, "noun"
            elif bare and (norm in _complements() or (i == start and AFTER_OFFICE in links and self._chained(i))):
                i += 1
            elif (
                norm == "من"
                and last == "COUNTRY"
                and page.norm(i - 2) in function_words("departure")
                and page.named.get(i + 1, (0, ""))[1] == "ORGANIZATION"
            ):  # «ملف خروج بريطانيا من الاتحاد الأوروبي»
                i, last = page.named[i + 1][0], "ORGANIZATION"
            elif bare and _possessed(norm):
                i, definite, bare = i + 1, True, False
            elif norm == "و" and i > start and (joined := self._joined(i + 1, last, links)):
                i, bare, last = joined
            elif (
                bare
                and norm in OPENING
                and page.named.get(i + 1, (0, ""))[1] == "ORGANIZATION"
                and page.norm(page.named[i + 1][0]) in CLOSING
            ):
                i, definite, bare, last = page.named[i + 1][0] + 1, True, False, "ORGANIZATION"
            else:
                break
        return (i, definite) if i > start else None

    def _chained(self, i: int) -> bool:
        """Tell whether a word that no list has goes on to a definite noun («قطب التحقيق»)."""
        page = self.page
        following = page.norm(i + 1)
        definite = following.startswith("ال") and len(following) > 3 and following not in function_words("relative")
        norm = page.norms[i]
        noun = (
            norm.isalpha()
            and len(norm) > 2
            and not norm.startswith("ي")
            and norm not in function_words("preposition", "other")
        )
        return noun and definite and i + 1 not in page.honorifics

    def _joined(self, i: int, last: str, links: set[str]) -> tuple[int, bool, str] | None:
        """Return how the noun phrase goes on after «و»: from which word, bare or not, after what."""
        page = self.page
        label = page.named.get(i, (0, ""))[1]
        if (
            last == "noun"
            and page.norm(i).startswith("ال")
            and page.norm(i).endswith(("ي", "يه"))
            and page.norm(i - 2).endswith(("ي", "يه"))
            and not label
        ):
            return i, True, ""
        if "و" in links:
            norm = page.norm(i)
            if norm in _complements() or (norm.startswith("ال") and norm[2:] in _complements()):
                return i, True, ""
            if label == "NATIONALITY":
                return i, False, "noun"
            if (
                norm.startswith("ال")
                and label == ""
                and not (i in self.heads and self.heads[i][1].kind == "office")
                and (rest := self.noun(i, set()))
                and self.followed(self.adjective(rest[0], set()))
            ):
                return rest[0], False, "noun"
        if "لدي" in links and label and label == last and self.followed(page.named[i][0]):
            return i, True, ""
        return None

    def _adjectival(self, i: int) -> bool:
        if i in self.heads and self.heads[i][1].kind in ("office", "rank"):
            return False
        if self.page.norms[i].endswith("ين") and self.page.norm(i - 1).endswith("ه"):  # «… للبطولة | الصحفيين»
            return i in self.page.adjectives
        return self.page.norms[i].endswith(("ي", "يه", "ين")) or i in self.page.adjectives

    def adjective(self, i: int, links: set[str]) -> int:
        """Return where the adjectives at `i` end."""
        page = self.page
        while i not in page.people:
            end, label = page.named.get(i, (0, ""))
            if label == "NATIONALITY" or (page.norm(i) == "-" and page.named.get(i + 1, (0, ""))[1] == "NATIONALITY"):
                i = end or page.named[i + 1][0]  # «الفلسطينية-الأميركية»
            elif i in page.adjectives and self._belongs(i):
                links.update(page.adjectives[i][1].links)
                i = page.adjectives[i][0]
            else:
                break
        return i

    def _belongs(self, i: int) -> bool:
        """Tell whether an adjective is part of the role; a party's is not right before the name («السناتور | الجمهوري توم تيليس»)."""
        end, adjective = self.page.adjectives[i]
        return adjective.part and not (adjective.party and end in self.page.people)

    def preposition(self, start: int, i: int, links: set[str]) -> int | None:
        """Return where the phrase of the preposition at `i` ends, if it belongs to the role."""
        page = self.page
        norm, at = page.norm(i), i + 1
        if norm == "باسم" or (norm == "ب" and page.norm(at) == "اسم"):
            norm, at = "باسم", at + (norm == "ب")
        elif norm not in function_words("preposition"):
            return None
        if norm == "ل" and page.norm(at) == "ـ":
            at += 1
        whole = i > self.adjective(self.heads[start][0], set())  # the office has been said
        told = norm == "ل" and whole and page.norm(at) in function_words("medium")
        if told or (norm == "في" and page.norm(at) in function_words("era")):  # «قال … لوكالة أنباء», «وزير … في عهد …»
            return None
        affairs = norm == "ل" and page.norm(at) in ("شءون", "الشءون")
        licensed = affairs or norm in links
        if (
            norm in ("ل", "ب")
            and not licensed
            and not (at in page.named or at in self.heads or page.norm(at).startswith("ال"))
        ):
            return None
        if norm == "باسم" and licensed and at in page.people:
            return page.people[at]
        if norm in ("علي", "مع") and not licensed:
            return None
        portfolio = (
            affairs or ("و" in links and norm in ("ب", "مع")) or (norm == "ل" and licensed and at not in page.named)
        )
        within = {"و"} if portfolio else {"لدي"} if norm == "لدي" else set()
        if licensed and norm in ("ل", "باسم"):
            within.add(AFTER_OFFICE)
        organisation = page.named.get(at, (0, ""))[1] == "ORGANIZATION" or page.norm(at) in OPENING
        if norm == "ل" and SECOND in links and organisation:
            return None
        object_ = self.noun(at, within)
        if object_ is None or not object_[1] or self._open(object_[0]):
            return None
        end = object_[0]
        if any(at <= person < end for person in page.people):
            return None
        if norm == "ل" and page.norm(at) == "خادم" and end in page.people:  # the king's name would follow «الملك»
            return end
        if at in self.heads and end in page.people and (not licensed or page.person_before(start) is not None):
            return None
        links.update(within)
        if norm == "ل" and not affairs:
            links.add(SECOND)
        elif not affairs:
            links.discard(norm)
        if self.heads[start][1].kind == "standing":
            links.discard("ل")
            links.add(SECOND)
        if licensed or self.followed(self.adjective(end, set())) or self._followed_at_place(end):
            return end
        if page.person_before(start) is None:
            return None
        served = norm == "ل" and at in self.heads and self.heads[at][1].kind == "office"  # «… لخادم الحرمين الشريفين»
        if (served and self.heads[at][1].state == "definite") or (
            norm in ("ب", "في", "لدي", "" if SECOND in links else "ل")
            and page.named.get(at, (0, ""))[1] in ("ORGANIZATION", "COUNTRY")
        ):
            return end
        return None

    def _open(self, end: int) -> bool:
        """Tell whether a noun phrase ends with a noun that its complement should follow («لمكافحة | فيروس كورونا»)."""
        return self.page.norm(end - 1) in _complements() and end not in self.page.named_ends

    def _followed_at_place(self, i: int) -> bool:
        """Tell whether a place and then the name of a person follow («… بمدنين، منجي سليم»)."""
        place = self.page.named.get(i + 1, (0, ""))[0]
        return self.page.norm(i) in ("ب", "في") and bool(place) and self.followed(place)

    def followed(self, i: int) -> bool:
        """Tell whether the name of a person follows, other roles between or not."""
        for _ in range(3):
            if self.page.person_after(i) is not None:
                return True
            i = self.page.aside(i)
            if i not in self.heads or self.heads[i][1].state == "construct":
                return False
            i = self.heads[i][0]
        return False


@lru_cache(maxsize=1)
def _heads() -> Gazetteer[Head]:
    return Gazetteer(_head_forms())


def _head_forms() -> Iterator[tuple[str, Head]]:
    for row in rows("role_heads"):
        head = Head(row["form"], row["kind"], frozenset(map(normalise, row["links"].split())), "construct")
        for form in filter(None, (row["form"], row["feminine"])):
            words = form.split()
            if any(word.startswith("ال") for word in words):
                yield form, replace(head, state="definite") if words[-1].startswith("ال") else head
                continue
            if form in ("ولي عهد", "ولي ولي عهد"):
                yield from ((form + pronoun, replace(head, state="possessed")) for pronoun in function_words("pronoun"))
            yield form, head
            yield " ".join("ال" + word for word in words), replace(head, state="definite")
            if row["kind"] == "rank" and len(words) > 1:
                yield "ال" + form, replace(head, state="definite")
            if len(words) > 1:
                for pronoun in function_words("pronoun"):
                    yield f"{words[0]}{pronoun} ال{words[1]}", replace(head, state="definite")
                continue
            if row["kind"] in ("office", "ruler"):
                stem = form[:-1] + "ت" if form.endswith("ة") else form
                for pronoun in function_words("pronoun"):
                    if pronoun != "ه" or not row["feminine"]:
                        yield stem + pronoun, replace(head, state="possessed")
            if not form.endswith("ة"):
                yield form + "ا", replace(head, state="predicate")


@dataclass(frozen=True, slots=True)
class Adjective:
    """`links`: what may follow it («المكلف بـ…»); `part`: it belongs to the role («السابق»), or merely stands between role and name («الشهير»);
    `party`: it says of which party one is."""

    links: frozenset[str]
    part: bool
    party: bool


@lru_cache(maxsize=1)
def _adjectives() -> Gazetteer[Adjective]:
    return Gazetteer(_adjective_forms())


def _adjective_forms() -> Iterator[tuple[str, Adjective]]:
    for row in rows("role_adjectives"):
        adjective = Adjective(
            frozenset(map(normalise, row["links"].split())), row["part"] != "no", row["part"] == "party"
        )
        form = row["form"]
        if " " in form or form.startswith(("بال", "ال")):
            yield form, adjective
        else:
            yield "ال" + form, adjective
            if not form.endswith(("ة", "ى", "ا")):
                yield "ال" + form + "ة", adjective


@lru_cache(maxsize=1)
def titles() -> frozenset[str]:
    """Definite words that people are named by, so that a title may follow them."""
    heads = ("ال" + form for row in rows("role_heads") for form in (row["form"], row["feminine"]) if form)
    return frozenset(map(normalise, (*heads, *(row["form"] for row in rows("honorifics")))))


@lru_cache(maxsize=1)
def singular_heads() -> frozenset[str]:
    """Return the nouns that roles begin with, as one person is called («محامي», «مفتي»)."""
    return frozenset(normalise(form) for row in rows("role_heads") for form in (row["form"], row["feminine"]) if form)


@lru_cache(maxsize=1)
def _honorifics() -> Gazetteer[None]:
    return Gazetteer((row["form"], None) for row in rows("honorifics"))


@cache
def function_words(*kinds: str) -> frozenset[str]:
    return frozenset(normalise(row["form"]) for row in rows("role_function_words") if row["kind"] in kinds)


def _complements() -> frozenset[str]:
    return forms("role_complements")


def _possessed(norm: str) -> bool:
    """Tell whether a word is a listed noun with a pronoun («خارجيتها», «بلاده»)."""
    listed = _complements()
    return any(
        norm.endswith(pronoun)
        and (norm.removesuffix(pronoun) in listed or norm.removesuffix("ت" + pronoun) + "ه" in listed)
        for pronoun in function_words("pronoun")
    )
