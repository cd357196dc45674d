"""How the name of a forum goes on from its head noun, where it ends, and which complements make it a name."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.forums.lexicon import Head, heads, is_adjective, is_definite, word_list
from pipeline.forums.page import Page
from pipeline.forums.phrases import (
    DEPTH,
    LONGEST_CHAIN,
    Reading,
    take_adjectives,
    take_name,
    take_noun_phrase,
    take_opponent,
    take_session,
    take_title,
)
from pipeline.forums.series import mention
from pipeline.spans import Mention

_LATE_EDITION = 10  # from which on «الدورة» needs no name: «الدورة الـ78»
_BODIES = ("assembly", "committee", "conference", "council", "forum", "group")  # heads of organisations' names, too


def names(page: Page) -> Iterator[Mention]:
    """Yield the mentions that the grammar accepts."""
    for at, word in enumerate(page.norms):
        head = heads().get(word)
        if head is None:
            continue
        if is_body(page, at, head) or (head.kind == "dialogue" and at in page.within):
            continue
        if at > 0 and page.norms[at - 1] in word_list("room"):
            continue  # «قاعة الاجتماعات»
        first = (
            at > 0
            and page.norms[at - 1] in word_list("first")
            and head.kind in ("meeting", "summit", "conference", "forum")
        )
        reading = read(page, at, head)
        if first:
            _after_lam(page, reading, head.kind)
        if reading.evidence & (head.complements | ({"host"} if first else set())):
            start = at - first
            yield mention(page, start, reading.end, f"pattern:{head.kind}")


def is_body(page: Page, at: int, head: Head) -> bool:
    """Whether the name that a head begins is known as an organisation's: «مجلس الوزراء», «الجمعية الوطنية»."""
    return head.kind in _BODIES and page.starts.get(at, (0, ""))[1] == "org"


def read(page: Page, at: int, head: Head, depth: int = 0) -> Reading:
    """Read the complement of the head at a token, which lies within `depth` other names."""
    reading = Reading(at + 1, at + 1)
    if not _has_article(page, at):
        _construct(page, reading, head.kind)
    take_adjectives(page, reading, head.kind)
    _about(page, reading, head.kind)
    _between(page, reading, head.kind)
    if not reading.evidence & {"forum", "body"}:
        _after_lam(page, reading, head.kind, depth)
    if reading.nationalities > 1:
        reading.evidence.add("nat2")
    if not reading.nationalities:
        reading.evidence.discard("coordination")
    if "adjective" not in reading.evidence:
        reading.evidence.discard("hosted")
    if reading.evidence >= {"ordinal", "described"}:
        reading.evidence.add("title")
    if reading.edition >= _LATE_EDITION:
        reading.evidence.add("edition")
    take_session(page, reading)
    return reading


def _has_article(page: Page, at: int) -> bool:
    """Whether the word at a token takes adjectives. In «للجنة» the article may be none: «ل» and «لجنة»."""
    word, after = page.norms[at], page.word(at + 1)
    if word.startswith("ال") and page.doc[at].text.startswith("ل"):
        return is_adjective(after) or at + 1 in page.nationalities
    return word.startswith(("ال", "دورت"))


def _construct(page: Page, reading: Reading, kind: str) -> None:
    """A genitive: a name that another stage found, a quoted title, or nouns up to a definite one."""
    at = reading.end
    if page.word(at) == "ل" and (
        page.starts.get(at + 1, (0, ""))[1] in ("org", "forum") or page.word(at + 1) in word_list("orgword")
    ):
        at += 1
    if kind == "meeting" and (_is_body(page, at) or page.word(at) in word_list("office")):
        return
    if take_name(page, reading, at) or take_title(page, reading, at):
        take_opponent(page, reading)
        if (
            kind == "meeting"
            and page.word(reading.end) == "و"
            and page.starts.get(reading.end + 1, (0, ""))[1] == "org"
        ):
            reading.end = page.starts[reading.end + 1][0]
        return
    if not _nouns(page, reading, at):
        return
    if reading.evidence & {"ministers"}:
        while page.word(reading.end) == "و" and page.word(reading.end + 1) in word_list("construct"):
            if not _nouns(page, reading, reading.end + 1):
                return
        at = reading.end
        named = page.starts.get(at + 1, (0, ""))[1] in ("org", "forum")
        if page.word(at) in ("في", "ل", "ب", "من") and (named or page.word(at + 1) in word_list("construct")):
            _nouns(page, reading, at + 1)


