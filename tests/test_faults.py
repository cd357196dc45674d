"""Faults and hostile input: a run that is killed anywhere goes on to the same bytes, and no input makes it crash, hang or write elsewhere."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline import run as run_module
from pipeline.record import Record
from pipeline.run import Options, Summary, run
from tests.growth import in_proportion

TESTS = Path(__file__).parent
FORMATS = ("json", "jsonl", "csv")


def source_of(folder: Path, count: int) -> Path:
    lines = (json.dumps({"id": f"a{n}", "text": "FAIL" if n % 40 == 7 else f"نص {n} في عمان"}) for n in range(count))
    (folder / "n.jsonl").write_text("\n".join(lines))
    return folder / "n.jsonl"


def contents(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


# ---- crashes at every step

STEPS = ["Journal.add", "Pending.publish", "write_whole", "os.sync", "shutil.rmtree", "_clear", "Json.add"]


def _crash_at(monkeypatch: pytest.MonkeyPatch, nth: int) -> Callable[[], int]:
    """Make the nth of the steps that touch the disk the last one, before (odd) or after (even) it is done."""
    seen = 0

    def crashing(step: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **kwargs: object) -> object:
            nonlocal seen
            seen += 1
            if seen == nth and nth % 2:
                raise SystemExit("crash before")
            made = step(*args, **kwargs)
            if seen == nth:
                raise SystemExit("crash after")
            return made

        return wrapped

    from pipeline.writers import files
    from pipeline.writers import json as json_writer

    for owner, name in (
        (run_module.Journal, "add"), (files.Pending, "publish"), (run_module, "write_whole"), (json_writer, "write_whole"),
        (run_module.os, "sync"), (run_module.shutil, "rmtree"), (run_module, "_clear"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, crashing(getattr(owner, name)))
    return lambda: seen


def test_a_crash_at_any_step_is_made_good(tmp_path: Path) -> None:
    source = source_of(tmp_path, 6)
    options = Options(inputs=[str(source)], out=tmp_path / "whole", formats=FORMATS)
    nlp = small.load()
    run(options, load=lambda: nlp)
    expected = contents(tmp_path / "whole")
    with pytest.MonkeyPatch.context() as monkeypatch:
        steps = _crash_at(monkeypatch, -1)
        run(Options(inputs=[str(source)], out=tmp_path / "counted", formats=FORMATS), load=lambda: nlp)
        count = steps()
    assert count > 20
    (tmp_path / "old.txt").write_text("نص من قبل")
    run(Options(inputs=[str(tmp_path / "old.txt")], out=tmp_path / "old", formats=FORMATS), load=lambda: nlp)
    for nth in range(1, count + 1):
        out = tmp_path / f"out{nth}"
        if nth % 3:  # over what an earlier run of other articles left
            shutil.copytree(tmp_path / "old", out)
        crashed = Options(inputs=[str(source)], out=out, formats=FORMATS)
        with pytest.MonkeyPatch.context() as monkeypatch:
            _crash_at(monkeypatch, nth)
            with pytest.raises(SystemExit, match="crash"):
                run(crashed, load=lambda: nlp)
        run(Options(inputs=[str(source)], out=out, formats=FORMATS, resume=True), load=lambda: nlp)
        assert contents(out) == expected, nth


# ---- kills

RUN = """
import sys
sys.modules["torch"] = None
import small, time
from pathlib import Path
from pipeline.run import Options, run
options = Options(inputs=[sys.argv[1]], out=Path(sys.argv[2]), formats=("json", "jsonl", "csv"), workers=int(sys.argv[3]), resume=True)
run(options, load=small.slow)
"""


def killed(source: Path, out: Path, workers: int, after: float) -> bool:
    """Start or resume a run, kill it some time after it has begun to write; say whether it was killed."""
    environment = {**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent}"}
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(source), str(out), str(workers)], env=environment, start_new_session=True
    )
    journal = out / ".khabar/journal.jsonl"
    size = journal.stat().st_size if journal.exists() else 0
    while process.poll() is None and not (journal.exists() and journal.stat().st_size > size):
        time.sleep(0.005)
    time.sleep(after)
    if process.poll() is not None:
        assert process.returncode == 0
        return False
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return True


def kill_until_done(tmp_path: Path, kills: int, workers: int, articles: int) -> None:
    source = source_of(tmp_path, articles)
    run(Options(inputs=[str(source)], out=tmp_path / "whole", formats=FORMATS), load=small.load)
    chance = random.Random(os.environ.get("KHABAR_KILLS", "7"))
    count = 0
    while count < kills:
        if killed(source, tmp_path / "out", workers, chance.random() * 0.3):
            count += 1
        else:  # it got to its end: begin another
            assert contents(tmp_path / "out") == contents(tmp_path / "whole")
            shutil.rmtree(tmp_path / "out")
    while killed(source, tmp_path / "out", workers, 60):
        pass
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_run_that_is_killed_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    kill_until_done(tmp_path, kills=2, workers=1, articles=200)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_is_killed_again_and_again_goes_on_to_the_same_bytes(tmp_path: Path, workers: int) -> None:
    kill_until_done(tmp_path, kills=int(os.environ.get("KHABAR_KILLS", "20")), workers=workers, articles=3000)


@pytest.mark.slow
def test_workers_do_not_outlive_their_parent(tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")
    assert killed(source_of(tmp_path, 3000), tmp_path / "out", 2, 0.1)
    time.sleep(3)
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(p.info["cmdline"] or [])]


# ---- hostile articles

ARABIC = "التقى وزير خارجية الأردن نظيره العراقي في عمان يوم الثلاثاء 4 مايو 2021 وبحثا العلاقات الثنائية. "

HOSTILE = {
    "bidirectional overrides": "\u202e" + ARABIC + "\u202c\u2066\u2069" * 50,
    "zero width flood": "\u200b\u200c\u200d\ufeff".join(ARABIC) + "\u200f" * 20_000,
    "presentation forms": "ﻭﺯﻳﺮ ﺍﻟﺨﺎﺭﺟﻴﺔ ﷲ ﷺ ﻻ " * 200,
    "html page": "<html><script>alert(1)</script><p dir=rtl>" + ARABIC + "&amp;&#1575;&lt;</p></html>" * 100,
    "million blank lines": ARABIC + "\n" * 900_000 + ARABIC,
    "quotation marks": '"' * 100_000,
    "guillemets": "«" * 50_000 + ARABIC + "»" * 50_000,
    "open brackets": "(" * 100_000 + ARABIC,
    "name of ten thousand letters": "وقال الوزير " + "محمد" * 2_500 + " إن اللقاء كان مفيداً.",
    "names without end": "الرئيس " + "محمد بن " * 5_000,
    "roles without end": "وزير " * 10_000,
    "conjunctions without end": "و" * 50_000,
    "digits without end": "1" * 50_000 + " " + "٣" * 50_000 + "/" * 10_000,
    "dates without end": "من 3 إلى " * 5_000 + "بين 2020 و" * 5_000,
    "months without end": "تشرين الثاني/نوفمبر/" * 5_000,
    "marks without a letter": "\u064b\u0651\u0640" * 30_000,
    "stacked marks": "م" + "\u0651" * 50_000,
    "one line without a space": "ابجد" * 50_000,
    "controls": "".join(map(chr, range(32))) * 500 + ARABIC,
    "private use and unassigned": "\ue000\uffff\U000e0001\U0010ffff" * 2_000 + ARABIC,
    "emoji and surrogate pairs": "👨‍👩‍👧‍👦🇸🇦" * 5_000,
    "null bytes": "نص\x00 عربي طويل " * 300,
    "latin only": "The minister met his counterpart. " * 2_000,
    "countries without end": "الأردن وقطر والعراق ومصر وعمان " * 1_000,
    "forums without end": "قمة " * 10_000 + "مؤتمر " * 10_000,
    "ordinary": ARABIC * 3,
}


def _run(articles: dict[str, str], folder: Path, nlp: Language, **options: object) -> dict[str, Record]:
    lines = (json.dumps({"id": id, "text": text}) for id, text in articles.items())
    (folder / "in.jsonl").write_text("\n".join(lines))
    done = run(
        Options(inputs=[str(folder / "in.jsonl")], out=folder / "out", formats=FORMATS, **options), load=lambda: nlp
    )  # type: ignore[arg-type]
    assert not done.failures, done.failures
    made = (folder / "out/documents.jsonl").read_text("utf-8").split("\n")[:-1]
    return {r.id: r for r in map(Record.model_validate_json, made)}


def _holds(record: Record, text: str) -> None:
    """What must be true of every record."""
    assert record.text == text
    sentences = {s.id: s for s in record.sentences}
    assert all(0 <= s.start < s.end <= len(text) for s in record.sentences)
    for m in record.mentions:
        assert text[m.start : m.end] == m.text
        assert m.start < m.end
        if m.sentence:
            assert sentences[m.sentence].start <= m.start
    ids = {m.id for m in record.mentions}
    assert all(set(e.mentions) <= ids for e in record.entities)
    assert all(p.mention in ids for e in record.events for p in (*e.who, *e.whom))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_articles_leave_whole_records(tmp_path: Path, rules: Language, name: str) -> None:
    text = HOSTILE[name][:10_000]
    _holds(_run({"a": text}, tmp_path, rules)["a"], text)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_articles_in_full_leave_whole_records_in_time(tmp_path: Path, rules: Language, name: str) -> None:
    start = time.process_time()
    _holds(_run({"a": HOSTILE[name]}, tmp_path, rules)["a"], HOSTILE[name])
    assert time.process_time() - start < 30


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_no_faster_than_the_text(rules: Language, name: str) -> None:
    assert in_proportion(rules, HOSTILE[name][:40_000])


@pytest.mark.slow
def test_hostile_articles_under_the_model(tmp_path: Path, nlp: Language) -> None:
    for id, record in _run(HOSTILE, tmp_path, nlp).items():
        _holds(record, HOSTILE[id])


ALPHABET = st.sampled_from('ابتةىيوكلمنءآأإ ًّـ٠١٢/-.،:«»"()\n\r\t\u200f\u202e\u200bABx01\x00👍') | st.characters(
    codec="utf-8"
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.text(ALPHABET, min_size=1, max_size=200).filter(str.strip), min_size=1, max_size=4))
def test_any_text_gives_a_record_that_holds(
    tmp_path_factory: pytest.TempPathFactory, rules: Language, texts: list[str]
) -> None:
    articles = {str(n): text for n, text in enumerate(texts) if text.strip("\ufeff \t\r\n") and not text.isspace()}
    articles["last"] = ARABIC
    for id, record in _run(articles, tmp_path_factory.mktemp("any"), rules).items():
        _holds(record, record.text if id != "last" else ARABIC)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300),
    st.sampled_from([".txt", ".jsonl", ".csv", ".parquet", ".zip", ".txt.gz", ".jsonl.xz", ".csv.bz2", ".txt.zst"]),
)
def test_any_bytes_under_any_name_are_articles_or_failures(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, suffix: str
) -> None:
    from pipeline.readers import read

    path = tmp_path_factory.mktemp("bytes") / f"n{suffix}"
    path.write_bytes(raw)
    assert all(item.id or item.source for item in read([path]))


def test_nothing_is_written_outside_the_output(tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    (before / "mine.txt").write_text("mine")
    out = tmp_path / "deep/out"
    lines = [
        json.dumps({"id": id, "text": "نص"})
        for id in ("../../before/mine", "/etc/passwd", "..\\..\\x", "a/../../../b", "C:\\x", "~/x")
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    done = run(Options(inputs=[str(tmp_path / "in.jsonl")], out=out), load=small.load)
    assert done.found["documents"] == 6
    assert sorted(p.name for p in tmp_path.iterdir()) == ["before", "deep", "in.jsonl"]
    assert (before / "mine.txt").read_text() == "mine"
    assert all(p.parent == out / "json" for p in out.rglob("*.json") if p.name != "manifest.json")


@pytest.mark.slow
def test_memory_stays_where_it_is_over_many_articles(tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")
    (tmp_path / "n.jsonl").write_text(
        "\n".join(json.dumps({"id": str(n), "text": f"نص {n} عمان " * 20}) for n in range(20_000))
    )
    seen: list[int] = []

    def progress(_: Summary) -> None:
        seen.append(psutil.Process().memory_info().rss)

    run(
        Options(inputs=[str(tmp_path / "n.jsonl")], out=tmp_path / "out", formats=("jsonl", "csv")),
        progress,
        load=partial(small.load),
    )
    assert seen[-1] - seen[len(seen) // 10] < 30 << 20
