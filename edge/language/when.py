"""Words of time and the moment they are due, by the codebook's rules for due times.

A bare day means its end; 上午 ends at 12:00, 下午 at 18:00, 晚上 at 22:00; “N天之内” is the end of the N-th day
after the call's; of a range the later bound counts; “尽快” and “回头” are words of time without a moment. Every
moment is in the call's own offset and never before its start. Pure: text and start in, spans out.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import chinese_calendar

from edge.language.when_en import en_parts
from edge.language.when_parts import TimeParts
from edge.language.when_zh import zh_parts

DAY_END = time(23, 59, 59)
PART_END = {"morning": time(12), "noon": time(12), "afternoon": time(18), "evening": time(22), "dawn": time(6)}
HOUR_NOON = 12
HOURS_DAY = 24
OFFICE_HOUR_FIRST = 7  # an hour from 1 to 6 without 上午/下午, on another day, is meant for the afternoon
DAYS_MAX = 3_660  # no promise of ten years and more is resolved
JOINERS = frozenset({"到", "至", "~", "-", "—", "–", "或", "或者", "to", "and", "or"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """Words of time in a text.

    start, end: characters of the text.
    due_at: the moment they are due in the call's offset; None where they name none (“尽快”) or a past one.
    past: the words speak of what has been (“昨天下午”).
    """

    start: int
    end: int
    words: str
    due_at: datetime | None
    past: bool = False


def find(text: str, *, started_at: datetime) -> tuple[TimeSpan, ...]:
    """Find all words of time in a text, in order, ranges joined. Never raises on any text."""
    spans: list[TimeSpan] = []
    previous: TimeParts | None = None
    for parts in _without_overlap([*zh_parts(text, started_at), *en_parts(text, started_at)]):
        joined = bool(spans) and text[spans[-1].end : parts.start].strip().lower() in JOINERS
        parts = parts.carrying(previous, part_of_day=joined)
        if previous is not None and not joined and not text[spans[-1].end : parts.start].strip():
            parts = parts.completing(previous)
            joined = parts.start == previous.start
        span = TimeSpan(
            start=spans[-1].start if joined else parts.start,
            end=parts.end,
            words=text[spans[-1].start if joined else parts.start : parts.end],
            due_at=due_at(parts, started_at),
            past=parts.past,
        )
        spans = [*(spans[:-1] if joined else spans), span]
        previous = parts
    return tuple(spans)


def resolve(text: str, *, started_at: datetime) -> datetime | None:
    """The moment a text's words of time are due: that of the last ones that name a moment; None where none do."""
    moments = [span.due_at for span in find(text, started_at=started_at) if span.due_at is not None]
    return moments[-1] if moments else None


def due_at(parts: TimeParts, started_at: datetime) -> datetime | None:
    """Resolve one expression against the call's start; None where it names no moment, or one before the start."""
    if parts.vague or parts.past:
        return None
    try:
        moment = _moment(parts, started_at)
    except (OverflowError, ValueError):  # “2月31号”, or a date past the calendar's end
        return None
    return moment if moment is not None and moment >= started_at else None


def _moment(parts: TimeParts, started_at: datetime) -> datetime | None:
    if parts.minutes is not None:
        return started_at + timedelta(minutes=parts.minutes)
    if parts.workdays is not None:
        return _at(_workday(started_at.date(), parts.workdays), DAY_END, started_at)
    if parts.day is None and parts.part is None and parts.hour is None:
        return None
    day = parts.day or started_at.date()
    if parts.hour is not None:
        return _clock(parts, day, started_at)
    end = PART_END[parts.part] if parts.part else DAY_END
    moment = _at(day, end, started_at)
    if parts.day is None and moment < started_at:
        moment += timedelta(days=1)
    return moment if (day - started_at.date()).days <= DAYS_MAX else None


def _clock(parts: TimeParts, day: date, started_at: datetime) -> datetime:
    """The moment of an hour said on a day; what the words leave open is the first that is still to come."""
    assert parts.hour is not None  # the caller looked
    hours = _hours(parts.hour, parts.part)
    moments = [_at(day, time(), started_at) + timedelta(hours=hour, minutes=parts.minute) for hour in hours]
    if day > started_at.date():
        return moments[-1] if len(moments) > 1 and parts.hour < OFFICE_HOUR_FIRST else moments[0]
    for moment in moments:
        if moment >= started_at:
            return moment
    # On a day that was named the hour has passed; without one, tomorrow's is meant.
    return moments[-1] if parts.day else moments[0] + timedelta(days=1)


def _hours(hour: int, part: str | None) -> tuple[int, ...]:
    """The hours of the day an hour on the clock may stand for."""
    if hour > HOUR_NOON or part in ("morning", "dawn"):
        return (0,) if hour == HOUR_NOON and part == "dawn" else (hour,)
    if part == "afternoon":
        return (HOUR_NOON,) if hour == HOUR_NOON else (hour + HOUR_NOON,)
    if part == "evening":
        return (HOURS_DAY,) if hour == HOUR_NOON else (hour + HOUR_NOON,)
    if part == "noon":
        return (hour,) if hour >= 10 else (hour + HOUR_NOON,)  # 中午 is from ten to two
    return (HOUR_NOON, HOURS_DAY) if hour == HOUR_NOON else (hour, hour + HOUR_NOON)


def _at(day: date, clock: time, started_at: datetime) -> datetime:
    return datetime.combine(day, clock, tzinfo=started_at.tzinfo)


def _workday(day: date, count: int) -> date:
    """The count-th working day after a day, by the Chinese calendar where it is published, else Monday to Friday."""
    for _ in range(min(count, DAYS_MAX)):
        day += timedelta(days=1)
        while not _is_workday(day):
            day += timedelta(days=1)
    return day


def _is_workday(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # a year whose holidays aren't published yet
        return day.weekday() < calendar.SATURDAY


def _without_overlap(found: Iterable[TimeParts]) -> list[TimeParts]:
    kept: list[TimeParts] = []
    for parts in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or parts.start >= kept[-1].end:
            kept.append(parts)
    return kept
