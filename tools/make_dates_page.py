"""Print docs/dates.md: every form of a date with its value, from the cases that the tests check. Usage: python tools/make_dates_page.py > docs/dates.md"""

from __future__ import annotations

import csv
import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
INTRODUCTION = """\
# Dates

```python
from datetime import date
from pipeline.dates import find_dates

for found in find_dates("وصل الوزير أمس ويغادر في 12 مارس", date(2024, 3, 5)):
    print(found.text, found.value)   # أمس 2024-03-04, 12 مارس 2024-03-12
```

`find_dates(text, reference=None, *, convention=None)` returns the dates of a text in its order. Each has `start`, `end`, `text`, `value` (EDTF),
`grain`, `rule` (the form that was read), `anchor` (the date it was counted from), `inferred` (whether year, direction or calendar had to be worked
out), `hijri` where it was written in that calendar, `first` and `last` day, `weekday_conflict`, `iso` (an ISO 8601 interval, its end excluded) and
`timex3()`. `reference` is the day the text was written; without it a relative date has no value. `document_date(text)` reads a dateline.

A day or month without a year is the nearest to the reference that the verb allows; a bare weekday is the last one with a verb of the past and the
next one with a verb of the future. A date that does not exist, or has nothing to count from, is found and has no value.

`convention` says whose habits hold where they differ. "news" follows the annotation guidelines and is what the pipeline uses; "general" is what
libraries for short messages return. Without it a text of one line and at most ten words is read as a message, any other as news.

| | news | general |
| --- | --- | --- |
| a weekday without a verb | the last one | the next one |
| a day or month without a year and without a verb | the nearest | of this year |
| a decade | `197X` | `1970/1979` |
| a season | `2024-03/2024-05` | `2024-21` |
| the beginning, middle or end of a year, month or week | the whole of it | about a half or a third of it |
| «منذ ثلاثة أيام» as the whole text | `2023-11-05/..` | `2023-11-05` |
| «يوم», «من», «قرابة» before a date that is the whole text | outside | inside |
| «4/22», «الجمعة 22», «شهر 5» without other support | no date | a date |

Weeks run from Monday to Sunday. Hijri dates go by the Umm al-Qura calendar (1343 to 1500 AH). The lists of words are `pipeline/resources/date_*.tsv`.

## Beside other libraries

`python benchmarks/dates.py --failures` prints this from 179 cases of the tests of Duckling, Recognizers-Text, dateparser and maha, exact in span
and value, and the cases that are missed:

| system | exact | duckling | recognizers-text | dateparser | maha | span found |
| --- | --- | --- | --- | --- | --- | --- |
| khabar | 93.3% | 41/41 | 70/75 | 4/4 | 52/59 | 98.9% |
| khabar, `convention="news"` | 66.5% | 29/41 | 44/75 | 3/4 | 43/59 | 82.1% |
| dateparser 1.5 `search_dates` | 6.7% | 3/41 | 6/75 | 2/4 | 1/59 | 15.1% |

The twelve that khabar misses, and why:

- seven of maha («الأسبوع», «الأسبوع بعد القادم», «الاسبوع السابق», «الأسبوع قبل الماضي», «قبل إسبوع», «قبل أسبوعان», «قبل اربعة أسابيع»): its weeks run
  from Sunday to Saturday, and a number of weeks back is a whole week; ours run from Monday, and it is a day, as in the guidelines and in Duckling.
- «سبتمبر الماضي», said in November 2016: expected 2015-09; the last September was that of 2016.
- «بعد يومين»: expected the two days from tomorrow on; maha's own case has the second day, as we do.
- «رأس السنة الجديدة»: expected 31 December; the head of the year is 1 January.
- «مواليد ألفين»: expected the decade of the 2000s; a number word alone is not read as a date.
- «منذ شهر و 21 يوم من الآن»: the value agrees; «منذ» was expected outside the span, the guidelines have it inside.

## Every form

In a text of Wednesday 8 November 2023, read as news. This table is printed by `python tools/make_dates_page.py` from the cases of the tests.
"""


def value(case: dict[str, str]) -> str:
    """Return the cell of a value, a dash where there is none."""
    return f"`{case['value']}`" if case["value"] else "—"


def main() -> None:
    """Print the page."""
    with (ROOT / "tests" / "data" / "date_cases.tsv").open(encoding="utf-8", newline="") as lines:
        cases = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    page = [INTRODUCTION]
    for form, rows in groupby(cases, key=lambda case: case["form"]):
        page.append(f"### {form}\n\n| text | date | value |\n| --- | --- | --- |")
        page += [f"| {row['text']} | {row['expression']} | {value(row)} |" for row in rows]
        page.append("")
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print("\n".join(page).rstrip())


if __name__ == "__main__":
    main()
