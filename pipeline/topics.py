"""Topics: the subjects on the agenda, as mentions and for the document as a whole.

Terms and the trained tagger propose; a logistic regression decides which proposals are subjects on the agenda and not words in
passing, from the words around, the place in the article, and how often each form was a subject in labelled articles. From all of them
`document_topics` tells the topics of the document. `training/topics.py` made the weights, which are in `models/topics/`.
"""

from __future__ import annotations

import copy
import json
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TypedDict
from zlib import crc32

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from pipeline import document_topics, spans, taxonomy, trees, vectors
from pipeline.gazetteer import Gazetteer, forms, rows
from pipeline.index import index, sentence_numbers
from pipeline.models import path
from pipeline.normalise import QUOTES, normalise
from pipeline.trees import logit

ARTICLE = "ال"
BUCKETS = 1 << 13  # of hashed character n-grams
# How much what the text speaks of counts for the topic of a form that no list holds: chosen on five folds of unlisted forms (.67 → .74 right).
LISTED_WEIGHT, WORDS_WEIGHT = 3.0, 0.3
# How often a term of a user's file counts as a subject and as seen where no labelled article has it.
OWN_LABELLED, OWN_SEEN = 6, 8
# The features that also count beside the tagger.
COMBINED = ("prior", "unlisted", "covered", "list", "agenda words", "terms beside")
_SUFFIXES = ("ه", "ها", "هم", "هما", "نا")
_OTHERS = ("countries", "places", "organisations", "forums", "people", "roles", "dates")

Features = dict[str, float]
Odds = npt.NDArray[np.float32]  # a number a topic, in the order of the ids


@dataclass(frozen=True, slots=True)
class Candidate:
    """Tokens `[start, end)` that may name a subject.

    `form`: their matching form; `by`: term, wider (a term with words around it), affair, model; `tagged`: the tagger's score for just
    this span, or 0.
    """

    start: int
    end: int
    form: str
    topic: str
    by: str
    tagged: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate and the probability that it is a subject on the agenda."""

    candidate: Candidate
    score: float


class Topics:
    """Component that writes the group "topics" and `doc._.topics`; it keeps nothing between documents."""

    def __init__(self, own: taxonomy.Taxonomy | None) -> None:
        self._own = own
        self._terms = own.forms(variants) if own else {}
        self._weights = load_weights().with_terms(self._terms) if own else load_weights()
        self._taxonomy = own or taxonomy.shipped()

    def __call__(self, doc: Doc) -> Doc:
        weights = self._weights
        vector = vectors.load().of(words_of(doc))
        odds = weights.odds(vector)
        possible = scored(doc, weights, odds)
        if self._own:
            possible = list(self._mapped(possible, self._own, vector))
        found = [mention(doc, one) for one in choose(possible, weights.threshold(spans.PROPOSALS in doc.spans))]
        spans.write(doc, "topics", found)
        likeness = self._taxonomy.likeness(vector)
        about = taxonomy.odds(likeness) if self._own else weights.by_topic(odds)
        features = document_topics.features(doc, found, list(map(evidence, possible)), about, likeness)
        made = document_topics.topics(found, features, weights.document, weights.document_threshold)
        known = self._taxonomy.topics
        doc._.topics = [
            {**t, "label_en": known[t["id"]].label_en or t["id"], "label_ar": known[t["id"]].label_ar or t["id"]}
            for t in made
        ]
        return doc

    def _mapped(self, possible: Sequence[Scored], own: taxonomy.Taxonomy, vector: vectors.Vector) -> Iterator[Scored]:
        """Yield the candidates that belong to a topic of the user's: by its term, by a term in it, or by their likeness."""
        terms = [one.candidate for one in possible if one.candidate.form in self._terms]
        starts = [t.start for t in terms]
        for one in possible:
            c = one.candidate
            inside = terms[bisect_left(starts, c.start) : bisect_left(starts, c.end)]
            within = [(t.start - t.end, self._terms[t.form]) for t in inside if t.end <= c.end]
            topic = min(within)[1] if within else own.of(c.form, vector)
            if topic:
                yield replace(one, candidate=replace(c, topic=topic))


