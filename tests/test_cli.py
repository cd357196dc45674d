"""The command line, as a process where that is what counts and in this one where it is not."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import small
from typer.testing import CliRunner

import pipeline
from pipeline.cli import app
from pipeline.record import Record, schema_text

ROOT = Path(__file__).parents[1]
TEXT = "التقى وزير خارجية كازاخستان نظيره الأمريكي في أستانا يوم 6 تشرين الثاني/نوفمبر 2023."


def khabar(*args: str, stdin: str | None = None, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *args]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **env}
    return subprocess.run(
        command, input=stdin, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run a command in this process with the small pipeline."""
    monkeypatch.setattr(pipeline, "load", lambda **_: small.load())

    def run(*args: str, stdin: str | None = None):  # type: ignore[no-untyped-def]
        return CliRunner().invoke(app, [str(a) for a in args], input=stdin, env={"COLUMNS": "200"})

    return run


# ---- as a process


def test_help_answers_in_well_under_a_second_without_spacy() -> None:
    code = "import sys, pipeline.cli; sys.exit('spacy' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert khabar("--help").returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1
    )  # of its own time, however busy the machine is


def test_version() -> None:
    assert khabar("--version").stdout.split() == ["khabar", pipeline.__version__]


def test_a_run_reads_standard_input_and_imports_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys, atexit; atexit.register(lambda: print('TORCH', sys.modules.get('torch'), file=sys.stderr));"
        "sys.argv = ['khabar', 'run', '-', '--names', 'rules', '--format', 'jsonl', '--out', 'out'];"
        "from pipeline.cli import main; main()"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], input=TEXT, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "TORCH None" in done.stderr
    record = Record.model_validate_json((tmp_path / "out/documents.jsonl").read_text("utf-8"))
    assert (record.id, record.text) == ("stdin", TEXT)
    assert {"COUNTRY", "DATE"} <= {m.label for m in record.mentions}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["run", "x", "--date", "tomorrow"], "'tomorrow' is no date: YYYY-MM-DD is expected"),
        (["run", "x", "--format", "xml"], "no format 'xml'"),
        (["run"], "nothing to read: give files, folders or - for standard input"),
        (["run", ".", "--out", "/proc/none"], "/proc/none cannot be written"),
        (["run", "x", "--workers", "0"], "Invalid value for '--workers'"),
        (["show"], "Missing argument"),
        (["nothing"], "No such command"),
    ],
)
def test_wrong_usage_ends_with_two(tmp_path: Path, args: list[str], said: str) -> None:
    done = khabar(*args, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


# ---- in this process


def test_run_says_what_it_found_and_where_it_is(tmp_path: Path, invoke) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_bytes("زار عمان".encode("cp1256"))
    (tmp_path / "in/b.jsonl").write_text('{"text": "نص", "date": "04/05/2020"}\n{"text": "نص", "date": "yesterday"}\n')
    (tmp_path / "in/c.pdf").write_text("")
    done = invoke("run", tmp_path / "in", "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        "1 document read as windows-1256: a",
        "2 documents with a date that is no YYYY-MM-DD, kept in meta: b-1 …",
        "passed over, as no reader is for them: 1 .pdf",
    ]
    assert f"Written to {tmp_path / 'out'}: json, csv, failures.csv, manifest.json" in done.stdout
    counts = {
        line.split("│")[1].strip(): line.split("│")[2].strip() for line in done.stdout.splitlines() if "│" in line
    }
    assert (counts["documents"], counts["COUNTRY"], counts["entities, by article"]) == ("3", "1", "1")
    assert json.loads((tmp_path / "out/json/a.json").read_text())["meta"] == {"encoding": "windows-1256"}


def test_run_names_each_failure_and_ends_with_one(tmp_path: Path, invoke) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text("FAIL")
    (tmp_path / "b.txt").write_text("نص")
    (tmp_path / "c.txt").write_text("")
    done = invoke("run", tmp_path, tmp_path / "none.txt", "--out", tmp_path / "out", "--quiet")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"failed {tmp_path}/a.txt (a): small_stage: KeyError: 'as asked'",
        f"failed {tmp_path}/c.txt (c): read: empty",
        f"failed {tmp_path}/none.txt: read: No such file or directory",
    ]
    assert [p.name for p in (tmp_path / "out/json").iterdir()] == ["b.json"]


