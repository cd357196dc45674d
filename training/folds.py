"""Score the whole pipeline on articles that its model has not seen: each fold of the gold with the model that left it out.

    python -m training.folds --gold ../shared/gold/train.jsonl ../shared/gold/dev.jsonl --models OUT/fold-0 OUT/fold-1 … [--proposals OUT/proposals.jsonl]

Model K of N is what `training.export` made of `training.tag --fold K/N` on the same files. Prints strict precision, recall and F1 by label
with their intervals, the model alone beside. Topics are not scored here: the weights of their stage know all the articles, and
`training/topics.py` scores them by folds of its own, on what `--proposals` writes: how likely each model has it that the words of the articles
of its fold are outside a topic, its first or a later one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pipeline
from pipeline import names
from pipeline.evaluate import LABELS, evaluate
from pipeline.extraction import records
from pipeline.gold import Labelled, Span, of_record, read_gold
from pipeline.tagger import Tagger
from training import corpora
from training.calibrate import mentions
from training.tag import folds

SCORED = tuple(label for label in LABELS if label != "TOPIC")


def without_topics(one: Labelled, spans: Sequence[Span]) -> Labelled:
    """Return an article with these labels, but for those of topics.

    >>> without_topics(Labelled("a", "مصر"), [Span(0, 3, "COUNTRY", "EG"), Span(0, 3, "TOPIC", "trade")]).spans
    (Span(start=0, end=3, label='COUNTRY', value='EG'),)
    """
    return Labelled(one.id, one.text, tuple(s for s in spans if s.label in SCORED))


def whole(gold: Sequence[Labelled], tagger: Tagger) -> dict[str, Labelled]:
    """Return what the pipeline finds in gold articles with another tagger in it, by id."""
    nlp = pipeline.load()
    component: Any = nlp.get_pipe("khabar_names")
    component.tagger = tagger
    nlp.remove_pipe("khabar_events")
    made = records(nlp, [one.article for one in gold])
    return {one.id: without_topics(one, of_record(record).spans) for one, record in zip(gold, made, strict=True)}


def alone(gold: Sequence[Labelled], proposals: Sequence[dict[str, Any]]) -> dict[str, Labelled]:
    """Return what a tagger alone marks, by id."""
    marked = {p["id"]: [Span(m["start"], m["end"], m["label"]) for m in p["mentions"]] for p in proposals}
    return {one.id: without_topics(one, marked[one.id]) for one in gold}


def subjects(tagger: Tagger, examples: Sequence[corpora.Example]) -> Iterator[dict[str, Any]]:
    """Yield the `id` of each example and the probabilities of the `tags` of TOPIC for its words."""
    make = pipeline.load(names="rules").make_doc
    cut = [names.words(make(example.text)) for example in examples]
    logits = tagger.logits([tagger.pieces(example.text, words) for example, words in zip(examples, cut, strict=True)])
    for example, row in zip(examples, logits, strict=True):
        yield {"id": example.id, "tags": tagger.tags(row, "TOPIC").round(6).tolist()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--models", type=Path, nargs="+", required=True)
    parser.add_argument("--proposals", type=Path)
    args = parser.parse_args()
    examples = [example for file in args.gold for example in corpora.gold(file)]
    articles = {one.id: one for one in read_gold(args.gold)}
    both: tuple[dict[str, Labelled], dict[str, Labelled]] = ({}, {})
    proposals: list[dict[str, Any]] = []
    for k, folder in enumerate(args.models):
        tagger = Tagger(folder)
        held = folds(examples, len(args.models))[k]
        gold = [articles[example.id] for example in held]
        found = mentions(tagger, held)
        both[0].update(whole(gold, tagger))
        both[1].update(alone(gold, found))
        if args.proposals:
            proposals += subjects(tagger, held)
    if args.proposals:
        args.proposals.write_text("".join(json.dumps(p) + "\n" for p in proposals), encoding="utf-8")
    gold = [without_topics(one, one.spans) for one in articles.values()]
    scores, model = (evaluate(gold, found) for found in both)
    print(f"{len(gold)} articles  precision recall F1 [95% interval], F1 of the model alone")
    for label in (*SCORED, "micro"):
        s, m = (e.micro if label == "micro" else e.labels[label] for e in (scores, model))
        strict = s.strict
        print(
            f"{label:12} {strict.precision:.3f} {strict.recall:.3f} {strict.f1:.3f} [{strict.low:.3f}, {strict.high:.3f}]  {m.strict.f1:.3f}"
        )


if __name__ == "__main__":
    main()
