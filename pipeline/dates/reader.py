"""What the rules of the grammar read with: atoms and their senses, numbers, years and months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from pipeline.dates.expressions import Convention, Month, Node, Year
from pipeline.dates.lexicon import Atom, Sense, scan, senses

NUMBERS = ("cardinal", "ordinal", "the_cardinal", "the_ordinal")
DASHES = ("-",)  # the matching form has but one
_END = Atom(-1, -1, "\n", "break")
_NOTHING: dict[str, Sense] = {}


class Number(NamedTuple):
    """A number and the atom after it; `definite`: it has the article."""

    value: int
    end: int
    ordinal: bool
    definite: bool
    digits: bool


class MonthName(NamedTuple):
    """A month and the atom after it. `support`: what the name alone needs to be read as a month: "no", "yes" (a preposition), "strong"
    (more than that), "exact" (its own spelling); "given" where it has it."""

    number: int
    calendar: str
    end: int
    support: str


class Read(NamedTuple):
    """What a rule read, and the atom after it."""

    node: Node
    end: int
    rule: str
    weekday: int = 0


class Reader:
    """A text as atoms, and the small rules that read numbers, years and months from atom i on: each answers with what it read and where it ended."""

    def __init__(self, text: str, convention: Convention) -> None:
        self.text = text
        self.atoms = scan(text)
        self.general = convention == "general"
        self._senses: list[dict[str, Sense] | None] = [None] * len(self.atoms)

    # -- atoms ---------------------------------------------------------------------------------------------------------

    def _at(self, i: int) -> Atom:
        return self.atoms[i] if 0 <= i < len(self.atoms) else _END

    def _norm(self, i: int) -> str:
        return self._at(i).norm

    def _touches(self, i: int) -> bool:
        """Whether atom i follows the one before without a space."""
        return i > 0 and self._at(i - 1).end == self._at(i).start

    def _known(self, i: int) -> dict[str, Sense]:
        """Return the senses that begin at atom i, the longest of each kind."""
        if not 0 <= i < len(self.atoms):
            return _NOTHING
        known = self._senses[i]
        if known is not None:
            return known
        atom = self.atoms[i]
        entries = senses(atom.norm) if atom.kind == "word" else ()
        found: dict[str, Sense] = {} if entries else _NOTHING
        for following, sense in entries:
            if sense.kind not in found and (
                not following or all(self._norm(i + 1 + k) == word for k, word in enumerate(following))
            ):
                found[sense.kind] = sense
        self._senses[i] = found
        return found

    def _sense(self, i: int, *kinds: str) -> Sense | None:
        """Return the longest sense at atom i of one of these kinds."""
        known = self._known(i)
        best: Sense | None = None
        if known:
            for kind in kinds:
                found = known.get(kind)
                if found and (best is None or found.length > best.length):
                    best = found
        return best

    def _is(self, i: int, *norms: str) -> bool:
        return self._norm(i) in norms

    def _skip(self, i: int, *norms: str) -> int:
        """Return the atom after atom i where that is one of these, else i."""
        return i + 1 if self._norm(i) in norms else i

    def _skip_kind(self, i: int, *kinds: str) -> int:
        sense = self._sense(i, *kinds)
        return i + sense.length if sense else i

    def _before(self, i: int) -> str:
        return self._norm(i - 1)

    # -- numbers -------------------------------------------------------------------------------------------------------

    def _digits(self, i: int, most: int = 4) -> int | None:
        """Return the whole number in digits at atom i, not part of a decimal, a fraction or a longer code."""
        atom = self._at(i)
        if atom.kind != "number" or len(atom.norm) > most:
            return None
        for mark, beyond in ((i - 1, i - 2), (i + 1, i + 2)):
            joined = self._touches(max(mark, i)) and self._touches(max(beyond, mark))
            if joined and self._at(beyond).kind == "number" and self._norm(mark) in (".", ",", "٫", "٬", "+", ":", "×"):
                return None
        if self._norm(i + 1) in ("%", "٪", "$", "€") or (
            self._touches(i) and self._norm(i - 1) in ("+", "$", "#", "€")
        ):
            return None
        return int(atom.norm)

    def _words(self, i: int) -> Number | None:
        """Return a number in words: «الحادي والعشرين», «ألفين وثلاثة»."""
        total = last = 0
        end = i
        ordinal = definite = False
        rising = True
        while True:
            at = end
            if end > i:
                if self._norm(at) != "و":
                    break
                at += 1
            sense = self._sense(at, *NUMBERS)
            if not sense or int(sense.value) < 0:
                break
            value, stop = int(sense.value), at + sense.length
            after = self._sense(stop, "cardinal", "the_cardinal")
            if after and value < 10 and after.value in (10, 100, 1000):
                value = value + 10 if after.value == 10 else value * int(after.value)
                stop += after.length
            if end == i:
                ordinal, definite = sense.kind.endswith("ordinal"), sense.kind.startswith("the_")
            elif not self._joins(total, last, value, rising):
                break
            rising = rising and value > total
            total, last, end = total + value, value, stop
        return Number(total, end, ordinal, definite, False) if end > i else None

    @staticmethod
    def _joins(total: int, last: int, value: int, rising: bool) -> bool:
        """Whether a number word goes on a number: units before tens, else from large to small, or all from small to large."""
        if last < 10 and 20 <= value <= 90:
            return True
        return last >= 1000 > value or 1000 > last >= 100 > value or (rising and value >= 100 and value > total)

    def _day_number(self, i: int) -> Number | None:
        """Return the number of a day of the month in digits or words: «13», «الـ13», «الثالث عشر», «غرة»."""
        if self._is(i, "ال") and self._at(i + 1).kind == "number":
            value = self._digits(i + 1, 2)
            found = Number(value, i + 2, True, True, True) if value is not None else None
        elif self._at(i).kind == "number":
            value = self._digits(i, 2)
            found = Number(value, i + 1, False, False, True) if value is not None else None
        else:
            found = self._words(i)
        return found if found and 1 <= found.value <= 31 else None

    # -- years ---------------------------------------------------------------------------------------------------------

    def _year_number(self, i: int, named: bool = False) -> tuple[Year, int] | None:
        """Return a year by its number, with its era; `named`: the word for year stands before it."""
        value = self._digits(i)
        end = i + 1
        if (
            value is not None
            and len(self._norm(i)) < 4
            and not (named and ((len(self._norm(i)) == 3 and self.general) or self._sense(end, "era")))
        ):
            return None
        if value is None:
            if not (named or self.general):
                return None
            found = self._year_words(i)
            if not found:
                return None
            value, end = found
        if not 1 <= value <= 2999 or (not named and not 1000 <= value <= 2199):
            return None
        if 1380 <= value <= 1450 and not self._sense(
            end, "era"
        ):  # a year of our days in the Hijri calendar, of the Middle Ages in the other
            return Year(value, calendar="hijri"), end
        era = self._sense(end, "era")
        title = era and self._norm(end) == "م" and self._norm(end + 1) == "." and not self._touches(end)  # «م. فلان»
        if era and not title:
            return Year(value, calendar=str(era.value)), end + era.length
        return Year(value), end

    def _year_words(self, i: int) -> tuple[int, int] | None:
        number = self._words(i)
        if not number or number.ordinal:
            return None
        if number.value >= 100:
            return number.value, number.end
        if 10 < number.value < 21:  # «تسعة عشر ثمانية وسبعون»: read as two pairs
            pair = self._words(self._skip(number.end, "و"))
            if pair and 10 <= pair.value <= 99:
                return number.value * 100 + pair.value, pair.end
        return None

    def _year(self, i: int, bare: bool = False) -> tuple[Year, int] | None:
        """Return a year phrase: «عام 2019», «العام الماضي», «هذه السنة», «نفس العام», «2019»; `bare` allows «العام» alone."""
        if self._sense(i, "demonstrative"):
            at = i + 1
            unit = self._sense(at, "the_unit")
            if unit and unit.value == "year" and unit.note == "singular":
                return Year(), self._skip_kind(at + unit.length, "fiscal")
            return None
        if self._sense(i, "same"):
            unit = self._sense(i + 1, "the_unit")
            return (Year(same=True), i + 2) if unit and unit.value == "year" else None
        unit = self._sense(i, "unit", "the_unit")
        if not unit or self._norm(i) == "عاما":
            return self._year_alone(i)
        if unit.value != "year" or unit.note != "singular":
            return None
        at = i + unit.length
        fiscal = self._skip_kind(at, "fiscal")
        if fiscal == at and self._norm(at) in ("الهجري", "الهجريه", "الميلادي", "الميلاديه"):
            number = self._year_number(at + 1, named=True)
            calendar = "hijri" if self._norm(at).startswith("الهجري") else "gregorian"
            return (replace(number[0], calendar=calendar), number[1]) if number else None
        pair = self._fiscal_pair(fiscal)
        if pair:
            return pair
        number = self._year_number(fiscal, named=True)
        if number:
            return number
        if unit.kind != "the_unit":
            return None
        if self._sense(at, "same_after"):
            return Year(same=True), at + 1
        step = self._step(fiscal)
        if step:
            (steps, following), end = step
            number = self._year_number(end)
            if number:
                return number
            kind = self._sense(at, "fiscal")
            return Year(steps=steps, following=following, academic=bool(kind and kind.value == "academic")), end
        return (Year(), at) if bare else None

    def _year_alone(self, i: int) -> tuple[Year, int] | None:
        """Return a year by its number without the word for it: of our centuries, or with its era, and not counting anything."""
        found = self._year_number(i)
        if not found or self._sense(found[1], "counted_thing"):
            return None
        year, end = found
        ours = year.number is not None and 1800 <= year.number <= 2199
        return found if ours or year.calendar == "hijri" or end > i + 1 else None

    def _fiscal_pair(self, i: int) -> tuple[Year, int] | None:
        """Return a year that runs over two: «2018/2019», «2021/2020», «2022/21», «18/2019»."""
        first, second = self._digits(i), self._digits(i + 2)
        if first is None or second is None or self._norm(i + 1) not in ("/", *DASHES):
            return None
        if first < 100 and second >= 1000:
            first += second // 100 * 100
        elif second < 100 and first >= 1000:
            second += first // 100 * 100
        low, high = sorted((first, second))
        if high - low != 1:
            return None
        if 1380 <= low <= 1450:
            return Year(low, end=high, calendar="hijri"), self._skip_kind(i + 3, "era")
        return (Year(low, end=high), i + 3) if 1800 <= low <= 2199 else None

    def _step(self, i: int) -> tuple[tuple[int, bool], int] | None:
        """Return steps from now and whether they count from the last date, of a word like «المقبل» or «الذي يليه»."""
        sense = self._sense(i, "direction", "following")
        if not sense or sense.note == "days":
            return None
        following = sense.kind == "following" or sense.note == "following"
        return (int(sense.value), following), i + sense.length

    # -- months --------------------------------------------------------------------------------------------------------

    def _month_name(self, i: int) -> MonthName | None:
        """Return a month by name or number, with its other names: «شهر أيلول/سبتمبر», «يونيو (حزيران)», «شهر ثلاثة», «الشهر الثامن»."""
        at, support = i, ""
        unit = self._sense(i, "unit", "the_unit")
        if unit and unit.value == "month" and unit.note == "singular":
            at, support = i + unit.length, "given"
        sense = self._sense(at, "month", "hijri_month")
        if not sense:
            return self._month_number(at, unit.kind == "the_unit") if unit and support else None
        end = at + sense.length
        calendar = "hijri" if sense.kind == "hijri_month" else "gregorian"
        other = self._other_name(end, int(sense.value)) if calendar == "gregorian" else end
        if other > end:
            support = "given"
        return MonthName(int(sense.value), calendar, other, support or sense.note)

    def _month_number(self, i: int, ordinal: bool) -> MonthName | None:
        digits = self._digits(i, 2)
        number = Number(digits, i + 1, False, False, True) if digits is not None else self._words(i)
        if not number or not 1 <= number.value <= 12 or number.ordinal != ordinal:
            return None
        if number.value == 1 and not number.digits and not ordinal:  # «شهر واحد» is a length of time
            return None
        return MonthName(number.value, "gregorian", number.end, "given")

    def _other_name(self, i: int, number: int) -> int:
        """Return the atom after a second name of the same month: after a slash or dash, in brackets, or bare."""
        opened = self._is(i, "(", "[")
        at = i + 1 if opened or self._is(i, "/", *DASHES) else i
        sense = self._sense(at, "month")
        if not sense or sense.value != number:
            return i
        end = at + sense.length
        if opened:
            return end + 1 if self._is(end, ")", "]") else i
        return end

    def _month(self, i: int, dated: bool = False) -> tuple[Month, int, str] | None:
        """Return a month with what follows it, and its support; `dated`: a day stands before it."""
        relative = self._relative_month(i)
        if relative:
            return (*relative, "given")
        name = self._month_name(i)
        if not name:
            return None
        month = Month(name.number, calendar=name.calendar)
        tail = self._tail(name.end, month, dated)
        if tail:
            return (*tail, "given")
        return month, name.end, name.support

    def _tail(self, i: int, month: Month, dated: bool) -> tuple[Month, int] | None:
        """Read what follows a month: a direction, a year, or both."""
        step = self._sense(i, "direction")
        if step and step.note != "days":
            end = i + step.length
            number = self._year_number(end)
            if number:
                return replace(month, year=self._of_calendar(number[0], month)), number[1]
            return replace(month, direction=int(step.value)), end
        at = self._skip(i, "من", "ل", "ب", "في")
        if at == i and (dated or (self._is(i, "/") and self._touches(i))):
            at = self._skip(i, "،", ",", "/", ".", *DASHES)
        found = self._year_number(at) or self._year(at)
        if not found and at > i and self._is(i, "من", "ل"):
            found = self._year(at, bare=True)
        if not found or (found[0].number is not None and found[0].number < 1000 and self._at(at).kind == "number"):
            return None
        end = found[1]
        if found[0].number is not None and self._sense(end, "direction"):
            end += 1
        return replace(month, year=self._of_calendar(found[0], month)), end

    @staticmethod
    def _of_calendar(year: Year, month: Month) -> Year:
        if month.calendar == "hijri" and year.calendar == "gregorian" and (year.number is None or year.number < 1600):
            return replace(year, calendar="hijri")
        return year

    def _relative_month(self, i: int) -> tuple[Month, int] | None:
        """Return «الشهر الجاري», «هذا الشهر», «الشهر نفسه», «نفس الشهر»."""
        at = self._skip_kind(i, "demonstrative")
        if at == i and self._sense(i, "same"):
            unit = self._sense(i + 1, "the_unit")
            return (Month(), i + 2) if unit and unit.value == "month" else None
        unit = self._sense(at, "the_unit")
        if not unit or unit.value != "month" or unit.note != "singular":
            return None
        end = at + unit.length
        if at > i:
            return Month(steps=0), end
        if self._sense(end, "same_after"):
            return Month(), end + 1
        step = self._step(end)
        if not step:
            return None
        (steps, _), end = step
        return Month(steps=steps), end

    def _longest(self, i: int, *rules: Callable[[int], Read | None]) -> Read | None:
        best: Read | None = None
        for rule in rules:
            read = rule(i)
            if read and (best is None or read.end > best.end):
                best = read
        return best

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
        half = self._sense(i + 1, "unit") if self._sense(i, "half") else None
        if half and half.value == "year" and half.note == "singular":
            return (6, "month"), i + 1 + half.length
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

    def _weekday_name(self, i: int, bare: bool = False) -> tuple[int, int] | None:
        """Return a weekday and the atom after it; with the article unless `bare`."""
        sense = self._sense(i, "weekday")
        if not sense or not (bare or self._norm(i).startswith("ال") or self._norm(i).isascii()):
            return None
        return int(sense.value), i + sense.length
