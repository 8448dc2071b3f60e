"""Analyses whose scores were made anew, kept as they were sealed, and which versions each call was last scored with.

A past analysis keeps its version, and with it the address its chunks are bound to: it opens under the call's own key
for analyses, and only as what it was. When that key is destroyed the whole history is gone with it. Every function
works on a transaction of the caller's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from sqlalchemy import delete, func, insert, literal, select

from edge.errors import NotFound
from edge.records import CallState
from edge.store.content import Content
from edge.store.db import Tx
from edge.store.schema import CallRow, ContentRow, ScoreHistoryRow, ScoringRow


class Outcome(StrEnum):
    """How it ended when a call was last scored, or was to be."""

    SCORED = "scored"
    REFUSED = "refused"  # the gate said no
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastContent:
    """One past analysis, sealed. replaced_at: when a newer one took its place."""

    content: Content
    replaced_at: datetime


def keep_present(tx: Tx, call_id: str, *, now: datetime) -> None:
    """Copy the present analysis into the history, byte for byte; the caller then puts the new one in its place.

    Raises: NotFound where there is none.
    """
    columns = ("call_id", "version", "chunk", "chunks", "ciphertext")
    present = select(*(getattr(ContentRow, name) for name in columns), literal(now, ScoreHistoryRow.replaced_at.type))
    rows = insert(ScoreHistoryRow).from_select(
        [*columns, "replaced_at"], present.where(ContentRow.call_id == call_id, ContentRow.kind == "analysis")
    )
    tx.execute(rows)
    if tx.scalar(select(func.changes())) == 0:
        raise NotFound("call_id", "there is no analysis of that call", "It may have expired or not be there yet")


def past(tx: Tx, call_id: str) -> tuple[PastContent, ...]:
    """Every past analysis of a call, oldest first."""
    query = select(ScoreHistoryRow).where(ScoreHistoryRow.call_id == call_id)
    rows = tx.scalars(query.order_by(ScoreHistoryRow.version, ScoreHistoryRow.chunk))
    found = []
    for version, group in groupby(rows, key=lambda row: row.version):
        chunks = tuple(group)
        sealed = Content(version=version, chunks=tuple(row.ciphertext for row in chunks))
        found.append(PastContent(content=sealed, replaced_at=chunks[0].replaced_at))
    return tuple(found)


def has_past(tx: Tx, call_id: str) -> bool:
    """Whether the call was scored anew at least once."""
    query = select(ScoreHistoryRow.version).where(ScoreHistoryRow.call_id == call_id).limit(1)
    return tx.scalar(query) is not None


def mark(tx: Tx, call_id: str, *, fingerprint: str, outcome: Outcome, now: datetime) -> None:
    """Write down which versions (their fingerprint, 64 hex digits) a call was scored with, or was to be."""
    tx.merge(ScoringRow(call_id=call_id, fingerprint=fingerprint, outcome=str(outcome), at=now))
    tx.flush()


def is_current(tx: Tx, call_id: str, *, fingerprint: str) -> bool:
    """Whether the call's scores are known to be made by these versions."""
    row = tx.get(ScoringRow, call_id)
    return row is not None and row.fingerprint == fingerprint and row.outcome == Outcome.SCORED


def outdated(tx: Tx, *, fingerprint: str, settled: Collection[Outcome], limit: int | None = None) -> tuple[str, ...]:
    """Analysed calls that these versions haven't scored, the newest first.

    Args:
        settled: outcomes under these versions that count as done. A job of its own accord counts them all, so that it
            doesn't try for ever; a person who asks again has refused and failed calls tried again.
    """
    done = select(ScoringRow.call_id).where(
        ScoringRow.fingerprint == fingerprint, ScoringRow.outcome.in_([str(outcome) for outcome in settled])
    )
    query = select(CallRow.call_id).where(CallRow.state == str(CallState.ANALYSED), CallRow.call_id.not_in(done))
    return tuple(tx.scalars(query.order_by(CallRow.received_at.desc(), CallRow.call_id.desc()).limit(limit)))


def waiting(tx: Tx) -> bool:
    """Whether a call waits for its first analysis, or is in it: then old ones can wait."""
    busy = (str(CallState.QUEUED), str(CallState.ANALYSING))
    return tx.scalar(select(CallRow.call_id).where(CallRow.state.in_(busy)).limit(1)) is not None


def delete_history(tx: Tx, call_id: str) -> None:
    """Remove a call's past analyses and its mark; destroy its keys first."""
    tx.execute(delete(ScoreHistoryRow).where(ScoreHistoryRow.call_id == call_id))
    tx.execute(delete(ScoringRow).where(ScoringRow.call_id == call_id))
