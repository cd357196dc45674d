"""khabar: open information extraction for Arabic diplomatic and political news."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

__version__ = "0.1.0"


def load(*, names: str = "model") -> Language:
    """Return the pipeline as a spaCy Language."""
    from pipeline.language import build

    return build(names=names)
