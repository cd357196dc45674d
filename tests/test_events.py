"""Who did what with whom: triggers, parties with their states, time, place and modality."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from spacy.language import Language

from pipeline.events import choices, learned
from pipeline.events.circumstances import days, discussed, forum, topics, when, where
from pipeline.events.rules import Weights, load_weights
from pipeline.events.scene import Scene
from pipeline.events.told import Frame, Told, Trigger, distinct
from pipeline.events.triggers import frames, inflections
from pipeline.index import index
from pipeline.normalise import normalise
from pipeline.parties import Party, parties
from pipeline.tagger import Reader, Telling
from pipeline.trees import Trees, logit


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


@pytest.mark.parametrize(
    ("case", "text", "states"),
    [
        ("a leader of the list needs no office", "اتهم بوتين كييف بالمماطلة.", {"بوتين": "RU"}),
        ("an envoy of a body acts for no state", "وصل المبعوث الأممي إلى اليمن مارتن غريفيث.", {"مارتن غريفيث": ""}),
        ("nor does he of a body that the office names", "قال ممثل الأمم المتحدة في لبنان كريم جابر.", {"كريم جابر": ""}),
        ("an envoy of a state acts for it", "قال السفير المصري لدى لبنان كريم جابر.", {"كريم جابر": "EG"}),
        ("an office without its state is the home state's", "قال وزير العدل كريم جابر إن المغرب سيرد. وأكد المغرب ذلك لإسبانيا.", {"كريم جابر": "MA"}),
        ("the news agency tells the home state", "عمان (بترا) - التقى وزير العدل كريم جابر نظيره المصري سليم حداد.", {"كريم جابر": "JO", "سليم حداد": "EG"}),
        ("a journalist acts for no state", "قال الصحفي المصري كريم جابر.", {"كريم جابر": ""}),
        ("an armed group acts for no state, a ministry does", "اتهمت وزارة الخارجية اليمنية جماعة الحوثي.", {"وزارة الخارجية اليمنية": "YE", "جماعة الحوثي": ""}),
        ("a people acts for no state", "دعم الرئيس المصري الشعب السوري.", {"السوري": ""}),
        ("nor do companies", "عاقبت واشنطن شركات صينية وروسية.", {"صينية": "", "روسية": ""}),
    ],
)  # fmt: skip
def test_a_party_acts_for_its_state(rules: Language, case: str, text: str, states: dict[str, str]) -> None:
    found = {text[p.mention[0] : p.mention[1]]: p.country for p in parties(rules(text))}
    assert {name: found.get(name) for name in states} == states, case


def of_march(rules: Language, text: str) -> Scene:
    """A text of 7 March 2024."""
    doc = rules.make_doc(text)
    doc._.given_date = "2024-03-07"
    for _, stage in rules.pipeline:
        doc = stage(doc)
    return Scene(doc)


def circumstances(
    rules: Language, text: str, type_: str, mode: str, word: str, modality: str = "actual"
) -> dict[str, Any]:
    """When, where and at which forum, of an event of that kind told by that word, with the people of the text as parties."""
    scene = of_march(rules, text)
    frame = Frame(type_, mode, -1, "model")
    people = tuple(p for p in scene.parties if p.mention[2] == "PERSON")
    told_ = Told(Trigger(scene.norms.index(normalise(word)), frame), people, (), 1.0, modality)
    place, meets = where(scene, told_), forum(scene, told_.trigger)
    return {
        "when": when(scene, told_),
        "where": text[slice(*place[:2])] if place else "",  # type: ignore[misc]
        "forum": bool(meets),
    }


@pytest.mark.parametrize(
    ("case", "text", "kind", "expected"),
    [
        ("at", "التقى السيسي لافروف أمس في القاهرة.", ("CONSULT", "meeting", "التقى"), {"when": "2024-03-06", "where": "القاهرة"}),
        ("behind the noun for it", "التقى السيسي لافروف بالعاصمة الأردنية عمان.", ("CONSULT", "meeting", "التقى"), {"where": "عمان"}),
        ("visited", "زار لافروف القاهرة.", ("CONSULT", "visit", "زار"), {"where": "القاهرة"}),
        ("visited, then met", "وصل لافروف إلى القاهرة حيث التقى السيسي.", ("CONSULT", "meeting", "التقى"), {"where": "القاهرة"}),
        ("the host", "احتضنت القاهرة محادثات بين روسيا وإيران.", ("CONSULT", "meeting", "احتضنت"), {"where": "القاهرة"}),
        ("the noun's own", "شارك لافروف وعراقجي في محادثات جنيف.", ("CONSULT", "talks", "محادثات"), {"where": "جنيف"}),
        ("the dateline, of a party's state", "القاهرة - التقى عبد الفتاح السيسي لافروف.", ("CONSULT", "meeting", "التقى"), {"where": "القاهرة"}),
        ("no dateline of others", "باريس - التقى عبد الفتاح السيسي لافروف.", ("CONSULT", "meeting", "التقى"), {"where": ""}),
        ("words are told of no place", "دعا لافروف إيران إلى التهدئة في بيروت.", ("REQUEST", "", "دعا"), {"where": ""}),
        ("an office's place is not the event's", "التقى لافروف السفير الروسي في القاهرة.", ("CONSULT", "meeting", "التقى"), {"where": ""}),
        ("what happened is not ahead", "اتفق السيسي ولافروف على عقد لقاء في 20 مارس 2024.", ("AGREE", "", "اتفق"), {"when": ""}),
        ("words are not of another year", "دعا لافروف إيران إلى العودة للاتفاق الموقع في عام 2015.", ("REQUEST", "", "دعا"), {"when": ""}),
        ("the day after is not the day itself", "التقى السيسي لافروف في اليوم التالي لزيارة باريس في 4 مارس 2024.", ("CONSULT", "visit", "زيارة"), {"when": "2024-03-04"}),
        ("nor are two days before", "أعلن السيسي ذلك قبل يومين من لقاء لافروف.", ("CONSULT", "meeting", "لقاء"), {"when": ""}),
        ("nothing said", "التقى السيسي لافروف.", ("CONSULT", "meeting", "التقى"), {"when": "", "where": "", "forum": False}),
    ],
)  # fmt: skip
def test_an_event_has_the_circumstances_that_its_sentence_gives(
    rules: Language, case: str, text: str, kind: tuple[str, str, str], expected: dict[str, Any]
) -> None:
    assert {**circumstances(rules, text, *kind), **expected} == circumstances(rules, text, *kind), case


def test_what_is_planned_does_not_lie_behind(rules: Language) -> None:
    text = "سيلتقي السيسي لافروف الذي زار القاهرة في 2 يناير 2024."
    assert circumstances(rules, text, "CONSULT", "meeting", "سيلتقي", "planned")["when"] == ""


@pytest.mark.parametrize(
    ("case", "text", "dual", "meant"),
    [
        ("people", "التقى الرئيس المصري عبد الفتاح السيسي نظيره الروسي فلاديمير بوتين. واتفق الرئيسان على التعاون.", "الرئيسان", ["عبد الفتاح السيسي", "فلاديمير بوتين"]),
        ("states", "زار وفد مصر الأردن. وقالت مصر إن الأردن رحب به. وكانت فرنسا حاضرة. ووقع البلدان اتفاقا.", "البلدان", ["مصر", "الأردن"]),
        ("sides that are people", "التقى سامح شكري وزير الخارجية المصري نظيره الأردني أيمن الصفدي. وبحث الجانبان التعاون.", "الجانبان", ["سامح شكري", "أيمن الصفدي"]),
        ("sides that are states", "قالت مصر إنها تنتظر رد إيران. واتفق الطرفان على الحوار.", "الطرفان", ["مصر", "إيران"]),
        ("nobody", "اتفق الطرفان على الحوار.", "الطرفان", []),
        ("one alone", "قالت مصر: اتفق الطرفان على الحوار.", "الطرفان", []),
    ],
)  # fmt: skip
def test_a_dual_stands_for_two_parties(rules: Language, case: str, text: str, dual: str, meant: list[str]) -> None:
    doc = rules(text)
    found = parties(doc)
    assert [text[p.mention[0] : p.mention[1]] for p in found if doc[p.start].text == dual] == meant, case
    assert [p.start for p in found] == sorted(p.start for p in found)


def event(type_: str, who: str, whom: str, score: float) -> Told:
    def party(key: str) -> tuple[Party, ...]:
        return tuple(Party(0, 1, (0, 1, "COUNTRY"), k, k) for k in key)

    return Told(Trigger(0, Frame(type_, "meeting", 0, "noun")), party(who), party(whom), score, "actual")


def test_what_is_told_twice_counts_once() -> None:
    full, part, other = event("CONSULT", "A", "B", 0.5), event("CONSULT", "B", "", 0.9), event("ACCUSE", "A", "B", 0.4)
    assert [t.trigger.frame.type for t in distinct([full, part])] == ["CONSULT"]
    assert distinct([full, part]) == [replace(full, again=(part.trigger,))]
    assert len(distinct([event("ACCUSE", "A", "B", 0.5), event("ACCUSE", "B", "A", 0.5)])) == 2
    assert other not in distinct([full])


def test_talks_know_where_they_are_told_again_and_what_was_discussed(rules: Language) -> None:
    text = "محادثات بين مصر والأردن. وعقد البلدان المحادثات في عمان يوم 3 مارس 2024. وبحث الوفدان المصري والأردني التجارة والهجرة. وناقش الوفد التركي الطاقة."
    doc = rules(text)
    scene = Scene(doc)
    states = tuple(p for p in scene.parties if p.country in ("EG", "JO"))[:2]

    def talks(word: str) -> Told:
        trigger = Trigger(scene.norms.index(normalise(word)), Frame("CONSULT", "talks", -1, "model"))
        return Told(trigger, states[:1], states[1:], 0.9 if word == "محادثات" else 0.5, "actual")

    again = talks("المحادثات")
    (one,) = distinct([talks("محادثات"), again])
    assert one.again == (again.trigger,)
    assert when(scene, one) == ""
    assert when(scene, again) == "2024-03-03"
    assert distinct([talks("محادثات"), replace(again, modality="planned")])[0].again == ()
    (found,) = discussed(scene, [one]).values()
    assert [scene.norms[trigger.at] for trigger in found] == ["بحث"]
    assert [text[slice(*span[:2])] for span in topics(scene, one, found)] == ["التجارة", "الهجرة"]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("case", "text", "day"),
    [
        ("said at the talks of the day", "التقى سامح شكري اليوم أيمن الصفدي. وأشاد الصفدي بدور مصر.", "2024-03-07"),
        ("said by another", "التقى سامح شكري اليوم أيمن الصفدي. وأشاد لافروف بدور مصر.", ""),
        ("talks of another day", "التقى سامح شكري أمس أيمن الصفدي. وأشاد الصفدي بدور مصر.", ""),
        ("a day of its own", "التقى سامح شكري اليوم أيمن الصفدي. وأشاد الصفدي أمس بدور مصر.", "2024-03-06"),
    ],
)
def test_what_a_party_to_the_talks_of_the_day_says_has_that_day(
    rules: Language, case: str, text: str, day: str
) -> None:
    scene = of_march(rules, text)

    def told(word: str, type_: str, mode: str, who: str) -> Told:
        trigger = Trigger(scene.norms.index(normalise(word)), Frame(type_, mode, -1, "model"))
        place = next(p for p in scene.parties if text[p.mention[0] : p.mention[1]] == who)
        return Told(trigger, (place,), (), 0.9, "actual")

    met = replace(told("التقى", "CONSULT", "meeting", "سامح شكري"), whom=told("التقى", "", "", "أيمن الصفدي").who)
    praised = told("أشاد", "SUPPORT", "", "لافروف" if "لافروف" in text else "الصفدي")
    assert days(scene, [met, praised])[praised] == day, case


@pytest.mark.parametrize(
    ("text", "received"),
    [
        ("رحب سامح شكري بالسيد أيمن الصفدي في القاهرة.", True),
        ("رحب سامح شكري بوزير الخارجية الأردني أيمن الصفدي.", True),
        ("رحب سامح شكري بتصريحات أيمن الصفدي.", False),
        ("أشاد سامح شكري بالسيد أيمن الصفدي.", False),
    ],
)
def test_who_is_welcomed_is_met(rules: Language, text: str, received: bool) -> None:
    scene = Scene(rules(text))
    (guest,) = (p for p in scene.parties if text[p.mention[0] : p.mention[1]] == "أيمن الصفدي")
    assert choices.is_received(scene, 0, (guest,)) is received


def test_the_weights_are_complete() -> None:
    weights = load_weights()
    assert isinstance(weights, Weights)
    assert set(weights.part) == {"who", "whom", "none"}
    assert set(weights.trigger) == {"yes", "no"}
    assert set(weights.thresholds) == {"trigger", "part", "joined", "best"}


# What a network tells

MEETING = "قال مصدر إن وزير الخارجية المصري سامح شكري التقى نظيره الأردني أيمن الصفدي في عمّان."


# One tree: a choice is right where the word tells an event by more than .3.
LIKELY_WORDS = Trees(
    {"names": ["word"], "start": 0.0, "trees": [[(0, logit(0.3), 1, 2, 0.0), (-1, 0.0, 0, 0, -3.0), (-1, 0.0, 0, 0, 3.0)]]}
)  # fmt: skip


def telling(scene: Scene, word: str, kind: tuple[str, str], sure: float, parts: dict[str, str]) -> Telling:
    """A network that is `sure` of one word, and of the parts of the parties whose label and number is named: its pair vectors say it outright."""
    known = index(scene.doc)
    width = 4
    event = np.zeros((len(known.solid), len(learned.kinds()) + 1), np.float32)
    event[:, 0] = 1
    at = known.solid.index(known.words.index(word))
    event[at, 0], event[at, learned.kinds().index(kind) + 1] = 1 - sure, sure
    names = np.zeros((len(known.solid), width), np.float32)
    for party in scene.parties:
        part = parts.get(known.text[party.mention[0] : party.mention[1]], "none")
        for i in (party.start, known.first[party.mention[0]]):
            names[known.solid.index(i), learned.PARTS.index(part)] = 20
    modality = np.zeros((len(known.solid), len(learned.MODALITIES)), np.float32)
    modality[:, learned.MODALITIES.index("planned")] = 1
    reader = Reader(
        np.zeros((sum(learned.sizes()), width), np.float32),
        np.eye(4, dtype=np.float32),
        np.zeros(4, np.float32),
        LIKELY_WORDS,
        0.5,
    )
    return Telling(event, modality, np.zeros((len(known.solid), width), np.float32), names, reader)


def test_a_network_says_which_word_tells_and_who_takes_part(rules: Language) -> None:
    scene = Scene(rules(MEETING))
    told = telling(scene, "التقى", ("CONSULT", "meeting"), 0.9, {"سامح شكري": "who", "أيمن الصفدي": "whom"})
    (event,) = choices.read_events(scene, told)
    assert (event.trigger.frame.type, event.trigger.frame.mode, event.modality) == ("CONSULT", "meeting", "planned")
    assert [p.country for p in event.who + event.whom] == ["EG", "JO"]
    assert event.score == pytest.approx(1 / (1 + math.exp(-3)))


@pytest.mark.parametrize(
    ("case", "sure", "parts"),
    [
        ("a word that is not likely enough", 0.2, {"سامح شكري": "who"}),
        ("a word without a party", 0.9, {}),
    ],
)
def test_a_network_that_is_not_sure_tells_nothing(
    rules: Language, case: str, sure: float, parts: dict[str, str]
) -> None:
    scene = Scene(rules(MEETING))
    assert not list(choices.read_events(scene, telling(scene, "التقى", ("CONSULT", "meeting"), sure, parts))), case


def test_features_of_pairs_are_within_their_sizes(rules: Language) -> None:
    scene = Scene(rules(" ".join([MEETING] * 12)))
    for at in range(0, len(scene.doc), 7):
        made = learned.pairs(scene, at, 0)
        assert made
        assert all(0 <= value < size for row in made.values() for value, size in zip(row, learned.sizes(), strict=True))
        assert all(abs(scene.parties[n].start - at) <= 160 for n in made)


@pytest.mark.parametrize(
    ("case", "parts", "acting"),
    [
        ("a minister and his state are one", {"سامح شكري": "who", "مصر": "who", "أيمن الصفدي": "whom"}, ["مصر"]),
        (
            "a list names both",
            {"سامح شكري": "who", "عبد الفتاح السيسي": "who", "أيمن الصفدي": "whom"},
            ["سامح شكري", "عبد الفتاح السيسي"],
        ),
    ],
)
def test_a_state_takes_part_once_unless_a_list_names_more(
    rules: Language, case: str, parts: dict[str, str], acting: list[str]
) -> None:
    text = "أعلنت مصر أن وزير الخارجية المصري سامح شكري والرئيس المصري عبد الفتاح السيسي التقيا وزير الخارجية الأردني أيمن الصفدي."
    scene = Scene(rules(text))
    (event,) = choices.read_events(scene, telling(scene, "التقيا", ("CONSULT", "meeting"), 0.9, parts))
    assert [text[p.mention[0] : p.mention[1]] for p in event.who] == acting, case


@pytest.mark.parametrize(("wanted", "whom"), [("whom 0", []), ("whom 1", ["أيمن الصفدي"])])
def test_the_likeliest_way_to_take_the_parties_stands(rules: Language, wanted: str, whom: list[str]) -> None:
    text = MEETING.replace("التقى", "انتقد")
    scene = Scene(rules(text))
    said = telling(scene, "انتقد", ("ACCUSE", ""), 0.9, {"سامح شكري": "who", "أيمن الصفدي": "whom"})
    said.names[said.names[:, learned.PARTS.index("whom")] > 0] = (1.5, 0, 0.6, 0)  # none .61, whom .25
    leaf = -1, 0.0, 0, 0
    trees = Trees({"names": [wanted], "start": 0.0, "trees": [[(0, 0.5, 1, 2, 0.0), (*leaf, -3.0), (*leaf, 3.0)]]})
    (event,) = choices.read_events(scene, said._replace(reader=said.reader._replace(trees=trees)))
    assert [text[p.mention[0] : p.mention[1]] for p in event.whom] == whom


def test_a_trigger_is_the_word_and_not_its_proclitic(rules: Language) -> None:
    scene = Scene(rules("سافر وزير الخارجية المصري سامح شكري للقاء نظيره."))
    words = index(scene.doc).words
    (event,) = choices.read_events(scene, telling(scene, "ل", ("CONSULT", "meeting"), 0.9, {"سامح شكري": "who"}))
    assert words[event.trigger.at] == "لقاء"
