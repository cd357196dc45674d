"""Compressed files and archives, read as they stream, with a limit that zip bombs run into."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

# What comes out may be this many times what went in, once it is more than the first bytes below: Arabic text shrinks to a
# fifth or a tenth, a bomb to a thousandth.
MAX_RATIO = 200
FREE_BYTES = 64 << 20

# What the decompressors raise on broken files, beside what reading any file may raise.
BROKEN = (
    OSError,
    EOFError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    NotImplementedError,
)


def opened(stream: BinaryIO, name: str) -> BinaryIO:
    """Return the stream decompressed by each of its compression suffixes, from the last to the first.

    >>> opened(io.BytesIO(gzip.compress(b"x")), "a.txt.gz").read()
    b'x'
    """
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    if suffix not in _OPENERS:
        return stream
    counted = _Counted(stream)
    return opened(cast(BinaryIO, _Limited(_OPENERS[suffix](counted), counted)), path.with_suffix("").name)


def members(stream: BinaryIO) -> Iterator[tuple[str, BinaryIO | str]]:
    """Yield name and stream of each file in a zip archive, or name and the reason why it cannot be read.

    Names are only names: nothing is ever written by them.
    """
    with zipfile.ZipFile(stream) as archive:
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            if info.filename.endswith("/"):  # is_dir() fails on an empty name
                continue
            name = info.filename.replace("\\", "/").lstrip("/")
            if info.flag_bits & 1:
                yield name, "encrypted"
            elif stat.S_ISLNK(info.external_attr >> 16):
                yield name, "a symbolic link"
            else:
                with archive.open(info) as member:
                    yield name, cast(BinaryIO, _Limited(member, _Fixed(info.compress_size)))


def _zstandard(stream: Any) -> Any:
    try:
        import zstandard
    except ImportError:
        raise ValueError("reading .zst needs zstandard: pip install 'khabar[zst]'") from None
    try:
        return zstandard.ZstdDecompressor(max_window_size=128 << 20).stream_reader(stream, read_across_frames=True)
    except zstandard.ZstdError as e:
        raise ValueError(f"broken zstd: {e}") from None


_OPENERS: dict[str, Callable[[Any], Any]] = {
    ".gz": lambda stream: gzip.GzipFile(fileobj=stream),
    ".xz": lzma.LZMAFile,
    ".bz2": bz2.BZ2File,
    ".zst": _zstandard,
}
COMPRESSED = tuple(_OPENERS)


class _Counted(io.RawIOBase):
    """A stream that knows how many bytes have been read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raw = self._stream.read(len(buffer))
        buffer[: len(raw)] = raw
        self.count += len(raw)
        return len(raw)


class _Fixed:
    """The compressed size of an archive's member, known from its table."""

    def __init__(self, count: int) -> None:
        self.count = count


class _Limited(io.RawIOBase):
    """A decompressed stream that stops with ValueError when far too much comes out of it, or when it is broken.

    Every read is filled as far as it goes; a second buffer around it would lose what came before an error.
    """

    def __init__(self, stream: Any, compressed: _Counted | _Fixed) -> None:
        self._stream = stream
        self._compressed = compressed
        self._out = 0
        self._error: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        filled = 0
        while filled < len(buffer) and not self._error:
            try:
                raw = self._stream.read1(len(buffer) - filled)
            except Exception as e:  # what came before it is handed out first
                self._error = e
                break
            if not raw:
                break
            buffer[filled : filled + len(raw)] = raw
            filled += len(raw)
        if self._error and not filled:
            raise ValueError(f"broken archive: {self._error}") from self._error
        self._out += filled
        if self._out > max(FREE_BYTES, MAX_RATIO * self._compressed.count):
            raise ValueError(f"unpacks to more than {MAX_RATIO} times its size: not read further")
        return filled
