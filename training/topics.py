"""Make models/topics/ from labelled articles: which forms are subjects, in which surroundings, and what a document is about.

usage: python training/topics.py ARTICLES.jsonl [--more FURTHER.jsonl …] [--proposals OOF.jsonl] [--out models/topics]

`--proposals`: what taggers that have not seen these articles say of their words (`id`, `tags`), as `training.folds --proposals` writes it. Without it
there are no weights for use with the tagger. `--more`: articles labelled less carefully, as `training.annotate` writes them; what is
learned without the tagger is learned from them too, nothing is scored on them. Five folds by article give the printed scores; the weights
come from all articles.
"""

from __future__ import annotations

import argparse
import copy
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import pipeline
from pipeline import document_topics, names, spans, taxonomy, trees, vectors
from pipeline.gazetteer import Gazetteer
from pipeline.language import STAGES
from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.topics import evidence, mention, words_of
from pipeline.topics.candidates import Candidate, candidates, form_of
from pipeline.topics.decision import Features, Scored, choose, combined, features, probability
from pipeline.topics.surroundings import Surroundings
from pipeline.topics.tags import Tags, sharpened
from pipeline.topics.terms import listed_terms
from pipeline.topics.weights import BUCKETS, Form, Stored, Weights, grams, prior
from training import corpora
from training.trees import grown, stored

FOLDS = 5
ALL_BUT = 0.004  # how far a threshold's F1 on the folds may be under the best, for the most precise or the middle one to be taken
Articles = list[dict[str, Any]]
Forms = dict[str, tuple[int, int, str]]
Array = NDArray[Any]


def main() -> None:
    """Train, print the folds' scores, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--more", type=Path, nargs="+", default=[])
    parser.add_argument("--proposals", type=Path)
    parser.add_argument("--out", type=Path, default=Path("models/topics"))
    options = parser.parse_args()
    gold = corpora.records(options.articles)
    articles = gold + [article for file in options.more for article in corpora.records(file)]
    proposals = read_proposals(options.proposals) if options.proposals else {}
    maker = Trainer(articles, proposals)
    data: dict[str, Any] = {"ids": maker.ids, "thresholds": {}}
    everything = range(len(articles))
    held: list[Held] = []
    for fold in range(FOLDS):
        model = maker.fit([n for n in everything if n % FOLDS != fold])
        held += [maker.held(model, n) for n in range(len(gold)) if n % FOLDS == fold]
    data["rules"] = maker.fit(everything).acceptance
    data["tagger"] = fit_second([h for h in held if articles[h.n]["id"] in proposals]) if proposals else {}
    read: list[Read] = []
    for name in ("rules", "tagger"):
        kept = (
            [(h.n, h.alone) for h in held]
            if name == "rules"
            else cross_second([h for h in held if articles[h.n]["id"] in proposals])
        )
        if kept:
            threshold, line = maker.best_threshold(kept)
            print(f"{name}: {line}, at {threshold:.2f}")
            read += [
                Read(n, name == "tagger", found, [maker.mention(n, s) for s in choose(found, threshold)])
                for n, found in kept
            ]
            data["thresholds"][name] = threshold
    data["document"], data["thresholds"]["document"] = maker.fit_documents(read)
    data["forms"] = {
        form: [labelled, seen, maker.ids.index(t)]
        for form, (labelled, seen, t) in maker.forms(range(len(articles))).items()
    }
    words, start = maker.fit_words(everything)
    data["words"] = [round(float(odds), 4) for odds in start]
    options.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (options.out / "weights.json").write_text(text + "\n", encoding="utf-8")
    np.save(options.out / "words.npy", words)
    np.save(options.out / "grams.npy", maker.fit_grams(range(len(articles))).astype(np.float16))


def read_proposals(file: Path) -> dict[str, Array]:
    """Return article id → the probabilities of the tags of TOPIC for its words."""
    return {line["id"]: np.array(line["tags"], np.float32).reshape(-1, 3) for line in corpora.records(file)}


@dataclass(frozen=True)
class Model:
    """One fit: the weights object that the pipeline uses, and the acceptance weights."""

    weights: Weights
    acceptance: dict[str, float]


@dataclass(frozen=True)
class Held:
    """Article `n` as a model sees it that was not fitted on it: candidates scored without the tagger, and, where one has read it, the candidates and features with it."""

    n: int
    alone: list[Scored]
    candidates: list[Candidate]
    rows: list[Features]
    right: list[int]


@dataclass(frozen=True)
class Read:
    """Article `n` as weights of other articles have it: all candidates, and the mentions chosen; `tagger`: whether the tagger proposed too."""

    n: int
    tagger: bool
    found: list[Scored]
    chosen: list[spans.Mention]


def fit_second(held: Sequence[Held]) -> dict[str, float]:
    """Return the weights of the decision with the tagger."""
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([row for h in held for row in h.rows])
    fitted = LogisticRegression(C=0.5, max_iter=1000, fit_intercept=False).fit(
        matrix, [y for h in held for y in h.right]
    )
    return {n: round(float(w), 4) for n, w in zip(vectorizer.feature_names_, fitted.coef_[0], strict=True)}


def cross_second(held: Sequence[Held]) -> list[tuple[int, list[Scored]]]:
    """Return each article's candidates scored with the tagger by weights of other articles."""
    made = []
    for fold in range(FOLDS):
        weights = fit_second([h for i, h in enumerate(held) if i % FOLDS != fold])
        for i, h in enumerate(held):
            if i % FOLDS == fold:
                scores = [probability(row, weights) for row in h.rows]
                made.append((h.n, [Scored(c, p) for c, p in zip(h.candidates, scores, strict=True)]))
    return made


