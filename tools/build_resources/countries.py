"""Refresh countries.tsv and the rows of country_names.tsv that packages know.

Run with `python tools/build_resources/countries.py` where babel, pycountry, hdx-python-country and rigour are installed. Rows of
country_names.tsv whose source is "hand" are kept as they are; the others are made anew: cldr (Unicode CLDR's Arabic and its regional
forms), iso (ISO 3166-1, translated for Debian's iso-codes) and un (United Nations M49 and terminology).
"""

from __future__ import annotations

import csv
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import babel
import hdx.location
import pycountry
from rigour.territories import get_territory

from pipeline.normalise import normalise

RESOURCES = Path(__file__).parents[2] / "pipeline" / "resources"

# States that are no more: ISO 3166-3 (and the codes they had), name in English, M49 where there was one, the item of Wikidata.
FORMER = {
    "AN": ("ANT", "530", "Netherlands Antilles", "Americas", "Caribbean", "Q25227"),
    "CS": ("CSK", "200", "Czechoslovakia", "Europe", "Eastern Europe", "Q33946"),
    "DD": ("DDR", "278", "German Democratic Republic", "Europe", "Western Europe", "Q16957"),
    "SU": ("SUN", "810", "Soviet Union", "Europe", "Eastern Europe", "Q15180"),
    "YD": ("YMD", "720", "South Yemen", "Asia", "Western Asia", "Q199841"),
    "YU": ("YUG", "890", "Yugoslavia", "Europe", "Southern Europe", "Q36704"),
}
KOSOVO = ("XKX", "", "Kosovo", "Europe", "Southern Europe", "Q1246")
TAIWAN_REGION = ("Asia", "Eastern Asia")  # M49 does not list it
NOT_MEMBERS = {"PS", "VA", "TW", "XK", "EH", "CK", "NU"}

# What packages list but no text means by it: another country's name, or a word of every day.
REJECTED = {
    ("MD", "المالديف"),
    ("AQ", "القطب الجنوبي"),
    ("MM", "ميانمار (بورما)"),
    ("RS", "صربية"),
    ("FR", "جمهورية الفرنسية"),
}
# Names of parts that ISO tables print after the main name are no running text.
UNUSABLE = re.compile(r"[،,_]|^المحيط|^نائية")


def main() -> None:
    kept = [row for row in read("country_names") if row["source"] == "hand"]
    names = {(row["iso"], normalise(row["name"])): row for row in kept}
    known = {row["iso"] for row in kept}
    for iso, name, source in package_names():
        if iso in known and (iso, name) not in REJECTED and not UNUSABLE.search(name):
            names.setdefault((iso, normalise(name)), {"iso": iso, "name": name, "source": source})
    write("country_names", ("iso", "name", "source"), list(names.values()))
    display = {row["iso"]: row["name"] for row in read("countries")}
    write("countries", COLUMNS, [facts(iso, display[iso]) for iso in sorted(display)])


COLUMNS = ("iso", "iso3", "m49", "name", "name_en", "region", "subregion", "wikidata", "status")


def facts(iso: str, name: str) -> dict[str, str]:
    """The row of countries.tsv of one code; the Arabic name is the project's own choice and stays."""
    if iso in FORMER or iso == "XK":
        iso3, m49, english, region, subregion, item = FORMER.get(iso, KOSOVO)
        values = (iso, iso3, m49, name, english, region, subregion, item, "former" if iso in FORMER else "territory")
        return dict(zip(COLUMNS, values, strict=True))
    entry = pycountry.countries.get(alpha_2=iso)
    un = {row["ISO 3166-1 Alpha 2-Codes"]: row for row in un_rows()}[iso]
    territory = get_territory(iso.lower())
    region, subregion = un["Region Name"], un["Intermediate Region Name"] or un["Sub-region Name"]
    if iso == "TW":
        region, subregion = TAIWAN_REGION
    member = un["Independent"] in ("Y", "TRUE", "True", "1", "Yes") and iso not in NOT_MEMBERS
    english = str(babel.Locale("en").territories[iso])
    item, status = territory.qid if territory else "", "member" if member else "territory"
    return dict(
        zip(COLUMNS, (iso, entry.alpha_3, entry.numeric, name, english, region, subregion, item, status), strict=True)
    )


def package_names() -> Iterator[tuple[str, str, str]]:
    """Yield code, Arabic name and source, as the packages have them."""
    for identifier in sorted(babel.localedata.locale_identifiers()):
        if identifier == "ar" or identifier.startswith("ar_"):
            for iso, name in babel.Locale.parse(identifier).territories.items():
                if len(iso) == 2:
                    yield iso, tidy(name), "cldr"
    catalogue = Path(pycountry.__file__).parent / "locales" / "ar" / "LC_MESSAGES" / "iso3166-1.mo"
    with catalogue.open("rb") as file:
        translated = gettext.GNUTranslations(file).gettext
    for entry in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            english = getattr(entry, field, None)
            if english and translated(english) != english:
                yield entry.alpha_2, tidy(translated(english)), "iso"
    for row in un_rows():
        for column in ("Arabic Short", "M49 Arabic"):
            if row[column]:
                yield row["ISO 3166-1 Alpha 2-Codes"], tidy(row[column]), "un"


def un_rows() -> list[dict[str, str]]:
    """Rows of the taxonomy of countries and territories of the UN's humanitarian office."""
    file = next(Path(hdx.location.__file__).parent.glob("Countries*.csv"))
    with file.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if len(row["ISO 3166-1 Alpha 2-Codes"]) == 2]


def tidy(name: str) -> str:
    """Drop marks of direction and of vowels, join the wau that some tables set apart."""
    name = "".join(c for c in name if c not in "\u200e\u200f" and not "\u064b" <= c <= "\u0652")
    return re.sub(r"\bو (?=\S)", "و", " ".join(name.split()))


def read(name: str) -> list[dict[str, str]]:
    with (RESOURCES / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def write(name: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    with (RESOURCES / f"{name}.tsv").open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join(columns) + "\n")
        for cells in sorted([row[column] for column in columns] for row in rows):
            file.write("\t".join(cells) + "\n")


if __name__ == "__main__":
    main()
