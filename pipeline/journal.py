"""The journal of a run: every document that is done, in order, on disk before anything else is made of it.

A run may die at any moment. What the journal holds whole is never done again; a line that was cut off is dropped. All output is a
function of the journal, so that a run that is resumed leaves the very bytes of one that nothing disturbed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.article import Failure
from pipeline.record import Record

SCRATCH = ".khabar"  # the folder in the output of what is not whole yet
JOURNAL = "journal.jsonl"
_SYNC_EVERY = 1.0  # seconds: what a power cut may cost


class Journal:
    """An append-only file of records and failures, begun by a line that says what run it is of."""

    def __init__(self, path: Path, run: dict[str, Any]) -> None:
        self._path = path
        self._run = run
        self._file = path.open("ab")
        self._synced = 0.0
        if not self._file.tell():
            self._append(json.dumps(run, ensure_ascii=False))

    def add(self, done: Record | Failure) -> None:
        """Append a document that is done."""
        if isinstance(done, Failure):
            fields = {"source": done.source, "id": done.id, "stage": done.stage, "reason": done.reason}
            self._append(json.dumps({"failure": fields}, ensure_ascii=False))
        else:
            self._append(done.model_dump_json())

    def _append(self, line: str) -> None:
        self._file.write(line.encode() + b"\n")
        now = time.monotonic()
        if now - self._synced > _SYNC_EVERY:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._synced = now

    def close(self) -> None:
        """Make sure that all of it is on disk."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()


def unfinished(folder: Path) -> bool:
    """Whether a folder has only a part of what a run will write: its journal is there, and no manifest yet."""
    return (folder / SCRATCH / JOURNAL).exists() and not (folder / "manifest.json").exists()


def repair(path: Path, run: dict[str, Any]) -> bool:
    """Cut a journal back to its last whole line, and return whether there is one to go on with.

    Raises ValueError where it is the journal of another run, or no file.
    """
    if not os.path.lexists(path):
        return False
    if path.is_symlink() or not path.is_file():  # a pipe, which would be waited for
        raise ValueError(f"{path} is no file")
    whole = 0
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if not line.endswith(b"}\n") or b"\0" in line:  # cut off, or a block that a power cut left empty
                break
            if number == 0 and (given := json.loads(line)) != run:
                changed = sorted(k for k in run if given.get(k) != run[k])
                raise ValueError(f"the unfinished run was another one: {', '.join(changed)} differ")
            whole += len(line)
    os.truncate(path, whole)
    return whole > 0


def replay(path: Path) -> Iterator[Record | Failure]:
    """Yield what a journal holds. Raises ValueError at a line that no run has written."""
    with path.open("rb") as file:
        next(file)
        for number, line in enumerate(file, 2):
            try:
                done = (
                    Failure(**json.loads(line)["failure"])
                    if line.startswith(b'{"failure"')
                    else Record.model_validate_json(line)
                )
            except (ValueError, TypeError) as e:
                raise ValueError(f"{path}:{number}: no document that a run has done") from e
            yield done


def parsed(line: str | Failure, source: str, id: str) -> Record | Failure:
    """Return the record of a line as it will be read back, or a failure where it could not be."""
    if isinstance(line, Failure):
        return line
    try:
        return Record.model_validate_json(line)
    except ValidationError as e:
        return Failure(source, id, "write", f"the record does not bear being written: {e.errors()[0]['msg']}")
