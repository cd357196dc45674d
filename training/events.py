"""Make models/events/ from articles with labelled mentions and events.

usage: python -m training.events GOLD_FOLDER [--events training/event_labels.tsv] [--out models/events]

GOLD_FOLDER holds train.jsonl and events-train.jsonl (and, to report on, dev.jsonl and events-dev.jsonl); --events labels the events of more of
its articles. Mentions are the labelled ones when training; five folds by article choose the thresholds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

import pipeline
from pipeline import spans
from pipeline.events import rules
from pipeline.events.scene import Scene
from pipeline.events.told import Told, Trigger, distinct
from pipeline.matching import signature
from pipeline.normalise import normalise
from pipeline.parties import Party
from training.corpora import event_labels

FOLDS = 5
Gold = list[dict[str, Any]]


def main() -> None:
    """Train, print the scores of folds and of dev, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--events", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=Path("models/events"))
    options = parser.parse_args()
    nlp = pipeline.load(names="rules")
    train = labelled(nlp, options.gold, "train", options.events)
    folds = [n % FOLDS for n in range(len(train))]
    held: list[tuple[rules.Weights, list[tuple[Scene, Gold]]]] = []
    for fold in range(FOLDS):
        weights = fit([one for one, f in zip(train, folds, strict=True) if f != fold])
        held.append((weights, [one for one, f in zip(train, folds, strict=True) if f == fold]))
    thresholds = best_thresholds(held)
    print(
        "five folds:",
        thresholds,
        report([(scene, told(scene, w, thresholds), gold) for w, part in held for scene, gold in part]),
    )
    weights = fit(train)
    dev = labelled(nlp, options.gold, "dev")
    print("dev, mentions given:", report([(scene, told(scene, weights, thresholds), gold) for scene, gold in dev]))
    options.out.mkdir(parents=True, exist_ok=True)
    data = {"part": weights.part, "trigger": weights.trigger, "modality": weights.modality, "thresholds": thresholds}
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (options.out / "weights.json").write_text(text + "\n", encoding="utf-8")


def labelled(nlp: Any, folder: Path, split: str, more: Sequence[Path] = ()) -> list[tuple[Scene, Gold]]:
    """Return the articles whose events are labelled, with the labelled mentions in place of found ones."""
    told = {
        id: events for file in (*more, folder / f"events-{split}.jsonl") for id, events in event_labels(file).items()
    }
    articles = map(json.loads, (folder / f"{split}.jsonl").open(encoding="utf-8"))
    return [(Scene(with_mentions(nlp, a)), told[a["id"]]) for a in articles if a["id"] in told]


def with_mentions(nlp: Any, article: dict[str, Any]) -> Doc:
    """Return a Doc whose final mentions are the article's labelled ones; facts are those that the stages find."""
    doc = nlp.make_doc(article["text"])
    doc._.given_date = article["given_date"]
    for name, stage in nlp.pipeline:
        doc = stage(doc)
        if name == "khabar_entities":
            break
    found = {(m.start, m.end, m.label): m.entity for m in spans.read(doc, *spans.GROUPS)}
    keys: dict[tuple[str, str], str] = {}  # (label, name) → the key that the stages gave to one of its mentions
    for e in article["entities"]:
        keys.setdefault(named(e), found.get((e["start"], e["end"], e["label"]), ""))
    groups: dict[str, list[spans.Mention]] = {group: [] for group in spans.GROUPS}
    for e in article["entities"]:
        if doc.char_span(e["start"], e["end"]) is not None:
            key = keys[named(e)] or entity_key(e)
            groups[spans.GROUP_OF[e["label"]]].append(
                spans.Mention(e["start"], e["end"], e["label"], e["value"], entity=key)
            )
    for group, mentions in groups.items():
        spans.write(doc, group, mentions)
    return doc


