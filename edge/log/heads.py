"""Signed heads of the log: made, kept, proved from, and signed by witnesses.

A head is only ever signed over what is stored, inside a transaction that sees it, so two heads of one box are always
consistent. What a witness holds can't be taken back by whoever holds the box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from edge.errors import BadInput, Conflict, NotFound
from edge.log import note, tree
from edge.log.log import lookup, present_epoch, size
from edge.log.note import Checkpoint, Verifier
from edge.log.proofs import Consistency, Inclusion
from edge.store.db import Tx
from edge.store.schema import LogHeadRow, LogLeafRow, WitnessRow
from edge.vault.keystore import KeyStore

LEAVES_MAX = 1000
AGE_MAX = timedelta(seconds=60)
"""After so many leaves, or so long, whichever comes first, a new head is signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the log is signed, and how far a witness has seen it.

    unwitnessed_since: when the oldest leaf was written that no witness's head covers; None if there is none.
    """

    epoch: int
    size: int
    root: bytes
    signed_size: int
    signed_at: datetime | None
    witnessed_size: int
    witnessed_at: datetime | None
    unwitnessed_since: datetime | None

    def unwitnessed_age(self, now: datetime) -> timedelta:
        """How long the oldest leaf has waited for a witness; zero if none waits or the clock ran backwards."""
        return max(timedelta(), now - self.unwitnessed_since) if self.unwitnessed_since else timedelta()


class Heads:
    """One box's signed heads.

    Args:
        keys: signs, with the box's log key.
    """

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    @property
    def verifier(self) -> Verifier:
        """The box's public key, as a `vkey`."""
        return Verifier(name=f"sottovoce.box/{self._keys.box_id}", kind=note.ED25519, public_key=self._keys.public_key)

    def origin(self, epoch: int) -> str:
        """What names one epoch of this box's log."""
        return f"{self.verifier.name}/{epoch}"

    def sign(self, tx: Tx, *, now: datetime) -> Checkpoint:
        """Sign the log as it stands, and keep the head. Raises: NotFound while the log is empty."""
        epoch = present_epoch(tx)
        count = size(tx, epoch)
        if count == 0:
            raise NotFound("log", "nothing has been logged yet", "Do something with the box first")
        if (kept := tx.get(LogHeadRow, (epoch, count))) is not None:
            return Checkpoint.read(kept.note)
        head = Checkpoint(origin=self.origin(epoch), size=count, root=tree.root(lookup(tx, epoch), count))
        signed = replace(head, signatures=(note.sign(head, self.verifier, self._keys.sign),))
        tx.add(LogHeadRow(epoch=epoch, size=count, note=str(signed), signed_at=now, witnessed_at=None))
        tx.flush()
        return signed

    def sign_if_due(self, tx: Tx, *, now: datetime) -> Checkpoint | None:
        """Sign a new head if enough leaves came since the last one, or enough time passed since the first of them."""
        epoch = present_epoch(tx)
        count, signed = size(tx, epoch), _signed(tx, epoch)
        if count == signed:
            return None
        waiting_since = _leaf_time(tx, epoch, signed)
        if count - signed < LEAVES_MAX and waiting_since is not None and now - waiting_since < AGE_MAX:
            return None
        return self.sign(tx, now=now)

    def prove_leaf(self, tx: Tx, epoch: int, index: int) -> Inclusion:
        """Prove a leaf against the newest signed head that covers it. Raises: NotFound."""
        row = tx.scalar(
            select(LogHeadRow)
            .where(LogHeadRow.epoch == epoch, LogHeadRow.size > index)
            .order_by(LogHeadRow.witnessed_at.is_(None), LogHeadRow.size.desc())
            .limit(1)
        )
        if row is None or index < 0:
            raise NotFound("index", "no signed head covers that leaf", "Sign a head first, or check the number")
        path = tree.inclusion_proof(lookup(tx, epoch), index, row.size)
        return Inclusion(index=index, path=path, checkpoint=Checkpoint.read(row.note))

    def request(self, tx: Tx, witness: str, *, now: datetime, since: int | None = None) -> Consistency:
        """What a witness is asked to sign: the present head, with the proof that it continues the one it holds.

        Args:
            since: leaves in the head that the witness holds, where its answer was lost; else what the box knows of.
        Raises: NotFound for an unknown witness or an empty log; BadInput for more leaves than there are.
        """
        known = _verifier(tx, witness)
        newest = self.sign(tx, now=now)
        epoch = present_epoch(tx)
        held = since
        if held is None:
            held = max((head.size for head in _heads(tx, epoch) if head.signed_by(known)), default=0)
        if not 0 <= held <= newest.size:
            raise BadInput("since", f"the log has {newest.size} leaves", "Give the number that the witness named")
        path = tree.consistency_proof(lookup(tx, epoch), held, newest.size) if held else ()
        return Consistency(old_size=held, path=path, checkpoint=newest)

    def add_cosignature(self, tx: Tx, text: str) -> tuple[str, Checkpoint]:
        """Take in a head that a witness signed; the witness's name and the head as it is kept now.

        Raises: BadInput where it isn't a head of this log, or no known witness signed it.
        """
        brought = Checkpoint.read(text)
        epoch = present_epoch(tx)
        row = tx.get(LogHeadRow, (epoch, brought.size))
        if brought.origin != self.origin(epoch) or row is None or Checkpoint.read(row.note).root != brought.root:
            raise BadInput("checkpoint", "it isn't a head that this box has signed", "Bring the witness's own answer")
        for known in witnesses(tx):
            if brought.signed_by(known):
                kept = Checkpoint.read(row.note)
                new = tuple(line for line in brought.signatures if line.name == known.name)
                row.note = str(replace(kept, signatures=_joined(kept.signatures, new)))
                time_s = brought.cosigned_at(known) or 0
                row.witnessed_at = max(filter(None, (row.witnessed_at, datetime.fromtimestamp(time_s, UTC))))
                tx.flush()
                return known.name, Checkpoint.read(row.note)
        raise BadInput("checkpoint", "no known witness has signed it", "Add the witness's vkey first")

    def standing(self, tx: Tx) -> Standing:
        """How far the log is signed and witnessed."""
        epoch = present_epoch(tx)
        count = size(tx, epoch)
        newest = tx.get(LogHeadRow, (epoch, _signed(tx, epoch)))
        seen = tx.scalar(
            select(LogHeadRow)
            .where(LogHeadRow.epoch == epoch, LogHeadRow.witnessed_at.is_not(None))
            .order_by(LogHeadRow.size.desc())
            .limit(1)
        )
        witnessed = 0 if seen is None else seen.size
        return Standing(
            epoch=epoch,
            size=count,
            root=tree.root(lookup(tx, epoch), count),
            signed_size=0 if newest is None else newest.size,
            signed_at=None if newest is None else newest.signed_at,
            witnessed_size=witnessed,
            witnessed_at=None if seen is None else seen.witnessed_at,
            unwitnessed_since=_leaf_time(tx, epoch, witnessed) if witnessed < count else None,
        )


