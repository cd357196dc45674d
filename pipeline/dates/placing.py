"""Dates of a text with their values: the expressions that the grammar reads, each placed on the calendar from what stands around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile

from pipeline.dates import expressions as ex
from pipeline.dates.calendars import OutOfCalendar, Period
from pipeline.dates.datelines import is_dateline
from pipeline.dates.expressions import SURELY_FUTURE, SURELY_PAST, Context, Convention
from pipeline.dates.grammar import Expression, Grammar
from pipeline.dates.lexicon import Atom, senses

_SENTENCE_ENDS = frozenset(".!؟?؛\n")
_CLAUSE_ENDS = _SENTENCE_ENDS | {"،", ","}
_COMPLEMENT = 8  # atoms from «اليوم التالي» to the day that it follows
_HEAD = 600  # characters in which a dateline is looked for
_MESSAGE = 10  # words of the longest text that is read as a message
_BESIDE = 3  # atoms from a verb of the past to a date that it surely holds for
_BEFORE_OPENING = frozenset(
    {"و", "في", "وفي", "ففي", "يوم", "خلال"}
)  # what stands before a date that opens its sentence
_WERE = frozenset({"كان", "كانت"})
_PARTS_OF_DAY = frozenset({"ظهر", "الظهر", "منتصف", "عصر", "مغرب", "غروب"})
_WINDOW = 40  # atoms on each side in which the tense of a date is looked for


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text.

    `start`, `end`: half-open code point offsets; `text` is what they cut out. `value`: EDTF, empty where the date cannot be placed.
    `grain`: the unit that the text names it by. `rule`: the form that was read. `anchor`: the date that it was counted from, None if it stands
    by itself. `inferred`: whether the year, the direction or the calendar was worked out from the surroundings and is not written.
    `hijri`: the same in the Hijri calendar (year, year-month or year-month-day), where it was written so.
    `first`, `last`: the first and last day, None on an open side. `weekday_conflict`: the weekday written beside the date is not that of
    the date (the date wins).
    """

    start: int
    end: int
    text: str
    value: str
    grain: str
    rule: str
    anchor: date | None = None
    inferred: bool = False
    hijri: str = ""
    first: date | None = None
    last: date | None = None
    weekday_conflict: bool = False

    @property
    def iso(self) -> str:
        """The ISO 8601 interval of its days, the end excluded; ".." on an open side; empty where it has no value.

        >>> find_dates("في أيلول/سبتمبر 2023")[0].iso
        '2023-09-01/2023-10-01'
        """
        if self.first is None and self.last is None:
            return ""
        end = ".."
        if self.last:
            end = (self.last + timedelta(days=1)).isoformat() if self.last < date.max else self.last.isoformat()
        return f"{self.first.isoformat() if self.first else '..'}/{end}"

    def timex3(self) -> dict[str, str]:
        """Return the TIMEX3 attributes (ISO-TimeML) of the date.

        >>> find_dates("منذ عام 2011")[0].timex3()
        {'type': 'DATE', 'value': '2011', 'mod': 'START'}
        """
        found = {"type": "DATE", "value": self.value}
        low, _, high = self.value.partition("/")
        if high == "..":
            found.update(value=low, mod="START")
        elif low == "..":
            found.update(value=high, mod="END")
        found["value"] = found["value"].rstrip("X")
        if self.anchor and self.inferred:
            found["anchorTime"] = self.anchor.isoformat()
        return found


def find_dates(text: str, reference: date | None = None, *, convention: Convention | None = None) -> list[DateMention]:
    """Return the dates of a text with their values, in its order; none overlap.

    `reference`: the day the text was written (a datetime is taken by its day); without it that of its dateline counts, and if it has none,
    relative dates have no value. `convention`: "news" reads as the guidelines do; "general" as libraries for short messages do.

    >>> [(m.text, m.value) for m in find_dates("وصل الوزير أمس ويغادر في 12 مارس", date(2024, 3, 5))]
    [('أمس', '2024-03-04'), ('12 مارس', '2024-03-12')]
    """
    if isinstance(reference, datetime):
        reference = reference.date()
    chosen = convention or _convention(text)
    read = Reading(text, chosen)
    if reference is None and chosen == "news":
        reference = read.dateline()
    return list(read.placed(reference))


def _convention(text: str) -> Convention:
    """Return the convention that suits a text: one short line is a message, anything else news."""
    line = text[:200].strip()
    return "general" if len(text) <= 200 and "\n" not in line and len(line.split()) <= _MESSAGE else "news"


