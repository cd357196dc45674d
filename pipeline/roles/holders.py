"""Who holds an office that a text names: the person beside it, the one it is said of elsewhere, or the one whom the list of leaders tells."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from spacy.tokens import Doc

from pipeline.leaders import Known, Term, by_surname, lookup
from pipeline.lists import forms, rows
from pipeline.normalise import normalise
from pipeline.roles.grammar import AIDE, COMMAS, STOPS, Page, Phrase, function_words
from pipeline.spans import Mention

HELD = 6  # words from a verb of holding to «منصب»
AROUND = 100  # offices before and after a role among which its own is looked for


class Holders:
    """Who holds the offices that a text names.

    Beside the role stands its holder's name; where none does, another place of the text may name the holder of that office, or the dated list of
    leaders says which of the people of the text it is.
    """

    def __init__(self, page: Page, people: list[Mention], found: list[Phrase]) -> None:
        self.page = page
        self.people = {page.extent(m)[0]: m for m in people}
        self.leaders = leaders_among(page.doc, people)
        found = list(map(self._serving, found))
        self.starts = {p.start: p for p in found}
        self.ends = {p.end: p for p in found}
        self.office = {p.start: office(page, p) for p in found}
        self.nations: dict[str, set[str]] = {}
        for value, offices in self.leaders.items():
            self.nations[value] = {o.country for o in offices if o.country}
        self.offices: list[tuple[int, Office, Mention]] = []
        self._holding: dict[tuple[str, frozenset[str]], list[tuple[int, Office, Mention]]] = {}
        self.near: set[int] = set()  # where roles start that a name stands next to, no other role between
        self._collect(found)

    def _collect(self, found: list[Phrase]) -> None:
        for phrase in found:
            person = self.beside(phrase)
            if (
                person is not None
                and phrase.definite
                and not (phrase.head.kind == "ruler" and phrase.head.state == "definite")
                and self.page.norm(phrase.end) not in function_words("adverb")  # «رئيس البلاد وقتها» is no more
            ):
                self.offices.append((phrase.start, self.office[phrase.start], person))
                self.nations.setdefault(person.value, set()).update(self.office[phrase.start].nations)
                if self.page.person_after(phrase.end) is not None or self.page.person_before(phrase.start) is not None:
                    self.near.add(phrase.start)
        given = sorted(self.offices, key=lambda known: known[0])
        for start, end, nation in self.page.countries:
            named = self.page.person_after(end)
            if named is not None and self.page.norm(start - 1) in forms("counterparts"):
                last = bisect_left(given, start, key=lambda known: known[0]) - 1
                if last >= 0:
                    mine = given[last][1]
                    holder = self.people[named]
                    self.offices.append((start, replace(mine, nations=frozenset((nation,))), holder))
                    self.nations.setdefault(holder.value, set()).add(nation)
        self.offices.sort(key=lambda known: known[0])

    def of(self, phrase: Phrase) -> Mention | None:
        """Return the holder of the office that a phrase names, None where the text does not say for sure."""
        beside = self.beside(phrase)
        mine = self.office[phrase.start]
        if beside is not None and phrase.head.form in _of_one_state():
            return beside
        if beside is not None and (self._next_to(phrase, beside) or self._predicated(phrase) is beside):
            return beside
        exact = [
            person
            for at, theirs, person in self._around(phrase.start)
            if at != phrase.start and at in self.near and theirs == mine
        ]
        past = any(norm in function_words("past") for norm in self.page.norms[phrase.start : phrase.end])
        one = not past and phrase.head.kind == "office" and AIDE not in phrase.head.links and "دوله" not in mine.content
        generic = mine.bare and " " not in phrase.head.form  # «الوزير»
        if beside is not None and self._apposed(phrase) and (generic or not exact or not one):
            return beside
        if exact and beside is not None and all(person.value != beside.value for person in exact):
            return exact[0] if not self._apart(phrase) else beside
        return beside or self.elsewhere(phrase) or self._touching(phrase)

    def _next_to(self, phrase: Phrase, person: Mention) -> bool:
        """Tell whether a person's name stands right beside the role, no other role between."""
        after, before = self.page.person_after(phrase.end), self.page.person_before(phrase.start)
        apposed = before is not None and self._apposed(phrase) and self.people[before] is person
        return apposed or (after is not None and self.people[after] is person)

    def _predicated(self, phrase: Phrase) -> Mention | None:
        """Return whom a sentence says the office of: «بصفته …», «وهو …», «شغل منصب …»."""
        page, at = self.page, phrase.start - 1
        if phrase.head.kind == "standing" and phrase.head.state == "definite":  # «باعتباره المرشح الأوفر حظا»
            return None
        if page.norm(phrase.end) not in COMMAS and page.person_after(phrase.end) is not None:
            return None  # «المرشح لتولي منصب وزير الخارجية مايك بومبيو»
        while page.norm(at) in function_words("also", "adverb"):
            at -= 1
        word = page.norm(at)
        if word in function_words("becomes") or (word in function_words("as") and page.norm(at - 1) == "ب"):
            return self._last_named(at)
        if word in function_words("copula") and phrase.head.state == "construct" and phrase.definite:
            before = at - (page.norm(at - 1) == "و")
            name = page.person_before(before)
            return self.people[name] if name is not None else None
        held = (page.norm(i) in function_words("holds") for i in range(max(at - HELD, 0), at))
        return self._last_named(at) if word in function_words("post") and any(held) else None

    def ranked(self, phrase: Phrase) -> bool:
        """Tell whether a rank alone («الجنرال الأمريكي») calls one whom the text names with it."""
        return (
            phrase.head.kind == "rank"
            and phrase.head.state == "definite"
            and any(at in self.near and theirs.head == phrase.head.form for at, theirs, _ in self._around(phrase.start))
        )

    def _serving(self, phrase: Phrase) -> Phrase:
        """Return an aide's role as it is where the name after it is that of whom he serves, as the list of leaders tells: with that name in it
        («المتحدث باسم الرئيس التركي رجب طيب أردوغان»), or his master's where only beside a name it is one («محامي | الرئيس …»).
        """
        person, within = self.people.get(phrase.end), phrase.within
        named = self.page.person_before(phrase.start) is not None
        if person is None or within is None or named or AIDE not in phrase.head.links or phrase.head.form == "نائب":
            return phrase
        served = office(self.page, within)
        kind = kinds().get(served.name)
        if not any(
            term.office == kind and (not served.nations or term.country in served.nations)
            for term in self.leaders.get(person.value, ())
        ):
            return phrase
        if phrase.head.kind == "standing":
            return replace(within, end=phrase.end)
        return replace(phrase, end=self.page.people[phrase.end])

    def _touching(self, phrase: Phrase) -> Mention | None:
        """Return the person whose name ends where the role begins, if it says nothing of a country («الأمين المساعد»)."""
        name = self.page.people_ends.get(phrase.start)
        return self.people[name] if name is not None and not self.office[phrase.start].nations else None

    def _apart(self, phrase: Phrase) -> bool:
        """Tell whether the name before the role ends a phrase of its own, so that the role names that person."""
        return phrase.head.state == "construct" and self.page.person_before(phrase.start) is not None

    def beside(self, phrase: Phrase) -> Mention | None:
        """Return the person whose name stands beside the role, other roles of the same person between or not, or of whom it is said."""
        said = self._predicated(phrase)
        if said is not None:
            return said
        found = self._nearest(phrase)
        if found is not None and phrase.head.form in _of_one_state():  # the list knows all who held it
            holders = [person for _, _, person in self._listed(self.office[phrase.start], phrase.start)]
            if holders and all(person.value != found.value for person in holders):
                return holders[0]
        return found

    def _nearest(self, phrase: Phrase) -> Mention | None:
        if phrase.inner >= 0 and AIDE in phrase.head.links and self.page.person_before(phrase.start) is not None:
            return self.before(phrase)
        next_to = self.page.person_after(phrase.end) is not None
        first, second = (self.after, self.before) if next_to else (self.before, self.after)
        return first(phrase) or second(phrase)

    def after(self, phrase: Phrase) -> Mention | None:
        """Return the person named after the role."""
        if phrase.head.state == "predicate":
            return None
        if self.page.norm(phrase.start - 1) in forms(
            "kin"
        ):  # «صهر الرئيس التركي رجب طيب أردوغان», if the lists know him as such
            start = self.page.person_after(phrase.end)
            mine = self.office[phrase.start]
            held = [known for known in self._listed(mine, phrase.end) if known[0] == start]
            return held[0][2] if held else None
        at = phrase.end
        for _ in range(5):
            start = self.page.person_after(at)
            if start is not None:
                return self.people[start]
            at = self.page.aside(at)
            while self.page.norm(at) in function_words("adverb"):
                at += 1
            following = self.starts.get(at) or (
                self.starts.get(at + 1) if self.page.norm(at) in {"و", *COMMAS} else None
            )
            if following is None:
                return None
            at = following.end
        return None

    def before(self, phrase: Phrase) -> Mention | None:
        """Return the person named before the role: right before it, but for one who is given an office the last in the sentence."""
        if phrase.head.state == "predicate":
            return self._last_named(phrase.start)
        at = phrase.start
        for _ in range(5):
            name = self.page.person_before(at)
            if name is not None:
                near = (
                    at < phrase.start
                    or self._apposed(phrase)
                    or (phrase.head.state == "construct" and not self._foreign(phrase, name))
                )
                return self.people[name] if near else None
            before = self.ends.get(at) or (self.ends.get(at - 1) if self.page.norm(at - 1) in {"و", *COMMAS} else None)
            if before is None or self.after(before) is not None:
                return None
            at = before.start
        return None

    def _last_named(self, at: int) -> Mention | None:
        for i in range(at - 1, max(at - 20, -1), -1):
            if self.page.norm(i) in STOPS:
                return None
            if i in self.people:
                return self.people[i]
        return None

    def _apposed(self, phrase: Phrase) -> bool:
        """Tell whether a comma parts the role from the name before it, or it says too much to begin a phrase of its own («المتحدث باسم …»)."""
        comma = self.page.norm(phrase.start - 1) in COMMAS
        span = range(phrase.start + 1, phrase.end)
        goes_on = any(
            self.page.norms[i] in function_words("preposition") for i in span
        )  # «المبعوث الأميركي الخاص لأفغانستان»
        said = phrase.head.state == "definite" and (goes_on or bool(self.office[phrase.start].content))
        return comma or said or len(phrase.head.form.split()) > 1 or phrase.head.kind in ("standing", "rank")

    def _foreign(self, phrase: Phrase, start: int) -> bool:
        """Tell whether the list of leaders says of that person that the office is another country's."""
        mine = self.office[phrase.start].nations
        theirs = {o.country for o in self.leaders.get(self.people[start].value, ()) if o.country}
        return bool(mine and theirs and not mine & theirs)

    def elsewhere(self, phrase: Phrase) -> Mention | None:
        """Return the person whom the text names as holder of that office at another place: the last before, else the first after."""
        if self.page.norm(phrase.start - 1) in forms("kin"):
            return None
        mine = self.office[phrase.start]
        fitting = [
            (at, theirs, person)
            for at, theirs, person in self._around(phrase.start)
            if at != phrase.start and mine.may_be(theirs)
        ]
        if mine.nations:
            fitting = [
                known
                for known in fitting
                if mine.nations & known[1].nations
                or mine.nations
                & (self.nations.get(known[2].value) or (mine.nations if known[1].name == mine.name else set()))
            ]
            sure = [
                known
                for known in fitting
                if mine.nations & (known[1].nations | self.nations.get(known[2].value, set()))
            ]
            fitting = sure or self._listed(mine, phrase.start) or fitting
        else:
            fitting = [known for known in fitting if not known[1].nations] or fitting
        fitting = [known for known in fitting if known[1].name == mine.name] or fitting
        fitting = [known for known in fitting if known[0] in self.near] or fitting
        before = [person for at, _, person in fitting if at < phrase.start]
        if before:
            return before[-1]
        return fitting[0][2] if fitting else None

    def _around(self, start: int) -> list[tuple[int, Office, Mention]]:
        return _around(self.offices, start)

    def _listed(self, mine: Office, start: int) -> list[tuple[int, Office, Mention]]:
        """Return the people of the text around a place who hold that office by the list of leaders."""
        kind = kinds().get(mine.name)
        if kind is None or not mine.nations:
            return []
        key = (kind, mine.nations)
        if key not in self._holding:
            self._holding[key] = [
                (at, mine, person)
                for at, person in self.people.items()
                if any(o.office == kind and o.country in mine.nations for o in self.leaders.get(person.value, ()))
            ]
        return [(at, mine, person) for at, _, person in _around(self._holding[key], start)]

    def leaders_by_office(self) -> dict[str, Known]:
        """Return, by the key of his mentions, the leader whom the text names by his surname alone and by an office that the list gives him.

        Where the role names no country («الرئيس ترامب»), the text names it elsewhere.
        """
        surnames = {m.entity: known for m in self.people.values() if (known := by_surname(m.value))}
        named = {nation for _, _, nation in self.page.countries}
        found: dict[str, Known] = {}
        for phrase in self.starts.values() if surnames else ():
            person, held = self.of(phrase), self.office[phrase.start]
            if person and person.entity in surnames.keys() - found.keys():
                kind, countries = kinds().get(held.name), held.nations or named
                if any(term.office == kind and term.country in countries for term in self.leaders[person.value]):
                    found[person.entity] = surnames[person.entity]
        return found


