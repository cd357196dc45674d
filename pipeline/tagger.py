"""The one room that knows the trained model: words to pieces, windows over a document, ONNX Runtime, tags to spans.

The model is an encoder with several *heads* over the first piece of every token. A head is a list of BIO tags; the nine labels of the
guidelines are nine heads, so that labels may nest, and a corpus with a convention of its own (ANERcorp) is one more head.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, pre_tokenizers

from pipeline.tokenise import Token
from pipeline.trees import Trees

# Newer releases keep a device id and reports to their maker in the home folder as soon as they are imported, unless told not to.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

BOS, EOS, UNKNOWN = 0, 2, 3  # ids of <s>, </s> and <unk>
WINDOW = 254  # pieces the encoder sees at a time, without <s> and </s>
CONTEXT = 24  # pieces at a cut edge that are read but not tagged: the neighbouring window tags them
_ROOM = 1 << 17  # tokens, padding counted, that are decoded together
_LONGEST = 12  # pieces of one token; what is longer than any word adds nothing

_UNSEEN = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_DIGITS = {ord(digit): str(value) for start in "٠۰" for value in range(10) for digit in [chr(ord(start) + value)]}


class Encoded(NamedTuple):
    """A text as the encoder reads it: the ids of its pieces, and where the first piece of each token stands."""

    pieces: NDArray[np.int64]
    first: NDArray[np.int64]


class Window(NamedTuple):
    """Pieces `[start, end)` to read, of which the tokens `[first, last)` are tagged here."""

    start: int
    end: int
    first: int
    last: int


class Span(NamedTuple):
    """Tokens `[start, end)` that a head marks, with the type (empty for a head of one label) and the probability of the whole span."""

    start: int
    end: int
    type: str
    score: float


class Reader(NamedTuple):
    """How events are read off what a network says: the weights of the layer over pairs of a word and a party (see `pipeline.events.learned`), the
    trees that choose the parties (`pipeline.events.choices`), and the least probability of an event."""

    features: NDArray[np.float32]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    trees: Trees
    least: float


class Telling(NamedTuple):
    """What a network says of events in a text: for every token the probabilities of the heads `event` and `modality`, and a vector as a word that
    tells an event and one as the name of a party."""

    event: NDArray[np.floating[Any]]
    modality: NDArray[np.floating[Any]]
    tells: NDArray[np.floating[Any]]
    names: NDArray[np.floating[Any]]
    reader: Reader


class Pieces:
    """Cuts tokens into the encoder's pieces.

    Every word starts a piece of its own, so that a name is read alike with and without a proclitic; a line break is read as `</s>`.
    """

    def __init__(self, file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
        self._ids = lru_cache(maxsize=1 << 16)(self._encode)

    def __call__(self, text: str, tokens: Sequence[Token]) -> Encoded:
        """Return the pieces of the tokens of a text."""
        pieces: list[int] = []
        first: list[int] = []
        at = 0
        for start, end, norm in tokens:
            if "\n" in text[at:start]:
                pieces.append(EOS)
            form = model_form(text[start:end], norm)
            first.append(len(pieces))
            pieces.extend(self._ids(form))
            at = end
        return Encoded(np.array(pieces, np.int64), np.array(first, np.int64))

    def _encode(self, form: str) -> list[int]:
        word = f" {form}" if form[:1].isalnum() else form  # a space starts a word's first piece; punctuation has none
        return self._tokenizer.encode(word, add_special_tokens=False).ids[:_LONGEST] or [UNKNOWN]


def model_form(raw: str, norm: str) -> str:
    """Return what the encoder reads for a token: no marks, no tatweel, ASCII digits, and the article that «لل» hides.

    >>> model_form("لأُمَـم", "الامم")
    'الأمم'
    """
    form = _UNSEEN.sub("", raw).translate(_DIGITS)
    return "ا" + form if norm.startswith("ال") and form.startswith("ل") else form


def windows(encoded: Encoded, size: int = WINDOW, context: int = CONTEXT) -> Iterator[Window]:
    """Cut a document into windows that overlap; every token is tagged in exactly one, with context on both sides."""
    total, count = len(encoded.pieces), len(encoded.first)
    starts = np.append(encoded.first, total)
    start = done = 0
    while done < count:
        end = total
        last = count
        if total - start > size:
            edge = int(np.searchsorted(starts, start + size, side="right")) - 1
            end = int(starts[edge])
            last = max(int(np.searchsorted(starts, end - context, side="right")) - 1, done + 1)
        yield Window(start, end, done, last)
        done = last
        if done < count:
            start = int(starts[np.searchsorted(starts, starts[done] - context)])


def decode(probabilities: Sequence[NDArray[np.float32]], tags: Sequence[str]) -> list[list[Span]]:
    """Return for every text the spans of its likeliest valid BIO path (Viterbi; an I only after the B or I of its type).

    A text is tokens × tags. The score of a span is the geometric mean of the probabilities of its tags, no more than that of its end.

    >>> decode([np.array([[0.1, 0.9, 0], [0.4, 0, 0.6], [1, 0, 0]], np.float32)], ["O", "B", "I"])[0][0][:3]
    (0, 2, '')
    """
    allowed = _transitions(tuple(tags))
    start = tags.index("O")
    paths = [text.argmax(1) for text in probabilities]
    # The likeliest tags, each for itself, are the likeliest path where they make a valid one; Viterbi is for the rest.
    wrong = [
        k for k, path in enumerate(paths) if np.isinf(allowed[np.append(start, path[:-1])[: len(path)], path]).any()
    ]
    for group in _alike(wrong, [len(path) for path in paths]):
        for k, path in zip(group, _viterbi([probabilities[k] for k in group], allowed, start), strict=True):
            paths[k] = path[: len(paths[k])]
    return [list(_spans(path, text, tags)) for path, text in zip(paths, probabilities, strict=True)]


def _alike(texts: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield texts in groups of like length that take little room when padded to the longest."""
    group: list[int] = []
    for k in sorted(texts, key=lambda k: lengths[k]):
        if group and (len(group) + 1) * lengths[k] > _ROOM:
            yield group
            group = []
        group.append(k)
    if group:
        yield group