class Reading:
    """The date expressions of a text, read once, to be placed from any day."""

    def __init__(self, text: str, convention: Convention) -> None:
        self._text = text
        self._convention = convention
        self._grammar = Grammar(text, convention)
        self._expressions = list(self._grammar.expressions())
        self._twins = _twins(self._grammar, self._expressions)

    def placed(self, today: date | None) -> Iterator[DateMention]:
        """Yield the dates as a text of that day has them."""
        text, grammar, expressions, twins = self._text, self._grammar, self._expressions, self._twins
        last = last_day = month = None
        for at, found in enumerate(expressions):
            ctx = Context(today, last, _tense(text, grammar.atoms, found), self._convention, month)
            if found.rule == "within" and (ctx.tense < 0 or (ctx.tense == 0 and not ctx.general)):
                continue
            if isinstance(found.node, ex.Deictic) and found.node.following:
                ctx = replace(ctx, day=_complement(grammar, expressions[at : at + 2], ctx) or last_day)
            period = _beside_twin(found, twins[at], ctx) if at in twins else _resolve(found.node, ctx)
            if period and found.weekday and isinstance(found.node, ex.Day):
                period = _by_weekday(found.node, found.weekday, period)
            start, end = grammar.atoms[found.start].start, grammar.atoms[found.end - 1].end
            yield _mention(text, start, end, found, period, ctx)
            if period and period.first and period.last and period.grain in ("day", "month", "year"):
                last = period
                last_day = period if period.grain == "day" else last_day
                month = period if isinstance(found.node, ex.Day | ex.Month) and not period.hijri else month

    def dateline(self) -> date | None:
        """Return the date of the text's dateline, None if it has none."""
        text = self._text
        for found in takewhile(lambda found: found.end <= _HEAD, self.placed(None)):
            if found.grain != "day" or not found.first or found.first != found.last or found.inferred:
                continue
            before = text[text.rfind("\n", 0, found.start) + 1 : found.start]
            if is_dateline(before, text[found.end : found.end + _HEAD].partition("\n")[0]):
                return found.first
        return None


def _complement(grammar: Grammar, pair: list[Expression], ctx: Context) -> Period | None:
    """Return the day named in the complement of the first of two expressions: «اليوم التالي لافتتاح المؤتمر في 30 نوفمبر»."""
    if len(pair) < 2:
        return None
    found, following = pair
    between = [atom.norm for atom in grammar.atoms[found.end : following.start]]
    if len(between) > _COMPLEMENT or not between or not between[0].startswith("ل") or _CLAUSE_ENDS & set(between):
        return None
    period = _resolve(following.node, ctx)
    return period if period and period.grain == "day" and period.last else None


def _twins(grammar: Grammar, expressions: list[Expression]) -> dict[int, Expression]:
    """Return, for each expression that another is said to be the same day as («الموافق»), that other."""
    pairs = {}
    for at, (one, other) in enumerate(pairwise(expressions)):
        if grammar.equivalent(one.end, other.start):
            pairs[at], pairs[at + 1] = other, one
    return pairs


def _beside_twin(found: Expression, other: Expression, ctx: Context) -> Period | None:
    """Return the period of an expression with a twin: where its year is not written, or it is outside its calendar, by the twin."""
    if _alone(found.node):
        return _resolve(found.node, ctx)
    twin = _resolve(other.node, ctx)
    if twin and twin.last and _alone(other.node):  # «26 شوال الموافق 11 أغسطس 2015»
        if isinstance(found.node, ex.Weekday):  # «الأحد المقبل الموافق 26 شوال 1436»
            return twin
        return _resolve(found.node, replace(ctx, today=twin.last, tense=0)) or twin
    return _resolve(found.node, ctx) or twin


def _by_weekday(node: ex.Day, weekday: int, period: Period) -> Period:
    """Return a day without a year in the year before or after, where only there it falls on the weekday beside it."""
    month = node.month
    if (
        not period.first
        or period.grain != "day"
        or node.end
        or month.year
        or month.direction is not None
        or month.number is None
    ):
        return period
    year = period.first.year
    near = [
        replace(node, month=replace(month, year=ex.Year(y, calendar=month.calendar)))
        for y in (year, year - 1, year + 1)
    ]
    if month.calendar == "hijri" or period.first.isoweekday() == weekday:
        return period
    found = [
        p for p in (_resolve(day, Context(None)) for day in near) if p and p.first and p.first.isoweekday() == weekday
    ]
    return found[0] if found else period


def _resolve(node: ex.Node, ctx: Context) -> Period | None:
    """Return the period of an expression, None where it cannot be placed or the calendar has no such day."""
    try:
        return node.resolve(ctx)
    except OutOfCalendar:
        return None


