"""The listed organisations, the nouns that names of others start with, and the words that names are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from pipeline.gazetteer import Gazetteer
from pipeline.lists import rows
from pipeline.normalise import normalise

BEFORE = (
    "medium",
    "agency",
    "named",
    "company",
    "body",
    "quoted",
)  # frames of nouns that stand before a name in quotes
_WEAPON = re.compile(r"\w{1,4} ?- ?\d{2,3}")


class Head(NamedTuple):
    """A noun that begins the name of an organisation, or stands before it."""

    frame: str
    kind: str


NONE = Head("", "")  # of a word that begins none


class Organisation(NamedTuple):
    """A listed organisation; `guard` "head" asks for a noun such as «صحيفة» or quotes, "once" for one in the text or a word such as «عناصر», `inside` "closed" lets no place stand in its name."""

    guard: str
    name: str
    kind: str
    country: str
    name_en: str
    wikidata: str
    inside: str

    @property
    def key(self) -> str:
        """The key of the organisation among the document's entities."""
        return f"wd:{self.wikidata}" if self.wikidata else f"org:{normalise(self.name)}"

    def facts(self) -> dict[str, Any]:
        """What the list knows of the organisation."""
        facts: dict[str, Any] = {"name": self.name, "name_en": self.name_en, "type": self.kind, "country": self.country}
        facts["links"] = {"wikidata": self.wikidata} if self.wikidata else {}
        return {name: value for name, value in facts.items() if value}


def is_weapon(text: str) -> bool:
    """Whether a name is one of a weapon or an aircraft.

    >>> is_weapon("إس-300"), is_weapon("فرانس 24")
    (True, False)
    """
    return _WEAPON.fullmatch(text) is not None


@lru_cache(maxsize=1)
def heads() -> dict[str, Head]:
    """Return the head nouns by their matching forms."""
    return {normalise(r["word"]): Head(r["frame"], r["type"]) for r in rows("organisation_heads")}


@lru_cache(maxsize=1)
def word_roles() -> frozenset[tuple[str, str]]:
    """Return the words that have a role in names, with their roles."""
    return frozenset((normalise(r["word"]), r["role"]) for r in rows("organisation_words"))


@lru_cache(maxsize=1)
def name_shares() -> dict[str, int]:
    """Return in how many per cent of its occurrences a word is a person's name."""
    return {r["form"]: int(r["share"]) for r in rows("name_words")}


@lru_cache(maxsize=1)
def phrases_of_none() -> Gazetteer[None]:
    """Return phrases that begin as organisations do and name none."""
    return Gazetteer((r["name"], None) for r in rows("organisation_not"))


@lru_cache(maxsize=1)
def organs() -> Gazetteer[None]:
    """Return what is an organ of the organisation after it («القيادة العامة»)."""
    return Gazetteer((r["name"], None) for r in rows("organisation_organs"))


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer[Organisation]:
    """Return the listed organisations by their names, short names and acronyms."""
    return Gazetteer((r["name"], _organisation(r)) for r in rows("organisations"))


@lru_cache(maxsize=1)
def whole_names() -> dict[str, Organisation]:
    """The listed organisations by the matching forms of their names, which may hold a head noun: «تنظيم الدولة الإسلامية»."""
    return {normalise(r["name"]): _organisation(r) for r in rows("organisations")}


@lru_cache(maxsize=1)
def once() -> frozenset[str]:
    """Return the matching forms of names that a text must tell once."""
    return frozenset(normalise(r["name"]) for r in rows("organisations") if r["guard"] == "once")


@lru_cache(maxsize=1)
def senses() -> frozenset[tuple[str, str, str]]:
    """Return names with the word before or after them that says they are none."""
    return frozenset(
        (normalise(r["name"]), normalise(r["before"]), normalise(r["after"])) for r in rows("organisation_senses")
    )


def _organisation(row: Mapping[str, str]) -> Organisation:
    """Return the organisation of a row of the list."""
    columns = ("guard", "name_ar", "type", "country", "name_en", "wikidata", "inside")
    return Organisation(*(row[c] for c in columns))