@lru_cache(maxsize=64)
def _transitions(tags: tuple[str, ...]) -> NDArray[np.float32]:
    """0 where a tag (row) may be followed by another (column), minus infinity where it may not."""
    ok = [[tag[:1] != "I" or (before != "O" and before[1:] == tag[1:]) for tag in tags] for before in tags]
    return np.where(ok, 0, -np.inf).astype(np.float32)


def _viterbi(
    probabilities: Sequence[NDArray[np.float32]], allowed: NDArray[np.float32], start: int
) -> NDArray[np.intp]:
    """Return the best valid paths, texts × tokens; a text begins as after the tag `start`, and goes on with it to the length of the longest."""
    texts, length = len(probabilities), max(map(len, probabilities))
    logs = np.full((texts, length, len(allowed)), np.log(1e-9), np.float32)
    logs[:, :, start] = 0
    for row, text in zip(logs, probabilities, strict=True):
        row[: len(text)] = np.log(np.maximum(text, 1e-9))
    best = logs[:, 0] + allowed[start]
    back = np.zeros(logs.shape, np.uint8)
    for i in range(1, length):
        step = best[:, :, None] + allowed
        back[:, i] = step.argmax(1)
        best = step.max(1) + logs[:, i]
    paths = np.zeros((texts, length), np.intp)
    paths[:, -1] = best.argmax(1)
    each = np.arange(texts)
    for i in range(length - 1, 0, -1):
        paths[:, i - 1] = back[each, i, paths[:, i]]
    return paths


def _spans(path: NDArray[np.intp], probabilities: NDArray[np.float32], tags: Sequence[str]) -> Iterator[Span]:
    begins = [k for k, tag in enumerate(tags) if tag[:1] == "B"]
    for start in np.flatnonzero(np.isin(path, begins)).tolist():
        kind = tags[path[start]][1:]
        end = start + 1
        while end < len(path) and tags[path[end]] == f"I{kind}":
            end += 1
        within = probabilities[np.arange(start, end), path[start:end]]
        score = float(np.exp(np.log(np.maximum(within, 1e-9)).mean()))
        if end < len(path) and f"I{kind}" in tags:  # that it ends here
            score = min(score, 1 - float(probabilities[end, tags.index(f"I{kind}")]))
        yield Span(start, end, kind[1:], score)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return probabilities over the last axis."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True), np.float32)


