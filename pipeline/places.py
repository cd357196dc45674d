"""Places that are no country: cities, provinces, regions of the world, waters, buildings used as a place.

Names come from `cities.tsv` and `places.tsv`. A name that is also a common word or a person's («دوما», «العين», «كان») is taken only where its
context says so: `guard` "in" asks for a preposition of place before it or a place beside it, "head" for a noun such as «مدينة»,
"capital" for «العاصمة» or a dateline. The nouns of `place_heads.tsv` also find places that no list has, and settle the extent: «مدينة» stays outside the name, «مطار» inside.
Lists and patterns come first; a place that only the trained model proposes is taken where they are silent and the model is sure, and a listed
name within a longer name of a person, as the model reads it, is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.gazetteer import Gazetteer
from pipeline.index import index
from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.repeats import repeats
from pipeline.romanise import romanise
from pipeline.spans import Mention

GROUP = "places"

_ALONE = 0.7  # what the model must be sure of for a place that no list or pattern knows
_SURNAME = 0.95  # for the last part of a person's name to be no place
_PERSON = 0.6  # and for a listed name to be part of a person's instead


class Place(NamedTuple):
    """A listed place; `guard` says which context its spelling needs."""

    guard: str
    name: str
    kind: str
    country: str
    name_en: str
    wikidata: str
    lat: str = ""
    lon: str = ""
    geonames: str = ""

    @property
    def key(self) -> str:
        """The key of the place among the document's entities."""
        return f"wd:{self.wikidata}" if self.wikidata else f"place:{normalise(self.name)}"

    def facts(self) -> dict[str, Any]:
        """What the list knows of the place."""
        links = {"wikidata": self.wikidata, "geonames": self.geonames}
        facts: dict[str, Any] = {"name": self.name, "name_en": self.name_en, "type": self.kind, "country": self.country}
        facts |= {"lat": float(self.lat), "lon": float(self.lon)} if self.lat else {}
        facts["links"] = {name: value for name, value in links.items() if value}
        return {name: value for name, value in facts.items() if value != "" and value != {}}


class Found(NamedTuple):
    """Tokens `[start, end)` that name a place."""

    start: int
    end: int
    place: Place | None
    by: str
    score: float


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer[Place]:
    """Return the listed places by their spellings."""
    cities = (
        (
            r["name"],
            Place(
                r["guard"],
                r["name_ar"],
                "city",
                r["country"],
                r["name_en"],
                r["wikidata"],
                r["lat"],
                r["lon"],
                r["geonames"],
            ),
        )
        for r in rows("cities")
    )
    others = (
        (r["name"], Place(r["guard"], r["name_ar"], r["kind"], r["country"], r["name_en"], r["wikidata"]))
        for r in rows("places")
    )
    return Gazetteer([*others, *cities])


@lru_cache(maxsize=1)
def _heads() -> dict[str, tuple[str, str]]:
    return {normalise(r["word"]): (r["extent"], r["kind"]) for r in rows("place_heads")}


@lru_cache(maxsize=1)
def _cues() -> frozenset[tuple[str, str]]:
    return frozenset((normalise(r["word"]), r["level"]) for r in rows("place_cues"))


@lru_cache(maxsize=1)
def _tails() -> frozenset[str]:
    return frozenset(normalise(r["word"]) for r in rows("place_tails"))


@lru_cache(maxsize=1)
def _senses() -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (normalise(r["name"]), normalise(r["before"]), normalise(r["after"])) for r in rows("place_senses")
    )


@lru_cache(maxsize=1)
def seats() -> Gazetteer[Place]:
    """Return the seats of power, which are a place or those who sit there."""
    return Gazetteer(
        (r["name"], Place("", r["name_ar"], "seat", r["country"], r["name_en"], r["wikidata"])) for r in rows("seats")
    )


@lru_cache(maxsize=1)
def _seat_names() -> frozenset[str]:
    return frozenset(normalise(r["name"]) for r in rows("seats"))


@lru_cache(maxsize=1)
def _seat_cues() -> dict[str, str]:
    return {normalise(r["word"]): r["role"] for r in rows("seat_cues")}


