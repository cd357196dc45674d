"""What is tried on the tagger: the random field against all paths counted one by one, names that are swapped, and every trial on a tiny encoder."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training is an extra")
pytest.importorskip("transformers", reason="training is an extra")

from pipeline.tagger import Pieces  # noqa: E402
from pipeline.tokenise import tokens  # noqa: E402
from training import tag, trials  # noqa: E402

TEXT = "زار مراد نورتليو باريس أمس، وقال نورتليو إنه عائد إلى باريس."
NAMES = {"مراد نورتليو": "PERSON", "باريس": "LOCATION", "نورتليو": "PERSON"}


def record() -> trials.Record:
    """The article of TEXT, each of its names labelled where it first stands alone and wherever it stands again."""
    entities, taken = [], set()
    for name, label in NAMES.items():
        start = TEXT.find(name)
        while start >= 0:
            if start not in taken:
                entities.append({"start": start, "end": start + len(name), "label": label, "text": name})
            taken |= set(range(start, start + len(name)))
            start = TEXT.find(name, start + 1)
    return {"id": "a", "text": TEXT, "entities": entities}


def scores(emitted: torch.Tensor, moves: torch.Tensor) -> dict[tuple[int, ...], float]:
    """The score of every path of one head."""
    paths = itertools.product(range(3), repeat=len(emitted))
    return {
        path: float(
            sum(emitted[at, one] for at, one in enumerate(path)) + sum(moves[a, b] for a, b in itertools.pairwise(path))
        )
        for path in paths
    }


def test_the_random_field_counts_all_paths(encoder: Path) -> None:
    torch.manual_seed(3)
    heads = {"a": ["O", "B", "I"], "b": ["O", "B", "I"]}
    network = trials.Crf(encoder, heads)
    network.transitions.data.normal_()
    lengths = (4, 2)
    rows = torch.randn(sum(lengths), 6 + 5)  # five more columns, the vectors of events
    wanted = torch.nn.functional.one_hot(torch.randint(3, (sum(lengths), 2)), 3).float().flatten(1)
    nothing = np.zeros((0, 0), np.float16)
    batch = [tag.Chunk(np.zeros(0, np.int64), np.arange(n), nothing, tag.NO_PAIRS) for n in lengths]
    expected = 0.0
    for emitted, right in zip(rows.split(lengths), wanted.split(lengths), strict=True):
        for head in range(2):
            of = scores(emitted[:, 3 * head : 3 * head + 3], network.transitions[head].detach())
            path = tuple(right[:, 3 * head : 3 * head + 3].argmax(1).tolist())
            expected += float(torch.tensor(list(of.values())).logsumexp(0)) - of[path]
    assert trials.crf_loss(network, rows, wanted, batch).item() == pytest.approx(expected / sum(lengths), rel=1e-4)


def test_the_path_of_the_random_field_is_the_likeliest() -> None:
    torch.manual_seed(5)
    emitted, moves = torch.randn(5, 2, 3), torch.randn(2, 3, 3)
    found = trials.crf_paths(emitted.numpy(), moves.numpy()).argmax(2)
    for head in range(2):
        of = scores(emitted[:, head], moves[head])
        assert tuple(found[:, head].tolist()) == max(of, key=lambda path: of[path])


@pytest.mark.parametrize("seed", range(5))
def test_swapped_names_are_where_their_labels_are(seed: int) -> None:
    old = record()
    new = trials.swapped(old, random.Random(seed))
    assert new["text"] != TEXT
    full, place, surname, again = (
        new["text"][e["start"] : e["end"]] for e in sorted(new["entities"], key=lambda e: e["start"])
    )
    assert place == again != "باريس"
    assert surname == full.split()[-1]
    rest = TEXT
    for name in NAMES:
        rest = rest.replace(name, "")
    kept = new["text"].replace(full, "").replace(place, "").replace(surname, "")
    assert kept == rest


def test_hints_are_pieces_after_their_tokens(encoder: Path) -> None:
    plain = Pieces(encoder / "tokenizer.json")
    words = tokens(TEXT)
    before, after = plain(TEXT, words), trials.Hinted(plain)(TEXT, words)
    signs = after.pieces >= trials.SIGNS
    assert signs.any()
    assert (after.pieces[~signs] == before.pieces).all()
    assert (after.pieces[after.first] == before.pieces[before.first]).all()


def test_every_trial_runs_and_is_run_once(encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold, out = tmp_path / "gold.jsonl", tmp_path / "out.json"
    gold.write_text("".join(json.dumps({**record(), "id": str(n)}) + "\n" for n in range(6)), encoding="utf-8")
    given = ["--encoder", encoder, "--gold", gold, "--dev", gold, "--out", out, "--epochs", "1", "--threads", "1"]
    trials.main([*map(str, given), "--seeds", "1"])
    first = capsys.readouterr().out
    assert set(json.loads(out.read_text(encoding="utf-8"))) == set(trials.TRIALS)
    assert all(f"| {trial} | 1 |" in first for trial in trials.TRIALS)
    trials.main([*map(str, given), "--seeds", "1"])
    again = capsys.readouterr().out
    assert "seed" not in again.split("|")[0]
