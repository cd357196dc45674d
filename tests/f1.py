"""Strict F1 of one label on labelled articles, for tests that hold a stage to a figure."""

from __future__ import annotations

import json
from pathlib import Path

from spacy.language import Language

from pipeline import spans


def strict_f1(nlp: Language, gold: Path, label: str, limit: int | None = None) -> float:
    """Return the F1 over spans of a label on the first articles of a gold file."""
    right = wanted = made = 0
    for line in gold.read_text(encoding="utf-8").splitlines()[:limit]:
        article = json.loads(line)
        doc = nlp(article["text"])
        found = {(m.start, m.end) for m in spans.read(doc, *spans.GROUPS) if m.label == label}
        truth = {(e["start"], e["end"]) for e in article["entities"] if e["label"] == label}
        right, wanted, made = right + len(found & truth), wanted + len(truth), made + len(found)
    return 2 * right / (wanted + made)
