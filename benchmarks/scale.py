"""Growth: time and memory of `khabar run` by number of articles and by workers, of the pipeline by batch size and by length of an article; what a million cost.

    python benchmarks/scale.py [--counts 100 1000 10000] [--longest 1000000] [--plot docs/img/scale.svg]

The articles are those of ../shared/raw/news-large.jsonl.xz where it is there, else those of data/gold, over and over. Times are processor seconds of
all processes unless they are said to be of the wall clock.
"""

from __future__ import annotations

import argparse
import json
import lzma
import tempfile
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

from speed import GOLD, NEWS, by_length, measured, timed

import pipeline
from pipeline.article import article
from pipeline.extraction import records

LARGE = NEWS.parent / "news-large.jsonl.xz"
ARTICLES = 64_000
BATCHES = (1, 4, 16, 64, 256)
WORKERS = (1, 2)
CORE_HOUR = 0.04  # US dollars: what an hour of one core costs in the larger clouds
MODEL_SHARE = 20  # with the model the runs have so many times fewer articles
Points = list[tuple[int, float]]


def texts(count: int) -> Iterator[str]:
    """Yield the texts of articles from all over the file."""
    if LARGE.exists():
        with lzma.open(LARGE, "rt", encoding="utf-8") as lines:
            chosen = [json.loads(line)["text"] for line in islice(lines, 0, None, max(1, ARTICLES // count))]
    else:
        chosen = [json.loads(line)["text"] for line in GOLD.read_text(encoding="utf-8").splitlines()]
    yield from islice(cycle(chosen), count)


def run(folder: Path, count: int, *options: str) -> tuple[float, float, int]:
    """Return processor seconds, wall seconds and the peak in MB of the largest process of `khabar run` over so many articles."""
    source = folder / f"{count}.jsonl"
    if not source.exists():
        with source.open("w", encoding="utf-8") as file:
            file.writelines(
                json.dumps({"id": str(n), "text": text}, ensure_ascii=False) + "\n"
                for n, text in enumerate(texts(count))
            )
    out = tempfile.mkdtemp(dir=folder)
    return measured(str(folder), "run", str(source), "--out", out, "--format", "jsonl", "--quiet", *options)


def print_counts(folder: Path, counts: Sequence[int]) -> tuple[Points, Points]:
    """Print and return processor seconds and peak memory by number of articles."""
    print(f"\n{'articles, rules':<24}{'CPU s':>10}{'ms an article':>16}{'peak MB':>10}")
    seconds, memory = [], []
    for count in counts:
        cpu, _, peak = run(folder, count, "--names", "rules")
        print(f"{count:<24,}{cpu:>10.1f}{1000 * cpu / count:>16.1f}{peak:>10}")
        seconds.append((count, cpu))
        memory.append((count, float(peak)))
    return seconds, memory


def print_workers(folder: Path, count: int) -> dict[str, Points]:
    """Print and return articles a second of the wall clock by workers, and what a million articles cost."""
    print(f"\n{'':<24}{'workers':>8}{'articles/s, wall':>18}{'core hours a million':>22}{'$ a million':>13}")
    made: dict[str, Points] = {}
    for names, size in (("rules", count), ("model", max(count // MODEL_SHARE, 20))):
        for workers in WORKERS:
            options = ("--names", names, "--workers", str(workers), "--threads", "1")
            cpu, wall, _ = run(folder, size, *options)
            begun_cpu, begun_wall, _ = run(folder, 1, *options)  # what starting takes is not the articles'
            rate, hours = (size - 1) / (wall - begun_wall), (cpu - begun_cpu) / (size - 1) * 1e6 / 3600
            print(f"khabar run, {names:<12}{workers:>8}{rate:>18.1f}{hours:>22.2f}{hours * CORE_HOUR:>13.2f}")
            made.setdefault(names, []).append((workers, rate))
    return made


def print_batches(count: int) -> Points:
    """Print and return articles a second of one core by batch size, with the rules."""
    nlp = pipeline.load(names="rules")
    given = [article({"id": str(n), "text": text}) for n, text in enumerate(texts(count))]
    list(records(nlp, given))
    made = [(size, count / timed(lambda size=size: list(records(nlp, given, batch_size=size)))) for size in BATCHES]
    print(f"\n{'batch size, rules':<24}{'articles/s':>12}")
    for size, rate in made:
        print(f"{size:<24}{rate:>12.1f}")
    return made


def print_lengths(longest: int) -> Points:
    """Print and return processor seconds by the words of one article, with the rules."""
    lengths = [10**n for n in range(2, 7) if 10**n <= longest]
    made = by_length(pipeline.load(names="rules"), lengths)
    print(f"\n{'words of one article':<24}{'CPU s':>10}{'ms a 1,000 words':>20}")
    for length, seconds in made:
        print(f"{length:<24,}{seconds:>10.3f}{1e6 * seconds / length:>20.1f}")
    return made


def draw(
    path: Path, counts: tuple[Points, Points], workers: dict[str, Points], batches: Points, lengths: Points
) -> None:
    """Draw the tables, those of growth on logarithmic axes beside a straight line."""
    from matplotlib import pyplot

    _, axes = pyplot.subplots(2, 3, figsize=(11, 6), layout="constrained")
    for axis, points, words in (
        (axes[0, 0], counts[0], ("articles", "processor seconds")),
        (axes[0, 1], lengths, ("words of one article", "processor seconds")),
    ):
        sizes, seconds = zip(*points, strict=True)
        axis.loglog(sizes, seconds, "o-")
        axis.loglog(sizes, [seconds[-1] * size / sizes[-1] for size in sizes], ":", color="grey", label="linear")
        axis.set(xlabel=words[0], ylabel=words[1])
        axis.legend()
    axes[0, 2].semilogx(*zip(*counts[1], strict=True), "o-")
    axes[0, 2].set(xlabel="articles", ylabel="peak MB", ylim=0)
    for axis, names in zip(axes[1, :2], workers, strict=True):
        numbers, rates = zip(*workers[names], strict=True)
        axis.bar([str(number) for number in numbers], rates, width=0.5)
        axis.set(xlabel=f"workers, {names}", ylabel="articles a second")
    axes[1, 2].semilogx(*zip(*batches, strict=True), "o-")
    axes[1, 2].set(xlabel="batch size, rules", ylabel="articles a second of one core", ylim=0)
    pyplot.savefig(path)


def main() -> None:
    """Print the tables, and draw them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 1_000, 10_000], help="articles of the runs")
    parser.add_argument("--longest", type=int, default=1_000_000, help="words of the longest article")
    parser.add_argument("--batch-count", type=int, default=512, help="articles that are read in batches")
    parser.add_argument("--plot", type=Path, help="where to draw the tables")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts = print_counts(Path(folder), args.counts)
        workers = print_workers(Path(folder), sorted(args.counts)[len(args.counts) // 2])
    batches = print_batches(args.batch_count)
    lengths = print_lengths(args.longest)
    if args.plot:
        draw(args.plot, counts, workers, batches, lengths)


if __name__ == "__main__":
    main()
