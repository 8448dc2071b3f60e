"""The erasures of an opened box, as its doors use them: the list, certificates, and trying to open what was erased."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from edge.erasure.certificate import Certificate, Finding, check, not_a_certificate, targets
from edge.log.book import LogBook
from edge.log.leaf import LeafType
from edge.log.log import leaf_data, leaves
from edge.pipeline import Parts
from edge.store import erasures
from edge.store.erasures import Erasure
from edge.vault.trial import Tried, attempt

CERTIFICATE_BYTES_MAX: Final = 64 * 2**20
COLUMNS: Final = (
    "erasure",
    "at",
    "trigger",
    "article",
    "case",
    "subject",
    "operator",
    "calls",
    "bytes",
    "key_epoch_before",
    "key_epoch_after",
    "old_key_destroyed",
    "backups_expire_at",
    "log_epoch",
    "log_index",
)


class Erasures:
    """What was erased on one box. Thread-safe; every method blocks."""

    def __init__(self, parts: Parts) -> None:
        """Use `Box.erasures`."""
        self._parts = parts
        self._log = LogBook(parts.store, parts.keys)

    def page(self, *, limit: int | None = None, before: int | None = None) -> tuple[Erasure, ...]:
        """Erasures, newest first; those numbered below `before`."""
        with self._parts.store.read() as tx:
            return erasures.page(tx, limit=limit, before=before)

    def certificate(self, number: int, *, now: datetime) -> Certificate:
        """The certificate of one erasure, with a proof by a signed head. Raises: NotFound."""
        with self._parts.store.read() as tx:
            erasure, samples = erasures.get(tx, number), erasures.samples(tx, number)
            leaf = leaf_data(tx, *erasure.leaf)
        self._log.sign(now=now)
        return Certificate(
            erasure=erasure,
            box=self._parts.keys.box_id,
            vkey=str(self._log.verifier),
            leaf=leaf,
            proof=str(self._log.prove(*erasure.leaf)),
            samples=samples,
        )

    def ledger(self) -> frozenset[str]:
        """Fingerprints of every key that was ever destroyed: what a restored key store must lose again (`replay`)."""
        with self._parts.store.read() as tx:
            told = leaves(tx, kind=LeafType.ERASURE)
        return frozenset(key for leaf in told for key in leaf["facts"]["keys"])

    def verify(
        self,
        document: Mapping[str, Any],
        *,
        copies: Iterable[Path] = (),
        progress: Callable[[float], None],
    ) -> tuple[tuple[Finding, ...], tuple[Tried, ...]]:
        """Check a certificate and try to open its samples with everything there is: the findings, and what was tried.

        Args:
            copies: of the key store: folders or files.
        Raises: BadInput if it is no certificate, or a copy can't be read.
        """
        checked = check(document, str(self._log.verifier))
        tried = attempt(
            self._parts.keys,
            self._parts.settings.home,
            targets(document),
            destroyed=frozenset(document["manifest"]["keys"]),
            copies=copies,
            progress=progress,
        )
        return (*checked, self._epoch(document), _trial(tried)), tried

    def _epoch(self, document: Mapping[str, Any]) -> Finding:
        try:
            before = int(document["key_epoch"]["before"])
        except (KeyError, TypeError, ValueError) as error:
            raise not_a_certificate() from error
        if self._parts.keys.epoch() <= before:
            return Finding(what="epoch", why="not_moved")
        return Finding(what="epoch", why="still_there" if self._parts.keys.has_epoch(before) else "")


def _trial(tried: Sequence[Tried]) -> Finding:
    return Finding(what="trial", why="opened" if any(one.opened or one.destroyed for one in tried) else "")


def read_certificate(data: bytes) -> dict[str, Any]:
    """A certificate as it was written to a file. Raises: BadInput."""
    try:
        if len(data) > CERTIFICATE_BYTES_MAX:
            raise not_a_certificate()
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise not_a_certificate() from error
    if not isinstance(document, dict):
        raise not_a_certificate()
    return document


def row(erasure: Erasure) -> dict[str, str | int | bool | None]:
    """One erasure as a row of the list, by the names of COLUMNS."""
    values = (
        erasure.id,
        erasure.at.isoformat(timespec="seconds"),
        erasure.why.trigger,
        erasure.article,
        erasure.why.case,
        erasure.why.subject,
        erasure.why.actor,
        erasure.calls,
        erasure.size_bytes,
        erasure.key_epoch,
        erasure.key_epoch_after,
        erasure.old_key_destroyed,
        erasure.backups_expire_at.isoformat(timespec="seconds"),
        *erasure.leaf,
    )
    return dict(zip(COLUMNS, values, strict=True))


def as_csv(found: Iterable[Erasure]) -> bytes:
    """The list as CSV, with the byte-order mark that spreadsheets look for."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    table.writerows(row(erasure) for erasure in found)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
