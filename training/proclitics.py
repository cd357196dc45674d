"""Train the model that tells proclitics from first letters: `python training/proclitics.py`, two minutes on one core.

It learns from ../shared (other people's text, of which nothing but word forms with their counts enters the model) and from
`training/proclitic_words.tsv`:

1. how often each word form stands in 64,206 news articles;
2. words settled by hand (`proclitic_words.tsv`), and those at which a labelled name of the gold articles begins: such a name starts
   after its proclitics;
3. names of places and people in the project's own lists and in ArWikiCats (MIT): each is whole, and the same name after a proclitic
   is cut;
4. a first model on these labels labels the attested words it is sure of; the second, which is kept, learns from both. Words are
   shown to it a second time as if they were new, so that what is left of them and their letters carry names never seen.
"""

from __future__ import annotations

import csv
import json
import lzma
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.lists import rows
from pipeline.normalise import normalise
from pipeline.proclitics import PROCLITICS, features, key_of
from pipeline.tokenise import WORD

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
KEPT = 4  # occurrences that make a form attested
SETTLED = 3  # occurrences from which a word's reading is kept in the table
SURE = 4.0  # log odds from which the first model's answers are believed
STEPS = 16
PLACES = (("cities", "name_ar"), ("places", "name"), ("country_names", "name"))
SOUNDS = {"و": "wouv", "ب": "bp", "ف": "fvp", "ل": "l", "ك": "kcgq"}
PEOPLE = ("famous_people", "leaders")
NAMES = (
    "cities/cities_full.json", "cities/yy2.json", "_splited_data/yy2_non.json", "geography/us_counties.json", "geography/popopo.json",
    "people/peoples.json", "sports/Clubs_key.json",
)  # fmt: skip


def main() -> None:
    """Train, print how well the labels are met, and write `models/proclitics.npz`."""
    forms, keys = count_words()
    own = own_names()
    names = sorted({*own, *foreign_names(), *family_names()})
    for name in names:
        forms[name] = max(forms[name], KEPT)
    stored = {form: min(255, round(np.log1p(n) * STEPS)) for form, n in forms.items() if n >= KEPT}
    logs = {form: n / STEPS for form, n in stored.items()}
    hand = labels_by_hand()
    labels = {**{name: False for name in own if may_be_cut(name)}, **labels_of_gold(), **hand}
    whole = {name: False for name in names if may_be_cut(name) and keys[name] < SETTLED}

    attested = [key for key, n in keys.most_common() if n >= SETTLED]
    first = Regression(logs).fit(labels.items(), penalty=0.3)
    scores = dict(zip(attested, first.scores(attested), strict=True))
    sure = {key: score > 0 for key, score in scores.items() if abs(score) > SURE}
    prefixed = list(after_proclitics(names))
    second = Regression(logs).fit(
        [*labels.items()] * 3 + [*sure.items(), *whole.items(), *prefixed],
        unseen=[*sure.items(), *[*whole.items()] * 2, *prefixed],
        penalty=0.5,
    )
    settled = {key: bool(score > 0) for key, score in zip(attested, second.scores(attested), strict=True)}
    settled.update(whole)
    settled.update(labels)
    print(
        f"{len(labels)} labels, {len(sure)} sure words of {len(attested)}; on the labels: {second.accuracy(labels):.4f}"
    )
    write(stored, settled, second.weights())


def may_be_cut(form: str) -> bool:
    """Say whether a matching form begins as if with a proclitic that the model is asked about."""
    return len(form) > 2 and form[0] in PROCLITICS and not form.startswith("لل")


def own_names() -> set[str]:
    """Return the first words of the names of places and states, and all words of the names of people, in `pipeline/resources`."""
    firsts = [row[column] for name, column in PLACES for row in rows(name)]
    every = [row["name"] for name in PEOPLE for row in rows(name)]
    words = [normalise(name).split()[0] for name in firsts if name] + [
        word for name in every for word in normalise(name).split()
    ]
    return {word for word in words if len(word) > 3 and word.isalpha()}


def family_names() -> set[str]:
    """Return the names of people in `pipeline/resources/name_words.tsv` whose Latin form begins with the sound of their first letter."""
    return {
        row["form"]
        for row in rows("name_words")
        if len(row["form"]) > 3 and row["form"].isalpha() and not row["form"].startswith("بال")
        and row["romanised"][:1].lower() in SOUNDS.get(row["form"][0], "") and row["romanised"]
    }  # fmt: skip


def foreign_names() -> set[str]:
    """Return the first words of the names that ArWikiCats lists, in their matching form."""
    found = set()
    lists = Path(str(distribution("ArWikiCats").locate_file("ArWikiCats/jsons")))
    for path in NAMES:
        for value in strings(json.loads((lists / path).read_text(encoding="utf-8"))):
            words = re.sub(r"\(.*?\)", "", normalise(value)).split()
            if 0 < len(words) < 4 and len(words[0]) > 3 and words[0].isalpha():
                found.add(words[0])
    return found


