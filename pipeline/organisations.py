"""Organisations: named bodies with members, staff or a seat.

Three sources. `organisations.tsv` lists what is known by name. A grammar over the head nouns of `organisation_heads.tsv` finds the many that no list
can hold («وزارة الخارجية القطرية», «سفارة قطر لدى لبنان», «الخارجية اليمنية», «إدارة ترامب») and says where they end, which country they belong to and
what kind they are. The trained model proposes the rest. `frame` says how a head noun continues:

- national: a definite noun that is a name only with a nationality («الحكومة التركية»)
- country: a noun in construct with a country, place or nationality («رئاسة كوريا الجنوبية»)
- rule: as country, or with the person who leads it («إدارة ترامب»)
- ministry, body: a noun in construct with its field («وزارة التجارة والصناعة»)
- described: a definite noun with adjectives or a purpose («الهيئة العامة للطيران المدني»)
- named: a noun before a proper name («حزب الله», «جامعة هارفارد»)
- embassy: whose, then where («السفارة الأمريكية بالقدس»)
- agency, medium: of which the name alone is the organisation, unless it is named after its field
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import places, spans
from pipeline.gazetteer import Gazetteer, Hit, rows
from pipeline.normalise import normalise
from pipeline.spans import Mention

GROUP = "organisations"

_LONGEST = 16  # tokens that a name may have; also what keeps the scan linear
_NAME = 50  # per cent of its occurrences in which a word is a person's name


class Organisation(NamedTuple):
    """A listed organisation; `guard` "head" asks for a noun such as «صحيفة» or quotes, `inside` "closed" lets no place stand in its name."""

    guard: str
    name: str
    kind: str
    country: str
    name_en: str
    wikidata: str
    inside: str

    @property
    def key(self) -> str:
        """The key of the organisation among the document's entities."""
        return f"wd:{self.wikidata}" if self.wikidata else f"org:{normalise(self.name)}"

    def facts(self) -> dict[str, Any]:
        """What the list knows of the organisation."""
        facts: dict[str, Any] = {"name": self.name, "name_en": self.name_en, "type": self.kind, "country": self.country}
        facts["links"] = {"wikidata": self.wikidata} if self.wikidata else {}
        return {name: value for name, value in facts.items() if value}


class Head(NamedTuple):
    """A noun that begins the name of an organisation."""

    frame: str
    kind: str


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer[Organisation]:
    """Return the listed organisations by their names, short names and acronyms."""
    columns = ("guard", "name_ar", "type", "country", "name_en", "wikidata", "inside")
    return Gazetteer((r["name"], Organisation(*(r[c] for c in columns))) for r in rows("organisations"))


@lru_cache(maxsize=1)
def _heads() -> dict[str, Head]:
    return {normalise(r["word"]): Head(r["frame"], r["type"]) for r in rows("organisation_heads")}


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    return {normalise(r["word"]): r["role"] for r in rows("organisation_words")}


@lru_cache(maxsize=1)
def _names() -> dict[str, int]:
    return {r["form"]: int(r["share"]) for r in rows("name_words")}


