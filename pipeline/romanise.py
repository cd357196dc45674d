"""Names of people and places in Latin letters: spellings that are in use first, letter by letter for the rest."""

from __future__ import annotations

from functools import lru_cache

from camel_tools.utils.charmap import CharMapper

from pipeline.gazetteer import rows
from pipeline.normalise import normalise


def romanise(name: str) -> str:
    """Return a name in Latin letters, "" for none.

    Known words of names have the spelling that is attested most often (from the package arabic-name-romanizer); the letters of others are
    written after a simplified ALA-LC table without the short vowels.

    >>> romanise("عبد الرحمن القحطاني"), romanise("لودكفيست"), romanise("المرناقية")
    ('Abdulrahman Al-Qahtani', 'Lodkfist', 'Al-Mrnaqia')
    """
    words = [normalise(word) for word in _words(name)]
    feminine = ["ة" in word[-2:] for word in _words(name)]
    known = _known()
    latin: list[str] = []
    at = 0
    while at < len(words):
        pair = " ".join(words[at : at + 2])
        if at + 1 < len(words) and pair in known:
            latin.append(known[pair])
            at += 2
        else:
            latin.append(known.get(words[at]) or _spell(words[at], feminine[at]))
            at += 1
    return " ".join(latin)


def _words(name: str) -> list[str]:
    """The words of a name, those of marks alone left out."""
    return [word for word in name.replace("-", " ").split() if normalise(word).strip()]


def _spell(word: str, feminine: bool) -> str:
    first, inner = _mappers()
    article = word.startswith("ال") and len(word) > 3
    stem = word[2:] if article else word
    spelt = first.map_string(stem[:1]) + (
        inner.map_string(stem[1:-1]) + "a" if feminine else inner.map_string(stem[1:])
    )
    return f"Al-{spelt.capitalize()}" if article else spelt.capitalize()


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    return {row["form"]: row["romanised"] for row in rows("name_words") if row["romanised"]}


@lru_cache(maxsize=1)
def _mappers() -> tuple[CharMapper, CharMapper]:
    """Return the maps of a word's first letter and of the others; within a word «و» and «ي» (doubled in the list) are mostly long vowels."""
    latin = {row["letter"]: row["latin"] for row in rows("romanisation")}
    first = {letter: spelt for letter, spelt in latin.items() if len(letter) == 1}
    inner = {letter: latin.get(letter * 2, spelt) for letter, spelt in first.items()}
    return CharMapper(first, ""), CharMapper(inner, "")
