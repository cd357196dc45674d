"""Events: who did what with whom, when, where and about what, in the types of PLOVER.

Where a trained network has read the text, it says which words tell events and who takes part (`learned`, `choices`); else a list of verbs and nouns with
small regressions does (`rules`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.events import choices, rules
from pipeline.events.circumstances import days, discussed, forum, fullest, topics, where
from pipeline.events.scene import Scene
from pipeline.events.told import Told, Trigger, distinct
from pipeline.lists import rows
from pipeline.names import telling
from pipeline.parties import Party


@Language.component("khabar_events", assigns=["doc._.events"])
def events(doc: Doc) -> Doc:
    """Write `doc._.events`."""
    scene = Scene(doc)
    said = telling(doc)
    found = choices.read_events(scene, said) if said else rules.read_events(scene, rules.load_weights())
    told = distinct(found)
    further, when = discussed(scene, told), days(scene, told)
    doc._.events = [_described(scene, one, when[one], further.get(one, ())) for one in told]
    return doc


def _described(scene: Scene, told: Told, when: str, further: Sequence[Trigger]) -> dict[str, object]:
    trigger = told.trigger
    token = scene.doc[trigger.at]
    frame = trigger.frame
    return {
        "type": frame.type, "mode": frame.mode, "cameo": cameo()[frame.type, frame.mode],
        "trigger": [token.idx, token.idx + len(token)],
        "who": [_reference(p) for p in told.who], "whom": [_reference(p) for p in told.whom],
        "where": fullest(where, scene, told), "when": when, "forum": forum(scene, trigger),
        "topics": topics(scene, told, further), "modality": told.modality,
        "score": told.score, "by": f"events:{frame.kind}",
    }  # fmt: skip


def _reference(party: Party) -> dict[str, object]:
    return {"mention": list(party.mention), "country": party.country}


@lru_cache(maxsize=1)
def cameo() -> dict[tuple[str, str], str]:
    """Return (type, mode) → CAMEO root code."""
    return {(row["type"], row["mode"]): row["cameo"] for row in rows("event_types")}
