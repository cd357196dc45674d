"""Measure what README and docs state, keep it in docs/figures.json, and write it into them.

usage: python tools/figures.py [--measure] [--shared FOLDER]

--measure scores the pipeline with and without the model on data/gold and, where FOLDER (default ../shared) is there, on its gold, runs benchmarks/words.py and
benchmarks/dates.py beside their peers (extra `bench`), and measures sizes and start-up. Without it the tables are written anew from
docs/figures.json. tests/test_figures.py checks that they agree.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.record import LABELS

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "docs" / "figures.json"
SCORES = ROOT / "models" / "scores.json"  # what the spaCy package states: F1 by label
PAGES = (ROOT / "README.md", ROOT / "docs" / "evaluation.md", ROOT / "docs" / "words.md")


def main() -> None:
    """Measure if asked to, then write the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    options = parser.parse_args()
    if options.measure:
        figures = measure(options.shared)
        FIGURES.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        stated = figures["accuracy"].get("dev", figures["accuracy"]["gold"])["model"]
        SCORES.write_text(
            json.dumps({name: round(row["f1"], 4) for name, row in stated.items()}, indent=1) + "\n", encoding="utf-8"
        )
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8"), figures), encoding="utf-8")


# Measuring


def measure(shared: Path) -> dict[str, Any]:
    """Return all figures: accuracy by set and way of finding names, sizes in MB, seconds of start-up."""
    figures: dict[str, Any] = {"accuracy": {}, "size": sizes(), "seconds": seconds()}
    for name, gold, events in sets(shared):
        for names in ("model", "rules"):
            print("scoring", name, names, file=sys.stderr)
            figures["accuracy"].setdefault(name, {})[names] = scored(gold, events, names)
    if (shared / "suites").is_dir():
        figures["peers"] = {name: benchmark(name) for name in ("words", "dates")}
    else:  # what they are measured on is not at hand
        figures["peers"] = json.loads(FIGURES.read_text(encoding="utf-8"))["peers"]
    return figures


