"""brat: `brat/ID.txt` and `brat/ID.ann` in its standoff format, with the `annotation.conf` that it needs.

Offsets are code points, as brat's are. Values are notes of the annotator, ISO codes and Wikidata ids references; events have their trigger as
a text-bound annotation of their type. brat knows no labels across lines: such a span is written in fragments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.record import Event, Mention, Record
from pipeline.seen import Seen
from pipeline.writers.conll import LABELS
from pipeline.writers.files import file_name, short_hash, subfolder, write_whole

_EVENTS = (
    "CONSULT", "AGREE", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST",
    "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip
_RELATIONS = ("holds_role", "represents", "member_of", "hosts")


class Brat:
    """Two files a document."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._folder, self._scratch = subfolder(folder, "brat"), scratch
        self._names = Seen()
        write_whole(self._folder / "annotation.conf", scratch, configuration().encode())

    def add(self, record: Record) -> None:
        """Write the document, the text first: brat looks for the other file then."""
        name = file_name(record.id)
        if self._names.first(name.casefold(), record.id) not in (None, record.id):
            name = f"{name}-{short_hash(record.id)}"
        write_whole(self._folder / f"{name}.txt", self._scratch, record.text.encode())
        write_whole(
            self._folder / f"{name}.ann", self._scratch, "".join(f"{line}\n" for line in standoff(record)).encode()
        )

    def close(self) -> None:
        """Nothing is left to do."""

    def abandon(self) -> None:
        """Forget the names."""
        self._names.close()


def standoff(record: Record) -> Iterator[str]:
    """Yield the lines of the annotation file."""
    ids = {m.id: f"T{n}" for n, m in enumerate(record.mentions, 1)}
    keys = {e.id: e.links for e in record.entities}
    notes = references = 0
    for m in record.mentions:
        yield f"{ids[m.id]}\t{_text_bound(m.label, record.text, m.start, m.end)}"
        if m.value:
            notes += 1
            yield f"#{notes}\tAnnotatorNotes {ids[m.id]}\t{' '.join(m.value.split())}"
        for base, id in _links(m, keys):
            references += 1
            yield f"N{references}\tReference {ids[m.id]} {base}:{id}\t{' '.join(m.text.split())}"
    for n, e in enumerate(record.events, 1):
        trigger = f"T{len(ids) + n}"
        yield f"{trigger}\t{_text_bound(e.type, record.text, e.trigger.start, e.trigger.end)}"
        yield f"E{n}\t{e.type}:{trigger}{''.join(_roles(e, ids))}"
        yield f"A{n}\tModality E{n} {e.modality}"
    for n, r in enumerate(record.relations, 1):
        yield f"R{n}\t{r.type} Arg1:{ids[r.subject_mention]} Arg2:{ids[r.object_mention]}"


def configuration() -> str:
    """Return the `annotation.conf` for these labels."""
    parties = "who*:<ENTITY>, whom*:<ENTITY>, where?:<ENTITY>, forum?:<ENTITY>"
    return "\n".join(
        [
            "[entities]", *LABELS, "", "[relations]", *(f"{r} Arg1:<ENTITY>, Arg2:<ENTITY>" for r in _RELATIONS),
            "<OVERLAP> Arg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]", *(f"{e} {parties}" for e in _EVENTS), "", "[attributes]",
            "Modality Arg:<EVENT>, Value:actual|planned|called-for|denied|possible", "",
        ]
    )  # fmt: skip


def _text_bound(label: str, text: str, start: int, end: int) -> str:
    """Label, offsets and words; a piece for each line that the span stands on."""
    pieces = [
        (start + p.start(), start + p.end())
        for p in re.finditer(r"[^\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+", text[start:end])
    ]
    words = " ".join(text[a:b] for a, b in pieces).replace("\t", " ")  # a tab ends the field
    return f"{label} {';'.join(f'{a} {b}' for a, b in pieces)}\t{words}"


def _links(m: Mention, keys: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    links = keys.get(m.entity, {})
    for base, name in (("ISO", "iso"), ("Wikidata", "wikidata")):
        if links.get(name):
            yield base, links[name]


def _roles(e: Event, ids: dict[str, str]) -> Iterator[str]:
    for side, parties in (("who", e.who), ("whom", e.whom)):
        for n, p in enumerate(parties, 1):
            yield f" {side}{n if n > 1 else ''}:{ids[p.mention]}"
    for name, mention in (("where", e.where), ("forum", e.forum)):
        if mention:
            yield f" {name}:{ids[mention]}"
