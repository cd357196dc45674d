"""People that the lists know: leaders with their dated offices, and others with their names and Wikidata items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline import coreference
from pipeline.lists import rows


@dataclass(frozen=True, slots=True)
class Term:
    """An office held from one day to another (ISO dates, "" for still), for a country (ISO code) or an organisation."""

    office: str
    country: str
    organisation: str
    start: str
    end: str

    def covers(self, date: str) -> bool:
        """Tell whether the office was held on a date, or in a month or year; always for no date."""
        return not date or (self.start[: len(date)] <= date and (not self.end or date <= self.end))


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the lists."""

    name: str
    name_en: str
    wikidata: str
    terms: tuple[Term, ...]

    @property
    def key(self) -> str:
        """The key of the entity: "wd:" with the Wikidata item, else "person:" with the name."""
        return f"wd:{self.wikidata}" if self.wikidata else "person:" + coreference.matching_name(self.name)

    def facts(self) -> dict[str, Any]:
        """What the lists say: `name_en`, `links`, and the `country` of all offices, where that is one.

        >>> lookup("جون كيري").facts()
        {'name_en': 'John Kerry', 'links': {'wikidata': 'Q22316'}, 'country': 'US'}
        """
        facts: dict[str, Any] = {"name_en": self.name_en}
        if self.wikidata:
            facts["links"] = {"wikidata": self.wikidata}
        countries = {term.country for term in self.terms}
        if len(countries) == 1 and "" not in countries:
            facts["country"] = countries.pop()
        return facts


def lookup(name: str) -> Known | None:
    """Return the person of that full name, in any spelling; None for a surname alone, for a name that no list has or that two people share.

    >>> lookup("سيرغي لافروف").name_en, lookup("لافروف")
    ('Sergey Lavrov', None)
    """
    form = coreference.parts(name)
    if len(name.split()) < 2:
        return None
    fitting = {
        id(known): known
        for other, known in _by_skeleton().get(coreference.skeletons(form), ())
        if all(coreference.same_part(part.lstrip("-"), its.lstrip("-")) for part, its in zip(form, other, strict=True))
    }
    if not fitting:
        fitting = {id(known): known for known in _by_letters().get("".join(form).replace("-", ""), ())}
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def by_surname(name: str) -> Known | None:
    """Return the only leader with that surname: a guess that is good for telling who of the people of a text holds an office.

    >>> by_surname("ترمب").name_en
    'Donald Trump'
    """
    form = coreference.parts(name)
    if len(form) != 1:
        return None
    fitting = {
        id(known): known
        for other, known in _by_surname().get(coreference.skeletons(form), ())
        if known.terms and coreference.same_part(form[0], other)
    }
    return next(iter(fitting.values())) if len(fitting) == 1 else None


@lru_cache(maxsize=1)
def everyone() -> tuple[tuple[str, Known], ...]:
    """Return each name that the lists have, other spellings too, with its person."""
    terms: dict[str, list[dict[str, str]]] = {}
    for row in rows("leaders"):
        terms.setdefault(row["name"], []).append(row)
    found: list[tuple[str, Known]] = []
    for name, listed in terms.items():
        offices = tuple(
            Term(row["office"], row["country"], row["organisation"], row["from"], row["to"]) for row in listed
        )
        known = Known(name, listed[0]["name_en"], listed[0]["wikidata"], offices)
        names = dict.fromkeys([name, *(alias for row in listed for alias in row["aliases"].split("; ") if alias)])
        found.extend((form, known) for form in names)
    found.extend(
        (row["name"], Known(row["name"], row["name_en"], row["wikidata"], ()))
        for row in rows("famous_people")
        if row["name"] not in terms
    )
    return tuple(found)


@lru_cache(maxsize=1)
def _by_skeleton() -> dict[tuple[str, ...], list[tuple[tuple[str, ...], Known]]]:
    index: dict[tuple[str, ...], list[tuple[tuple[str, ...], Known]]] = {}
    for name, known in everyone():
        form = coreference.parts(name)
        index.setdefault(coreference.skeletons(form), []).append((form, known))
    return index


@lru_cache(maxsize=1)
def _by_letters() -> dict[str, list[Known]]:
    """Each person by the letters of the name alone: particles of foreign names are written joined or apart («لو دريان», «لودريان»)."""
    index: dict[str, list[Known]] = {}
    for name, known in everyone():
        index.setdefault("".join(coreference.parts(name)).replace("-", ""), []).append(known)
    return index


@lru_cache(maxsize=1)
def _by_surname() -> dict[tuple[str, ...], list[tuple[str, Known]]]:
    index: dict[tuple[str, ...], list[tuple[str, Known]]] = {}
    for name, known in everyone():
        surname = coreference.parts(name)[-1].lstrip("-")
        index.setdefault(coreference.skeletons((surname,)), []).append((surname, known))
    return index
