"""Readers: every format, every encoding, and a clear reason for whatever cannot be read."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article import Article, Failure
from pipeline.readers import encoding, fields, read
from pipeline.readers.encoding import decode, unmangled

TEXT = "التقى وزير خارجية الأردن نظيره العراقي في عمّان يوم الثلاثاء، وبحثا العلاقات الثنائية.\n\nوقال الوزير إنّ اللقاء كان مفيداً."
PLAIN = TEXT.replace("ّ", "").replace("ً", "")


def one(path: Path) -> Article:
    (found,) = read([path])
    assert isinstance(found, Article), found
    return found


def reasons(*paths: Path | str) -> list[str]:
    found = list(read(paths))
    assert all(isinstance(f, Failure) for f in found), found
    return [f.reason for f in found if isinstance(f, Failure)]


# ---- encodings


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1256", "windows-1256"),
        ("iso8859_6", "iso-8859-6"),
    ],
)
def test_text_is_decoded_right_and_what_is_not_utf8_is_said(tmp_path: Path, codec: str, said: str | None) -> None:
    text = PLAIN.replace("،", " ") if codec == "iso8859_6" else PLAIN
    (tmp_path / "a.txt").write_bytes(text.encode(codec))
    article = one(tmp_path / "a.txt")
    assert article.text == text
    assert article.meta.get("encoding") == said


@pytest.mark.parametrize("codec", ["cp1256", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_files_of_many_articles_in_other_encodings(tmp_path: Path, codec: str, suffix: str) -> None:
    rows = (
        [json.dumps({"id": "1", "text": PLAIN}, ensure_ascii=False)]
        if suffix == ".jsonl"
        else ["id,text", f'1,"{PLAIN}"']
    )
    (tmp_path / f"a{suffix}").write_bytes("\n".join(rows).encode(codec))
    article = one(tmp_path / f"a{suffix}")
    assert (article.id, article.text) == ("1", PLAIN)


def test_a_line_in_another_encoding_among_lines_of_utf8(tmp_path: Path) -> None:
    lines = [
        json.dumps({"text": PLAIN}, ensure_ascii=False).encode(codec) for codec in ("utf-8", "utf-8", "cp1256", "utf-8")
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    found = list(read([tmp_path / "a.jsonl"]))
    assert [f.text for f in found if isinstance(f, Article)] == [PLAIN] * 4
    assert [f.meta.get("encoding") for f in found if isinstance(f, Article)] == [None, None, "windows-1256", None]


def test_a_few_broken_bytes_are_replaced_and_counted() -> None:
    raw = TEXT.encode()
    text, name = decode(raw[:39] + b"\xff" + raw[39:])
    assert text.replace("\ufffd", "") == TEXT
    assert name == "utf-8, 1 broken bytes replaced"


def test_a_text_cut_inside_its_last_letter_is_utf8() -> None:
    assert decode("السلام".encode()[:-1]) == ("السلا\ufffd", "utf-8, 1 broken bytes replaced")


@pytest.mark.parametrize(
    ("meant", "bytes_as", "note"),
    [
        (PLAIN, "utf-8", "UTF-8 mangled as windows-1252"),
        (PLAIN, "cp1256", "windows-1256 mangled as windows-1252"),
    ],
)
def test_arabic_shown_as_latin_letters_is_mended(tmp_path: Path, meant: str, bytes_as: str, note: str) -> None:
    mangled = "".join(
        bytes([b]).decode("latin-1" if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252")
        for b in meant.encode(bytes_as)
    )
    (tmp_path / "a.txt").write_text(mangled, encoding="utf-8", newline="")
    article = one(tmp_path / "a.txt")
    assert article.text == meant
    assert article.meta["encoding"] == f"utf-8, {note}"


@pytest.mark.parametrize("text", ["Réunion à Genève: élus présents", "naïve café", "Łódź", "£5 – €6", PLAIN])
def test_what_is_not_mangled_stays(text: str) -> None:
    assert unmangled(text) == (text, "")


def test_french_in_windows_1252_is_not_taken_for_arabic(tmp_path: Path) -> None:
    text = (
        "Le ministre des affaires étrangères a été reçu à Genève, où il a présenté l'accord signé en février dernier. "
        * 3
    )
    (tmp_path / "a.txt").write_bytes(text.encode("cp1252"))
    assert one(tmp_path / "a.txt").text == text


@pytest.mark.parametrize(
    "text", ["a\r\nb\r\n", "\n\n نص \n", "نص\u2028نص", "\u202eنص\u202c", "نـــص\u200f", "نص\x00نص عربي طويل بعض الشيء"]
)
def test_the_text_is_what_the_file_has(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode())
    assert one(tmp_path / "a.txt").text == text


@given(st.binary(max_size=400))
def test_any_bytes_are_a_text_or_a_clear_error(raw: bytes) -> None:
    try:
        text, name = decode(raw)
    except ValueError as e:
        assert str(e).startswith(("binary", "no plain text but"))  # noqa: PT017  # both ways out are right
    else:
        text.encode()
        assert name


@given(st.text(max_size=200))
def test_any_text_in_utf8_comes_back(text: str) -> None:
    raw = text.encode("utf-8", "replace")
    try:
        assert decode(raw)[0] == raw.decode().removeprefix("\ufeff")
    except ValueError:
        assert encoding._CONTROL.search(text) or encoding._utf16(raw) or encoding._other_kind(raw)


# ---- files that hold no article


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("mark.txt", b"\xef\xbb\xbf", "empty"),
        ("spaces.txt", b" \n\t \r\n \xc2\xa0", "nothing but white space"),
        ("image.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x04\x00\x00\x00" * 9, "binary: this is no text"),
        ("random.txt", bytes(range(256)) * 40, "binary: this is no text"),
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"id,text\n\n , \n", "no rows under the header"),
        ("empty.jsonl", b"", "empty"),
        ("blank.jsonl", b"\xef\xbb\xbf\n \r\n", "empty"),
        ("a.pdf.txt", b"%PDF-1.4\n1 0 obj\n", "no plain text but a PDF"),
        ("word.txt", b"PK\x03\x04" + bytes(99), "no plain text but an Office document (.docx, .xlsx) or a ZIP archive"),
        (
            "sheet.csv",
            b"PK\x03\x04" + bytes(99),
            "no plain text but an Office document (.docx, .xlsx) or a ZIP archive",
        ),
        ("page.txt", b"\xef\xbb\xbf\n<!DOCTYPE html><p>", "no plain text but an HTML page"),
        (
            "other.csv",
            b"a,b\n1,2\n",
            "no column text: the first line names the columns, «a», «b»: rename the one that holds the article",
        ),
        (
            "twice.csv",
            b"text,a,text\n1,2,3\n",
            "the column text stands twice: the first line names the columns, «text», «a», «text»",
        ),
        (
            "array.jsonl",
            b'[\n  {"text": "a"}\n]\n',
            "JSON over several lines, not an article a line: jq -c '.[]' makes an array into lines",
        ),
        ("array.jsonl", b'[{"text": "a"}]', "an array of JSON, not an article a line: jq -c '.[]' makes it into lines"),
        (
            "a.docx",
            b"x",
            "no reader for .docx; there is one for .txt, .jsonl, .ndjson, .csv, .tsv, .parquet, .zip: save the text alone as .txt",
        ),
        ("a.odd", b"x", "no reader for .odd; there is one for .txt, .jsonl, .ndjson, .csv, .tsv, .parquet, .zip"),
        ("bad.zip", b"PK nothing", "File is not a zip file"),
        ("bad.txt.gz", b"nothing", "broken archive: Not a gzipped file (b'no')"),
    ],
)
def test_a_file_without_an_article_says_why(tmp_path: Path, name: str, raw: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(raw)
    assert reasons(tmp_path / name) == [reason]


def test_a_missing_path_and_a_pipe_say_so_and_the_others_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "a.txt").write_text(TEXT)
    found = list(read([tmp_path / "none.txt", tmp_path / "pipe.txt", tmp_path / "a.txt"]))
    assert [f.reason if isinstance(f, Failure) else f.id for f in found] == [
        "No such file or directory", "neither a file nor a folder", "a",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("n.csv", "ID;Text;Date;Outlet\n7;نص;2023-11-06;و\n"),
        ("n.jsonl", '{"ID": 7, "Text": "نص", "DATE": "2023-11-06", "Outlet": "و"}'),
    ],
)
def test_fields_are_known_whatever_their_capitals(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    (found,) = read([tmp_path / name])
    assert isinstance(found, Article)
    assert (found.id, found.text, found.date, found.meta) == ("7", "نص", "2023-11-06", {"Outlet": "و"})


# ---- JSON lines


def test_fields_are_kept_and_an_id_is_made_where_there_is_none(tmp_path: Path) -> None:
    rows = [
        {
            "id": "x",
            "text": TEXT,
            "date": "2023-11-06",
            "title": "عنوان",
            "source": "وكالة",
            "outlet": "و",
            "n": {"a": [1]},
        },
        {"id": 12, "text": TEXT, "date": "2023-11-06T10:00:00Z"},
        {"text": TEXT},
        {"id": "", "text": TEXT, "date": "قبل يومين"},
    ]
    (tmp_path / "n.jsonl").write_text("\n".join(json.dumps(r) for r in rows))
    a, b, c, d = (f for f in read([tmp_path / "n.jsonl"]) if isinstance(f, Article))
    assert a == Article("x", TEXT, "2023-11-06", "عنوان", "وكالة", {"outlet": "و", "n": {"a": [1]}})
    assert (b.id, b.date) == ("12", "2023-11-06")
    assert (c.id, c.source) == ("n-3", (tmp_path / "n.jsonl").as_posix() + ":3")
    assert (d.id, d.date, d.meta) == ("n-4", "", {"date": "قبل يومين"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "نص', "broken JSON: Unterminated string"),
        ('{"text": "a" "b"}', "broken JSON: Expecting ',' delimiter at character 14"),
        ("[1]", "not a JSON object"),
        ('"نص"', "not a JSON object"),
        ('{"id": "a", "body": "b"}', "no field text among id, body: rename the one that holds the article"),
        ("{}", "no field text"),
        ('{"text": null}', "the field text is null"),
        ('{"text": 5}', "the field text is not a string"),
        ('{"text": ""}', "empty"),
        ('{"text": " \\n"}', "nothing but white space"),
        ('{"text": NaN}', "the field text is null"),
        ('{"text": "a", "text": "b"}', "broken JSON: the key 'text' stands twice"),
        ('{"text": "a", "n": ' + "[" * 100_000 + "]" * 100_000 + "}", "broken JSON: nested too deeply"),
        ('{"text": "a", "n": ' + "9" * 5000 + "}", "broken JSON: Exceeds the limit"),
    ],
)
def test_a_broken_line_says_why_and_the_others_are_read(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "n.jsonl").write_text(f'{{"text": "قبل"}}\n{line}\n\n{{"text": "بعد"}}\n', encoding="utf-8")
    before, failure, after = read([tmp_path / "n.jsonl"])
    assert isinstance(failure, Failure)
    assert failure.reason.startswith(reason)
    assert failure.source.endswith("n.jsonl:2")
    assert isinstance(before, Article)
    assert isinstance(after, Article)
    assert after.text == "بعد"


def test_lone_surrogates_become_replacement_characters(tmp_path: Path) -> None:
    (tmp_path / "n.jsonl").write_text(
        '{"id": "\\udc00", "text": "نص\\ud800نص", "title": "\\udfff", "x": {"\\uDABC": ["\\ud800"]}}'
    )
    article = one(tmp_path / "n.jsonl")
    assert (article.id, article.text, article.title) == ("\ufffd", "نص\ufffdنص", "\ufffd")
    assert article.meta == {"x": {"\ufffd": ["\ufffd"]}}


def test_lines_end_at_line_feeds_alone(tmp_path: Path) -> None:
    text = "سطر\u2028سطر\x85سطر"
    (tmp_path / "n.jsonl").write_text(
        json.dumps({"text": text}, ensure_ascii=False) + "\r\n", encoding="utf-8", newline=""
    )
    assert one(tmp_path / "n.jsonl").text == text


def test_a_line_without_end_is_not_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.readers.jsonl.MAX_BYTES", 1000)
    (tmp_path / "n.jsonl").write_text('{"text": "' + "x" * 5000 + '"}\n{"text": "بعد"}\n')
    failure, after = read([tmp_path / "n.jsonl"])
    assert isinstance(failure, Failure)
    assert "a line of more than" in failure.reason
    assert isinstance(after, Article)


def test_a_text_that_is_too_long_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.readers.text.MAX_BYTES", 100)
    (tmp_path / "a.txt").write_text("x" * 101)
    assert reasons(tmp_path / "a.txt")[0].startswith("longer than")


# ---- CSV


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_with_any_usual_separator(tmp_path: Path, separator: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(
        [["id", "text", "date", "outlet"], ["7", TEXT, "2023-11-06", "=1+1"], ["", "نص", "", ""]]
    )
    (tmp_path / "n.csv").write_bytes(out.getvalue().encode("utf-8-sig"))
    a, b = (f for f in read([tmp_path / "n.csv"]) if isinstance(f, Article))
    assert (a.id, a.text, a.date, a.meta) == ("7", TEXT, "2023-11-06", {"outlet": "=1+1"})
    assert b.id == "n-2"


def test_a_quote_that_never_ends_is_a_failure_not_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.readers.csv.MAX_BYTES", 1000)
    (tmp_path / "n.csv").write_text('id,text\n1,نص\n2,"' + "نص\n" * 2000)
    first, *rest = read([tmp_path / "n.csv"])
    assert isinstance(first, Article)
    assert any(isinstance(f, Failure) and f.reason.startswith("broken CSV: field larger") for f in rest)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('1,أول\n2,"مفتوح\n3,ثالث\n4,رابع\n', ["أول", 3, "ثالث", "رابع"]),
        ('1,أول\n2,"مفتوح\n3,ثالث\n4,"رابع"\n', ["أول", 3, "ثالث", "رابع"]),
        ('1,"سطر\nثان"\n2,"مفتوح', ["سطر\nثان", 4]),
        ('1,"قال ""نعم"""\n2,"أ"ب\n', ['قال "نعم"', "أب"]),
        ("", ["no rows under the header"]),
    ],
)
def test_a_row_with_an_open_quote_costs_no_other(tmp_path: Path, rows: str, expected: list[str | int]) -> None:
    """A number stands for a failure at that line."""
    (tmp_path / "n.csv").write_text("id,text\n" + rows)
    found: list[str | int] = []
    for item in read([tmp_path / "n.csv"]):
        broken = isinstance(item, Failure) and item.reason.startswith("broken CSV")
        line = int(item.source.rpartition(":")[2]) if broken else 0
        found.append(line or (item.reason if isinstance(item, Failure) else item.text))
    assert found == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("1,قال, ثم قال,2020-05-04\n", "4 cells under 3 names: a text with ',' in it stands in quotation marks"),
        ("1,نص,2020-05-04,,\n", "نص"),
        ("id,text,date\n", "the header once more"),
        ("1,نص\n", "نص"),
        ("1\n", "the row ends before its text: 1 of 3 cells"),
        (",,\n\n1,نص,\n", "نص"),
    ],
)
def test_a_row_that_does_not_fit_the_header_says_so(tmp_path: Path, rows: str, expected: str) -> None:
    (tmp_path / "n.csv").write_text("id,text,date\n" + rows, encoding="utf-8")
    (found,) = read([tmp_path / "n.csv"])
    assert (found.reason if isinstance(found, Failure) else found.text) == expected


