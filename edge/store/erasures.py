"""Orders to erase, and what is on record about erasures. Every function works on a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select, update

from edge.errors import NotFound
from edge.store.corrections import ADDRESS
from edge.store.db import Tx
from edge.store.schema import (
    KINDS,
    ContentRow,
    CorrectionRow,
    ErasureOrderRow,
    ErasureRow,
    ErasureSampleRow,
    ScoreHistoryRow,
)

EVERYTHING: tuple[str, ...] = ()
"""Kinds of an order that means a whole call."""

CHUNKS_AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What an order and an erasure have in common.

    case: reference of the case that asked for it. subject: pseudonym of whose wish or data it is, where it is one
    person's.
    """

    trigger: str
    actor: str
    case: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Something to be erased. call_id: None for what is on record about the subject itself."""

    id: int
    call_id: str | None
    kinds: tuple[str, ...]
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One erased chunk that is kept for trying. hashes: SHA-256 of each chunk of its object, one after the other."""

    object: int
    chunk: int
    hashes: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One object as it is stored. kind: as its chunks are bound to it; chunks: read as they are asked for."""

    kind: str
    key: str
    version: int
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One erasure as it is on record. manifest: canonical JSON of what was there.

    key_epoch_after, old_key_destroyed: None until the key-encryption key has moved on.
    """

    id: int
    at: datetime
    why: Why
    article: str
    calls: int
    size_bytes: int
    manifest: bytes
    suite: str
    key_epoch: int
    key_epoch_after: int | None = None
    old_key_destroyed: bool | None = None
    backups_expire_at: datetime
    leaf: tuple[int, int]


def order_calls(tx: Tx, call_ids: Iterable[str], why: Why, *, kinds: Iterable[str] = EVERYTHING, now: datetime) -> None:
    """Order the erasure of calls, or of some kinds of their content, together with the act that asks for it.

    Once this transaction stands the erasure happens, if not at once then at the next sweep.
    """
    _order(tx, call_ids, why, ",".join(kinds), now)


def order_subject(tx: Tx, subject: str, why: Why, *, now: datetime) -> None:
    """Order the erasure of what is on record about a person, besides calls."""
    if why.subject != subject:
        raise ValueError("an order about a person is that person's")
    _order(tx, [None], why, "", now)


def _order(tx: Tx, call_ids: Iterable[str | None], why: Why, kinds: str, now: datetime) -> None:
    for call_id in call_ids:
        tx.add(
            ErasureOrderRow(
                call_id=call_id,
                subject=why.subject,
                kinds=kinds,
                trigger=why.trigger,
                case_ref=why.case,
                actor=why.actor,
                ordered_at=now,
            )
        )
    tx.flush()


def next_orders(tx: Tx, *, limit: int) -> tuple[Order, ...]:
    """The oldest order and those after it that have the same reason and kinds; empty where nothing is to be erased."""
    first = tx.scalar(select(ErasureOrderRow).order_by(ErasureOrderRow.id).limit(1))
    if first is None:
        return ()
    same = ("kinds", "trigger", "case_ref", "actor", "subject")
    alike = [getattr(ErasureOrderRow, name).is_not_distinct_from(getattr(first, name)) for name in same]
    rows = tx.scalars(select(ErasureOrderRow).where(*alike).order_by(ErasureOrderRow.id).limit(limit))
    return tuple(
        Order(
            id=row.id,
            call_id=row.call_id,
            kinds=tuple(filter(None, row.kinds.split(","))),
            why=Why(trigger=row.trigger, actor=row.actor, case=row.case_ref, subject=row.subject),
        )
        for row in rows
    )


def drop_orders(tx: Tx, orders: Iterable[Order]) -> None:
    """Forget orders that are carried out."""
    tx.execute(delete(ErasureOrderRow).where(ErasureOrderRow.id.in_([order.id for order in orders])))


def sealed_objects(tx: Tx, call_id: str, kinds: Iterable[str]) -> Iterator[Sealed]:
    """Everything that lies under the keys of these kinds, past analyses and corrections among it.

    Read each object's chunks before the next object.
    """
    kinds = tuple(kinds)
    for kind in KINDS:
        if kind in kinds:
            own = (ContentRow.call_id == call_id, ContentRow.kind == kind)
            version = tx.scalar(select(ContentRow.version).where(*own).limit(1))
            if version is not None:
                yield _sealed(
                    tx, kind, kind, version, select(ContentRow.ciphertext).where(*own).order_by(ContentRow.chunk)
                )
    if "analysis" in kinds:
        yield from _derived(tx, call_id)


