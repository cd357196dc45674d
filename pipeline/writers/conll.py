"""CoNLL-2003 and CoNLL-U Plus: a token a line, labels in the BIO scheme.

CoNLL-2003 has one label a token: of nested names the longest, roles and topics left out. Offsets and white space are lost in it.
CoNLL-U Plus has a column a label, which nothing is lost in; the text itself stands in a comment, and each token's place in MISC,
with `GoesOn` and labels where a mention goes on from the sentence before.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
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
        names = bio(record, longest(m for m in record.mentions if m.label in FLAT))
        for sentence in sentences(record):
            for token in sentence:
                tag = names.get(token.start, "O")
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
        mentions = [[m for m in record.mentions if m.label == label] for label in LABELS]
        columns = [bio(record, listed) for listed in mentions]
        starts = [sorted(m.start for m in listed) for listed in mentions]
        for number, sentence in enumerate(sentences(record), 1):
            lines.append(f"# sent_id = {one_line(record.id)}-s{number}")
            lines.append(f"# text = {one_line(record.text[sentence[0].start : sentence[-1].end])}")
            for n, token in enumerate(sentence, 1):
                tags = [column.get(token.start, "O") for column in columns]
                form = one_line(record.text[token.start : token.end])
                misc = f"TokenRange={token.start}:{token.end}"
                if n == 1 and (on := _going_on(token, tags, starts)):
                    misc += f"|GoesOn={','.join(on)}"
                lines.append("\t".join([str(n), form, *tags, misc]))
            lines.append("")
        return ("\n".join(lines) + "\n").encode()


def _going_on(token: Token, tags: list[str], starts: list[list[int]]) -> list[str]:
    """The labels of the mentions that have begun before this first token of a sentence, as where a line ends inside a name."""
    return [
        label
        for label, tag, begun in zip(LABELS, tags, starts, strict=True)
        if tag != "O" and bisect_left(begun, token.start) == bisect_left(begun, token.end)
    ]


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


def bio(record: Record, mentions: Iterable[Mention]) -> dict[int, str]:
    """Return the tag of each token, by its start, that a mention has a part of: `B-` where it or a sentence begins, `I-` where it goes on.

    Of mentions that share a token the first has it.
    """
    places = [(t.start, t.end, n == 0) for sentence in sentences(record) for n, t in enumerate(sentence)]
    starts, ends = [start for start, _, _ in places], [end for _, end, _ in places]
    tags: dict[int, str] = {}
    for m in mentions:
        inside = places[bisect_right(ends, m.start) : bisect_left(starts, m.end)]
        if not any(start in tags for start, _, _ in inside):
            tags |= {
                start: f"{'B' if n == 0 or first else 'I'}-{m.label}" for n, (start, _, first) in enumerate(inside)
            }
    return tags


def longest(mentions: Iterable[Mention]) -> list[Mention]:
    """Keep the longest of mentions that overlap."""
    kept: list[Mention] = []
    for m in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        at = bisect_left(kept, m.start, key=lambda k: k.start)
        if (at == 0 or kept[at - 1].end <= m.start) and (at == len(kept) or m.end <= kept[at].start):
            kept.insert(at, m)
    return kept


def one_line(text: str) -> str:
    """Return a text without tabs and line ends, as long as before.

    >>> one_line("أ\\nب")
    'أ ب'
    """
    return "".join(" " if c.isspace() else c for c in text)
