"""Print docs/output.md: every field of the output, from the record model. Usage: python tools/make_output_page.py > docs/output.md"""

from __future__ import annotations

import sys
from collections.abc import Iterator
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
    """Return the page. Raises KeyError for a field without a description."""
    schema = Record.model_json_schema()
    models = {"Record": schema, **schema["$defs"]}
    order = dict.fromkeys(["Record", *parts(schema, models)])
    return "\n".join([INTRODUCTION, *(section(name, models[name]) for name in order)])


def parts(model: dict[str, Any], models: dict[str, Any]) -> Iterator[str]:
    """Yield the parts that the fields of a part are made of, each with its own after it."""
    for form in model["properties"].values():
        reference = form.get("$ref") or form.get("items", {}).get("$ref")
        if reference:
            name = reference.split("/")[-1]
            yield name
            yield from parts(models[name], models)


def section(name: str, model: dict[str, Any]) -> str:
    """Return the table of a part of the record."""
    rows = [f"| `{field}` | {kind(form)} | {form['description']} |" for field, form in model["properties"].items()]
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
