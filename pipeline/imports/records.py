"""Records as `khabar run` writes them: `documents.jsonl`, a `.json` file, or a folder of either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from pipeline.record import Record


def read(path: Path) -> Iterator[Record]:
    """Yield the records."""
    if path.is_dir():
        whole = path / "documents.jsonl"
        for file in [whole] if whole.exists() else sorted((path / "json").glob("*.json")):
            yield from read(file)
        return
    try:
        if path.suffix == ".json":
            yield Record.model_validate_json(path.read_bytes())
            return
        with path.open("rb") as lines:
            for line in lines:
                if line.strip():
                    yield Record.model_validate_json(line)
    except ValidationError as e:
        raise ValueError(f"{path}: no record: {e.errors()[0]['msg']}") from e
