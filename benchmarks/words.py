"""Words and sentences beside their peers: proclitics, sentence ends, speed, and time against length.

    python benchmarks/words.py [--plot docs/img/words-time.svg] [--json FILE]

Proclitics: `tests/data/proclitics.tsv` (words of real text whose pieces were settled by hand, none of them among those that the model was
taught by hand), every tenth sentence of ../shared/ner/wikifane-fine-segmented.conll (nothing of it was trained on; hamza is removed there, its
cuts are a tool's: «و|لد», «ف|يديو», and it leaves nine in ten of ب and ل on, so that only و and ف are compared), and the labelled names of the
gold articles. Sentences: ../shared/suites/sentences_pud.jsonl.
Speed: the first thousand articles of ../shared/raw/news.jsonl.gz, one process, processor time, the best of three runs.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pysbd  # type: ignore[import-untyped]
import spacy
from camel_tools.tokenizers.word import simple_word_tokenize  # type: ignore[import-untyped]
from yasbd import BoundaryDetector

from pipeline.normalise import normalise
from pipeline.proclitics import PROCLITICS
from pipeline.segment import sentences
from pipeline.tokenise import tokens

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
Cut = tuple[str, ...]  # the proclitics of a word, in order


def main() -> None:
    """Print the four tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", type=Path, help="also draw time against length, as SVG")
    parser.add_argument("--json", type=Path, help="also write the figures that the README states")
    options = parser.parse_args()
    figures = {
        "settled": proclitics("words settled by hand", ((w, c) for w, c, _ in settled())),
        "names": proclitics("the names among them", ((w, c) for w, c, name in settled() if name)),
        "segmented": proclitics("every tenth sentence, segmented corpus", segmented(), "وف"),
    }
    for split in ("dev", "train"):
        bounds, misses = gold_bounds(split)
        print(
            f"{split}.jsonl: {bounds - misses} of {bounds} starts and ends of labels on token boundaries ({1 - misses / bounds:.4%})"
        )
    figures |= {"sentences": sentence_scores(), "speed": speeds()}
    times = [(size, *timed(size)) for size in (10_000, 100_000, 1_000_000, 10_000_000)]
    print("\nletters     tokens, s  sentences, s")
    for size, words, ends in times:
        print(f"{size:>10,} {words:>10.3f} {ends:>13.3f}")
    if options.plot:
        draw(times, options.plot)
    if options.json:
        options.json.write_text(json.dumps(figures), encoding="utf-8")


def settled() -> Iterator[tuple[str, Cut, bool]]:
    """Yield the words settled by hand, their proclitics, and whether they are names."""
    with (ROOT / "tests" / "data" / "proclitics.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            yield row["word"], tuple(normalise(row["cut"]).split("|")[:-1]), row["name"] == "1"


def segmented() -> Iterator[tuple[str, Cut]]:
    """Yield the words in و and ف of every tenth sentence that was cut, and whether this letter is, from the corpus and its joined twin."""
    folder = SHARED / "ner"
    pairs = zip(
        sentences_of(folder / "wikifane-fine-segmented.conll"),
        sentences_of(folder / "wikifane-fine.conll"),
        strict=True,
    )
    for pieces, words in islice(pairs, 0, None, 10):
        if "".join(pieces) != "".join(words) or len(pieces) == len(words):
            continue
        rest = iter(pieces)
        for word in words:
            parts = [next(rest)]
            while len("".join(parts)) < len(word):
                parts.append(next(rest))
            if len(word) > 2 and word[0] in "وف":
                yield word, tuple(parts[:1]) if parts[0] == word[0] else ()


def sentences_of(path: Path) -> Iterator[list[str]]:
    """Yield the tokens of each sentence of a CoNLL file."""
    found: list[str] = []
    for line in path.open(encoding="utf-8"):
        if line.strip():
            found.append(line.split("\t")[0])
        elif found:
            yield found
            found = []
    if found:
        yield found


def proclitics(title: str, cases: Iterable[tuple[str, Cut]], letters: str = PROCLITICS) -> dict[str, Any]:
    """Print and return the share of words whose proclitics (of those compared) are all right, and precision and recall of each."""
    right, words = 0, 0
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    both: Counter[str] = Counter()
    for word, cut in cases:
        ours = tuple(token.norm for token in tokens(word)[:-1] if token.norm in letters)
        words += 1
        right += ours == cut
        for place, letter in enumerate(ours):
            found[letter] += 1
            both[letter] += place < len(cut) and cut[place] == letter
        wanted.update(cut)
    print(f"\n{title}: {right} of {words} words right ({right / words:.2%})\n   found wanted precision recall")
    of = {}
    for letter in letters:
        if found[letter] and wanted[letter]:
            precision, recall = both[letter] / found[letter], both[letter] / wanted[letter]
            print(f"{letter} {found[letter]:>6} {wanted[letter]:>6} {precision:>9.3f} {recall:>6.3f}")
            of[letter] = {"wanted": wanted[letter], "precision": precision, "recall": recall}
    return {"words": words, "right": right / words, "letters": of}


def gold_bounds(split: str) -> tuple[int, int]:
    """Count the starts and ends of gold labels, and those inside a token."""
    bounds = misses = 0
    for line in (SHARED / "gold" / f"{split}.jsonl").open(encoding="utf-8"):
        article = json.loads(line)
        found = tokens(article["text"])
        starts, ends = {t.start for t in found}, {t.end for t in found}
        for entity in article["entities"]:
            bounds += 2
            misses += (entity["start"] not in starts) + (entity["end"] not in ends)
    return bounds, misses


def sentence_scores() -> dict[str, float]:
    """Print precision, recall and F1, and return F1, of the starts of sentences within a text, of each splitter."""
    cases = [json.loads(line) for line in (SHARED / "suites" / "sentences_pud.jsonl").open(encoding="utf-8")]
    print("\nsentence starts  precision recall    F1")
    scores = {}
    for name, starts in splitters().items():
        right = found = wanted = 0
        for case in cases:
            gold, ours = set(case["starts"]) - {0}, set(starts(case["text"])) - {0}
            right, found, wanted = right + len(gold & ours), found + len(ours), wanted + len(gold)
        scores[name] = 2 * right / (found + wanted)
        print(f"{name:<16} {right / found:>9.3f} {right / wanted:>6.3f} {scores[name]:.3f}")
    return scores


def splitters() -> dict[str, Callable[[str], list[int]]]:
    """Return functions from a text to the offsets at which its sentences start."""
    detector, segmenter = BoundaryDetector("ar"), pysbd.Segmenter(language="ar", clean=False, char_span=True)
    blank = spacy.blank("ar")
    blank.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "؟", "…"]})
    return {
        "khabar": lambda text: [s.start for s in sentences(text)],
        "yasbd": lambda text: [
            end + len(text[end:]) - len(text[end:].lstrip()) for end in detector.detect(text) if text[end:].strip()
        ],
        "pySBD": lambda text: [span.start for span in segmenter.segment(text)],
        "spaCy sentencizer": lambda text: [s.start_char for s in blank(text).sents],
    }


