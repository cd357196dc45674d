"""The matching form: what agrees, what stays apart, and where each letter is from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import normalise, normalise_aligned

AGREE = [
    ("diacritics", "مُحَمَّدٌ", "محمد"),
    ("tatweel", "كـــازاخستان", "كازاخستان"),
    ("alefs", "أحمد إحسان آمال ٱلله", "احمد احسان امال الله"),
    ("alef maksura and yeh", "علي مصطفى", "على مصطفي"),
    ("teh marbuta and heh", "جدة", "جده"),
    ("seats of hamza", "مسؤول الشؤون", "مسئول الشئون"),
    ("last hamza on a line or on a seat", "مبادئ الطوارئ", "مبادىء الطوارىء"),
    ("hamza written after its seat", "مسو\u0654ول", "مسؤول"),
    ("hamza after a vowel after its seat", "مسو\u064f\u0654ول", "مسؤول"),
    ("marks in any order", "مح\u0651\u064eمد", "مح\u064e\u0651مد"),
    ("Persian letters", "کیهان", "كيهان"),
    ("Urdu letters", "لاہور", "لاهور"),
    ("letters for foreign sounds", "ڤيينا پوتين چاد ڨابس", "فيينا بوتين جاد قابس"),
    ("presentation forms", "ﻣﺼﺮ", "مصر"),
    ("ligatures", "ﻻفروف ﷲ", "لافروف الله"),
    ("digits", "٢٠٢٣ ۲۰۲۳", "2023 2023"),
    ("signs of numbers", "٢٫٥٪", "2.5%"),
    ("dashes", "الأورو–متوسطية—", "الاورو-متوسطيه-"),
    ("invisible marks", "\u200fكازاخ\u200cستان\u202c", "كازاخستان"),
    ("letter case", "NATO", "nato"),
]


@pytest.mark.parametrize(("one", "other"), [pair[1:] for pair in AGREE], ids=[pair[0] for pair in AGREE])
def test_spellings_agree(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), [("رؤى", "روى"), ("لؤي", "لوي"), ("فائز", "فايز"), ("ماء", "ما")])
def test_words_that_differ_by_a_hamza_seat_stay_apart(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_raw_letters_stay_to_be_seen() -> None:
    assert normalise_aligned("عُمان") == ("عمان", [0, 2, 3, 4])
    assert normalise_aligned("ﷲ") == ("الله", [0, 0, 0, 0])
    assert normalise_aligned("شيء") == ("شء", [0, 2])


def test_every_character_of_the_first_two_planes_keeps_its_form() -> None:
    every = [chr(code) for code in range(0x20000)]
    assert [c for c in every if normalise(normalise(c)) != normalise(c)] == []


@given(st.text())
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet="اأويىئءـ\u064e\u0654 لﻻﺉ"))
def test_letters_of_hamza_are_stable_in_any_order(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_each_letter_of_the_form_is_from_the_letter_it_names(text: str) -> None:
    form, places = normalise_aligned(text)
    assert form == normalise(text)
    assert len(places) == len(form)
    assert places == sorted(places)
