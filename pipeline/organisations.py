"""Organisations: named bodies with members, staff or a seat.

Three sources. `organisations.tsv` lists what is known by name. A grammar over the head nouns of `organisation_heads.tsv` finds the many that no list
can hold («وزارة الخارجية القطرية», «سفارة قطر لدى لبنان», «الخارجية اليمنية», «إدارة ترامب») and says where they end, which country they belong to and
what kind they are (see `organisation_grammar`). The trained model proposes the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import places, spans
from pipeline.gazetteer import Gazetteer, Hit, rows
from pipeline.index import index
from pipeline.normalise import normalise
from pipeline.organisation_grammar import Head, Reader, heads, word_roles
from pipeline.organisation_proposals import cleaned, is_weapon
from pipeline.repeats import repeats
from pipeline.spans import Mention

GROUP = "organisations"

_ALONE = 0.65  # what the model must be sure of for a name that neither list nor grammar knows
_COMPANY = 0.5  # for one after «شركة»
_DECLINED = 0.85  # for one that the grammar could have read
_LONGER = 0.95  # and for one that goes on where list or grammar end
_SHORTER = 0.9  # and for one that ends where the grammar goes on
# Ways of the grammar that need a model's assent.
_UNSURE = ("body", "described", "company", "named", "coalition", "quoted")
_NAMED = ("university", "bank", "union", "government")  # kinds whose nouns mean nothing else
_LOOSE = ("described", "coalition", "company", "body", "named")  # and those whose ends are least sure
_PERSON = 0.5  # and for a person to lead an administration
_NATIONAL = (
    "agency",
    "intelligence",
    "bank",
    "ministry",
    "court",
    "parliament",
    "government",
    "police",
)  # kinds that every state has
_DASHES = ("-", "–", "—")
_BEFORE = (
    "medium",
    "agency",
    "named",
    "company",
    "body",
    "quoted",
)  # frames of nouns that stand before a name in quotes


class Organisation(NamedTuple):
    """A listed organisation; `guard` "head" asks for a noun such as «صحيفة» or quotes, "once" for one in the text or a word such as «عناصر», `inside` "closed" lets no place stand in its name."""

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


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer[Organisation]:
    """Return the listed organisations by their names, short names and acronyms."""
    return Gazetteer((r["name"], _organisation(r)) for r in rows("organisations"))


def _organisation(row: Mapping[str, str]) -> Organisation:
    """Return the organisation of a row of the list."""
    columns = ("guard", "name_ar", "type", "country", "name_en", "wikidata", "inside")
    return Organisation(*(row[c] for c in columns))


@lru_cache(maxsize=1)
def _senses() -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (normalise(r["name"]), normalise(r["before"]), normalise(r["after"])) for r in rows("organisation_senses")
    )


def find_organisations(doc: Doc, taken: Iterable[Mention] = (), proposals: Iterable[Mention] = ()) -> list[Mention]:
    """Return the ORGANIZATION mentions of a Doc.

    `taken`: countries, nationalities, dates and places. `proposals`: the model's, of any label.

    >>> import spacy
    >>> from pipeline.tokenise import Tokeniser
    >>> text = "قالت وزارة التجارة والصناعة إن هيئة مكافحة الفساد شكرت الأمم المتحدة"
    >>> [text[m.start : m.end] for m in find_organisations(Tokeniser(spacy.blank("ar").vocab)(text))]
    ['وزارة التجارة والصناعة', 'هيئة مكافحة الفساد', 'الأمم المتحدة']
    """
    return _find(doc, list(taken), list(proposals))[0]


def _find(doc: Doc, taken: list[Mention], proposals: list[Mention]) -> tuple[list[Mention], dict[str, dict[str, Any]]]:
    """Return the mentions, and the facts of each of their keys."""
    persons = dict(_persons(doc, proposals))
    names = places.cover(persons.items())
    found = [h for h in _listed(doc) if names.get(h.start, 0) < h.end or persons.get(h.start) == h.end]
    listed: dict[int, int] = {}
    for hit in found:
        listed[hit.start] = max(hit.end, listed.get(hit.start, 0))
    known = doc._.entities
    where = [replace(m, value=m.value or known.get(m.entity, {}).get("country", "")) for m in taken]
    reader = Reader(doc, where, listed, persons)
    facts: dict[str, dict[str, Any]] = {}
    mentions = []
    for hit in found:
        end = _lengthened(reader, hit)
        own = end == hit.end or hit.entry.country
        key = hit.entry.key if own else reader.key(hit.start, end)
        facts[key] = hit.entry.facts() if own else {**reader.facts(hit.start, end), "type": hit.entry.kind}
        mentions.append(_mention(doc, hit.start, end, "organisations:list", 1.0, key))
    for start, end, frame in reader.read():
        if not _denied(doc, start, start + 1):
            key = reader.key(start, end)
            facts.setdefault(key, reader.facts(start, end))
            mentions.append(_mention(doc, start, end, f"organisations:{frame}", 0.8, key))
    for m, entry in list(_quoted(reader, mentions)):
        mentions.append(m)
        if entry:
            facts.setdefault(m.entity, entry.facts())
    mentions += _signed(reader)
    for seat in places.seats().find(doc):
        facts.setdefault(seat.entry.key, seat.entry.facts())
    mentions += _seats(doc, taken)
    mentions = _with_model(reader, spans.longest(_heard(reader, mentions, proposals)), taken, proposals)
    mentions = spans.longest([*mentions, *places.apart(_repeated(reader, mentions), mentions)])
    for m in mentions:
        if m.entity not in facts:
            span = spans.located(doc, m)
            facts[m.entity] = reader.facts(span.start, span.end)
    return _joined(mentions), facts


def _persons(doc: Doc, proposals: list[Mention]) -> Iterator[tuple[int, int]]:
    """Yield first token and end of the people that the model is sure enough of."""
    for m in proposals:
        span = doc.char_span(m.start, m.end) if m.label == "PERSON" and m.score >= _PERSON else None
        if span is not None:
            yield span.start, span.end


def _heard(reader: Reader, found: list[Mention], proposals: list[Mention]) -> Iterator[Mention]:
    """Yield what a model, if there is one, also takes for an organisation, of what is read off words that name things of all kinds («دائرة الاحتقان»).

    Where it is nearly certain that a name ends before the grammar has it end, it does («الاتحاد الأرجنتيني | لإلغاء المباراة»).
    """
    heard = {at for m in proposals if m.label == "ORGANIZATION" for at in range(m.start, m.end)}
    ends = {m.start: m.end for m in cleaned(reader, (), proposals) if m.score >= _SHORTER}
    for m in found:
        frame = m.by.rpartition(":")[2]
        span = spans.located(reader.doc, m)
        sure = heads().get(reader.norm(span.start), Head("", "")).kind in _NAMED
        if proposals and frame in _UNSURE and not sure and heard.isdisjoint(range(m.start, m.end)):
            continue
        end = ends.get(m.start, m.end)
        if frame in _LOOSE and end < m.end:
            cut = spans.located(reader.doc, replace(m, end=end))
            yield replace(m, end=end, entity=reader.key(cut.start, cut.end))
        else:
            yield m


def _with_model(reader: Reader, sure: list[Mention], taken: list[Mention], proposals: list[Mention]) -> list[Mention]:
    """Add what only the model sees, and let it lengthen a name of which it is nearly certain («بنك مصر | إيران»).

    A proposal that begins with a head noun is one that the grammar has declined, so the model must be surer of it.
    """
    located = places.cover((m.start, m.end) for m in taken if m.label not in ("NATIONALITY", "DATE"))
    known = {at: s for s in sure for at in range(s.start, s.end)}
    added = []
    longer: dict[Mention, Mention] = {}
    for m in cleaned(reader, taken, proposals):
        span = spans.located(reader.doc, m)
        if located.get(m.start, 0) >= m.end or _denied(reader.doc, span.start, span.start + 1):
            continue
        key = reader.key(span.start, span.end)
        own = replace(m, entity=key, value="")
        within = {known[at] for at in range(m.start, m.end) if at in known}
        if m.score >= _LONGER and len(within) == 1 and (short := within.pop()).start == m.start and short.end < m.end:
            longer[short] = own
        elif m.score >= _needed(reader, span.start):
            added.append(own)
    kept = [longer.get(s, s) for s in sure]
    return spans.longest([*kept, *places.apart(added, kept)])


def _needed(reader: Reader, start: int) -> float:
    """Return the score from which on a proposal stands by itself."""
    if reader.reads(start):
        return _DECLINED
    head, _ = _outside(reader.doc, start)
    return _COMPANY if head is not None and head.frame == "company" else _ALONE


def _repeated(reader: Reader, found: list[Mention]) -> Iterator[Mention]:
    """Yield names that quotes or the model told once where they stand again without («الفرقة 30»).

    Of two words, in Latin letters, or listed as a name that a text must tell once.
    """
    names: dict[tuple[str, ...], Mention] = {}
    for m in found:
        span = spans.located(reader.doc, m)
        words = tuple(reader.norms[span.start : span.end])
        told = len(words) > 1 or words[0].isascii() or words[0] in _once()
        if told and m.by in ("model", "organisations:quoted"):
            names[words] = m
    for hit in repeats(reader.norms, names):
        again = reader.doc[hit.start : hit.end]
        yield replace(hit.entry, start=again.start_char, end=again.end_char, by="organisations:repeated")


def _joined(mentions: list[Mention]) -> list[Mention]:
    """Give a name without its country the key of the one name in the text that adds it: «وزارة الخارجية» after «وزارة الخارجية القطرية»."""
    longer: dict[str, set[str]] = {}
    for m in mentions:
        short, _, code = m.entity.rpartition(" (")
        if short and code.endswith(")"):
            longer.setdefault(short, set()).add(m.entity)
    return [
        replace(m, entity=next(iter(longer[m.entity]))) if len(longer.get(m.entity, ())) == 1 else m for m in mentions
    ]


def _lengthened(reader: Reader, hit: Hit[Organisation]) -> int:
    """The end of a listed name, with the nationality that tells it from its namesakes: «مجلس النواب المغربي», but «حزب الله | اللبناني»."""
    head = reader.norm(hit.start) in heads() and hit.entry.kind in _NATIONAL
    return reader.past_nationality(hit.end) if head else hit.end


def _mention(doc: Doc, start: int, end: int, by: str, score: float, key: str) -> Mention:
    span = doc[start:end]
    return Mention(span.start_char, span.end_char, "ORGANIZATION", "", score, by, key)


def _denied(doc: Doc, start: int, end: int) -> bool:
    """Do the words beside a name, or before «ل» or «_», say that it is none («وزيراً للخارجية», «#سد_النهضة»)?"""
    norms = index(doc).norms
    name = " ".join(norms[start:end])
    before = norms[max(0, start - 2) : start]
    if before[-1:] not in (["ل"], [" "]):  # the matching form of «_»
        before = before[-1:]
    after = norms[end] if end < len(norms) else ""
    return any((name, word, "") in _senses() for word in before or [""]) or (name, "", after) in _senses()


def _listed(doc: Doc) -> Iterator[Hit[Organisation]]:
    known = index(doc)
    dated = places.cover((m.start, m.end) for m in spans.read(doc, "dates"))
    waiting = []
    announced: set[str] = set()
    for hit in gazetteer().find(doc):
        start, end = known.starts[hit.start], known.ends[hit.end - 1]
        if dated.get(start, 0) >= end and _outside(doc, hit.start)[0] is None:
            continue  # «أبريل (نيسان)»
        if _denied(doc, hit.start, hit.end):
            continue
        if not hit.entry.guard or _announced(doc, hit):
            announced.add(hit.entry.key)
            yield hit
        elif hit.entry.guard == "once":
            waiting.append(hit)
    yield from (hit for hit in waiting if hit.entry.key in announced)


def _outside(doc: Doc, at: int) -> tuple[Head | None, bool]:
    """Return the head noun that stands before a name, outside of it, and whether a quote stands between."""
    before = at - 1
    while before >= 0 and (doc[before].is_quote or doc[before].is_left_punct or doc[before].is_space):
        before -= 1
    head = heads().get(doc[before].norm_) if before >= 0 else None
    return head, before < at - 1


def _announced(doc: Doc, hit: Hit[Organisation]) -> bool:
    """Does a noun such as «صحيفة» or a pair of quotes say that an everyday word is a name?"""
    head, quoted = _outside(doc, hit.start)
    if head is None and (doc[hit.start].norm_, "unsigned") in word_roles():
        return False  # «الحمامات (شرق)»
    news = head is not None and head.frame in ("medium", "agency")
    if head is not None and head.frame in _BEFORE and (news or hit.entry.kind not in ("media", "news agency")):
        return True
    if hit.entry.guard == "once" and hit.start and (doc[hit.start - 1].norm_, "member") in word_roles():
        return True  # «عناصر القاعدة»
    if hit.entry.kind == "news agency" and _in_dateline(doc, hit.start, hit.end):
        return True
    return quoted and hit.end < len(doc) and (doc[hit.end].is_quote or doc[hit.end].is_right_punct)


def _in_dateline(doc: Doc, start: int, end: int) -> bool:
    """Does an agency sign a dateline here: «/العُمانية/», «بغداد – واع»?"""
    before = doc[start - 1].text if start else ""
    after = doc[end].text if end < len(doc) else "\n"
    if before == "/" or after == "/":
        return before == after
    return before in _DASHES and (after in _DASHES or after in ":(" or "\n" in after)


def _quoted(reader: Reader, known: list[Mention]) -> Iterator[tuple[Mention, Organisation | None]]:
    """Yield names in quotes or brackets after a head noun («شركة "ديب مايند"»), and short names in brackets after a known name.

    With each comes the listed organisation whose name the head noun and the words in quotes are («تنظيم "الدولة الإسلامية"»).
    """
    doc = reader.doc
    ends = {m.end: m.entity for m in known}
    for i in range(1, len(doc)):
        if reader.norms[i].isalnum() or not (doc[i].is_quote or doc[i].is_left_punct):
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
        head = heads().get(reader.norm(i - 1))
        previous = doc[i - 1]
        described = end == i + 2 and reader.norm(i + 1).endswith("يه") and not reader.norm(i + 1).startswith("ال")
        if described and f"{previous.norm_} {reader.norm(i + 1)}" not in _whole():
            continue  # «منظمة "إرهابية"»
        if is_weapon(doc[i + 1 : end].text):
            continue
        if head is not None and head.frame in _BEFORE and "+" not in reader.norms[i + 1 : end]:
            whole = _whole().get(f"{previous.norm_} {' '.join(reader.norms[i + 1 : end])}")
            purpose = reader.norm(end + 1) == "ل" and reader.norm(end + 2).startswith("ال")
            purpose = purpose and not reader.norm(end + 3).startswith("ال")  # «مركز "…" للدراسات السياسية»
            start, stop = (i - 1, end + 3) if purpose else (i - 1, end + 1) if whole else (i + 1, end)
            entry = None if purpose else whole
            key = entry.key if entry else reader.key(start, stop)
            yield _mention(doc, start, stop, "organisations:quoted", 0.8, key), entry
        elif (
            previous.idx + len(previous) in ends
            and end <= i + 4
            and doc[i].text == "("
            and doc[i + 1].is_ascii
            and doc[i + 1].is_alpha
        ):
            key = ends[previous.idx + len(previous)]
            yield _mention(doc, i + 1, end, "organisations:acronym", 0.8, key), None


def _signed(reader: Reader) -> Iterator[Mention]:
    """Yield who signs a dateline: «الرياض (الوئام) –»."""
    doc = reader.doc
    for start, (end, label, _) in reader.at.items():
        opens = start == 0 or "\n" in doc[start - 1].text
        if label not in ("LOCATION", "COUNTRY") or not opens or reader.norm(end) != "(":
            continue
        stop = next((i for i in range(end + 1, end + 5) if reader.norm(i) == ")"), end)
        words = reader.norms[end + 1 : stop]
        if (
            words
            and all(map(str.isalpha, words))
            and reader.norm(stop + 1) in ("-", ":")
            and reader.signs(end + 1, stop)
        ):
            yield _mention(doc, end + 1, stop, "organisations:signed", 0.8, reader.key(end + 1, stop))


@lru_cache(maxsize=1)
def _once() -> frozenset[str]:
    return frozenset(normalise(r["name"]) for r in rows("organisations") if r["guard"] == "once")


@lru_cache(maxsize=1)
def _whole() -> dict[str, Organisation]:
    """The listed organisations by the matching forms of their names, which may hold a head noun: «تنظيم الدولة الإسلامية»."""
    return {normalise(r["name"]): _organisation(r) for r in rows("organisations")}


def _seats(doc: Doc, taken: list[Mention]) -> Iterator[Mention]:
    """Yield the seats of power that are not a place where they stand."""
    located = {(m.start, m.end) for m in taken if m.label == "LOCATION"}
    for hit in places.seats().find(doc):
        m = _mention(doc, hit.start, hit.end, "organisations:seat", 0.9, hit.entry.key)
        if (m.start, m.end) not in located:
            yield m


@Language.component("khabar_organisations", assigns=["doc.spans"])
def organisations(doc: Doc) -> Doc:
    """Write the group "organisations" and what is known of each organisation in `doc._.entities`."""
    mentions, found = _find(doc, spans.read(doc, "countries", "dates", "places"), spans.read(doc, spans.PROPOSALS))
    spans.write(doc, GROUP, mentions)
    facts = doc._.entities
    for key in {m.entity for m in mentions}:
        facts[key] = {**facts.get(key, {}), **found.get(key, {})}
    doc._.entities = facts
    return doc
