"""Fuzzing guided by coverage: inputs that reach new branches of the readers, the tokeniser or the dates are kept and changed further.

    python tests/guided.py dates                                # until it fails or Ctrl-C
    python tests/guided.py .csv -max_total_time=600             # ten minutes of bytes as a CSV file

Any further option is libFuzzer's. Inputs that reach something new are kept in `.fuzz/`, where the next run goes on from them. What fails is written to a file
`crash-…` in the current folder, which the same command with that file as its last argument runs once more; as small as can be, it belongs into `tests/data/fuzz`.
`make fuzz-guided` runs all targets. The method is libFuzzer's, which atheris (Apache 2.0) brings to Python.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["pipeline.readers", "pipeline.dates", "pipeline.tokenise", "pipeline.segment"]
):
    import test_fuzz

KEPT = Path(".fuzz")
LONGEST = 4096  # bytes of an input: what libFuzzer changes it also has to run thousands of times


def text_target(target: str, data: bytes) -> None:
    """Check what must hold of any text."""
    test_fuzz.TARGETS[target](data.decode("utf-8", "replace"))


def bytes_target(suffix: str, data: bytes) -> None:
    """Check what must hold of any file of a kind."""
    with tempfile.TemporaryDirectory() as folder:
        test_fuzz.readers_answer(Path(folder), suffix, data)


def seeds(folder: Path, target: str) -> None:
    """Write the inputs to begin with: past failures, and a file of the kind or a few dates as they should be."""
    for path in test_fuzz.PAST:
        (folder / path.stem).write_bytes(path.read_bytes())
    dates = "في الخامس من تشرين الثاني/نوفمبر ٢٠٢٣، بين 3 و7 مايو، الأسبوع المقبل، 12/5/2024، عام 1445 هـ".encode()
    (folder / "whole").write_bytes(test_fuzz.FILES.get(target, dates))


def words(path: Path) -> None:
    """Write libFuzzer's dictionary: the words that stages look for."""
    forms = {row[column] for name, column in test_fuzz.LISTS.items() for row in test_fuzz.rows(name)}
    escaped = ("".join(f"\\x{byte:02X}" for byte in form.encode()) for form in sorted(forms))
    path.write_text("".join(f'"{form}"\n' for form in escaped), encoding="ascii")


def main() -> None:
    """Run a target; raises SystemExit with the names of all where there is none of that name."""
    target, options = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    known = [*test_fuzz.TARGETS, *test_fuzz.FILES]
    if target not in known:
        raise SystemExit(f"{sys.argv[0]}: which of {', '.join(known)}?")
    check = text_target if target in test_fuzz.TARGETS else bytes_target
    corpus, dictionary = KEPT / target.strip("."), KEPT / "words"
    corpus.mkdir(parents=True, exist_ok=True)
    seeds(corpus, target)
    words(dictionary)
    given = [] if any(not option.startswith("-") for option in options) else [str(corpus)]
    setup = [sys.argv[0], f"-max_len={LONGEST}", f"-dict={dictionary}", *options, *given]
    atheris.Setup(setup, lambda data: check(target, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
