"""What a run wrote, read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from pipeline.record import Record


def read_records(path: Path | str) -> Iterator[Record]:
    """Yield the records of an output folder (its `documents.jsonl` or else its `json/`), or of a file of records as JSON lines.

    Raises FileNotFoundError where there are none, and ValueError, naming the place, for what is no record.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "documents.jsonl"
    ...     _ = file.write_text(Record(id="a", sha256="", text="نص").model_dump_json() + "\\n", "utf-8")
    ...     [record.id for record in read_records(folder)]
    ['a']
    """
    path = Path(path)
    lines = path / "documents.jsonl" if path.is_dir() else path
    if lines.is_file():
        with lines.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                yield _record(line, f"{lines}:{number}")
        return
    files = sorted((path / "json").glob("*.json"))
    if not files:
        raise FileNotFoundError(f"{path}: neither documents.jsonl nor json/ is there: nothing that `khabar run` wrote")
    for file_path in files:
        yield _record(file_path.read_text("utf-8"), str(file_path))


def _record(text: str, place: str) -> Record:
    try:
        return Record.model_validate_json(text)
    except ValidationError as e:
        first = e.errors()[0]
        raise ValueError(f"{place}: no record: {'.'.join(map(str, first['loc']))}: {first['msg']}") from e
