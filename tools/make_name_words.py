"""Make `resources/name_words.tsv`: words that people's names are made of, how they are romanised and how surely they are names.

    python tools/make_name_words.py ../shared

Counted, as facts on word forms: the labelled corpora and the unlabelled articles beside the project; taken over: the units of names of the
package `arabic-name-romanizer` (from Wikidata, CC0), and spellings of foreign names of `arwikicats` (MIT). No sentence of a corpus is copied.
"""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.tokenise import tokens

MARKS = "\"'«»()[]،,.:؛!؟?“”…-#@"
SUFFIX = ("ي", "يه", "يين")


def labelled(shared: Path) -> Iterator[tuple[str, bool]]:
    """Yield each word of the labelled corpora and whether it is within a person's name."""
    for split in ("train",):
        for line in (shared / "gold" / f"{split}.jsonl").open(encoding="utf-8"):
            article = json.loads(line)
            inside = [(e["start"], e["end"]) for e in article["entities"] if e["label"] == "PERSON"]
            for t in tokens(article["text"]):
                yield t.norm, any(a <= t.start < b for a, b in inside)
    for name in ("anercorp-train", "wikifane-4types"):
        for line in (shared / "ner" / f"{name}.conll").open(encoding="utf-8"):
            word, _, tag = line.rstrip("\n").partition("\t")
            if word:
                yield normalise(word.strip("\"'«»()،,.")), tag.endswith("-PER")


def articles(shared: Path) -> Iterator[str]:
    """Yield the texts of the unlabelled articles."""
    with gzip.open(shared / "raw" / "news.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from (json.loads(line)["text"] for line in lines)
    with lzma.open(shared / "raw" / "news-large.jsonl.xz", "rt", encoding="utf-8") as lines:
        for n, line in enumerate(lines):
            if n % 3 == 0:
                yield json.loads(line)["text"]


def titles() -> frozenset[str]:
    """Return the words after which a name is likely: honorifics and definite offices of one word."""
    heads = (f"ال{form}" for row in rows("role_heads") for form in (row["form"], row["feminine"]) if form)
    words = (*(row["form"] for row in rows("honorifics")), *heads)
    return frozenset(normalise(word) for word in words if " " not in word and "." not in word)


def after_titles(shared: Path) -> tuple[Counter[str], Counter[str]]:
    """Count how often each word stands in the articles, and how often right after a title and, maybe, its adjective."""
    seen: Counter[str] = Counter()
    titled: Counter[str] = Counter()
    known = titles()
    for text in articles(shared):
        words = [normalise(w).strip(MARKS) for w in text.split()]
        seen.update(words)
        for i, word in enumerate(words):
            bare = word[1:] if word[:1] in "ول" and word[1:] in known else word
            if bare in known:
                at = i + 1
                if at < len(words) and words[at].startswith("ال") and words[at].endswith(SUFFIX):
                    at += 1
                titled.update(words[at : at + 2])
    return seen, titled


def units() -> tuple[Counter[str], dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Return, of the package's name units, how often each is attested, as what (given, surname), and its Latin spellings."""
    path = files("arabic_name_romanizer") / "resources" / "names.sqlite3"
    number: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    latin: dict[str, Counter[str]] = defaultdict(Counter)
    for key, spelling, kind, count in sqlite3.connect(str(path)).execute(
        "select arabic_key, latin, role, count from units"
    ):
        form = normalise(key)
        number[form] += count
        kinds[form][kind] += count
        latin[form][spelling] += count
    return number, kinds, latin


def foreign() -> dict[str, Counter[str]]:
    """Return the Latin spellings of each word of the foreign names that the package ArWikiCats has in both scripts, word by word."""
    package = find_spec("ArWikiCats")  # only its data: importing it needs more than is installed
    if package is None or package.origin is None:
        raise ModuleNotFoundError("arwikicats")
    listed = json.loads((Path(package.origin).parent / "jsons/people/peoples.json").read_text(encoding="utf-8"))
    latin: dict[str, Counter[str]] = defaultdict(Counter)
    for name_en, name in listed.items():
        words, words_en = normalise(name).split(), name_en.split()
        if len(words) == len(words_en) and "(" not in name_en:
            for word, word_en in zip(words, words_en, strict=True):
                latin[word][word_en.capitalize()] += 1
    return latin


# Latin letters that an Arabic consonant may be spelt with; its «و», «ي» and «ه» are as often vowels.
SPELT = {
    "ب": "bpv", "ت": "t", "ث": "ts", "ج": "jgdc", "ح": "h", "خ": "khxj", "د": "d", "ذ": "dzt", "ر": "r", "ز": "zs", "س": "scz", "ش": "scj",
    "ص": "sc", "ض": "dz", "ط": "t", "ظ": "zd", "غ": "g", "ف": "fvp", "ق": "qkcg", "ك": "kcgqx", "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip


def fits(form: str, latin: str) -> bool:
    """Tell whether a spelling may be that word's: most of its consonants come in their order, and not many more.

    >>> fits("خالد", "Khalid"), fits("السلطان", "Tipu"), fits("الدوزي", "Abdelhafid Douzi")
    (True, False, False)
    """
    spelt = latin.lower()
    wanted = [SPELT[c] for c in form.removeprefix("ال") if c in SPELT]
    at = found = 0
    for letters in wanted:
        here = next((n for n in range(at, len(spelt)) if spelt[n] in letters), None)
        if here is not None:
            found, at = found + 1, here + 1
    consonants = sum(c in "bcdfgjklmnpqrstvxz" for c in spelt.removeprefix("al-").removeprefix("el-"))
    return found >= 0.6 * len(wanted) and consonants <= 2 * len(wanted) + 1


def main() -> None:
    shared = Path(sys.argv[1])
    within: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for word, inside in labelled(shared):
        every[word] += 1
        within[word] += inside
    seen, titled = after_titles(shared)
    number, kinds, latin = units()
    abroad = foreign()
    target = Path("pipeline/resources/name_words.tsv")
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(
            out, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n", escapechar=None, quotechar=None
        )
        writer.writerow(["form", "kind", "romanised", "share"])
        for form in sorted(number.keys() | every.keys() | seen.keys()):
            if not form or not all("\u0621" <= c <= "\u06ff" or c == " " for c in form) or len(form) < 2:
                continue
            follows = titled[form] / seen[form] if titled[form] >= 4 else 0.0
            prior = min(0.6, max(follows * 1.5, 0.5 if number[form] >= 3 else 0.25 if number[form] else 0.0))
            share = (within[form] + 2 * prior) / (every[form] + 2)
            frequent = seen[form] / 5  # a word that is common in articles and never a name in the labelled ones is none
            if not within[form] and every[form] < 2 and not titled[form] and frequent > 3:
                share /= 3
            if seen[form] + every[form] >= 25 and share < 0.08 and " " not in form and number[form] < 100:
                writer.writerow([form, "", "", 0])
                continue
            attested = number[form] >= 2 or within[form] >= 2 or (titled[form] >= 4 and follows >= 0.2)
            if attested and share >= 0.08:
                given, family = kinds[form]["given"], kinds[form]["surname"]
                kind = "given" if given > 3 * family else "family" if family > 3 * given else "any"
                spellings = latin[form].most_common() or abroad[form].most_common()
                best = next((spelling for spelling, _ in spellings if fits(form, spelling)), "")
                if not latin[form]:
                    kind = "foreign"
                writer.writerow([form, kind, best.replace("\t", " "), round(100 * share)])


if __name__ == "__main__":
    main()
