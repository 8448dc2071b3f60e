"""The log of an opened box, as its doors use it: heads, proofs, export, witnesses."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from edge.durable import replace_stream
from edge.errors import NotFound
from edge.log import heads
from edge.log.export import export_lines
from edge.log.heads import Heads, Standing
from edge.log.note import Checkpoint, Verifier
from edge.log.proofs import Consistency, Inclusion
from edge.store.db import Store
from edge.vault.keystore import KeyStore


class LogBook:
    """The log of one box. Thread-safe; every method blocks."""

    def __init__(self, store: Store, keys: KeyStore) -> None:
        """Use `Box.log`."""
        self._store = store
        self._heads = Heads(keys)

    @property
    def verifier(self) -> Verifier:
        """The box's public key: what an auditor or a witness is told once, by another way than the export."""
        return self._heads.verifier

    def sign(self, *, now: datetime) -> Checkpoint:
        """Sign the log as it stands. Raises: NotFound while it is empty."""
        with self._store.write() as tx:
            return self._heads.sign(tx, now=now)

    def sign_if_due(self, *, now: datetime) -> None:
        """Sign a new head where enough has been logged since the last one."""
        with self._store.write() as tx:
            self._heads.sign_if_due(tx, now=now)

    def sign_last(self, *, now: datetime) -> None:
        """Sign what is there when the box stops."""
        with suppress(NotFound):
            self.sign(now=now)

    def standing(self) -> Standing:
        """How far the log is signed and witnessed."""
        with self._store.read() as tx:
            return self._heads.standing(tx)

    def prove(self, epoch: int, index: int) -> Inclusion:
        """Prove one leaf, for a receipt or a certificate. Raises: NotFound where no head covers it yet."""
        with self._store.read() as tx:
            return self._heads.prove_leaf(tx, epoch, index)

    def export(self, path: Path, *, now: datetime, progress: Callable[[float], None] | None = None) -> None:
        """Write everything for an auditor, with a fresh head. Raises: NotFound while the log is empty; OSError."""
        self.sign(now=now)
        with self._store.read() as tx:
            replace_stream(path, export_lines(tx, self._heads, now=now, progress=progress))

    def add_witness(self, vkey: str, *, now: datetime) -> Verifier:
        """Let somebody witness. Raises: BadInput, Conflict."""
        with self._store.write() as tx:
            return heads.add_witness(tx, vkey, now=now)

    def witnesses(self) -> tuple[Verifier, ...]:
        """Everybody whose signature counts."""
        with self._store.read() as tx:
            return heads.witnesses(tx)

    def request(self, witness: str, *, now: datetime, since: int | None = None) -> Consistency:
        """What a witness is asked to sign. Raises: NotFound, BadInput."""
        with self._store.write() as tx:
            return self._heads.request(tx, witness, now=now, since=since)

    def accept(self, cosigned: str) -> tuple[str, Checkpoint]:
        """Take in a witness's answer; who it was, and the head. Raises: BadInput."""
        with self._store.write() as tx:
            return self._heads.add_cosignature(tx, cosigned)
