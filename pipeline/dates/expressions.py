"""What a date expression says, apart from when it was said; `resolve` places it on the calendar.

Every node resolves to a Period, or to None where the context has no date to start from. A day or month that does not exist raises OutOfCalendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Protocol

from pipeline.dates import calendars as cal
from pipeline.dates.calendars import OutOfCalendar, Period

Convention = Literal["news", "general"]

SURELY_PAST = -2  # a tense that no nearness outweighs: «منذ»
SURELY_FUTURE = 2  # «المقرر في»
_CLOSE = 100  # days: a day or month no further off is the one meant, whatever the tense (found on the news texts)


@dataclass(frozen=True, slots=True)
class Context:
    """What a date is placed from.

    `today`: the day the text was written, if known. `last`: the last period that the text named; `month`: the last that it named with its month; `day`: the day that
    «اليوم التالي» follows. `tense`: -1 the verb speaks of the past,
    1 of the future, 0 cannot be told. `convention`: see `find_dates`.
    """

    today: date | None
    last: Period | None = None
    tense: int = 0
    convention: Convention = "news"
    month: Period | None = None
    day: Period | None = None

    @property
    def general(self) -> bool:
        return self.convention == "general"


class Node(Protocol):
    """An expression that can be placed."""

    def resolve(self, ctx: Context, /) -> Period | None:
        """Return the period meant, None without a date to start from."""


def nearest(candidates: Iterable[Period], ctx: Context, direction: int | None) -> Period | None:
    """Return the candidate that the direction word, or else the tense, asks for; without either the nearest to today.

    `candidates` are in the order of time. `direction`: -1 last, 1 next, 2 the one after next, 0 of this year.
    """
    found = [c for c in candidates if c.first and c.last]
    if not ctx.today or not found:
        return None
    today = ctx.today
    before = [c for c in found if c.last and c.last < today]
    begun = [c for c in found if c.first and c.first <= today]
    ahead = [c for c in found if c.first and c.first > today]
    this_year = next((c for c in found if c.first and c.first.year == today.year), None)
    unended = [c for c in found if c.last and c.last >= today]
    if direction:
        past = (
            begun if ctx.general else before
        )  # in a message «رمضان الماضي», said in that month, may be the one that runs
        side = past[::-1] if direction < 0 else ahead
        return side[abs(direction) - 1] if len(side) >= abs(direction) else None
    if direction == 0:
        return this_year
    if ctx.general and not ctx.tense and this_year:
        return this_year
    closest = min(found, key=lambda c: _distance(c, today))
    if _distance(closest, today) > _CLOSE or ctx.general or ctx.tense in (SURELY_PAST, SURELY_FUTURE):
        if ctx.tense < 0 and begun:
            return begun[-1]
        if ctx.tense > 0 and unended:
            return unended[0]
    return closest


def _distance(period: Period, today: date) -> int:
    if not (period.first and period.last):
        raise OutOfCalendar(f"{period.edtf} is open")
    if period.first <= today <= period.last:
        return 0
    return min(abs((period.first - today).days), abs((today - period.last).days))


def _possible(make: Callable[[int], Period], numbers: Iterable[int]) -> list[Period]:
    """Return the periods of those numbers for which the calendar has one."""
    found = []
    for number in numbers:
        try:
            found.append(make(number))
        except OutOfCalendar:
            continue
    return found


@dataclass(frozen=True, slots=True)
class Year:
    """A year by number («عام 2019», «1436 هـ»), by steps from now («العام الماضي») or that of the last date («العام نفسه»)."""

    number: int | None = None
    steps: int = 0
    calendar: str = "gregorian"
    same: bool = False
    following: bool = False  # counts from the last date of the text
    end: int | None = None
    academic: bool = False  # a school year, which begins in September

    def resolve(self, ctx: Context) -> Period | None:
        if self.academic and ctx.today:
            start = ctx.today.year + self.steps - (ctx.today.month < 9)
            return cal.join(cal.year(start), cal.year(start + 1))
        if self.calendar == "bc" and self.number:
            return cal.year(1 - self.number)
        if self.calendar == "hijri":
            found = self.of(ctx)
            if found is None:
                return None
            return cal.join(cal.hijri_year(found), cal.hijri_year(self.end)) if self.end else cal.hijri_year(found)
        found = self.of(ctx)
        if found is None:
            return None
        return cal.join(cal.year(found), cal.year(self.end)) if self.end else cal.year(found)

    def of(self, ctx: Context) -> int | None:
        """Return the number of the year."""
        if self.number is not None:
            return self.number
        start = ctx.today
        if self.same or self.following:
            start = (ctx.last.first or ctx.last.last) if ctx.last else (ctx.today if ctx.general else None)
        if start is None:
            return None
        return (cal.to_hijri(start)[0] if self.calendar == "hijri" else start.year) + self.steps


@dataclass(frozen=True, slots=True)
class Month:
    """A month by name, number or steps from now, maybe with a year."""

    number: int | None = None
    steps: int | None = None
    year: Year | None = None
    direction: int | None = None
    calendar: str = "gregorian"
    end: Month | None = None

    def resolve(self, ctx: Context) -> Period | None:
        if self.end:
            return Range(replace(self, end=None), self.end).resolve(ctx)
        return _nearest_of(self, ctx, lambda y, m: self.make(y, m))

    def make(self, year: int, number: int) -> Period:
        return cal.hijri_month(year, number) if self.calendar == "hijri" else cal.month(year, number)


def _nearest_of(month: Month, ctx: Context, make: Callable[[int, int], Period]) -> Period | None:
    """Return what `make` gives for the month and the year that it has or that lies nearest."""
    start = ctx.today
    if month.number is None:
        if month.steps is None:  # the month that the text named last
            if not ctx.last or not ctx.last.first or ctx.last.grain not in ("day", "month"):
                return None
            return make(ctx.last.first.year, ctx.last.first.month)
        if start is None:
            return None
        y, m = (cal.to_hijri(start)[:2]) if month.calendar == "hijri" else (start.year, start.month)
        m += month.steps
        return make(y + (m - 1) // 12, (m - 1) % 12 + 1)
    number = month.number
    if month.year:
        year = month.year.of(ctx)
        if year is None:
            return None
        return make(year, number)
    if start is None:
        return None
    base = cal.to_hijri(start)[0] if month.calendar == "hijri" else start.year
    reach = 9 if month.direction is None else 3  # 29 February is at most eight years away
    candidates = _possible(lambda y: make(y, number), range(base - reach, base + reach + 1))
    if not candidates:
        raise OutOfCalendar("no such day in that month")
    direction = month.direction
    if direction == -1 and not any(c.last and c.last < start for c in candidates):
        return None
    return nearest(candidates, ctx, direction)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month, or several in a row: «6 تشرين الثاني/نوفمبر 2023», «12 و13 يونيو», «الـ7 من الشهر الجاري»."""

    number: int
    month: Month
    end: int | None = None
    weekday: int | None = None

    def resolve(self, ctx: Context) -> Period | None:
        return _nearest_of(self.month, ctx, self._make)

    def _make(self, year: int, month: int) -> Period:
        make = cal.hijri_day if self.month.calendar == "hijri" else cal.make_day
        first = make(year, month, self.number)
        return first if self.end is None else cal.join(first, make(year, month, self.end))


