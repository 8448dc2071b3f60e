"""What people found wrong in analyses, sealed: apart from the analyses, and gone with them.

Who, when, why, which utterance and which label are content, so only the ciphertext is here. Every function works on a
transaction of the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from edge.store.content import Content
from edge.store.db import Tx
from edge.store.schema import CallRow, CorrectionRow

ADDRESS = "corrections"
"""What their chunks are bound to in the place of a kind of content."""


def put_corrections(tx: Tx, call_id: str, sealed: Iterable[bytes], *, chunks: int, version: int) -> None:
    """Store a call's corrections in place of what there was.

    Raises: ValueError if there aren't exactly `chunks`; the transaction must then not be committed.
    """
    delete_corrections(tx, call_id)
    pieces = tuple(sealed)
    if len(pieces) != chunks:
        raise ValueError(f"{len(pieces)} chunks, not {chunks}")
    for chunk, ciphertext in enumerate(pieces):
        row = {"call_id": call_id, "chunk": chunk, "chunks": chunks, "version": version, "ciphertext": ciphertext}
        tx.execute(insert(CorrectionRow), row)


def get_corrections(tx: Tx, call_id: str) -> Content | None:
    """A call's corrections, or None if it never had any."""
    query = select(CorrectionRow.version, CorrectionRow.ciphertext).where(CorrectionRow.call_id == call_id)
    rows = tx.execute(query.order_by(CorrectionRow.chunk)).all()
    if not rows:
        return None
    return Content(version=rows[0].version, chunks=tuple(row.ciphertext for row in rows))


def corrected_calls(tx: Tx) -> tuple[str, ...]:
    """Calls that have, or once had, corrections, the first received first."""
    query = select(CallRow.call_id).join(CorrectionRow, CorrectionRow.call_id == CallRow.call_id)
    return tuple(tx.scalars(query.where(CorrectionRow.chunk == 0).order_by(CallRow.received_at, CallRow.call_id)))


def delete_corrections(tx: Tx, call_id: str) -> None:
    """Remove a call's corrections; destroy its keys first."""
    tx.execute(delete(CorrectionRow).where(CorrectionRow.call_id == call_id))
