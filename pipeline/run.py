"""A run: articles from anywhere through the pipeline into files, whatever happens on the way."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

import pipeline
from pipeline.annotate import Item, Load, Pairs, WorkerError, Workers, annotate, batches
from pipeline.article import Article, Failure, digest, iso_day, reason, whole
from pipeline.journal import JOURNAL, SCRATCH, Journal, parsed, repair, replay
from pipeline.readers import read
from pipeline.record import PARTS, Record
from pipeline.seen import Seen
from pipeline.writers import FORMATS, Writer, writer
from pipeline.writers.csv import guarded, lines
from pipeline.writers.files import Pending, write_whole

_fcntl: Any = import_module("fcntl") if os.name == "posix" else None

_ARABIC = re.compile("[\u0621-\u064a]")
DAY = 24 * 60 * 60
_MOST_WORKERS = 8  # a processor


class UsageError(ValueError):
    """Raised before anything is done: what was asked for cannot be."""


class Stopped(RuntimeError):
    """Raised by the first failure where that was asked for."""


@dataclass(frozen=True)
class Options:
    """What to run. `date`: publication date of articles that have none; `timeout`: seconds that one article may take."""

    inputs: Sequence[str]
    out: Path
    formats: Sequence[str] = ("json", "csv")
    date: str = ""
    names: str = "model"
    gazetteer: Path | None = None
    topics: Path | None = None
    workers: int = 1
    threads: int = 2
    timeout: float | None = None
    resume: bool = False
    fail_fast: bool = False


@dataclass
class Summary:
    """What a run found: `found` counts documents, sentences, entities … and mentions by label."""

    found: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)  # of each note, the first document that it is of
    passed: Counter[str] = field(default_factory=Counter)  # files that no reader is for, by suffix
    failed: int = 0
    resumed: int = 0
    complete: bool = False  # there was nothing left to resume

    @property
    def done(self) -> int:
        """How many documents are dealt with."""
        return self.found["documents"] + self.failed

    def add(self, done: Record | Failure) -> None:
        """Count a document; the first failures are kept to be shown, all are counted."""
        if isinstance(done, Failure):
            self.failed += 1
            if len(self.failures) < 100:
                self.failures.append(done)
            return
        self.found["documents"] += 1
        for name in PARTS:
            self.found[name] += len(getattr(done, name))
        self.found.update(m.label for m in done.mentions)
        if "encoding" in done.meta:
            self._note(f"read as {done.meta['encoding']}", done)
        if "date" in done.meta:
            self._note("with a date that is no YYYY-MM-DD, kept in meta", done)
        if not _ARABIC.search(done.text):
            self._note("without an Arabic letter", done)

    def _note(self, note: str, done: Record) -> None:
        self.notes[note] += 1
        self.first.setdefault(note, done.id)


def run(options: Options, progress: Callable[[Summary], None] = lambda _: None, *, load: Load | None = None) -> Summary:
    """Run the pipeline on the inputs and write `options.out`; `progress` is called after each batch, `load` makes another pipeline.

    Raises UsageError where nothing can be done, Stopped at the first failure if so asked, OSError where the disk gives out. After any of
    these but the first, and after being killed, `resume` goes on.
    """
    try:
        _check(options)
    except OSError as e:  # as of a name that is too long
        raise UsageError(f"{options.out} cannot be written: {e.strerror}") from e
    new = not options.out.exists()
    scratch = _scratch(options)
    identity = {"khabar": pipeline.__version__, "inputs": list(map(whole, options.inputs)), "formats": list(options.formats),
                "date": options.date, "names": options.names, "gazetteer": str(options.gazetteer or ""),
                "topics": str(options.topics or ""), **_own_lists(options)}  # fmt: skip
    with _lock(scratch):
        resumed = _resumed(options, scratch, identity)
        if options.resume and not resumed and _is_complete(options.out, identity):
            shutil.rmtree(scratch)
            return _completed(options.out)
        try:
            return _run(
                options, scratch, identity, resumed, progress,
                load or partial(
                    pipeline.load, names=options.names, gazetteer=options.gazetteer, topics=options.topics, threads=options.threads
                ),
            )  # fmt: skip
        except UsageError:
            if not resumed:
                shutil.rmtree(options.out if new else scratch)
            raise


def _run(
    options: Options,
    scratch: Path,
    identity: dict[str, Any],
    resumed: bool,
    progress: Callable[[Summary], None],
    load: Load,
) -> Summary:
    passed: Counter[str] = Counter()
    items = _unique(dated(read(options.inputs, skip=options.out, passed=passed), options.date))
    path = scratch / JOURNAL
    with ExitStack() as stack:
        output = stack.enter_context(closing(_Output(options, scratch)))
        journal = stack.enter_context(closing(Journal(path, identity)))
        if resumed:
            for done in _replayed(path, scratch):
                _expect(next(items, None), done, scratch)
                output.add(done)
            output.summary.resumed = output.summary.done
            progress(output.summary)
        cleared = output.summary.done > 0
        for batch in _done(items, options, load, stack):
            if not cleared:  # not before: where nothing can be done, what an earlier run wrote stays
                _clear(options, scratch)
                cleared = True
            for done in batch:
                if options.fail_fast and isinstance(done, Failure):
                    raise Stopped(f"{done.source} {done.id}: {done.stage}: {done.reason}")
                journal.add(done)
                output.add(done)
            progress(output.summary)
        if not cleared:
            _clear(options, scratch)
        journal.close()
        output.publish(identity)
        output.summary.passed = passed
    if hasattr(os, "sync"):  # not on Windows
        os.sync()  # a power cut must not find the journal gone and the output not there
    shutil.rmtree(scratch)
    return output.summary


class _Output:
    """All that a run leaves: a writer a format, failures.csv, and the manifest that says that the rest is whole."""

    def __init__(self, options: Options, scratch: Path) -> None:
        self.summary = Summary()
        self._out, self._scratch = options.out, scratch
        self._writers: list[Writer] = []
        try:
            for name in options.formats:
                self._writers.append(writer(name, options.out, scratch))
        except ImportError as e:
            extra = FORMATS[options.formats[len(self._writers)]].extra
            missing = extra and isinstance(
                e, ModuleNotFoundError
            )  # others are there and cannot be loaded, as for want of memory
            raise UsageError(f"{e}: pip install 'khabar[{extra}]'" if missing else str(e)) from e
        except OSError as e:
            raise UsageError(f"{options.out} cannot be written: {e.strerror or e}") from e
        self._failures = Pending(options.out / "failures.csv", scratch)
        self._failures.file.write(b"\xef\xbb\xbf" + lines([["source", "document", "stage", "reason"]]))

    def add(self, done: Record | Failure) -> None:
        """Write a document, or why there is none."""
        self.summary.add(done)
        if isinstance(done, Failure):
            self._failures.file.write(lines([map(guarded, (done.source, done.id, done.stage, done.reason))]))
        else:
            for one in self._writers:
                one.add(done)

    def publish(self, identity: dict[str, Any]) -> None:
        """Put everything in its place, the manifest last."""
        for one in self._writers:
            one.close()
        self._failures.publish()
        write_whole(self._out / "manifest.json", self._scratch, _manifest(identity, self.summary))

    def close(self) -> None:
        """Leave nothing open."""
        for one in self._writers:
            one.abandon()
        self._failures.abandon()


def _resumed(options: Options, scratch: Path, identity: dict[str, Any]) -> bool:
    """Whether there is an unfinished run to go on with. Raises UsageError where that was not asked for or it is another one."""
    try:
        unfinished = repair(scratch / JOURNAL, identity)
    except ValueError as e:
        raise UsageError(f"{e}: delete {scratch} to start again") from e
    if unfinished and not options.resume:
        ways = f"--resume goes on with it, deleting {scratch} starts again"
        raise UsageError(f"{options.out} holds an unfinished run: {ways}")
    return unfinished


def _check(options: Options) -> None:
    if not all(options.inputs) or not options.inputs:
        raise UsageError("nothing to read: give files, folders or - for standard input")
    out = os.path.realpath(options.out)
    if any(given != "-" and os.path.realpath(given) == out for given in options.inputs):
        raise UsageError(f"{options.out} is both input and output: give another folder with --out")
    if over := _written_over(options):
        raise UsageError(f"{over} is input and would be written over: give another folder with --out")
    if list(options.inputs).count("-") > 1:
        raise UsageError("standard input, -, can be read once")
    if options.resume and "-" in options.inputs:
        raise UsageError("standard input cannot be read again: --resume needs files")
    if options.workers < 1 or options.threads < 1 or (options.timeout is not None and not 0 < options.timeout <= DAY):
        raise UsageError("--workers and --threads must be positive, --timeout a number of seconds, a day at most")
    if options.workers > (most := _MOST_WORKERS * (os.cpu_count() or 1)):
        raise UsageError(
            f"--workers {options.workers}: more than {most} would only be in each other's way on this machine"
        )
    if not options.formats:
        raise UsageError(f"no format to write; there are {', '.join(FORMATS)}")
    if unknown := [name for name in options.formats if name not in FORMATS]:
        raise UsageError(f"no format {unknown[0]!r}; there are {', '.join(FORMATS)}")
    if (options.out / "manifest.json").exists() and "khabar" not in _written(options.out):
        raise UsageError(f"{options.out} holds a manifest.json of something else: give another folder with --out")
    if foreign := _foreign(options):
        raise UsageError(f"{foreign} is there and no run wrote it: give another folder with --out")
    try:
        iso_day(options.date)
    except ValueError as e:
        raise UsageError(str(e)) from e
    if not any(given == "-" or os.path.lexists(given) for given in options.inputs):
        # A mistyped name, which must not cost what an earlier run wrote.
        raise UsageError(f"{options.inputs[0]}: No such file or directory")


def _written_over(options: Options) -> str | None:
    """An input that is a file, or a folder of files, that the formats asked for write."""
    formats = [FORMATS[name] for name in options.formats if name in FORMATS]
    patterns = [pattern for form in formats for pattern in (*form.many, *form.fixed)]
    written = {os.path.realpath(file) for pattern in patterns for file in options.out.glob(pattern)}
    written |= {os.path.dirname(file) for file in written} - {os.path.realpath(options.out)}
    return next((given for given in options.inputs if os.path.realpath(given) in written), None)


def _own_lists(options: Options) -> dict[str, str]:
    """What tells whether the user's own topics and lists are still the same, empty where there are none."""
    files = [options.topics] if options.topics else []
    files += sorted(options.gazetteer.glob("*.tsv")) if options.gazetteer else []
    try:
        content = "".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    except OSError:  # loading the pipeline says it better
        return {}
    return {"lists": hashlib.sha256(content.encode()).hexdigest()} if files else {}


