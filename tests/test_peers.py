"""What well-kept libraries say of Arabic letters and numbers, ours agrees with."""

from __future__ import annotations

import datetime

import pytest
from camel_tools.utils.dediac import dediac_ar
from camel_tools.utils.normalize import normalize_alef_ar, normalize_alef_maksura_ar, normalize_teh_marbuta_ar
from hypothesis import given
from hypothesis import strategies as st
from pyarabic import araby
from pyarabic.number import ArNumbers

from pipeline.dates import find_dates
from pipeline.normalise import normalise

ARABIC = st.text(
    st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآءؤئىة\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652ـ "),
    max_size=30,
)


@given(ARABIC)
def test_what_camel_tools_folds_has_one_matching_form(text: str) -> None:
    folded = dediac_ar(normalize_alef_ar(normalize_alef_maksura_ar(normalize_teh_marbuta_ar(text))))
    assert normalise(folded) == normalise(text)


@given(ARABIC)
def test_what_pyarabic_strips_has_one_matching_form(text: str) -> None:
    assert normalise(araby.strip_diacritics(araby.strip_tatweel(text))) == normalise(text)


@pytest.mark.parametrize("year", [1999, 2000, *range(2003, 2031)])
def test_a_year_in_the_words_of_pyarabic_is_read(year: int) -> None:
    words = ArNumbers().int2str(str(year))
    (found,) = find_dates(
        f"وقعت الاتفاقية عام {words} في القاهرة بعد محادثات طويلة بين الجانبين", datetime.date(2031, 1, 1)
    )
    assert found.value == str(year), words
