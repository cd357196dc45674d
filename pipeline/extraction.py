"""From articles to records: the pipeline as a function."""

from __future__ import annotations

import bisect
import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import spans
from pipeline.article import Article, article, digest
from pipeline.index import index, sentence_starts
from pipeline.record import (
    DocumentDate,
    Entity,
    Event,
    Evidence,
    Mention,
    Party,
    Quotation,
    Record,
    Relation,
    Sentence,
    Topic,
    Trigger,
)

# Word forms that the vocabulary keeps; most that come later are rare, and without a bound they would fill the memory.
_COMMON = 100_000

# The facts of an entity that the record names apart; all others are its attributes.
_NAMED_FACTS = ("label", "name", "aliases", "links")


def extract(text: str, *, id: str | None = None, date: str | datetime.date | None = None) -> Record:
    """Return what one Arabic text says.

    `date`: the day it was published, which anchors relative dates; `id`: a name for it, else the start of its SHA-256.
    Raises ValueError for a date that is none.

    >>> record = extract("زار وزير خارجية كازاخستان القاهرة.", date="2023-11-06")
    >>> [m.value for m in record.mentions if m.label == "COUNTRY"]
    ['KZ']
    """
    return next(extract_many([{"id": id or "", "text": text, "date": str(date or "")}]))


def extract_many(articles: Iterable[str | Mapping[str, Any] | Article], *, batch_size: int = 64) -> Iterator[Record]:
    """Yield a record an article, in the order given.

    An article is a text, or a mapping with `text` and perhaps `id`, `date`, `title`, `source`; other fields are kept in `record.meta`.
    Raises ValueError for an article without text or with a date that is none, TypeError where one text is given in place of several.

    >>> [r.id for r in extract_many([{"id": "a", "text": "زار القاهرة."}])]
    ['a']
    """
    if isinstance(articles, str | Mapping):
        raise TypeError("one article where several are expected: extract() reads one")
    yield from records(_loaded(), map(article, articles), batch_size=batch_size)


def records(nlp: Language, articles: Iterable[Article], *, batch_size: int = 64) -> Iterator[Record]:
    """Yield a record an article from a pipeline at hand. Raises ValueError for a batch size under 1."""
    if batch_size < 1:
        raise ValueError(f"a batch has one article or more, not {batch_size}")

    given = iter(articles)
    while batch := list(islice(given, batch_size)):
        with _vocabulary(nlp):
            docs = nlp.pipe(((prepare(nlp, one), one) for one in batch), as_tuples=True, batch_size=batch_size)
            made = [record_of(doc, one) for doc, one in docs]
        yield from made


def _vocabulary(nlp: Language) -> AbstractContextManager[object]:
    """Return a context whose new word forms spaCy forgets when it ends, once the vocabulary has the common ones."""
    inside: bool = nlp.vocab.in_memory_zone  # type: ignore[attr-defined]  # spaCy's stub leaves it out
    return nlp.memory_zone() if len(nlp.vocab.strings) > _COMMON and not inside else nullcontext()


def prepare(nlp: Language, one: Article) -> Doc:
    """Return the article's tokens with its given date, ready for the stages."""
    doc = nlp.make_doc(one.text)
    doc._.given_date = one.date
    return doc


def record_of(doc: Doc, one: Article) -> Record:
    """Return the record of a Doc that has been through the stages."""
    maker = _Maker(doc)
    return Record(
        id=one.id,
        source=one.source,
        title=one.title,
        sha256=digest(maker.text),
        date=DocumentDate(value=doc._.date, source=doc._.date_source),
        text=maker.text,
        meta=one.meta,
        sentences=maker.sentences,
        mentions=maker.mentions,
        entities=maker.entities(),
        topics=maker.topics(),
        relations=maker.relations(),
        events=maker.events(),
        quotations=maker.quotations(),
    )


