"""Who did what with whom: triggers, parties with their states, time, place and modality."""

from __future__ import annotations

from typing import Any

import pytest
from spacy.language import Language

from pipeline.events import Frame, Told, Trigger, Weights, distinct, frames, inflections, load_weights
from pipeline.normalise import normalise
from pipeline.parties import Party, parties


def told(nlp: Language, text: str) -> list[dict[str, Any]]:
    doc = nlp(text)
    return [
        {
            **e,
            "who": {text[p["mention"][0] : p["mention"][1]] for p in e["who"]},
            "whom": {text[p["mention"][0] : p["mention"][1]] for p in e["whom"]},
            "countries": {p["country"] for p in (*e["who"], *e["whom"])},
        }
        for e in doc._.events
    ]


@pytest.mark.parametrize(
    ("base", "kind", "forms"),
    [
        ("التقى", "perfect", ["التقت", "التقوا"]),
        ("زار", "perfect", ["زارت", "زاروا"]),
        ("يلتقي", "imperfect", ["سيلتقي", "تلتقي", "يلتقون"]),
        ("زيارة", "noun", ["الزيارة", "زيارته", "زيارتها"]),
        ("داعي", "participle", ["داعيا", "داعية"]),
    ],
)
def test_a_trigger_is_known_in_its_inflections(base: str, kind: str, forms: list[str]) -> None:
    known = set(inflections(base, kind))
    assert {normalise(form) for form in forms} <= known


def test_one_word_may_trigger_several_types() -> None:
    assert {frame.type for frame in frames()[normalise("سحب")]} >= {"RETREAT"}


@pytest.mark.parametrize(
    ("case", "text", "type_", "parties_", "countries"),
    [
        (
            "a minister meets his counterpart",
            "التقى وزير الخارجية المصري سامح شكري نظيره الأردني أيمن الصفدي في القاهرة.",
            "CONSULT", {"سامح شكري", "أيمن الصفدي"}, {"EG", "JO"},
        ),
        (
            "a president receives a minister",
            "استقبل الرئيس المصري عبد الفتاح السيسي اليوم وزير الخارجية الأمريكي أنتوني بلينكن.",
            "CONSULT", {"عبد الفتاح السيسي", "أنتوني بلينكن"}, {"EG", "US"},
        ),
        ("talks between two states", "عقدت مباحثات بين مصر والأردن في عمّان.", "CONSULT", {"مصر", "الأردن"}, {"EG", "JO"}),
    ],
)  # fmt: skip
def test_an_event_names_its_parties(
    nlp: Language, case: str, text: str, type_: str, parties_: set[str], countries: set[str]
) -> None:
    found = [e for e in told(nlp, text) if e["type"] == type_ and e["who"] | e["whom"] == parties_]
    assert found, case
    assert found[0]["countries"] == countries
    assert text[slice(*found[0]["trigger"])]


def test_an_event_has_time_place_and_code(nlp: Language) -> None:
    doc = nlp.make_doc("التقى وزير الخارجية المصري سامح شكري نظيره الأردني أيمن الصفدي أمس في القاهرة.")
    doc._.given_date = "2024-03-07"
    for _, stage in nlp.pipeline:
        doc = stage(doc)
    (event,) = [e for e in doc._.events if e["type"] == "CONSULT"]
    start, end, _ = event["where"]
    assert (event["when"], doc.text[start:end], event["cameo"], event["modality"]) == (
        "2024-03-06",
        "القاهرة",
        "04",
        "actual",
    )


def test_a_month_is_no_verb(nlp: Language) -> None:
    found = told(nlp, "وصل الرئيس المصري عبد الفتاح السيسي إلى الأردن في 12 مارس 2024.")
    assert "مارس" not in {
        e["trigger"] and "وصل الرئيس المصري عبد الفتاح السيسي إلى الأردن في 12 مارس 2024."[slice(*e["trigger"])]
        for e in found
    }


def test_a_text_without_parties_has_no_event(nlp: Language) -> None:
    assert told(nlp, "عُقد اجتماع أمس.") == []


def test_a_role_and_its_holder_are_one_party(rules: Language) -> None:
    doc = rules("قال وزير الخارجية الأميركي، جون كيري، إنه التقى نظيره الروسي سيرغي لافروف.")
    assert [(doc[p.start : p.end].text, p.country) for p in parties(doc)] == [
        ("وزير الخارجية الأميركي، جون كيري", "US"),
        ("الروسي سيرغي لافروف", "RU"),
    ]


def event(type_: str, who: str, whom: str, score: float) -> Told:
    def party(key: str) -> tuple[Party, ...]:
        return tuple(Party(0, 1, (0, 1, "COUNTRY"), k, k) for k in key)

    return Told(Trigger(0, Frame(type_, "meeting", 0, "noun")), party(who), party(whom), score)


def test_what_is_told_twice_counts_once() -> None:
    full, part, other = event("CONSULT", "A", "B", 0.5), event("CONSULT", "B", "", 0.9), event("ACCUSE", "A", "B", 0.4)
    assert [t.trigger.frame.type for t in distinct([full, part])] == ["CONSULT"]
    assert distinct([full, part]) == [full]
    assert len(distinct([event("ACCUSE", "A", "B", 0.5), event("ACCUSE", "B", "A", 0.5)])) == 2
    assert other not in distinct([full])


def test_the_weights_are_complete() -> None:
    weights = load_weights()
    assert isinstance(weights, Weights)
    assert set(weights.part) == {"who", "whom", "none"}
    assert set(weights.trigger) == {"yes", "no"}
    assert set(weights.thresholds) == {"trigger", "part", "joined", "best"}
