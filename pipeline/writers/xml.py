"""What formats that are XML inside have in common."""

from __future__ import annotations

import re

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return a text without what XML cannot hold.

    >>> clean("a\\x00b")
    'a\ufffdb'
    """
    return _NOT_XML.sub("\ufffd", text)
