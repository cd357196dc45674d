"""Runs: what is written, what is said of failures, workers, resuming."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import small

from pipeline import run as run_module
from pipeline.annotate import annotate, batches
from pipeline.article import Article, Failure
from pipeline.record import Record
from pipeline.run import Options, Stopped, Summary, UsageError, run
from pipeline.writers.tables import COLUMNS


def articles(folder: Path, *texts: str, name: str = "n.jsonl") -> Path:
    path = folder / name
    lines = (json.dumps({"id": f"a{n}", "text": text}, ensure_ascii=False) for n, text in enumerate(texts))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def do(source: Path | list[str], out: Path, **options: object) -> Summary:
    inputs = source if isinstance(source, list) else [str(source)]
    return run(Options(inputs=inputs, out=out, **{"formats": ("json", "jsonl", "csv"), **options}), load=small.load)  # type: ignore[arg-type]


@pytest.fixture
def torchless(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the command line: workers start without torch, in a third of the time."""
    monkeypatch.setitem(sys.modules, "torch", None)


def contents(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def failures(out: Path) -> list[dict[str, str]]:
    with (out / "failures.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_document_is_a_record_in_the_order_given(tmp_path: Path) -> None:
    done = do(articles(tmp_path, *(f"نص {n} في عمان" for n in range(70))), tmp_path / "out")
    records = [Record.model_validate_json(line) for line in (tmp_path / "out/documents.jsonl").read_text().splitlines()]
    assert [r.id for r in records] == [f"a{n}" for n in range(70)]
    assert records[3].mentions[0].value == "OM"
    assert Record.model_validate_json((tmp_path / "out/json/a3.json").read_text()) == records[3]
    assert (done.found["documents"], done.found["COUNTRY"], done.failed) == (70, 70, 0)
    tables = [f"{table}.csv" for table in COLUMNS]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(
        [*tables, "documents.jsonl", "failures.csv", "json", "manifest.json"]
    )


def test_a_document_that_fails_costs_no_other_and_says_where(tmp_path: Path) -> None:
    done = do(articles(tmp_path, "نص", "FAIL", "نص ثان", " "), tmp_path / "out")
    assert [json.loads(x)["id"] for x in (tmp_path / "out/documents.jsonl").read_text().splitlines()] == ["a0", "a2"]
    assert [(f["document"], f["stage"], f["reason"]) for f in failures(tmp_path / "out")] == [
        ("a1", "small_stage", "KeyError: 'as asked'"),
        ("a3", "read", "nothing but white space"),
    ]
    assert done.failed == 2


def test_two_documents_with_one_id(tmp_path: Path) -> None:
    (tmp_path / "n.jsonl").write_text('{"id": "x", "text": "a"}\n{"id": "X", "text": "b"}\n{"id": "x", "text": "c"}')
    done = do(tmp_path / "n.jsonl", tmp_path / "out")
    assert [f["reason"] for f in failures(tmp_path / "out")] == [f"the id is already that of {tmp_path}/n.jsonl:1"]
    assert done.found["documents"] == 2


def test_ids_never_leave_the_folder_nor_meet_in_it(tmp_path: Path) -> None:
    ids = [
        "../../up",
        "/abs",
        "a/b",
        "A/b",
        "a_b",
        "A_B",
        "",
        "..",
        ".",
        "con",
        "x" * 500,
        "e\u0301",
        "\u00e9",
        "نص\u202e",
        "a\x00b",
        "=1",
    ]
    lines = (json.dumps({"id": id, "text": f"نص {n}"}) for n, id in enumerate(ids))
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    done = do(tmp_path / "in.jsonl", tmp_path / "deep/out")
    assert done.found["documents"] == len(ids)
    written = list((tmp_path / "deep/out/json").iterdir())
    assert len({p.name.casefold() for p in written}) == len(ids)
    assert {Record.model_validate_json(p.read_text()).text for p in written} == {f"نص {n}" for n in range(len(ids))}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep", "in.jsonl"]
    assert sorted(p.name for p in (tmp_path / "deep").iterdir()) == ["out"]


def test_the_date_given_is_for_articles_without_one(tmp_path: Path) -> None:
    (tmp_path / "n.jsonl").write_text('{"text": "a"}\n{"text": "b", "date": "2020-01-01"}')
    do(tmp_path / "n.jsonl", tmp_path / "out", date="2023-11-06")
    dates = [json.loads(x)["date"]["value"] for x in (tmp_path / "out/documents.jsonl").read_text().splitlines()]
    assert dates == ["2023-11-06", "2020-01-01"]


def test_a_second_run_replaces_the_first_and_reads_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("نص عمان")
    do([str(tmp_path)], tmp_path / "out")
    first = contents(tmp_path / "out")
    do([str(tmp_path)], tmp_path / "out")
    assert contents(tmp_path / "out") == first
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    do([str(tmp_path)], tmp_path / "out")
    assert [p.name for p in (tmp_path / "out/json").iterdir()] == ["b.json"]


def test_a_run_that_cannot_begin_leaves_what_an_earlier_one_wrote(tmp_path: Path) -> None:
    source = articles(tmp_path, "نص")
    do(source, tmp_path / "out")
    before = contents(tmp_path / "out")
    with pytest.raises(UsageError, match="cannot be loaded"):
        run(Options(inputs=[str(source)], out=tmp_path / "out"), load=small.broken)
    assert contents(tmp_path / "out") == before


def test_json_files_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out/json").mkdir(parents=True)
    (tmp_path / "out/json/mine.json").write_text("{}")
    do(articles(tmp_path, "نص"), tmp_path / "out")
    assert (tmp_path / "out/json/mine.json").exists()


def test_a_file_that_no_run_wrote_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/documents.csv").write_text("mine")
    with pytest.raises(UsageError, match="is there and no run wrote it"):
        do(articles(tmp_path, "نص"), tmp_path / "out", formats=("csv",))
    assert (tmp_path / "out/documents.csv").read_text() == "mine"
    do(articles(tmp_path, "نص"), tmp_path / "out", formats=("json",))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"formats": ("xml",)}, "no format 'xml'; there are json, jsonl, csv"),
        ({"date": "yesterday"}, "'yesterday' is no date"),
        ({"inputs": []}, "nothing to read"),
        ({"inputs": [""]}, "nothing to read"),
        ({"formats": ()}, "no format to write"),
        ({"inputs": ["same"], "out": Path("same")}, "same is both input and output"),
        ({"workers": 0}, "must be positive"),
        ({"inputs": ["-"], "resume": True}, "standard input cannot be read again"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_written(
    tmp_path: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        run(Options(**{"inputs": [str(articles(tmp_path, "نص"))], "out": tmp_path / "out", **options}), load=small.load)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match="out cannot be written"):
        do(articles(tmp_path, "نص"), tmp_path / "out")


def test_links_inside_the_output_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is a link"):
        do(articles(tmp_path, "نص"), tmp_path / "out")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_fail_fast_stops_and_resuming_tries_the_failure_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = articles(tmp_path, "نص", "FAIL", "نص")
    with pytest.raises(Stopped, match="a1: small_stage: KeyError"):
        do(source, tmp_path / "out", fail_fast=True)
    assert not (tmp_path / "out/documents.jsonl").exists()
    with pytest.raises(UsageError, match="unfinished run"):
        do(source, tmp_path / "out")
    assert do(source, tmp_path / "out", resume=True).failed == 1
    do(source, tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    monkeypatch.setattr(run_module, "annotate", None)
    again = do(source, tmp_path / "out", resume=True)
    assert (again.complete, again.failed, again.found["documents"]) == (True, 1, 2)


def stop_after(batches_done: int) -> object:
    seen = 0

    def progress(_: Summary) -> None:
        nonlocal seen
        seen += 1
        if seen == batches_done:
            raise KeyboardInterrupt

    return progress


def interrupted(source: Path, out: Path, after: int) -> None:
    options = Options(inputs=[str(source)], out=out, formats=("json", "jsonl", "csv"))
    with pytest.raises(KeyboardInterrupt):
        run(options, stop_after(after), load=small.load)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "torn"),
    [(1, b""), (2, b'{"id": "torn'), (3, b"\0" * 100), (4, b'{"failure": {"source"')],
    ids=["clean", "torn", "zeroes", "all done"],
)
def test_a_resumed_run_leaves_the_bytes_of_one_undisturbed(tmp_path: Path, after: int, torn: bytes) -> None:
    source = articles(tmp_path, *("FAIL" if n % 10 == 3 else f"نص {n} عمان" for n in range(100)))
    do(source, tmp_path / "whole")
    interrupted(source, tmp_path / "out", after)
    with (tmp_path / "out/.khabar/journal.jsonl").open("ab") as journal:
        journal.write(torn)
    done = do(source, tmp_path / "out", resume=True)
    assert done.resumed == 32 * min(after, 3) + 4 * (after == 4)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_resuming_another_run_or_a_changed_input_is_refused(tmp_path: Path) -> None:
    source = articles(tmp_path, *(f"نص {n}" for n in range(40)))
    interrupted(source, tmp_path / "out", 1)
    with pytest.raises(UsageError, match="another one: formats differ"):
        do(source, tmp_path / "out", resume=True, formats=("csv",))
    articles(tmp_path, *(f"نص {n + 1}" for n in range(40)))
    with pytest.raises(UsageError, match=r"the input has changed at .*:1 a0"):
        do(source, tmp_path / "out", resume=True)


