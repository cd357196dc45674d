"""Topics: the subjects on the agenda, as mentions and for the document as a whole.

Terms and the trained tagger propose; a logistic regression decides which proposals are subjects on the agenda and not words in
passing, from the words around, the place in the article, and how often each form was a subject in labelled articles. Where the tagger has
read the text, a second one weighs that beside how likely the tagger has it that just these words are one. From all of them
`document_topics` tells the topics of the document. `training/topics.py` made the weights, which are in `models/topics/`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import document_topics, names, spans, taxonomy, vectors
from pipeline.index import index
from pipeline.topics.decision import Scored, choose, scored
from pipeline.topics.tags import Tags
from pipeline.topics.terms import variants
from pipeline.topics.weights import load_weights

LIKELY = -1.0  # the log-probability from which the tagger is said to have found a mention too


class Topics:
    """Component that writes the group "topics" and `doc._.topics`; it keeps nothing between documents."""

    def __init__(self, own: taxonomy.Taxonomy | None) -> None:
        self._own = own
        self._terms = own.forms(variants) if own else {}
        self._weights = load_weights().with_terms(self._terms) if own else load_weights()
        self._taxonomy = own or taxonomy.shipped()

    def __call__(self, doc: Doc) -> Doc:
        weights = self._weights
        vector = vectors.load().of(words_of(doc))
        odds = weights.odds(vector)
        said = names.subjects(doc)
        tags = None if said is None else Tags(doc, said)
        possible = scored(doc, weights, odds, tags)
        if self._own:
            possible = list(self._mapped(possible, self._own, vector))
        found = [mention(doc, one) for one in choose(possible, weights.threshold(tags is not None))]
        spans.write(doc, "topics", found)
        likeness = self._taxonomy.likeness(vector)
        about = taxonomy.odds(likeness) if self._own else weights.by_topic(odds)
        features = document_topics.features(
            doc, found, list(map(evidence, possible)), about, likeness, tags is not None
        )
        made = document_topics.topics(found, features, weights.document, weights.document_threshold)
        known = self._taxonomy.topics
        doc._.topics = [
            {**t, "label_en": known[t["id"]].label_en or t["id"], "label_ar": known[t["id"]].label_ar or t["id"]}
            for t in made
        ]
        return doc

    def _mapped(self, possible: Sequence[Scored], own: taxonomy.Taxonomy, vector: vectors.Vector) -> Iterator[Scored]:
        """Yield the candidates that belong to a topic of the user's: by its term, by a term in it, or by their likeness."""
        terms = [one.candidate for one in possible if one.candidate.form in self._terms]
        starts = [t.start for t in terms]
        for one in possible:
            c = one.candidate
            inside = terms[bisect_left(starts, c.start) : bisect_left(starts, c.end)]
            within = [(t.start - t.end, self._terms[t.form]) for t in inside if t.end <= c.end]
            topic = min(within)[1] if within else own.of(c.form, vector)
            if topic:
                yield replace(one, candidate=replace(c, topic=topic))


@Language.factory("khabar_topics", default_config={"own": ""}, assigns=["doc.spans", "doc._.topics"])
def topics(nlp: Language, name: str, own: str) -> Topics:  # noqa: ARG001 (spaCy's names)
    """Return the component. `own`: a file of the user's own topics in place of the shipped ones (`pipeline.taxonomy.read`).

    Raises FileNotFoundError where it is not there, ValueError that says what is wrong with it.
    """
    return Topics(taxonomy.read(Path(own)) if own else None)


def evidence(one: Scored) -> document_topics.Evidence:
    """Return what a candidate says of the document's topics."""
    return document_topics.Evidence(one.candidate.start, one.candidate.end, one.candidate.topic, one.score)


def mention(doc: Doc, one: Scored) -> spans.Mention:
    """Return the mention that a chosen candidate is."""
    c = one.candidate
    by = f"topics:{c.by}+model" if c.tagged > LIKELY and c.by != "model" else f"topics:{c.by}"
    span = doc[c.start : c.end]
    return spans.Mention(span.start_char, span.end_char, "TOPIC", c.topic, one.score, by)


def words_of(doc: Doc) -> list[str]:
    """Return the matching forms of a Doc's words."""
    alpha = doc.to_array("IS_ALPHA").tolist()
    return [norm for norm, letters in zip(index(doc).norms, alpha, strict=True) if letters]
