"""Countries and nationalities: every listed form is found with its code, and context settles what else it could mean."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.countries import facts, find_countries, inflect
from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.record import LABELS
from pipeline.spans import Mention

NAMES = [(row["iso"], row["name"]) for row in rows("country_names")]
ADJECTIVES = [(row["iso"], row["adjective"], row["plurals"]) for row in rows("nationalities")]
MEMBERS = {row["iso"] for row in rows("countries") if row["status"] == "member"}

# A form that two countries share is read as one of them where nothing else is said.
SHARED = {"سانت مارتن": "MF", "دومينيكي": "DO"}
# Names that are words of every day and a country's only where the text is about it.
NEED_CONTEXT = {"الصحراء"}


@pytest.fixture(scope="module")
def tokenise(rules: Language):  # type: ignore[no-untyped-def]
    return rules.make_doc


def found(tokenise, text: str) -> list[tuple[str, str, str]]:  # type: ignore[no-untyped-def]
    return [(text[m.start : m.end], m.label, m.value) for m in find_countries(tokenise(text))]


def test_lists_cover_every_iso_code_and_every_member_of_the_united_nations() -> None:
    codes = {iso for iso, _ in NAMES}
    assert len(MEMBERS) == 193
    assert len(codes - {"XK", "AN", "CS", "DD", "SU", "YD", "YU"}) == 249
    assert {iso for iso, _, _ in ADJECTIVES} >= MEMBERS


def test_every_listed_name_is_found_with_its_code(tokenise) -> None:  # type: ignore[no-untyped-def]
    missed = []
    for iso, name in NAMES:
        if name in NEED_CONTEXT:
            continue
        text = f"وصل الوفد أمس من {name} بعد جولة"
        if (name, "COUNTRY", SHARED.get(name, iso)) not in found(tokenise, text):
            missed.append((iso, name, found(tokenise, text)))
    assert missed == []


def test_every_adjective_is_found_in_its_forms(tokenise) -> None:  # type: ignore[no-untyped-def]
    countries = {normalise(name) for _, name in NAMES}
    missed = []
    for code, adjective, plurals in ADJECTIVES:
        iso = SHARED.get(adjective, code)
        broken = [p for plural in filter(None, plurals.split(";")) for p in (plural, "ال" + " ال".join(plural.split()))]
        for form in [*inflect(adjective), *broken]:
            if normalise(form) in countries or normalise(form) in COMMON_WORDS:
                continue
            for text in (f"حضر الجلسة مسؤول {form} كبير", f"اجتمع الرئيس {form} بضيفه"):
                if any(value == iso for _, _, value in found(tokenise, text)):
                    break
            else:
                missed.append((iso, form))
    assert missed == []


# Forms that are read as something else, whatever the adjective: «مجريات» (events), «الكوريتان» (both Koreas), «برازيليا» (the city) …
COMMON_WORDS = {
    normalise(row["name"]) for row in rows("country_senses")
    if row["label"] == "NATIONALITY" and row["position"] == "default" and not row["iso"]
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("زار وزير خارجية سلطنة عُمان طهران", [("سلطنة عُمان", "COUNTRY", "OM")]),
        ("نسأل الله أن يمن على المصابين بالشفاء", []),
        (
            "وصل محمد شياع السوداني، وأكد السوداني أن الوفد السوداني ونظيره السوداني حضرا، وبحث مع السوداني الملف",
            [("السوداني", "NATIONALITY", "SD"), ("السوداني", "NATIONALITY", "SD")],
        ),
        ("وأكد السوداني أنه سعيد", [("السوداني", "NATIONALITY", "SD")]),
        ("أصيب في القدم اليمنى ثم التقى الرئيس اليمني", [("اليمني", "NATIONALITY", "YE")]),
        ("عقد الاجتماع في العاصمة الأردنية عمّان", [("الأردنية", "NATIONALITY", "JO")]),
        ("بين الكويت وعمان وقطر", [("الكويت", "COUNTRY", "KW"), ("عمان", "COUNTRY", "OM"), ("قطر", "COUNTRY", "QA")]),
        ("الملك عبدالله الثاني يستقبل في عمان ضيفه", []),
        ("الإصلاح المالي والإداري ودعم مالي كبير", []),
        ("الرئيس المالي في باماكو", [("المالي", "NATIONALITY", "ML")]),
        ("انسحبت القوات من شمال مالي", [("مالي", "COUNTRY", "ML")]),
        ("رئيس الكونغو فيليكس تشيسيكيدي في كينشاسا", [("الكونغو", "COUNTRY", "CD")]),
        ("وصل من برازافيل رئيس الكونغو", [("الكونغو", "COUNTRY", "CG")]),
        ("النيجر ونيجيريا", [("النيجر", "COUNTRY", "NE"), ("نيجيريا", "COUNTRY", "NG")]),
        ("على ضفاف نهر الأردن", []),
        ("انتخابات ولاية جورجيا", []),
        ("قاعدة في المحيط الهندي وأخرى في بحر الصين الجنوبي", []),
        ("أمريكا اللاتينية", []),
        ("الرئيس الأمريكي-الروسي", [("الأمريكي", "NATIONALITY", "US"), ("الروسي", "NATIONALITY", "RU")]),
        ("الولايات المتحدة الأميركية", [("الولايات المتحدة الأميركية", "COUNTRY", "US")]),
        ("للولايات المتحدة", [("لولايات المتحدة", "COUNTRY", "US")]),
        ("المملكة المغربية", [("المملكة المغربية", "COUNTRY", "MA")]),
        ("زار الرباط واستقبله ملك المغرب، وأشاد بالمملكة", [("المغرب", "COUNTRY", "MA"), ("المملكة", "COUNTRY", "MA")]),
        ("أكد ولي العهد السعودي دعم المملكة", [("السعودي", "NATIONALITY", "SA"), ("المملكة", "COUNTRY", "SA")]),
        ("زار مسقط وأثنى على جهود السلطنة", [("السلطنة", "COUNTRY", "OM")]),
        ("القوات السعودية", [("السعودية", "NATIONALITY", "SA")]),
        ("في السعودية", [("السعودية", "COUNTRY", "SA")]),
        ("موقف السعودية", [("السعودية", "COUNTRY", "SA")]),
        ("طردت لندن دبلوماسيا روسيا", [("روسيا", "NATIONALITY", "RU")]),
        ("توجه إلى روسيا", [("روسيا", "COUNTRY", "RU")]),
        ("عاد بالفعل ألمانيا", [("ألمانيا", "COUNTRY", "DE")]),
        ("أحداث في سورية", [("سورية", "COUNTRY", "SY")]),
        ("طائرات سورية", [("سورية", "NATIONALITY", "SY")]),
        ("التقى رئيس الوزراء محمد شياع السوداني", []),
        ("قال الوزير أحمد السويدي", []),
        ("المنتخب السويدي", [("السويدي", "NATIONALITY", "SE")]),
        ("العقيد تركي المالكي", []),
        ("باللغة الإنجليزية ثم بالفرنسية", []),
        ("اتفقت الكوريتان", []),
        ("الكوريتان الشمالية والجنوبية", [("الكوريتان الشمالية", "COUNTRY", "KP"), ("الجنوبية", "COUNTRY", "KR")]),
        ("الزعيم الكوري الشمالي", [("الكوري الشمالي", "NATIONALITY", "KP")]),
        ("الرئيس الكوري في سيول", [("الكوري", "NATIONALITY", "KR")]),
        ("الكيان الصهيوني والدولة العبرية", [("الكيان الصهيوني", "COUNTRY", "IL"), ("الدولة العبرية", "COUNTRY", "IL")]),
        ("قضية الصحراء وجبهة البوليساريو", [("الصحراء", "COUNTRY", "EH")]),
        ("دول الساحل والصحراء", []),
        ("الاتحاد السوفياتي", [("الاتحاد السوفياتي", "COUNTRY", "SU")]),
        ("في غينيا الاستوائية وغينيا بيساو", [("غينيا الاستوائية", "COUNTRY", "GQ"), ("غينيا بيساو", "COUNTRY", "GW")]),
        ("مجريات الأحداث ومجرى النهر", []),
        ("قرغيزستان وقيرغيزيا", [("قرغيزستان", "COUNTRY", "KG"), ("قيرغيزيا", "COUNTRY", "KG")]),
        ("جمهورية الصين الشعبية", [("جمهورية الصين الشعبية", "COUNTRY", "CN")]),
        ("إنكلترا", []),
        ("زار أنتيغوا و بربودا", [("أنتيغوا و بربودا", "COUNTRY", "AG")]),
        ("رئيس الجمهورية الدومينيكانية", [("الجمهورية الدومينيكانية", "COUNTRY", "DO")]),
        ("رئيس جمهورية بوركينا فاسو", [("جمهورية بوركينا فاسو", "COUNTRY", "BF")]),
        ("زار المانيا الفدرالية وإندونيزيا والمالوين", [("المانيا الفدرالية", "COUNTRY", "DE"), ("إندونيزيا", "COUNTRY", "ID"), ("المالوين", "COUNTRY", "FK")]),
        ("شركات جنوب أفريقية", [("جنوب أفريقية", "NATIONALITY", "ZA")]),
        ("باللغتين العربية والإنجليزية", []),
        ("دول الأمريكيتين", []),
        ("سفن في خليج عمان", []),
        ("سلفادور أليندي في سان سلفادور عاصمة السلفادور", [("السلفادور", "COUNTRY", "SV")]),
    ],
)  # fmt: skip
def test_context_settles_what_is_meant(tokenise, text: str, expected: list[tuple[str, str, str]]) -> None:  # type: ignore[no-untyped-def]
    assert found(tokenise, text) == expected


def test_mentions_carry_the_key_and_the_document_the_facts(rules: Language) -> None:
    doc = rules("وزير خارجية كازاخستان")
    [mention] = find_countries(doc)
    assert mention.entity == "country:KZ"
    assert doc._.entities["country:KZ"]["links"] == {"iso": "KZ", "iso3": "KAZ", "m49": "398", "wikidata": "Q232"}
    assert doc._.entities["country:KZ"]["name_en"] == "Kazakhstan"


def test_facts_of_an_unknown_code_are_empty() -> None:
    assert facts("ZZ") == {}


@given(st.text(max_size=200) | st.lists(st.sampled_from([name for _, name in NAMES]), max_size=8).map(" و".join))
def test_mentions_lie_on_tokens_and_do_not_overlap(rules: Language, text: str) -> None:
    doc = rules.make_doc(text)
    mentions: list[Mention] = find_countries(doc)
    assert all(doc.char_span(m.start, m.end) is not None and m.label in LABELS and m.value for m in mentions)
    assert all(one.end <= two.start for one, two in pairwise(mentions))
