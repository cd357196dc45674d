"""JSON lines: an article a line, with the fields `text` and perhaps `id`, `date`, `title`, `source`; all others are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from pipeline.article import Article, Failure, whole
from pipeline.readers.encoding import decode, marked
from pipeline.readers.fields import MAX_BYTES, Origin, known, made
from pipeline.readers.lines import text_stream

_MAX_DEPTH = 100  # of lists and objects in one another: records that hold more are not read back


def read(stream: BinaryIO, origin: Origin) -> Iterator[Article | Failure]:
    """Yield an article a line; a line without an id gets `NAME-LINE`. Broken lines are failures, the others are read.

    JSON that goes over lines, an array of articles or one laid out to be read, is one failure and not one a line.
    """
    lines, encoding = text_stream(stream, lambda sample: marked(sample) or "utf-8")
    number, nothing = 0, True
    while line := lines.readline(MAX_BYTES):
        number += 1
        place = origin.at(number)
        if not line.endswith("\n") and len(line) == MAX_BYTES:
            while (rest := lines.readline(MAX_BYTES)) and not rest.endswith("\n"):
                pass
            nothing = False
            yield place.failure(f"a line of more than {MAX_BYTES >> 20} MiB: no article is that long")
        elif nothing and line.strip("\ufeff \t\r\n") in ("[", "{", "[{"):
            yield origin.failure(
                "JSON over several lines, not an article a line: jq -c '.[]' makes an array into lines"
            )
            return
        elif line.strip():
            nothing = False
            yield _article(line, place, f"{origin.stem}-{number}", encoding)
    if nothing:
        yield origin.failure("empty", origin.stem)


def _article(line: str, place: Origin, id: str, encoding: str) -> Article | Failure:
    try:
        if not _is_whole(line):
            line, encoding = decode(line.encode("utf-8", "surrogateescape"))
        fields = loads(line.lstrip("\ufeff").rstrip("\r\n"))
    except ValueError as e:
        return place.failure(f"broken JSON: {e}")
    if not isinstance(fields, dict):
        array = isinstance(fields, list) and any(isinstance(inner, dict) for inner in fields)
        return place.failure(
            "an array of JSON, not an article a line: jq -c '.[]' makes it into lines" if array else "not a JSON object"
        )
    fields = {name if known(name) in fields else known(name): value for name, value in fields.items()}
    return made(fields, place, id=id, encoding="utf-8" if encoding == "utf-8-sig" else encoding)


def loads(line: str) -> Any:
    """Parse JSON strictly: a key that stands twice is an error; NaN and infinities, which JSON does not have, become null.

    Raises ValueError, also for what is nested too deeply or has numbers too long.

    >>> loads('{"a": NaN}')
    {'a': None}
    """
    try:
        value = json.loads(line, object_pairs_hook=_object, parse_constant=lambda _: None)
        if line.count("[") + line.count("{") > _MAX_DEPTH and _too_deep(value, _MAX_DEPTH):
            raise RecursionError
        return _without_surrogates(value) if "\\ud" in line.lower() else value
    except json.JSONDecodeError as e:  # whose own words call every line the first
        line = f" of line {e.lineno}" if e.lineno > 1 else ""
        raise ValueError(f"{e.msg} at character {e.colno}{line}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _too_deep(value: Any, room: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return room < 0 or any(_too_deep(one, room - 1) for one in inner)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(k for k in keys if keys.count(k) > 1)!r} stands twice")
    return made


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, list):
        return [_without_surrogates(inner) for inner in value]
    if isinstance(value, dict):
        return {whole(key): _without_surrogates(inner) for key, inner in value.items()}
    return value


def _is_whole(line: str) -> bool:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
