"""Terms of topics in their inflections, and nouns of a country's affairs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.lists import rows
from pipeline.normalise import normalise

ARTICLE = "ال"
_SUFFIXES = ("ه", "ها", "هم", "هما", "نا")


def variants(term: str) -> Iterator[str]:
    """Yield the inflections in which a term is written: with the article, with a pronoun, in the accusative.

    >>> list(variants("تعاون ثنائي"))[:3]
    ['تعاون ثنائي', 'التعاون الثنائي', 'تعاونه الثنائي']
    """
    yield term
    first, *rest = term.split()
    if any(word.startswith(ARTICLE) and len(word) > 4 for word in (first, *rest)):
        return
    definite = [ARTICLE + word for word in rest]
    yield " ".join([ARTICLE + first, *definite])
    stem = first[:-1] + "ت" if first.endswith("ة") else first
    for suffix in _SUFFIXES:
        yield " ".join([stem + suffix, *definite])
    if not first.endswith(("ة", "ا", "اء", "ى", "ات")):
        yield " ".join([first + "ا", *(word if word.endswith(("ة", "ا")) else word + "ا" for word in rest)])


@lru_cache(maxsize=1)
def listed_terms() -> dict[str, str]:
    """Return the matching form of every variant of every listed term → topic id; a term's own form wins over a variant."""
    forms: dict[str, str] = {}
    for row in rows("topic_terms"):
        for variant in variants(row["term"]):
            forms.setdefault(normalise(variant), row["id"])
    for row in rows("topic_terms"):
        forms[normalise(row["term"])] = row["id"]
    return forms


@lru_cache(maxsize=1)
def affairs() -> dict[str, str]:
    """Return the matching forms of nouns that name a country's affairs → topic id."""
    return {normalise(row["head"]): row["id"] for row in rows("topic_affairs")}
