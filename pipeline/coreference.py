"""Which names of people within one text are one person's, by the names alone.

Forms of a name are compared part by part in their matching form: «عبد» and «أبو» are one part with what follows, «بن» and titles count for nothing,
and parts that differ by the spelling of a foreign sound are the same («لافروف», «لافروڤ»; «ترامب», «ترمب»).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, Levenshtein

from pipeline.gazetteer import rows
from pipeline.normalise import normalise

_NO_LETTER = re.compile(r"[^\w\s\-'’]|_")
_DASH_APART = re.compile(r"\s-\s|\s-|-\s")
_SPACES = re.compile(r"\s+")
# Second halves of names that are written joined or apart («نصر الله», «نورالدين»).
_SECOND = frozenset(("الله", "الدين"))
# Sounds that foreign names are written with in several ways, and long vowels, which are often left out.
_SOUNDS = str.maketrans(
    {
        "غ": "ج",
        "ك": "ج",
        "ق": "ج",
        "ظ": "ض",
        "ث": "ت",
        "ط": "ت",
        "ذ": "د",
        "ص": "س",
        "ز": "س",
        "ء": None,
        "ا": None,
        "و": None,
        "ي": None,
        "-": None,
    }
)


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name at a place in the text, as written."""

    start: int
    text: str


def plain(text: str) -> str:
    """Return a name as its value gives it: letters only, no marks, single spaces.

    >>> plain("(فلاديمير) #بوتين")
    'فلاديمير بوتين'
    """
    kept = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf") and c != "ـ")
    kept = _DASH_APART.sub(" ", _NO_LETTER.sub(" ", kept))
    return _SPACES.sub(" ", kept).strip()


@lru_cache(maxsize=8192)
def parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name in matching form; one that follows «بن» is the forefather's and begins with a hyphen.

    >>> parts("محمد بن عبد العزيز آل سعود")
    ('محمد', '-عبدالعزيز', 'السعود')
    """
    words = normalise(plain(name)).replace("'", "").replace("’", "").replace("-", " ").split()
    particles = _particles()
    found: list[str] = []
    joined = ""
    son = False
    for at, word in enumerate(words):
        kind = particles.get(word, "")
        if kind in ("servant", "kunya", "clan") and at + 1 < len(words):
            joined += "ابو" if kind == "kunya" and word.startswith("اب") else word
        elif kind == "son" and at + 1 < len(words):
            son = True
        elif word in _SECOND and found and not joined:
            found[-1] += word
        else:
            found.append("-" * son + joined + word)
            joined, son = "", False
    return tuple(found)


def matching_name(name: str) -> str:
    """Return the form of a name by which it is looked up: its parts, «بن» and «ال» of a clan not minded.

    >>> matching_name("عبداللطيف وهبي") == matching_name("عبد اللطيف وهبي")
    True
    """
    return " ".join(part.lstrip("-") for part in parts(name))


@lru_cache(maxsize=1)
def _particles() -> dict[str, str]:
    return {normalise(row["form"]): row["kind"] for row in rows("name_particles")}


@lru_cache(maxsize=65536)
def same_part(a: str, b: str) -> bool:
    """Tell whether two parts of names are spellings of one.

    >>> same_part("ترامب", "ترمب"), same_part("توكاييف", "توكايف"), same_part("حسن", "حسين")
    (True, True, False)
    """
    if a == b:
        return True
    a, b = (w[2:] if w.startswith("ال") and len(w) > 4 else w for w in (a, b))
    if a == b:
        return True
    shorter = min(len(a), len(b))
    if shorter < 4:
        return False
    if _skeleton(a) == _skeleton(b) and len(_skeleton(a)) >= 2:
        return OSA.distance(a, b) <= 2 if shorter > 4 else Levenshtein.distance(a, b) == 1
    return shorter >= 6 and OSA.distance(a, b) == 1


def skeletons(form: Sequence[str]) -> tuple[str, ...]:
    """Return what all spellings of a name have in common: the consonants of its parts, those that vary made one."""
    return tuple(_skeleton(part.lstrip("-").removeprefix("ال")) for part in form)


def _skeleton(part: str) -> str:
    return part.translate(_SOUNDS)


def covers(full: Sequence[str], short: Sequence[str]) -> bool:
    """Tell whether a shorter form may stand for the person of a fuller one: its parts are among the other's, in that order.

    A forefather's name alone does not («سلمان» is not «محمد بن سلمان», «بن سلمان» is).

    >>> covers(parts("محمد بن سلمان"), parts("سلمان")), covers(parts("محمد بن سلمان"), parts("بن سلمان"))
    (False, True)
    """
    if len(full) == 1 and full[0].startswith("ابو") and len(short) == 1:
        return same_part(full[0], short[0]) or same_part(full[0][3:], short[0])
    rest = iter(full)
    for at, part in enumerate(short):
        bare = part.lstrip("-")
        if not any(
            same_part(bare, other.lstrip("-")) and (at > 0 or part != bare or other[0] != "-") for other in rest
        ):
            return False
    return bool(short)


def one_person(a: Sequence[str], b: Sequence[str]) -> bool:
    """Tell whether two names of the same number of parts are spellings of one person's: a given name may be short («جوش», «جوشوا»)."""
    return (
        len(a) == len(b) > 1
        and a[1:] == b[1:]
        and min(len(a[0]), len(b[0])) >= 3
        and (a[0].startswith(b[0]) or b[0].startswith(a[0]))
    )


