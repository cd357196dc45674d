"""Tokens: where they begin and end, and that they lose nothing."""

from __future__ import annotations

import csv
import json
import unicodedata
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin
from spacy.vocab import Vocab

from pipeline.tokenise import Tokeniser, tokens
from tests.growth import in_proportion

WORDS = Path(__file__).parent / "data" / "proclitics.tsv"


def cut(text: str) -> str:
    """Return the raw pieces of a text, joined by bars."""
    return "|".join(text[token.start : token.end] for token in tokens(text))


WHOLE = (
    "وليد وائل وزير بلال بشار لبنان ليبيا كوبا كندا فرنسا فيصل لافروف بلينكن كيري واشنطن ولاية كازاخستان وهران ورقلة بنغازي بغداد "
    "لندن لاهاي كييف فيينا بروكسل بكين باريس فلسطين كابول بيروت لوكسمبورغ وكالة ولي وفد وثيقة برلمان بيان بحث كلمة كبير لجنة لقاء فريق فقط بعد بين "
    "كان كما لكن لم لن له بها لهم واحد وسط وقف وصل وضع كامل بوتين ماكرون زيلينسكي بايدن بومبيو بوريطة لعمامرة كأس "
)

CUT = (
    "و|كازاخستان ب|السيد ل|لأمم و|ل|روسيا ك|الصين و|بوتين و|لبنان و|بشار و|ب|الأمم ف|ل|لأمم و|ل|لأمم و|قال و|وزير ل|لبنان ل|ليمن "
    "و|واشنطن ب|بغداد ل|لندن ف|قد ل|هذا ب|أن ل|أن و|أكد و|ل|بوتين ب|بوريطة و|لافروف ل|لافروف ب|لاهاي و|ليبيا ل|ليبيا ف|فرنسا ك|كندا و|ك|الصين "
    "ل|لاجئين ل|لغة ب|باريس و|ب|باريس ل|وزير ب|وزارة و|بين و|في و|كان و|ماكرون ل|ماكرون ك|ماكرون و|زيلينسكي ل|زيلينسكي ل|بايدن ل|له و|ل|له "
)


@pytest.mark.parametrize("word", WHOLE.split())
def test_whole_words_stay_whole(word: str) -> None:
    assert cut(word) == word


@pytest.mark.parametrize("word", CUT.split())
def test_proclitics_are_tokens(word: str) -> None:
    assert cut(word.replace("|", "")) == word


@pytest.mark.parametrize(
    ("word", "norm"),
    [
        ("للأمم", "الامم"), ("للبنان", "لبنان"), ("لليمن", "اليمن"), ("للندن", "لندن"), ("لليبيين", "الليبيين"),
        ("للاجئين", "اللاجءين"), ("لله", "الله"), ("ولله", "الله"), ("وللأمم", "الامم"), ("للغة", "اللغه"),
    ],
)  # fmt: skip
def test_the_article_is_restored_after_lam(word: str, norm: str) -> None:
    assert tokens(word)[-1].norm == norm


CONTEXT = [
    ("لبي بي سي", "ل|بي|بي|سي"),
    ("لبى الدعوة", "لبى|الدعوة"),
    ("لجان مارك إيرولت", "ل|جان|مارك|إيرولت"),
    ("لجان الانتخابات", "لجان|الانتخابات"),
    ("بولي العهد", "ب|ولي|العهد"),
    ("الرياض وجدة", "الرياض|و|جدة"),
    ("في وجدة", "في|وجدة"),
    ("بان كي مون", "بان|كي|مون"),
    ("قال بان الوفد", "قال|ب|ان|الوفد"),
    ("قال بأن الوفد", "قال|ب|أن|الوفد"),
    ("والى القاهرة", "و|الى|القاهرة"),
    ("والي سوسة", "والي|سوسة"),
    ("فعلى الجانبين", "ف|على|الجانبين"),
    ("اتفاق فعلي", "اتفاق|فعلي"),
    ("وهم ثلاثة", "و|هم|ثلاثة"),
    ("ولـ«الناتو»", "و|لـ|«|الناتو|»"),
    ("من وإلى القاهرة", "من|و|إلى|القاهرة"),
]


