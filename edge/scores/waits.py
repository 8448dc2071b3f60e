"""How long customers wait for a follow-up, over many objections: the Kaplan-Meier median, unanswered ones censored.

To leave out those who still wait would make the slowest agents look fast: only their quick answers would count. Kaplan
and Meier (1958), J. Amer. Statist. Assoc. 53, 457-481; the interval of the median by Brookmeyer and Crowley (1982),
Biometrics 38, 29-41, on the log-log scale with Greenwood's variance.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from edge.scores.follow_up import wait_h

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One customer's wait after one call with objections: until the follow-up, or, unanswered, until now."""

    hours: float
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MedianWait:
    """What is known of many waits, in hours. None where too few were answered to tell.

    low_h, high_h: the 95 % interval of the median; `high_h` is None where it has no upper end yet.
    """

    waits: int
    answered: int
    median_h: float | None
    low_h: float | None
    high_h: float | None


def wait_of(since: datetime, contact: datetime | None, *, now: datetime) -> Wait:
    """The wait from an objection to the first contact, or, as far as it has gone, to now."""
    return Wait(hours=wait_h(since, contact or now), answered=contact is not None)


def median_wait(waits: Sequence[Wait]) -> MedianWait:
    """The time after which half of the customers have been answered."""
    answered = [wait.hours for wait in waits if wait.answered]
    if not answered:
        return MedianWait(waits=len(waits), answered=0, median_h=None, low_h=None, high_h=None)
    # Imported where waits are shown: it takes half a second, which every command would pay for at its start.
    from scipy.stats import CensoredData, ecdf

    still = [wait.hours for wait in waits if not wait.answered]
    waiting = ecdf(CensoredData(uncensored=answered, right=still)).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of bounds that aren't defined, which are met below
        bounds = waiting.confidence_interval(confidence_level=CONFIDENCE, method="log-log")
    times = [float(each) for each in waiting.quantiles]
    return MedianWait(
        waits=len(waits),
        answered=len(answered),
        median_h=_first_at_half(times, waiting.probabilities),
        low_h=_first_at_half(times, bounds.low.probabilities),
        high_h=_first_at_half(times, bounds.high.probabilities),
    )


def _first_at_half(times: Sequence[float], still_waiting: Sequence[float]) -> float | None:
    """When a falling curve first reaches one half. Where nobody is left to wait a bound isn't defined: no crossing."""
    crossing = (at for at, share in zip(times, still_waiting, strict=True) if not math.isnan(share) and share <= 0.5)
    return next(crossing, None)