def _around(known: list[tuple[int, Office, Mention]], start: int) -> list[tuple[int, Office, Mention]]:
    at = bisect_left(known, start, key=lambda one: one[0])
    return known[max(0, at - AROUND) : at + AROUND]


def leaders_among(doc: Doc, people: Iterable[Mention]) -> dict[str, tuple[Term, ...]]:
    """Return, by value, the offices that the people of a text hold at its date (at any, if it has none) by the list of leaders."""
    date = doc._.date or doc._.given_date
    found: dict[str, tuple[Term, ...]] = {}
    for value in {m.value for m in people}:
        known = lookup(value) or by_surname(value)
        found[value] = tuple(term for term in known.terms if term.covers(date)) if known else ()
    return found


@dataclass(frozen=True, slots=True)
class Office:
    """What an office is: its `head` as listed, its `name` by the list of offices or of synonymous heads, its other words, and ISO codes named."""

    head: str
    name: str
    content: frozenset[str]
    nations: frozenset[str]
    bare: bool  # nothing but the head and who or when («الوزير السابق»)

    def may_be(self, other: Office) -> bool:
        """Tell whether a phrase that says this much may stand for an office that the text gave in full."""
        if self.nations and other.nations and not self.nations & other.nations:
            return False
        if self.name == other.name:
            return self.content <= other.content
        two = self.name in kinds() and other.name in kinds()  # «الرئيس» is no prime minister
        return self.head == other.head and self.bare and not two


