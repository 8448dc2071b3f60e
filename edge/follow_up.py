"""How long customers wait for a follow-up after an objection, agent by agent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from edge import pipeline
from edge.consent.gate import Refusal
from edge.errors import Conflict, NotFound
from edge.pipeline import Parts
from edge.records import CallState
from edge.ripening import wait_after
from edge.scores.waits import MedianWait, Wait, median_wait
from edge.store import calls
from edge.store.calls import PAGE_MAX, Call

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWaits:
    """The waits of customers who objected to one agent."""

    agent: str  # pseudonym
    wait: MedianWait


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitReport:
    """Waits by agent and of all. refused: calls that the gate didn't open for it."""

    at: datetime
    agents: tuple[AgentWaits, ...]
    all: MedianWait
    refused: int


def report(parts: Parts, *, agent: str | None, actor: str, now: datetime, progress: Progress) -> WaitReport:
    """Read every analysed call through the gate and estimate the waits; those not answered yet count as longer.

    Args:
        agent: a pseudonym; None for all agents.
        now: until when an unanswered customer has waited.
    """
    waits: dict[str, list[Wait]] = defaultdict(list)
    refused = 0
    found = [call for call in _analysed(parts) if agent in (None, call.agent)]
    for number, call in enumerate(found, start=1):
        try:
            analysis, _ = pipeline.read_stored(parts, call.call_id, actor=actor)
            wait = wait_after(parts.store, analysis, now=now)
        except Refusal:
            refused += 1
        except (NotFound, Conflict):  # erased or analysed anew just now
            continue
        else:
            if wait is not None:
                waits[call.agent].append(wait)
        progress(number / len(found))
    return WaitReport(
        at=now,
        agents=tuple(AgentWaits(agent=each, wait=median_wait(waits[each])) for each in sorted(waits)),
        all=median_wait([wait for each in waits.values() for wait in each]),
        refused=refused,
    )


def _analysed(parts: Parts) -> Iterator[Call]:
    """Every analysed call, newest first, a page in one transaction."""
    before: tuple[datetime, str] | None = None
    while True:
        with parts.store.read() as tx:
            page = calls.page(tx, state=CallState.ANALYSED, limit=PAGE_MAX, before=before)
        if not page:
            return
        yield from page
        before = (page[-1].received_at, page[-1].call_id)
