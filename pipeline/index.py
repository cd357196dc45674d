"""What the stages ask of a Doc again and again, worked out once: its text, its matching forms, and which token stands at an offset."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from spacy.tokens import Doc

_PARAGRAPH = "\n"


class Matching(NamedTuple):
    """A Doc in its matching form, white space and line breaks as one space, blank lines as a mark that no name holds: offsets where tokens start and
    end, with their indices."""

    text: str
    starts: dict[int, int]
    ends: dict[int, int]


class Index:
    """The tokens of a Doc by number and by offset.

    `words`: as written; `spaces`: whether a space hangs on them; `norms`: their matching forms; `starts`, `ends`: their offsets in `text`; `first`, `last`: the token
    that starts at an offset, and the number after the one that ends there.
    """

    def __init__(self, text: str, words: list[str], spaces: list[bool], norms: list[str]) -> None:
        self.text = text
        self.words = words
        self.spaces = spaces
        self.norms = norms
        self.starts: list[int] = []
        self.ends: list[int] = []
        at = 0
        for word, space in zip(words, spaces, strict=True):
            self.starts.append(at)
            at += len(word)
            self.ends.append(at)
            at += space
        self.first = {start: i for i, start in enumerate(self.starts)}
        self.last = {end: i for i, end in enumerate(self.ends, 1)}

    def tokens(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the tokens `[first, last)` of a stretch of the text, None where it does not lie on token boundaries."""
        first, last = self.first.get(start), self.last.get(end)
        return None if first is None or last is None or first >= last else (first, last)

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """Return where tokens `[start, end)`, one or more, stand in the text."""
        return self.starts[start], self.ends[end - 1]

    def form(self, start: int, end: int) -> str:
        """Return the matching form of tokens `[start, end)`, one space wherever there is any."""
        norms = zip(self.norms[start:end], self.spaces[start:end], strict=True)
        return " ".join("".join([norm + " " if space else norm for norm, space in norms]).split())

    @cached_property
    def solid(self) -> list[int]:
        """The tokens that are no white space."""
        return [i for i, word in enumerate(self.words) if not word.isspace()]

    @cached_property
    def matching(self) -> Matching:
        """The text that lists are looked up in."""
        parts: list[str] = []
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        at = previous = 0
        gap = ""
        for i, norm in enumerate(self.norms):
            if norm.isspace():
                gap = _PARAGRAPH if self.words[i].count("\n") > 1 else gap or " "
                continue
            if gap or (i and self.starts[i] > previous):
                parts.append(gap or " ")
                at += 1
            starts[at] = i
            at += len(norm)
            ends[at] = i + 1
            parts.append(norm)
            gap, previous = "", self.ends[i]
        return Matching("".join(parts), starts, ends)


def sentence_starts(doc: Doc) -> list[int]:
    """Return the first token of each sentence."""
    return [i for i, start in enumerate(doc.to_array("SENT_START").tolist()) if start == 1 or i == 0]


def sentence_numbers(doc: Doc) -> list[int]:
    """Return for each token the number of its sentence, from 0 on."""
    numbers, n = [], -1
    for start in doc.to_array("SENT_START").tolist():
        n += start == 1 or n < 0
        numbers.append(n)
    return numbers


_known: WeakKeyDictionary[Doc, Index] = WeakKeyDictionary()


def index(doc: Doc) -> Index:
    """Return the index of a Doc; its tokens stay as they are, or are merged or split so that their number changes."""
    known = _known.get(doc)
    if known is None or len(known.norms) != len(doc):
        words, spaces, norms = [t.text for t in doc], [bool(t.whitespace_) for t in doc], [t.norm_ for t in doc]
        known = remember(doc, Index(doc.text, words, spaces, norms))
    return known


def remember(doc: Doc, made: Index) -> Index:
    """Keep the index of a Doc as long as the Doc itself, and return it."""
    _known[doc] = made
    return made