def add_witness(tx: Tx, vkey: str, *, now: datetime) -> Verifier:
    """Let somebody witness heads. Raises: BadInput, Conflict if that name has another key."""
    verifier = Verifier.read(vkey)
    if verifier.kind != note.COSIGNATURE:
        raise BadInput("vkey", "it is a log's key, not a witness's", "Bring the key that the witness printed")
    known = tx.get(WitnessRow, verifier.name)
    if known is not None and known.vkey != str(verifier):
        raise Conflict("vkey", "a witness of that name has another key", "Give the new one a name of its own")
    if known is None:
        tx.add(WitnessRow(name=verifier.name, vkey=str(verifier), added_at=now))
        tx.flush()
    return verifier


def witnesses(tx: Tx) -> tuple[Verifier, ...]:
    """Everybody whose signature counts."""
    return tuple(Verifier.read(row.vkey) for row in tx.scalars(select(WitnessRow).order_by(WitnessRow.name)))


def kept(tx: Tx) -> Iterator[Checkpoint]:
    """All signed heads, by epoch and size."""
    for row in tx.scalars(select(LogHeadRow).order_by(LogHeadRow.epoch, LogHeadRow.size)):
        yield Checkpoint.read(row.note)


def _heads(tx: Tx, epoch: int) -> Iterator[Checkpoint]:
    for row in tx.scalars(select(LogHeadRow).where(LogHeadRow.epoch == epoch)):
        yield Checkpoint.read(row.note)


def _verifier(tx: Tx, name: str) -> Verifier:
    row = tx.get(WitnessRow, name)
    if row is None:
        raise NotFound("witness", "no witness of that name is known", "Add its vkey first")
    return Verifier.read(row.vkey)


def _signed(tx: Tx, epoch: int) -> int:
    return tx.scalar(select(func.max(LogHeadRow.size)).where(LogHeadRow.epoch == epoch)) or 0


def _leaf_time(tx: Tx, epoch: int, index: int) -> datetime | None:
    return tx.scalar(select(LogLeafRow.at).where(LogLeafRow.epoch == epoch, LogLeafRow.index == index))


def _joined(old: tuple[note.Signature, ...], new: tuple[note.Signature, ...]) -> tuple[note.Signature, ...]:
    """A witness's newer signature in place of its older one."""
    names = {line.name for line in new}
    return (*(line for line in old if line.name not in names), *new)
