"""A self-contained HTML page: data, style and scripts in one file that asks nothing of any network.

The page's content security policy lets run the scripts that are named here by their hash and no other, and open no connection:
whatever an article's text holds, it stays text.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Any

# What would end a script element, start a comment in one, or break a line of JavaScript; and what UTF-8 cannot hold.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def page(
    title: str, body: str, data: Any, *, styles: Iterable[str], scripts: Iterable[str], blobs: Iterable[str] = ()
) -> str:
    """Return a page of an asset `body` with `data` in `#data`, the assets `styles` and `scripts`, and files of JSON `blobs` as `#NAME`.

    Raises ValueError for data that JSON has no form for.
    """
    sources = [asset(name) for name in scripts]
    words = json.loads(asset("assets/words.json"))
    parts = {
        "title": html.escape(title),
        "policy": _policy(sources),
        "style": "\n".join(asset(name) for name in styles),
        "body": asset(body),
        "data": "\n".join(
            [_json("data", embedded(data)), _json("words", embedded(words))]
            + [_json(name.split("/")[-1].split(".")[0], embedded(json.loads(asset(name)))) for name in blobs]
        ),
        "scripts": "\n".join(f"<script>{source}</script>" for source in sources),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda m: parts[m[1]], asset("assets/page.html"))


def embedded(data: Any) -> str:
    r"""Return data as JSON that may stand in a script element.

    >>> embedded({"text": "</script>\u2028"})
    '{"text":"\\u003c/script\\u003e\\u2028"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


@lru_cache(maxsize=32)
def asset(name: str) -> str:
    """Return a text file of this package's folder."""
    return files("pipeline.views").joinpath(name).read_text("utf-8")


def _json(name: str, text: str) -> str:
    return f'<script type="application/json" id="{name}">{text}</script>'


def _policy(sources: Iterable[str]) -> str:
    hashes = (base64.b64encode(hashlib.sha256(source.encode()).digest()).decode() for source in sources)
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
