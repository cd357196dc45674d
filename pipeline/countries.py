"""Countries and nationalities, each with its ISO 3166-1 alpha-2 code.

Names come from `country_names.tsv`; adjectives are inflected from `nationalities.tsv`. What could mean something else («عمان», «مالي»,
«الكونغو», «المملكة», «المحيط الهندي») is settled by `country_senses.tsv`: words beside it first, then words anywhere in the text, then
the default. Names that are also forms of an adjective («السعودية», «روسيا») are settled by agreement with the word before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.gazetteer import Gazetteer
from pipeline.index import index
from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.spans import Mention
from pipeline.tokenise import tokens

GROUP = "countries"

# The endings that an adjective in -ي takes: feminine, duals, sound plurals (also before a noun in the genitive), accusative.
_ENDINGS = ("", "ة", "ان", "ين", "تان", "تين", "ون", "ات", "ا", "و")
_LONG = (
    6  # letters of an adjective from which on the common misspelling of its plural, «الأمريكين», can be nothing else
)
_TANWIN = "\u064b"
_MARKS = re.compile("[\u064b-\u0652]")  # a sense listed with its vowels holds only for the word written so
_STATES = frozenset((
    "جمهورية", "الجمهورية", "مملكة", "المملكة", "دولة", "سلطنة", "إمارة", "دوقية", "اتحاد", "الاتحاد", "جزر", "بلاد", "أرض",
))  # fmt: skip
_SURE_NAME, _LIKELY_NAME = 60, 10  # per cent of its occurrences in which the word is a name


class Entry(NamedTuple):
    """What a form in the list stands for; `lemma` is the name under which its senses are listed."""

    label: str
    iso: str
    lemma: str


class Senses(NamedTuple):
    """The readings of one lemma: code by the words before it, after it, anywhere in the text, without any of these, and where a report is from."""

    before: dict[tuple[str, ...], str]
    after: dict[tuple[str, ...], str]
    text: dict[str, str]
    default: str | None = None
    dateline: str | None = None


def inflect(adjective: str) -> list[str]:
    """Return the forms of a nationality adjective, indefinite and definite.

    Words that end in ي are inflected, others of a compound stay; the article goes on the first word and on those inflected.

    >>> forms = inflect("كوري شمالي")
    >>> "الكورية الشمالية" in forms, "كوريين شماليين" in forms
    (True, True)
    >>> "الجنوب أفريقية" in inflect("جنوب أفريقي")
    True
    """
    words = adjective.split()
    forms = []
    for ending in _ENDINGS:
        inflected = [word + ending if word.endswith("ي") else word for word in words]
        forms.append(" ".join(inflected))
        agree = words[0].endswith("ي")
        definite = [
            "ال" + word if at == 0 or (agree and words[at].endswith("ي")) else word for at, word in enumerate(inflected)
        ]
        forms.append(" ".join(definite))
    if len(adjective) >= _LONG and len(words) == 1:
        forms += [adjective[:-1] + "ين", "ال" + adjective[:-1] + "ين"]
    return forms


def entries() -> Iterator[tuple[str, Entry]]:
    """Yield every listed form with what it stands for."""
    for row in rows("country_names"):
        for name in _spellings(row["name"]):
            yield name, Entry("COUNTRY", row["iso"], normalise(name))
    for row in rows("nationalities"):
        entry = Entry("NATIONALITY", row["iso"], normalise(row["adjective"]))
        for form in inflect(row["adjective"]):
            yield form, entry
        if facts(row["iso"]).get("type") == "member":
            yield f"الجمهورية ال{row['adjective']}ة", Entry("COUNTRY", row["iso"], "")
        for plural in filter(None, row["plurals"].split(";")):
            yield plural, entry
            yield " ".join("ال" + word for word in plural.split()), entry
    for row in rows("country_senses"):
        if row["position"] == "default" and row["label"] == "COUNTRY":
            yield row["name"], Entry("COUNTRY", row["iso"], normalise(row["name"]))


def _spellings(name: str) -> Iterator[str]:
    """Yield a listed name, with a «و» that stands apart («أنتيغوا و بربودا»), and as a republic's where it does not say what the state is."""
    yield name
    if " و" in name:
        yield name.replace(" و", " و ")
    if name.split()[0] not in _STATES:
        yield f"جمهورية {name}"


def find_countries(doc: Doc) -> list[Mention]:
    """Return the countries and nationalities of a Doc, none of them within another.

    >>> import spacy
    >>> nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    >>> [(m.label, m.value) for m in find_countries(nlp("وزير الخارجية المصري في سلطنة عمان"))]
    [('NATIONALITY', 'EG'), ('COUNTRY', 'OM')]
    """
    context = _Context(doc)
    found = []
    hits = sorted(_names().find(doc), key=lambda hit: (hit.start, hit.end))
    for (start, end), group in groupby(hits, key=lambda hit: (hit.start, hit.end)):
        found.extend(_read(context, start, end, {hit.entry.label: hit.entry for hit in group}))
    return spans.longest(found)


