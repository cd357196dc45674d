"""Pages: one file that asks nothing of a network and runs nothing but its own scripts, whatever the articles hold."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gold_records import GOLD, gold_records
from hostile import records
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.evaluate import evaluate
from pipeline.gold import Labelled, LabelledEvent, LabelledParty, LabelledRelation, Span, read_gold
from pipeline.record import Record
from pipeline.views import terminal
from pipeline.views.errors import write_errors
from pipeline.views.page import asset, embedded
from pipeline.views.report import write_report
from pipeline.views.utf16 import Utf16
from pipeline.writers import write

VIEWS = Path(__file__).parents[1] / "pipeline/views"


def data_of(page: str) -> Any:
    """What a page's scripts work from."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(gold_records(), path)
    return path.read_text("utf-8")


# ---- one file, no network


def test_page_loads_nothing(report: str) -> None:
    markup = re.sub(r"<script.*?</script>", "", report, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#|data:)[^"']*""", markup)
    assert "url(" not in markup
    assert "@import" not in markup


def test_policy_names_every_script_by_its_hash_and_allows_no_other(report: str) -> None:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', report)
    assert found
    scripts = re.findall(r"<script>(.*?)</script>", report, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts]
    assert re.findall(r"'sha256-[^']*'", found[1]) == hashes
    assert "default-src 'none'" in found[1]
    assert "connect-src" not in found[1]


def test_vendored_libraries_stand_beside_their_licences() -> None:
    vendor = VIEWS / "vendor"
    libraries = {p.name.split(".")[0] for p in vendor.glob("*.js")} | {"world-atlas"}
    assert libraries == {p.name.split(".")[0] for p in vendor.glob("*.LICENSE.txt")}
    assert sum(p.stat().st_size for p in VIEWS.rglob("*") if p.suffix in {".js", ".json", ".css", ".html"}) < 2_000_000


def test_every_word_that_the_scripts_use_is_in_both_languages() -> None:
    words = json.loads(asset("assets/words.json"))
    assert all(set(word) == {"ar", "en"} and all(word.values()) for word in words.values())
    sources = "".join(p.read_text("utf-8") for p in (VIEWS / "assets").iterdir() if p.suffix in {".js", ".html"})
    used = set(re.findall(r"\bt\(\"(\w+)\"", sources)) | set(re.findall(r'data-t(?:-\w+)?="(\w+)"', sources))
    assert used - set(words) == set()


# ---- what articles hold stays data


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_comes_back_from_a_script_element(text: str) -> None:
    packed = embedded({"text": text})
    assert not set("<>&\u2028\u2029") & set(packed)
    assert packed.encode("utf-8")
    assert json.loads(packed) == {"text": text}


def test_hostile_records_change_no_markup(tmp_path: Path, report: str) -> None:
    write_report(records(), tmp_path / "hostile.html")
    page = (tmp_path / "hostile.html").read_text("utf-8")
    tags = re.compile(r"<(?:/?script|/?style|!--)")
    assert tags.findall(page) == tags.findall(report)
    assert [d["text"] for d in data_of(page)["documents"]] == [r.text for r in records()]


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.data())
def test_spans_in_utf16_units_hold_the_same_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    at = Utf16(text)
    assert text.encode("utf-16-le")[2 * at(start) : 2 * at(end)].decode("utf-16-le") == text[start:end]


# ---- the report's figures


def test_report_holds_every_mention_event_and_relation(report: str) -> None:
    documents = data_of(report)["documents"]
    for document, record in zip(documents, gold_records(), strict=True):
        spans = [(document["text"][m[0] : m[1]], m[2], m[3]) for m in document["mentions"]]
        assert spans == [(m.text, m.label, m.value) for m in record.mentions]
        assert len(document["events"]) == len(record.events)
        assert len(document["relations"]) == len(record.relations)


def test_an_entity_is_one_over_all_articles(report: str) -> None:
    entities = data_of(report)["entities"]
    assert len({e["key"] for e in entities}) == len(entities)
    (us,) = (e for e in entities if e["key"] == "country:US")
    assert us["links"]["m49"] == "840"