def _nouns(page: Page, reading: Reading, at: int) -> bool:
    """Take nouns in the genitive up to a name, a quoted title or a definite noun with its adjectives."""
    start = at
    evidence: set[str] = set()
    while page.word(at) in word_list("construct") and at not in page.starts and at < start + LONGEST_CHAIN:
        evidence.update(kind for kind in ("ministers", "orgword") if page.word(at) in word_list(kind))
        at += 1
        if page.word(at) == "و" and page.word(at + 1) in word_list("construct"):
            at += 1
    word = page.word(at)
    if at in page.starts:
        take_name(page, reading, at)
    elif is_definite(word) and word not in word_list("stop") and word not in word_list("generic"):
        evidence.add("noun")
        if at > start:
            evidence.add("chain")
        evidence.update(kind for kind in ("coordination", "orgword", "subject") if word in word_list(kind))
        reading.end = at + 1
    elif not (at > start and take_title(page, reading, at)):
        return False
    reading.evidence |= evidence
    peace = word in word_list("peace")
    count = reading.nationalities
    take_adjectives(page, reading, "")
    take_opponent(page, reading)
    if peace and page.word(reading.end) == "في" and page.starts.get(reading.end + 1, (0, ""))[1] == "place":
        reading.end = page.starts[reading.end + 1][0]
        reading.evidence.add("peace")
    elif peace and reading.nationalities > count:
        reading.evidence.add("peace")
    return True


def _is_body(page: Page, at: int) -> bool:
    """Whether a council, a committee or an assembly is named at a token: a meeting of it is no name of its own."""
    head = heads().get(page.word(at))
    return head is not None and head.kind in ("council", "committee", "assembly")


def _about(page: Page, reading: Reading, kind: str) -> None:
    """«الخاصة بسوريا», «المعنية بتعيين الحدود», «المؤتمر الدولي حول ليبيا»."""
    at = reading.end
    named = kind in ("conference", "forum", "meeting") and reading.evidence & {"adjective", "described", "place"}
    if page.word(at) in word_list("about") and page.word(at + 1) == "ب":
        at += 2
    elif named and page.word(at) in word_list("topic"):
        at += 1
    else:
        return
    rest = Reading(at)
    if at in page.starts:
        rest.end = page.starts[at][0]
    elif not take_noun_phrase(page, rest, at):
        return
    reading.end = rest.end
    reading.evidence.add("about")


def _between(page: Page, reading: Reading, kind: str) -> None:
    """«بين مصر وقبرص واليونان», after a summit that has no other name."""
    at = reading.end
    if kind != "summit" or page.word(at) != "بين" or page.starts.get(at + 1, (0, ""))[1] != "country":
        return
    end = page.starts[at + 1][0]
    while page.word(end) == "و" and page.starts.get(end + 1, (0, ""))[1] == "country":
        end = page.starts[end + 1][0]
    if reading.end > 1 and is_adjective(page.word(at - 1)):
        reading.end = end
        reading.evidence.add("between")


def _after_lam(page: Page, reading: Reading, kind: str, depth: int = 0) -> None:
    """What the forum belongs to or is for: «ل» or, after a session, «من», and a noun phrase."""
    at = reading.end
    if kind == "session" and "ordinal" in reading.evidence and take_title(page, reading, at):
        reading.evidence.add("host")
        return
    if kind == "dialogue" or not (page.word(at) == "ل" or (kind == "session" and page.word(at) == "من")):
        return
    at += 1
    if page.word(at) in word_list("purpose_verb") or (kind == "summit" and not reading.evidence):
        return
    if take_title(page, reading, at):
        reading.evidence.add("host")
        return
    if (
        kind in ("conference", "forum")
        and heads().get(page.norms[at - 2]) is not None
        and page.norms[at - 2].startswith("ال")
    ):
        return
    inner = heads().get(page.word(at))
    if at in page.starts:
        reading.end, evidence = page.starts[at]
        if evidence in ("org", "forum", "place", "country"):
            reading.evidence.update(("host", "purpose"))
        if evidence in ("org", "forum"):
            reading.evidence.add("hosted")
    elif inner is not None and depth < DEPTH:
        reading.end = read(page, at, inner, depth + 1).end
        reading.evidence.add("host")
    elif take_noun_phrase(page, reading, at):
        if page.word(at) in word_list("orgword"):
            reading.evidence |= {"host", "hosted"}
        reading.evidence.update(("purpose",) if kind in ("meeting", "session") else ("purpose", "host"))
    else:
        return
    rest = Reading(reading.end)
    take_adjectives(page, rest, kind)
    take_opponent(page, rest)
    after = page.word(rest.end + 1)
    if page.word(rest.end) == "ل" and is_definite(after) and after not in word_list("purpose_verb") and inner is None:
        take_noun_phrase(page, rest, rest.end + 1)
    reading.end = rest.end
    reading.nationalities += rest.nationalities
    _second_host(page, reading, at)


def _second_host(page: Page, reading: Reading, at: int) -> None:
    """«المجلس الوزاري المشترك لمجلس التعاون | والاتحاد الأوروبي»."""
    joint = page.norms[at - 2] in ("المشترك", "المشتركه")
    if joint and page.word(reading.end) == "و" and page.starts.get(reading.end + 1, (0, ""))[1] == "org":
        reading.end = page.starts[reading.end + 1][0]
