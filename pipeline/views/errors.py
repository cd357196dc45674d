"""The error explorer: gold and what was found side by side, every error by its kind, and two runs compared.

Errors of labels stand at a place of the text. What an article tells — events, relations, its topics — is right, missed or a false alarm as a
whole, as it is scored: events by type and parties.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.compare import compare, f1, tally
from pipeline.evaluate import Error, Evaluation, evaluate
from pipeline.evaluate import errors as errors_of
from pipeline.gold import Labelled, LabelledEvent, LabelledParty, LabelledRelation, Place, Span
from pipeline.lists import rows
from pipeline.matching import differences, event_pairs, relation_pairs, topic_pairs
from pipeline.normalise import normalise
from pipeline.record import LABELS
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
        "sets": _sets(result),
        "details": {name: asdict(share) for name, share in result.event_details.items()},
        "topics": {row["id"]: (row["label_ar"], row["label_en"]) for row in rows("topics")},
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
    told, told_before = _told(gold, ours), _told(gold, theirs) if theirs else []
    return {
        "id": gold.id,
        "text": gold.text,
        "gold": _spans(gold.spans, at),
        "found": _spans(ours.spans, at),
        "errors": [_error(e, at, "" if not theirs else "same" if _core(e) in known else "worse") for e in errors],
        "mended": [_error(e, at, "better") for e in past if _core(e) not in now],
        "told": [_told_row(one, at, _change(one, told_before) if theirs else "") for one in told],
        "told_mended": [_told_row(one, at, "better") for one in told_before if _change(one, told) == "worse"],
    }


def _core(error: Error) -> tuple[str, Span | None, Span | None]:
    return error.kind, error.gold, error.found


def _error(error: Error, at: Utf16, change: str) -> list[Any]:
    gold, found = (_spans([span], at)[0] if span else None for span in (error.gold, error.found))
    return [error.kind, gold, found, change]


def _spans(spans: Iterable[Span], at: Utf16) -> list[list[Any]]:
    ordered = sorted(spans, key=lambda s: (s.start, -s.end, s.label))
    return [[at(s.start), at(s.end), s.label, s.value] for s in ordered]


# What an article tells: event, relation or topic; its kind (right or an error's); as gold has it; as it was found; what of an event differs.
_Told = tuple[str, str, Any, Any, list[str]]


def _told(gold: Labelled, found: Labelled) -> list[_Told]:
    """What both tell, of what gold was labelled for."""
    events = event_pairs(gold, found) if gold.events is not None else []
    relations = relation_pairs(gold, found) if gold.relations is not None else []
    return [
        *(("event", kind, g, f, differences(g, f, gold, found) if g and f else []) for kind, g, f in events),
        *(("relation", kind, g, f, []) for kind, g, f in relations),
        *(("topic", kind, g, f, []) for kind, g, f in topic_pairs(gold, found)),
    ]


def _change(one: _Told, others: Iterable[_Told]) -> str:
    """Return what one is beside those of another run: nothing for what is right, else the same error, or a worse one."""
    if one[1] == "right":
        return ""
    return (
        "same"
        if any(o[1] != "right" and (o[0], o[2] or o[3]) == (one[0], one[2] or one[3]) for o in others)
        else "worse"
    )


def _told_row(one: _Told, at: Utf16, change: str) -> list[Any]:
    what, kind, gold, found, differ = one
    return [what, kind, _packed(gold, at), _packed(found, at), differ, change]


def _packed(told: LabelledEvent | LabelledRelation | str | None, at: Utf16) -> dict[str, Any] | None:
    def place(of: Place | LabelledParty) -> list[Any] | None:
        if isinstance(of, LabelledParty):
            return [at(of.start), at(of.end), of.country]
        return [at(of[0]), at(of[1])] if of else None

    if isinstance(told, LabelledEvent):
        sides = {"who": list(map(place, told.who)), "whom": list(map(place, told.whom))}
        places = {"where": place(told.where), "forum": place(told.forum), "trigger": place(told.trigger)}
        return {"type": told.type, "mode": told.mode, "modality": told.modality, "when": told.when, **sides, **places}
    if isinstance(told, LabelledRelation):
        return {"type": told.type, "who": [place(told.subject)], "whom": [place(told.object)]}
    return {"type": told} if told else None


def _sets(result: Evaluation) -> dict[str, Any]:
    """The scores of what articles tell, those that gold was labelled for."""
    events = {f"events_{by}": score for by, score in result.events.items()}
    named = {**events, "relations": result.relations, "topics": result.topics}
    return {name: asdict(score) for name, score in named.items() if score and (score.gold or score.found)}


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
