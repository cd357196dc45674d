"""The grammar of date expressions: atoms of a text → the longest expressions in it, left to right.

Each rule is a method that is asked "does one of yours begin at atom i?" and answers with what it read and where it ended. Rules look a bounded
number of atoms ahead, so the time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from pipeline.dates import expressions as ex
from pipeline.dates.expressions import Convention, Month, Node, Year
from pipeline.dates.lexicon import Sense, named_days, words_of
from pipeline.dates.reader import DASHES, NUMBERS, Number, Reader

_MOST_DAYS = 10  # that a list of days holds

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
    "demonstrative": ("one_unit", "season", "weekday", "years", "month_alone"),
    "same": ("same_day", "years", "month_alone"),
    "deictic": ("deictic",),
    "part": ("part",),
    "earlier": ("part",),
    "season": ("season",),
    "decade": ("decade",),
    "head": ("decade",),
    "quarter": ("fraction",),
    "festival": ("festival",),
    "leave": ("festival",),
    "weekend": ("weekend",),
    "rest": ("rest",),
}
_UNITS = {"one_unit", "several_days", "nth", "season", "weekend", "same_day", "week_of"}
# Which rules a phrase can begin with before the point that it holds.
_PHRASES = {"opening": "opening", "between": "between", "from": "from_to", "within": "within"}


_OPENERS = frozenset({*_STARTS, *_PHRASES, "exclusion", "article"})


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


class _Read(NamedTuple):
    """What a rule read, and the atom after it."""

    node: Node
    end: int
    rule: str
    weekday: int = 0


class Grammar(Reader):
    """The date expressions of a text.

    >>> g = Grammar("عقدت يومي 12 و13 يونيو الجاري")
    >>> [(e.rule, e.end - e.start) for e in g.expressions()]
    [('day', 5)]
    """

    def __init__(self, text: str, convention: Convention = "news") -> None:
        super().__init__(text, convention)
        self._year_end = -9  # the atom after the last year
        self._month_read = False  # whether the text has named a month, which a day alone can belong to

    def expressions(self) -> Iterator[Expression]:
        """Yield what is found, in the order of the text; none overlap."""
        i, n = 0, len(self.atoms)
        openers = words_of(_OPENERS | {"to"}) | {"ل"} if self.general else words_of(_OPENERS)
        while i < n:
            atom = self.atoms[i]
            if atom.kind == "number" or atom.norm in openers:
                skip = self._sense(i, "exclusion")
                if skip:
                    i += skip.length
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

    def equivalent(self, start: int, end: int) -> bool:
        """Whether atoms `[start, end)` say that the dates on both sides are one day: «الموافق», maybe with «لـ» or «يوم»."""
        sense = self._sense(start, "equivalent")
        return sense is not None and all(self._is(i, "ل", "يوم", "-") for i in range(start + sense.length, end))

    def _expression(self, i: int, read: _Read) -> Expression:
        """Return what was read at atom i, a day that history has named with its year («هجمات 11 سبتمبر»)."""
        node = read.node
        if isinstance(node, ex.Day) and node.month.number and not node.month.year and node.month.direction is None:
            year = named_days().get((self._before(i), node.month.number, node.number))
            if year and node.end is None:
                node = replace(node, month=replace(node.month, year=Year(year)))
        return Expression(self._whole(i, read.end), read.end, node, read.rule, read.weekday)

    # -- days ----------------------------------------------------------------------------------------------------------

    def _date(self, i: int) -> _Read | None:
        """Read a date with a day: in words and digits, or in digits alone."""
        return self._longest(i, self._numeric, self._day_month, self._month_day)

    def _day_month(self, i: int) -> _Read | None:
        first = self._day_number(i)
        if not first:
            return None
        last, end, joint = first, first.end, ""
        listed = False  # «12 و19 يونيو»: days of a list, each for itself
        for _ in range(_MOST_DAYS):
            at = self._skip(end, "و")
            word = self._sense(at, "to")
            if word:
                at, kind = at + word.length, "to"
                at = self._skip(at, "يوم")
            elif at > end:
                kind = "and"
            elif self._is(end, *DASHES):
                at, kind = end + 1, "dash"
            else:
                break
            following = self._day_number(at)
            if not following or (joint and joint != kind):
                break
            listed = listed or (kind == "and" and following.value != last.value + 1)
            last, end, joint = following, following.end, kind
            if kind != "and":
                break
        if joint in ("to", "dash") and last.digits:  # «من 8 إلى 29/11/1433هـ»
            whole = self._numeric(last.end - 1)
            if whole and isinstance(whole.node, ex.Day) and whole.node.number > first.value:
                return _Read(replace(whole.node, number=first.value, end=whole.node.number), whole.end, "days")
        at = self._skip(end, ".", "/", "-") if last.digits and self._touches(end) else end
        at = self._skip(at, "من")
        found = self._month(at, dated=True) or (self._bare_month(at) if at > end else None)
        if not found:
            return None
        month, stop, _ = found
        if listed:
            return _Read(ex.Day(first.value, month), first.end, "day")
        if last is not first and last.value <= first.value:
            return None
        rule = "days" if joint == "to" else "day"
        return _Read(ex.Day(first.value, month, last.value if last is not first else None), stop, rule)

    def _bare_month(self, i: int) -> tuple[Month, int, str] | None:
        """Return «الشهر» after «20 من»."""
        unit = self._sense(i, "the_unit")
        return (Month(steps=0), i + 1, "given") if unit and unit.value == "month" and unit.note == "singular" else None

    def _month_day(self, i: int) -> _Read | None:
        """Read a month before its day: «يوليو 13-15», «August 11, 2017»."""
        name = self._month_name(i)
        if not name:
            return None
        day = self._day_number(name.end)
        if not day or not day.digits:
            return None
        month, end, last = Month(name.number, calendar=name.calendar), day.end, None
        sep = end + 1 if self._is(end, *DASHES) else self._skip_kind(end, "to")
        following = self._day_number(sep) if sep > end else None
        if following and following.digits and following.value > day.value:
            last, end = following.value, following.end
        tail = self._tail(end, month, True)
        if tail and tail[0].year:
            month, end = tail
        elif self._at(end).kind == "word":
            return None
        return _Read(ex.Day(day.value, month, last), end, "day")

    def _numeric(self, i: int) -> _Read | None:
        """Read a date in digits: 6/11/2023, 2023-11-06, 15 / 8 / 1436هـ; day first unless that is impossible."""
        if self._at(i).kind != "number" or (self._touches(i) and self._norm(i - 1) in ("/", "-", ".", ":")):
            return None
        sep = self._norm(i + 1)
        if sep not in ("/", "-", "."):
            return None
        numbers = [self._norm(i), self._norm(i + 2)]
        if self._at(i + 2).kind != "number" or any(len(n) > 4 for n in numbers):
            return None
        if self._norm(i + 3) == sep and self._at(i + 4).kind == "number" and len(self._norm(i + 4)) <= 4:
            return self._three_numbers(i, [*numbers, self._norm(i + 4)])
        return self._two_numbers(i, sep, numbers)

    def _three_numbers(self, i: int, written: list[str]) -> _Read | None:
        end = i + 5
        if (
            self._norm(end) in ("/", "-", ".")
            and self._touches(end)
            and self._at(end + 1).kind == "number"
            and self._touches(end + 1)
        ):
            return None
        first, second, third = (int(n) for n in written)
        if len(written[0]) == 4:
            year, month, day = first, second, third
        elif len(written[2]) == 4 or (len(written[2]) == 2 and self._norm(i + 1) != "."):
            day, month, year = first, second, third
            if len(written[2]) == 2:
                year += 2000 if year < 70 else 1900
        else:
            return None
        if month > 12 >= day:
            day, month = month, day
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        era = self._sense(end, "era")
        calendar = str(era.value) if era else ("hijri" if 1300 <= year <= 1500 else "gregorian")
        end += era.length if era else 0
        return _Read(ex.Day(day, Month(month, year=Year(year, calendar=calendar), calendar=calendar)), end, "numeric")

    def _two_numbers(self, i: int, sep: str, written: list[str]) -> _Read | None:
        first, second = (int(n) for n in written)
        if not (self._touches(i + 1) and self._touches(i + 2)) or self._norm(i + 3) in ("%", "٪"):
            return None
        asked = self.general or self._before(i) in ("يوم", "تاريخ", "الموافق", "شهر")
        if (
            len(written[1]) == 4
            and 1 <= first <= 12
            and 1800 <= second <= 2199
            and sep != "."
            and (asked or "time_preposition" in self._known(i - 1))
        ):
            return _Read(Month(first, year=Year(second)), i + 3, "numeric")
        years = sep == "-" and second == first % 100 + 1  # «2011-12»
        if (
            len(written[0]) == 4
            and 1800 <= first <= 2199
            and 1 <= second <= 12
            and len(written[1]) <= 2
            and asked
            and not years
        ):
            return _Read(Month(second, year=Year(first)), i + 3, "numeric")
        if sep == "/" and asked and max(len(n) for n in written) <= 2:
            day, month = (second, first) if second > 12 >= first else (first, second)
            if 1 <= month <= 12 and 1 <= day <= 31:
                return self._short_year(i + 3, day, month)
        return None

    def _short_year(self, i: int, day: int, month: int) -> _Read:
        """Read a day and month in digits, maybe with a year after a comma: «12/08, 15»."""
        if self.general and self._is(i, ",", "،") and self._at(i + 1).kind == "number" and len(self._norm(i + 1)) == 2:
            if day <= 12:  # a comma before the year is the American order
                day, month = month, day
            return _Read(ex.Day(day, Month(month, year=Year(2000 + int(self._norm(i + 1))))), i + 2, "numeric")
        return _Read(ex.Day(day, Month(month)), i, "numeric")

    # -- weekdays and deictic words ------------------------------------------------------------------------------------

    def _weekday_name(self, i: int, bare: bool = False) -> tuple[int, int] | None:
        """Return a weekday and the atom after it; with the article unless `bare`."""
        sense = self._sense(i, "weekday")
        if not sense or not (bare or self._norm(i).startswith("ال") or self._norm(i).isascii()):
            return None
        return int(sense.value), i + sense.length

    def _weekday(self, i: int) -> _Read | None:
        """Read a weekday and what belongs to it: another, a direction, a week, a date."""
        at = i
        if self._sense(i, "demonstrative"):
            at = self._skip(i + 1, "يوم")
        name = self._weekday_name(at)
        if not name:
            bare = self._weekday_name(at, bare=True)
            week = self._week(bare[1]) if bare else None
            return _Read(ex.Weekday(bare[0], week=week[0]), week[1], "weekday") if bare and week else None
        weekday, end = name
        if at > i:
            return _Read(ex.Weekday(weekday), end, "weekday")
        several = self._weekdays(weekday, end)
        if several:
            return several
        date = self._beside(end)
        if date:
            return date._replace(weekday=weekday)
        week = self._week(self._skip(end, "من", "في"))
        if week:
            return _Read(ex.Weekday(weekday, week=week[0]), week[1], "weekday")
        step = self._sense(end, "direction")
        if step:
            end += step.length
            date = self._beside(end) if self._sense(end, "equivalent") else None
            return (
                date._replace(weekday=weekday) if date else _Read(ex.Weekday(weekday, int(step.value)), end, "weekday")
            )
        number = self._day_number(self._skip(end, "في"))
        if number and (number.definite or self.general) and self._at(number.end).kind != "word":
            return _Read(ex.Numbered(number.value, weekday), number.end, "weekday and number")
        return _Read(ex.Weekday(weekday), end, "weekday")

    def _weekdays(self, weekday: int, end: int) -> _Read | None:
        """Read two weekdays in a row: «الأربعاء والخميس», «ليلة السبت الأحد», with a date or a direction for both."""
        at = self._skip(end, "و", *DASHES)
        second = self._weekday_name(at)
        if not second or second[0] != weekday % 7 + 1:
            return None
        if self._is(second[1], "و"):
            return None
        date = self._day_month(self._skip(second[1], "،", ","))
        if date and isinstance(date.node, ex.Day) and date.node.end:
            return date._replace(weekday=weekday)
        step = self._sense(second[1], "direction")
        direction = int(step.value) if step else None
        stop = second[1] + (step.length if step else 0)
        return _Read(ex.Range(ex.Weekday(weekday, direction), ex.Weekday(second[0])), stop, "weekdays")

    def _beside(self, i: int) -> _Read | None:
        """Read the date that stands beside a weekday: after a comma, in brackets, after «الموافق» or nothing."""
        opened = self._is(i, "(", "[")
        at = self._skip(i, "(", "[", "،", ",", "في", *DASHES)
        if at == i or self._is(i, "،", ","):
            at = self._skip_kind(at, "equivalent")
        found = self._date(at)
        if not found or found.rule == "days" or (found.rule == "numeric" and not isinstance(found.node, ex.Day)):
            return None
        if at == i + 1 and self._is(i, "في") and not self._plain_day(found):
            return None
        if opened:
            if not self._is(found.end, ")", "]"):
                return None
            return found._replace(end=found.end + 1)
        return found

    @staticmethod
    def _plain_day(read: _Read) -> bool:
        return isinstance(read.node, ex.Day) and read.node.end is None

    def _week(self, i: int) -> tuple[int, int] | None:
        """Return the steps from this week of «الأسبوع المقبل» or «هذا الأسبوع», and the atom after it."""
        at = self._skip_kind(i, "demonstrative")
        unit = self._sense(at, "the_unit")
        if not unit or unit.value != "week" or unit.note != "singular":
            return None
        end = at + unit.length
        if at > i:
            return 0, end
        step = self._sense(end, "direction")
        return (int(step.value), end + step.length) if step else None

    def _deictic(self, i: int) -> _Read | None:
        """Read «أمس», «اليوم الاثنين 29 أبريل», «غداً (الخميس)», «اليوم وغداً»."""
        sense = self._sense(i, "deictic")
        if not sense or not self._means_day(i, sense):
            return None
        days, end = int(sense.value), i + sense.length
        if self._is(end, "و"):
            second = self._sense(end + 1, "deictic")
            if second and second.value == days + 1:
                return _Read(ex.Range(ex.Deictic(days), ex.Deictic(days + 1)), end + 1 + second.length, "deictic")
        opened = self._is(end, "(", "[")
        named = self._weekday_name(end + 1 if opened else end)
        if named and not (opened and not self._is(named[1], ")", "]")):
            weekday, end = named[0], named[1] + (1 if opened else 0)
            date = self._beside(end)
            if date and not (isinstance(date.node, ex.Day) and date.node.end):
                return date._replace(weekday=weekday)
            step = self._sense(end, "direction")
            end += step.length if step else 0
            return _Read(ex.Weekday(weekday, beside=days), end, "deictic")
        if not opened:
            date = self._beside(end)
            if date and self._plain_day(date) and not self._is(end, "،", ",", "في"):
                return date
        return _Read(ex.Deictic(days), end, "deictic")

    def _means_day(self, i: int, sense: Sense) -> bool:
        """Whether a deictic word speaks of a day: «اليوم» may count days («اليوم الثالث») or mean nowadays («حتى اليوم»)."""
        end, before = i + sense.length, self._before(i)
        if sense.value == 0 and self._norm(end - 1) == "اليوم":
            if self._weekday_name(end) or self._is(end, "("):
                return True
            if self._sense(end, "the_ordinal", "the_cardinal", "same_after") or self._step(end):
                return False
            if self._is(end, '"', "»", "”") and self._quote_opens_near(i):
                return False
            return not self._known(i - 1).get("not_day") and not (before == "هذا" and self._is(i - 2, "مثل"))
        if sense.length == 1 and self._norm(i) in ("الغد", "باكر", "بكره", "بكرا"):
            return self.general or self._known(i - 1).get("day_part") is not None
        return True

    def _quote_opens_near(self, i: int) -> bool:
        """Whether a quotation of at most three words ends with atom i: the name of a newspaper rather than a day."""
        return any(self._is(i - back, '"', "«", "“") for back in (2, 3))

    # -- longer units --------------------------------------------------------------------------------------------------

    def _units(self, i: int) -> _Read | None:
        """Read weeks, days, decades, centuries and seasons that a word beside them places: «الأسبوع الماضي», «هذا الصيف»."""
        return self._longest(i, *(getattr(self, "_" + name) for name in self._starting(i) if name in _UNITS))

    def _one_unit(self, i: int) -> _Read | None:
        at = self._skip_kind(i, "demonstrative")
        unit = self._sense(at, "the_unit")
        if not unit or unit.note != "singular" or unit.value not in ("week", "decade", "century", "day"):
            return None
        name, end = str(unit.value), at + unit.length
        if at > i:
            return _Read(ex.Unit(name), end, name) if name != "day" else None
        if self._sense(end, "same_after"):
            return _Read(ex.Last(name), end + 1, "same") if name in ("day", "week") else None
        step = self._step(end)
        if not step:
            return None
        (steps, following), end = step
        if name == "day":
            return (
                _Read(ex.Deictic(steps, following=True), end, "following")
                if steps and (following or steps < 0)
                else None
            )
        if name == "week" and not following:
            inside = self._in_week(end, steps)
            if inside:
                return inside
        return _Read(ex.Unit(name, steps, following), end, name)

    def _in_week(self, i: int, steps: int) -> _Read | None:
        """Read the weekdays after a week: «الأسبوع الماضي الأحد», «الأسبوع الماضي بين الجمعة والأحد»."""
        name = self._weekday_name(self._skip(i, "يوم"))
        if name:
            return _Read(ex.Weekday(name[0], week=steps), name[1], "weekday")
        between = self._sense(i, "between", "from")
        first = self._weekday_name(i + between.length) if between else None
        joint = self._skip(first[1], "و") if first else i
        if first and joint == first[1]:
            joint = self._skip_kind(joint, "to")
        last = self._weekday_name(joint) if first and joint > first[1] else None
        return _Read(ex.InWeek(steps, first[0], last[0]), last[1], "weekdays") if first and last else None

    def _week_of(self, i: int) -> _Read | None:
        unit = self._sense(i, "unit")
        if not unit or unit.value != "week" or unit.note != "singular":
            return None
        date = self._date(i + unit.length)
        return _Read(ex.WeekOf(date.node), date.end, "week") if date and self._plain_day(date) else None

    def _weekend(self, i: int) -> _Read | None:
        sense = self._sense(i, "weekend")
        if not sense:
            return None
        end = i + sense.length
        step = self._sense(end, "direction")
        return _Read(ex.Unit("weekend", int(step.value) if step else 0), end + (step.length if step else 0), "weekend")

    def _several_days(self, i: int) -> _Read | None:
        """Read days ahead or back: «اليومين المقبلين», «الأيام العشرة الأخيرة», «الثلاثة أيام القادمة», «آخر ثلاثة أيام»; in messages weeks,
        months and years too."""
        turn = self._sense(i, "ordinal")
        if turn:
            lapse = self._lapse(i + turn.length) if turn.value == -1 else None
            if not lapse or len(lapse[0]) > 1 or self._is(lapse[2], "من") or (lapse[0][0][0] == 1):
                return None
            (count, unit), end, sign = lapse[0][0], lapse[2], -1
        else:
            counted = self._counted_units(i)
            step = self._sense(counted[2], "direction") if counted else None
            if not counted or not step or not step.value:
                return None
            (count, unit, end), sign = counted, int(step.value)
            end += step.length
        if unit != "day" and (not self.general or unit not in ("week", "month", "year")):
            return None
        return _Read(ex.Window(count, sign, unit=unit), end, "counted")

    def _counted_units(self, i: int) -> tuple[int, str, int] | None:
        """Return count, unit and the atom after «اليومين», «الأيام العشرة», «الأيام القليلة», «الثلاثة أيام», «3 أيام»."""
        unit = self._sense(i, "the_unit")
        if unit and unit.note == "dual":
            return 2, str(unit.value), i + unit.length
        if unit and unit.note == "plural":
            at = i + unit.length
            number, few = self._day_number(at), self._sense(at, "few")
            if number:
                return number.value, str(unit.value), number.end
            return (int(few.value), str(unit.value), at + few.length) if few and self.general else None
        number = self._day_number(i)
        after = self._sense(number.end, "unit") if number else None
        if number and after and (number.definite or self.general):
            return number.value, str(after.value), number.end + after.length
        return None

    def _nth(self, i: int) -> _Read | None:
        """Read «أول جمعة من يوليو», «الاثنين الأخير من شهر ثلاثة», «آخر يوم من الشهر الحالي», «الأسبوع الثالث من عام 2027»."""
        turn = self._sense(i, "ordinal")
        n = int(turn.value) if turn else 0
        at = i + (turn.length if turn else 0)
        what, weekday = "", 0
        named = self._weekday_name(self._skip(at, "يوم"), bare=True)
        unit = self._sense(at, "unit" if turn else "the_unit")
        if named:
            what, weekday, end = "weekday", named[0], named[1]
        elif unit and unit.note == "singular" and unit.value in ("day", "week"):
            what, end = str(unit.value), at + unit.length
        else:
            return None
        if not turn:
            after = self._sense(end, "the_ordinal")
            if not after:
                return None
            n, end = int(after.value), end + after.length
        inside = self._inside(self._skip(end, "من", "ب", "في", "ل"))
        return _Read(ex.Nth(n, what, inside.node, weekday), inside.end, "nth") if inside else None

    def _inside(self, i: int) -> _Read | None:
        """Read the month or year that something is the n-th of."""
        month = self._month(i) or self._bare_month(i)
        if month:
            return _Read(month[0], month[1], "month")
        year = self._year(i, bare=True)
        return _Read(year[0], year[1], "year") if year else None

    def _season(self, i: int) -> _Read | None:
        at = self._skip_kind(i, "demonstrative")
        sense = self._sense(at, "season")
        if not sense or self._month_name(at):
            return None
        name, end = str(sense.value), at + sense.length
        if at > i:
            return _Read(ex.Season(name, steps=0), end, "season") if self._norm(at).startswith("ال") else None
        step = self._sense(end, "direction")
        if step and self._norm(at).startswith("ال"):
            return _Read(ex.Season(name, steps=int(step.value)), end + step.length, "season")
        year = self._year(self._skip(end, "من", "ل"))
        return _Read(ex.Season(name, year[0]), year[1], "season") if year else None

    def _same_day(self, i: int) -> _Read | None:
        """Read «نفس اليوم», «نفس اليوم من عام 2016»."""
        if not self._sense(i, "same"):
            return None
        unit = self._sense(i + 1, "the_unit", "span")
        if not unit or unit.value not in ("day", "month", "week", "span") or unit.note == "dual":
            return None
        end = i + 1 + unit.length
        if unit.value == "span" and not self._is(end, "من"):
            return None
        year = self._year(self._skip(end, "من")) if self._is(end, "من") and unit.value != "week" else None
        if year:
            return _Read(ex.Anniversary(str(unit.value), year[0]), year[1], "same")
        return _Read(ex.Last(str(unit.value)), end, "same")

    def _decade(self, i: int) -> _Read | None:
        at = self._skip_kind(i, "head")
        thousand = self._sense(at, "cardinal", "the_cardinal")
        if self.general and thousand and thousand.value == 2000 and self._is(at + 1, "و"):
            tens = self._sense(at + 2, "decade")
            return _Read(ex.Decade(2000 + int(tens.value)), at + 2 + tens.length, "decade") if tens else None
        sense = self._sense(at, "decade")
        if not sense or int(sense.value) < 20:
            return None
        end = at + sense.length
        century = self._sense(self._skip(end, "من"), "the_unit")
        if century and century.value == "century":
            where = self._skip(end, "من") + century.length
            step = self._sense(where, "direction")
            if step:
                return _Read(ex.Decade(int(sense.value), int(step.value)), where + step.length, "decade")
            number = self._words(where)
            if number:
                return _Read(ex.Decade((number.value - 1) * 100 + int(sense.value)), number.end, "decade")
        second = self._sense(end + 1, "decade") if self._is(end, "و") else None
        if second and second.value == int(sense.value) + 10:  # «خمسينيات وستينيات القرن الماضي»
            both = self._decade(end + 1)
            if both and isinstance(both.node, ex.Decade) and both.end > end + 1 + second.length:
                start = replace(both.node, start=both.node.start - 10)
                return _Read(ex.Range(start, both.node), both.end, "decades")
        if self._is(end, "من") and self._norm(end + 1).startswith(("عمر", "العمر")):
            return None
        if not self._norm(at).startswith("ال") and not self.general:
            return None
        return _Read(ex.Decade(int(sense.value)), end, "decade")

    def _century(self, i: int) -> _Read | None:
        unit = self._sense(i, "the_unit")
        if not unit or unit.value != "century":
            return None
        at = i + unit.length
        digits = self._digits(at, 2)
        number = Number(digits, at + 1, True, True, True) if digits else self._words(at)
        if not number or not 1 <= number.value <= 30 or self._sense(number.end, "era"):
            return None
        end = None
        if unit.note == "dual" and self._is(number.end, "و"):
            second = self._words(number.end + 1)
            if second and number.value < second.value <= 30:
                number, end = number._replace(end=second.end), second.value
        return _Read(ex.Century(number.value, end), number.end, "century")

    def _fraction(self, i: int) -> _Read | None:
        """Read a half, third or quarter: «الربع الثالث من عام 2016», «النصف الأول للعام الجاري»."""
        sense = self._sense(i, "quarter")
        turn = self._sense(i + sense.length, "the_ordinal") if sense else None
        if not sense or not turn:
            return None
        end = i + sense.length + turn.length
        at = self._skip(end, "من", "ل")
        year = self._year(at, bare=at > end) or ((Year(), end) if self.general and at == end else None)
        if not year:
            return None
        return _Read(ex.Fraction(int(sense.value), int(turn.value), year[0]), year[1], "fraction")

    def _festival(self, i: int) -> _Read | None:
        at = self._skip_kind(i, "leave")
        turn = self._sense(i, "ordinal")  # «أول أيام عيد الفطر»
        if turn and self._is(i + turn.length, "ايام"):
            at = i + turn.length + 1
        sense = self._sense(at, "festival")
        if not sense:
            return None
        end = at + sense.length
        node = ex.Festival(sense.note, str(sense.value), turn=max(int(turn.value), 1) if turn else 1)
        step = self._sense(end, "direction")
        if step:
            return _Read(replace(node, direction=int(step.value)), end + step.length, "festival")
        year = self._year(self._skip(end, "من", "ل", "في"))
        if year:
            return _Read(replace(node, year=year[0]), year[1], "festival")
        placed = (at == i or turn) and (
            turn or self.general or self._known(i - 1).get("time_preposition") or self._norm(i) == "يوم"
        )
        return _Read(node, end, "festival") if placed else None

    # -- years and months alone ----------------------------------------------------------------------------------------

    def _years(self, i: int) -> _Read | None:
        """Read a year, two («عامي 2006 و2007») or a span of them («2016-2020»)."""
        unit = self._sense(i, "unit", "the_unit")
        if unit and unit.value == "year" and unit.note in ("dual", "plural"):
            first = self._year_number(i + unit.length, named=True)
            if not first:
                return None
            at = self._skip(first[1], "و", *DASHES)
            at = self._skip_kind(at, "to")
            second = self._year_number(at, named=True) if at > first[1] else None
            while second and self._is(second[1], "و"):
                more = self._year_number(second[1] + 1, named=True)
                if not more or more[0].number != (second[0].number or 0) + 1:
                    break
                second = more
            if (
                second
                and first[0].number
                and second[0].number
                and self._pairs(first[0].number, second[0].number, at - 1)
            ):
                return _Read(ex.Range(first[0], second[0]), second[1], "years")
            return _Read(first[0], first[1], "year")
        span = self._year_span(i)
        if span:
            return span
        year = self._year(i)
        if not year:
            return None
        bare = self._at(i).kind == "number" or self._sense(i, *NUMBERS)
        if bare and not self._year_in_place(i, year[1]):
            return None
        return _Read(year[0], year[1], "year")

    def _pairs(self, first: int, second: int, joint: int) -> bool:
        return second > first and (second == first + 1 or not self._is(joint, "و"))

    def _year_span(self, i: int) -> _Read | None:
        first, second = self._digits(i), self._digits(i + 2)
        if (
            not first
            or not second
            or not self._is(i + 1, *DASHES, "/")
            or len(self._norm(i)) + len(self._norm(i + 2)) < 6
        ):
            return None
        if self._is(i + 1, "/"):
            pair = self._fiscal_pair(i)
            if not pair or (self._touches(i) and self._is(i - 1, "/")):
                return None
            last = pair[0].end
            if self._is(i + 3, *DASHES):
                more = self._fiscal_pair(i + 4)
                if more:
                    return _Read(ex.Range(Year(pair[0].number), Year(more[0].end)), more[1], "years")
            return _Read(replace(pair[0], end=last), pair[1], "years")
        if len(self._norm(i)) != 4 or len(self._norm(i + 2)) != 4 or not (1800 <= first < second <= 2199):
            return None
        if self._norm(i + 3) in DASHES and self._touches(i + 3) and self._at(i + 4).kind == "number":
            return None
        return _Read(ex.Range(Year(first), Year(second)), i + 3, "years")

    def _year_in_place(self, i: int, end: int) -> bool:
        """Whether a number alone can be a year here: after a preposition or an event, in brackets, not before what it would count."""
        value = self._digits(i)
        before = self._known(i - 1)
        fraction = self._is(end, "/") and self._touches(end) and self._at(end + 1).kind == "number"
        if fraction or (self._touches(i) and self._is(i - 1, "/")):
            return False
        if value is None:
            return self.general and self._at(end).kind != "word" and (self._fragment(i, end) or self._before(i) == "في")
        if self._sense(end, "counted_thing"):
            return False
        if end > i + 1:  # an era is written
            return True
        if not 1800 <= value <= 2199:
            return False
        if self._is(i - 1, "(") and (self._is(end, ")") or self._is(end, "،", ",")):
            return True
        if self._is(end, ")") and self._at(i - 1).kind == "word":
            return True
        if self._before(i) == "و" and i - self._year_end <= 5:  # a year stands before
            return True
        if self.general and self._at(end).kind != "word":
            return True
        if self._fragment(i, end):
            return True
        return "time_preposition" in before or "year_head" in before

    def _month_alone(self, i: int) -> _Read | None:
        """Read a month without a day: «أيلول/سبتمبر 2023», «شهر فيفري», «مايو الماضي», «شهري يونيو ويوليو»."""
        unit = self._sense(i, "unit", "the_unit")
        if unit and unit.value == "month" and unit.note in ("dual", "plural"):
            return self._two_months(i + unit.length)
        found = self._month(i)
        if not found or self._at(i - 1).kind == "number":
            return None
        month, end, support = found
        if support == "yes" and "time_preposition" not in self._known(i - 1) and not self._fragment(i, end):
            return None
        if support == "strong" and not self._fragment(i, end):
            return None
        if (
            support == "exact" and "آ" not in self.text[self._at(i).start : self._at(i).end]
        ):  # «آب» the month, not «أب» the father
            return None
        if self._is(end, "او", "و") and month.number and not month.year and month.direction is None:
            second = self._month(end + 1)
            plural = second and second[0].direction is not None and self._norm(second[1] - 1).endswith(("ين", "ان"))
            if second and plural and second[0].number:
                return _Read(replace(month, direction=second[0].direction, end=second[0]), second[1], "month")
        return _Read(month, end, "month")

    def _two_months(self, i: int) -> _Read | None:
        first = self._month_name(i)
        if not first:
            return None
        at = self._skip(first.end, "و", *DASHES)
        second = self._month(at) if at > first.end else None
        if not second or not second[0].number:
            return None
        start = replace(second[0], number=first.number, end=None)
        return _Read(ex.Range(start, second[0]), second[1], "months")

    def _fragment(self, i: int, end: int) -> bool:
        """Whether an expression is all there is in the text."""
        return (
            i <= 4
            and len(self.atoms) - end <= 4
            and not any(
                a.kind == "word" and "in_phrase" not in self._known(at)
                for at, a in enumerate(self.atoms)
                if not i <= at < end
            )
        )

    def _whole(self, i: int, end: int) -> int:
        """Return where an expression begins that is all there is in the text: with «يوم», «من», «قرابة» before it, if there are."""
        if not self.general or not self._fragment(i, end):
            return i
        while i and self._is(i - 1, "يوم", "اليوم", "من", "قرابه", "حوالي"):
            i -= 1
        return i

    # -- points, parts, ranges, openings -------------------------------------------------------------------------------

    def _longest(self, i: int, *rules: Callable[[int], _Read | None]) -> _Read | None:
        best: _Read | None = None
        for rule in rules:
            read = rule(i)
            if read and (best is None or read.end > best.end):
                best = read
        return best

    def _point(self, i: int) -> _Read | None:
        """Read anything that is placed by itself."""
        return self._longest(i, *(getattr(self, "_" + name) for name in self._starting(i)))

    def _starting(self, i: int) -> tuple[str, ...]:
        """Return the names of the rules that can begin at atom i."""
        if self._at(i).kind == "number" or self._is(i, "ال"):
            return _STARTS["number"]
        return _rules(frozenset(self._known(i)))

    def _part(self, i: int) -> _Read | None:
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
                return _Read(self._this(str(month.value)), i + earlier.length + 1, "part")
            return None
        sense = self._sense(i, "part")
        if not sense:
            return None
        at = self._skip(i + sense.length, "من", "ل")
        read = self._longest(at, self._units, self._decade, self._century, self._years_any, self._months_any)
        if read is None:
            unit = self._sense(at, "the_unit")
            if unit and unit.note == "singular" and unit.value in ("week", "month", "year"):
                read = _Read(self._this(str(unit.value)), at + unit.length, "part")
            season = self._sense(at, "season")
            if season and self._norm(at).startswith("ال"):
                read = _Read(ex.Season(str(season.value)), at + season.length, "season")
        if read is None or read.rule in ("counted", "nth", "same", "following", "weekday", "weekdays"):
            return None
        current = self._sense(read.end - 1, "direction")
        if sense.value == "late" and read.rule == "week" and isinstance(read.node, ex.Unit):
            if current and current.value == 0:  # «بنهاية الأسبوع الجاري» is no weekend but a term
                return read._replace(rule="part")
            return _Read(ex.Unit("weekend", read.node.steps), read.end, "weekend")
        return _Read(ex.Part(str(sense.value), read.node), read.end, "part")

    def _rest(self, i: int) -> _Read | None:
        """Read «بقية الأسبوع», «ما تبقى من العام»."""
        sense = self._sense(i, "rest")
        if not sense:
            return None
        at = self._skip(i + sense.length, "من")
        unit = self._sense(at, "the_unit")
        read = self._longest(at, self._units, self._years_any, self._months_any)
        if not read and unit and unit.note == "singular" and unit.value in ("week", "month", "year"):
            read = _Read(self._this(str(unit.value)), at + unit.length, "part")
        return _Read(ex.Rest(read.node), read.end, "rest") if read else None

    def _years_any(self, i: int) -> _Read | None:
        year = self._year(i)
        if not year or (self._at(i).kind == "number" and not 1800 <= (self._digits(i) or 0) <= 2199):
            return None
        return _Read(year[0], year[1], "year")

    def _months_any(self, i: int) -> _Read | None:
        month = self._month(i)
        return _Read(month[0], month[1], "month") if month else None

    @staticmethod
    def _this(unit: str) -> Node:
        if unit == "year":
            return Year()
        return Month(steps=0) if unit == "month" else ex.Unit(unit)

    def _top(self, i: int) -> _Read | None:
        """Read the longest expression that begins at atom i."""
        phrases = [rule for kind, rule in _PHRASES.items() if kind in self._known(i)]
        read = self._longest(i, *(getattr(self, "_" + rule) for rule in phrases), self._point) or self._bare(i)
        if not read:
            return None
        if read.rule in ("day", "numeric", "month", "year", "weekday", "part", "deictic"):
            return self._to(read) or read
        return read

    def _bare(self, i: int) -> _Read | None:
        """Read what is a date only in a short message: «الأسبوع» alone, «عدت إلى 27»."""
        unit = self._sense(i, "the_unit")
        if (
            unit
            and unit.note == "singular"
            and unit.value in ("week", "month", "year")
            and self._fragment(i, i + unit.length)
        ):
            return _Read(self._this(str(unit.value)), i + unit.length, str(unit.value))
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
                return _Read(ex.Numbered(day.value), day.end, "day")
        if self.general and self._is(i, "الي", "ل"):
            day = self._day_number(i + 1)
            if day and self._at(day.end).kind != "word" and (day.digits or day.definite):
                return _Read(ex.Numbered(day.value), day.end, "day")
            date = self._day_month(i + 1)
            if date and isinstance(date.node, ex.Day) and date.node.month.steps is not None:
                return date
        return None

    def _to(self, read: _Read) -> _Read | None:
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
            or second.rule not in ("day", "numeric", "month", "year", "weekday")
        ):
            return None
        if isinstance(read.node, Year) and not (
            isinstance(second.node, Year) and read.node.number and second.node.number
        ):
            return None
        return _Read(ex.Range(read.node, second.node), second.end, "range")

    def _end_point(self, i: int) -> _Read | None:
        """Read a point of a range, where a number alone may be a year."""
        at = self._skip(i, "يوم", "تاريخ")
        read = self._longest(at, self._point, self._months_any)
        digits = self._digits(at)
        if digits and len(self._norm(at)) == 4 and 1800 <= digits <= 2199 and (read is None or read.end == at + 1):
            return _Read(Year(digits), at + 1, "year")
        if read is None:
            words = self._year_words(at)
            if words and 1100 <= words[0] <= 2199:
                return _Read(Year(words[0]), words[1], "year")
        return read

    def _from_to(self, i: int) -> _Read | None:
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
        return _Read(ex.Range(first.node, second.node), second.end, "range") if second else None

    def _between(self, i: int) -> _Read | None:
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
                return _Read(ex.Day(first.value, month[0], last.value), month[1], "range")
        years = self._years(at)
        if years and years.rule == "years":
            return years
        unit = self._sense(at, "unit")
        dual = unit and unit.note == "dual" and unit.value in ("year", "month")
        start = self._end_point(at + (unit.length if unit and dual else 0))
        if not start or not self._is(start.end, "و"):
            return None
        end = self._end_point(start.end + 1)
        return _Read(ex.Range(start.node, end.node), end.end, "range") if end else None

    def _within(self, i: int) -> _Read | None:
        """Read «خلال يومين», a date where the verb is of the future."""
        lapse = self._lapse(i + 1)
        if not lapse or len(lapse[0]) > 1 or self._is(lapse[2], "من", "او"):
            return None
        count, unit = lapse[0][0]
        if unit == "day" or (unit == "week" and self.general):
            return _Read(ex.Window(count * (7 if unit == "week" else 1), 1, within=True), lapse[2], "within")
        return None

    def _opening(self, i: int) -> _Read | None:
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
        if side in ("before", "after") and isinstance(point.node, ex.Weekday | ex.Unit | ex.Window):
            return None
        return _Read(ex.Open(side, point.node), point.end, side, point.weekday)

    def _shift(self, side: str, counts: tuple[tuple[int, str], ...], calendar: str, end: int, i: int) -> _Read | None:
        ago = self._sense(end, "ago")
        end += ago.length if ago else 0
        back = ex.Shift(counts, -1, calendar)
        if side == "since":
            if ago or (self.general and counts[-1][1] in ("day", "week")):
                return _Read(back, end, "ago")
            return _Read(ex.Open("since", back), end, "since")
        if side == "after" and len(counts) == 1 and self._sense(i - 1, "unit"):  # «يوما بعد يوم»
            return None
        if not ago and (
            self._is(end, "من", "علي", "و", "ونيف")
            or (side == "after" and not self.general and self._at(end).kind == "word")
        ):
            return None
        return _Read(
            back if side == "before" else ex.Shift(counts, 1, calendar), end, "ago" if side == "before" else "ahead"
        )

    def _lapse(self, i: int) -> tuple[tuple[tuple[int, str], ...], str, int] | None:
        """Return a counted length of time: «ثلاثة أيام», «نحو سنتين», «شهر و21 يوما», «عام ونصف»."""
        at = self._skip_kind(i, "approximate")
        counts: list[tuple[int, str]] = []
        end = at
        while len(counts) < 3:
            one = self._count(end if not counts else end + 1) if not counts or self._is(end, "و") else None
            if not one:
                break
            counts.append(one[0])
            end = one[1]
        if not counts:
            return None
        if self._is(end, "و") and self._sense(end + 1, "half") and counts[-1][1] == "year":
            end = end + 2 + (1 if self._sense(end + 2, "the_unit") else 0)
            counts.append((6, "month"))
        calendar = "gregorian"
        if self._norm(end) in ("هجريه", "هجري", "هجريتان", "هجريتين", "هجريا"):
            calendar, end = "hijri", end + 1
        return tuple(counts), calendar, end

    def _count(self, i: int) -> tuple[tuple[int, str], int] | None:
        unit = self._sense(i, "unit")
        if unit and unit.note in ("singular", "dual"):
            end = i + unit.length
            if unit.note == "singular" and self._is(end, "واحد", "واحده"):
                return (1, str(unit.value)), end + 1
            if self._at(end).kind == "number":
                return None
            if (
                unit.value in ("month", "year")
                and unit.note == "singular"
                and (self._sense(end, "month", "hijri_month", *NUMBERS))
            ):
                return None
            named = self._weekday_name(end) or self._sense(end, "deictic")
            if unit.value == "day" and unit.note == "singular" and named:
                return None
            return (1 if unit.note == "singular" else 2, str(unit.value)), end
        digits = self._digits(i)
        number = Number(digits, i + 1, False, False, True) if digits is not None else self._words(i)
        if not number or number.ordinal or number.definite or number.value < 1:
            return None
        after = self._sense(number.end, "unit")
        return ((number.value, str(after.value)), number.end + after.length) if after else None

    # -- what is no date -----------------------------------------------------------------------------------------------

    def _is_name(self, i: int, read: _Read) -> bool:
        """Whether the expression is part of a name («حركة 6 أبريل», «شارع 14 يوليو») or comes again and again («كل جمعة»)."""
        at = i - 1 if self._at(i - 1).norm not in ('"', "«", "“", "”") else i - 2
        if self._is(at, "كل"):
            return True
        if read.rule == "month" and "war_head" in self._known(at):
            return isinstance(read.node, Month) and not read.node.year
        return "name_head" in self._known(at) and read.rule in ("day", "year", "numeric")
