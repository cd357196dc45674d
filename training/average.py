"""Average the weights of trainings that went on from the same one (a "model soup", Wortsman et al. 2022).

python -m training.average A B --out OUT
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch


def average(folders: Sequence[Path]) -> dict[str, torch.Tensor]:
    """Return the mean of the weights that `training.tag` wrote in several folders."""
    states = [torch.load(folder / "network.pt", weights_only=True) for folder in folders]
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.save(average(args.folders), args.out / "network.pt")
    for name in ("tokenizer.json", "config.json"):
        shutil.copy(args.folders[0] / name, args.out)


if __name__ == "__main__":
    main()