class Closed(NamedTuple):
    """An organisation whose name holds the word for a place that is not meant; `everyday`: only where quotes or «صحيفة» say that it is named."""

    everyday: bool


@lru_cache(maxsize=1)
def closed() -> Gazetteer[Closed]:
    """Return the names of organisations in which a place is no mention: «الشرق الأوسط» the newspaper, «فيلق القدس»."""
    return Gazetteer((r["name"], Closed(bool(r["guard"]))) for r in rows("organisations") if r["inside"] == "closed")


@lru_cache(maxsize=1)
def _organisations() -> frozenset[str]:
    return frozenset(normalise(r["name"]) for r in rows("organisations") if not r["guard"])


@lru_cache(maxsize=1)
def _bodies() -> dict[str, str]:
    """Return the head nouns of organisations with their frames."""
    return {normalise(r["word"]): r["frame"] for r in rows("organisation_heads")}


@lru_cache(maxsize=1)
def _media() -> frozenset[str]:
    return frozenset(word for word, frame in _bodies().items() if frame in ("medium", "agency"))


def find_places(doc: Doc, taken: Iterable[Mention] = (), proposals: Iterable[Mention] = ()) -> list[Mention]:
    """Return the LOCATION mentions of a Doc.

    `taken`: mentions of countries and nationalities, which a place may hold or sit beside but not equal. `proposals`: the model's, of any label.

    >>> from pipeline.tokenise import Tokeniser
    >>> import spacy
    >>> text = "وصل من مدينة جدة إلى مطار هلسنكي الدولي"
    >>> [text[m.start : m.end] for m in find_places(Tokeniser(spacy.blank("ar").vocab)(text))]
    ['جدة', 'مطار هلسنكي الدولي']
    """
    context = Context(doc, list(taken), list(proposals))
    known = [*_listed(context), *_seats(context)]
    known += _patterns(context, known)
    proposed = list(_proposed(context))
    proposed += _patterns(context, proposed)
    proposed += _repeated(context, proposed)
    dates = ((m.start, m.end) for m in spans.read(doc, "dates"))  # «السادس من أكتوبر»
    barred = cover([*((m.start, m.end) for m in context.taken if m.label == "COUNTRY"), *_barred(context), *dates])
    free = [[m for m in (_mention(doc, f) for f in found) if barred.get(m.start, 0) < m.end]
            for found in (known, proposed)]  # fmt: skip
    sure = spans.longest(free[0])
    return sorted([*sure, *apart(spans.longest(free[1]), sure)], key=lambda m: m.start)


