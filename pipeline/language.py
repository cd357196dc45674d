"""The pipeline as a spaCy Language: which stages there are and in which order."""

from __future__ import annotations

import importlib

import spacy
from spacy.language import Language

# Each stage is the component `khabar_NAME`, registered by the module `pipeline.NAME`.
STAGES = (
    "segment", "countries", "dates", "names", "places", "organisations", "forums", "people", "roles", "topics",
    "entities", "relations", "events",
)  # fmt: skip


def build(*, names: str = "model") -> Language:
    """Return the pipeline. `names`: "model" for the trained model that is shipped, "rules" for none.

    >>> "khabar_dates" in build(names="rules").pipe_names
    True
    """
    importlib.import_module("pipeline.tokenise")
    nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    for stage in STAGES:
        if stage == "names" and names == "rules":
            continue
        importlib.import_module(f"pipeline.{stage}")
        nlp.add_pipe(f"khabar_{stage}")
    return nlp
