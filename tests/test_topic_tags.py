"""What the tagger says of topics word by word, read as stretches of a text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from pipeline import names
from pipeline.topics.tags import LONGEST, Tags, sharpened

OUT, FIRST, LATER = (0.998, 0.001, 0.001), (0.001, 0.998, 0.001), (0.001, 0.001, 0.998)
EITHER = (0.5, 0.001, 0.499)
Row = tuple[float, float, float]


def likely(nlp: Language, text: str, tags: Sequence[Row]) -> list[str]:
    doc = nlp.make_doc(text)
    return [doc[start:end].text for start, end in Tags(doc, np.array(tags, np.float32)).likely()]


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ([OUT, OUT, OUT, OUT], []),
        ([OUT, FIRST, LATER, OUT], ["تغير المناخ"]),
        ([OUT, FIRST, EITHER, OUT], ["تغير", "تغير المناخ"]),
        ([OUT, FIRST, FIRST, OUT], ["تغير", "المناخ"]),
    ],
)
def test_stretches_that_the_tagger_holds_possible_are_proposed(
    nlp: Language, tags: list[Row], found: list[str]
) -> None:
    assert sorted(likely(nlp, "ناقشا تغير المناخ أمس", tags)) == sorted(found)


def test_a_conjunction_at_the_end_is_left_out(nlp: Language) -> None:
    assert likely(nlp, "التجارة والزراعة", [FIRST, LATER, OUT]) == ["التجارة"]


def test_a_stretch_is_as_likely_as_its_words_and_its_end(nlp: Language) -> None:
    doc = nlp.make_doc("ناقشا تغير المناخ أمس")
    tags = Tags(doc, np.array([OUT, FIRST, EITHER, OUT], np.float32), 1.0)
    assert tags.log_probability(1, 3) == pytest.approx(math.log(0.998 * 0.499 * 0.999), abs=1e-3)
    assert tags.log_probability(1, 2) == pytest.approx(math.log(0.998 * 0.501), abs=1e-3)
    assert tags.log_probability(0, 1) < math.log(0.002)


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 3), max_size=30))
def test_what_is_proposed_lies_in_the_text_and_is_short(nlp: Language, rows: list[Row]) -> None:
    doc = nlp.make_doc(" ".join(["سلام"] * len(rows)))
    said = sharpened(np.array(rows, np.float32).reshape(-1, 3), 1.0)
    for start, end in Tags(doc, said).likely():
        assert 0 <= start < end <= len(doc)
        assert end - start <= LONGEST


def test_the_model_says_for_every_word_how_likely_it_is(nlp: Language, rules: Language) -> None:
    text = "بحث الوزيران التعاون في مجال الطاقة."
    doc = nlp(text)
    said = names.subjects(doc)
    assert said is not None
    assert said.shape == (len(names.words(doc)), 3)
    assert said.sum(1) == pytest.approx(1, abs=1e-4)
    assert names.subjects(rules(text)) is None
