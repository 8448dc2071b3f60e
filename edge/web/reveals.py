"""Who is being shown a call's original words: a decision of one session about one call, for a while, in memory only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

REVEAL_LIFE: Final = timedelta(minutes=15)  # long enough to check one call, too short to be forgotten on a screen
_GRANTS_MAX: Final = 1_000


class Reveals:
    """The decisions in force. A restart ends them all."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], datetime] = {}

    def grant(self, session_id: str, call_id: str, *, now: datetime) -> None:
        """Show this call's original words to this session for `REVEAL_LIFE`."""
        self._until = {key: until for key, until in self._until.items() if until > now}
        while len(self._until) >= _GRANTS_MAX:
            self._until.pop(next(iter(self._until)))
        self._until[session_id, call_id] = now + REVEAL_LIFE

    def holds(self, session_id: str, call_id: str, *, now: datetime) -> bool:
        """Whether the original words may be shown now."""
        until = self._until.get((session_id, call_id))
        return until is not None and now < until

    def end(self, session_id: str, call_id: str) -> None:
        """Mask the words again."""
        self._until.pop((session_id, call_id), None)
