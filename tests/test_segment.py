"""Sentences: where they end, what is page furniture, and that time stays linear."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

import pipeline.tokenise  # noqa: F401  registers the tokenizer
from pipeline.segment import sentences
from tests.growth import in_proportion


@pytest.fixture(scope="module")
def words() -> Language:
    """Tokens and sentences alone."""
    nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    nlp.add_pipe("khabar_segment")
    return nlp


ONE = [
    ("decimal number", "ارتفع النمو 2.5 بالمئة في 2023"),
    ("title", "قال د. علي حسن إن م. سامي حضر"),
    ("initials", "كتب ج. ك. رولينغ الرواية"),
    ("dotted agency", "نقلت أ.ف.ب عن مصدر"),
    ("spelled letters", "قالت بي. بي. سي إن الوفد وصل"),
    ("elision", "إن هناك الكثير... والبقية تأتي"),
    ("elision in brackets", "سنعمل معا (...) ونصل إلى حل"),
    ("stop in a short quotation", 'قال "نعم. سنعمل معا" وغادر'),
    ("stop in brackets", "حضر الوفد (برئاسة الوزير. ونائبه) أمس"),
    ("question in guillemets", "سأل «متى؟ وأين؟» ثم جلس"),
    ("stop before a comma", 'قال "سنعمل معا."، وغادر'),
    ("web address", "راجع www.example.org لمزيد من المعلومات"),
    ("numbered line", "1. تعزيز التعاون بين البلدين"),
    ("comma at the line's end", "حضر وزير الخارجية،\nرئيس الوفد، الاجتماع"),
]

TWO = [
    ("full stop", "وصل الوفد.", "وغادر الوزير."),
    ("question", "متى يصل الوفد؟", "لا أحد يعلم"),
    ("exclamation", "هذا مرفوض!", "وغادر القاعة"),
    ("year before the stop", "تأسست عام 2015.", "وتوسعت بعد ذلك"),
    ("era before the stop", "كان ذلك سنة 1436 هـ.", "وتلا ذلك اتفاق"),
    ("stop inside closing quotes", "قال «سنعمل معا.»", "وأضاف أن اللقاء مثمر"),
    ("stop after closing quotes", 'قال "سنعمل معا".', "وأضاف أن اللقاء مثمر"),
    ("stop in a long quotation", f'قال "{"سنعمل معا من أجل السلام في المنطقة " * 9}كلها.', f'{"ونعمل مع الجميع " * 20}دائما".'),
    ("bracket never closed", "حضر الوفد (برئاسة الوزير.", "وغادر الجميع القاعة بعد الاجتماع"),
    ("credit in brackets", "وصل الوفد أمس.", "(الأناضول)"),
    ("dateline", "الرياض (واس) –", "استقبل الوزير أمس سفير كازاخستان لدى المملكة"),
    ("dateline with a latin agency", "دبي، الإمارات (CNN)--", "وصل الوفد أمس إلى العاصمة وعقد اجتماعا مغلقا"),
]  # fmt: skip

FURNITURE = [
    "// انتهى //", "//انتهى//", "التعليقات مغلقة.", "...المزيد", "تابع الجزيرة نت على:", "اقرأ أيضاً: قمة في جدة", "11:50 ت م", "-----------",
    "* * *", "Fri, 11 Aug 2017 15:17:41 GMT", "someone@example.org", "@someone", "https://example.org/page", "عين اليوم – متابعات",
    "(صورة أرشيفية)", "المصادر: وكالة الأنباء",
]  # fmt: skip

NO_FURNITURE = [
    "اقرأ كتابا في كل شهر.",
    "انتهى الاجتماع أمس.",
    "قال إن المصدر موثوق.",
    "(تحدث الوزير طويلا في هذا الشأن مع الوفد)",
    "2023 كان عاما صعبا",
]


def parts(text: str) -> list[str]:
    return [text[s.start : s.end] for s in sentences(text)]


@pytest.mark.parametrize("text", [case[1] for case in ONE], ids=[case[0] for case in ONE])
def test_no_sentence_ends_here(text: str) -> None:
    assert parts(text) == [text]


@pytest.mark.parametrize("glue", [" ", "\n", "\r\n", "\u2028", "  \n\n "])
@pytest.mark.parametrize(("first", "second"), [case[1:] for case in TWO], ids=[case[0] for case in TWO])
def test_a_sentence_ends_here(first: str, second: str, glue: str) -> None:
    assert parts(first + glue + second) == [first, second]


def test_a_heading_is_told_by_its_line_break() -> None:
    assert parts("لقاء في أستانا\nالتقى الوزيران أمس") == ["لقاء في أستانا", "التقى الوزيران أمس"]


def test_a_stop_with_no_space_behind_it_ends_a_sentence() -> None:
    assert parts("استقر البلدين.وقال الوزير") == ["استقر البلدين.", "وقال الوزير"]


def test_lines_wrapped_to_a_width_are_one_sentence() -> None:
    words = ("أعلنت وزارة الخارجية في بيان أن الوفد وصل إلى العاصمة للمشاركة في أعمال القمة التي تعقد غدا " * 4).split()
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) + 1 > 48:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    assert parts("\n".join(lines)) == ["\n".join(lines)]
    assert len(parts("\n\n".join(lines))) == len(lines)


def test_list_items_on_lines_of_their_own_are_sentences() -> None:
    items = ["بحث الجانبان:", "- التعاون في مجال الطاقة", "- مكافحة الإرهاب", "2- حقوق الإنسان"]
    assert parts("\n".join(items)) == items


def test_a_long_text_without_stops_is_cut_before_openers() -> None:
    clause = "وقال الوزير إن بلاده تعمل مع شركائها من أجل السلام والاستقرار في المنطقة كلها وفي العالم وتدعم جهود الأمم المتحدة "
    found = parts(clause * 12)
    assert len(found) == 12
    assert all(part.startswith("وقال") for part in found)
    assert parts(clause * 3) == [(clause * 3).rstrip()]


@pytest.mark.parametrize("text", FURNITURE)
def test_page_furniture_is_flagged_on_its_own(text: str) -> None:
    article = f"وصل الوفد إلى العاصمة.\n{text}"
    assert [(article[s.start : s.end], s.boilerplate) for s in sentences(article)] == [
        ("وصل الوفد إلى العاصمة.", False),
        (text, True),
    ]


@pytest.mark.parametrize("tail", ["// انتهى //", "...المزيد", "التعليقات مغلقة", "تابع الجزيرة نت على:"])
def test_page_furniture_is_parted_from_the_sentence_before_it(tail: str) -> None:
    assert parts(f"وصل الوفد إلى العاصمة  {tail}") == ["وصل الوفد إلى العاصمة", tail]


@pytest.mark.parametrize("text", NO_FURNITURE)
def test_what_only_looks_like_furniture_is_not(text: str) -> None:
    assert [s.boilerplate for s in sentences(text)] == [False]


def test_the_component_marks_starts_and_furniture(words: Language) -> None:
    text = "لقاء في أستانا\n\nوصل د. علي. \u200fوغادر.\n// انتهى //\n"
    doc = words(text)
    assert [s.text.strip("\n \u200f") for s in doc.sents] == ["لقاء في أستانا", "وصل د. علي.", "وغادر.", "// انتهى //"]
    assert [text[start:end] for start, end in doc._.boilerplate] == ["// انتهى //"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200f", ".", "«", "\n.\n"])
def test_texts_of_almost_nothing(words: Language, text: str) -> None:
    assert words(text).text == text


def test_sentences_of_the_suite(shared: Path) -> None:
    right = found = wanted = 0
    for line in (shared / "suites" / "sentences_pud.jsonl").open(encoding="utf-8"):
        case = json.loads(line)
        gold, ours = set(case["starts"]) - {0}, {s.start for s in sentences(case["text"])} - {0}
        right, found, wanted = right + len(gold & ours), found + len(ours), wanted + len(gold)
    assert 2 * right / (found + wanted) > 0.995


def test_no_label_of_the_gold_articles_crosses_a_sentence(shared: Path) -> None:
    for line in (shared / "gold" / "dev.jsonl").open(encoding="utf-8"):
        article = json.loads(line)
        starts = [s.start for s in sentences(article["text"])]
        assert [e for e in article["entities"] if any(e["start"] < start < e["end"] for start in starts)] == []


@given(st.text(st.characters() | st.sampled_from('.؟!…"«»()\n\r،:-–/ دأبوقال12\ud800\u200f')))
@settings(max_examples=400, deadline=None)
def test_sentences_cover_everything_but_white_space(text: str) -> None:
    at = 0
    for sentence in sentences(text):
        assert at <= sentence.start < sentence.end
        assert not text[at : sentence.start].strip()
        assert text[sentence.start : sentence.end] == text[sentence.start : sentence.end].strip()
        at = sentence.end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    "unit",
    [
        '"',
        "«",
        "(",
        ")",
        ".",
        ". ",
        ".ا",
        "\n",
        " ",
        "\n.",
        "ا",
        "ا. ",
        "أ.",
        '. "',
        "...المزيد ",
        "// ",
        "– ",
        "ا،\n",
        "وقال ",
        "@",
        "-\n",
    ],
)
def test_time_grows_with_the_text_and_not_faster(unit: str) -> None:
    assert in_proportion(sentences, unit * (10_000 // len(unit)))
