"""Calls as the store keeps them. Every function works on a transaction that the caller opened and commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from edge.errors import Conflict, NotFound
from edge.records import CallState, CallSummary, ChannelRole, Direction, Language, Scene
from edge.store import content, corrections, score_history
from edge.store.db import Tx
from edge.store.schema import KINDS, CallRow, ErasureOrderRow

PAGE_MAX = 500
"""Calls in one page of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as stored. Holds no content and no reference of the sender's but `call_id`.

    worker: who analyses it; None in every other state.
    attempts: how often it was taken.
    content_digest: keyed, 64 hex digits; two calls never share one.
    """

    call_id: str
    started_at: datetime
    received_at: datetime
    scene: Scene
    direction: Direction
    language: Language
    jurisdiction: str
    agent: str
    customer: str
    channels: tuple[ChannelRole, ...]
    duration_s: float
    content_digest: str
    analysis_expires_at: datetime
    audio_expires_at: datetime
    audio_kept: bool
    warnings: tuple[str, ...] = ()
    state: CallState = CallState.QUEUED
    reason: str = ""
    worker: str | None = None
    attempts: int = 0

    def summary(self) -> CallSummary:
        """The line that the list of calls shows."""
        return CallSummary(
            call_id=self.call_id,
            started_at=self.started_at,
            received_at=self.received_at,
            scene=self.scene,
            direction=self.direction,
            language=self.language,
            agent=self.agent,
            customer=self.customer,
            duration_s=self.duration_s,
            state=self.state,
            reason=self.reason,
            expires_at=self.analysis_expires_at,
            audio_kept=self.audio_kept,
        )

    def expires_at(self, kind: str) -> datetime:
        """When one kind of its content expires; the header goes with the analysis, the last to go."""
        return self.audio_expires_at if kind == "audio" else self.analysis_expires_at


def add_call(tx: Tx, call: Call) -> None:
    """Queue a new call. Raises: Conflict if its name or its recording is on the box already."""
    if tx.get(CallRow, call.call_id) is not None:
        raise Conflict("call_id", "a call of that name is on this box", "Send it under another call_id")
    tx.add(_row(call))
    try:
        tx.flush()
    except IntegrityError as error:
        raise Conflict("audio", "this very recording is on this box", "Ask for the call that holds it") from error


def call(tx: Tx, call_id: str) -> Call:
    """One call. Raises: NotFound."""
    return from_row(row_of(tx, call_id))


def find_by_digest(tx: Tx, content_digest: str) -> str | None:
    """The call that holds this very recording, if one does."""
    return tx.scalar(select(CallRow.call_id).where(CallRow.content_digest == content_digest))


def page(
    tx: Tx, *, state: CallState | None = None, limit: int = 50, before: datetime | tuple[datetime, str] | None = None
) -> tuple[Call, ...]:
    """Calls by time received, newest first.

    Args:
        limit: at most PAGE_MAX.
        before: a time received, or with the call_id of the last call of the page before: then none is missed or shown
            twice where several arrived at once.
    """
    query = select(CallRow).order_by(CallRow.received_at.desc(), CallRow.call_id.desc()).limit(min(limit, PAGE_MAX))
    if state is not None:
        query = query.where(CallRow.state == str(state))
    if isinstance(before, tuple):
        at, call_id = before
        query = query.where(or_(CallRow.received_at < at, and_(CallRow.received_at == at, CallRow.call_id < call_id)))
    elif before is not None:
        query = query.where(CallRow.received_at < before)
    return tuple(from_row(row) for row in tx.scalars(query))


def counts(tx: Tx) -> dict[CallState, int]:
    """How many calls are in each state."""
    rows = tx.execute(select(CallRow.state, func.count()).group_by(CallRow.state))
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(str(state), 0) for state in CallState}


def all_ids(tx: Tx) -> tuple[str, ...]:
    """Every call on the box, to be held against the key store: a call without its keys was erased half-way."""
    return tuple(tx.scalars(select(CallRow.call_id).order_by(CallRow.call_id)))


def of_party(tx: Tx, pseudonym: str) -> tuple[Call, ...]:
    """Every call in which that agent or customer took part, oldest first."""
    query = select(CallRow).where(or_(CallRow.agent == pseudonym, CallRow.customer == pseudonym))
    return tuple(from_row(row) for row in tx.scalars(query.order_by(CallRow.received_at)))


def has_party(tx: Tx, pseudonym: str) -> bool:
    """Whether any call of that agent or customer is left; if not, what stands behind the pseudonym can go."""
    query = select(CallRow.call_id).where(or_(CallRow.agent == pseudonym, CallRow.customer == pseudonym)).limit(1)
    return tx.scalar(query) is not None


def delete_call(tx: Tx, call_id: str) -> None:
    """Remove a call, all its content and what was ordered about it. Destroy its keys as well. Raises: NotFound."""
    row = row_of(tx, call_id)
    tx.execute(delete(ErasureOrderRow).where(ErasureOrderRow.call_id == call_id))
    for kind in KINDS:
        content.delete_content(tx, call_id, kind)
    score_history.delete_history(tx, call_id)
    corrections.delete_corrections(tx, call_id)
    tx.delete(row)
    tx.flush()


def row_of(tx: Tx, call_id: str) -> CallRow:
    """The row of one call, for the modules of the store. Raises: NotFound."""
    row = tx.get(CallRow, call_id)
    if row is None:
        raise NotFound("call_id", "no call of that name is on this box", "Check the name; erased calls leave no trace")
    return row


def _row(call: Call) -> CallRow:
    return CallRow(
        call_id=call.call_id,
        started_at=call.started_at,
        received_at=call.received_at,
        scene=str(call.scene),
        direction=str(call.direction),
        language=str(call.language),
        jurisdiction=call.jurisdiction,
        agent=call.agent,
        customer=call.customer,
        channels=",".join(call.channels),
        duration_s=call.duration_s,
        content_digest=call.content_digest,
        state=str(call.state),
        reason=call.reason,
        worker=call.worker,
        attempts=call.attempts,
        warnings="\n".join(call.warnings),
        analysis_expires_at=call.analysis_expires_at,
        audio_expires_at=call.audio_expires_at,
        audio_kept=call.audio_kept,
    )


def from_row(row: CallRow) -> Call:
    """A row as the record that leaves the store."""
    return Call(
        call_id=row.call_id,
        started_at=row.started_at,
        received_at=row.received_at,
        scene=Scene(row.scene),
        direction=Direction(row.direction),
        language=Language(row.language),
        jurisdiction=row.jurisdiction,
        agent=row.agent,
        customer=row.customer,
        channels=tuple(ChannelRole(role) for role in row.channels.split(",") if role),
        duration_s=row.duration_s,
        content_digest=row.content_digest,
        analysis_expires_at=row.analysis_expires_at,
        audio_expires_at=row.audio_expires_at,
        audio_kept=row.audio_kept,
        warnings=tuple(row.warnings.splitlines()),
        state=CallState(row.state),
        reason=row.reason,
        worker=row.worker,
        attempts=row.attempts,
    )
