"""Mentions written on a Doc come back as they were, and only on token boundaries."""

from __future__ import annotations

import pytest
from spacy.tokens import DocBin

from pipeline import spans
from pipeline.language import blank
from pipeline.spans import Mention

NLP = blank()
TEXT = "زار وزير خارجية كازاخستان سد النهضة"


def at(words: str, label: str, **more: object) -> Mention:
    start = TEXT.index(words)
    return Mention(start, start + len(words), label, **more)  # type: ignore[arg-type]


PLACE = at("سد النهضة", "LOCATION", score=0.7, by="list", entity="place:سد النهضه")
TOPIC = at("سد النهضة", "TOPIC", value="water-environment", score=0.4, by="terms")


def test_two_labels_of_one_extent_keep_their_own_values() -> None:
    doc = NLP(TEXT)
    spans.write(doc, "places", [PLACE])
    spans.write(doc, "topics", [TOPIC])
    assert spans.read(doc, *spans.GROUPS) == [PLACE, TOPIC]


def test_a_proposal_of_the_same_extent_and_label_leaves_a_mention_as_it_was() -> None:
    doc = NLP(TEXT)
    proposed = at("سد النهضة", "LOCATION", score=0.6, by="model")
    spans.write(doc, "places", [PLACE])
    spans.write(doc, spans.PROPOSALS, [proposed])
    assert spans.read(doc, "places") == [PLACE]
    assert spans.read(doc, spans.PROPOSALS) == [proposed]


def test_a_span_shows_what_was_found() -> None:
    doc = NLP(TEXT)
    spans.write(doc, "places", [PLACE])
    span = doc.spans["places"][0]
    assert (span.text, span.label_, span._.score, span._.by, span._.entity) == (
        "سد النهضة", "LOCATION", 0.7, "list", "place:سد النهضه",
    )  # fmt: skip


def test_writing_again_replaces_the_group() -> None:
    doc = NLP(TEXT)
    spans.write(doc, "places", [PLACE])
    spans.write(doc, "places", [])
    assert spans.read(doc, "places") == []


def test_what_was_found_survives_a_docbin() -> None:
    doc = NLP(TEXT)
    spans.write(doc, "topics", [TOPIC])
    stored = DocBin(docs=[doc], store_user_data=True).to_bytes()
    (again,) = DocBin(store_user_data=True).from_bytes(stored).get_docs(NLP.vocab)
    assert spans.read(again, "topics") == [TOPIC]


def test_a_mention_inside_a_token_is_refused() -> None:
    doc = NLP(TEXT)
    with pytest.raises(ValueError, match="not on token boundaries"):
        spans.write(doc, "places", [Mention(1, 4, "LOCATION")])
    with pytest.raises(ValueError, match="not on token boundaries"):
        spans.located(doc, Mention(1, 4, "LOCATION"))


def test_of_overlapping_mentions_the_longest_stays_then_the_likeliest() -> None:
    short, long = Mention(0, 3, "A", score=0.9), Mention(0, 8, "A", score=0.1)
    other, likelier = Mention(10, 12, "A", score=0.2), Mention(11, 13, "A", score=0.8)
    assert spans.longest([short, long, other, likelier]) == [long, likelier]
