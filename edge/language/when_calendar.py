"""The days that words like “下周三”, “月底” and “三号” stand for, counted from the call's day."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

DAYS_WEEK = 7
MONTHS_YEAR = 12
MONTHS_QUARTER = 3
# A month's thirds, as 上旬, 中旬 and 下旬 divide it; its middle is the 15th.
EARLY_END, MIDDLE, MIDDLE_END = 10, 15, 20


def week_day(today: date, *, index: int, weeks: int) -> date:
    """A day (Monday is 0) of the ISO week that many weeks after today's."""
    return today + timedelta(days=index - today.weekday() + DAYS_WEEK * weeks)


def next_week_day(today: date, *, index: int) -> date:
    """The first such day after today: on a Monday nobody calls the day itself “周一”."""
    return today + timedelta(days=(index - today.weekday() - 1) % DAYS_WEEK + 1)


def nth_week_day(first: date, *, index: int, nth: int) -> date:
    """“十二月第一个礼拜一”: first is the month's first day, nth counts from 1. Raises: ValueError past the month."""
    days = (index - first.weekday()) % DAYS_WEEK + DAYS_WEEK * (nth - 1)
    return first.replace(day=first.day + days)


def month_first(today: date, *, months: int = 0) -> date:
    """The first day of the month that many months after today's."""
    count = today.year * MONTHS_YEAR + today.month - 1 + months
    return date(count // MONTHS_YEAR, count % MONTHS_YEAR + 1, 1)


def month_end(today: date, *, months: int = 0) -> date:
    """The last day of the month that many months after today's."""
    first = month_first(today, months=months)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def same_day_later(today: date, *, months: int) -> date:
    """The same day of the month, that many months later; the month's last where it has no such day."""
    last = month_end(today, months=months)
    return last.replace(day=min(today.day, last.day))


def month_day(today: date, *, day: int, months: int | None = None) -> date:
    """“三号”: the first from today on; months chooses the month (“下个月三号” is 1).

    Raises: ValueError where the month has no such day.
    """
    if months is not None:
        return month_first(today, months=months).replace(day=day)
    for later in range(MONTHS_YEAR):
        first = month_first(today, months=later)
        if day <= month_end(first).day and first.replace(day=day) >= today:
            return first.replace(day=day)
    raise ValueError(f"no month has a day {day}")


def year_day(today: date, *, month: int, day: int, year: int | None = None) -> date:
    """“五月八号”: the first from today on, or that of a year.

    Raises: ValueError where there is no such day.
    """
    if year is not None:
        return date(year, month, day)
    dated = date(today.year, month, day)
    return dated if dated >= today else date(today.year + 1, month, day)


def named_month(today: date, *, month: int, year: int | None = None) -> date:
    """The first day of “三月”: this year's while it lasts, else the next year's.

    Raises: ValueError where there is no such month.
    """
    if year is not None:
        return date(year, month, 1)
    return date(today.year + (month < today.month), month, 1)


def quarter_end(today: date, *, quarters: int = 0) -> date:
    """The last day of the quarter that many quarters after today's."""
    return month_end(today, months=(MONTHS_QUARTER - today.month) % MONTHS_QUARTER + MONTHS_QUARTER * quarters)


def named_quarter_end(today: date, *, quarter: int, year: int | None = None) -> date:
    """The last day of “三季度”: the first from today on, or that of a year. Raises: ValueError past the fourth."""
    end = month_end(date(year or today.year, quarter * MONTHS_QUARTER, 1))
    return end if year is not None or end >= today else month_end(date(today.year + 1, quarter * MONTHS_QUARTER, 1))
