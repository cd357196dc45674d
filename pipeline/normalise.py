"""The matching form: one spelling for everything that Arabic writes in several ways.

The raw text is never changed; the matching form lives beside it. The same function serves the text and every list,
so that both sides always agree.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_FOLDED = {
    **dict.fromkeys("أإآٱ", "ا"), "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ئ", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه",
    "ک": "ك", "ڪ": "ك",
}  # fmt: skip


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    """The matching form of one character, which may be empty (a mark) or several letters (a ligature)."""
    out = []
    for c in unicodedata.normalize("NFKD", char):
        category = unicodedata.category(c)
        if category in ("Mn", "Me", "Cf") or c == "ـ":
            continue
        if category == "Nd":
            c = str(unicodedata.digit(c))
        out.append(_FOLDED.get(c, c.lower()))
    return "".join(out)


def normalise(text: str) -> str:
    """Return the matching form of a text.

    >>> normalise("الأُمَـم المُتّحِدة ٢٠٢٣")
    'الامم المتحده 2023'
    """
    return "".join(map(_fold, text))


def normalise_aligned(text: str) -> tuple[str, list[int]]:
    """Return the matching form and, for each of its characters, the index of the raw character it comes from.

    >>> normalise_aligned("لُو")
    ('لو', [0, 2])
    """
    folded, places = [], []
    for at, char in enumerate(text):
        form = _fold(char)
        folded.append(form)
        places.extend([at] * len(form))
    return "".join(folded), places
