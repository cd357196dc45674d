"""Export a trained tagger to the folder that `khabar` runs: ONNX in int8, tokenizer, heads.

    python -m training.export --encoder ENCODER --model OUT_OF_TAG --texts ../shared/gold/train.jsonl --out models/news-tagger

The graph is written node by node with ONNX Runtime's fused operators: linear layers in int8 with a scale a column (activations quantised as
they come), word embeddings in int8 with a scale a row, everything else and the heads in float32. It reads one window without padding.

A few channels of the encoder reach ten times the values of the others (at `<s>` above all), and the int8 scale of an activation would be theirs.
So what a channel has beyond a limit is cut off and multiplied in float32 (as in LLM.int8(), Dettmers et al. 2022, with fixed channels); the
limits are taken from the first texts of --texts.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from transformers import BertConfig

from pipeline.tagger import BOS, EOS, WINDOW, Encoded, Pieces, windows
from training import corpora
from training.network import Network, load

Matrix = NDArray[np.float32]
Weights = dict[str, Matrix]
CHANNELS = 8  # of a layer's inputs, those that may reach beyond the others
_MS = "com.microsoft"


class Graph:
    """Nodes and weights of an ONNX graph in the making; every method returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.generic]) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes: object) -> list[str]:
        names = [f"n{len(self.nodes)}_{k}" for k in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def linear(self, value: str, weight: Matrix, bias: Matrix, peaks: Matrix) -> str:
        """A linear layer in int8; `weight` is out × in as in torch, `peaks` how far each of its inputs reaches."""
        channels = np.sort(np.argsort(peaks)[-CHANNELS:])
        limit = np.float32(1.1 * np.delete(peaks, channels).max())
        if peaks.max() < 1.5 * limit:
            return self._int8(value, weight, bias)
        (kept,) = self.node("Clip", value, self.constant(-limit), self.constant(limit))
        columns = self.constant(channels)
        (whole,), (part,) = self.node("Gather", value, columns, axis=2), self.node("Gather", kept, columns, axis=2)
        (excess,) = self.node("Sub", whole, part)
        (excess,) = self.node("MatMul", excess, self.constant(weight[:, channels].T))
        return self.node("Add", self._int8(kept, weight, bias), excess)[0]

    def _int8(self, value: str, weight: Matrix, bias: Matrix) -> str:
        columns, scale = int8_rows(weight)
        inputs = (columns.T, scale, np.zeros_like(scale, np.int8), bias)
        return self.node("DynamicQuantizeMatMul", value, *map(self.constant, inputs), domain=_MS)[0]

    def add_norm(self, value: str, skip: str, weights: Weights, norm: str, epsilon: float) -> str:
        # Two nodes, since ONNX Runtime's SkipLayerNormalization takes four times as long on a processor.
        both = self.node("Add", value, skip)[0]
        scales = (self.constant(weights[f"{norm}.{part}"]) for part in ("weight", "bias"))
        return self.node("LayerNormalization", both, *scales, axis=-1, epsilon=epsilon)[0]


def int8_rows(weight: Matrix) -> tuple[NDArray[np.int8], Matrix]:
    """Return a matrix as int8 and the scale of each row.

    >>> int8_rows(np.array([[1.0, -2.0]], np.float32))[0].tolist()
    [[64, -127]]
    """
    scale = (np.abs(weight).max(1) / 127).clip(1e-12).astype(np.float32)
    return np.rint(weight / scale[:, None]).astype(np.int8), scale


def input_peaks(network: Network, texts: Sequence[Encoded]) -> dict[str, Matrix]:
    """Return by the name of each linear layer of the encoder how far each of its inputs reaches on some texts."""
    peaks: dict[str, Matrix] = {}

    def watch(name: str) -> Callable[[torch.nn.Module, tuple[torch.Tensor, ...]], None]:
        def note(_: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            reach = inputs[0].abs().amax((0, 1)).numpy()
            peaks[name] = np.maximum(peaks.get(name, reach), reach)

        return note

    layers = [(name, layer) for name, layer in network.named_modules() if isinstance(layer, torch.nn.Linear)]
    watches = [layer.register_forward_pre_hook(watch(name)) for name, layer in layers]
    with torch.inference_mode():
        for text in texts:
            for window in windows(text):
                network(torch.from_numpy(np.concatenate([[BOS], text.pieces[window.start : window.end], [EOS]])[None]))
    for hook in watches:
        hook.remove()
    return peaks


def build(network: Network, peaks: Mapping[str, Matrix]) -> onnx.ModelProto:
    """Return the network as an ONNX model: `ids` (1 × length) to `logits` (1 × length × tags)."""
    weights = {name: value.detach().float().numpy() for name, value in network.state_dict().items()}
    config = network.encoder.config
    graph = Graph()
    state = _embed(graph, weights, config.layer_norm_eps)
    for layer in range(config.num_hidden_layers):
        state = _layer(graph, weights, peaks, f"encoder.encoder.layer.{layer}", state, config)
    norm = (state, graph.constant(weights["norm.weight"]), graph.constant(weights["norm.bias"]))
    (state,) = graph.node("LayerNormalization", *norm, epsilon=network.norm.eps)
    weight, bias = (
        np.concatenate([weights[f"{layer}.{name}"] for layer in ("heads", "vectors")]) for name in ("weight", "bias")
    )
    (state,) = graph.node("MatMul", state, graph.constant(weight.T))
    graph.nodes.append(helper.make_node("Add", [state, graph.constant(bias)], ["logits"]))
    shape = [1, "length", len(bias)]
    proto = helper.make_graph(
        graph.nodes, "tagger",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "length"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, shape)], graph.weights,
    )  # fmt: skip
    return helper.make_model(
        proto, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_MS, 1)], ir_version=9
    )


