"""How often somebody may guess: a bounded count of failures per key in a sliding window, in memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final

# An attacker who varies the key can make us forget only the oldest keys, never use up the memory.
_KEYS_MAX: Final = 10_000


class Throttle:
    """Counts failures. The clock is the caller's: seconds that never run backwards.

    Args:
        failures_max: failures within the window before the key has to wait.
        window_s: length of the window in seconds.
    """

    def __init__(self, failures_max: int, window_s: float) -> None:
        self._failures_max = failures_max
        self._window_s = window_s
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, key: str, now_s: float) -> float:
        """Seconds until the key may try again; 0 if it may now."""
        failures = self._failures.get(key)
        if failures is None:
            return 0.0
        while failures and failures[0] <= now_s - self._window_s:
            failures.popleft()
        if len(failures) < self._failures_max:
            return 0.0
        return failures[0] + self._window_s - now_s

    def fail(self, key: str, now_s: float) -> None:
        """Remember one failure."""
        failures = self._failures.setdefault(key, deque(maxlen=self._failures_max))
        failures.append(now_s)
        self._failures.move_to_end(key)
        if len(self._failures) > _KEYS_MAX:
            self._failures.popitem(last=False)

    def forget(self, key: str) -> None:
        """Start anew for a key that got it right."""
        self._failures.pop(key, None)
