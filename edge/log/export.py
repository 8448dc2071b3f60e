"""The whole log as a file for auditors (docs/log.md), written as it is read, so that its size doesn't matter."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from sqlalchemy import func, select

from edge.log.heads import Heads, kept, witnesses
from edge.store.db import Tx
from edge.store.schema import LogLeafRow

KIND, FORM = "sottovoce-log-export", 1
BATCH = 1000


def export_lines(
    tx: Tx, heads: Heads, *, now: datetime, progress: Callable[[float], None] | None = None
) -> Iterator[bytes]:
    """The lines of an export, each with its end; sign a head first, so that the newest leaves are covered."""
    total = tx.scalar(select(func.count()).select_from(LogLeafRow)) or 0
    yield _line(
        kind=KIND,
        form=FORM,
        box=heads.verifier.name.rpartition("/")[2],
        vkey=str(heads.verifier),
        witnesses=[str(one) for one in witnesses(tx)],
        exported_at=now.astimezone(UTC).isoformat(timespec="seconds"),
    )
    leaves = checkpoints = 0
    query = select(LogLeafRow.epoch, LogLeafRow.index, LogLeafRow.data).order_by(LogLeafRow.epoch, LogLeafRow.index)
    for epoch, index, data in tx.execute(query.execution_options(yield_per=BATCH)):
        yield _line(epoch=epoch, index=index, leaf=base64.b64encode(data).decode())
        leaves += 1
        if progress is not None and leaves % BATCH == 0:
            progress(leaves / total)
    for checkpoint in kept(tx):
        yield _line(checkpoint=str(checkpoint))
        checkpoints += 1
    yield _line(kind="end", leaves=leaves, checkpoints=checkpoints)
    if progress is not None:
        progress(1.0)


def _line(**fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
