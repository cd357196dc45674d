"""Dates: every form of the table with its value, what the surroundings decide, what holds on any text, and the scores promised."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from pipeline import spans
from pipeline.dates import describe, document_date, find_dates
from pipeline.dates.calendars import hijri_day
from pipeline.lists import rows
from tests.growth import in_proportion

ROOT = Path(__file__).parents[1]
WRITTEN = date(2023, 11, 8)  # a Wednesday

with (ROOT / "tests" / "data" / "date_cases.tsv").open(encoding="utf-8", newline="") as lines:
    CASES = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def news(text: str, reference: date | None = WRITTEN) -> list[tuple[str, str]]:
    return [(m.text, m.value) for m in find_dates(text, reference, convention="news")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['form']}: {case['expression'] or case['text']}")
def test_each_form_is_read_whole_and_has_its_value(case: dict[str, str]) -> None:
    found = news(case["text"])
    if not case["expression"]:
        assert found == []
    else:
        assert (case["expression"], case["value"]) in found


def test_the_page_of_forms_is_made_from_the_cases() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_dates_page.py"],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    ).stdout
    assert (ROOT / "docs" / "dates.md").read_text(encoding="utf-8") == made


def test_offsets_cut_the_raw_text() -> None:
    text = "وقّعا في ٦ تشـرين الثّاني/نوفمبر وسيلتقيان غداً"
    assert [text[m.start : m.end] for m in find_dates(text, WRITTEN)] == ["٦ تشـرين الثّاني/نوفمبر", "غداً"]


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("وأمس التقى نظيره", "أمس"),
        ("قمة لعام 2014 في الدوحة", "عام 2014"),
        ("موازنة للعام 2015 كاملة", "لعام 2015"),
        ("اتفقا بأيلول/سبتمبر 2014 على الهدنة", "أيلول/سبتمبر 2014"),
        ("توقف والجمعة الماضي استؤنف", "الجمعة الماضي"),
        ("يصل فالأسبوع المقبل حاسم", "الأسبوع المقبل"),
    ],
)
def test_proclitics_stay_outside(text: str, expression: str) -> None:
    assert [m.text for m in find_dates(text, WRITTEN)] == [expression]


def test_days_of_a_list_are_apart_and_days_in_a_row_together() -> None:
    assert news("تجرى يومي 12 و19 يونيو المقبل") == [("12", "2024-06-12"), ("19 يونيو المقبل", "2024-06-19")]
    assert news("تجرى يومي 12 و13 يونيو المقبل") == [("12 و13 يونيو المقبل", "2024-06-12/2024-06-13")]
    assert news("جرت في عامي 1994 و1999 على التوالي") == [("عامي 1994", "1994"), ("1999", "1999")]


def test_a_hijri_date_and_its_twin_are_two_and_agree() -> None:
    text = "الرياض 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس"
    hijri, twin = find_dates(text)
    assert (hijri.text, hijri.value, hijri.hijri) == ("26 شوال 1436 هـ", "2015-08-11", "1436-10-26")
    assert (twin.text, twin.value, twin.hijri) == ("11 أغسطس 2015 م", "2015-08-11", "")


def test_a_date_without_a_year_takes_that_of_its_twin() -> None:
    assert news("عقد في 26 شوال الموافق 11 أغسطس 2015") == [("26 شوال", "2015-08-11"), ("11 أغسطس 2015", "2015-08-11")]
    assert news("عقد في 26 شوال 1436هـ الموافق 11 أغسطس") == [
        ("26 شوال 1436هـ", "2015-08-11"),
        ("11 أغسطس", "2015-08-11"),
    ]
    assert news("صدر في 9 رمضان 1331 الموافق لـ 12 أغسطس 1913")[0] == ("9 رمضان 1331", "1913-08-12")


def test_a_weekday_that_contradicts_its_date_is_reported_and_the_date_wins() -> None:
    [right], [wrong] = find_dates("عقد الثلاثاء 7 نوفمبر 2023"), find_dates("عقد الأربعاء 7 نوفمبر 2023")
    assert (right.value, right.weekday_conflict) == ("2023-11-07", False)
    assert (wrong.value, wrong.weekday_conflict) == ("2023-11-07", True)


def test_the_weekday_beside_a_day_may_tell_its_year() -> None:
    assert [
        (m.value, m.weekday_conflict)
        for m in find_dates("عقدت القمة السبت 6 يناير في باريس", WRITTEN, convention="news")
    ] == [("2024-01-06", False)]


def test_a_day_alone_belongs_to_the_month_named_before_it() -> None:
    assert news("كانت القمة مقررة في 12 يناير 2022 وأعلن الأحد أنها قد تعقد في الخامس عشر.")[-1] == (
        "الخامس عشر",
        "2022-01-15",
    )


def test_the_following_day_follows_the_day_named_last_or_the_one_of_its_complement() -> None:
    assert news("عُقد الحوار يوم 6 نوفمبر 2023 بعد قمة أيلول/سبتمبر 2023، وزار باكو في اليوم التالي للحوار.", None)[-1] == (
        "اليوم التالي", "2023-11-07",
    )  # fmt: skip
    assert ("اليوم التالي", "2023-11-01") in news(
        "بعد لقاء 6 نوفمبر قال إنه عاد في اليوم التالي لاختتام المنتدى في 31 أكتوبر."
    )
    assert news("وصل في اليوم التالي إلى باكو.") == [("اليوم التالي", "")]


def test_a_weekday_and_the_hijri_day_that_it_is_are_two() -> None:
    assert news("يصل يوم الأحد القادم الموافق 28 ربيع الآخر 1445هـ إلى الدوحة") == [
        ("الأحد القادم", "2023-11-12"),
        ("28 ربيع الآخر 1445هـ", "2023-11-12"),
    ]
    assert news("وصل أمس الثلاثاء الموافق 23 ربيع الآخر 1445هـ") == [
        ("أمس الثلاثاء", "2023-11-07"),
        ("23 ربيع الآخر 1445هـ", "2023-11-07"),
    ]


def test_what_is_planned_lies_ahead_however_near_the_last_one_is() -> None:
    assert news("قبل الانتخابات المقررة في 24 أكتوبر") == [("24 أكتوبر", "2024-10-24")]
    assert news("قبل الانتخابات التي كانت مقررة في 24 أكتوبر") == [("24 أكتوبر", "2023-10-24")]


def test_without_a_reference_what_is_relative_has_no_value() -> None:
    text = "التقى أمس الاثنين نظيره وسيزور باريس في 12 مارس ثم روما عام 2025"
    assert news(text, None) == [("أمس الاثنين", ""), ("12 مارس", ""), ("عام 2025", "2025")]


def test_without_a_reference_the_dateline_is_one() -> None:
    text = (
        "الرياض 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس\nاجتمع الوزير أمس بنظيره، ويجتمعان مرة أخرى الأسبوع المقبل."
    )
    assert [m.value for m in find_dates(text)][2:] == ["2015-08-10", "2015-08-17/2015-08-23"]


def test_what_a_value_rests_on_is_said() -> None:
    written, inferred = find_dates("وُقّع عام 2015 وانسحب منه الأسبوع الماضي من دون تفسير من الحكومة الجديدة", WRITTEN)
    assert (written.grain, written.rule, written.anchor, written.inferred) == ("year", "year", None, False)
    assert (inferred.grain, inferred.rule, inferred.anchor, inferred.inferred) == ("week", "week", WRITTEN, True)
    assert (inferred.first, inferred.last) == (date(2023, 10, 30), date(2023, 11, 5))


@pytest.mark.parametrize(
    ("text", "iso", "timex"),
    [
        ("في أيلول/سبتمبر 2023 بالدوحة", "2023-09-01/2023-10-01", {"type": "DATE", "value": "2023-09"}),
        ("منذ عام 2011 في حرب", "2011-01-01/..", {"type": "DATE", "value": "2011", "mod": "START"}),
        ("حتى 12 مارس 2024 على الأقل", "../2024-03-13", {"type": "DATE", "value": "2024-03-12", "mod": "END"}),
        ("في التسعينيات من دون أمل", "1990-01-01/2000-01-01", {"type": "DATE", "value": "199"}),
        ("في 30 فبراير 2023 كما زعم", "", {"type": "DATE", "value": ""}),
    ],
)
def test_intervals_and_timex3(text: str, iso: str, timex: dict[str, str]) -> None:
    [found] = find_dates(text, convention="news")
    assert (found.iso, found.timex3()) == (iso, timex)


def test_a_datetime_is_taken_by_its_day() -> None:
    assert find_dates("وصل أمس", datetime(2023, 11, 8, 23, 59)) == find_dates("وصل أمس", WRITTEN)


def test_lengths_of_time_from_now_need_no_preposition_in_a_message() -> None:
    texts = ("أسبوعان من الآن", "ثلاثة أسابيع مضت", "في غضون يومين")
    assert [m.value for text in texts for m in find_dates(text, WRITTEN)] == [
        "2023-11-22",
        "2023-10-18",
        "2023-11-08/2023-11-10",
    ]
    assert news("دامت المفاوضات ثلاثة أسابيع مضت") == []


@pytest.mark.parametrize(
    ("text", "news_value", "message_value"),
    [
        ("الاثنين", "2023-11-06", "2023-11-13"),
        ("في السبعينيات", "197X", "1970/1979"),
        ("الربيع القادم", "2024-03/2024-05", "2024-21"),
        ("بداية الأسبوع المقبل", "2023-11-13/2023-11-19", "2023-11-13/2023-11-15"),
        ("منذ ثلاثة أيام", "2023-11-05/..", "2023-11-05"),
        ("في عيد الأب", "2023-06-18", "2024-06-16"),
    ],
)
def test_a_short_message_is_read_as_libraries_for_messages_do(text: str, news_value: str, message_value: str) -> None:
    assert [m.value for m in find_dates(text, WRITTEN, convention="news")] == [news_value]
    assert [m.value for m in find_dates(text, WRITTEN)] == [message_value]
    article = f"هذا نص مقال طويل فيه من الكلمات ما يكفي ليقرأ كما تقرأ الأخبار.\n{text}"
    assert news_value in [m.value for m in find_dates(article, WRITTEN)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("الرياض 22 ربيع الآخر 1445 هـ الموافق 6 نوفمبر 2023 م واس\nاجتمع الوزير", date(2023, 11, 6)),
        ("عنوان الخبر\nFri, 11 Aug 2017 15:17:41 GMT\nنص الخبر", date(2017, 8, 11)),
        ("مسقط في 6 نوفمبر 2023 /العُمانية/ عقد الوزير جلسة", date(2023, 11, 6)),
        ("بيروت في 6 تشرين الثاني/نوفمبر 2023 (وطنية)\nاستقبل الرئيس", date(2023, 11, 6)),
        ("وطنية - الاثنين 6 تشرين الثاني 2023 - استقبل الرئيس", date(2023, 11, 6)),
        ("الدوحة - قنا - 6 نوفمبر 2023: اجتمع الوزير", date(2023, 11, 6)),
        ("القاهرة (أ ش أ) 6 نوفمبر 2023 - أكد الوزير", date(2023, 11, 6)),
        ("الكويت - 6 - 11 - 2023 (كونا) -- بحث الوزير", date(2023, 11, 6)),
        ("الرباط: 6 نونبر 2023 (ومع)- أجرى الوزير", date(2023, 11, 6)),
        ("عدن – سبأنت – الاثنين 22 ربيع الآخر 1445هـ الموافق 6 نوفمبر 2023م\nاستقبل الرئيس", date(2023, 11, 6)),
        ("الاثنين - 22 شهر ربيع الآخر 1445 هـ - 06 نوفمبر 2023 مـ\nلندن: «الجريدة»", date(2023, 11, 6)),
        ("كتب سالم ناصر - الاثنين 6 نوفمبر 2023\nقال الوزير", date(2023, 11, 6)),
        ("عنوان الخبر\nتاريخ النشر: 06/11/2023\nقال الوزير", date(2023, 11, 6)),
        ("عنوان الخبر\nآخر تحديث: الاثنين 6 نوفمبر 2023 - 02:15 م\nقال الوزير", date(2023, 11, 6)),
        ("الدوحة في 6 نوفمبر /قنا/ اجتمع الوزير", None),
        ("وُقّع الاتفاق بين البلدين في 6 نوفمبر 2023", None),
        ("وُلد في 6 نوفمبر 1950 في باريس", None),
        ("تولى المنصب في 6 نوفمبر 2023 (خلفاً لسالم)", None),
        ("قمة الرياض في 6 نوفمبر 2023 تبحث السلام", None),
        ("هجمات 11 سبتمبر 2001: ما الذي حدث", None),
        ("افتُتح المؤتمر 6 نوفمبر 2023 بحضور الوزراء", None),
        ("الرياض 6 نوفمبر\nاجتمع الوزير", None),
        ("", None),
    ],
)
def test_the_date_of_a_dateline(text: str, expected: date | None) -> None:
    assert document_date(text) == expected


def test_the_stage_writes_mentions_and_the_document_date() -> None:
    nlp = spacy.blank("ar", config={"nlp": {"tokenizer": {"@tokenizers": "khabar.tokeniser.v1"}}})
    nlp.add_pipe("khabar_dates")
    doc = nlp("الرياض 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م\nوصل الوزير أمس وسيغادر غداً.")
    assert [(m.label, m.value) for m in spans.read(doc, "dates")] == [
        ("DATE", "2015-08-11"), ("DATE", "2015-08-11"), ("DATE", "2015-08-10"), ("DATE", "2015-08-12"),
    ]  # fmt: skip
    assert (doc._.date, doc._.date_source) == ("2015-08-11", "dateline")
    given = nlp.make_doc("وصل الوزير أمس.")
    given._.given_date = "2023-11-08"
    given = nlp(given)
    assert (given._.date, given._.date_source) == ("2023-11-08", "given")
    assert [m.value for m in spans.read(given, "dates")] == ["2023-11-07"]
    none = nlp("وصل الوزير أمس.")
    assert (none._.date, none._.date_source, [m.value for m in spans.read(none, "dates")]) == ("", "none", [""])


def test_rows_for_printing_are_plain() -> None:
    [row] = describe("وصل الوزير أمس", WRITTEN)
    assert json.loads(json.dumps(row, ensure_ascii=False)) == row
    assert (row["text"], row["value"], row["anchor"]) == ("أمس", "2023-11-07", "2023-11-08")


# -- what holds on any text ------------------------------------------------------------------------------------------------

days = st.dates(date(1800, 1, 1), date(2199, 12, 31))
month_names = st.sampled_from([row for row in rows("date_months") if row["calendar"] == "gregorian"])
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@given(
    days,
    st.sampled_from(["{d}/{m}/{y}", "{d:02}-{m:02}-{y}", "{d}.{m}.{y}", "{y}-{m:02}-{d:02}", "{y}/{m}/{d}م"]),
    st.booleans(),
)
def test_a_date_in_digits_reads_back(when: date, form: str, eastern: bool) -> None:
    written = form.format(d=when.day, m=when.month, y=when.year)
    written = written.translate(EASTERN) if eastern else written
    assert news(f"صدر القرار بتاريخ {written} في العاصمة", None) == [(written, when.isoformat())]


@given(days, st.data(), st.sampled_from(["{d} {m} {y}", "{d} من {m} عام {y}", "الـ{d} من شهر {m} {y}", "{d} {m}، {y}"]))
def test_a_date_with_a_month_reads_back(when: date, data: st.DataObject, form: str) -> None:
    names = [
        row["form"] for row in rows("date_months") if row["calendar"] == "gregorian" and int(row["month"]) == when.month
    ]
    written = form.format(d=when.day, m=data.draw(st.sampled_from(names)), y=when.year)
    assert news(f"صدر القرار في {written} في العاصمة", None) == [(written, when.isoformat())]


@given(
    st.integers(1343, 1500), st.data(), st.integers(1, 28), st.sampled_from(["{d} {m} {y}هـ", "{d} من شهر {m} {y} هـ"])
)
def test_a_hijri_date_reads_back(year: int, data: st.DataObject, day: int, form: str) -> None:
    month = data.draw(st.integers(1, 12))
    names = [row["form"] for row in rows("date_months") if row["calendar"] == "hijri" and int(row["month"]) == month]
    written = form.format(d=day, m=data.draw(st.sampled_from(names)), y=year)
    [found] = find_dates(f"صدر القرار في {written} في العاصمة", convention="news")
    assert (found.text, found.value) == (written, hijri_day(year, month, day).edtf)
    assert found.hijri == f"{year}-{month:02}-{day:02}"


@given(days, days)
def test_a_range_reads_back(first: date, last: date) -> None:
    first, last = sorted((first, last))
    written = f"من {first.day} أيار {first.year} إلى {last.day} تموز {last.year}"
    found = news(f"يستمر العمل {written} في العاصمة", None)
    start, end = f"{first.year}-05-{first.day:02}", f"{last.year}-07-{last.day:02}"
    assert found == [(written, f"{start}/{end}" if last.day < 32 and start <= end else "")]


@given(days, st.integers(-7, 7))
def test_a_weekday_beside_its_day_is_that_day(when: date, offset: int) -> None:
    names = {int(r["iso_weekday"]): r["form"] for r in rows("date_weekdays") if r["form"].startswith("ال")}
    said = when + timedelta(days=offset)
    [found] = find_dates(f"قال {names[said.isoweekday()]} {said.day} {_month(said)} {said.year} إنه راض", when)
    assert (found.value, found.weekday_conflict) == (said.isoformat(), False)


def _month(when: date) -> str:
    return next(
        r["form"] for r in rows("date_months") if r["calendar"] == "gregorian" and int(r["month"]) == when.month
    )


words = sorted({row[column] for name, column in (
    ("date_months", "form"), ("date_weekdays", "form"), ("date_numbers", "form"), ("date_units", "form"), ("date_deictics", "form"),
    ("date_directions", "form"), ("date_parts", "form"), ("date_seasons", "form"), ("date_decades", "form"), ("date_festivals", "form"),
    ("date_openings", "form"), ("date_words", "form"), ("date_context", "form"),
) for row in rows(name)})  # fmt: skip
pieces = st.one_of(
    st.sampled_from(words), st.sampled_from(["و", "/", "-", "(", ")", "،", ".", "\n", "من", "إلى", "بين", "الـ", "هـ"]),
    st.integers(0, 99999).map(str), st.text(max_size=4),
)  # fmt: skip


@given(st.lists(pieces, max_size=14).map(" ".join), st.none() | st.dates(), st.sampled_from(["news", "general", None]))
def test_any_words_of_dates_in_any_order_are_safe(text: str, reference: date | None, convention: str | None) -> None:
    end = 0
    for m in find_dates(text, reference, convention=convention):  # type: ignore[arg-type]
        assert end <= m.start < m.end <= len(text)
        end = m.end
        assert m.text == text[m.start : m.end]
        assert m.first is None or m.last is None or m.first <= m.last
        for point in m.value.split("/"):
            if len(point) == 10 and point[:1].isdigit():
                date.fromisoformat(point)
        assert m.timex3()["type"] == "DATE"
        assert isinstance(m.iso, str)


@given(st.text(), st.none() | st.dates())
def test_any_text_is_safe(text: str, reference: date | None) -> None:
    assert all(text[m.start : m.end] == m.text for m in find_dates(text, reference))


@pytest.mark.parametrize(
    "piece", ["12 و", "من ", "بين 3 و", "عام ", "ألف و", "الاثنين و", "1/", "قبل ", "و" * 9, "(", "٣", "منذ عام و"]
)
def test_repeating_a_piece_takes_time_in_proportion(piece: str) -> None:
    assert in_proportion(lambda text: find_dates(text, WRITTEN, convention="news"), piece * 400)


# -- the scores promised ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("split", "least"), [("dev", 0.97), pytest.param("train", 0.97, marks=pytest.mark.slow)])
def test_spans_and_values_of_the_labelled_articles(shared: Path, split: str, least: float) -> None:
    right = gold = made = valued = 0
    for line in (shared / "gold" / f"{split}.jsonl").open(encoding="utf-8"):
        article = json.loads(line)
        own = date.fromisoformat(article["given_date"]) if article["given_date"] else document_date(article["text"])
        labelled = {(e["start"], e["end"]): e["value"] for e in article["entities"] if e["label"] == "DATE"}
        found = {(m.start, m.end): m.value for m in find_dates(article["text"], own, convention="news")}
        both = labelled.keys() & found.keys()
        right, gold, made = right + len(both), gold + len(labelled), made + len(found)
        valued += sum(labelled[k] == found[k] for k in both)
    assert 2 * right / (gold + made) >= least
    assert valued / right >= 0.95