def _foreign(options: Options) -> Path | None:
    """A file that the run would replace in a folder that no run has written, or begun to."""
    if (options.out / "manifest.json").exists() or (options.out / SCRATCH).exists():
        return None
    patterns = ["failures.csv", *(p for name in options.formats for p in FORMATS[name].fixed)]
    return next((old for pattern in patterns for old in sorted(options.out.glob(pattern))), None)


def _scratch(options: Options) -> Path:
    """The folder of what is not whole yet; making it shows whether the output can be written."""
    scratch = options.out / SCRATCH
    if scratch.is_symlink():
        raise UsageError(f"{scratch} is a link, which no run makes: delete it")
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        (scratch / "part").write_bytes(b"")
        (scratch / "part").unlink()
    except OSError as e:
        raise UsageError(f"{options.out} cannot be written: {e.strerror}") from e
    return scratch


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Keep other runs out of the folder. The lock goes with the process, however that ends."""
    if _fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _fcntl.flock(handle, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
    except BlockingIOError as e:
        raise UsageError(f"another run is writing to {folder.parent}") from e
    else:
        yield
    finally:
        os.close(handle)


def _written(folder: Path) -> dict[str, Any]:
    """The manifest of an earlier run, empty where there is none."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _is_complete(out: Path, identity: dict[str, Any]) -> bool:
    manifest = _written(out)
    return all(manifest.get(key) == value for key, value in identity.items())


