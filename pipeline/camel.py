"""Others' models in the place of ours: a local transformers token-classification folder, such as those of CAMeL Lab, proposes the names.

Needs torch and transformers, which the package itself does not: `pip install "khabar[training]"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc

from pipeline import spans
from pipeline.spans import PROPOSALS, Mention
from pipeline.tagger import decode, softmax

# How the corpora that such models are trained on call the labels of the guidelines; other types are left out.
LABELS = {"PER": "PERSON", "PERS": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}


class CamelNames:
    """Component that writes the group "names" with the BIO tags of a token-classification model.

    A word is given to the model whole, with its proclitics, as such models were trained; the mention begins at its stem. Sentences longer
    than the model can read are cut between words. Raises FileNotFoundError where there is no folder, ImportError without transformers.
    """

    def __init__(self, folder: Path) -> None:
        if not (folder / "config.json").is_file():
            raise FileNotFoundError(f"no token-classification model in {folder}")
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        self._model = AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True).eval()
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._tags = [self._model.config.id2label[k] for k in range(self._model.config.num_labels)]
        self._room = int(self._model.config.max_position_embeddings) - 2
        self._by = f"camel:{folder.name}"

    def __call__(self, doc: Doc) -> Doc:
        spans.write(doc, PROPOSALS, [mention for sentence in sentences(doc) for mention in self._find(doc, sentence)])
        return doc

    def pipe(self, stream: Iterable[Doc], batch_size: int = 32) -> Iterator[Doc]:  # noqa: ARG002 (spaCy passes it)
        return map(self, stream)

    def _find(self, doc: Doc, words: Sequence[range]) -> Iterator[Mention]:
        probabilities = self._probabilities([doc[word.start : word.stop].text for word in words])
        for start, end, kind, score in decode([probabilities], self._tags)[0]:
            if kind in LABELS:
                stem, last = doc[words[start][-1]], doc[words[end - 1][-1]]
                yield Mention(stem.idx, last.idx + len(last), LABELS[kind], score=round(score, 4), by=self._by)

    def _probabilities(self, words: Sequence[str]) -> Any:
        pieces = [
            self._tokenizer.encode(word, add_special_tokens=False)[: self._room] or [self._tokenizer.unk_token_id]
            for word in words
        ]
        rows = [np.zeros((0, len(self._tags)), np.float32)]
        start = 0
        while start < len(words):
            end, size = start, 0
            while end < len(words) and size + len(pieces[end]) <= self._room:
                size += len(pieces[end])
                end += 1
            rows.append(self._read(pieces[start:end]))
            start = end
        return np.concatenate(rows)

    def _read(self, pieces: Sequence[Sequence[int]]) -> Any:
        import torch

        ids = [
            self._tokenizer.cls_token_id,
            *(piece for word in pieces for piece in word),
            self._tokenizer.sep_token_id,
        ]
        with torch.inference_mode():
            logits = self._model(torch.tensor([ids])).logits[0].float().numpy()
        firsts = np.cumsum([1, *(len(word) for word in pieces[:-1])])
        return softmax(logits[firsts])


def sentences(doc: Doc) -> Iterator[list[range]]:
    """Yield the words of each sentence as ranges of token indices: a word is its proclitics and its stem, or a mark."""
    sentence: list[range] = []
    for token in doc:
        if token.is_sent_start and sentence:
            yield sentence
            sentence = []
        if token.is_space:
            continue
        if sentence and _continues(doc, token.i):
            sentence[-1] = range(sentence[-1].start, token.i + 1)
        else:
            sentence.append(range(token.i, token.i + 1))
    if sentence:
        yield sentence


def _continues(doc: Doc, i: int) -> bool:
    before = doc[i - 1]
    return not before.whitespace_ and before.text[-1].isalnum() and doc[i].text[0].isalnum()
