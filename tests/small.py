"""A small pipeline for tests of what surrounds one: one mention a document, and articles that fail, hang or kill on demand."""

from __future__ import annotations

import os
import time

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.spans import Mention


@Language.component("small_stage")
def small_stage(doc: Doc) -> Doc:
    """Find «عمان»; fail, hang or die where the text says so."""
    if "FAIL" in doc.text:
        raise KeyError("as asked")
    if "HANG" in doc.text:
        time.sleep(600)
    if "DIE" in doc.text:
        os.kill(os.getpid(), 9)
    for n, token in enumerate(doc):
        token.is_sent_start = n == 0
    found = [t for t in doc if t.text == "عمان"]
    spans.write(
        doc, "countries", [Mention(t.idx, t.idx + 4, "COUNTRY", "OM", by="test", entity="country:OM") for t in found]
    )
    if found:
        facts = {"label": "COUNTRY", "name": "عمان", "aliases": ["عمان"], "links": {"iso": "OM", "iso3": "OMN"}}
        doc._.entities = {"country:OM": facts}
    doc._.date, doc._.date_source = doc._.given_date, "given" if doc._.given_date else "none"
    return doc


def load() -> Language:
    """Return it."""
    nlp = spacy.blank("ar")
    nlp.add_pipe("small_stage")
    return nlp


def broken() -> Language:
    """Raise, as a missing model does."""
    raise FileNotFoundError("no model here")


def slow() -> Language:
    """Return one that takes a little for each document, so that a run can be killed in its middle."""
    nlp = load()
    nlp.add_pipe("small_wait")
    return nlp


@Language.component("small_wait")
def small_wait(doc: Doc) -> Doc:
    """Wait."""
    time.sleep(0.002)
    return doc
