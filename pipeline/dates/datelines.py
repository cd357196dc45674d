"""The shape of a dateline: which stretches of a line may stand around the date of a text.

Agencies open with a place, a date and their name in some order («الرياض 7 مارس 2024 واس», «بيروت في 7 مارس 2024 (وطنية)», «عدن – سبأنت –
الخميس 7 مارس 2024»), sites with a word that says it («تاريخ النشر: 7 مارس 2024»). A sentence that happens to begin with a date
(«ولد في 7 مارس 1950 في باريس») has a preposition or a noun of an event before it, and goes on.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from pipeline.dates.lexicon import Atom, scan, senses
from pipeline.lists import rows
from pipeline.normalise import normalise

_SEGMENT = 3  # words between two marks
_WORDS = 7  # words before the date
_BRACKETS = re.compile(r"\([^()]{1,40}\)")
_OF_EVENTS = frozenset({"time_preposition", "year_head", "name_head", "war_head", "opening"})
_BESIDE_PUBLISHED = frozenset({"published", "time_preposition", "day_part", "ordinal", "tense"})


def is_dateline(before: str, after: str) -> bool:
    """Return whether a date between these stretches of its line is that of the text.

    >>> is_dateline("بيروت في ", " (وطنية)"), is_dateline("ولد في ", " في باريس")
    (True, False)
    """
    atoms = scan(_BRACKETS.sub("،", before))
    words = [atom for atom in atoms if atom.kind != "mark"]
    if any("published" in _kinds(word) for word in words):
        return all(_kinds(word) & _BESIDE_PUBLISHED or word.norm in _places() for word in words)
    on = bool(words) and words[-1].norm == "في" and atoms[-1] is words[-1]
    if on:
        atoms, words = atoms[:-1], words[:-1]
    if not words:
        return not on
    segments = [[a.norm for a in run] for is_mark, run in groupby(atoms, lambda a: a.kind == "mark") if not is_mark]
    if len(words) > _WORDS or any(len(s) > _SEGMENT for s in segments) or any(_kinds(w) & _OF_EVENTS for w in words):
        return False
    place = any(" ".join(segment) in _places() for segment in segments)
    if on:
        return place and _ends(after, bare=True)
    return place or atoms[-1].kind == "mark" or _ends(after, bare=len(words) == 1)


def _ends(after: str, bare: bool) -> bool:
    """Whether a dateline ends here: with an agency in brackets or, where it is `bare`, in a few words, with a mark or with its line."""
    atoms = scan(after)
    if bare:
        return len(atoms) <= _SEGMENT or atoms[0].norm in ("(", "[", "/", "-", ":", ".")
    return bool(atoms) and atoms[0].norm in ("(", "[", "/")


def _kinds(word: Atom) -> set[str]:
    return {sense.kind for rest, sense in senses(word.norm) if not rest}


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return frozenset(normalise(row["name"]) for name in ("cities", "places", "country_names") for row in rows(name))
