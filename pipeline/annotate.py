"""Articles in, lines of JSON out: here or over worker processes, in order, whatever happens to one of them."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from pipeline.article import Article, Failure

if TYPE_CHECKING:
    from spacy.language import Language

# What was read, what became of it: the JSON of a record, or why there is none.
Item = Article | Failure
Outcome = str | Failure
Pairs = list[tuple[Item, Outcome]]

# Makes the pipeline; for workers it has to be importable (a function of a module, or a partial of one).
Load = Callable[[], "Language"]

# The lists are many objects that live as long as the process: looking through them again and again for garbage costs a tenth of a run.
GARBAGE = (10_000, 10, 100)

# How much goes through the pipeline at once: enough to keep the model busy, little enough for memory.
BATCH = 32
_BATCH_CHARS = 200_000


class WorkerError(RuntimeError):
    """Raised where a worker cannot even begin."""


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Yield items in lists that are bounded in number and in characters.

    >>> [len(b) for b in batches([Article(str(n), "نص") for n in range(5)], 2)]
    [2, 2, 1]
    """
    batch: list[Item] = []
    chars = 0
    for item in items:
        length = len(item.text) if isinstance(item, Article) else 0
        if batch and (len(batch) == size or chars + length > _BATCH_CHARS):
            yield batch
            batch, chars = [], 0
        batch.append(item)
        chars += length
    if batch:
        yield batch


def annotate(nlp: Language, items: list[Item]) -> list[Outcome]:
    """Return an outcome an item: failures are passed on. Where a batch fails, each of its articles is tried alone, so that one costs no other."""
    from pipeline.extraction import records

    articles = [item for item in items if isinstance(item, Article)]
    made: list[Outcome]
    try:
        made = [record.model_dump_json() for record in records(nlp, articles, batch_size=BATCH)]
    except Exception:  # which stage and which article it was, the second try tells
        made = [_alone(nlp, one) for one in articles]
    outcomes = iter(made)
    return [item if isinstance(item, Failure) else next(outcomes) for item in items]


def _alone(nlp: Language, one: Article) -> Outcome:
    from pipeline.extraction import prepare, record_of

    stage = "tokenise"
    try:
        doc = prepare(nlp, one)
        for stage, component in nlp.pipeline:  # noqa: B007  # it tells where the error was
            doc = component(doc)
        stage = "record"
        return record_of(doc, one).model_dump_json()
    except Exception as e:
        return Failure(one.where, one.id, stage.removeprefix("khabar_"), f"{type(e).__name__}: {e}")


class Workers:
    """Worker processes, each with its own pipeline, that are replaced when they die or hang.

    An article that kills its worker, or that takes longer than `timeout` seconds alone, comes out as a Failure.
    """

    def __init__(self, count: int, load: Load, *, timeout: float | None = None) -> None:
        self._load = load
        self._timeout = timeout
        self._count = count
        self._workers: list[_Worker] = []  # as many as there is work for, at most

    def annotate(self, batches: Iterator[list[Item]]) -> Iterator[Pairs]:
        """Yield what became of each batch, in order."""
        waiting: deque[_Task] = deque()
        open_batches: deque[_Batch] = deque()
        more = True
        while True:
            while open_batches and open_batches[0].left == 0:
                yield open_batches.popleft().done()
            while more and len(open_batches) < 4 * max(1, len(self._workers)):
                items = next(batches, None)
                more = items is not None
                if items:
                    batch = _Batch(items)
                    open_batches.append(batch)
                    waiting.append(_Task(batch, 0, items))
            if not open_batches:
                return
            while len(self._workers) < min(self._count, len(open_batches)):
                self._workers.append(_Worker(self._load))
            for worker in self._workers:
                if waiting and not worker.task and not worker.loading:
                    worker.give(waiting.popleft())
            self._collect(waiting)

    def _collect(self, waiting: deque[_Task]) -> None:
        """Wait until a worker has done its task, died or run out of time."""
        busy = [worker for worker in self._workers if worker.task or worker.loading]
        ready = wait([worker.connection for worker in busy], self._patience(busy))
        for worker in busy:
            if worker.connection in ready:
                try:
                    worker.receive()
                except (EOFError, OSError):
                    self._replace(worker, waiting, "worker", f"the process that read it died ({worker.exit()})")
            elif self._timeout and worker.task and time.monotonic() - worker.since >= self._timeout:
                self._replace(worker, waiting, "timeout", f"not done after {self._timeout:g} seconds")

    def _patience(self, busy: list[_Worker]) -> float | None:
        """Seconds until the first of the tasks has run out of time."""
        begun = [worker.since for worker in busy if worker.task]
        if not self._timeout or not begun:
            return None
        return max(0.01, min(begun) + self._timeout - time.monotonic())

    def _replace(self, worker: _Worker, waiting: deque[_Task], stage: str, reason: str) -> None:
        if worker.loading:
            raise WorkerError(f"a worker died before it began ({worker.exit()})")
        worker.stop()
        task = worker.take()
        self._workers[self._workers.index(worker)] = _Worker(self._load)
        if len(task.items) == 1:
            one = task.items[0]
            task.fill([Failure(one.where, one.id, stage, reason)])
        else:
            waiting.extendleft(reversed(list(task.split())))

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.stop()