@Language.factory("khabar_topics", default_config={"own": ""}, assigns=["doc.spans", "doc._.topics"])
def topics(nlp: Language, name: str, own: str) -> Topics:  # noqa: ARG001 (spaCy's names)
    """Return the component. `own`: a file of the user's own topics in place of the shipped ones (`pipeline.taxonomy.read`).

    Raises FileNotFoundError where it is not there, ValueError that says what is wrong with it.
    """
    return Topics(taxonomy.read(Path(own)) if own else None)


def evidence(one: Scored) -> document_topics.Evidence:
    """Return what a candidate says of the document's topics."""
    return document_topics.Evidence(one.candidate.start, one.candidate.end, one.candidate.topic, one.score)


def mention(doc: Doc, one: Scored) -> spans.Mention:
    """Return the mention that a chosen candidate is."""
    c = one.candidate
    by = f"topics:{c.by}+model" if c.tagged and c.by != "model" else f"topics:{c.by}"
    span = doc[c.start : c.end]
    return spans.Mention(span.start_char, span.end_char, "TOPIC", c.topic, one.score, by)


# Terms and candidates


def variants(term: str) -> Iterator[str]:
    """Yield the inflections in which a term is written: with the article, with a pronoun, in the accusative.

    >>> list(variants("تعاون ثنائي"))[:3]
    ['تعاون ثنائي', 'التعاون الثنائي', 'تعاونه الثنائي']
    """
    yield term
    first, *rest = term.split()
    if any(word.startswith(ARTICLE) and len(word) > 4 for word in (first, *rest)):
        return
    definite = [ARTICLE + word for word in rest]
    yield " ".join([ARTICLE + first, *definite])
    stem = first[:-1] + "ت" if first.endswith("ة") else first
    for suffix in _SUFFIXES:
        yield " ".join([stem + suffix, *definite])
    if not first.endswith(("ة", "ا", "اء", "ى", "ات")):
        yield " ".join([first + "ا", *(word if word.endswith(("ة", "ا")) else word + "ا" for word in rest)])


@lru_cache(maxsize=1)
def listed_terms() -> dict[str, str]:
    """Return the matching form of every variant of every listed term → topic id; a term's own form wins over a variant."""
    forms: dict[str, str] = {}
    for row in rows("topic_terms"):
        for variant in variants(row["term"]):
            forms.setdefault(normalise(variant), row["id"])
    for row in rows("topic_terms"):
        forms[normalise(row["term"])] = row["id"]
    return forms


def candidates(doc: Doc, weights: Weights, odds: Odds) -> list[Candidate]:
    """Return what terms and tagger propose, in the order of the text; candidates may overlap. `odds`: those of the text's words."""
    norms = index(doc).norms
    terms = {(hit.start, hit.end) for hit in weights.gazetteer.find(doc)}
    proposed = dict.fromkeys(terms, "term")
    for place in _widened(doc, terms):
        proposed.setdefault(place, "wider")
    for place in _affairs(doc):
        proposed.setdefault(place, "affair")
    tagged: dict[tuple[int, int], float] = {}
    for m in spans.by_label(spans.read(doc, spans.PROPOSALS), "TOPIC"):
        start, end = spans.tokens(doc, m)
        while end > start + 1 and len(norms[end - 1]) < 2:  # «و» or a mark at its end belongs to what follows
            end -= 1
        tagged[start, end] = max(m.score, tagged.get((start, end), 0.0))
        proposed.setdefault((start, end), "model")
    context = weights.context(odds, [form_of(doc, start, end) for start, end in terms])
    made = []
    for (start, end), by in sorted(proposed.items()):
        form = form_of(doc, start, end)
        topic = (
            affairs()[_bare(norms[start])]
            if by == "affair" and form not in weights.forms
            else weights.topic_of(form, context)
        )
        made.append(Candidate(start, end, form, topic, by, tagged.get((start, end), 0.0)))
    return made


