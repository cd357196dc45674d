"""Who said what: the words in quotation marks, their speaker, and the word that announces them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.language import blank
from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.quotations import find_quotations
from pipeline.quotations.marks import pairs
from tests.growth import in_proportion

SHUKRY = "وزير الخارجية المصري سامح شكري"
# What it shows, the text, and of each quotation its words, its speaker and the word that announces it.
CASES = [
    (
        "a verb, its subject and a colon, over several sentences",
        f"قال {SHUKRY}: «لن نقبل بذلك. هذا موقفنا».",
        [("لن نقبل بذلك. هذا موقفنا", "وزير الخارجية المصري", "قال")],
    ),
    ("straight marks and no colon", "وأكد سامح شكري \"لن نقبل بذلك أبدا\".", [("لن نقبل بذلك أبدا", "سامح شكري", "أكد")]),
    ("curly marks", "وأكد سامح شكري: “لن نقبل بذلك”.", [("لن نقبل بذلك", "سامح شكري", "أكد")]),
    (
        "after «أن», and once more after «وأن»",
        "وأوضح سامح شكري أن «الحل السياسي هو الطريق الوحيد»، وأن «الوقت ليس في صالح أحد».",
        [
            ("الحل السياسي هو الطريق الوحيد", "سامح شكري", "أوضح"),
            ("الوقت ليس في صالح أحد", "سامح شكري", "أوضح"),
        ],
    ),
    (
        "inside what someone is said to have said",
        "وقال سامح شكري إن الخطوة «تخالف كل ما اتفقنا عليه من قبل».",
        [("تخالف كل ما اتفقنا عليه من قبل", "سامح شكري", "قال")],
    ),
    (
        "who and when between the verb and the colon",
        "وقال سامح شكري في تصريح صحفي أمس الأحد خلال زيارة إلى الرباط: «نعم».",
        [("نعم", "سامح شكري", "قال")],
    ),
    (
        "the last speaker goes on",
        "قال سامح شكري إن المحادثات صعبة. وأضاف: «لن نيأس». وتابع قائلا: «سنعود غدا».",
        [("لن نيأس", "سامح شكري", "أضاف"), ("سنعود غدا", "سامح شكري", "قائلا")],
    ),
    (
        "of the last speakers the one of the verb's gender goes on",
        "قالت وزارة الخارجية المصرية إن الأمر انتهى. ورحب سامح شكري بذلك. وأضافت: «هذا قرارنا». وأضاف: «نعم».",
        [("هذا قرارنا", "وزارة الخارجية المصرية", "أضافت"), ("نعم", "سامح شكري", "أضاف")],
    ),
    (
        "a participle has the subject of its verb",
        "استقبل سامح شكري نظيره الأردني أيمن الصفدي، مؤكدا: «نحن معكم».",
        [("نحن معكم", "سامح شكري", "مؤكدا")],
    ),
    (
        "who passes the words on is not the speaker",
        "ونقلت وكالة الأنباء السعودية عن سامح شكري قوله: «لن نيأس».",
        [("لن نيأس", "سامح شكري", "قوله")],
    ),
    (
        "the subject before the verb",
        "وكان سامح شكري قد قال: «لن نيأس».",
        [("لن نيأس", "سامح شكري", "قال")],
    ),
    (
        "the verb of a relative clause has the subject that it describes",
        "حضر سامح شكري الذي قال: «لن نيأس».",
        [("لن نيأس", "سامح شكري", "قال")],
    ),
    (
        "according to whom",
        "«لا بديل عن الحل السياسي»، وفق ما قاله سامح شكري للصحفيين.",
        [("لا بديل عن الحل السياسي", "سامح شكري", "وفق")],
    ),
    (
        "by whose statement",
        "«لا بديل عن الحل السياسي»، بحسب بيان وزارة الخارجية المصرية.",
        [("لا بديل عن الحل السياسي", "وزارة الخارجية المصرية", "حسب")],
    ),
    ("a verb after the words", "«لا بديل عن الحل السياسي»، كما يقول سامح شكري.", [("لا بديل عن الحل السياسي", "سامح شكري", "يقول")]),
    (
        "a noun stands for the organisation named before",
        "وصل وفد من وزارة الخارجية المصرية إلى عمّان. وأعلنت الوزارة في بيان: «بدأت المحادثات».",
        [("بدأت المحادثات", "وزارة الخارجية المصرية", "أعلنت")],
    ),
    ("a name and a colon open a line", "خبر\nسامح شكري: «لن نقبل بذلك أبدا»\nخبر", [("لن نقبل بذلك أبدا", "سامح شكري", ":")]),
    (
        "whom no mention names is nobody, and so is who goes on",
        "قال سامح شكري إن الأمر صعب. وقال خبراء: «الأزمة طويلة». وأضافوا: «لا حل قريبا». وقال صياد: «لا سمك». وأضاف: «ولا ماء».",
        [("الأزمة طويلة", "", "قال"), ("لا حل قريبا", "", "أضافوا"), ("لا سمك", "", "قال"), ("ولا ماء", "", "أضاف")],
    ),
    (
        "a noun that says something is no last speaker",
        "قال سامح شكري إن الأمر صعب. ورفع رجل شعارا يقول: «نريد الماء».",
        [("نريد الماء", "", "يقول")],
    ),
    ("a quotation in another", "قال سامح شكري: «قرأت \"الحرب والسلم\" مرتين».", [('قرأت "الحرب والسلم" مرتين', "سامح شكري", "قال")]),
    ("a sentence of its own", "قال سامح شكري إن الأمر صعب وإن الوقت ضيق. «لا بديل عن الحل السياسي الآن».", []),
    ("a title", "وقع سامح شكري «إعلان القاهرة للتعاون العربي».", []),
    ("a name", "وقال سامح شكري إن تنظيم «داعش» انتهى.", []),
    ("a name of several words", "وأعلن سامح شكري أن تنظيم «الدولة الإسلامية في العراق والشام» انتهى.", []),
    ("marks without a word of saying", "بدأ «الأسبوع الثقافي العربي الأول» في الرباط.", []),
    ("marks with nothing in them", "قال سامح شكري: «».", []),
    ("a noun that looks like a verb", "حصل سامح شكري على وصف «أفضل وزير في القارة كلها».", []),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "expected"), CASES, ids=[case for case, _, _ in CASES])
def test_quotations(rules: Language, case: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    doc = rules(text)
    found = [
        (doc[q.start : q.end].text, text[q.speaker.start : q.speaker.end] if q.speaker else "", doc[q.cue].text)
        for q in find_quotations(doc)
    ]
    assert found == expected, case


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("spaces inside", '" نعم "', ['" نعم "']),
        ("a mark that is never closed costs no other", '"لم يغلق\nقال "نعم"', ['"نعم"']),
        ("a mark that was never opened", 'قال" ثم "نعم"', ['"نعم"']),
        ("the same curly mark on both sides", "”نعم”", ["”نعم”"]),
        ("after a proclitic", 'وصفه بـ"الكارثة" أمس', ['"الكارثة"']),
        ("of two kinds, one in the other", '«قرأ "الكتاب" أمس»', ['«قرأ "الكتاب" أمس»']),
        ("one kind inside itself", '"قرأ "الكتاب" أمس"', ['"قرأ "الكتاب" أمس"']),
        ("not over the end of a line", "«نعم\nلا»", []),
    ],
)
def test_marks_that_belong_together(case: str, text: str, expected: list[str]) -> None:
    doc = blank()(text)
    assert [doc[a : b + 1].text for a, b in pairs(doc)] == expected, case


PIECES = st.sampled_from(
    ["قال", "وأضاف", "سامح شكري", ":", " أن ", "«", "»", '"', "“", "”", "،", " وفق ما ", "نقلت", " عن ", "قوله", "بيان", " الذي ", "الوزارة",
     "وزارة الخارجية المصرية", "لن نيأس من ذلك أبدا", ".", "\n", " "]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(pieces=st.lists(st.one_of(PIECES, st.text(max_size=3)), min_size=1, max_size=30))
def test_whatever_the_text_quotations_lie_apart_and_their_cues_outside(rules: Language, pieces: list[str]) -> None:
    doc = rules("".join(pieces))
    end = 0
    for q in find_quotations(doc):
        words = doc[q.start : q.end].text
        assert end < q.start < q.end
        assert words == words.strip() != ""
        assert not q.start <= q.cue < q.end
        end = q.end


@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "«",
        "« ",
        '«"',
        "قال ",
        "قال أن ",
        "بيان ",
        "وفق ما ",
        'قال سامح شكري: "نعم" ',
        ": ",
        "نقلت عن ",
        '"نعم" و',
        "، بيان ",
    ],
)
def test_repeating_a_piece_takes_time_in_proportion(piece: str) -> None:
    nlp = blank()
    assert in_proportion(lambda text: find_quotations(nlp(text)), piece * (8_000 // len(piece)))


def test_a_word_of_saying_is_listed_once() -> None:
    verbs = [normalise(row["form"]) for row in rows("speech_verbs")]
    assert not {normalise(row["form"]) for row in rows("quotation_words")} & set(verbs)
    parts = {
        "verb",
        "participle",
        "relay",
        "saying",
        "manner",
        "statement",
        "source",
        "what",
        "that",
        "preposition",
        "adjunct",
        "filler",
        "",
    }
    assert {row["quotes"] for row in (*rows("speech_verbs"), *rows("quotation_words"))} == parts
