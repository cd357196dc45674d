"""Scores: equal to the reference implementation, right on cases worked out by hand, and every error told by its kind."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import small
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator
from typer.testing import CliRunner

import pipeline
from pipeline.cli import app
from pipeline.evaluate import LABELS, errors, evaluate, to_dict
from pipeline.gold import (
    Labelled,
    LabelledEvent,
    LabelledParty,
    LabelledRelation,
    Span,
    of_record,
    read_gold,
    read_predictions,
    to_fields,
)
from pipeline.record import Record

TEXT = "استقبل خيرت عمروف وزير خارجية قطر في الدوحة. وقال عمروف إن قطر والأردن صديقان."


def span(text: str, label: str, value: str = "", at: int = 0) -> Span:
    start = TEXT.index(text, at)
    return Span(start, start + len(text), label, value)


UMAROV = span("خيرت عمروف", "PERSON", "خيرت عمروف")
AGAIN = span("عمروف", "PERSON", "خيرت عمروف", 40)
QATAR = span("قطر", "COUNTRY", "QA")
QATAR_AGAIN = span("قطر", "COUNTRY", "QA", 40)
JORDAN = span("الأردن", "COUNTRY", "JO")
DOHA = span("الدوحة", "LOCATION")
ROLE = span("وزير خارجية قطر", "ROLE")


def labelled(*spans: Span, id: str = "a", **more: object) -> Labelled:
    return Labelled(id, TEXT, tuple(sorted(spans)), **more)  # type: ignore[arg-type]


def f1(gold: Labelled, found: Labelled, label: str) -> tuple[float, float, float]:
    score = evaluate([gold], {"a": found}, samples=10).labels[label]
    return score.strict.f1, score.overlap.f1, score.value.f1


# ---- the reference


def _flat(draw: st.DrawFn, labels: list[str]) -> list[Span]:
    """Spans that do not overlap, as one label's never do."""
    cuts = draw(st.lists(st.integers(0, 60), min_size=0, max_size=14, unique=True).map(sorted))
    return [Span(a, b, draw(st.sampled_from(labels))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


@st.composite
def corpora(draw: st.DrawFn, labels: list[str]) -> tuple[list[Labelled], dict[str, Labelled]]:
    gold, found = [], {}
    for n in range(draw(st.integers(1, 5))):
        text = "x" * 61
        spans = _flat(draw, labels)
        kept = [s for s in spans if draw(st.integers(0, 3))]
        made = kept if draw(st.booleans()) else _flat(draw, labels)
        gold.append(Labelled(f"d{n}", text, tuple(spans)))
        found[f"d{n}"] = Labelled(f"d{n}", text, tuple(made))
    return gold, found


def _nervaluate(gold: list[Labelled], found: dict[str, Labelled], labels: list[str]):  # type: ignore[no-untyped-def]
    def rows(one: Labelled) -> list[dict[str, object]]:
        return [{"label": s.label, "start": s.start, "end": s.end - 1} for s in sorted(one.spans) if s.label in labels]

    return Evaluator([rows(g) for g in gold], [rows(found[g.id]) for g in gold], tags=labels, loader="dict").evaluate()


@settings(max_examples=150, deadline=None)
@given(corpora(["PERSON"]))
def test_strict_figures_of_a_label_are_those_of_nervaluate_to_the_digit(
    corpus: tuple[list[Labelled], dict[str, Labelled]],
) -> None:
    gold, found = corpus
    result = evaluate(gold, found, samples=2)
    theirs = _nervaluate(gold, found, ["PERSON"])["overall"]["strict"]
    ours = result.micro.strict
    assert (ours.precision, ours.recall, ours.f1) == pytest.approx(
        (theirs.precision, theirs.recall, theirs.f1), abs=1e-12
    )
    assert (result.micro.gold, result.micro.found, result.micro.right) == (
        theirs.possible,
        theirs.actual,
        theirs.correct,
    )


@pytest.mark.parametrize("split", ["dev", "train"])
def test_strict_figures_on_gold_with_noise_are_those_of_nervaluate(shared: Path, split: str) -> None:
    gold = read_gold([shared / f"gold/{split}.jsonl"])[:60]
    random = np.random.default_rng(1)
    found = {g.id: Labelled(g.id, g.text, _apart(_noised(s, random) for s in g.spans)) for g in gold}
    result = evaluate(gold, found, samples=2)
    for label, ours in result.labels.items():
        theirs = _nervaluate(gold, found, [label])["overall"]["strict"]
        assert (ours.gold, ours.found, ours.right) == (theirs.possible, theirs.actual, theirs.correct), label
        assert (ours.strict.precision, ours.strict.recall, ours.strict.f1) == (
            theirs.precision,
            theirs.recall,
            theirs.f1,
        ), label


def _apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Without those that overlap an earlier one of their label, which no labelling may have (nervaluate matches them by their order)."""
    kept: list[Span] = []
    for s in sorted(spans):
        if not any(k.label == s.label and s.start < k.end for k in kept):
            kept.append(s)
    return tuple(kept)


def _noised(s: Span, random: np.random.Generator) -> Span:
    kind = random.integers(0, 8)
    if kind == 0 and s.end - s.start > 3:
        return Span(s.start + 1, s.end, s.label, s.value)
    if kind == 1 and s.end - s.start > 3:
        return Span(s.start, s.end - 2, s.label, s.value)
    return Span(s.start, s.end, LABELS[random.integers(0, 9)], s.value) if kind == 2 else s


# ---- by hand


@pytest.mark.parametrize(
    ("found", "strict", "overlap", "value"),
    [
        ([UMAROV, AGAIN], 1, 1, 1),
        ([UMAROV, Span(AGAIN.start, AGAIN.end, "PERSON", "عمروف")], 1, 1, 0.5),
        ([Span(UMAROV.start, UMAROV.end - 2, "PERSON"), AGAIN], 0.5, 1, 0.5),
        ([AGAIN], 2 / 3, 2 / 3, 2 / 3),
        ([], 0, 0, 0),
        ([Span(UMAROV.start, UMAROV.end, "ROLE")], 0, 0, 0),
        ([span("قطر", "PERSON"), UMAROV, AGAIN], 0.8, 0.8, 0.8),
    ],
)
def test_strict_overlap_and_value(found: list[Span], strict: float, overlap: float, value: float) -> None:
    assert f1(labelled(UMAROV, AGAIN), labelled(*found), "PERSON") == pytest.approx((strict, overlap, value))


def test_values_of_labels_that_have_none_do_not_count() -> None:
    assert f1(labelled(DOHA), labelled(Span(DOHA.start, DOHA.end, "LOCATION", "Q3861")), "LOCATION") == (1, 1, 1)


def test_micro_sums_and_macro_averages_over_labels_that_occur() -> None:
    result = evaluate([labelled(UMAROV, AGAIN, QATAR, DOHA)], {"a": labelled(UMAROV, AGAIN, QATAR, ROLE)}, samples=10)
    assert result.micro.strict.f1 == pytest.approx(2 * 3 / 8)
    assert result.macro.f1 == pytest.approx((1 + 1 + 0 + 0) / 4)
    assert set(result.labels) == {"PERSON", "COUNTRY", "LOCATION", "ROLE"}


def test_an_article_without_prediction_counts_as_one_without_labels() -> None:
    result = evaluate([labelled(UMAROV), labelled(UMAROV, id="b")], {"a": labelled(UMAROV)}, samples=10)
    assert result.micro.strict.recall == 0.5


def test_intervals_hold_the_figure_and_close_where_articles_agree() -> None:
    gold = [labelled(UMAROV, AGAIN, id=str(n)) for n in range(30)]
    mixed = {str(n): labelled(*([UMAROV, AGAIN] if n % 2 else [UMAROV]), id=str(n)) for n in range(30)}
    score = evaluate(gold, mixed).micro.strict
    assert score.low < score.f1 < score.high
    assert 0.02 < score.high - score.low < 0.2
    alike = {str(n): labelled(UMAROV, id=str(n)) for n in range(30)}
    score = evaluate(gold, alike).micro.strict
    assert score.low == pytest.approx(score.f1) == score.high


def test_the_interval_is_that_of_a_plain_bootstrap() -> None:
    random = np.random.default_rng(5)
    gold = [labelled(UMAROV, AGAIN, QATAR, id=str(n)) for n in range(40)]
    found = {g.id: labelled(*(s for s in g.spans if random.random() < 0.7), id=g.id) for g in gold}
    score = evaluate(gold, found, samples=4000).micro.strict
    sampled = []
    for _ in range(4000):
        drawn = random.integers(0, 40, 40)
        right = sum(len(found[str(n)].spans) for n in drawn)
        sampled.append(2 * right / (right + 120))
    assert (score.low, score.high) == pytest.approx(tuple(np.percentile(sampled, (2.5, 97.5))), abs=0.01)


def test_topics_and_dates_of_articles() -> None:
    gold = [
        labelled(topics=frozenset({"trade", "energy"}), date="2023-11-06"),
        labelled(id="b", topics=frozenset({"trade"})),
    ]
    found = {
        "a": labelled(topics=frozenset({"trade"}), date="2023-11-06"),
        "b": labelled(id="b", topics=frozenset({"culture"}), date="2020-01-01"),
    }
    result = evaluate(gold, found, samples=10)
    assert (result.topics.gold, result.topics.found, result.topics.right) == (3, 2, 1)
    assert result.topics.score.f1 == pytest.approx(0.4)
    assert result.dates.accuracy == 0.5


# ---- events and relations


def party(of: Span, country: str = "") -> LabelledParty:
    return LabelledParty(of.start, of.end, country)


def event(type: str, who: list[LabelledParty], whom: list[LabelledParty], **more: object) -> LabelledEvent:
    return LabelledEvent(type, tuple(who), tuple(whom), **more)  # type: ignore[arg-type]


SPANS = (UMAROV, AGAIN, QATAR, QATAR_AGAIN, JORDAN, DOHA)


@pytest.mark.parametrize(
    ("gold", "found", "by_entity", "by_country"),
    [
        (event("CONSULT", [party(UMAROV, "KZ")], [party(QATAR, "QA")]), event("CONSULT", [party(AGAIN, "KZ")], [party(QATAR_AGAIN, "QA")]), 1, 1),
        (event("CONSULT", [party(UMAROV, "KZ")], [party(QATAR, "QA")]), event("CONSULT", [party(QATAR, "QA")], [party(UMAROV, "KZ")]), 1, 1),
        (event("CONSULT", [party(UMAROV, "KZ"), party(QATAR, "QA")], []), event("CONSULT", [party(QATAR, "QA")], [party(UMAROV, "KZ")]), 1, 1),
        (event("ACCUSE", [party(UMAROV, "KZ")], [party(QATAR, "QA")]), event("ACCUSE", [party(QATAR, "QA")], [party(UMAROV, "KZ")]), 0, 0),
        (event("ACCUSE", [party(UMAROV, "KZ")], [party(QATAR, "QA")]), event("REJECT", [party(UMAROV, "KZ")], [party(QATAR, "QA")]), 0, 0),
        (event("ACCUSE", [party(JORDAN, "JO")], [party(DOHA, "QA")]), event("ACCUSE", [party(JORDAN, "JO")], [party(QATAR, "QA")]), 0, 1),
    ],
    ids=["another mention", "no direction", "as the text pairs them", "direction", "type", "a capital for its state"],
)  # fmt: skip
def test_events_by_entity_and_by_country(
    gold: LabelledEvent, found: LabelledEvent, by_entity: float, by_country: float
) -> None:
    result = evaluate([labelled(*SPANS, events=(gold,))], {"a": labelled(*SPANS, events=(found,))}, samples=10)
    assert (result.events["entity"].score.f1, result.events["country"].score.f1) == (by_entity, by_country)


def test_a_party_found_with_other_ends_is_the_one_that_gold_has_there() -> None:
    shorter = Span(UMAROV.start, UMAROV.start + 4, "PERSON", "خيرت")
    gold = labelled(*SPANS, events=(event("ACCUSE", [party(UMAROV)], [party(QATAR)]),))
    found = labelled(shorter, QATAR, events=(event("ACCUSE", [party(shorter)], [party(QATAR)]),))
    assert evaluate([gold], {"a": found}, samples=10).events["entity"].score.f1 == 1


def test_time_place_and_modality_of_the_events_found() -> None:
    at = (DOHA.start, DOHA.end)
    one, two = [party(UMAROV)], [party(QATAR)]
    gold = (event("ACCUSE", one, two, when="2023", where=at), event("REJECT", one, two), event("AGREE", one, []))
    found = (event("ACCUSE", one, two, when="2022", where=at), event("REJECT", one, two, modality="planned"))
    details = evaluate([labelled(*SPANS, events=gold)], {"a": labelled(*SPANS, events=found)}, samples=10).event_details
    assert {name: (share.right, share.of) for name, share in details.items()} == {
        "when": (1, 2), "where": (2, 2), "forum": (2, 2), "modality": (1, 2),
    }  # fmt: skip


def test_events_by_score_and_by_type() -> None:
    one, two = [party(UMAROV)], [party(QATAR)]
    gold = (event("ACCUSE", one, two), event("AGREE", one, two))
    found = (
        event("ACCUSE", one, two, score=0.8),
        event("AGREE", one, [], score=0.6),
        event("AID", one, two, score=0.3),
    )
    result = evaluate([labelled(*SPANS, events=gold)], {"a": labelled(*SPANS, events=found)}, samples=10)
    of = {name: (s.right, s.found, s.gold) for name, s in (*result.sure_events.items(), *result.event_types.items())}
    assert of == {0.5: (1, 2, 2), 0.7: (1, 1, 2), "ACCUSE": (1, 1, 1), "AGREE": (0, 1, 1)}


def test_articles_whose_events_nobody_labelled_do_not_count() -> None:
    gold = [labelled(*SPANS), labelled(*SPANS, id="b", events=())]
    found = {id: labelled(*SPANS, id=id, events=(event("AGREE", [party(UMAROV)], []),)) for id in "ab"}
    result = evaluate(gold, found, samples=10)
    assert (result.events["entity"].gold, result.events["entity"].found) == (0, 1)
    assert result.relations is None


def test_relations() -> None:
    holds = LabelledRelation("holds_role", (UMAROV.start, UMAROV.end), (ROLE.start, ROLE.end))
    wrong = LabelledRelation("hosts", (QATAR.start, QATAR.end), (DOHA.start, DOHA.end))
    again = LabelledRelation("holds_role", (AGAIN.start, AGAIN.end), (ROLE.start, ROLE.end))
    spans = (*SPANS, ROLE)
    result = evaluate(
        [labelled(*spans, events=(), relations=(holds,))],
        {"a": labelled(*spans, events=(), relations=(again, wrong))},
        samples=10,
    )
    assert result.relations
    assert (result.relations.gold, result.relations.found, result.relations.right) == (1, 2, 1)


# ---- errors


def test_each_error_is_told_once_by_its_kind_in_its_sentence() -> None:
    end = TEXT.index(".") + 1
    found = labelled(
        Span(UMAROV.start, UMAROV.end - 2, "PERSON"), Span(QATAR.start, QATAR.end, "LOCATION"), Span(JORDAN.start, JORDAN.end, "COUNTRY", "IL"),
        span("صديقان", "TOPIC", "trade"), sentences=((0, end), (end + 1, len(TEXT))),
    )  # fmt: skip
    told = [(e.kind, e.label, e.text) for e in errors(labelled(UMAROV, AGAIN, QATAR, JORDAN), found)]
    assert told == [
        ("boundary", "PERSON", "خيرت عمروف"), ("label", "COUNTRY", "قطر"), ("missed", "PERSON", "عمروف"), ("value", "COUNTRY", "الأردن"),
        ("false", "TOPIC", "صديقان"),
    ]  # fmt: skip
    first = next(errors(labelled(UMAROV), found))
    assert first.before + first.text + first.after == TEXT[:end]


# ---- files and the command line


def gold_file(path: Path, *articles: Labelled) -> Path:
    path.write_text("".join(json.dumps(to_fields(a), ensure_ascii=False) + "\n" for a in articles), "utf-8")
    return path


def test_gold_is_read_as_it_was_written(tmp_path: Path) -> None:
    one = labelled(*SPANS, topics=frozenset({"trade"}), date="2023-11-06", given_date="2023-11-06")
    assert read_gold([gold_file(tmp_path / "g.jsonl", one)]) == [one]
    assert read_predictions(tmp_path / "g.jsonl") == {"a": one}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": "نص آخر"}, "the text is not the one that was labelled"),
        (
            {"entities": [{"start": 0, "end": 3, "label": "PERSON", "text": "قطر"}]},
            r"PERSON \[0, 3\) is '...' in the text and not 'قطر': offsets count code points",
        ),
        (
            {"entities": [{"start": 5, "end": 5000, "label": "PERSON"}]},
            r"g\.jsonl:1: PERSON \[5, 5000\) does not lie in the text, which has \d+ characters",
        ),
        ({"entities": [{"start": -5, "end": 3, "label": "PERSON"}]}, "does not lie in the text"),
        ({"entities": None}, "no gold: entities: Input should be a valid list"),
        ({"entities": [{"start": 0, "end": 3}]}, r"no gold: entities\.0\.label: Field required"),
        (
            {"entities": [{"start": 0, "end": 3, "label": "PER"}]},
            r"entities\.0\.label: Input should be 'PERSON', 'COUNTRY'",
        ),
        ({"text": None}, "no gold: text: Input should be a valid string"),
        ({"given_date": "04/05/2020"}, "given_date: '04/05/2020' is no date"),
    ],
)
def test_gold_that_is_none_is_refused_with_its_line(tmp_path: Path, change: dict[str, object], message: str) -> None:
    (tmp_path / "g.jsonl").write_text(json.dumps({**to_fields(labelled(UMAROV)), **change}) + "\n")
    with pytest.raises(ValueError, match=message):
        read_gold([tmp_path / "g.jsonl"])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            {"id": "a", "events": [{"type": "AID", "who": []}]},
            r"e\.jsonl:1: no events: events\.0\.whom: Field required",
        ),
        (
            {"id": "a", "events": [{"type": "AID", "who": [{"start": 500, "end": 509}], "whom": []}]},
            r"e\.jsonl:1: event 1 \[500, 509\) does not lie in the text",
        ),
        ({"id": "b", "events": []}, r"e\.jsonl: no article of gold has its id there"),
    ],
)
def test_events_that_do_not_fit_gold_are_refused(tmp_path: Path, line: dict[str, object], message: str) -> None:
    (tmp_path / "e.jsonl").write_text(json.dumps(line) + "\n")
    gold = gold_file(tmp_path / "g.jsonl", labelled(UMAROV))
    with pytest.raises(ValueError, match=message):
        read_gold([gold], [tmp_path / "e.jsonl"])
    with pytest.raises(ValueError, match="a file of events goes with --events"):
        read_gold([tmp_path / "e.jsonl"])


def test_the_same_article_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"g\.jsonl:2: the id a stands twice"):
        read_gold([gold_file(tmp_path / "g.jsonl", labelled(), labelled())])


def test_predictions_of_another_text_are_refused() -> None:
    with pytest.raises(ValueError, match="not that of gold"):
        evaluate([labelled()], {"a": Labelled("a", "نص آخر")})


def test_no_gold_is_refused() -> None:
    with pytest.raises(ValueError, match="no gold"):
        evaluate([], {})


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr(pipeline, "load", lambda **_: small.load())
    return lambda *args: CliRunner().invoke(app, ["evaluate", *map(str, args)], env={"COLUMNS": "200"})


def test_the_command_scores_the_pipeline_on_the_text_of_gold(tmp_path: Path, invoke) -> None:  # type: ignore[no-untyped-def]
    text = "زار عمان مع الأردن"
    spans = (Span(4, 8, "COUNTRY", "OM"), Span(12, 18, "COUNTRY", "JO"))
    gold = gold_file(tmp_path / "g.jsonl", Labelled("a", text, spans, date="2023-11-06", given_date="2023-11-06"))
    done = invoke(gold, "--errors", "--json", tmp_path / "e.json")
    assert done.exit_code == 0, done.output
    assert "a missed gold COUNTRY «الأردن» = JO | زار عمان مع ⟦الأردن⟧" in done.stdout
    figures = json.loads((tmp_path / "e.json").read_text())
    assert figures["micro"]["strict"]["f1"] == pytest.approx(2 / 3)
    assert figures["dates"]["accuracy"] == 1
    assert figures["errors"] == {"COUNTRY": {"missed": 1}}
    assert invoke(gold, "--min", "0.6").exit_code == 0
    assert invoke(gold, "--min", "0.7").exit_code == 1


def test_the_command_scores_a_file_and_names_articles_that_it_lacks(tmp_path: Path, invoke) -> None:  # type: ignore[no-untyped-def]
    gold = gold_file(tmp_path / "g.jsonl", labelled(UMAROV), labelled(UMAROV, id="b"))
    record = Record(
        id="a",
        sha256="",
        text=TEXT,
        mentions=[
            {
                "id": "m1",
                "start": UMAROV.start,
                "end": UMAROV.end,
                "text": "خيرت عمروف",
                "label": "PERSON",
                "value": "خيرت عمروف",
            }
        ],
    )
    (tmp_path / "documents.jsonl").write_text(record.model_dump_json() + "\n")
    done = invoke(gold, "--pred", tmp_path / "documents.jsonl")
    assert done.exit_code == 0
    assert "b: nothing predicted" in done.stderr
    assert invoke(gold, "--pred", tmp_path).stdout == done.stdout, "the folder of a run is as good as its file"
    (tmp_path / "documents.jsonl").unlink()
    (tmp_path / "json").mkdir()
    (tmp_path / "json/a.json").write_text(record.model_dump_json())
    assert invoke(gold, "--pred", tmp_path / "json").stdout == done.stdout, "and its folder json by itself"
    assert of_record(record).spans == (UMAROV,)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["none.jsonl"], "none.jsonl: No such file or directory"),
        (["bad.jsonl"], "bad.jsonl:1: broken JSON"),
        (["nothing"], "nothing: a folder: name the files of labelled articles (.jsonl) in it"),
        (["empty.jsonl"], "no gold to score against"),
        (["binary.jsonl"], "binary.jsonl:1: no UTF-8"),
        (["gold.jsonl", "--pred", "other.jsonl"], "other.jsonl: no article in it has an id of gold"),
        (["gold.jsonl", "--pred", "records.jsonl"], "records.jsonl:1: no record: sha256: Field required (and 1 more)"),
        (["gold.jsonl", "--pred", "nothing"], "nothing: neither documents.jsonl nor json/ is there"),
        (["gold.jsonl", "--pred", "gold.jsonl", "--json", "nothing"], "nothing: Is a directory"),
        (["gold.jsonl", "--min", "90"], "Invalid value for '--min'"),
    ],
)
def test_wrong_gold_ends_with_two(
    tmp_path: Path, invoke, args: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.jsonl").write_text("{")
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe")
    (tmp_path / "records.jsonl").write_text('{"id": "a", "text": "", "mentions": 5}\n')
    (tmp_path / "nothing").mkdir()
    gold_file(tmp_path / "gold.jsonl", labelled(UMAROV))
    gold_file(tmp_path / "other.jsonl", labelled(UMAROV, id="b"))
    done = invoke(*args)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_figures_are_plain_json() -> None:
    result = evaluate([labelled(UMAROV, events=())], {}, samples=10)
    assert json.loads(json.dumps(to_dict(result)))["labels"]["PERSON"]["strict"]["recall"] == 0
