"""Not there yet."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc


@Language.component("khabar_entities")
def entities(doc: Doc) -> Doc:
    """Pass the document on."""
    return doc
