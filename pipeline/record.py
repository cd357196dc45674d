"""The output model: what one document comes out as. Every writer, reader, scorer and view works from it; none looks into spaCy."""

from __future__ import annotations

import json
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Label = Literal[
    "PERSON", "COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM", "DATE", "ROLE", "TOPIC"
]  # fmt: skip
LABELS: tuple[str, ...] = get_args(Label)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DocumentDate(_Part):
    """The document's own date, `YYYY-MM-DD` or empty, and where it is from."""

    value: str = Field(default="", description="`YYYY-MM-DD`, or empty where nothing says it")
    source: Literal["given", "dateline", "none"] = Field(
        default="none", description="Who says it: the caller or input (`given`), the text's own dateline, or nobody"
    )


class Sentence(_Part):
    """Half-open code point offsets; `boilerplate` marks page furniture, credits and share tails."""

    id: str = Field(description="`s1`, `s2`, …")
    start: int = Field(description="Where it begins")
    end: int = Field(description="Where it ends (excluded)")
    boilerplate: bool = Field(default=False, description="Whether it is page furniture, a credit or a share line")


class Mention(_Part):
    """A labelled span: `text == record.text[start:end]`."""

    id: str = Field(description="`m1`, `m2`, …")
    start: int = Field(description="Where it begins: after proclitics, so «وكازاخستان» gives «كازاخستان»")
    end: int = Field(description="Where it ends (excluded)")
    text: str = Field(description="`text[start:end]`")
    label: Label = Field(description="What it is")
    value: str = Field(
        default="",
        description="COUNTRY and NATIONALITY: ISO 3166-1 alpha-2. DATE: EDTF. PERSON: the fullest form of the name in the document. ROLE: its holder. TOPIC: topic id. Empty where it cannot be known",
    )
    entity: str = Field(default="", description="The entity that it names")
    sentence: str = Field(default="", description="The sentence in which it stands")
    score: float = Field(default=1.0, ge=0, le=1, description="How sure the rule or model is")
    by: str = Field(default="", description="The rule or model that made it")


class Entity(_Part):
    """One real-world thing of the document. `key` is the same in every document that names it."""

    id: str = Field(description="`e1`, `e2`, … within the document")
    key: str = Field(
        description="The same in every document that surely names the same thing: `country:KZ`, `wd:Q1520`, `person:…`, `org:…`, `forum:…`, `place:…`"
    )
    label: Label = Field(description="What it is: a country, whether its name or its nationality is mentioned")
    name: str = Field(description="Its name: as listed, else as the document has it most fully")
    aliases: list[str] = Field(default=[], description="Its names in this document")
    mentions: list[str] = Field(default=[], description="Its mentions")
    links: dict[str, str] = Field(
        default={}, description="Its ids elsewhere: `iso`, `iso3`, `m49`, `wikidata`, `geonames`"
    )
    attributes: dict[str, Any] = Field(
        default={},
        description="Facts by kind: `name_en`, `type`, `country`, `lat` and `lon`, `roles` and `country` of people, `romanised` of people and places without `name_en`, `edition` (`editions` where a text names several), `host` and `parties` of forums",
    )


class Topic(_Part):
    """A subject of the document, with the mentions that it rests on."""

    id: str = Field(description="Of the topic list")
    label_en: str = Field(description="Its name in English")
    label_ar: str = Field(description="Its name in Arabic")
    score: float = Field(ge=0, le=1, description="How surely the document is about it")
    mentions: list[str] = Field(default=[], description="The TOPIC mentions it rests on")


class Evidence(_Part):
    """Half-open code point offsets of the words that say it."""

    start: int = Field(description="Where the words begin")
    end: int = Field(description="Where they end (excluded)")


class Relation(_Part):
    """A lasting tie of two entities: `subject` and `object` are entity ids."""

    id: str = Field(description="`r1`, `r2`, …")
    type: Literal["holds_role", "represents", "member_of", "hosts"] = Field(
        description="A person and an office; a person and the state or body the office is of; a member and its organisation; a country or place and the forum it hosts"
    )
    subject: str = Field(description="Entity of the person, member or host")
    object: str = Field(description="Entity of the other side")
    subject_mention: str = Field(description="Where the one is named")
    object_mention: str = Field(description="Where the other is named")
    evidence: Evidence = Field(description="The words that say it")
    sentence: str = Field(default="", description="The sentence in which it is said")
    score: float = Field(default=1.0, ge=0, le=1, description="How sure it is")
    by: str = Field(default="", description="The rule that made it")


class Trigger(_Part):
    """The word that tells an event or announces a quotation."""

    start: int = Field(description="Where the word begins")
    end: int = Field(description="Where it ends (excluded)")
    text: str = Field(description="The word")