class Trainer:
    """Keeps the articles as Docs, with the stages before topics run once."""

    def __init__(self, articles: Articles, proposals: dict[str, Array]) -> None:
        self.articles = articles
        self.ids = sorted({row["id"] for row in rows("topics")})
        nlp = pipeline.load(names="rules")
        for stage in ("topics", *STAGES[STAGES.index("entities") + 1 :]):
            nlp.remove_pipe(f"khabar_{stage}")

        def prepared() -> Iterable[Any]:
            for article in articles:
                doc = nlp.make_doc(article["text"])
                doc._.given_date = article["given_date"]
                yield doc

        self.docs = list(nlp.pipe(prepared(), batch_size=32))
        self.vectors = np.array([vectors.load().of(words_of(doc)) for doc in self.docs])
        self.gold = [
            {(e["start"], e["end"]): e["value"] for e in a["entities"] if e["label"] == "TOPIC"} for a in articles
        ]
        said = [proposals.get(article["id"]) for article in articles]
        power = self._sharpness(said)
        self.tags = [
            None if tags is None else Tags(doc, tags, power) for doc, tags in zip(self.docs, said, strict=True)
        ]
        self._count()

    def _sharpness(self, said: Sequence[Array | None]) -> float:
        """Return the power that makes the taggers' probabilities the likeliest."""
        pairs = [(n, tags) for n, tags in enumerate(said) if tags is not None]
        if not pairs:
            return 1.0
        marked = (corpora.span_tags(names.words(self.docs[n]), list(self.gold[n])) for n, _ in pairs)
        wanted = np.array(["OBI".index(tag[:1]) for tags in marked for tag in tags])
        tags = np.concatenate([tags for _, tags in pairs])
        each = np.arange(len(tags))
        fitted = minimize_scalar(
            lambda power: -np.log(sharpened(tags, power)[each, wanted]).mean(), bounds=(0.2, 2.0), method="bounded"
        )
        print(f"tags raised to the power of {fitted.x:.2f}")
        return float(fitted.x)

    def _count(self) -> None:
        """Count for each article how often each form of any list stands there, and how often as a subject."""
        labelled: list[Counter[tuple[str, str]]] = []
        for doc, gold in zip(self.docs, self.gold, strict=True):
            labelled.append(Counter((form_at(doc, *place), topic) for place, topic in gold.items()))
        forms = {form for counts in labelled for form, _ in counts} | set(listed_terms())
        gazetteer: Gazetteer[str] = Gazetteer((form, form) for form in forms)
        self.labelled = labelled
        self.seen = [Counter(hit.entry for hit in gazetteer.find(doc)) for doc in self.docs]
        for seen, counts in zip(self.seen, labelled, strict=True):  # misprints stand where no token starts
            for (form, _), times in counts.items():
                seen[form] = max(seen[form], times)

    def forms(self, among: Sequence[int]) -> Forms:
        """Return form → (times a subject, times seen, commonest topic) in some articles."""
        labelled: Counter[str] = Counter()
        topic: dict[str, Counter[str]] = defaultdict(Counter)
        seen: Counter[str] = Counter()
        for n in among:
            seen.update(self.seen[n])
            for (form, t), count in self.labelled[n].items():
                labelled[form] += count
                topic[form][t] += count
        listed = listed_terms()
        return {
            form: (labelled[form], times, topic[form].most_common(1)[0][0] if topic[form] else listed[form])
            for form, times in sorted(seen.items())
            if form in listed or topic[form]
        }

    def fit_grams(self, among: Sequence[int]) -> np.ndarray[Any, Any]:
        """Return the weights of the classifier of unlisted forms, buckets by topics."""
        examples: Counter[tuple[str, str]] = Counter((form, t) for form, t in listed_terms().items() if len(form) > 2)
        for n in among:
            examples.update(dict.fromkeys(self.labelled[n], 2))
        matrix = gram_matrix([form for form, _ in examples])
        y = np.array([self.ids.index(t) for _, t in examples])
        fitted = LogisticRegression(C=10, max_iter=60, tol=1e-2).fit(matrix, y, np.log1p(list(examples.values())))
        out = np.full((BUCKETS, len(self.ids)), 0.0)
        out[0] = -20.0
        out[:, fitted.classes_] = fitted.coef_.T
        out[0, fitted.classes_] += fitted.intercept_ + 20.0
        return out

    def fit(self, among: Sequence[int]) -> Model:
        """Fit the decision without the tagger on some articles; an article's own forms are left out of its features."""
        grams = self.fit_grams(among)
        totals = self.forms(among)
        rows: list[Features] = []
        y: list[int] = []
        full = self._weights(totals, grams, *self.fit_words(among))
        for n in among:
            weights = copy.copy(full)
            weights.forms = self._without(full.forms, totals, n)
            found, f = self._features(n, weights, False)
            rows += f
            y += [int(self._place(n, c) in self.gold[n]) for c in found]
        frequent = Counter(name for f in rows for name in f)
        rows = [{name: v for name, v in f.items() if frequent[name] >= 6} for f in rows]
        vectorizer = DictVectorizer()
        matrix = vectorizer.fit_transform(rows)
        fitted = LogisticRegression(C=0.25, max_iter=400, fit_intercept=False).fit(matrix, y)
        acceptance = {
            name: round(float(w), 4)
            for name, w in zip(vectorizer.feature_names_, fitted.coef_[0], strict=True)
            if abs(w) > 0.01
        }
        return Model(full, acceptance)

    def _without(self, forms: dict[str, Form], totals: Forms, n: int) -> dict[str, Form]:
        """Return the forms as they would be without article `n`; a form that only it has is gone, unless it is listed."""
        listed = listed_terms()
        left = dict(forms)
        for form, (own, times, _) in self.forms([n]).items():
            labelled, seen, topic = totals[form]
            if seen > times or form in listed:
                alone = labelled == own and form in listed
                counts = labelled - own, seen - times
                left[form] = Form(counts[1], prior(*counts), listed[form] if alone else topic)
            else:
                del left[form]
        return left

    def _weights(self, forms: Forms, grams: Array, words: Array, start: Array) -> Weights:
        data: Stored = {
            "ids": self.ids,
            "thresholds": {"document": 0.5},
            "words": start.tolist(),
            "document": {"names": [], "start": 0.0, "trees": []},
            "rules": {},
            "tagger": {},
            "forms": {form: (a, b, self.ids.index(t)) for form, (a, b, t) in forms.items()},
        }
        return Weights(data, grams.astype(np.float16), words, self.ids)

    def _features(self, n: int, weights: Weights, tagged: bool) -> tuple[list[Candidate], list[Features]]:
        doc = self.docs[n]
        tags = self.tags[n] if tagged else None
        found = [
            c
            for c in candidates(doc, weights, weights.odds(self.vectors[n]), tags)
            if c.form in weights.forms or c.by != "term"
        ]
        around = Surroundings(doc, found)
        return found, [features(doc, c, weights.forms.get(c.form), around) for c in found]

    def _place(self, n: int, c: Candidate) -> tuple[int, int]:
        span = self.docs[n][c.start : c.end]
        return span.start_char, span.end_char

    def held(self, model: Model, n: int) -> Held:
        """Return an article as a model sees it that was not fitted on it."""
        found, f = self._features(n, model.weights, False)
        alone = [Scored(c, probability(g, model.acceptance)) for c, g in zip(found, f, strict=True)]
        if self.tags[n] is None:
            return Held(n, alone, [], [], [])
        found, f = self._features(n, model.weights, True)
        rows = combined(found, f, [probability(g, model.acceptance) for g in f])
        return Held(n, alone, found, rows, [int(self._place(n, c) in self.gold[n]) for c in found])

    def mention(self, n: int, s: Scored) -> spans.Mention:
        """Return the mention that a scored candidate of article `n` is."""
        return mention(self.docs[n], s)

    def best_threshold(self, kept: list[tuple[int, list[Scored]]]) -> tuple[float, str]:
        """Return the highest threshold with all but the best strict F1 on the folds, which is the most precise, and what it reaches as a line."""
        total = sum(len(self.gold[n]) for n, _ in kept)
        made: list[tuple[float, float, str]] = []
        for threshold in np.arange(0.14, 0.66, 0.03):
            found = right = valued = 0
            for n, scored in kept:
                for s in choose(scored, threshold):
                    place = self._place(n, s.candidate)
                    found += 1
                    right += place in self.gold[n]
                    valued += self.gold[n].get(place) == s.candidate.topic
            f1 = 2 * right / (found + total)
            line = f"P {right / max(found, 1):.3f} R {right / total:.3f} F1 {f1:.3f}, with topic {2 * valued / (found + total):.3f}"
            made.append((f1, float(threshold), line))
        best = max(f1 for f1, _, _ in made)
        _, threshold, line = max((one for one in made if one[0] > best - ALL_BUT), key=lambda one: one[1])
        return threshold, line

    def fit_words(self, among: Sequence[int]) -> tuple[Array, Array]:
        """Return what all words of a text say of each topic: the weights of its vector, numbers by topics, and the constants."""
        matrix = self.vectors[list(among)]
        weights, start = np.zeros((matrix.shape[1], len(self.ids)), np.float32), np.full(len(self.ids), -6.0)
        for column, topic in enumerate(self.ids):
            y = np.array([topic in self.articles[n]["topics"] for n in among])
            if y.sum() > 1:
                fitted = LogisticRegression(C=15, class_weight="balanced", max_iter=300).fit(matrix, y)
                weights[:, column], start[column] = fitted.coef_[0], fitted.intercept_[0]
        return weights, start

    def fit_documents(self, read: Sequence[Read]) -> tuple[trees.Stored, float]:
        """Grow the trees for the document's topics on what folds said of its mentions; prints the score of five folds."""
        rows: list[Features] = []
        y: list[bool] = []
        places: list[tuple[int, bool, str]] = []
        words = [self.fit_words([n for n in range(len(self.docs)) if n % FOLDS != fold]) for fold in range(FOLDS)]
        for one in read:
            weights, start = words[one.n % FOLDS]
            about = dict(zip(self.ids, map(float, start + self.vectors[one.n] @ weights), strict=True))
            likeness = taxonomy.shipped().likeness(self.vectors[one.n])
            said = list(map(evidence, one.found))
            made = document_topics.features(self.docs[one.n], one.chosen, said, about, likeness, one.tagger)
            for topic, f in made.items():
                rows.append(f)
                y.append(topic in self.articles[one.n]["topics"])
                places.append((one.n, one.tagger, topic))
        frequent = Counter(name for f in rows for name, v in f.items() if v)
        rows = [{name: v for name, v in f.items() if frequent[name] >= 20} for f in rows]
        vectorizer = DictVectorizer(sparse=False)
        matrix, labels = vectorizer.fit_transform(rows), np.array(y)
        groups = np.array([n for n, _, _ in places]) % FOLDS
        held = np.zeros(len(labels))
        for fold in range(FOLDS):
            within = groups == fold
            held[within] = grown(matrix[~within], labels[~within]).predict_proba(matrix[within])[:, 1]
        scores: dict[tuple[int, bool], dict[str, float]] = defaultdict(dict)
        for (n, tagger, topic), score in zip(places, held, strict=True):
            scores[n, tagger][topic] = float(score)
        threshold = 0.5
        for kind in sorted(
            {one.tagger for one in read}
        ):  # the threshold is that for use with the tagger where it is known
            among = [(set(self.articles[n]["topics"]), of) for (n, tagger), of in scores.items() if tagger == kind]
            reached = {float(t): micro(among, t) for t in np.arange(0.2, 0.7, 0.02)}
            threshold = float(np.median([t for t, f1 in reached.items() if f1 > max(reached.values()) - ALL_BUT]))
            print(
                f"document topics, {'tagger' if kind else 'rules'}: micro F1 {micro(among, threshold):.3f} at {threshold:.2f}"
            )
        return stored(grown(matrix, labels), list(vectorizer.feature_names_)), threshold