@dataclass(frozen=True, slots=True)
class Numbered:
    """A day by its number alone: «الجمعة 22», «في الثاني عشر». Takes the month named last, or the one where weekday and number agree."""

    number: int
    weekday: int | None = None

    def resolve(self, ctx: Context) -> Period | None:
        if ctx.month and ctx.month.first and not self.weekday:
            return cal.make_day(ctx.month.first.year, ctx.month.first.month, self.number)
        if not ctx.today:
            return None
        start = ctx.today
        months = [cal.month(start.year, start.month + k) for k in (-2, -1, 0, 1, 2)]
        found = _possible(lambda k: cal.make_day(months[k].first.year, months[k].first.month, self.number), range(5))  # type: ignore[union-attr]
        if self.weekday:
            found = [c for c in found if c.first and c.first.isoweekday() == self.weekday] or found
            return min(found, key=lambda c: _distance(c, start))
        return cal.make_day(start.year, start.month, self.number)


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday: bare, «الماضي», «المقبل», «من الأسبوع المقبل», or the name beside a deictic word («أمس الخميس»)."""

    weekday: int
    direction: int | None = None
    week: int | None = None
    beside: int | None = None  # days from today that a word beside it says

    def resolve(self, ctx: Context) -> Period | None:
        if not ctx.today:
            return None
        today = ctx.today
        if self.beside is not None:
            said = cal.shift_days(today, self.beside)
            off = (self.weekday - said.isoweekday() + 3) % 7 - 3
            return cal.day(cal.shift_days(said, off))
        if self.week is not None:
            monday = cal.shift_days(today, -today.weekday() + 7 * self.week)
            return cal.day(cal.shift_days(monday, self.weekday - 1))
        ahead = (self.weekday - today.isoweekday()) % 7
        if self.direction is None:
            back = ctx.tense < 0 or (ctx.tense == 0 and not ctx.general)
            return cal.day(cal.shift_days(today, ahead - 7 if back and ahead else ahead))
        if self.direction > 0:
            return cal.day(cal.shift_days(today, (ahead or 7) + 7 * (self.direction - 1)))
        if self.direction < 0:
            return cal.day(cal.shift_days(today, ahead - 7 + 7 * (self.direction + 1)))
        return cal.day(cal.shift_days(today, ahead))


@dataclass(frozen=True, slots=True)
class Deictic:
    """A day counted from today: «أمس», «بعد غد»; from the last date of the text where `following` («اليوم التالي»)."""

    days: int
    following: bool = False

    def resolve(self, ctx: Context) -> Period | None:
        start = ctx.today
        if self.following:
            start = ctx.day.last if ctx.day else (ctx.today if ctx.general else None)
        return cal.day(cal.shift_days(start, self.days)) if start else None


@dataclass(frozen=True, slots=True)
class Unit:
    """A week, decade, century or season by steps from now (or from the last date): «الأسبوع الماضي», «الصيف المقبل»."""

    unit: str
    steps: int = 0
    following: bool = False

    def resolve(self, ctx: Context) -> Period | None:
        start = ctx.today
        if self.following:
            start = (ctx.last.first or ctx.last.last) if ctx.last else (ctx.today if ctx.general else None)
        if start is None:
            return None
        if self.unit == "week":
            return cal.week(cal.shift_days(start, 7 * self.steps))
        if self.unit == "weekend":
            return cal.weekend(cal.shift_days(start, 7 * self.steps))
        if self.unit == "decade":
            if self.steps < 0 and not ctx.general:
                return None  # «العقد الماضي» mostly means the last ten years
            return _decade(start.year // 10 * 10 + 10 * self.steps, ctx)
        return cal.century(start.year // 100 + 1 + self.steps)


@dataclass(frozen=True, slots=True)
class Decade:
    """Ten years by their name: «التسعينيات», «ثمانينيات القرن الماضي»."""

    start: int
    century: int | None = None  # steps from this century

    def resolve(self, ctx: Context) -> Period | None:
        hundred = 1900
        if self.century is not None:
            this = ctx.today.year // 100 * 100 if ctx.today else 2000
            hundred = this + 100 * self.century
        if self.start >= 1000:
            hundred = 0
        return _decade(hundred + self.start, ctx)


def _decade(start: int, ctx: Context) -> Period:
    found = cal.decade(start)
    return replace(found, edtf=f"{start:04d}/{start + 9:04d}") if ctx.general else found


@dataclass(frozen=True, slots=True)
class Century:
    """A century by its number: «القرن العشرين»."""

    number: int
    end: int | None = None

    def resolve(self, _: Context, /) -> Period | None:
        found = cal.century(self.number)
        return cal.join(found, cal.century(self.end)) if self.end else found


@dataclass(frozen=True, slots=True)
class Season:
    """A season of a year, or the one before, now or next."""

    name: str
    year: Year | None = None
    steps: int | None = None

    def resolve(self, ctx: Context) -> Period | None:
        if self.year:
            year = self.year.of(ctx)
            return None if year is None else self._of(year, ctx)
        if not ctx.today:
            return None
        found = [self._of(y, ctx) for y in range(ctx.today.year - 2, ctx.today.year + 3)]
        if self.steps == 0:
            return next((p for p in found if p.first and p.last and p.first <= ctx.today <= p.last), found[2])
        return nearest(found, ctx, self.steps)

    def _of(self, year: int, ctx: Context) -> Period:
        found = cal.months(year, *cal.SEASONS[self.name], grain="season")
        return replace(found, edtf=f"{year:04d}-{cal.SEASON_CODES[self.name]}") if ctx.general else found


@dataclass(frozen=True, slots=True)
class Fraction:
    """A half, third or quarter of a year: «الربع الثالث من عام 2016»."""

    months: int
    which: int
    year: Year

    def resolve(self, ctx: Context) -> Period | None:
        year = self.year.of(ctx)
        if year is None:
            return None
        count = 12 // self.months
        which = count if self.which == -1 else self.which
        if not 1 <= which <= count:
            raise OutOfCalendar(f"part {which} of {count}")
        if self.year.calendar == "hijri":
            first, last = self.months * (which - 1) + 1, self.months * which
            return cal.join(cal.hijri_month(year, first), cal.hijri_month(year, last), "part")
        return cal.months(
            year, self.months * (which - 1) + 1, self.months * which, "quarter" if self.months == 3 else "part"
        )


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year by steps from the one that runs: «الربع الماضي»."""

    steps: int

    def resolve(self, ctx: Context) -> Period | None:
        if not ctx.today:
            return None
        first = (ctx.today.month - 1) // 3 * 3 + 1 + 3 * self.steps
        return cal.months(ctx.today.year, first, first + 2, "quarter")


