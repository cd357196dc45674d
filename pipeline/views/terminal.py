"""What the command line shows: articles in colour, tables of what was found, scores."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from pipeline.article import Failure
from pipeline.evaluate import Error, Evaluation, LabelScore, Score, SetScore
from pipeline.gold import Span
from pipeline.record import PARTS, Record
from pipeline.run import Summary

# One colour a label, told apart on dark and light terminals.
STYLES = {
    "PERSON": "bold black on bright_yellow",
    "COUNTRY": "bold white on blue",
    "NATIONALITY": "bold white on dark_cyan",
    "LOCATION": "bold white on green4",
    "ORGANIZATION": "bold white on dark_magenta",
    "FORUM": "bold white on red3",
    "DATE": "bold black on orange1",
    "ROLE": "bold black on grey74",
    "TOPIC": "underline bold",
}

# A terminal obeys these: they are shown as a replacement character, so that a text cannot move the cursor or hide what follows.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_SHOWN = 100  # characters of a quotation


def article(record: Record) -> RenderableType:
    """Return an article with its mentions coloured; of nested mentions the inner colour is on top."""
    text = Text(printable(record.text))
    for m in sorted(record.mentions, key=lambda m: m.start - m.end):
        text.stylize(STYLES[m.label], m.start, m.end)
    head = Text.assemble(
        (printable(record.id), "bold"),
        f"  {f'{record.date.value} ({record.date.source})' if record.date.value else 'no date (--date gives one)'}",
    )
    topics = Text("topics: " + ", ".join(t.label_en for t in record.topics)) if record.topics else Text("no topics")
    return Group(head, topics, Text(), text, Text(), _values(record), *_events(record), *_quotations(record))


def legend() -> RenderableType:
    """Return the labels in their colours."""
    return Text("  ").join(Text(f" {label} ", style) for label, style in STYLES.items())


def summary(done: Summary) -> Table:
    """Return what a run found."""
    table = Table(title="Found", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name in ("documents", *PARTS):
        # A thing counts once for each article that names it: entities.csv, which has it once, has fewer rows.
        table.add_row("entities, by article" if name == "entities" else name, f"{done.found[name]:,}")
        for label in STYLES if name == "mentions" else ():
            table.add_row(f"  {label}", f"{done.found[label]:,}")
    table.add_row("failed", f"{done.failed:,}", style="bold red" if done.failed else "")
    return table


def failure(failed: Failure) -> Text:
    """Return a failure in a line."""
    where = failed.source if failed.id in ("", failed.source) else f"{failed.source} ({failed.id})"
    return Text.assemble(("failed ", "bold red"), printable(f"{where}: {failed.stage}: {failed.reason}"))


def evaluation(result: Evaluation) -> RenderableType:
    """Return the tables of an evaluation: labels, what has no place in the text, and the commonest errors. To be printed with `crop=False`."""
    title = f"{_articles(result.documents)}: precision, recall, F1 with its 95% interval over articles"
    table = _figures(
        "label", "gold", "found", "P", "R", "F1\nstrict", "", "F1\noverlap", "F1\nvalue", "value\nacc.", title=title
    )
    for label, score in result.labels.items():
        table.add_row(Text(label), *_label_cells(score))
    table.add_section()
    table.add_row("micro", *_label_cells(result.micro))
    macro = result.macro
    means = (macro.precision, macro.recall, macro.f1)
    loose = (result.macro_overlap.f1, result.macro_value.f1)
    table.add_row("macro", "", "", *map(_figure, means), _interval(macro), *map(_figure, loose), "")
    return Group(
        _Uncut(table), "", _Uncut(_sets(result)), "", *_told(result), *_joined(result), Text(_kinds(result.errors))
    )


class _Uncut:
    """A table as wide as its figures are, on a terminal that is too narrow for it too. To be printed with `crop=False`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        least = Measurement.get(console, options.update(max_width=1_000), self._table).maximum
        yield from console.render(self._table, options.update(max_width=max(options.max_width, least)))


