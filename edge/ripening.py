"""Scores that ripen: joined with what happened after the call, each time they are read.

Later events never change what is stored, and a later reader gets what is known then. Both scores concerned say in
their limits what was joined; of discovery, also what the call alone had given. Stored scores stay to be had as they
were (`pipeline.read_stored`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from edge.records import Analysis, Event, EventKind
from edge.scores.archive import weights_of
from edge.scores.follow_up import objection_times, with_contact
from edge.scores.traces import Heard, with_traces
from edge.scores.waits import Wait, wait_of
from edge.scores.weights import WEIGHTS, Weights
from edge.store import calls, events
from edge.store.db import Store


def ripened(store: Store, analysis: Analysis) -> Analysis:
    """The analysis with the events that are known by now. Raises: NotFound if the call was erased meanwhile."""
    ended_at = ended(analysis)
    with store.read() as tx:
        customer = calls.call(tx, analysis.call_id).customer
        later = events.of_customer(tx, customer, after=ended_at)
        contact = events.first_contact(tx, customer, after=ended_at)
        heard = events.heard(tx)
    return with_later(analysis, later, contact=contact, heard=heard)


def with_later(
    analysis: Analysis, later: tuple[Event, ...], *, contact: datetime | None, heard: Mapping[EventKind, Heard]
) -> Analysis:
    """The analysis with its customer's later events and the first contact among them, if there was one."""
    scores = dict(analysis.scores)
    if (latency := scores.get("follow_up_latency")) is not None:
        made = objection_times(latency, analysis.utterances, started_at=analysis.started_at)
        weights = _weights(latency.versions).follow_up
        scores["follow_up_latency"] = with_contact(latency, made, contact, weights=weights)
    if (depth := scores.get("discovery_depth")) is not None:
        weights_of_depth = _weights(depth.versions).discovery
        scores["discovery_depth"] = with_traces(
            depth, later, ended_at=ended(analysis), heard=heard, weights=weights_of_depth
        )
    return replace(analysis, scores=scores)


def wait_after(store: Store, analysis: Analysis, *, now: datetime) -> Wait | None:
    """How long the customer waited, or has waited by now, from the call's first objection on; None without one."""
    latency = analysis.scores.get("follow_up_latency")
    made = objection_times(latency, analysis.utterances, started_at=analysis.started_at) if latency else ()
    if not made:
        return None
    with store.read() as tx:
        customer = calls.call(tx, analysis.call_id).customer
        contact = events.first_contact(tx, customer, after=ended(analysis))
    return wait_of(made[0][1], contact, now=now)


def ended(analysis: Analysis) -> datetime:
    """When the call ended."""
    return analysis.started_at + timedelta(seconds=analysis.duration_s)


def _weights(versions: Mapping[str, str]) -> Weights:
    """The weights a score was made with; the present ones where those are no longer there to be read."""
    return weights_of(versions.get("scores_weights", "")) or WEIGHTS
