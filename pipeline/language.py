"""The pipeline as a spaCy Language: which stages there are and in which order."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import spacy
from spacy.language import Language

# Each stage is the component `khabar_NAME`, registered by the module `pipeline.NAME`.
STAGES = (
    "segment", "countries", "dates", "names", "places", "organisations", "forums", "people", "roles", "topics",
    "entities", "relations", "events", "quotations",
)  # fmt: skip


def blank() -> Language:
    """Return Arabic with the project's tokens and no stages.

    >>> [token.text for token in blank()("وكازاخستان")]
    ['و', 'كازاخستان']
    """
    importlib.import_module("pipeline.tokenise")
    nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    nlp.max_length = sys.maxsize  # spaCy's limit is for parsers; the readers have one of their own
    return nlp


def build(*, names: str = "model", topics: str = "", threads: int = 2) -> Language:
    """Return the pipeline. `names`: "model" for the trained model that is shipped, "rules" for none, "camel:DIR" for a local one.

    `topics`: a file of the user's own topics; `threads`: how many stretches of text the model reads at once. Raises ValueError for another
    value or a file that is none of topics, FileNotFoundError where the model or the file is missing.

    >>> "khabar_dates" in build(names="rules").pipe_names
    True
    """
    if names not in ("model", "rules") and not str(names).startswith("camel:"):
        raise ValueError(f'names is "model", "rules" or "camel:DIR", not {names!r}')
    if threads < 1:
        raise ValueError(f"the model has one thread or more, not {threads}")
    model = {"model": names} if names != "model" else {}
    configs: dict[str, dict[str, Any]] = {"names": {**model, "threads": threads}, "topics": {"own": topics}}
    nlp = blank()
    for stage in STAGES:
        if stage == "names" and names == "rules":
            continue
        importlib.import_module(f"pipeline.{stage}")
        nlp.add_pipe(f"khabar_{stage}", config=configs.get(stage, {}))
    return nlp
