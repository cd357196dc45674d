"""The command line. Nothing else of the package prints."""

from __future__ import annotations

import gc
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

import pipeline
from pipeline.annotate import GARBAGE
from pipeline.article import iso_day, reason

if TYPE_CHECKING:
    from rich.progress import Progress
    from spacy.language import Language

    from pipeline.gold import Labelled
    from pipeline.run import Summary

# What takes long to import is imported by the command that needs it: `khabar --help` answers at once.

app = typer.Typer(
    help="Who met whom, for which countries, in which forum, on which date, about what: from Arabic political news.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class _Output(Console):
    """Standard output. Who reads it may stop (`khabar run … | head`): then the rest is said to nobody, and the work ends as it would."""

    def on_broken_pipe(self) -> None:
        """Go on without a reader."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


out_console = _Output(highlight=False, emoji=False, markup=False)
err_console = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False, markup=False)

OK, SOME_FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

Names = Annotated[
    str, typer.Option(metavar="HOW", help="How names are found: `model`, `rules` for none, `camel:DIR` for your own.")
]
Topics = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Topics of your own in place of the shipped ones (.tsv .csv .json).")
]
Date = Annotated[
    str, typer.Option(metavar="YYYY-MM-DD", help="Publication date of articles that have none of their own.")
]


def main() -> None:
    """Run the command line as a process."""
    # spaCy imports torch wherever it is installed, which takes seconds and memory that no run uses. A None here makes that import fail
    # as if it were not installed. This is only for our own process: a program that uses the package keeps its torch.
    sys.modules["torch"] = None  # type: ignore[assignment]
    gc.set_threshold(*GARBAGE)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Arabic, a file name that is no UTF-8
            stream.reconfigure(errors="replace")
    try:
        app()
    except OSError as e:
        err_console.print(f"stopped: {reason(e)}", style="bold red")
        sys.exit(SOME_FAILED)


def _version(asked: bool) -> None:
    if asked:
        out_console.print(f"khabar {pipeline.__version__}")
        raise typer.Exit


def _named(path: str | Path) -> Path:
    """Return the path, which must not be empty: that would be the folder one happens to be in."""
    if not str(path):
        raise typer.BadParameter("a folder has a name; the one you are in is .")
    return Path(path)


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", metavar="", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def run(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="Files (.txt .jsonl .csv .tsv .parquet, also in .gz .xz .bz2 .zst or .zip), folders, or - for standard input. Default: data/raw.",
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            parser=_named,
            metavar="DIR",
            help="The folder to write; what an earlier run left in it is replaced, files of others are not.",
        ),
    ] = Path("data/processed"),
    format: Annotated[
        str, typer.Option(metavar="NAMES", help="Formats, separated by commas; `khabar formats` names them.")
    ] = "json,csv",
    date: Date = "",
    names: Names = "model",
    gazetteer: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Lists of your own, each in place of the shipped one of the same name."),
    ] = None,
    topics: Topics = None,
    workers: Annotated[
        int, typer.Option(min=1, metavar="N", help="Processes that read articles; each loads the pipeline once.")
    ] = 1,
    threads: Annotated[
        int, typer.Option(min=1, metavar="N", help="Stretches of text that the model of a process reads at once.")
    ] = 2,
    timeout: Annotated[float | None, typer.Option(metavar="SECONDS", help="Seconds that one article may take.")] = None,
    resume: Annotated[bool, typer.Option("--resume", metavar="", help="Go on with a run that was broken off.")] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", metavar="", help="Stop at the first document that fails.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", metavar="", help="Say only what failed.")] = False,
) -> None:
    """Read articles and write what they say.

    Exit code: 0 all done, 1 some documents failed (each named with its reason, and in failures.csv), 2 wrong usage.
    """
    from pipeline.run import Options, Stopped, UsageError
    from pipeline.run import run as do
    from pipeline.views import terminal

    inputs = inputs or _default_input()
    formats = _names(format)
    options = Options(
        inputs=inputs, out=out, formats=formats, date=date, names=names, gazetteer=gazetteer, topics=topics, workers=workers,
        threads=threads, timeout=timeout, resume=resume, fail_fast=fail_fast,
    )  # fmt: skip
    try:
        with _progress(inputs, quiet=quiet) as progress:
            done = do(options, progress)
    except UsageError as e:
        _wrong(reason(e))
    except Stopped as e:
        err_console.print(f"stopped at the first failure: {e}", style="bold red")
        raise typer.Exit(SOME_FAILED) from e
    except OSError as e:
        err_console.print(f"stopped: {reason(e)}. What is done is kept: --resume goes on", style="bold red")
        raise typer.Exit(SOME_FAILED) from e
    except KeyboardInterrupt:
        err_console.print("interrupted. What is done is kept: --resume goes on")
        raise typer.Exit(INTERRUPTED) from None
    for failed in done.failures:
        err_console.print(terminal.failure(failed))
    if done.failed > len(done.failures):
        err_console.print(f"… and {done.failed - len(done.failures):,} more in {out / 'failures.csv'}")
    if not quiet:
        for note, count in done.notes.items():
            err_console.print(
                terminal.printable(f"{_documents(count)} {note}: {done.first[note]}{' …' if count > 1 else ''}")
            )
        if done.passed:
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in done.passed.most_common())
            err_console.print(terminal.printable(f"passed over, as no reader is for them: {kinds}"))
        if done.complete:
            out_console.print("The run was complete: nothing to resume.")
        out_console.print(terminal.summary(done))
        out_console.print(f"Written to {out}: {', '.join(formats)}, failures.csv, manifest.json", soft_wrap=True)
    raise typer.Exit(SOME_FAILED if done.failed else OK)


@app.command()
def evaluate(
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD.jsonl", help="Labelled articles, with their texts.")],
    pred: Annotated[
        Path | None,
        typer.Option(
            metavar="PRED",
            help="Score the output folder of `khabar run`, its documents.jsonl or a file like gold, and run nothing.",
        ),
    ] = None,
    events: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Events and relations of the gold articles.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write all figures to a file.")
    ] = None,
    show_errors: Annotated[
        bool, typer.Option("--errors", metavar="", help="Print every error in its sentence.")
    ] = False,
    report_file: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the error explorer, an HTML file.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="PRED", help="Another run, which the error explorer compares this one with.")
    ] = None,
    min_f1: Annotated[
        float, typer.Option("--min", min=0, max=1, metavar="F1", help="End with 1 if the micro F1 (strict) is lower.")
    ] = 0.0,
    names: Names = "model",
    topics: Topics = None,
) -> None:
    """Score the pipeline, or a file of predictions, against gold.

    Exit code: 0 done, 1 the micro F1 is under --min, 2 wrong usage.
    """
    from pipeline import gold as labelled
    from pipeline.evaluate import evaluate as score
    from pipeline.evaluate import to_dict
    from pipeline.views import terminal
    from pipeline.views.errors import write_errors

    if against and not report_file:
        _wrong("--against needs --report: the comparison is a part of the error explorer")
    for path in filter(None, (pred, against)):
        _warn_of_unfinished(path)
    try:
        articles = labelled.read_gold(gold, events or ())
        found = labelled.read_predictions(pred) if pred else _predicted(articles, names, topics)
        if articles and not any(one.id in found for one in articles):
            raise ValueError(f"{pred}: no article in it has an id of gold")
        result = score(articles, found)
        if json_file:
            json_file.write_text(json.dumps(to_dict(result), indent=2) + "\n", "utf-8")
        if report_file:
            write_errors(articles, found, report_file, labelled.read_predictions(against) if against else None)
    except (OSError, ValueError) as e:
        _wrong(reason(e))
    for missing in sorted({one.id for one in articles} - found.keys()):
        err_console.print(f"{missing}: nothing predicted")
    if show_errors:
        for error in result.errors:
            out_console.print(terminal.error(error), soft_wrap=True)
    out_console.print(terminal.evaluation(result), crop=False)
    raise typer.Exit(SOME_FAILED if result.micro.strict.f1 < min_f1 else OK)


@app.command()
def report(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="The output folder of `khabar run`, or a file that `khabar convert` reads."),
    ] = Path("data/processed"),
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The HTML file to write. Default: report.html in DIR.")
    ] = None,
) -> None:
    """Write one HTML file, for any browser and without a network, in which to read, search and count what a run found."""
    from itertools import chain

    from pipeline.imports import read
    from pipeline.views.report import LIMIT, write_report

    out = out or (folder if folder.is_dir() else folder.parent) / "report.html"
    _warn_of_unfinished(folder)
    try:
        records = read(folder)
        first = next(records, None)
        if not first:
            _wrong(f"{folder}: no article in it")
        count = write_report(chain([first], records), out)
        left = next(records, None) is not None
    except (OSError, ValueError) as e:
        _wrong(reason(e))
    if left:
        err_console.print(f"only the first {LIMIT:,} articles are in the report")
    out_console.print(f"{count:,} {'article' if count == 1 else 'articles'} in {out}")


@app.command()
def convert(
    inputs: Annotated[
        list[Path],
        typer.Argument(metavar="INPUT", help="What `khabar run` wrote, gold, or the export of an annotation tool."),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write.")],
    format: Annotated[
        str, typer.Option(metavar="NAMES", help="Formats, separated by commas; `khabar formats` names them.")
    ],
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="NAME", help="The format of INPUT where it cannot be told: see `khabar formats`."
        ),
    ] = "",
) -> None:
    """Write records or labelled articles in another format, or read those of an annotation tool as gold.

    Exit code: 0 done, 2 wrong usage.
    """
    from pipeline.imports import read
    from pipeline.writers import write

    formats = _names(format)
    for path in inputs:
        _warn_of_unfinished(path)
    try:
        count = write((record for path in inputs for record in read(path, source)), out, formats)
    except ImportError as e:
        _wrong(f"{e}: see `khabar formats` for what to install")
    except (OSError, ValueError) as e:
        _wrong(reason(e))
    out_console.print(f"{_documents(count)} written to {out}: {', '.join(formats)}", soft_wrap=True)


@app.command()
def show(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A file that `khabar run` reads, or - for standard input.")
    ],
    date: Date = "",
    names: Names = "model",
    topics: Topics = None,
) -> None:
    """Show articles in the terminal with their mentions in colour."""
    from pipeline.article import Failure
    from pipeline.extraction import records
    from pipeline.readers import read
    from pipeline.run import dated
    from pipeline.views import terminal

    failed = False
    nlp = None
    for item in dated(read([file]), _day(date)):
        if isinstance(item, Failure):
            failed = True
            err_console.print(terminal.failure(item))
            continue
        nlp = nlp or _loaded(names, topics)
        for record in records(nlp, [item]):
            out_console.print(terminal.article(record))
    if nlp:
        out_console.print(terminal.legend())
    raise typer.Exit(SOME_FAILED if failed else OK)


@app.command()
def dates(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="A text, the name of a file with one, or - for standard input.")
    ],
    date: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="The day it was written, which relative dates count from.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print JSON.")] = False,
) -> None:
    """Find the dates in a text and what they mean."""
    import datetime

    from pipeline.dates import describe
    from pipeline.views import terminal

    day = _day(date)
    read = _text(text)
    rows = describe(read, datetime.date.fromisoformat(day) if day else None)
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    elif rows:
        out_console.print(terminal.found_dates(rows))
        if not day and not all(row["value"] for row in rows):
            err_console.print("no value: it counts from the day of the text, which --date gives, or is on no calendar")
    else:
        out_console.print(terminal.printable(f"no date in: {' '.join(read[:200].split()) or 'a text without letters'}"))


@app.command()
def package(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write it in.")] = Path("dist"),
) -> None:
    """Write the pipeline as a spaCy package, ar_khabar_news, to install with pip."""
    from pipeline.package import write_package

    try:
        out_console.print(f"Written: {write_package(folder)}", soft_wrap=True)
    except OSError as e:
        _wrong(reason(e))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the output."""
    from pipeline.record import schema_text

    sys.stdout.write(schema_text())


@app.command()
def formats() -> None:
    """Name the formats that can be written, and those that `khabar convert` can read."""
    from pipeline import imports, writers

    out_console.print("Written by run and convert (--format):", style="bold")
    for name, form in writers.FORMATS.items():
        out_console.print(f"  {name:14}{form}", soft_wrap=True)
    out_console.print("Read by convert (--from):", style="bold")
    for name, files in imports.FORMATS.items():
        out_console.print(f"  {name:14}{files}", soft_wrap=True)


def _predicted(articles: list[Labelled], names: str, topics: Path | None) -> dict[str, Labelled]:
    """What the pipeline finds in the texts of gold, which it knows the publication date of and nothing else."""
    from pipeline.extraction import records
    from pipeline.gold import of_record

    nlp = pipeline.load(names=names, topics=topics)
    made = records(nlp, (one.article for one in articles))
    if err_console.is_terminal:
        from rich.progress import track

        made = iter(track(made, "articles", total=len(articles), console=err_console, transient=True))
    return {record.id: of_record(record) for record in made}


def _loaded(names: str, topics: Path | None) -> Language:
    try:
        return pipeline.load(names=names, topics=topics)
    except (OSError, ValueError) as e:
        _wrong(reason(e))


def _names(listed: str) -> list[str]:
    """The names of a list with commas, each once."""
    return list(dict.fromkeys(name.strip().lower() for name in listed.split(",") if name.strip()))


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count:,} documents"


