"""Rules for stretches of the calendar: weeks, months, years and longer, counted days, turns («أول جمعة من …») and feasts."""

from __future__ import annotations

from dataclasses import replace

from pipeline.dates import expressions as ex
from pipeline.dates.days import DayRules
from pipeline.dates.expressions import Year
from pipeline.dates.reader import DASHES, NUMBERS, Number, Read


class PeriodRules(DayRules):
    """What a period is written as."""

    _year_end = -9  # the atom after the last year that was read

    def _one_unit(self, i: int) -> Read | None:
        at = self._skip_kind(i, "demonstrative")
        unit = self._sense(at, "the_unit")
        if not unit or unit.note != "singular" or unit.value not in ("week", "decade", "century", "day"):
            return None
        name, end = str(unit.value), at + unit.length
        if at > i:
            return Read(ex.Unit(name), end, name) if name != "day" else None
        if self._sense(end, "same_after"):
            return Read(ex.Last(name), end + 1, "same") if name in ("day", "week") else None
        step = self._step(end)
        if not step:
            return None
        (steps, following), end = step
        if name == "day":
            return (
                Read(ex.Deictic(steps, following=True), end, "following")
                if steps and (following or steps < 0 or self.general)
                else None
            )
        if name == "week" and not following:
            inside = self._in_week(end, steps)
            if inside:
                return inside
        return Read(ex.Unit(name, steps, following), end, name)

    def _in_week(self, i: int, steps: int) -> Read | None:
        """Read the weekdays after a week: «الأسبوع الماضي الأحد», «الأسبوع الماضي بين الجمعة والأحد»."""
        name = self._weekday_name(self._skip(i, "يوم"))
        if name:
            return Read(ex.Weekday(name[0], week=steps), name[1], "weekday")
        between = self._sense(i, "between", "from")
        first = self._weekday_name(i + between.length) if between else None
        joint = self._skip(first[1], "و") if first else i
        if first and joint == first[1]:
            joint = self._skip_kind(joint, "to")
        last = self._weekday_name(joint) if first and joint > first[1] else None
        return Read(ex.InWeek(steps, first[0], last[0]), last[1], "weekdays") if first and last else None

    def _week_of(self, i: int) -> Read | None:
        unit = self._sense(i, "unit")
        if not unit or unit.value != "week" or unit.note != "singular":
            return None
        date = self._date(i + unit.length)
        return Read(ex.WeekOf(date.node), date.end, "week") if date and self._plain_day(date) else None

    def _weekend(self, i: int) -> Read | None:
        sense = self._sense(i, "weekend")
        if not sense:
            return None
        end = i + sense.length
        step = self._sense(end, "direction")
        return Read(ex.Unit("weekend", int(step.value) if step else 0), end + (step.length if step else 0), "weekend")

    def _several_days(self, i: int) -> Read | None:
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
        return Read(ex.Window(count, sign, unit=unit), end, "counted")

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

    def _nth(self, i: int) -> Read | None:
        """Read «أول جمعة من يوليو», «الاثنين الأخير من شهر ثلاثة», «آخر يوم من الشهر الحالي», «الأسبوع الثالث من عام 2027», «العقد الأول من القرن
        العشرين»."""
        turn = self._sense(i, "ordinal")
        n = int(turn.value) if turn else 0
        at = i + (turn.length if turn else 0)
        what, weekday = "", 0
        named = self._weekday_name(self._skip(at, "يوم"), bare=True)
        unit = self._sense(at, "unit" if turn else "the_unit")
        if named:
            what, weekday, end = "weekday", named[0], named[1]
        elif unit and unit.note == "singular" and unit.value in ("day", "week", "decade"):
            what, end = str(unit.value), at + unit.length
        else:
            return None
        if not turn:
            after = self._sense(end, "the_ordinal")
            if not after:
                return None
            n, end = int(after.value), end + after.length
        at = self._skip(end, "من", "ب", "في", "ل")
        inside = self._longest(at, self._century, self._one_unit) if what == "decade" else self._inside(at)
        if what == "decade" and inside and inside.rule != "century":
            return None
        rule = "decade" if what == "decade" else "nth"
        return Read(ex.Nth(n, what, inside.node, weekday), inside.end, rule) if inside else None

    def _inside(self, i: int) -> Read | None:
        """Read the month or year that something is the n-th of."""
        month = self._month(i) or self._bare_month(i)
        if month:
            return Read(month[0], month[1], "month")
        year = self._year(i, bare=True)
        return Read(year[0], year[1], "year") if year else None

    def _season(self, i: int) -> Read | None:
        at = self._skip_kind(i, "demonstrative")
        sense = self._sense(at, "season")
        if not sense or self._month_name(at):
            return None
        name, end = str(sense.value), at + sense.length
        if at > i:
            return Read(ex.Season(name, steps=0), end, "season") if self._norm(at).startswith("ال") else None
        step = self._sense(end, "direction")
        if step and self._norm(at).startswith("ال"):
            return Read(ex.Season(name, steps=int(step.value)), end + step.length, "season")
        year = self._year(self._skip(end, "من", "ل"))
        return Read(ex.Season(name, year[0]), year[1], "season") if year else None

    def _same_day(self, i: int) -> Read | None:
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
            return Read(ex.Anniversary(str(unit.value), year[0]), year[1], "same")
        return Read(ex.Last(str(unit.value)), end, "same")

    def _decade(self, i: int) -> Read | None:
        at = self._skip_kind(i, "head")
        thousand = self._sense(at, "cardinal", "the_cardinal")
        if self.general and thousand and thousand.value == 2000 and self._is(at + 1, "و"):
            tens = self._sense(at + 2, "decade")
            return Read(ex.Decade(2000 + int(tens.value)), at + 2 + tens.length, "decade") if tens else None
        sense = self._sense(at, "decade")
        if not sense or int(sense.value) < 20:
            return None
        end = at + sense.length
        century = self._sense(self._skip(end, "من"), "the_unit")
        if century and century.value == "century":
            where = self._skip(end, "من") + century.length
            step = self._sense(where, "direction")
            if step:
                return Read(ex.Decade(int(sense.value), int(step.value)), where + step.length, "decade")
            number = self._words(where)
            if number:
                return Read(ex.Decade((number.value - 1) * 100 + int(sense.value)), number.end, "decade")
        second = self._sense(end + 1, "decade") if self._is(end, "و") else None
        if second and second.value == int(sense.value) + 10:  # «خمسينيات وستينيات القرن الماضي»
            both = self._decade(end + 1)
            if both and isinstance(both.node, ex.Decade) and both.end > end + 1 + second.length:
                start = replace(both.node, start=both.node.start - 10)
                return Read(ex.Range(start, both.node), both.end, "decades")
        if self._is(end, "من") and self._norm(end + 1).startswith(("عمر", "العمر")):
            return None
        if not self._norm(at).startswith("ال") and not self.general:
            return None
        return Read(ex.Decade(int(sense.value)), end, "decade")

    def _century(self, i: int) -> Read | None:
        unit = self._sense(i, "the_unit")
        if not unit or unit.value != "century":
            return None
        at = self._skip(i + unit.length, "ال")
        digits = self._digits(at, 2)
        number = Number(digits, at + 1, True, True, True) if digits else self._words(at)
        if not number or not 1 <= number.value <= 30 or self._sense(number.end, "era"):
            return None
        end = None
        if unit.note == "dual" and self._is(number.end, "و"):
            second = self._words(number.end + 1)
            if second and number.value < second.value <= 30:
                number, end = number._replace(end=second.end), second.value
        return Read(ex.Century(number.value, end), number.end, "century")

    def _fraction(self, i: int) -> Read | None:
        """Read a half, third or quarter: «الربع الثالث من عام 2016», «النصف الأول للعام الجاري», «الربع الماضي»."""
        at = self._skip_kind(i, "demonstrative")
        sense = self._sense(at, "quarter")
        if not sense and "time_preposition" in self._known(i - 1):  # «خلال الثلاثي الأول», not «الاجتماع الثلاثي الأول»
            sense = self._sense(i, "term")
        if not sense:
            return None
        step = self._sense(at + sense.length, "direction")
        if at > i or (step and step.note == "now"):
            end = at + sense.length + (step.length if step and at == i else 0)
            steps = int(step.value) if step and at == i else 0
            return Read(ex.Quarter(steps), end, "fraction") if int(sense.value) == 3 else None
        turn = self._sense(i + sense.length, "the_ordinal")
        if not turn:
            return None
        end = i + sense.length + turn.length
        at = self._skip(end, "من", "ل")
        year = self._year(at, bare=at > end) or ((Year(), end) if self.general and at == end else None)
        if not year:
            return None
        return Read(ex.Fraction(int(sense.value), int(turn.value), year[0]), year[1], "fraction")

    def _festival(self, i: int) -> Read | None:
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
            return Read(replace(node, direction=int(step.value)), end + step.length, "festival")
        year = self._year(self._skip(end, "من", "ل", "في"))
        if year:
            return Read(replace(node, year=year[0]), year[1], "festival")
        placed = (at == i or turn) and (
            turn or self.general or self._known(i - 1).get("time_preposition") or self._norm(i) == "يوم"
        )
        return Read(node, end, "festival") if placed else None

    def _years(self, i: int) -> Read | None:
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
                return Read(ex.Range(first[0], second[0]), second[1], "years")
            return Read(first[0], first[1], "year")
        span = self._year_span(i)
        if span:
            return span
        year = self._year(i)
        if not year:
            return None
        bare = self._at(i).kind == "number" or self._sense(i, *NUMBERS)
        if bare and not self._year_in_place(i, year[1]):
            return None
        return Read(year[0], year[1], "year")

    def _pairs(self, first: int, second: int, joint: int) -> bool:
        return second > first and (second == first + 1 or not self._is(joint, "و"))

    def _year_span(self, i: int) -> Read | None:
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
                    return Read(ex.Range(Year(pair[0].number), Year(more[0].end)), more[1], "years")
            return Read(replace(pair[0], end=last), pair[1], "years")
        if len(self._norm(i)) != 4 or len(self._norm(i + 2)) != 4 or not (1800 <= first < second <= 2199):
            return None
        if self._norm(i + 3) in DASHES and self._touches(i + 3) and self._at(i + 4).kind == "number":
            return None
        return Read(ex.Range(Year(first), Year(second)), i + 3, "years")

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

    def _month_alone(self, i: int) -> Read | None:
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
                return Read(replace(month, direction=second[0].direction, end=second[0]), second[1], "month")
        return Read(month, end, "month")

    def _two_months(self, i: int) -> Read | None:
        first = self._month_name(i)
        if not first:
            return None
        at = self._skip(first.end, "و", *DASHES)
        second = self._month(at) if at > first.end else None
        if not second or not second[0].number:
            return None
        start = replace(second[0], number=first.number, end=None)
        return Read(ex.Range(start, second[0]), second[1], "months")
