"""Dates beside dateparser: how many cases of ../shared/suites/dates.jsonl each finds with exact span and value, and how fast.

    python benchmarks/dates.py [--failures] [--json FILE]

The cases are sampled from the tests of Duckling, Recognizers-Text, dateparser and maha; a second accepted reading counts too. dateparser is called
as its documentation says, `search_dates` with Arabic and the reference as base.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from dateparser.search import search_dates  # type: ignore[import-untyped]

from pipeline.dates import find_dates
from pipeline.dates.expressions import Convention

SHARED = Path(__file__).parents[2] / "shared"
Found = list[tuple[int, int, str]]
System = Callable[[str, datetime | None], Found]


def khabar(convention: Convention | None) -> System:
    """Return khabar with a convention (None: as it chooses by the text)."""

    def find(text: str, base: datetime | None) -> Found:
        return [(m.start, m.end, m.value) for m in find_dates(text, base, convention=convention)]

    return find


def dateparser(text: str, base: datetime | None) -> Found:
    """Return what `dateparser.search.search_dates` finds, placed at the first occurrence that is left in the text."""
    found: Found = []
    end = 0
    for piece, when in search_dates(text, languages=["ar"], settings={"RELATIVE_BASE": base} if base else None) or []:
        start = text.find(piece, end)
        end = start + len(piece)
        found.append((start, end, when.date().isoformat()))
    return found


SYSTEMS: dict[str, System] = {
    "khabar": khabar(None), "khabar, news": khabar("news"), "khabar, general": khabar("general"), "dateparser": dateparser,
}  # fmt: skip


def main() -> None:
    """Print the table of scores, the failures if asked for, and the speeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", action="store_true", help="list the cases that khabar misses")
    parser.add_argument("--json", type=Path, help="also write the shares that the README states")
    options = parser.parse_args()
    failures = options.failures
    cases: list[dict[str, Any]] = [
        json.loads(line) for line in (SHARED / "suites" / "dates.jsonl").open(encoding="utf-8")
    ]
    sources = list(dict.fromkeys(case["source"] for case in cases))
    print("| system | exact | " + " | ".join(sources) + " | span found |")
    print("| --- |" + " --- |" * (len(sources) + 2))
    shares_of = {}
    for name, find in SYSTEMS.items():
        answers = [find(case["text"], _base(case)) for case in cases]
        exact = [_exact(case, found) for case, found in zip(cases, answers, strict=True)]
        spans = [any(m[:2] == (c["start"], c["end"]) for m in found) for c, found in zip(cases, answers, strict=True)]
        shares = [_share([e for e, c in zip(exact, cases, strict=True) if c["source"] == source]) for source in sources]
        shares_of[name] = sum(exact) / len(exact)
        print(f"| {name} | {_share(exact)} | " + " | ".join(shares) + f" | {_share(spans)} |")
        if failures and name == "khabar":
            missed = [(c, found) for c, found, right in zip(cases, answers, exact, strict=True) if not right]
    if failures:
        for case, found in missed:
            made = [(case["text"][start:end], value) for start, end, value in found]
            print(
                f"{case['source']}: {case['text']!r} ({case['reference_time']}) {case['expression']!r} {case['expected']!r}: {made}"
            )
    _speeds()
    if options.json:
        options.json.write_text(json.dumps(shares_of), encoding="utf-8")


def _base(case: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(case["reference_time"][:19]) if case["reference_time"] else None


def _exact(case: dict[str, Any], found: Found) -> bool:
    accepted = {case["expected"], case.get("expected_past")}
    return any((start, end) == (case["start"], case["end"]) and value in accepted for start, end, value in found)


def _share(right: list[bool]) -> str:
    return f"{sum(right)}/{len(right)} ({sum(right) / len(right):.1%})"


def _speeds() -> None:
    """Print how fast each reads articles; dateparser reads few of them, so slow is it."""
    articles = [json.loads(line) for line in (SHARED / "gold" / "train.jsonl").open(encoding="utf-8")]
    base = datetime(2018, 6, 1)
    for name, find, some in (("khabar, news", khabar("news"), articles), ("dateparser", dateparser, articles[:5])):
        find(some[0]["text"], base)
        start = time.process_time()
        for article in some:
            find(article["text"], base)
        size = sum(len(article["text"].encode()) for article in some)
        print(f"{name}: {size / 1e6 / (time.process_time() - start):.3f} MB/s over {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
