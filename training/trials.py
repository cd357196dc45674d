"""What else might make the tagger better, tried one by one: short trainings alike but for one thing, each on several seeds.

    python -m training.trials --encoder ENCODER --gold ../shared/gold/train.jsonl --dev ../shared/gold/dev.jsonl --out trials.json

Prints for every trial the F1 of the labels on --dev and on a fold that was left out, mean and spread over the seeds. A trial that is already in the file is not
run again. The card of the model holds the table.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

import pipeline
from pipeline import spans
from pipeline.lists import rows
from pipeline.segment import sentences
from pipeline.tagger import Encoded, Pieces
from pipeline.tokenise import Token
from training import corpora, tag
from training.corpora import OWN, from_record, span_tags
from training.network import Network
from training.tag import Chunk, Loss

FOLDS = 5
TAGS = 3  # of a head: O, B, I
SIGNS = 34_600  # the vocabulary's rarest pieces, some of which serve as signs of what rules mark
SURE = 50.0

Logits = NDArray[np.float32]
Record = dict[str, Any]
Scores = dict[str, dict[str, float]]


class Shallow(Network):
    """The network with every other layer of the encoder."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.encoder.encoder.layer = nn.ModuleList(list(self.encoder.encoder.layer)[::2])


class Plain(Network):
    """The network without the LayerNorm before the heads."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.norm = nn.Identity()


class Crf(Network):
    """The network with weights of transitions between the tags of each head: a conditional random field (Lafferty et al. 2001)."""

    def __init__(self, encoder: Path, heads: Mapping[str, Sequence[str]], **options: Any) -> None:
        super().__init__(encoder, heads, **options)
        self.transitions = nn.Parameter(torch.zeros(len(heads), TAGS, TAGS))


def crf_loss(network: Network, rows: Tensor, wanted: Tensor, batch: Sequence[Chunk]) -> Tensor:
    """Return the mean negative log-likelihood of the wanted tags of all heads, a token."""
    assert isinstance(network, Crf)
    lengths = [len(chunk.first) for chunk in batch]
    heads = len(network.transitions)
    emitted = rows[:, : heads * TAGS].unflatten(1, (heads, TAGS)).split(lengths)
    tags = wanted.unflatten(1, (heads, TAGS)).argmax(2).split(lengths)
    padded = nn.utils.rnn.pad_sequence(list(emitted), batch_first=True)  # texts × tokens × heads × tags
    inside = torch.arange(padded.shape[1]) < torch.tensor(lengths)[:, None]
    alpha = padded[:, 0]
    for at in range(1, padded.shape[1]):
        after = (alpha[..., None] + network.transitions).logsumexp(2) + padded[:, at]
        alpha = torch.where(inside[:, at, None, None], after, alpha)
    likely = alpha.logsumexp(2).sum()
    for rows_of, path in zip(emitted, tags, strict=True):
        moves = network.transitions[torch.arange(heads), path[:-1], path[1:]]
        likely = likely - rows_of.gather(2, path[..., None]).sum() - moves.sum()
    return likely / sum(lengths)


def crf_paths(logits: Logits, transitions: Logits) -> Logits:
    """Return the likeliest path of each head (Viterbi) in place of the logits, its tags far above the others."""
    score, back = logits[0], []
    for row in logits[1:]:
        both = score[..., None] + transitions
        back.append(both.argmax(1))
        score = both.max(1) + row
    path = [score.argmax(1)]
    for before in reversed(back):
        path.append(before[np.arange(len(before)), path[-1]])
    return np.asarray(SURE * np.eye(TAGS, dtype=np.float32)[np.array(path[::-1])])


class Hinted:
    """Pieces with signs, after each token, of what the rules mark there: the gazetteers and patterns as input."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._rules = pipeline.load(names="rules")

    def __call__(self, text: str, tokens: Sequence[Token]) -> Encoded:
        """Return the pieces of the tokens of a text."""
        encoded = self._pieces(text, tokens)
        doc = self._rules(text)
        signs: list[list[int]] = [[] for _ in tokens]
        for label, sign in zip(OWN, range(SIGNS, SIGNS + TAGS * len(OWN), TAGS), strict=True):
            marked = [(m.start, m.end) for group in spans.GROUPS for m in spans.read(doc, group) if m.label == label]
            for at, one in enumerate(span_tags(tokens, marked)):
                if one != "O":
                    signs[at].append(sign + "BI".index(one))
        ends = [*encoded.first[1:], len(encoded.pieces)]
        made, first = [], []
        for begin, end, after in zip(encoded.first, ends, signs, strict=True):
            first.append(len(made))
            made += [*encoded.pieces[begin:end], *after]
        return Encoded(np.array(made, np.int64), np.array(first, np.int64))


