"""Forums: the named occasions and formats in which parties meet.

Two sources, of which the longest span stands. `forums.tsv` lists known forums with their other names and codes. A grammar finds the
rest: a head noun of `forum_heads.tsv` («قمة», «الدورة», «اللجنة» …), what may follow it (adjectives and ordinals, a place, a date, an
organisation, a quoted title, a noun in the genitive, «ل» with a purpose), and, a head at a time, which of these make it a name: «قمة سنغافورة»
and «اللجنة المشتركة» are names, «قمة ثلاثية» and «اللجنة البرلمانية» are not.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline import spans
from pipeline.gazetteer import Gazetteer, rows
from pipeline.index import index
from pipeline.normalise import normalise, with_article
from pipeline.spans import Mention
from pipeline.tokenise import tokens

GROUP = "forums"

_QUOTES = "«»\"“”„‘’'"
_LONGEST_CHAIN = 12  # nouns in the genitive
_LONGEST_QUOTE = 14  # tokens of a quoted title
_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9+&-]{1,11}")
_SURE_PROPOSAL = 0.85  # score from which on a proposal of the model stands by itself
_CLAUSE = 25  # tokens after a name in which its place and date are looked for
_DEPTH = 4  # names within names that are read
_MANY = 50  # full names with one head that short names are compared with
_LATE_EDITION = 10  # from which on «الدورة» needs no name: «الدورة الـ78»
_OF_A_MEETING = ("edition", "place", "date")  # facts that hold for one meeting of a forum
_BODIES = ("assembly", "committee", "conference", "council", "forum", "group")  # heads of organisations' names, too
_MEDIA = ("media", "news agency")  # they hold no meetings but are told of them: «قال في الاجتماع لرويترز»
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
    after_head: int = -1
    evidence: set[str] = field(default_factory=set)
    nationalities: int = 0
    edition: int = 0


def find_forums(doc: Doc, others: Iterable[Mention] = (), proposals: Iterable[Mention] = ()) -> list[Mention]:
    """Return the forums of a Doc, none within another.

    `others`: the countries, dates, places and organisations found before. `proposals`: what the model takes for forums. A sure one that starts
    with a head noun stands where the rules find nothing, and in place of a shorter name of the grammar with the same start.

    >>> import spacy
    >>> nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    >>> doc = nlp("ألقى كلمة في الدورة الـ78 للجمعية العامة للأمم المتحدة")
    >>> [doc.text[m.start:m.end] for m in find_forums(doc)]
    ['الدورة الـ78 للجمعية العامة للأمم المتحدة']
    """
    grammar = _Grammar(doc, others)
    listed = [
        grammar.mention(start, grammar.with_edition(end, known.kind), "list:forum", known)
        for start, end, known in grammar.known
    ]
    found = spans.longest([*listed, *grammar.names()])
    found = spans.longest([*found, *_codes(doc, found)])
    found = spans.longest([*found, *_short_names(doc, found)])
    return _with_proposals(grammar, found, proposals)


def _with_proposals(grammar: _Grammar, found: list[Mention], proposals: Iterable[Mention]) -> list[Mention]:
    doc = grammar.doc
    fixed = {place for m in found if not m.by.startswith("pattern") for place in range(m.start, m.end)}
    starts = {m.start for m in found}
    inside = {place for m in found for place in range(m.start + 1, m.end)}
    added = []
    for proposal in spans.by_label(proposals, "FORUM"):
        span = doc.char_span(proposal.start, proposal.end)
        if span is None or proposal.score < _SURE_PROPOSAL or span[0].norm_ not in _heads() or len(span) == 1:
            continue
        free = proposal.start in starts or inside.isdisjoint(range(proposal.start, proposal.end))
        if free and fixed.isdisjoint(range(proposal.start, proposal.end)):
            added.append(replace(grammar.mention(span.start, span.end, "model"), score=proposal.score))
    return spans.longest([*found, *added])


class _Grammar:
    """Reads names of forums from the tokens of one Doc."""

    def __init__(self, doc: Doc, others: Iterable[Mention]) -> None:
        self.doc = doc
        self.norms = index(doc).norms
        self.known = [(hit.start, hit.end, hit.entry) for hit in _known().find(doc) if not self._is_other(hit.end)]
        self.starts: dict[int, tuple[int, str]] = {}
        self.nationalities: dict[int, int] = {}
        self.listed: dict[int, tuple[int, Known]] = {}
        for start, end, known in self.known:
            self._start(start, end, "forum")
            if start not in self.listed or self.listed[start][0] < end:
                self.listed[start] = end, known
        facts = doc._.entities
        for mention in others:
            span = doc.char_span(mention.start, mention.end)
            if span is None:
                continue
            if mention.label == "NATIONALITY":
                self.nationalities[span.start] = span.end
            elif mention.label in _EVIDENCE and facts.get(mention.entity, {}).get("type") not in _MEDIA:
                self._start(span.start, span.end, _EVIDENCE[mention.label])

    def _is_other(self, end: int) -> bool:
        """Whether the word after a listed name makes it a body of one state: «مجلس الأمن القومي», «مجلس الأمن الروسي»."""
        return self._word(end) in _words("state")

    def _start(self, start: int, end: int, evidence: str) -> None:
        if start not in self.starts or self.starts[start][0] < end:
            self.starts[start] = end, evidence

    def mention(self, start: int, end: int, by: str, known: Known | None = None) -> Mention:
        """Return the mention of tokens `[start, end)`, with the key of the forum that it names."""
        span = self.doc[start:end]
        words = self.series(start, end)
        known = known or self.known_series(words)
        if known is None:
            form = "".join(self.norms[i] + self.doc[i].whitespace_ for i in words if self.norms[i] not in _QUOTES)
            key = f"forum:{' '.join(form.split())}"
        else:
            key = f"wd:{known.wikidata}" if known.wikidata else f"forum:{normalise(known.name)}"
        return Mention(span.start_char, span.end_char, "FORUM", "", 1.0, by, key)

    def series(self, start: int, end: int) -> list[int]:
        """Return the tokens of a name that tell the forum, whichever of its meetings is meant.

        Without ordinals, and without the session: «الدورة الثالثة للجنة المشتركة» is a meeting of «اللجنة المشتركة».
        """
        head = _heads().get(self.norms[start])
        if head is not None and head.kind == "session":
            owner = next((i + 1 for i in range(start + 1, end - 1) if self.norms[i] in ("ل", "من")), start)
            if self.norms[owner] not in _QUOTES:
                start = owner
        words: list[int] = []
        at = start
        while at < end and not (self.norms[at] in ("في", "ب") and self._word(at + 1) in ("دورتها", "دورته")):
            reading = _Reading(at, start + 1, {"described"})
            if words and self._ordinal(reading):
                at = reading.end
            else:
                words.append(at)
                at += 1
        return words

    def known_series(self, words: list[int]) -> Known | None:
        """Return the listed forum that these tokens name, all of them and no others."""
        end, known = self.listed.get(words[0], (0, None))
        return known if words == list(range(words[0], end)) else None

    def names(self) -> Iterator[Mention]:
        """Yield the mentions that the grammar accepts."""
        for at, word in enumerate(self.norms):
            head = _heads().get(word)
            if head is None:
                continue
            if head.kind in _BODIES and self.starts.get(at, (0, ""))[1] == "org":
                continue
            first = (
                at > 0
                and self.norms[at - 1] in _words("first")
                and head.kind in ("meeting", "summit", "conference", "forum")
            )
            reading = self.read(at, head)
            if first:
                self._after_lam(reading, head.kind)
            if reading.evidence & (head.complements | ({"host"} if first else set())):
                start = at - first
                yield self.mention(start, reading.end, f"pattern:{head.kind}")

    def read(self, at: int, head: Head, depth: int = 0) -> _Reading:
        """Read the complement of the head at a token, which lies within `depth` other names."""
        reading = _Reading(at + 1, at + 1)
        if not self._has_article(at):
            self._construct(reading, head.kind)
        self._adjectives(reading, head.kind)
        self._about(reading, head.kind)
        self._between(reading, head.kind)
        if not reading.evidence & {"forum", "body"}:
            self._after_lam(reading, head.kind, depth)
        if reading.nationalities > 1:
            reading.evidence.add("nat2")
        if not reading.nationalities:
            reading.evidence.discard("coordination")
        if "adjective" not in reading.evidence:
            reading.evidence.discard("hosted")
        if reading.evidence >= {"ordinal", "described"}:
            reading.evidence.add("title")
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
        if self._word(at) == "ل" and (
            self.starts.get(at + 1, (0, ""))[1] in ("org", "forum") or self._word(at + 1) in _words("orgword")
        ):
            at += 1
        if kind == "meeting" and (self._is_body(at) or self._word(at) in _words("office")):
            return
        if self._name(reading, at) or self._quoted(reading, at):
            self._against(reading)
            if (
                kind == "meeting"
                and self._word(reading.end) == "و"
                and self.starts.get(reading.end + 1, (0, ""))[1] == "org"
            ):
                reading.end = self.starts[reading.end + 1][0]
            return
        if not self._nouns(reading, at):
            return
        if reading.evidence & {"ministers"}:
            while self._word(reading.end) == "و" and self._word(reading.end + 1) in _words("construct"):
                if not self._nouns(reading, reading.end + 1):
                    return
            at = reading.end
            named = self.starts.get(at + 1, (0, ""))[1] in ("org", "forum")
            if self._word(at) in ("في", "ل", "ب", "من") and (named or self._word(at + 1) in _words("construct")):
                self._nouns(reading, at + 1)

    def _nouns(self, reading: _Reading, at: int) -> bool:
        """Take nouns in the genitive up to a name, a quoted title or a definite noun with its adjectives."""
        start = at
        evidence: set[str] = set()
        while self._word(at) in _words("construct") and at not in self.starts and at < start + _LONGEST_CHAIN:
            evidence.update(kind for kind in ("ministers", "orgword") if self._word(at) in _words(kind))
            at += 1
            if self._word(at) == "و" and self._word(at + 1) in _words("construct"):
                at += 1
        word = self._word(at)
        if at in self.starts:
            self._name(reading, at)
        elif _is_definite(word) and word not in _words("stop") and word not in _words("generic"):
            evidence.add("noun")
            if at > start:
                evidence.add("chain")
            evidence.update(kind for kind in ("coordination", "orgword", "subject") if word in _words(kind))
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
            if not _is_definite(self._word(at + 1)) and _is_definite(self._word(at + 2)):
                reading.end = at + 3
                self._adjectives(reading, "")
        reading.evidence.add("org")

    def _about(self, reading: _Reading, kind: str) -> None:
        """«الخاصة بسوريا», «المعنية بتعيين الحدود», «المؤتمر الدولي حول ليبيا»."""
        at = reading.end
        named = kind in ("conference", "forum", "meeting") and reading.evidence & {"adjective", "described", "place"}
        if self._word(at) in _words("about") and self._word(at + 1) == "ب":
            at += 2
        elif named and self._word(at) in _words("topic"):
            at += 1
        else:
            return
        rest = _Reading(at)
        if at in self.starts:
            rest.end = self.starts[at][0]
        elif not self._noun_phrase(rest, at):
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
        if (
            evidence == "forum"
            and at in self.listed
            and self.listed[at][1].kind in ("council", "assembly", "committee")
        ):
            evidence = "body"
        reading.end = end
        reading.evidence.add(evidence)
        return True

    def _quoted(self, reading: _Reading, at: int) -> bool:
        """Take a title in quotation marks or brackets."""
        opening = self._word(at)
        closing = ")" if opening == "(" else _QUOTES
        if opening not in (*_QUOTES, "(") or self.starts.get(at + 1, (0, ""))[1] == "forum":
            return False
        for end in range(at + 1, min(at + 1 + _LONGEST_QUOTE, len(self.norms))):
            if self.norms[end] in closing:
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
                reading.evidence |= {"nat", "described"}
            elif self._ordinal(reading):
                pass
            elif word in _words("level") and self._word(at + 1) == "المستوي":
                reading.end += 2
            elif word in _words("about") and self._word(at + 1) == "ب":
                return
            elif _is_adjective(word) and not (word in _words("deictic") and self._word(at + 1).isdecimal()):
                reading.evidence.add("adjective" if kind in _identifying().get(word, ()) else "described")
                reading.end += 1
            elif word in ("-", "و") and reading.nationalities and at + 1 in self.nationalities and word == "-":
                reading.end += 1
            else:
                return

    def _ordinal(self, reading: _Reading) -> bool:
        """Take an ordinal: in words, as a number after the article, or a bare number."""
        at = reading.end
        word = self._word(at)
        if word == "ال" and self._word(at + 1).isdecimal():
            reading.end, reading.edition = at + 2, int(self._word(at + 1)[:4])
        elif (
            word.isdecimal()
            and len(word) < 4
            and (at == reading.after_head or reading.evidence & {"adjective", "described"})
        ):
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

    def _after_lam(self, reading: _Reading, kind: str, depth: int = 0) -> None:
        """What the forum belongs to or is for: «ل» or, after a session, «من», and a noun phrase."""
        at = reading.end
        if kind == "session" and "ordinal" in reading.evidence and self._quoted(reading, at):
            reading.evidence.add("host")
            return
        if kind == "dialogue" or not (self._word(at) == "ل" or (kind == "session" and self._word(at) == "من")):
            return
        at += 1
        if self._word(at) in _words("purpose_verb") or (kind == "summit" and not reading.evidence):
            return
        if self._quoted(reading, at):
            reading.evidence.add("host")
            return
        if (
            kind in ("conference", "forum")
            and _heads().get(self.norms[at - 2]) is not None
            and self.norms[at - 2].startswith("ال")
        ):
            return
        inner = _heads().get(self._word(at))
        if at in self.starts:
            reading.end, evidence = self.starts[at]
            if evidence in ("org", "forum", "place", "country"):
                reading.evidence.update(("host", "purpose"))
            if evidence in ("org", "forum"):
                reading.evidence.add("hosted")
        elif inner is not None and depth < _DEPTH:
            reading.end = self.read(at, inner, depth + 1).end
            reading.evidence.add("host")
        elif self._noun_phrase(reading, at):
            if self._word(at) in _words("orgword"):
                reading.evidence |= {"host", "hosted"}
            reading.evidence.update(("purpose",) if kind in ("meeting", "session") else ("purpose", "host"))
        else:
            return
        rest = _Reading(reading.end)
        self._adjectives(rest, kind)
        self._against(rest)
        after = self._word(rest.end + 1)
        if (
            self._word(rest.end) == "ل"
            and _is_definite(after)
            and after not in _words("purpose_verb")
            and inner is None
        ):
            self._noun_phrase(rest, rest.end + 1)
        reading.end = rest.end
        reading.nationalities += rest.nationalities
        self._second_host(reading, at)

    def _second_host(self, reading: _Reading, at: int) -> None:
        """«المجلس الوزاري المشترك لمجلس التعاون | والاتحاد الأوروبي»."""
        joint = self.norms[at - 2] in ("المشترك", "المشتركه")
        if joint and self._word(reading.end) == "و" and self.starts.get(reading.end + 1, (0, ""))[1] == "org":
            reading.end = self.starts[reading.end + 1][0]

    def _noun_phrase(self, reading: _Reading, at: int, depth: int = 0) -> bool:
        """Take nouns up to a definite one, its adjectives, and others joined to it by «و»."""
        start = at
        while self._word(at) in _words("construct") and at not in self.starts and at < start + _LONGEST_CHAIN:
            at += 1
        if (
            at not in self.starts
            and self._word(at).isalpha()
            and not _is_definite(self._word(at))
            and _is_definite(self._word(at + 1))
        ):
            at += 1
        if at in self.starts:
            reading.end = self.starts[at][0]
        elif _is_definite(self._word(at)) and self._word(at) not in _words("stop"):
            reading.end = at + 1
        elif at == start or not self._quoted(reading, at):
            return False
        if self._word(reading.end - 1) in _words("limit") and self._word(reading.end) == "من" and depth < _DEPTH:
            return self._noun_phrase(reading, reading.end + 1, depth + 1)
        rest = _Reading(reading.end)
        self._adjectives(rest, "")
        reading.end = rest.end
        if self._word(reading.end) == "و" and _is_definite(self._word(reading.end + 1)) and depth < _DEPTH:
            self._noun_phrase(reading, reading.end + 1, depth + 1)
        return True

    def facts(self, span: Span) -> dict[str, Any]:
        """What the list or the words of a name say of the forum, and which of its meetings they name."""
        words = self.series(span.start, span.end)
        known = self.known_series(words)
        return {**(self._of_text(words) if known is None else _of_list(known)), "edition": self._edition(span)}

    def _of_text(self, words: list[int]) -> dict[str, Any]:
        norms = {self.norms[i] for i in words}
        head = _heads().get(self.norms[words[0]]) or _heads().get(self._word(words[0] + 1))
        level = next((level for level in ("ministerial", "presidential") if norms & _words(level)), "")
        at = words[0] + 1 if head else words[-1] + 1
        end, evidence = self.starts.get(at, (0, ""))
        place = self.text(range(at, end)) if evidence in ("place", "country") and at in words else ""
        return {
            "name": self.text(words), "kind": head.kind if head else "", "level": level, "host": self._host(words), "place": place,
            "frequency": "annual" if norms & _words("annual") else "",
        }  # fmt: skip

    def _host(self, words: Sequence[int]) -> str:
        """The listed forum or the organisation within a name."""
        for at in words[1:]:
            if at in self.listed:
                return self.listed[at][1].name
            end, evidence = self.starts.get(at, (0, ""))
            if evidence == "org":
                return self.text(range(at, end))
        return ""

    def text(self, words: Sequence[int]) -> str:
        """The text of tokens, with the article that «ل» before them hides («للجنة»)."""
        written = "".join(self.doc[i].text + " " * bool(self.doc[i].whitespace_) for i in words)
        first = self.doc[words[0]].text
        return " ".join((with_article(first, self.norms[words[0]]) + written[len(first) :]).split())

    def _edition(self, span: Span) -> int:
        for at in range(span.start + 1, span.end):
            reading = _Reading(at)
            if self._ordinal(reading) and reading.end <= span.end:
                return reading.edition
        return 0

    def with_edition(self, end: int, kind: str) -> int:
        """The end of a listed name, with its ordinal and the session that is named after it."""
        reading = _Reading(end)
        if kind in ("conference", "dialogue", "forum", "summit") and not self._word(end).isdecimal():
            self._ordinal(reading)
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
        if (
            at + 2 < len(doc)
            and doc[at].text == "("
            and doc[at + 2].text == ")"
            and _ACRONYM.fullmatch(doc[at + 1].text)
        ):
            code = doc[at + 1 : at + 2]
            yield Mention(code.start_char, code.end_char, "FORUM", "", 1.0, "pattern:code", mention.entity)


def _short_names(doc: Doc, found: list[Mention]) -> Iterator[Mention]:
    """Yield later mentions of a forum by its head and some of its words, in their order."""
    text = index(doc).text
    by_head: dict[str, dict[tuple[str, ...], Mention]] = {}
    for mention in found:
        head, *words = [token.norm for token in tokens(text[mention.start : mention.end])]
        if len(words) > 1 and len(by_head.setdefault(head, {})) < _MANY:
            by_head[head].setdefault(tuple(words), mention)
    norms = index(doc).norms
    for at, head in enumerate(norms):
        if head not in _heads():
            continue
        for name, mention in by_head.get(head, {}).items():
            end = _follow(norms, at + 1, name)
            more = end < len(doc) and (_is_adjective(doc[end].norm_) or norms[end] == "ضد")
            if doc[at].idx > mention.end and end > at + 1 and len(norms[end - 1]) > 2 and not more:
                span = doc[at:end]
                yield Mention(span.start_char, span.end_char, "FORUM", "", 0.9, "short-name", mention.entity)
                break


def _follow(norms: list[str], at: int, words: Iterable[str]) -> int:
    """Return where the tokens from `at` on, which stand in this order among `words`, end."""
    remaining = iter(words)
    while at < len(norms) and any(word == norms[at] for word in remaining):
        at += 1
    return at


def describe(
    doc: Doc, mentions: Iterable[Mention], others: Sequence[Mention] = ()
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield, for each forum, its key and what the list or the text says of it, as far as either does.

    `name` of the series, `name_en`, `kind`, `host`, `level` (presidential, ministerial), `frequency`, `edition`, `parties` (ISO codes), `place`, `date` (as
    in EDTF) and `links`.

    >>> import spacy
    >>> nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    >>> doc = nlp("القمة العربية الـ29")
    >>> [facts["edition"] for _, facts in describe(doc, find_forums(doc))]
    [29]
    """
    grammar = _Grammar(doc, others)
    surroundings = _Surroundings(doc, others)
    for mention in mentions:
        span = doc.char_span(mention.start, mention.end)
        if span is None:
            raise ValueError(f"[{mention.start}, {mention.end}) is not on token boundaries")
        found = {**grammar.facts(span), **surroundings.of(span)}
        yield mention.entity, {key: value for key, value in found.items() if value}


