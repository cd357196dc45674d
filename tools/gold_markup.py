"""Make ``data/gold/*.jsonl`` from the sheets that people label.

A sheet (``data/gold/sheets/*.txt``) holds one article with its labels in place, so that nobody counts
characters. Head lines (``id:``, ``outlet:``, ``given_date:``, ``date:``, ``topics:``), ``===``, the text with its
labels, ``===``, then the events and the relations, one a line::

    {P:خيرت عمروف}                       label (first letter, TOPIC is T) and text; labels nest
    {C=KZ:كازاخستان}  {R=خيرت عمروف:الوزير}  label, value, text
    CONSULT/visit planned | trigger | who CC; who CC | whom CC | where= … | when= … | forum= … | topics= a; b
    REL hosts | subject | object

A PERSON without a value is its own fullest form. In events and relations a mention is named by its text:
the one nearest to the trigger (or, in a relation, to the other one) is taken; ``text@2`` is the second such
mention. ``-`` for ``CC`` is a party that acts for no state. A trigger that occurs more than once is ``word@2``.

>>> parse_markup("زار {P:أنور} {C=EG:مصر}")[0]
'زار أنور مصر'
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

Span = dict[str, Any]

LABELS = {
    "P": "PERSON",
    "C": "COUNTRY",
    "N": "NATIONALITY",
    "L": "LOCATION",
    "O": "ORGANIZATION",
    "F": "FORUM",
    "D": "DATE",
    "R": "ROLE",
    "T": "TOPIC",
}
PARTY = {"PERSON", "COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM"}
SIDE = {"COUNTRY", "NATIONALITY", "ORGANIZATION"}
PLACE = {"LOCATION", "COUNTRY", "ORGANIZATION"}
OPENING = re.compile(r"\{([PCNLOFDRT])(?:=([^:{}]*))?:")
# An office and a name this close are said together: room for courtesy titles, none for another sentence.
BESIDE = re.compile(r"[^.\n؛]{0,35}")
NOT_REPRESENTED = re.compile(r"(?:إلى|لدى|لشؤون|شئون|بشأن)\s*$|\s[بو]$")


def letters(text: str) -> str:
    """The text without diacritics, tatweel and marks: how a person's name is written as a value."""
    kept = (c for c in text if not unicodedata.combining(c) and c != "ـ" and (c.isalpha() or c in " -"))
    return " ".join("".join(kept).split())


def parse_markup(source: str) -> tuple[str, list[Span]]:
    """The plain text and its spans, sorted by ``(start, -end)``. Raises ValueError on an unbalanced brace."""
    text: list[str] = []
    length = 0
    stack: list[Span] = []
    spans: list[Span] = []
    i = 0
    while i < len(source):
        if opening := OPENING.match(source, i):
            stack.append({"start": length, "label": LABELS[opening[1]], "value": opening[2] or ""})
            i = opening.end()
        elif source[i] == "}":
            if not stack:
                raise ValueError(f"closing brace without a label: {source[max(0, i - 40) : i + 1]}")
            spans.append({**stack.pop(), "end": length})
            i += 1
        elif source[i] == "{":
            raise ValueError(f"no such label: {source[i : i + 20]}")
        else:
            text.append(source[i])
            length += 1
            i += 1
    if stack:
        raise ValueError(f"label left open at {stack[-1]['start']}")
    plain = "".join(text)
    for span in spans:
        span["text"] = plain[span["start"] : span["end"]]
        if span["label"] == "PERSON" and not span["value"]:
            span["value"] = letters(span["text"])
    return plain, sorted(spans, key=lambda s: (s["start"], -s["end"]))


def entity(span: Span) -> Span:
    return {key: span[key] for key in ("start", "end", "label", "value", "text")}


def place(span: Span) -> Span:
    return {key: span[key] for key in ("start", "end", "text")}


def distance(a: Span, b: Span) -> int:
    gap: int = max(a["start"] - b["end"], b["start"] - a["end"], 0)
    return gap


