"""Two runs compared: equal runs differ in nothing, a better one is told as better, and the tests are the textbooks'."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gold_records import GOLD
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from pipeline.compare import compare, mcnemar
from pipeline.evaluate import evaluate
from pipeline.gold import Labelled, read_gold


@pytest.fixture(scope="module")
def gold() -> list[Labelled]:
    return read_gold([GOLD / "articles.jsonl"])


def run(gold: list[Labelled], every: int) -> dict[str, Labelled]:
    """A run that misses every so-manieth label."""
    return {g.id: replace(g, spans=tuple(s for n, s in enumerate(g.spans) if n % every)) for g in gold}


def test_a_run_against_itself(gold: list[Labelled]) -> None:
    made = compare(gold, run(gold, 5), run(gold, 5))["all"]
    assert (made.low, made.high, made.gained, made.lost, made.p_spans, made.p_articles) == (0, 0, 0, 0, 1, 1)


def test_a_better_run_is_surely_better(gold: list[Labelled]) -> None:
    made = compare(gold, run(gold, 9), run(gold, 3))["all"]
    assert made.f1 > made.other_f1
    assert 0 < made.low < made.f1 - made.other_f1 < made.high
    assert max(made.p_articles, made.p_spans) < 0.001


def test_turned_around_the_difference_is(gold: list[Labelled]) -> None:
    a, b = (compare(gold, *runs)["all"] for runs in ((run(gold, 9), run(gold, 3)), (run(gold, 3), run(gold, 9))))
    assert (a.gained, a.lost, a.p_spans) == (b.lost, b.gained, b.p_spans)
    assert (a.low, a.high) == pytest.approx((-b.high, -b.low))


def test_figures_are_the_scorers(gold: list[Labelled]) -> None:
    found = run(gold, 4)
    scores = evaluate(gold, found)
    made = compare(gold, found, {})
    assert made["all"].f1 == pytest.approx(scores.micro.strict.f1)
    assert {label: c.f1 for label, c in made.items() if label != "all"} == pytest.approx(
        {label: s.strict.f1 for label, s in scores.labels.items()}
    )
    assert made["all"].other_f1 == 0


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_is_the_exact_binomial_test(gained: int, lost: int) -> None:
    expected = binomtest(gained, gained + lost).pvalue if gained + lost else 1
    assert mcnemar(gained, lost) == pytest.approx(expected)