def benchmark(name: str) -> dict[str, Any]:
    """Return what `benchmarks/NAME.py` measures beside the peers. Raises CalledProcessError where these are not installed (extra `bench`)."""
    out = ROOT / "build" / f"{name}.json"
    print("beside peers:", name, file=sys.stderr)
    command = [sys.executable, f"benchmarks/{name}.py", "--json", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return dict(json.loads(out.read_text(encoding="utf-8")))


def sets(shared: Path) -> Iterator[tuple[str, Path, Path]]:
    """Yield name, articles and events of each gold set at hand."""
    yield "gold", ROOT / "data/gold/articles.jsonl", ROOT / "data/gold/events.jsonl"
    if (shared / "gold").is_dir():
        yield "dev", shared / "gold/dev.jsonl", shared / "gold/events-dev.jsonl"


def scored(gold: Path, events: Path, names: str) -> dict[str, Any]:
    """Return the figures of `khabar evaluate` that are stated."""
    out = ROOT / "build" / "scores.json"
    out.parent.mkdir(exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "evaluate",
        str(gold),
        "--events",
        str(events),
        "--names",
        names,
        "--json",
        str(out),
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    result = json.loads(out.read_text(encoding="utf-8"))
    rows = {**result["labels"], "micro": result["micro"]}
    made = {label: {**row["strict"], "value": row["value"]["f1"]} for label, row in rows.items()}
    told = result["events"] or {}
    sets = {
        "topics": result["topics"],
        "relations": result["relations"],
        **{f"events_by_{by}": of for by, of in told.items()},
        **{f"events_from_{least}": of for least, of in result["sure_events"].items()},
        **{f"events_of_{kind}": of for kind, of in result["event_types"].items()},
    }
    return made | {name: one["score"] | {"gold": one["gold"]} for name, one in sets.items() if one}


def sizes() -> dict[str, float]:
    """Return the megabytes of what is shipped."""
    folders = {"models": ROOT / "models", "lists": ROOT / "pipeline" / "resources"}
    return {
        name: round(sum(f.stat().st_size for f in p.rglob("*") if f.is_file()) / 1e6, 1) for name, p in folders.items()
    }


def seconds() -> dict[str, float]:
    """Return the seconds of `khabar --help` and of `khabar run` on one article, the best of three."""
    article = str(ROOT / "data/raw/000_3eaf0c2c6a670f93.txt")
    out = str(ROOT / "build" / "one")
    commands = {"help": ["--help"], "one article": ["run", article, "--out", out, "--quiet"]}
    return {name: round(min(timed(arguments) for _ in range(3)), 1) for name, arguments in commands.items()}


def timed(arguments: list[str]) -> float:
    """Return the seconds that a command takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "pipeline", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


# Writing


def filled(text: str, figures: dict[str, Any]) -> str:
    """Return a text with what stands between `<!-- figures: NAME -->` and `<!-- end -->` made anew."""

    def block(match: re.Match[str]) -> str:
        return f"{match[1]}\n{TABLES[match[2]](figures)}\n{match[3]}"

    return re.sub(r"(<!-- figures: (\w+) -->).*?(<!-- end -->)", block, text, flags=re.DOTALL)


def accuracy(figures: dict[str, Any]) -> str:
    """Return the table of accuracy: for each set precision, recall, F1 with its interval, F1 with value, and F1 without the model."""
    sets = [name for name in ("dev", "gold") if name in figures["accuracy"]]
    titles = {"dev": "24 press articles", "gold": "20 articles of `data/gold`"}
    head = "| label | " + " | ".join(f"{titles[s]}: P | R | F1 (95%) | with value | rules only" for s in sets) + " |"
    lines = [head, "|---" * (1 + 5 * len(sets)) + "|"]
    for label in (*LABELS, "micro"):
        cells = [label]
        for name in sets:
            row, bare = figures["accuracy"][name]["model"][label], figures["accuracy"][name]["rules"][label]
            interval = f"{row['f1']:.3f} ({row['low']:.3f}–{row['high']:.3f})"
            cells += [
                f"{row['precision']:.3f}",
                f"{row['recall']:.3f}",
                interval,
                f"{row['value']:.3f}",
                f"{bare['f1']:.3f}",
            ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def articles(figures: dict[str, Any]) -> str:
    """Return the table of what is said of a whole article."""
    rows = {
        "topics": "topics of the article",
        "events_by_entity": "events, by entity",
        "events_from_0.5": "events, by entity, of score 0.5 and more",
        "events_from_0.7": "events, by entity, of score 0.7 and more",
        "events_by_country": "events, by country",
        "relations": "relations",
    }
    return of_articles(figures, "of the article", rows)


def events(figures: dict[str, Any]) -> str:
    """Return the table of events by type, of those types of which some set has ten or more."""
    sets = [figures["accuracy"][name]["model"] for name in ("dev", "gold") if name in figures["accuracy"]]
    counts: Counter[str] = Counter()
    for of in sets:
        counts.update({name: row["gold"] for name, row in of.items() if name.startswith("events_of_")})
    many = [name for name in sorted(counts) if any(of[name]["gold"] >= 10 for of in sets if name in of)]
    rows = {name: name.removeprefix("events_of_") for name in sorted(many, key=lambda name: -counts[name])}
    return of_articles(figures, "events by entity", rows)


def of_articles(figures: dict[str, Any], head: str, rows: Mapping[str, str]) -> str:
    """Return a table of scores, a row for each of `rows` (name → title)."""
    sets = [name for name in ("dev", "gold") if name in figures["accuracy"]]
    titles = {"dev": "press", "gold": "`data/gold`"}
    lines = [
        f"| {head} | " + " | ".join(f"{titles[s]}: P | R | F1 (95%)" for s in sets) + " |",
        "|---" * (1 + 3 * len(sets)) + "|",
    ]
    for name, title in rows.items():
        cells = [title]
        for s in sets:
            row = figures["accuracy"][s]["model"].get(name)
            cells += (
                [
                    f"{row['precision']:.3f}",
                    f"{row['recall']:.3f}",
                    f"{row['f1']:.3f} ({row['low']:.3f}–{row['high']:.3f})",
                ]
                if row
                else ["–"] * 3
            )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cost(figures: dict[str, Any]) -> str:
    """Return sizes and start-up as lines."""
    size, took = figures["size"], figures["seconds"]
    return (
        f"Models {size['models']} MB, lists {size['lists']} MB; `khabar --help` {took['help']} s, "
        f"`khabar run` on one article {took['one article']} s, start-up included, on two cores."
    )


def peers(figures: dict[str, Any]) -> str:
    """Return the table of words and dates beside their peers."""
    words, dates = figures["peers"]["words"], figures["peers"]["dates"]
    settled, segmented, sentences = words["settled"], words["segmented"], words["sentences"]
    speed = {name: f"{1000 * round(value / 1000):,}" for name, value in words["speed"].items()}
    few = {letter: f" ({of['wanted']} words)" if of["wanted"] < 10 else "" for letter, of in settled["letters"].items()}
    letters = " · ".join(
        f"{of['precision']:.3f}/{of['recall']:.3f}{few[letter]}" for letter, of in settled["letters"].items()
    )
    rows = [
        ("what", "khabar", "peers", "command"),
        ("---",) * 4,
        (
            f"proclitics cut right, {settled['words']} checked words of news, half of them names",
            f"{settled['right']:.3f}",
            "(peers cut none, or lose the place)",
            "`python benchmarks/words.py`",
        ),
        (f"their precision and recall: {' · '.join(settled['letters'])}", letters, "–", "the same"),
        (
            f"و and ف on every tenth sentence of the segmented corpus, {segmented['words']:,} words",
            f"{segmented['right']:.3f}",
            "–",
            "the same",
        ),
        (
            "words a second: tokens, matching form and sentences, one process",
            speed["khabar: tokens, matching form, sentences"],
            f"CAMeL {speed['camel-tools simple_word_tokenize']} and spaCy blank {speed['spaCy blank ar']} (no clitics, no sentences), "
            f"yasbd {speed['yasbd: sentences']} (sentences alone)",
            "the same",
        ),
        (
            "sentence starts on the PUD suite, F1",
            f"{sentences['khabar']:.3f}",
            f"yasbd {sentences['yasbd']:.3f}, pySBD {sentences['pySBD']:.3f}, spaCy {sentences['spaCy sentencizer']:.3f}",
            "the same",
        ),
        (
            "dates of four peers' suites, span and value exact",
            f"{dates['khabar']:.3f}",
            f"dateparser {dates['dateparser']:.3f}",
            "`python benchmarks/dates.py`",
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows).replace("| --- | --- | --- | --- |", "|---|---|---|---|")


def speeds(figures: dict[str, Any]) -> str:
    """Return the table of words a second, and how fast khabar's whole is beside each peer."""
    measured = figures["peers"]["words"]["speed"]
    whole = "khabar: tokens, matching form, sentences"
    titles = {
        whole: whole,
        "khabar: tokens, matching form": "khabar: tokens and matching form",
        "khabar: sentences": "khabar: sentences",
        "camel-tools simple_word_tokenize": "camel-tools `simple_word_tokenize` (no offsets, no clitics)",
        "spaCy blank ar": "spaCy blank `ar` (no clitics)",
        "yasbd: sentences": "yasbd (sentences alone)",
    }
    lines = ["| words a second, one process | | khabar's whole is |", "|---|---|---|"]
    for name, title in titles.items():
        ratio = "" if name.startswith("khabar") else f"{measured[whole] / measured[name]:.2f} times as fast"
        lines.append(f"| {title} | {1000 * round(measured[name] / 1000):,} | {ratio} |")
    return "\n".join(lines)


TABLES = {"accuracy": accuracy, "articles": articles, "events": events, "cost": cost, "peers": peers, "speeds": speeds}

if __name__ == "__main__":
    main()