def test_report_stops_at_its_limit(tmp_path: Path) -> None:
    many = (Record(id=str(n), sha256="", text="نص") for n in range(10))
    assert write_report(many, tmp_path / "report.html", limit=3) == 3
    assert next(many).id == "3"


@pytest.mark.parametrize("formats", [("jsonl",), ("json",)])
def test_report_of_an_output_folder(tmp_path: Path, formats: tuple[str, ...]) -> None:
    write(gold_records()[:3], tmp_path, formats)
    done = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert len(data_of((tmp_path / "report.html").read_text("utf-8"))["documents"]) == 3


@pytest.mark.parametrize(
    ("name", "text"), [("other.txt", ""), ("documents.jsonl", "{"), ("documents.jsonl", '{"id": "a"}\n')]
)
def test_what_is_no_output_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    done = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert done.exit_code == 2
    assert not (tmp_path / "report.html").exists()


# ---- the error explorer's figures

TEXT = "استقبل خيرت عمروف وزير خارجية قطر في الدوحة."


def span(text: str, label: str, value: str = "") -> Span:
    start = TEXT.index(text)
    return Span(start, start + len(text), label, value)


GOLDEN = Labelled(
    "a", TEXT, tuple(sorted([span("خيرت عمروف", "PERSON", "خيرت عمروف"), span("قطر", "COUNTRY", "QA"), span("الدوحة", "LOCATION"), span("وزير", "ROLE")]))
)  # fmt: skip
FOUND = Labelled(
    "a", TEXT, tuple(sorted([span("عمروف", "PERSON", "عمروف"), span("قطر", "COUNTRY", "KZ"), span("الدوحة", "ORGANIZATION"), span("استقبل", "TOPIC")]))
)  # fmt: skip


def explored(tmp_path: Path, found: dict[str, Labelled], against: dict[str, Labelled] | None = None) -> Any:
    write_errors([GOLDEN], found, tmp_path / "errors.html", against)
    return data_of((tmp_path / "errors.html").read_text("utf-8"))


def test_each_error_by_its_kind(tmp_path: Path) -> None:
    (document,) = explored(tmp_path, {"a": FOUND})["documents"]
    assert sorted(kind for kind, *_ in document["errors"]) == ["boundary", "false", "label", "missed", "value"]


def test_figures_are_the_scorers(tmp_path: Path) -> None:
    gold = read_gold([GOLD / "articles.jsonl"])
    found = {g.id: Labelled(g.id, g.text, g.spans[::2]) for g in gold}
    write_errors(gold, found, tmp_path / "errors.html")
    scores = data_of((tmp_path / "errors.html").read_text("utf-8"))["scores"]
    expected = evaluate(gold, found)
    assert scores["all"]["strict"]["f1"] == expected.micro.strict.f1
    assert {label: s["right"] for label, s in scores.items() if label != "all"} == {
        k: s.right for k, s in expected.labels.items()
    }


def test_confusion_counts_each_gold_span_once(tmp_path: Path) -> None:
    rows = explored(tmp_path, {"a": FOUND})["confusion"]
    assert [sum(row) for row in rows[:9]] == [1, 1, 0, 1, 0, 0, 0, 1, 0]
    assert rows[3][4] == 1, "a LOCATION found as an ORGANIZATION"
    assert rows[9][8] == 1, "a TOPIC where gold has nothing"


def test_errors_are_better_worse_or_the_same_as_in_the_other_run(tmp_path: Path) -> None:
    other = Labelled("a", TEXT, tuple(s for s in GOLDEN.spans if s.label != "COUNTRY"))
    (document,) = explored(tmp_path, {"a": FOUND}, {"a": other})["documents"]
    assert [(kind, change) for kind, _, _, change in document["mended"]] == [("missed", "better")]
    assert {change for *_, change in document["errors"]} == {"worse"}
    (same,) = explored(tmp_path, {"a": FOUND}, {"a": FOUND})["documents"]
    assert {change for *_, change in same["errors"]} == {"same"}


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_scores_are_never_cut(width: int) -> None:
    gold = read_gold([GOLD / "articles.jsonl"], [GOLD / "events.jsonl"])
    console = Console(width=width, file=io.StringIO())
    scores = terminal.evaluation(evaluate(gold, {one.id: one for one in gold}, samples=10))
    with console.capture() as said:
        console.print(scores, crop=False)
    assert "…" not in said.get()
    assert "NATIONALITY " in said.get()
    assert "1.000–1.000" in said.get()
    assert width < 80 or max(map(len, said.get().splitlines())) <= width


