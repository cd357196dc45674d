"""Where a name stands again that something in the text has told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from pipeline.gazetteer import Hit

T = TypeVar("T")

_LONGEST = 12  # tokens of a name that is looked for


def repeats(norms: Sequence[str], names: Mapping[tuple[str, ...], T]) -> Iterator[Hit[T]]:
    """Yield every place of names, given by their matching forms, among those of a text.

    >>> [(hit.start, hit.end) for hit in repeats(["الفرقه", "30", "ثم", "الفرقه", "30"], {("الفرقه", "30"): None})]
    [(0, 2), (3, 5)]
    """
    lengths: dict[str, set[int]] = {}
    for words in names:
        if 0 < len(words) <= _LONGEST:
            lengths.setdefault(words[0], set()).add(len(words))
    for start, norm in enumerate(norms):
        for length in lengths.get(norm, ()):
            words = tuple(norms[start : start + length])
            if words in names:
                yield Hit(start, start + length, names[words])
