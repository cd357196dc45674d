"""Whom one acts for: the state of a person by his offices, of a body by its kind, and of a nation's people none.

An office names its state («وزير الخارجية المصري»), or is the one of the state that the text is written from («وزير الخارجية»), or belongs to no
state («المبعوث الأممي إلى اليمن»); else the list of leaders knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache

from spacy.tokens import Doc

from pipeline.found import Found, Places
from pipeline.index import index
from pipeline.leaders import Known, by_surname, lookup
from pipeline.lists import forms, rows
from pipeline.normalise import normalise

# The tokens at the start of an article among which its news agency stands.
_DATELINE = 80
# What a mention, and an office without its state whose holder the list of leaders knows, say for a state as the one written from.
_HOME_WEIGHTS = {"COUNTRY": 2, "LOCATION": 2, "NATIONALITY": 1}
_LEADER = 6
# A list of nationalities goes on for so many at most.
_LIST = 8
# A nationality, longer than any, stands between «نظيره» and a name.
_STATE = 20


class Allegiance:
    """The states that the people and bodies of a Doc act for."""

    def __init__(self, doc: Doc, pieces: Places) -> None:
        self._norms = index(doc).norms
        self._pieces = pieces
        self._facts = doc._.entities
        self._date = doc._.date or doc._.given_date
        self._names: dict[str, list[Found]] = {}
        self._roles: dict[str, list[Found]] = {}
        for piece in pieces.found:
            named = {"PERSON": self._names, "ROLE": self._roles}.get(piece.mention.label)
            if named is not None and piece.mention.entity:
                named.setdefault(piece.mention.entity, []).append(piece)
        self._known: dict[str, str] = {}

    def of(self, piece: Found) -> str:
        """Return the ISO code of the state that a mention is or acts for, "" for none."""
        m = piece.mention
        if m.label in ("PERSON", "ROLE"):
            return self.of_person(m.entity)
        if m.label in ("COUNTRY", "NATIONALITY"):
            return "" if self._people(piece) else m.value
        if m.label == "ORGANIZATION":
            return self._of_body(piece) or (self.home if self._homely(piece) else "")
        return "" if m.label == "FORUM" else str(self._facts.get(m.entity, {}).get("country", ""))

    # People

    def of_person(self, key: str) -> str:
        """Return the state of a person by the key of all his mentions."""
        if key not in self._known:
            stated = self._stated(key)
            self._known[key] = self.home if stated is None and self._in_office(key) else stated or ""
        return self._known[key]

    def _stated(self, key: str) -> str | None:
        """The state that the text or the list of leaders gives a person, "" if they say that it is none, None if they say nothing."""
        roles = self._roles.get(key, ())
        said = [self._owner(role) for role in roles if not self._former(role)]
        said += [self._counterpart(name) for name in self._names.get(key, ())]
        by_office = next(filter(None, said), None)
        if by_office or "" in said:
            return by_office or ""
        left = [self._owner(role) for role in roles if self._former(role)]
        listed = self._listed(key)
        if any(left) or listed is not None:
            return next(filter(None, left), listed)
        return "" if left else self._facts.get(key, {}).get("country")

    def _owner(self, role: Found) -> str | None:
        """The state whose office it is, "" where it is that of no state, None where the role does not say."""
        private = self._is("private", role.start) and not self._is("state word", role.start + 1)
        if private:
            return ""
        envoy = self._is("envoy", role.start)
        hosted, unknown = -1, None
        for piece in self._pieces.inside(role.start, role.end):
            state = self._owning(piece)
            if state is None:
                continue
            near = "near host" if piece.mention.label == "ORGANIZATION" else "near host of a state"
            if self._hosted(role.start, piece.start, near if envoy else "") or piece.start <= hosted:
                hosted = piece.end + 1  # «لدى إيطاليا ومالطا»
            elif state or self._side(piece) == "none":
                return state
            else:
                unknown = state  # «نائب رئيس لجنة الشؤون الدولية في البرلمان الروسي»
        return "" if any(self._is("international", i) for i in self._adjectives(role)) else unknown

    def _owning(self, piece: Found) -> str | None:
        """What a mention inside a role says of whose it is."""
        if piece.mention.label in ("ROLE", "PERSON"):
            return None
        if piece.mention.label in ("ORGANIZATION", "FORUM"):
            return self._of_body(piece) or ("" if self._side(piece) in ("", "none") else None)
        return self._state(piece)[:2] or None

    def _hosted(self, first: int, at: int, near_host: str) -> bool:
        """Whether what stands at a token of a role is where it is held, not whose it is: «إلى اليمن», an envoy's «في بيروت»."""
        if any(self._norms[i] in words("host") for i in range(max(first, at - 2), at)):
            return True
        return at > first and self._norms[at - 1] in words(near_host)

    def _former(self, role: Found) -> bool:
        return any(self._is("former", i) for i in range(role.start + 1, role.end))

    def _adjectives(self, role: Found) -> Iterator[int]:
        """The words that describe the head of a role, or the delegation that he leads: one, an envoy's two («المبعوث الخاص الأممي»)."""
        yield from (i for i in range(role.start + 2, role.end) if self._is("delegation", i - 1))
        yield from range(role.start + 1, min(role.start + 2 + self._is("envoy", role.start), role.end))

    def _counterpart(self, name: Found) -> str | None:
        """The state of «نظيره الروسي X»."""
        for state in self._pieces.inside(name.start - _STATE, name.start, "COUNTRY", "NATIONALITY"):
            if name.start - state.end <= 2 and state.start and self._norms[state.start - 1] in forms("counterparts"):
                return state.mention.value
        return None

    def _listed(self, key: str) -> str | None:
        """The state of a leader of the list by the office of the day, else by all that he held; "" for that of a body, None for who is not listed."""
        known = next((k for k in map(self._leader, self._names.get(key, ())) if k and k.terms), None)
        if known is None:
            return None
        terms = [term for term in known.terms if term.covers(self._date)] or known.terms
        states = {term.country for term in terms}
        return states.pop() if len(states) == 1 else None

    @staticmethod
    def _leader(name: Found) -> Known | None:
        return lookup(name.mention.value) or by_surname(name.mention.value)

    def _in_office(self, key: str) -> bool:
        """Whether a person has an office of the state, though the text does not say of which."""
        roles = self._roles.get(key, ())
        if any(map(self._of_state, roles)):
            return True
        of_body = any(self._is("body", i) for role in roles for i in range(role.start + 1, role.end))
        return not of_body and any(self._is("official", role.start) for role in roles)

    def _of_state(self, role: Found) -> bool:
        """Whether an office is a ministry's, a government's, a parliament's."""
        bodies = self._pieces.inside(role.start, role.end, "ORGANIZATION")
        return any(map(self._homely, bodies)) or any(self._is("state word", i) for i in range(role.start, role.end))

    @cached_property
    def home(self) -> str:
        """The state that the text is written from: that of its news agency, else the one most named and whose leaders' offices stand without one.

        Of others a text speaks more by nationality («الرئيس الفرنسي»), of its own by name and place.
        """
        for piece in self._pieces.inside(0, _DATELINE, "ORGANIZATION"):
            facts = self._facts.get(piece.mention.entity, {})
            if facts.get("type") == "news agency" and facts.get("country"):
                return str(facts["country"])
        named: Counter[str] = Counter()
        for label, weight in _HOME_WEIGHTS.items():
            for state in map(self._state, self._pieces.labelled(label)):
                named[state] += weight
        for key, roles in self._roles.items():
            if all(self._owner(role) is None for role in roles):
                named[self._stated(key) or ""] += _LEADER
        del named[""]
        return named.most_common(1)[0][0] if named else ""

    # Bodies

    def _of_body(self, piece: Found) -> str:
        m, side = piece.mention, self._side(piece)
        if side == "none":
            return ""
        inside = self._pieces.inside(piece.start, piece.end)
        nations = [
            p for p in inside if p.mention.label in ("COUNTRY", "NATIONALITY", "LOCATION") and len(self._state(p)) == 2
        ]
        own = [p for p in nations if not self._placed(p.start)] or (nations if side else [])
        stated = self._facts.get(m.entity, {}).get("country", "") if side else ""
        if stated or own:
            return str(stated) if stated else self._state(own[0])
        people = [p for p in inside if p.mention.label == "PERSON"] if side == "home" else []
        # By what is known of him beside his offices: they may name the body.
        return self._listed(people[0].mention.entity) or "" if people else ""

    def _homely(self, piece: Found) -> bool:
        """Whether a body is the government's or a parliament, so that of the state the text is written from where it names none."""
        return self._side(piece) == "home" and not self._pieces.inside(piece.start, piece.end, "PERSON")

    def _state(self, piece: Found) -> str:
        return piece.mention.value if piece.mention.label != "LOCATION" else self.of(piece)

    def _placed(self, at: int) -> bool:
        return at > 0 and self._norms[at - 1] in words("host") | words("near host")

    def _side(self, piece: Found) -> str:
        return sides().get(self._facts.get(piece.mention.entity, {}).get("type", ""), "")

    # Words

    def _people(self, piece: Found) -> bool:
        """Whether a nationality or country says whose people or companies it is: «الشعب السوري», «شركات صينية وروسية», «شركات من الهند»."""
        at = piece.start - 1
        for _ in range(_LIST):
            before = self._pieces.between(at - 3, at, piece.mention.label) if at > 0 and self._norms[at] == "و" else []
            if not before or before[-1].end != at:
                break
            at = before[-1].start - 1
        if at < 1:
            return False
        if piece.mention.label == "COUNTRY":
            return self._norms[at] == "من" and self._is("people", at - 1)
        return self._is("people", at) or self._norms[at].isdigit() or self._norms[at] in words("count")

    def _noun(self, at: int) -> str:
        return self._norms[at].removeprefix("ال") if at < len(self._norms) else ""

    def _is(self, kind: str, at: int) -> bool:
        noun = self._noun(at)
        return noun in words(kind) or noun.removesuffix("ه") in words(kind)


@lru_cache(maxsize=16)
def words(kind: str) -> frozenset[str]:
    """Return the matching forms of the words of a kind.

    >>> "الي" in words("host")
    True
    """
    return frozenset(normalise(row["form"]) for row in rows("allegiance_words") if row["kind"] == kind)


@lru_cache(maxsize=1)
def sides() -> dict[str, str]:
    """Return type of a body → `state` if it acts for its state, `home` if for the one that the text is written from where it names none, `none` for no state."""
    return {row["type"]: row["side"] for row in rows("allegiance_bodies")}
