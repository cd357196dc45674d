"""Rules for dates with a day: with a month in words or digits, weekdays, and days from today."""

from __future__ import annotations

from dataclasses import replace

from pipeline.dates import expressions as ex
from pipeline.dates.expressions import Month, Year
from pipeline.dates.lexicon import Sense
from pipeline.dates.reader import DASHES, Read, Reader

_MOST_DAYS = 10  # that a list of days holds


class DayRules(Reader):
    """What a day is written as."""

    def _date(self, i: int) -> Read | None:
        """Read a date with a day: in words and digits, or in digits alone."""
        return self._longest(i, self._numeric, self._day_month, self._month_day)

    def _day_month(self, i: int) -> Read | None:
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
            elif self._is(end, *DASHES) and first.digits:  # «الاثنين - 22 ربيع الثاني» is a weekday
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
                return Read(replace(whole.node, number=first.value, end=whole.node.number), whole.end, "days")
        at = self._skip(end, ".", "/", "-") if last.digits and self._touches(end) else end
        at = self._skip(at, "من")
        found = self._month(at, dated=True) or (self._bare_month(at) if at > end else None)
        if (
            not found
            and self._is(at, "الجاري")
            and (at > end or last.definite or self._known(i - 1) or self._fragment(i, at + 1))
        ):
            found = Month(steps=0), at + 1, "given"  # «السابع من الجاري», «في 14 الجاري»
        if not found:
            return None
        month, stop, _ = found
        if self._is(end, *DASHES) and self._touches(end) and month.calendar == "hijri" and not month.year:
            return None  # «2-صفر» is a score
        if listed:
            return Read(ex.Day(first.value, month), first.end, "day")
        if last is not first and last.value <= first.value:
            return None
        rule = "days" if joint == "to" else "day"
        return Read(ex.Day(first.value, month, last.value if last is not first else None), stop, rule)

    def _bare_month(self, i: int) -> tuple[Month, int, str] | None:
        """Return «الشهر» after «20 من»."""
        unit = self._sense(i, "the_unit")
        return (Month(steps=0), i + 1, "given") if unit and unit.value == "month" and unit.note == "singular" else None

    def _month_day(self, i: int) -> Read | None:
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
        return Read(ex.Day(day.value, month, last), end, "day")

    def _numeric(self, i: int) -> Read | None:
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

    def _three_numbers(self, i: int, written: list[str]) -> Read | None:
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
        return Read(ex.Day(day, Month(month, year=Year(year, calendar=calendar), calendar=calendar)), end, "numeric")

    def _two_numbers(self, i: int, sep: str, written: list[str]) -> Read | None:
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
            return Read(Month(first, year=Year(second)), i + 3, "numeric")
        years = sep == "-" and second == first % 100 + 1  # «2011-12»
        if (
            len(written[0]) == 4
            and 1800 <= first <= 2199
            and 1 <= second <= 12
            and len(written[1]) <= 2
            and asked
            and not years
        ):
            return Read(Month(second, year=Year(first)), i + 3, "numeric")
        if sep == "/" and asked and max(len(n) for n in written) <= 2:
            day, month = (second, first) if second > 12 >= first else (first, second)
            if 1 <= month <= 12 and 1 <= day <= 31:
                return self._short_year(i + 3, day, month)
        return None

    def _short_year(self, i: int, day: int, month: int) -> Read:
        """Read a day and month in digits, maybe with a year after a comma: «12/08, 15»."""
        if self.general and self._is(i, ",", "،") and self._at(i + 1).kind == "number" and len(self._norm(i + 1)) == 2:
            if day <= 12:  # a comma before the year is the American order
                day, month = month, day
            return Read(ex.Day(day, Month(month, year=Year(2000 + int(self._norm(i + 1))))), i + 2, "numeric")
        return Read(ex.Day(day, Month(month)), i, "numeric")

    def _weekday(self, i: int) -> Read | None:
        """Read a weekday and what belongs to it: another, a direction, a week, a date."""
        at = i
        if self._sense(i, "demonstrative"):
            at = self._skip(i + 1, "يوم")
        name = self._weekday_name(at)
        if not name:
            bare = self._weekday_name(at, bare=True)
            week = self._week(bare[1]) if bare else None
            return Read(ex.Weekday(bare[0], week=week[0]), week[1], "weekday") if bare and week else None
        weekday, end = name
        if at > i:
            return Read(ex.Weekday(weekday), end, "weekday")
        several = self._weekdays(weekday, end)
        if several:
            return several
        date = self._beside(end)
        if date:
            return date._replace(weekday=weekday)
        week = self._week(self._skip(end, "من", "في"))
        if week:
            return Read(ex.Weekday(weekday, week=week[0]), week[1], "weekday")
        step = self._sense(end, "direction")
        if step:
            end += step.length
            date = self._beside(end) if self._sense(end, "equivalent") else None
            if date and self._twin(date):
                date = None
            return (
                date._replace(weekday=weekday) if date else Read(ex.Weekday(weekday, int(step.value)), end, "weekday")
            )
        number = self._day_number(self._skip(end, "في"))
        if number and (number.definite or self.general) and self._at(number.end).kind != "word":
            return Read(ex.Numbered(number.value, weekday), number.end, "weekday and number")
        return Read(ex.Weekday(weekday), end, "weekday")

    def _weekdays(self, weekday: int, end: int) -> Read | None:
        """Read two weekdays in a row: «الأربعاء والخميس», «ليلة السبت الأحد», with a date or a direction for both."""
        at = self._skip(end, "و", "/", *DASHES)
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
        return Read(ex.Range(ex.Weekday(weekday, direction), ex.Weekday(second[0])), stop, "weekdays")

    def _beside(self, i: int) -> Read | None:
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
    def _twin(read: Read) -> bool:
        """Whether a date beside a day counted from today is that day in the Hijri calendar, a date of its own."""
        return isinstance(read.node, ex.Day) and read.node.month.calendar == "hijri"

    @staticmethod
    def _plain_day(read: Read) -> bool:
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

    def _deictic(self, i: int) -> Read | None:
        """Read «أمس», «اليوم الاثنين 29 أبريل», «غداً (الخميس)», «اليوم وغداً»."""
        sense = self._sense(i, "deictic")
        if not sense or not self._means_day(i, sense):
            return None
        days, end = int(sense.value), i + sense.length
        if self._is(end, "و"):
            second = self._sense(end + 1, "deictic")
            if second and second.value == days + 1:
                return Read(ex.Range(ex.Deictic(days), ex.Deictic(days + 1)), end + 1 + second.length, "deictic")
        opened = self._is(end, "(", "[")
        named = self._weekday_name(end + 1 if opened else end)
        if named and not (opened and not self._is(named[1], ")", "]")):
            weekday, end = named[0], named[1] + (1 if opened else 0)
            date = self._beside(end)
            if date and self._twin(date):  # «أمس الجمعة الموافق 15 شوال 1436هـ»: two
                return Read(ex.Weekday(weekday, beside=days), end, "deictic")
            if date and not (isinstance(date.node, ex.Day) and date.node.end):
                return date._replace(weekday=weekday)
            step = self._sense(end, "direction")
            end += step.length if step else 0
            return Read(ex.Weekday(weekday, beside=days), end, "deictic")
        if not opened:
            date = self._beside(end)
            if date and self._plain_day(date) and not self._is(end, "،", ",", "في"):
                return date
        return Read(ex.Deictic(days), end, "deictic")

    def _means_day(self, i: int, sense: Sense) -> bool:
        """Whether a deictic word speaks of a day: «اليوم» may count days («اليوم الثالث») or mean nowadays («حتى اليوم»)."""
        end, before = i + sense.length, self._before(i)
        if before in ("ذلك", "تلك") or self._sense(i - 1, "paper_head"):
            return False
        if sense.value == 0 and self._norm(end - 1) == "اليوم":
            if self._weekday_name(end) or self._is(end, "("):
                return True
            if self._sense(end, "the_ordinal", "the_cardinal", "same_after", "day_name") or self._step(end):
                return False
            if self._is(end, "الذي"):
                return False
            if self._is(end, '"', "»", "”") and self._quote_opens_near(i):
                return False
            return not self._known(i - 1).get("not_day") and not (before == "هذا" and self._is(i - 2, "مثل"))
        if self._norm(end - 1) == "الليله" and self._is(end, "التي"):
            return False
        if sense.length == 1 and self._norm(i) in ("الغد", "باكر", "بكره", "بكرا"):
            return self.general or self._known(i - 1).get("day_part") is not None
        if self._norm(i) == "الامس" and sense.length == 1:  # «أعداء الأمس» are those of the past
            if self._is(i + 1, "القريب"):
                return False
            return self._is(i - 1, "ب") or self._known(i - 1).get("day_part") is not None or self._fragment(i, i + 1)
        return True

    def _quote_opens_near(self, i: int) -> bool:
        """Whether a quotation of at most three words ends with atom i: the name of a newspaper rather than a day."""
        return any(self._is(i - back, '"', "«", "“") for back in (2, 3))
