"""What all tests share: the pipeline, loaded once, and the data beside the project, where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from spacy.language import Language

import pipeline

# For `make fuzz`: tests that do not say how many examples they take read so many.
settings.register_profile("fuzz", max_examples=20_000, deadline=None, print_blob=True)

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The whole pipeline with the shipped model."""
    return pipeline.load()


@pytest.fixture(scope="session")
def rules() -> Language:
    """The whole pipeline without a model."""
    return pipeline.load(names="rules")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data beside the project; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the data folder ../shared, which is not part of the project")
    return SHARED
