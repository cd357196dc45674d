"""The matching form: one spelling for everything that Arabic writes in several ways.

The raw text is never changed; the matching form lives beside it. The same function serves the text and every list,
so that both sides always agree. What it folds:

- diacritics, tatweel, zero-width and bidirectional marks, in any order and number: dropped
- all alefs (أ إ آ ٱ) → ا; ى and the yehs of Persian, Urdu and Pashto → ي; ة and the hehs of Urdu → ه; letters that Arabs borrow
  or write for foreign sounds → the plain letter that others write («پوتين», «ڤيينا», «ڨابس», ک گ → ك)
- hamza on a seat (ؤ ئ) → ء, so that «مسؤول» and «مسئول» agree, and a last ىء or يء → ء, so that «الطوارئ» and «الطوارىء» do;
  a bare و or ي is left alone, which keeps «رؤى» and «روى» apart
- presentation forms and ligatures → their letters; compatibility forms by Unicode's NFKD; upper case → lower case
- digits of any script → ASCII; dashes → the hyphen; Arabic per cent, decimal and thousands signs → ASCII
"""

from __future__ import annotations

import re
import unicodedata

_LETTERS = {
    **dict.fromkeys("أإآٱٲٳٵ", "ا"), **dict.fromkeys("ىیېۍێےؠ", "ي"), **dict.fromkeys("ؤئۓٶٸ", "ء"),
    **dict.fromkeys("ةۃہھەۂۀ", "ه"), **dict.fromkeys("کڪگڭ", "ك"), "پ": "ب", "چ": "ج", "ڤ": "ف", "ڨ": "ق", "ں": "ن",
    "ٹ": "ت", "ڈ": "د", "ڑ": "ر", "٪": "%", "٫": ".", "٬": ",", "−": "-",
}  # fmt: skip
QUOTES = frozenset('"«»“”')  # marks of quotation, which stay as they are
_DROPPED = frozenset({"Mn", "Me", "Cf"})

# A hamza that is written after its seat as a combining mark, maybe with other marks between; and a last «ىء», which is a «ئ».
_APART = re.compile("[ويىی](?=[\u0610-\u061a\u064b-\u0653\u0655-\u065f\u0670]*\u0654)")
_LAST_HAMZA = re.compile(r"(?<!ي)ي+(?=ء(?![^\W\d_]))")


class _Table(dict[int, str]):
    """The matching form of each code point, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = form = _fold(chr(code))
        return form


def _fold(char: str) -> str:
    """The matching form of one character, which may be empty (a mark) or several letters (a ligature)."""
    if char in _LETTERS:
        return _LETTERS[char]
    category = unicodedata.category(char)
    if category in _DROPPED or char == "ـ":
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category == "Pd":
        return "-"
    parts = unicodedata.normalize("NFKD", char).casefold()
    return parts if parts == char else "".join(map(_fold, parts))


_TABLE = _Table()


def normalise(text: str) -> str:
    """Return the matching form of a text; the matching form of a matching form is itself.

    >>> normalise("الأُمَـم المُتّحِدة ٢٠٢٣")
    'الامم المتحده 2023'
    >>> normalise("مسؤول شئون الطوارىء") == normalise("مسئول شؤون الطوارئ")
    True
    """
    if "\u0654" in text:
        text = _APART.sub("ئ", text)
    form = text.translate(_TABLE)
    return _LAST_HAMZA.sub("", form) if "يء" in form else form


def with_article(word: str, form: str) -> str:
    """Return a word as it stands without the «ل» before it: with the article that its matching form shows.

    >>> with_article("لأمم", "الامم"), with_article("لجنة", "اللجنه"), with_article("ليبيا", "ليبيا")
    ('الأمم', 'اللجنة', 'ليبيا')
    """
    if not form.startswith("ال") or not word.startswith("ل"):
        return word
    return ("ال" if normalise(word) == form[2:] else "ا") + word


def normalise_aligned(text: str) -> tuple[str, list[int]]:
    """Return the matching form and, for each of its characters, the index of the raw character it comes from.

    >>> normalise_aligned("لُو")
    ('لو', [0, 2])
    """
    forms = list(map(_TABLE.__getitem__, map(ord, _APART.sub("ئ", text))))
    form = "".join(forms)
    places = [at for at, part in enumerate(forms) for _ in part]
    for gone in reversed([match.span() for match in _LAST_HAMZA.finditer(form)]):
        del places[slice(*gone)]
    return _LAST_HAMZA.sub("", form), places