def articles(count: int) -> list[str]:
    """Return the texts of the first news articles."""
    with gzip.open(SHARED / "raw" / "news.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in islice(lines, count)]


def speeds() -> dict[str, float]:
    """Print and return words a second of each, and their ratio to khabar's tokens, matching form and sentences together."""
    texts = articles(1000)
    words = sum(len(text.split()) for text in texts)
    blank, detector = spacy.blank("ar"), BoundaryDetector("ar")
    systems: dict[str, Callable[[str], object]] = {
        "khabar: tokens, matching form, sentences": lambda text: (tokens(text), sentences(text)),
        "khabar: tokens, matching form": tokens,
        "khabar: sentences": sentences,
        "camel-tools simple_word_tokenize": simple_word_tokenize,
        "spaCy blank ar": blank,
        "yasbd: sentences": lambda text: list(detector.detect(text)),
    }
    measured = {name: words / best(system, texts) for name, system in systems.items()}
    whole = next(iter(measured.values()))
    print(f"\n{'words a second':<42} {'':>9}  khabar's whole is")
    for name, speed in measured.items():
        print(f"{name:<42} {speed:>9,.0f}  {whole / speed:.2f} times that")
    return measured


def best(system: Callable[[str], object], texts: list[str]) -> float:
    """Return the processor seconds of the fastest of three runs over all texts."""
    runs = []
    for _ in range(3):
        start = time.process_time()
        for text in texts:
            system(text)
        runs.append(time.process_time() - start)
    return min(runs)


def timed(size: int) -> tuple[float, float]:
    """Return the processor seconds for the tokens and for the sentences of one text of so many letters."""
    text = ("\n".join(articles(400)) * (1 + size // 1_000_000))[:size]
    start = time.process_time()
    tokens(text)
    between = time.process_time()
    sentences(text)
    return between - start, time.process_time() - between


def draw(times: list[tuple[int, float, float]], path: Path) -> None:
    """Draw time against length, both logarithmic."""
    from matplotlib import pyplot

    _, axes = pyplot.subplots(figsize=(5, 3.2), layout="constrained")
    sizes = [size for size, _, _ in times]
    axes.loglog(sizes, [words for _, words, _ in times], "o-", label="tokens, matching form")
    axes.loglog(sizes, [ends for _, _, ends in times], "s-", label="sentences")
    axes.loglog(sizes, [times[-1][1] * size / sizes[-1] for size in sizes], ":", color="grey", label="linear")
    axes.set(xlabel="letters", ylabel="seconds")
    axes.legend()
    pyplot.savefig(path)


if __name__ == "__main__":
    main()
