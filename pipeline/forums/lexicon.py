"""The lists of forums, the nouns that their names start with, and the words that names are made of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.gazetteer import Gazetteer
from pipeline.lists import rows
from pipeline.normalise import normalise

QUOTES = "«»\"“”„‘’'"


class Known(NamedTuple):
    """A row of forums.tsv."""

    name: str
    name_en: str
    kind: str
    host: str
    level: str
    frequency: str
    wikidata: str


class Head(NamedTuple):
    """What a head noun makes, and which complements make a name of it."""

    kind: str
    complements: frozenset[str]


@lru_cache(maxsize=1)
def known_forums() -> Gazetteer[Known]:
    """Return the listed forums by their names and codes."""

    def entries() -> Iterator[tuple[str, Known]]:
        for row in rows("forums"):
            known = Known(*(row[column] for column in Known._fields))
            for form in (row["name"], *row["other_names"].split(";"), *row["codes"].split(";")):
                yield form, known

    return Gazetteer(entries())


@lru_cache(maxsize=1)
def heads() -> dict[str, Head]:
    """Return the head nouns by their matching forms."""
    return {
        normalise(row["head"]): Head(row["kind"], frozenset(row["complements"].split())) for row in rows("forum_heads")
    }


@cache
def word_list(kind: str) -> frozenset[str]:
    """Return the matching forms of the words of a kind in `forum_words.tsv`."""
    return frozenset(normalise(row["word"]) for row in rows("forum_words") if row["kind"] == kind)


@lru_cache(maxsize=1)
def adjectives() -> dict[str, tuple[str, ...]]:
    """Return the adjectives that make a name, with the kinds of heads after which they do."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows("forum_words"):
        if row["kind"] == "adjective":
            word = normalise(row["word"])
            found[word] = (*found.get(word, ()), row["heads"])
    return found


@lru_cache(maxsize=1)
def ordinals() -> dict[str, int]:
    """Return the values of ordinals in words."""
    return {normalise(row["word"]): int(row["value"]) for row in rows("forum_ordinals")}


def is_definite(word: str) -> bool:
    """Whether a word has the article."""
    return word.startswith("ال") and len(word) > 3


def is_adjective(word: str) -> bool:
    """Whether a word can be a definite adjective that belongs to a name: a listed one, or any in -ي, -ية that is not ruled out."""
    if word in word_list("stop"):
        return False
    return word in word_list("plain") or word in adjectives() or (is_definite(word) and word.endswith(("ي", "يه")))
