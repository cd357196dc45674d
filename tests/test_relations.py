"""Ties that a sentence states, each with its two mentions."""

from __future__ import annotations

import pytest
from spacy.language import Language

from pipeline.relations import find_relations

CASES = [
    (
        "an office beside its holder, and the state that it names",
        "استقبل وزير خارجية كازاخستان مراد نورتلو وفدا.",
        {("holds_role", "مراد نورتلو", "وزير خارجية كازاخستان"), ("represents", "مراد نورتلو", "كازاخستان")},
    ),
    (
        "an office between commas after the name",
        "وصل مراد نورتلو، وزير الخارجية الكازاخي، إلى القاهرة.",
        {("holds_role", "مراد نورتلو", "وزير الخارجية الكازاخي"), ("represents", "مراد نورتلو", "الكازاخي")},
    ),
    ("a place named far from the forum hosts nothing", "غادر الوفد القاهرة. وانتهت قمة العشرين.", set()),
]


@pytest.mark.parametrize(("case", "text", "expected"), CASES, ids=[case for case, _, _ in CASES])
def test_ties(rules: Language, case: str, text: str, expected: set[tuple[str, str, str]]) -> None:
    doc = rules(text)
    found = {
        (t.type, text[t.subject.start : t.subject.end], text[t.object.start : t.object.end])
        for t in find_relations(doc)
    }
    assert found == expected, case


def test_a_country_hosts_the_summit_said_to_meet_there(rules: Language) -> None:
    text = "تعقد القمة العربية الثالثة والثلاثون في البحرين."
    found = [(t.type, text[t.subject.start : t.subject.end]) for t in find_relations(rules(text))]
    assert found == [("hosts", "البحرين")]


def test_evidence_holds_both_mentions(rules: Language) -> None:
    doc = rules("استقبل وزير خارجية كازاخستان مراد نورتلو وفدا.")
    for tie in doc._.relations:
        start, end = tie["evidence"]
        assert start <= min(tie["subject"][0], tie["object"][0])
        assert end >= max(tie["subject"][1], tie["object"][1])
