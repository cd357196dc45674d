"""Writers: one module a format. Each takes records as they come and leaves whole files, or none, in the folder of the run."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.record import Record
from pipeline.writers.tables import COLUMNS


class Writer(Protocol):
    """What every format offers. A writer is made with the folder it writes to and a scratch folder for what is not whole yet."""

    def __init__(self, folder: Path, scratch: Path) -> None: ...

    def add(self, record: Record) -> None:
        """Take a record."""

    def close(self) -> None:
        """Put the files in their places; no record may follow."""

    def abandon(self) -> None:
        """Let go of what is open, publishing nothing."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: where its writer is (module and class, imported when asked for, since some need packages that a plain run does not)."""

    home: str
    files: str
    extra: str = ""  # what of `pip install 'khabar[…]'` it needs
    many: tuple[str, ...] = ()  # files whose number goes with the documents: those of an earlier run have to go
    fixed: tuple[str, ...] = ()  # files that every run in the format replaces: a run in others has to take them away

    def __str__(self) -> str:
        return f"{self.files} (needs khabar[{self.extra}])" if self.extra else self.files


FORMATS = {
    "json": Format("json:Json", "json/ID.json, a document a file", many=("json/*.json",)),
    "jsonl": Format("jsonl:Jsonl", "documents.jsonl, a document a line", fixed=("documents.jsonl",)),
    "csv": Format(
        "csv:Csv",
        "documents.csv, mentions.csv, entities.csv …: tables that join, for pandas and Excel",
        fixed=tuple(f"{table}.csv" for table in COLUMNS),
    ),
    "parquet": Format(
        "parquet:Parquet",
        "parquet/*.parquet, the same tables typed, and whole records nested",
        "parquet",
        fixed=("parquet/*.parquet",),
    ),
    "xlsx": Format(
        "xlsx:Xlsx",
        "khabar.xlsx, the same tables as sheets from right to left, for Excel",
        "xlsx",
        fixed=("khabar.xlsx",),
    ),
    "sqlite": Format("sqlite:Sqlite", "khabar.sqlite, the same tables with keys and views", fixed=("khabar.sqlite",)),
    "duckdb": Format("duckdb:DuckDb", "khabar.duckdb, the same for analysis", "duckdb", fixed=("khabar.duckdb",)),
    "spacy": Format("docbin:SpacyDocs", "spacy/*.spacy, spaCy documents (DocBin)", many=("spacy/*.spacy",)),
    "conll": Format("conll:Conll2003", "documents.conll, CoNLL-2003", fixed=("documents.conll",)),
    "conllup": Format(
        "conll:ConlluPlus", "documents.conllup, CoNLL-U Plus with a column a label", fixed=("documents.conllup",)
    ),
    "brat": Format(
        "brat:Brat", "brat/ID.txt and ID.ann, for the brat annotation tool", many=("brat/*.txt", "brat/*.ann")
    ),
    "labelstudio": Format(
        "labelstudio:LabelStudio",
        "labelstudio.json, tasks for Label Studio",
        fixed=("labelstudio.json", "labelstudio.xml"),
    ),
    "doccano": Format("doccano:Doccano", "doccano.jsonl, for doccano", fixed=("doccano.jsonl",)),
    "webannotation": Format(
        "webannotation:WebAnnotation", "annotations.jsonld, W3C Web Annotation", fixed=("annotations.jsonld",)
    ),
    "ftm": Format(
        "ftm:FollowTheMoney",
        "entities.ftm.json, FollowTheMoney, for Aleph and OpenSanctions",
        fixed=("entities.ftm.json",),
    ),
    "graphml": Format(
        "graph:GraphMl", "who-whom.graphml, the network of who met whom", "graph", fixed=("who-whom.graphml",)
    ),
    "gexf": Format("graph:Gexf", "who-whom.gexf, the same for Gephi", "graph", fixed=("who-whom.gexf",)),
    "geojson": Format(
        "geojson:GeoJson",
        "places.geojson, the places of each article as points, for maps (QGIS, kepler.gl)",
        fixed=("places.geojson",),
    ),
    "gold": Format("gold:Gold", "gold.jsonl, labels as `khabar evaluate` reads them", fixed=("gold.jsonl",)),
}


def writer(name: str, folder: Path, scratch: Path) -> Writer:
    """Return a writer of the format named. Raises ValueError for an unknown one, ImportError where its package is missing."""
    if name not in FORMATS:
        raise ValueError(f"no format {name!r}; there are {', '.join(FORMATS)}")
    module, cls = FORMATS[name].home.split(":")
    made: Writer = getattr(importlib.import_module(f"pipeline.writers.{module}"), cls)(folder, scratch)
    return made


def write(records: Iterable[Record], folder: Path | str, formats: Iterable[str] = ("json", "csv")) -> int:
    """Write records to a folder in the formats named, and return how many there were.

    Raises ValueError for an unknown format, OSError where the folder cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as out:
    ...     write([Record(id="a", sha256="", text="نص")], out, ["csv", "jsonl"])
    ...     (Path(out) / "documents.jsonl").is_file()
    1
    True
    """
    folder = Path(folder)
    scratch = folder / ".khabar"
    scratch.mkdir(parents=True, exist_ok=True)
    writers: list[Writer] = []
    count = 0
    try:
        writers.extend(writer(name, folder, scratch) for name in formats)
        for record in records:
            count += 1
            for one in writers:
                one.add(record)
        for one in writers:
            one.close()
    finally:
        for one in writers:
            one.abandon()
        shutil.rmtree(scratch)
    return count
