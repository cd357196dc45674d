"""Graphs of who met whom: `who-whom.graphml` and `who-whom.gexf`, for Gephi, Cytoscape, networkx. Need `khabar[graph]`.

Nodes are the parties of events; an edge joins two that an event joins, one for each type of event, with how often, when first and last, and
in how many documents. Planned, possible and denied events are left out. The graph is held in memory: it grows with pairs, not with articles.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]

from pipeline.record import MUTUAL, Party, Record
from pipeline.writers.files import move
from pipeline.writers.xml import clean


class _Graph:
    """Gathers the graph; formats say how it is written."""

    name: str

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._target, self._part = folder / self.name, scratch / f"{self.name}.part"
        self._graph = nx.MultiDiGraph()

    def add(self, record: Record) -> None:
        """Add the events of a document."""
        names = {
            e.id: (e.key, {"label": clean(e.name), "kind": e.label, "iso": e.links.get("iso", "")})
            for e in record.entities
        }
        for event in record.events:
            if event.modality != "actual":
                continue
            for a, b in _pairs(event.who, event.whom):
                if a.entity not in names or b.entity not in names or names[a.entity][0] == names[b.entity][0]:
                    continue
                ends = [names[a.entity], names[b.entity]]
                if event.type in MUTUAL:  # the edge goes from the key that sorts first
                    ends.sort(key=lambda end: end[0])
                self._edge(ends, event.type, event.when[:10] or record.date.value)

    def _edge(self, ends: list[tuple[str, dict[str, str]]], type: str, when: str) -> None:
        (a, facts_a), (b, facts_b) = ((clean(key), facts) for key, facts in ends)
        self._graph.add_node(a, **facts_a)
        self._graph.add_node(b, **facts_b)
        edge = self._graph.get_edge_data(a, b, type)
        if edge is None:
            self._graph.add_edge(a, b, key=type, event=type, weight=1, first=when, last=when)
            return
        edge["weight"] += 1
        if when:
            edge["first"] = min(edge["first"] or when, when)
            edge["last"] = max(edge["last"], when)

    def save(self, graph: Any, path: Path) -> None:
        """Write the graph to a file."""
        raise NotImplementedError

    def close(self) -> None:
        """Put the file in its place."""
        self.save(self._graph, self._part)
        move(self._part, self._target)

    def abandon(self) -> None:
        """Nothing is open."""


class GraphMl(_Graph):
    """GraphML."""

    name = "who-whom.graphml"

    def save(self, graph: Any, path: Path) -> None:
        """Write GraphML."""
        nx.write_graphml(graph, path)


class Gexf(_Graph):
    """GEXF, Gephi's own."""

    name = "who-whom.gexf"

    def save(self, graph: Any, path: Path) -> None:
        """Write GEXF; the day of writing, which networkx puts in, is left out so that the same input gives the same bytes."""
        raw = "\n".join(nx.generate_gexf(graph))
        path.write_text(re.sub(r' lastmodifieddate="[^"]*"', "", raw) + "\n", "utf-8")


def _pairs(who: list[Party], whom: list[Party]) -> Iterator[tuple[Party, Party]]:
    """Who with whom; where there is nobody on the other side, those on one side with one another."""
    return itertools.product(who, whom) if whom else itertools.combinations(who, 2)