def merge(known: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return what two mentions of a forum say of it, the first first; where they name two of its meetings, `editions` holds place and date of each.

    >>> merge({"name": "القمة", "edition": 5, "place": "عمان"}, {"name": "القمة", "edition": 6})
    {'name': 'القمة', 'editions': [{'edition': 5, 'place': 'عمان'}, {'edition': 6}]}
    """
    meetings = {m["edition"]: m for m in known.get("editions", ())}
    for facts in (known, more):
        if "edition" in facts:
            meeting = {name: facts[name] for name in _OF_A_MEETING if name in facts}
            meetings[facts["edition"]] = {**meeting, **meetings.get(facts["edition"], {})}
    merged = {**more, **known}
    if len(meetings) < 2:
        return merged
    series = {name: value for name, value in merged.items() if name not in _OF_A_MEETING}
    return {**series, "editions": [meetings[edition] for edition in sorted(meetings)]}


class _Surroundings:
    """The countries, places and dates around a forum, in its clause."""

    def __init__(self, doc: Doc, others: Sequence[Mention]) -> None:
        self.doc = doc
        self.text = index(doc).text
        self.others = sorted(others, key=lambda m: m.start)
        self.starts = [m.start for m in self.others]

    def of(self, span: Span) -> dict[str, Any]:
        """Parties in the name or after «بين», and the place and the date that follow it."""
        clause_end = span.end
        while clause_end < min(span.end + _CLAUSE, len(self.doc)):
            token = self.doc[clause_end]
            if token.is_sent_start or token.norm_ in ".،؛":
                break
            clause_end += 1
        between = span.end < len(self.doc) and self.doc[span.end].norm_ == "بين"
        found: dict[str, Any] = {}
        parties: list[str] = []
        until = self.doc[clause_end - 1].idx
        for m in self.others[bisect_left(self.starts, span.start_char) : bisect_right(self.starts, until)]:
            after = m.start >= span.end_char
            if m.label in ("COUNTRY", "NATIONALITY") and (between or not after) and m.value not in parties:
                parties.append(m.value)
            elif m.label == "LOCATION" and after and self._before(m) in ("في", "ب"):
                found.setdefault("place", self.text[m.start : m.end])
            elif m.label == "DATE" and after and m.value:
                found.setdefault("date", m.value)
        return {**found, "parties": parties if len(parties) > 1 else []}

    def _before(self, mention: Mention) -> str:
        span = self.doc.char_span(mention.start, mention.end)
        return self.doc[span.start - 1].norm_ if span is not None and span.start else ""


def _of_list(known: Known) -> dict[str, Any]:
    links = {"wikidata": known.wikidata} if known.wikidata else {}
    return {
        "name": known.name, "name_en": known.name_en, "kind": known.kind, "host": known.host, "level": known.level,
        "frequency": known.frequency, "links": links,
    }  # fmt: skip


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
    return {
        normalise(row["head"]): Head(row["kind"], frozenset(row["complements"].split())) for row in rows("forum_heads")
    }


@cache
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
    """Write the forums of a Doc as its group "forums", and what is known of them as entities; none is an organisation as well."""
    others = spans.read(doc, "countries", "dates", "places", "organisations")
    found = find_forums(doc, others, spans.read(doc, spans.PROPOSALS))
    spans.write(doc, GROUP, found)
    extents = {(m.start, m.end) for m in found}
    bodies = spans.read(doc, "organisations")
    if any((m.start, m.end) in extents for m in bodies):
        spans.write(doc, "organisations", [m for m in bodies if (m.start, m.end) not in extents])
    known = doc._.entities
    for entity, facts in describe(doc, found, others):
        known[entity] = merge(known.get(entity, {}), facts)
    doc._.entities = known
    return doc
