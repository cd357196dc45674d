"""Articles that try to break out of what shows them."""

from __future__ import annotations

from pipeline.record import Entity, Mention, Record

TEXTS = {
    "script": "<script>window.broken = 1</script> زار الوزير القاهرة </script><script>window.broken = 2</script>",
    "style": "</style><style>body { display: none }</style> ثم <img src=x onerror='window.broken = 3'>",
    "comment": "<!-- <script> ]]> --!> خبر <svg onload='window.broken = 4'>",
    "template": "{{data}} ${window.broken = 5} {{body}} \\u003c \\\\ \" ' `",
    "formula": '=HYPERLINK("http://example.org";"خبر")\n+1+1\n@SUM(A1)',
    "bidi": "قال \u202eالوزير\u202c إن \u2067user\u2066 \u202dabc",
    "separators": "سطر\u2028ثان\u2029ثالث\x00\x0b\x1b[2J",
    "surrogate": "نص \ud800 مكسور 😀 بعده القاهرة",
    "empty": "",
}


def records() -> list[Record]:
    """Return a record for each text, its words marked, with hostile names, values, links and facts too."""
    return [_record(id, text) for id, text in TEXTS.items()]


def crowded(mentions: int = 10_000) -> Record:
    """Return a record of one article with very many mentions, which nest and cross."""
    text = "كلمة " * (mentions // 4) + "\n" + "كلمة " * (mentions // 4)
    labels = ("PERSON", "ROLE", "ORGANIZATION", "TOPIC")
    made = []
    for n in range(mentions):
        start, label = 5 * (n // 4), labels[n % 4]
        start += start >= text.index("\n")
        end = min(start + 4 + 7 * (n % 4), len(text))
        made.append(Mention(id=f"m{n}", start=start, end=end, text=text[start:end], label=label, value=f"v{n % 50}"))
    return Record(id="crowded", sha256="", text=text, mentions=made)


def _record(id: str, text: str) -> Record:
    words = text.split(" ")
    mentions, at = [], 0
    for n, word in enumerate(words):
        if word:
            mentions.append(
                Mention(
                    id=f"m{n}",
                    start=at,
                    end=at + len(word),
                    text=word,
                    label="PERSON",
                    value=text,
                    entity="e1",
                    by=text,
                )
            )
        at += len(word) + 1
    entity = Entity(
        id="e1", key=f"person:{text}", label="PERSON", name=text or "x", aliases=[text], mentions=[m.id for m in mentions],
        links={"wikidata": "javascript:window.broken=6", text: text}, attributes={text: [text], "__proto__": {"a": text}},
    )  # fmt: skip
    return Record(
        id=f"{id} {text}", source=text, title=text, sha256="", text=text, meta={"outlet": text}, mentions=mentions,
        entities=[entity] if mentions else [],
    )  # fmt: skip
