"""Forums: listed ones in every form, and the grammar of those that no list has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from pipeline import spans
from pipeline.forums import describe, find_forums
from pipeline.lists import rows
from pipeline.spans import Mention

FORMS = [
    (row["name"], form)
    for row in rows("forums")
    for form in (row["name"], *row["other_names"].split(";"), *row["codes"].split(";"))
    if form
]


@pytest.fixture(scope="module")
def before(rules: Language):  # type: ignore[no-untyped-def]
    """A Doc with what the stages before this one find."""

    def make(text: str):  # type: ignore[no-untyped-def]
        doc = rules.make_doc(text)
        for name, component in rules.pipeline:
            if name == "khabar_forums":
                break
            doc = component(doc)
        return doc, spans.read(doc, "countries", "dates", "places", "organisations")

    return make


def found(before, text: str) -> list[str]:  # type: ignore[no-untyped-def]
    doc, others = before(text)
    return [text[m.start : m.end] for m in find_forums(doc, others)]


def test_the_list_is_broad() -> None:
    assert len(rows("forums")) >= 250
    assert {row["kind"] for row in rows("forums")} <= {
        "assembly", "committee", "conference", "council", "dialogue", "format", "forum", "group", "summit", "talks",
    }  # fmt: skip


def test_every_listed_form_is_found_whole(rules: Language) -> None:
    doc = rules.make_doc("، ".join(f"خلال {form}" for _, form in FORMS))
    text = doc.text
    mentions = {text[m.start : m.end] for m in find_forums(doc)}
    assert [form for _, form in FORMS if form not in mentions] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # listed bodies and formats
        ("صوت مجلس الأمن الدولي على القرار", ["مجلس الأمن الدولي"]),
        ("أمين مجلس الأمن القومي", []),
        ("خطاب أمام الجمعية العامة للأمم المتحدة في دورتها الـ77", ["الجمعية العامة للأمم المتحدة في دورتها الـ77"]),
        ("بين طهران ومجموعة (5+1)", ["مجموعة (5+1)"]),
        ("المنتدى العالمي لمكافحة الإرهاب (GCTF)", ["المنتدى العالمي لمكافحة الإرهاب", "GCTF"]),
        ("#مجلس_الأمن", ["مجلس_الأمن"]),
        # by place, by date, by organisation
        ("بعد قمة سراييفو", ["قمة سراييفو"]),
        ("نتائج محادثات مسقط", ["محادثات مسقط"]),
        ("في ختام اجتماع الخميس", ["اجتماع الخميس"]),
        ("إلغاء قمة 12 يونيو", ["قمة 12 يونيو"]),
        ("عقب اجتماع أمس", []),
        ("يشارك في اجتماع لرابطة دول جنوب شرق آسيا", ["اجتماع لرابطة دول جنوب شرق آسيا"]),
        ("اجتماع وزراء خارجية الاتحاد الأوروبي في لوكسمبورغ", ["اجتماع وزراء خارجية الاتحاد الأوروبي"]),
        ("اجتماع مجلس الأمن", ["مجلس الأمن"]),
        # sessions
        ("أعمال الدورة الرابعة لمنتدى التعاون العربي الروسي", ["الدورة الرابعة لمنتدى التعاون العربي الروسي"]),
        ("الدورة 13 للجنة التشاور السياسي التونسية المصرية", ["الدورة 13 للجنة التشاور السياسي التونسية المصرية"]),
        ("فازت الرواية في الدورة الثالثة من الجائزة", []),
        # adjectives, ordinals, purposes
        ("تستضيف الرياض القمة العربية الـ32", ["القمة العربية الـ32"]),
        ("القمة الثلاثية بين مصر وقبرص واليونان", ["القمة الثلاثية بين مصر وقبرص واليونان"]),
        ("أعمال اللجنة العليا المشتركة", ["اللجنة العليا المشتركة"]),
        ("اللجنة المختلطة العليا الجزائرية التونسية", ["اللجنة المختلطة العليا الجزائرية التونسية"]),
        ("الحوار الاستراتيجي المصري الأمريكي", ["الحوار الاستراتيجي المصري الأمريكي"]),
        ("اللجنة الوزارية العربية المعنية بإنهاء الاحتلال", ["اللجنة الوزارية العربية المعنية بإنهاء الاحتلال"]),
        ("المجلس الوزاري المشترك لمجلس التعاون والاتحاد الأوروبي", ["المجلس الوزاري المشترك لمجلس التعاون والاتحاد الأوروبي"]),
        ("المؤتمر الدولي لمكافحة التصحر والجفاف", ["المؤتمر الدولي لمكافحة التصحر والجفاف"]),
        ("انطلاق المؤتمر الوطني الخامس للحزب", ["المؤتمر الوطني الخامس للحزب"]),
        ('مؤتمر "الشباب والسلام"', ['مؤتمر "الشباب والسلام"']),
        # what has no name
        ("في مؤتمر صحفي مشترك", []),
        ("عقد الجانبان اجتماعا مغلقا", []),
        ("قبل القمة المرتقبة", []),
        ("قمة ثلاثية في القاهرة", []),
        ("اجتماع ثنائي على هامش الزيارة", []),
        ("القمة لبحث الأزمة", []),
        ("في قاعة الاجتماعات للجنة الهدنة", []),
        ("دشن المرصد الوطني للحوار الاجتماعي", []),
        ("ينظر إليه على أنه الوريث", []),
        ("قال مصدر مشارك في الاجتماع لرويترز إن الجميع متفق", []),
        # a short name after the full one
        ("حضر منتدى الرياض الدولي الإنساني. وقال في منتدى الرياض إن", ["منتدى الرياض الدولي الإنساني", "منتدى الرياض"]),
    ],
)  # fmt: skip
def test_names_and_what_is_none(before, text: str, expected: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert found(before, text) == expected


def facts_of(before, text: str) -> dict[str, object]:  # type: ignore[no-untyped-def]
    doc, others = before(text)
    return next(facts for _, facts in describe(doc, find_forums(doc, others), others))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("مجلس الأمن", {"name": "مجلس الأمن الدولي", "host": "الأمم المتحدة", "links": {"wikidata": "Q37470"}}),
        ("الدورة الـ78 للجمعية العامة للأمم المتحدة", {"name": "الجمعية العامة للأمم المتحدة", "edition": 78, "host": "الأمم المتحدة", "kind": "assembly"}),
        ("الدورة الرابعة للجنة المشتركة المصرية الأردنية", {"name": "اللجنة المشتركة المصرية الأردنية", "edition": 4, "kind": "committee", "parties": ["EG", "JO"]}),
        ("القمة الاستثنائية لمنظمة التعاون الإسلامي في جدة", {"host": "منظمة التعاون الإسلامي", "level": "presidential", "place": "جدة"}),
        ("قمة بخارست حول الحبوب", {"place": "بخارست"}),
        ("الاجتماع الوزاري الخامس لمنتدى التعاون العربي الصيني", {"edition": 5, "level": "ministerial"}),
        ("الدورة الحادية والعشرين للجنة العليا المشتركة", {"edition": 21}),
        ("القمة الثلاثية بين مصر وقبرص واليونان", {"parties": ["EG", "CY", "GR"], "kind": "summit", "level": "presidential"}),
        ("اللجنة المشتركة بين المغرب وإسبانيا", {"parties": ["MA", "ES"]}),
        ("المنتدى الاقتصادي السعودي الياباني السنوي", {"frequency": "annual", "parties": ["SA", "JP"]}),
        ("قمة البحيرات الكبرى للمياه", {}),
    ],
)  # fmt: skip
def test_facts(before, text: str, expected: dict[str, object]) -> None:  # type: ignore[no-untyped-def]
    if not expected:
        assert found(before, text) == []
        return
    facts = facts_of(before, text)
    assert {key: facts.get(key) for key in expected} == expected


def test_meetings_of_a_forum_that_no_list_has_are_one_series(rules: Language) -> None:
    doc = rules(
        "عقدت الدورة الثالثة للجنة المشتركة السودانية التشادية في الخرطوم، وتعقد الدورة الرابعة للجنة المشتركة السودانية التشادية في نجامينا. "
        "وتابعت اللجنة المشتركة السودانية التشادية العمل"
    )
    [key] = {m.entity for m in spans.read(doc, "forums")}
    assert doc._.entities[key]["name"] == "اللجنة المشتركة السودانية التشادية"
    assert doc._.entities[key]["editions"] == [{"edition": 3, "place": "الخرطوم"}, {"edition": 4, "place": "نجامينا"}]


def test_one_forum_has_one_key_in_all_its_names(rules: Language) -> None:
    doc = rules.make_doc("قمة العشرين ثم قمة مجموعة العشرين وبعدها G20 ومجموعة العشرين")
    keys = [m.entity for m in find_forums(doc)]
    assert keys[0] == keys[1] != keys[2] == keys[3] == "wd:Q19771"


@pytest.mark.parametrize(
    ("text", "marked", "score", "expected"),
    [
        ("شارك في لقاء الأخوة", "لقاء الأخوة", 0.9, ["لقاء الأخوة"]),
        ("شارك في لقاء الأخوة", "لقاء الأخوة", 0.2, []),
        ("انتخبته الجمعية الوطنية", "الجمعية الوطنية", 0.99, []),
        ("ترأسا لقاء التشاور بين البلدين", "لقاء التشاور بين البلدين", 0.95, ["لقاء التشاور"]),
        ('على هامش "لقاء الأخوة"', 'لقاء الأخوة"', 0.95, ["لقاء الأخوة"]),
    ],
    ids=["a sure one stands", "an unsure one does not", "an organisation", "the sides stay out", "a quote stays out"],
)
def test_proposals_of_the_model(before, text: str, marked: str, score: float, expected: list[str]) -> None:  # type: ignore[no-untyped-def]
    doc, others = before(text)
    start = text.index(marked)
    proposal = Mention(start, start + len(marked), "FORUM", score=score)
    assert [text[m.start : m.end] for m in find_forums(doc, others, [proposal])] == expected


WORDS = (
    [form for _, form in FORMS[::20]]
    + [row["head"] for row in rows("forum_heads")]
    + ["ل", "العربية", "في", '"', "(", "ضد", "بين", "مصر"]
)


@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_mentions_lie_on_tokens_and_do_not_overlap(rules: Language, text: str) -> None:
    doc = rules.make_doc(text)
    mentions = find_forums(doc)
    assert all(doc.char_span(m.start, m.end) is not None and m.entity for m in mentions)
    assert len(list(describe(doc, mentions))) == len(mentions)
    places = [place for m in mentions for place in range(m.start, m.end)]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("unit", ["الدورة ل", "مجلس ", "القمة العربية و", '" قمة "', "لجنة دول "])
def test_no_text_takes_long(rules: Language, unit: str) -> None:
    doc = rules.make_doc(unit * 4000)
    mentions = find_forums(doc)
    assert len(list(describe(doc, mentions))) == len(mentions)


def test_a_forum_is_no_organisation_as_well(rules: Language) -> None:
    text = "عقدت مجموعة «سي 5+1» ولجنة الاتصال العربية اجتماعاً في مقر جامعة الدول العربية"
    doc = rules(text)
    forums = {(m.start, m.end) for m in spans.read(doc, "forums")}
    organisations = {(m.start, m.end): text[m.start : m.end] for m in spans.read(doc, "organisations")}
    assert {text[start:end] for start, end in forums} == {"سي 5+1", "لجنة الاتصال العربية"}
    assert list(organisations.values()) == ["جامعة الدول العربية"]
