"""Which names are one person's: tables of names as news write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.coreference import NameMention, covers, parts, plain, resolve, same_part


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("عبد اللطيف وهبي", ("عبداللطيف", "وهبي")),
        ("عبداللطيف وهبي", ("عبداللطيف", "وهبي")),
        ("أبو بكر سالم", ("ابوبكر", "سالم")),
        ("أبي بكر سالم", ("ابوبكر", "سالم")),
        ("تميم بن حمد آل ثاني", ("تميم", "-حمد", "الثاني")),
        ("بن سلمان", ("-سلمان",)),
        ("حسن نصر الله", ("حسن", "نصرالله")),
        ("سيف الدين قطز", ("سيفالدين", "قطز")),
        ("مون جاي-إن", ("مون", "جاي", "ان")),
        ("", ()),
    ],
)
def test_parts_of_a_name(name: str, expected: tuple[str, ...]) -> None:
    assert parts(name) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("لافروف", "لاڤروف"),
        ("ترامب", "ترمب"),
        ("توكاييف", "توكايف"),
        ("غوتيريش", "جوتيريش"),
        ("نتنياهو", "نتانياهو"),
        ("السيسي", "سيسي"),
        ("بوتن", "بوتين"),
        ("أردوغان", "إردوغان"),
        ("موغيريني", "موجيريني"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert same_part(parts(one)[0], parts(other)[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("حسن", "حسين"),
        ("صالح", "صلاح"),
        ("سالم", "سليم"),
        ("محمد", "محمود"),
        ("ماي", "مون"),
        ("كامل", "كمال"),
        ("بولتون", "بوتين"),
    ],
)
def test_different_names(one: str, other: str) -> None:
    assert not same_part(parts(one)[0], parts(other)[0])


@pytest.mark.parametrize(
    ("full", "short", "expected"),
    [
        ("محمد بن سلمان بن عبد العزيز", "محمد بن سلمان", True),
        ("محمد بن سلمان", "بن سلمان", True),
        ("محمد بن سلمان", "سلمان", False),
        ("محمد بن سلمان بن عبد العزيز", "سلمان بن عبد العزيز", False),
        ("دونالد ترامب", "ترمب", True),
        ("الباجي قائد السبسي", "السبسي", True),
        ("أبي أحمد", "أحمد", True),
        ("ريم خالد العلي", "العلي ريم", False),
    ],
)
def test_a_short_form_belongs_to_a_fuller_name(full: str, short: str, expected: bool) -> None:
    assert covers(parts(full), parts(short)) is expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["سعد الدين العثماني", "العثماني"], ["سعد الدين العثماني"] * 2),
        (["العثماني", "سعد الدين العثماني"], ["سعد الدين العثماني"] * 2),
        (["الملك سلمان", "محمد بن سلمان", "بن سلمان"], ["الملك سلمان", "محمد بن سلمان", "محمد بن سلمان"]),
        (["كريم #ناصر", "ناصر"], ["كريم ناصر"] * 2),
        (["يوهان لندكفيست", "يوهان ليندكفيست", "يوهان ليندكفيست"], ["يوهان ليندكفيست"] * 3),
        (["يوهان ليندكفيست", "يوهان لندكفيست"], ["يوهان ليندكفيست"] * 2),
        (["هيلاري بارنز", "بيل بارنز", "بيل بارنز", "بارنز"], ["هيلاري بارنز", "بيل بارنز", "بيل بارنز", "بيل بارنز"]),
        (
            ["حسين أمير عبد اللهيان", "فؤاد حسين", "عبد اللهيان", "حسين"],
            ["حسين أمير عبد اللهيان", "فؤاد حسين", "حسين أمير عبد اللهيان", "فؤاد حسين"],
        ),
        (
            ["كيم يونغ أون", "كيم", "كيم يونغ شول", "كيم"],
            ["كيم يونغ أون", "كيم يونغ أون", "كيم يونغ شول", "كيم يونغ أون"],
        ),
        (
            ["سونغ كيم", "كيم جونغ أون", "كيم جونغ أون", "كيم"],
            ["سونغ كيم", "كيم جونغ أون", "كيم جونغ أون", "كيم جونغ أون"],
        ),
        (["منى", "هدى"], ["منى", "هدى"]),
        ([], []),
    ],
)
def test_every_mention_has_the_fullest_form(names: list[str], expected: list[str]) -> None:
    assert resolve([NameMention(at * 50, name) for at, name in enumerate(names)]) == expected


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("(فلاديمير) بوتين", "فلاديمير بوتين"),
        ("خميّس  الجهيناوي", "خميس الجهيناوي"),
        ("مون جاي - إن", "مون جاي إن"),
        ("مون جاي-إن", "مون جاي-إن"),
    ],
)
def test_a_value_is_letters_only(written: str, value: str) -> None:
    assert plain(written) == value


@given(st.lists(st.text(alphabet="ابتحسنملوي عدكرا-#ٓ'1", max_size=25), max_size=12))
def test_any_names_have_values(names: list[str]) -> None:
    values = resolve([NameMention(at, name) for at, name in enumerate(names)])
    assert len(values) == len(names)
    assert set(values) <= {plain(name) for name in names}
