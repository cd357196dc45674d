"""Label articles with the whole pipeline, the shipped model and the rules together, in the format of the gold files, for a student to learn from.

    python -m training.annotate --articles ../shared/raw/news-large.jsonl.xz --like training/event_labels.tsv --topics training/topic_labels.tsv --out articles.jsonl

Those articles are taken whose ids the file of --like names; topics are those that people labelled, where they did. The output holds other
people's text: it stays outside the repository.
"""

from __future__ import annotations

import argparse
import json
import lzma
from pathlib import Path
from typing import Any

import pipeline
from pipeline.record import Record
from training.corpora import event_labels, topic_labels


def as_gold(text: str, record: Record) -> dict[str, Any]:
    """Return what a record says of a text as a line of a gold file; holders of roles are not labels there.

    >>> [e["label"] for e in as_gold("زار مصر", pipeline.extract("زار مصر"))["entities"]]
    ['COUNTRY']
    """
    entities = [
        {
            "start": m.start,
            "end": m.end,
            "label": m.label,
            "value": "" if m.label == "ROLE" else m.value,
            "text": m.text,
        }
        for m in record.mentions
    ]
    topics = [topic.id for topic in record.topics]
    return {"id": record.id, "text": text, "given_date": record.date.value, "topics": topics, "entities": entities}


def with_topics(article: dict[str, Any], topics: list[str], mentions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an article with these topics and mentions of topics in place of its own.

    >>> with_topics(as_gold("زار مصر", pipeline.extract("زار مصر")), ["trade"], [])["topics"]
    ['trade']
    """
    others = [e for e in article["entities"] if e["label"] != "TOPIC"]
    named = [{**m, "text": article["text"][m["start"] : m["end"]]} for m in mentions]
    return {**article, "topics": topics, "entities": others + named}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--like", type=Path, required=True)
    parser.add_argument("--topics", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(arguments)
    wanted, topics = event_labels(args.like), topic_labels(args.topics)
    with lzma.open(args.articles, "rt", encoding="utf-8") as lines:
        articles = [article for article in map(json.loads, lines) if article["id"] in wanted]
    with args.out.open("w", encoding="utf-8") as out:
        for article, record in zip(articles, pipeline.extract_many(articles), strict=True):
            line = as_gold(article["text"], record)
            if record.id in topics:
                line = with_topics(line, *topics[record.id])
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    print(len(articles), "articles")


if __name__ == "__main__":
    main()
