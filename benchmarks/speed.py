"""Speed and memory of the whole pipeline, beside spaCy's blank pipeline and dateparser, on the same articles in one run.

    python benchmarks/speed.py [--count 200] [--model-count 40] [--passes 3] [--run 1000] [--plot docs/img/speed.svg]

Times are processor seconds of all threads, so that what else the machine does counts little; a rate is that of one core. The articles are those of
../shared/raw/news.jsonl.gz where it is there, else those of data/gold, over and over. Lists and weights are loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import pipeline
from pipeline.article import Article, article
from pipeline.dates import find_dates
from pipeline.extraction import prepare, record_of, records

ROOT = Path(__file__).parents[1]
NEWS, GOLD = ROOT.parent / "shared" / "raw" / "news.jsonl.gz", ROOT / "data" / "gold" / "articles.jsonl"
LENGTHS = (100, 1_000, 10_000, 100_000)  # words
MODEL_LENGTHS = LENGTHS[:-1]
BATCHES = (1, 4, 16, 64)
DATEPARSER = 20  # articles that it reads: it is slow


def articles(count: int) -> list[Article]:
    """Return the first articles."""
    with gzip.open(NEWS, "rt", encoding="utf-8") if NEWS.exists() else GOLD.open(encoding="utf-8") as lines:
        texts = cycle([json.loads(line)["text"] for line in islice(lines, count)])
    return [article({"id": str(n), "text": text}) for n, text in enumerate(islice(texts, count))]


def timed(work: Callable[[], object]) -> float:
    """Return the processor seconds that a piece of work takes."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def stages(nlp: Language, given: Sequence[Article]) -> dict[str, float]:
    """Return the processor seconds of each stage over all articles."""
    docs: list[Doc] = []
    made = {"tokens": timed(lambda: docs.extend(prepare(nlp, one) for one in given))}
    for name, component in nlp.pipeline:
        made[name.removeprefix("khabar_")] = timed(lambda component=component: _through(component, docs))
    found = []
    made["record"] = timed(lambda: found.extend(map(record_of, docs, given)))
    made["JSON"] = timed(lambda: [record.model_dump_json() for record in found])
    return made


def _through(component: Callable[[Doc], Doc], docs: list[Doc]) -> None:
    pipe: Callable[[Iterable[Doc]], Iterator[Doc]] | None = getattr(component, "pipe", None)
    for _ in pipe(docs) if pipe else map(component, docs):
        pass


def print_stages(pipelines: dict[str, Language], given: dict[str, list[Article]], passes: int) -> None:
    """Print each stage's milliseconds an article and share, at its best of some passes."""
    made = {}
    for names, nlp in pipelines.items():
        runs = [stages(nlp, given[names]) for _ in range(passes)]
        made[names] = {stage: min(run[stage] for run in runs) / len(given[names]) for stage in runs[0]}
    print(f"\n{'ms an article (share)':<24}" + "".join(f"{names:>20}" for names in made))
    for stage in max(made.values(), key=len):
        cells = [
            f"{1000 * one[stage]:10.2f} ({one[stage] / sum(one.values()):5.1%})" if stage in one else f"{'–':>18}"
            for one in made.values()
        ]
        print(f"{stage:<24}" + "".join(f"{cell:>20}" for cell in cells))


def print_rates(pipelines: dict[str, Language], given: dict[str, list[Article]], passes: int, tokens: float) -> None:
    """Print articles and tokens a second beside the peers', all in turn in each pass, and how many times khabar's they are."""
    from dateparser.search import search_dates  # type: ignore[import-untyped]

    blank = spacy.blank("ar")
    some = given["rules"]
    work: dict[str, tuple[Callable[[], object], int]] = {
        f"khabar, {names}": (lambda nlp=nlp, mine=given[names]: list(records(nlp, mine)), len(given[names]))
        for names, nlp in pipelines.items()
    }
    work["khabar, dates alone"] = (lambda: [find_dates(one.text) for one in some], len(some))
    work["spaCy, blank"] = (lambda: list(blank.pipe(one.text for one in some)), len(some))
    work["dateparser alone"] = (
        lambda: [search_dates(one.text, languages=["ar"]) for one in some[:DATEPARSER]],
        len(some[:DATEPARSER]),
    )
    runs = [{name: number / timed(run) for name, (run, number) in work.items()} for _ in range(passes)]
    print(f"\n{'':<24}{'articles/s':>12}{'(spread)':>16}{'tokens/s':>12}{'of khabar, rules':>20}")
    for name in work:
        rates = [run[name] for run in runs]
        middle = statistics.median(rates)
        ratio = statistics.median(run[name] / run["khabar, rules"] for run in runs)
        spread = f"({min(rates):,.1f}–{max(rates):,.1f})"
        print(f"{name:<24}{middle:>12,.1f}{spread:>16}{middle * tokens:>12,.0f}{ratio:>20.3g}")


