"""The pipeline as a package of spaCy's own kind, `ar_khabar_news`, that `spacy.load` finds by its name."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from spacy.cli.package import package as spacy_package

import pipeline
from pipeline.models import path

NAME = "khabar_news"


def write_package(folder: Path) -> Path:
    """Write the source folder of the package `ar_khabar_news` under `folder` and return it; `pip install` installs it.

    The package holds the configuration and the scores of the pipeline; code, lists and models stay in khabar, which it requires. One that is
    there is replaced. Raises OSError where the folder cannot be written.
    """
    nlp = pipeline.load()
    nlp.meta.update(
        name=NAME,
        version=pipeline.__version__,
        description="Information extraction for Arabic diplomatic and political news",
        author="khabar",
        license="MIT",
        requirements=[f"khabar=={pipeline.__version__}"],
        performance=json.loads(path("scores.json").read_text(encoding="utf-8")),
    )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as stored:
        nlp.to_disk(stored)
        spacy_package(
            Path(stored),
            folder,
            name=NAME,
            version=pipeline.__version__,
            create_sdist=False,
            create_wheel=False,
            force=True,
            silent=True,
        )
    return folder / f"ar_{NAME}-{pipeline.__version__}"