class Party(_Part):
    """Who acts or is acted upon: mention id, entity id, and the ISO code of the state it is or acts for."""

    mention: str = Field(description="The mention that names it nearest to the trigger")
    entity: str = Field(default="", description="Its entity")
    country: str = Field(default="", description="ISO code of the state that it is or acts for; empty for others")


# Types of events that have no direction: the order of their parties does not count.
MUTUAL = ("CONSULT", "AGREE", "COOPERATE")


class Event(_Part):
    """What one named party does to or with another; types and modes as PLOVER, `cameo` is the CAMEO root code."""

    id: str = Field(description="`v1`, `v2`, …")
    type: Literal[
        "CONSULT", "AGREE", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "REQUEST", "ACCUSE", "REJECT",
        "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
    ] = Field(description="The type, as in PLOVER")  # fmt: skip
    mode: str = Field(default="", description="Of CONSULT: meeting, visit, call, talks, mediation")
    cameo: str = Field(default="", description="The CAMEO root code")
    trigger: Trigger = Field(description="The word that tells it")
    who: list[Party] = Field(description="Who acts; of CONSULT, AGREE and COOPERATE, which have no direction, one side")
    whom: list[Party] = Field(default=[], description="Whom it is done to or with")
    where: str = Field(default="", description="The mention of the place, in its sentence or where it is told again")
    when: str = Field(
        default="",
        description="When, in EDTF, by its sentence, where it is told again, or the talks of the day at which it is said",
    )
    forum: str = Field(default="", description="The mention of the forum in which it took place")
    topics: list[str] = Field(
        default=[],
        description="The mentions of what it was about, in its sentence and where the same states are said to discuss it",
    )
    modality: Literal["actual", "planned", "called-for", "denied", "possible"] = Field(
        default="actual", description="Whether it happened, is planned, called for, denied or merely possible"
    )
    sentence: str = Field(default="", description="The sentence that tells it")
    score: float = Field(default=1.0, ge=0, le=1, description="How sure it is")
    by: str = Field(default="", description="The rule or model that made it")


class Quotation(_Part):
    """Words between quotation marks that someone is said to have said."""

    id: str = Field(description="`q1`, `q2`, …")
    start: int = Field(description="Where the words begin, after the quotation mark")
    end: int = Field(description="Where they end (excluded), before the mark that closes")
    text: str = Field(description="`text[start:end]`")
    speaker: str = Field(
        default="", description="Entity of who says them; empty where nobody says who, or someone whom no mention names"
    )
    speaker_mention: str = Field(default="", description="The mention that names the speaker")
    cue: Trigger = Field(description="The word that announces them («قال», «وفق»), or the colon after a name")
    sentence: str = Field(default="", description="The sentence in which they begin")
    score: float = Field(default=1.0, ge=0, le=1, description="How sure it is")
    by: str = Field(default="", description="The rule that made it")


class Record(_Part):
    """One document: its text as read, and all that was found in it."""

    id: str = Field(description="The article's id: as given, else the start of its SHA-256")
    source: str = Field(default="", description="The file that it came from")
    title: str = Field(default="", description="Its title, where the input has one apart from the text")
    sha256: str = Field(description="SHA-256 of the text in UTF-8: whether two runs read the same text")
    date: DocumentDate = Field(
        default=DocumentDate(), description="The document's own date, which relative dates count from"
    )
    text: str = Field(description="The text as read, never changed; all offsets are of its code points")
    meta: dict[str, Any] = Field(default={}, description="The input's other fields as they came, and how it was read")
    sentences: list[Sentence] = Field(default=[], description="Its sentences")
    mentions: list[Mention] = Field(
        default=[],
        description="Every labelled span, in the order of the text, the longer first; spans of different labels may nest or overlap",
    )
    entities: list[Entity] = Field(
        default=[], description="The things that mentions name, in the order of their first mention"
    )
    topics: list[Topic] = Field(default=[], description="What the document is about, the surest first")
    relations: list[Relation] = Field(default=[], description="Lasting ties of entities")
    events: list[Event] = Field(default=[], description="Who did what to or with whom")
    quotations: list[Quotation] = Field(default=[], description="Who said what, in quotation marks")


# The lists of a record, as a run counts them.
PARTS = tuple(name for name, field in Record.model_fields.items() if get_origin(field.annotation) is list)


def schema_text() -> str:
    """Return the JSON Schema of a record as the text of `schema.json`."""
    return json.dumps(Record.model_json_schema(), ensure_ascii=False, indent=2) + "\n"


def fault(error: ValidationError) -> str:
    """Return in a line what is wrong first, and where in the record.

    >>> try: Record.model_validate({"id": "a", "text": "", "sha256": "", "mentions": [{"id": "m1"}]})
    ... except ValidationError as e: print(fault(e))
    mentions.0.start: Field required (and 3 more)
    """
    first, *others = error.errors()
    more = f" (and {len(others)} more)" if others else ""
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}{more}"
