"""Writers: what is written is read back as it was, by the library that each format is for."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

import pandas as pd
import pytest
from hostile import crowded
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline import imports
from pipeline.cli import app
from pipeline.gold import Span, read_gold
from pipeline.imports.labels import record as labelled_record
from pipeline.record import Entity, Event, Mention, Party, Quotation, Record, Relation, Sentence, Topic, Trigger
from pipeline.writers import FORMATS, write
from pipeline.writers.csv import guarded, plain
from pipeline.writers.files import file_name
from pipeline.writers.tables import COLUMNS

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
        "quotations": [
            Quotation(id="q1", start=split + 6, end=len(TEXT) - 1, text=TEXT[split + 6 : -1], speaker="e1", speaker_mention="m4",
                      cue=Trigger(start=split + 2, end=split + 5, text="قال"), sentence="s2", by="test"),
        ],
        **more,
    }  # fmt: skip
    return Record(**fields)  # type: ignore[arg-type]


def labelled(id: str, text: str, spans: list[tuple[str, str, str]]) -> Record:
    """A record with the first place of each of the words as a mention."""
    places = [(text.index(words), words, label, value) for words, label, value in spans]
    return labelled_record(id, text, [Span(at, at + len(words), label, value) for at, words, label, value in places])


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
    assert set(tables) == set(COLUMNS)
    mentions, entities, sentences = tables["mentions"], tables["entities"], tables["sentences"]
    joined = mentions.merge(entities, on="entity", suffixes=("", "_of_entity"))
    assert set(joined[joined.text == "عمروف"].name) == {"خيرت عمروف"}
    in_sentence = mentions.merge(sentences, on=["document", "sentence"], suffixes=("", "_of_sentence"))
    assert len(in_sentence) == len(mentions) == 12
    assert all(row.text in row.text_of_sentence for row in in_sentence.itertuples())
    met = tables["parties"].merge(tables["events"], on=["document", "event"])
    assert set(met[met["type"] == "CONSULT"].name) == {"خيرت عمروف", "لُو"}
    assert dict(zip(tables["documents"].document, tables["documents"].date, strict=True))["b"] == "2022-01-01"


def test_who_said_what_joins_the_speaker(out: Path) -> None:
    quotations, entities = pd.read_csv(out / "quotations.csv"), pd.read_csv(out / "entities.csv")
    joined = quotations.merge(entities, left_on="speaker", right_on="entity")
    assert list(joined.name) == list(joined.speaker_name) == ["خيرت عمروف"] * 2
    assert set(joined.cue) == {"قال"}
    assert set(joined.text) == {"عمروف إن بلاده تدعم سيادة ناميبيا"}


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
    assert (umarov.roles, umarov.country) == ("وكيل", "KZ")
    assert len(entities) == 4
    assert entities.loc["country:NA"].iso3 == "NAM"


def test_an_office_is_named_by_its_words_and_not_by_its_holder(tmp_path: Path) -> None:
    text = "الوزير عمروف"
    r = labelled_record("a", text, [Span(0, 6, "ROLE", "عمروف"), Span(7, 12, "PERSON", "عمروف")])
    holder = Entity(id="e1", key="person:عمروف", label="PERSON", name="عمروف", mentions=["m1", "m2"])
    tie = Relation(
        id="r1", type="holds_role", subject="e1", object="e1", subject_mention="m2", object_mention="m1",
        evidence={"start": 0, "end": 12},
    )  # fmt: skip
    write([r.model_copy(update={"entities": [holder], "relations": [tie]})], tmp_path, ["csv"])
    (row,) = pd.read_csv(tmp_path / "relations.csv").itertuples()
    assert (row.subject_name, row.type, row.object_name) == ("عمروف", "holds_role", "الوزير")


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
        ("none", "none"), ("NaN", "'NaN"), ("TRUE", "'TRUE"),
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


# ---- formats for databases and analysis


def made(tmp_path: Path, format: str) -> Path:
    write(RECORDS, tmp_path / "out", [format])
    assert not (tmp_path / "out/.khabar").exists()
    return tmp_path / "out"


def test_parquet_has_types_and_gives_back_whole_records(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    from pipeline.writers.parquet import record_of_row

    out = made(tmp_path, "parquet") / "parquet"
    frames = {p.stem: pd.read_parquet(p) for p in out.glob("*.parquet")}
    assert set(frames) == {"records", *COLUMNS}
    assert list(frames["mentions"].value[frames["mentions"].text == "ناميبيا"]) == ["NA", "NA"]
    assert frames["mentions"].start.dtype == "int64"
    rows = pq.read_table(out / "records.parquet").to_pylist()
    assert [record_of_row(row) for row in rows] == RECORDS


def test_sqlite_has_keys_and_views_that_join(tmp_path: Path) -> None:
    base = sqlite3.connect(made(tmp_path, "sqlite") / "khabar.sqlite")
    assert base.execute("pragma integrity_check").fetchone() == ("ok",)
    query = "select name, sentence_text from mentions_in_context where text = 'عمروف' and document = 'a'"
    assert base.execute(query).fetchone() == ("خيرت عمروف", "وقال عمروف إن بلاده تدعم سيادة ناميبيا.")
    assert base.execute('select who, whom, "when" from who_whom').fetchall() == [("خيرت عمروف", "لُو", "2023-11-06")]
    with pytest.raises(sqlite3.IntegrityError):
        base.execute("insert into documents select * from documents limit 1")


def test_duckdb_has_the_same_tables(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(str(made(tmp_path, "duckdb") / "khabar.duckdb"), read_only=True) as base:
        assert base.execute("select count(*) from mentions").fetchone() == (12,)
        assert base.execute('select who, whom, "when" from who_whom').fetchall() == [("خيرت عمروف", "لُو", "2023-11-06")]
        assert base.execute("select documents from entities where iso = 'NA'").fetchone() == (2,)


def test_excel_has_the_same_tables_as_text_from_right_to_left(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from pipeline.frames import to_frames

    book = openpyxl.load_workbook(made(tmp_path, "xlsx") / "khabar.xlsx")
    assert book.sheetnames == list(COLUMNS)
    assert all(sheet.sheet_view.rightToLeft and sheet.freeze_panes == "A2" for sheet in book)
    head, *rows = ([cell.value for cell in row] for row in book["mentions"])
    assert head == list(COLUMNS["mentions"])
    assert [row[head.index("text")] for row in rows] == list(to_frames(RECORDS)["mentions"].text)


def test_excel_takes_no_text_for_a_formula_and_cuts_what_a_cell_cannot_hold(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    long = "ا" * 40_000
    records = [Record(id=id, sha256="", text=text) for id, text in (("=1+1", '=cmd|"/c calc"!A1'), ("007", long))]
    write(records, tmp_path, ["xlsx"])
    head, *rows = (list(row) for row in openpyxl.load_workbook(tmp_path / "khabar.xlsx")["documents"])
    names = [cell.value for cell in head]
    cells = [{name: row[n] for n, name in enumerate(names)} for row in rows]
    assert [c["document"].value for c in cells] == ["=1+1", "007"]
    assert {c[name].data_type for c in cells for name in ("document", "text")} == {"s"}
    assert cells[1]["text"].value == long[:32_766] + "…"


def test_rows_past_those_of_a_sheet_go_on_in_a_further_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openpyxl, xlsx = pytest.importorskip("openpyxl"), pytest.importorskip("pipeline.writers.xlsx")
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    write([Record(id=str(n), sha256="", text="نص") for n in range(5)], tmp_path, ["xlsx"])
    book = openpyxl.load_workbook(tmp_path / "khabar.xlsx")
    sheets = [book[name] for name in ("documents", "documents 2", "documents 3")]
    assert [[row[0].value for row in sheet][1:] for sheet in sheets] == [["0", "1"], ["2", "3"], ["4"]]


def test_pandas_frames_are_those_of_the_csv(tmp_path: Path) -> None:
    from pipeline.frames import read_csv, to_frames

    direct, read = to_frames(RECORDS), read_csv(made(tmp_path, "csv"))
    for table, frame in direct.items():
        pd.testing.assert_frame_equal(frame, read[table])
    assert direct["mentions"].value[direct["mentions"].text == "ناميبيا"].tolist() == ["NA", "NA"]


def test_spacy_reads_the_documents_with_their_spans(tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    from pipeline import spans

    (file,) = (made(tmp_path, "spacy") / "spacy").glob("*.spacy")
    docs = list(DocBin().from_disk(file).get_docs(spacy.blank("ar").vocab))
    assert [d.text for d in docs] == [r.text for r in RECORDS]
    found = {(m.start, m.end, m.label, m.value) for m in spans.read(docs[0], *spans.GROUPS)}
    assert found == {(m.start, m.end, m.label, m.value) for m in RECORDS[0].mentions}
    assert [(e.text, e.label_) for e in docs[0].ents][:3] == [
        ("خيرت عمروف", "PERSON"),
        ("لُو", "PERSON"),
        ("أستانا", "LOCATION"),
    ]
    assert len(list(docs[0].sents)) == 2
    assert docs[0]._.entities["country:NA"]["links"]["iso3"] == "NAM"


def test_graphs_are_read_by_networkx(tmp_path: Path) -> None:
    nx = pytest.importorskip("networkx")
    write(RECORDS, tmp_path, ["graphml", "gexf"])
    for graph in (
        nx.read_graphml(tmp_path / "who-whom.graphml", force_multigraph=True),
        nx.read_gexf(tmp_path / "who-whom.gexf"),
    ):
        ((a, b, edge),) = graph.edges(data=True)
        assert {a, b} == {"person:خيرت عمروف", "person:لو"}
        assert (edge["event"], int(edge["weight"]), edge["first"]) == ("CONSULT", 1, "2023-11-06")
        assert (graph.nodes["person:لو"]["label"], graph.nodes["person:لو"]["kind"]) == ("لُو", "PERSON")


def test_places_are_points_on_a_map_with_the_article_and_what_happened_there(tmp_path: Path) -> None:
    raw = json.loads((made(tmp_path, "geojson") / "places.geojson").read_text("utf-8"))
    points = pd.json_normalize(raw, "features")
    assert set(raw) == {"type", "features"}
    assert (raw["type"], set(points.type), set(points["geometry.type"])) == (
        "FeatureCollection",
        {"Feature"},
        {"Point"},
    )
    assert points["geometry.coordinates"].tolist() == [[71.4, 51.1], [71.4, 51.1]], "longitude first"
    found = points[["properties.place", "properties.document", "properties.date", "properties.events"]].values.tolist()
    assert found == [
        ["wd:Q1520", "a", "2023-11-06", "CONSULT meeting: خيرت عمروف – لُو"],
        ["wd:Q1520", "b", "2022-01-01", ""],
    ]


@pytest.mark.parametrize(
    "facts", [{"lat": 91, "lon": 0}, {"lat": float("nan"), "lon": 0}, {"lat": "51", "lon": "71"}, {"lat": 51}, {}]
)
def test_what_is_no_point_on_earth_is_on_no_map(tmp_path: Path, facts: dict[str, object]) -> None:
    place = Entity(id="e1", key="place:x", label="LOCATION", name="x", attributes=facts)
    write([record(entities=[place], relations=[], events=[], quotations=[])], tmp_path, ["geojson"])
    assert json.loads((tmp_path / "places.geojson").read_text("utf-8")) == {"type": "FeatureCollection", "features": []}


def test_follow_the_money_accepts_every_entity(tmp_path: Path) -> None:
    ftm = pytest.importorskip("followthemoney")
    lines = (made(tmp_path, "ftm") / "entities.ftm.json").read_text("utf-8").splitlines()
    entities = [ftm.model.get_proxy(json.loads(line)) for line in lines]
    for proxy in entities:
        proxy.schema.validate(proxy.to_dict())
    assert {p.schema.name for p in entities} == {"Article", "Person", "Address", "Event"}
    umarov = [p for p in entities if p.caption == "خيرت عمروف"]
    assert len({p.id for p in umarov}) == 1
    assert len(umarov) == 2
    assert umarov[0].countries == ["kz"]
    (event,) = (p for p in entities if p.schema.name == "Event")
    assert set(event.get("involved")) == {p.id for p in entities if p.schema.name == "Person"}


def test_web_annotations_are_json_ld_whose_selectors_find_the_mention(tmp_path: Path) -> None:
    page = json.loads((made(tmp_path, "webannotation") / "annotations.jsonld").read_text("utf-8"))
    assert page["type"] == "AnnotationPage"
    assert len(page["items"]) == 12
    for item in page["items"]:
        place, words = item["target"]["selector"]
        assert TEXT[place["start"] : place["end"]] == words["exact"]
        assert words["prefix"] + words["exact"] + words["suffix"] in TEXT
    rdflib = pytest.importorskip("rdflib")
    oa, rdf = "http://www.w3.org/ns/oa#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    page["@context"] = {
        "@vocab": oa,
        "id": "@id",
        "type": "@type",
        "items": {"@id": "https://www.w3.org/ns/activitystreams#items"},
    }
    graph = rdflib.Graph().parse(data=json.dumps(page), format="json-ld")
    assert len(list(graph.subjects(rdflib.URIRef(rdf + "type"), rdflib.URIRef(oa + "Annotation")))) == 12


# ---- formats of annotation tools, there and back

HARD = [
    RECORDS[0],
    labelled("emoji", "😀 زار 🇸🇦 عمان ثم الأردن.", [("عمان", "COUNTRY", "OM"), ("الأردن", "COUNTRY", "JO")]),
    labelled(
        "lines",
        "وزير\r\nالخارجية\tالأردني\n\n قال",
        [("وزير\r\nالخارجية\tالأردني", "ROLE", ""), ("الأردني", "NATIONALITY", "JO")],
    ),
    labelled("none", "نص بلا شيء", []),
]


def spans_of(record: Record, *, values: bool) -> set[tuple[object, ...]]:
    return {(m.start, m.end, m.label, m.value if values else "") for m in record.mentions}


@pytest.mark.parametrize("format", ["brat", "labelstudio", "doccano", "conllup", "gold", "jsonl"])
def test_what_annotation_tools_are_given_comes_back(tmp_path: Path, format: str) -> None:
    write(HARD, tmp_path, [format])
    place = {
        "brat": "brat", "labelstudio": "labelstudio.json", "doccano": "doccano.jsonl", "conllup": "documents.conllup", "gold": "gold.jsonl",
        "jsonl": "documents.jsonl",
    }[format]  # fmt: skip
    back = {r.id: r for r in imports.read(tmp_path / place)}
    assert set(back) == {r.id for r in HARD}
    for r in HARD:
        assert back[r.id].text == r.text
        assert spans_of(back[r.id], values=format != "conllup") == spans_of(r, values=format != "conllup")
    if format in ("brat", "labelstudio", "doccano"):
        assert [(x.type, x.subject_mention, x.object_mention) for x in back["a"].relations] == [
            ("represents", "m4", "m6")
        ]


def test_conll_2003_has_the_longest_names(tmp_path: Path) -> None:
    lines = (made(tmp_path, "conll") / "documents.conll").read_text("utf-8").splitlines()
    assert lines[:6] == [
        "-DOCSTART- -X- -X- O",
        "",
        "التقى -X- -X- O",
        "خيرت -X- -X- B-PERSON",
        "عمروف -X- -X- I-PERSON",
        "لُو -X- -X- B-PERSON",
    ]
    a, *_ = imports.read(tmp_path / "out/documents.conll")
    assert [(m.text, m.label) for m in a.mentions] == [
        (m.text, m.label) for m in RECORDS[0].mentions if m.label != "TOPIC"
    ]


def test_conllu_plus_keeps_a_mention_that_crosses_a_line_break(tmp_path: Path) -> None:
    text = "أعلن الأمين\nالعام للأمم\nالمتحدة أن\nمصر\nمصر"
    places = [(5, 17, "ROLE"), (19, 31, "ORGANIZATION"), (35, 38, "COUNTRY"), (39, 42, "COUNTRY")]
    mentions = [
        Mention(id=f"m{n}", start=a, end=b, text=text[a:b], label=label)  # type: ignore[arg-type]
        for n, (a, b, label) in enumerate(places)
    ]
    ends = [*(n for n, c in enumerate(text) if c == "\n"), len(text)]
    lines = [
        Sentence(id=f"s{n}", start=a, end=b) for n, (a, b) in enumerate(zip([0, *(e + 1 for e in ends)], ends, strict=False))
    ]  # fmt: skip
    write([Record(id="a", sha256="", text=text, mentions=mentions, sentences=lines)], tmp_path, ["conllup"])
    [back] = imports.read(tmp_path / "documents.conllup")
    assert [(m.start, m.end, m.label) for m in back.mentions] == places


def test_conllu_plus_is_read_by_the_conllu_library(tmp_path: Path) -> None:
    conllu = pytest.importorskip("conllu")
    sentences = conllu.parse((made(tmp_path, "conllup") / "documents.conllup").read_text("utf-8"))
    assert len(sentences) == 5
    assert sentences[0].metadata["newdoc id"] == "a"
    assert [t["khabar:person"] for t in sentences[0]][:4] == ["O", "B-PERSON", "I-PERSON", "B-PERSON"]


def test_brat_files_are_whole_and_read_by_a_brat_library(tmp_path: Path) -> None:
    folder = made(tmp_path, "brat") / "brat"
    assert sorted(p.name for p in folder.iterdir()) == [
        "a.ann",
        "a.txt",
        "annotation.conf",
        "b.ann",
        "b.txt",
        "c.ann",
        "c.txt",
    ]
    lines = (folder / "a.ann").read_text("utf-8").splitlines()
    assert "T1\tPERSON 6 16\tخيرت عمروف" in lines
    assert "E1\tCONSULT:T7 who:T1 whom:T2 where:T3" in lines
    assert "R1\trepresents Arg1:T4 Arg2:T6" in lines


def test_a_brat_library_reads_what_brat_is_given(tmp_path: Path) -> None:
    reader = pytest.importorskip("bratly.io.file_read_src")
    from bratly import EntityAnnotation, EventAnnotation, RelationAnnotation

    write(HARD, tmp_path, ["brat"])
    (tmp_path / "brat/annotation.conf").unlink()
    documents = {
        d.filename_without_ext: d
        for d in reader.read_document_collection_from_folder(str(tmp_path / "brat"), renumerotize_ann=False).documents
    }
    assert set(documents) == {r.id for r in HARD}
    annotations = documents["a"].annotation_collections[0].annotations
    entities = {(a.label, a.content) for a in annotations if isinstance(a, EntityAnnotation)}
    assert entities == {(m.label, m.text) for m in HARD[0].mentions} | {("CONSULT", "التقى")}
    assert [len([a for a in annotations if isinstance(a, kind)]) for kind in (EventAnnotation, RelationAnnotation)] == [
        1,
        1,
    ]


def test_offsets_of_an_old_label_studio_are_told_by_the_words(tmp_path: Path) -> None:
    region = {"id": "x", "type": "labels", "value": {"start": 8, "end": 12, "text": "عمان", "labels": ["COUNTRY"]}}
    tasks = [{"id": 3, "data": {"text": "😀 زار 😀عمان"}, "annotations": [{"result": [region]}]}]
    region["value"]["start"], region["value"]["end"] = 9, 13  # type: ignore[index]
    (tmp_path / "x.json").write_text(json.dumps(tasks))
    (r,) = imports.read(tmp_path / "x.json")
    assert (r.id, [m.text for m in r.mentions]) == ("3", ["عمان"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.json", '[{"data": {}}]', "not as Label Studio exports it"),
        ("x.json", '[{"data": {"text": "نص"}, "annotations": [{"result": [{"id": "a", "type": "labels", "value": {"start": 0, "end": 1, "text": "س", "labels": ["PERSON"]}}]}]}]', "is not at"),
        ("x.jsonl", '{"text": "نص", "label": [[0, 2, "PER"]]}', "no label 'PER'"),
        ("x.jsonl", '{"text": "نص", "label": [[0, 20, "PERSON"]], "id": 1}', r"is not in a text of 2 characters|PERSON"),
        ("x.jsonl", '{"a": 1}', "name the format with `khabar convert --from`"),
        ("x.ann", "T1\tPERSON x y\tنص", "not as brat writes it"),
        ("x.ann", "T1\tPER 0 2\tنص", "no label 'PER'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    (tmp_path / "x.txt").write_text("نص", "utf-8")
    with pytest.raises(ValueError, match=message):
        list(imports.read(tmp_path if name == "x.ann" else tmp_path / name))


def test_convert_on_the_command_line(tmp_path: Path) -> None:
    write(HARD, tmp_path / "in", ["jsonl"])
    done = CliRunner().invoke(
        app, ["convert", str(tmp_path / "in"), "--out", str(tmp_path / "brat"), "--format", "brat"]
    )
    assert (done.exit_code, done.stdout) == (0, f"4 documents written to {tmp_path / 'brat'}: brat\n")
    done = CliRunner().invoke(
        app, ["convert", str(tmp_path / "brat/brat"), "--out", str(tmp_path / "gold"), "--format", "gold"]
    )
    assert done.exit_code == 0
    assert {g.id for g in read_gold([tmp_path / "gold/gold.jsonl"])} == {r.id for r in HARD}
    assert CliRunner().invoke(app, ["convert", "none", "--out", str(tmp_path / "x"), "--format", "gold"]).exit_code == 2
    assert (
        CliRunner()
        .invoke(app, ["convert", str(tmp_path / "in"), "--out", str(tmp_path / "x"), "--format", "gild"])
        .exit_code
        == 2
    )


# ---- hostile text in every format

NASTY = labelled(
    "../<x>&\"'",
    "=1+1\x00\x0b <script>alert('عمان')</script>\u202e عمان ]]> -- \ud83d😀\u2028".replace("\ud83d", ""),
    [("عمان", "COUNTRY", "OM")],
)


@pytest.mark.parametrize("format", list(FORMATS))
def test_no_format_fails_on_hostile_text_or_writes_elsewhere(tmp_path: Path, format: str) -> None:
    write([NASTY, *RECORDS], tmp_path / "deep/out", [format])
    assert [p.name for p in tmp_path.iterdir()] == ["deep"]
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]
    assert any(p.is_file() for p in (tmp_path / "deep/out").rglob("*"))


@pytest.mark.parametrize("format", list(FORMATS))
def test_the_same_records_give_the_same_bytes(tmp_path: Path, format: str) -> None:
    for name in ("one", "two"):
        write(RECORDS, tmp_path / name, [format])
    one, two = (
        {p.relative_to(tmp_path / n): p.read_bytes() for p in sorted((tmp_path / n).rglob("*")) if p.is_file()}
        for n in ("one", "two")
    )
    if format != "duckdb":  # which marks each file that it makes, an empty one too: the test below compares its rows
        assert one == two
    assert one.keys() == two.keys()


def test_duckdb_has_the_rows_in_the_order_of_the_documents(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    things = [
        Entity(id=f"e{n}", key=f"place:{n}", label="LOCATION", name=f"{n}", aliases=[f"{n}"], mentions=[]) for n in range(5000)
    ]  # fmt: skip
    write([Record(id="a", sha256="", text="نص", entities=things)], tmp_path, ["duckdb"])
    with duckdb.connect(str(tmp_path / "khabar.duckdb"), read_only=True) as base:
        keys = [key for (key,) in base.execute("select entity from entities").fetchall()]
    assert keys == [thing.key for thing in things]


def hostile_event(words: str) -> Record:
    """Two people of hostile names who met at a hostile place."""
    one, other = f"{words}1", f"{words}2"
    text = f"{one} {other}"
    places = [(0, len(one)), (len(one) + 1, len(text))]
    mentions = [
        Mention(id=f"m{n}", start=a, end=b, text=text[a:b], label="PERSON", value=text[a:b], entity=f"e{n}", by=words)
        for n, (a, b) in enumerate(places, 1)
    ]
    entities = [
        Entity(id=f"e{n}", key=f"person:{m.text}", label="PERSON", name=m.text, aliases=[m.text], mentions=[m.id])
        for n, m in enumerate(mentions, 1)
    ]
    event = Event(
        id="v1", type="CONSULT", mode="meeting", cameo="04", trigger=Trigger(start=0, end=1, text=text[:1]), who=[Party(mention="m1", entity="e1")],
        whom=[Party(mention="m2", entity="e2")], where="m1", when="2023", by=words,
    )  # fmt: skip
    return Record(id=words, sha256="", text=text, title=words, mentions=mentions, entities=entities, events=[event])


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "]]>&amp;<!--", "'; drop table mentions; --", '=cmd|"/c calc"!A1', "a\tb\r\nc", "\x00\x0b\x1b[2J", "\u202eقلب\u2028", "😀🇸🇦", "../../x", "NA"],
)  # fmt: skip
def test_hostile_names_of_parties_come_back_from_every_library(tmp_path: Path, words: str) -> None:
    nx, ftm, duckdb, rdflib = map(pytest.importorskip, ("networkx", "followthemoney", "duckdb", "rdflib"))
    from pipeline.frames import read_csv, to_frames
    from pipeline.writers.xml import clean

    r = hostile_event(words)
    write([r], tmp_path, ["csv", "parquet", "sqlite", "duckdb", "graphml", "gexf", "ftm", "webannotation"])
    names = {e.name for e in r.entities}
    assert set(read_csv(tmp_path)["parties"].name) == names
    assert set(pd.read_parquet(tmp_path / "parquet/parties.parquet").name) == names
    with sqlite3.connect(tmp_path / "khabar.sqlite") as base:
        assert {name for (name,) in base.execute("select name from parties")} == names
    with duckdb.connect(str(tmp_path / "khabar.duckdb"), read_only=True) as base:
        assert {name for (name,) in base.execute("select name from parties").fetchall()} == names
    pd.testing.assert_frame_equal(read_csv(tmp_path)["events"], to_frames([r])["events"])
    for graph in (nx.read_graphml(tmp_path / "who-whom.graphml"), nx.read_gexf(tmp_path / "who-whom.gexf")):
        labels = {" ".join(label.split()) for _, label in graph.nodes(data="label")}
        assert labels == {" ".join(clean(name).split()) for name in names}
        assert graph.number_of_edges() == 1
    lines = (tmp_path / "entities.ftm.json").read_text("utf-8").splitlines()
    schemata = [ftm.model.get_proxy(json.loads(line)).schema.name for line in lines]
    assert sorted(schemata) == ["Article", "Event", "Person", "Person"]
    page = json.loads((tmp_path / "annotations.jsonld").read_text("utf-8"))
    assert {item["target"]["selector"][1]["exact"] for item in page["items"]} == {m.text for m in r.mentions}
    page["@context"] = {"@vocab": "http://www.w3.org/ns/oa#", "id": "@id", "type": "@type"}
    assert len(rdflib.Graph().parse(data=json.dumps(page), format="json-ld"))


@pytest.mark.parametrize("format", list(FORMATS))
def test_ten_thousand_mentions_that_nest_and_cross_are_written_quickly(tmp_path: Path, format: str) -> None:
    start = time.process_time()
    write([crowded()], tmp_path, [format])
    assert time.process_time() - start < 5
