"""Make models/topics/ from labelled articles: which forms are subjects, in which surroundings, and what a document is about.

usage: python training/topics.py ARTICLES.jsonl [--proposals OOF.jsonl] [--out models/topics]

`--proposals`: the tagger's TOPIC proposals for these articles, made by folds that had not seen them (`id`, `mentions`). Without it the
weights for use with the tagger are those without. Five folds by article give the printed scores; the weights come from all articles.
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
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import pipeline
from pipeline import document_topics, spans, taxonomy, topics, trees, vectors
from pipeline.gazetteer import Gazetteer, rows
from pipeline.language import STAGES
from pipeline.normalise import normalise
from training.trees import grown, stored

FOLDS = 5
Articles = list[dict[str, Any]]
Forms = dict[str, tuple[int, int, str]]
Array = NDArray[Any]


def main() -> None:
    """Train, print the folds' scores, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--proposals", type=Path)
    parser.add_argument("--out", type=Path, default=Path("models/topics"))
    options = parser.parse_args()
    articles = [json.loads(line) for line in options.articles.open(encoding="utf-8")]
    proposals = read_proposals(options.proposals) if options.proposals else {}
    maker = Trainer(articles, proposals)
    data: dict[str, Any] = {"ids": maker.ids, "thresholds": {}}
    everything = range(len(articles))
    held: list[Held] = []
    for fold in range(FOLDS):
        model = maker.fit([n for n in everything if n % FOLDS != fold])
        held += [maker.held(model, n) for n in everything if n % FOLDS == fold]
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
                Read(n, name == "tagger", found, [maker.mention(n, s) for s in topics.choose(found, threshold)])
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


def read_proposals(file: Path) -> dict[str, list[spans.Mention]]:
    """Return article id → the tagger's proposals of all labels."""
    made = {}
    for line in file.open(encoding="utf-8"):
        record = json.loads(line)
        made[record["id"]] = [
            spans.Mention(m["start"], m["end"], m["label"], score=m["score"]) for m in record["mentions"]
        ]
    return made


@dataclass(frozen=True)
class Model:
    """One fit: the weights object that the pipeline uses, and the acceptance weights."""

    weights: topics.Weights
    acceptance: dict[str, float]


@dataclass(frozen=True)
class Held:
    """Article `n` as a model sees it that was not fitted on it: candidates scored without the tagger, and the features for with it."""

    n: int
    alone: list[topics.Scored]
    candidates: list[topics.Candidate]
    rows: list[topics.Features]
    right: list[int]


@dataclass(frozen=True)
class Read:
    """Article `n` as weights of other articles have it: all candidates, and the mentions chosen; `tagger`: whether the tagger proposed too."""

    n: int
    tagger: bool
    found: list[topics.Scored]
    chosen: list[spans.Mention]


def fit_second(held: Sequence[Held]) -> dict[str, float]:
    """Return the weights of the decision with the tagger."""
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([row for h in held for row in h.rows])
    fitted = LogisticRegression(C=0.5, max_iter=1000, fit_intercept=False).fit(
        matrix, [y for h in held for y in h.right]
    )
    return {n: round(float(w), 4) for n, w in zip(vectorizer.feature_names_, fitted.coef_[0], strict=True)}


def cross_second(held: Sequence[Held]) -> list[tuple[int, list[topics.Scored]]]:
    """Return each article's candidates scored with the tagger by weights of other articles."""
    made = []
    for fold in range(FOLDS):
        weights = fit_second([h for i, h in enumerate(held) if i % FOLDS != fold])
        for i, h in enumerate(held):
            if i % FOLDS == fold:
                scores = [topics.probability(row, weights) for row in h.rows]
                made.append((h.n, [topics.Scored(c, p) for c, p in zip(h.candidates, scores, strict=True)]))
    return made


