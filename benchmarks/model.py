"""Speed of the shipped model beside a BERT-base token classifier in PyTorch, on the same articles and the same number of threads.

    python benchmarks/model.py [--articles ../shared/raw/news.jsonl.gz] [--count 100] [--threads 2] [--cpu]

The classifier is BERT-base in shape (12 layers, 768 wide) with random weights: only its time counts. "as camel-tools runs it" means as its
NERecognizer does: sentence by sentence, batches of 32, every sentence padded to 256 pieces; "padded to the longest" is kinder. Both are given
the pieces that our model reads, and the classifier is spared its own tokenisation. Needs the extra `training`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from spacy.tokens import Doc
from transformers import BertConfig, BertForTokenClassification

import pipeline
from pipeline.language import build
from pipeline.names import Names, words
from pipeline.tagger import Pieces

PADDED, ROWS = 256, 32


def texts(file: Path, count: int) -> list[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for _, line in zip(range(count), lines, strict=False)]


def sentence_pieces(docs: Sequence[Doc], pieces: Pieces) -> Iterator[list[int]]:
    """Yield the pieces of every sentence, as many as camel-tools reads at once."""
    for doc in docs:
        for sentence in doc.sents:
            found = pieces(
                doc.text, [word for word in words(doc) if sentence.start_char <= word.start < sentence.end_char]
            ).pieces.tolist()
            for at in range(0, len(found), PADDED - 2):
                yield found[at : at + PADDED - 2]


def classify(
    model: BertForTokenClassification,
    sentences: Sequence[Sequence[int]],
    padded: int | None,
    clock: Callable[[], float],
) -> float:
    """Return the seconds that the classifier takes over the sentences."""
    begun = clock()
    with torch.inference_mode():
        for at in range(0, len(sentences), ROWS):
            rows = sentences[at : at + ROWS]
            length = padded or max(map(len, rows)) + 2
            ids = np.zeros((len(rows), length), np.int64)
            for row, sentence in zip(ids, rows, strict=True):
                row[: len(sentence) + 2] = [2, *sentence, 3]
            tensor = torch.from_numpy(ids)
            model(tensor, attention_mask=(tensor > 0).long())
    return clock() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, default=Path("../shared/raw/news.jsonl.gz"))
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument(
        "--sentences", type=int, default=64, help="how many of them the classifier reads; the rest is by proportion"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--passes", type=int, default=3, help="the best of so many is taken")
    parser.add_argument(
        "--cpu", action="store_true", help="processor time, not wall time: for a machine that does other work too"
    )
    args = parser.parse_args()
    clock = time.process_time if args.cpu else time.perf_counter
    torch.set_num_threads(args.threads)
    nlp = build(names="rules")
    docs = [nlp.get_pipe("khabar_segment")(nlp.make_doc(text)) for text in texts(args.articles, args.count)]  # type: ignore[operator]
    component = pipeline.load().get_pipe("khabar_names")
    if not isinstance(component, Names):
        raise SystemExit("the pipeline has no model of its own")
    number = sum(len(words(doc)) for doc in docs)

    def ours() -> float:
        begun = clock()
        for _ in component.pipe(docs):
            pass
        return clock() - begun

    sentences = list(sentence_pieces(docs, component.tagger.pieces))
    sample = sentences[: args.sentences]
    share = sum(map(len, sample)) / sum(map(len, sentences))
    model = BertForTokenClassification(BertConfig(vocab_size=40_000, num_labels=9)).eval()
    mine = min(ours() for _ in range(args.passes)) / number
    print(f"{len(docs)} articles, {number} tokens, {len(sentences)} sentences, {args.threads} threads")
    print(f"{'':34}tokens/s    ours is")
    print(f"{'khabar_names':34}{1 / mine:8.0f}")
    for name, padded in (("BERT-base, as camel-tools runs it", PADDED), ("BERT-base, padded to the longest", None)):
        theirs = min(classify(model, sample, padded, clock) for _ in range(args.passes)) / (number * share)
        print(f"{name:34}{1 / theirs:8.0f}  {theirs / mine:6.1f} times as fast")


if __name__ == "__main__":
    main()
