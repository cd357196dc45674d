"""The words that tell events: a list of verbs and nouns, in their inflections."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.events.told import Frame
from pipeline.lists import rows
from pipeline.normalise import normalise

PRONOUNS = ("ه", "ها", "هم", "هما", "نا")


def inflections(base: str, kind: str) -> Iterator[str]:
    """Yield the matching forms of a verb or noun with its usual endings.

    >>> sorted(inflections("زيارة", "noun"))[:3]
    ['الزياره', 'زيارتان', 'زيارتنا']
    """
    form = normalise(base)
    stem = form[:-1] + "ت" if form.endswith("ه") else form
    if kind == "noun":
        yield from (form, "ال" + form, *(stem + p for p in PRONOUNS))
        if not form.endswith(("ه", "ات", "ا")):
            yield from (form + "ا", form + "ين", "ال" + form + "ين")
        elif form.endswith("ه"):
            yield from (stem + "ين", stem + "ي", stem + "ان")
        return
    if kind == "participle":
        yield from (form, form + "ا", form + "ه", form + "ين", form + "ان")
        return
    weak = form[:-1] if form.endswith(("ي", "ا", "و")) else form
    if kind == "perfect":
        yield from (form, weak + "ت", weak + "وا", weak + "تا", weak + "يا", form + "نا", weak + "ا")
        yield from (weak + "ا" + p if weak != form else form + p for p in PRONOUNS)
        yield from (weak + "ت" + p for p in PRONOUNS)
        return
    for person in "يتن":
        for future in ("", "س"):
            whole, short = future + person + form[1:], future + person + weak[1:]
            yield from (whole, short, short + "ون", short + "وا", short + "ان")
            yield from (whole + p for p in PRONOUNS)


@lru_cache(maxsize=1)
def frames() -> dict[str, tuple[Frame, ...]]:
    """Return matching form → the frames that it may trigger."""
    made: dict[str, dict[tuple[str, str], Frame]] = {}
    for n, row in enumerate(rows("event_triggers")):
        bases = [(kind, row[kind]) for kind in ("perfect", "imperfect", "participle")]
        bases += [("noun", word) for word in row["nouns"].split()]
        for kind, base in bases:
            for form in inflections(base, kind) if base else ():
                made.setdefault(form, {}).setdefault(
                    (row["type"], row["mode"]), Frame(row["type"], row["mode"], n, kind)
                )
    return {form: tuple(found.values()) for form, found in made.items()}
