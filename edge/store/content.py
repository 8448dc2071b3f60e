"""Sealed content of calls, in chunks. The store can't read it: keys are elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select

from edge.errors import NotFound
from edge.store.db import Tx
from edge.store.schema import ContentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One kind of a call's content, sealed."""

    version: int
    chunks: tuple[bytes, ...]


def put_content(
    tx: Tx, call_id: str, kind: str, sealed: Iterable[bytes], *, chunks: int, version: int, expires_at: datetime
) -> None:
    """Store one kind of a call's content in place of what there was, chunk by chunk.

    Raises: ValueError if there aren't exactly `chunks`; the transaction must then not be committed.
    """
    delete_content(tx, call_id, kind)
    stored = 0
    for stored, ciphertext in enumerate(sealed, start=1):
        row = {"call_id": call_id, "kind": kind, "chunk": stored - 1, "chunks": chunks, "version": version}
        tx.execute(insert(ContentRow), row | {"ciphertext": ciphertext, "expires_at": expires_at})
    if stored != chunks:
        raise ValueError(f"{stored} chunks, not {chunks}")


def get_content(tx: Tx, call_id: str, kind: str) -> Content:
    """One kind of a call's content, all chunks. Raises: NotFound where there is none."""
    query = select(ContentRow.version, ContentRow.ciphertext).where(*_of(call_id, kind)).order_by(ContentRow.chunk)
    rows = tx.execute(query).all()
    if not rows:
        raise NotFound("call_id", f"there is no {kind} of that call", "It may have expired or not be there yet")
    return Content(version=rows[0].version, chunks=tuple(row.ciphertext for row in rows))


def iterate_content(tx: Tx, call_id: str, kind: str) -> Iterator[bytes]:
    """One kind of a call's content, chunk by chunk, for what is too large to hold twice. Empty where there is none."""
    for chunk in range(_chunks(tx, call_id, kind)):
        found = tx.scalar(select(ContentRow.ciphertext).where(*_of(call_id, kind), ContentRow.chunk == chunk))
        if found is not None:
            yield found


def has_content(tx: Tx, call_id: str, kind: str) -> bool:
    """Whether any of that content is there."""
    return _chunks(tx, call_id, kind) > 0


def content_version(tx: Tx, call_id: str, kind: str) -> int:
    """The version that is stored; 0 where there is none, so that the next one is always one more."""
    return tx.scalar(select(func.max(ContentRow.version)).where(*_of(call_id, kind))) or 0


def delete_content(tx: Tx, call_id: str, kind: str) -> None:
    """Remove one kind of a call's content; destroy its key first."""
    tx.execute(delete(ContentRow).where(*_of(call_id, kind)))


def _of(call_id: str, kind: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ContentRow.call_id == call_id, ContentRow.kind == str(kind)


def _chunks(tx: Tx, call_id: str, kind: str) -> int:
    return tx.scalar(select(ContentRow.chunks).where(*_of(call_id, kind), ContentRow.chunk == 0)) or 0
