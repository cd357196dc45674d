"""Labelled events as the network learns them: which words tell one, and what part each party plays in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import pipeline
from pipeline.events import learned
from pipeline.events.learned import MODALITIES, PARTS
from pipeline.events.scene import Scene
from training.corpora import Example, Pairs, event_labels
from training.events import parts_of, with_mentions

HEADS = {"event": ["O", *(" ".join(kind).strip() for kind in learned.kinds())], "modality": list(MODALITIES)}


def with_events(examples: Sequence[Example], gold: Iterable[Path], files: Iterable[Path]) -> list[Example]:
    """Return examples of gold files, those of which a file labels the events teaching them too."""
    told = {id: events for file in files for id, events in event_labels(file).items()}
    wanted = {example.id for example in examples} & set(told)
    nlp = pipeline.load()
    articles = {a["id"]: a for file in gold for a in map(json.loads, file.open(encoding="utf-8")) if a["id"] in wanted}
    return [taught(e, Scene(with_mentions(nlp, articles[e.id])), told[e.id]) if e.id in wanted else e for e in examples]


def taught(example: Example, scene: Scene, gold: Sequence[Mapping[str, Any]]) -> Example:
    """Return an example that teaches the events of an article as well."""
    number = {token.idx: token.i for token in scene.doc}
    own = [number[token.start] for token in example.tokens]  # token of the example -> of the Doc
    place = {i: n for n, i in enumerate(own)}
    told = np.zeros((len(own), len(HEADS["event"])))
    modal = np.zeros((len(own), len(MODALITIES)))
    rows: list[tuple[tuple[int, int, int], tuple[int, ...], tuple[int, bool]]] = []
    for e in gold:
        at = token_at(example, e["trigger"])
        kind = learned.kinds().index((e["type"], e["mode"]))
        told[at, kind + 1] += 1
        modal[at, MODALITIES.index(e["modality"])] += 1
        features = learned.pairs(scene, own[at], kind)
        for n, wanted in parts(scene, own[at], e):
            if n not in features:
                continue
            party = scene.parties[n]
            rows.append(((at, place[party.start], place[number[party.mention[0]]]), features[n], wanted))
    told[told.sum(1) == 0, 0] = 1
    told /= told.sum(1, keepdims=True)
    modal /= np.maximum(modal.sum(1, keepdims=True), 1)
    pairs = Pairs(
        np.array([row[0] for row in rows], np.int64).reshape(-1, 3),
        np.array([row[1] for row in rows], np.int64).reshape(-1, len(learned.sizes())),
        np.array([row[2] for row in rows], np.float32).reshape(-1, 2),
    )
    targets = example.targets | {"event": told.astype(np.float16), "modality": modal.astype(np.float16)}
    return Example(example.id, example.text, example.tokens, targets, pairs)


def token_at(example: Example, trigger: Mapping[str, Any]) -> int:
    """Return the first token of which at least half lies in the trigger, else the one in which it starts."""
    for n, t in enumerate(example.tokens):
        if 2 * (min(trigger["end"], t.end) - max(trigger["start"], t.start)) >= t.end - t.start:
            return n
    return next(n for n, t in enumerate(example.tokens) if trigger["start"] < t.end)


def parts(scene: Scene, at: int, event: Mapping[str, Any]) -> Iterator[tuple[int, tuple[int, bool]]]:
    """Yield the numbers of the parties to learn from, each with its part and whether it is the place.

    Of a party that has a part, the mention that is labelled, else the one nearest to token `at`: its others say nothing for or against.
    """
    labelled = {(p["start"], p["end"]) for p in (*event["who"], *event["whom"])}
    of = parts_of(scene, scene.parties, event)
    taken: dict[str, int] = {}
    for n, party in sorted(
        enumerate(scene.parties), key=lambda one: (one[1].mention[:2] not in labelled, abs(one[1].start - at))
    ):
        if of[n] != "none":
            taken.setdefault(party.entity, n)
    where = (event["where"]["start"], event["where"]["end"]) if event["where"] else None
    for n, party in enumerate(scene.parties):
        if of[n] == "none" or taken[party.entity] == n:
            yield n, (PARTS.index(of[n]), party.mention[:2] == where)