class Tagger:
    """A trained model: a folder with `model.onnx`, `tokenizer.json` and `config.json`.

    `config.json` has `heads` (their tags), `calibration` (for a head the slope and offset that turn the logit of a span's score into that
    of the share of such spans that are right); a network that knows events has `events.npz` and `events.json` (`choices`: trees; `least`) beside it.
    """

    def __init__(self, folder: Path, threads: int = 2) -> None:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.heads: dict[str, list[str]] = config["heads"]
        self.calibration: dict[str, tuple[float, float]] = config.get("calibration", {})
        self.reader = self._reader(folder) if "event" in self.heads else None
        self._tags = sum(map(len, self.heads.values()))
        self.pieces = Pieces(folder / "tokenizer.json")
        self._threads = threads
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    @staticmethod
    def _reader(folder: Path) -> Reader:
        stored = json.loads((folder / "events.json").read_text(encoding="utf-8"))
        with np.load(folder / "events.npz") as weights:
            return Reader(
                weights["features"], weights["weight"], weights["bias"], Trees(stored["choices"]), stored["least"]
            )

    def spans(self, logits: Sequence[NDArray[np.float32]], heads: Sequence[str]) -> list[dict[str, list[Span]]]:
        """Return for the logits of every text the spans that each of the heads marks, with calibrated scores."""
        found: list[dict[str, list[Span]]] = [{} for _ in logits]
        parts = head_slices(self.heads)
        for head in heads:
            part, scale = parts[head], self.calibration.get(head, (1.0, 0.0))
            for text, spans in zip(
                found, decode([softmax(row[:, part]) for row in logits], self.heads[head]), strict=True
            ):
                text[head] = [span._replace(score=calibrated(span.score, *scale)) for span in spans]
        return found

    def tags(self, logits: NDArray[np.float32], head: str) -> NDArray[np.float32]:
        """Return for every token of the logits of a text the probabilities of the tags of a head."""
        return softmax(logits[:, head_slices(self.heads)[head]])

    def telling(self, logits: NDArray[np.float32]) -> Telling | None:
        """Return what the logits of a text say of events; None from a network that has not learned them."""
        if not self.reader:
            return None
        parts = head_slices(self.heads)
        event, modality = (softmax(logits[:, parts[head]]) for head in ("event", "modality"))
        tells, names = np.split(logits[:, self._tags :], 2, axis=1)
        half = np.float16  # kept as long as the document is: half the room
        return Telling(event.astype(half), modality.astype(half), tells.astype(half), names.astype(half), self.reader)

    def logits(self, texts: Sequence[Encoded]) -> list[NDArray[np.float32]]:
        """Return for every text its logits, tokens × the tags of all heads and the two vectors.

        Windows run one by one, each on a thread: nothing is padded, and what a text gets does not depend on what runs beside it (in a batch,
        the int8 scale of the activations would be taken over all texts of the batch).
        """
        work = [(text, window) for text in texts for window in windows(text)]
        with ThreadPoolExecutor(self._threads) as pool:  # made anew: threads do not outlive a fork
            parts = iter(list(pool.map(lambda job: self._run(*job), work)))
        vectors = 2 * self.reader.features.shape[1] if self.reader else 0
        nothing = np.zeros((0, self._tags + vectors), np.float32)
        return [np.concatenate([nothing, *(next(parts) for _ in windows(text))]) for text in texts]

    def _run(self, text: Encoded, window: Window) -> NDArray[np.float32]:
        ids = np.concatenate([[BOS], text.pieces[window.start : window.end], [EOS]])
        (logits,) = self._session.run(None, {"ids": ids[None]})
        return np.asarray(logits[0, text.first[window.first : window.last] - window.start + 1])


def head_slices(heads: Mapping[str, Sequence[str]]) -> dict[str, slice]:
    """Return where the tags of each head stand among all.

    >>> head_slices({"PERSON": ["O", "B", "I"], "DATE": ["O", "B", "I"]})["DATE"]
    slice(3, 6, None)
    """
    ends = accumulate(len(tags) for tags in heads.values())
    return {head: slice(end - len(tags), end) for (head, tags), end in zip(heads.items(), ends, strict=True)}


def calibrated(score: float, slope: float, offset: float) -> float:
    """Return the share of spans of this score that are right (Platt scaling).

    >>> calibrated(0.5, 1.0, 0.0)
    0.5
    """
    score = min(max(score, 1e-6), 1 - 1e-6)
    return 1 / (1 + math.exp(-(slope * math.log(score / (1 - score)) + offset)))
