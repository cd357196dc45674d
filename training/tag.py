"""Train the tagger.

    python -m training.tag --encoder ENCODER --gold ../shared/gold/train.jsonl --dev ../shared/gold/dev.jsonl --out OUT

OUT gets `network.pt`, `tokenizer.json`, `config.json` (the heads) and `scores.json` (on --dev, by label). `--silver` adds texts with a
teacher's probabilities (training.distil), `--conll HEAD=FILE` a corpus in a convention of its own. `--fold K/N` leaves a fold of the gold out.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.events.learned import sizes as pair_sizes
from pipeline.tagger import BOS, EOS, UNKNOWN, WINDOW, Encoded, Pieces, Span, decode, head_slices, softmax, windows
from training import corpora, event_corpus
from training.corpora import Example, Pairs
from training.network import Network

PAD = 1
WEIGHTS = {"event": 4.0}  # few words tell an event: the mean over all words is small
_FOLD = str.maketrans("أإآىة", "ااايه")


class Item(NamedTuple):
    """An example made ready: its pieces as written and with hamzas folded, and tokens × all tags of what is wanted."""

    written: Encoded
    folded: Encoded
    wanted: NDArray[np.float16]
    pairs: Pairs


class Chunk(NamedTuple):
    """A window of an item for one step of training."""

    ids: NDArray[np.int64]
    first: NDArray[np.int64]
    wanted: NDArray[np.float16]
    pairs: Pairs


Loss = Callable[[Network, torch.Tensor, torch.Tensor, Sequence[Chunk]], torch.Tensor]  # of a batch's first pieces

NO_PAIRS = Pairs(np.zeros((0, 3), np.int64), np.zeros((0, len(pair_sizes())), np.int64), np.zeros((0, 2), np.float32))


def prepare(example: Example, pieces: Pieces, heads: Mapping[str, Sequence[str]]) -> Item:
    """Return an example as the network learns it; heads that it says nothing of are zeros."""
    blank = {head: np.zeros((len(example.tokens), len(tags)), np.float16) for head, tags in heads.items()}
    wanted = np.concatenate([example.targets.get(head, blank[head]) for head in heads], 1)
    folded = pieces(example.text.translate(_FOLD), example.tokens)
    return Item(pieces(example.text, example.tokens), folded, wanted, example.pairs or NO_PAIRS)


def chunks(item: Item, rng: random.Random, fold: float, drop: float) -> Iterator[Chunk]:
    """Cut an item into windows from a random place on, with spelling noise and some words hidden."""
    encoded = item.folded if rng.random() < fold else item.written
    total = len(encoded.pieces)
    starts = np.append(encoded.first, total)
    offset = rng.randrange(WINDOW) if total > WINDOW else 0
    begin = 0
    limit = offset if offset > WINDOW // 4 else WINDOW
    while begin < len(encoded.first):
        last = max(int(np.searchsorted(starts, starts[begin] + limit, side="right")) - 1, begin + 1)
        ids = encoded.pieces[starts[begin] : starts[last]].copy()
        first = encoded.first[begin:last] - starts[begin]
        hidden = np.array([rng.random() < drop for _ in first])
        if hidden.any():
            owner = np.searchsorted(first, np.arange(len(ids)), side="right") - 1
            ids[hidden[owner] & (ids != EOS)] = UNKNOWN
        yield Chunk(ids, first, item.wanted[begin:last], item.pairs.within(begin, last))
        begin, limit = last, WINDOW


def batches(found: list[Chunk], rng: random.Random, budget: int) -> list[list[Chunk]]:
    """Group chunks of like length into batches of at most `budget` pieces, in random order."""
    found.sort(key=lambda chunk: len(chunk.ids) + rng.randrange(16))
    grouped: list[list[Chunk]] = [[]]
    for chunk in found:
        if (len(grouped[-1]) + 1) * (len(chunk.ids) + 18) > budget:
            grouped.append([])
        grouped[-1].append(chunk)
    grouped = [group for group in grouped if group]
    rng.shuffle(grouped)
    return grouped


def collate(batch: Sequence[Chunk]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return ids, mask, the flat places of first pieces, and what is wanted there."""
    length = max(len(chunk.ids) for chunk in batch) + 2
    ids = np.full((len(batch), length), PAD, np.int64)
    places = []
    for row, chunk in enumerate(batch):
        ids[row, : len(chunk.ids) + 2] = [BOS, *chunk.ids, EOS]
        places.append(chunk.first + row * length + 1)
    wanted = np.concatenate([chunk.wanted for chunk in batch]).astype(np.float32)
    tensor = torch.from_numpy(ids)
    return tensor, (tensor != PAD).long(), torch.from_numpy(np.concatenate(places)), torch.from_numpy(wanted)


