"""The queue of calls to be analysed. Every function works on a writing transaction of the caller's.

queued → `take` → analysing → `finish` (analysed), `stop` (stopped) or `fail` (queued again, in the end failed). A
worker that died leaves its calls to `put_back`. Only the worker that took a call can move it on, so what a slow or
doubted worker brings late is not written.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from edge.errors import Conflict
from edge.records import CallState
from edge.store import content
from edge.store.calls import Call, from_row, row_of
from edge.store.db import Tx
from edge.store.schema import CallRow

LOST_WORKERS_MAX = 20
"""How often a call may lose its worker: power cuts come in rows and aren't the call's fault, but one that kills every
worker must end some day."""

ATTEMPTS_MAX = 3
"""A call that was begun this often and never came to an end fails: it may be what kills the workers."""

WORKER_LOST = "the process that analysed it ended before it was done"


def take(tx: Tx, worker: str, *, call_id: str | None = None) -> Call | None:
    """Take the oldest queued call, or a given one if it is queued, for this worker; None if there is none.

    Needs a writing transaction: two workers then never get the same call.
    """
    query = select(CallRow).where(CallRow.state == str(CallState.QUEUED))
    if call_id is not None:
        query = query.where(CallRow.call_id == call_id)
    row = tx.scalars(query.order_by(CallRow.received_at, CallRow.call_id).limit(1)).one_or_none()
    if row is None:
        return None
    row.state, row.worker, row.attempts, row.reason = str(CallState.ANALYSING), worker, row.attempts + 1, ""
    tx.flush()
    return from_row(row)


def workers(tx: Tx) -> frozenset[str]:
    """Who is analysing something, as far as the database knows."""
    return frozenset(worker for worker in tx.scalars(select(CallRow.worker).distinct()) if worker is not None)


def put_back(tx: Tx, dead_workers: Iterable[str]) -> tuple[str, ...]:
    """Take calls from workers that died: queued again, or failed after ATTEMPTS_MAX; which calls."""
    dead = tuple(dead_workers)
    rows = tx.scalars(select(CallRow).where(CallRow.worker.in_(dead)).order_by(CallRow.call_id)).all()
    for row in rows:
        _give_up_or_retry(row, WORKER_LOST, attempts_max=LOST_WORKERS_MAX)
    tx.flush()
    return tuple(row.call_id for row in rows)


def finish(tx: Tx, call_id: str, *, worker: str) -> None:
    """Mark a call as analysed. Raises: Conflict if it isn't this worker's any more; then write nothing."""
    move_on(held(tx, call_id, worker), CallState.ANALYSED, "")
    tx.flush()


def stop(tx: Tx, call_id: str, *, reason: str) -> None:
    """The gate closed: nothing more is done with the call, whoever has it. Raises: NotFound."""
    move_on(row_of(tx, call_id), CallState.STOPPED, reason)
    tx.flush()


def fail(tx: Tx, call_id: str, *, worker: str, reason: str) -> CallState:
    """An attempt failed: the call is queued again, after ATTEMPTS_MAX it stays failed; the state it is in now.

    `reason` holds no content. Raises: Conflict if it isn't this worker's any more.
    """
    row = held(tx, call_id, worker)
    _give_up_or_retry(row, reason)
    tx.flush()
    return CallState(row.state)


def give_up(tx: Tx, call_id: str, *, worker: str, reason: str) -> None:
    """An attempt failed in a way that trying again can't mend. Raises: Conflict if it isn't this worker's any more."""
    move_on(held(tx, call_id, worker), CallState.FAILED, reason)
    tx.flush()


def requeue(tx: Tx, call_id: str) -> None:
    """Queue a failed call again, on a person's word. Raises: NotFound, Conflict if it isn't failed or has no audio."""
    row = row_of(tx, call_id)
    if row.state != CallState.FAILED or not content.has_content(tx, call_id, "audio"):
        raise Conflict("call_id", "only a failed call that still has its audio can be analysed again", "Send it again")
    move_on(row, CallState.QUEUED, "")
    row.attempts = 0
    tx.flush()


def held(tx: Tx, call_id: str, worker: str) -> CallRow:
    """The call's row if this worker still has it. Ask before writing what it made. Raises: Conflict, NotFound."""
    row = row_of(tx, call_id)
    if row.state != CallState.ANALYSING or row.worker != worker:
        raise Conflict("call_id", "the call was given to another worker or stopped", "Leave it; nothing was written")
    return row


def move_on(row: CallRow, state: CallState, reason: str) -> None:
    """Put a call into a state in which nobody works on it."""
    row.state, row.reason, row.worker = str(state), reason, None


def _give_up_or_retry(row: CallRow, reason: str, *, attempts_max: int = ATTEMPTS_MAX) -> None:
    move_on(row, CallState.FAILED if row.attempts >= attempts_max else CallState.QUEUED, reason)
