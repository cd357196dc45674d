"""The wheel works from any folder with nothing of the checkout beside it, and the spaCy package is found by its name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
SENTENCE = "زار وزير خارجية كازاخستان القاهرة."


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel installed, its dependencies left to the environment."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", "--no-deps", "--wheel-dir", folder / "dist", ROOT], check=True)
    (wheel,) = (folder / "dist").glob("khabar-*.whl")
    subprocess.run([*PIP, "install", "--no-deps", "--target", folder / "site", wheel], check=True)
    return folder


def python(folder: Path, code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder / "site")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.slow
def test_the_wheel_carries_lists_and_models(installed: Path) -> None:
    code = (
        f"import pipeline; r = pipeline.extract({SENTENCE!r}); print(pipeline.__file__, [m.value for m in r.mentions])"
    )
    out = python(installed, code)
    assert str(installed / "site") in out
    assert "KZ" in out


@pytest.mark.slow
def test_the_spacy_package_is_loaded_by_name(installed: Path) -> None:
    python(
        installed,
        f"from pathlib import Path; from pipeline.package import write_package; write_package(Path({str(installed / 'src')!r}))",
    )
    (source,) = (installed / "src").iterdir()
    subprocess.run([*PIP, "install", "--no-deps", "--target", installed / "site", source], check=True)
    code = f"import spacy; d = spacy.load('ar_khabar_news')({SENTENCE!r}); print([s._.value for s in d.spans['countries']])"
    assert python(installed, code).strip() == "['KZ']"


@pytest.mark.slow
def test_one_stage_serves_in_another_pipeline(installed: Path) -> None:
    code = "import spacy; n = spacy.blank('ar'); n.add_pipe('khabar_dates'); d = n('في 6 نوفمبر 2023'); print([s._.value for s in d.spans['dates']])"
    assert python(installed, code).strip() == "['2023-11-06']"
