"""What all tests share: the pipeline, loaded once, and the data beside the project, where it is there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from spacy.language import Language

import pipeline
from pipeline import models

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("khabar", deadline=None)
settings.load_profile("khabar")
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


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an encoder of two small layers over the shipped vocabulary."""
    torch = pytest.importorskip("torch", reason="training is an extra")
    transformers = pytest.importorskip("transformers", reason="training is an extra")
    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=34_658,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=48,
        pad_token_id=1,
        initializer_range=0.2,
    )
    transformers.BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    shutil.copy(models.path("news-tagger") / "tokenizer.json", folder)
    return folder