def tags_loss(
    logits: torch.Tensor, wanted: torch.Tensor, sizes: Sequence[int], weights: Sequence[float]
) -> torch.Tensor:
    """Return the weighted sum over heads of the mean cross-entropy over the tokens that a head learns from."""
    total = torch.zeros(())
    of_heads = zip(logits.split(list(sizes), 1), wanted.split(list(sizes), 1), weights, strict=True)
    for scores, want, weight in of_heads:
        learned = want.sum()
        if learned > 0:
            total = total - weight * (want * scores.log_softmax(1)).sum() / learned
    return total


def parts_loss(network: Network, vectors: torch.Tensor, batch: Sequence[Chunk]) -> torch.Tensor:
    """Return the loss of the parts that parties play; `vectors` are those of all tokens of a batch."""
    firsts = np.cumsum([0, *(len(chunk.first) for chunk in batch)])
    places = np.concatenate([chunk.pairs.places + first for chunk, first in zip(batch, firsts, strict=False)])
    if not len(places):
        return torch.zeros(())
    features = torch.from_numpy(np.concatenate([chunk.pairs.features for chunk in batch]))
    wanted = torch.from_numpy(np.concatenate([chunk.pairs.wanted for chunk in batch]))
    width = vectors.shape[1] // 2
    at, party, name = torch.from_numpy(places).unbind(1)
    tells, names = vectors[at, :width], (vectors[party, width:] + vectors[name, width:]) / 2
    logits = network.parts(tells, names, features)
    part = torch.nn.functional.cross_entropy(logits[:, :3], wanted[:, 0].long())
    return 2 * part + torch.nn.functional.binary_cross_entropy_with_logits(logits[:, 3], wanted[:, 1])


def predict(network: Network, texts: Sequence[Encoded], rows: int = 8) -> list[NDArray[np.float32]]:
    """Return for every text its logits, tokens × the tags of all heads."""
    work = [(at, window) for at, text in enumerate(texts) for window in windows(text)]
    order = sorted(range(len(work)), key=lambda k: work[k][1].end - work[k][1].start)
    made: dict[int, NDArray[np.float32]] = {}
    nothing = np.zeros((0, 0), np.float16)
    network.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(order), rows):
            group = order[at : at + rows]
            batch = [
                Chunk(
                    texts[work[k][0]].pieces[work[k][1].start : work[k][1].end],
                    np.zeros(0, np.int64),
                    nothing,
                    NO_PAIRS,
                )
                for k in group
            ]
            ids, mask, _, _ = collate(batch)
            logits = network(ids, mask).float().numpy()
            for k, row in zip(group, logits, strict=True):
                text, window = texts[work[k][0]], work[k][1]
                made[k] = row[text.first[window.first : window.last] - window.start + 1]
    parts: dict[int, list[NDArray[np.float32]]] = defaultdict(list)
    for k, (at, _) in enumerate(work):
        parts[at].append(made[k])
    width = network.heads.out_features + network.vectors.out_features
    return [np.concatenate(parts[at]) if at in parts else np.zeros((0, width), np.float32) for at in range(len(texts))]


def spans_of(logits: NDArray[np.float32], heads: Mapping[str, Sequence[str]]) -> dict[str, list[Span]]:
    """Return the decoded spans of every head."""
    return {
        head: decode([softmax(logits[:, part])], heads[head])[0]
        for head, part in head_slices(heads).items()
        if head not in event_corpus.HEADS
    }


def f_scores(
    found: Mapping[str, set[tuple[object, ...]]], wanted: Mapping[str, set[tuple[object, ...]]]
) -> dict[str, float]:
    """Return F1 by label of exact spans, and over all labels as "micro"."""
    scores = {}
    sums = np.zeros(2)
    for label, want in wanted.items():
        got = found.get(label, set())
        counts = np.array([2 * len(want & got), len(want) + len(got)])
        sums += counts
        scores[label] = float(counts[0] / max(counts[1], 1))
    scores["micro"] = float(sums[0] / max(sums[1], 1))
    return scores


