"""The things of a document: mentions with one key become one entity, with its names and facts."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.index import index
from pipeline.normalise import normalise, with_article

_TAGGED = re.compile("[#_]+")  # «دونالد #ترمب», «مجلس_الأمن»


@Language.component("khabar_entities", assigns=["doc._.entities"])
def entities(doc: Doc) -> Doc:
    """Complete `doc._.entities`: label, name and aliases for every key that a mention carries, in the order of first mention."""
    facts, text = doc._.entities, index(doc).text
    doc._.entities = {key: _described(doc, text, named, facts.get(key, {})) for key, named in _grouped(doc).items()}
    return doc


def _grouped(doc: Doc) -> dict[str, list[spans.Mention]]:
    grouped: dict[str, list[spans.Mention]] = {}
    for m in spans.read(doc, *spans.GROUPS):
        if m.entity:
            grouped.setdefault(m.entity, []).append(m)
    return grouped


def _described(doc: Doc, text: str, named: list[spans.Mention], facts: dict[str, Any]) -> dict[str, Any]:
    label = _label(named)
    names = Counter(" ".join(_TAGGED.sub(" ", _name(doc, text, m)).split()) for m in named if m.label == label)
    aliases = _distinct(names)
    return {"label": label, "name": _title(label, named, aliases), "aliases": aliases, **facts}


def _label(named: list[spans.Mention]) -> str:
    labels = Counter(m.label for m in named)
    for label in ("PERSON", "COUNTRY"):
        if (
            label in labels
            or (label == "COUNTRY" and "NATIONALITY" in labels)
            or (label == "PERSON" and "ROLE" in labels)
        ):
            return label
    return labels.most_common(1)[0][0]


def _name(doc: Doc, text: str, m: spans.Mention) -> str:
    """The mention's words, with the article that «ل» before them hides («للأمم»)."""
    first = spans.tokens(doc, m)[0]
    word = index(doc).words[first]
    return with_article(word, index(doc).norms[first]) + text[m.start + len(word) : m.end]


def _title(label: str, named: list[spans.Mention], aliases: list[str]) -> str:
    if label == "PERSON":
        return named[0].value or (aliases[0] if aliases else "")
    return max(aliases, key=len, default="")


def _distinct(names: Counter[str]) -> list[str]:
    """The commonest spelling of each form, commonest first."""
    kept: dict[str, str] = {}
    for name, _ in names.most_common():
        kept.setdefault(normalise(name), name)
    return list(kept.values())
