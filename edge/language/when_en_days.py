"""English words of time that name a day, or a week, month, quarter or year by its last day."""

from __future__ import annotations

import re
from datetime import date

from edge.language.when_calendar import (
    DAYS_WEEK,
    EARLY_END,
    MIDDLE,
    month_day,
    month_end,
    month_first,
    named_month,
    named_quarter_end,
    next_week_day,
    nth_week_day,
    quarter_end,
    week_day,
    year_day,
)
from edge.language.when_en import LEAD, UNITS, WEEK_DAY, unless_told, week_day_index
from edge.language.when_holidays import DAY
from edge.language.when_parts import TimeParts
from edge.language.when_rules import Match, constant, rule

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
    "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
WEDNESDAY, FRIDAY, SUNDAY = 2, 4, 6


def read_relative(match: Match) -> TimeParts:
    """“tomorrow”, “tonight”, “the day after tomorrow”, “this afternoon”."""
    words = match.words.lower()
    days = 2 if "after tomorrow" in words else int("tomorrow" in words)
    part = "evening" if "tonight" in words else match.get("part").lower() or None
    return TimeParts(day=match.today + days * DAY, part=part)


def _month(match: Match) -> int:
    name = match.get("month").lower()[:3]
    return next(month for month, each in enumerate(MONTHS, start=1) if each.startswith(name))


def read_week_day(match: Match) -> TimeParts:
    """“Friday”, “next Friday”, “Friday week”, “Tuesday of next week”."""
    index, which = week_day_index(match.get("weekday")), match.get("which").lower()
    if "next" in which or "following" in which or match.get("next_week"):
        day = week_day(match.today, index=index, weeks=1)
    elif which == "this":
        day = week_day(match.today, index=index, weeks=0)
    else:
        day = next_week_day(match.today, index=index)
    day += DAYS_WEEK * DAY if match.get("week_later") else 0 * DAY
    return unless_told(match, TimeParts(day=day, any_week=not which))


def read_week_day_of_month(match: Match) -> TimeParts:
    """“the first Monday of June”, “the second Friday of next month”."""
    first = month_first(match.today, months=int(match.get("months").lower() == "next"))
    if match.get("month"):
        first = named_month(match.today, month=_month(match))
    nth = ORDINALS.index(match.get("nth").lower()) + 1
    return TimeParts(day=nth_week_day(first, index=week_day_index(match.get("weekday")), nth=nth))


def read_week(match: Match) -> TimeParts:
    """“this week”, “early next week”, “the end of the week” (its Friday), “the week after next”, “the weekend”."""
    words, stage = match.words.lower(), match.get("stage").lower()
    weeks = 2 if "after next" in words else int("next" in words)
    index = SUNDAY
    if "end of" in stage or "late" in stage:
        index = FRIDAY
    elif stage:
        index = WEDNESDAY
    return TimeParts(day=week_day(match.today, index=index, weeks=weeks))


def read_month(match: Match) -> TimeParts:
    """“the end of next month”, “month-end”, “mid-January”, “early June”, “in May”; “by May” ends with April."""
    words, stage = match.words.lower(), match.get("stage").lower()
    first = month_first(match.today, months=int("next" in words))
    if match.get("month"):
        first = named_month(match.today, month=_month(match))
    if match.get("bound"):
        return TimeParts(day=first - DAY)
    if "mid" in stage:
        return TimeParts(day=first.replace(day=MIDDLE))
    early = re.search(r"early|start|beginning|first", stage)
    return TimeParts(day=first.replace(day=EARLY_END) if early else month_end(first))


def read_quarter(match: Match) -> TimeParts:
    """“the end of the quarter”, “next quarter”, “Q3”."""
    if match.get("quarter"):
        return TimeParts(day=named_quarter_end(match.today, quarter=int(match.get("quarter"))))
    return TimeParts(day=quarter_end(match.today, quarters=int("next" in match.words.lower())))


def read_year(match: Match) -> TimeParts:
    """“the end of the year”, “year-end”, “next year”, “mid-year”."""
    year = match.today.year + int("next" in match.words.lower())
    return TimeParts(day=date(year, 6, 30) if "mid" in match.get("stage").lower() else date(year, 12, 31))


def read_date(match: Match) -> TimeParts:
    """“the 15th”, “June the 3rd”, “15 June”, “the 5th of next month”."""
    words = match.get("date").lower().replace(" ", "-")
    day = ORDINALS.index(words) + 1 if words in ORDINALS else int(re.sub(r"\D", "", words))
    if match.get("month"):
        month = _month(match)
        return unless_told(match, TimeParts(day=year_day(match.today, month=month, day=day)))
    months = {"next": 1, "this": 0}.get(match.get("months").lower())
    return unless_told(match, TimeParts(day=month_day(match.today, day=day, months=months)))


def read_festival(match: Match) -> TimeParts:
    """“by Christmas” is that day, “before Christmas” and “by Christmas Eve” the day before."""
    words = match.words.lower()
    month, day = (12, 25) if "christmas" in words else (1, 1)
    at = year_day(match.today, month=month, day=day)
    return TimeParts(day=at - DAY if words.endswith("eve") or words.startswith("before") else at)


MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
# Short names only in dates: “may” and “mar” are words of their own.
MONTH_SHORT = rf"(?P<month>(?:{'|'.join(MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)(?![a-z]))"
ORDINAL = (
    rf"(?P<date>[0-9]{{1,2}}(?:st|nd|rd|th)|"
    rf"{'|'.join(sorted(ORDINALS, key=len, reverse=True)).replace('-', '[- ]')})"
)
BY = r"(?:\b(?:by|before|in|within|during|over|at|on|until|till) )?"
STAGE = (
    r"(?:the )?\b(?P<stage>early|mid|(?:the )?middle of|later?|(?:the )?end of|(?:the )?start of|(?:the )?beginning of"
    r"|first half of|second half of|back end of)[ -](?:in |on )?(?:the )?(?:current )?"
)
# “the first thing”, “the second time”: no day of the month.
NO_DATE_AFTER = (
    r"(?!\s+(?:time|one|floor|thing|lane|call|person|week|day|month|year|quarter|half|party|option|place|step|visit|few"
    rf"|couple|{UNITS}|of|[a-z]+ing)\b)"
)
RULES = (
    rule(
        rf"{LEAD}\b(?:the day after tomorrow|tomorrow|tonight|(?:later |(?:by |before )?(?:the )?end of )?today"
        r")\b(?!'s)|\b(?:by |later |before the end of )?this (?P<part>morning|afternoon|evening)\b",
        read_relative,
    ),
    rule(
        rf"{LEAD}(?:\b(?P<which>next|this coming|this|coming|following) )?\b{WEEK_DAY}"
        r"(?:(?P<next_week>,? (?:of |in )?next week)|(?P<week_later> week)\b(?!'s)|)",
        read_week_day,
    ),
    rule(
        rf"{LEAD}\b(?:the )?(?P<nth>first|second|third|fourth) {WEEK_DAY} (?:of|in) "
        rf"(?:{MONTH}|(?P<months>this|next) month)\b",
        read_week_day_of_month,
    ),
    rule(rf"{LEAD}(?P<which>next) week,? (?:on )?{WEEK_DAY}", read_week_day),
    rule(rf"{BY}(?:{STAGE}(?:this |next )?|\b(?:this |next ))week(?:'s end)?\b(?!s|ly|end)", read_week),
    rule(rf"{BY}(?:the )?\bweek after next\b", read_week),
    rule(rf"{BY}\b(?:the |this |next |this coming )weekend\b", read_week),
    rule(rf"{BY}(?:{STAGE}(?:this |next )?|\b(?:this |next ))month(?:'s end|[- ]end)?\b", read_month),
    rule(rf"{BY}{STAGE}{MONTH}\b|\b(?:by |before )?(?:the )?month[- ]end\b", read_month),
    rule(r"\b(?:by |before )?(?P<stage>mid)-?month\b", read_month),
    rule(rf"\b(?:in|during|sometime in) {MONTH}\b(?! [0-9])", read_month),
    rule(rf"\b(?P<bound>by|before) {MONTH}\b(?! (?:[0-9]|the ))", read_month),
    rule(rf"{BY}(?:{STAGE}(?:this |next )?|\b(?:this |next ))quarter(?:'s end|[- ]end)?\b(?!ly)", read_quarter),
    rule(
        rf"{BY}(?:(?:the )?end of )?\bq(?P<quarter>[1-4])\b|\b(?:by |before )?(?:the )?quarter[- ]end\b", read_quarter
    ),
    rule(rf"{BY}(?:{STAGE}(?:this |next )?|\b(?:this |next ))year(?:'s end|[- ]end)?\b(?!ly)", read_year),
    rule(r"\b(?:by |before )?(?:the )?year[- ]end\b", read_year),
    rule(rf"{LEAD}\b(?:the )?{ORDINAL}(?: of)? {MONTH_SHORT}", read_date),
    rule(rf"{LEAD}\b(?P<date>[0-9]{{1,2}}) (?:of )?{MONTH_SHORT}", read_date),
    rule(rf"{LEAD}\b{MONTH_SHORT} (?:the )?{ORDINAL}\b", read_date),
    rule(rf"{LEAD}\b{MONTH_SHORT} (?P<date>[0-9]{{1,2}})\b(?![:%])", read_date),
    rule(rf"{LEAD}\bthe {ORDINAL}\b(?: of (?P<months>this|next) month)?{NO_DATE_AFTER}", read_date),
    rule(rf"\b(?:by|before|on|until|till) {ORDINAL}\b(?=[,.;!?]|$| (?:and|i|we|at)\b)", read_date),
    rule(rf"{LEAD}(?P<months>next) month,? on the {ORDINAL}\b", read_date),
    rule(
        r"\b(?:by|before|on|until|till) (?:christmas(?: eve| day)?|(?:the )?new year(?:'?s)?(?: eve| day)?)\b",
        read_festival,
    ),
    rule(
        r"\b(?:yesterday|last (?:week|month|year|night|time|summer|winter|spring|autumn|fall|quarter)|the other day"
        r"|earlier (?:today|this week)|(?:a|some) (?:while|time) (?:ago|back))\b",
        constant(TimeParts(past=True)),
    ),
    rule(
        r"\b(?:every|each)(?: other| single)? "
        r"(?:day|week|month|morning|evening|afternoon|night|hour|year|quarter|weekday)\b"
        r"|\b(?:daily|weekly|monthly|nightly|the day before|the night before)\b",
        constant(TimeParts(tied=True)),
    ),
)
