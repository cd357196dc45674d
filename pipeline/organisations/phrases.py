"""The noun phrase that completes a head noun: definite words, nouns in construct before them, purposes with «ل», and what «و» joins."""

from __future__ import annotations

from pipeline.organisations.lexicon import heads, name_shares
from pipeline.organisations.page import Page

_LONGEST = 16  # tokens that a name may have, which also keeps the reading linear


def phrase(page: Page, head: int, frame: str) -> int:
    """Return the end of the noun phrase that completes a head noun; the head itself if there is none.

    It takes definite words, nouns in construct before them, purposes with «ل» and what «و» joins; a nationality ends it, but for a purpose.
    """
    at = head + 1
    end = head
    nations = 0
    closed = False  # after a nationality, until a purpose opens the name again
    while at < head + _LONGEST:
        here = page.norm(at)
        if page.is_(at, "NATIONALITY"):
            past = page.past_nationality(at)
            if past == at:
                break
            at = end = past
            nations += 1
            closed = True
        elif at in page.listed and frame != "ministry":
            if at == head + 1 and not page.has(head, "holder"):
                return head
            at = end = page.listed[at]
        elif page.definite(at) and (not closed or page.has(at, "adjective")):
            if at == end > head + 1 and not _describes(page, at, head, frame):
                break  # «قررت المحكمة الخاصة | الاستماع إلى …»
            at = end = at + 1
        elif _continues(page, at, head, end, frame, closed):
            closed = closed and here == "و"
            at += 1
        elif (
            page.is_(at, "COUNTRY", "LOCATION")
            and end < at
            and (at > head + 1 or frame == "named" or page.has(head, "local"))
        ):
            at = end = page.at[at][0]
            if heads()[page.norm(head)].kind != "bank":
                break
        elif frame == "named" and at == head + 1 and page.persons.get(at, 0) > at + 1:
            at = end = page.persons[at]  # «مؤسسة كوفي عنان»
        elif (
            frame == "named"
            and page.named(at)
            and end in (head, head + 1)
            and at < head + 3
            and not page.definite(head + 1)
        ):
            at = end = at + 1
            if page.has(at, "ordinal"):
                return at + 1
        elif end == head and at == head + 1 and frame in ("body", "company", "named") and _foreign(page, at) > at:
            at = _foreign(page, at)
        else:
            break
    if nations > 1 and heads()[page.norm(head)].kind in ("committee", "council"):
        return head  # a committee of two nations is where they meet
    if frame in ("described", "company") and end < head + 3:
        return head
    if frame == "described" and not agrees(page, head):
        return head
    if here == "المشتركه" or here == "المشترك":
        return head
    return end


def _foreign(page: Page, at: int) -> int:
    """The end of a proper name of up to three words that a purpose follows («معهد ... للدراسات»), or the token itself."""
    for end in range(at, at + 4):
        if end > at and page.norm(end) == "ل" and page.definite(end + 1):
            return end + 1
        known = page.norm(end) in name_shares() and not page.named(end)
        if known or not page.norm(end).isalpha() or page.has(end, "stop") or end in page.at:
            break
    return at


def _continues(page: Page, at: int, head: int, end: int, frame: str, closed: bool) -> bool:
    """May a word that is neither definite nor a name lead on to one that is?"""
    here = page.norm(at)
    if page.has(at, "noun") or (page.has(at, "purpose") and page.norm(at - 1) == "ل"):
        return _opens(page, at)
    if end == head:
        return False
    if here == "ل" and frame != "ministry":
        return page.definite(at + 1) or page.has(at + 1, "noun") or page.has(at + 1, "purpose") or at + 1 in page.listed
    return (
        here == "و"
        and not closed
        and frame != "named"
        and _joins(page, at + 1, frame != "described" or "ل" in page.norms[head:at])
    )


def _opens(page: Page, at: int) -> bool:
    """Do nouns in construct at a token lead to a definite word, country, place or known organisation?"""
    for ahead in range(at + 1, at + 4):
        if page.definite(ahead) or ahead in page.listed or page.is_(ahead, "COUNTRY", "LOCATION"):
            return True
        if not page.has(ahead, "noun"):
            return False
    return False


def agrees(page: Page, head: int) -> bool:
    """Does the word after a definite noun agree with it in gender, or is it a nationality or a purpose?"""
    word = page.norm(head + 1)
    return (
        not word.startswith("ال")
        or page.is_(head + 1, "NATIONALITY")
        or word.endswith("ه") == page.norm(head).endswith("ه")
    )


def _describes(page: Page, at: int, head: int, frame: str) -> bool:
    """May a definite word be one more adjective? A feminine noun has none that is masculine, a masculine none that is feminine."""
    if not all(page.definite(i) for i in range(head + 1, at)):
        return True
    word, feminine = page.norm(at), page.norm(head).endswith("ه")
    if frame == "ministry":
        return word[-1] in "هيا" or page.has(at, "adjective") or word == "العام"
    if frame in ("described", "coalition"):
        return word[-1] in "هيا" if feminine else not word.endswith("ه")
    return True


def _joins(page: Page, at: int, purpose: bool) -> bool:
    """May a word after «و» be one more field of the same body, not the next thing in the sentence?"""
    if at in page.listed or page.norm(at) in heads() or page.is_(at, "NATIONALITY", "COUNTRY", "LOCATION"):
        return False
    return page.definite(at) or (purpose and page.has(at, "noun") and _opens(page, at))