class Trainer:
    """Keeps the articles as Docs, with the stages before topics run once."""

    def __init__(self, articles: Articles, proposals: dict[str, list[spans.Mention]]) -> None:
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
        self.tagged = [on_tokens(doc, proposals.get(a["id"], [])) for doc, a in zip(self.docs, articles, strict=True)]
        self.vectors = np.array([vectors.load().of(topics.words_of(doc)) for doc in self.docs])
        self.gold = [
            {(e["start"], e["end"]): e["value"] for e in a["entities"] if e["label"] == "TOPIC"} for a in articles
        ]
        self._count()

    def _count(self) -> None:
        """Count for each article how often each form of any list stands there, and how often as a subject."""
        labelled: list[Counter[tuple[str, str]]] = []
        for doc, gold in zip(self.docs, self.gold, strict=True):
            labelled.append(Counter((form_at(doc, *place), topic) for place, topic in gold.items()))
        forms = {form for counts in labelled for form, _ in counts} | set(topics.listed_terms())
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
        listed = topics.listed_terms()
        return {
            form: (labelled[form], times, topic[form].most_common(1)[0][0] if topic[form] else listed[form])
            for form, times in sorted(seen.items())
            if form in listed or topic[form]
        }

    def fit_grams(self, among: Sequence[int]) -> np.ndarray[Any, Any]:
        """Return the weights of the classifier of unlisted forms, buckets by topics."""
        examples: Counter[tuple[str, str]] = Counter(
            (form, t) for form, t in topics.listed_terms().items() if len(form) > 2
        )
        for n in among:
            examples.update(dict.fromkeys(self.labelled[n], 2))
        matrix = gram_matrix([form for form, _ in examples])
        y = np.array([self.ids.index(t) for _, t in examples])
        fitted = LogisticRegression(C=10, max_iter=60, tol=1e-2).fit(matrix, y, np.log1p(list(examples.values())))
        out = np.full((topics.BUCKETS, len(self.ids)), 0.0)
        out[0] = -20.0
        out[:, fitted.classes_] = fitted.coef_.T
        out[0, fitted.classes_] += fitted.intercept_ + 20.0
        return out

    def fit(self, among: Sequence[int]) -> Model:
        """Fit the decision without the tagger on some articles; an article's own forms are left out of its features."""
        grams = self.fit_grams(among)
        totals = self.forms(among)
        rows: list[topics.Features] = []
        y: list[int] = []
        full = self._weights(totals, grams, *self.fit_words(among))
        for n in among:
            weights = copy.copy(full)
            weights.forms = self._without(full.forms, totals, n)
            found, f, _ = self._features(n, weights, False)
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

    def _without(self, forms: dict[str, topics.Form], totals: Forms, n: int) -> dict[str, topics.Form]:
        """Return the forms as they would be without article `n`; a form that only it has is gone, unless it is listed."""
        listed = topics.listed_terms()
        left = dict(forms)
        for form, (own, times, _) in self.forms([n]).items():
            labelled, seen, topic = totals[form]
            if seen > times or form in listed:
                alone = labelled == own and form in listed
                counts = labelled - own, seen - times
                left[form] = topics.Form(counts[1], topics.prior(*counts), listed[form] if alone else topic)
            else:
                del left[form]
        return left

    def _weights(self, forms: Forms, grams: Array, words: Array, start: Array) -> topics.Weights:
        data: topics.Stored = {
            "ids": self.ids,
            "thresholds": {"document": 0.5},
            "words": start.tolist(),
            "document": {"names": [], "start": 0.0, "trees": []},
            "rules": {},
            "tagger": {},
            "forms": {form: (a, b, self.ids.index(t)) for form, (a, b, t) in forms.items()},
        }
        return topics.Weights(data, grams.astype(np.float16), words, self.ids)

    def _features(
        self, n: int, weights: topics.Weights, tagged: bool
    ) -> tuple[list[topics.Candidate], list[topics.Features], topics.Surroundings]:
        doc = self.docs[n]
        doc.spans.pop(spans.PROPOSALS, None)
        if tagged:
            spans.write(doc, spans.PROPOSALS, self.tagged[n])
        found = [
            c
            for c in topics.candidates(doc, weights, weights.odds(self.vectors[n]))
            if c.form in weights.forms or c.by != "term"
        ]
        around = topics.Surroundings(doc, found)
        return found, [topics.features(doc, c, weights.forms.get(c.form), around) for c in found], around

    def _place(self, n: int, c: topics.Candidate) -> tuple[int, int]:
        span = self.docs[n][c.start : c.end]
        return span.start_char, span.end_char

    def held(self, model: Model, n: int) -> Held:
        """Return an article as a model sees it that was not fitted on it."""
        found, f, _ = self._features(n, model.weights, False)
        alone = [topics.Scored(c, topics.probability(g, model.acceptance)) for c, g in zip(found, f, strict=True)]
        found, f, around = self._features(n, model.weights, True)
        scores = [topics.probability(g, model.acceptance) for g in f]
        rows = topics.combined(found, f, scores, around)
        return Held(n, alone, found, rows, [int(self._place(n, c) in self.gold[n]) for c in found])

    def mention(self, n: int, s: topics.Scored) -> spans.Mention:
        """Return the mention that a scored candidate of article `n` is."""
        return topics.mention(self.docs[n], s)

    def best_threshold(self, kept: list[tuple[int, list[topics.Scored]]]) -> tuple[float, str]:
        """Return the threshold with the best strict F1 on the folds, and what it reaches as a line."""
        total = sum(len(self.gold[n]) for n, _ in kept)
        best = (0.0, 0.0, "")
        for threshold in np.arange(0.2, 0.66, 0.03):
            found = right = valued = 0
            for n, scored in kept:
                for s in topics.choose(scored, threshold):
                    place = self._place(n, s.candidate)
                    found += 1
                    right += place in self.gold[n]
                    valued += self.gold[n].get(place) == s.candidate.topic
            f1 = 2 * right / (found + total)
            line = f"P {right / max(found, 1):.3f} R {right / total:.3f} F1 {f1:.3f}, with topic {2 * valued / (found + total):.3f}"
            best = max(best, (f1, float(threshold), line))
        return best[1], best[2]

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
        rows: list[topics.Features] = []
        y: list[bool] = []
        where: list[tuple[int, bool]] = []
        words = [self.fit_words([n for n in range(len(self.docs)) if n % FOLDS != fold]) for fold in range(FOLDS)]
        for one in read:
            weights, start = words[one.n % FOLDS]
            about = dict(zip(self.ids, map(float, start + self.vectors[one.n] @ weights), strict=True))
            likeness = taxonomy.shipped().likeness(self.vectors[one.n])
            doc = self.docs[one.n]
            doc.spans.pop(spans.PROPOSALS, None)
            if one.tagger:
                spans.write(doc, spans.PROPOSALS, self.tagged[one.n])
            evidence = list(map(topics.evidence, one.found))
            for topic, f in document_topics.features(doc, one.chosen, evidence, about, likeness).items():
                rows.append(f)
                y.append(topic in self.articles[one.n]["topics"])
                where.append((one.n, one.tagger))
        frequent = Counter(name for f in rows for name, v in f.items() if v)
        rows = [{name: v for name, v in f.items() if frequent[name] >= 20} for f in rows]
        vectorizer = DictVectorizer(sparse=False)
        matrix, labels = vectorizer.fit_transform(rows), np.array(y)
        groups, tagger = np.array([n for n, _ in where]) % FOLDS, np.array([tagger for _, tagger in where])
        held = np.zeros(len(labels))
        for fold in range(FOLDS):
            within = groups == fold
            held[within] = grown(matrix[~within], labels[~within]).predict_proba(matrix[within])[:, 1]
        best = (0.0, 0.5)
        for kind in sorted(
            {one.tagger for one in read}
        ):  # the threshold is that for use with the tagger where it is known
            gold = sum(len(self.articles[one.n]["topics"]) for one in read if one.tagger == kind)
            scores, right = held[tagger == kind], labels[tagger == kind]
            best = max(
                (2 * right[scores > t].sum() / ((scores > t).sum() + gold), t) for t in np.arange(0.2, 0.7, 0.02)
            )
            print(f"document topics, {'tagger' if kind else 'rules'}: micro F1 {best[0]:.3f} at {best[1]:.2f}")
        return stored(grown(matrix, labels), list(vectorizer.feature_names_)), float(best[1])


def on_tokens(doc: Any, proposals: Iterable[spans.Mention]) -> list[spans.Mention]:
    """Return the proposals that lie on the Doc's tokens."""
    return [m for m in proposals if doc.char_span(m.start, m.end) is not None]


def form_at(doc: Any, start: int, end: int) -> str:
    """Return the matching form of the characters `[start, end)`, by tokens where they end there."""
    span = doc.char_span(start, end)
    return (
        normalise(" ".join(doc.text[start:end].split())) if span is None else topics.form_of(doc, span.start, span.end)
    )


def gram_matrix(forms: Sequence[str]) -> csr_matrix:
    """Return the forms' buckets as a sparse matrix; the constant is left to the intercept."""
    columns = [[b for b in topics.grams(form) if b] for form in forms]
    pointers = np.cumsum([0, *map(len, columns)])
    indices = np.array([b for row in columns for b in row])
    return csr_matrix((np.ones(len(indices)), indices, pointers), shape=(len(forms), topics.BUCKETS))


if __name__ == "__main__":
    main()