def strings(value: object) -> Iterator[str]:
    """Yield every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def after_proclitics(names: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield each name with a proclitic before it, drawn about as often as they stand in news."""
    draw = random.Random(1)
    for name in names:
        letter = draw.choices("وبلفك", (8, 5, 5, 1, 1))[0]
        if not (letter == "ل" and name.startswith(("ل", "ال"))):
            yield letter + name, True


def count_words() -> tuple[Counter[str], Counter[str]]:
    """Count matching forms, and keys (which see a hamza after the first letter) of words that a proclitic may begin."""
    raw: Counter[str] = Counter()
    with lzma.open(SHARED / "raw" / "news-large.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            raw.update(WORD.findall(json.loads(line)["text"]))
    forms: Counter[str] = Counter()
    keys: Counter[str] = Counter()
    for word, n in raw.items():
        form = normalise(word)
        forms[form] += n
        if may_be_cut(form):
            keys[key_of(word, form)] += n
    return forms, keys


def labels_by_hand() -> dict[str, bool]:
    """Read the words settled by hand."""
    with (ROOT / "training" / "proclitic_words.tsv").open(encoding="utf-8", newline="") as lines:
        return {row["key"]: row["cut"] == "1" for row in csv.DictReader(lines, delimiter="\t")}


def labels_of_gold() -> dict[str, bool]:
    """Learn from where labelled names begin: at the head of a word, or after its first letter or two."""
    labels: dict[str, bool] = {}
    for name in ("dev.jsonl", "train.jsonl"):
        for line in (SHARED / "gold" / name).read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            starts = {entity["start"] for entity in article["entities"]}
            for match in WORD.finditer(article["text"]):
                word, start = match.group(), match.start()
                key = key_of(word, normalise(word))
                if may_be_cut(key):
                    if start in starts:
                        labels[key] = False
                    elif starts & {start + 1, start + 2}:
                        labels[key] = True
    return labels


class Regression:
    """Logistic regression over `pipeline.proclitics.features`."""

    def __init__(self, logs: dict[str, float]) -> None:
        self._logs = logs
        self._vectorizer = DictVectorizer(dtype=np.float32)

    def fit(
        self, labels: Iterable[tuple[str, bool]], *, unseen: Iterable[tuple[str, bool]] = (), penalty: float
    ) -> Regression:
        """Learn from keys and whether they are cut; `unseen` ones as if they, and every third of them what is left too, were never met."""
        rows = [(self._features(key), cut) for key, cut in labels]
        rows += [(features(key, self._without(key, nothing=i % 3 == 0)), cut) for i, (key, cut) in enumerate(unseen)]
        matrix = self._vectorizer.fit_transform([row for row, _ in rows])
        self._model = LogisticRegression(C=penalty, max_iter=400, solver="lbfgs").fit(matrix, [cut for _, cut in rows])
        return self

    def scores(self, keys: Iterable[str]) -> list[float]:
        matrix = self._vectorizer.transform([self._features(key) for key in keys])
        return list(self._model.decision_function(matrix))

    def accuracy(self, labels: dict[str, bool]) -> float:
        return float(
            np.mean([(score > 0) == cut for score, cut in zip(self.scores(labels), labels.values(), strict=True)])
        )

    def weights(self) -> dict[str, float]:
        """Return the weights that matter."""
        names = self._vectorizer.get_feature_names_out()
        found = dict(zip(names, self._model.coef_[0], strict=True))
        found["bias"] += self._model.intercept_[0]
        return {name: weight for name, weight in found.items() if abs(weight) > 0.05}

    def _without(self, key: str, *, nothing: bool) -> Callable[[str], float]:
        form = key.replace("أ", "ا", 1)
        return lambda other: 0.0 if nothing or other.endswith(form) else self._logs.get(other, 0.0)

    def _features(self, key: str) -> dict[str, float]:
        return features(key, lambda form: self._logs.get(form, 0.0))


def write(stored: dict[str, int], settled: dict[str, bool], weights: dict[str, float]) -> None:
    """Write one compressed file: forms, their log counts, whether they are cut (-1: not settled), features, weights."""
    forms = sorted({*stored, *settled})
    np.savez_compressed(
        ROOT / "models" / "proclitics.npz",
        forms=np.frombuffer("\n".join(forms).encode(), dtype=np.uint8),
        counts=np.array([stored.get(form, 0) for form in forms], dtype=np.uint8),
        cuts=np.array([int(settled[form]) if form in settled else -1 for form in forms], dtype=np.int8),
        features=np.frombuffer("\n".join(weights).encode(), dtype=np.uint8),
        weights=np.array(list(weights.values()), dtype=np.float16),
    )
    print(f"{len(forms)} forms, {len(settled)} settled, {len(weights)} weights")


if __name__ == "__main__":
    main()
