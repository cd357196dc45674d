"""The documentation tells the truth: its examples run, its generated pages are up to date, and the site builds without a warning."""

from __future__ import annotations

import doctest
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.language import STAGES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md"]
_LONG = ("scale", "evaluation", "README")  # they load the pipeline several times
_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>python|pycon|console)\n(?P<code>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE
)
_ALIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like a checkout: the project's data and nothing else."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "page", [pytest.param(p, id=p.stem, marks=[pytest.mark.slow] * (p.stem in _LONG)) for p in PAGES]
)
@pytest.mark.usefixtures("desk")
def test_examples_of_a_page_run(page: Path) -> None:
    names: dict[str, Any] = {"__name__": "__example__"}
    for language, code, line in _blocks(page):
        if language == "console":
            _commands(code, f"{page.name}:{line}")
        elif language == "pycon":
            _session(code, names, page, line)
        else:
            exec(compile("\n" * line + code, str(page), "exec"), names)


def test_field_page_is_what_the_record_model_says() -> None:
    page = _tool("make_output_page").page()
    assert (DOCS / "output.md").read_text("utf-8") == page, "run: python tools/make_output_page.py > docs/output.md"


def test_page_and_picture_name_every_stage_in_order() -> None:
    page, picture = (DOCS / "stages.md").read_text("utf-8"), (DOCS / "img/design.svg").read_text("utf-8")
    assert tuple(re.findall(r"^\| `khabar_(\w+)`", page, re.MULTILINE)) == STAGES
    assert tuple(re.findall(r'class="s".*>(\w+)</text>', picture)) == ("tokenise", *STAGES)


def test_every_stage_is_known_to_spacy_where_the_package_is_installed() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["spacy_factories"]
    assert {name: target.split(":")[0] for name, target in declared.items()} == {
        f"khabar_{stage}": f"pipeline.{stage}" for stage in STAGES
    }


def test_pictures_are_small() -> None:
    assert all(picture.stat().st_size < 300_000 for picture in (DOCS / "img").iterdir())


@pytest.mark.slow
def test_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="needs mkdocs-material (extra docs)")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for page in (tmp_path / "site").rglob("*.html"):
        assert not re.findall(
            r"""<(?:script|img|iframe)[^>]*src="https?:|<link[^>]*rel="stylesheet"[^>]*href="https?:""",
            page.read_text("utf-8"),
        )


@pytest.mark.slow
@pytest.mark.parametrize(("name", "charts"), [("from-folder-to-charts", 3), ("three-questions", 2)])
@pytest.mark.usefixtures("desk")
def test_notebook_runs(name: str, charts: int) -> None:
    nbformat = pytest.importorskip("nbformat", reason="needs nbformat and nbclient (extra dev)")
    nbclient = pytest.importorskip("nbclient", reason="needs nbformat and nbclient (extra dev)")
    notebook = nbformat.read(DOCS / f"notebooks/{name}.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": "."}}).execute()
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    assert sum("image/png" in o.get("data", {}) for o in outputs) == charts
    assert not any("Empty DataFrame" in o.get("data", {}).get("text/plain", "") for o in outputs), (
        "each question has an answer"
    )


@pytest.mark.parametrize("path", sorted((DOCS / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebook_is_stored_without_what_it_put_out(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)


def _blocks(page: Path) -> Iterator[tuple[str, str, int]]:
    """Yield the language, the code and the line of each block."""
    text = page.read_text("utf-8")
    for found in _BLOCK.finditer(text):
        code = re.sub(f"^{found['indent']}", "", found["code"], flags=re.MULTILINE)
        yield found["language"], code, text.count("\n", 0, found.start()) + 1


def _commands(code: str, place: str) -> None:
    """Run the khabar commands of a session and compare what they say with what stands under them; `...` stands for anything."""
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", code, re.MULTILINE):
        program, *arguments = shlex.split(command)
        assert program == "khabar", f"{place}: only khabar is run here"
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, f"{place}: {command}: {done.output}"
        if expected:
            alike = doctest.OutputChecker().check_output(expected, done.stdout, _ALIKE)
            assert alike, f"{place}: {command} said\n{done.stdout}"


def _session(code: str, names: dict[str, Any], page: Path, line: int) -> None:
    example = doctest.DocTestParser().get_doctest(code, names, page.stem, str(page), line)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=_ALIKE)
    runner.run(example, out=said.append, clear_globs=False)
    names.update(example.globs)
    assert not said, "".join(said)


def _tool(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tools/{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
