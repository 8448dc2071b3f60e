"""The log as the rest of the box uses it: append in the transaction of the act itself, then read and prove.

No append, no act: an act whose transaction fails leaves no leaf, and a leaf that can't be written undoes the act.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import func, select

from edge.errors import NotFound
from edge.log import tree
from edge.log.leaf import Fact, Leaf, LeafType
from edge.log.note import Checkpoint
from edge.store.db import Tx
from edge.store.schema import LogLeafRow, LogNodeRow

FIRST_EPOCH = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a leaf stands."""

    epoch: int
    index: int


class Log:
    """One box's log. Holds no state of its own, so that every process of the box appends to the same one."""

    def __init__(self, box_id: str) -> None:
        self._box_id = box_id
        self._software = version("sottovoce")

    def append(
        self,
        tx: Tx,
        kind: LeafType,
        *,
        at: datetime,
        actor: str,
        call: str | None = None,
        subject: str | None = None,
        **facts: Fact,
    ) -> Place:
        """Add a leaf in the caller's transaction; it stands once that commits. Never content: see `leaf`."""
        epoch = present_epoch(tx)
        index = size(tx, epoch)
        if index == 0:
            self._add(tx, epoch, 0, LeafType.EPOCH_STARTED, at, actor, None, None, {"cites": None})
            index = 1
        elif (back_s := self._clock_ran_back_s(tx, epoch, index - 1, at)) is not None:
            # Said before anything else is: leaves that are older than those before them look tampered with.
            self._add(tx, epoch, index, LeafType.CLOCK_JUMPED, at, "service", None, None, {"back_s": back_s})
            index += 1
        return self._add(tx, epoch, index, kind, at, actor, call, subject, facts)

    def start_epoch(self, tx: Tx, *, at: datetime, actor: str, cites: Checkpoint, lost: int | None) -> Place:
        """Begin a new epoch, after a restore: its first leaf cites the last head that somebody else holds.

        Args:
            lost: leaves of the old epoch under that head which the restored box doesn't have; None if unknown.
        """
        cited: Fact = {"origin": cites.origin, "size": cites.size, "root": cites.root.hex()}
        facts: dict[str, Fact] = {"cites": cited, "kept": size(tx, present_epoch(tx)), "lost": lost}
        return self._add(tx, present_epoch(tx) + 1, 0, LeafType.EPOCH_STARTED, at, actor, None, None, facts)

    def _clock_ran_back_s(self, tx: Tx, epoch: int, last: int, at: datetime) -> int | None:
        """By how much a time lies before the last leaf's; None if it doesn't."""
        before = tx.scalar(select(LogLeafRow.at).where(LogLeafRow.epoch == epoch, LogLeafRow.index == last))
        return round((before - at).total_seconds()) if before is not None and at < before else None

    def _add(
        self,
        tx: Tx,
        epoch: int,
        index: int,
        kind: LeafType,
        at: datetime,
        actor: str,
        call: str | None,
        subject: str | None,
        facts: Mapping[str, Fact],
    ) -> Place:
        leaf = Leaf(
            box=self._box_id,
            epoch=epoch,
            index=index,
            at=at,
            type=kind,
            actor=actor,
            software=self._software,
            call=call,
            subject=subject,
            facts=facts,
        )
        data = leaf.data()
        tx.add(
            LogLeafRow(
                epoch=epoch, index=index, at=at, type=str(kind), actor=actor, call=call, subject=subject, data=data
            )
        )
        for level, place, hashed in tree.completed_by(index, tree.leaf_hash(data), lookup(tx, epoch)):
            tx.add(LogNodeRow(epoch=epoch, level=level, index=place, hash=hashed))
        tx.flush()
        return Place(epoch=epoch, index=index)


def present_epoch(tx: Tx) -> int:
    """The epoch that is appended to. A box that was restored starts the next one."""
    return tx.scalar(select(func.max(LogLeafRow.epoch))) or FIRST_EPOCH


def size(tx: Tx, epoch: int) -> int:
    """How many leaves an epoch has."""
    last = tx.scalar(select(func.max(LogLeafRow.index)).where(LogLeafRow.epoch == epoch))
    return 0 if last is None else last + 1


def lookup(tx: Tx, epoch: int) -> tree.Lookup:
    """An epoch's stored hashes, for `tree`."""

    def stored(level: int, index: int) -> bytes:
        row = tx.get(LogNodeRow, (epoch, level, index))
        if row is None:
            raise LookupError(f"node {level}/{index} of epoch {epoch}")
        return row.hash

    return stored


def leaves(tx: Tx, *, call: str | None = None, kind: LeafType | None = None) -> tuple[dict[str, Any], ...]:
    """Leaves about one call, of one type, or both, oldest first, as they were written."""
    query = select(LogLeafRow.data).order_by(LogLeafRow.epoch, LogLeafRow.index)
    if call is not None:
        query = query.where(LogLeafRow.call == call)
    if kind is not None:
        query = query.where(LogLeafRow.type == str(kind))
    return tuple(json.loads(data) for data in tx.scalars(query))


def leaf_data(tx: Tx, epoch: int, index: int) -> bytes:
    """One leaf as it was written. Raises: NotFound."""
    data = tx.scalar(select(LogLeafRow.data).where(LogLeafRow.epoch == epoch, LogLeafRow.index == index))
    if data is None:
        raise NotFound("index", "the log has no leaf of that number", "Check epoch and number")
    return data
