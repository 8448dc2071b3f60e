"""English expressions of time: which words they are and which parts they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from edge.language.numerals import ENGLISH, en_number
from edge.language.when_parts import TimeParts, month_day, month_end, same_day_later, weekday

WEEK_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905  # a list of quoted months reads worse
)
ORDINALS = {
    word: value
    for value, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        start=1,
    )
} | {"thirtieth": 30, "thirty-first": 31}
PARTS = {
    "morning": "morning", "lunchtime": "noon", "lunch": "noon", "noon": "noon", "midday": "noon",
    "afternoon": "afternoon", "evening": "evening", "night": "evening", "tonight": "evening",
    "close of business": "afternoon", "cob": "afternoon", "end of business": "afternoon",
}  # fmt: skip
WORD = "|".join(sorted((re.escape(word) for word in ENGLISH), key=len, reverse=True))
NUMBER = rf"(?:[0-9]{{1,3}}|(?:twenty|thirty|forty|fifty)[- ](?:one|two|three|four|five|six|seven|eight|nine)|{WORD})"
ORDINAL = rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)|{'|'.join(ORDINALS)})"
LEAD = r"(?:\b(?:by|before|on|until|till)\s+)?"
PART = (
    r"(?:\s+(?:at\s+|by\s+|in\s+the\s+)?(?P<part>morning|lunchtime|noon|midday|afternoon|"
    r"evening|night|close of business))?"
)
CLOCK = (
    rf"(?:(?:at|by|before|from|around|about)\s+)?(?P<hour>[0-9]{{1,2}}|{WORD})(?:[:.](?P<minute>[0-9]{{2}}))?"
    r"\s*(?P<meridiem>a\.?m\.?|p\.?m\.?|o'clock)?"
)
DAY = re.compile(
    rf"{LEAD}(?:(?P<relative>\bthe day after tomorrow|\btomorrow|\btoday|\btonight)"
    rf"|\b(?P<weeks>next|this|coming)?\s*\b(?P<weekday>{'|'.join(WEEK_DAYS)})(?!s)"
    rf"|\b(?:the\s+)?end of (?:the |this )?(?P<end>day|week|month|year)|\b(?P<next>next (?:week|month))"
    rf"|\bthe\s+(?P<ordinal>{ORDINAL})(?:\s+of\s+(?P<of>{'|'.join(MONTHS)}))?\b(?!\s+(?:time|"
    rf"one|floor|thing|lane|call))"
    rf"|\b(?P<month>{'|'.join(MONTHS)})\s+(?:the\s+)?(?P<date>{ORDINAL}|[0-9]{{1,2}})\b){PART}"
    rf"(?:\s+(?=at|by|before|around|about)(?:{CLOCK}))?",
    re.IGNORECASE,
)
BARE_CLOCK = re.compile(
    rf"\b(?:by|before|at)\s+(?:(?P<part>noon|midday|lunchtime|close of business|cob)\b|(?P<hour>[0-9]{{1,2}}|{WORD})"
    r"(?:[:.](?P<minute>[0-9]{2}))?\s*(?P<meridiem>a\.?m\.?|p\.?m\.?|o'clock)?\b(?!\s*(?:%|"
    r"per|pounds|days?|weeks?|months?|hours?|minutes?|cent|or|of|and)))"
    r"|\b(?:this|in the) (?P<this>morning|afternoon|evening)\b",
    re.IGNORECASE,
)
INTERVAL = re.compile(
    rf"\b(?:(?P<lead>within|in|inside|after)\s+(?:the next\s+)?)?(?:(?P<low>{NUMBER})\s*(?:to|"
    rf"-|or)\s*)?(?P<count>{NUMBER})\s*"
    r"(?P<unit>(?:working|business)[- ]days?|minutes?|mins?|hours?|days?|weeks?|"
    r"months?)\b(?P<later>\s+(?:from now|later|time))?",
    re.IGNORECASE,
)
VAGUE = re.compile(
    r"\b(?:as soon as (?:possible|we can|i can)|asap|soon|shortly|right away|immediately|straight away|later on)\b",
    re.IGNORECASE,
)
PAST = re.compile(r"\b(?:last|yesterday|ago|since|every)\s*$", re.IGNORECASE)
HOUR_NOON = 12


def en_parts(text: str, started_at: datetime) -> Iterator[TimeParts]:
    """Find English expressions of time; they may overlap, the longer one is meant."""
    today = started_at.date()
    for match in DAY.finditer(text):
        parts = _day_parts(match, today)
        if parts is not None:
            yield parts
    for match in BARE_CLOCK.finditer(text):
        yield _clock_parts(match, match["part"] or match["this"])
    for match in INTERVAL.finditer(text):
        parts = _interval(match, today)
        if parts is not None:
            yield parts
    for match in VAGUE.finditer(text):
        yield TimeParts(start=match.start(), end=match.end(), vague=True)


def _day_parts(match: re.Match[str], today: date) -> TimeParts | None:
    try:
        day = _day(match, today)
    except (ValueError, OverflowError):
        return None
    word = match["part"] or ("tonight" if (match["relative"] or "").lower() == "tonight" else None)
    past = PAST.search(match.string[: match.start()]) is not None
    return replace(_clock_parts(match, word), day=day, past=past)


def _clock_parts(match: re.Match[str], word: str | None) -> TimeParts:
    part = PARTS.get(word.lower()) if word else None
    hour = en_number(match["hour"] or "")
    meridiem = (match["meridiem"] or "").lower().replace(".", "")
    if meridiem in ("am", "pm"):
        part = {"am": "morning", "pm": "afternoon"}[meridiem]
    whole = int(hour) if hour is not None and hour == int(hour) and hour <= 24 else None  # hours in a day
    return TimeParts(start=match.start(), end=match.end(), part=part, hour=whole, minute=int(match["minute"] or 0) % 60)


def _day(match: re.Match[str], today: date) -> date:
    if match["relative"]:
        days = {"the day after tomorrow": 2, "tomorrow": 1}.get(match["relative"].lower(), 0)
        return today + timedelta(days=days)
    if match["weekday"]:
        weeks = {"next": 1, "this": 0}.get((match["weeks"] or "").lower())
        return weekday(today, index=WEEK_DAYS.index(match["weekday"].lower()), weeks=weeks)
    if match["end"]:
        return _end(match["end"].lower(), today)
    if match["next"]:
        return _end(match["next"].split()[1].lower(), today, steps=1)
    month = match["of"] or match["month"]
    return month_day(
        today,
        month=MONTHS.index(month.lower()) + 1 if month else None,
        day=_ordinal(match["ordinal"] or match["date"]),
    )


def _end(unit: str, today: date, *, steps: int = 0) -> date:
    if unit == "week":
        return weekday(today, index=6 if steps else 4, weeks=steps)
    if unit == "month":
        return month_end(today, months=steps)
    return today if unit == "day" else date(today.year, 12, 31)


def _ordinal(text: str) -> int:
    return ORDINALS.get(text.lower(), 0) or int(re.sub(r"\D", "", text) or 0)


def _interval(match: re.Match[str], today: date) -> TimeParts | None:
    count, unit = en_number(match["count"]), match["unit"].lower()
    if count is None or not (match["lead"] or match["later"]):
        return None
    place = TimeParts(start=match.start(), end=match.end())
    if unit.startswith("min"):
        return replace(place, minutes=count)
    if unit.startswith("hour"):
        return replace(place, minutes=count * 60)
    if unit.startswith(("working", "business")):
        return replace(place, workdays=int(count))
    try:
        if unit.startswith("month"):
            return replace(place, day=same_day_later(today, months=int(count)))
        return replace(place, day=today + timedelta(days=round(count * (7 if unit.startswith("week") else 1))))
    except (ValueError, OverflowError):
        return None