def by_length(nlp: Language, lengths: Sequence[int]) -> list[tuple[int, float]]:
    """Return the processor seconds of one article of so many words, at the best of two."""
    words = [word for one in articles(600) for word in one.text.split(" ")]
    made = []
    for length in lengths:
        one = article({"id": "a", "text": " ".join(islice(cycle(words), length))})
        made.append((length, min(timed(lambda one=one: list(records(nlp, [one]))) for _ in range(2))))
    return made


def draw(times: dict[str, list[tuple[int, float]]], path: Path) -> None:
    """Draw time against length, both logarithmic."""
    from matplotlib import pyplot

    _, axes = pyplot.subplots(figsize=(5, 3.2), layout="constrained")
    for (names, made), mark in zip(times.items(), "os", strict=True):
        axes.loglog(*zip(*made, strict=True), f"{mark}-", label=names)
    sizes, seconds = zip(*times["rules"], strict=True)
    axes.loglog(sizes, [seconds[-1] * size / sizes[-1] for size in sizes], ":", color="grey", label="linear")
    axes.set(xlabel="words of one article", ylabel="processor seconds")
    axes.legend()
    pyplot.savefig(path)


# The kernel counts the memory of the process that starts a command as the command's own, so the command tells its peak itself.
_COMMAND = """
import resource, sys
from pathlib import Path
from pipeline.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status")
    own = int(status.read_text().split("VmHWM:")[1].split()[0]) if status.exists() else 0
    Path(sys.argv[0]).write_text(str(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024))
"""


def measured(folder: str, *arguments: str) -> tuple[float, float, int]:
    """Return the processor and wall seconds of a `khabar` command, and the most memory that it or a worker had in MB (Linux)."""
    begun = time.perf_counter()
    peak = Path(folder) / "peak"
    start = f"import sys; sys.argv[0] = {str(peak)!r}" + _COMMAND
    child = subprocess.Popen([sys.executable, "-c", start, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"khabar {' '.join(arguments)}: exit code {child.returncode}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - begun, int(peak.read_text())


def print_commands(count: int) -> None:
    """Print the time and the memory of commands: help, one article, and many."""
    print(f"\n{'':<40}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        sizes = dict.fromkeys((1, count // 10, count))
        for size in sizes:
            lines = (json.dumps({"id": one.id, "text": one.text}, ensure_ascii=False) for one in articles(size))
            (Path(folder) / f"{size}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        commands = {"khabar --help": ["--help"]}
        for names in ("rules", "model"):
            for size in sizes:
                if names == "rules" or size < count:
                    rest = [f"{folder}/{size}.jsonl", "--out", f"{folder}/{names}{size}", "--names", names, "--quiet"]
                    commands[f"khabar run --names {names}, articles: {size}"] = ["run", *rest]
        for name, arguments in commands.items():
            cpu, wall, peak = measured(folder, *arguments)
            print(f"{name:<40}{cpu:>8.2f}{wall:>8.2f}{peak:>9}")


def main() -> None:
    """Print the tables, and draw time against length if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="articles that the rules read")
    parser.add_argument("--model-count", type=int, default=40, help="articles that the model reads")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--run", type=int, default=1000, help="articles of the longest run whose memory is taken")
    parser.add_argument("--plot", type=Path, help="where to draw time against length")
    args = parser.parse_args()
    pipelines = {names: pipeline.load(names=names) for names in ("rules", "model")}
    given = {"rules": articles(args.count), "model": articles(args.model_count)}
    for names, nlp in pipelines.items():
        list(records(nlp, given[names][:20]))
    tokens = sum(len(pipelines["rules"].make_doc(one.text)) for one in given["rules"]) / args.count
    words = sum(len(one.text.split()) for one in given["rules"]) / args.count
    print(f"{args.count} articles ({args.model_count} with the model) of {words:.0f} words, {tokens:.0f} tokens")
    print_stages(pipelines, given, args.passes)
    print_rates(pipelines, given, args.passes, tokens)
    print(f"\n{'articles at once':<24}{'articles/s, model':>20}")
    for size in BATCHES:
        took = timed(lambda size=size: list(records(pipelines["model"], given["model"], batch_size=size)))
        print(f"{size:<24}{args.model_count / took:>20.1f}")
    times = {names: by_length(nlp, MODEL_LENGTHS if names == "model" else LENGTHS) for names, nlp in pipelines.items()}
    print(f"\n{'words of one article':<24}{'ms a 1,000 words, rules':>24}{'with the model':>18}")
    with_model = dict(times["model"])
    for length, seconds in times["rules"]:
        other = f"{1e6 * with_model[length] / length:.1f}" if length in with_model else "–"
        print(f"{length:<24,}{1e6 * seconds / length:>24.1f}{other:>18}")
    if args.plot:
        draw(times, args.plot)
    print_commands(args.run)


if __name__ == "__main__":
    main()
