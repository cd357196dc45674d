"""The network: a BERT encoder, a LayerNorm, and one linear layer for all heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel


class Network(nn.Module):
    """Logits of every piece, for the tags of all heads side by side.

    The encoder's outputs are small (standard deviation .11): without the LayerNorm the heads learn nothing in hundreds of steps.
    No dropout inside the encoder, as in its masked-word training; it would also more than double the time of a step on a CPU.
    """

    def __init__(self, encoder: Path, heads: Mapping[str, Sequence[str]], dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            encoder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        width = self.encoder.config.hidden_size
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.Linear(width, sum(map(len, heads.values())))

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        logits: Tensor = self.heads(self.dropout(self.norm(states.float())))
        return logits


def load(folder: Path, encoder: Path, heads: Mapping[str, Sequence[str]]) -> Network:
    """Return a network with the weights that `training.tag` saved in a folder."""
    network = Network(encoder, heads)
    network.load_state_dict(torch.load(folder / "network.pt", weights_only=True))
    return network.eval()
