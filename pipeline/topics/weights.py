"""What training made: forms with how often they are a subject, the two regressions, and the topic of a form that no list holds."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypedDict
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline import trees, vectors
from pipeline.gazetteer import Gazetteer
from pipeline.models import path
from pipeline.topics.terms import ARTICLE, listed_terms

BUCKETS = 1 << 13  # of hashed character n-grams
# How much what the text speaks of counts for the topic of a form that no list holds: chosen on five folds of unlisted forms (.67 → .74 right).
LISTED_WEIGHT, WORDS_WEIGHT = 3.0, 0.3
# How often a term of a user's file counts as a subject and as seen where no labelled article has it.
OWN_LABELLED, OWN_SEEN = 6, 8

Odds = npt.NDArray[np.float32]  # a number a topic, in the order of the ids


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


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Return the weights of `models/topics/`."""
    folder = path("topics")
    data = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
    return Weights(data, np.load(folder / "grams.npy"), np.load(folder / "words.npy"), data["ids"])
