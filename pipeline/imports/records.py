"""Records as `khabar run` writes them: `documents.jsonl`, a `.json` file, or a folder of either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from pipeline.record import Record, fault


def read(path: Path) -> Iterator[Record]:
    """Yield the records. Raises ValueError where there are none or one does not fit."""
    if path.is_dir():
        whole = path / "documents.jsonl"
        folder = path if path.name == "json" else path / "json"
        if not whole.exists() and not folder.exists():
            raise ValueError(
                f"{path}: neither documents.jsonl nor json/ is there: `khabar run --format jsonl` or `json` writes them"
            )
        for file in [whole] if whole.exists() else sorted(folder.glob("*.json")):
            yield from read(file)
        return
    place = str(path)
    try:
        if path.suffix == ".json":
            yield Record.model_validate_json(path.read_bytes())
            return
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                place = f"{path}:{number}"
                if line.strip():
                    yield Record.model_validate_json(line)
    except ValidationError as e:
        raise ValueError(f"{place}: no record: {fault(e)}") from e