def cover(stretches: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return where the longest stretch over each place ends: a span lies in one if `cover[start] >= end`."""
    ends: dict[int, int] = {}
    for start, end in stretches:
        for at in range(start, end):
            ends[at] = max(end, ends.get(at, 0))
    return ends


def apart(mentions: Iterable[Mention], kept: Iterable[Mention]) -> list[Mention]:
    """Return the mentions that share no character with those kept."""
    taken = {at for m in kept for at in range(m.start, m.end)}
    return [m for m in mentions if taken.isdisjoint(range(m.start, m.end))]


class Context:
    """A Doc with what earlier stages say of its words."""

    def __init__(self, doc: Doc, taken: list[Mention], proposals: list[Mention]) -> None:
        self.doc, self.taken, self.proposals = doc, taken, proposals
        self.norms = index(doc).norms
        self.words = frozenset(index(doc).norms)
        self.adjectives = {t.i for m in taken if m.label == "NATIONALITY" for t in doc.char_span(m.start, m.end) or ()}

    def before(self, at: int) -> int:
        """The index of the word before a token, over an opening quote or bracket; -1 at the start or after other punctuation."""
        at -= 1
        while at >= 0 and (self.doc[at].is_space or self.doc[at].is_quote or self.doc[at].is_left_punct):
            at -= 1
        return at if at >= 0 and not self.doc[at].is_punct else -1

    def opens_line(self, at: int) -> bool:
        """Is a token the first of a line?"""
        while at > 0 and self.doc[at - 1].is_space and "\n" not in self.doc[at - 1].text:
            at -= 1
        return at == 0 or "\n" in self.doc[at - 1].text

    def word(self, at: int) -> str:
        """The matching form of a token, empty outside the text."""
        return self.norms[at] if 0 <= at < len(self.norms) else ""

    def norm(self, start: int, end: int) -> str:
        """The matching form of tokens, one space between words."""
        return " ".join(t.norm_ for t in self.doc[start:end] if not t.is_space)


def _barred(context: Context) -> Iterator[tuple[int, int]]:
    """Yield the characters of organisations whose names are closed to places."""
    doc = context.doc
    for hit in closed().find(doc):
        quoted = hit.start > 0 and doc[hit.start - 1].is_quote and hit.end < len(doc) and doc[hit.end].is_quote
        if not hit.entry.everyday or quoted or context.word(context.before(hit.start)) in _media():
            yield doc[hit.start].idx, doc[hit.end - 1].idx + len(doc[hit.end - 1])


def _mention(doc: Doc, found: Found) -> Mention:
    span = doc[found.start : found.end]
    key = found.place.key if found.place else f"place:{normalise(span.text)}"
    return Mention(span.start_char, span.end_char, "LOCATION", "", found.score, found.by, key)


def _listed(context: Context) -> Iterator[Found]:
    """Yield listed names whose guard is satisfied."""
    doc = context.doc
    persons = [m for m in context.proposals if m.label == "PERSON" and m.score >= _PERSON]
    length = {at: m.end - m.start for m in persons for at in range(m.start, m.end)}
    places = {(m.start, m.end) for m in context.proposals if m.label == "LOCATION"}
    ends: set[int] = set()
    for hit in sorted(gazetteer().find(doc), key=lambda h: (h.start, h.start - h.end)):
        span = doc[hit.start : hit.end]
        if max(length.get(at, 0) for at in range(span.start_char, span.end_char)) > span.end_char - span.start_char:
            continue  # a surname; one name alone is left to the lists
        before = context.before(hit.start)
        word = context.word(before)
        if _denied(context, hit.start, hit.end):
            continue
        joined = word == "و" and before in ends and hit.entry.guard != "head"
        if (
            (span.start_char, span.end_char) in places
            or joined
            or _allowed(context, hit.entry.guard, hit.start, before)
        ):
            ends.add(hit.end)
            start = _pair(context, hit.start)
            yield Found(start, hit.end, hit.entry, "places:list", 0.9 if hit.entry.guard else 1.0)


def _denied(context: Context, start: int, end: int) -> bool:
    """Do the words beside a name say that it is none («بحجة وجود»)?"""
    name = context.norm(start, end)
    if name.startswith("ال") and name[2:] in _heads() and name[2:] in context.words:
        return True  # «الجزيرة», after «جزيرة سقطرى»
    before, after = context.word(context.before(start)), context.word(end)
    return (name, before, "") in _senses() or (name, "", after) in _senses()


def _pair(context: Context, start: int) -> int:
    """Where a region begins that is named with two sides of the compass: «جنوب ووسط آسيا»."""
    sides = all((context.word(i), "compass") in _cues() for i in (start, start - 2))
    return start - 2 if sides and context.word(start - 1) == "و" else start


def _allowed(context: Context, guard: str, at: int, before: int) -> bool:
    """Does the word before a name, over a nationality («العاصمة الأردنية»), satisfy its guard?"""
    if guard == "capital" and context.opens_line(at):  # a dateline, where no country has been found
        return True
    while before in context.adjectives:
        before = context.before(before)
    word = context.word(before)
    if before >= 0 and context.doc[before].text.endswith("ه"):
        word = ""  # «بلده الجديدة» is no «بلدة»
    return not guard or word in _heads() or (word, guard) in _cues() or (word, "head") in _cues()


def _seats(context: Context) -> Iterator[Found]:
    """Yield seats of power that somebody goes to or is in; one that speaks or employs is an organisation."""
    for hit in seats().find(context.doc):
        if _seat_cues().get(context.word(context.before(hit.start))) == "place" and not _employs(context, hit.start):
            yield Found(hit.start, hit.end, hit.entry, "places:seat", 0.9)


def _employs(context: Context, at: int) -> bool:
    """Do the words before a seat of power say who works there («مسؤول في البيت الأبيض»)?"""
    before = context.before(at)
    return before >= 0 and _seat_cues().get(context.word(context.before(before))) == "people"


def _patterns(context: Context, listed: list[Found]) -> Iterator[Found]:
    """Yield places that a head noun announces: «مطار هلسنكي الدولي», «مطار الملك خالد», «بلدة» and a name."""
    longest: dict[int, int] = {}
    for f in listed:
        longest[f.start] = max(f.end, longest.get(f.start, 0))
    doc = context.doc
    for i, norm in enumerate(index(doc).norms):
        extent, _ = _heads().get(norm, ("", ""))
        at = i + 1
        if extent not in ("whole", "rest") or at >= len(doc):
            continue
        end = longest.get(at) or _eponym(context, at)
        if end is None:
            continue
        while extent == "whole" and context.word(end) in _tails():
            end += 1
        if extent == "whole":
            yield Found(i, end, None, "places:pattern", 0.9)


def _eponym(context: Context, at: int) -> int | None:
    """The end of the titled person after whom an airport or a square is named («الملك خالد»), at the adjective that follows the name."""
    if (context.word(at), "eponym") not in _cues():
        return None
    for end in range(at + 2, at + 6):
        if context.word(end) in _tails():
            return end
    return None


def _proposed(context: Context) -> Iterator[Found]:
    """Yield what the model alone sees, but for the surnames of people that it is sure of («ماريا بوتينا»)."""
    people = [m for m in context.proposals if m.label == "PERSON" and m.score >= _SURNAME]
    surnames = {
        words[-1] for m in people if len(words := normalise(index(context.doc).text[m.start : m.end]).split()) > 1
    }
    for m in context.proposals:
        span = context.doc.char_span(m.start, m.end) if m.label == "LOCATION" and m.score >= _ALONE else None
        name = context.norm(span.start, span.end) if span is not None else ""
        if span is None or (name, "", "") in _senses():
            continue
        if any(name in known for known in (_heads(), _bodies(), _organisations(), surnames)):
            continue
        if not _denied(context, span.start, span.end) and not (name in _seat_names() and _employs(context, span.start)):
            yield Found(span.start, span.end, None, m.by, m.score)


def _repeated(context: Context, proposed: list[Found]) -> Iterator[Found]:
    """Yield names of two words or more where they stand again, unmarked by the model («مسافر يطا»)."""
    text = index(context.doc).text
    people = {normalise(text[m.start : m.end]) for m in context.proposals if m.label == "PERSON"}
    names = {tuple(context.norms[f.start : f.end]): f for f in proposed if f.end > f.start + 1}
    names = {
        words: f
        for words, f in names.items()
        if " ".join(words) not in people | _seat_names() and all(map(str.isalpha, words))
    }
    for hit in repeats(context.norms, names):
        yield hit.entry._replace(start=hit.start, end=hit.end, by="places:repeated")


@Language.component("khabar_places")
def places(doc: Doc) -> Doc:
    """Write the group "places" and what is known of each place in `doc._.entities`."""
    mentions = find_places(doc, spans.read(doc, "countries"), spans.read(doc, spans.PROPOSALS))
    spans.write(doc, GROUP, mentions)
    known = {hit.entry.key: hit.entry for table in (gazetteer(), seats()) for hit in table.find(doc)}
    facts = doc._.entities
    for m in mentions:
        place = known.get(m.entity)
        kind = _heads().get(index(doc).norms[spans.tokens(doc, m)[0]], ("", "place"))[1]
        found = place.facts() if place else {"name": index(doc).text[m.start : m.end], "type": kind}
        if "name_en" not in found:
            found["romanised"] = romanise(found["name"])
        facts[m.entity] = {**facts.get(m.entity, {}), **found}
    doc._.entities = facts
    return doc
