"""The output model: what one document comes out as. Every writer, reader, scorer and view works from it; none looks into spaCy."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Label = Literal[
    "PERSON", "COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM", "DATE", "ROLE", "TOPIC"
]  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DocumentDate(_Part):
    """The document's own date, `YYYY-MM-DD` or empty, and where it is from."""

    value: str = ""
    source: Literal["given", "dateline", "none"] = "none"


class Sentence(_Part):
    """Half-open code point offsets; `boilerplate` marks page furniture, credits and share tails."""

    id: str
    start: int
    end: int
    boilerplate: bool = False


class Mention(_Part):
    """A labelled span: `text == record.text[start:end]`."""

    id: str
    start: int
    end: int
    text: str
    label: Label
    value: str = Field("", description="ISO code, EDTF date, topic id or a person's fullest name, by label")
    entity: str = Field("", description="id of the entity it names")
    sentence: str = Field("", description="id of the sentence it stands in")
    score: float = Field(1.0, ge=0, le=1)
    by: str = Field("", description="the rule or model that made it")


class Entity(_Part):
    """One real-world thing of the document. `key` is the same in every document that names it."""

    id: str
    key: str
    label: Label
    name: str
    aliases: list[str] = []
    mentions: list[str] = []
    links: dict[str, str] = Field({}, description="iso (alpha-2), iso3, m49, wikidata, …")
    attributes: dict[str, Any] = Field({}, description="name_en, type, country, edition, roles, …")


class Topic(_Part):
    """A subject of the document, with the mentions that it rests on."""

    id: str
    label_en: str
    label_ar: str
    score: float = Field(ge=0, le=1)
    mentions: list[str] = []


class Evidence(_Part):
    """Half-open code point offsets of the words that say it."""

    start: int
    end: int


class Relation(_Part):
    """A lasting tie of two entities: `subject` and `object` are entity ids."""

    id: str
    type: Literal["holds_role", "represents", "member_of", "hosts"]
    subject: str
    object: str
    subject_mention: str
    object_mention: str
    evidence: Evidence
    sentence: str = ""
    score: float = Field(1.0, ge=0, le=1)
    by: str = ""


class Trigger(_Part):
    """The word that tells an event."""

    start: int
    end: int
    text: str


class Party(_Part):
    """Who acts or is acted upon: mention id, entity id, and the ISO code of the state it is or acts for."""

    mention: str
    entity: str = ""
    country: str = ""


# Types of events that have no direction: the order of their parties does not count.
MUTUAL = ("CONSULT", "AGREE", "COOPERATE")


class Event(_Part):
    """What one named party does to or with another; types and modes as PLOVER, `cameo` is the CAMEO root code."""

    id: str
    type: Literal[
        "CONSULT", "AGREE", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "REQUEST", "ACCUSE", "REJECT",
        "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
    ]  # fmt: skip
    mode: str = ""
    cameo: str = ""
    trigger: Trigger
    who: list[Party]
    whom: list[Party] = []
    where: str = Field("", description="mention id")
    when: str = Field("", description="EDTF")
    forum: str = Field("", description="mention id")
    topics: list[str] = Field([], description="mention ids")
    modality: Literal["actual", "planned", "called-for", "denied", "possible"] = "actual"
    sentence: str = ""
    score: float = Field(1.0, ge=0, le=1)
    by: str = ""


class Record(_Part):
    """One document: its text as read, and all that was found in it."""

    id: str
    source: str = ""
    title: str = ""
    sha256: str
    date: DocumentDate = DocumentDate()
    text: str
    meta: dict[str, Any] = Field({}, description="the input's other fields, and how it was read (encoding)")
    sentences: list[Sentence] = []
    mentions: list[Mention] = []
    entities: list[Entity] = []
    topics: list[Topic] = []
    relations: list[Relation] = []
    events: list[Event] = []


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
