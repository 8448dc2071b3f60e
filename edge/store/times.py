"""Times as text: fixed width, so that they sort as they happened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC, `2026-03-02T02:15:00.000000+00:00`."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write; a time without an offset is our own mistake."""
        return None if value is None else _aware(value).astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read back, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class LocalTime(TypeDecorator[datetime]):
    """A moment with the offset it was given with, `2026-03-02T10:15:00.000000+08:00`; doesn't sort across offsets."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write, offset and all."""
        return None if value is None else _aware(value).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read back with its offset."""
        return None if value is None else datetime.fromisoformat(value)


def _aware(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError("a stored time needs its offset")
    return value