def test_resuming_what_never_began_runs_it(tmp_path: Path) -> None:
    assert do(articles(tmp_path, "نص"), tmp_path / "out", resume=True).found["documents"] == 1


@pytest.mark.usefixtures("torchless")
def test_workers_keep_the_order_and_write_the_same(tmp_path: Path) -> None:
    source = articles(tmp_path, *("FAIL" if n % 50 == 3 else f"نص {n} عمان" for n in range(150)), " ")
    do(source, tmp_path / "one")
    do(source, tmp_path / "two", workers=2)
    assert contents(tmp_path / "two") == contents(tmp_path / "one")


@pytest.mark.usefixtures("torchless")
def test_articles_that_hang_or_kill_their_worker_are_failures(tmp_path: Path) -> None:
    source = articles(tmp_path, "نص", "DIE", "نص", "HANG", "نص", "FAIL")
    done = do(source, tmp_path / "out", timeout=2.0)
    assert [(f["document"], f["stage"], f["reason"]) for f in failures(tmp_path / "out")] == [
        ("a1", "worker", "the process that read it died (SIGKILL)"),
        ("a3", "timeout", "not done after 2 seconds"),
        ("a5", "small_stage", "KeyError: 'as asked'"),
    ]
    assert done.found["documents"] == 3


@pytest.mark.usefixtures("torchless")
def test_workers_that_cannot_begin_say_why(tmp_path: Path) -> None:
    options = Options(inputs=[str(articles(tmp_path, "نص"))], out=tmp_path / "out", timeout=60)
    with pytest.raises(UsageError, match="the pipeline cannot be loaded: FileNotFoundError: no model here"):
        run(options, load=small.broken)
    with pytest.raises(UsageError, match="the pipeline cannot be loaded: no model here"):
        run(replace(options, timeout=None), load=small.broken)
    assert not (tmp_path / "out").exists()


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    source = articles(tmp_path, "نص")

    def second(_: Summary) -> None:
        with pytest.raises(UsageError, match="another run is writing to"):
            do(source, tmp_path / "out", resume=True)

    run(Options(inputs=[str(source)], out=tmp_path / "out"), second, load=small.load)
    assert (tmp_path / "out/manifest.json").exists()


