"""What once broke khabar from the outside, in its smallest form."""

from __future__ import annotations

import gzip
import io
import json
import math
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import small
from spacy.language import Language
from typer.testing import CliRunner

import pipeline
from pipeline import extract_many
from pipeline.annotate import Workers, _serve
from pipeline.article import Article, Failure
from pipeline.cli import app
from pipeline.gold import read_gold, read_predictions
from pipeline.imports import doccano, labelstudio, records
from pipeline.readers import estimate, read
from pipeline.record import Record
from pipeline.run import Options, Stopped, UsageError, run
from pipeline.writers import FORMATS, write
from tests.growth import in_proportion, seconds

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
    "honorifics": "د. السيد ",
    "an office and a name": "قال وزير الخارجية السعودي محمد سالم إن بلاده و",
    "meetings of new names": "التقى رئيس الوزراء المصري {n} أحمد سالم وزير خارجية فرنسا في باريس و",
}


@pytest.mark.parametrize("piece", REPEATED.values(), ids=REPEATED)
def test_a_sentence_four_times_as_long_takes_at_most_eight_times_as_long(rules: Language, piece: str) -> None:
    def text(n: int) -> str:
        return "".join(piece.replace("{n}", chr(0x0628 + i % 16) + chr(0x0628 + i // 16 % 16) + "يد") for i in range(n))

    assert _seconds(rules, text(1200)) < 8 * max(_seconds(rules, text(300)), 0.1)


@pytest.mark.parametrize("piece", [" ", "\t", "\u00a0", " \n", '"', "ي", "ئ", "(", "1.", "- "])
def test_a_run_of_one_sign_takes_time_in_proportion(rules: Language, piece: str) -> None:
    n = 20_000 // len(piece)
    assert _seconds(rules, piece * 4 * n) < 8 * max(_seconds(rules, piece * n), 0.1)


def _seconds(nlp: Language, text: str) -> float:
    """The processor time of the better of two readings: what else the machine does makes one longer."""
    return min(seconds(nlp, text) for _ in range(2))


# Options


@pytest.mark.parametrize("timeout", [math.inf, math.nan, 1e12, 0, -1])
def test_a_timeout_is_a_number_of_seconds(tmp_path: Path, timeout: float) -> None:
    with pytest.raises(UsageError, match="--timeout"):
        run(Options([str(tmp_path)], tmp_path / "out", timeout=timeout))
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(SENTENCE)
    (tmp_path / "out" / "json").mkdir(parents=True)
    (tmp_path / "out" / "manifest.json").write_text('{"name": "a web page"}')
    (tmp_path / "out" / "json" / "kept.json").write_text("{}")
    with pytest.raises(UsageError, match="something else"):
        run(Options([str(source)], tmp_path / "out", names="rules"))
    assert (tmp_path / "out" / "json" / "kept.json").exists()


def test_a_format_named_twice_is_written_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    arguments = ["run", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"), "--names", "rules"]
    done = CliRunner().invoke(app, [*arguments, "--format", "jsonl,jsonl"])
    assert done.exit_code == 0
    assert len((tmp_path / "out" / "documents.jsonl").read_text().splitlines()) == 1


# Where it runs


def test_a_link_to_itself_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    done = run(Options([str(tmp_path / "loop")], tmp_path / "out", names="rules"))
    assert [f.reason for f in done.failures] == ["Too many levels of symbolic links"]


def test_file_names_that_are_no_utf8(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xe4\xd5.txt")
    Path(path).write_text(SENTENCE)
    out = os.fsdecode(os.fsencode(tmp_path) + b"/\xe4")
    done = _khabar("run", path, "nosuch\udce4", "--out", out, "--names", "rules")
    assert done.returncode == 1
    assert "nosuch" in done.stderr
    assert "Traceback" not in done.stderr
    assert (Path(out) / "manifest.json").exists()


def test_standard_input_is_closed(tmp_path: Path) -> None:
    done = _khabar("run", "-", "--out", str(tmp_path / "out"), "--names", "rules", before=lambda: os.close(0))
    assert (done.returncode, done.stderr) == (1, "failed -: read: standard input is closed\n")


def test_nothing_is_written_into_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "a.txt").write_text(SENTENCE)
    home = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": "", "ORT_DISABLE_TELEMETRY": ""}
    environment = {k: v for k, v in {**os.environ, **home}.items() if v}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", tmp_path / "a.txt", "--out", tmp_path / "out", "--quiet"],
        cwd=Path(__file__).parents[1], env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert list((tmp_path / "home").iterdir()) == []


def test_dates_of_a_closed_input() -> None:
    done = _khabar("dates", "-", before=lambda: os.close(0))
    assert (done.returncode, done.stderr) == (2, "-: standard input is closed\n")


def test_the_progress_bar_bears_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    (tmp_path / "a.jsonl").write_text("{}\n")
    monkeypatch.setattr(Path, "open", refuse)
    assert estimate([tmp_path]) is None


def test_a_full_disk_under_standard_output_is_said_in_a_line() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    with full.open("w") as out:
        done = _khabar("schema", stdout=out)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_terminal_without_arabic(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    done = _khabar("show", str(tmp_path / "a.txt"), "--names", "rules", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")


def _khabar(
    *arguments: str,
    before: Callable[[], None] | None = None,
    stdout: Any = subprocess.PIPE,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments], cwd=Path(__file__).parents[1], stdout=stdout,
        stderr=subprocess.PIPE, text=True, errors="replace", env={**os.environ, **(env or {})}, preexec_fn=before,
        timeout=120, check=False,
    )  # fmt: skip


# Gold and predictions


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"id": null, "text": "a", "entities": []}', "with an id"),
        ('{"id": "a", "id": "b", "text": "a", "entities": []}', "stands twice"),
        ('{"id": "a", "text": "a", "entities": []}\n{"id": "a", "text": "a", "entities": []}', "stands twice"),
    ],
)
def test_predictions_that_are_none(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(ValueError, match=message):
        read_predictions(path)


def test_a_number_as_id_is_the_same_in_gold_and_in_the_record(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 7, "text": "a", "entities": []}\n')
    assert [one.id for one in read_gold([path])] == ["7"]


@pytest.mark.parametrize(
    "fields", ['{"id": "a"}', '{"id": "a", "events": [5]}', '{"id": "a", "events": [{"type": "X"}]}']
)
def test_events_that_are_none(tmp_path: Path, fields: str) -> None:
    gold, events = tmp_path / "a.jsonl", tmp_path / "events.jsonl"
    gold.write_text('{"id": "a", "text": "a", "entities": []}\n')
    events.write_text(fields + "\n")
    with pytest.raises(ValueError, match=r"events.jsonl:1: no events"):
        read_gold([gold], [events])


@pytest.mark.parametrize("read_labels", [labelstudio.read, doccano.read])
def test_an_export_that_is_nested_too_deeply(tmp_path: Path, read_labels: Callable[[Path], Any]) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" * 100_000)
    with pytest.raises(ValueError, match="nested too deeply"):
        list(read_labels(path))


# From Python


@pytest.mark.parametrize("one", [SENTENCE, {"text": SENTENCE}])
def test_one_article_where_several_are_expected(one: Any) -> None:
    with pytest.raises(TypeError, match="extract"):
        next(extract_many(one))


@pytest.mark.parametrize("given", [None, b"x", 5, [SENTENCE]])
def test_what_is_no_article(given: Any) -> None:
    with pytest.raises(ValueError, match="an article"):
        next(extract_many([given]))


def test_a_batch_of_none_loses_nothing() -> None:
    with pytest.raises(ValueError, match="a batch"):
        next(extract_many([SENTENCE], batch_size=0))


# One folder, run after run


def test_what_a_run_in_other_formats_left_is_not_taken_for_this_ones(tmp_path: Path) -> None:
    first, second, out = tmp_path / "first.txt", tmp_path / "second.txt", tmp_path / "out"
    first.write_text(SENTENCE)
    second.write_text(SENTENCE)
    run(Options([str(first)], out, formats=("jsonl", "csv", "sqlite", "brat"), names="rules"))
    (out / "notes.txt").write_text("mine")
    run(Options([str(second)], out, formats=("json",), names="rules"))
    kept = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    assert kept == ["brat/annotation.conf", "failures.csv", "json/second.json", "manifest.json", "notes.txt"]


def test_a_run_does_not_take_away_what_it_reads(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    run(Options([str(tmp_path / "a.txt")], tmp_path / "out", formats=("jsonl",), names="rules"))
    again = tmp_path / "out" / "documents.jsonl"
    assert run(Options([str(again)], tmp_path / "out", formats=("json",), names="rules")).found["documents"] == 1
    assert again.exists()


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_names_the_files_that_it_writes(tmp_path: Path, name: str) -> None:
    pytest.importorskip(
        {"graph": "networkx", "parquet": "pyarrow", "duckdb": "duckdb", "xlsx": "xlsxwriter"}.get(
            FORMATS[name].extra, "json"
        )
    )
    write(extract_many([SENTENCE]), tmp_path, [name])
    files = {p for p in tmp_path.rglob("*") if p.is_file() and p.name != "annotation.conf"}
    named = {p for pattern in (*FORMATS[name].many, *FORMATS[name].fixed) for p in tmp_path.glob(pattern)}
    assert files == named != set()


def test_the_output_of_an_earlier_run_is_named_once_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    run(Options([str(tmp_path / "a.txt")], tmp_path / "old", names="rules"))
    [article, failure] = read([tmp_path])
    assert isinstance(article, Article)
    assert isinstance(failure, Failure)
    assert (failure.source, failure.reason[:28]) == (f"{tmp_path}/old", "the output of an earlier run")


def test_a_folder_to_write_to_has_a_name(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["run", str(tmp_path), "--out", ""])
    assert done.exit_code == 2
    assert "a folder has a name" in done.output


@pytest.mark.parametrize("wrong", [{"names": None}, {"names": 1}, {"threads": 0}])
def test_a_pipeline_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not"):
        pipeline.load(**wrong)


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize("after", [0.0, 0.1, 0.3])
def test_an_interruption_while_workers_start_prints_one_line(tmp_path: Path, after: float) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    start = "from pipeline.cli import main; main()"
    command = [sys.executable, "-c", start, "run", "a.txt", "--out", "out", "--names", "rules", "--workers", "2"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True) as process:
        while not (tmp_path / "out/.khabar").exists():
            time.sleep(0.01)
        time.sleep(after)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr
        said = process.stderr.read().decode()
    assert process.returncode in (130, 0)
    assert "Traceback" not in said


# What outlives its time: runs that go on, disks that are full


def test_no_more_workers_than_there_is_work_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    workers = Workers(1000, partial(small.load))
    assert len(list(workers.annotate(iter([[Article("a", SENTENCE)], [Article("b", SENTENCE)]])))) == 2
    assert len(workers._workers) == 2
    workers.close()
    with pytest.raises(UsageError, match="--workers 100000: more than"):
        run(Options([str(tmp_path / "a.txt")], tmp_path / "out", workers=100_000))


def test_standard_input_is_read_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can be read once"):
        run(Options(["-", "-"], tmp_path / "out", names="rules"))


def test_a_worker_whose_parent_is_gone_ends_without_a_word() -> None:
    ours, theirs = multiprocessing.Pipe()
    ours.close()
    handler = signal.getsignal(signal.SIGINT)
    try:
        _serve(theirs, small.load, False)
    finally:
        signal.signal(signal.SIGINT, handler)


def _broken_off(tmp_path: Path, fields: dict[str, Any], **options: Any) -> Options:
    """Leave a run of two articles that stopped at the second, the first of which has these fields."""
    source = tmp_path / "n.jsonl"
    source.write_text(json.dumps({"id": "a", "text": SENTENCE, **fields}) + '\n{"id": "b", "text": 5}\n')
    broken = Options([str(source)], tmp_path / "out", fail_fast=True, **options)
    with pytest.raises(Stopped):
        run(broken, load=small.load)
    return replace(broken, resume=True)


@pytest.mark.parametrize(
    "change", [{"date": "2021-05-05"}, {"title": "عنوان"}, {"outlet": "أخرى"}, {"text": SENTENCE + "."}]
)
def test_resuming_sees_a_change_in_any_field(tmp_path: Path, change: dict[str, Any]) -> None:
    fields = {"date": "2021-05-04", "outlet": "وكالة", "score": 1.5, "tags": [None, "أ"]}
    options = _broken_off(tmp_path, fields)
    source = tmp_path / "n.jsonl"
    same = source.read_text()
    source.write_text(json.dumps({"id": "a", "text": SENTENCE, **fields, **change}) + "\n" + same.split("\n")[1])
    with pytest.raises(UsageError, match="input has changed at"):
        run(options, load=small.load)
    source.write_text(same)
    with pytest.raises(Stopped):
        run(options, load=small.load)


def test_resuming_sees_other_topics_under_the_same_name(tmp_path: Path) -> None:
    topics = tmp_path / "topics.tsv"
    topics.write_text("id\tlabel_ar\na\tالعلاقات\n")
    options = _broken_off(tmp_path, {}, topics=topics)
    topics.write_text("id\tlabel_ar\na\tالتجارة\n")
    with pytest.raises(UsageError, match="lists differ"):
        run(options, load=small.load)


def test_a_journal_that_says_what_no_run_has_done(tmp_path: Path) -> None:
    options = _broken_off(tmp_path, {})
    journal = tmp_path / "out/.khabar/journal.jsonl"
    for line in ('{"x":1}', '{"failure": 5}'):
        journal.write_text(journal.read_text().split("\n")[0] + "\n" + line + "\n")
        with pytest.raises(UsageError, match=r"journal.jsonl:2: .*delete"):
            run(options, load=small.load)


def test_what_a_run_reads_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    run(Options([str(tmp_path / "a.txt")], tmp_path / "out", formats=("jsonl", "brat")), load=small.load)
    before = (tmp_path / "out/documents.jsonl").read_bytes()
    for given, form in (("documents.jsonl", "jsonl"), ("brat", "brat"), ("brat/a.txt", "brat")):
        with pytest.raises(UsageError, match="would be written over"):
            run(Options([str(tmp_path / "out" / given)], tmp_path / "out", formats=(form,)), load=small.load)
    assert (tmp_path / "out/documents.jsonl").read_bytes() == before


def test_a_link_in_the_place_of_the_scratch_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/.khabar").symlink_to("../elsewhere")
    with pytest.raises(UsageError, match="is a link"):
        run(Options([str(tmp_path / "a.txt")], tmp_path / "out"), load=small.load)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_name_too_long_for_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    with pytest.raises(UsageError, match="cannot be written: File name too long"):
        run(Options([str(tmp_path / "a.txt")], tmp_path / ("x" * 300)), load=small.load)


@pytest.mark.parametrize("name", ["sqlite", "duckdb", "xlsx", "parquet"])
def test_a_full_disk_is_an_error_of_the_disk(tmp_path: Path, name: str) -> None:
    if name != "sqlite":
        pytest.importorskip({"parquet": "pyarrow", "duckdb": "duckdb", "xlsx": "xlsxwriter"}[name])
    resource = pytest.importorskip("resource")
    (tmp_path / "n.jsonl").write_text(
        "".join(json.dumps({"id": str(n), "text": f"{n} {os.urandom(20_000).hex()}"}) + "\n" for n in range(4))
    )
    done = _khabar(
        "run", str(tmp_path / "n.jsonl"), "--out", str(tmp_path / "out"), "--names", "rules", "--format", name,
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, resource.RLIM_INFINITY)),
    )  # fmt: skip
    assert done.returncode == 1
    assert "What is done is kept" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "out").glob("khabar.*"))


