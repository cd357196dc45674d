"""How the name of an organisation goes on from its head noun, and where it ends.

`organisation_heads.tsv` gives every head noun a frame:

- national: a definite noun that is a name only with a nationality («الحكومة التركية»)
- country: a noun in construct with a country, place or nationality («رئاسة كوريا الجنوبية»)
- rule: as country, or with the person who leads it («إدارة ترامب»)
- ministry, ministries: a noun in construct with its field («وزارة التجارة والصناعة», «وزارتي الدفاع والخارجية», which are two)
- body: a noun in construct with its field, members or purpose («هيئة مكافحة الفساد»)
- described: a definite noun with adjectives or a purpose («الهيئة العامة للطيران المدني»)
- company: a noun with a description of at least two words («شركة النفط الوطنية»)
- named: a noun before a proper name («جامعة القاهرة», «حزب الوفد»)
- embassy: whose, then where («السفارة الأمريكية بالقدس»)
- coalition: as described, or with what it is against («التحالف الدولي ضد داعش»)
- agency: a news agency or another («وكالة الأنباء السعودية»)
- medium, quoted: a noun outside the name («صحيفة "…"»)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from spacy.tokens import Doc

from pipeline.gazetteer import Gazetteer, rows
from pipeline.index import index
from pipeline.normalise import normalise
from pipeline.spans import Mention

_LONGEST = 16  # tokens that a name may have, which also keeps the reading linear
_WITHIN = (("committee", "council"), ("committee", "parliament"), ("university", "university"))
_NAME = 50  # per cent of its occurrences in which a word is a person's name


class Head(NamedTuple):
    """A noun that begins the name of an organisation, or stands before it."""

    frame: str
    kind: str


_NONE = Head("", "")
_MINISTRY = Head("national", "ministry")  # «الخارجية» for «وزارة الخارجية»


@lru_cache(maxsize=1)
def heads() -> dict[str, Head]:
    """Return the head nouns by their matching forms."""
    return {normalise(r["word"]): Head(r["frame"], r["type"]) for r in rows("organisation_heads")}


@lru_cache(maxsize=1)
def word_roles() -> frozenset[tuple[str, str]]:
    """Return the words that have a role in names, with their roles."""
    return frozenset((normalise(r["word"]), r["role"]) for r in rows("organisation_words"))


@lru_cache(maxsize=1)
def _names() -> dict[str, int]:
    return {r["form"]: int(r["share"]) for r in rows("name_words")}


@lru_cache(maxsize=1)
def _not() -> Gazetteer[None]:
    return Gazetteer((r["name"], None) for r in rows("organisation_not"))


@lru_cache(maxsize=1)
def _organs() -> Gazetteer[None]:
    return Gazetteer((r["name"], None) for r in rows("organisation_organs"))


class Reader:
    """Reads names off the tokens of one Doc.

    `taken`: mentions of countries, nationalities and places, with the code of their country as value. `listed`: first token of each listed organisation, with its end.
    `persons`: the same of people that a model sees.
    """

    def __init__(
        self, doc: Doc, taken: Iterable[Mention], listed: dict[int, int], persons: dict[int, int] | None = None
    ) -> None:
        self.doc, self.listed, self.persons = doc, listed, persons or {}
        self.norms = index(doc).norms
        self.at: dict[int, tuple[int, str, str]] = {}  # first token of a mention -> its end, label and country
        for m in taken:
            start, end = index(doc).tokens(m.start, m.end) or (0, 0)
            if end > self.at.get(start, (0, "", ""))[0]:
                self.at[start] = (end, m.label, m.value)
        self.denied: dict[int, list[int]] = {}  # first token of what is no organisation -> the ends of such phrases
        for hit in _not().find(doc):
            self.denied.setdefault(hit.start, []).append(hit.end)
        self.organs = {hit.start: hit.end for hit in _organs().find(doc)}

    def read(self) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and frame of every name that begins with a head noun."""
        for i, norm in enumerate(self.norms):
            if i in self.organs:
                end = self._whose(i)
                if end:
                    yield i, end, "organ"
                    continue
            if norm == "مديريه" and not self.has(i + 1, "field"):
                continue  # a district: «مديرية الملاجم»
            if norm not in heads() or i in self.denied or (i in self.listed and heads()[norm].frame != "coalition"):
                continue
            frame = heads()[norm].frame
            if frame == "ministries":
                yield from self._ministries(i)
                continue
            end = self._end(i, frame)
            if end > i and self.at.get(i, (0, "", ""))[0] < end:  # else it is known as a place
                yield i, end, frame

    def key(self, start: int, end: int) -> str:
        """Return the key of an organisation named by tokens: its words, with the code of a country for however it is written.

        «الخارجية الأميركية» and «الخارجية الأمريكية» have one key, «السفارة المصرية بروما» and «سفارة مصر في روما» too.
        """
        form: list[str] = []
        i = start
        while i < end:
            if self.is_(i, "COUNTRY", "NATIONALITY") and self.at[i][0] <= end:
                form.append(f"({self.at[i][2]})")
                i = self.at[i][0]
                continue
            word = self.norm(i)
            if i == start and word.startswith("ال") and heads().get(word, _NONE).kind == "embassy":
                word = word[2:]
            if i == start and heads().get(word, _NONE) == _MINISTRY:
                form.append("وزاره")
            if word.isalnum() and word not in ("في", "ب", "لدي"):
                form.append(word)
            i += 1
        if all(word.startswith("(") for word in form):  # a newspaper that is called «السعودية»
            form = self.norms[start:end]
        return "org:" + " ".join(form)

    def facts(self, start: int, end: int) -> dict[str, str]:
        """Return what the words of a name say of the organisation: its kind, its country, and the country that an embassy is located in."""
        head = heads().get(self.norm(start), _NONE)
        owners = [self.at[i][2] for i in range(start, end) if self.is_(i, "COUNTRY", "NATIONALITY")]
        seats = [self.at[i][2] for i in range(start, end) if self.is_(i, "LOCATION")]
        facts = {"type": head.kind}
        if head.kind == "embassy":
            facts["country"] = "".join(owners[:1])
            facts["located"] = "".join([*owners[1:], *seats][:1])
        elif len(set(owners or seats)) == 1:
            facts["country"] = (owners or seats)[0]
        return {name: value for name, value in facts.items() if value}

    def norm(self, i: int) -> str:
        """The matching form of a token, empty outside the text."""
        return self.norms[i] if 0 <= i < len(self.norms) else ""

    def is_(self, i: int, *labels: str) -> bool:
        """Does a mention of one of the labels start at a token?"""
        return i in self.at and self.at[i][1] in labels

    def past_nationality(self, i: int) -> int:
        """The end of a definite nationality that starts at a token, or the token itself."""
        return self.at[i][0] if self.is_(i, "NATIONALITY") and self.norm(i).startswith("ال") else i

    def reads(self, i: int) -> bool:
        """Does the grammar read on from a token? Of a party or a group after «حركة», «كتلة» without quotes it knows nothing."""
        head = heads().get(self.norm(i))
        return head is not None and (head.frame != "quoted" or head.kind not in ("party", "armed group"))

    def signs(self, start: int, end: int) -> bool:
        """May tokens be who signs a dateline? «خاص», «شرق», a date and a person's name are none."""
        return not self.unsigned(start, end) and start not in self.at and start not in self.persons

    def unsigned(self, start: int, end: int) -> bool:
        """Are tokens a word that stands in brackets after a place and names nobody?"""
        return end == start + 1 and self.has(start, "unsigned")

    def has(self, i: int, role: str) -> bool:
        """Does `organisation_words.tsv` give a word a role?"""
        return (self.norm(i), role) in word_roles()

    def _definite(self, i: int) -> bool:
        """Is a token a definite word that may belong to a name? A pronoun at its end says no («التزامه»)."""
        word = self.norm(i)
        if len(word) < 4 or not word.startswith("ال") or not word.isalpha() or self.has(i, "stop"):
            return False
        return not self.is_(i, "DATE") and not self.doc[i].text.endswith(("ه", "ها", "هم"))

    def _end(self, i: int, frame: str) -> int:
        if frame == "national":
            return self._national(i)
        if frame in ("country", "rule", "embassy"):
            return self._owned(i, frame)
        if frame == "coalition":
            at = i + 1 + self._definite(i + 1)
            end = self._coalition(at)
            return end if end > at else self._phrase(i, "described")
        if frame not in ("ministry", "body", "described", "company", "named", "agency"):
            return i
        end = self._phrase(i, frame)
        if frame == "agency" and end < len(self.doc) and self.doc[end].is_quote:
            return i  # described before it is named: «وكالة الأنباء الروسية "سبوتنيك"»
        if (
            end == i
            and frame == "described"
            and not self._agrees(i)
            and normalise(self.doc[i].text) == self.norm(i)[2:]
        ):
            return self._phrase(i, "body")  # «للجنة» is «ل» and «لجنة» as well as «اللجنة»
        return end

    def _national(self, i: int) -> int:
        if heads()[self.norm(i)].kind == "ministry" and self._definite(i - 1):
            return i  # an adjective of the word before: «المساعدات الخارجية الأمريكية»
        at = i + 1
        while self.has(at, "adjective") and at < i + 4:
            at += 1
        end = self.past_nationality(at)
        if end == at or (end == at + 1 and self.norm(at).endswith("ين")):
            return i  # «وزيري العدل والداخلية التركيين»
        if self.has(end, "after"):
            end += 1
        return self._where(end) if heads()[self.norm(i)].kind == "embassy" else end

    def _where(self, end: int) -> int:
        """Take in where an embassy or office is: «في إسطنبول», «بالقدس», «لدى الأمم المتحدة»."""
        if self.norm(end) in ("في", "ب", "لدي", "فى"):
            at = end + 1 + (self.norm(end + 1) == "مدينه")
            if self.is_(at, "COUNTRY", "LOCATION"):
                return self.at[at][0]
            return self.listed.get(at, end)
        return end

    def _owned(self, i: int, frame: str) -> int:
        at = i + 1
        while self.has(at, "noun") and at < i + 4:
            at += 1
        end = self.at[at][0] if self.is_(at, "COUNTRY", "LOCATION") else at
        if at > i + 1:
            end = max(end, self.past_nationality(at))
        if end == at and at in self.listed and self.has(i, "holder"):
            end = self.listed[at]
        if end == at:
            end = self._led(i) if frame == "rule" else i
        if frame == "embassy":
            if self.norm(i + 1) == "خادم":
                end = i + 4
            return self._where(end) if end > i else i
        return end

    def _led(self, i: int) -> int:
        """Take in the leader after «إدارة», «حكومة», «نظام»: a surname, or titles and a full name."""
        at = i + 1
        titled = False
        while at < i + 8 and (
            self.has(at, "title") or (titled and (self.is_(at, "NATIONALITY") or self.norm(at) == "،"))
        ):
            titled = True
            at = self.at[at][0] if self.is_(at, "NATIONALITY") else at + 1
        end = at
        while (
            end < at + (4 if titled else 2)
            and _names().get(self.norm(end), 0) >= _NAME
            and not self.is_(end, "COUNTRY")
        ):
            end += 1
        end = max(end, self.persons.get(at, 0))
        if titled and end == at and self.is_(at - 1, "NATIONALITY"):
            return at
        return end if end > at else i

    def _ministries(self, i: int) -> Iterator[tuple[int, int, str]]:
        """«وزارتي الدفاع والخارجية» are two names: the first with the noun, each other by itself."""
        start, at = i, i + 1
        while self._definite(at) and not self.is_(at, "NATIONALITY"):
            end = at + 1
            while self._definite(end) and not self.is_(end, "NATIONALITY"):
                end += 1
            yield start, end, "ministries"
            if self.norm(end) != "و":
                return
            start = at = end + 1

    def _phrase(self, head: int, frame: str) -> int:
        """Return the end of the noun phrase that completes a head noun; the head itself if there is none.

        It takes definite words, nouns in construct before them, purposes with «ل» and what «و» joins; a nationality ends it, but for a purpose.
        """
        at = head + 1
        end = head
        nations = 0
        closed = False  # after a nationality, until a purpose opens the name again
        while at < head + _LONGEST:
            here = self.norm(at)
            if self.is_(at, "NATIONALITY"):
                past = self.past_nationality(at)
                if past == at:
                    break
                at = end = past
                nations += 1
                closed = True
            elif at in self.listed and frame != "ministry":
                if at == head + 1 and not self.has(head, "holder"):
                    return head
                at = end = self.listed[at]
            elif self._definite(at) and (not closed or self.has(at, "adjective")):
                if at == end > head + 1 and not self._describes(at, head, frame):
                    break  # «قررت المحكمة الخاصة | الاستماع إلى …»
                at = end = at + 1
            elif self._continues(at, head, end, frame, closed):
                closed = closed and here == "و"
                at += 1
            elif (
                self.is_(at, "COUNTRY", "LOCATION")
                and end < at
                and (at > head + 1 or frame == "named" or self.has(head, "local"))
            ):
                at = end = self.at[at][0]
                if heads()[self.norm(head)].kind != "bank":
                    break
            elif frame == "named" and at == head + 1 and self.persons.get(at, 0) > at + 1:
                at = end = self.persons[at]  # «مؤسسة كوفي عنان»
            elif (
                frame == "named"
                and self._named(at)
                and end in (head, head + 1)
                and at < head + 3
                and not self._definite(head + 1)
            ):
                at = end = at + 1
                if self.has(at, "ordinal"):
                    return at + 1
            elif end == head and at == head + 1 and frame in ("body", "company", "named") and self._foreign(at) > at:
                at = self._foreign(at)
            else:
                break
        if nations > 1 and heads()[self.norm(head)].kind in ("committee", "council"):
            return head  # a committee of two nations is where they meet
        if frame in ("described", "company") and end < head + 3:
            return head
        if frame == "described" and not self._agrees(head):
            return head
        if here == "المشتركه" or here == "المشترك":
            return head
        return self._within(end, heads()[self.norm(head)].kind) if end > head else end

    def _foreign(self, at: int) -> int:
        """The end of a proper name of up to three words that a purpose follows («معهد ... للدراسات»), or the token itself."""
        for end in range(at, at + 4):
            if end > at and self.norm(end) == "ل" and self._definite(end + 1):
                return end + 1
            known = self.norm(end) in _names() and not self._named(end)
            if known or not self.norm(end).isalpha() or self.has(end, "stop") or end in self.at:
                break
        return at

    def _named(self, i: int) -> bool:
        """Is a token a word that is mostly a name of persons («محمد الأول»)?"""
        return _names().get(self.norm(i), 0) >= _NAME

    def _continues(self, at: int, head: int, end: int, frame: str, closed: bool) -> bool:
        """May a word that is neither definite nor a name lead on to one that is?"""
        here = self.norm(at)
        if self.has(at, "noun") or (self.has(at, "purpose") and self.norm(at - 1) == "ل"):
            return self._opens(at)
        if end == head:
            return False
        if here == "ل" and frame != "ministry":
            return (
                self._definite(at + 1)
                or self.has(at + 1, "noun")
                or self.has(at + 1, "purpose")
                or at + 1 in self.listed
            )
        return (
            here == "و"
            and not closed
            and frame != "named"
            and self._joins(at + 1, frame != "described" or "ل" in self.norms[head:at])
        )

    def _opens(self, at: int) -> bool:
        """Do nouns in construct at a token lead to a definite word, country, place or known organisation?"""
        for ahead in range(at + 1, at + 4):
            if self._definite(ahead) or ahead in self.listed or self.is_(ahead, "COUNTRY", "LOCATION"):
                return True
            if not self.has(ahead, "noun"):
                return False
        return False

    def _agrees(self, head: int) -> bool:
        """Does the word after a definite noun agree with it in gender, or is it a nationality or a purpose?"""
        word = self.norm(head + 1)
        return (
            not word.startswith("ال")
            or self.is_(head + 1, "NATIONALITY")
            or word.endswith("ه") == self.norm(head).endswith("ه")
        )

    def _describes(self, at: int, head: int, frame: str) -> bool:
        """May a definite word be one more adjective? A feminine noun has none that is masculine, a masculine none that is feminine."""
        if not all(self._definite(i) for i in range(head + 1, at)):
            return True
        word, feminine = self.norm(at), self.norm(head).endswith("ه")
        if frame == "ministry":
            return word[-1] in "هيا" or self.has(at, "adjective") or word == "العام"
        if frame in ("described", "coalition"):
            return word[-1] in "هيا" if feminine else not word.endswith("ه")
        return True

    def _joins(self, at: int, purpose: bool) -> bool:
        """May a word after «و» be one more field of the same body, not the next thing in the sentence?"""
        if at in self.listed or self.norm(at) in heads() or self.is_(at, "NATIONALITY", "COUNTRY", "LOCATION"):
            return False
        return self._definite(at) or (purpose and self.has(at, "noun") and self._opens(at))

    def _within(self, end: int, kind: str) -> int:
        """Take in the parliament of a committee («بمجلس العموم»), the university of a college («بجامعة القاهرة») and the city of an office."""
        if kind == "office":
            return self._where(end)
        inner = heads().get(self.norm(end + 1))
        if inner is None or self.norm(end) not in ("ب", "في") or (kind, inner.kind) not in _WITHIN:
            return end
        if end + 1 in self.listed:
            return self.past_nationality(self.listed[end + 1])
        return max(end, self._end(end + 1, inner.frame)) if self._end(end + 1, inner.frame) > end + 1 else end

    def _coalition(self, at: int) -> int:
        """The end of what a coalition is against («ضد "داعش"»), or the token itself."""
        end = at
        while end < at + 5 and (
            self.has(end, "against") or self.norm(end) == "ل" or (self.doc[end : end + 1] and self.doc[end].is_quote)
        ):
            end += 1
        if end == at or end not in self.listed:
            return at
        return self.listed[end] + (self.doc[end - 1].is_quote and self.listed[end] < len(self.doc))

    def _whose(self, start: int) -> int:
        """The end of the organisation whose organ starts at a token («القيادة العامة | للقوات المسلحة المصرية»), 0 if there is none."""
        at = self.organs[start]
        at += self.norm(at) == "ل"
        head = heads().get(self.norm(at))
        if at in self.listed:
            end = self.past_nationality(self.listed[at]) if head else self.listed[at]
        else:
            end = self._end(at, head.frame) if head else at
        if end == at:
            return 0
        return self._where(end) if heads().get(self.norm(start), _NONE).kind == "office" else end
