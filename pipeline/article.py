"""What goes in: one document to read. No spaCy here, so that readers and the command line start at once."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")


@dataclass(frozen=True, slots=True)
class Article:
    """A document to read. `date`: publication date, `YYYY-MM-DD` or empty. `meta`: whatever else the input says of it.

    `place`: the file and line that it was read from, which messages name, where `source` says something else, as the outlet.
    """

    id: str
    text: str
    date: str = ""
    title: str = ""
    source: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    place: str = field(default="", compare=False, repr=False)

    @property
    def where(self) -> str:
        """Where to look for it."""
        return self.place or self.source


def article(given: str | Mapping[str, Any] | Article) -> Article:
    """Return the Article that a text or a mapping with `text`, and perhaps `id`, `date`, `title`, `source`, stands for.

    Other fields are kept in `meta`. Lone surrogates become U+FFFD. Raises ValueError for an article without text or with a
    date that is none.

    >>> article({"id": 7, "text": "زار القاهرة.", "outlet": "وكالة"})
    Article(id='7', text='زار القاهرة.', date='', title='', source='', meta={'outlet': 'وكالة'})
    """
    if isinstance(given, Article):
        return given
    if not isinstance(given, str | Mapping):
        raise ValueError(f"an article is a text or a mapping that has one, not {type(given).__name__}")
    fields = {"text": given} if isinstance(given, str) else dict(given)
    if "text" not in fields:
        raise ValueError(f"an article needs a text, and this one has {', '.join(map(str, fields)) or 'nothing'}")
    text = fields.pop("text", None)
    if not isinstance(text, str) or not text.strip():
        raise ValueError("an article needs a text that is not empty")
    named = {name: scalar(fields.pop(name, None)) for name in ("id", "date", "title", "source")}
    named["date"] = iso_day(named["date"])
    text = whole(text)
    named["id"] = named["id"] or digest(text)[:16]
    return Article(text=text, meta=fields, **named)


def scalar(value: Any) -> str:
    """Return a field as text: empty for none, `7` for the number 7.

    >>> scalar(0), scalar(None)
    ('0', '')
    """
    return "" if value is None else whole(str(value))


def iso_day(given: str) -> str:
    """Return `YYYY-MM-DD` of a date or date and time in ISO 8601, empty for an empty one; raises ValueError for others.

    The parts may also be apart by slashes or dots and go without their zeros, as long as the year, which no day can be, is first.

    >>> iso_day("2023-11-06T21:30:00+03:00"), iso_day("2023/11/6")
    ('2023-11-06', '2023-11-06')
    """
    if not given.strip():
        return ""
    try:
        if parts := _YEAR_FIRST.fullmatch(given.strip()):
            return datetime.date(*map(int, parts.groups())).isoformat()
        return datetime.datetime.fromisoformat(given.strip()).date().isoformat()
    except ValueError:
        raise ValueError(f"{given!r} is no date: YYYY-MM-DD is expected") from None


def whole(text: str) -> str:
    """Return the text with lone surrogates, which JSON can bring in and UTF-8 cannot write, as U+FFFD; offsets stay.

    >>> whole("a\\ud800")
    'a\ufffd'
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def reason(error: Exception) -> str:
    """Return what an error says, a file that cannot be read or written by its name and without the number of the error.

    >>> reason(FileNotFoundError(2, "No such file or directory", "a.txt"))
    'a.txt: No such file or directory'
    """
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error) or type(error).__name__


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be done: `source` is the file (and line) it is from, `stage` where it failed, `reason` why."""

    source: str
    id: str
    stage: str
    reason: str

    @property
    def where(self) -> str:
        """Where to look for it."""
        return self.source
