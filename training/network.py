"""The network: a BERT encoder, a LayerNorm, and one linear layer for all heads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel

from pipeline.events.learned import PARTS, sizes


class Network(nn.Module):
    """Logits of every piece, for the tags of all heads side by side, and after them its two vectors for events, `vectors` wide.

    The encoder's outputs are small (standard deviation .11): without the LayerNorm the heads learn nothing in hundreds of steps.
    No dropout inside the encoder, as in its masked-word training; it would also more than double the time of a step on a CPU.
    """

    def __init__(
        self, encoder: Path, heads: Mapping[str, Sequence[str]], vectors: int = 64, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            encoder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        width = self.encoder.config.hidden_size
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.Linear(width, sum(map(len, heads.values())))
        self.vectors = nn.Linear(width, 2 * vectors)
        self.parts = Parts(sizes(), vectors)

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        states = self.dropout(self.norm(states.float()))
        return torch.cat([self.heads(states), self.vectors(states)], -1)


class Parts(nn.Module):
    """Logits of the parts of a party in what a word tells (see `pipeline.events.learned`)."""

    def __init__(self, sizes: Sequence[int], width: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.first = [sum(sizes[:n]) for n in range(len(sizes))]
        self.features = nn.Embedding(sum(sizes), width)
        nn.init.normal_(self.features.weight, std=0.1)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(width, len(PARTS))

    def forward(self, tells: Tensor, names: Tensor, features: Tensor) -> Tensor:
        given = self.features(features + torch.tensor(self.first)).sum(1)
        hidden = tells + names + given + tells * names
        logits: Tensor = self.out(self.dropout(torch.relu(hidden)))
        return logits


def load(folder: Path, encoder: Path) -> Network:
    """Return a network with the weights that `training.tag` saved in a folder."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    network = Network(encoder, config["heads"], config["vectors"])
    network.load_state_dict(torch.load(folder / "network.pt", weights_only=True))
    return network.eval()
