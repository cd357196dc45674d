"""Names of people and places in Latin letters: spellings that are in use first, letter by letter for the rest."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.lists import rows
from pipeline.normalise import normalise

_VOWELS = frozenset("aeiou")
# Consonants that open a word of another language together: «برونو», «كريستيان».
_OPENING = re.compile(r"(?:b|d|f|g|gh|j|k|t)[rl]|st")
# How «ا» is read before a long vowel, and «إ», which the matching form folds.
_FIRST = (("إي", "i"), ("اي", "i"), ("أو", "o"), ("او", "o"), ("إ", "i"), ("آ", "a"))
_SERVANT, _SERVANT_APART = "عبدال", "عبد ال"


def romanise(name: str) -> str:
    """Return a name in Latin letters, "" for none.

    Known words of names have the spelling that is attested most often (from the package arabic-name-romanizer), particles and ordinals that of
    their list; the letters of others are written after a simplified ALA-LC table, with an «a» where consonants that nobody could say would meet.
    Words that have no Arabic letter stay as they are.

    >>> romanise("عبد الرحمن القحطاني"), romanise("فيصل بن عبدالعزيز"), romanise("المرناقية")
    ('Abdulrahman Al-Qahtani', 'Faisal bin Abdelaziz', 'Al-Marnaqia')
    """
    words = [word for word in name.replace("-", " ").split() if normalise(word).strip()]
    forms = list(map(normalise, words))
    known = _known()
    latin: list[str] = []
    at = 0
    while at < len(words):
        pair, ends = " ".join(forms[at : at + 2]), at + 1 == len(words)
        if not ends and pair in known:
            latin.append(known[pair])
            at += 2
        elif pair.startswith(_SERVANT_APART):
            latin.append(_spell(words[at] + words[at + 1], forms[at] + forms[at + 1]))
            at += 2
        else:
            particle = "" if ends else _particles().get(forms[at], "")  # «فان دام», and not «دونالد لو»
            latin.append(particle or known.get(forms[at]) or _spell(words[at], forms[at]))
            at += 1
    return " ".join(latin)


def _spell(word: str, form: str) -> str:
    if not any(letter in _letters() for letter in form):
        return word
    if form.startswith(_SERVANT) and len(form) > len(_SERVANT) + 1:
        rest = form[len(_SERVANT) :]
        return _known().get(f"عبد ال{rest}") or f"Abdul{_sayable(_sounds(rest))}"
    if word.startswith("ال") and len(form) > 3:
        return f"Al-{_sayable(_sounds(form[2:], feminine='ة' in word[-2:])).capitalize()}"
    start, spelt = next(((written, latin) for written, latin in _FIRST if word.startswith(written)), ("", ""))
    sounds = _sounds(form[len(start) :], inside=bool(start), feminine="ة" in word[-2:])
    return _sayable([spelt, *sounds]).capitalize()


def _sounds(form: str, *, inside: bool = False, feminine: bool = False) -> list[str]:
    """The letters one by one; within a word «و» and «ي» (doubled in the list) are mostly long vowels."""
    letters = _letters()
    sounds = [letters.get(c * 2 if n or inside else c, letters.get(c, "")) for n, c in enumerate(form)]
    return [*sounds[:-1], "a"] if feminine and sounds else sounds


def _sayable(sounds: list[str]) -> str:
    """Put an «a» after the first of two consonants that open a word, unless they may, and after the second of three in a row."""
    made: list[str] = []
    run = 0
    spelt = [sound for sound in sounds if sound]
    for n, sound in enumerate(spelt):
        consonant = not _VOWELS & set(sound)
        follows = n + 1 < len(spelt) and not _VOWELS & set(spelt[n + 1])
        opens = n == 0 and consonant and follows
        run = run + 1 if consonant else 0
        made.append(sound)
        if (opens and not (_OPENING.fullmatch(sound + spelt[1]) and _vowel_at(spelt, 2))) or (run == 2 and follows):
            made.append("a")
            run = 0
    return "".join(made)


def _vowel_at(sounds: list[str], n: int) -> bool:
    return n < len(sounds) and bool(_VOWELS & set(sounds[n]))


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    ordinals = {form: latin for form, latin in _particles().items() if latin.isupper()}
    return {row["form"]: row["romanised"] for row in rows("name_words") if row["romanised"]} | ordinals


@lru_cache(maxsize=1)
def _particles() -> dict[str, str]:
    return {normalise(row["form"]): row["romanised"] for row in rows("name_particles") if row["romanised"]}


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    return {row["letter"]: row["latin"] for row in rows("romanisation")}
