"""Labelled texts as the tagger learns them: tokens, and for every head what its tags should be."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.record import LABELS
from pipeline.tagger import head_slices
from pipeline.tokenise import Token, tokens

Targets = NDArray[np.float16]  # tokens × tags of one head: the wanted probabilities; a row of zeros is not learned from

OWN: dict[str, list[str]] = {label: ["O", "B", "I"] for label in LABELS}


class Pairs(NamedTuple):
    """Words that tell events with the parties around them.

    `places`: for each pair the token that tells, the first of the party, and the first of its name; `features`: see `pipeline.events.learned`;
    `wanted`: the number of the party's part, and whether it is the place.
    """

    places: NDArray[np.int64]
    features: NDArray[np.int64]
    wanted: NDArray[np.float32]

    def within(self, first: int, last: int) -> Pairs:
        """Return the pairs whose tokens all lie in `[first, last)`, counted from `first`."""
        inside = ((self.places >= first) & (self.places < last)).all(1)
        return Pairs(self.places[inside] - first, self.features[inside], self.wanted[inside])


@dataclass
class Example:
    """A text, its tokens, and the targets of the heads that it teaches."""

    id: str
    text: str
    tokens: list[Token]
    targets: dict[str, Targets] = field(default_factory=dict)
    pairs: Pairs | None = None


def gold(path: Path) -> list[Example]:
    """Read articles labelled after the guidelines (`../shared/gold`)."""
    return list(map(from_record, records(path)))


def records(path: Path) -> list[dict[str, Any]]:
    """Return the articles of a gold file as they are written."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def from_record(record: dict[str, Any]) -> Example:
    """Return a gold article with the targets of the nine heads."""
    words = tokens(record["text"])
    spans: dict[str, list[tuple[int, int]]] = {label: [] for label in OWN}
    for entity in record["entities"]:
        spans[entity["label"]].append((entity["start"], entity["end"]))
    targets = {
        label: one_hot([tag[:1] for tag in span_tags(words, found)], OWN[label]) for label, found in spans.items()
    }
    return Example(record["id"], record["text"], words, targets)