class Reader:
    """Reads the names of organisations off the tokens of one Doc."""

    def __init__(self, doc: Doc, taken: Iterable[Mention]) -> None:
        self.doc = doc
        self.norms = [t.norm_ for t in doc]
        self.at: dict[int, tuple[int, str, str]] = {}  # token -> end, label, value of the mention that starts there
        for m in taken:
            span = doc.char_span(m.start, m.end)
            if span is not None and span.end > self.at.get(span.start, (0, "", ""))[0]:
                self.at[span.start] = (span.end, m.label, m.value)
        self.listed: dict[int, int] = {}  # token -> end of the listed organisation that starts there

    def norm(self, i: int) -> str:
        """The matching form of a token, empty outside the text."""
        return self.norms[i] if 0 <= i < len(self.norms) else ""

    def role(self, i: int) -> str:
        """What `organisation_words.tsv` says of a word."""
        return _words().get(self.norm(i), "")

    def is_(self, i: int, *labels: str) -> bool:
        """Does a mention of one of the labels start at a token?"""
        return i in self.at and self.at[i][1] in labels

    def definite(self, i: int) -> bool:
        """Is a token a definite word that may belong to a name?"""
        word = self.norm(i)
        return len(word) > 3 and word.startswith("ال") and word.isalpha() and self.role(i) != "stop"

    def read(self, i: int) -> int:
        """Return the end of the name whose head noun is token i, or i if there is none."""
        frame = _heads()[self.norm(i)].frame
        read = {
            "national": self._national, "country": self._country, "rule": self._rule, "ministry": self._phrase, "body": self._phrase,
            "described": self._described, "named": self._named, "embassy": self._embassy, "agency": self._phrase,
        }.get(frame)  # fmt: skip
        return read(i) if read else i

    def _national(self, i: int) -> int:
        at = i + 1
        while self.role(at) == "adjective" and at < i + 4:
            at += 1
        if not self.is_(at, "NATIONALITY"):
            return i
        end = self.at[at][0]
        while self.role(end) == "adjective" and not self.norm(end).startswith("الرسمي"):
            end += 1
        return self._seat(end) if _heads()[self.norm(i)].kind == "embassy" else end

    def _seat(self, end: int) -> int:
        """Take in where an embassy is: «في إسطنبول», «بالقدس», «لدى لبنان»."""
        if self.norm(end) in ("في", "ب", "لدي", "فى"):
            at = end + 1 + (self.norm(end + 1) == "مدينه")
            if self.is_(at, "COUNTRY", "LOCATION"):
                return self.at[at][0]
            if at in self.listed:
                return self.listed[at]
        return end

    def _country(self, i: int) -> int:
        at = i + 1
        while (self.role(at) == "noun" or self.norm(at) in ("الامن", "الاستخبارات", "الدفاع")) and at < i + 4:
            at += 1
        if self.is_(at, "COUNTRY", "LOCATION") or (at > i + 1 and self.is_(at, "NATIONALITY")):
            return self.at[at][0]
        return i

    def _rule(self, i: int) -> int:
        end = self._country(i)
        if end > i:
            return end
        at = i + 1
        titled = False
        while at < i + 8 and (
            self.norm(at) in _TITLES or (titled and (self.is_(at, "NATIONALITY") or self.norm(at) == "،"))
        ):
            titled = True
            at = self.at[at][0] if self.is_(at, "NATIONALITY") else at + 1
        end = at
        while (
            end < at + (4 if titled else 2)
            and _names().get(self.norm(end), 0) >= _NAME
            and not self.is_(end, "COUNTRY")
        ):
            end += 1
        return end if end > at else i

    def _embassy(self, i: int) -> int:
        end = self._country(i)
        if end == i and self.norm(i + 1) == "خادم":
            end = i + 4
        return self._seat(end) if end > i else i

    def _described(self, i: int) -> int:
        """A definite noun needs two adjectives, an adjective and a nationality, or a purpose, before it is a name."""
        end = self._phrase(i)
        return end if end > i + 2 else i

    def _named(self, i: int) -> int:
        end = self._phrase(i, conj=False)
        if end == i and self.is_(i + 1, "LOCATION", "COUNTRY"):
            return self.at[i + 1][0]
        return end

    def _phrase(self, head: int, conj: bool = True) -> int:
        """Return the end of the noun phrase that completes a head noun; the head itself if there is none.

        It takes definite words, nouns in construct before them, purposes with «ل» and what «و» joins, and ends after a nationality or a place.
        """
        at = head + 1
        end = head
        while at < head + _LONGEST:
            if self.is_(at, "NATIONALITY"):
                at = end = self.at[at][0]
            elif at in self.listed:
                return self.listed[at] if at > head + 1 or _heads()[self.norm(head)].frame in _HOLDERS else head
            elif self.definite(at):
                at = end = at + 1
            elif self.role(at) == "noun" and self._opens(at):
                at += 1
            elif (
                self.norm(at) == "ل"
                and end > head
                and (self.definite(at + 1) or self.role(at + 1) == "noun" or at + 1 in self.listed)
            ):
                at += 1
            elif self.norm(at) == "و" and conj and end > head and self._joins(at + 1):
                at += 1
            elif self.is_(at, "COUNTRY", "LOCATION") and end < at:
                return self.at[at][0]
            else:
                break
        return end

    def _opens(self, at: int) -> bool:
        """Do nouns in construct at a token lead to a definite word, country, place or known organisation?"""
        for ahead in range(at + 1, at + 4):
            if self.definite(ahead) or ahead in self.listed or self.is_(ahead, "COUNTRY", "LOCATION"):
                return True
            if self.role(ahead) != "noun":
                return False
        return False

    def _joins(self, at: int) -> bool:
        """May a word after «و» be one more field of the same body, not the next thing in the sentence?"""
        if at in self.listed or self.norm(at) in _heads() or self.is_(at, "NATIONALITY", "COUNTRY", "LOCATION"):
            return False
        return self.definite(at) or (self.role(at) == "noun" and self._opens(at))


_HOLDERS = ("ministry", "body", "described")  # frames whose complement may be another organisation
_TITLES = frozenset(
    map(
        normalise,
        ("الرئيس", "رئيس", "رئيسة", "الوزراء", "السابق", "السابقة", "المستشارة", "المستشار", "الجديد", "المنتخب"),
    )
)


@lru_cache(maxsize=1)
def _not() -> Gazetteer[None]:
    return Gazetteer((r["name"], None) for r in rows("organisation_not"))


@lru_cache(maxsize=1)
def _senses() -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (normalise(r["name"]), normalise(r["before"]), normalise(r["after"])) for r in rows("organisation_senses")
    )


