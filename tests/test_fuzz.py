"""Any bytes through the readers, any text through the tokeniser, the dates and all stages: a few in each run of the tests, many by `make fuzz`."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from test_pipeline import check

from pipeline.article import Article, Failure, article
from pipeline.dates import find_dates
from pipeline.extraction import records
from pipeline.lists import rows
from pipeline.readers import READERS, read
from pipeline.segment import sentences
from pipeline.tokenise import tokens

PAST = sorted((Path(__file__).parent / "data/fuzz").glob("*.txt"))

# Words that stages look for, a few of every list, between signs that end, open and hide things, and any others.
LISTS = {
    "date_months": "form", "date_numbers": "form", "date_units": "form", "date_openings": "form", "date_directions": "form",
    "date_parts": "form", "date_weekdays": "form", "country_names": "name", "nationalities": "adjective", "name_particles": "form",
    "topic_terms": "term",
}  # fmt: skip
WORDS = st.sampled_from(
    [row[column] for name, column in LISTS.items() for row in rows(name)[:: 1 + len(rows(name)) // 60]]
)
SIGNS = st.sampled_from(
    [
        *' \n\t.,،؛:/-–«»"“”()[]#@%+ـ\u064f\u0651\u0654\u200b\u200f\u202e\u0000و٣7',
        "\r\n",
        "  ",
        "وال",
        "لل",
        "2023",
        "ﷲ",
        "👨‍👩‍👧",
    ]
)
TEXTS = st.lists(st.one_of(WORDS, SIGNS, st.just(" "), st.text(max_size=4)), max_size=60).map("".join)

# Bytes: a file of each kind as it should be, with pieces of it gone, doubled or overwritten.
ROWS = [
    {"id": "a", "text": "زار الوزير القاهرة", "date": "2024-03-05"},
    {"id": "b", "text": 'قال: "نعم"\nثم غادر', "n": 1.5},
]


def _files() -> dict[str, bytes]:
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode()
    table = 'id,text,date\na,زار الوزير,2024-03-05\nb,"قال ""نعم""\nثم, غادر",\n'.encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("x/a.jsonl", lines)
        zipped.writestr("b.txt", "نص")
    text = "زار الوزير القاهرة".encode()
    return {
        ".txt": text, ".jsonl": lines, ".csv": table, ".zip": archive.getvalue(), ".jsonl.gz": gzip.compress(lines),
        ".txt.gz": gzip.compress(text), ".ndjson": lines.decode().encode("utf-16"), ".parquet": b"PAR1" + lines + b"PAR1",
    }  # fmt: skip


FILES = _files()
EDITS = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 40), st.binary(max_size=8)), max_size=6)


def edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Return the bytes with stretches of them replaced."""
    for at, length, new in edits:
        at %= len(data) + 1
        data = data[:at] + new + data[at + length :]
    return data


# ---- what must hold


def tokens_rebuild(text: str) -> None:
    at = 0
    for token in tokens(text):
        assert at <= token.start < token.end <= len(text)
        at = token.end
    ends = [0, *(place for s in sentences(text) for place in (s.start, s.end)), len(text)]
    assert ends == sorted(ends)
    assert not any(text[a:b].strip() for a, b in zip(ends[::2], ends[1::2], strict=True))


def dates_are_in_order(text: str) -> None:
    for reference in (None, date(2024, 2, 29)):
        for convention in ("news", "general"):
            at = 0
            for found in find_dates(text, reference, convention=convention):  # type: ignore[arg-type]
                assert at <= found.start < found.end <= len(text)
                assert text[found.start : found.end] == found.text
                assert found.first is None or found.last is None or found.first <= found.last
                at = found.end


def readers_answer(folder: Path, suffix: str, data: bytes) -> None:
    path = folder / f"n{suffix}"
    path.write_bytes(data)
    found = list(read([path]))
    for item in found:
        if isinstance(item, Failure):
            assert item.reason
        else:
            assert item.text.strip()
            assert item.text.encode("utf-8")
    assert found


TARGETS: dict[str, Callable[[str], None]] = {"tokens": tokens_rebuild, "dates": dates_are_in_order}
LENIENT = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.parametrize("target", TARGETS)
@LENIENT
@given(text=TEXTS)
def test_any_text(target: str, text: str) -> None:
    TARGETS[target](text)


@LENIENT
@given(text=TEXTS.filter(str.strip))
def test_any_text_through_all_stages(rules: Language, text: str) -> None:
    [record] = records(rules, [article({"id": "a", "text": text})])
    check(record)


@pytest.mark.parametrize("suffix", FILES)
@LENIENT
@given(edits=EDITS)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, suffix: str, edits: list[tuple[int, int, bytes]]) -> None:
    readers_answer(tmp_path_factory.mktemp("fuzz"), suffix, edited(FILES[suffix], edits))


@pytest.mark.parametrize("path", PAST, ids=[path.stem for path in PAST])
def test_past_failures(tmp_path: Path, rules: Language, path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "surrogatepass")
    for target in TARGETS.values():
        target(text)
    for suffix in READERS:
        readers_answer(tmp_path, suffix, path.read_bytes())
    [record] = records(rules, [Article("a", text)])
    check(record)
