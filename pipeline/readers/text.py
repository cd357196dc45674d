"""Plain text: a file is an article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pipeline.article import Article, Failure
from pipeline.readers.encoding import decode
from pipeline.readers.fields import MAX_BYTES, Origin, made
from pipeline.readers.jsonl import loads


def read(stream: BinaryIO, origin: Origin) -> Iterator[Article | Failure]:
    """Yield the file's article, its text as the file has it, line ends included."""
    pieces: list[bytes] = []
    room = MAX_BYTES + 1
    while room and (piece := stream.read(room)):
        pieces.append(piece)  # to the very end: only there does a broken archive show
        room -= len(piece)
    if not room:
        yield origin.failure(f"longer than {MAX_BYTES >> 20} MiB: no article is")
        return
    try:
        text, encoding = decode(b"".join(pieces))
    except ValueError as e:
        yield origin.failure(str(e), origin.stem)
        return
    if _is_json(text):
        yield origin.failure("JSON, not the text of an article: the name of such a file ends with .jsonl", origin.stem)
        return
    yield made({"text": text}, origin, id=origin.stem, encoding=encoding)


def _is_json(text: str) -> bool:
    """Whether the text, or its first line, is an object of JSON."""
    text = text.strip("\ufeff \t\r\n")
    return text.startswith("{") and any(map(_is_object, (text.split("\n", 1)[0], text)))


def _is_object(text: str) -> bool:
    try:
        return isinstance(loads(text), dict)
    except ValueError:
        return False
