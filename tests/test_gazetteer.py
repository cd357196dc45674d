"""Names of lists are found whole, at token boundaries, whatever their spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.gazetteer import Gazetteer
from pipeline.index import index
from pipeline.language import blank
from pipeline.lists import rows

MAKE = blank().make_doc
NAMES = Gazetteer([("الأمم المتحدة", "UN"), ("كازاخستان", "KZ"), ("لو", "LU"), ("مالي", "ML"), ("وزير الخارجية", "FM")])


def found(text: str) -> list[tuple[str, str]]:
    doc = MAKE(text)
    return [(doc[hit.start : hit.end].text, hit.entry) for hit in NAMES.find(doc)]


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("after a conjunction", "وكازاخستان", [("كازاخستان", "KZ")]),
        ("after ل, which takes the article's alif", "للأمم المتحدة", [("لأمم المتحدة", "UN")]),
        ("with diacritics and tatweel", "الأُمَـم المُتّحدة", [("الأُمَـم المُتّحدة", "UN")]),
        ("over a line break", "وزير\nالخارجية", [("وزير\nالخارجية", "FM")]),
        ("not over a blank line", "وزير\n \nالخارجية", []),
        ("not inside a word", "كازاخستانيون", []),
        ("not where words run on", "وزيرالخارجية", []),
        ("beside punctuation", "(لُو)", [("لُو", "LU")]),
        ("nothing in nothing", "", []),
    ],
)
def test_a_listed_name_is_found(case: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected, case


def test_an_empty_list_finds_nothing() -> None:
    assert list(Gazetteer[str]([]).find(MAKE("كازاخستان"))) == []


@given(st.text())
def test_offsets_of_the_matching_text_lead_to_tokens(text: str) -> None:
    doc: Doc = MAKE(text.encode("utf-8", "replace").decode())
    matching, starts, ends = index(doc).matching
    words = [token for token in doc if not token.is_space]
    assert set(starts.values()) <= {token.i for token in words}
    assert all(0 <= at <= len(matching) for at in (*starts, *ends))


def test_rows_keep_quotation_marks_as_they_are() -> None:
    assert all(None not in row and None not in row.values() for row in rows("topics"))