def _widened(doc: Doc, terms: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield terms with the adjectives after them («الملفات الأمنية» + «الإقليمية») or the noun before them («طلاب» + «الجامعات»)."""
    norms, spaces = index(doc).norms, index(doc).spaces
    for start, end in terms:
        definite = norms[end - 1].startswith(ARTICLE)
        stop = end
        for _ in range(2):
            after = stop + 1 if stop < len(norms) and norms[stop] == "و" else stop
            if after >= len(norms) or not _agrees(norms[after], definite):
                break
            stop = after + 1
            yield start, stop
        if start and norms[start].startswith(ARTICLE) and _agrees(norms[start - 1], False) and spaces[start - 1]:
            yield start - 1, end


def _agrees(word: str, definite: bool) -> bool:
    """Whether a word may be a noun or adjective with or without the article, by its letters."""
    return len(word) > 3 and word.isalpha() and word.startswith(ARTICLE) == definite


def _affairs(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield «الأزمة السورية», «ملف ليبيا», «الوضع في اليمن»: a noun of affairs with the place whose they are."""
    norms = index(doc).norms
    for m in spans.read(doc, "countries", "places"):
        first, end = spans.tokens(doc, m)
        for start in range(first - 1, max(first - 3, -1), -1):
            if _bare(norms[start]) in affairs() and form_of(doc, start + 1, first) in ("", "في"):
                yield start, end


@lru_cache(maxsize=1)
def affairs() -> dict[str, str]:
    """Return the matching forms of nouns that name a country's affairs → topic id."""
    return {normalise(row["head"]): row["id"] for row in rows("topic_affairs")}


def _bare(word: str) -> str:
    return word.removeprefix(ARTICLE)


def form_of(doc: Doc, start: int, end: int) -> str:
    """Return the matching form of tokens `[start, end)`, one space wherever there is any."""
    return index(doc).form(start, end)


# Which candidates are subjects


def scored(doc: Doc, weights: Weights, odds: Odds) -> list[Scored]:
    """Return every candidate with the probability that it is a subject on the agenda."""
    found = candidates(doc, weights, odds)
    around = Surroundings(doc, found)
    f = [features(doc, c, weights.forms.get(c.form), around) for c in found]
    alone = [probability(one, weights.rules) for one in f]
    if spans.PROPOSALS in doc.spans:
        return [
            Scored(c, probability(one, weights.tagger))
            for c, one in zip(found, combined(found, f, alone, around), strict=True)
        ]
    return [Scored(c, p) for c, p in zip(found, alone, strict=True)]


def combined(
    found: Sequence[Candidate], f: Sequence[Features], scores: Sequence[float], around: Surroundings
) -> list[Features]:
    """Return what the decision rests on where the tagger proposes too: the probability without it, alone and beside the candidates that
    overlap, and how the tagger's proposals lie.
    """
    return [
        _combined(c, one, logit(p), rival, around)
        for c, one, p, rival in zip(found, f, scores, _rivals(found, scores), strict=True)
    ]


def _combined(c: Candidate, f: Features, alone: float, rival: float, around: Surroundings) -> Features:
    tagged = (
        {"tagged": 1.0, "tagged score": logit(c.tagged), "tagged alone": alone}
        if c.tagged
        else {"untagged alone": alone}
    )
    prefixes = ("seen ", "by ", "length ", "inside ", "quoted ")
    kept = {name: v for name, v in f.items() if name in COMBINED or name.startswith(prefixes)}
    beside = (
        {"rival": rival, "lead": alone - rival, "leads": float(alone > rival)} if rival > -100 else {"no rival": 1.0}
    )
    return {"bias": 1.0, "alone": alone, **tagged, **beside, **kept, **around.tagger(c)}


def _rivals(found: Sequence[Candidate], scores: Sequence[float]) -> list[float]:
    """Return for each candidate the best log-odds of another one that overlaps it, -1000 for none. Candidates are in the order of their starts."""
    best = [-1000.0] * len(found)
    for i, c in enumerate(found):
        for j in range(i + 1, len(found)):
            if found[j].start >= c.end:
                break
            best[i] = max(best[i], logit(scores[j]))
            best[j] = max(best[j], logit(scores[i]))
    return best


def features(doc: Doc, c: Candidate, form: Form | None, around: Surroundings) -> Features:
    """Return what the decision rests on without the tagger: the form, the words around it, its place, and what else the text speaks of."""
    f: Features = {"bias": 1.0, f"length {min(c.end - c.start, 6)}": 1.0, f"topic {c.topic}": 1.0, f"by {c.by}": 1.0}
    if form:
        f["prior"] = form.prior
        f[f"seen {min(form.seen.bit_length(), 4)}"] = 1.0
    else:
        f["unlisted"] = 1.0
    words = c.form.split() or [""]
    f[f"first word {words[0]}"] = f[f"last word {words[-1]}"] = 1.0
    f["definite" if c.form.startswith(ARTICLE) else "indefinite"] = 1.0
    f.update(_neighbours(doc, c))
    f.update({f"inside {label}": 1.0 for label in around.inside(c)})
    f["same topic"] = math.log(around.topics[c.topic])
    f["same form"] = math.log(around.forms[c.form])
    f[f"place {around.place(c)}"] = 1.0
    f["list"] = float(around.listed_with(c))
    f["covered"] = float(around.covered(c))
    f[f"agenda {min(around.agenda(c), 4)}"] = 1.0
    f["agenda words"] = math.log1p(around.agenda(c))
    f[f"quoted {around.quoted(c)}"] = 1.0
    f["terms beside"] = math.log1p(around.beside(c))
    return f


def _neighbours(doc: Doc, c: Candidate) -> Features:
    known = index(doc)
    before = [known.norms[i] for i in range(max(0, c.start - 3), c.start) if not known.words[i].isspace()]
    after = [known.norms[i] for i in range(c.end, min(c.end + 2, len(doc))) if not known.words[i].isspace()]
    f: Features = {f"before {n} {word}": 1.0 for n, word in enumerate(reversed(before), 1)}
    f.update({f"near before {word}": 1.0 for word in before})
    f.update({f"after {n} {word}": 1.0 for n, word in enumerate(after, 1)})
    return f


class Surroundings:
    """What all candidates of a Doc share, counted once."""

    def __init__(self, doc: Doc, found: Sequence[Candidate]) -> None:
        self.topics = Counter(c.topic for c in found)
        self.forms = Counter(c.form for c in found)
        self._proposals = {i: (c.start, c.end, c.tagged) for c in found if c.tagged for i in range(c.start, c.end)}
        self._ends = {c.end for c in found}
        self._starts = {c.start for c in found}
        self._covered = _covered({(c.start, c.end) for c in found})
        self._and = {i for i, norm in enumerate(index(doc).norms) if norm in ("و", "،", ",")}
        self._sentence = sentence_numbers(doc)
        self._per_sentence = Counter(self._sentence[c.start] for c in found if c.by == "term")
        self._agenda = _agenda_counts(index(doc).norms, self._sentence)
        self._quotes = _quotes(index(doc).words)
        self._labels: dict[int, set[tuple[int, str]]] = {}
        for m in spans.read(doc, *_OTHERS):
            start, end = spans.tokens(doc, m)
            for i in range(start, end):
                self._labels.setdefault(i, set()).add((end, m.label))

    def inside(self, c: Candidate) -> set[str]:
        """The labels of mentions that hold the candidate."""
        return {label for end, label in self._labels.get(c.start, ()) if c.end <= end}

    def place(self, c: Candidate) -> int:
        """0 for the headline, then 1, 2 for the rest."""
        number = self._sentence[c.start]
        return 0 if number == 0 else 1 if number < 3 else 2

    def agenda(self, c: Candidate) -> int:
        """How many words of an agenda stand before it in its sentence."""
        return self._agenda[c.start]

    def quoted(self, c: Candidate) -> str:
        """How it lies to a short quotation, which mostly is a name: part of it, the whole of it, or outside."""
        opening, closing = self._quotes.get(c.start, (-1, -1))
        if opening < 0 or c.end > closing:
            return "outside"
        return "whole" if (opening + 1, closing) == (c.start, c.end) else "part"

    def beside(self, c: Candidate) -> int:
        """How many terms its sentence has."""
        return self._per_sentence[self._sentence[c.start]]

    def listed_with(self, c: Candidate) -> bool:
        """Whether it is one of a list: another candidate before a conjunction before it, or after one after it."""
        return (c.start - 1 in self._and and c.start - 1 in self._ends) or (
            c.end in self._and and c.end + 1 in self._starts
        )

    def covered(self, c: Candidate) -> bool:
        """Whether a longer candidate holds it."""
        return (c.start, c.end) in self._covered

    def tagger(self, c: Candidate) -> Features:
        """How the tagger's proposals, which do not overlap each other, lie to the candidate, other than just on it."""
        f: Features = {}
        for start, end, score in {self._proposals[i] for i in range(c.start, c.end) if i in self._proposals}:
            if (start, end) == (c.start, c.end):
                continue
            holds = start <= c.start and c.end <= end
            held = c.start <= start and end <= c.end
            relation = "holds" if holds else "held" if held else "crosses"
            f[f"proposal {relation}"] = max(f.get(f"proposal {relation}", 0.0), score)
        return f


def _agenda_counts(norms: Sequence[str], sentence: Sequence[int]) -> list[int]:
    """Return for each token how many words of an agenda stand before it in its sentence."""
    listed = forms("agenda_words")
    counts, n, last = [], 0, -1
    for norm, number in zip(norms, sentence, strict=True):
        n = n if number == last else 0
        last = number
        counts.append(n)
        n += norm in listed
    return counts


def _quotes(words: Sequence[str]) -> dict[int, tuple[int, int]]:
    """Return for each token between quotation marks at most twelve tokens apart the places of the two."""
    inside: dict[int, tuple[int, int]] = {}
    opening = -1
    for i, word in enumerate(words):
        if word not in QUOTES:
            continue
        if opening >= 0 and word not in "«“" and i - opening <= 13:
            inside.update(dict.fromkeys(range(opening + 1, i), (opening, i)))
            opening = -1
        else:
            opening = i
    return inside


def _covered(places: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the spans that lie inside another one."""
    inside, furthest = set(), -1
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if end <= furthest:
            inside.add((start, end))
        furthest = max(furthest, end)
    return inside


def choose(found: Iterable[Scored], threshold: float) -> list[Scored]:
    """Return the candidates that do not overlap and together have the most evidence above the threshold (weighted intervals)."""
    ordered = sorted((s for s in found if s.score > threshold), key=lambda s: s.candidate.end)
    ends = [s.candidate.end for s in ordered]
    totals: list[float] = [0.0]
    choices: list[tuple[int, bool]] = [(0, False)]
    for n, s in enumerate(ordered):
        before = int(np.searchsorted(ends[:n], s.candidate.start, side="right"))
        gain = totals[before] + logit(s.score) - logit(threshold)
        if gain > totals[-1]:
            totals.append(gain)
            choices.append((before, True))
        else:
            totals.append(totals[-1])
            choices.append((n, False))
    chosen: list[Scored] = []
    n = len(ordered)
    while n:
        before, taken = choices[n]
        if taken:
            chosen.append(ordered[n - 1])
        n = before
    return chosen[::-1]


# Weights


@dataclass(frozen=True, slots=True)
class Form:
    """How often a form was seen in labelled articles, the log-odds that it was a subject there, and its topic."""

    seen: int
    prior: float
    topic: str


def prior(labelled: float, seen: float) -> float:
    """Return the smoothed log-odds that a form seen so often, so often as a subject, is one."""
    return math.log((labelled + 0.6) / (seen - labelled + 1.0))


class Stored(TypedDict):
    """`weights.json`: feature → weight of the two regressions; each topic's log-odds before a word is read; the trees; thresholds; form → times a subject, times seen, number of its topic."""

    ids: list[str]
    rules: dict[str, float]
    tagger: dict[str, float]
    words: list[float]
    document: trees.Stored
    thresholds: dict[str, float]
    forms: dict[str, tuple[int, int, int]]


class Weights:
    """What training made: forms, the two regressions, and the classifier of forms no list holds."""

    def __init__(
        self,
        data: Stored,
        grams: npt.NDArray[np.float16],
        words: npt.NDArray[np.float32],
        ids: Sequence[str],
    ) -> None:
        self._thresholds = data["thresholds"]
        self._grams = grams.astype(np.float32)
        self._words = words.astype(np.float32)
        self._start = np.array(data["words"], np.float32)
        self._ids = list(ids)
        self._numbers = {topic: n for n, topic in enumerate(self._ids)}
        listed = listed_terms()
        self.forms: dict[str, Form] = {form: Form(0, prior(0, 0), topic) for form, topic in listed.items()}
        for form, (labelled, seen, topic) in data["forms"].items():
            self.forms[form] = Form(seen, prior(labelled, seen), self._ids[topic])
        self.gazetteer: Gazetteer[None] = Gazetteer((form, None) for form in self.forms)
        self.rules, self.tagger, self.document = data["rules"], data["tagger"], trees.Trees(data["document"])
        self.document_threshold = self._thresholds["document"]

    def threshold(self, tagger: bool) -> float:
        """The probability above which a candidate is taken."""
        return self._thresholds["tagger" if tagger else "rules"]

    def with_terms(self, terms: Iterable[str]) -> Weights:
        """Return the same with more forms to find, new ones as if they had been subjects in most of the places where they were seen."""
        made = copy.copy(self)
        nothing = np.zeros(len(self._ids), np.float32)
        own = {form: Form(OWN_SEEN, prior(OWN_LABELLED, OWN_SEEN), self.topic_of(form, nothing)) for form in terms}
        made.forms = {**own, **self.forms}
        made.gazetteer = Gazetteer((form, None) for form in made.forms)
        return made

    def odds(self, vector: vectors.Vector) -> Odds:
        """Return the log-odds of each topic by all words of a text, whose vector is given."""
        odds: Odds = self._start + vector @ self._words
        return odds

    def by_topic(self, odds: Odds) -> dict[str, float]:
        """Return topic id → its log-odds."""
        return dict(zip(self._ids, map(float, odds), strict=True))

    def context(self, odds: Odds, listed: Iterable[str]) -> Odds:
        """Return for each topic how much a text speaks of it: by the listed forms in it, each as far as it mostly is a subject, and by all its words."""
        counts = np.zeros(len(self._ids), dtype=np.float32)
        for known in filter(None, map(self.forms.get, listed)):
            counts[self._numbers[known.topic]] += 1 / (1 + math.exp(-known.prior))
        return (LISTED_WEIGHT * np.log1p(counts) + WORDS_WEIGHT * odds).astype(np.float32)

    def topic_of(self, form: str, context: Odds) -> str:
        """Return the topic id of a form: listed, else by its character n-grams and what else the text speaks of."""
        listed = self.forms.get(form)
        if listed:
            return listed.topic
        return self._ids[int(np.argmax(self._grams[grams(form)].sum(axis=0) + context))]


def grams(form: str) -> list[int]:
    """Return the buckets of a form's words and of their character 2- to 5-grams, word boundaries included, and of a constant."""
    words = form.split()
    pieces = [f"={word}" for word in words] + [f"={a} {b}" for a, b in pairwise(words)]
    for word in words:
        padded = f" {word.removeprefix(ARTICLE)} "
        pieces += [padded[i : i + n] for n in range(2, 6) for i in range(len(padded) - n + 1)]
    return [0, *sorted({crc32(piece.encode()) % (BUCKETS - 1) + 1 for piece in pieces[:500]})]


def words_of(doc: Doc) -> list[str]:
    """Return the matching forms of a Doc's words."""
    alpha = doc.to_array("IS_ALPHA").tolist()
    return [norm for norm, letters in zip(index(doc).norms, alpha, strict=True) if letters]


def probability(f: Features, weights: Mapping[str, float]) -> float:
    """Return the logistic regression's probability."""
    z = sum(value * weights.get(name, 0.0) for name, value in f.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Return the weights of `models/topics/`."""
    folder = path("topics")
    data = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
    return Weights(data, np.load(folder / "grams.npy"), np.load(folder / "words.npy"), data["ids"])