def named(e: dict[str, Any]) -> tuple[str, str]:
    """Return what all mentions of one thing of an article have in common: a role goes by its holder."""
    label = {"ROLE": "PERSON", "NATIONALITY": "COUNTRY"}.get(e["label"], e["label"])
    return label, e["value"] or e["text"]


def entity_key(e: dict[str, Any]) -> str:
    """Return one key for all mentions of one thing of an article."""
    if e["label"] in ("COUNTRY", "NATIONALITY"):
        return f"country:{e['value']}"
    if e["label"] in ("PERSON", "ROLE"):
        return f"person:{normalise(e['value'])}" if e["value"] else ""
    return "" if e["label"] in ("DATE", "TOPIC") else f"{e['label'].lower()}:{normalise(e['text']).removeprefix('ال')}"


# Fitting


def fit(articles: Sequence[tuple[Scene, Gold]]) -> rules.Weights:
    """Fit the three regressions."""
    rows: list[rules.Features] = []
    parts: list[str] = []
    for scene, gold in articles:
        for trigger, event in matched(scene, gold):
            if event is None:
                continue
            around = scene.around(trigger)
            rows += rules.party_features(scene, trigger, around)
            parts += parts_of(scene, (party for party, _ in around), event)
    part = regression(rows, parts, 0.1)
    believed = rules.Weights(part, {}, {}, {})
    rows, ys = [], []
    modal: list[rules.Features] = []
    modalities: list[str] = []
    for scene, gold in articles:
        for trigger, event in matched(scene, gold):
            found = rules.parts(scene, trigger, believed)
            if found:
                rows.append(rules.trigger_features(scene, trigger, found))
                ys.append("no" if event is None else "yes")
            if event is not None:
                modal.append(rules.modality_features(scene, trigger))
                modalities.append(event["modality"])
    return rules.Weights(part, regression(rows, ys, 0.5), regression(modal, modalities, 0.3), {})


def regression(rows: Sequence[rules.Features], classes: Sequence[str], c: float) -> dict[str, dict[str, float]]:
    """Return class → feature → weight of a multinomial logistic regression on features seen at least twice."""
    seen: dict[str, int] = {}
    for f in rows:
        for name in f:
            seen[name] = seen.get(name, 0) + 1
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([{name: v for name, v in f.items() if seen[name] > 1} for f in rows])
    fitted = LogisticRegression(C=c, max_iter=500, fit_intercept=False).fit(matrix, classes)
    coefficients = fitted.coef_ if len(fitted.classes_) > 2 else np.vstack([-fitted.coef_[0] / 2, fitted.coef_[0] / 2])
    return {
        str(name): {
            f: round(float(w), 3) for f, w in zip(vectorizer.feature_names_, row, strict=True) if abs(w) > 0.005
        }
        for name, row in zip(fitted.classes_, coefficients, strict=True)
    }


def matched(scene: Scene, gold: Gold) -> list[tuple[Trigger, dict[str, Any] | None]]:
    """Return every trigger with the labelled event that it tells: of its type, on the same word."""
    out: list[tuple[Trigger, dict[str, Any] | None]] = []
    for trigger in scene.triggers:
        token = scene.doc[trigger.at]
        mine = [e for e in gold if e["type"] == trigger.frame.type]
        exact = [e for e in mine if e["trigger"]["start"] < token.idx + len(token) and token.idx < e["trigger"]["end"]]
        out.append((trigger, exact[0] if exact else None))
    return out


def parts_of(scene: Scene, parties: Iterable[Party], event: Mapping[str, Any]) -> list[str]:
    """Return who, whom or none for each party: the labelled part of its entity in an event."""
    keys = {part: entities(scene, event[part]) for part in ("who", "whom")}
    return [next((part for part in keys if party.entity and party.entity in keys[part]), "none") for party in parties]


