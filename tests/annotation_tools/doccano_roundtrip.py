"""Run in an environment with doccano: its own code imports a file into a project and exports the project. Usage: IN.jsonl OUT_FOLDER."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

source, folder = Path(sys.argv[1]), Path(sys.argv[2])
found = importlib.util.find_spec("backend")
assert found, "doccano is not installed"
sys.path.insert(0, next(iter(found.submodule_search_locations or ())))
os.environ.update(
    DJANGO_SETTINGS_MODULE="config.settings.development", DATABASE_URL=f"sqlite:///{folder / 'doccano.sqlite3'}", MEDIA_ROOT=str(folder)
)  # fmt: skip

import django  # noqa: E402

django.setup()

from data_export.celery_tasks import create_collaborative_dataset  # noqa: E402
from data_export.pipeline.factories import create_formatter, create_writer  # noqa: E402
from data_import.datasets import load_dataset  # noqa: E402
from data_import.pipeline.catalog import RELATION_EXTRACTION, create_file_format  # noqa: E402
from data_import.pipeline.readers import FileName  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from projects.models import ProjectType, SequenceLabelingProject  # noqa: E402

call_command("migrate", verbosity=0)
user = get_user_model().objects.create_user("tester")
project = SequenceLabelingProject.objects.create(
    name="khabar", project_type=ProjectType.SEQUENCE_LABELING, created_by=user, allow_overlapping=True, use_relation=True,
    collaborative_annotation=True,
)  # fmt: skip
names = [FileName(full_path=str(source), generated_name=source.name, upload_name=source.name)]
dataset = load_dataset(RELATION_EXTRACTION, create_file_format("JSONL"), names, project, encoding="utf_8")
dataset.save(user)
assert not dataset.errors, [error.dict() for error in dataset.errors]
create_collaborative_dataset(project, str(folder), False, create_formatter(project, "JSONL"), create_writer("JSONL"))