def _default_input() -> list[str]:
    if not Path("data/raw").is_dir():
        _wrong("nothing to read: give files, folders or - for standard input (the default, data/raw, is not here)")
    return ["data/raw"]


def _day(date: str) -> str:
    try:
        return iso_day(date)
    except ValueError as e:
        _wrong(reason(e))


def _text(given: str) -> str:
    """The text that an argument is, or that the file of that name or standard input has."""
    from pipeline.readers.encoding import decode

    try:
        if given == "-":
            if sys.stdin is None:
                raise OSError("standard input is closed")
            return decode(sys.stdin.buffer.read())[0]
        if len(given) < 256 and Path(given).is_file():
            return decode(Path(given).read_bytes())[0]
    except (OSError, ValueError) as e:
        _wrong(f"{given}: {e}")
    return given


def _warn_of_unfinished(path: Path) -> None:
    """Say that what a run wrote, a folder or something in it, is not all of it yet."""
    from pipeline.journal import unfinished

    if folder := next((one for one in (path, path.parent) if unfinished(one)), None):
        err_console.print(f"{folder} holds an unfinished run: only what it has written so far is read")


def _wrong(message: str) -> NoReturn:
    err_console.print(message, style="bold red")
    raise typer.Exit(WRONG_USAGE)


@contextmanager
def _progress(inputs: list[str], *, quiet: bool) -> Iterator[Callable[[Summary], None]]:
    """A bar with articles a second on a terminal, a line now and then elsewhere, nothing when quiet."""
    if quiet:
        yield lambda _: None
    elif err_console.is_terminal:
        with _bar() as bar:
            from pipeline.readers import estimate

            task = bar.add_task("loading", total=estimate(inputs), speed="", failed="")
            yield _on_bar(bar, task)
    else:
        yield _in_lines()


def _bar() -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(
        *columns,
        TextColumn("{task.fields[speed]}"),
        TextColumn("{task.fields[failed]}"),
        TimeElapsedColumn(),
        console=err_console,
    )


def _on_bar(bar: Progress, task: Any) -> Callable[[Summary], None]:
    pace = _Pace()

    def report(done: Summary) -> None:
        failed = f"{done.failed:,} failed" if done.failed else ""
        bar.update(task, completed=done.done, description="articles", speed=pace.of(done), failed=failed)

    return report


def _in_lines(every: float = 10.0) -> Callable[[Summary], None]:
    pace = _Pace()
    last = time.monotonic()

    def report(done: Summary) -> None:
        nonlocal last
        if time.monotonic() - last >= every:
            last = time.monotonic()
            failed = f", {done.failed:,} failed" if done.failed else ""
            err_console.print(f"{_documents(done.done)}, {pace.of(done)}{failed}")

    return report


class _Pace:
    """Articles a second, from the first batch that was not replayed."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def of(self, done: Summary) -> str:
        seconds = time.monotonic() - self._start
        return f"{(done.done - done.resumed) / seconds:.1f} a second" if seconds > 0 else ""
