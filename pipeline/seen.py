"""A set of strings that does not live in memory: for the ids of any number of documents."""

from __future__ import annotations

import sqlite3


class Seen:
    """Remembers keys with a note each, in a temporary file that goes when it is closed.

    >>> seen = Seen()
    >>> seen.first("a", "line 1"), seen.first("b", "line 2"), seen.first("a", "line 3")
    (None, None, 'line 1')
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect(
            "", isolation_level=None
        )  # an empty name: on disk as soon as it grows, never seen by others
        self._base.execute("pragma synchronous = off")
        self._base.execute("pragma journal_mode = off")
        self._base.execute("create table seen (key text primary key, note text) without rowid")

    def first(self, key: str, note: str) -> str | None:
        """Return None and keep the note when the key is new, else the note of its first time."""
        if self._base.execute("insert or ignore into seen values (?, ?)", (key, note)).rowcount:
            return None
        found: tuple[str] = self._base.execute("select note from seen where key = ?", (key,)).fetchone()
        return found[0]

    def close(self) -> None:
        """Forget everything."""
        self._base.close()
