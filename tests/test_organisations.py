"""Organisations: listed, read off by the grammar, in quotes, proposed by the model; their kinds, countries and keys."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline import spans
from pipeline.lists import rows
from pipeline.organisations import find_organisations
from pipeline.organisations.lexicon import heads
from pipeline.spans import Mention
from tests import naming
from tests.f1 import strict_f1
from tests.naming import proposal, proposed, stages, tokenise

texts = partial(naming.texts, group="organisations")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return stages()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # lists: names, short names, acronyms, after proclitics
        ("أعلن حلف شمال الأطلسي والناتو", ["حلف شمال الأطلسي", "الناتو"]),
        ("الأمين العام للأمم المتحدة", ["لأمم المتحدة"]),
        ("قالت رويترز وفرانس برس", ["رويترز", "فرانس برس"]),
        # ministries, and what belongs to their names
        ("قالت وزارة الخارجية القطرية أمس", ["وزارة الخارجية القطرية"]),
        ("وزارة التجارة والصناعة والطاقة الكورية", ["وزارة التجارة والصناعة والطاقة الكورية"]),
        ("وزارة الصحة التي أعلنت", ["وزارة الصحة"]),
        ("وزارتي الدفاع والداخلية", ["وزارتي الدفاع", "الداخلية"]),
        ("مسؤول في وزارة المالية والسفير", ["وزارة المالية"]),
        ("أكدت الخارجية اليمنية والدفاع الروسية", ["الخارجية اليمنية", "الدفاع الروسية"]),
        ("وزير الخارجية القطري ووزراء الدفاع", []),
        ("عين وزيراً للخارجية اليمنية", []),
        ("وزيري العدل والداخلية التركيين", []),
        ("مدينة الحمامات (شرق) وأزمة #سد_النهضة", []),
        ("السياسة الخارجية الأمريكية والمساعدات الخارجية الأمريكية", []),
        # governments and their arms
        (
            "الحكومة التركية والسلطات العراقية والرئاسة المصرية",
            ["الحكومة التركية", "السلطات العراقية", "الرئاسة المصرية"],
        ),
        ("القوات المسلحة الليبية", ["القوات المسلحة الليبية"]),
        ("الرياض (الوئام) – وصل الوفد", ["الوئام"]),
        ("الرياض (خاص) – وصل الوفد", []),
        ("رئاسة كوريا الجنوبية وحكومة قطر", ["رئاسة كوريا الجنوبية", "حكومة قطر"]),
        ("إدارة ترامب ونظام الأسد", ["إدارة ترامب", "نظام الأسد"]),
        ("إدارة الرئيس الأميركي دونالد ترامب", ["إدارة الرئيس الأميركي دونالد ترامب"]),
        ("حكومة الوفاق الوطني", ["حكومة الوفاق الوطني"]),
        ("أكدت الحكومة والوزارة والوفد", []),
        # embassies
        ("سفارة قطر لدى لبنان", ["سفارة قطر لدى لبنان"]),
        ("القنصلية السعودية في إسطنبول", ["القنصلية السعودية في إسطنبول"]),
        ("السفارة الأمريكية بالقدس", ["السفارة الأمريكية بالقدس"]),
        # bodies with a field, members or a purpose
        ("هيئة مكافحة الفساد", ["هيئة مكافحة الفساد"]),
        ("الهيئة العامة للطيران المدني", ["الهيئة العامة للطيران المدني"]),
        ("مجلس النواب المغربي ومجلس الوزراء", ["مجلس النواب المغربي", "مجلس الوزراء"]),
        ("لجنة الشؤون الخارجية بمجلس العموم", ["لجنة الشؤون الخارجية بمجلس العموم"]),
        ("القيادة العامة للقوات المسلحة المصرية", ["القيادة العامة للقوات المسلحة المصرية"]),
        ("مركز الأبحاث الاستراتيجية الأردني", ["مركز الأبحاث الاستراتيجية الأردني"]),
        ("معهد كولينز للدراسات السياسية", ["معهد كولينز للدراسات السياسية"]),
        ("جامعة القاهرة وكلية الطب بجامعة الملك سعود", ["جامعة القاهرة", "كلية الطب بجامعة الملك سعود"]),
        ("مجلس الإدارة واللجنة الفنية والشركة البريطانية", []),
        ("محكمة تركية وشركة سعودية", []),
        # forums are no organisations
        ("مجلس الأمن الدولي والجمعية العامة", []),
        ("اللجنة العليا المشتركة المغربية الموريتانية", []),
        # the name without its head noun, and with it
        ("حركة حماس وتنظيم داعش ووكالة الأناضول", ["حماس", "داعش", "الأناضول"]),
        ("حركة النهضة وتنظيم الدولة الإسلامية", ["حركة النهضة", "تنظيم الدولة الإسلامية"]),
        ('تنظيم "الدولة الإسلامية"', ['تنظيم "الدولة الإسلامية"']),
        ('شركة "ديب مايند" وصحيفة «الرياض»', ["ديب مايند", "الرياض"]),
        ("المنظمة الدولية للفرنكوفونية (OIF)", ["المنظمة الدولية للفرنكوفونية", "OIF"]),
        ("التحالف الدولي ضد “داعش”", ["التحالف الدولي ضد “داعش”"]),
        ('تحدث أمام مركز "بوليسي" للدراسات السياسية', ["بوليسي"]),
        ('نقلت وكالة الأنباء الروسية "سبوتنيك" ذلك', ["سبوتنيك"]),
        # a nationality that the name does not need
        ("حزب الله اللبناني والحرس الثوري الإيراني والكونغرس الأميركي", ["حزب الله", "الحرس الثوري", "الكونغرس"]),
        # everyday words that are names only when announced
        ("بدأ الحياة في مدينة الرياض وقرأ عن القاعدة", []),
        ("عملية السلام على مدى سنوات وسبق أن قيل", []),
        # a definite noun and what follows in the sentence do not make a name
        ("سلمت الهيئة المواد اللازمة وحملت المؤسسة المسؤولية", []),
        ("قال رئيس لجنة التحقيق إن مكتب الرئيس", []),
        ("صعد سهم بنك أبوظبي التجاري", ["بنك أبوظبي التجاري"]),
        ("قررت المحكمة الخاصة الاستماع إلى الشهود", []),
        ("طلب من وزارة العدل التحقيق في الوقائع", ["وزارة العدل"]),
        (
            "وزارة الشؤون الإسلامية والدعوة ووزارة التعليم العالي",
            ["وزارة الشؤون الإسلامية والدعوة", "وزارة التعليم العالي"],
        ),
        ("سيطرت القوات على مديرية الملاجم ومركز المحافظة", []),
        ("أعلنت مديرية الجمارك ذلك", ["مديرية الجمارك"]),
        ('تعتبرها السلطات منظمة "إرهابية" منذ سنوات', []),
        # words of every day, and agencies that sign a dateline
        ("استهدف عناصر القاعدة ومقاتلي طالبان", ["القاعدة", "طالبان"]),
        ("ضد تنظيم القاعدة. وتبنت القاعدة ذلك", ["القاعدة", "القاعدة"]),
        ("عاد الجنود إلى القاعدة", []),
        ("تدرب اللاعبون بحماس كبير", []),
        ("مسقط في 7 مارس /العُمانية/ عقد الوزير جلسة", ["العُمانية"]),
        ("بغداد – واع\nكشف المتحدث", ["واع"]),
        ("طفل واع – ذكي", []),
        ("نواكشوط (وما) - تسلم الرئيس رسالة وما قال شيئاً", ["وما"]),
        ("القاهرة / أ ش أ / أكد الوزير", ["أ ش أ"]),
        # seats of power
        ("أعلن البيت الأبيض والكرملين", ["البيت الأبيض", "الكرملين"]),
        ("استقبله في البيت الأبيض", []),
    ],
)
def test_organisations_of_a_sentence(nlp: Language, text: str, names: list[str]) -> None:
    assert texts(nlp(text)) == names


@pytest.mark.parametrize(
    ("text", "key", "facts"),
    [
        ("قالت وزارة الخارجية القطرية", "org:وزاره الخارجيه (QA)", {"type": "ministry", "country": "QA"}),
        ("قالت الخارجية القطرية", "org:وزاره الخارجيه (QA)", {"type": "ministry", "country": "QA"}),
        ("سفارة قطر لدى لبنان", "org:سفاره (QA) (LB)", {"type": "embassy", "country": "QA", "located": "LB"}),
        ("السفارة المصرية في روما", "org:سفاره (EG) روما", {"type": "embassy", "country": "EG", "located": "IT"}),
        ("مجلس النواب المغربي", "org:مجلس النواب (MA)", {"type": "parliament", "country": "MA"}),
        ("شرطة دبي", "org:شرطه دبي", {"type": "police", "country": "AE"}),
        ("الناتو", "wd:Q7184", {"name": "حلف شمال الأطلسي", "name_en": "NATO", "type": "intergovernmental"}),
        ("حزب الله", "wd:Q41053", {"type": "armed group", "country": "LB"}),
        ('قال لصحيفة "السعودية" إنه متفائل', "org:السعوديه", {}),
        ("أعلن الكرملين", "wd:Q133274", {"type": "seat", "country": "RU"}),
    ],
)
def test_an_organisation_carries_its_key_and_facts(nlp: Language, text: str, key: str, facts: dict[str, str]) -> None:
    doc = nlp(text)
    assert [m.entity for m in spans.read(doc, "organisations")] == [key]
    assert facts.items() <= doc._.entities[key].items()


@pytest.mark.parametrize(
    "text",
    [
        "حلف شمال الأطلسي ثم الناتو ثم الحلف الأطلسي",
        "وزارة الخارجية الأمريكية ثم الخارجية الأميركية",
        "السفارة المصرية بروما ثم سفارة مصر في روما",
        "وزارة الدفاع الروسية ثم وزارة الدفاع",
        "المنظمة الدولية للفرنكوفونية (OIF)",
        'ضد تنظيم "الدولة الإسلامية" ثم تنظيم الدولة الإسلامية ثم داعش',
    ],
)
def test_names_of_one_organisation_are_one_thing(nlp: Language, text: str) -> None:
    assert len({m.entity for m in spans.read(nlp(text), "organisations")}) == 1


def test_a_short_name_of_two_is_joined_to_neither(nlp: Language) -> None:
    doc = nlp("وزارة الدفاع الروسية ووزارة الدفاع الأوكرانية ثم وزارة الدفاع")
    assert len({m.entity for m in spans.read(doc, "organisations")}) == 3


def test_every_unguarded_name_is_found(nlp: Language) -> None:
    names = [r["name"] for r in rows("organisations") if not r["guard"]][::7]
    missed = [
        name for name in names if not any(name in found or found in name for found in texts(nlp(f"أشاد {name} بذلك")))
    ]
    assert missed == []


def test_every_guarded_name_needs_its_noun_or_quotes(nlp: Language) -> None:
    media = [r["name"] for r in rows("organisations") if r["guard"] and r["type"] == "media"][::5]
    wrong = [n for n in media if n not in texts(nlp(f"قال لصحيفة «{n}» ذلك")) or n in texts(nlp(f"رأى {n} كبيرا"))]
    assert wrong == []


def test_a_date_is_no_part_of_a_name(rules: Language) -> None:
    assert texts(rules("وصلوا في شهر أبريل (نيسان) الماضي")) == []
    assert texts(rules("نتائج شركة الساحل للبتروكيماويات للربع الثاني 2015")) == ["شركة الساحل للبتروكيماويات"]


def test_every_frame_of_the_list_is_one_that_the_grammar_knows() -> None:
    known = {
        "national", "country", "rule", "ministry", "ministries", "body", "described", "company", "named", "embassy", "coalition", "agency",
        "medium", "quoted", "none",
    }  # fmt: skip
    assert {head.frame for head in heads().values()} <= known


@pytest.mark.parametrize(
    ("text", "marked", "names"),
    [
        ("قالت كونسورنز إن", [("كونسورنز", 0.8)], ["كونسورنز"]),
        ("قالت كونسورنز إن", [("كونسورنز", 0.55)], []),
        ("قالت شركة كونسورنز إن", [("كونسورنز", 0.55)], ["كونسورنز"]),
        ("قررت اللجنة النرويجية ذلك", [("اللجنة النرويجية", 0.7)], []),
        ("قررت اللجنة النرويجية ذلك", [("اللجنة النرويجية", 0.95)], ["اللجنة النرويجية"]),
        ("أعلن بنك مصر إيران", [("بنك مصر إيران", 0.97)], ["بنك مصر إيران"]),
        ("أعلن بنك مصر إيران", [("بنك مصر إيران", 0.6)], ["بنك مصر"]),
        # no names: a head noun alone, an organ of any body, a product, a day, somebody's own
        ("انضم إلى حركة تصحيح", [("حركة", 0.9)], []),
        ("بالتنسيق مع القوات الجوية", [("القوات الجوية", 0.99)], []),
        ("قررت لجنة التحكيم ذلك", [("لجنة التحكيم", 0.99)], []),
        ("هبط المؤشر داكس", [("داكس", 0.95)], []),
        ("طائرات «رافال» جديدة", [("رافال", 0.95)], []),
        ("نشر أربع كتائب «إس-400»", [("إس-400", 0.95)], []),
        ("فاز في انتخابات الرئاسة الأميركية", [("الرئاسة الأميركية", 0.95)], []),
        ("كلف حكومة بلاده بذلك", [("حكومة بلاده", 0.95)], []),
        # names that are whole before the country that they are in, what describes them, or a nationality
        ("أعلنت لجنة الزكاة في قطر", [("لجنة الزكاة في قطر", 0.97)], ["لجنة الزكاة"]),
        ("استقال من مجلس الشيوخ السابق", [("مجلس الشيوخ السابق", 0.97)], ["مجلس الشيوخ"]),
        ("اشترت كونسورنز الفنلندية", [("كونسورنز الفنلندية", 0.9)], ["كونسورنز"]),
        ("مصدر في سفارة تونس بفرنسا", [("سفارة تونس بفرنسا", 0.97)], ["سفارة تونس بفرنسا"]),
        # names told once stand again
        ("تأسست «درب السلام». وقالت درب السلام", [("درب السلام", 0.9)], ["درب السلام", "درب السلام"]),
        ("أيد القاعدة. وقالت القاعدة", [("القاعدة", 0.9)], ["القاعدة", "القاعدة"]),
        ("قالت Xlinks ثم Xlinks", [("Xlinks", 0.9)], ["Xlinks", "Xlinks"]),
    ],
)
def test_what_the_model_proposes(text: str, marked: list[tuple[str, float]], names: list[str]) -> None:
    assert texts(proposed(text, [(name, "ORGANIZATION", score) for name, score in marked])) == names


@pytest.mark.parametrize(
    ("text", "marked", "names"),
    [
        ("وسع دائرة الاحتقان وقالت كونسورنز", [("كونسورنز", 0.9)], ["كونسورنز"]),
        ("خرجت من دائرة الشؤون العربية", [("دائرة الشؤون", 0.3)], ["دائرة الشؤون العربية"]),
        ("تخرج من جامعة النجاح وقالت كونسورنز", [("كونسورنز", 0.9)], ["جامعة النجاح", "كونسورنز"]),
        ("أقنع الاتحاد الأرجنتيني لإلغاء المباراة", [("الاتحاد الأرجنتيني", 0.95)], ["الاتحاد الأرجنتيني"]),
    ],
    ids=["no assent", "assent to a part", "a noun that means nothing else", "a nearer end"],
)
def test_what_the_grammar_reads_and_the_model_hears(
    text: str, marked: list[tuple[str, float]], names: list[str]
) -> None:
    assert texts(proposed(text, [(name, "ORGANIZATION", score) for name, score in marked])) == names


def test_without_a_model_the_grammar_stands_alone(nlp: Language) -> None:
    assert texts(nlp("أعلنت دائرة الشؤون العربية ذلك")) == ["دائرة الشؤون العربية"]


def test_a_body_named_after_a_person_has_the_whole_name() -> None:
    marked = [("كوفي عنان", "PERSON", 0.9), ("مؤسسة كوفي", "ORGANIZATION", 0.5)]
    assert texts(proposed("أعلنت مؤسسة كوفي عنان ذلك", marked)) == ["مؤسسة كوفي عنان"]


@pytest.mark.parametrize(("person", "names"), [(0.99, []), (0.7, ["غولن"])])
def test_a_name_is_a_persons_where_the_model_is_surer_of_that(person: float, names: list[str]) -> None:
    assert texts(proposed("إنهم أنصار غولن", [("غولن", "PERSON", person), ("غولن", "ORGANIZATION", 0.9)])) == names


def test_a_country_or_place_is_no_organisation_because_the_model_says_so() -> None:
    doc = tokenise("تقول واشنطن")
    place = Mention(5, 11, "LOCATION", entity="wd:Q61")
    assert find_organisations(doc, [place], [proposal(doc, "واشنطن", "ORGANIZATION", 0.99)]) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*sorted(heads())[::6], "و", "ل", "ال", "«", "»", "(", ")", "ضد", "العامة", "في", "x", "\n", "حزب الله"]
        ),
        max_size=30,
    )
)
def test_any_words_give_apart_mentions_on_token_boundaries(words: list[str]) -> None:
    doc = tokenise(" ".join(words))
    found = find_organisations(doc)
    assert all(doc.char_span(m.start, m.end) is not None for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=100))
def test_any_text_is_read_without_failing(text: str) -> None:
    doc = tokenise(text)
    assert all(m.entity.startswith(("org:", "wd:")) for m in find_organisations(doc))


def test_organisations_of_real_articles(nlp: Language, shared: Path) -> None:
    assert strict_f1(nlp, shared / "gold/dev.jsonl", "ORGANIZATION") >= 0.91
