"""What the rules for English words of time share: names, numbers, and what stands around them."""

from __future__ import annotations

import re

from edge.language.numerals import ENGLISH, en_number
from edge.language.when_parts import TimeParts
from edge.language.when_rules import Match

WEEK_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = "one|two|three|four|five|six|seven|eight|nine"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORDS = "|".join(sorted((re.escape(word) for word in ENGLISH), key=len, reverse=True))
NUMBER = rf"(?:[0-9]{{1,3}}(?:\.[0-9])?|(?:{_TENS})(?:[- ](?:{UNITS}))?|{_WORDS})"
# “sat” and “sun” are words of their own.
WEEK_DAY = rf"(?P<weekday>(?:{'|'.join(WEEK_DAYS)})(?!s)|(?:mon|tues?|weds?|thurs?|fri)(?![a-z]))\b"
LEAD = r"(?:\b(?:by|before|on|until|till|no later than|from|for|over|during|come)(?: the)? )?"
DEADLINE = r"\b(?:by|before|until|till|no later than|at)(?: around| about)? "
_PAST_BEFORE = re.compile(r"\b(?:last|previous|since|ago)\s*$", re.IGNORECASE)
_RECURRING_BEFORE = re.compile(r"\b(?:every|each|any)(?: other| second)?\s*$", re.IGNORECASE)


def number(words: str) -> float:
    """Read a number, “seventy-two” and “1.5” as well; 0 where it is none."""
    if re.fullmatch(r"[0-9]+\.[0-9]", words):
        return float(words)
    tens, _, units = words.lower().replace("-", " ").partition(" ")
    if tens in ("seventy", "eighty"):
        return {"seventy": 70, "eighty": 80}[tens] + (en_number(units) or 0.0)
    return en_number(words) or 0.0


def week_day_index(name: str) -> int:
    """The place in the week of “Friday” or “Fri”; Monday is 0."""
    return next(index for index, day in enumerate(WEEK_DAYS) if day.startswith(name.lower()[:3]))


def unless_told(match: Match, parts: TimeParts) -> TimeParts:
    """What a day means after “last”, “since” or “every”; else the day itself."""
    if _PAST_BEFORE.search(match.before):
        return TimeParts(past=True)
    return TimeParts(tied=True) if _RECURRING_BEFORE.search(match.before) else parts
