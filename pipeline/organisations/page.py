"""A Doc as the grammar of organisations reads it: its words, and the names that start at them."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Doc

from pipeline.index import index
from pipeline.organisations.lexicon import NONE, Head, heads, name_shares, organs, phrases_of_none, word_roles
from pipeline.spans import Mention

_NAME = 50  # per cent of its occurrences in which a word is a person's name
_MINISTRY = Head("national", "ministry")  # «الخارجية» for «وزارة الخارجية»


class Page:
    """The tokens of one Doc.

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
        for hit in phrases_of_none().find(doc):
            self.denied.setdefault(hit.start, []).append(hit.end)
        self.organs = {hit.start: hit.end for hit in organs().find(doc)}

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
            if i == start and word.startswith("ال") and heads().get(word, NONE).kind == "embassy":
                word = word[2:]
            if i == start and heads().get(word, NONE) == _MINISTRY:
                form.append("وزاره")
            if word.isalnum() and word not in ("في", "ب", "لدي"):
                form.append(word)
            i += 1
        if all(word.startswith("(") for word in form):  # a newspaper that is called «السعودية»
            form = self.norms[start:end]
        return "org:" + " ".join(form)

    def facts(self, start: int, end: int) -> dict[str, str]:
        """Return what the words of a name say of the organisation: its kind, its country, and the country that an embassy is located in."""
        head = heads().get(self.norm(start), NONE)
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

    def definite(self, i: int) -> bool:
        """Is a token a definite word that may belong to a name? A pronoun at its end says no («التزامه»)."""
        word = self.norm(i)
        if len(word) < 4 or not word.startswith("ال") or not word.isalpha() or self.has(i, "stop"):
            return False
        return not self.is_(i, "DATE") and not self.doc[i].text.endswith(("ه", "ها", "هم"))

    def named(self, i: int) -> bool:
        """Is a token a word that is mostly a name of persons («محمد الأول»)?"""
        return name_shares().get(self.norm(i), 0) >= _NAME


def mention(doc: Doc, start: int, end: int, by: str, score: float, key: str) -> Mention:
    """The mention of an organisation that tokens name."""
    span = doc[start:end]
    return Mention(span.start_char, span.end_char, "ORGANIZATION", "", score, by, key)
