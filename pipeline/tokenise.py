"""Arabic words and their proclitics, as a spaCy tokenizer that loses no character."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.normalise import normalise

_PIECE = re.compile(r"\s+|[^\W\d_]+(?:[\u064b-\u065f\u0670\u0640]+[^\W\d_]*)*|\d+|[^\w\s]|_")


class Token(NamedTuple):
    """A piece of the raw text: half-open code point offsets and its matching form."""

    start: int
    end: int
    norm: str


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens; joined, they and the spaces between them rebuild the text.

    >>> [t.norm for t in tokens("للأمم")]
    ['ل', 'الامم']
    """
    found: list[Token] = []
    for match in _PIECE.finditer(text):
        start, end = match.span()
        if not match.group().isspace():
            found.extend(_cut(match.group(), start))
    return found


def _cut(word: str, start: int) -> list[Token]:
    norm = normalise(word)
    if norm.startswith("لل") and len(word) > 4:
        return [Token(start, start + 1, "ل"), Token(start + 1, start + len(word), "ا" + norm[1:])]
    for clitic in ("وال", "بال", "فال", "كال"):
        if norm.startswith(clitic) and len(word) > 4:
            return [Token(start, start + 1, norm[0]), Token(start + 1, start + len(word), norm[1:])]
    return [Token(start, start + len(word), norm)]


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
            norms.append(token.norm)
            at = token.end
        if at < len(text):
            _gap(text[at:], words, spaces, norms)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        for token, norm in zip(doc, norms, strict=True):
            token.norm_ = norm
        return doc

    def to_bytes(self, **kwargs: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> Tokeniser:
        return self

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        return None

    def from_disk(self, path: str | Path, **kwargs: Any) -> Tokeniser:
        return self


def _gap(gap: str, words: list[str], spaces: list[bool], norms: list[str]) -> None:
    """Add the white space between two words: one space hangs on the word before it, the rest is a token."""
    if gap[0] == " " and words and not spaces[-1]:
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        words.append(gap)
        spaces.append(False)
        norms.append(gap)


@spacy.registry.tokenizers("khabar.tokeniser.v1")  # type: ignore[untyped-decorator]
def create_tokeniser() -> Callable[[Language], Tokeniser]:
    """Return what spaCy calls to make the tokenizer of a pipeline."""

    def make(nlp: Language) -> Tokeniser:
        return Tokeniser(nlp.vocab)

    return make
