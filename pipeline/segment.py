"""Sentences: where stops, line breaks and page furniture end them.

`sentences` goes over a text line by line, once. A line break ends a sentence unless the text is wrapped to a width; within a line a stop ends one
unless it belongs to an abbreviation, a number, an initial, an elision, brackets or a short quotation. A dateline («الرياض (واس) –») and page
furniture (credits, share tails, «// انتهى //») are sentences of their own, furniture with a flag. Very long stretches without a stop are cut
before words that open sentences («وأضاف»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.index import index
from pipeline.lists import rows
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
_ENDS_LINE = frozenset(".!?؟:…»”\"')]")
_WORD = re.compile(r"[^\W_]+")

# A dateline ends with a dash or a colon; these tails and marks are page furniture whatever the outlet.
_DATELINE = re.compile(r"[^.!؟?\n]{2,70}?[\w)\]]\s{0,2}(?:[-–—ـ]{1,3}|:)\s+")
_TAIL = re.compile(r"//\s{0,2}\w{3,8}\s{0,2}//|\.{2,4}\s?المزيد")
_MARKS = re.compile(
    r"[\W_]+|\d{1,2}:\d{2}(?: ?ت ?م)?|[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{4,8} GMT"
    r"|//\s{0,2}\w{3,8}\s{0,2}//|\.{2,4}\s?المزيد|@\w+|\S+@[\w.-]+|(?:https?://|www\.)\S+"
)

_HEAD = 3  # sentences at the start, among which a dateline or a byline stands
_CREDIT = 4  # words of the longest credit in brackets
_TAIL_LENGTH = 80
_ABBREVIATION_LENGTH = 5
_LONGEST_ASIDE = 300
_UNSTOPPED = (
    900  # letters of a stretch without a stop that is cut before sentence openers, and of the shortest piece of it
)
_OPENED = 100
_WRAPPED_LINES = 4
_WIDEST = 140


def sentences(text: str) -> list[Sentence]:
    """Split a text into sentences; between them is only white space.

    >>> [text[s.start : s.end] for text in ["قال د. علي إن النمو 2.5%. وغادر."] for s in sentences(text)]
    ['قال د. علي إن النمو 2.5%.', 'وغادر.']
    """
    found: list[Sentence] = []
    for start, end in _blocks(text):
        after = _after_dateline(text, start, end) if len(found) < _HEAD else start
        if after > start:
            found.append(Sentence(start, start + len(text[start:after].rstrip()), False))
            start = after
        for a, b in _pieces(text, start, end):
            for first, last in _without_tail(text, a, b):
                found.append(Sentence(first, last, _is_boilerplate(text[first:last], head=len(found) < _HEAD)))
    return found


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of lines, those that only wrap joined, without the white space around them."""
    lines = []
    for match in _LINE.finditer(text):
        line = match.group()
        start, end = match.start() + len(line) - len(line.lstrip()), match.start() + len(line.rstrip())
        if start < end:
            lines.append((start, end))
    width = _width(text, lines)
    joined: list[tuple[int, int]] = []
    for start, end in lines:
        if joined and _wraps(text, joined[-1][1], start, width):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    yield from joined


def _width(text: str, lines: list[tuple[int, int]]) -> int:
    """Return the width to which a text is wrapped, 0 if it is not: then some line could have held the first word of the next."""
    width = max((end - start for start, end in lines), default=0)
    if len(lines) < _WRAPPED_LINES or width > _WIDEST:
        return 0
    full = open_ends = 0
    for (start, end), (after, last) in pairwise(lines):
        if text[end - 1] not in _ENDS_LINE and text.count("\n", end, after) < 2:
            open_ends += 1
            full += end - start + 1 + len(text[after:last].split(maxsplit=1)[0]) > width
    return width if open_ends >= _WRAPPED_LINES - 1 and full >= 0.9 * open_ends else 0


def _wraps(text: str, end: int, start: int, width: int) -> bool:
    """Say whether the line break between two lines only wraps one: in a wrapped text, or after a comma."""
    if text.count("\n", end, start) > 1:
        return False
    last = text[end - 1]
    return (width > 0 and last not in _ENDS_LINE) or (last in "،," and text[start] != "و")