def test_columns_without_a_name_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text("text,,\nنص,,x\n", encoding="utf-8")
    assert (one(tmp_path / "n.csv").text, one(tmp_path / "n.csv").meta) == ("نص", {})


def test_open_quotes_in_every_row_take_time_in_proportion(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text("id,text\n" + '1,"a""\n""\n' * 30_000)
    begun = time.process_time()
    assert list(read([tmp_path / "n.csv"]))
    assert time.process_time() - begun < 20


# ---- folders, archives, standard input, Parquet


def test_a_folder_is_read_in_order_with_ids_by_path(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/y.txt", ".hidden.txt", ".git/x.txt", "notes.md", "a/more.md", "README"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    passed: Counter[str] = Counter()
    found = list(read([tmp_path], passed=passed))
    assert [f.id for f in found if isinstance(f, Article)] == ["a/b/y", "a/z", "b"]
    assert [f.reason for f in found if isinstance(f, Failure)] == ["No such file or directory"]
    assert passed == {".md": 2, "files without a suffix": 1}


COMPRESSORS = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_compressed_files_are_read_as_what_they_hold(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"n.jsonl{suffix}").write_bytes(COMPRESSORS[suffix](json.dumps({"text": TEXT}).encode()))
    assert one(tmp_path / f"n.jsonl{suffix}").id == "n-1"
    (tmp_path / f"a.txt{suffix}").write_bytes(COMPRESSORS[suffix](TEXT.encode("cp1256", "ignore")))
    assert one(tmp_path / f"a.txt{suffix}").id == "a"


def test_zstandard(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    (tmp_path / "n.jsonl.zst").write_bytes(zstandard.compress(json.dumps({"text": TEXT}).encode()))
    assert one(tmp_path / "n.jsonl.zst").text == TEXT
    (tmp_path / "b.jsonl.zst").write_bytes(b"nothing")
    assert reasons(tmp_path / "b.jsonl.zst")[0].startswith("broken archive")


def test_a_file_cut_off_in_the_middle_gives_what_it_has(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"text": f"نص {n} {os.urandom(50).hex()}"}) for n in range(3000))
    whole = gzip.compress(lines.encode())
    (tmp_path / "n.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    *articles, failure = read([tmp_path / "n.jsonl.gz"])
    assert len(articles) > 100
    assert isinstance(failure, Failure)
    assert failure.reason.startswith("broken archive")


def test_zip_members_are_read_whatever_they_are_called(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "n.zip", "w") as archive:
        archive.writestr("../../evil.txt", TEXT)
        archive.writestr("/root/abs.txt", TEXT)
        archive.writestr("n.jsonl", json.dumps({"text": TEXT}))
        archive.writestr("empty.txt", "")
        archive.writestr("photo.jpg", "x")
    found = list(read([tmp_path / "n.zip"]))
    assert [f.id for f in found if isinstance(f, Article)] == ["../../evil", "root/abs", "n-1"] or {
        f.id for f in found if isinstance(f, Article)
    } == {"../../evil", "root/abs", "n-1"}
    assert [(f.id, f.reason) for f in found if isinstance(f, Failure)] == [("empty", "empty")]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["n.zip"]


@pytest.mark.parametrize("name", ["", ".", "./."])
def test_a_zip_member_without_a_name_leaves_the_others(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "n.zip", "w") as archive:
        member = zipfile.ZipInfo("x")
        member.filename = name
        archive.writestr(member, TEXT)
        archive.writestr("b.txt", TEXT)
    assert [item.id for item in read([tmp_path / "n.zip"])] == ["b"]


@pytest.mark.parametrize("suffix", [".gz", ".zip"])
def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr("pipeline.readers.archives.FREE_BYTES", 1 << 16)
    bomb = b" " * (4 << 20)
    path = tmp_path / ("n.txt.gz" if suffix == ".gz" else "n.zip")
    if suffix == ".gz":
        path.write_bytes(gzip.compress(bomb))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("n.txt", bomb)
            archive.writestr("z.txt", TEXT)
    first, *rest = read([path])
    assert isinstance(first, Failure)
    assert "unpacks to more than 200 times its size" in first.reason
    assert [f.text for f in rest if isinstance(f, Article)] == ([TEXT] if suffix == ".zip" else [])


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (TEXT.encode(), [("stdin", TEXT)]),
        (b'\xef\xbb\xbf{"id": "a", "text": "x"}\n{"text": "y"}', [("a", "x"), ("stdin-2", "y")]),
    ],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, raw: bytes, expected: list[tuple[str, str]]) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    assert [(a.id, a.text) for a in read(["-"]) if isinstance(a, Article)] == expected


