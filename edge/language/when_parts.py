"""What one expression of time says, before it is resolved, and the days that words like “下周三” stand for."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta

DAYS_WEEK = 7
MONTHS_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeParts:
    """The parts of one expression of time; what it leaves open is None.

    part: "morning", "noon", "afternoon", "evening" or "dawn".
    hour, minute: as on the clock, 0 to 24 and 0 to 59.
    minutes: an interval from now. workdays: a count of working days from today.
    """

    start: int
    end: int
    day: date | None = None
    part: str | None = None
    hour: int | None = None
    minute: int = 0
    minutes: float | None = None
    workdays: int | None = None
    vague: bool = False
    past: bool = False

    def carrying(self, previous: TimeParts | None, *, part_of_day: bool) -> TimeParts:
        """Take the day from the words before (“下周二我到您厂里，上午十点”), in a range the part of day as well."""
        if previous is None or self.day or self.vague or self.minutes is not None or self.workdays is not None:
            return self
        if self.part is None and self.hour is None:
            return self
        inherits = part_of_day and self.part is None and self.hour is not None
        return replace(self, day=previous.day, past=previous.past, part=previous.part if inherits else self.part)

    def completing(self, previous: TimeParts) -> TimeParts:
        """Take the hour from the words right before a bare day (“by 3 pm tomorrow”)."""
        bare_day = self.day is not None and self.hour is None and self.part is None
        if not bare_day or previous.hour is None or previous.day is not None:
            return self
        return replace(self, start=previous.start, hour=previous.hour, minute=previous.minute, part=previous.part)


def weekday(today: date, *, index: int, weeks: int | None) -> date:
    """A day of the week (Monday is 0): weeks 0 is this ISO week's, 1 the next one's; None the first from today on."""
    monday = today - timedelta(days=today.weekday())
    if weeks is None:
        return today + timedelta(days=(index - today.weekday()) % DAYS_WEEK)
    return monday + timedelta(days=index + DAYS_WEEK * weeks)


def month_end(today: date, *, months: int) -> date:
    """The last day of the month that many months after today's."""
    first = month_first(today, months=months)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def month_first(today: date, *, months: int) -> date:
    """The first day of the month that many months after today's."""
    count = today.year * MONTHS_YEAR + today.month - 1 + months
    return date(count // MONTHS_YEAR, count % MONTHS_YEAR + 1, 1)


def same_day_later(today: date, *, months: int) -> date:
    """The same day of the month, that many months later; the month's last where it has no such day."""
    last = month_end(today, months=months)
    return last.replace(day=min(today.day, last.day))


def month_day(today: date, *, month: int | None, day: int, months: int = 0) -> date:
    """“三号”, “五月八号”: the first from today on; months moves to a later month (“下个月三号”).

    Raises: ValueError where there is no such day.
    """
    if month is not None:
        dated = date(today.year, month, day)
        return dated if dated >= today else date(today.year + 1, month, day)
    dated = month_first(today, months=months).replace(day=day)
    if months == 0 and dated < today:
        return month_first(today, months=1).replace(day=day)
    return dated
