"""Files that are whole or not there: everything is written beside its place first, and moved when it is done."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pipeline.record import Record

# Room for a suffix within the 255 bytes that file systems give a name.
_MAX_NAME = 120
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@contextmanager
def disk_errors(target: Path, *kinds: type[Exception]) -> Iterator[None]:
    """Raise what a library makes of a full or broken disk as the OSError that it is."""
    try:
        yield
    except kinds as e:
        raise OSError(f"{target}: {e}") from e


class Pending:
    """A binary file in `scratch` that becomes `target` when it is published."""

    def __init__(self, target: Path, scratch: Path) -> None:
        self._target = target
        self._part = scratch / f"{target.name}.part"
        self.file: BinaryIO = self._part.open("wb")

    def publish(self) -> None:
        """Put the file in its place, in one step."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        self._part.replace(self._target)

    def abandon(self) -> None:
        """Close the file; what was in its place stays."""
        with suppress(OSError):  # a full disk, which is what may have brought us here
            self.file.close()


class Stream:
    """A writer of one file to which each record adds a piece. Formats say `name`, `piece`, and what stands around and between pieces."""

    name: str
    head = tail = between = b""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._pending = Pending(folder / self.name, scratch)
        self._pending.file.write(self.head)
        self._first = True

    def piece(self, record: Record) -> bytes:
        """Return what a record adds."""
        raise NotImplementedError

    def add(self, record: Record) -> None:
        """Write a record."""
        piece = self.piece(record)
        if piece:
            self._pending.file.write(piece if self._first else self.between + piece)
            self._first = False

    def close(self) -> None:
        """Put the file in its place."""
        self._pending.file.write(self.tail)
        self._pending.publish()

    def abandon(self) -> None:
        """Leave what was there."""
        self._pending.abandon()


def json_line(raw: str) -> bytes:
    """Return JSON as one line for every program: some, `str.splitlines` of Python among them, end lines at more than `\\n`.

    >>> json_line('{"text": "\u2028"}')
    b'{"text": "\\\\u2028"}\\n'
    """
    return _LINE_ENDS.sub(lambda m: f"\\u{ord(m[0]):04x}", raw).encode() + b"\n"


def subfolder(folder: Path, name: str) -> Path:
    """Return a folder of the output, made if need be. Raises OSError where a link would lead out of it."""
    inner = folder / name
    if inner.is_symlink():
        raise OSError(f"{inner} is a link: documents are written inside the output folder alone")
    inner.mkdir(parents=True, exist_ok=True)
    return inner


def write_whole(target: Path, scratch: Path, raw: bytes) -> None:
    """Write a small file in one step."""
    part = scratch / "whole.part"
    part.write_bytes(raw)
    part.replace(target)


def move(part: Path, target: Path) -> None:
    """Put a file that a library has written in its place, in one step."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)


def file_name(id: str) -> str:
    """Return a name for a file by the id of its document, the id itself where every file system bears it.

    Else what is not a letter, a digit or one of `._-` becomes `_`, and a piece of the id's SHA-256 keeps it apart from others.

    >>> file_name("n00319")
    'n00319'
    >>> file_name("../etc/passwd")
    '_etc_passwd-7fef78f5'
    """
    name = re.sub(r"[^\w.-]", "_", unicodedata.normalize("NFC", id))
    name = name.lstrip(".").rstrip(". ")
    name = name.encode("utf-8")[:_MAX_NAME].decode("utf-8", "ignore")
    return name if name == id and not _RESERVED.fullmatch(name) else f"{name}-{short_hash(id)}"


def short_hash(id: str) -> str:
    """Return the first eight digits of an id's SHA-256."""
    return hashlib.sha256(id.encode("utf-8")).hexdigest()[:8]
