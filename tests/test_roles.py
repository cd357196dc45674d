"""Offices and titles, how far each goes and who holds it. Sentences written for the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from spacy.language import Language

from pipeline import spans


def roles(nlp: Language, text: str) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.value) for m in spans.read(nlp(text), "roles")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال وزير الخارجية المصري سامح شكري ذلك.", ["وزير الخارجية المصري"]),
        ("قال وزير الخارجية والتعاون الدولي سامح شكري ذلك.", ["وزير الخارجية والتعاون الدولي"]),
        ("وصل نائب رئيس الوزراء العراقي فؤاد حسين.", ["نائب رئيس الوزراء العراقي"]),
        ("أعلن المتحدث باسم وزارة الخارجية الإيرانية ناصر كنعاني الخبر.", ["المتحدث باسم وزارة الخارجية الإيرانية"]),
        ("صرح الأمين العام للأمم المتحدة أنطونيو غوتيريش بذلك.", ["الأمين العام للأمم المتحدة"]),
        ("حضر سفير قطر لدى لبنان محمد حسن الجابر.", ["سفير قطر لدى لبنان"]),
        ("صرح سفير جلالة الملك بغينيا بذلك.", ["سفير جلالة الملك بغينيا"]),
        ("التقى مساعد وزير الخارجية لشؤون الخليج خالد العنزي الوفد.", ["مساعد وزير الخارجية لشؤون الخليج"]),
        (
            "أكد ولي العهد نائب رئيس مجلس الوزراء وزير الدفاع الأمير محمد بن سلمان ذلك.",
            ["ولي العهد", "نائب رئيس مجلس الوزراء", "وزير الدفاع"],
        ),
        ("استقبل أمير قطر الشيخ تميم بن حمد آل ثاني الوفد.", ["أمير قطر"]),
        ("تلقى خادم الحرمين الشريفين الملك سلمان بن عبد العزيز رسالة.", ["خادم الحرمين الشريفين", "الملك"]),
        ("قال الفريق أول ركن محمد فريد إن القوات جاهزة.", ["الفريق أول ركن"]),
        ("وقال الكاتب خالد العنزي إن الكتب كثيرة.", ["الكاتب"]),
        ("وقال الكاتب إن الكتب كثيرة.", []),
        ("استقبل صاحب السمو الملكي الأمير محمد بن سلمان الوفد.", []),
        ("اجتمع وزراء الخارجية في القاهرة.", []),
        ("التقى سامح شكري نظيره التركي هاكان فيدان.", []),
        ("زار الوفد جامعة الملك سعود في الرياض.", []),
        ("عمل عضوان في فريق خالد العنزي أياما.", []),
        ("صدر قرار خالد العنزي القاضي بسحب القوات.", []),
        ("وقال القاضي بالمحكمة العليا خالد العنزي إن الحكم نهائي.", ["القاضي بالمحكمة العليا"]),
        ("تدرب الفريق على ملعبه الرئيس، ثم استقبله الرئيس.", ["الرئيس"]),
        ("انتُخب سامح شكري رئيسا للبرلمان.", ["رئيسا للبرلمان"]),
        ("وصل الوزير المكلف بالعلاقات مع البرلمان مصطفى بايتاس.", ["الوزير المكلف بالعلاقات مع البرلمان"]),
        ("وقال خالد العنزي، سفير قطر في لبنان، إن الزيارة مهمة.", ["سفير قطر في لبنان"]),
        ("حضر الملحق الثقافي القطري خالد العنزي.", ["الملحق الثقافي القطري"]),
        ("وقع الملحق الثاني للاتفاق خالد العنزي.", []),
        ("وقدم مستشار معالي وزير العمل خالد العنزي عرضا.", ["مستشار معالي وزير العمل"]),
        ("وكتبت الصحفية القطرية-الكندية خلود العنزي الخبر.", ["الصحفية القطرية-الكندية"]),
        ("قدم محامي الرئيس المصري السابق طلبا.", ["الرئيس المصري السابق"]),
        ("قال السيناتور الجمهوري توم تيليس ذلك.", ["السيناتور"]),
        ("بدأ اختيار الرئيس المقبل للبلاد.", []),
        ("فُقد الصحفي والكاتب القطري المفقود، خالد العنزي.", ["الصحفي", "الكاتب القطري"]),
        ("كان خالد العنزي رئيس الشؤون الخاصة لخادم الحرمين الشريفين.", ["رئيس الشؤون الخاصة لخادم الحرمين الشريفين"]),
        ("وقال الجنرال جون نيكلسون إن القوات جاهزة. ورافق الجنرال الأمريكي الوفد.", ["الجنرال", "الجنرال الأمريكي"]),
        ("ورافق الجنرال الأمريكي الوفد.", []),
    ],
)
def test_how_far_a_role_goes(rules: Language, text: str, expected: list[str]) -> None:
    assert [role for role, _ in roles(rules, text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال وزير الخارجية، سامح شكري، ذلك. وأضاف الوزير أن الحل قريب.", ["سامح شكري", "سامح شكري"]),
        ("وقال خالد العنزي، سفير قطر، إن الزيارة مهمة. وأكد السفير ذلك.", ["خالد العنزي", "خالد العنزي"]),
        ("أعلن وزير الدفاع القرار.", [""]),
        ("وكان خالد العنزي يشغل منصب نائب وزير الصناعة.", ["خالد العنزي"]),
        ("وتولى العنزي منصب وزير الدولة للشؤون القانونية.", [""]),  # no name that the lists know
        ("وتولى خالد العنزي منصب وزير الصناعة. ثم تخلى عن منصب رئيس اللجنة.", ["خالد العنزي", ""]),
        ("أمر دونالد ترامب بصفته القائد الأعلى للقوات المسلحة بذلك.", ["دونالد ترامب"]),
        ("ويقود خالد العنزي، باعتباره رئيسا للوكالة، اللجنة.", ["خالد العنزي"]),
        ("وقال خالد العنزي، وهو أيضا رئيس مجلس النواب، ذلك.", ["خالد العنزي"]),
        ("قال مدير مكتب التحقيقات الفدرالي (إف بي آي) سامح شكري ذلك.", ["سامح شكري"]),
        ("تخلى عنه وزير العدل وقتها ووزير البيئة حاليا، مايكل غوف.", ["مايكل غوف", "مايكل غوف"]),
        (
            "وصل ولي العهد الأمير محمد بن سلمان. ويضم وفد سمو ولي العهد وزير المالية محمد الجدعان.",
            ["محمد بن سلمان", "محمد بن سلمان", "محمد الجدعان"],
        ),
        (
            "رحب الأمين العام للجامعة العربية نبيل العربي. ووصل الأمين العام للجامعة العربية ووزير الصحة محمود فوزي.",
            ["نبيل العربي", "نبيل العربي", "محمود فوزي"],
        ),
        ("وقُتل رئيس الوزراء الأسبق إسحق رابين. وهددوا الرئيس.", ["إسحق رابين", ""]),
        ("وأعلن ذلك الرئيس الروسي فلاديمير بوتين، ورئيس أركان القوات المسلحة الروسية.", ["فلاديمير بوتين", ""]),
        ("وقال خالد العنزي المبعوث الأمريكي الخاص لأفغانستان إن الحل قريب.", ["خالد العنزي"]),
        (
            "التقى الرئيس المصري عبد الفتاح السيسي الرئيس الفرنسي إيمانويل ماكرون. وقال الرئيس المصري إنه متفائل.",
            ["عبد الفتاح السيسي", "إيمانويل ماكرون", "عبد الفتاح السيسي"],
        ),
        ("بحث جون كيري الملف. وقال وزير الخارجية الأمريكي إن الحل قريب.", ["جون كيري"]),
        ("وصلت شقيقة الزعيم الكوري الشمالي كيم يو جونغ إلى سيول.", [""]),
        (
            "وصل وزير الخارجية والتعاون الدولي في جمهورية مالي خالد العنزي. وقال وزير خارجية مالي إن الزيارة مهمة.",
            ["خالد العنزي", "خالد العنزي"],
        ),
        ("تحدث صهر الرئيس التركي رجب طيب أردوغان طويلا.", ["رجب طيب أردوغان"]),
        (
            "حضر وزير الدولة خالد العنزي ووزير العدل فهد الحربي. وقال وزير العدل إن العمل جار.",
            ["خالد العنزي", "فهد الحربي", "فهد الحربي"],
        ),
    ],
)
def test_the_holder_of_a_role(rules: Language, text: str, expected: list[str]) -> None:
    assert [holder for _, holder in roles(rules, text)] == expected


def test_a_counterpart_has_the_office_for_his_own_country(rules: Language) -> None:
    doc = rules("التقى وزير الخارجية المصري سامح شكري نظيره السعودي عادل الجبير في القاهرة.")
    offices = {facts["name"]: facts.get("offices") for facts in doc._.entities.values() if facts["label"] == "PERSON"}
    assert offices == {
        "سامح شكري": [{"office": "foreign minister", "country": "EG"}],
        "عادل الجبير": [{"office": "foreign minister", "country": "SA"}],
    }


def test_roles_and_country_are_facts_of_the_person(rules: Language) -> None:
    doc = rules("قال الرئيس الفرنسي إيمانويل ماكرون ذلك. وأضاف رئيس فرنسا أنه متفائل.")
    facts = doc._.entities["wd:Q3052772"]
    assert facts["roles"] == ["الرئيس الفرنسي", "رئيس فرنسا"]
    assert facts["country"] == "FR"


def test_an_office_is_listed_with_the_article_that_a_preposition_hides(rules) -> None:  # type: ignore[no-untyped-def]
    doc = rules("سُلّمت الرسالة للرئيس الفرنسي إيمانويل ماكرون، ثم غادر الرئيس الفرنسي إيمانويل ماكرون.")
    assert [facts["roles"] for facts in doc._.entities.values() if "roles" in facts] == [["الرئيس الفرنسي"]]


def test_a_listed_head_of_state_has_his_country_where_the_text_does_not_say_it(rules: Language) -> None:
    (facts,) = (f for f in rules("أكد الرئيس قاسم جومارت توكاييف ذلك.")._.entities.values() if f["label"] == "PERSON")
    assert facts["country"] == "KZ"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("قال الرئيس الأمريكي ترامب ذلك. وأضاف ترامب أنه سيغادر.", "wd:Q22686"),
        ("أعلن الرئيس ترامب أن الولايات المتحدة مستعدة.", "wd:Q22686"),
        ("رحب السيد ترامب بالوفد. وقال الرئيس الأمريكي إنه لا يساوم.", "wd:Q22686"),
        ("قال الرئيس ترامب ذلك.", "person:ترامب"),  # no country: it may be a club's
        ("قال المهندس ترامب ذلك في الولايات المتحدة.", "person:ترامب"),
    ],
)
def test_a_surname_with_the_office_of_the_list_is_that_leader(rules: Language, text: str, key: str) -> None:
    doc = rules(text)
    assert {m.entity for m in spans.read(doc, "people")} == {key}
    assert {m.entity for m in spans.read(doc, "roles")} <= {key, ""}
    assert {m.value for m in spans.read(doc, "people")} == {"ترامب"}, "the value is what the text says"
    assert doc._.entities[key]["name"] == ("دونالد ترامب" if key.startswith("wd:") else "ترامب")


def test_the_organisation_of_an_office_is_a_fact(rules: Language) -> None:
    doc = rules("صرح الأمين العام للأمم المتحدة أنطونيو غوتيريش بذلك.")
    assert doc._.entities["wd:Q311440"]["organisation"] == "الأمم المتحدة"


def test_a_role_has_its_holders_key(rules: Language) -> None:
    doc = rules("قال الرئيس دونالد ترامب ذلك.")
    assert (
        [m.entity for m in spans.read(doc, "roles")] == [m.entity for m in spans.read(doc, "people")] == ["wd:Q22686"]
    )


@pytest.mark.parametrize(
    ("score", "expected"),
    [(0.97, ["حكيم القرية"]), (0.4, [])],
)
def test_a_sure_proposal_is_taken_where_the_grammar_is_silent(
    rules: Language, score: float, expected: list[str]
) -> None:
    doc = rules.make_doc("وأكد ذلك حكيم القرية في حديثه.")
    start = doc.text.index("حكيم")
    spans.write(doc, "names", [spans.Mention(start, start + len("حكيم القرية"), "ROLE", score=score, by="model")])
    for name, stage in rules.pipeline:
        if name in ("khabar_people", "khabar_roles"):
            doc = stage(doc)
    assert [doc.text[m.start : m.end] for m in spans.read(doc, "roles")] == expected


@pytest.mark.parametrize(
    "text", ["نائب رئيس " * 3000, "رئيس " + "العربي " * 3000, "المتحدث باسم " * 3000, "وزير الخارجية و" * 3000]
)
def test_rows_without_end_are_read(rules: Language, text: str) -> None:
    doc = rules.make_doc(text)
    for name, stage in rules.pipeline:
        if name in ("khabar_people", "khabar_roles"):
            doc = stage(doc)
    assert all(m.end <= len(text) for m in spans.read(doc, "roles"))


@pytest.mark.slow
def test_roles_of_the_development_articles(nlp: Language, shared: Path) -> None:
    right = wanted = given = held = 0
    for line in (shared / "gold/dev.jsonl").open(encoding="utf-8"):
        article = json.loads(line)
        gold = {(e["start"], e["end"]): e["value"] for e in article["entities"] if e["label"] == "ROLE"}
        found = {(m.start, m.end): m.value for m in spans.read(nlp(article["text"]), "roles")}
        both = gold.keys() & found.keys()
        right, wanted, given = right + len(both), wanted + len(gold), given + len(found)
        held += sum(gold[k] == found[k] for k in both)
    assert 2 * right / (wanted + given) >= 0.96
    assert held / right >= 0.96