@dataclass
class _Batch:
    items: list[Item]
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    @property
    def left(self) -> int:
        return len(self.items) - len(self.outcomes)

    def done(self) -> Pairs:
        return [(item, self.outcomes[n]) for n, item in enumerate(self.items)]


@dataclass
class _Task:
    """A piece of a batch."""

    batch: _Batch
    offset: int
    items: list[Item]

    def fill(self, outcomes: list[Outcome]) -> None:
        self.batch.outcomes.update(enumerate(outcomes, self.offset))

    def split(self) -> Iterator[_Task]:
        for n, one in enumerate(self.items):
            yield _Task(self.batch, self.offset + n, [one])


class _Worker:
    def __init__(self, load: Load) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks, not the threads
        self.connection, theirs = context.Pipe()
        torchless = sys.modules.get("torch", "") is None
        self._process: BaseProcess = context.Process(target=_serve, args=(theirs, load, torchless), daemon=True)
        with _uninterrupted():
            self._process.start()
        theirs.close()
        self.loading = True
        self.task: _Task | None = None
        self.since = 0.0

    def give(self, task: _Task) -> None:
        self.task = task
        self.since = time.monotonic()
        with suppress(OSError):  # it has died: reading from it will say so
            self.connection.send(task.items)

    def receive(self) -> None:
        """Take what the process says: that it is loaded, that it cannot, or the outcomes of its task."""
        said = self.connection.recv()
        if said is None:
            self.loading = False
        elif isinstance(said, str):
            raise WorkerError(said)
        else:
            self.take().fill(said)

    def take(self) -> _Task:
        task, self.task = self.task, None
        assert task is not None
        return task

    def exit(self) -> str:
        self._process.join(5)
        code = self._process.exitcode
        return signal.Signals(-code).name if code and code < 0 else f"exit code {code}"

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self.connection.close()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put off Ctrl-C, for the process that is started here for good: it is for the parent, which ends its workers."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it would let Ctrl-C through again, were it started by the first process
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # which the process that is started inherits
    try:
        with _later():
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _later() -> Iterator[None]:
    """Let Ctrl-C wait that reaches us through another thread, which the mask of this one does not cover."""
    if threading.current_thread() is not threading.main_thread():  # signals are handled in the main thread alone
        yield
        return
    came: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came:
            signal.raise_signal(signal.SIGINT)


def _serve(connection: Connection, load: Load, torchless: bool) -> None:
    """What a worker process does: load the pipeline once, then answer batches until nobody asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*GARBAGE)
    if torchless:
        sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        try:
            nlp = load()
        except Exception as e:
            connection.send(f"{type(e).__name__}: {e}")
            return
        connection.send(None)
        while True:
            connection.send(annotate(nlp, connection.recv()))
    except (EOFError, ConnectionError):  # the parent is gone
        return
