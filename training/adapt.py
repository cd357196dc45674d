"""Adapt an encoder to Arabic news by masked-word training.

    python -m training.adapt --encoder ENCODER --articles news.jsonl.xz --out OUT [--steps 5956]

ENCODER is a folder as `../shared/encoder/unpack.py` writes it. Whole words are masked (25%; of these 80% read as `<unk>`, 10% as a random piece,
10% as they are), texts packed to 256 pieces, AdamW (0.9, 0.98), decay 0.01, 5% warm-up, then linear to 0, bf16, no dropout; the head is
dense + GELU + LayerNorm tied to the embeddings. OUT is written every `--save` steps; the same command goes on from there.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import lzma
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertModel

from pipeline.tagger import BOS, EOS, UNKNOWN, Pieces
from pipeline.tokenise import tokens

_SPECIAL = 4  # ids below are <s>, <pad>, </s>, <unk>
_OPENERS = {".xz": lzma.open, ".gz": gzip.open, ".bz2": bz2.open}


class Packed(NamedTuple):
    """Sequences of one length: the ids of their pieces, and for each piece the number of its word in the sequence (0: none)."""

    ids: NDArray[np.int32]
    words: NDArray[np.int32]


class MaskedWords(nn.Module):
    """The encoder with a head that names the hidden pieces."""

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            encoder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        width = self.encoder.config.hidden_size
        self.head = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))
        self.bias = nn.Parameter(torch.zeros(self.encoder.config.vocab_size))

    def forward(self, ids: Tensor, hidden: Tensor) -> Tensor:
        """Return the logits of the places where `hidden` is true."""
        states = self.encoder(input_ids=ids).last_hidden_state[hidden]
        logits: Tensor = self.head(states) @ self.encoder.embeddings.word_embeddings.weight.T + self.bias
        return logits


def read_texts(file: Path) -> Iterator[str]:
    """Yield the texts of a JSON lines file, compressed or not."""
    with _OPENERS.get(file.suffix, open)(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def pack(texts: Iterable[str], pieces: Pieces, length: int) -> Packed:
    """Return texts laid end to end and cut to sequences of `length` pieces, `<s>` and `</s>` among them; the last incomplete one is left out."""
    ids: list[int] = []
    words: list[int] = []
    number = 0
    for text in texts:
        encoded = pieces(text, tokens(text))
        owner = np.searchsorted(encoded.first, np.arange(len(encoded.pieces)), side="right")
        ids.extend([*encoded.pieces.tolist(), EOS])
        words.extend([*np.where(encoded.pieces == EOS, 0, owner + number).tolist(), 0])
        number += len(encoded.first)
    body = length - 2
    rows = len(ids) // body
    edge = [(0, 0), (1, 1)]
    packed = np.pad(
        np.array(ids[: rows * body], np.int32).reshape(rows, body), edge, constant_values=((0, 0), (BOS, EOS))
    )
    return Packed(packed, np.pad(np.array(words[: rows * body], np.int32).reshape(rows, body), edge))


def mask(
    packed: Packed, vocabulary: int, rng: np.random.Generator, share: float = 0.25
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the ids to read, and where the pieces of the words stand that are to be named."""
    ids = packed.ids.astype(np.int64)
    hidden = np.zeros(ids.shape, bool)
    for row, words in enumerate(packed.words):
        found = np.unique(words[words > 0])
        chosen = rng.choice(found, max(1, round(share * len(found))), replace=False) if len(found) else found
        hidden[row] = np.isin(words, chosen)
    kind = rng.random(ids.shape)
    ids[hidden & (kind < 0.8)] = UNKNOWN
    swapped = hidden & (kind >= 0.8) & (kind < 0.9)
    ids[swapped] = rng.integers(_SPECIAL, vocabulary, int(swapped.sum()))
    return ids, hidden


def train(model: MaskedWords, packed: Packed, out: Path, args: argparse.Namespace) -> None:
    """Train up to `args.steps`, from where `out` was left; what a step sees depends on its number and the seed alone."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.98), weight_decay=0.01)
    warm = max(1, args.steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min((n + 1) / warm, (args.steps - n) / max(1, args.steps - warm))
    )
    done = 0
    if (out / "state.pt").exists():
        state = torch.load(out / "state.pt", weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        done = state["step"]
    for step in range(done, min(args.steps, args.stop or args.steps)):
        rng = np.random.default_rng([args.seed, step])
        chosen = rows_of(step, args.batch, len(packed.ids), args.seed)
        ids, hidden = mask(Packed(packed.ids[chosen], packed.words[chosen]), model.encoder.config.vocab_size, rng)
        total = 0.0
        for at in range(0, args.batch, args.rows):
            part = slice(at, at + args.rows)
            where = torch.from_numpy(hidden[part]).to(device)
            wanted = torch.from_numpy(packed.ids[chosen][part].astype(np.int64)).to(device)[where]
            with torch.autocast(device, torch.bfloat16):
                logits = model(torch.from_numpy(ids[part]).to(device), where)
            loss = nn.functional.cross_entropy(logits.float(), wanted, reduction="sum") / int(hidden.sum())
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        if (step + 1) % args.save == 0 or step + 1 == args.steps:
            print(f"step {step + 1}/{args.steps}  loss {total:.3f}", flush=True)
            save(model, optimiser, schedule, step + 1, out)


def rows_of(step: int, batch: int, count: int, seed: int) -> NDArray[np.int64]:
    """Return which sequences a step sees: every pass over all of them is in an order of its own."""
    places = np.arange(step * batch, (step + 1) * batch)
    orders = {int(n): np.random.default_rng([seed, int(n), 1]).permutation(count) for n in np.unique(places // count)}
    return np.array([orders[int(place // count)][place % count] for place in places])


def save(
    model: MaskedWords,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    step: int,
    out: Path,
) -> None:
    """Write the encoder as a transformers folder and, beside it, all that is needed to go on."""
    model.encoder.save_pretrained(out)
    state = {
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
        "step": step,
    }
    torch.save(state, out / "state.tmp")
    (out / "state.tmp").replace(out / "state.pt")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--encoder",
        type=Path,
        required=True,
        help="folder of the encoder: config.json, model.safetensors, tokenizer.json",
    )
    parser.add_argument(
        "--articles", type=Path, nargs="+", required=True, help="JSON lines with a text each; may be compressed"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=5956)
    parser.add_argument("--stop", type=int, help="leave off at this step; the schedule is that of --steps")
    parser.add_argument("--batch", type=int, default=256, help="sequences a step")
    parser.add_argument("--rows", type=int, default=64, help="sequences at a time; a step adds up their gradients")
    parser.add_argument("--length", type=int, default=256, help="pieces of a sequence")
    parser.add_argument("--lr", type=float, default=4e-4)
    parser.add_argument("--save", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    pieces = Pieces(args.encoder / "tokenizer.json")
    packed = pack((text for file in args.articles for text in read_texts(file)), pieces, args.length)
    print(f"{len(packed.ids)} sequences", flush=True)
    train(MaskedWords(args.encoder), packed, args.out, args)
    shutil.copy(args.encoder / "tokenizer.json", args.out)


if __name__ == "__main__":
    main()
