"""Sentences: where stops, line breaks and page furniture end them.

`sentences` goes over a text line by line, once. A line break ends a sentence unless the text is wrapped to a width; within a line a stop ends one
unless it belongs to an abbreviation, a number, an initial, an elision or brackets. Page furniture (credits, share tails, «// انتهى //») is a
sentence of its own with a flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.gazetteer import rows
from pipeline.normalise import normalise
from pipeline.spans import register

register()


class Sentence(NamedTuple):
    """Half-open code point offsets of a sentence, and whether it is page furniture."""

    start: int
    end: int
    boilerplate: bool


_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_STOP = re.compile(r"""[.!?؟۔…]+["'»”’“)\]]*""")
_QUOTE = re.compile('["()\\[\\]«»“”]')
_CLOSED_BY = {"(": ")", "[": "]", "«": "»", "“": "”"}
_BLANK = re.compile(r"\s*")
_CONTINUES = frozenset("،؛,;:.)]»”؟!?")
_CLOSERS = "\"'»”’“)]"
_ABBREVIATION_LENGTH = 5
_LONGEST_ASIDE = 300


def sentences(text: str) -> list[Sentence]:
    """Split a text into sentences; between them is only white space.

    >>> [text[s.start : s.end] for text in ["قال د. علي إن النمو 2.5%. وغادر."] for s in sentences(text)]
    ['قال د. علي إن النمو 2.5%.', 'وغادر.']
    """
    found = []
    for start, end in _blocks(text):
        for a, b in _pieces(text, start, end):
            found.append(Sentence(a, b, False))
    return found


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of lines, wrapped ones joined, without the white space around them."""
    for match in _LINE.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        end = match.start() + len(line.rstrip())
        if start < end:
            yield start, end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of one block by its stops."""
    asides = _asides(text, start, end)
    covered = start
    for match in _STOP.finditer(text, start, end):
        at = match.end()
        if at >= end:
            break
        while asides and asides[-1][0] < at:
            covered = max(covered, asides.pop()[1])
        after = _BLANK.match(text, at, end).end()  # type: ignore[union-attr]
        if covered <= at and after < end and _ends(text, start, match.start(), at, after, end):
            yield start, at
            start = after
    yield start, end


def _asides(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the short quotations and brackets of a block, the last first: a stop inside them ends no sentence."""
    opened: dict[str, int] = {}
    found = []
    for match in _QUOTE.finditer(text, start, end):
        mark, at = match.group(), match.start()
        if mark == '"':
            closes = at > start and not text[at - 1].isspace() and text[at - 1] not in "(["
            mark = "”" if closes else "“"
        if mark in _CLOSED_BY:
            opened[_CLOSED_BY[mark]] = at
        elif mark in opened and at - opened[mark] <= _LONGEST_ASIDE:
            found.append((opened.pop(mark), at + 1))
    return sorted(found, reverse=True)


def _ends(text: str, start: int, stop: int, at: int, after: int, end: int) -> bool:
    """Say whether the stop `text[stop:at]` ends a sentence that began at `start`, with more text from `after` on."""
    marks = text[stop:at].rstrip(_CLOSERS)
    if "…" in marks or ".." in marks or text[after] in _CONTINUES:
        return False
    before = _word_before(text, start, stop)
    if after == at:
        return len(before) > 1 and not _abbreviated(before) and _letters_at(text, after, end) > 1
    if marks == "." and at == stop + 1:
        if not before:
            return text[start:stop].strip("-–•* ").isdigit() is False
        number = text[max(start, stop - len(before) - 2) : stop - len(before)].strip().isdigit()
        return number or not _abbreviated(before)
    return True


def _word_before(text: str, start: int, stop: int) -> str:
    """Return the letters that end where a stop begins, at most as many as matter."""
    at = stop
    while at > start and text[at - 1] in _CLOSERS:
        at -= 1
    first = at
    while first > start and at - first <= _ABBREVIATION_LENGTH and text[first - 1].isalpha():
        first -= 1
    return text[first:at]


def _letters_at(text: str, at: int, end: int) -> int:
    """Count the Arabic letters from an offset on, three at most."""
    count = 0
    while count < 3 and at + count < end and "\u0620" <= text[at + count] <= "\u064a":
        count += 1
    return 0 if at + count < end and text[at + count] == "." else count


def _abbreviated(word: str) -> bool:
    """Say whether a word before a full stop is an abbreviation: one letter, or listed."""
    return len(normalise(word)) == 1 or word in _abbreviations()


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[str]:
    return frozenset(row["form"] for row in rows("abbreviations"))


@Language.component("khabar_segment", assigns=["token.is_sent_start", "doc._.boilerplate"])
def segment(doc: Doc) -> Doc:
    """Set where sentences start, and `doc._.boilerplate`, the offsets of the sentences that are page furniture."""
    found = sentences(doc.text)
    starts = np.array([sentence.start for sentence in found])
    offsets = np.array([token.idx for token in doc], dtype=np.int64)
    marks = np.full((len(doc), 1), -1, dtype=np.int64)
    marks[np.searchsorted(offsets, starts[starts <= offsets[-1]] if len(doc) else starts), 0] = 1
    if len(doc):
        marks[0, 0] = 1
        doc.from_array(["SENT_START"], marks.astype(np.uint64))  # type: ignore[arg-type]
    doc._.boilerplate = [[sentence.start, sentence.end] for sentence in found if sentence.boilerplate]
    return doc
