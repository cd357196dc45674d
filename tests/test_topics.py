"""Subjects on the agenda: terms in their inflections, read in context, and what the whole article is about."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from pipeline import vectors
from pipeline.document_topics import chosen
from pipeline.normalise import normalise
from pipeline.topics.candidates import Candidate
from pipeline.topics.decision import Scored, choose, probability
from pipeline.topics.surroundings import Surroundings
from pipeline.topics.terms import listed_terms, variants
from pipeline.topics.weights import grams, load_weights
from pipeline.trees import Stored, Trees, logit

AGENDA = (
    "بحث وزير الخارجية المصري سامح شكري مع نظيره الأردني أيمن الصفدي {} بين البلدين، وسبل تعزيز التعاون في مجال {}."
)


@pytest.mark.parametrize(
    ("term", "form"),
    [
        ("تعاون ثنائي", "التعاون الثنائي"),
        ("علاقة", "علاقتهما"),
        ("برنامج نووي", "برنامجها النووي"),
        ("تعاون", "تعاونا"),
        ("مكافحة الإرهاب", "مكافحة الإرهاب"),
    ],
)
def test_a_term_is_known_in_its_inflections(term: str, form: str) -> None:
    assert normalise(form) in {normalise(v) for v in variants(term)}


def test_every_listed_term_keeps_its_own_topic() -> None:
    assert listed_terms()[normalise("الطاقة المتجددة")] == "clean-energy"
    assert listed_terms()[normalise("الطاقة")] == "energy"


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("العلاقات الثنائية", "bilateral-relations"),
        ("العلاقات التجارية", "trade"),
        ("القضية الفلسطينية", "regional-affairs"),
        ("مكافحة الإرهاب", "counter-terrorism"),
        ("وقف إطلاق النار", "ceasefire"),
    ],
)
def test_a_subject_that_is_discussed_is_found(nlp: Language, words: str, topic: str) -> None:
    text = AGENDA.format(words, "الطاقة المتجددة")
    doc = nlp(text)
    found = [(span.text, span._.value) for span in doc.spans["topics"]]
    assert (words, topic) in found


def test_words_inside_the_names_of_ministries_are_no_subject(nlp: Language) -> None:
    doc = nlp("بحثت وزارة الصحة المصرية مع وزارة التجارة الأردنية سبل التعاون في مجال الطاقة المتجددة.")
    found = {span.text for span in doc.spans["topics"]}
    assert "الطاقة المتجددة" in found
    assert found.isdisjoint({"الصحة", "التجارة"})


def test_words_inside_a_name_are_no_subject(nlp: Language) -> None:
    doc = nlp("التقى رئيس الوزراء وزيرة التعاون الدولي رانيا المشاط في القاهرة.")
    assert [span.text for span in doc.spans["topics"]] == []


def test_document_topics_rest_on_mentions(nlp: Language) -> None:
    doc = nlp(AGENDA.format("مكافحة الإرهاب", "مكافحة الإرهاب"))
    assert doc._.topics[0]["id"] == "counter-terrorism"
    mentions = {(span.start_char, span.end_char): span._.value for span in doc.spans["topics"]}
    assert all(mentions[start, end] == t["id"] for t in doc._.topics for start, end in t["mentions"])


@pytest.mark.parametrize(
    ("form", "topic"), [("الألواح الكهروضوييه والطاقه الشمسيه", "clean-energy"), ("عقوبات ماليه اضافيه", "sanctions")]
)
def test_a_form_that_no_list_holds_gets_the_topic_of_its_like(form: str, topic: str) -> None:
    weights = load_weights()
    nothing = weights.context(weights.odds(vectors.load().of([])), [])
    assert weights.topic_of(normalise(form), nothing) == topic


def candidate(start: int, end: int) -> Candidate:
    return Candidate(start, end, "", "trade", "term", -12.0)


def test_of_overlapping_candidates_the_best_set_is_chosen() -> None:
    whole, left, right = Scored(candidate(0, 4), 0.7), Scored(candidate(0, 2), 0.65), Scored(candidate(2, 4), 0.65)
    assert choose([whole, left, right], 0.5) == [left, right]
    assert choose([whole, left], 0.5) == [whole]
    assert choose([Scored(candidate(0, 2), 0.4)], 0.5) == []
    assert choose([Scored(Candidate(0, 2, "", "trade", "term", 0.0, named=True), 0.9)], 0.5) == []


@pytest.mark.parametrize(("exchanged", "words"), [("التهديدات", 0), ("وجهات النظر", 1), ("الآراء", 1)])
def test_views_that_are_exchanged_open_an_agenda_and_threats_do_not(
    rules: Language, exchanged: str, words: int
) -> None:
    doc = rules(f"تبادل الجانبان {exchanged} بشأن الحدود")
    around = Surroundings(doc, [])
    assert around.agenda(candidate(len(doc) - 1, len(doc))) == words


@pytest.mark.parametrize(
    ("scores", "ids"),
    [
        ({"trade": 0.9, "health": 0.6, "energy": 0.4}, ["trade", "health"]),
        ({"trade": 0.3, "health": 0.2}, ["trade"]),
        ({"trade": 0.1, "health": 0.1}, []),
        ({}, []),
    ],
)
def test_an_article_is_about_its_best_topic_even_where_that_is_under_the_threshold(
    scores: dict[str, float], ids: list[str]
) -> None:
    assert chosen(scores, 0.5) == ids


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5), st.floats(0.01, 0.99)), max_size=30))
def test_chosen_candidates_never_overlap(places: list[tuple[int, int, float]]) -> None:
    taken = choose([Scored(candidate(start, start + n), p) for start, n, p in places], 0.3)
    ends = [s.candidate.end for s in taken]
    assert all(end <= s.candidate.start for end, s in zip(ends, taken[1:], strict=False))


@given(st.text())
def test_grams_fit_the_weights(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert all(0 <= bucket < 1 << 13 for bucket in grams(normalise(text)))


@given(st.lists(st.text(max_size=12), max_size=30))
def test_a_vector_has_length_one_or_nothing_to_say(words: list[str]) -> None:
    length = float(np.linalg.norm(vectors.load().of(word.encode("utf-8", "replace").decode() for word in words)))
    assert length == pytest.approx(1, abs=1e-4) or length == 0


def test_words_of_one_subject_have_like_vectors() -> None:
    oil, exports, match = (vectors.load().of([normalise(word)]) for word in ("النفط", "البرميل", "الهدف"))
    assert oil @ exports > 0.5 > oil @ match


def test_trees_of_decisions_add_up() -> None:
    small: Stored = {"names": ["a", "b"], "start": 0.0, "trees": [
        [(0, 1.0, 1, 2, 0.0), (-1, 0.0, 0, 0, -2.0), (1, 0.5, 3, 4, 0.0), (-1, 0.0, 0, 0, 0.0), (-1, 0.0, 0, 0, 2.0)],
        [(-1, 0.0, 0, 0, 1.0)],
    ]}  # fmt: skip
    rows = [{"a": 1.0}, {"a": 2.0}, {"a": 2.0, "b": 1.0, "unknown": 9.0}]
    assert Trees(small).probabilities(rows) == pytest.approx([1 / (1 + math.exp(-z)) for z in (-1.0, 1.0, 3.0)])
    assert Trees(small).probabilities([]) == []


def test_a_topic_that_no_mention_names_rests_on_the_words(nlp: Language) -> None:
    text = "بدأت المحكمة الجنائية الدولية في لاهاي محاكمة المتهم، واستمع القضاة إلى الشهود، وطلب المدعي العام إدانته."
    assert [t["id"] for t in nlp(text)._.topics] == ["rule-of-law"]


def test_probabilities_are_bounded() -> None:
    assert 0 < probability({"a": 1e9}, {"a": -1.0}) < probability({"a": 1e9}, {"a": 1.0}) <= 1
    assert logit(0.0) < logit(0.5) == 0 < logit(1.0)
