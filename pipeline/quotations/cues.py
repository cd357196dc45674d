"""Words of saying («قال», «مضيفاً», «وفق»), and whose words they announce.

The subject stands beside the word; else («وأضاف») it is that of the word before which has one and the same gender. A subject that no mention names
(«قال خبراء») is nobody known, and so is that of «وأضافوا» after it.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc

from pipeline.found import Found, places
from pipeline.index import index, sentence_numbers, sentence_starts
from pipeline.lists import forms, rows
from pipeline.normalise import normalise
from pipeline.quotations.marks import Quoted, inside

_GROUPS = ("countries", "organisations", "people", "roles")
_SPEAKERS = ("PERSON", "ROLE", "ORGANIZATION", "COUNTRY")
# Tokens from a word of saying to its subject, and as long as the last speaker is remembered.
_SUBJECT, _MEMORY = 6, 250
# Parts of the list that are no word of saying.
_MERE = ("adjunct", "preposition", "filler", "that", "what")


@dataclass(slots=True)
class Cue:
    """Token `at` announces words.

    `part`: verb, participle, relay («نقلت … عن»), saying («قوله»), manner («على حد تعبيره»), statement («بيان»), source («وفق»), aside («ما ذكرته»),
    clause («الذي قال»); empty for a verb that announces none («استقبل»). `gender`: of its subject. `stated`: whether the text says beside it who
    that is, even if no mention, `subject`, does.
    """

    at: int
    part: str
    gender: str
    subject: Found | None = None
    stated: bool = False


def cues(doc: Doc, quoted: Sequence[Quoted]) -> list[Cue]:
    """Return the words of saying outside quotation marks, each with its subject."""
    return list(_Reading(doc, quoted).cues())


class _Reading:
    """A Doc read from its start, with who has spoken last."""

    def __init__(self, doc: Doc, quoted: Sequence[Quoted]) -> None:
        self._norms = index(doc).norms
        self._inside = inside(quoted)
        self._sentence, self._firsts = sentence_numbers(doc), sentence_starts(doc)
        self._opening = set(self._firsts)
        named = places(doc, *_GROUPS).labelled(*_SPEAKERS)
        self._starting = {f.start: f for f in reversed(named)}  # the longest that starts there
        self._ending = {f.end: f for f in reversed(named)}
        self._named = [f for f in named if f.start not in self._inside]
        self._named_starts = [f.start for f in self._named]
        self._days = {f.start: f.end for f in places(doc, "dates").found}
        self._heads: dict[str, list[Found]] = {}  # «منظمة» → the organisations and offices whose names begin so
        for f in named:
            if f.mention.label in ("ORGANIZATION", "ROLE") and f.mention.entity:
                self._heads.setdefault(self._norms[f.start].removeprefix("ال"), []).append(f)
        self._last: dict[str, Cue] = {}  # gender → who was said to speak or act

    def cues(self) -> Iterator[Cue]:
        """Yield them in the order of the text."""
        for i in self._outside():
            self._begin(i)
            part, gender = listed().get(self._norms[i], ("adjunct", ""))
            cue = Cue(i, self._part(i, part), gender)
            if cue.part in _MERE:
                continue
            self._resolve(cue)
            if cue.part == "relay":
                self._last.update(m=cue, f=cue)
            elif (cue.part in ("verb", "") and cue.stated) or (cue.part == "clause" and cue.subject):
                self._last[gender] = cue
            yield cue

    def _part(self, i: int, listed_as: str) -> str:
        """What a word does where it stands; a verb of the list may be a noun («على وصف»)."""
        if listed_as != "verb":
            return listed_as
        if self._norm(i - 1) in forms("relative_pronouns"):
            return "clause"
        noun = "verb" if _is_imperfect(self._norms[i]) else "adjunct"  # «ليقول» is none
        return {"preposition": noun, "what": "aside", "source": "aside"}.get(self._listed_part(i - 1), "verb")

    def _begin(self, i: int) -> None:
        """Remember who stands after the word that begins a sentence, mostly its verb: «سخر ترامب من …»."""
        name = self._starting.get(i + 1)
        opens = i in self._opening or (self._norm(i - 1) in ("و", "ف") and i - 1 in self._opening)
        word = self._norms[i]
        if name and opens and word not in listed() and len(word) > 2 and not word.startswith("ال"):
            gender = "f" if word.endswith("ت") else "m"
            self._last[gender] = Cue(i, "", gender, name, stated=True)

    def _outside(self) -> Iterator[int]:
        """The tokens that are neither between quotation marks nor part of a name."""
        at = 0
        while at < len(self._norms):
            name = self._starting.get(at)
            if name:
                at = max(at + 1, name.end)
                continue
            if at not in self._inside:
                yield at
            at += 1

    def _resolve(self, cue: Cue) -> None:
        if cue.part in ("verb", "aside", ""):
            self._resolve_verb(cue)
        elif cue.part == "clause":
            cue.subject, cue.stated = self._before(cue.at), True
        elif cue.part == "relay":
            cue.subject, cue.stated = self._about(cue.at + 1), True
        elif cue.part in ("source", "statement"):
            cue.subject = self._named_by(cue.at + 1)
            cue.stated = cue.part == "source" or bool(cue.subject)
        if not cue.stated:
            cue.subject = self._remembered(cue)

    def _resolve_verb(self, verb: Cue) -> None:
        at = self._passed(verb.at + 1)
        if self._listed_part(at) == "statement":  # «أفاد بيان للجيش»
            verb.subject, verb.stated = self._named_by(at + 1), True
            return
        verb.subject, verb.stated = self._after(at)
        before = None if verb.stated else self._before(verb.at)
        if before:
            verb.subject, verb.stated = before, True
        elif not verb.stated and _is_imperfect(self._norms[verb.at]):  # «شعار يقول»
            verb.stated = verb.at not in self._opening and self._is_plain(verb.at - 1)

    def _after(self, at: int) -> tuple[Found | None, bool]:
        """The subject after a verb, and whether the verb has one there at all."""
        at = self._passed(at)
        if at in self._starting:
            return self._starting[at], True
        end = at
        while end < at + _SUBJECT and self._norm(end).startswith("ال"):
            end += 1
        person = self._starting.get(end)
        if end > at and person and person.mention.label == "PERSON":  # «قال المرشح الرئاسي X»
            return person, True
        if end == at + 1:
            return self._by_head(self._norm(at).removeprefix("ال"), at), True
        return None, self._is_plain(at)

    def _norm(self, at: int) -> str:
        return self._norms[at] if 0 <= at < len(self._norms) else ""

    def _listed_part(self, at: int) -> str:
        return listed().get(self._norm(at), ("", ""))[0]

    def _is_plain(self, at: int) -> bool:
        """Whether a token is a word of which the lists say nothing."""
        word = self._norm(at)
        return len(word) > 1 and word.isalpha() and word not in _no_subjects() and word not in _links()

    def _by_head(self, head: str, at: int) -> Found | None:
        """What «المنظمة» stands for: the organisation or office named last whose name begins with that noun."""
        known = self._heads.get(head, [])
        n = bisect.bisect_left(known, at, key=lambda f: f.start)
        return known[n - 1] if n else None

    def _passed(self, at: int) -> int:
        """The first token from `at` on that is no white space, no comma, no date and no word that may stand before a subject."""
        words = _passed_words()
        stop = min(at + _SUBJECT, len(self._norms))
        while at < stop and at not in self._starting:
            if at in self._days:
                at = self._days[at]
            elif self._norms[at] in words or self._norms[at] in (" ", "،", ","):
                at += 1
            elif " ".join(self._norms[at : at + 2]) in words:  # «من جانبه»
                at += 2
            else:
                break
        return at

    def _before(self, verb: int) -> Found | None:
        """The subject right before a verb: «لافروف قال», «لافروف الذي قال»."""
        at = verb
        while at > max(0, verb - 4) and self._norms[at - 1] in _links():
            at -= 1
        found = self._ending.get(at)
        if not found or self._sentence[found.start] != self._sentence[verb]:
            return None
        return None if self._listed_part(found.start - 1) == "preposition" else found

    def _about(self, at: int) -> Found | None:
        """Whose words are passed on: «نقلت Y عن X»."""
        for i in range(at, min(at + 2 * _SUBJECT, len(self._norms) - 1)):
            if self._norms[i] == "عن":
                return self._after(i + 1)[0]
        return None

    def _named_by(self, at: int) -> Found | None:
        """Who stands after «وفق», «بيان»: at once, or after more such words («وفق ما أعلنته X», «بحسب بيان X»)."""
        for i in range(at, min(at + _SUBJECT, len(self._norms))):
            if i in self._starting or self._norms[i] not in listed():
                return self._after(i)[0]
        return None

    def _remembered(self, cue: Cue) -> Found | None:
        """The subject of the last verb of this gender, unless the sentence has named someone else since who may be meant."""
        known = [self._last[g] for g in ([cue.gender] if cue.gender else self._last) if g in self._last]
        last = max(known, key=lambda one: one.at, default=None)
        if not last or not last.subject or cue.at - last.at > _MEMORY:
            return None
        first = self._firsts[self._sentence[cue.at]]
        lo, hi = (bisect.bisect_left(self._named_starts, i) for i in (max(first, last.at), cue.at))
        near = self._named[lo:hi]
        if last.at >= first:  # only who is told of: «حركة حماس التي دانت الهجوم قائلة»
            others = [f for f in near if self._norm(f.end) in forms("relative_pronouns")]
        else:
            others = [f for f in near if f.mention.label in ("PERSON", "ROLE")]
        return None if any(f.mention.entity != last.subject.mention.entity for f in others) else last.subject


@lru_cache(maxsize=1)
def listed() -> dict[str, tuple[str, str]]:
    """Matching form → part and gender."""
    words = (*rows("speech_verbs"), *rows("quotation_words"))
    told = {normalise(row["form"]): (row["quotes"], row["gender"]) for row in words}
    verbs = [form for form, (part, _) in told.items() if part in ("verb", "relay")]
    return {form + its: ("aside", told[form][1]) for form in verbs for its in ("ه", "ها")} | told


def _is_imperfect(form: str) -> bool:
    return form.startswith("ي") or (form.startswith("ت") and "ي" + form[1:] in listed())


@lru_cache(maxsize=1)
def _no_subjects() -> frozenset[str]:
    """Words that follow a verb whose subject does not."""
    return frozenset(listed()) | that()


@lru_cache(maxsize=1)
def _passed_words() -> frozenset[str]:
    """Words between a verb and its subject: «أيضاً», «الدكتور»."""
    titles = {word for form in forms("honorifics") for word in form.split()}
    return frozenset(titles | {form for form, (part, _) in listed().items() if part == "filler"})


@lru_cache(maxsize=1)
def _links() -> frozenset[str]:
    """Words between a subject and the verb after it."""
    return forms("relative_pronouns") | {"قد", "،", ","}


@lru_cache(maxsize=1)
def that() -> frozenset[str]:
    """«أن», «إنه» …, in their matching forms."""
    return frozenset(form for form, (part, _) in listed().items() if part == "that")
