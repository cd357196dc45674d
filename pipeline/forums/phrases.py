"""What the names of forums are put together from: other names, titles in quotes, adjectives and ordinals, noun phrases."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.forums.lexicon import QUOTES, adjectives, is_adjective, is_definite, ordinals, word_list
from pipeline.forums.page import Page

LONGEST_CHAIN = 12  # nouns in the genitive
_LONGEST_QUOTE = 14  # tokens of a quoted title
DEPTH = 4  # names within names that are read


@dataclass(slots=True)
class Reading:
    """A stretch of tokens that the grammar has read so far: its end, what was met on the way, and the ordinal."""

    end: int
    after_head: int = -1
    evidence: set[str] = field(default_factory=set)
    nationalities: int = 0
    edition: int = 0


def take_name(page: Page, reading: Reading, at: int) -> bool:
    """Take the name that starts at a token, if one does."""
    if at not in page.starts:
        return False
    end, evidence = page.starts[at]
    if evidence == "date" and page.word(at) in word_list("deictic"):
        return False
    if evidence == "forum" and at in page.listed and page.listed[at][1].kind in ("council", "assembly", "committee"):
        evidence = "body"
    reading.end = end
    reading.evidence.add(evidence)
    return True


def take_title(page: Page, reading: Reading, at: int) -> bool:
    """Take a title in quotation marks or brackets."""
    opening = page.word(at)
    closing = ")" if opening == "(" else QUOTES
    if opening not in (*QUOTES, "(") or page.starts.get(at + 1, (0, ""))[1] == "forum":
        return False
    for end in range(at + 1, min(at + 1 + _LONGEST_QUOTE, len(page.norms))):
        if page.norms[end] in closing:
            reading.end = end + 1
            reading.evidence.add("quote")
            return end > at + 1
    return False


def take_adjectives(page: Page, reading: Reading, kind: str) -> None:
    """Definite adjectives, nationalities and ordinals."""
    while True:
        at = reading.end
        word = page.word(at)
        if at in page.nationalities and is_definite(word):
            reading.end = page.nationalities[at]
            reading.nationalities += 1
            reading.evidence |= {"nat", "described"}
        elif take_ordinal(page, reading):
            pass
        elif word in word_list("level") and page.word(at + 1) == "المستوي":
            reading.end += 2
        elif word in word_list("about") and page.word(at + 1) == "ب":
            return
        elif is_adjective(word) and not (word in word_list("deictic") and page.word(at + 1).isdecimal()):
            reading.evidence.add("adjective" if kind in adjectives().get(word, ()) else "described")
            reading.end += 1
        elif word in ("-", "و") and reading.nationalities and at + 1 in page.nationalities and word == "-":
            reading.end += 1
        else:
            return


def take_ordinal(page: Page, reading: Reading) -> bool:
    """Take an ordinal: in words, as a number after the article, or a bare number."""
    at = reading.end
    word = page.word(at)
    if word == "ال" and page.word(at + 1).isdecimal():
        reading.end, reading.edition = at + 2, int(page.word(at + 1)[:4])
    elif (
        word.isdecimal()
        and len(word) < 4
        and (at == reading.after_head or reading.evidence & {"adjective", "described"})
    ):
        reading.end, reading.edition = at + 1, int(word)
    elif word in ordinals():
        reading.edition = ordinals()[word]
        at += 1
        while page.word(at) in ordinals() or (page.word(at) == "و" and page.word(at + 1) in ordinals()):
            at += page.word(at) == "و"
            reading.edition += ordinals()[page.word(at)]
            at += 1
        reading.end = at
    else:
        return False
    reading.evidence.add("ordinal")
    return True


def take_session(page: Page, reading: Reading) -> None:
    """«في دورتها الـ27», after the name."""
    at = reading.end
    if page.word(at) in ("في", "ب") and page.word(at + 1) in ("دورتها", "دورته"):
        rest = Reading(at + 2)
        if take_ordinal(page, rest):
            reading.end = rest.end
            reading.evidence.add("ordinal")


def take_opponent(page: Page, reading: Reading) -> None:
    """«ضد داعش», after a coalition."""
    at = reading.end
    if page.word(at) != "ضد":
        return
    if at + 1 in page.starts:
        reading.end = page.starts[at + 1][0]
    elif take_title(page, reading, at + 1):
        reading.evidence.discard("quote")
    else:
        reading.end = at + 2
        if not is_definite(page.word(at + 1)) and is_definite(page.word(at + 2)):
            reading.end = at + 3
            take_adjectives(page, reading, "")
    reading.evidence.add("org")


def take_noun_phrase(page: Page, reading: Reading, at: int, depth: int = 0) -> bool:
    """Take nouns up to a definite one, its adjectives, and others joined to it by «و»."""
    start = at
    while page.word(at) in word_list("construct") and at not in page.starts and at < start + LONGEST_CHAIN:
        at += 1
    if (
        at not in page.starts
        and page.word(at).isalpha()
        and not is_definite(page.word(at))
        and is_definite(page.word(at + 1))
    ):
        at += 1
    if at in page.starts:
        reading.end = page.starts[at][0]
    elif is_definite(page.word(at)) and page.word(at) not in word_list("stop"):
        reading.end = at + 1
    elif at == start or not take_title(page, reading, at):
        return False
    if page.word(reading.end - 1) in word_list("limit") and page.word(reading.end) == "من" and depth < DEPTH:
        return take_noun_phrase(page, reading, reading.end + 1, depth + 1)
    rest = Reading(reading.end)
    take_adjectives(page, rest, "")
    reading.end = rest.end
    if page.word(reading.end) == "و" and is_definite(page.word(reading.end + 1)) and depth < DEPTH:
        take_noun_phrase(page, reading, reading.end + 1, depth + 1)
    return True


def whole(page: Page, start: int, end: int) -> int:
    """Where a name is whole that a model read: before «بين البلدين», and before a quote that nothing in it opens."""
    if end > start + 2 and page.word(end - 2) == "بين" and page.word(end - 1) in word_list("sides"):
        end -= 2
    quotes = [i for i in range(start, end) if page.norms[i] in QUOTES]
    return end - 1 if quotes == [end - 1] else end
