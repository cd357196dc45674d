"""Forums: the named occasions and formats in which parties meet.

Two sources, of which the longest span stands. `forums.tsv` lists known forums with their other names and codes. A grammar finds the
rest: a head noun of `forum_heads.tsv` («قمة», «الدورة», «اللجنة» …), what may follow it (adjectives and ordinals, a place, a date, an
organisation, a quoted title, a noun in the genitive, «ل» with a purpose), and, a head at a time, which of these make it a name: «قمة سنغافورة»
and «اللجنة المشتركة» are names, «قمة ثلاثية» and «اللجنة البرلمانية» are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.gazetteer import Gazetteer, rows
from pipeline.normalise import normalise
from pipeline.spans import Mention
from pipeline.tokenise import tokens

GROUP = "forums"

_QUOTES = {"«": "»", '"': '"', "“": "”", "”": "“", "‘": "’", "'": "'", "„": "“", "(": ")"}
_LONGEST_QUOTE = 14  # tokens of a quoted title
_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9+&-]{1,11}")
_LATE_EDITION = 10  # from which on «الدورة» needs no name: «الدورة الـ78»
_EVIDENCE = {"LOCATION": "place", "COUNTRY": "country", "ORGANIZATION": "org", "FORUM": "forum", "DATE": "date"}


class Known(NamedTuple):
    """A row of forums.tsv."""

    name: str
    name_en: str
    kind: str
    host: str
    level: str
    frequency: str
    wikidata: str


class Head(NamedTuple):
    """What a head noun makes, and which complements make a name of it."""

    kind: str
    complements: frozenset[str]


@dataclass(slots=True)
class _Reading:
    """A stretch of tokens that the grammar has read so far: its end, what was met on the way, and the ordinal."""

    end: int
    evidence: set[str] = field(default_factory=set)
    nationalities: int = 0
    edition: int = 0


def find_forums(doc: Doc, others: Iterable[Mention] = ()) -> list[Mention]:
    """Return the forums of a Doc, none within another. `others`: the countries, dates, places and organisations found before.

    >>> import spacy
    >>> nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    >>> doc = nlp("ألقى كلمة في الدورة الـ78 للجمعية العامة للأمم المتحدة")
    >>> [doc.text[m.start:m.end] for m in find_forums(doc)]
    ['الدورة الـ78 للجمعية العامة للأمم المتحدة']
    """
    grammar = _Grammar(doc, others)
    found = [_listed(doc, start, grammar.with_session(end), known) for start, end, known in grammar.known]
    found.extend(grammar.names())
    found = spans.longest(found)
    found = spans.longest([*found, *_codes(doc, found)])
    return spans.longest([*found, *_short_names(doc, found)])


def _listed(doc: Doc, start: int, end: int, known: Known) -> Mention:
    span = doc[start:end]
    key = f"wd:{known.wikidata}" if known.wikidata else f"forum:{normalise(known.name)}"
    return Mention(span.start_char, span.end_char, "FORUM", "", 1.0, "list:forum", key)


class _Grammar:
    """Reads names of forums from the tokens of one Doc."""

    def __init__(self, doc: Doc, others: Iterable[Mention]) -> None:
        self.doc = doc
        self.norms = [token.norm_ for token in doc]
        self.known = [(hit.start, hit.end, hit.entry) for hit in _known().find(doc) if not self._is_other(hit.end)]
        self.starts: dict[int, tuple[int, str]] = {}
        self.nationalities: dict[int, int] = {}
        self.listed: dict[int, tuple[int, Known]] = {}
        for start, end, known in self.known:
            self._start(start, end, "forum")
            if start not in self.listed or self.listed[start][0] < end:
                self.listed[start] = end, known
        for mention in others:
            span = doc.char_span(mention.start, mention.end)
            if span is None:
                continue
            if mention.label == "NATIONALITY":
                self.nationalities[span.start] = span.end
            elif mention.label in _EVIDENCE:
                self._start(span.start, span.end, _EVIDENCE[mention.label])

    def _is_other(self, end: int) -> bool:
        """Whether the word after a listed name makes it a body of one state: «مجلس الأمن القومي», «مجلس الأمن الروسي»."""
        return self._word(end) in _words("state")

    def _start(self, start: int, end: int, evidence: str) -> None:
        if start not in self.starts or self.starts[start][0] < end:
            self.starts[start] = end, evidence

    def names(self) -> Iterator[Mention]:
        """Yield the mentions that the grammar accepts."""
        for at, word in enumerate(self.norms):
            head = _heads().get(word)
            if head is None:
                continue
            reading = self.read(at, head)
            if reading.evidence & head.complements:
                start = at - 1 if at and self.norms[at - 1] in _words("first") and not word.startswith("ال") else at
                span = self.doc[start : reading.end]
                key = f"forum:{' '.join(normalise(span.text).split())}"
                yield Mention(span.start_char, span.end_char, "FORUM", "", 1.0, f"pattern:{head.kind}", key)

    def read(self, at: int, head: Head) -> _Reading:
        """Read the complement of the head at a token."""
        reading = _Reading(at + 1)
        if not self._has_article(at):
            self._construct(reading, head.kind)
        self._adjectives(reading, head.kind)
        self._about(reading)
        self._between(reading, head.kind)
        if not reading.evidence & {"forum", "body"}:
            self._after_lam(reading, head.kind)
        if reading.nationalities > 1:
            reading.evidence.add("nat2")
        if reading.edition >= _LATE_EDITION:
            reading.evidence.add("edition")
        self._session(reading)
        return reading

    def _has_article(self, at: int) -> bool:
        """Whether the word at a token takes adjectives. In «للجنة» the article may be none: «ل» and «لجنة»."""
        word, after = self.norms[at], self._word(at + 1)
        if word.startswith("ال") and self.doc[at].text.startswith("ل"):
            return _is_adjective(after) or at + 1 in self.nationalities
        return word.startswith(("ال", "دورت"))

    def _word(self, at: int) -> str:
        return self.norms[at] if at < len(self.norms) else ""

    def _construct(self, reading: _Reading, kind: str) -> None:
        """A genitive: a name that another stage found, a quoted title, or nouns up to a definite one."""
        at = reading.end
        if self._word(at) == "ل" and (self.starts.get(at + 1, (0, ""))[1] in ("org", "forum") or self._word(at + 1) in _words("bloc")):
            at += 1
        if kind == "meeting" and self._is_body(at):
            return
        if self._name(reading, at) or self._quoted(reading, at):
            self._against(reading)
            return
        if not self._nouns(reading, at):
            return
        if reading.evidence & {"ministers"}:
            while self._word(reading.end) == "و" and self._word(reading.end + 1) in _words("construct"):
                if not self._nouns(reading, reading.end + 1):
                    return
            at = reading.end
            if self._word(at) in ("في", "ل", "ب", "من") and (at + 1 in self.starts or self._word(at + 1) in _words("construct")):
                self._nouns(reading, at + 1)

    def _nouns(self, reading: _Reading, at: int) -> bool:
        """Take nouns in the genitive up to a name, a quoted title or a definite noun with its adjectives."""
        start, evidence = at, set()
        while self._word(at) in _words("construct"):
            if self._word(at) in _words("ministers"):
                evidence.add("ministers")
            at += 1
            if self._word(at) == "و" and self._word(at + 1) in _words("construct"):
                at += 1
        word = self._word(at)
        if at in self.starts:
            self._name(reading, at)
        elif _is_definite(word) and word not in _words("stop"):
            evidence.add("noun")
            evidence.update(kind for kind in ("coordination", "bloc") if word in _words(kind))
            reading.end = at + 1
        elif not (at > start and self._quoted(reading, at)):
            return False
        reading.evidence |= evidence
        peace = word in _words("peace")
        count = reading.nationalities
        self._adjectives(reading, "")
        self._against(reading)
        if peace and self._word(reading.end) == "في" and self.starts.get(reading.end + 1, (0, ""))[1] == "place":
            reading.end = self.starts[reading.end + 1][0]
            reading.evidence.add("peace")
        elif peace and reading.nationalities > count:
            reading.evidence.add("peace")
        return True

    def _is_body(self, at: int) -> bool:
        """Whether a council, a committee or an assembly is named at a token: a meeting of it is no name of its own."""
        head = _heads().get(self._word(at))
        return head is not None and head.kind in ("council", "committee", "assembly")

    def _against(self, reading: _Reading) -> None:
        """«ضد داعش», after a coalition."""
        at = reading.end
        if self._word(at) != "ضد":
            return
        if at + 1 in self.starts:
            reading.end = self.starts[at + 1][0]
        elif self._quoted(reading, at + 1):
            reading.evidence.discard("quote")
        else:
            reading.end = at + 2
            if self._word(at + 1) in _words("construct") and _is_definite(self._word(at + 2)):
                reading.end = at + 3
                self._adjectives(reading, "")
        reading.evidence.add("org")

    def _about(self, reading: _Reading) -> None:
        """«الخاصة بسوريا», «المعنية بتعيين الحدود»."""
        at = reading.end
        if self._word(at) in _words("about") and self._word(at + 1) == "ب":
            rest = _Reading(at + 2)
            if at + 2 in self.starts:
                rest.end = self.starts[at + 2][0]
            elif not self._noun_phrase(rest, at + 2):
                return
            reading.end = rest.end
            reading.evidence.add("about")

    def _between(self, reading: _Reading, kind: str) -> None:
        """«بين مصر وقبرص واليونان», after a summit that has no other name."""
        at = reading.end
        if kind != "summit" or self._word(at) != "بين" or self.starts.get(at + 1, (0, ""))[1] != "country":
            return
        end = self.starts[at + 1][0]
        while self._word(end) == "و" and self.starts.get(end + 1, (0, ""))[1] == "country":
            end = self.starts[end + 1][0]
        if reading.end > 1 and _is_adjective(self._word(at - 1)):
            reading.end = end
            reading.evidence.add("between")

    def _name(self, reading: _Reading, at: int) -> bool:
        """Take the name that starts at a token, if one does."""
        if at not in self.starts:
            return False
        end, evidence = self.starts[at]
        if evidence == "date" and self._word(at) in _words("deictic"):
            return False
        if evidence == "forum" and at in self.listed and self.listed[at][1].kind in ("council", "assembly", "committee"):
            evidence = "body"
        reading.end = end
        reading.evidence.add(evidence)
        return True

    def _quoted(self, reading: _Reading, at: int) -> bool:
        """Take a title in quotation marks or brackets."""
        closing = _QUOTES.get(self._word(at))
        if closing is None or at + 1 in self.listed:
            return False
        for end in range(at + 1, min(at + 1 + _LONGEST_QUOTE, len(self.norms))):
            if self.norms[end] == closing:
                reading.end = end + 1
                reading.evidence.add("quote")
                return end > at + 1
        return False

    def _adjectives(self, reading: _Reading, kind: str) -> None:
        """Definite adjectives, nationalities and ordinals."""
        while True:
            at = reading.end
            word = self._word(at)
            if at in self.nationalities and _is_definite(word):
                reading.end = self.nationalities[at]
                reading.nationalities += 1
                reading.evidence.add("nat")
            elif self._ordinal(reading):
                pass
            elif _is_adjective(word):
                if kind in _identifying().get(word, ()):
                    reading.evidence.add("adjective")
                reading.end += 1
            elif word in ("-", "و") and reading.nationalities and at + 1 in self.nationalities and word == "-":
                reading.end += 1
            else:
                return

    def _ordinal(self, reading: _Reading) -> bool:
        """Take an ordinal: in words, as a number after the article, or a bare number."""
        at = reading.end
        word = self._word(at)
        if word == "ال" and self._word(at + 1).isdigit():
            reading.end, reading.edition = at + 2, int(self._word(at + 1)[:4])
        elif word.isdigit() and len(word) < 4 and self.doc[at].text == self.doc[at].text.strip():
            reading.end, reading.edition = at + 1, int(word)
        elif word in _ordinals():
            reading.edition = _ordinals()[word]
            at += 1
            while self._word(at) in _ordinals() or (self._word(at) == "و" and self._word(at + 1) in _ordinals()):
                at += self._word(at) == "و"
                reading.edition += _ordinals()[self._word(at)]
                at += 1
            reading.end = at
        else:
            return False
        reading.evidence.add("ordinal")
        return True

    def _after_lam(self, reading: _Reading, kind: str) -> None:
        """What the forum belongs to or is for: «ل» or, after a session, «من», and a noun phrase."""
        at = reading.end
        if kind == "dialogue" or not (self._word(at) == "ل" or (kind == "session" and self._word(at) == "من")):
            return
        at += 1
        if self._word(at) in _words("purpose_verb"):
            return
        if self._quoted(reading, at):
            reading.evidence.add("host")
            return
        if kind in ("conference", "forum") and _heads().get(self.norms[at - 2]) is not None and self.norms[at - 2].startswith("ال"):
            return
        inner = _heads().get(self._word(at))
        if at in self.starts:
            reading.end, evidence = self.starts[at]
            if evidence in ("org", "forum", "place", "country"):
                reading.evidence.update(("host", "purpose"))
        elif inner is not None:
            reading.end = self.read(at, inner).end
            reading.evidence.add("host")
        elif self._noun_phrase(reading, at):
            reading.evidence.update(("purpose", "host") if kind != "meeting" else ("purpose",))
        else:
            return
        rest = _Reading(reading.end)
        self._adjectives(rest, kind)
        reading.end = rest.end
        reading.nationalities += rest.nationalities

    def _noun_phrase(self, reading: _Reading, at: int) -> bool:
        """Take nouns up to a definite one, its adjectives, and others joined to it by «و»."""
        start = at
        while self._word(at) in _words("construct"):
            at += 1
        if at in self.starts:
            reading.end = self.starts[at][0]
        elif _is_definite(self._word(at)) and self._word(at) not in _words("stop"):
            reading.end = at + 1
        else:
            return False
        rest = _Reading(reading.end)
        self._adjectives(rest, "")
        reading.end = rest.end
        if self._word(reading.end) == "و" and start < reading.end and _is_definite(self._word(reading.end + 1)):
            self._noun_phrase(reading, reading.end + 1)
        return True

    def with_session(self, end: int) -> int:
        """The end of a listed name, with the session that is named after it."""
        reading = _Reading(end)
        self._session(reading)
        return reading.end

    def _session(self, reading: _Reading) -> None:
        """«في دورتها الـ27», after the name."""
        at = reading.end
        if self._word(at) in ("في", "ب") and self._word(at + 1) in ("دورتها", "دورته"):
            rest = _Reading(at + 2)
            if self._ordinal(rest):
                reading.end = rest.end
                reading.evidence.add("ordinal")


def _is_definite(word: str) -> bool:
    return word.startswith("ال") and len(word) > 3


def _is_adjective(word: str) -> bool:
    """Whether a word can be a definite adjective that belongs to a name: a listed one, or any in -ي, -ية that is not ruled out."""
    if word in _words("stop"):
        return False
    return word in _words("plain") or word in _identifying() or (_is_definite(word) and word.endswith(("ي", "يه")))


def _codes(doc: Doc, found: Iterable[Mention]) -> Iterator[Mention]:
    """Yield the acronyms in brackets after a forum: «المنتدى العالمي لمكافحة الإرهاب (GCTF)»."""
    for mention in found:
        span = doc.char_span(mention.start, mention.end)
        at = span.end if span is not None else len(doc)
        if at + 2 < len(doc) and doc[at].text == "(" and doc[at + 2].text == ")" and _ACRONYM.fullmatch(doc[at + 1].text):
            code = doc[at + 1 : at + 2]
            yield Mention(code.start_char, code.end_char, "FORUM", "", 1.0, "pattern:code", mention.entity)


def _short_names(doc: Doc, found: list[Mention]) -> Iterator[Mention]:
    """Yield later mentions of a forum by its head and some of its words, in their order."""
    names = [(m, [_bare(t.norm) for t in tokens(doc.text[m.start : m.end])]) for m in found if m.by != "pattern:code"]
    by_head: dict[str, list[tuple[Mention, list[str]]]] = {}
    for mention, words in names:
        if len(words) > 2:
            by_head.setdefault(words[0], []).append((mention, words[1:]))
    heads = {_bare(head) for head in _heads()}
    norms = [_bare(token.norm_) for token in doc]
    for at, head in enumerate(norms):
        if head not in heads:
            continue
        for mention, words in by_head.get(head, ()):
            end = _follow(norms, at + 1, words)
            more = end < len(doc) and (_is_adjective(doc[end].norm_) or norms[end] == "ضد")
            if doc[at].idx > mention.end and end > at + 1 and len(norms[end - 1]) > 2 and not more:
                span = doc[at:end]
                yield Mention(span.start_char, span.end_char, "FORUM", "", 0.9, "short-name", mention.entity)
                break


def _follow(norms: list[str], at: int, words: list[str]) -> int:
    """Return where the tokens from `at` on, which stand in this order among `words`, end."""
    remaining = iter(words)
    while at < len(norms) and any(word == norms[at] for word in remaining):
        at += 1
    return at


def _bare(word: str) -> str:
    return word[2:] if _is_definite(word) else word


def facts(doc: Doc, mention: Mention, others: Iterable[Mention]) -> dict[str, Any]:
    """Return what is known of a forum: name, kind, host, level, frequency, edition and parties."""
    grammar = _Grammar(doc, others)
    span = doc.char_span(mention.start, mention.end)
    known = next((entry for start, end, entry in grammar.known if (start, end) == (span.start, span.end)), None)
    name = " ".join(mention_text(doc, mention).split())
    return {"name": known.name if known else name}


def mention_text(doc: Doc, mention: Mention) -> str:
    return doc.text[mention.start : mention.end]


@lru_cache(maxsize=1)
def _known() -> Gazetteer[Known]:
    def entries() -> Iterator[tuple[str, Known]]:
        for row in rows("forums"):
            known = Known(*(row[column] for column in Known._fields))
            for form in (row["name"], *row["other_names"].split(";"), *row["codes"].split(";")):
                yield form, known

    return Gazetteer(entries())


@lru_cache(maxsize=1)
def _heads() -> dict[str, Head]:
    return {normalise(row["head"]): Head(row["kind"], frozenset(row["complements"].split())) for row in rows("forum_heads")}


@lru_cache(maxsize=16)
def _words(kind: str) -> frozenset[str]:
    return frozenset(normalise(row["word"]) for row in rows("forum_words") if row["kind"] == kind)


@lru_cache(maxsize=1)
def _identifying() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows("forum_words"):
        if row["kind"] == "adjective":
            word = normalise(row["word"])
            found[word] = (*found.get(word, ()), row["heads"])
    return found


@lru_cache(maxsize=1)
def _ordinals() -> dict[str, int]:
    return {normalise(row["word"]): int(row["value"]) for row in rows("forum_ordinals")}


@Language.component("khabar_forums", assigns=["doc.spans"])
def forums(doc: Doc) -> Doc:
    """Write the forums of a Doc as its group "forums"."""
    others = spans.read(doc, "countries", "dates", "places", "organisations")
    found = find_forums(doc, others)
    spans.write(doc, GROUP, found)
    return doc
