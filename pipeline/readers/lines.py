"""Text streams for the formats that have many articles in a file."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, BinaryIO, cast

_SAMPLE = 1 << 20
_PIPE = 1 << 16  # what a pipe gives at once: a sample of that size may be cut


def text_stream(stream: BinaryIO, guess: Callable[[bytes], str]) -> tuple[io.TextIOWrapper, str]:
    """Return a binary stream as text, with line ends as they are, and its encoding, guessed from its first mebibyte.

    Bytes that are no UTF-8 come as surrogates (`surrogateescape`). Raises ValueError where that is no text.
    """
    buffered = io.BufferedReader(cast(Any, stream), _SAMPLE)
    sample = buffered.peek(_SAMPLE)
    encoding = guess(_up_to_last_line(sample)) if sample else "utf-8"
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return io.TextIOWrapper(buffered, encoding=encoding, errors=errors, newline="\n"), encoding


def _up_to_last_line(sample: bytes) -> bytes:
    """A sample cut inside a letter would look broken."""
    cut = sample.rfind(b"\n")
    return sample[: cut + 1] if len(sample) >= _PIPE and cut > 0 else sample
