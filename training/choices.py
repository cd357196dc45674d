"""Grow the trees that choose the parties of events, on labelled articles that the network has not learned from.

    python -m training.choices --model models/news-tagger --gold articles.jsonl --events training/event_labels_choices.tsv

Prints precision, recall and F1 of five folds by article, and writes the trees, and the least probability of an event, into the model's `events.json`: the one that is
most precise on the folds of those whose F1 is all but the best.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer

import pipeline
from pipeline.events import choices
from pipeline.events.learned import answers, kinds
from pipeline.events.told import Told, distinct
from pipeline.index import index
from pipeline.matching import signature
from pipeline.names import words
from pipeline.tagger import Tagger, Telling
from pipeline.trees import Stored, Trees
from training.corpora import event_labels, records
from training.events import FOLDS, Gold, Scene, gold_by_entity, report, tally, with_mentions
from training.trees import grown, stored

LEASTS = [round(float(least), 2) for least in np.arange(0.08, 0.5, 0.02)]
# So much of F1 may be given for precision: what is told wrongly costs a reader more than what is left out.
ALL_BUT = 0.0015
Read = tuple[Scene, Telling, Gold]


def read(tagger: Tagger, gold: Sequence[Path], events: Sequence[Path]) -> list[Read]:
    """Return the articles whose events are labelled, with what the network says of them."""
    nlp = pipeline.load(names="rules")
    told = {id: labelled for file in events for id, labelled in event_labels(file).items()}
    articles = [a for file in gold for a in records(file) if a["id"] in told]
    scenes = [Scene(with_mentions(nlp, article)) for article in articles]
    logits = tagger.logits([tagger.pieces(index(s.doc).text, words(s.doc)) for s in scenes])
    telling = [tagger.telling(row) for row in logits]
    return [(s, t, told[a["id"]]) for s, t, a in zip(scenes, telling, articles, strict=True) if t]


def rows(article: Read) -> list[tuple[choices.Features, bool]]:
    """Return what each choice in an article is judged by, and whether it is right."""
    scene, telling, gold = article
    wanted = {gold_by_entity(scene, e) for e in gold}
    crowd = choices.crowd(telling)
    made = []
    for answer in answers(scene, telling, choices.POSSIBLE):
        for one in choices.choices(scene, answer, crowd):
            sides = ((p.entity for p in side) for side in (one.who, one.whom))
            made.append((one.features, signature(kinds()[answer.kind][0], *sides) in wanted))
    return made


def fit(examples: Sequence[tuple[choices.Features, bool]]) -> Stored:
    """Grow the trees."""
    vectorizer = DictVectorizer(sparse=False)
    matrix = vectorizer.fit_transform([features for features, _ in examples])
    return stored(grown(matrix, np.array([right for _, right in examples])), list(vectorizer.feature_names_))


def told(article: Read, trees: Trees) -> list[Told]:
    """Return all that an article may tell, by other trees."""
    scene, telling, _ = article
    return list(choices.read_events(scene, telling._replace(reader=telling.reader._replace(trees=trees, least=0.0))))


def over(
    least: float, articles: Sequence[Read], likely: Sequence[Sequence[Told]]
) -> list[tuple[Scene, list[Told], Gold]]:
    """Return each article's scene, the events in it that are likelier than `least`, and those that are labelled."""
    return [
        (scene, distinct(t for t in told if t.score > least), gold)
        for (scene, _, gold), told in zip(articles, likely, strict=True)
    ]


def f_score(pairs: Sequence[tuple[Scene, list[Told], Gold]]) -> float:
    """Return F1 by entity."""
    right, _, found, total = tally(pairs)
    return 2 * right / max(found + total, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--events", type=Path, nargs="+", required=True)
    args = parser.parse_args()
    articles = read(Tagger(args.model), args.gold, args.events)
    of = [rows(article) for article in articles]
    every = range(len(articles))
    trees = [Trees(fit([row for n in every if n % FOLDS != k for row in of[n]])) for k in range(FOLDS)]
    likely = [told(article, trees[n % FOLDS]) for n, article in enumerate(articles)]
    found = {least: over(least, articles, likely) for least in LEASTS}
    scores = {least: f_score(pairs) for least, pairs in found.items()}
    enough = max(scores.values()) - ALL_BUT
    best = max(least for least, score in scores.items() if score >= enough)
    for least, pairs in found.items():
        print(f"{least:.2f}  {report(pairs)}{'  <' if least == best else ''}")
    data = {"choices": fit([row for one in of for row in one]), "least": best}
    (args.model / "events.json").write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
