"""Names that quotes or brackets tell: after a head noun, after a known name, in a dateline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline import spans
from pipeline.organisations.lexicon import BEFORE, Organisation, heads, is_weapon, once, whole_names
from pipeline.organisations.page import Page, mention
from pipeline.repeats import repeats
from pipeline.spans import Mention


def quoted(page: Page, known: list[Mention]) -> Iterator[tuple[Mention, Organisation | None]]:
    """Yield names in quotes or brackets after a head noun («شركة "ديب مايند"»), and short names in brackets after a known name.

    With each comes the listed organisation whose name the head noun and the words in quotes are («تنظيم "الدولة الإسلامية"»).
    """
    doc = page.doc
    ends = {m.end: m.entity for m in known}
    for i in range(1, len(doc)):
        end = _closing(page, i)
        if not end:
            continue
        head = heads().get(page.norm(i - 1))
        previous = doc[i - 1]
        described = end == i + 2 and page.norm(i + 1).endswith("يه") and not page.norm(i + 1).startswith("ال")
        if described and f"{previous.norm_} {page.norm(i + 1)}" not in whole_names():
            continue  # «منظمة "إرهابية"»
        if is_weapon(doc[i + 1 : end].text):
            continue
        if head is not None and head.frame in BEFORE and "+" not in page.norms[i + 1 : end]:
            whole = whole_names().get(f"{previous.norm_} {' '.join(page.norms[i + 1 : end])}")
            purpose = page.norm(end + 1) == "ل" and page.norm(end + 2).startswith("ال")
            purpose = purpose and not page.norm(end + 3).startswith("ال")  # «مركز "…" للدراسات السياسية»
            start, stop = (i - 1, end + 3) if purpose else (i - 1, end + 1) if whole else (i + 1, end)
            entry = None if purpose else whole
            key = entry.key if entry else page.key(start, stop)
            yield mention(doc, start, stop, "organisations:quoted", 0.8, key), entry
        elif (
            previous.idx + len(previous) in ends
            and end <= i + 4
            and doc[i].text == "("
            and doc[i + 1].is_ascii
            and doc[i + 1].is_alpha
        ):
            key = ends[previous.idx + len(previous)]
            yield mention(doc, i + 1, end, "organisations:acronym", 0.8, key), None


def _closing(page: Page, i: int) -> int:
    """The token that closes the quotes or brackets that open at one, around one to six words; 0 if none does."""
    doc = page.doc
    if page.norms[i].isalnum() or not (doc[i].is_quote or doc[i].is_left_punct):
        return 0
    end = i + 1
    while (
        end < len(doc)
        and end < i + 7
        and not (doc[end].is_punct and doc[end].text not in ".-")
        and not doc[end].is_space
    ):
        end += 1
    closed = i + 1 < end < len(doc) and (doc[end].is_quote or doc[end].is_right_punct)
    return end if closed else 0


def signed(page: Page) -> Iterator[Mention]:
    """Yield who signs a dateline: «الرياض (الوئام) –»."""
    doc = page.doc
    for start, (end, label, _) in page.at.items():
        opens = start == 0 or "\n" in doc[start - 1].text
        if label not in ("LOCATION", "COUNTRY") or not opens or page.norm(end) != "(":
            continue
        stop = next((i for i in range(end + 1, end + 5) if page.norm(i) == ")"), end)
        words = page.norms[end + 1 : stop]
        if words and all(map(str.isalpha, words)) and page.norm(stop + 1) in ("-", ":") and page.signs(end + 1, stop):
            yield mention(doc, end + 1, stop, "organisations:signed", 0.8, page.key(end + 1, stop))


def repeated(page: Page, found: list[Mention]) -> Iterator[Mention]:
    """Yield names that quotes or the model told once where they stand again without («الفرقة 30»).

    Of two words, in Latin letters, or listed as a name that a text must tell once.
    """
    names: dict[tuple[str, ...], Mention] = {}
    for m in found:
        span = spans.located(page.doc, m)
        words = tuple(page.norms[span.start : span.end])
        told = len(words) > 1 or words[0].isascii() or words[0] in once()
        if told and m.by in ("model", "organisations:quoted"):
            names[words] = m
    for hit in repeats(page.norms, names):
        again = page.doc[hit.start : hit.end]
        yield replace(hit.entry, start=again.start_char, end=again.end_char, by="organisations:repeated")