def _after_dateline(text: str, start: int, end: int) -> int:
    """Return where the text after a dateline begins, or the start: a dateline ends with brackets or an agency, and a dash or colon."""
    head = _DATELINE.match(text, start, end)
    if not head or end - head.end() < _TAIL_LENGTH // 2:
        return start
    words = normalise(head[0]).rstrip(" -:")
    return head.end() if words.endswith(")") or f" {words}".endswith(_bylines()) else start


def _without_tail(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence, and apart from it the page furniture at its end."""
    at = _tail(text, max(start, end - _TAIL_LENGTH), end)
    if start < at < end:
        yield start, start + len(text[start:at].rstrip())
        start = at
    yield start, end


def _tail(text: str, start: int, end: int) -> int:
    """Return where page furniture at the end of a stretch begins, or the end of it."""
    if text.endswith(("//", "المزيد"), start, end):
        mark = _TAIL.search(text, start, end)
        return mark.start() if mark else end
    last = normalise(text[start:end].rstrip(":. ").rpartition(" ")[2])
    for phrase in _phrases("end", -1).get(last, ()):
        words = list(_WORD.finditer(text, start, end))[-len(phrase) :]
        if [normalise(word[0]) for word in words] == phrase:
            return words[0].start()
    return end


def _is_boilerplate(sentence: str, *, head: bool) -> bool:
    """Say whether a sentence is page furniture; `head`: it is among the first of its text, where the writer is named."""
    if _MARKS.fullmatch(sentence):
        return True
    first = _WORD.search(sentence)
    phrases = _phrases("start", 0).get(normalise(first[0]), ()) if first else ()
    short = len(sentence) <= _TAIL_LENGTH
    if not phrases and not short:
        return False
    words = _WORD.findall(normalise(sentence[:_TAIL_LENGTH])) or [""]
    if any(words[: len(phrase)] == phrase for phrase in phrases):
        return True
    if not short:
        return False
    if sentence[0] == "(" and sentence.rstrip(".").endswith(")") and len(words) <= _CREDIT:
        return True
    if words in _phrases("whole", 0).get(words[0], ()):
        return True
    return head and len(words) <= 2 * _CREDIT and "–" in sentence and " ".join(["", *words]).endswith(_bylines())


@cache
def _phrases(where: str, key: int) -> dict[str, list[list[str]]]:
    """Return the listed phrases of one kind, as words in their matching form, by their first (0) or last (-1) word."""
    found: dict[str, list[list[str]]] = {}
    for row in rows("boilerplate"):
        if row["where"] == where:
            phrase = _WORD.findall(normalise(row["form"]))
            found.setdefault(phrase[key], []).append(phrase)
    return found


@cache
def _bylines() -> tuple[str, ...]:
    return tuple(" " + normalise(row["form"]) for row in rows("boilerplate") if row["where"] == "byline")


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
            yield from _openings(text, start, at)
            start = after
    yield from _openings(text, start, end)


def _openings(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a stretch without stops whole, or if it is very long cut before the words that open sentences."""
    if end - start > _UNSTOPPED:
        for match in _WORD.finditer(text, start, end):
            at = match.start()
            if at - start > _OPENED and match.group() in _openers():
                yield start, start + len(text[start:at].rstrip())
                start = at
    yield start, end


@cache
def _openers() -> frozenset[str]:
    return frozenset(row["form"] for row in rows("sentence_openers"))


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
    if marks[-1] in "!?؟" and len(marks) < at - stop:  # the question was quoted: what follows may be who asked
        return text[after] == "و"
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


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(row["form"] for row in rows("abbreviations"))


@Language.component("khabar_segment", assigns=["token.is_sent_start", "doc._.boilerplate"])
def segment(doc: Doc) -> Doc:
    """Set where sentences start, and `doc._.boilerplate`, the offsets of the sentences that are page furniture."""
    found = sentences(index(doc).text)
    starts = np.array([sentence.start for sentence in found])
    offsets = np.array(index(doc).starts, dtype=np.int64)
    marks = np.full((len(doc), 1), -1, dtype=np.int64)
    marks[np.searchsorted(offsets, starts[starts <= offsets[-1]] if len(doc) else starts), 0] = 1
    if len(doc):
        marks[0, 0] = 1
        doc.from_array(["SENT_START"], marks.astype(np.uint64))  # type: ignore[arg-type]
    doc._.boilerplate = [[sentence.start, sentence.end] for sentence in found if sentence.boilerplate]
    return doc
