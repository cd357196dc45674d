"""Offsets as JavaScript counts them."""

from __future__ import annotations


class Utf16:
    """From code points of a text, which records count in, to UTF-16 units, which JavaScript counts in.

    >>> Utf16("😀 خبر")(2), Utf16("خبر")(2)
    (3, 2)
    """

    def __init__(self, text: str) -> None:
        self._units: list[int] = []
        if text and max(text) > "\uffff":
            total = 0
            for char in text:
                self._units.append(total)
                total += 1 + (char > "\uffff")
            self._units.append(total)

    def __call__(self, place: int) -> int:
        """Return the UTF-16 offset of a code point offset."""
        return self._units[place] if self._units else place