def find_organisations(doc: Doc, taken: Iterable[Mention] = (), proposals: Iterable[Mention] = ()) -> list[Mention]:
    """Return the ORGANIZATION mentions of a Doc.

    `taken`: countries, nationalities and places. `proposals`: the model's, of any label.
    """
    taken = list(taken)
    reader = Reader(doc, taken)
    found = {(h.start, h.end): h.entry for h in _listed(reader)}
    for start, end in sorted(found):
        reader.listed[start] = max(end, reader.listed.get(start, 0))
    mentions = [
        _mention(doc, start, end, "organisations:list", 1.0, entry.key) for (start, end), entry in found.items()
    ]
    mentions += _read(reader)
    mentions += _quoted(reader, mentions)
    mentions += _seats(doc, taken)
    return spans.longest(mentions)


def _mention(doc: Doc, start: int, end: int, by: str, score: float, key: str = "") -> Mention:
    span = doc[start:end]
    return Mention(span.start_char, span.end_char, "ORGANIZATION", "", score, by, key or f"org:{normalise(span.text)}")


def _denied(reader: Reader, start: int, end: int) -> bool:
    """Do the words beside a name, or its first word, say that it is none?"""
    before, after = reader.norm(start - 1), reader.norm(end)
    names = (" ".join(reader.norms[start:end]), reader.norm(start))
    return any((name, before, "") in _senses() or (name, "", after) in _senses() for name in names)


def _listed(reader: Reader) -> Iterator[Hit[Organisation]]:
    doc = reader.doc
    for hit in gazetteer().find(doc):
        if not _denied(reader, hit.start, hit.end) and (not hit.entry.guard or _announced(doc, hit.start, hit.end)):
            yield hit


def _outside(doc: Doc, at: int) -> tuple[Head | None, bool]:
    """Return the head noun that stands before a name, outside of it, and whether a quote stands between."""
    before = at - 1
    while before >= 0 and (doc[before].is_quote or doc[before].is_left_punct or doc[before].is_space):
        before -= 1
    head = _heads().get(doc[before].norm_) if before >= 0 else None
    return head, before < at - 1


def _announced(doc: Doc, start: int, end: int) -> bool:
    """Does a noun such as «صحيفة» or a pair of quotes say that an everyday word is a name?"""
    head, quoted = _outside(doc, start)
    if head is not None and head.frame in ("medium", "agency", "named"):
        return True
    return quoted and end < len(doc) and (doc[end].is_quote or doc[end].is_right_punct)


def _read(reader: Reader) -> Iterator[Mention]:
    """Yield what the grammar reads; a listed name that starts at the same word is only lengthened by a nationality."""
    denied = {hit.start for hit in _not().find(reader.doc)}
    for i, norm in enumerate(reader.norms):
        if norm not in _heads() or i in denied or _denied(reader, i, i + 1):
            continue
        end = reader.read(i)
        if i in reader.listed:
            listed = reader.listed[i]
            end = (
                reader.at[listed][0]
                if reader.is_(listed, "NATIONALITY") and norm in _heads() and end >= reader.at[listed][0]
                else i
            )
        if end > i:
            yield _mention(reader.doc, i, end, f"organisations:{_heads()[norm].frame}", 0.8)


def _quoted(reader: Reader, known: list[Mention]) -> Iterator[Mention]:
    """Yield names in quotes or brackets after a head noun («شركة "ديب مايند"»), and short names in brackets after a known name."""
    doc = reader.doc
    ends = {m.end for m in known}
    for i in range(1, len(doc)):
        if not (doc[i].is_quote or doc[i].is_left_punct):
            continue
        end = i + 1
        while (
            end < len(doc)
            and end < i + 7
            and not (doc[end].is_punct and doc[end].text not in ".-")
            and not doc[end].is_space
        ):
            end += 1
        if end == i + 1 or end >= len(doc) or not (doc[end].is_quote or doc[end].is_right_punct):
            continue
        head = _heads().get(reader.norm(i - 1))
        previous = doc[i - 1]
        if head is not None and head.frame in ("medium", "agency", "named", "body", "quoted"):
            yield _mention(doc, i + 1, end, "organisations:quoted", 0.8)
        elif previous.idx + len(previous) in ends and end <= i + 4 and doc[i].text == "(" and not doc[i + 1].like_num:
            yield _mention(doc, i + 1, end, "organisations:acronym", 0.8)


def _seats(doc: Doc, taken: list[Mention]) -> Iterator[Mention]:
    """Yield the seats of power that are not a place where they stand."""
    located = {(m.start, m.end) for m in taken if m.label == "LOCATION"}
    for hit in places.seats().find(doc):
        m = _mention(doc, hit.start, hit.end, "organisations:seat", 0.9, hit.entry.key)
        if (m.start, m.end) not in located:
            yield m


@Language.component("khabar_organisations")
def organisations(doc: Doc) -> Doc:
    """Write the group "organisations"."""
    mentions = find_organisations(doc, spans.read(doc, "countries", "places"), spans.read(doc, spans.PROPOSALS))
    spans.write(doc, GROUP, mentions)
    return doc
