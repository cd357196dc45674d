"""How the model is made: labelled texts, windows to learn from, masked words, export, averaging, calibration."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline import models
from pipeline.events import learned
from pipeline.lists import rows
from pipeline.tagger import BOS, EOS, UNKNOWN, WINDOW, Pieces, Tagger
from pipeline.tokenise import tokens

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")

from training import adapt, average, calibrate, corpora, distil, evaluate, event_corpus, export, tag  # noqa: E402
from training.annotate import with_topics  # noqa: E402
from training.network import Network  # noqa: E402

TEXT = "زار وزير خارجية كازاخستان مراد نورتليو القاهرة يوم الاثنين والتقى نظيره المصري."
torch.set_num_threads(1)  # the networks here are too small for two
HEADS = {"PERSON": ["O", "B", "I"], "anercorp": ["O", "B-LOC", "I-LOC"]}


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return Pieces(models.path("news-tagger") / "tokenizer.json")


def example(text: str = TEXT) -> corpora.Example:
    start = text.index("مراد")
    record = {
        "id": "a",
        "text": text,
        "entities": [{"start": start, "end": start + len("مراد نورتليو"), "label": "PERSON"}],
    }
    return corpora.from_record(record)


def test_a_gold_span_becomes_tags() -> None:
    made = example()
    marked = [made.tokens[i].norm for i in np.flatnonzero(made.targets["PERSON"][:, 1:].sum(1))]
    assert marked == ["مراد", "نورتليو"]
    assert made.targets["PERSON"].sum(1).tolist() == [1] * len(made.tokens)
    assert not made.targets["DATE"][:, 1:].any()


def test_a_corpus_word_is_learned_at_its_stem_alone() -> None:
    (made,) = corpora.conll([[("وكازاخستان", "B-LOC"), ("دولة", "O")]], "anercorp", HEADS["anercorp"])
    learned = {
        made.tokens[i].norm: made.targets["anercorp"][i].tolist()
        for i in np.flatnonzero(made.targets["anercorp"].sum(1))
    }
    assert learned == {"كازاخستان": [0, 1, 0], "دوله": [1, 0, 0]}


def test_every_token_of_an_article_is_learned_once_a_pass(pieces: Pieces) -> None:
    item = tag.prepare(example(TEXT + " قال" * 700), pieces, HEADS)
    rng = random.Random(3)
    cut = list(tag.chunks(item, rng, fold=0.0, drop=0.0))
    assert len(cut) > 2
    assert max(len(chunk.ids) for chunk in cut) <= WINDOW
    assert np.array_equal(np.concatenate([chunk.wanted for chunk in cut]), item.wanted)
    assert np.array_equal(np.concatenate([chunk.ids for chunk in cut]), item.written.pieces)


def test_hidden_words_are_read_as_unknown_whole(pieces: Pieces) -> None:
    item = tag.prepare(example(), pieces, HEADS)
    (chunk,) = tag.chunks(item, random.Random(0), fold=0.0, drop=1.0)
    assert set(chunk.ids.tolist()) == {UNKNOWN}


def test_batches_keep_their_budget_and_lose_nothing(pieces: Pieces) -> None:
    item = tag.prepare(example(TEXT + " قال" * 700), pieces, HEADS)
    rng = random.Random(0)
    cut = [chunk for _ in range(9) for chunk in tag.chunks(item, rng, 0.0, 0.0)]
    grouped = tag.batches(list(cut), rng, 1024)
    assert sum(map(len, grouped)) == len(cut)
    for group in grouped:
        ids, mask, places, wanted = tag.collate(group)
        assert ids.numel() <= 1024
        assert len(places) == len(wanted)
        assert (ids.flatten()[places] >= UNKNOWN).all()
        assert (mask.sum(1) == torch.tensor([len(chunk.ids) + 2 for chunk in group])).all()


def test_heads_that_a_text_says_nothing_of_cost_nothing() -> None:
    logits = torch.randn(4, 6)
    wanted = torch.zeros(4, 6)
    assert tag.tags_loss(logits, wanted, [3, 3], [1, 1]) == 0
    wanted[:, 0] = 1
    assert torch.isclose(tag.tags_loss(logits, wanted, [3, 3], [1, 1]), -logits[:, :3].log_softmax(1)[:, 0].mean())


def test_folds_are_the_same_every_time_and_cover_all() -> None:
    examples = [corpora.Example(str(n), "", []) for n in range(10)]
    dealt = tag.folds(examples, 3)
    assert [[e.id for e in fold] for fold in dealt] == [[e.id for e in fold] for fold in tag.folds(examples[::-1], 3)]
    assert sorted(e.id for fold in dealt for e in fold) == [str(n) for n in range(10)]


@pytest.mark.slow
def test_a_training_learns_its_gold_and_what_is_exported_says_the_same(encoder: Path, tmp_path: Path) -> None:
    start = TEXT.index("مراد")
    name = {"start": start, "end": start + len("مراد نورتليو"), "text": "مراد نورتليو"}
    entity = {**name, "label": "PERSON", "value": name["text"]}
    event = {
        "type": "CONSULT",
        "mode": "visit",
        "trigger": {"start": 0, "end": 3},
        "who": [name],
        "whom": [],
        "where": None,
    }
    ids = [str(n) for n in range(8)]
    gold, events = tmp_path / "gold.jsonl", tmp_path / "events.jsonl"
    for file, fields in (
        (gold, {"text": TEXT, "given_date": "", "entities": [entity]}),
        (events, {"events": [{**event, "modality": "actual"}]}),
    ):
        file.write_text("".join(json.dumps({"id": one, **fields}) + "\n" for one in ids), encoding="utf-8")
    corpus = tmp_path / "corpus.conll"
    corpus.write_text("زار\tO\nالقاهرة\tB-LOC\n\n" * 20, encoding="utf-8")
    options = [
        "--encoder",
        encoder,
        "--gold",
        gold,
        "--events",
        events,
        "--dev",
        gold,
        "--conll",
        f"anercorp={corpus}",
        "--out",
        tmp_path / "a",
    ]
    tag.main(
        [
            str(o)
            for o in [
                *options,
                "--epochs",
                "20",
                "--pieces",
                "128",
                "--lr",
                "1e-2",
                "--head-lr",
                "1e-2",
                "--threads",
                "1",
                "--hide",
                "0",
                "--fold-letters",
                "0",
            ]
        ]
    )
    scores = json.loads((tmp_path / "a" / "scores.json").read_text(encoding="utf-8"))
    assert scores["dev"]["PERSON"] == 1
    assert scores["anercorp"]["LOC"] == 1

    export.main(
        ["--encoder", str(encoder), "--model", str(tmp_path / "a"), "--texts", str(gold), "--out", str(tmp_path / "b")]
    )
    tagger = Tagger(tmp_path / "b")
    encoded = tagger.pieces(TEXT, tokens(TEXT))
    from training.network import load

    wanted = tag.predict(load(tmp_path / "a", encoder), [encoded])[0]
    made = tagger.logits([encoded])[0]
    assert np.corrcoef(made.ravel(), wanted.ravel())[0, 1] > 0.99
    (spans,) = tagger.spans(tagger.logits([encoded]), ["PERSON"])
    assert [(tokens(TEXT)[s.start].start, s.type) for s in spans["PERSON"]] == [(start, "")]
    telling = tagger.telling(made)
    assert telling is not None
    assert event_corpus.HEADS["event"][telling.event[0].argmax()] == "CONSULT visit"
    assert (telling.event[1:].argmax(1) == 0).all()


def test_weights_of_two_trainings_are_averaged_head_by_head(tmp_path: Path) -> None:
    def written(name: str, value: float, heads: dict[str, list[str]]) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        rows = torch.full((sum(map(len, heads.values())),), value)
        torch.save(
            {"x": torch.tensor([value]), "heads.weight": rows[:, None], "heads.bias": rows}, folder / "network.pt"
        )
        (folder / "config.json").write_text(json.dumps({"heads": heads}), encoding="utf-8")
        return folder

    tags = ["O", "B"]
    a = written("a", 1.0, {"NEW": tags, "PERSON": tags})
    b = written("b", 3.0, {"PERSON": tags, "DATE": tags})
    made = average.average([a, b], [0.25, 0.75])
    assert made["x"].item() == 2.5
    assert made["heads.bias"].tolist() == [1, 1, 2.5, 2.5]
    assert made["heads.weight"].flatten().tolist() == [1, 1, 2.5, 2.5]


def test_going_on_keeps_the_heads_that_both_have(encoder: Path, tmp_path: Path) -> None:
    old = Network(encoder, {"anercorp": HEADS["anercorp"]})
    torch.save(old.state_dict(), tmp_path / "network.pt")
    (tmp_path / "config.json").write_text(json.dumps({"heads": {"anercorp": HEADS["anercorp"]}}), encoding="utf-8")
    new = Network(encoder, HEADS)
    fresh = new.heads.weight[:3].clone()
    tag.adopt(new, tmp_path, HEADS)
    assert torch.equal(new.heads.weight[3:], old.heads.weight)
    assert torch.equal(new.heads.weight[:3], fresh)


def test_int8_rows_are_within_half_a_step() -> None:
    weight = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
    rows, scale = export.int8_rows(weight)
    assert (np.abs(rows * scale[:, None] - weight) <= scale[:, None] * 0.5001).all()


def test_labels_of_topics_take_the_place_of_those_that_were_found(tmp_path: Path) -> None:
    text = "بحث الوزيران التجارة والسياحة."
    (tmp_path / "labels.tsv").write_text(
        "id\ttopics\tspans\na\ttrade,tourism\t13-20:trade,22-29:tourism\nb\t\t\n", "utf-8"
    )
    labels = corpora.topic_labels(tmp_path / "labels.tsv")
    assert labels["b"] == ([], [])
    found = [
        {"start": 4, "end": 12, "label": "ROLE", "value": ""},
        {"start": 0, "end": 3, "label": "TOPIC", "value": "health"},
    ]
    article = with_topics({"id": "a", "text": text, "topics": ["health"], "entities": found}, *labels["a"])
    assert article["topics"] == ["trade", "tourism"]
    assert [(e["label"], e["value"], text[e["start"] : e["end"]]) for e in article["entities"]] == [
        ("ROLE", "", "الوزيران"),
        ("TOPIC", "trade", "التجارة"),
        ("TOPIC", "tourism", "السياحة"),
    ]


def test_the_shipped_labels_of_events_and_topics_are_spans_of_known_kinds() -> None:
    folder = Path(__file__).parents[1] / "training"
    kinds, topics = set(learned.kinds()), {row["id"] for row in rows("topics")}
    seen: set[str] = set()
    for file in sorted(folder.glob("event_labels*.tsv")):
        events = corpora.event_labels(file)
        assert not seen & events.keys()  # an article is labelled once
        seen |= events.keys()
        for event in (e for of in events.values() for e in of):
            assert (event["type"], event["mode"]) in kinds
            assert event["who"] or event["whom"]
            assert all(s["start"] < s["end"] for side in ("who", "whom") for s in event[side])
    for ids, mentions in corpora.topic_labels(folder / "topic_labels.tsv").values():
        assert {*ids, *(m["value"] for m in mentions)} <= topics
        places = sorted((m["start"], m["end"]) for m in mentions)
        assert all(end <= start for (_, end), (start, _) in pairwise(places))


def test_silver_is_read_as_it_was_written(tmp_path: Path) -> None:
    wanted = np.random.default_rng(0).dirichlet([1, 1, 1], len(tokens(TEXT))).astype(np.float16)
    heads = json.dumps({"PERSON": HEADS["PERSON"]})
    np.savez(
        tmp_path / "silver.npz",
        heads=np.array(heads),
        texts=np.array([TEXT]),
        sizes=np.array([len(wanted)]),
        wanted=wanted,
    )
    (made,) = corpora.silver(tmp_path / "silver.npz")
    assert made.text == TEXT
    assert np.array_equal(made.targets["PERSON"], wanted)


def test_articles_are_picked_evenly_and_never_those_of_the_gold() -> None:
    def article(outlet: str, n: int) -> dict[str, str]:
        return {"outlet": outlet, "text": f"عقدت قمة {'بجدهوز'[n % 6] * 4} " * 60 + f"{n} {outlet}"}

    articles = [article("كبيرة", n) for n in range(5)] + [article("صغيرة", 5)]
    picked = distil.pick(articles, 2, "قمة", set(), seed=0)
    assert articles[5]["text"] in picked
    known = {distil.gist(articles[5]["text"])}
    assert articles[5]["text"] not in distil.pick(articles, 9, "قمة", known, seed=0)


def test_whole_words_are_masked(pieces: Pieces) -> None:
    packed = adapt.pack([TEXT] * 30, pieces, 32)
    ids, hidden = adapt.mask(packed, 34_658, np.random.default_rng(0))
    assert packed.ids.shape == ids.shape == hidden.shape
    assert (packed.ids[:, 0] == BOS).all()
    assert (packed.ids[:, -1] == EOS).all()
    for words, row in zip(packed.words, hidden, strict=True):
        assert {bool(row[words == word].all()) for word in set(words[row])} <= {True}
        assert not row[words == 0].any()
        assert 0.2 <= len(set(words[row])) / len(set(words[words > 0])) <= 0.3
    assert np.array_equal(ids[~hidden], packed.ids[~hidden])
    assert 0.7 < (ids[hidden] == UNKNOWN).mean() < 0.9


def test_a_pass_sees_every_sequence_once() -> None:
    seen = np.concatenate([adapt.rows_of(step, 4, 10, seed=1) for step in range(5)])
    assert sorted(seen[:10]) == sorted(seen[10:20]) == list(range(10))
    assert seen[:10].tolist() != seen[10:20].tolist()


@pytest.mark.slow
def test_masked_word_training_goes_on_where_it_was_left(encoder: Path, tmp_path: Path) -> None:
    articles = tmp_path / "articles.jsonl"
    articles.write_text("".join(json.dumps({"text": TEXT}) + "\n" for _ in range(30)), encoding="utf-8")
    common = [
        "--encoder",
        str(encoder),
        "--articles",
        str(articles),
        "--steps",
        "8",
        "--batch",
        "4",
        "--rows",
        "2",
        "--length",
        "32",
        "--save",
        "1",
    ]
    adapt.main([*common, "--out", str(tmp_path / "through")])
    adapt.main([*common, "--out", str(tmp_path / "halves"), "--stop", "3"])
    adapt.main([*common, "--out", str(tmp_path / "halves")])
    through, halves = (
        torch.load(tmp_path / name / "state.pt", weights_only=True)["model"] for name in ("through", "halves")
    )
    assert all(torch.allclose(through[name], halves[name], atol=1e-6) for name in through)
    Network(tmp_path / "halves", HEADS)  # what it writes is an encoder to train a tagger from


def test_reliability_counts_every_mention_once() -> None:
    scores = np.random.default_rng(0).random(500)
    rows = evaluate.reliability(scores, scores > 0.5)
    assert sum(row[2] for row in rows) == 500


def test_scores_are_fitted_to_what_is_right() -> None:
    rng = np.random.default_rng(0)
    truth = rng.uniform(0.3, 0.99, 4000)
    right = rng.random(4000) < truth
    logit = np.log(truth / (1 - truth))
    slope, offset = calibrate.platt(
        1 / (1 + np.exp(-2 * logit - 1)), right
    )  # over-confident: twice the logit and one more
    assert slope == pytest.approx(0.5, abs=0.05)
    assert offset == pytest.approx(-0.5, abs=0.1)
