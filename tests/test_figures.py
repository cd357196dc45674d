"""README and docs state the figures that were measured, no others."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOL = runpy.run_path(str(ROOT / "tools" / "figures.py"))


@pytest.mark.parametrize("page", TOOL["PAGES"], ids=lambda page: page.name)
def test_the_page_states_the_measured_figures(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    figures = json.loads((ROOT / "docs" / "figures.json").read_text(encoding="utf-8"))
    assert "<!-- figures: " in text
    assert TOOL["filled"](text, figures) == text


def test_a_changed_figure_is_noticed() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    figures = json.loads((ROOT / "docs" / "figures.json").read_text(encoding="utf-8"))
    figures["size"]["models"] += 1
    assert TOOL["filled"](text, figures) != text
