"""Annotation tools themselves read what is written for them: the code that Label Studio and doccano import and export with.

Each tool has an environment of its own, since both ask for older packages than khabar does, and its script in `annotation_tools/`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
from gold_records import gold_records
from test_writers import HARD, NASTY, spans_of

from pipeline import imports
from pipeline.record import Record
from pipeline.writers import write

SCRIPTS = Path(__file__).parent / "annotation_tools"
LABEL_STUDIO = ("label-studio-sdk==2.1.2",)
# Its last release, of 2023, does not start with today's releases of what it asks for.
DOCCANO = ("doccano==1.8.4", "marshmallow<4", "numpy<2", "setuptools<80")

pytestmark = pytest.mark.slow


def given() -> list[Record]:
    """Articles that are hard on offsets, a hostile one, and the project's gold, whose labels nest."""
    return [*HARD, NASTY, *gold_records()]


def tool(folder: Path, packages: tuple[str, ...]) -> Path:
    """The Python of an environment with packages in it."""
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{packages[0]} cannot be installed here: {done.stderr[-300:]}")
    return python


def run(python: Path, script: str, *arguments: Path) -> None:
    out = arguments[-1]
    out.mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": str(out)}
    done = subprocess.run(
        [python, SCRIPTS / script, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]


def ties(record: Record) -> set[tuple[object, ...]]:
    at = {m.id: (m.start, m.end, m.label) for m in record.mentions}
    return {(r.type, at[r.subject_mention], at[r.object_mention]) for r in record.relations}


def assert_whole(back: dict[str, Record]) -> None:
    expected = {r.id: r for r in given()}
    assert back.keys() == expected.keys()
    for id, r in expected.items():
        assert back[id].text == r.text
        assert spans_of(back[id], values=True) == spans_of(r, values=True), id
        assert ties(back[id]) == ties(r), id


def test_label_studio_accepts_the_tasks_and_gives_them_back(tmp_path: Path) -> None:
    write(given(), tmp_path / "in", ["labelstudio"])
    run(tool(tmp_path / "env", LABEL_STUDIO), "label_studio_roundtrip.py", tmp_path / "in", tmp_path / "out")
    assert_whole({r.id: r for r in imports.read(tmp_path / "out/tasks.json")})
    (minimal,) = (tmp_path / "out/min").glob("*.json")
    exported: dict[str, dict[str, Any]] = {row["document"]: row for row in json.loads(minimal.read_text("utf-8"))}
    for r in given():
        regions = exported[r.id].get("label", [])
        assert {(x["start"], x["end"], x["labels"][0], x["text"]) for x in regions} == {
            (m.start, m.end, m.label, m.text) for m in r.mentions
        }


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="doccano's last release asks for packages that Python 3.12 cannot build"
)
def test_doccano_imports_the_lines_and_exports_them_again(tmp_path: Path) -> None:
    write(given(), tmp_path / "in", ["doccano"])
    script = "doccano_roundtrip.py"
    run(tool(tmp_path / "env", DOCCANO), script, tmp_path / "in/doccano.jsonl", tmp_path / "out")
    assert_whole({r.id: r for r in imports.read(tmp_path / "out/all.jsonl")})