def test_a_mistyped_input_leaves_what_an_earlier_run_wrote(tmp_path: Path, invoke) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text("نص")
    assert invoke("run", tmp_path / "a.txt", "--out", tmp_path / "out").exit_code == 0
    done = invoke("run", tmp_path / "b.txt", "--out", tmp_path / "out")
    assert (done.exit_code, done.stderr.strip()) == (2, f"{tmp_path}/b.txt: No such file or directory")
    assert (tmp_path / "out/json/a.json").exists()


def test_run_names_a_text_that_has_no_arabic(tmp_path: Path, invoke) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text("The minister left.")
    done = invoke("run", tmp_path / "a.txt", "--out", tmp_path / "out")
    assert done.stderr == "1 document without an Arabic letter: a\n"


def test_dates_tells_what_a_date_without_value_lacks(invoke) -> None:  # type: ignore[no-untyped-def]
    assert "--date" in invoke("dates", "وصل أمس").stderr
    assert invoke("dates", "وصل أمس", "--date", "2024-03-05").stderr == ""


def test_options_that_take_no_value_ask_for_none(invoke) -> None:  # type: ignore[no-untyped-def]
    (line,) = (line for line in invoke("run", "--help").stdout.splitlines() if "--resume" in line)
    assert "<" not in line


def test_run_reads_data_raw_by_default(tmp_path: Path, invoke, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "data/raw/a.txt").write_text("نص")
    monkeypatch.chdir(tmp_path)
    assert invoke("run").exit_code == 0
    assert (tmp_path / "data/processed/json/a.json").exists()


def test_run_stops_at_the_first_failure_when_asked(tmp_path: Path, invoke) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text("FAIL")
    done = invoke("run", tmp_path, "--out", tmp_path / "out", "--fail-fast")
    assert done.exit_code == 1
    assert "stopped at the first failure" in done.stderr


def test_many_failures_are_counted_and_not_all_printed(tmp_path: Path, invoke) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "n.jsonl").write_text("x\n" * 150)
    done = invoke("run", tmp_path / "n.jsonl", "--out", tmp_path / "out")
    assert "… and 50 more in" in done.stderr


def test_resuming_a_complete_run_says_so(tmp_path: Path, invoke) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text("نص")
    args = ["run", tmp_path / "a.txt", "--out", tmp_path / "out"]
    assert invoke(*args).exit_code == 0
    done = invoke(*args, "--resume")
    assert done.exit_code == 0
    assert "nothing to resume" in done.stdout


def test_show_prints_the_article_its_mentions_and_a_legend(tmp_path: Path, invoke) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text("زار عمان \x1b[2J")
    done = invoke("show", tmp_path / "a.txt", "--date", "2023-11-06")
    assert done.exit_code == 0
    assert "2023-11-06 (given)" in done.stdout
    assert "OM" in done.stdout
    assert "NATIONALITY" in done.stdout
    assert "\x1b[2J" not in done.stdout
    assert invoke("show", tmp_path / "none.txt").exit_code == 1


@pytest.mark.parametrize("how", ["argument", "file", "stdin"])
def test_dates(tmp_path: Path, invoke, how: str) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text("وصل أمس")
    given = {"argument": "وصل أمس", "file": str(tmp_path / "a.txt"), "stdin": "-"}[how]
    done = invoke("dates", given, "--date", "2023-11-06", "--json", stdin="وصل أمس")
    (row,) = json.loads(done.stdout)
    assert (row["text"], row["value"]) == ("أمس", "2023-11-05")
    assert "2023-11-05" in invoke("dates", given, "--date", "2023-11-06", stdin="وصل أمس").stdout


def test_formats_are_named(invoke) -> None:  # type: ignore[no-untyped-def]
    assert {"json", "jsonl", "csv"} <= {line.split()[0] for line in invoke("formats").stdout.splitlines()}


# ---- the schema


def test_the_schema_in_the_repository_is_that_of_the_record(invoke) -> None:  # type: ignore[no-untyped-def]
    assert (ROOT / "pipeline/schema.json").read_text("utf-8") == schema_text() == invoke("schema").stdout


def test_real_output_is_what_the_schema_says() -> None:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    record = pipeline.extract(TEXT, id="a", date="2023-11-07")
    jsonschema.validate(json.loads(record.model_dump_json()), schema)
