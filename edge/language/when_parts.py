"""What words of time say before they are resolved, and how the words of one expression come together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A length of time from a day or moment. chinese: working days are counted by the Chinese calendar."""

    minutes: float = 0.0
    days: int = 0
    months: int = 0
    workdays: int = 0
    chinese: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeParts:
    """The parts that words of time name; what they leave open is None.

    any_week: the day is one of the week (“周五”): a date beside it says which week's.
    part: a key of `when_moment.PART_END`.
    hour, minute: as on the clock, 0 to 24 and 0 to 59.
    vague: words of time that name no moment (“尽快”).
    past: they speak of what has been.
    tied: they recur or count from an event (“每天”, “付款后三天”): a moment only where the event's day is said.
    weak: words that mean a time only beside another word of time (“Friday morning” against “good morning”).
    """

    day: date | None = None
    any_week: bool = False
    part: str | None = None
    hour: int | None = None
    minute: int = 0
    interval: Interval | None = None
    vague: bool = False
    past: bool = False
    tied: bool = False
    weak: bool = False

    @property
    def clock_only(self) -> bool:
        """Whether they name a time of day and no day."""
        return self.day is None and self.interval is None and not (self.vague or self.past or self.tied)

    def merged(self, other: TimeParts) -> TimeParts | None:
        """The two as one expression (“明天” and “三点”); None where they are two."""
        if self.vague or other.vague or other.past or other.tied or other.interval is not None:
            return None
        if self.interval is not None and (self.interval.minutes or other.day is not None):
            return None
        day = self._common_day(other)
        if day is None and self.day is not None and other.day is not None:
            return None
        parts = {self.part, other.part} - {None, "day"}
        if len(parts) > 1:
            return None
        if self.hour is not None and other.hour is not None:
            return None
        return replace(
            self,
            day=day,
            any_week=self.any_week and other.any_week,
            part=next(iter(parts), self.part or other.part),
            hour=other.hour if self.hour is None else self.hour,
            minute=self.minute or other.minute,
            weak=self.weak and other.weak,
        )

    def _common_day(self, other: TimeParts) -> date | None:
        """The day of both; None where neither names one, or they name two."""
        if self.day is None or other.day is None:
            return self.day or other.day
        same_week_day = self.day.weekday() == other.day.weekday()
        if same_week_day and (self.any_week or other.any_week):
            return other.day if self.any_week else self.day
        return self.day if self.day == other.day else None

    def on_day_of(self, before: TimeParts) -> TimeParts:
        """Take the day said before (“下周二我到您厂里，上午十点”)."""
        return replace(self, day=before.day) if self.clock_only and before.day is not None else self

    def after_range_start(self, start: TimeParts) -> TimeParts:
        """The end of a range takes the day of its start, and its part of day where it says only an hour.

        “上午十点到两点” ends in the afternoon.
        """
        if not self.clock_only or self.hour is None or self.part is not None:
            return self.on_day_of(start)
        past_noon = start.part == "morning" and start.hour is not None and self.hour < start.hour
        return replace(self.on_day_of(start), part=None if past_noon else start.part)

    def correcting(self, wrong: TimeParts) -> TimeParts:
        """A correction keeps what it doesn't name (“周四三点，不对，周五”)."""
        if self.day is not None and self.part is None and self.hour is None:
            return replace(self, part=wrong.part, hour=wrong.hour, minute=wrong.minute)
        return self.after_range_start(wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Words of time at a place of a text."""

    start: int
    end: int
    parts: TimeParts
