"""Festivals and working days: the Chinese calendar as published, and the days festivals fall on."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import chinese_calendar

FIXED = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "三八": (3, 8), "五一": (5, 1), "劳动节": (5, 1),
    "六一": (6, 1), "儿童节": (6, 1), "六一八": (6, 18), "618": (6, 18), "教师节": (9, 10), "国庆": (10, 1),
    "十一": (10, 1), "双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12), "平安夜": (12, 24),
    "圣诞": (12, 25),
}  # fmt: skip
SPRING = "春节"
# By the Chinese lunisolar calendar, which no library locked here computes; month and day, from 2024 on.
FIRST_YEAR = 2024
LUNAR = {
    SPRING: "0210 0129 0217 0206 0126 0213 0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 0212",
    "端午": "0610 0531 0619 0609 0528 0616 0605 0624 0612 0601 0620 0610 0530 0618 0607 0527 0614",
    "七夕": "0810 0829 0819 0808 0826 0816 0805 0824 0812 0801 0820 0810 0828 0817 0807 0826 0814",
    "中秋": "0917 1006 0925 0915 1003 0922 0912 1001 0919 0908 0927 0916 1004 0924 0913 1002 0920",
    "重阳": "1011 1029 1018 1008 1026 1016 1005 1024 1012 1001 1020 1009 1027 1017 1007 1026 1014",
}
# 清明 is the fifth of April, in leap years and the years after them the fourth (true until 2043).
TOMB_SWEEPING = "清明"
PUBLIC = ("元旦", SPRING, TOMB_SWEEPING, "五一", "端午", "中秋", "国庆")
NAMES = (*FIXED, *LUNAR, TOMB_SWEEPING)
WORKDAYS_MAX = 366  # a year's count of working days at most is resolved
DAY = timedelta(days=1)


def festival(name: str, today: date) -> date:
    """The first day of that festival from today on. Raises: ValueError past the years that are known."""
    for year in (today.year, today.year + 1):
        day = _festival(name, year)
        if day >= today:
            return day
    raise ValueError(f"{name}: not known after {today.year}")


def next_public(today: date) -> date:
    """The first public holiday's festival after today. Raises: ValueError past the years that are known."""
    return min(festival(name, today + DAY) for name in PUBLIC)


def days_off_start(day: date) -> date:
    """The first day off of the holiday around a day."""
    while not is_workday(day - DAY, chinese=True):
        day -= DAY
    return day


def days_off_end(day: date) -> date:
    """The last day off of the holiday around a day."""
    while not is_workday(day + DAY, chinese=True):
        day += DAY
    return day


def workday(day: date, count: int, *, chinese: bool) -> date:
    """The count-th working day after a day: by the Chinese calendar, or Monday to Friday.

    Raises: OverflowError past `WORKDAYS_MAX`.
    """
    if count > WORKDAYS_MAX:
        raise OverflowError(count)
    for _ in range(count):
        day += DAY
        while not is_workday(day, chinese=chinese):
            day += DAY
    return day


def is_workday(day: date, *, chinese: bool) -> bool:
    """Whether a day is worked; by the Chinese calendar in the years whose holidays are published."""
    if chinese:
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:  # not published yet
            pass
    return day.weekday() < calendar.SATURDAY


def _festival(name: str, year: int) -> date:
    if name in FIXED:
        return date(year, *FIXED[name])
    if name == TOMB_SWEEPING:
        return date(year, 4, 4 if year % 4 in (0, 1) else 5)
    days = LUNAR[name].split()
    if not 0 <= year - FIRST_YEAR < len(days):
        raise ValueError(f"{name}: not known in {year}")
    return date(year, int(days[year - FIRST_YEAR][:2]), int(days[year - FIRST_YEAR][2:]))