def office(page: Page, phrase: Phrase) -> Office:
    """Return the office that a phrase names."""
    named = page.countries
    here = named[bisect_left(named, (phrase.start, 0, "")) : bisect_left(named, (phrase.end, 0, ""))]
    covered = {i for start, end, _ in here for i in range(start, end)}
    words = []
    for i in range(phrase.start + len(phrase.head.form.split()), phrase.end):
        norm = page.norms[i]
        fleeting = i in page.adjectives and not page.adjectives[i][1].links
        if (
            i not in covered
            and norm.isalpha()
            and len(norm) > 1
            and not fleeting
            and norm not in function_words("preposition")
        ):
            words.append(norm.removeprefix("ال"))
    nations = {value for _, _, value in here}
    noun = phrase.head.form.split()[0]
    head_noun = _synonyms().get(noun, noun)
    for head, complement, name, country in _offices():
        known = complement.split()
        if head == phrase.head.form and words[: len(known)] == known and (known or not words):
            # «وزير الخارجية والتعاون الدولي» is a foreign minister who is more besides
            said = frozenset(words[len(known) :])
            owners = frozenset(nations | ({country} if country else set()))
            return Office(phrase.head.form, name, said, owners, not words)
    return Office(phrase.head.form, head_noun, frozenset(words), frozenset(nations), not words)


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, str]:
    return {row["head"]: row["group"] for row in rows("role_synonyms")}


@lru_cache(maxsize=1)
def _of_one_state() -> frozenset[str]:
    return frozenset(row["head"] for row in rows("role_offices") if row["country"])


@lru_cache(maxsize=1)
def kinds() -> dict[str, str]:
    """The office of the list of leaders for each name of an office."""
    return {row["office"]: row["leaders"] for row in rows("role_offices") if row["leaders"]}


@lru_cache(maxsize=1)
def _offices() -> tuple[tuple[str, str, str, str], ...]:
    def bare(words: str) -> str:
        return " ".join(word.removeprefix("ال") for word in normalise(words).split())

    return tuple((row["head"], bare(row["complement"]), row["office"], row["country"]) for row in rows("role_offices"))
