"""The error explorer in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from gold_records import GOLD
from hostile import records

from pipeline.gold import Labelled, Span, of_record, read_gold
from pipeline.views.errors import write_errors


def _without(one: Labelled, every: int) -> Labelled:
    """The article with every so-manieth label left out, one moved, one renamed and one given another value."""
    spans = [s for n, s in enumerate(one.spans) if n % every]
    spans[0] = replace(spans[0], end=spans[0].end + 1)
    spans[1] = replace(spans[1], label="FORUM")
    spans[2] = replace(spans[2], value="ZZ")
    events = [replace(e, modality="denied") if n % 2 else e for n, e in enumerate(one.events or ()) if n % every]
    topics = frozenset({*sorted(one.topics)[1:], "not-a-topic"})
    return replace(one, spans=tuple(sorted(set(spans))), events=tuple(events), topics=topics)


@pytest.fixture(scope="session")
def explorer(written: Callable[[str], Path]) -> Path:
    """Errors made on purpose, and another run that has more of them."""
    gold = read_gold([GOLD / "articles.jsonl"], [GOLD / "events.jsonl"])
    path = written("errors.html")
    write_errors(gold, {g.id: _without(g, 9) for g in gold}, path, {g.id: _without(g, 5) for g in gold})
    return path


def test_a_cell_of_the_confusion_leads_to_its_errors(page, explorer) -> None:
    page.open(explorer)
    page.driver.execute_script("document.querySelector('.matrix td.off button').click()")
    page.wait("document.querySelectorAll('.errors li').length > 0")
    shown = page.run(
        "ERRORS.filter((e) => document.querySelector(`[data-error='${e.n}']`)).map((e) => e.gold[2] + (e.found ? e.found[2] : ''))"
    )
    assert len(set(shown)) == 1


def test_errors_are_filtered_by_kind(page, explorer) -> None:
    page.open(explorer, "#error_list")
    for kind in ("missed", "boundary", "value"):
        page.driver.execute_script(
            "const s = document.querySelector('.controls select'); s.value = arguments[0]; s.dispatchEvent(new Event('change'))",
            kind,
        )
        kinds = page.run("[...document.querySelectorAll('[data-error]')].map((e) => ERRORS[e.dataset.error].kind)")
        assert kinds
        assert set(kinds) == {kind}


def test_an_error_leads_to_both_sides_of_its_article(page, explorer) -> None:
    page.open(explorer, "#error_list")
    page.click(".errors a")
    page.wait("document.querySelectorAll('.sides .text').length === 2")
    assert page.run("document.querySelectorAll('.sides .m.on').length") >= 1
    assert page.run("document.querySelectorAll('.sides .m.wrong').length") >= 3
    page.click(".sides section:last-child .m.wrong")
    page.wait("document.querySelector('#detail .kind')")


def test_events_are_filtered_by_type_and_kind(page, explorer) -> None:
    page.open(explorer, "#told")
    everything = page.run("TOLD.length")
    page.click("section:last-child table tbody button")
    page.wait("document.querySelector('output').textContent.startsWith(TOLD.filter((one) => fitsTold(one)).length)")
    shown = page.run("TOLD.filter((one) => fitsTold(one)).map((one) => [one.what, one.type, one.kind])")
    assert 0 < len(shown) < everything
    assert len({tuple(one) for one in shown}) == 1
    assert page.run("document.querySelectorAll('#main section:first-child tbody tr').length") == min(len(shown), 40)


def test_an_event_stands_as_gold_has_it_beside_what_was_found(page, explorer) -> None:
    page.open(explorer, "#side_by_side/0")
    page.wait("document.querySelectorAll('.told').length > 0")
    rows = page.run(
        "[...document.querySelectorAll('tr')].filter((row) => row.querySelector('.told')).map((row) => row.querySelectorAll('.told').length)"
    )
    assert {1, 2} <= set(rows), "right ones on one row, what is missed alone"
    assert page.run("document.querySelectorAll('.differs').length") > 0


def test_another_choice_of_what_offers_its_types_alone(page, explorer) -> None:
    page.open(explorer, "#told")
    page.driver.execute_script(
        "const s = document.querySelector('.controls select'); s.value = 'relation'; s.dispatchEvent(new Event('change'))"
    )
    values = page.run(
        "[...document.querySelectorAll('.controls select')[1].options].map((o) => o.value).filter(Boolean)"
    )
    assert values
    assert {value.split()[0] for value in values} == {"relation"}


def test_two_runs_are_compared(page, explorer) -> None:
    page.open(explorer, "#comparison")
    everything = page.run(
        "[...document.querySelectorAll('tbody tr')].map((row) => row.textContent).find((row) => row.startsWith('الكل'))"
    )
    assert "+" in everything
    page.driver.execute_script(
        "[...document.querySelectorAll('button')].find((b) => b.closest('tr')?.querySelector('.better')).click()"
    )
    page.wait("document.querySelectorAll('.errors .better').length > 0 && !document.querySelector('.errors .worse')")


def test_without_another_run_there_is_no_comparison(page, written) -> None:
    gold = read_gold([GOLD / "articles.jsonl"])
    path = written("alone.html")
    write_errors(gold, {}, path)
    page.open(path)
    assert page.run("TABS") == ["scores", "error_list", "told", "side_by_side"]


@pytest.mark.slow
@pytest.mark.parametrize("view", ["scores", "error_list", "told", "side_by_side/3", "comparison"])
def test_nothing_keeps_people_out(page, explorer, view: str) -> None:
    page.open(explorer, f"#{view}")
    assert page.barriers() == []
    page.click("#theme")
    assert page.barriers() == []


def test_hostile_texts_stay_texts(page, written) -> None:
    gold = [of_record(record) for record in records() if record.text]
    found = {g.id: replace(g, spans=tuple(Span(s.start, s.end, "ROLE", s.value) for s in g.spans[:1])) for g in gold}
    path = written("hostile-errors.html")
    write_errors(gold, found, path, {})
    for view in ("scores", "error_list", "told", "comparison", *(f"side_by_side/{n}" for n in range(len(gold)))):
        page.open(path, f"#{view}")
        assert page.run("window.broken") is None
        assert page.run("document.querySelectorAll('#main img, #main svg, #main script, #main style').length") == 0