def test_explorer_on_the_command_line(tmp_path: Path) -> None:
    gold = GOLD / "articles.jsonl"
    file = tmp_path / "errors.html"
    said = CliRunner().invoke(
        app, ["evaluate", str(gold), "--pred", str(gold), "--report", str(file), "--against", str(gold)]
    )
    assert said.exit_code == 0, said.output
    assert data_of(file.read_text("utf-8"))["comparison"]["all"]["p_spans"] == 1
    assert CliRunner().invoke(app, ["evaluate", str(gold), "--pred", str(gold), "--against", str(gold)]).exit_code == 2


# ---- events, relations and topics in the error explorer

_WHO, _WHOM = LabelledParty(6, 16, "KZ"), LabelledParty(27, 30, "QA")
_MET = LabelledEvent("CONSULT", (_WHO,), (_WHOM,), mode="meeting", when="2023", trigger=(0, 5))
_HOSTS = LabelledRelation("hosts", (27, 30), (34, 40))


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ((_MET,), [("right", True, True, [])]),
        ((replace(_MET, when="2024", where=(34, 40)),), [("right", True, True, ["when", "where"])]),
        ((replace(_MET, who=(_WHOM,), whom=(_WHO,)),), [("right", True, True, [])]),
        ((replace(_MET, whom=()),), [("parties", True, True, [])]),
        ((replace(_MET, type="SUPPORT"),), [("type", True, True, [])]),
        ((replace(_MET, type="SUPPORT", trigger=(17, 21)),), [("missed", True, False, []), ("false", False, True, [])]),
        ((), [("missed", True, False, [])]),
    ],
)  # fmt: skip
def test_events_are_right_or_wrong_as_they_are_scored(
    tmp_path: Path, found: tuple[LabelledEvent, ...], told: list[Any]
) -> None:
    gold = replace(GOLDEN, events=(_MET,))
    write_errors([gold], {"a": replace(GOLDEN, events=found)}, tmp_path / "errors.html")
    data = data_of((tmp_path / "errors.html").read_text("utf-8"))
    rows = data["documents"][0]["told"]
    assert [
        (kind, bool(g), bool(f), sorted(differ) if kind == "right" else []) for _, kind, g, f, differ, _ in rows
    ] == told
    assert data["sets"]["events_entity"]["right"] == sum(kind == "right" for kind, *_ in told)


def test_relations_and_topics_stand_beside_the_events(tmp_path: Path) -> None:
    gold = replace(GOLDEN, relations=(_HOSTS,), topics=frozenset({"war", "aid"}))
    found = replace(GOLDEN, relations=(replace(_HOSTS, type="represents"),), topics=frozenset({"war"}))
    write_errors([gold], {"a": found}, tmp_path / "errors.html", {"a": gold})
    (document,) = data_of((tmp_path / "errors.html").read_text("utf-8"))["documents"]
    assert [(what, kind, (g or f)["type"], change) for what, kind, g, f, _, change in document["told"]] == [
        ("relation", "missed", "hosts", "worse"), ("relation", "false", "represents", "worse"),
        ("topic", "missed", "aid", "worse"), ("topic", "right", "war", ""),
    ]  # fmt: skip
    write_errors([gold], {"a": gold}, tmp_path / "errors.html", {"a": found})
    (document,) = data_of((tmp_path / "errors.html").read_text("utf-8"))["documents"]
    assert {change for *_, change in document["told_mended"]} == {"better"}
    assert len(document["told_mended"]) == 3


def test_what_gold_was_not_labelled_for_is_not_counted_as_wrong(tmp_path: Path) -> None:
    (document,) = explored(tmp_path, {"a": replace(GOLDEN, events=(_MET,), relations=(_HOSTS,))})["documents"]
    assert document["told"] == []
