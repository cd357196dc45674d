"""CoNLL-2003 and CoNLL-U Plus: a token a line, labels in the BIO scheme.

CoNLL-2003 has one label a token: of nested names the longest, roles and topics left out. Offsets and white space are lost in it.
CoNLL-U Plus has a column a label, which nothing is lost in; the text itself stands in a comment, and each token's place in MISC.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pipeline.record import Mention, Record
from pipeline.tokenise import Token, tokens
from pipeline.writers.files import Stream

# Labels of names, which a flat scheme can hold.
FLAT = ("PERSON", "COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM", "DATE")
LABELS = (*FLAT, "ROLE", "TOPIC")


class Conll2003(Stream):
    """`documents.conll`: token, two empty columns, label; an empty line after each sentence."""

    name = "documents.conll"

    def piece(self, record: Record) -> bytes:
        """Return a document."""
        lines = ["-DOCSTART- -X- -X- O", ""]
        names = longest(m for m in record.mentions if m.label in FLAT)
        for sentence in sentences(record):
            for token, tag in zip(sentence, bio(sentence, names), strict=True):
                word = "".join(record.text[token.start : token.end].split())
                lines.append(f"{word} -X- -X- {tag}")
            lines.append("")
        return ("\n".join(lines) + "\n").encode()


class ConlluPlus(Stream):
    """`documents.conllup`: ID, FORM, a column a label, MISC."""

    name = "documents.conllup"
    head = ("# global.columns = ID FORM " + " ".join(f"KHABAR:{label}" for label in LABELS) + " MISC\n").encode()

    def piece(self, record: Record) -> bytes:
        """Return a document."""
        lines = [
            f"# newdoc id = {one_line(record.id)}",
            f"# document_text = {json.dumps(record.text, ensure_ascii=False)}",
        ]
        by_label = {label: [m for m in record.mentions if m.label == label] for label in LABELS}
        for number, sentence in enumerate(sentences(record), 1):
            lines.append(f"# sent_id = {one_line(record.id)}-s{number}")
            lines.append(f"# text = {one_line(record.text[sentence[0].start : sentence[-1].end])}")
            columns = [bio(sentence, by_label[label]) for label in LABELS]
            for n, (token, *tags) in enumerate(zip(sentence, *columns, strict=True), 1):
                form = one_line(record.text[token.start : token.end])
                lines.append("\t".join([str(n), form, *tags, f"TokenRange={token.start}:{token.end}"]))
            lines.append("")
        return ("\n".join(lines) + "\n").encode()


def sentences(record: Record) -> Iterator[list[Token]]:
    """Yield the tokens of each sentence; the whole text is one where none were found."""
    ends = [s.end for s in record.sentences] or [len(record.text)]
    sentence: list[Token] = []
    at = 0
    for token in tokens(record.text):
        while at < len(ends) - 1 and token.start >= ends[at]:
            if sentence:
                yield sentence
            sentence, at = [], at + 1
        sentence.append(token)
    if sentence:
        yield sentence


def bio(sentence: list[Token], mentions: Iterable[Mention]) -> list[str]:
    """Return a tag a token: `B-` where a mention begins, `I-` where it goes on, `O` elsewhere. Mentions that share a token: the first has it."""
    tags = ["O"] * len(sentence)
    for m in mentions:
        inside = [n for n, t in enumerate(sentence) if t.start < m.end and m.start < t.end]
        if inside and all(tags[n] == "O" for n in inside):
            for n in inside:
                tags[n] = f"{'B' if n == inside[0] else 'I'}-{m.label}"
    return tags


def longest(mentions: Iterable[Mention]) -> list[Mention]:
    """Keep the longest of mentions that overlap."""
    kept: list[Mention] = []
    for m in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if all(k.end <= m.start or m.end <= k.start for k in kept):
            kept.append(m)
    return sorted(kept, key=lambda m: m.start)


def one_line(text: str) -> str:
    """Return a text without tabs and line ends, as long as before.

    >>> one_line("أ\\nب")
    'أ ب'
    """
    return "".join(" " if c.isspace() else c for c in text)