def _derived(tx: Tx, call_id: str) -> Iterator[Sealed]:
    past = select(ScoreHistoryRow.version).where(ScoreHistoryRow.call_id == call_id).distinct()
    for version in tx.scalars(past.order_by(ScoreHistoryRow.version)).all():
        own = (ScoreHistoryRow.call_id == call_id, ScoreHistoryRow.version == version)
        query = select(ScoreHistoryRow.ciphertext).where(*own).order_by(ScoreHistoryRow.chunk)
        yield _sealed(tx, "analysis", "analysis", version, query)
    own_corrections = CorrectionRow.call_id == call_id
    corrected = tx.scalar(select(CorrectionRow.version).where(own_corrections).limit(1))
    if corrected is not None:
        query = select(CorrectionRow.ciphertext).where(own_corrections).order_by(CorrectionRow.chunk)
        yield _sealed(tx, ADDRESS, "analysis", corrected, query)


def _sealed(tx: Tx, kind: str, key: str, version: int, chunks: Select[bytes]) -> Sealed:
    return Sealed(
        kind=kind,
        key=key,
        version=version,
        chunks=iter(tx.scalars(chunks.execution_options(yield_per=CHUNKS_AT_ONCE))),
    )


def next_id(tx: Tx) -> int:
    """The number of the next erasure, so that its leaf can name it."""
    return (tx.scalar(select(func.max(ErasureRow.id))) or 0) + 1


def add(tx: Tx, erasure: Erasure, samples: Iterable[Sample]) -> None:
    """Put an erasure on record."""
    tx.add(
        ErasureRow(
            id=erasure.id,
            at=erasure.at,
            trigger=erasure.why.trigger,
            article=erasure.article,
            case_ref=erasure.why.case,
            actor=erasure.why.actor,
            subject=erasure.why.subject,
            calls=erasure.calls,
            size_bytes=erasure.size_bytes,
            manifest=erasure.manifest,
            suite=erasure.suite,
            key_epoch=erasure.key_epoch,
            backups_expire_at=erasure.backups_expire_at,
            leaf_epoch=erasure.leaf[0],
            leaf_index=erasure.leaf[1],
        )
    )
    tx.flush()
    for number, sample in enumerate(samples):
        tx.add(
            ErasureSampleRow(
                erasure=erasure.id,
                number=number,
                object=sample.object,
                chunk=sample.chunk,
                hashes=sample.hashes,
                ciphertext=sample.ciphertext,
            )
        )
    tx.flush()


def unsettled(tx: Tx) -> tuple[Erasure, ...]:
    """Erasures after which the key-encryption key has not moved on yet."""
    query = select(ErasureRow).where(ErasureRow.key_epoch_after.is_(None)).order_by(ErasureRow.id)
    return tuple(map(_from_row, tx.scalars(query)))


def settle(tx: Tx, erasure_id: int, *, key_epoch_after: int, old_key_destroyed: bool) -> None:
    """Write down that the key-encryption key has moved on, and whether the old one is gone."""
    changed = {"key_epoch_after": key_epoch_after, "old_key_destroyed": old_key_destroyed}
    tx.execute(update(ErasureRow).where(ErasureRow.id == erasure_id).values(changed))


def page(tx: Tx, *, limit: int | None = None, before: int | None = None) -> tuple[Erasure, ...]:
    """Erasures, newest first; those numbered below `before`."""
    query = select(ErasureRow).order_by(ErasureRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(ErasureRow.id < before)
    return tuple(map(_from_row, tx.scalars(query)))


def get(tx: Tx, erasure_id: int) -> Erasure:
    """One erasure. Raises: NotFound."""
    row = tx.get(ErasureRow, erasure_id)
    if row is None:
        raise NotFound("erasure", "there is no erasure of that number", "See `sottovoce box erasures list`")
    return _from_row(row)


def samples(tx: Tx, erasure_id: int) -> tuple[Sample, ...]:
    """What was kept of an erasure for trying."""
    query = select(ErasureSampleRow).where(ErasureSampleRow.erasure == erasure_id).order_by(ErasureSampleRow.number)
    return tuple(
        Sample(object=row.object, chunk=row.chunk, hashes=row.hashes, ciphertext=row.ciphertext)
        for row in tx.scalars(query)
    )


def _from_row(row: ErasureRow) -> Erasure:
    return Erasure(
        id=row.id,
        at=row.at,
        why=Why(trigger=row.trigger, actor=row.actor, case=row.case_ref, subject=row.subject),
        article=row.article,
        calls=row.calls,
        size_bytes=row.size_bytes,
        manifest=row.manifest,
        suite=row.suite,
        key_epoch=row.key_epoch,
        key_epoch_after=row.key_epoch_after,
        old_key_destroyed=row.old_key_destroyed,
        backups_expire_at=row.backups_expire_at,
        leaf=(row.leaf_epoch, row.leaf_index),
    )
