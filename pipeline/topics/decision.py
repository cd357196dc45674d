"""How likely each candidate is to be a subject on the agenda, and which of them are taken."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from spacy.tokens import Doc

from pipeline.index import index
from pipeline.topics.candidates import Candidate, candidates
from pipeline.topics.surroundings import Surroundings
from pipeline.topics.tags import Tags
from pipeline.topics.terms import ARTICLE
from pipeline.topics.weights import Form, Odds, Weights
from pipeline.trees import logit

# What of the features without the tagger also counts beside it.
COMBINED = ("prior", "unlisted", "covered", "list", "agenda words", "terms beside")
COMBINED_KINDS = ("seen ", "by ", "length ", "inside ", "quoted ")

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate and the probability that it is a subject on the agenda."""

    candidate: Candidate
    score: float


def scored(doc: Doc, weights: Weights, odds: Odds, tags: Tags | None) -> list[Scored]:
    """Return every candidate with the probability that it is a subject on the agenda."""
    found = candidates(doc, weights, odds, tags)
    around = Surroundings(doc, found)
    f = [features(doc, c, weights.forms.get(c.form), around) for c in found]
    scores = [probability(one, weights.rules) for one in f]
    if tags:
        scores = [probability(one, weights.tagger) for one in combined(found, f, scores)]
    return list(map(Scored, found, scores))


def combined(found: Sequence[Candidate], f: Sequence[Features], scores: Sequence[float]) -> list[Features]:
    """Return what the decision rests on where the tagger has read the text: for every candidate the probability without it and the
    tagger's own, alone and beside those of the candidates that overlap and of the other places with the same form.
    """
    alone = list(map(logit, scores))
    tagged = [math.exp(c.tagged) for c in found]
    rivals = _rivals(found, alone), _rivals(found, tagged)
    places: dict[str, list[int]] = {}
    for i, c in enumerate(found):
        places.setdefault(c.form, []).append(i)
    made = []
    for i, (c, one) in enumerate(zip(found, f, strict=True)):
        rival, rival_tagged = max(rivals[0][i], -9.0), max(rivals[1][i], 0.0)
        numbers = {"alone": alone[i], "tagged": c.tagged, "rival": rival}
        shares = {"probability": tagged[i], "rival probability": rival_tagged}
        row = {"bias": 1.0, **numbers, **shares, "both": alone[i] * tagged[i]}
        row |= {f"{name} {round(v)}": 1.0 for name, v in numbers.items()}
        row |= {f"{name} {round(10 * v)}": 1.0 for name, v in shares.items()}
        row |= {"leads": float(alone[i] > rival), "tagger leads": float(tagged[i] > rival_tagged)}
        row |= {f"length {min(c.end - c.start, 6)}, tagged": tagged[i], f"by {c.by}, tagged": tagged[i]}
        row |= {name: v for name, v in one.items() if name in COMBINED or name.startswith(COMBINED_KINDS)}
        if others := [j for j in places[c.form] if j != i]:
            row["elsewhere"] = sum(alone[j] for j in others) / len(others)
            row["elsewhere tagged"] = sum(tagged[j] for j in others) / len(others)
            row["elsewhere best"] = max(tagged[j] for j in others)
        else:
            row["nowhere else"] = 1.0
        made.append(row)
    return made


def _rivals(found: Sequence[Candidate], values: Sequence[float]) -> list[float]:
    """Return for each candidate the best value of another one that overlaps it, -1000 for none. Candidates are in the order of their starts."""
    best = [-1000.0] * len(found)
    for i, c in enumerate(found):
        for j in range(i + 1, len(found)):
            if found[j].start >= c.end:
                break
            best[i] = max(best[i], values[j])
            best[j] = max(best[j], values[i])
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


def choose(found: Iterable[Scored], threshold: float) -> list[Scored]:
    """Return the candidates in no name that do not overlap and together have the most evidence above the threshold (weighted intervals)."""
    possible = (s for s in found if s.score > threshold and not s.candidate.named)
    ordered = sorted(possible, key=lambda s: s.candidate.end)
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


def probability(f: Features, weights: Mapping[str, float]) -> float:
    """Return the logistic regression's probability."""
    z = sum(value * weights.get(name, 0.0) for name, value in f.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
