"""Further names of the forums of a text: codes in brackets, and short names after the full one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from spacy.tokens import Doc

from pipeline.forums.lexicon import heads, is_adjective
from pipeline.index import index
from pipeline.spans import Mention
from pipeline.tokenise import tokens

_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9+&-]{1,11}")
_MANY = 50  # full names with one head that short names are compared with


def codes(doc: Doc, found: Iterable[Mention]) -> Iterator[Mention]:
    """Yield the acronyms in brackets after a forum: «المنتدى العالمي لمكافحة الإرهاب (GCTF)»."""
    for mention in found:
        span = doc.char_span(mention.start, mention.end)
        at = span.end if span is not None else len(doc)
        if (
            at + 2 < len(doc)
            and doc[at].text == "("
            and doc[at + 2].text == ")"
            and _ACRONYM.fullmatch(doc[at + 1].text)
        ):
            code = doc[at + 1 : at + 2]
            yield Mention(code.start_char, code.end_char, "FORUM", "", 1.0, "pattern:code", mention.entity)


def short_names(doc: Doc, found: list[Mention]) -> Iterator[Mention]:
    """Yield later mentions of a forum by its head and some of its words, in their order."""
    text = index(doc).text
    by_head: dict[str, dict[tuple[str, ...], Mention]] = {}
    for mention in found:
        head, *words = [token.norm for token in tokens(text[mention.start : mention.end])]
        if len(words) > 1 and len(by_head.setdefault(head, {})) < _MANY:
            by_head[head].setdefault(tuple(words), mention)
    norms = index(doc).norms
    for at, head in enumerate(norms):
        if head not in heads():
            continue
        for name, mention in by_head.get(head, {}).items():
            end = _follow(norms, at + 1, name)
            more = end < len(doc) and (is_adjective(doc[end].norm_) or norms[end] == "ضد")
            if doc[at].idx > mention.end and end > at + 1 and len(norms[end - 1]) > 2 and not more:
                span = doc[at:end]
                yield Mention(span.start_char, span.end_char, "FORUM", "", 0.9, "short-name", mention.entity)
                break


def _follow(norms: list[str], at: int, words: Iterable[str]) -> int:
    """Return where the tokens from `at` on, which stand in this order among `words`, end."""
    remaining = iter(words)
    while at < len(norms) and any(word == norms[at] for word in remaining):
        at += 1
    return at