class Sheet:
    """One article of the gold, read from its sheet."""

    def __init__(self, source: str) -> None:
        head, body, facts = source.split("\n===\n")
        self.head = {key: value.strip() for key, value in (line.split(":", 1) for line in head.splitlines())}
        self.text, self.spans = parse_markup(body)
        self.facts = [line for line in facts.splitlines() if line.strip()]

    def article(self) -> dict[str, Any]:
        return {
            "id": self.head["id"],
            "outlet": self.head["outlet"],
            "given_date": self.head["given_date"],
            "date": self.head["date"],
            "sha256": hashlib.sha256(self.text.encode()).hexdigest(),
            "text": self.text,
            "topics": self.head["topics"].split(),
            "entities": [entity(span) for span in self.spans],
        }

    def events(self) -> dict[str, Any]:
        events = [self._event(line) for line in self.facts if not line.startswith("REL")]
        relations = self._offices() + [self._relation(line) for line in self.facts if line.startswith("REL")]
        relations.sort(key=lambda r: (r["evidence"]["start"], r["type"], r["object"]["start"]))
        return {"id": self.head["id"], "events": events, "relations": relations}

    def _mentions(self, name: str, labels: set[str]) -> list[Span]:
        name, _, nth = name.strip().partition("@")
        found = [s for s in self.spans if s["label"] in labels and s["text"] in (name, re.sub("^ا(?=ل)", "", name))]
        if not found:
            raise ValueError(f"{self.head['id']}: no mention «{name}» among {sorted(labels)}")
        return [found[int(nth) - 1]] if nth else found

    def _nearest(self, name: str, labels: set[str], to: Span) -> Span:
        return min(self._mentions(name, labels), key=lambda s: distance(s, to))

    def _trigger(self, name: str) -> Span:
        word, _, nth = name.strip().partition("@")
        whole = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", self.text)]
        starts = whole or [m.start() for m in re.finditer(re.escape(word), self.text)]
        if not starts or (len(starts) > 1 and not nth):
            raise ValueError(f"{self.head['id']}: trigger «{word}» occurs {len(starts)} times")
        start = starts[int(nth or 1) - 1]
        return {"start": start, "end": start + len(word), "text": word}

    def _parties(self, names: str, trigger: Span) -> list[Span]:
        parties = []
        for name in filter(None, (part.strip() for part in names.split(";"))):
            mention, country = name.rsplit(" ", 1)
            parties.append({**place(self._nearest(mention, PARTY, trigger)), "country": country.replace("-", "")})
        return parties

    def _event(self, line: str) -> dict[str, Any]:
        kind, trigger_name, who, whom, *rest = [part.strip() for part in line.split("|")]
        type_and_mode, modality = kind.split()
        event_type, _, mode = type_and_mode.partition("/")
        more = {key.strip(): value.strip() for key, value in (part.split("=", 1) for part in rest)}
        trigger = self._trigger(trigger_name)

        def named(key: str, labels: set[str]) -> Span | None:
            return place(self._nearest(more[key], labels, trigger)) if key in more else None

        topics = [self._nearest(name, {"TOPIC"}, trigger) for name in more.get("topics", "").split(";") if name.strip()]
        return {
            "type": event_type,
            "mode": mode,
            "trigger": trigger,
            "who": self._parties(who, trigger),
            "whom": self._parties(whom, trigger),
            "where": named("where", PLACE),
            "when": more.get("when", ""),
            "forum": named("forum", {"FORUM"}),
            "topics": [place(topic) for topic in topics],
            "modality": modality,
        }

    def _relation(self, line: str) -> dict[str, Any]:
        kind, subject, object_ = [part.strip() for part in line.split("|")]
        pairs = [(s, o) for s in self._mentions(subject, PARTY) for o in self._mentions(object_, PARTY | {"ROLE"})]
        return relation(kind.split()[1], *min(pairs, key=lambda pair: distance(*pair)))

    def _offices(self) -> list[dict[str, Any]]:
        """``holds_role`` of every office beside its holder's name, and ``represents`` of the side that it names."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        people = [s for s in self.spans if s["label"] == "PERSON"]
        roles = [s for s in self.spans if s["label"] == "ROLE" and s["value"]]
        for role in roles:
            holders = [p for p in people if p["value"] == role["value"] and self._beside(p, role, roles)]
            if holders and (role["value"], role["text"]) not in found:
                found[role["value"], role["text"]] = relation(
                    "holds_role", min(holders, key=lambda p: distance(p, role)), role
                )
        return list(found.values()) + [r for held in found.values() if (r := self._represents(held))]

    def _beside(self, person: Span, role: Span, roles: list[Span]) -> bool:
        start, end = min(person["end"], role["end"]), max(person["start"], role["start"])
        gap = self.text[start:end]
        for other in reversed(roles):
            if other["value"] == role["value"] and start <= other["start"] and other["end"] <= end:
                gap = gap[: other["start"] - start] + " " + gap[other["end"] - start :]
        return BESIDE.fullmatch(gap) is not None

    def _represents(self, held: dict[str, Any]) -> dict[str, Any] | None:
        """Whose side an office is on: the first state or body that it names, or the state whose body that is."""
        role = held["object"]
        inside = [
            s for s in self.spans if role["start"] <= s["start"] and s["end"] <= role["end"] and s["label"] in SIDE
        ]
        named = [s for s in inside if not NOT_REPRESENTED.search(self.text[role["start"] : s["start"]])]
        if not named or "السابق" in role["text"]:
            return None
        if role["text"].startswith("عضو"):
            return relation("member_of", held["subject"], named[0])
        side = named[0]
        if named[-1]["end"] == side["end"] and not self.text[: named[-1]["start"]].endswith("في "):
            side = named[-1]
        return relation("represents", held["subject"], side)


def relation(kind: str, subject: Span, object_: Span) -> dict[str, Any]:
    evidence = {"start": min(subject["start"], object_["start"]), "end": max(subject["end"], object_["end"])}
    return {"type": kind, "subject": place(subject), "object": place(object_), "evidence": evidence}


def main(gold: Path) -> None:
    """Write ``articles.jsonl`` and ``events.jsonl`` of a gold folder from its sheets, in the order of their names."""
    sheets = [Sheet(path.read_text(encoding="utf-8")) for path in sorted((gold / "sheets").glob("*.txt"))]
    for name, rows in (("articles", [s.article() for s in sheets]), ("events", [s.events() for s in sheets])):
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (gold / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "data" / "gold")