def test_a_package_that_is_there_and_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ImportError("x.so: failed to map segment from shared object")

    (tmp_path / "a.txt").write_text(SENTENCE)
    monkeypatch.setattr("pipeline.run.writer", refuse)
    with pytest.raises(UsageError, match=r"shared object$"):
        run(Options([str(tmp_path / "a.txt")], tmp_path / "out", formats=("xlsx",)), load=small.load)


def test_a_failure_names_the_line_and_not_the_outlet(tmp_path: Path) -> None:
    (tmp_path / "n.jsonl").write_text((json.dumps({"id": "a", "text": SENTENCE, "source": "وكالة"}) + "\n") * 2)
    done = run(Options([str(tmp_path / "n.jsonl")], tmp_path / "out"), load=small.load)
    [failed] = done.failures
    assert failed.source == f"{tmp_path}/n.jsonl:2"
    assert failed.reason == f"the id is already that of {tmp_path}/n.jsonl:1"


def test_text_in_a_parquet_column_of_bytes(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    texts = [SENTENCE.encode(), SENTENCE.encode("cp1256"), bytes(range(256))]
    parquet.write_table(pa.table({"text": texts, "outlet": ["وكالة".encode()] * 3}), tmp_path / "a.parquet")
    first, second, third = read([tmp_path / "a.parquet"])
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert isinstance(third, Failure)
    assert (first.text, first.meta) == (SENTENCE, {"outlet": "وكالة"})
    assert (second.text, second.meta["encoding"]) == (SENTENCE, "windows-1256")


def test_topics_that_are_nested_too_deeply(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text("[" * 100_000)
    with pytest.raises(ValueError, match="json: nested too deeply"):
        pipeline.load(names="rules", topics=tmp_path / "t.json")


def test_spacy_documents_take_time_in_proportion(tmp_path: Path) -> None:
    pytest.importorskip("numpy")

    def make(text: str) -> None:
        write([Record(id="a", sha256="", text=text)], tmp_path, ["spacy"])

    assert in_proportion(make, "." * 2500)


# Records that are read back


def _told() -> dict[str, Any]:
    """A record with a part of every kind, as JSON has it."""
    at = {"id": "m1", "start": 4, "end": 10, "text": "الوزير", "label": "ROLE", "entity": "e1", "sentence": "s1"}
    place = {"id": "m2", "start": 11, "end": 18, "text": "القاهرة", "label": "LOCATION"}
    entity = {"id": "e1", "key": "person:وزير", "label": "PERSON", "name": "الوزير", "mentions": ["m1"]}
    word = {"start": 0, "end": 3, "text": "زار"}
    relation = {
        "id": "r1",
        "type": "hosts",
        "subject": "e1",
        "object": "",
        "subject_mention": "m2",
        "object_mention": "m1",
    }
    return {
        "id": "a", "sha256": "", "text": "زار الوزير القاهرة.", "sentences": [{"id": "s1", "start": 0, "end": 19}],
        "mentions": [at, place], "entities": [entity],
        "topics": [{"id": "t", "label_en": "", "label_ar": "", "score": 1, "mentions": ["m2"]}],
        "relations": [{**relation, "evidence": {"start": 0, "end": 19}}],
        "events": [{"id": "v1", "type": "CONSULT", "trigger": word, "who": [{"mention": "m1", "entity": "e1"}], "where": "m2"}],
        "quotations": [{"id": "q1", "start": 11, "end": 18, "text": "القاهرة", "speaker": "e1", "cue": word}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "wrong", "said"),
    [
        ("mentions", {"start": 5}, "m1 [5, 10) is 'لوزير' in the text and not 'الوزير'"),
        ("mentions", {"start": 4, "end": 10**20}, "m1 [4, 100000000000000000000) does not lie in the text"),
        ("mentions", {"start": -15, "end": -9}, "m1 [-15, -9) does not lie in the text, which has 19 characters"),
        ("mentions", {"start": 4, "end": 4, "text": ""}, "m1 [4, 4) is empty"),
        ("mentions", {"id": "m2"}, "the id m2 stands twice in mentions"),
        ("mentions", {"entity": "e9"}, "m1 names e9, which is not among its entities"),
        ("mentions", {"sentence": "s9"}, "m1 names s9, which is not among its sentences"),
        ("sentences", {"end": 20}, "s1 [0, 20) does not lie in the text"),
        ("entities", {"mentions": ["m1", "m9"]}, "e1 names m9, which is not among its mentions"),
        ("topics", {"mentions": ["m9"]}, "t names m9, which is not among its mentions"),
        ("relations", {"object": "e9"}, "r1 names e9, which is not among its entities"),
        ("relations", {"object_mention": ""}, "r1 names none, which is not among its mentions"),
        ("relations", {"evidence": {"start": 0, "end": 99}}, "the evidence of r1 [0, 99) does not lie in the text"),
        ("events", {"who": [{"mention": "m9"}]}, "v1 names m9, which is not among its mentions"),
        ("events", {"where": "m9"}, "v1 names m9, which is not among its mentions"),
        ("events", {"trigger": {"start": 0, "end": 3, "text": "قال"}}, "the trigger of v1 [0, 3) is 'زار' in the text"),
        ("quotations", {"text": "بيروت"}, "q1 [11, 18) is 'القاهرة' in the text and not 'بيروت'"),
        ("quotations", {"speaker_mention": "m9"}, "q1 names m9, which is not among its mentions"),
    ],
)
def test_a_record_that_does_not_hold_together_is_refused(
    tmp_path: Path, kind: str, wrong: dict[str, Any], said: str
) -> None:
    whole, broken = _told(), _told()
    broken["id"] = "b"
    broken[kind][0].update(wrong)
    path = tmp_path / "documents.jsonl"
    path.write_text(json.dumps(whole) + "\n" + json.dumps(broken) + "\n")
    (tmp_path / "gold.jsonl").write_text('{"id": "b", "text": "زار الوزير القاهرة.", "entities": []}')
    for command in (
        ["convert", str(path), "--format", "json,sqlite,conllup", "--out", str(tmp_path / "out")],
        ["report", str(path)],
        ["evaluate", str(tmp_path / "gold.jsonl"), "--pred", str(path)],
        ["evaluate", str(tmp_path / "gold.jsonl"), "--pred", str(tmp_path)],
    ):
        done = CliRunner().invoke(app, command)
        assert (done.exit_code, type(done.exception)) == (2, SystemExit)
        assert f"documents.jsonl:2: record b: {said}" in " ".join(done.output.split())


def test_a_record_that_holds_together_and_one_whose_id_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_text(json.dumps(_told()) + "\n")
    assert [one.id for one in records.read(path)] == ["a"]
    path.write_text((json.dumps(_told()) + "\n") * 2)
    with pytest.raises(ValueError, match=r"jsonl:2: the id a is already that of .*jsonl:1"):
        list(records.read(path))


# Runs that were stopped


def test_a_run_that_stops_while_it_clears_leaves_no_manifest_and_clears_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    for id in ("old", "new"):
        (tmp_path / f"{id}.txt").write_text(SENTENCE)
    run(Options([str(tmp_path / "old.txt")], out, formats=("json", "jsonl")), load=small.load)
    options = Options([str(tmp_path / "new.txt")], out, formats=("json",))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", _interrupted(Path.unlink))
        with pytest.raises(KeyboardInterrupt):
            run(options, load=small.load)
    assert not (out / "manifest.json").exists()
    run(replace(options, resume=True), load=small.load)
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob("*")) == [
        "failures.csv", "json", "json/new.json", "manifest.json",
    ]  # fmt: skip


def _interrupted(unlink: Callable[..., None]) -> Callable[..., None]:
    def interrupted(path: Path, *args: Any, **options: Any) -> None:
        if path.name == "old.json":
            raise KeyboardInterrupt
        unlink(path, *args, **options)

    return interrupted


def test_what_is_read_of_an_unfinished_run_is_said_to_be_a_part(tmp_path: Path) -> None:
    _broken_off(tmp_path, {}, formats=("json",))
    (tmp_path / "gold.jsonl").write_text(json.dumps({"id": "a", "text": SENTENCE, "entities": []}))
    commands = {
        "report": ["report", str(tmp_path / "out"), "--out", str(tmp_path / "r.html")],
        "convert": ["convert", str(tmp_path / "out/json"), "--format", "csv", "--out", str(tmp_path / "csv")],
        "evaluate": ["evaluate", str(tmp_path / "gold.jsonl"), "--pred", str(tmp_path / "out")],
    }
    for command in commands.values():
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0
        assert f"{tmp_path}/out holds an unfinished run" in done.stderr.replace("\n", "")
    (tmp_path / "out/manifest.json").write_text("{}")
    assert "unfinished" not in CliRunner().invoke(app, commands["report"]).stderr


@pytest.mark.parametrize("make", [getattr(os, "mkfifo", os.mkdir), os.mkdir, lambda path: os.symlink(os.devnull, path)])
def test_a_journal_that_is_no_file(tmp_path: Path, make: Callable[[Path], None]) -> None:
    options = _broken_off(tmp_path, {})
    journal = tmp_path / "out/.khabar/journal.jsonl"
    journal.unlink()
    make(journal)
    with pytest.raises(UsageError, match="is no file: delete"):
        run(options, load=small.load)


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_an_interruption_of_the_imports_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text(  # a shell without job control has what runs behind it ignore the signal
        "import os, signal, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "formats"], env={**os.environ, "PYTHONPATH": f"{tmp_path}"},
        cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.skipif(os.name != "posix", reason="pipes as POSIX has them")
def test_a_reader_who_has_seen_enough_does_not_make_a_run_fail(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", str(tmp_path / "a.txt"), "--names", "rules", "--out", str(tmp_path / "out")],
        cwd=Path(__file__).parents[1], stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out/manifest.json").exists()


def test_fields_nested_deeper_than_a_record_may_be_are_a_failure_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "n.jsonl").write_text(
        "".join(f'{{"text": "{SENTENCE}", "x": {"[" * n}{"]" * n}}}\n' for n in (900, 150, 90))
    )
    done = run(Options([str(tmp_path / "n.jsonl")], tmp_path / "out"), load=small.load)
    assert [f.reason for f in done.failures] == ["broken JSON: nested too deeply"] * 2
    assert done.found["documents"] == 1


def test_an_xml_document_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f'<?xml version="1.0"?><rss><item>{SENTENCE}</item></rss>')
    [failure] = read([tmp_path / "a.txt"])
    assert isinstance(failure, Failure)
    assert "an XML document" in failure.reason


@pytest.mark.parametrize("indent", [None, 1])
def test_json_saved_as_txt_is_no_article(tmp_path: Path, indent: int | None) -> None:
    (tmp_path / "a.txt").write_text(json.dumps({"id": 1, "text": SENTENCE}, indent=indent) + "\n")
    (tmp_path / "b.txt").write_text("{خبر} " + SENTENCE)
    failure, article = read([tmp_path / "a.txt", tmp_path / "b.txt"])
    assert isinstance(failure, Failure)
    assert "ends with .jsonl" in failure.reason
    assert isinstance(article, Article)