def _mention(text: str, start: int, end: int, found: Expression, period: Period | None, ctx: Context) -> DateMention:
    base = DateMention(start, end, text[start:end], "", "", found.rule)
    if period is None:
        return base
    alone = _alone(found.node)
    wrong = bool(
        found.weekday and period.first and period.grain == "day" and period.first.isoweekday() != found.weekday
    )
    return replace(
        base, value=period.edtf, grain=period.grain, anchor=None if alone else ctx.today, inferred=not alone, hijri=period.hijri,
        first=period.first, last=period.last, weekday_conflict=wrong,
    )  # fmt: skip


def _alone(node: ex.Node) -> bool:
    """Whether an expression is placed without any other date."""
    return _resolve(node, Context(None)) is not None


def _tense(text: str, atoms: list[Atom], found: Expression) -> int:
    """Return -1 where the verb nearest to a date in its sentence speaks of the past, 1 of the future, 0 if there is none."""
    before = range(found.start - 1, max(-1, found.start - _WINDOW), -1)
    after = range(found.end, min(len(atoms), found.end + 4))
    opening = takewhile(lambda norm: norm not in _SENTENCE_ENDS, (atoms[i].norm for i in before))
    opens = all(norm in _BEFORE_OPENING for norm in opening)
    for side in (before, after):
        for i in side:
            if atoms[i].norm in _SENTENCE_ENDS:
                break
            tense = _verb_tense(text, atoms, i, ahead=side is before)
            beside = 0 < found.start - i <= _BESIDE or (opens and _follows(atoms, found.end, i))
            if tense < 0 and beside and atoms[i].norm not in _WERE:
                return SURELY_PAST
            if tense == SURELY_FUTURE:
                return 0 if _WERE & {atoms[max(0, i - 1)].norm, atoms[max(0, i - 2)].norm} else tense if beside else 1
            if tense:
                return tense
    return 0


def _follows(atoms: list[Atom], end: int, i: int) -> bool:
    """Whether atom i stands right after a date, or after the comma behind it."""
    return i == end or (i == end + 1 and atoms[end].norm in ("،", ","))


def _verb_tense(text: str, atoms: list[Atom], i: int, *, ahead: bool) -> int:
    """Return the tense that a word tells: one of the list, a future with its prefix, a past after «الذي», a present that opens a sentence.

    `ahead`: the date lies ahead of it, so that it may be what it is before, or for («قبيل الانتخابات», «استعدادا لقمة»).
    """
    word = atoms[i]
    if word.kind != "word":
        return 0
    norm = word.norm
    before = atoms[i - 1].norm if i else "\n"
    listed = next((sense.value for rest, sense in senses(norm) if sense.kind == "tense" and not rest), None)
    future = len(norm) > 3 and norm[0] == "س" and (norm[1] in "يتن" or text[word.start + 1 : word.start + 2] == "أ")
    if listed == "other":
        return 0
    if listed == "occasion":
        return int(ahead)
    if listed == "future" or future or (len(norm) > 4 and norm[:3] in ("وسي", "وست", "فسي", "فست")):
        return -1 if any(a.norm in _WERE for a in atoms[max(0, i - 3) : i]) and future else 1
    if listed == "planned":
        return SURELY_FUTURE
    if listed == "present":
        return 0 if before == "ما" else -1 if before in ("كان", "كانت", "لم") else 1
    if listed == "past" and before == "ل":  # «لعقد جلسة» is a noun
        return 0
    if listed == "past":
        after = atoms[i + 1].norm if i + 1 < len(atoms) else ""  # «بعد ظهر الجمعة» tells no tense
        return 0 if norm == "بعد" and (after == "ذلك" or after in _PARTS_OF_DAY) else -1
    if before in ("الذي", "التي", "الذين", "اللذين", "ما") and len(norm) > 2 and norm[0] not in "يتلسب":
        return -1
    if len(norm) > 3 and norm[0] == "ي" and before in ("\n", ".", "و"):
        return 1
    return 0


def document_date(text: str) -> date | None:
    """Return the date of a dateline, None if the text has none: a whole date near the top, in a line that has the shape of one.

    >>> document_date("الرياض 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس")
    datetime.date(2015, 8, 11)
    """
    return Reading(text[: 2 * _HEAD], "news").dateline()


def describe(text: str, reference: date | None = None) -> list[dict[str, object]]:
    """Return the dates of a text as plain rows, for printing or JSON."""
    return [
        {
            "start": m.start, "end": m.end, "text": m.text, "value": m.value, "grain": m.grain, "rule": m.rule,
            "anchor": m.anchor.isoformat() if m.anchor else None, "inferred": m.inferred, "hijri": m.hijri, "iso": m.iso,
            "weekday_conflict": m.weekday_conflict,
        }
        for m in find_dates(text, reference)
    ]  # fmt: skip