def swapped(record: Record, rng: random.Random) -> Record:
    """Return an article in which other people and places stand, from the lists of leaders and cities, each the same throughout.

    >>> swapped({"text": "زار لوران باريس.", "entities": [{"start": 9, "end": 14, "label": "LOCATION"}]}, random.Random(1))["entities"][0]["start"]
    9
    """
    lists = {
        label: [row["name"] for row in rows(name)] for label, name in (("PERSON", "leaders"), ("LOCATION", "cities"))
    }
    text, entities = record["text"], sorted(record["entities"], key=lambda e: e["start"])
    others: dict[str, str] = {}
    new, at, moves = "", 0, []
    for entity in entities:
        start, end = entity["start"], entity["end"]
        alone = sum(e["start"] < end and start < e["end"] for e in entities) == 1
        if entity["label"] not in lists or not alone:
            continue
        old = text[start:end]
        name = rng.choice(lists[entity["label"]])
        surname = next((other.split()[-1] for full, other in others.items() if full.split()[-1] == old), "")
        others.setdefault(old, surname or name)
        new += text[at:start] + others[old]
        at = end
        moves.append((end, len(new) - end))
    new += text[at:]

    def moved(place: int, end: bool) -> int:
        return place + next((by for after, by in reversed(moves) if after < place + end), 0)

    kept = [{**e, "start": moved(e["start"], False), "end": moved(e["end"], True)} for e in entities]
    return {**record, "text": new, "entities": kept}


def by_sentence(record: Record) -> list[Record]:
    """Return the sentences of an article as articles.

    >>> [part["text"] for part in by_sentence({"id": "a", "text": "زار باريس. ثم عاد.", "entities": []})]
    ['زار باريس.', 'ثم عاد.']
    """
    return [
        {
            "id": f"{record['id']}:{s.start}",
            "text": record["text"][s.start : s.end],
            "entities": [
                {**e, "start": e["start"] - s.start, "end": e["end"] - s.start}
                for e in record["entities"]
                if s.start <= e["start"] and e["end"] <= s.end
            ],
        }
        for s in sentences(record["text"])
    ]


class Trial(NamedTuple):
    """What a training is made of; each trial has one thing of its own."""

    network: type[Network] = Network
    loss: Loss = tag.loss_for(OWN)
    hints: bool = False
    swaps: bool = False
    sentences: bool = False
    options: Mapping[str, float] = {}


TRIALS = {
    "as it is": Trial(),
    "no LayerNorm before the heads": Trial(network=Plain),
    "half the layers": Trial(network=Shallow),
    "a conditional random field": Trial(network=Crf, loss=crf_loss),
    "what rules mark as input": Trial(hints=True),
    "names swapped in half of the time": Trial(swaps=True),
    "FORUM, ORGANIZATION and TOPIC count twice": Trial(loss=tag.loss_for(OWN, dict.fromkeys(("FORUM", "ORGANIZATION", "TOPIC"), 2.0))),
    "no noise of letters and words": Trial(options={"hide": 0.0, "fold_letters": 0.0}),
    "twice the learning rate": Trial(options={"lr": 6e-4, "head_lr": 6e-3}),
    "half the learning rate": Trial(options={"lr": 1.5e-4, "head_lr": 1.5e-3}),
    "sentences, each without its article": Trial(sentences=True),
    "twice the steps": Trial(options={"epochs": 4}),
    "batches twice as large": Trial(options={"pieces": 3072}),
}  # fmt: skip


