"""Average the weights of trainings that went on from one another or from the same one (a "model soup", Wortsman et al. 2022a; with the weights that
a training started from, as in Wortsman et al. 2022b, what it had learned is kept).

    python -m training.average A B [--shares 0.7 0.3] --out OUT

OUT has the heads of the first; what only some of the others have is averaged over those.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch

from pipeline.tagger import head_slices


def average(folders: Sequence[Path], shares: Sequence[float]) -> dict[str, torch.Tensor]:
    """Return the mean of the weights that `training.tag` wrote in several folders, each with its share."""
    states = [by_head(folder) for folder in folders]
    means = {}
    for name in states[0]:
        known = [(state[name], share) for state, share in zip(states, shares, strict=True) if name in state]
        means[name] = sum(value * share for value, share in known) / sum(share for _, share in known)
    whole = {name: value for name, value in means.items() if ":" not in name}
    for name in ("heads.weight", "heads.bias"):
        whole[name] = torch.cat([value for key, value in means.items() if key.startswith(f"{name}:")])
    return whole


def by_head(folder: Path) -> dict[str, torch.Tensor]:
    """Return the weights of a folder, those of its heads apart: "heads.bias:PERSON"."""
    state: dict[str, torch.Tensor] = torch.load(folder / "network.pt", weights_only=True)
    heads = json.loads((folder / "config.json").read_text(encoding="utf-8"))["heads"]
    parts = {
        f"{name}:{head}": state[name][part]
        for name in ("heads.weight", "heads.bias")
        for head, part in head_slices(heads).items()
    }
    return {name: value for name, value in state.items() if not name.startswith("heads.")} | parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--shares", type=float, nargs="+", help="of each folder; alike if not given")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.save(average(args.folders, args.shares or [1.0] * len(args.folders)), args.out / "network.pt")
    for name in ("tokenizer.json", "config.json"):
        shutil.copy(args.folders[0] / name, args.out)


if __name__ == "__main__":
    main()
