"""Offsets as JavaScript counts them, back to code points."""

from __future__ import annotations

from bisect import bisect_left

from pipeline.views.utf16 import Utf16


class CodePoints:
    """From UTF-16 units of a text to code points.

    >>> CodePoints("😀 خبر")(3)
    2
    """

    def __init__(self, text: str) -> None:
        at = Utf16(text)
        self._units = [at(n) for n in range(len(text) + 1)]

    def __call__(self, unit: int) -> int:
        """Return the code point offset of a UTF-16 offset."""
        return bisect_left(self._units, unit)
