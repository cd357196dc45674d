"""Boosted trees of decisions, as scikit-learn grows them, without scikit-learn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypedDict

import numpy as np


class Stored(TypedDict):
    """`names` of the features; the log-odds to `start` from; a tree is its nodes: feature (-1 at a leaf), threshold, left, right, value."""

    names: list[str]
    start: float
    trees: list[list[tuple[int, float, int, int, float]]]


class Trees:
    """A sum of trees (Friedman, 2001): each row falls to a leaf of every tree, to the left where its feature is not over the threshold."""

    def __init__(self, stored: Stored) -> None:
        self._columns = {name: n for n, name in enumerate(stored["names"])}
        self._start = stored["start"]
        longest = max((len(tree) for tree in stored["trees"]), default=1)
        padded = [[*tree, *[(-1, 0.0, 0, 0, 0.0)] * (longest - len(tree))] for tree in stored["trees"]]
        nodes = np.array(padded, np.float64).reshape(-1, 5)
        feature = nodes[:, 0].astype(np.int64)
        here = np.arange(len(nodes))
        first = here - here % longest
        leaf = feature < 0
        self._feature = np.where(leaf, 0, feature)
        self._threshold = nodes[:, 1]
        self._left = np.where(leaf, here, first + nodes[:, 2].astype(np.int64))
        self._right = np.where(leaf, here, first + nodes[:, 3].astype(np.int64))
        self._value = nodes[:, 4]
        self._roots = first[::longest]
        self._depth = longest // 2

    def probabilities(self, rows: Sequence[Mapping[str, float]]) -> list[float]:
        """Return for each row, feature → value, the probability; a feature that a row lacks is 0."""
        table = np.zeros((len(rows), max(len(self._columns), 1)))
        for values, row in zip(table, rows, strict=True):
            for name, value in row.items():
                column = self._columns.get(name)
                if column is not None:
                    values[column] = value
        at = np.tile(self._roots, (len(rows), 1))
        each = np.arange(len(rows))[:, None]
        for _ in range(self._depth):
            at = np.where(table[each, self._feature[at]] <= self._threshold[at], self._left[at], self._right[at])
        total = self._start + self._value[at].sum(axis=1)
        return [float(p) for p in 1 / (1 + np.exp(-np.clip(total, -30, 30)))]


def logit(p: float) -> float:
    """Return the log-odds of a probability, bounded."""
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))
