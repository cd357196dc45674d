"""Plain text: a file is an article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pipeline.article import Article, Failure
from pipeline.readers.encoding import decode
from pipeline.readers.fields import MAX_BYTES, Origin, made


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
    yield made({"text": text}, origin, id=origin.stem, encoding=encoding)
