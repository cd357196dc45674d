"""Stretches of the calendar, and how EDTF (ISO 8601-2:2019) writes them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from hijridate import Gregorian, Hijri

# Months, first and last, of the seasons in the northern hemisphere; a winter is named by the year it begins in.
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 14)}
SEASON_CODES = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}


class OutOfCalendar(ValueError):
    """The day, month or year named is not on the calendar."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days `first` to `last`, both included (None: open on that side, or too early for `datetime`), and their EDTF.

    `grain`: the unit that the text names it by. `hijri`: the same in the Hijri calendar, where the text names it so.
    """

    edtf: str
    grain: str
    first: date | None
    last: date | None
    hijri: str = ""

    @property
    def low(self) -> str:
        """The EDTF of where it begins."""
        return self.edtf.split("/")[0]

    @property
    def high(self) -> str:
        """The EDTF of where it ends."""
        return self.edtf.split("/")[-1]


def day(when: date) -> Period:
    """Return a single day."""
    return Period(when.isoformat(), "day", when, when)


def make_day(year: int, month: int, number: int) -> Period:
    """Return the day of these numbers; raises OutOfCalendar."""
    try:
        return day(date(year, month, number))
    except ValueError as error:
        raise OutOfCalendar(str(error)) from error


def month(year: int, number: int) -> Period:
    """Return a month; `number` may run over into other years (0 is December before, 13 January after)."""
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    _check(year)
    last = calendar.monthrange(year, number)[1]
    return Period(f"{year:04d}-{number:02d}", "month", date(year, number, 1), date(year, number, last))


def year(number: int) -> Period:
    """Return a year; one before 1 (astronomical: 0 is 1 BC) has no days that `datetime` knows.

    >>> year(1968).edtf, year(-43).edtf
    ('1968', '-0043')
    """
    if number < 1:
        return Period(f"-{-number:04d}" if number else "0000", "year", None, None)
    _check(number)
    return Period(f"{number:04d}", "year", date(number, 1, 1), date(number, 12, 31))


def decade(start: int) -> Period:
    """Return the ten years from `start`."""
    _check(start, start + 9)
    return Period(f"{start // 10:03d}X", "decade", date(start, 1, 1), date(start + 9, 12, 31))


def century(ordinal: int) -> Period:
    """Return the n-th century as the hundred years that share their first digits.

    >>> century(20).edtf
    '19XX'
    """
    start = (ordinal - 1) * 100
    _check(start or 1, start + 99)
    return Period(f"{ordinal - 1:02d}XX", "century", date(start or 1, 1, 1), date(start + 99, 12, 31))


def week(inside: date) -> Period:
    """Return the week, Monday to Sunday, that a day is in."""
    monday = shift_days(inside, -inside.weekday())
    return days(monday, shift_days(monday, 6), "week")


def weekend(inside: date) -> Period:
    """Return the Saturday and Sunday of the week that a day is in."""
    monday = shift_days(inside, -inside.weekday())
    return days(shift_days(monday, 5), shift_days(monday, 6), "day")


def days(first: date, last: date, grain: str = "day") -> Period:
    """Return a range of days."""
    if last < first:
        raise OutOfCalendar(f"{last} is before {first}")
    edtf = first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
    return Period(edtf, grain, first, last)


def months(year_: int, first: int, last: int, grain: str = "month") -> Period:
    """Return a range of months of a year (numbers may run over)."""
    return join(month(year_, first), month(year_, last), grain)


def join(start: Period, end: Period, grain: str = "") -> Period:
    """Return the period from the beginning of one to the end of another; raises OutOfCalendar when it would run backwards."""
    if start.first and end.last and end.last < start.first:
        raise OutOfCalendar(f"{end.edtf} is before {start.edtf}")
    low, high = start.low, end.high
    hijri = f"{start.hijri}/{end.hijri}" if start.hijri and end.hijri else ""
    return Period(low if low == high else f"{low}/{high}", grain or end.grain, start.first, end.last, hijri)


def since(start: Period) -> Period:
    """Return the open period that begins with another."""
    return Period(f"{start.low}/..", start.grain, start.first, None, start.hijri)


def until(end: Period) -> Period:
    """Return the open period that ends with another."""
    return Period(f"../{end.high}", end.grain, None, end.last, end.hijri)


def hijri_day(year_: int, month_: int, number: int) -> Period:
    """Return the Gregorian day of a Hijri one by the Umm al-Qura calendar (1343 to 1500 AH); raises OutOfCalendar.

    >>> hijri_day(1436, 10, 26).edtf
    '2015-08-11'
    """
    try:
        found = Hijri(year_, month_, number).to_gregorian()
    except (ValueError, OverflowError) as error:
        raise OutOfCalendar(str(error)) from error
    when = date(found.year, found.month, found.day)
    return Period(when.isoformat(), "day", when, when, f"{year_:04d}-{month_:02d}-{number:02d}")


def hijri_month(year_: int, month_: int) -> Period:
    """Return the Gregorian days of a Hijri month."""
    first = hijri_day(year_, month_, 1).first
    assert first
    length = Hijri(year_, month_, 1).month_length()
    last = first + timedelta(days=length - 1)
    return Period(f"{first}/{last}", "month", first, last, f"{year_:04d}-{month_:02d}")


def hijri_year(year_: int) -> Period:
    """Return the Gregorian days of a Hijri year."""
    first, last = hijri_month(year_, 1).first, hijri_month(year_, 12).last
    return Period(f"{first}/{last}", "year", first, last, f"{year_:04d}")


def to_hijri(when: date) -> tuple[int, int, int]:
    """Return year, month and day of the Hijri calendar; raises OutOfCalendar."""
    try:
        found = Gregorian(when.year, when.month, when.day).to_hijri()
    except (ValueError, OverflowError) as error:
        raise OutOfCalendar(str(error)) from error
    return found.year, found.month, found.day


def easter(year_: int) -> date:
    """Return the Western Easter Sunday of a year (the anonymous Gregorian computus, Meeus 1991)."""
    a, b, c = year_ % 19, year_ // 100, year_ % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    j, k = c // 4, c % 4
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * j - k - h + m + 32) % 7
    n = (h - m + r + 90) // 25
    return date(year_, n, (h - m + r + n + 19) % 32)


def shift_days(when: date, count: int) -> date:
    """Return the day so many days later; raises OutOfCalendar."""
    try:
        return when + timedelta(days=count)
    except OverflowError as error:
        raise OutOfCalendar(f"{count} days from {when}") from error


def same_day(month_: Period, number: int) -> date:
    """Return the day of this number in a month, or its last where it has no such day."""
    if not (month_.first and month_.last):
        raise OutOfCalendar(f"{month_.edtf} is open")
    return month_.first.replace(day=min(number, month_.last.day))


def nth_weekday(inside: Period, weekday: int, n: int) -> Period:
    """Return the n-th (ISO) weekday of a period, or the last where n is -1; raises OutOfCalendar."""
    if not (inside.first and inside.last):
        raise OutOfCalendar(f"{inside.edtf} is open")
    if n == -1:
        return day(shift_days(inside.last, -((inside.last.isoweekday() - weekday) % 7)))
    found = shift_days(inside.first, (weekday - inside.first.isoweekday()) % 7 + 7 * (n - 1))
    if found > inside.last:
        raise OutOfCalendar(f"no {n}. weekday {weekday} in {inside.edtf}")
    return day(found)


def _check(*years: int) -> None:
    if any(not 1 <= y <= 9999 for y in years):
        raise OutOfCalendar(f"year {years}")
