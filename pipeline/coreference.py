"""Which names of people within one text are one person's, by the names alone.

Forms of a name are compared part by part in their matching form: «عبد» and «أبو» are one part with what follows, «بن» and titles count for nothing,
and parts that differ by the spelling of a foreign sound are the same («لافروف», «لافروڤ»; «ترامب», «ترمب»).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, Levenshtein

from pipeline.lists import forms, rows
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


@lru_cache(maxsize=1)
def _first() -> frozenset[str]:
    """Surnames that stand before the given name («كيم جونغ أون»)."""
    return forms("surnames_first")


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
    if shorter < 4 or (a in _given_names() and b in _given_names()):
        return False
    if _skeleton(a) == _skeleton(b) and len(_skeleton(a)) >= 2:
        return OSA.distance(a, b) <= 2 if shorter > 4 else Levenshtein.distance(a, b) == 1
    return shorter >= 6 and OSA.distance(a, b) == 1


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    """Given names that many bear: two that differ by a letter are two («محمد», «محمود»; «سلمان», «سليمان»)."""
    return frozenset(r["form"] for r in rows("name_words") if r["kind"] in ("given", "any") and int(r["share"]) >= 60)


def skeletons(form: Sequence[str]) -> tuple[str, ...]:
    """Return what all spellings of a name have in common: the consonants of its parts, those that vary made one."""
    return tuple(_skeleton(part.lstrip("-").removeprefix("ال")) for part in form)


def _openings(form: Sequence[str]) -> frozenset[str]:
    """Return the first consonants of the parts of a name, by which others that may be the same person's are found."""
    bare = (*form, *(part.removeprefix("ابو") for part in form))
    return frozenset(key[:2] for key in skeletons(bare) if key)


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

    A short form belongs to the person whose fuller name has its parts; of several such persons, to the one named most often, then first.

    >>> resolve([NameMention(0, "خيرت عمروف"), NameMention(20, "عمروف")])
    ['خيرت عمروف', 'خيرت عمروف']
    """
    forms = [parts(m.text) for m in mentions]
    members: dict[tuple[str, ...], list[int]] = {}
    for i in sorted(range(len(mentions)), key=lambda i: (-len(forms[i]), -sum(map(len, forms[i])), mentions[i].start)):
        members.setdefault(forms[i], []).append(i)
    people: list[_Person] = []
    by_part: dict[str, list[int]] = {}  # people by how the parts of their fullest names open
    of: dict[int, _Person] = {}
    for form, group in members.items():
        near = dict.fromkeys(p for key in _openings(form) for p in by_part.get(key, ()))
        fitting = [
            people[p] for p in near if any(covers(full, form) or one_person(full, form) for full in people[p].forms)
        ]
        if not fitting:
            fitting = [_Person([], [])]
            for key in _openings(form):
                by_part.setdefault(key, []).append(len(people))
            people.extend(fitting)
        for i in group:
            of[i] = _likeliest(form, fitting)
        for i in group:
            insort(of[i].starts, mentions[i].start)
            if form not in of[i].forms and len(of[i].forms) < 20:
                of[i].forms.append(form)
    named: dict[int, list[NameMention]] = {}
    for i, mention in enumerate(mentions):
        named.setdefault(id(of[i]), []).append(mention)
    fullest = {key: _fullest(sorted(group, key=lambda m: m.start)) for key, group in named.items()}
    return [fullest[id(of[i])] for i in range(len(mentions))]


@dataclass(slots=True)
class _Person:
    """Forms of a person's name so far, and where they stand."""

    forms: list[tuple[str, ...]]
    starts: list[int]


def _likeliest(form: Sequence[str], fitting: list[_Person]) -> _Person:
    """Return who is named most often, then first; that it is the last part of one's name counts like two mentions («حسين»: «فؤاد حسين», not
    «حسين أمير»)."""

    def rank(person: _Person) -> tuple[int, int]:
        surname = len(form) == 1 and any(
            len(full) > 1 and form[0] in (full[-1], full[-1].lstrip("-"), full[0] if full[0] in _first() else "")
            for full in person.forms
        )
        return -(len(person.starts) + 2 * surname), person.starts[0] if person.starts else 0

    return fitting[0] if len(fitting) == 1 else min(fitting, key=rank)


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