def test_parquet(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    rows = {
        "id": ["a", "b", None],
        "text": [TEXT, None, "نص"],
        "date": pd.to_datetime(["2023-11-06"] * 3),
        "n": [1.5, 2, float("nan")],
    }
    pd.DataFrame(rows).to_parquet(tmp_path / "n.parquet")
    a, b, c = read([tmp_path / "n.parquet"])
    assert isinstance(a, Article)
    assert isinstance(c, Article)
    assert (a.id, a.text, a.date, a.meta) == ("a", TEXT, "2023-11-06", {"n": 1.5})
    assert isinstance(b, Failure)
    assert (b.id, b.reason) == ("b", "the field text is null")
    assert (c.id, c.meta) == ("n-3", {})
    pd.DataFrame({"text": []}).to_parquet(tmp_path / "none.parquet")
    assert reasons(tmp_path / "none.parquet") == ["no rows"]
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing PAR1")
    assert reasons(tmp_path / "bad.parquet")[0].startswith("broken Parquet")


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".csv"])
def test_a_text_of_more_than_a_million_characters_is_a_failure(tmp_path: Path, suffix: str) -> None:
    text = "ن " * (fields.MAX_CHARS // 2)
    made = {".txt": lambda t: t, ".jsonl": lambda t: json.dumps({"text": t}), ".csv": lambda t: f"text\n{t}"}[suffix]
    (tmp_path / f"n{suffix}").write_text(made(text), encoding="utf-8")
    assert one(tmp_path / f"n{suffix}").text == text
    (tmp_path / f"n{suffix}").write_text(made(text + "x"), encoding="utf-8")
    assert reasons(tmp_path / f"n{suffix}") == ["longer than 1,000,000 characters: no article is"]


@pytest.mark.parametrize("text", ["زار عمان", "وصل الوفد", "لقاء", "بيان من وزارة الخارجية", "انطلقت القمة في تونس"])
def test_short_texts_in_windows_1256(text: str) -> None:
    assert decode(text.encode("cp1256")) == (text, "windows-1256")
