"""What all readers share: where an article is from, and how its fields become an Article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from pipeline.article import Article, Failure, iso_day, scalar, whole
from pipeline.readers.encoding import unmangled

# The fields that mean something; all others are kept.
NAMES = ("id", "text", "date", "title", "source")
# No article is longer than this, and memory has to end somewhere: a text of more characters (spaCy's own limit) is a failure, and
# no file, line or cell of more bytes, in which a text of that length may be escaped, is ever held.
MAX_CHARS = 1_000_000
MAX_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a stream is from: `path` as messages name it, and `name`, its path inside the folder or archive given."""

    path: str
    name: str

    @property
    def stem(self) -> str:
        """The name without its suffix: what ids are made of."""
        return whole(PurePosixPath(self.name).with_suffix("").as_posix())

    def at(self, line: int) -> Origin:
        """The place of one line in it."""
        return replace(self, path=f"{self.path}:{line}")

    def named(self, name: str) -> Origin:
        """The same place, under another name."""
        return replace(self, name=name)

    def inside(self, member: str) -> Origin:
        """A file in this archive."""
        return Origin(f"{self.path}/{member}", member)

    def failure(self, reason: str, id: str = "") -> Failure:
        """What is reported of this place."""
        return Failure(whole(self.path), whole(id), "read", reason)


def known(name: str) -> str:
    """Return the name of a field or column, those that mean something in small letters: spreadsheets begin them with a capital.

    >>> known("Text"), known("Outlet")
    ('text', 'Outlet')
    """
    small = name.strip().lower()
    return small if small in NAMES else name


def made(fields: Mapping[str, Any], origin: Origin, *, id: str, encoding: str = "utf-8") -> Article | Failure:
    """Return the article of a row: `text`, and perhaps `id` (else the one given), `date`, `title`, `source`; the rest is `meta`.

    `meta` also says how the text was read, where that is not plain UTF-8, and keeps a date that is none.
    """
    rest = dict(fields)
    text = rest.pop("text", None)
    named = {name: scalar(rest.pop(name, None)) for name in ("id", "date", "title", "source")}
    named["id"] = named["id"].strip() or id
    if not isinstance(text, str):
        return origin.failure(_no_text(fields), named["id"])
    if not text.strip("\ufeff \t\r\n") or text.isspace():
        return origin.failure("nothing but white space" if text else "empty", named["id"])
    if len(text) > MAX_CHARS:
        return origin.failure(f"longer than {MAX_CHARS:,} characters: no article is", named["id"])
    text, mangled = unmangled(whole(text))
    if mangled or encoding != "utf-8":
        rest["encoding"] = f"{encoding}, {mangled}" if mangled else encoding
    try:
        named["date"] = iso_day(named["date"])
    except ValueError:
        rest["date"] = named.pop("date")
    place = whole(origin.path)
    return Article(text=text, meta=rest, place=place, **{"source": place, **{k: v for k, v in named.items() if v}})


def _no_text(fields: Mapping[str, Any]) -> str:
    """Why a row has no text, which the names of its fields tell: nobody has to look for the line to see that they call it `body`."""
    if "text" in fields:
        return f"the field text is {'null' if fields['text'] is None else 'not a string'}"
    listed = ", ".join(map(str, fields))
    return (
        f"no field text among {whole(listed[:200])}: rename the one that holds the article"
        if fields
        else "no field text"
    )
