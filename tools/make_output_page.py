"""Print docs/output.md: every field of the output, from the record model and output_fields.tsv. Usage: python tools/make_output_page.py > docs/output.md"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

from pipeline.record import Record

INTRODUCTION = """\
# The output, field by field

`khabar run` and `pipeline.extract` give one record an article. A record is plain JSON; its
[JSON Schema](https://json-schema.org) is printed by `khabar schema`. Every writer, view and score works from it.

```python
import pipeline

record = pipeline.extract("استقبل الرئيس المصري وزير خارجية كازاخستان في القاهرة يوم 6 تشرين الثاني/نوفمبر 2023.", id="example")
for mention in record.mentions:
    assert record.text[mention.start : mention.end] == mention.text
countries = {mention.value for mention in record.mentions if mention.label in ("COUNTRY", "NATIONALITY")}
assert countries == {"EG", "KZ"}
(date,) = [mention.value for mention in record.mentions if mention.label == "DATE"]
assert date == "2023-11-06"
```

Parts point at each other by id within the record. Offsets are half-open and count Unicode code points. What cannot be known is empty; nothing
is guessed. Dates are [EDTF](https://www.loc.gov/standards/datetime/): `2023-11-06`, `2023-11`, `2023`, `2023-03-03/2023-03-05`, `../2023-11-06`,
`199X`.
"""


def page() -> str:
    """Return the page. Raises KeyError for a field without a meaning."""
    with (Path(__file__).parent / "output_fields.tsv").open(encoding="utf-8", newline="") as file:
        meanings = {
            row["field"]: row["meaning"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        }
    schema = Record.model_json_schema()
    models = {"Record": schema, **schema["$defs"]}
    order = dict.fromkeys(name.split(".")[0] for name in meanings)
    return "\n".join([INTRODUCTION, *(section(name, models[name], meanings) for name in order)])


def section(name: str, model: dict[str, Any], meanings: dict[str, str]) -> str:
    """Return the table of a part of the record."""
    rows = [
        f"| `{field}` | {kind(form)} | {meanings[f'{name}.{field}']} |" for field, form in model["properties"].items()
    ]
    return "\n".join(
        [f"## {name}", "", model["description"], "", "| field | type | what |", "| --- | --- | --- |", *rows, ""]
    )


def kind(form: dict[str, Any]) -> str:
    """Return the type of a field in words.

    >>> kind({"type": "array", "items": {"$ref": "#/$defs/Mention"}})
    'list of [Mention](#mention)'
    """
    if "$ref" in form:
        name = form["$ref"].split("/")[-1]
        return f"[{name}](#{name.lower()})"
    if "enum" in form:
        return "one of " + ", ".join(f"`{value}`" for value in form["enum"])
    if form.get("type") == "array":
        return f"list of {kind(form['items'])}"
    return {
        "string": "text",
        "integer": "whole number",
        "number": "number, 0 to 1",
        "boolean": "yes or no",
        "object": "mapping",
    }[form["type"]]


if __name__ == "__main__":
    sys.stdout.write(page())