def _completed(out: Path) -> Summary:
    found = Counter(_written(out)["counts"])
    return Summary(failed=found.pop("failures"), found=found, complete=True)


def _clear(options: Options, scratch: Path) -> None:
    """Take away what an earlier run left that this one would not replace: its manifest, its files a document, its other formats.

    The manifest goes first, since it says that the rest is whole; a run that goes on after one that stopped here still knows it.
    """
    out = options.out
    if (out / "manifest.json").exists():
        (out / "manifest.json").replace(scratch / "manifest.json")
    earlier = _written(scratch)
    if not earlier:
        return
    inputs = set(map(os.path.realpath, options.inputs))
    patterns = [pattern for form in FORMATS.values() for pattern in form.many]
    for name in set(earlier.get("formats", ())) & FORMATS.keys() - set(options.formats):
        patterns += FORMATS[name].fixed
    for pattern in patterns:
        folder = out / Path(pattern).parent
        for old in [] if folder != out and folder.is_symlink() else folder.glob(Path(pattern).name):
            if os.path.realpath(old) not in inputs:
                old.unlink()


def dated(items: Iterable[Item], date: str) -> Iterator[Item]:
    """Give the date to articles that have none."""
    for item in items:
        yield replace(item, date=date) if date and isinstance(item, Article) and not item.date else item