def micro(articles: Sequence[tuple[set[str], dict[str, float]]], threshold: float) -> float:
    """Return micro F1 of the topics that are chosen by their scores.

    >>> micro([({"trade"}, {"trade": 0.9, "health": 0.6})], 0.5)
    0.6666666666666666
    """
    chosen = [(gold, set(document_topics.chosen(scores, threshold))) for gold, scores in articles]
    return 2 * sum(len(gold & found) for gold, found in chosen) / sum(len(gold) + len(found) for gold, found in chosen)


def form_at(doc: Any, start: int, end: int) -> str:
    """Return the matching form of the characters `[start, end)`, by tokens where they end there."""
    span = doc.char_span(start, end)
    return normalise(" ".join(doc.text[start:end].split())) if span is None else form_of(doc, span.start, span.end)


def gram_matrix(forms: Sequence[str]) -> csr_matrix:
    """Return the forms' buckets as a sparse matrix; the constant is left to the intercept."""
    columns = [[b for b in grams(form) if b] for form in forms]
    pointers = np.cumsum([0, *map(len, columns)])
    indices = np.array([b for row in columns for b in row])
    return csr_matrix((np.ones(len(indices)), indices, pointers), shape=(len(forms), BUCKETS))


if __name__ == "__main__":
    main()
