"""Countries and nationalities, each with its ISO 3166-1 alpha-2 code.

Names come from `country_names.tsv`; adjectives are inflected from `nationalities.tsv`. What could mean something else («عمان», «مالي»,
«الكونغو», «المملكة», «المحيط الهندي») is settled by `country_senses.tsv`: words beside it first, then words anywhere in the text, then
the default. Names that are also forms of an adjective («السعودية», «روسيا») are settled by agreement with the word before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.gazetteer import Gazetteer, rows
from pipeline.normalise import normalise
from pipeline.spans import Mention
from pipeline.tokenise import tokens

GROUP = "countries"

# The endings that an adjective in -ي takes: feminine, duals, sound plurals (also before a noun in the genitive), accusative.
_ENDINGS = ("", "ة", "ان", "ين", "تان", "تين", "ون", "ات", "ا", "و")
_TANWIN = "\u064b"
_SURE_GIVEN_NAME = 60  # per cent of its occurrences in which the word is a name


class Entry(NamedTuple):
    """What a form in the list stands for; `lemma` is the name under which its senses are listed."""

    label: str
    iso: str
    lemma: str


class Senses(NamedTuple):
    """The readings of one lemma: code by the words before it, after it, anywhere in the text, and without any of these."""

    before: dict[tuple[str, ...], str]
    after: dict[tuple[str, ...], str]
    text: dict[str, str]
    default: str | None


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
        definite = [
            "ال" + word if at == 0 or words[0].endswith("ي") and words[at].endswith("ي") else word for at, word in enumerate(inflected)
        ]
        forms.append(" ".join(definite))
    return forms


def entries() -> Iterator[tuple[str, Entry]]:
    """Yield every listed form with what it stands for."""
    for row in rows("country_names"):
        yield row["name"], Entry("COUNTRY", row["iso"], normalise(row["name"]))
    for row in rows("nationalities"):
        entry = Entry("NATIONALITY", row["iso"], normalise(row["adjective"]))
        for form in inflect(row["adjective"]):
            yield form, entry
        for plural in filter(None, row["plurals"].split(";")):
            yield plural, entry
            yield " ".join("ال" + word for word in plural.split()), entry
    for row in rows("country_senses"):
        if row["position"] == "default" and row["label"] == "COUNTRY":
            yield row["name"], Entry("COUNTRY", row["iso"], normalise(row["name"]))


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
        self.norms = [token.norm_ for token in doc]
        self._counts: Counter[str] | None = None

    def before(self, start: int, length: int) -> tuple[str, ...]:
        return tuple(self.norms[max(0, start - length) : start])

    def after(self, end: int, length: int) -> tuple[str, ...]:
        return tuple(self.norms[end : end + length])

    def counts(self) -> Counter[str]:
        if self._counts is None:
            self._counts = Counter(hit.entry for hit in _cues().find(self.doc))
        return self._counts


def _read(context: _Context, start: int, end: int, entries: dict[str, Entry]) -> list[Mention]:
    """The mention that stands at tokens `[start, end)`, if what is listed for it is meant there."""
    label = next(iter(entries))
    if len(entries) > 1:
        label = "NATIONALITY" if _agrees(context, start, end) else "COUNTRY"
    entry = entries[label]
    iso = _sense(context, start, end, entry)
    if not iso or (label == "NATIONALITY" and _is_surname(context, start, end)):
        return []
    span = context.doc[start:end]
    return [Mention(span.start_char, span.end_char, label, iso, 1.0, f"list:{label.lower()}", f"country:{iso}")]


def _sense(context: _Context, start: int, end: int, entry: Entry) -> str:
    """The code that a listed form has here; empty where it means something else."""
    form = " ".join(context.norms[start:end])
    for name in (form, entry.lemma, "*"):
        senses = _senses().get((entry.label, name))
        if senses is None:
            continue
        for length in (3, 2, 1):
            for listed, words in ((senses.before, context.before(start, length)), (senses.after, context.after(end, length))):
                if words in listed:
                    return listed[words]
        counts = _votes(senses, context) if senses.text else None
        if counts:
            return counts
        if senses.default is not None:
            return senses.default
    return entry.iso


def _votes(senses: Senses, context: _Context) -> str | None:
    """The code whose words stand most often in the text; None where none does or it is a draw. "-" votes for no country."""
    votes: Counter[str] = Counter()
    for cue, count in context.counts().items():
        if cue in senses.text:
            votes[senses.text[cue]] += count
    best = votes.most_common(2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return best[0][0]


def _agrees(context: _Context, start: int, end: int) -> bool:
    """Whether a form that is both a country's name and an adjective goes with the noun before it.

    «القوات السعودية», «دبلوماسيا روسيا» are adjectives; «قوات السعودية», «في روسيا» are countries.
    """
    doc, form = context.doc, context.norms[start]
    if end - start > 1 or not start:
        return False
    word = context.norms[start - 1]
    kinds = _neighbours().get(word, frozenset())
    if form.startswith("ال"):
        definite = word.startswith("ال") and "definite_verb" not in kinds
        return definite and (not form.endswith("ه") or not word.endswith("ي"))
    if form.endswith("يا"):
        return doc[end - 1].text.rstrip("\u0627").endswith(_TANWIN) or doc[end - 1].text.endswith(_TANWIN) or "accusative_noun" in kinds
    if form.endswith("ه"):
        return word.endswith(("ه", "ات")) and not word.startswith("ال")
    return False


def _is_surname(context: _Context, start: int, end: int) -> bool:
    """Whether a definite masculine adjective is the last part of a person's name («أحمد السويدي»)."""
    form = context.norms[start]
    if end - start > 1 or not start or not form.startswith("ال") or not form.endswith("ي"):
        return False
    given, names = _given_names()
    before = context.before(start, 2)
    return before[-1] in given or (len(before) == 2 and before[0] in given and before[1] in names)


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
        key = row["label"], normalise(row["name"])
        known = senses.setdefault(key, Senses({}, {}, {}, None))
        words = tuple(token.norm for token in tokens(row["cue"]))
        match row["position"]:
            case "before":
                known.before[words] = row["iso"]
            case "after":
                known.after[words] = row["iso"]
            case "text":
                known.text[normalise(row["cue"])] = row["iso"]
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
def _given_names() -> tuple[frozenset[str], frozenset[str]]:
    """Words that are surely a given name, and all words of names."""
    words = [(normalise(row["form"]), row) for row in rows("name_words")]
    given = {
        form for form, row in words
        if row["kind"] in ("given", "any") and int(row["share"]) >= _SURE_GIVEN_NAME and not form.startswith("ال")
    }  # fmt: skip
    return frozenset(given), frozenset(form for form, _ in words if not form.startswith("ال"))


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
