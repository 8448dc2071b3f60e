"""The gate's answers, written in the transaction of the change they allowed or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from edge.records import Purpose
from edge.store.db import Tx
from edge.store.schema import GateDecisionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """One answer of the gate, as it was written. `call` is the call's log reference."""

    call: str | None
    purpose: Purpose
    allowed: bool
    reason: str
    rules_version: str
    actor: str
    at: datetime


def add(tx: Tx, decision: StoredDecision) -> None:
    """Write one answer. There is no way to change or remove one."""
    tx.add(
        GateDecisionRow(
            call=decision.call,
            purpose=str(decision.purpose),
            allowed=decision.allowed,
            reason=decision.reason,
            rules_version=decision.rules_version,
            actor=decision.actor,
            at=decision.at,
        )
    )
    tx.flush()


def of_call(tx: Tx, call: str) -> tuple[StoredDecision, ...]:
    """All answers about one call, by its log reference, oldest first."""
    rows = tx.scalars(select(GateDecisionRow).where(GateDecisionRow.call == call).order_by(GateDecisionRow.id))
    return tuple(
        StoredDecision(
            call=row.call,
            purpose=Purpose(row.purpose),
            allowed=row.allowed,
            reason=row.reason,
            rules_version=row.rules_version,
            actor=row.actor,
            at=row.at,
        )
        for row in rows
    )
