"""Where listed names stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

import ahocorasick
from spacy.tokens import Doc

from pipeline.index import index
from pipeline.normalise import normalise

T = TypeVar("T")

# «التابعة للأمم المتحدة»: inside a name, too, لل is ل and a word with its article, as the tokeniser has it.
_ARTICLE_AFTER_LAM = re.compile(r"(?<= )لل(?=\w{3})")


class Hit(NamedTuple, Generic[T]):
    """Tokens `[start, end)` of a Doc carry a listed name; `entry` is what the list says of it."""

    start: int
    end: int
    entry: T


class Gazetteer(Generic[T]):
    """Names to find in texts, by their matching forms.

    Goes over a Doc once whatever the number of names (Aho and Corasick, 1975). A name may hold spaces; it is found only where it starts and ends
    with a token, so never inside a word but after a proclitic that the tokeniser cut. White space and line breaks inside count as one space.
    """

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._automaton = ahocorasick.Automaton()
        forms: dict[str, list[T]] = {}
        for form, entry in entries:
            key = _ARTICLE_AFTER_LAM.sub("لال", " ".join(normalise(form).split()))
            if key:
                forms.setdefault(key, []).append(entry)
        for key, listed in forms.items():
            self._automaton.add_word(key, (len(key), tuple(listed)))
        self._automaton.make_automaton()

    def find(self, doc: Doc) -> Iterator[Hit[T]]:
        """Yield every hit, overlapping ones too, in the order of their ends."""
        if not len(self._automaton):
            return
        text, starts, ends = index(doc).matching
        for last, (length, listed) in self._automaton.iter(text):
            start, end = starts.get(last - length + 1), ends.get(last + 1)
            if start is not None and end is not None:
                for entry in listed:
                    yield Hit(start, end, entry)
