"""Which quotation marks belong together.

A straight or curly mark opens or closes by the white space around it, since many texts write one sign for both («"نص"», «”نص“»); guillemets say themselves
which they are. A mark that is never closed in its line is left alone, and so costs the others nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from spacy.tokens import Doc

from pipeline.found import places
from pipeline.index import index
from pipeline.normalise import QUOTES

_GUILLEMETS = "«»"
_BEFORE_OPENING = frozenset("([:،؛,-–—")
_AFTER_CLOSING = frozenset(".،؛,:!?؟)]…")


_NAMES = ("countries", "places", "organisations", "forums", "people", "roles")


class Quoted(NamedTuple):
    """Two quotation marks, the tokens `[start, end)` between them without white space, and how many words they are."""

    opening: int
    closing: int
    start: int
    end: int
    words: int


def quoted(doc: Doc) -> list[Quoted]:
    """Return what is between quotation marks and is not one name from end to end («تنظيم "الدولة الإسلامية"»), in the order of the text."""
    norms, until = index(doc).norms, [0] * len(doc)
    for name in places(doc, *_NAMES).found:
        for i in range(name.start, name.end):
            until[i] = max(until[i], name.end)
    made = []
    for opening, closing in pairs(doc):
        start, end = opening + 1, closing
        while start < end and norms[start].isspace():
            start += 1
        while start < end and norms[end - 1].isspace():
            end -= 1
        words = sum(norm[:1].isalnum() for norm in norms[start:end])
        if words and until[start] < end:
            made.append(Quoted(opening, closing, start, end, words))
    return made


def inside(quoted: Iterable[Quoted]) -> set[int]:
    """Return the tokens from the opening marks to the closing ones, which count as outside."""
    return {i for one in quoted for i in range(one.opening, one.closing)}


def pairs(doc: Doc) -> list[tuple[int, int]]:
    """Return the tokens of the marks that open and close each quotation, in the order of the text, without those that lie in another.

    >>> from pipeline.language import blank
    >>> [(doc[a : b + 1].text) for doc in [blank()('قال: "نعم" لـ«دار "النور"».')] for a, b in pairs(doc)]
    ['"نعم"', '«دار "النور"»']
    """
    at = index(doc)
    open_: list[tuple[int, bool]] = []  # marks not closed yet, and whether they are guillemets
    waiting = {True: 0, False: 0}
    found: list[tuple[int, int]] = []
    for i, word in enumerate(at.words):
        if word.isspace() and word.splitlines() != [word]:
            open_, waiting = [], {True: 0, False: 0}
        if word not in QUOTES:
            continue
        angular = word in _GUILLEMETS
        if _opens(at.text, at.starts[i], at.ends[i], bool(waiting[angular])):
            open_.append((i, angular))
            waiting[angular] += 1
        elif waiting[angular]:
            kind = not angular
            while kind != angular:
                start, kind = open_.pop()
                waiting[kind] -= 1
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, i))
    return found


def _opens(text: str, start: int, end: int, waiting: bool) -> bool:
    """Whether the mark `text[start:end]` opens; `waiting`: one of its kind is to be closed."""
    if text[start] in _GUILLEMETS:
        return text[start] == "«"
    before, after = text[start - 1 : start], text[end : end + 1]
    may_open = not before or before.isspace() or before in _BEFORE_OPENING
    may_close = not after or after.isspace() or after in _AFTER_CLOSING
    return not waiting if may_open == may_close else may_open
