"""The error explorer: gold and what was found side by side, every error by its kind, and two runs compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.compare import compare, f1, tally
from pipeline.evaluate import LABELS, Error, evaluate
from pipeline.evaluate import errors as errors_of
from pipeline.gold import Labelled, Span
from pipeline.normalise import normalise
from pipeline.views.page import page
from pipeline.views.utf16 import Utf16

NOTHING = "no_label"


def write_errors(
    gold: Sequence[Labelled],
    found: Mapping[str, Labelled],
    path: Path | str,
    against: Mapping[str, Labelled] | None = None,
) -> None:
    """Write the errors of a run against gold, and what became better and worse than in the run `against`, as one HTML file.

    Raises ValueError for no gold and where an article's text is not that of gold, OSError where the file cannot be written.

    >>> import tempfile
    >>> gold = [Labelled("a", "زار عمان", (Span(4, 8, "COUNTRY", "OM"),))]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_errors(gold, {}, Path(folder) / "errors.html")
    """
    result = evaluate(gold, found)
    documents = [_document(one, found, against) for one in gold]
    for name, run in (("f1", found), ("before", against)):
        shares = f1(tally(gold, run).sum(axis=1)).tolist() if run is not None else [None] * len(gold)
        for document, share in zip(documents, shares, strict=True):
            document[name] = share
    data = {
        "documents": documents,
        "scores": {**{name: asdict(score) for name, score in result.labels.items()}, "all": asdict(result.micro)},
        "confusion": _confusion(gold, found),
        "comparison": {label: asdict(c) for label, c in compare(gold, found, against).items()}
        if against is not None
        else None,
        "folds": {c: normalise(c) for c in sorted({c for one in gold for c in one.text}) if normalise(c) != c},
    }
    html = page(
        "khabar", "assets/errors.html", data, styles=("assets/common.css", "assets/errors.css"),
        scripts=("assets/common.js", "assets/text.js", "assets/errors.js"),
    )  # fmt: skip
    Path(path).write_text(html, "utf-8")


def _document(gold: Labelled, found: Mapping[str, Labelled], against: Mapping[str, Labelled] | None) -> dict[str, Any]:
    at = Utf16(gold.text)
    ours = found.get(gold.id, Labelled(gold.id, gold.text))
    theirs = against.get(gold.id, Labelled(gold.id, gold.text)) if against is not None else None
    errors = list(errors_of(gold, ours))
    past = list(errors_of(gold, theirs)) if theirs else []
    known, now = set(map(_core, past)), set(map(_core, errors))
    return {
        "id": gold.id,
        "text": gold.text,
        "gold": _spans(gold.spans, at),
        "found": _spans(ours.spans, at),
        "errors": [_error(e, at, "" if not theirs else "same" if _core(e) in known else "worse") for e in errors],
        "mended": [_error(e, at, "better") for e in past if _core(e) not in now],
    }


def _core(error: Error) -> tuple[str, Span | None, Span | None]:
    return error.kind, error.gold, error.found


def _error(error: Error, at: Utf16, change: str) -> list[Any]:
    gold, found = (_spans([span], at)[0] if span else None for span in (error.gold, error.found))
    return [error.kind, gold, found, change]


def _spans(spans: Iterable[Span], at: Utf16) -> list[list[Any]]:
    ordered = sorted(spans, key=lambda s: (s.start, -s.end, s.label))
    return [[at(s.start), at(s.end), s.label, s.value] for s in ordered]


def _confusion(gold: Sequence[Labelled], found: Mapping[str, Labelled]) -> list[list[int]]:
    """How often a span of each gold label (row; last: none) is found as each label (column; last: not): right bounds or not."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in gold:
        ours = found.get(one.id, Labelled(one.id, one.text))
        there = {(s.start, s.end, s.label) for s in ours.spans}
        counts.update((s.label, s.label) for s in one.spans if (s.start, s.end, s.label) in there)
        for e in errors_of(one, ours):
            if e.kind != "value":  # its label is right, and counted
                counts[e.gold.label if e.gold else NOTHING, e.found.label if e.found else NOTHING] += 1
    names = (*LABELS, NOTHING)
    return [[counts[row, column] for column in names] for row in names]