def span_tags(words: Sequence[Token], spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return the BIO tags of character spans; a token belongs to a span when its larger part lies inside.

    >>> span_tags(tokens("قال محمد علي"), [(4, 12)])
    ['O', 'B', 'I']
    """
    tags = ["O"] * len(words)
    for start, end in spans:
        inside = [
            i
            for i, word in enumerate(words)
            if 2 * (min(end, word.end) - max(start, word.start)) > word.end - word.start
        ]
        for i in inside:
            tags[i] = "I"
        if inside:
            tags[inside[0]] = "B"
    return tags


def one_hot(tags: Sequence[str], names: Sequence[str]) -> Targets:
    """Return tags as wanted probabilities; a tag that the head does not have is not learned from."""
    return np.array([[tag == name for name in names] for tag in tags], np.float16).reshape(-1, len(names))


def conll_sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Yield the sentences of a CoNLL file as (word, tag) pairs."""
    sentence: list[tuple[str, str]] = []
    for line in path.open(encoding="utf-8"):
        if line.strip():
            word, tag = line.rstrip("\n").split("\t")
            sentence.append((word, tag))
        elif sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def conll_tags(path: Path) -> list[str]:
    """Return the tags of a CoNLL file, O first."""
    return ["O", *sorted({tag for sentence in conll_sentences(path) for _, tag in sentence} - {"O"})]


def conll(
    sentences: Sequence[Sequence[tuple[str, str]]], head: str, names: Sequence[str], joined: int = 8
) -> list[Example]:
    """Return sentences as texts, several neighbours together, with the targets of one head.

    The tag of a word is learned at its stem, the longest of its tokens; the proclitics before it are not learned from.
    """
    examples = []
    for at in range(0, len(sentences), joined):
        words = [pair for sentence in sentences[at : at + joined] for pair in sentence]
        text, places = lay_out([word for word, _ in words])
        cut = tokens(text)
        tags = [""] * len(cut)
        for (_, tag), stem in zip(words, stems(cut, places), strict=True):
            if stem is not None:
                tags[stem] = tag
        examples.append(Example(f"{head}-{at}", text, cut, {head: one_hot(tags, names)}))
    return examples


def lay_out(words: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Return words joined by spaces and where each stands."""
    places = []
    at = 0
    for word in words:
        places.append((at, at + len(word)))
        at += len(word) + 1
    return " ".join(words), places


def stems(cut: Sequence[Token], places: Sequence[tuple[int, int]]) -> list[int | None]:
    """Return for each word the index of its longest token, the last of equals."""
    found: list[int | None] = []
    i = 0
    for start, end in places:
        best: int | None = None
        while i < len(cut) and cut[i].start < end:
            if cut[i].start >= start and (best is None or cut[i].end - cut[i].start >= cut[best].end - cut[best].start):
                best = i
            i += 1
        found.append(best)
    return found


def silver(path: Path) -> list[Example]:
    """Read texts with a teacher's probabilities, as `training.distil` writes them."""
    with np.load(path) as file:
        heads: dict[str, list[str]] = json.loads(str(file["heads"]))
        texts, sizes, wanted = file["texts"].tolist(), file["sizes"].tolist(), file["wanted"]
    slices = head_slices(heads)
    examples = []
    at = 0
    for number, (text, size) in enumerate(zip(texts, sizes, strict=True)):
        words = tokens(text)
        rows = wanted[at : at + size]
        at += size
        if len(words) == size:  # else the tokeniser has changed since
            examples.append(
                Example(f"{path.stem}-{number}", text, words, {head: rows[:, part] for head, part in slices.items()})
            )
    return examples


def event_labels(file: Path) -> dict[str, list[dict[str, Any]]]:
    """Return id of an article → its events, from a file like `../shared/gold/events-train.jsonl` or a table like `training/event_labels.tsv`.

    In a table a row is an event, spans are written "start-end"; an article without any has a row without a type.
    """
    with file.open(encoding="utf-8") as lines:
        if file.suffix != ".tsv":
            return {line["id"]: line["events"] for line in map(json.loads, lines)}
        found: dict[str, list[dict[str, Any]]] = {}
        for row in csv.DictReader(lines, delimiter="\t"):
            events = found.setdefault(row["id"], [])
            if row["type"]:
                of = {name: _spans(row[name]) for name in ("trigger", "who", "whom", "where")}
                trigger, where = of.pop("trigger")[0], next(iter(of.pop("where")), None)
                events.append(
                    {**{k: row[k] for k in ("type", "mode", "modality")}, **of, "trigger": trigger, "where": where}
                )
        return found


def topic_labels(file: Path) -> dict[str, tuple[list[str], list[dict[str, Any]]]]:
    """Return id of an article → the topics of the document, and its mentions of topics as entities, from a table like `training/topic_labels.tsv`.

    In the table a row is an article: ids with commas, and spans as "start-end:id" with commas.
    """
    with file.open(encoding="utf-8") as lines:
        return {
            row["id"]: (
                [topic for topic in row["topics"].split(",") if topic],
                [
                    {**_spans(span)[0], "label": "TOPIC", "value": topic}
                    for span, topic in (cell.split(":") for cell in row["spans"].split(",") if cell)
                ],
            )
            for row in csv.DictReader(lines, delimiter="\t")
        }


def _spans(cell: str) -> list[dict[str, int]]:
    """Return the spans of a cell.

    >>> _spans("3-8,10-14")
    [{'start': 3, 'end': 8}, {'start': 10, 'end': 14}]
    """
    pairs = (map(int, span.split("-")) for span in cell.split(",") if span)
    return [{"start": start, "end": end} for start, end in pairs]
