"""Which forum a name tells, whichever of its meetings is meant."""

from __future__ import annotations

from spacy.tokens import Span

from pipeline.forums.lexicon import QUOTES, Known, heads
from pipeline.forums.page import Page
from pipeline.forums.phrases import Reading, take_ordinal, take_session
from pipeline.normalise import normalise
from pipeline.spans import Mention


def mention(page: Page, start: int, end: int, by: str, known: Known | None = None) -> Mention:
    """Return the mention of tokens `[start, end)`, with the key of the forum that it names."""
    span = page.doc[start:end]
    words = series(page, start, end)
    known = known or known_series(page, words)
    if known is None:
        form = "".join(page.norms[i] + page.doc[i].whitespace_ for i in words if page.norms[i] not in QUOTES)
        key = f"forum:{' '.join(form.split())}"
    else:
        key = f"wd:{known.wikidata}" if known.wikidata else f"forum:{normalise(known.name)}"
    return Mention(span.start_char, span.end_char, "FORUM", "", 1.0, by, key)


def series(page: Page, start: int, end: int) -> list[int]:
    """Return the tokens of a name that tell the forum, whichever of its meetings is meant.

    Without ordinals, and without the session: «الدورة الثالثة للجنة المشتركة» is a meeting of «اللجنة المشتركة».
    """
    head = heads().get(page.norms[start])
    if head is not None and head.kind == "session":
        owner = next((i + 1 for i in range(start + 1, end - 1) if page.norms[i] in ("ل", "من")), start)
        if page.norms[owner] not in QUOTES:
            start = owner
    words: list[int] = []
    at = start
    while at < end and not (page.norms[at] in ("في", "ب") and page.word(at + 1) in ("دورتها", "دورته")):
        reading = Reading(at, start + 1, {"described"})
        if words and take_ordinal(page, reading):
            at = reading.end
        else:
            words.append(at)
            at += 1
    return words


def known_series(page: Page, words: list[int]) -> Known | None:
    """Return the listed forum that these tokens name, all of them and no others."""
    end, known = page.listed.get(words[0], (0, None))
    return known if words == list(range(words[0], end)) else None


def with_edition(page: Page, end: int, kind: str) -> int:
    """The end of a listed name, with its ordinal and the session that is named after it."""
    reading = Reading(end)
    if kind in ("conference", "dialogue", "forum", "summit") and not page.word(end).isdecimal():
        take_ordinal(page, reading)
    take_session(page, reading)
    return reading.end


def edition(page: Page, span: Span) -> int:
    """Return the number of the meeting that a name gives, 0 if it gives none."""
    for at in range(span.start + 1, span.end):
        reading = Reading(at)
        if take_ordinal(page, reading) and reading.end <= span.end:
            return reading.edition
    return 0
