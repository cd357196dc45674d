"""Readers: one module a format, chosen by the suffix of the file.

Every reader is a function `read(stream, origin) -> Iterator[Article | Failure]` on a binary stream. It reads as it goes, so
that memory does not grow with the file, and turns whatever it cannot read into a `Failure` that says where and why.
"""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, BinaryIO, cast

from pipeline.article import Article, Failure
from pipeline.readers import csv, jsonl, parquet, text
from pipeline.readers.archives import BROKEN, COMPRESSED, members, opened
from pipeline.readers.fields import Origin

Reader = Callable[[BinaryIO, Origin], Iterator[Article | Failure]]

READERS: dict[str, Reader] = {
    ".txt": text.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
    ".csv": csv.read,
    ".tsv": csv.read,
    ".parquet": parquet.read,
}
KNOWN = ", ".join((*READERS, ".zip"))
# What to do with a file of a kind that is often met and not read.
_WAYS = {
    ".json": "jq -c . makes an article, jq -c '.[]' an array of them into .jsonl",
    **dict.fromkeys((".xlsx", ".xls", ".ods"), "save the sheet as CSV UTF-8"),
    **dict.fromkeys((".pdf", ".doc", ".docx", ".odt", ".rtf", ".html", ".htm"), "save the text alone as .txt"),
}


def read(
    inputs: Iterable[str | Path], *, skip: Path | None = None, passed: Counter[str] | None = None
) -> Iterator[Article | Failure]:
    """Yield the articles of files, of folders (recursively, in the order of their names) and of `-`, standard input.

    A file is read by its suffix (`READERS`), as it is, compressed (`.gz`, `.xz`, `.bz2`, `.zst`) or in a `.zip`. In folders, files of
    other kinds, hidden ones and links to folders are passed over. The id of a text file is its path inside the folder, without
    suffix. Standard input is JSONL if it begins with `{`, else one text. `skip` is a folder not to look into: where the output goes.
    `passed`, where given, counts the files of other kinds that folders and archives have, by suffix.
    What cannot be read comes out as a Failure in its place, and so does the output of an earlier run; nothing is raised.

    >>> list(read(["no/such/file.txt"]))
    [Failure(source='no/such/file.txt', id='', stage='read', reason='No such file or directory')]
    """
    passed = Counter() if passed is None else passed
    for given in inputs:
        path = Path(given)
        if str(given) == "-":
            yield from _stdin(passed)
        elif path.is_dir():
            yield from _folder(path, skip, passed)
        else:
            yield from _file(path, Origin(path.as_posix(), path.name), passed)


def estimate(inputs: Iterable[str | Path]) -> int | None:
    """Return how many articles there may be, None where only reading would tell: for a progress bar."""
    total = 0
    for given in inputs:
        for path in Path(given).rglob("*") if Path(given).is_dir() else [Path(given)]:
            if not path.is_file() or not readable(path.name):
                continue
            if path.suffix == ".txt":
                total += 1
            elif path.suffix in (".jsonl", ".ndjson"):
                try:
                    with path.open("rb") as file:
                        total += sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
                except OSError:  # the reader will say it
                    return None
            else:
                return None
    return total or None


def readable(name: str) -> bool:
    """Whether there is a reader for a file of that name.

    >>> readable("news.jsonl.gz"), readable("news.docx")
    (True, False)
    """
    return _inner_name(name).suffix in READERS or Path(name).suffix.lower() == ".zip"


def is_output(folder: Path) -> bool:
    """Whether a run has written the folder: its manifest is there."""
    try:
        with (folder / "manifest.json").open("rb") as file:
            manifest = json.loads(file.read(1 << 20))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and {"khabar", "counts"} <= manifest.keys()


def _stdin(passed: Counter[str]) -> Iterator[Article | Failure]:
    if sys.stdin is None:
        yield Origin("-", "stdin.txt").failure("standard input is closed")
        return
    stream = io.BufferedReader(cast(Any, sys.stdin.buffer))
    is_json = stream.peek(64)[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    yield from _stream(stream, Origin("-", "stdin.jsonl" if is_json else "stdin.txt"), passed)


def _folder(root: Path, skip: Path | None, passed: Counter[str]) -> Iterator[Article | Failure]:
    origin = Origin(root.as_posix(), root.name)
    barred = os.path.realpath(skip) if skip else None
    waiting, nothing = [root], True
    while waiting:
        path = waiting.pop()
        if path.is_dir() and barred and os.path.realpath(path) == barred:
            continue
        if path.is_dir() and is_output(path):
            nothing = False
            yield Origin(path.as_posix(), path.name).failure(
                "the output of an earlier run: name the file that is meant"
            )
        elif path.is_dir() and (path == root or not path.is_symlink()):
            try:
                waiting += sorted((c for c in path.iterdir() if not c.name.startswith(".")), reverse=True)
            except OSError as e:
                nothing = False
                yield _failure(Origin(path.as_posix(), path.name), e)
        elif readable(path.name):
            nothing = False
            yield from _file(path, Origin(path.as_posix(), path.relative_to(root).as_posix()), passed)
        elif path.is_file():
            passed[_suffix(path)] += 1
    if nothing:
        yield origin.failure(f"a folder with nothing in it that can be read: there are readers for {KNOWN}")


def _file(path: Path, origin: Origin, passed: Counter[str]) -> Iterator[Article | Failure]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield origin.failure("neither a file nor a folder")
            return
        if not readable(path.name):
            way = _WAYS.get(path.suffix.lower())
            yield origin.failure(f"no reader for {_suffix(path)}; there is one for {KNOWN}{f': {way}' if way else ''}")
            return
        with path.open("rb") as stream:
            yield from _stream(stream, origin, passed)
    except (OSError, ValueError) as e:
        yield _failure(origin, e)


def _stream(stream: BinaryIO, origin: Origin, passed: Counter[str]) -> Iterator[Article | Failure]:
    try:
        if PurePosixPath(origin.name).suffix.lower() == ".zip":
            nothing = True
            for name, member in members(stream):
                if _inner_name(name).suffix not in READERS:
                    passed[_suffix(PurePosixPath(name))] += 1
                    continue
                nothing = False
                if isinstance(member, str):
                    yield origin.inside(name).failure(member)
                else:
                    yield from _stream(member, origin.inside(name), passed)
            if nothing:
                yield origin.failure("an archive with nothing in it that can be read")
        else:
            inner = _inner_name(origin.name)
            yield from READERS[inner.suffix](opened(stream, origin.name), origin.named(inner.as_posix()))
    except BROKEN as e:
        yield _failure(origin, e)


def _inner_name(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if not path.suffix:  # as where there is no name at all
        return path
    path = path.with_suffix(path.suffix.lower())
    return _inner_name(path.with_suffix("").as_posix()) if path.suffix in COMPRESSED else path


def _suffix(path: PurePath) -> str:
    return path.suffix or "files without a suffix"


def _failure(origin: Origin, error: Exception) -> Failure:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return origin.failure(reason or type(error).__name__)
