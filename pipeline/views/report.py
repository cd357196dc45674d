"""The report: one HTML file in which people read, search and count what a run found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.record import Entity, Event, Mention, Record
from pipeline.views.page import asset, page
from pipeline.views.utf16 import Utf16
from pipeline.writers.tables import join_facts

# What people may type in a search, beside the letters of the texts: Latin and Arabic.
_TYPED = frozenset(map(chr, (*range(0x20, 0x250), *range(0x600, 0x700))))

# More articles than this make a file that browsers open slowly.
LIMIT = 5000

_SCRIPTS = (
    "vendor/echarts.min.js", "vendor/minisearch.js", "vendor/topojson-client.min.js", "assets/common.js", "assets/text.js",
    "assets/charts.js", "assets/report.js",
)  # fmt: skip


def write_report(records: Iterable[Record], path: Path | str, *, limit: int = LIMIT) -> int:
    """Write the report of the first `limit` records as one HTML file that needs no network, and return how many it holds.

    Raises OSError where the file cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report([Record(id="a", sha256="", text="زار الوزير القاهرة.")], Path(folder) / "report.html")
    1
    """
    data = _Data()
    for record in islice(records, limit):
        data.add(record)
    html = page(
        "khabar", "assets/report.html", data.packed(), styles=("assets/common.css", "assets/report.css"),
        scripts=_SCRIPTS, blobs=("vendor/world-110m.json",),
    )  # fmt: skip
    Path(path).write_text(html, "utf-8")
    return len(data.documents)


class _Data:
    """What the page's scripts work from: documents as lists of numbers and texts, and entities gathered over all of them."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []
        self._entities: dict[str, _Gathered] = {}
        self._topics = {row["id"]: (row["label_ar"], row["label_en"]) for row in rows("topics")}
        self._rules: dict[str, int] = {}
        self._letters = set(_TYPED)

    def add(self, record: Record) -> None:
        """Take a record."""
        at = Utf16(record.text)
        things = {e.id: self._entity(e) for e in record.entities}
        places = {m.id: n for n, m in enumerate(record.mentions)}
        self._topics.update((t.id, (t.label_ar, t.label_en)) for t in record.topics)
        self._letters.update(record.text)
        self.documents.append(
            {
                "id": record.id,
                "title": record.title or str(record.meta.get("title", "")),
                "source": record.source,
                "outlet": str(record.meta.get("outlet", "")),
                "date": record.date.value,
                "dated": record.date.source,
                "text": record.text,
                "mentions": [[*self._mention(m, at), things.get(m.entity, -1)] for m in record.mentions],
                "topics": [[t.id, t.score, [places[m] for m in t.mentions]] for t in record.topics],
                "events": [_event(e, places, at) for e in record.events],
                "relations": [
                    [
                        r.type,
                        things[r.subject],
                        things[r.object],
                        places[r.subject_mention],
                        places[r.object_mention],
                        r.score,
                    ]
                    for r in record.relations
                    if r.subject in things and r.object in things
                ],
                "quotations": [
                    [at(q.start), at(q.end), things.get(q.speaker, -1), places.get(q.speaker_mention, -1)]
                    for q in record.quotations
                ],
                "furniture": [[at(s.start), at(s.end)] for s in record.sentences if s.boilerplate],
            }
        )

    def packed(self) -> dict[str, Any]:
        """Return all of it in JSON's terms."""
        return {
            "documents": self.documents,
            "entities": [thing.packed() for thing in self._entities.values()],
            "topics": self._topics,
            "rules": list(self._rules),
            "countries": {r["iso"]: {"ar": r["name"], "en": r["name_en"], "m49": r["m49"]} for r in rows("countries")},
            "points": list(_points()),
            # The matching form, letter by letter, so that a search in the page folds as the pipeline does.
            "folds": {letter: form for letter in sorted(self._letters) if (form := normalise(letter)) != letter},
        }

    def _entity(self, entity: Entity) -> int:
        thing = self._entities.setdefault(entity.key, _Gathered(entity.key, len(self._entities)))
        thing.add(entity)
        return thing.number

    def _mention(self, m: Mention, at: Utf16) -> list[Any]:
        return [at(m.start), at(m.end), m.label, m.value, m.score, self._rules.setdefault(m.by, len(self._rules))]


class _Gathered:
    """An entity over all documents that name it."""

    def __init__(self, key: str, number: int) -> None:
        self.key = key
        self.number = number
        self._labels: Counter[str] = Counter()
        self._names: Counter[str] = Counter()
        self._aliases: Counter[str] = Counter()
        self._links: dict[str, str] = {}
        self._attributes: dict[str, Any] = {}

    def add(self, entity: Entity) -> None:
        self._labels[entity.label] += 1
        self._names[entity.name] += 1
        self._aliases.update(entity.aliases)
        self._links = {**entity.links, **self._links}
        join_facts(self._attributes, entity.attributes)

    def packed(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": self._labels.most_common(1)[0][0],
            "name": self._names.most_common(1)[0][0],
            "aliases": [name for name, _ in self._aliases.most_common(20)],
            "links": self._links,
            "attributes": self._attributes,
        }


def _event(e: Event, places: dict[str, int], at: Utf16) -> dict[str, Any]:
    return {
        "type": e.type,
        "mode": e.mode,
        "modality": e.modality,
        "trigger": [at(e.trigger.start), at(e.trigger.end)],
        "who": [[places[p.mention], p.country] for p in e.who],
        "whom": [[places[p.mention], p.country] for p in e.whom],
        "where": places.get(e.where, -1),
        "when": e.when,
        "forum": places.get(e.forum, -1),
        "topics": [places[t] for t in e.topics],
        "score": e.score,
    }


def _points() -> Iterator[tuple[str, float, float]]:
    for line in asset("vendor/small_countries.tsv").splitlines()[1:]:
        m49, lon, lat = line.split("\t")
        yield m49, float(lon), float(lat)