def resolve(mentions: Sequence[NameMention]) -> list[str]:
    """Return, of each mention in the order given, the fullest form of its person's name in the text.

    A short form belongs to the person whose fuller name has its parts; of several such persons, to the one named most often, then nearest.

    >>> resolve([NameMention(0, "خيرت عمروف"), NameMention(20, "عمروف")])
    ['خيرت عمروف', 'خيرت عمروف']
    """
    forms = [parts(m.text) for m in mentions]
    order = sorted(range(len(mentions)), key=lambda i: (-len(forms[i]), -sum(map(len, forms[i])), mentions[i].start))
    groups: list[list[int]] = []
    of: dict[int, int] = {}
    by_form: dict[tuple[str, ...], list[int]] = {}
    for i in order:
        by_form.setdefault(forms[i], []).append(i)
    for form, members in by_form.items():
        fitting = [
            g
            for g, group in enumerate(groups)
            if any(covers(forms[j], form) or one_person(forms[j], form) for j in group)
        ]
        if not fitting:
            groups.append(list(members))
            of.update((i, len(groups) - 1) for i in members)
            continue
        for i in members:
            g = fitting[0] if len(fitting) == 1 else _nearest(mentions[i].start, fitting, groups, mentions)
            of[i] = g
        for i in members:
            groups[of[i]].append(i)
    names = [_fullest([mentions[i] for i in sorted(group, key=lambda i: mentions[i].start)]) for group in groups]
    return [names[of[i]] for i in range(len(mentions))]


def _nearest(at: int, fitting: list[int], groups: list[list[int]], mentions: Sequence[NameMention]) -> int:
    def distance(g: int) -> tuple[int, int]:
        before = [at - mentions[j].start for j in groups[g] if mentions[j].start < at]
        after = [mentions[j].start - at for j in groups[g] if mentions[j].start > at]
        return (-len(groups[g]), min(before or after or [0]))

    return min(fitting, key=distance)


def _fullest(group: Sequence[NameMention]) -> str:
    def fullness(m: NameMention) -> tuple[int, int]:
        found = parts(m.text)
        return len(found), sum(part.startswith(("-", "ابو")) for part in found)

    longest = max(map(fullness, group))
    written = Counter(plain(m.text) for m in group if fullness(m) == longest)
    first = {parts(form)[0] for form in written if parts(form)}
    short = {a for a in first for b in first if a != b and one_person((a, ""), (b, "")) and len(a) < len(b)}
    written = Counter({form: n for form, n in written.items() if not short.intersection(parts(form)[:1])})
    return max(written, key=lambda form: written[form])
