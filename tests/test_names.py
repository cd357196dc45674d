"""The trained model as a component: pieces, windows, decoding, proposals, and others' models in its place."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

import pipeline
import pipeline.tokenise  # registers the tokeniser
from pipeline import models, spans
from pipeline.names import create_names
from pipeline.tagger import CONTEXT, EOS, WINDOW, Encoded, Pieces, Tagger, calibrated, decode, model_form, windows
from pipeline.tokenise import tokens

TEXT = (
    "استقبل وزير الخارجية المصري سامح شكري، اليوم الثلاثاء في القاهرة، نظيره الأردني أيمن الصفدي لبحث التعاون الاقتصادي "
    "قبل قمة جامعة الدول العربية في الجزائر.\nوقال شكري إن منظمة التعاون الإسلامي ومجلس الأمن يدعمان الحوار."
)
BIO = ["O", "B", "I"]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(models.path("news-tagger"))


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return Pieces(models.path("news-tagger") / "tokenizer.json")


@pytest.mark.parametrize(
    ("raw", "norm", "form"),
    [
        ("الأُمَـم", "الامم", "الأمم"),
        ("لأمم", "الامم", "الأمم"),
        ("٢٠٢٣", "2023", "2023"),
        ("لقاء", "لقاء", "لقاء"),
        ("\u200f", "", ""),
    ],
)
def test_what_the_encoder_reads_for_a_token(raw: str, norm: str, form: str) -> None:
    assert model_form(raw, norm) == form


def test_a_name_is_read_alike_with_and_without_a_proclitic(pieces: Pieces) -> None:
    def last(text: str) -> list[int]:
        encoded = pieces(text, tokens(text))
        return encoded.pieces[encoded.first[-1] :].tolist()

    assert last("وكازاخستان") == last("كازاخستان")


def test_a_line_break_is_a_piece_of_its_own(pieces: Pieces) -> None:
    assert EOS in pieces("القاهرة\nعمان", tokens("القاهرة\nعمان")).pieces
    assert EOS not in pieces("القاهرة عمان", tokens("القاهرة عمان")).pieces


@given(st.lists(st.integers(1, 12), max_size=400))
def test_every_token_is_tagged_in_one_window_that_fits(sizes: list[int]) -> None:
    first = np.cumsum([0, *sizes])[:-1]
    cut = list(windows(Encoded(np.zeros(sum(sizes), np.int64), first)))
    tagged = [i for window in cut for i in range(window.first, window.last)]
    assert tagged == list(range(len(sizes)))
    for window in cut:
        assert window.end - window.start <= WINDOW
        inside = [
            i
            for i in range(window.first, window.last)
            if window.start <= first[i] and first[i] + sizes[i] <= window.end
        ]
        assert len(inside) == window.last - window.first


def test_a_cut_edge_has_context_on_both_sides() -> None:
    encoded = Encoded(np.zeros(1000, np.int64), np.arange(1000))
    for before, after in zip(cut := list(windows(encoded)), cut[1:], strict=False):
        assert before.end - before.last == CONTEXT
        assert after.first - after.start == CONTEXT


@pytest.mark.parametrize(
    ("rows", "tags", "found"),
    [
        ([[0.9, 0.1, 0], [0.1, 0.1, 0.8]], BIO, []),  # no I after an O: likelier than a B that begins it
        ([[0.4, 0.6, 0], [0.1, 0.1, 0.8]], BIO, [(0, 2, "")]),
        ([[0.1, 0.9, 0], [0.1, 0.9, 0]], BIO, [(0, 1, ""), (1, 2, "")]),
        ([[0, 1, 0, 0, 0], [0.1, 0, 0.4, 0, 0.5]], ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"], [(0, 2, "LOC")]),
        ([], BIO, []),
    ],
)
def test_the_likeliest_valid_path(rows: list[list[float]], tags: list[str], found: list[tuple[int, int, str]]) -> None:
    probabilities = np.array(rows, np.float32).reshape(-1, len(tags))
    assert [span[:3] for span in decode([probabilities], tags)[0]] == found


def test_texts_decoded_together_are_as_decoded_alone() -> None:
    rng = np.random.default_rng(0)
    texts = [rng.dirichlet([1, 1, 1], n).astype(np.float32) for n in (0, 3, 40, 7)]
    assert decode(texts, BIO) == [decode([text], BIO)[0] for text in texts]


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_no_valid_path_is_likelier(seed: int, length: int) -> None:
    probabilities = np.random.default_rng(seed).dirichlet([1, 1, 1], length).astype(np.float32)
    valid = [path for path in product(BIO, repeat=length) if "OI" not in "".join(("O", *path))]
    best = max(
        valid, key=lambda path: sum(np.log(row[BIO.index(tag)]) for row, tag in zip(probabilities, path, strict=True))
    )
    marked = ["O"] * length
    for start, end, _, _ in decode([probabilities], BIO)[0]:
        marked[start:end] = ["B", *["I"] * (end - start - 1)]
    assert tuple(marked) == best


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 3), st.floats(-3, 3))
def test_calibration_keeps_the_order_of_scores(a: float, b: float, slope: float, offset: float) -> None:
    low, high = sorted((a, b))
    assert 0 <= calibrated(low, slope, offset) <= calibrated(high, slope, offset) <= 1


def only_names(model: str = "news-tagger") -> Language:
    """A pipeline of the tokeniser and the names alone."""
    nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    nlp.add_pipe("khabar_names", config={"model": model})
    return nlp


@pytest.fixture(scope="module")
def blank() -> Language:
    return only_names()


def found(nlp: Language, text: str) -> set[tuple[str, str]]:
    doc = nlp(text)
    return {(doc.text[m.start : m.end], m.label) for m in spans.read(doc, spans.PROPOSALS)}


def test_the_model_proposes_for_all_labels(blank: Language) -> None:
    assert {
        ("سامح شكري", "PERSON"),
        ("أيمن الصفدي", "PERSON"),
        ("وزير الخارجية المصري", "ROLE"),
        ("المصري", "NATIONALITY"),
        ("القاهرة", "LOCATION"),
        ("الجزائر", "COUNTRY"),
        ("منظمة التعاون الإسلامي", "ORGANIZATION"),
        ("مجلس الأمن", "FORUM"),
    } <= found(blank, TEXT)


def test_hamza_marks_and_digits_do_not_hide_names(blank: Language) -> None:
    assert ("ايمن الصفدي", "PERSON") in found(blank, TEXT.replace("أ", "ا"))
    assert ("سَامِح شُكْرِي", "PERSON") in found(blank, TEXT.replace("سامح شكري", "سَامِح شُكْرِي"))


def test_a_document_is_read_alike_alone_and_in_a_batch_and_every_time(blank: Language) -> None:
    texts = [TEXT, "باريس", TEXT * 3, ""]
    alone = [spans.read(blank(text), spans.PROPOSALS) for text in texts]
    assert [spans.read(doc, spans.PROPOSALS) for doc in blank.pipe(texts)] == alone


def test_names_far_into_a_long_document_are_found(blank: Language) -> None:
    marked = spans.read(blank("وأضاف البيان أن الاجتماع تناول عددا من القضايا.\n" * 200 + TEXT), spans.PROPOSALS)
    assert any(m.label == "PERSON" and m.start > 200 * 40 for m in marked)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(blank: Language, text: str) -> None:
    doc = blank(text)
    assert doc.text == text
    for m in spans.read(doc, spans.PROPOSALS):
        assert 0 <= m.score <= 1
        assert m.end > m.start


def test_a_word_of_any_length_is_read(blank: Language) -> None:
    assert blank("س" * 50_000).text == "س" * 50_000


def test_a_run_imports_neither_torch_nor_transformers() -> None:
    # spaCy's own back end looks for torch and is not ours to stop: what is asked is that the tagger needs neither.
    code = (
        "import sys; sys.modules['torch'] = sys.modules['transformers'] = None; import pipeline.names, pipeline.tokenise, spacy;"
        "nlp = spacy.blank('ar', config={'nlp': {'tokenizer': {'@tokenizers': 'khabar.tokeniser.v1'}}});"
        "nlp.add_pipe('khabar_names'); doc = nlp('زار الوزير باريس.'); print(doc.spans['names'][-1].text)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "باريس", done.stderr


def test_an_absent_model_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        pipeline.load(names="camel:nowhere")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        create_names(spacy.blank("ar"), "khabar_names", "nowhere", 1)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A token-classification folder of two small layers with random weights."""
    transformers: Any = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("classifier")
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ",
        *(f"##{c}" for c in "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ"),
    ]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    tags = ["O", "B-PERS", "I-PERS", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, max_position_embeddings=64,
        num_labels=len(tags), id2label=dict(enumerate(tags)), label2id={tag: k for k, tag in enumerate(tags)}, initializer_range=1.0,
    )  # fmt: skip
    transformers.set_seed(1)
    transformers.BertForTokenClassification(config).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_a_local_token_classifier_proposes_in_the_same_place(classifier: Path) -> None:
    doc = only_names(f"camel:{classifier}")(TEXT + " " + "وقال " * 200 + TEXT)
    proposed = spans.read(doc, spans.PROPOSALS)
    assert {m.label for m in proposed} == {"PERSON", "LOCATION"}
    assert {m.by for m in proposed} == {f"camel:{classifier.name}"}
    assert max(m.end for m in proposed) > len(TEXT) + 1000  # beyond what the model reads at once
    assert json.dumps([m.score for m in proposed])
