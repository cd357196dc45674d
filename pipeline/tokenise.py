"""Arabic words and their proclitics, as a spaCy tokenizer that loses no character."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from pipeline.index import Index, remember
from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.proclitics import Around, split, split_settled

_MARK = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff\ufe00-\ufe0f\ufe20-\ufe2f"
_HIDDEN = "\u00ad\u0600-\u0605\u061c\u06dd\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_LETTER = (
    "\u0620-\u0628\u062a-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06e5\u06e6\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\u08a0-\u08c7"
    "\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfb\ufe70-\ufe92\ufe95-\ufefc"
)
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_LAST = "ةﺓﺔ"  # these end a word, whatever is glued on behind

WORD = re.compile(
    rf"[{_LETTER}]+(?:[{_MARK}]+[{_LETTER}]*|[{_HIDDEN}]+[{_LETTER}]+)*(?:[{_HIDDEN}]*[{_LAST}][{_MARK}]*)?|[{_LAST}][{_MARK}]*"
)

_INITIALS = "|".join(re.escape(row["form"]) + r"\." for row in rows("abbreviations") if row["kind"] == "code")

_PIECE = re.compile(
    rf"""
    {_INITIALS} | (?:[{_LETTER}{_LATIN}]\.){{1,8}}[{_LETTER}{_LATIN}](?![{_LETTER}{_LATIN}{_LAST}])
    | {WORD.pattern}
    | [^\W\d_{_LATIN}](?:[^\W\d_{_LATIN}]|[{_MARK}])*
    | \d{{4}}-\d{{1,2}}-\d{{1,2}}(?!\d) | \d{{1,2}}-\d{{1,2}}-\d{{4}}(?!\d)
    | \d+(?:[.,:/+٫٬]\d+)*
    | https?://[^\s{_HIDDEN}<>"«»]*[\w/] | www\.[^\s{_HIDDEN}<>"«»]*[\w/]
    | [A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}@[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{1,4}}
    | (?:[A-Za-z0-9][A-Za-z0-9-]{{0,62}}\.){{1,5}}[a-z]{{2,}}(?![\w.])
    | [{_LATIN}][{_LATIN}0-9\u0300-\u036f]*(?:[-+]\d+)*
    | [^\s{_HIDDEN}]
    """,
    re.VERBOSE,
)

_NEXT = re.compile(rf"""[\s"'«“(]*({WORD.pattern})""")
_BLOCK = 20_000
_REMEMBERED = 32  # letters of the longest word whose tokens are kept; longer ones are rare


class Token(NamedTuple):
    """A piece of the raw text: half-open code point offsets and its matching form."""

    start: int
    end: int
    norm: str


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens; joined, they and the spaces and invisible marks between them rebuild the text.

    >>> [t.norm for t in tokens("للأمم")]
    ['ل', 'الامم']
    """
    found: list[Token] = []
    add = found.append
    words = lru_cache(maxsize=1)(lambda block: _words(text, block))
    for match in _PIECE.finditer(text):
        piece, start = match.group(), match.start()
        pieces = _known(piece) if len(piece) <= _REMEMBERED else _cut(piece)
        if pieces is None:
            before, follows = found[-1].norm if found else "", _NEXT.match(text, match.end())
            pieces = split(piece, Around(words(start // _BLOCK), before, normalise(follows[1]) if follows else ""))
        for a, b, norm in pieces:
            add(Token(start + a, start + b, norm))
    return found


def _cut(piece: str) -> tuple[tuple[int, int, str], ...] | None:
    """Return the tokens of a word, number or mark from its own start, or None for a word that the text around it must settle."""
    if piece[0].isalpha() and "." not in piece:
        return split_settled(piece)
    norm = normalise(piece)
    return ((0, len(piece), " " if norm == "_" else norm or " "),)


_known = lru_cache(maxsize=1 << 16)(_cut)


def _words(text: str, block: int) -> set[str]:
    """Return the words of one block of a text; blocks keep the time linear."""
    return set(map(normalise, WORD.findall(text, block * _BLOCK, (block + 1) * _BLOCK)))


class Tokeniser:
    """A spaCy tokenizer over `tokens`; `token.norm_` is the matching form."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        norms: list[str] = []
        at = 0
        for token in tokens(text):
            if token.start > at:
                _gap(text[at : token.start], words, spaces, norms)
            words.append(text[token.start : token.end])
            spaces.append(False)
            norms.append(token.norm or words[-1])  # a tatweel that stands alone
            at = token.end
        if at < len(text):
            _gap(text[at:], words, spaces, norms)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        for made, norm in zip(doc, norms, strict=True):
            made.norm_ = norm
        remember(doc, Index(text, words, spaces, norms))
        return doc

    # spaCy stores a tokenizer with its pipeline; this one has nothing to store.

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _bytes: bytes, **_: Any) -> Tokeniser:
        return self

    def to_disk(self, _path: str | Path, **_: Any) -> None:
        return None

    def from_disk(self, _path: str | Path, **_: Any) -> Tokeniser:
        return self


def _gap(gap: str, words: list[str], spaces: list[bool], norms: list[str]) -> None:
    """Add what stands between two words: one space hangs on the word before it, the rest is a token whose norm is a space."""
    if gap[0] == " " and words and not spaces[-1]:
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        words.append(gap)
        spaces.append(False)
        norms.append(" ")


@registry.tokenizers("khabar.tokeniser.v1")  # type: ignore[untyped-decorator]
def create_tokeniser() -> Callable[[Language], Tokeniser]:
    """Return what spaCy calls to make the tokenizer of a pipeline."""

    def make(nlp: Language) -> Tokeniser:
        return Tokeniser(nlp.vocab)

    return make
