"""Tokens are found by their offsets, as spaCy finds them, and anew when a Doc's tokens are merged."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.index import index
from pipeline.language import blank

NLP = blank()
TEXTS = st.text(alphabet="ـواللمدينة سرق.،0a\n\u200f\u064b", max_size=60)


@given(TEXTS, st.integers(0, 60), st.integers(0, 60))
def test_a_stretch_has_the_tokens_that_spacy_gives_it(text: str, start: int, end: int) -> None:
    doc = NLP.make_doc(text)
    span = doc.char_span(start, end) if start < end <= len(text) else None
    assert index(doc).tokens(start, end) == (None if span is None else (span.start, span.end))


@given(TEXTS)
@example("قال ـ نعم")
def test_the_index_says_what_the_tokens_say(text: str) -> None:
    doc = NLP.make_doc(text)
    found = index(doc)
    assert found.text == doc.text
    assert found.norms == [token.norm_ for token in doc]
    assert found.starts == [token.idx for token in doc]


def test_merged_tokens_are_read_anew() -> None:
    doc = NLP.make_doc("سد النهضة الإثيوبي")
    assert index(doc).norms == ["سد", "النهضه", "الاثيوبي"]
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[0:2])
    assert index(doc).tokens(0, 9) == (0, 1)
