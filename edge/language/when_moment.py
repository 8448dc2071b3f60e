"""From what words of time name to the moment they are due, by the codebook's rules and those of docs/language.md."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from edge.language.when_calendar import same_day_later
from edge.language.when_holidays import workday
from edge.language.when_parts import Interval, TimeParts

DAY_END = time(23, 59, 59)
PART_END = {
    "dawn": time(6), "morning": time(12), "noon": time(12), "afternoon": time(18), "evening": time(22),
    "midnight": DAY_END, "day": DAY_END,
}  # fmt: skip
HOUR_NOON = 12
HOURS_DAY = 24
NOON_HOUR_FIRST = 10  # 中午 is from ten to two
NIGHT_HOUR_END = 5  # “晚上一点” is in the night after that day
OFFICE_HOUR_FIRST = 7  # an hour from 1 to 6 without 上午/下午, on another day, is meant for the afternoon
DAYS_MAX = 3_660  # no promise of ten years and more is resolved


def due_at(parts: TimeParts, started_at: datetime, *, event_day: date | None = None) -> datetime | None:
    """Resolve one expression against the call's start; None where it names no moment, or one before the start.

    event_day: the day of the event that tied words count from, where it is said.
    """
    if parts.vague or parts.past or (parts.tied and (event_day is None or parts.interval is None)):
        return None
    try:
        moment = _moment(parts, started_at, event_day if parts.tied else None)
    except (OverflowError, ValueError):  # past the calendar's end
        return None
    if moment is None or moment < started_at or (moment - started_at).days > DAYS_MAX:
        return None
    return moment


def _moment(parts: TimeParts, started_at: datetime, event_day: date | None) -> datetime | None:
    day = parts.day
    if parts.interval is not None:
        if parts.interval.minutes:
            return None if event_day else started_at + timedelta(minutes=parts.interval.minutes)
        day = _day_after(parts.interval, event_day or started_at.date())
    if parts.hour is not None:
        return _clock(parts.hour, parts, day, started_at)
    if parts.part is not None:
        moment = _at(day or started_at.date(), PART_END[parts.part], started_at)
        return moment + timedelta(days=1) if day is None and moment < started_at else moment
    return _at(day, DAY_END, started_at) if day else None


def _day_after(interval: Interval, day: date) -> date:
    if interval.workdays:
        return workday(day, interval.workdays, chinese=interval.chinese)
    return same_day_later(day, months=interval.months) + timedelta(days=interval.days)


def _clock(hour: int, parts: TimeParts, day: date | None, started_at: datetime) -> datetime:
    """The moment of an hour; what the words leave open is the first to come today, office hours on another day."""
    today = started_at.date()
    moments = _moments(hour, parts, day or today, started_at)
    if day is None or day == today:
        to_come = [moment for moment in moments if moment >= started_at]
        if to_come or day is not None:
            return to_come[0] if to_come else moments[-1]
        moments = _moments(hour, parts, today + timedelta(days=1), started_at)
    return moments[-1] if hour < OFFICE_HOUR_FIRST else moments[0]


def _moments(hour: int, parts: TimeParts, day: date, started_at: datetime) -> list[datetime]:
    midnight = _at(day, time(), started_at)
    return [midnight + timedelta(hours=each, minutes=parts.minute) for each in _hours(hour, parts.part)]


def _hours(hour: int, part: str | None) -> tuple[int, ...]:
    """The hours from a day's midnight that an hour on the clock may stand for."""
    if hour > HOUR_NOON or hour == 0 or part == "morning":
        return (HOURS_DAY,) if hour == 0 and part in ("evening", "midnight") else (hour,)
    if part == "dawn":
        return (hour % HOUR_NOON,)
    if part == "noon":
        return (hour,) if hour >= NOON_HOUR_FIRST else (hour + HOUR_NOON,)
    if part == "afternoon":
        return (HOUR_NOON + hour % HOUR_NOON,)
    if part in ("evening", "midnight"):
        return (hour % HOUR_NOON + HOURS_DAY,) if hour % HOUR_NOON < NIGHT_HOUR_END else (hour + HOUR_NOON,)
    return (HOUR_NOON, HOURS_DAY) if hour == HOUR_NOON else (hour, hour + HOUR_NOON)


def _at(day: date, clock: time, started_at: datetime) -> datetime:
    return datetime.combine(day, clock, tzinfo=started_at.tzinfo)
