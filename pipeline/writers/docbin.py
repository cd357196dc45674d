"""spaCy: `spacy/NNNNN.spacy`, DocBin files of a thousand documents, as spaCy's training and `Corpus` read them.

Each Doc has the tokens, sentences, span groups and extension attributes that `pipeline.load()` gives, and the names that do not overlap as `ents`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import spacy
from spacy.tokens import Doc, DocBin
from spacy.util import filter_spans

from pipeline import spans
from pipeline.record import Record
from pipeline.tokenise import Tokeniser
from pipeline.writers.conll import FLAT
from pipeline.writers.files import Pending, subfolder

_IN_A_FILE = 1000


class SpacyDocs:
    """DocBin files, each as it gets full."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._folder, self._scratch = subfolder(folder, "spacy"), scratch
        self._tokeniser = Tokeniser(spacy.blank("ar").vocab)
        self._docs = self._empty()
        self._files = 0

    def add(self, record: Record) -> None:
        """Add a document."""
        self._docs.add(doc_of(record, self._tokeniser))
        if len(self._docs) == _IN_A_FILE:
            self._write()

    def _write(self) -> None:
        pending = Pending(self._folder / f"{self._files:05}.spacy", self._scratch)
        pending.file.write(self._docs.to_bytes())
        pending.publish()
        self._files += 1
        self._docs = self._empty()

    def _empty(self) -> DocBin:
        return DocBin(
            attrs=["ORTH", "NORM", "SPACY", "SENT_START", "ENT_IOB", "ENT_TYPE", "ENT_KB_ID"], store_user_data=True
        )

    def close(self) -> None:
        """Write the last file."""
        if len(self._docs) or not self._files:
            self._write()

    def abandon(self) -> None:
        """Nothing is open."""


def doc_of(record: Record, tokeniser: Tokeniser) -> Doc:
    """Return a record as a spaCy Doc; a mention that is on no token boundaries is left out of it."""
    doc = tokeniser(record.text)
    keys = {e.id: e.key for e in record.entities}
    starts = {s.start for s in record.sentences}
    marks = [1 if token.i == 0 or token.idx in starts else -1 for token in doc]
    if marks:  # all at once: spaCy looks through the whole Doc for each token that is marked alone
        doc.from_array(["SENT_START"], np.array(marks).reshape(-1, 1).astype(np.uint64))  # type: ignore[arg-type]
    for group in spans.GROUPS:
        mine = [
            m for m in record.mentions if spans.GROUP_OF[m.label] == group and doc.char_span(m.start, m.end) is not None
        ]
        spans.write(
            doc,
            group,
            (spans.Mention(m.start, m.end, m.label, m.value, m.score, m.by, keys.get(m.entity, "")) for m in mine),
        )
    named = (span for group in doc.spans.values() for span in group if span.label_ in FLAT and not span.text.isspace())
    doc.set_ents(filter_spans(named), default="outside")
    doc._.date, doc._.date_source = record.date.value, record.date.source
    doc._.entities = {
        e.key: {"label": e.label, "name": e.name, "aliases": e.aliases, "links": e.links, **e.attributes}
        for e in record.entities
    }
    doc.user_data["id"] = record.id
    return doc
