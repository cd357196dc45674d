"""Writers: what is written is read back as it was, by the library that each format is for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.record import Entity, Event, Mention, Party, Record, Relation, Sentence, Topic, Trigger
from pipeline.writers import write
from pipeline.writers.csv import guarded, plain
from pipeline.writers.files import file_name

TEXT = "التقى خيرت عمروف لُو في أستانا. وقال عمروف إن بلاده تدعم سيادة ناميبيا."


def mention(id: str, text: str, label: str, at: int = 0, **more: object) -> Mention:
    start = TEXT.index(text, at)
    return Mention(id=id, start=start, end=start + len(text), text=text, label=label, by="test", **more)  # type: ignore[arg-type]


def record(id: str = "a", **more: object) -> Record:
    split = TEXT.index(".") + 1
    fields: dict[str, object] = {
        "id": id, "sha256": "00", "text": TEXT, "date": {"value": "2023-11-06", "source": "given"}, "title": "عنوان",
        "source": "in.txt", "meta": {"outlet": "وكالة"},
        "sentences": [Sentence(id="s1", start=0, end=split), Sentence(id="s2", start=split + 1, end=len(TEXT))],
        "mentions": [
            mention("m1", "خيرت عمروف", "PERSON", value="خيرت عمروف", entity="e1", sentence="s1"),
            mention("m2", "لُو", "PERSON", value="لو", entity="e2", sentence="s1", score=0.5),
            mention("m3", "أستانا", "LOCATION", entity="e3", sentence="s1"),
            mention("m4", "عمروف", "PERSON", split, value="خيرت عمروف", entity="e1", sentence="s2"),
            mention("m5", "سيادة", "TOPIC", value="sovereignty", sentence="s2"),
            mention("m6", "ناميبيا", "COUNTRY", value="NA", entity="e4", sentence="s2"),
        ],
        "entities": [
            Entity(id="e1", key="person:خيرت عمروف", label="PERSON", name="خيرت عمروف", aliases=["خيرت عمروف", "عمروف"],
                   mentions=["m1", "m4"], attributes={"roles": ["وكيل"], "country": "KZ"}),
            Entity(id="e2", key="person:لو", label="PERSON", name="لُو", aliases=["لُو"], mentions=["m2"]),
            Entity(id="e3", key="wd:Q1520", label="LOCATION", name="أستانا", aliases=["أستانا"], mentions=["m3"],
                   links={"wikidata": "Q1520"}, attributes={"lat": 51.1, "lon": 71.4, "country": "KZ"}),
            Entity(id="e4", key="country:NA", label="COUNTRY", name="ناميبيا", aliases=["ناميبيا"], mentions=["m6"],
                   links={"iso": "NA", "iso3": "NAM"}, attributes={"name_en": "Namibia"}),
        ],
        "topics": [Topic(id="sovereignty", label_en="Sovereignty", label_ar="السيادة", score=0.75, mentions=["m5"])],
        "relations": [
            Relation(id="r1", type="represents", subject="e1", object="e4", subject_mention="m4", object_mention="m6",
                     evidence={"start": split + 1, "end": len(TEXT)}, sentence="s2", score=0.5, by="test"),
        ],
        "events": [
            Event(id="v1", type="CONSULT", mode="meeting", cameo="04", trigger=Trigger(start=0, end=5, text="التقى"),
                  who=[Party(mention="m1", entity="e1", country="KZ")], whom=[Party(mention="m2", entity="e2", country="US")],
                  where="m3", when="2023-11-06", topics=["m5"], sentence="s1", by="test"),
        ],
        **more,
    }  # fmt: skip
    return Record(**fields)  # type: ignore[arg-type]


RECORDS = [
    record("a"),
    record("b", date={"value": "2022-01-01", "source": "dateline"}, topics=[], events=[]),
    Record(id="c", sha256="", text="=1"),
]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    write(RECORDS, tmp_path / "out", ["json", "jsonl", "csv"])
    return tmp_path / "out"


def test_json_and_json_lines_are_the_records(out: Path) -> None:
    lines = (out / "documents.jsonl").read_text("utf-8").splitlines()
    assert [Record.model_validate_json(line) for line in lines] == RECORDS
    raw = (out / "json/a.json").read_text("utf-8")
    assert Record.model_validate_json(raw) == RECORDS[0]
    assert "خيرت عمروف" in raw
    assert "\n  " in raw


# ---- CSV


def test_pandas_reads_the_tables_without_arguments_and_they_join(out: Path) -> None:
    tables = {p.stem: pd.read_csv(p) for p in out.glob("*.csv")}
    assert set(tables) == {"documents", "sentences", "mentions", "entities", "topics", "relations", "events", "parties"}
    mentions, entities, sentences = tables["mentions"], tables["entities"], tables["sentences"]
    joined = mentions.merge(entities, on="entity", suffixes=("", "_of_entity"))
    assert set(joined[joined.text == "عمروف"].name) == {"خيرت عمروف"}
    in_sentence = mentions.merge(sentences, on=["document", "sentence"], suffixes=("", "_of_sentence"))
    assert len(in_sentence) == len(mentions) == 12
    assert all(row.text in row.text_of_sentence for row in in_sentence.itertuples())
    met = tables["parties"].merge(tables["events"], on=["document", "event"])
    assert set(met[met["type"] == "CONSULT"].name) == {"خيرت عمروف", "لُو"}
    assert dict(zip(tables["documents"].document, tables["documents"].date, strict=True))["b"] == "2022-01-01"


def test_entities_are_one_row_a_thing_over_all_documents(out: Path) -> None:
    entities = pd.read_csv(out / "entities.csv").set_index("entity")
    umarov = entities.loc["person:خيرت عمروف"]
    assert (umarov.documents, umarov.mentions, umarov.first_date, umarov.last_date) == (
        2,
        4,
        "2022-01-01",
        "2023-11-06",
    )
    assert umarov.aliases == "خيرت عمروف | عمروف"
    assert len(entities) == 4
    assert entities.loc["country:NA"].iso3 == "NAM"


def test_the_files_open_in_excel_with_the_arabic_intact(out: Path) -> None:
    for path in out.glob("*.csv"):
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert b"\r\n" in raw
        assert raw.decode("utf-8-sig")


def test_namibia_is_not_missing_and_a_formula_is_text(out: Path) -> None:
    mentions = pd.read_csv(out / "mentions.csv")
    assert list(mentions[mentions.text == "ناميبيا"].value) == ["'NA", "'NA"]
    assert list(pd.read_csv(out / "documents.csv").text)[2] == "'=1"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(1)", "'@SUM(1)"), ("\t=1", "'\t=1"), ("＝1", "'＝1"),
        ("NA", "'NA"), ("null", "'null"), ("None", "'None"), ("007", "'007"), ("1e5", "'1e5"), ("1.0", "'1.0"), ("True", "'True"),
        ("12345678901234567", "'12345678901234567"), ("'=1", "''=1"), ("'NA", "''NA"),
        ("2023-11-06", "2023-11-06"), ("2023", "2023"), ("../2018", "../2018"), ("'عمان'", "'عمان'"), ("US", "US"), ("", ""), ("7", "7"),
    ],
)  # fmt: skip
def test_cells_that_mean_something_else_to_a_program_get_an_apostrophe(cell: str, written: str) -> None:
    assert guarded(cell) == written
    assert plain(written) == cell


TRICKY = st.text(alphabet=st.sampled_from("'=+-@\t\r\n ,\";NAnul0123456789.eEائب\x00\u2028"), max_size=8) | st.text(
    max_size=20
)


@given(TRICKY)
def test_guarding_is_undone_exactly(cell: str) -> None:
    assert plain(guarded(cell)) == cell


@settings(max_examples=60, deadline=None)
@given(st.lists(TRICKY, min_size=1, max_size=5))
def test_pandas_gives_back_every_text(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    texts = [t.encode("utf-8", "replace").decode() for t in texts if t]
    out = tmp_path_factory.mktemp("csv")
    write((Record(id=f"x{n}", sha256="", text=t) for n, t in enumerate(texts)), out, ["csv"])
    frame = pd.read_csv(out / "documents.csv", dtype={"text": object})
    assert [plain(t) for t in frame.text] == texts


# ---- names of files


@pytest.mark.parametrize("id", ["n00319", "000_3eaf0c2c6a670f93", "عمان-2023", "a.b"])
def test_an_id_that_is_a_good_name_is_the_name(id: str) -> None:
    assert file_name(id) == id


@given(st.text(max_size=300))
def test_any_id_gives_a_name_that_every_file_system_takes(id: str) -> None:
    name = file_name(id.encode("utf-8", "replace").decode())
    assert 0 < len(f"{name}.json".encode()) < 255
    assert not set(name) & set('/\\:*?"<>|\0')
    assert not name.startswith(".")
