"""English words of time that name a length of time from now."""

from __future__ import annotations

import re

from edge.language.when_calendar import DAYS_WEEK, next_week_day
from edge.language.when_en import NUMBER, WEEK_DAY, WEEK_DAYS, number, week_day_index
from edge.language.when_holidays import DAY
from edge.language.when_parts import Interval, TimeParts
from edge.language.when_rules import Match, rule

UNIT = (
    r"(?P<unit>(?:working|business|work)[- ]days?|min(?:ute)?s?|hours?|hrs?|days?|weeks?|fortnights?|months?|years?)\b"
)
DAYS = {"day": 1, "week": DAYS_WEEK, "fortnight": 2 * DAYS_WEEK}
MONTHS = {"month": 1, "year": 12}
DAYS_HALF_MONTH = 15
# Lengths that are no due times: what recurs, has been, is guaranteed or paid over, or shifts another time.
NO_DUE_BEFORE = re.compile(
    r"\b(?:every|each|per|past|last|previous|for|since|takes?|took|taken|taking|spen[dt]|spending|waited|waiting|wait"
    r"|been|about a|over|more than|less than|under|than|first|another|extra|of|nearly|almost|only|not|late by"
    r"|minimum|costs?|lasts?|lasted|runs?|ran|was|were|had|paid|pay|the|these|those|an?)\s+$",
    re.IGNORECASE,
)
NO_DUE_AFTER = re.compile(
    r"[- ]?(?:old|of (?!receipt|delivery|payment|order)|warranty|guarantee|trial|contract|plan|term|cover|long|late"
    r"|early|before|notice|behind|away|per|each|worth|free|longer|extra|cooling|return|in a row|straight"
    r"|on (?:hold|the)|a (?:day|week|month|year)|shelf|courses?|programme|program|window)\b",
    re.IGNORECASE,
)
CLAUSE_END = re.compile(r"\s*(?:[,.!;]|$|max|tops|at most)")
EVENT_AFTER = re.compile(
    rf"\s*(?:of|from|after|following|once|upon) (?!now|today|tomorrow|then|that|this|{'|'.join(WEEK_DAYS)})[a-z]+",
    re.IGNORECASE,
)
EVENT_BEFORE = re.compile(
    r"\b(?:once|after|as soon as) [^,.;?!]{3,40},? (?:then )?(?:it'?s |it'll be |you'?ll have it |we'?ll )?$",
    re.IGNORECASE,
)


def read_interval(match: Match) -> TimeParts | None:
    """“within 48 hours”, “in a couple of days”, “3-5 business days”; of an event they count from it."""
    if re.match(r"\s+ago\b", match.after, re.IGNORECASE):
        return TimeParts(past=True)
    unit = match.get("unit").lower().rstrip("s")
    if not (match.get("lead") or match.get("later")) and not _alone_is_due(match, unit):
        return None
    count = number(match.get("more") or match.get("count") or "one")
    count += 0.5 if match.get("half") or match.get("half_after") else 0.0
    interval = _interval(count, unit)
    if interval is None:
        return None
    tied = EVENT_AFTER.match(match.after) is not None or EVENT_BEFORE.search(match.before) is not None
    return TimeParts(interval=interval, tied=tied)


def read_quarters(match: Match) -> TimeParts:
    """“a quarter of an hour”, “three quarters of an hour”."""
    return TimeParts(interval=Interval(minutes=45 if match.get("quarters").lower().startswith("three") else 15))


def read_from_day(match: Match) -> TimeParts:
    """“a week from tomorrow”, “two weeks on Friday”."""
    days = round(number(match.get("count")) * DAYS[match.get("unit").lower().rstrip("s")])
    if match.get("weekday"):
        return TimeParts(day=next_week_day(match.today, index=week_day_index(match.get("weekday"))) + days * DAY)
    return TimeParts(day=match.today + (days + int("tomorrow" in match.words.lower())) * DAY)


def _alone_is_due(match: Match, unit: str) -> bool:
    """Whether a length that nothing leads in (“Five minutes, I'll ring you back”) is a due time."""
    if match.get("count").lower() in ("a", "an") and not (match.get("more") or match.get("half_after")):
        return False
    if NO_DUE_BEFORE.search(match.before) or NO_DUE_AFTER.match(match.after):
        return False
    return unit not in ("week", "month", "year") or CLAUSE_END.match(match.after) is not None


def _interval(count: float, unit: str) -> Interval | None:
    if not count:
        return None
    if unit.startswith(("min", "hour", "hr")):
        return Interval(minutes=count * (1 if unit.startswith("min") else 60))
    if unit.startswith(("working", "business", "work")):
        return Interval(workdays=max(1, int(count)))
    if unit in MONTHS:
        months = count * MONTHS[unit]
        return Interval(months=int(months), days=DAYS_HALF_MONTH if months % 1 else 0)
    days = count * DAYS[unit]  # half a day is still today
    return Interval(days=int(days + 0.5) if days > 1 else int(days))


RULES = (
    rule(
        r"\b(?:(?P<lead>within|in|inside|over|give (?:me|us|it|him|her|them)|after)\s+"
        r"(?:about |around |under |maybe |roughly |probably )?(?:the next\s+)?)?"
        rf"(?:{NUMBER}\s*(?:to|-|–|or)\s*)??(?<![0-9.])(?P<count>{NUMBER})(?P<half> and a half)?[\s-]*(?:more )?{UNIT}"
        r"(?P<half_after> and a half)?(?: or (?:so|(?P<more>two|three)))?(?:'s|')?"
        r"(?P<later>\s+(?:from now|later|time\b))?",
        read_interval,
    ),
    rule(r"\b(?:(?:within|in) )?(?P<quarters>three quarters|(?:a )?quarter) of an hour\b", read_quarters),
    rule(r"\b(?:by |on )?(?:the )?(?P<lead>next) (?P<unit>(?:working|business) day)\b", read_interval),
    rule(rf"\b(?P<lead>within|inside) (?:the|this) (?:next )?{UNIT}", read_interval),
    rule(
        rf"\b(?:in )?(?P<count>{NUMBER}) (?P<unit>days?|weeks?|fortnights?) (?:(?:from|on) )?"
        rf"(?:today|tomorrow|{WEEK_DAY})",
        read_from_day,
    ),
)