class _Maker:
    """Gives ids to what stands on a Doc, so that the parts of its record point at each other."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.text = index(doc).text
        self.sentences = list(self._sentences())
        found = spans.read(doc, *spans.GROUPS)
        self._entity_ids = {key: f"e{n}" for n, key in enumerate(doc._.entities, 1)}
        self._sentence_ends = [sentence.end for sentence in self.sentences]
        self._at = {(m.start, m.end, m.label): self._mention(n, m) for n, m in enumerate(found, 1)}
        self.mentions = list(self._at.values())
        self._named: dict[str, list[str]] = {id: [] for id in self._entity_ids.values()}
        for m in self.mentions:
            if m.entity:
                self._named[m.entity].append(m.id)

    def _sentences(self) -> Iterator[Sentence]:
        flagged = {tuple(place) for place in self.doc._.boilerplate}
        at, n = index(self.doc), 0
        for first, after in pairwise([*sentence_starts(self.doc), len(self.doc)]):
            whole = at.starts[first], at.ends[after - 1]
            start, end = _trimmed(self.text, *whole)
            if start < end:
                n += 1
                furniture = not flagged.isdisjoint((whole, (start, end)))
                yield Sentence(id=f"s{n}", start=start, end=end, boilerplate=furniture)

    def _sentence_at(self, start: int) -> str:
        n = bisect.bisect_right(self._sentence_ends, start)
        return self.sentences[n].id if n < len(self.sentences) else ""

    def _mention(self, n: int, m: spans.Mention) -> Mention:
        return Mention(
            id=f"m{n}",
            start=m.start,
            end=m.end,
            text=self.text[m.start : m.end],
            label=m.label,  # type: ignore[arg-type]
            value=m.value,
            entity=self._entity_ids.get(m.entity, ""),
            sentence=self._sentence_at(m.start),
            score=round(m.score, 4),
            by=m.by,
        )

    def entities(self) -> list[Entity]:
        made = []
        for key, facts in self.doc._.entities.items():
            attributes = {name: value for name, value in facts.items() if name not in _NAMED_FACTS}
            made.append(
                Entity(
                    id=self._entity_ids[key],
                    key=key,
                    label=facts["label"],
                    name=facts["name"],
                    aliases=facts["aliases"],
                    mentions=self._named[self._entity_ids[key]],
                    links=facts.get("links", {}),
                    attributes=attributes,
                )
            )
        return made

    def topics(self) -> list[Topic]:
        return [
            Topic(
                id=t["id"], label_en=t["label_en"], label_ar=t["label_ar"], score=round(t["score"], 4),
                mentions=[self._id([start, end, "TOPIC"]) for start, end in t["mentions"]],
            )
            for t in self.doc._.topics
        ]  # fmt: skip

    def relations(self) -> list[Relation]:
        made: list[Relation] = []
        for r in self.doc._.relations:
            start, end = r["evidence"]
            made.append(
                Relation(
                    id=f"r{len(made) + 1}",
                    type=r["type"],
                    subject=self._entity_of(r["subject"]),
                    object=self._entity_of(r["object"]),
                    subject_mention=self._id(r["subject"]),
                    object_mention=self._id(r["object"]),
                    evidence=Evidence(start=start, end=end),
                    sentence=self._sentence_at(start),
                    score=round(r["score"], 4),
                    by=r["by"],
                )
            )
        return made

    def events(self) -> list[Event]:
        made: list[Event] = []
        for e in self.doc._.events:
            made.append(
                Event(
                    id=f"v{len(made) + 1}",
                    type=e["type"],
                    mode=e["mode"],
                    cameo=e["cameo"],
                    trigger=self._trigger(e["trigger"]),
                    who=[self._party(p) for p in e["who"]],
                    whom=[self._party(p) for p in e["whom"]],
                    where=self._id(e["where"]),
                    when=e["when"],
                    forum=self._id(e["forum"]),
                    topics=[self._id(t) for t in e["topics"]],
                    modality=e["modality"],
                    sentence=self._sentence_at(e["trigger"][0]),
                    score=round(e["score"], 4),
                    by=e["by"],
                )
            )
        return made

    def quotations(self) -> list[Quotation]:
        made: list[Quotation] = []
        for q in self.doc._.quotations:
            start, end = q["place"]
            made.append(
                Quotation(
                    id=f"q{len(made) + 1}",
                    start=start,
                    end=end,
                    text=self.text[start:end],
                    speaker=self._entity_of(q["speaker"]),
                    speaker_mention=self._id(q["speaker"]),
                    cue=self._trigger(q["cue"]),
                    sentence=self._sentence_at(start),
                    score=round(q["score"], 4),
                    by=q["by"],
                )
            )
        return made

    def _trigger(self, place: Sequence[int]) -> Trigger:
        start, end = place
        return Trigger(start=start, end=end, text=self.text[start:end])

    def _party(self, party: Mapping[str, Any]) -> Party:
        place = party["mention"]
        return Party(mention=self._id(place), entity=self._entity_of(place), country=party["country"])

    def _id(self, place: Any) -> str:
        """The id of the mention at a place, as stages write it: [start, end, label], or nothing."""
        return self._at[tuple(place)].id if place else ""

    def _entity_of(self, place: Any) -> str:
        return self._at[tuple(place)].entity if place else ""


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


@lru_cache(maxsize=1)
def _loaded() -> Language:
    from pipeline.language import build

    return build()
