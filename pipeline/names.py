"""The model's proposals: for every one of the nine labels the spans that a trained model would mark, which the stage of the label takes or leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from pipeline import models, spans
from pipeline.camel import CamelNames
from pipeline.index import Index, index, sentence_numbers
from pipeline.record import LABELS
from pipeline.spans import PROPOSALS, Mention
from pipeline.tagger import Span, Tagger, Telling
from pipeline.tokenise import Token

BY = "model"


class Names:
    """Component that writes the group "names"; it keeps nothing between documents."""

    def __init__(self, tagger: Tagger) -> None:
        self.tagger = tagger

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 32) -> Iterator[Doc]:
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            for doc, mentions in zip(batch, find_names(batch, self.tagger), strict=True):
                spans.write(doc, PROPOSALS, mentions)
                yield doc


def find_names(docs: Sequence[Doc], tagger: Tagger) -> list[list[Mention]]:
    """Return for every Doc what the model marks, with the probability that a mention is right as its score."""
    cut = [words(doc) for doc in docs]
    logits = tagger.logits([tagger.pieces(index(doc).text, tokens) for doc, tokens in zip(docs, cut, strict=True)])
    for doc, row in zip(docs, logits, strict=True):
        _tellings[index(doc)] = tagger.telling(row)
        _subjects[index(doc)] = tagger.tags(row, "TOPIC")
    return list(map(_mentions, docs, cut, tagger.spans(logits, LABELS)))


_tellings: WeakKeyDictionary[Index, Telling | None] = WeakKeyDictionary()


def telling(doc: Doc) -> Telling | None:
    """Return what the model says of events in a Doc, a row for each of its `words`; None where no model that knows events has read it."""
    return _tellings.get(index(doc))


_subjects: WeakKeyDictionary[Index, NDArray[np.float32]] = WeakKeyDictionary()


def subjects(doc: Doc) -> NDArray[np.float32] | None:
    """Return how likely each word of a Doc (see `words`) is to be outside a TOPIC, its first and a later one; None where no model has read it."""
    return _subjects.get(index(doc))


def _mentions(doc: Doc, tokens: Sequence[Token], heads: Mapping[str, Sequence[Span]]) -> list[Mention]:
    """What is marked within one sentence: the model, which knows of none, may go on over the end of one."""
    solid, sentence = index(doc).solid, sentence_numbers(doc)
    return [
        Mention(tokens[span.start].start, tokens[span.end - 1].end, label, score=round(span.score, 4), by=BY)
        for label, marked in heads.items()
        for span in marked
        if sentence[solid[span.start]] == sentence[solid[span.end - 1]]
    ]


def words(doc: Doc) -> list[Token]:
    """Return the tokens of a Doc that are no white space."""
    known = index(doc)
    return [Token(known.starts[i], known.ends[i], known.norms[i]) for i in known.solid]


@Language.factory("khabar_names", default_config={"model": "news-tagger", "threads": 2})
def create_names(nlp: Language, name: str, model: str, threads: int) -> Names | CamelNames:  # noqa: ARG001 (spaCy's names)
    """Return the component. `model`: a folder of `models/`, a path, or "camel:DIR"; `threads`: how many windows are read at once.

    Assigns `doc.spans["names"]`. Raises FileNotFoundError where there is no such model.
    """
    if model.startswith("camel:"):
        return CamelNames(Path(model.removeprefix("camel:")))
    folder = Path(model)
    return Names(Tagger(folder if folder.is_dir() else models.path(model), threads))
