"""What the tests of places and organisations share: their stages alone, and what a model might propose to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.language import blank
from pipeline.spans import Mention
from pipeline.tokenise import Tokeniser

tokenise = Tokeniser(spacy.blank("ar").vocab)

STAGES = ("segment", "countries", "places", "organisations")


@lru_cache(maxsize=1)
def stages() -> Language:
    """Return the stages that places and organisations need, and no more."""
    nlp = blank()
    for stage in STAGES:
        import_module(f"pipeline.{stage}")
        nlp.add_pipe(f"khabar_{stage}")
    return nlp


def texts(doc: Doc, group: str) -> list[str]:
    """Return the texts of the mentions of a group."""
    return [doc.text[m.start : m.end] for m in spans.read(doc, group)]


def proposal(doc: Doc, text: str, label: str, score: float) -> Mention:
    """Return what the model might propose: the first place of a text."""
    start = doc.text.index(text)
    return Mention(start, start + len(text), label, score=score, by="model")


def proposed(text: str, proposals: Sequence[tuple[str, str, float]]) -> Doc:
    """Return a Doc as those stages leave it with proposals of a model."""
    nlp = stages()
    doc = nlp.make_doc(text)
    for name, component in nlp.pipeline:
        if name == "khabar_places":
            spans.write(doc, spans.PROPOSALS, [proposal(doc, *p) for p in proposals])
        doc = component(doc)
    return doc
