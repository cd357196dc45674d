"""What once broke khabar from the outside, in its smallest form."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from pathlib import Path

import pytest
from spacy.language import Language

from pipeline.article import Article, Failure
from pipeline.readers import read

SENTENCE = "التقى وزير الخارجية السعودي محمد سالم نظيره المصري سامح شكري في الرياض."


# Input


def test_rows_that_end_with_cr_alone_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"id,text\r1,{SENTENCE}\r2,{SENTENCE}\r".encode())
    assert [(a.id, a.text) for a in read([path]) if isinstance(a, Article)] == [("1", SENTENCE), ("2", SENTENCE)]


def test_a_header_may_have_line_breaks_in_quotes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f'id,"two\nlines",text\n1,x,{SENTENCE}\n'.encode())
    (one,) = read([path])
    assert isinstance(one, Article)
    assert one.text == SENTENCE
    assert one.meta["two\nlines"] == "x"


@pytest.mark.parametrize("lost", [1, 8, 20])
def test_the_half_of_an_archive_is_no_article(tmp_path: Path, lost: int) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(SENTENCE.encode() * 100)[:-lost])
    (one,) = read([path])
    assert isinstance(one, Failure)
    assert "broken archive" in one.reason


def test_links_in_archives_are_not_read(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    path = _zip(tmp_path, link, "/etc/passwd")
    assert [f.reason for f in read([path]) if isinstance(f, Failure)] == ["a symbolic link"]


def test_an_archive_with_nothing_to_read_says_so(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", SENTENCE)
    path = _zip(tmp_path, "inner.zip", inner.getvalue())
    assert [f.reason for f in read([path]) if isinstance(f, Failure)] == [
        "an archive with nothing in it that can be read"
    ]


def _zip(folder: Path, name: str | zipfile.ZipInfo, content: str | bytes) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, content)
    return path


# Time in proportion to length

REPEATED = {
    "an office and a name": "قال وزير الخارجية السعودي محمد سالم إن بلاده و",
    "meetings of new names": "التقى رئيس الوزراء المصري {n} أحمد سالم وزير خارجية فرنسا في باريس و",
}


@pytest.mark.parametrize("piece", REPEATED.values(), ids=REPEATED)
def test_a_sentence_four_times_as_long_takes_at_most_eight_times_as_long(rules: Language, piece: str) -> None:
    def seconds(n: int) -> float:
        text = "".join(piece.replace("{n}", chr(0x0628 + i % 16) + chr(0x0628 + i // 16 % 16) + "يد") for i in range(n))
        started = time.process_time()
        rules(text)
        return time.process_time() - started

    seconds(10)
    assert seconds(1200) < 8 * max(seconds(300), 0.1)
