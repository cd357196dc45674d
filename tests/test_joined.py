"""How well mentions are joined: the library's figures are those of the formulas, over articles as within one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gold import Labelled, Span
from pipeline.joined import Joined, clusters, joined

PEOPLE = {"PERSON": "person"}


def article(id: str, values: list[str]) -> Labelled:
    """An article with a name of two letters for every value; mentions of one value are one person's."""
    spans = tuple(Span(3 * n, 3 * n + 2, "PERSON", value) for n, value in enumerate(values))
    return Labelled(id, "اب " * len(values), spans)


def b_cubed(gold: list[Labelled], found: list[Labelled]) -> float:
    """By its definition (Bagga and Baldwin, 1998), a mention at a time."""
    shares: dict[str, list[float]] = {"recall": [], "precision": []}
    for g, f in zip(gold, found, strict=True):
        of_gold = {m: c for c in clusters(g, PEOPLE) for m in c}
        of_found = {m: c for c in clusters(f, PEOPLE) for m in c}
        shares["recall"] += [len(c & of_found.get(m, set())) / len(c) for m, c in of_gold.items()]
        shares["precision"] += [len(c & of_gold.get(m, set())) / len(c) for m, c in of_found.items()]
    recall, precision = (sum(s) / len(s) for s in shares.values())
    return 2 * recall * precision / (recall + precision)


def test_all_joined_right_scores_one() -> None:
    gold = [article("a", ["x", "x", "y"]), article("b", ["z", "z"])]
    assert joined(gold, gold)["people"] == Joined(3, 1.0, 1.0, 1.0)


def test_figures_of_one_person_taken_for_two() -> None:
    gold, found = [article("a", ["x", "x", "x", "y"])], [article("a", ["x", "x", "z", "z"])]
    score = joined(gold, found)["people"]
    # B³: recall (4/3 + 1/3 + 1) / 4, precision (2 + 1/2 + 1/2) / 4; MUC: one link of two and of two; CEAF: (4/5 + 2/3) / 2
    assert score.b_cubed == pytest.approx(2 * (2 / 3) * 0.75 / (2 / 3 + 0.75))
    assert score.muc == pytest.approx(0.5)
    assert score.ceaf == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert score.conll == pytest.approx((score.b_cubed + score.muc + score.ceaf) / 3)


def test_roles_join_their_holder_and_adjectives_their_country() -> None:
    spans = (
        Span(0, 2, "PERSON", "اب"),
        Span(3, 5, "ROLE", "اب"),
        Span(6, 8, "COUNTRY", "EG"),
        Span(9, 11, "NATIONALITY", "EG"),
    )
    gold = [Labelled("a", "اب " * 4, spans)]
    assert joined(gold, gold)["people and countries"].things == 2
    assert joined(gold, gold)["people"].things == 1


def test_gold_without_people_has_no_score() -> None:
    assert joined([article("a", [])], [article("a", ["x"])]) == {}


VALUES = st.lists(st.sampled_from("wxyz"), min_size=1, max_size=8)


@given(st.lists(VALUES.flatmap(lambda v: st.tuples(st.just(v), st.lists(st.sampled_from("wxyz"), min_size=len(v), max_size=len(v)))), min_size=1, max_size=4))  # fmt: skip
def test_b_cubed_over_articles_is_that_of_all_their_mentions(values: list[tuple[list[str], list[str]]]) -> None:
    gold = [article(str(n), g) for n, (g, _) in enumerate(values)]
    found = [article(str(n), f) for n, (_, f) in enumerate(values)]
    assert joined(gold, found)["people"].b_cubed == pytest.approx(b_cubed(gold, found))