def run(trial: Trial, seed: int, args: argparse.Namespace) -> Scores:
    """Train once; return F1 by label on --dev and on the first fold of the gold, which was left out."""
    own = argparse.Namespace(
        **{"seed": seed, "epochs": args.epochs, "pieces": 1536, "lr": 3e-4, "head_lr": 3e-3, "freeze": 0, "hide": 0.05, "fold_letters": 0.1}
        | trial.options
    )  # fmt: skip
    plain = Pieces(args.encoder / "tokenizer.json")
    pieces = Hinted(plain) if trial.hints else plain
    records = corpora.records(args.gold)
    held = {example.id for example in tag.folds([from_record(record) for record in records], FOLDS)[0]}
    cut = by_sentence if trial.sentences else lambda record: [record]
    learned = [tag.prepare(from_record(part), pieces, OWN) for r in records if r["id"] not in held for part in cut(r)]
    sets = [(learned, 1.0)]
    if trial.swaps:
        rng = random.Random(seed)
        others = [from_record(swapped(record, rng)) for record in records if record["id"] not in held]
        sets = [(learned, 0.5), ([tag.prepare(e, pieces, OWN) for e in others], 0.5)]
    torch.manual_seed(seed)
    network = trial.network(args.encoder, OWN)
    tag.train(network, sets, trial.loss, own)
    scores = {}
    for name, wanted in (("dev", corpora.records(args.dev)), ("fold", [r for r in records if r["id"] in held])):
        parts = [part for record in wanted for part in cut(record)]
        examples = [from_record(part) for part in parts]
        logits = tag.predict(network, [pieces(e.text, e.tokens) for e in examples])
        if isinstance(network, Crf):
            width, moves = len(OWN) * TAGS, network.transitions.detach().numpy()
            logits = [crf_paths(row[:, :width].reshape(-1, len(OWN), TAGS), moves).reshape(-1, width) for row in logits]
        scores[name] = tag.score_gold(logits, examples, parts, OWN)
    return scores


def table(done: Mapping[str, Mapping[str, Scores]]) -> str:
    """Return the results as a Markdown table: mean F1 over the seeds and, for micro, how far they lie apart."""
    columns = [
        ("dev", "micro"),
        ("fold", "micro"),
        *(("fold", label) for label in ("PERSON", "LOCATION", "ORGANIZATION", "FORUM", "ROLE", "TOPIC")),
    ]
    lines = [
        "| trial | seeds | " + " | ".join(f"{name} {label}" for name, label in columns) + " |",
        "|---|" + "--:|" * (1 + len(columns)),
    ]
    for trial, seeds in done.items():
        cells = []
        for name, label in columns:
            values = [scores[name][label] for scores in seeds.values()]
            spread = f" ({max(values) - min(values):.3f})" if label == "micro" else ""
            cells.append(f"{np.mean(values):.3f}{spread}")
        lines.append(f"| {trial} | {len(seeds)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--encoder", "--gold", "--dev", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--trials", nargs="+", choices=list(TRIALS), default=list(TRIALS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args(arguments)
    torch.set_num_threads(args.threads)
    done: dict[str, dict[str, Scores]] = json.loads(args.out.read_text(encoding="utf-8")) if args.out.exists() else {}
    for seed in args.seeds:
        for trial in args.trials:
            if str(seed) not in done.setdefault(trial, {}):
                print(f"{trial}, seed {seed}", flush=True)
                done[trial][str(seed)] = run(TRIALS[trial], seed, args)
                args.out.write_text(json.dumps(done, ensure_ascii=False, indent=1), encoding="utf-8")
    print(table(done))


if __name__ == "__main__":
    main()
