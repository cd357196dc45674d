"""The grammar of date expressions: atoms of a text → the longest expressions in it, left to right.

Each rule is a method that is asked "does one of yours begin at atom i?" and answers with what it read and where it ended. Rules look a bounded
number of atoms ahead, so the time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from pipeline.dates import expressions as ex
from pipeline.dates.expressions import Convention, Month, Node, Year
from pipeline.dates.lexicon import named_days, words_of
from pipeline.dates.periods import PeriodRules
from pipeline.dates.reader import DASHES, Read

# Which rules can begin with a word of each kind; a number or «الـ» may begin those of "number".
_STARTS = {
    "number": ("date", "several_days", "years"),
    "cardinal": ("date", "several_days", "years", "decade"),
    "the_cardinal": ("date", "several_days", "years", "decade"),
    "ordinal": ("date", "nth", "several_days", "festival"),
    "the_ordinal": ("date",),
    "month": ("date", "month_alone"),
    "hijri_month": ("date", "month_alone"),
    "unit": ("years", "month_alone", "week_of"),
    "the_unit": ("one_unit", "several_days", "nth", "years", "month_alone", "century"),
    "weekday": ("weekday", "nth"),
    "demonstrative": ("one_unit", "season", "weekday", "years", "month_alone", "fraction"),
    "same": ("same_day", "years", "month_alone"),
    "deictic": ("deictic",),
    "part": ("part",),
    "earlier": ("part",),
    "season": ("season",),
    "decade": ("decade",),
    "head": ("decade",),
    "quarter": ("fraction",),
    "term": ("fraction",),
    "festival": ("festival",),
    "leave": ("festival",),
    "weekend": ("weekend",),
    "rest": ("rest",),
}
_UNITS = {"one_unit", "several_days", "nth", "season", "weekend", "same_day", "week_of"}
# Which rules a phrase can begin with before the point that it holds.
_PHRASES = {"opening": "opening", "between": "between", "from": "from_to", "within": "within"}


_OPENERS = frozenset({*_STARTS, *_PHRASES, "exclusion", "paper", "article"})


@lru_cache(maxsize=1024)
def _rules(kinds: frozenset[str]) -> tuple[str, ...]:
    """Return the names of the rules that a word of these kinds can begin."""
    return tuple(dict.fromkeys(rule for kind in sorted(kinds) for rule in _STARTS.get(kind, ())))


class Expression(NamedTuple):
    """Atoms `[start, end)` say `node`; `rule` names the form; `weekday` is one written beside the date (0: none)."""

    start: int
    end: int
    node: Node
    rule: str
    weekday: int = 0


class Grammar(PeriodRules):
    """The date expressions of a text.

    >>> g = Grammar("عقدت يومي 12 و13 يونيو الجاري")
    >>> [(e.rule, e.end - e.start) for e in g.expressions()]
    [('day', 5)]
    """

    def __init__(self, text: str, convention: Convention = "news") -> None:
        super().__init__(text, convention)
        self._month_read = False  # whether the text has named a month, which a day alone can belong to

    def expressions(self) -> Iterator[Expression]:
        """Yield what is found, in the order of the text; none overlap."""
        i, n = 0, len(self.atoms)
        openers = words_of(_OPENERS | {"to"}) | {"ل"} if self.general else words_of(_OPENERS)
        while i < n:
            atom = self.atoms[i]
            if atom.kind == "number" or atom.norm in openers:
                skip = self._excluded(i)
                if skip:
                    i += skip
                    continue
                read = self._top(i)
                if read:
                    self._month_read = self._month_read or read.rule in ("day", "month")
                    if read.rule in ("year", "since"):
                        self._year_end = read.end
                    if not self._is_name(i, read):
                        yield self._expression(i, read)
                    i = read.end
                    continue
            i += 1

    def _excluded(self, i: int) -> int:
        """Return how many atoms at i are a name with the word for a day in it: «خطبة الجمعة», «صحيفة المغرب اليوم», not «زار المغرب اليوم»."""
        name, paper = self._sense(i, "exclusion"), self._sense(i, "paper")
        if name:
            return name.length
        named = paper and (self._is(i - 1, '"', "«", "“", "(", "#", "ل") or self._sense(i - 1, "paper_head"))
        return paper.length if paper and named and not self._weekday_name(i + paper.length) else 0

    def equivalent(self, start: int, end: int) -> bool:
        """Whether atoms `[start, end)` say that the dates on both sides are one day: «الموافق», maybe with «لـ» or «يوم»."""
        sense = self._sense(start, "equivalent")
        return sense is not None and all(self._is(i, "ل", "يوم", "-") for i in range(start + sense.length, end))

    def _expression(self, i: int, read: Read) -> Expression:
        """Return what was read at atom i, a day that history has named with its year («هجمات 11 سبتمبر»)."""
        node = read.node
        if isinstance(node, ex.Day) and node.month.number and not node.month.year and node.month.direction is None:
            year = named_days().get((self._before(i), node.month.number, node.number))
            if year and node.end is None:
                node = replace(node, month=replace(node.month, year=Year(year)))
        return Expression(self._whole(i, read.end), read.end, node, read.rule, read.weekday)

    def _units(self, i: int) -> Read | None:
        """Read weeks, days, decades, centuries and seasons that a word beside them places: «الأسبوع الماضي», «هذا الصيف»."""
        return self._longest(i, *(getattr(self, "_" + name) for name in self._starting(i) if name in _UNITS))

    def _whole(self, i: int, end: int) -> int:
        """Return where an expression begins that is all there is in the text: with «يوم», «من», «قرابة» before it, if there are."""
        if not self.general or not self._fragment(i, end):
            return i
        while i and self._is(i - 1, "يوم", "اليوم", "من", "قرابه", "حوالي"):
            i -= 1
        return i

    def _point(self, i: int) -> Read | None:
        """Read anything that is placed by itself."""
        return self._longest(i, *(getattr(self, "_" + name) for name in self._starting(i)))

    def _starting(self, i: int) -> tuple[str, ...]:
        """Return the names of the rules that can begin at atom i."""
        if self._at(i).kind == "number" or self._is(i, "ال"):
            return _STARTS["number"]
        return _rules(frozenset(self._known(i)))

    def _part(self, i: int) -> Read | None:
        """Read the beginning, middle or end of something: «مطلع أيار/مايو الماضي», «نهاية العام»."""
        earlier = self._sense(i, "earlier")
        if earlier:
            month = self._sense(i + earlier.length, "the_unit")
            if (
                month
                and month.note == "singular"
                and month.value in ("month", "week", "year")
                and not self._step(i + earlier.length + 1)
            ):
                return Read(self._this(str(month.value)), i + earlier.length + 1, "part")
            return None
        sense = self._sense(i, "part")
        if not sense:
            return None
        at = self._skip(i + sense.length, "من", "ل")
        read = self._longest(at, self._units, self._decade, self._century, self._years_any, self._months_any)
        if read is None:
            unit = self._sense(at, "the_unit")
            if unit and unit.note == "singular" and unit.value in ("week", "month", "year"):
                read = Read(self._this(str(unit.value)), at + unit.length, "part")
            season = self._sense(at, "season")
            if season and self._norm(at).startswith("ال"):
                read = Read(ex.Season(str(season.value)), at + season.length, "season")
        if read is None or read.rule in ("counted", "nth", "same", "following", "weekday", "weekdays"):
            return None
        current = self._sense(read.end - 1, "direction")
        if sense.value == "late" and read.rule == "week" and isinstance(read.node, ex.Unit):
            if current and current.value == 0:  # «بنهاية الأسبوع الجاري» is no weekend but a term
                return read._replace(rule="part")
            return Read(ex.Unit("weekend", read.node.steps), read.end, "weekend")
        return Read(ex.Part(str(sense.value), read.node), read.end, "part")

    def _rest(self, i: int) -> Read | None:
        """Read «بقية الأسبوع», «ما تبقى من العام»."""
        sense = self._sense(i, "rest")
        if not sense:
            return None
        at = self._skip(i + sense.length, "من")
        unit = self._sense(at, "the_unit")
        read = self._longest(at, self._units, self._years_any, self._months_any)
        if not read and unit and unit.note == "singular" and unit.value in ("week", "month", "year"):
            read = Read(self._this(str(unit.value)), at + unit.length, "part")
        return Read(ex.Rest(read.node), read.end, "rest") if read else None

    def _years_any(self, i: int) -> Read | None:
        year = self._year(i)
        if not year or (self._at(i).kind == "number" and not 1800 <= (self._digits(i) or 0) <= 2199):
            return None
        return Read(year[0], year[1], "year")

    def _months_any(self, i: int) -> Read | None:
        month = self._month(i)
        return Read(month[0], month[1], "month") if month else None

    @staticmethod
    def _this(unit: str) -> Node:
        if unit == "year":
            return Year()
        return Month(steps=0) if unit == "month" else ex.Unit(unit)

    def _top(self, i: int) -> Read | None:
        """Read the longest expression that begins at atom i."""
        phrases = [rule for kind, rule in _PHRASES.items() if kind in self._known(i)]
        read = self._longest(i, *(getattr(self, "_" + rule) for rule in phrases), self._point) or self._bare(i)
        if not read:
            return None
        if read.rule in ("day", "numeric", "month", "year", "week", "weekday", "part", "deictic"):
            return self._to(read) or read
        return read

    def _bare(self, i: int) -> Read | None:
        """Read what is a date only in a short message: «الأسبوع» alone, «عدت إلى 27»."""
        unit = self._sense(i, "the_unit")
        if (
            unit
            and unit.note == "singular"
            and unit.value in ("week", "month", "year")
            and self._fragment(i, i + unit.length)
        ):
            return Read(self._this(str(unit.value)), i + unit.length, str(unit.value))
        lapse = self._lapse(i) if self.general else None
        back = self._sense(lapse[2], "ago", "gone") if lapse else None
        if lapse and back:  # «أسبوعان من الآن», «ثلاثة أسابيع مضت»
            counts, calendar, end = lapse
            sign, rule = (-1, "ago") if back.kind == "gone" else (1, "ahead")
            return Read(ex.Shift(counts, sign, calendar), end + back.length, rule)
        if self._is(i - 1, "يوم", "في"):
            day = self._day_number(i)
            plain = day and (
                day.digits
                if self._before(i) == "يوم" and self.general
                else day.ordinal and day.definite and not day.digits
            )
            if (
                day
                and plain
                and self._at(day.end).kind != "word"
                and (self.general or (day.value > 10 and self._month_read))
            ):
                return Read(ex.Numbered(day.value), day.end, "day")
        if self.general and self._is(i, "الي", "ل"):
            day = self._day_number(i + 1)
            if day and self._at(day.end).kind != "word" and (day.digits or day.definite):
                return Read(ex.Numbered(day.value), day.end, "day")
            date = self._day_month(i + 1)
            if date and isinstance(date.node, ex.Day) and date.node.month.steps is not None:
                return date
        return None

    def _to(self, read: Read) -> Read | None:
        """Read on from a point to another: «2 أكتوبر إلى 22 أكتوبر», «27 أكتوبر - 3 نوفمبر»."""
        at = self._skip_kind(self._skip(read.end, "و"), "to")
        if at == read.end and self._is(at, *DASHES):
            at += 1
        elif at == self._skip(read.end, "و"):
            return None
        at = self._skip(at, "يوم")
        second = self._point(at)
        if (
            not second
            or type(second.node) is not type(read.node)
            or second.rule not in ("day", "numeric", "month", "year", "week", "weekday")
        ):
            return None
        if isinstance(read.node, Year) and not (
            isinstance(second.node, Year) and read.node.number and second.node.number
        ):
            return None
        if (
            isinstance(read.node, ex.Day)
            and isinstance(second.node, ex.Day)
            and read.node.month.calendar != second.node.month.calendar
        ):
            return None  # «22 ربيع الآخر 1445 - 6 نوفمبر 2023» are twins
        return Read(ex.Range(read.node, second.node), second.end, "range")

    def _end_point(self, i: int) -> Read | None:
        """Read a point of a range, where a number alone may be a year."""
        at = self._skip(i, "يوم", "تاريخ")
        read = self._longest(at, self._point, self._months_any)
        digits = self._digits(at)
        if digits and len(self._norm(at)) == 4 and 1800 <= digits <= 2199 and (read is None or read.end == at + 1):
            return Read(Year(digits), at + 1, "year")
        if read is None:
            words = self._year_words(at)
            if words and 1100 <= words[0] <= 2199:
                return Read(Year(words[0]), words[1], "year")
        return read

    def _from_to(self, i: int) -> Read | None:
        """Read «من … إلى …»."""
        sense = self._sense(i, "from")
        if not sense:
            return None
        start = i + sense.length
        days = self._day_month(self._skip(start, "يوم"))
        if days and days.rule == "days":
            return days
        first = self._end_point(start)
        if not first:
            return None
        at = self._skip_kind(self._skip(first.end, "و"), "to")
        if at == self._skip(first.end, "و"):
            return None
        second = self._end_point(at)
        return Read(ex.Range(first.node, second.node), second.end, "range") if second else None

    def _between(self, i: int) -> Read | None:
        """Read «بين … و…»."""
        sense = self._sense(i, "between")
        if not sense or (self.general and self._is(i, "ما")):
            return None
        at = i + sense.length
        first = self._day_number(at)
        joint = self._skip(first.end, "و", *DASHES) if first else at
        last = self._day_number(joint) if first and joint > first.end else None
        if first and last and last.value > first.value:
            month = self._month(self._skip(last.end, "من", "في"), dated=True)
            if month:
                return Read(ex.Day(first.value, month[0], last.value), month[1], "range")
        years = self._years(at)
        if years and years.rule == "years":
            return years
        unit = self._sense(at, "unit")
        dual = unit and unit.note == "dual" and unit.value in ("year", "month")
        start = self._end_point(at + (unit.length if unit and dual else 0))
        if not start or not self._is(start.end, "و"):
            return None
        end = self._end_point(start.end + 1)
        return Read(ex.Range(start.node, end.node), end.end, "range") if end else None

    def _within(self, i: int) -> Read | None:
        """Read «خلال يومين», a date where the verb is of the future."""
        lapse = self._lapse(i + 1)
        if not lapse or len(lapse[0]) > 1 or self._is(lapse[2], "من", "او"):
            return None
        count, unit = lapse[0][0]
        if unit == "day" or (unit == "week" and self.general):
            return Read(ex.Window(count * (7 if unit == "week" else 1), 1, within=True), lapse[2], "within")
        return None

    def _opening(self, i: int) -> Read | None:
        """Read «منذ …», «حتى …», «قبل …», «بعد …» before a length of time or a point."""
        sense = self._sense(i, "opening")
        if not sense:
            return None
        side, at = str(sense.value), i + sense.length
        lapse = self._lapse(at) if sense.length == 1 and side != "until" else None
        if lapse:
            return self._shift(side, *lapse, i)
        if side == "from" and self._is(at, "يوم"):  # «اعتبارا من يوم الاثنين»: «يوم» stays out, and what is before it
            return None
        at = self._skip(at, "يوم", "تاريخ")
        point = self._end_point(at)
        if not point or (isinstance(point.node, ex.Deictic) and (point.node.days == 0 or side in ("before", "after"))):
            return None
        vague = isinstance(point.node, ex.Unit | ex.Window) or (isinstance(point.node, ex.Weekday) and not self.general)
        if side in ("before", "after") and vague:
            return None
        return Read(ex.Open(side, point.node), point.end, side, point.weekday)

    def _shift(self, side: str, counts: tuple[tuple[int, str], ...], calendar: str, end: int, i: int) -> Read | None:
        ago = self._sense(end, "ago")
        end += ago.length if ago else 0
        back = ex.Shift(counts, -1, calendar)
        if side == "since":
            if ago or (self.general and counts[-1][1] in ("day", "week")):
                return Read(back, end, "ago")
            return Read(ex.Open("since", back), end, "since")
        if side == "after" and len(counts) == 1 and self._sense(i - 1, "unit"):  # «يوما بعد يوم»
            return None
        of = self._skip_kind(end, "approximate")  # «قبل عقد تقريبا من ذلك»
        if not ago and (
            self._is(end, "علي", "و", "ونيف")
            or self._is(of, "من")
            or (side == "after" and not self.general and self._at(end).kind == "word")
        ):
            return None
        return Read(
            back if side == "before" else ex.Shift(counts, 1, calendar), end, "ago" if side == "before" else "ahead"
        )

    def _is_name(self, i: int, read: Read) -> bool:
        """Whether the expression is part of a name («حركة 6 أبريل», «شارع 14 يوليو») or comes again and again («كل جمعة»)."""
        at = i - 1 if self._at(i - 1).norm not in ('"', "«", "“", "”") else i - 2
        if self._is(at, "كل"):
            return True
        if read.rule == "month" and "war_head" in self._known(at):
            return isinstance(read.node, Month) and not read.node.year
        return "name_head" in self._known(at) and read.rule in ("day", "year", "numeric")