def facts(iso: str) -> dict[str, Any]:
    """Return what is known of a country: its names, links, region and status; empty for an unknown code.

    >>> facts("KZ")["links"]
    {'iso': 'KZ', 'iso3': 'KAZ', 'm49': '398', 'wikidata': 'Q232'}
    """
    row = _countries().get(iso)
    if row is None:
        return {}
    links = {"iso": iso, **{key: row[key] for key in ("iso3", "m49", "wikidata") if row[key]}}
    return {
        "name": row["name"], "name_en": row["name_en"], "type": row["status"], "country": iso, "links": links,
        "region": row["region"], "subregion": row["subregion"],
    }  # fmt: skip


class _Context:
    """What a Doc says around a hit and, counted only when asked, anywhere."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.norms = index(doc).norms
        self._counts: Counter[str] | None = None
        self._surnames: frozenset[str] | None = None

    def before(self, start: int, length: int) -> tuple[str, ...]:
        return tuple(self.norms[max(0, start - length) : start])

    def after(self, end: int, length: int) -> tuple[str, ...]:
        return tuple(self.norms[end : end + length])

    def is_dateline(self, start: int, end: int) -> bool:
        """Whether a name begins a line and is set off from what follows: «تونس (وات) -», «الجزائر 12 مارس»."""
        first = start == 0 or "\n" in self.doc[start - 1].text
        return first and end < len(self.norms) and (self.norms[end] in ("-", "(", "/") or self.norms[end].isdecimal())

    def surnames(self) -> frozenset[str]:
        """The adjectives that end the name of a person of this text («محمد شياع السوداني»)."""
        if self._surnames is None:
            self._surnames = frozenset(norm for at, norm in enumerate(self.norms) if _ends_name(self, at))
        return self._surnames

    def counts(self) -> Counter[str]:
        if self._counts is None:
            self._counts = Counter(hit.entry for hit in _cues().find(self.doc))
        return self._counts


def _read(context: _Context, start: int, end: int, entries: dict[str, Entry]) -> list[Mention]:
    """The mention that stands at tokens `[start, end)`, if what is listed for it is meant there."""
    label = next(iter(entries))
    if len(entries) > 1:
        label = "NATIONALITY" if _agrees(context, start, end, entries["NATIONALITY"].lemma) else "COUNTRY"
    entry = entries[label]
    iso = _sense(context, start, end, entry)
    if not iso or (
        label == "NATIONALITY" and end - start == 1 and (_is_surname(context, start) or _is_language(context, start))
    ):
        return []
    span = context.doc[start:end]
    return [Mention(span.start_char, span.end_char, label, iso, 1.0, f"list:{label.lower()}", f"country:{iso}")]


def _sense(context: _Context, start: int, end: int, entry: Entry) -> str:
    """The code that a listed form has here; empty where it means something else."""
    form = " ".join(context.norms[start:end])
    for name in (context.doc[start:end].text, form, entry.lemma, "*"):
        senses = _senses().get((entry.label, name))
        if senses is None:
            continue
        for length in (3, 2, 1):
            for listed, words in (
                (senses.before, context.before(start, length)),
                (senses.after, context.after(end, length)),
            ):
                if words in listed:
                    return listed[words]
        if senses.dateline is not None and context.is_dateline(start, end):
            return senses.dateline
        voted = _votes(senses, context) if senses.text else None
        if voted is not None:
            return voted
        if senses.default is not None:
            return senses.default
    return entry.iso


def _votes(senses: Senses, context: _Context) -> str | None:
    """The code whose words stand most often in the text; None where none does or it is a draw."""
    votes: Counter[str] = Counter()
    for cue, count in context.counts().items():
        if cue in senses.text:
            votes[senses.text[cue]] += count
    best = votes.most_common(2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return best[0][0]


def _agrees(context: _Context, start: int, end: int, adjective: str) -> bool:
    """Whether a form that is both a country's name and an adjective goes with the noun before it.

    «القوات السعودية», «دبلوماسيا روسيا» are adjectives; «قوات السعودية», «في روسيا» are countries.
    """
    if not start:
        return False
    form, word = context.norms[end - 1], context.norms[start - 1]
    if end - start > 1:  # «شركات جنوب أفريقية»
        return form.endswith("ه") and word.endswith(("ه", "ات")) and not word.startswith("ال")
    kinds = _neighbours().get(word, frozenset())
    if form.startswith("ال" + adjective[:3]):
        definite = word.startswith("ال") and "definite_verb" not in kinds
        return "named" in kinds or (definite and not (form.endswith("ه") and word.endswith("ي")))
    if form.endswith("يا"):
        return _TANWIN in context.doc[start].text or "accusative_noun" in kinds
    return form.endswith("ه") and word.endswith(("ه", "ات")) and not word.startswith("ال")


def _is_surname(context: _Context, start: int) -> bool:
    """Whether a definite masculine adjective ends a person's name («أحمد السويدي») or stands for one that the text has given in full
    («وأكد السوداني أن …»): no definite noun is before it that it could describe."""
    if _ends_name(context, start):
        return True
    if context.norms[start] not in context.surnames():
        return False
    before = context.doc[start - 1].text if start else ""
    joined = before in ("و", "ف") and start > 1
    noun = context.doc[start - 2].text if joined else before
    described = noun.startswith("ال") or noun.endswith(("ه", "ها", "هم"))
    return not described


def _ends_name(context: _Context, start: int) -> bool:
    """Whether names stand before a definite masculine adjective."""
    form = context.norms[start]
    if not start or not form.startswith("ال") or not form.endswith("ي"):
        return False
    given, names = _name_words()
    before = context.before(start, 2)
    return before[-1] in given or (len(before) == 2 and before[0] in given and before[1] in names)


def _is_language(context: _Context, start: int) -> bool:
    """Whether a definite feminine adjective names a language («الناطقة بالفرنسية», «باللغتين العربية والروسية»)."""
    norms = context.norms

    def may(at: int) -> bool:
        return at > 0 and norms[at].startswith("ال") and norms[at].endswith("ه")

    at = start
    while may(at) and norms[at - 1] in ("و", "،", ",") and may(at - 2):
        at -= 2
    return may(at) and "language" in _neighbours().get(norms[at - 1], frozenset())


@lru_cache(maxsize=1)
def _names() -> Gazetteer[Entry]:
    return Gazetteer(entries())


@lru_cache(maxsize=1)
def _countries() -> dict[str, dict[str, str]]:
    return {row["iso"]: row for row in rows("countries")}


@lru_cache(maxsize=1)
def _senses() -> dict[tuple[str, str], Senses]:
    senses: dict[tuple[str, str], Senses] = {}
    for row in rows("country_senses"):
        name = row["name"]
        key = row["label"], name if _MARKS.search(name) or name.endswith("ى") else normalise(name)
        known = senses.setdefault(key, Senses({}, {}, {}))
        words = tuple(token.norm for token in tokens(row["cue"]))
        match row["position"]:
            case "before":
                known.before[words] = row["iso"]
            case "after":
                known.after[words] = row["iso"]
            case "text":
                known.text[normalise(row["cue"])] = row["iso"]
            case "dateline":
                senses[key] = known._replace(dateline=row["iso"])
            case _:
                senses[key] = known._replace(default=row["iso"])
    return senses


@lru_cache(maxsize=1)
def _cues() -> Gazetteer[str]:
    cues = {normalise(row["cue"]) for row in rows("country_senses") if row["position"] == "text"}
    return Gazetteer((cue, cue) for cue in cues)


@lru_cache(maxsize=1)
def _neighbours() -> dict[str, frozenset[str]]:
    kinds: dict[str, frozenset[str]] = {}
    for row in rows("country_neighbours"):
        word = normalise(row["word"])
        kinds[word] = kinds.get(word, frozenset()) | {row["kind"]}
    return kinds


@lru_cache(maxsize=1)
def _name_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words that are surely a given name, and those that are likely part of a name after one."""
    given, names = set(), set()
    for row in rows("name_words"):
        form, share = normalise(row["form"]), int(row["share"])
        if not form.startswith("ال") and form not in _neighbours():
            if share >= _SURE_NAME and row["kind"] != "family":
                given.add(form)
            if share >= _LIKELY_NAME:
                names.add(form)
    return frozenset(given), frozenset(names)


def add_facts(doc: Doc, mentions: Iterable[Mention]) -> None:
    """Add what is known of the countries mentioned to the Doc's entities."""
    known = doc._.entities
    for mention in mentions:
        known.setdefault(mention.entity, {}).update(facts(mention.value))
    doc._.entities = known


@Language.component("khabar_countries", assigns=["doc.spans"])
def countries(doc: Doc) -> Doc:
    """Write the countries and nationalities of a Doc as its group "countries", and what is known of them as entities."""
    found = find_countries(doc)
    spans.write(doc, GROUP, found)
    add_facts(doc, found)
    return doc