def _unique(items: Iterable[Item]) -> Iterator[Item]:
    """Let each id through once: output is found by it."""
    with closing(Seen()) as seen:
        for item in items:
            before = seen.first(item.id, item.where) if isinstance(item, Article) else None
            yield (
                item if before is None else Failure(item.where, item.id, "read", f"the id is already that of {before}")
            )


def _replayed(path: Path, scratch: Path) -> Iterator[Record | Failure]:
    try:
        yield from replay(path)
    except ValueError as e:
        raise UsageError(f"{e}: delete {scratch} to start again") from e


def _expect(item: Item | None, done: Record | Failure, scratch: Path) -> None:
    """Check that the input still says what the journal was made of."""
    same = item is not None and item.id == done.id and done.source in (item.source, item.where)
    if isinstance(item, Article) and isinstance(done, Record):
        same = same and digest(item.text) == done.sha256 and _described(item) == (done.title, done.meta)
        same = same and item.date == (done.date.value if done.date.source == "given" else "")
    if not same:
        raise UsageError(f"the input has changed at {done.source} {done.id}: delete {scratch} to start again")


def _described(item: Article) -> tuple[str, dict[str, Any]]:
    """Return title and meta of an article as its record has them when it is read back."""
    bare = Record(id="", sha256="", text="", title=item.title, meta=item.meta)
    back = Record.model_validate_json(bare.model_dump_json())
    return back.title, back.meta


def _done(items: Iterator[Item], options: Options, load: Load, stack: ExitStack) -> Iterator[list[Record | Failure]]:
    """Yield what became of the items, in their order, batch by batch."""
    try:
        for pairs in _through(options, load, stack)(batches(items)):
            yield [parsed(outcome, item.where, item.id) for item, outcome in pairs]
    except WorkerError as e:
        raise UsageError(f"the pipeline cannot be loaded: {e}") from e


def _through(options: Options, load: Load, stack: ExitStack) -> Callable[[Iterator[list[Item]]], Iterator[Pairs]]:
    if options.workers == 1 and not options.timeout:
        return _here(load)
    workers = Workers(options.workers, load, timeout=options.timeout)
    stack.callback(workers.close)
    return workers.annotate


def _here(load: Load) -> Callable[[Iterator[list[Item]]], Iterator[Pairs]]:
    """The pipeline in this process, loaded when there is something to read."""

    def through(all_batches: Iterator[list[Item]]) -> Iterator[Pairs]:
        first = next(all_batches, None)
        if first is None:
            return
        try:
            nlp = load()
        except (ValueError, OSError, ImportError) as e:
            raise UsageError(f"the pipeline cannot be loaded: {reason(e)}") from e
        for batch in chain([first], all_batches):
            yield list(zip(batch, annotate(nlp, batch), strict=True))

    return through


def _manifest(identity: dict[str, Any], summary: Summary) -> bytes:
    """What ran and what came out of it. It says nothing of when and how fast, so that the same input gives the same bytes."""
    packages = {name: version(name) for name in ("spacy", "onnxruntime", "camel-tools", "pydantic")}
    counts = {**dict(sorted(summary.found.items())), "failures": summary.failed}
    return (
        json.dumps({**identity, "packages": packages, "counts": counts}, ensure_ascii=False, indent=2).encode() + b"\n"
    )
