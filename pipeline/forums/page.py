"""A Doc as the grammar of forums reads it: its words, and the names that start at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.tokens import Doc

from pipeline.forums.lexicon import Known, known_forums, word_list
from pipeline.index import index
from pipeline.normalise import with_article
from pipeline.spans import Mention

_MEDIA = ("media", "news agency")  # they hold no meetings but are told of them: «قال في الاجتماع لرويترز»
_EVIDENCE = {"LOCATION": "place", "COUNTRY": "country", "ORGANIZATION": "org", "FORUM": "forum", "DATE": "date"}


class Page:
    """The tokens of one Doc.

    `known`: the listed forums with their tokens; `starts`: first token of a name, with its end and what it is evidence of; `nationalities`, `listed`: the
    same of nationalities and of listed forums; `within`: the tokens of organisations but the first («المجلس الوطني للحوار الاجتماعي»).
    """

    def __init__(self, doc: Doc, others: Iterable[Mention]) -> None:
        self.doc = doc
        self.norms = index(doc).norms
        self.known = [
            (hit.start, hit.end, hit.entry) for hit in known_forums().find(doc) if not self._is_other(hit.end)
        ]
        self.starts: dict[int, tuple[int, str]] = {}
        self.nationalities: dict[int, int] = {}
        self.listed: dict[int, tuple[int, Known]] = {}
        for start, end, known in self.known:
            self._start(start, end, "forum")
            if start not in self.listed or self.listed[start][0] < end:
                self.listed[start] = end, known
        self.within: set[int] = set()
        facts = doc._.entities
        for mention in others:
            span = doc.char_span(mention.start, mention.end)
            if span is None:
                continue
            if mention.label == "ORGANIZATION":
                self.within.update(range(span.start + 1, span.end))
            if mention.label == "NATIONALITY":
                self.nationalities[span.start] = span.end
            elif mention.label in _EVIDENCE and facts.get(mention.entity, {}).get("type") not in _MEDIA:
                self._start(span.start, span.end, _EVIDENCE[mention.label])

    def _is_other(self, end: int) -> bool:
        """Whether the word after a listed name makes it a body of one state: «مجلس الأمن القومي», «مجلس الأمن الروسي»."""
        return self.word(end) in word_list("state")

    def _start(self, start: int, end: int, evidence: str) -> None:
        if start not in self.starts or self.starts[start][0] < end:
            self.starts[start] = end, evidence

    def word(self, at: int) -> str:
        """The matching form of a token, empty after the last."""
        return self.norms[at] if at < len(self.norms) else ""

    def text(self, words: Sequence[int]) -> str:
        """The text of tokens, with the article that «ل» before them hides («للجنة»)."""
        written = "".join(self.doc[i].text + " " * bool(self.doc[i].whitespace_) for i in words)
        first = self.doc[words[0]].text
        return " ".join((with_article(first, self.norms[words[0]]) + written[len(first) :]).split())
