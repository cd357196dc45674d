"""The words that dates are made of, and where they stand in a text.

Only words of the lists in `resources/date_*.tsv` matter to the grammar, so a text is cut here once by a regular expression, each distinct
word is looked up once, and a proclitic is cut off where what follows is in the lists («وأبريل», «للعام», «بايلول»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipeline.lists import rows
from pipeline.normalise import normalise

_PIECE = re.compile(
    r"(?P<word>[^\W\d_]+(?:[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]+[^\W\d_]*)*)"
    r"|(?P<number>\d+)|(?P<break>(?<!\s)\s*\n\s*)|(?P<mark>[^\w\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff])"
)
_REMEMBERED = 32  # letters of the longest piece whose atoms are kept; longer ones are rare
_CLITICS = ("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")
# Kinds that take the article: their form with it is kept apart, as kind "the_" + kind.
_ARTICLED = ("cardinal", "ordinal", "unit")


class Sense(NamedTuple):
    """What a listed word or phrase means: its kind, its value, how many atoms it takes, and what else the list says."""

    kind: str
    value: int | str
    length: int
    note: str = ""


class Atom(NamedTuple):
    """A word, number, mark or line break of the raw text with its matching form; `kind`: word, number, mark, break."""

    start: int
    end: int
    norm: str
    kind: str


def senses(norm: str) -> tuple[tuple[tuple[str, ...], Sense], ...]:
    """Return what the lists have that begins with this word: the words that must follow, and the sense; longest first."""
    return _lexicon().get(norm, ())


def scan(text: str) -> list[Atom]:
    """Cut a text into atoms.

    >>> [a.norm for a in scan("في 6 تشرين الثاني/نوفمبر وأمس")]
    ['في', '6', 'تشرين', 'الثاني', '/', 'نوفمبر', 'و', 'امس']
    """
    atoms: list[Atom] = []
    for match in _PIECE.finditer(text):
        start, piece = match.start(), match.group()
        for begin, finish, norm, kind in _known(piece) if len(piece) <= _REMEMBERED else _read(piece):
            atoms.append(Atom(start + begin, start + finish, norm, kind))
    return atoms


def _read(piece: str) -> tuple[tuple[int, int, str, str], ...]:
    """Return the atoms of a word, number, mark or line break; offsets from its own start."""
    if piece.isdecimal():
        return ((0, len(piece), normalise(piece), "number"),)
    if piece[0].isalnum():
        return tuple((a, b, norm or "-", "word" if norm else "mark") for a, b, norm in _pieces(piece))
    if piece.isspace():
        return ((0, len(piece), "\n", "break"),)
    return ((0, len(piece), normalise(piece), "mark"),)


_known = lru_cache(maxsize=1 << 16)(_read)


def _pieces(word: str) -> tuple[tuple[int, int, str], ...]:
    """Cut the proclitics off a word where the rest is in the lists; offsets in the raw word, matching forms."""
    norm = normalise(word)
    known = _words()
    if norm in known or len(norm) < 3 or len(norm) > 20:
        return ((0, len(word), norm),)
    for clitic in _CLITICS:
        if not norm.startswith(clitic):
            continue
        rest = norm[len(clitic) :]
        if len(rest) > 2 and rest in known:
            return tuple(_cut(word, clitic, rest))
        if clitic[-1] == "ل" and rest.startswith("ل") and "ا" + rest in known:
            return tuple(_cut(word, clitic, "ا" + rest))
    return ((0, len(word), norm),)


def _cut(word: str, clitic: str, rest: str) -> Iterator[tuple[int, int, str]]:
    at = 0
    for letter in clitic:
        end = at + 1
        while end < len(word) and not normalise(word[end]):
            end += 1
        yield at, end, letter
        at = end
    yield at, len(word), rest


@lru_cache(maxsize=8)
def words_of(kinds: frozenset[str]) -> frozenset[str]:
    """Return the words that a sense of one of these kinds begins with."""
    return frozenset(word for word, entries in _lexicon().items() if any(sense.kind in kinds for _, sense in entries))


@lru_cache(maxsize=1)
def named_days() -> dict[tuple[str, int, int], int]:
    """Return the year of days that history knows by an event, month and day: («هجمات», 9, 11) → 2001."""
    found = {}
    for row in rows("date_named_days"):
        month, day = row["month_day"].split("-")
        found[normalise(row["head"]), int(month), int(day)] = int(row["year"])
    return found


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    known = set(_lexicon())
    for entries in _lexicon().values():
        for following, _ in entries:
            known.update(following)
    return frozenset(known)


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, tuple[tuple[tuple[str, ...], Sense], ...]]:
    found: dict[str, dict[tuple[tuple[str, ...], str], Sense]] = {}
    for form, kind, value, note in _entries():
        first, *following = (
            piece for word in form.split() for piece in re.findall(r"[^\W_]+|[^\w\s]", normalise(word))
        )
        entry = Sense(kind, value, 1 + len(following), note)
        found.setdefault(first, {})[tuple(following), kind] = entry
        if kind in _ARTICLED and not (note == "dual" and form.endswith("ي")):  # «اليومي» is daily, not two days
            found.setdefault("ال" + first, {})[tuple(following), "the_" + kind] = entry._replace(kind="the_" + kind)
    return {
        first: tuple(sorted(((rest, sense) for (rest, _), sense in entries.items()), key=lambda pair: -len(pair[0])))
        for first, entries in found.items()
    }


def _entries() -> Iterator[tuple[str, str, int | str, str]]:
    """Yield form, kind, value and note of every row of the lists."""
    for row in rows("date_months"):
        yield (
            row["form"],
            "hijri_month" if row["calendar"] == "hijri" else "month",
            int(row["month"]),
            row["needs_support"],
        )
    for row in rows("date_weekdays"):
        yield row["form"], "weekday", int(row["iso_weekday"]), ""
    for row in rows("date_numbers"):
        yield row["form"], row["kind"], int(row["value"]), ""
    for row in rows("date_units"):
        yield row["form"], "unit", row["unit"], row["number"]
    for row in rows("date_deictics"):
        yield row["form"], "deictic", int(row["days"]), ""
    for row in rows("date_directions"):
        yield row["form"], "direction", int(row["steps"]), row["counts_from"]
    for row in rows("date_parts"):
        yield row["form"], "part", row["part"], ""
    for row in rows("date_seasons"):
        yield row["form"], "season", row["season"], ""
    for row in rows("date_decades"):
        yield row["form"], "decade", int(row["decade"]), ""
    for row in rows("date_festivals"):
        yield row["form"], "festival", row["when"], row["rule"]
    for row in rows("date_openings"):
        yield row["form"], "opening", row["opens"], ""
    for row in rows("date_words"):
        yield row["form"], row["kind"], row["value"], ""
    for row in rows("date_context"):
        yield row["form"], row["kind"], 0, ""
    for row in rows("date_tense"):
        yield row["form"], "tense", row["tense"], ""