def entities(scene: Scene, parties: Iterable[dict[str, Any]]) -> set[str]:
    """Return the entity keys of labelled parties, found by their offsets."""
    by_place = scene_keys(scene)
    return {by_place.get((p["start"], p["end"]), f"text:{scene.doc.text[p['start'] : p['end']]}") for p in parties}


def scene_keys(scene: Scene) -> dict[tuple[int, int], str]:
    """Return offsets → entity key of all mentions of a scene."""
    found = spans.read(
        scene.doc, "topics", "dates", "roles", "forums", "places", "organisations", "countries", "people"
    )
    order = {"ROLE": 0, "FORUM": 1, "LOCATION": 2, "ORGANIZATION": 3, "NATIONALITY": 4, "COUNTRY": 5, "PERSON": 6}
    ordered = sorted((m for m in found if m.entity), key=lambda m: order[m.label])
    return {(m.start, m.end): m.entity for m in ordered}


# Scoring


def told(scene: Scene, weights: rules.Weights, thresholds: dict[str, float]) -> list[Told]:
    """Return the events that the weights read off a scene."""
    full = rules.Weights(weights.part, weights.trigger, weights.modality, thresholds)
    return distinct(rules.read_events(scene, full))


def tally(pairs: Iterable[tuple[Scene, list[Told], Gold]]) -> tuple[int, int, int, int]:
    """Return right by entity, right by country, found, labelled."""
    right = states = found = total = 0
    for scene, got, gold in pairs:
        right += overlap([by_entity(t) for t in got], [gold_by_entity(scene, e) for e in gold])
        states += overlap([by_country(t) for t in got], [gold_by_country(e) for e in gold])
        found += len(got)
        total += len(gold)
    return right, states, found, total


def overlap(a: list[Any], b: list[Any]) -> int:
    """How many of `a` are in `b`, each of `b` used once."""
    left = list(b)
    n = 0
    for one in a:
        if one in left:
            left.remove(one)
            n += 1
    return n


def by_entity(t: Told) -> tuple[Any, ...]:
    return signature(t.trigger.frame.type, (p.entity for p in t.who), (p.entity for p in t.whom))


def by_country(t: Told) -> tuple[Any, ...]:
    return signature(t.trigger.frame.type, (p.country for p in t.who), (p.country for p in t.whom))


def gold_by_entity(scene: Scene, e: dict[str, Any]) -> tuple[Any, ...]:
    return signature(e["type"], entities(scene, e["who"]), entities(scene, e["whom"]))


def gold_by_country(e: dict[str, Any]) -> tuple[Any, ...]:
    return signature(e["type"], (p.get("country") for p in e["who"]), (p.get("country") for p in e["whom"]))


def report(pairs: Sequence[tuple[Scene, list[Told], Gold]]) -> str:
    """Return precision, recall and F1 by entity and by country as a line."""
    right, states, found, total = tally(pairs)
    lines = [
        f"{name} P {n / max(found, 1):.3f} R {n / total:.3f} F1 {2 * n / (found + total):.3f}"
        for name, n in (("by entity", right), ("by country", states))
    ]
    return "; ".join(lines) + f" ({found} found, {total} labelled)"


def best_thresholds(held: Sequence[tuple[rules.Weights, list[tuple[Scene, Gold]]]]) -> dict[str, float]:
    """Return the thresholds with the best F1 by entity on the folds."""
    best: tuple[float, dict[str, float]] = (-1.0, {})
    for trigger, part, joined, least in product(
        (0.15, 0.18, 0.22, 0.25, 0.3, 0.4), (0.5, 0.65, 0.8), (0.2, 0.3), (0.2, 0.3)
    ):
        thresholds = {"trigger": trigger, "part": part, "joined": joined, "best": least}
        right, _, found, total = tally((s, told(s, w, thresholds), g) for w, pairs in held for s, g in pairs)
        best = max(best, (2 * right / (found + total), thresholds), key=lambda one: one[0])
    return best[1]


if __name__ == "__main__":
    main()