def test_a_full_disk_loses_nothing_that_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = articles(tmp_path, *(f"نص {n}" for n in range(100)))
    do(source, tmp_path / "whole")
    real = run_module.Journal.add

    def full(self: run_module.Journal, done: Record | Failure) -> None:
        if done.id == "a70":
            raise OSError(28, "No space left on device")
        real(self, done)

    monkeypatch.setattr(run_module.Journal, "add", full)
    with pytest.raises(OSError, match="No space"):
        do(source, tmp_path / "out")
    monkeypatch.undo()
    assert do(source, tmp_path / "out", resume=True).resumed == 70
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_no_manifest_stands_beside_an_unfinished_run(tmp_path: Path) -> None:
    source = articles(tmp_path, *(f"نص {n}" for n in range(40)))
    do(source, tmp_path / "out")
    assert (tmp_path / "out/manifest.json").exists()
    interrupted(source, tmp_path / "out", 1)
    assert not (tmp_path / "out/manifest.json").exists()


def test_meta_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    nested = "{" + '"a":{' * 240 + "}" * 240 + "}"
    (tmp_path / "n.jsonl").write_text(
        f'{{"id": "a", "text": "نص", "m": {nested}}}\n{{"id": "b", "text": "نص", "m": 1e999}}'
    )
    done = do(tmp_path / "n.jsonl", tmp_path / "out")
    assert [f["reason"] for f in failures(tmp_path / "out")] == ["broken JSON: nested too deeply"]
    assert done.found["documents"] == 1


def test_batches_are_bounded_in_characters() -> None:
    long = [Article(str(n), "x" * 150_000) for n in range(3)]
    assert [len(b) for b in batches(long)] == [1, 1, 1]


def test_annotate_passes_failures_on() -> None:
    failed = Failure("f", "", "read", "why")
    first, second, third = annotate(small.load(), [failed, Article("a", "FAIL"), Article("b", "نص")])
    assert first is failed
    assert isinstance(second, Failure)
    assert isinstance(third, str)


def test_memory_does_not_grow_with_the_number_of_failures(tmp_path: Path) -> None:
    (tmp_path / "n.jsonl").write_text("x\n" * 500)
    done = do(tmp_path / "n.jsonl", tmp_path / "out")
    assert (done.failed, len(done.failures), len(failures(tmp_path / "out"))) == (500, 100, 500)


def test_the_output_folder_inside_the_input_is_not_read(tmp_path: Path) -> None:
    os.makedirs(tmp_path / "out")
    (tmp_path / "out/others.csv").write_text("id,text\n1,نص")
    assert (
        do([str(tmp_path)], tmp_path / "out").failures[0].reason
        == "a folder with nothing in it that can be read: there are readers for .txt, .jsonl, .ndjson, .csv, .tsv, .parquet, .zip"
    )


@pytest.mark.slow
def test_real_output_is_the_same_whatever_the_hash_seed_and_the_workers(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    made = []
    for seed, workers in (("1", "1"), ("2", "1"), ("3", "2")):
        out = tmp_path / f"out{seed}"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        command = [
            sys.executable,
            "-m",
            "pipeline",
            "run",
            "data/gold/articles.jsonl",
            "--out",
            str(out),
            "--workers",
            workers,
        ]
        subprocess.run(
            [*command, "--format", "json,jsonl,csv,sqlite", "--quiet"], cwd=root, env=environment, check=True
        )
        made.append(contents(out))
    assert made[0] == made[1] == made[2]
