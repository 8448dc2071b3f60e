"""How long content is kept, and what is past its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from edge.records import CallState
from edge.store import content, corrections, score_history
from edge.store.calls import row_of
from edge.store.db import Tx
from edge.store.queue import move_on
from edge.store.schema import CallRow, ContentRow

BATCH_MAX = 500
"""Calls in one sweep: between two sweeps others get to write."""

AUDIO_GONE = "its audio was erased before it was analysed"
ANALYSIS_GONE = "its analysis was erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What is past its time: whole calls, and calls of which only the audio is."""

    calls: tuple[str, ...]
    audio: tuple[str, ...]


def set_expiry(
    tx: Tx, call_id: str, *, analysis_expires_at: datetime, audio_expires_at: datetime, audio_kept: bool
) -> None:
    """Set anew when a call's content expires, both on the call and on what is stored of it. Raises: NotFound."""
    row = row_of(tx, call_id)
    row.analysis_expires_at, row.audio_expires_at, row.audio_kept = analysis_expires_at, audio_expires_at, audio_kept
    stored, is_audio = update(ContentRow).where(ContentRow.call_id == call_id), ContentRow.kind == "audio"
    tx.execute(stored.where(is_audio).values(expires_at=audio_expires_at))
    tx.execute(stored.where(~is_audio).values(expires_at=analysis_expires_at))
    tx.flush()


def expired(tx: Tx, *, now: datetime, limit: int = BATCH_MAX) -> Expired:
    """What is past its time. The caller orders its erasure."""
    whole = select(CallRow.call_id).where(CallRow.analysis_expires_at <= now)
    kept = select(ContentRow.call_id).where(ContentRow.kind == "audio", ContentRow.chunk == 0)
    audio = select(CallRow.call_id).where(
        CallRow.audio_expires_at <= now, CallRow.analysis_expires_at > now, CallRow.call_id.in_(kept)
    )
    return Expired(
        calls=tuple(tx.scalars(whole.order_by(CallRow.call_id).limit(limit))),
        audio=tuple(tx.scalars(audio.order_by(CallRow.call_id).limit(limit))),
    )


def oldest_expiry(tx: Tx) -> datetime | None:
    """The earliest expiry of anything stored, for the metric that must never lie in the past."""
    return tx.scalar(select(func.min(ContentRow.expires_at)))


def drop_audio(tx: Tx, call_id: str) -> None:
    """Remove a call's audio; a call that still needed it fails. Destroy the audio's key as well. Raises: NotFound."""
    row = row_of(tx, call_id)
    content.delete_content(tx, call_id, "audio")
    row.audio_kept = False
    if row.state in (CallState.QUEUED, CallState.ANALYSING):
        move_on(row, CallState.FAILED, AUDIO_GONE)
    tx.flush()


def drop_analysis(tx: Tx, call_id: str) -> None:
    """Remove a call's analysis and what derives from it; nothing more is done with the call. Destroy the key as well.

    Raises: NotFound.
    """
    row = row_of(tx, call_id)
    content.delete_content(tx, call_id, "analysis")
    score_history.delete_history(tx, call_id)
    corrections.delete_corrections(tx, call_id)
    move_on(row, CallState.STOPPED, ANALYSIS_GONE)
    tx.flush()
