"""What happened after a call, joined to the index of discovery: the proposal document, the customer's log-ins.

Events come days after the analysis. The stored score isn't touched: whoever reads it sees it joined with the events
known at that moment, and its limits say so. A dimension joins once there is a trace of it, or
once the window is over without one although its source was heard from before the call and after the window. Joining
may move the index either way; one more trace never lowers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from edge.records import Event, EventKind, Part, Score
from edge.scores.discovery import points_of_one, saturated, unknown_limit, weighted_mean
from edge.scores.weights import DiscoveryWeights

KINDS = {
    "proposal_traces": frozenset({EventKind.PROPOSAL_OPENED, EventKind.PROPOSAL_EDITED}),
    "customer_logins": frozenset({EventKind.CUSTOMER_LOGIN}),
}


Heard = tuple[datetime, datetime]
"""When the first and the last known event of one kind happened, whoever the customer."""


def with_traces(
    score: Score,
    events: Iterable[Event],
    *,
    ended_at: datetime,
    heard: Mapping[EventKind, Heard],
    weights: DiscoveryWeights,
) -> Score:
    """The index of discovery with the traces that are known by now; the same score where there are none.

    Args:
        score: as stored; one without parts, or without a value, stays as it is.
        events: of the call's customer, of any kind, in any order.
        ended_at: when the call ended.
        heard: by kind, of all customers: tells "nothing happened" from "nobody tells us".
        weights: those the score was made with; the shares are in its parts already.
    """
    until = ended_at + timedelta(days=weights.traces_days)
    later = [event for event in events if ended_at <= event.at < until]
    scales = {"proposal_traces": weights.proposal_scale, "customer_logins": weights.logins_scale}
    values = {
        part.name: saturated(_days(later, KINDS[part.name], zone=ended_at.tzinfo), scales[part.name])
        for part in score.parts
        if part.value is None and part.name in KINDS and _is_known(later, KINDS[part.name], heard, ended_at, until)
    }
    if score.value is None or not values:
        return score
    counted = [event for event in later if any(event.kind in KINDS[name] for name in values)]
    parts = tuple(replace(part, value=values.get(part.name, part.value)) for part in score.parts)
    return replace(
        _rescaled(score, parts, joined=values),
        limits=_limits(score, values, days=weights.traces_days, count=len(counted)),
    )


def _days(events: Iterable[Event], kinds: frozenset[EventKind], *, zone: tzinfo | None) -> int:
    """Days on the call's own clock on which each kind happened: ten openings in one sitting show as much as one."""
    return len({(event.kind, event.at.astimezone(zone).date()) for event in events if event.kind in kinds})


def _is_known(
    events: Iterable[Event],
    kinds: frozenset[EventKind],
    heard: Mapping[EventKind, Heard],
    ended_at: datetime,
    until: datetime,
) -> bool:
    if any(event.kind in kinds for event in events):
        return True
    return any(kind in heard and heard[kind][0] <= ended_at and heard[kind][1] >= until for kind in kinds)


def _rescaled(score: Score, parts: tuple[Part, ...], *, joined: Mapping[str, float]) -> Score:
    """The score with more parts: what the call itself gave keeps its proportions and shrinks to its new share."""
    assert score.value is not None and score.interval is not None, "only a score with a value takes traces"
    points_each = points_of_one(parts)
    added = sum(points_each[name] * value for name, value in joined.items())
    kept = sum(points_each[part.name] for part in parts if part.value is not None and part.name not in joined)
    value = weighted_mean(parts)
    low, high = (kept * bound + added for bound in score.interval)
    return replace(
        score,
        value=value,
        interval=(min(low, value), max(high, value)),  # rounding alone could put the value outside
        evidence=tuple(replace(piece, contribution=kept * piece.contribution) for piece in score.evidence),
        parts=parts,
    )


def _limits(score: Score, joined: Iterable[str], *, days: float, count: int) -> tuple[str, ...]:
    outdated = {unknown_limit(name) for name in joined}
    told = f"已计入通话后 {days:.0f} 天内的后续记录 {count} 条；只看通话本身是 {score.value:.1f} 分。"
    return (told, *(limit for limit in score.limits if limit not in outdated))
