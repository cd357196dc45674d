"""People: where their names stand, whom each names, what is known of them. Sentences written for the project."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline import spans
from pipeline.leaders import by_surname, everyone, lookup
from pipeline.people import person_facts, person_key
from pipeline.romanise import romanise


def people(nlp: Language, text: str) -> list[str]:
    return [text[m.start : m.end] for m in spans.read(nlp(text), "people")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("التقى وزير الخارجية المصري سامح شكري نظيره في القاهرة.", ["سامح شكري"]),
        ("وقال الدكتور خالد العنزي إن الاتفاق مهم.", ["خالد العنزي"]),
        ("أكد محمد بن سلمان بن عبد العزيز آل سعود ذلك.", ["محمد بن سلمان بن عبد العزيز آل سعود"]),
        ("استقبل الملك محمد السادس السفير.", ["محمد السادس"]),
        ("وصل الشيخ تميم بن حمد آل ثاني إلى الدوحة.", ["تميم بن حمد آل ثاني"]),
        ("قال أنطونيو غوتيريش، الأمين العام للأمم المتحدة، إن الوضع صعب.", ["أنطونيو غوتيريش"]),
        ("انتقدت إدارة دونالد ترامب القرار.", ["دونالد ترامب"]),
        ("وصلت الطائرة إلى مطار الملك خالد في الرياض.", []),
        ("افتتحت جامعة الملك عبد العزيز المؤتمر.", []),
        ("قالت أنغيلا #ميركل إن القمة ناجحة.", ["أنغيلا #ميركل"]),
        ("بحث الوزير تعزيز علاقات حسن الجوار.", []),
        ("لو جاء الوفد لبدأت المحادثات.", []),
        ("نقل الكتاب ذلك عن جالينوس وسقراط.", ["جالينوس", "سقراط"]),
        ("افتتح الوزير مستشفى ابن سينا في الموصل.", []),
        ("نجحت حملة عبد الفتاح السيسي الأولى.", ["عبد الفتاح السيسي"]),
        ("استقبلت الملكة إليزابيث الثانية الوفد.", ["إليزابيث الثانية"]),
        ("شددت الوزارة على أهمية التعاون.", []),
        ("التقى الرئيس فلاديمير بوتين نظيره.\nخطاب بوتين", ["فلاديمير بوتين", "بوتين"]),  # the text ends with a surname
    ],
)
def test_names_by_their_context(rules: Language, text: str, names: list[str]) -> None:
    assert people(rules, text) == names


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("قال سامح شكري إن بلاده ترحب. وأضاف شكري أن الحل قريب.", {"سامح شكري"}),
        ("التقى الرئيس دونالد ترامب الوفد. وقال ترمب إنه متفائل.", {"دونالد ترامب"}),
        (
            "وصل الأمير محمد بن سلمان. واستقبل الملك سلمان بن عبد العزيز الوفد.",
            {"محمد بن سلمان", "سلمان بن عبد العزيز"},
        ),
        ("قال عبد اللطيف وهبي ذلك. وأكد عبداللطيف وهبي مرة أخرى.", {"عبد اللطيف وهبي"}),
    ],
)
def test_values_are_the_fullest_form(rules: Language, text: str, values: set[str]) -> None:
    found = spans.read(rules(text), "people")
    assert {m.value for m in found} == values
    assert len({m.entity for m in found}) == len(values)


def test_the_article_that_a_preposition_hides_is_in_the_value(rules: Language) -> None:
    doc = rules("قدم الوفد للجبير رسالة. وقال الوزير عادل الجبير إنه يرحب.")
    assert [m.value for m in spans.read(doc, "people")] == ["عادل الجبير", "عادل الجبير"]


def test_proposals_of_the_model_are_taken(rules: Language) -> None:
    doc = rules.make_doc("وصرح زغلول قطمير بذلك.")
    start = doc.text.index("زغلول")
    spans.write(doc, "names", [spans.Mention(start, start + len("زغلول قطمير"), "PERSON", score=0.9, by="model")])
    for name, stage in rules.pipeline:
        if name == "khabar_people":
            doc = stage(doc)
    assert [m.value for m in spans.read(doc, "people")] == ["زغلول قطمير"]


def test_a_nickname_in_quotes_is_the_person_before_it(rules: Language) -> None:
    doc = rules.make_doc('أعلن محمد حمدان دقلو "حميدتي" ذلك. ثم سافر حميدتي.')
    spans.write(
        doc,
        "names",
        [
            spans.Mention(m.start(), m.end(), "PERSON", score=0.9, by="model")
            for m in re.finditer("محمد حمدان دقلو|حميدتي", doc.text)
        ],
    )
    doc = dict(rules.pipeline)["khabar_people"](doc)
    assert [m.value for m in spans.read(doc, "people")] == ["محمد حمدان دقلو"] * 3


@pytest.mark.parametrize(
    ("text", "proposed", "names"),
    [
        ("ذكر ذلك نقلا عن كييف أمس.", "كييف", []),  # a place by the lists
        ("قالت الثلاثاء متحدثة ذلك.", "الثلاثاء", []),
        ("خرج أبناء قبيلة شمر للتظاهر.", "شمر", []),
        ("ينتمي إلى أسرة آل زغلول المعروفة.", "آل زغلول", []),
        ("قتل خمسة من عائلة زغلول قطمير.", "زغلول قطمير", ["زغلول قطمير"]),
        ("رحب بدعوة زغلول #قطمير إلى الحفل.", "زغلول|قطمير", ["زغلول #قطمير"]),
        ("رحبت زغلول قطمير-زيزفون بالحفل.", "زغلول قطمير|زيزفون", ["زغلول قطمير-زيزفون"]),
        ("رحب وزير الخارجية المصري، زغلول قطمير، بالحفل.", "قطمير", ["زغلول قطمير"]),
        ("جاء ذلك عن طريق زغلول أمس.", "زغلول", ["زغلول"]),
        ("وصف زغلول الزعتري الوضع. ونقلت عن الزعتري ذلك.", "زغلول الزعتري|الزعتري", ["زغلول الزعتري", "الزعتري"]),
        ("سحب النواب الثقة من سعيد بوحجة. وطالبوا برحيل بوحجة.", "سعيد بوحجة|وحجة", ["سعيد بوحجة", "بوحجة"]),
        ("ذكر تصريحات الرئيس (السابق) زغلول مرارا.", r"\) زغلول", ["زغلول"]),
        (
            "تنازل فؤاد الثاني وعباس الثاني لفاروق فؤاد.",
            "فؤاد الثاني|عباس الثاني|فاروق فؤاد",
            ["فؤاد الثاني", "عباس الثاني", "فاروق فؤاد"],
        ),
    ],
)
def test_what_the_model_proposes_is_weighed(rules: Language, text: str, proposed: str, names: list[str]) -> None:
    doc = rules.make_doc(text)
    for _, stage in rules.pipeline[: rules.pipe_names.index("khabar_people")]:
        doc = stage(doc)
    found = [spans.Mention(m.start(), m.end(), "PERSON", score=0.9, by="model") for m in re.finditer(proposed, text)]
    spans.write(doc, "names", found)
    doc = rules.get_pipe("khabar_people")(doc)
    assert [text[m.start : m.end] for m in spans.read(doc, "people")] == names


def test_an_adjective_that_follows_a_title_as_it_is_written_is_no_name(rules: Language) -> None:
    doc = rules.make_doc("برزت الحاجة الملحة إلى الدواء.")
    spans.write(doc, "names", [])
    assert spans.read(rules.get_pipe("khabar_people")(doc), "people") == []


def test_an_adjective_after_a_title_is_no_name_where_the_model_sees_none(rules: Language) -> None:
    doc = rules.make_doc("أكد المصدر الدبلوماسي الخبير المطلع على الأزمة ذلك، والرئيس الإيراني يتوعد.")
    spans.write(doc, "names", [])
    assert spans.read(dict(rules.pipeline)["khabar_people"](doc), "people") == []


def test_a_surname_stands_again_after_a_verb_of_saying(rules: Language) -> None:
    doc = rules.make_doc("كشف المتحدث أحمد الصحاف التفاصيل. وقال الصحاف إن العمل جار.")
    start = doc.text.index("أحمد")
    spans.write(doc, "names", [spans.Mention(start, start + len("أحمد الصحاف"), "PERSON", score=0.99, by="model")])
    doc = dict(rules.pipeline)["khabar_people"](doc)
    assert [doc.text[m.start : m.end] for m in spans.read(doc, "people")] == ["أحمد الصحاف", "الصحاف"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("دونالد ترمب", "wd:Q22686"),
        ("دونالد ترامب", "wd:Q22686"),
        ("ترامب", "person:ترامب"),
        ("سيرجي لافروف", "wd:Q58217"),
        ("محمد بن سلمان بن عبدالعزيز آل سعود", person_key("محمد بن سلمان")),
        ("هاني القصار", "person:هاني القصار"),
    ],
)
def test_keys_are_the_same_in_all_documents(name: str, key: str) -> None:
    assert person_key(name) == key


def test_no_surname_is_linked() -> None:
    linked = [name for name, _ in everyone() if " " in name and (known := lookup(name.split()[-1])) and known.wikidata]
    assert linked == []


@pytest.mark.parametrize("name", [name for name, _ in everyone() if len(name.split()) > 1])
def test_every_listed_name_is_looked_up(name: str) -> None:
    known = lookup(name)
    assert known is not None
    assert known.name_en == dict(everyone())[name].name_en


def test_leaders_have_terms_that_end_after_they_begin() -> None:
    assert [(k.name, t) for _, k in everyone() for t in k.terms if t.end and t.end <= t.start] == []


def test_a_leader_is_guessed_by_surname_only_where_one_has_it() -> None:
    assert by_surname("كيري") is lookup("جون كيري")
    assert by_surname("الأسد") is None
    assert by_surname("جون كيري") is None


def test_hashes_and_underscores_make_no_other_name(rules: Language) -> None:
    doc = rules("قال الرئيس دونالد #ترامب ذلك. وأضاف دونالد ترامب: غادر الوزير. وقال الرئيس دونالد_ترامب ذلك.")
    assert doc._.entities["wd:Q22686"]["aliases"] == ["دونالد ترامب"]


def test_facts_name_and_link() -> None:
    assert person_facts("جو بايدن") == {
        "name": "جو بايدن",
        "name_en": "Joe Biden",
        "links": {"wikidata": "Q6279"},
        "country": "US",
    }
    assert person_facts("خالد العنزي") == {"name": "خالد العنزي", "romanised": romanise("خالد العنزي")}


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("محمد", "Mohamed"),
        ("عبد الله العتيبي", "Abdullah Al-Otaibi"),
        ("", ""),
        ("غربشوي", "Gharbashoi"),
        ("تريلر", "Trilr"),
        ("يونوف", "Yonof"),
        ("العضرط", "Al-Adrat"),
        ("إدنبوق", "Idnaboq"),
        ("أوغطار", "Oghtar"),
        ("فيصل بن عبدالعزيز", "Faisal bin Abdelaziz"),
        ("عبدالخضير", "Abdulkhadir"),
        ("عبد الخضير", "Abdulkhadir"),
        ("أم سعيد", "Umm Saeed"),
        ("عبد الحميد الثاني", "Abdelhamid II"),
        ("إبراهيم السلطان", "Ibrahim Al-Saltan"),
        ("The Jam Tree", "The Jam Tree"),
    ],
)
def test_romanised(name: str, latin: str) -> None:
    assert romanise(name) == latin


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ابن محدعلي الشيخو،.\n#-وزير ملك(«»)ًـ 12a\u200f", max_size=120))
def test_any_text_gives_mentions_on_tokens(rules: Language, text: str) -> None:
    doc = rules(text)
    for m in spans.read(doc, "people", "roles"):
        assert doc.char_span(m.start, m.end) is not None
    taken = [i for m in spans.read(doc, "people") for i in range(m.start, m.end)]
    assert len(taken) == len(set(taken))


@pytest.mark.slow
def test_people_of_the_development_articles(nlp: Language, shared: Path) -> None:
    right = wanted = given = valued = 0
    for line in (shared / "gold/dev.jsonl").open(encoding="utf-8"):
        article = json.loads(line)
        gold = {(e["start"], e["end"]): e["value"] for e in article["entities"] if e["label"] == "PERSON"}
        found = {(m.start, m.end): m.value for m in spans.read(nlp(article["text"]), "people")}
        both = gold.keys() & found.keys()
        right, wanted, given = right + len(both), wanted + len(gold), given + len(found)
        valued += sum(gold[k] == found[k] for k in both)
    assert 2 * right / (wanted + given) >= 0.98
    assert valued / right >= 0.97