def _figures(first: str, *names: str, title: str = "") -> Table:
    """A table of figures, which say nothing when they are cut: no frame, so that it fits on a terminal of 80 columns."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0, show_edge=False)
    table.add_column(first, no_wrap=True)
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count:,} articles"


def _label_cells(score: LabelScore) -> list[str]:
    s = score.strict
    figures = (
        *map(_figure, (s.precision, s.recall, s.f1)),
        _interval(s),
        _figure(score.overlap.f1),
        _figure(score.value.f1),
    )
    return [f"{score.gold:,}", f"{score.found:,}", *figures, _figure(score.value_accuracy)]


def _sets(result: Evaluation) -> Table:
    table = _figures("of the article", "gold", "found", "P", "R", "F1", "")
    scores = {"topics": result.topics, **{f"events by {by}": score for by, score in result.events.items()}}
    if result.relations:
        scores["relations"] = result.relations
    for name, of in scores.items():
        table.add_row(name, *_set_cells(of))
    table.add_section()
    shares = {
        "date of the article": result.dates,
        **{f"{name} of events found": of for name, of in result.event_details.items()},
    }
    for name, share in shares.items():
        table.add_row(name, f"{share.of:,}", "", "", "", _figure(share.accuracy), "accuracy")
    return table


def _told(result: Evaluation) -> list[RenderableType]:
    """Events by how sure they are and by type, where gold has some."""
    table = _figures("events by entity", "gold", "found", "P", "R", "F1", "")
    for least, of in result.sure_events.items():
        table.add_row(f"score {least} or more", *_set_cells(of))
    table.add_section()
    for kind, of in result.event_types.items():
        table.add_row(Text(kind), *_set_cells(of))
    return [_Uncut(table), ""] if result.sure_events else []


def _set_cells(of: SetScore) -> list[str]:
    s = of.score
    return [f"{of.gold:,}", f"{of.found:,}", *map(_figure, (s.precision, s.recall, s.f1)), _interval(s)]


def _joined(result: Evaluation) -> list[RenderableType]:
    """How well mentions are joined, where the library that tells is installed."""
    table = _figures("mentions joined: F1 by", "things", "B³", "MUC", "CEAF", "CoNLL")
    for kind, score in result.joined.items():
        table.add_row(kind, f"{score.things:,}", *map(_figure, (score.b_cubed, score.muc, score.ceaf, score.conll)))
    return [_Uncut(table), ""] if result.joined else []


def _kinds(errors: Iterable[Error]) -> str:
    counts = Counter(f"{e.label} {e.kind}" for e in errors)
    commonest = ", ".join(f"{kind} {count}" for kind, count in counts.most_common(8))
    return f"commonest errors: {commonest or 'none'}"


def error(wrong: Error) -> Text:
    """Return an error in its sentence, the span between brackets: ⟦ ⟧ for both, with what gold and pipeline say."""
    said = {"gold": wrong.gold, "found": wrong.found}
    spans = {name: printable(_said(span, wrong)) for name, span in said.items() if span}
    note = "; ".join(f"{name} {span}" for name, span in spans.items())
    sentence = f"{wrong.before}⟦{wrong.text}⟧{wrong.after}"
    return Text.assemble(
        (f"{wrong.document} {wrong.kind} ", "bold"), f"{note} | ", printable(" ".join(sentence.split()))
    )


def _said(span: Span, wrong: Error) -> str:
    text = wrong.text[span.start - wrong.start : span.end - wrong.start]
    return f"{span.label} «{text}»" + (f" = {span.value}" if span.value else "")


def _figure(value: float) -> str:
    return f"{value:.3f}"


def _interval(score: Score) -> str:
    return f"{score.low:.3f}–{score.high:.3f}"


def found_dates(rows: Iterable[Mapping[str, object]]) -> Table:
    """Return dates with their values and how they were come by."""
    table = Table("date", "value", "grain", "rule", "anchor", "hijri")
    for row in rows:
        cells = (row[name] for name in ("text", "value", "grain", "rule", "anchor", "hijri"))
        table.add_row(*(printable(str(cell or "")) for cell in cells))
    return table


def printable(text: str) -> str:
    """Return a text, as long as before, that a terminal only shows.

    >>> printable("a\\x1b[2Jb")
    'a\ufffd[2Jb'
    """
    return _CONTROL.sub("\ufffd", text.replace("\r\n", " \n"))


def _values(record: Record) -> Table:
    table = Table("label", "text", "value", "entity", show_edge=False)
    names = {e.id: e.name for e in record.entities}
    for m in record.mentions:
        cells = (printable(m.text), printable(m.value), printable(names.get(m.entity, "")))
        table.add_row(Text(m.label, STYLES[m.label]), *cells)
    return table


def _events(record: Record) -> list[RenderableType]:
    if not record.events:
        return []
    texts = {m.id: m.text for m in record.mentions}
    table = Table("event", "who", "whom", "when", "where", "trigger", show_edge=False)
    for e in record.events:
        who, whom = (" + ".join(texts[p.mention] for p in side) for side in (e.who, e.whom))
        cells = (who, whom, e.when, texts.get(e.where, ""), e.trigger.text)
        table.add_row(" ".join(filter(None, (e.type, e.mode, f"({e.modality})"))), *map(printable, cells))
    return [Text(), table]


def _quotations(record: Record) -> list[RenderableType]:
    if not record.quotations:
        return []
    names = {e.id: e.name for e in record.entities} | {m.id: m.text for m in record.mentions}
    table = Table("speaker", "says", show_edge=False)
    for q in record.quotations:
        says = q.text if len(q.text) <= _SHOWN else q.text[:_SHOWN] + "…"
        table.add_row(printable(names.get(q.speaker or q.speaker_mention, "")), printable(says))
    return [Text(), table]