def score_gold(
    logits: Sequence[NDArray[np.float32]],
    examples: Sequence[Example],
    records: Iterable[Mapping[str, Any]],
    heads: Mapping[str, Sequence[str]],
) -> dict[str, float]:
    """Return strict F1 by label, spans in characters, against the labels of gold articles."""
    wanted: dict[str, set[tuple[object, ...]]] = {label: set() for label in corpora.OWN}
    found: dict[str, set[tuple[object, ...]]] = {label: set() for label in corpora.OWN}
    known = {example.id: example for example in examples}
    for record in records:
        if record["id"] in known:
            for entity in record["entities"]:
                wanted[entity["label"]].add((record["id"], entity["start"], entity["end"]))
    for example, made in zip(examples, logits, strict=True):
        for label, spans in spans_of(made, heads).items():
            if label in found:
                found[label] |= {
                    (example.id, example.tokens[s.start].start, example.tokens[s.end - 1].end) for s in spans
                }
    return f_scores(found, wanted)


def score_conll(
    logits: Sequence[NDArray[np.float32]], examples: Sequence[Example], head: str, heads: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """Return exact-span F1 by type on a corpus of one head, counted over the words that carry its tags."""
    wanted: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    found: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    part = head_slices(heads)[head]
    for example, made in zip(examples, logits, strict=True):
        target = example.targets[head]
        words = target.sum(1) > 0
        both = decode([softmax(made[words][:, part]), target[words].astype(np.float32)], heads[head])
        for spans, to in zip(both, (found, wanted), strict=True):
            for span in spans:
                to[span.type].add((example.id, span.start, span.end))
    return f_scores(found, wanted)


def folds(examples: Sequence[Example], count: int) -> list[list[Example]]:
    """Deal examples out into folds, the same ones every time."""
    order = sorted(examples, key=lambda example: example.id)
    random.Random(0).shuffle(order)
    return [order[k::count] for k in range(count)]


def loss_for(heads: Mapping[str, Sequence[str]], weights: Mapping[str, float] = WEIGHTS) -> Loss:
    """Return the loss of all heads, which count 1 unless `weights` says otherwise, and of the parts of parties."""
    sizes = [len(tags) for tags in heads.values()]
    counts = [weights.get(head, 1.0) for head in heads]

    def loss(network: Network, rows: torch.Tensor, wanted: torch.Tensor, batch: Sequence[Chunk]) -> torch.Tensor:
        tags, vectors = rows[:, : sum(sizes)], rows[:, sum(sizes) :]
        return tags_loss(tags, wanted, sizes, counts) + parts_loss(network, vectors, batch)

    return loss


def train(network: Network, sets: Sequence[tuple[list[Item], float]], loss_of: Loss, args: argparse.Namespace) -> None:
    """Train on sets of items, of each a share an epoch (1: all of it every epoch)."""
    rng = random.Random(args.seed)
    decks: list[list[Item]] = [[] for _ in sets]

    def deal() -> Iterator[Item]:
        for deck, (items, share) in zip(decks, sets, strict=True):
            want = round(share * len(items))
            while len(deck) < want:
                deck.extend(rng.sample(items, len(items)))
            yield from deck[:want]
            del deck[:want]

    plan = [
        batch
        for _ in range(args.epochs)
        for batch in batches(
            [c for item in deal() for c in chunks(item, rng, args.fold_letters, args.hide)], rng, args.pieces
        )
    ]
    for part in [network.encoder.embeddings, *network.encoder.encoder.layer][: args.freeze]:
        part.requires_grad_(False)
    new = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    old = [p for p in network.encoder.parameters() if p.requires_grad]
    groups = [{"params": old, "lr": args.lr}, {"params": new, "lr": args.head_lr}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    warm = max(1, len(plan) // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min((n + 1) / warm, (len(plan) - n) / (len(plan) - warm + 1))
    )
    network.train()
    begun, mean = time.monotonic(), 0.0
    for step, batch in enumerate(plan):
        ids, mask, places, wanted = collate(batch)
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(ids, mask)
        loss = loss_of(network, logits.float().flatten(0, 1)[places], wanted, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        mean += (loss.item() - mean) / min(step + 1, 50)
        if step % 50 == 49:
            print(f"step {step + 1}/{len(plan)}  loss {mean:.4f}  {time.monotonic() - begun:.0f} s", flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--encoder",
        type=Path,
        required=True,
        help="folder of the encoder: config.json, model.safetensors, tokenizer.json",
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--dev", type=Path)
    parser.add_argument(
        "--events", type=Path, nargs="*", default=[], help="files of labelled events of the gold articles"
    )
    parser.add_argument("--fold", help="K/N: leave fold K of N out of the gold")
    parser.add_argument(
        "--silver", type=Path, nargs="*", default=[], help="files of training.distil, dealt out over the epochs"
    )
    parser.add_argument(
        "--conll", nargs="*", default=[], metavar="HEAD=FILE", help="the last tenth of each is held back"
    )
    parser.add_argument("--conll-share", type=float, default=0.5, help="share of a corpus that an epoch sees")
    parser.add_argument("--start", type=Path, help="a folder of an earlier training to go on from")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--pieces", type=int, default=1536, help="pieces in a batch")
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--head-lr", type=float, default=3e-3)
    parser.add_argument("--hide", type=float, default=0.05, help="share of words read as unknown")
    parser.add_argument(
        "--fold-letters",
        type=float,
        default=0.1,
        help="share of texts read without hamza and with final letters folded",
    )
    parser.add_argument(
        "--freeze", type=int, default=0, help="how many parts stay as they are, from below: the embeddings, then layers"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args(arguments)
    torch.set_num_threads(args.threads)

    named = dict(pair.split("=", 1) for pair in args.conll)
    heads = (
        dict(corpora.OWN) | event_corpus.HEADS | {head: corpora.conll_tags(Path(file)) for head, file in named.items()}
    )
    pieces = Pieces(args.encoder / "tokenizer.json")
    learned = [example for file in args.gold for example in corpora.gold(file)]
    if args.fold:
        k, n = map(int, args.fold.split("/"))
        held = folds(learned, n)[k]
        learned = [example for example in learned if example not in held]
    if args.events:
        learned = event_corpus.with_events(learned, args.gold, args.events)
    sets = [([prepare(example, pieces, heads) for example in learned], 1.0)]
    held_back = {}
    for head, file in named.items():
        sentences = list(corpora.conll_sentences(Path(file)))
        cut = len(sentences) * 9 // 10
        held_back[head] = corpora.conll(sentences[cut:], head, heads[head])
        sets.append(
            ([prepare(e, pieces, heads) for e in corpora.conll(sentences[:cut], head, heads[head])], args.conll_share)
        )
    sets.extend(([prepare(e, pieces, heads) for e in corpora.silver(file)], 1 / args.epochs) for file in args.silver)

    torch.manual_seed(0)  # new heads begin alike, so that trainings from one start can be averaged
    network = Network(args.encoder, heads)
    torch.manual_seed(args.seed)
    if args.start:
        adopt(network, args.start, heads)
    train(network, sets, loss_for(heads), args)
    args.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), args.out / "network.pt")
    shutil.copy(args.encoder / "tokenizer.json", args.out)
    (args.out / "config.json").write_text(
        json.dumps({"heads": heads, "vectors": network.vectors.out_features // 2}), encoding="utf-8"
    )

    scores = {}
    if args.dev:
        examples = corpora.gold(args.dev)
        scores["dev"] = score_gold(
            predict(network, [pieces(e.text, e.tokens) for e in examples]), examples, corpora.records(args.dev), heads
        )
    if args.fold:
        scores["fold"] = score_gold(
            predict(network, [pieces(e.text, e.tokens) for e in held]), held, corpora.records(args.gold[0]), heads
        )
    for head, examples in held_back.items():
        scores[head] = score_conll(
            predict(network, [pieces(e.text, e.tokens) for e in examples]), examples, head, heads
        )
    (args.out / "scores.json").write_text(json.dumps(scores, indent=1), encoding="utf-8")
    for name, row in scores.items():
        print(name, "  ".join(f"{label} {score:.3f}" for label, score in row.items()))


def adopt(network: Network, folder: Path, heads: Mapping[str, Sequence[str]]) -> None:
    """Take over the weights of an earlier training; of its heads those that both have."""
    state = torch.load(folder / "network.pt", weights_only=True)
    old = head_slices(json.loads((folder / "config.json").read_text(encoding="utf-8"))["heads"])
    own = network.state_dict()
    for head, part in head_slices(heads).items():
        for name in ("heads.weight", "heads.bias"):
            if head in old:
                own[name][part] = state[name][old[head]]
    network.load_state_dict(own | {name: value for name, value in state.items() if not name.startswith("heads.")})


if __name__ == "__main__":
    main()