@dataclass(frozen=True, slots=True)
class Part:
    """The beginning, middle or end of a period; the guidelines give it the whole period."""

    part: str
    node: Node

    def resolve(self, ctx: Context) -> Period | None:
        found = self.node.resolve(ctx)
        if not found or not found.first or not found.last:
            return found
        if found.grain == "week" and self.part == "late":
            return cal.weekend(found.first)
        if ctx.general:
            return self._narrow(found)
        return found

    def _narrow(self, found: Period) -> Period:
        if not (found.first and found.last):
            return found
        start = found.first
        if found.grain == "year" and not found.hijri:
            return cal.months(start.year, *{"early": (1, 6), "middle": (4, 9), "late": (7, 12)}[self.part])
        if found.grain == "week":
            first, last = {"early": (0, 2), "middle": (2, 4), "late": (5, 6)}[self.part]
            return cal.days(cal.shift_days(start, first), cal.shift_days(start, last))
        if found.grain == "month" and found.hijri and self.part == "early":
            return cal.day(start)
        if found.grain == "month":
            first, last = {"early": (0, 14), "middle": (9, 19), "late": (15, (found.last - start).days)}[self.part]
            return cal.days(cal.shift_days(start, first), cal.shift_days(start, last))
        return found


@dataclass(frozen=True, slots=True)
class Shift:
    """Lengths of time counted from today: «قبل ثلاثة أسابيع», «بعد شهر»; the grain is that of the smallest, a week counts as days."""

    counts: tuple[tuple[int, str], ...]
    sign: int
    calendar: str = "gregorian"

    def resolve(self, ctx: Context) -> Period | None:
        if not ctx.today:
            return None
        if self.calendar == "hijri" and self.counts[0][1] == "year":
            return cal.hijri_year(cal.to_hijri(ctx.today)[0] + self.sign * self.counts[0][0])
        if self.calendar == "hijri" and self.counts[0][1] == "month":
            year, month, _ = cal.to_hijri(ctx.today)
            month += self.sign * self.counts[0][0]
            return cal.hijri_month(year + (month - 1) // 12, (month - 1) % 12 + 1)
        months = sum(
            n * {"month": 1, "year": 12, "decade": 120, "century": 1200}.get(unit, 0) for n, unit in self.counts
        )
        days = sum(n * {"day": 1, "week": 7}.get(unit, 0) for n, unit in self.counts)
        smallest = self.counts[-1][1]
        if smallest in ("year", "decade", "century"):
            return cal.year(_from_one(ctx.today.year + self.sign * months // 12))
        moved = cal.month(ctx.today.year, ctx.today.month + self.sign * months)
        if smallest == "month":
            return moved
        when = cal.same_day(moved, ctx.today.day)
        return cal.day(cal.shift_days(when, self.sign * days))


def _from_one(year: int) -> int:
    if year < 1:
        raise OutOfCalendar(f"year {year}")
    return year


@dataclass(frozen=True, slots=True)
class Window:
    """So many days, weeks, months or years ahead or back: «اليومين المقبلين» → tomorrow and the day after. `within` counts from today on
    («خلال يومين»)."""

    days: int
    sign: int
    within: bool = False
    unit: str = "day"

    def resolve(self, ctx: Context) -> Period | None:
        if not ctx.today:
            return None
        if self.unit != "day":
            first, last = (1, self.days) if self.sign > 0 else (-self.days, -1)
            return cal.join(self._whole(ctx.today, first), self._whole(ctx.today, last))
        if self.within:
            return cal.days(ctx.today, cal.shift_days(ctx.today, self.days))
        if self.sign > 0:
            return cal.days(cal.shift_days(ctx.today, 1), cal.shift_days(ctx.today, self.days))
        return cal.days(cal.shift_days(ctx.today, -self.days), cal.shift_days(ctx.today, -1))

    def _whole(self, today: date, steps: int) -> Period:
        if self.unit == "week":
            return cal.week(cal.shift_days(today, 7 * steps))
        return (
            cal.month(today.year, today.month + steps)
            if self.unit == "month"
            else cal.year(_from_one(today.year + steps))
        )


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a period, today included: «بقية الأسبوع»."""

    node: Node

    def resolve(self, ctx: Context) -> Period | None:
        found = self.node.resolve(ctx)
        if not ctx.today or not found or not found.last:
            return None
        return cal.days(ctx.today, found.last)


@dataclass(frozen=True, slots=True)
class Nth:
    """The n-th (or last, -1) day, weekday or week of a month or year, or decade of a century: «أول جمعة من يوليو», «الأسبوع الثالث من عام 2027»."""

    n: int
    what: str
    node: Node
    weekday: int = 0

    def resolve(self, ctx: Context) -> Period | None:
        if isinstance(self.node, Month) and self.node.number and not self.node.year and self.node.direction is None:
            month = self.node
            return _nearest_of(month, ctx, lambda y, m: self._of(month.make(y, m)))
        found = self.node.resolve(ctx)
        return self._of(found) if found else None

    def _of(self, inside: Period) -> Period:
        if not (inside.first and inside.last):
            raise OutOfCalendar(f"{inside.edtf} is open")
        if self.what == "decade":
            if not (self.n == -1 or 1 <= self.n <= 10):
                raise OutOfCalendar(f"decade {self.n} of {inside.edtf}")
            return cal.decade(inside.first.year // 100 * 100 + 10 * (9 if self.n == -1 else self.n - 1))
        if self.what == "weekday":
            return cal.nth_weekday(inside, self.weekday, self.n)
        if self.what == "day":
            return cal.day(
                inside.last if self.n == -1 else self._within(cal.shift_days(inside.first, self.n - 1), inside)
            )
        if self.n == -1:
            return cal.week(cal.shift_days(inside.last, -6))
        if inside.grain == "year":
            fourth = date(inside.first.year, 1, 4)  # ISO 8601: always in week 1
            return cal.week(self._within(cal.shift_days(fourth, 7 * (self.n - 1)), inside))
        first = self._within(cal.shift_days(inside.first, 7 * (self.n - 1)), inside)
        return cal.days(first, min(cal.shift_days(first, 6), inside.last), "week")

    def _within(self, when: date, inside: Period) -> date:
        assert inside.last
        if when > inside.last:
            raise OutOfCalendar(f"{self.what} {self.n} of {inside.edtf}")
        return when


@dataclass(frozen=True, slots=True)
class WeekOf:
    """The week that a day is in: «أسبوع 16 سبتمبر»."""

    node: Node

    def resolve(self, ctx: Context) -> Period | None:
        found = self.node.resolve(ctx)
        return cal.week(found.first) if found and found.first else found


@dataclass(frozen=True, slots=True)
class InWeek:
    """Weekdays of a week named before them: «الأسبوع الماضي بين الجمعة والأحد»."""

    steps: int
    first: int
    last: int

    def resolve(self, ctx: Context) -> Period | None:
        if not ctx.today:
            return None
        monday = cal.shift_days(ctx.today, -ctx.today.weekday() + 7 * self.steps)
        return cal.days(cal.shift_days(monday, self.first - 1), cal.shift_days(monday, self.last - 1))


@dataclass(frozen=True, slots=True)
class Festival:
    """A feast of the Hijri or Gregorian calendar, of a weekday's turn, or counted from Easter."""

    rule: str
    when: str
    year: Year | None = None
    direction: int | None = None
    turn: int = 1  # which of its days

    def resolve(self, ctx: Context) -> Period | None:
        found = self._first(ctx)
        return cal.day(cal.shift_days(found.first, self.turn - 1)) if found and found.first and self.turn > 1 else found

    def _first(self, ctx: Context) -> Period | None:
        if self.year:
            number = self.year.of(ctx)
            if number is None:
                return None
            return self._of(number) if self.rule != "hijri" or self.year.calendar == "hijri" else self._hijri_in(number)
        if not ctx.today:
            return None
        base = cal.to_hijri(ctx.today)[0] if self.rule == "hijri" else ctx.today.year
        if ctx.general and not ctx.tense:  # a message that names a feast looks forward to it
            ctx = replace(ctx, tense=1)
        return nearest(_possible(self._of, range(base - 3, base + 4)), ctx, self.direction)

    def _of(self, year: int) -> Period:
        numbers = [int(n) for n in self.when.replace("--", "-").split("-")] if self.rule != "easter" else []
        if self.rule == "easter":
            return cal.day(cal.shift_days(cal.easter(year), int(self.when)))
        if self.rule == "weekday":
            month, n, weekday = numbers
            return cal.nth_weekday(cal.month(year, month), weekday, n)
        return (cal.hijri_day if self.rule == "hijri" else cal.make_day)(year, *numbers)

    def _hijri_in(self, year: int) -> Period | None:
        """Return the feast that falls in a Gregorian year."""
        first = cal.year(year).first
        assert first
        base = cal.to_hijri(first)[0]
        return next((p for p in _possible(self._of, (base, base + 1)) if p.first and p.first.year == year), None)


@dataclass(frozen=True, slots=True)
class Anniversary:
    """The same day or month as the last date of the text, in another year: «نفس اليوم من عام 2016»."""

    unit: str
    year: Year

    def resolve(self, ctx: Context) -> Period | None:
        year = self.year.of(ctx)
        if year is None or not ctx.last or not ctx.last.first:
            return None
        if self.unit == "span":
            return None  # «نفس الفترة» has no bounds of its own
        if self.unit == "month":
            return cal.month(year, ctx.last.first.month)
        return cal.make_day(year, ctx.last.first.month, ctx.last.first.day) if ctx.last.grain == "day" else None


@dataclass(frozen=True, slots=True)
class Last:
    """What the text named last: «نفس اليوم»."""

    unit: str

    def resolve(self, ctx: Context) -> Period | None:
        if not ctx.last or not ctx.last.first:
            return None
        start = ctx.last.first
        if self.unit == "month":
            return cal.month(start.year, start.month)
        if self.unit == "week":
            return cal.week(start)
        return ctx.last if ctx.last.grain == "day" else None


@dataclass(frozen=True, slots=True)
class Range:
    """From one point to another; a point without a year takes the one that the other lets it have."""

    start: Node
    end: Node

    def resolve(self, ctx: Context) -> Period | None:
        if _floats(self.end) and not _floats(self.start):
            first = self.start.resolve(ctx)
            last = self.end.resolve(replace(ctx, today=first.first, tense=1)) if first and first.first else None
        else:
            last = self.end.resolve(ctx)
            first = (
                self.start.resolve(replace(ctx, today=last.last, tense=-1))
                if last and last.last and _floats(self.start)
                else self.start.resolve(ctx)
            )
        return cal.join(first, last) if first and last else None


def _floats(node: Node) -> bool:
    """Whether the year, or the week, of an expression has to be found from the context."""
    if isinstance(node, Part):
        return _floats(node.node)
    if isinstance(node, Day):
        return _floats(node.month)
    if isinstance(node, Month):
        return node.number is not None and node.year is None and node.direction is None
    return isinstance(node, Weekday) and node.direction is None and node.week is None and node.beside is None


@dataclass(frozen=True, slots=True)
class Open:
    """Since, from or after a point; until or before one."""

    side: str
    node: Node

    def resolve(self, ctx: Context) -> Period | None:
        found = self.node.resolve(replace(ctx, tense=SURELY_PAST) if self.side == "since" else ctx)
        if found is None:
            return None
        return cal.since(found) if self.side in ("since", "from", "after") else cal.until(found)
