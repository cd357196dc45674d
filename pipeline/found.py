"""Mentions with their tokens, found by where they stand, so that no stage looks through a whole document for what is near."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline import spans


@dataclass(frozen=True, slots=True)
class Found:
    """A mention and its tokens `[start, end)`."""

    mention: spans.Mention
    start: int
    end: int


def one_sentence(doc: Doc, a: Found, b: Found) -> bool:
    """Whether no sentence starts between two mentions."""
    return not any(doc[i].is_sent_start for i in range(min(a.end, b.end), max(a.start, b.start) + 1) if i < len(doc))


class Places:
    """The mentions of a Doc in the order of the text."""

    def __init__(self, found: Sequence[Found]) -> None:
        self.found = found
        self._starts = [f.start for f in found]

    def labelled(self, *labels: str) -> list[Found]:
        """The mentions of the labels named."""
        return [f for f in self.found if f.mention.label in labels]

    def between(self, lo: int, hi: int, *labels: str) -> list[Found]:
        """The mentions, of the labels named or of any, that start at a token of `[lo, hi)`."""
        near = self.found[bisect.bisect_left(self._starts, lo) : bisect.bisect_left(self._starts, hi)]
        return [f for f in near if not labels or f.mention.label in labels]

    def inside(self, lo: int, hi: int, *labels: str) -> list[Found]:
        """The mentions, of the labels named or of any, that lie within the tokens `[lo, hi)`."""
        return [f for f in self.between(lo, hi, *labels) if f.end <= hi]

    def nearest(self, token: int) -> Found:
        """The mention that starts nearest to a token, the one before it where two are as near. There must be one."""
        at = bisect.bisect_left(self._starts, token)
        return min(self.found[max(0, at - 1) : at + 1], key=lambda f: abs(f.start - token))


def places(doc: Doc, *groups: str) -> Places:
    """Return the mentions of the groups named."""
    return Places([Found(m, *spans.tokens(doc, m)) for m in spans.read(doc, *groups)])