def _embed(graph: Graph, weights: Weights, epsilon: float) -> str:
    at = "encoder.embeddings"
    rows, scale = int8_rows(weights[f"{at}.word_embeddings.weight"])
    (row,) = graph.node("Gather", graph.constant(rows), "ids")
    (row,) = graph.node("Cast", row, to=TensorProto.FLOAT)
    (scaled,) = graph.node("Gather", graph.constant(scale[:, None]), "ids")
    (word,) = graph.node("Mul", row, scaled)
    places = (
        weights[f"{at}.position_embeddings.weight"][: WINDOW + 2] + weights[f"{at}.token_type_embeddings.weight"][0]
    )
    (shape,) = graph.node("Shape", "ids", start=1)
    zero, axis = graph.constant(np.array([0])), graph.constant(np.array([0]))
    (place,) = graph.node("Slice", graph.constant(places), zero, shape, axis)
    (place,) = graph.node("Unsqueeze", place, axis)
    return graph.add_norm(word, place, weights, f"{at}.LayerNorm", epsilon)


def _layer(graph: Graph, weights: Weights, peaks: Mapping[str, Matrix], at: str, state: str, config: BertConfig) -> str:
    def dense(value: str, *names: str) -> str:
        parts = [(weights[f"{at}.{name}.weight"], weights[f"{at}.{name}.bias"]) for name in names]
        weight, bias = (np.concatenate(rows) for rows in zip(*parts, strict=True))
        return graph.linear(value, weight, bias, peaks[f"{at}.{names[0]}"])

    def add_norm(value: str, skip: str, norm: str) -> str:
        return graph.add_norm(value, skip, weights, f"{at}.{norm}.LayerNorm", config.layer_norm_eps)

    joint = dense(state, *(f"attention.self.{name}" for name in ("query", "key", "value")))
    query, key, value = graph.node("Split", joint, axis=2, outputs=3)
    (read,) = graph.node("MultiHeadAttention", query, key, value, domain=_MS, num_heads=config.num_attention_heads)
    state = add_norm(dense(read, "attention.output.dense"), state, "attention.output")
    (inner,) = graph.node("Gelu", dense(state, "intermediate.dense"), domain=_MS)
    return add_norm(dense(inner, "output.dense"), state, "output")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="what training.tag wrote")
    parser.add_argument(
        "--texts", type=Path, required=True, help="gold file whose first texts show how far activations reach"
    )
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    config = json.loads((args.model / "config.json").read_text(encoding="utf-8"))
    args.out.mkdir(parents=True, exist_ok=True)
    network = load(args.model, args.encoder)
    pieces = Pieces(args.model / "tokenizer.json")
    peaks = input_peaks(network, [pieces(e.text, e.tokens) for e in corpora.gold(args.texts)[:20]])
    onnx.save(build(network, peaks), args.out / "model.onnx")
    shutil.copy(args.model / "tokenizer.json", args.out)
    parts = {name: value.detach().numpy() for name, value in network.parts.state_dict().items()}
    np.savez(
        args.out / "events.npz", features=parts["features.weight"], weight=parts["out.weight"], bias=parts["out.bias"]
    )
    # Until training.choices has grown trees, the first way to take the parties stands, whatever it is.
    choices = {"choices": {"names": [], "start": 0.0, "trees": []}, "least": 0.0}
    (args.out / "events.json").write_text(json.dumps(choices), encoding="utf-8")
    (args.out / "config.json").write_text(json.dumps({"heads": config["heads"]}, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
