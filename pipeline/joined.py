"""How well names are joined: the clusters of mentions that are one thing, by the measures of coreference.

Gold tells which mentions are one person (PERSON and ROLE by value) and one country (COUNTRY and NATIONALITY by code). The measures are those of the CoNLL
shared tasks (Pradhan et al., 2014) as the library scorch computes them; without it there are none.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import harmonic_mean, mean

from pipeline.gold import Labelled

Place = tuple[int, int, str]  # start, end, label
Clusters = list[set[Place]]
Measure = Callable[[Clusters, Clusters], tuple[float, float, float]]  # recall, precision, F1

_KINDS = {
    "people": {"PERSON": "person"},
    "people and countries": {"PERSON": "person", "ROLE": "person", "COUNTRY": "country", "NATIONALITY": "country"},
}


@dataclass(frozen=True, slots=True)
class Joined:
    """F1 by the mentions (B³), by their links (MUC) and by the things (CEAF of entities)."""

    things: int
    b_cubed: float
    muc: float
    ceaf: float

    @property
    def conll(self) -> float:
        """The mean of the three, by which CoNLL ranks."""
        return mean((self.b_cubed, self.muc, self.ceaf))


def clusters(article: Labelled, labels: Mapping[str, str]) -> list[set[Place]]:
    """Return the sets of mentions with one value; `labels`: those that count, with the kind of thing that they name.

    >>> from pipeline.gold import Span
    >>> text = Labelled("a", "عمرو موسى قال موسى", (Span(0, 9, "PERSON", "عمرو موسى"), Span(14, 18, "PERSON", "عمرو موسى")))
    >>> [len(cluster) for cluster in clusters(text, {"PERSON": "person"})]
    [2]
    """
    found: dict[tuple[str, str], set[Place]] = {}
    for s in article.spans:
        if s.label in labels and s.value:
            found.setdefault((labels[s.label], s.value), set()).add((s.start, s.end, s.label))
    return list(found.values())


def joined(gold: Sequence[Labelled], found: Sequence[Labelled]) -> dict[str, Joined]:
    """Return the scores of what was found against gold by kind of thing; empty where scorch is not installed or gold names nothing."""
    if importlib.util.find_spec("scorch") is None:
        return {}
    from scorch.scores import b_cubed, ceaf_e, muc

    scores = {}
    for kind, labels in _KINDS.items():
        pairs = [(clusters(g, labels), clusters(f, labels)) for g, f in zip(gold, found, strict=True)]
        if any(key for key, _ in pairs):
            three = _f1(b_cubed, len, pairs), _f1(muc, lambda c: len(c) - 1, pairs), _f1(ceaf_e, lambda _: 1, pairs)
            scores[kind] = Joined(sum(len(key) for key, _ in pairs), *three)
    return scores


def _f1(measure: Measure, weight: Callable[[set[Place]], int], pairs: Iterable[tuple[Clusters, Clusters]]) -> float:
    """Return F1 over all articles from a measure of one: no cluster goes over two, so that its sums are those of the articles.

    `weight`: what a cluster counts for in the sum that the measure divides by.
    """
    recalled = gold = precise = found = 0.0
    for key, response in pairs:
        common = set[Place]().union(*key) & set[Place]().union(*response)
        recall, precision, _ = measure(key, response) if common else (0.0, 0.0, 0.0)
        of_gold, of_found = sum(map(weight, key)), sum(map(weight, response))
        recalled, gold = recalled + recall * of_gold, gold + of_gold
        precise, found = precise + precision * of_found, found + of_found
    return harmonic_mean((recalled / (gold or 1), precise / (found or 1)))