@pytest.mark.parametrize(("text", "pieces"), CONTEXT)
def test_what_stands_around_decides_between_two_readings(text: str, pieces: str) -> None:
    assert cut(text) == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("زيفا لزيفا وزيفا", "زيفا|ل|زيفا|و|زيفا"),
        ("لوزيفا ولوزيفا بلوزيفا", "لوزيفا|و|لوزيفا|ب|لوزيفا"),
        ("بوهاتشو وبوهاتشو لبوهاتشو", "بوهاتشو|و|بوهاتشو|ل|بوهاتشو"),
    ],
)
def test_a_new_name_is_read_alike_all_over_its_text(text: str, pieces: str) -> None:
    assert cut(text) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "5+1", "G20", "C5+1", "2023/11/6", "6-11-2023", "٦/١١/٢٠٢٣", "2.5", "1,000", "12:30", "F-16", "COVID-19", "café",
        "https://example.org/a?b=1", "www.example.org", "someone@example.org", "example.org",
        "أ.ف.ب", "ر.ع.", "U.S",
    ],
)  # fmt: skip
def test_numbers_dates_codes_and_addresses_are_one_token(text: str) -> None:
    assert cut(text) == text
    assert cut(f"({text})، ") == f"(|{text}|)|،"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("يومي17", "يومي|17"), ("17يوم", "17|يوم"), ("2023.", "2023|."), ("12-14 يونيو", "12|-|14|يونيو"),
        ("تشرين الثاني/نوفمبر", "تشرين|الثاني|/|نوفمبر"), ("سي 5+1", "سي|5+1"), ("«سي 5+1»", "«|سي|5+1|»"), ("بـ5", "بـ|5"),
        ("لـ«الشرق»", "لـ|«|الشرق|»"), ("أ.د. محمد", "أ.د|.|محمد"), ("د.محمد", "د|.|محمد"), ("بحسب أ.ف.ب.", "ب|حسب|أ.ف.ب|."), ("المتحدةوروسيا", "المتحدة|و|روسيا"), ("30%", "30|%"),
        ("#كوريا_الشمالية", "#|كوريا|_|الشمالية"), ("قال:نعم", "قال|:|نعم"), ("كازاخستان،وروسيا", "كازاخستان|،|و|روسيا"),
    ],
)  # fmt: skip
def test_what_is_glued_is_parted(text: str, pieces: str) -> None:
    assert cut(text) == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("وَكازاخستان", "وَ|كازاخستان"),
        ("بِـالسيد", "بِـ|السيد"),
        ("لُو", "لُو"),
        ("التونسيّ", "التونسيّ"),
        ("عـــام", "عـــام"),
    ],
)
def test_marks_belong_to_the_letter_before_them(text: str, pieces: str) -> None:
    assert cut(text) == pieces


def test_invisible_marks_around_a_word_are_outside_it() -> None:
    text = "\u200fكازاخستان\u202c "
    assert [(t.start, t.end) for t in tokens(text)] == [(1, 10)]


def test_a_word_of_ten_million_letters_is_one_token() -> None:
    assert len(tokens("و" + "ا" * 10_000_000)) == 1


def test_a_ligature_is_never_cut() -> None:
    assert cut("ﻷمم") == "ﻷمم"


def test_words_checked_by_hand() -> None:
    with WORDS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert len(rows) >= 500
    assert sum(row["name"] == "1" for row in rows) >= 250
    right = sum(cut(row["cut"].replace("|", "")) == row["cut"] for row in rows)
    assert right / len(rows) > 0.97


def test_names_of_the_gold_articles_begin_and_end_with_tokens(shared: Path) -> None:
    bounds = misses = 0
    for line in (shared / "gold" / "dev.jsonl").open(encoding="utf-8"):
        article = json.loads(line)
        found = tokens(article["text"])
        starts, ends = {t.start for t in found}, {t.end for t in found}
        for entity in article["entities"]:
            bounds += 2
            misses += (entity["start"] not in starts) + (entity["end"] not in ends)
    assert misses / bounds < 0.001


TOKENISER = Tokeniser(Vocab())
ODD = st.text(st.one_of(st.characters(), st.sampled_from("وفبلكالأةـ\u0651\u200f\u200d .،5+-/@:#_\n\ud800ﻻ")))


@given(ODD)
@settings(max_examples=300, deadline=None)
def test_tokens_lose_only_white_space_and_invisible_marks(text: str) -> None:
    at = 0
    for token in tokens(text):
        assert at <= token.start < token.end
        assert all(c.isspace() or unicodedata.category(c) == "Cf" for c in text[at : token.start])
        at = token.end
    assert all(c.isspace() or unicodedata.category(c) == "Cf" for c in text[at:])


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("وفبلكالأةـ\u0651\u200f .،5+\n")))
@settings(max_examples=200, deadline=None)
def test_the_doc_is_the_text(text: str) -> None:
    assert TOKENISER(text).text == text


def test_a_doc_can_be_stored() -> None:
    nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    restored = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}}).from_bytes(
        nlp.to_bytes()
    )
    doc = restored("زار وفد كازاخستان القاهرة.")
    (again,) = DocBin(docs=[doc]).get_docs(nlp.vocab)
    assert [t.norm_ for t in again] == ["زار", "وفد", "كازاخستان", "القاهره", "."]


@pytest.mark.parametrize(
    "unit",
    [
        "و",
        "لل",
        "بال",
        "ا\u0651",
        "\u0651",
        "\u200f",
        "ا\u200f",
        " ",
        "\n",
        ".",
        "5.",
        "5-",
        "a.",
        "a-",
        "a@",
        "http://",
        "-",
        "ة",
        "زبلطغ ",
        "لبي ",
        "\ud800",
    ],
)
def test_time_grows_with_the_text_and_not_faster(unit: str) -> None:
    assert in_proportion(tokens, unit * (10_000 // len(unit)))
