"""khabar: open information extraction for Arabic diplomatic and political news.

import pipeline

record = pipeline.extract("…", date="2023-11-06")   # one text
nlp = pipeline.load()                               # a spaCy Language
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.article import Article
    from pipeline.extraction import extract, extract_many
    from pipeline.record import Record

__version__ = "0.1.0"
__all__ = ["Article", "Record", "extract", "extract_many", "load"]

# Where each public name lives. They are imported when asked for, so that `khabar --help` does not wait for spaCy.
_HOMES = {
    "Article": "pipeline.article",
    "extract": "pipeline.extraction",
    "extract_many": "pipeline.extraction",
    "Record": "pipeline.record",
}


def load(
    *, names: str = "model", gazetteer: str | Path | None = None, topics: str | Path | None = None, threads: int = 2
) -> Language:
    """Return the pipeline as a spaCy Language.

    `names`: "model" finds names with the trained model that is shipped, "rules" without any model, "camel:DIR" with a local
    token-classification model through transformers. Raises ValueError for another value, FileNotFoundError where the model is missing.

    `gazetteer`: a folder of lists of your own, each in place of the shipped one of the same name (`pipeline.lists.use`).

    `topics`: a file of topics of your own in place of the shipped ones (`pipeline.taxonomy.read`).

    `threads`: how many stretches of text the model reads at once; what it says is the same whatever their number.

    >>> nlp = load(names="rules")
    >>> doc = nlp("زار وزير خارجية كازاخستان القاهرة.")
    >>> [(span.text, span._.value) for span in doc.spans["countries"]]
    [('كازاخستان', 'KZ')]
    """
    if gazetteer is not None:
        from pipeline.lists import use

        use(Path(gazetteer))
    from pipeline.language import build

    return build(names=names, topics=str(topics or ""), threads=threads)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
