"""What an erasure takes away: how much of what, by hashes of its ciphertext and fingerprints of its keys.

The manifest is canonical JSON (RFC 8785); its SHA-256 stands in the log, so that a certificate can't be changed
afterwards. It names calls by log reference and holds nothing of what was said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import rfc8785

from edge.store import erasures
from edge.store.db import Tx
from edge.store.erasures import Sample, Sealed
from edge.vault.key import Kind

FORM = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One object that is erased.

    sha256: over the SHA-256 of each of its sealed chunks, in their order; key: its key's fingerprint, None if the key
    couldn't be read.
    """

    call: str
    kind: str
    version: int
    chunks: int
    size_bytes: int
    sha256: str
    key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All objects of one erasure, the keys that go, and the smallest chunk of each kind."""

    entries: tuple[Entry, ...]
    keys: tuple[str, ...]
    samples: tuple[Sample, ...]

    @property
    def size_bytes(self) -> int:
        """Of all ciphertext."""
        return sum(entry.size_bytes for entry in self.entries)

    def counts(self) -> dict[str, dict[str, int]]:
        """Objects and bytes by kind."""
        found: dict[str, dict[str, int]] = {}
        for entry in self.entries:
            kind = found.setdefault(entry.kind, {"objects": 0, "bytes": 0})
            kind["objects"] += 1
            kind["bytes"] += entry.size_bytes
        return found

    def data(self, *, box: str, suite: str) -> bytes:
        """The manifest as bytes."""
        objects = [
            {
                "call": entry.call,
                "kind": entry.kind,
                "version": entry.version,
                "chunks": entry.chunks,
                "bytes": entry.size_bytes,
                "sha256": entry.sha256,
                "key": entry.key,
            }
            for entry in self.entries
        ]
        told = {"form": FORM, "box": box, "suite": suite, "objects": objects, "keys": list(self.keys)}
        return rfc8785.dumps(told)  # type: ignore[arg-type]  # its own type for JSON is invariant


def take_stock(
    tx: Tx,
    calls: Mapping[str, str],
    kinds: Iterable[Kind],
    fingerprints: Mapping[tuple[str, Kind], str],
    *,
    owned: Iterable[str] = (),
) -> Manifest:
    """Read through the ciphertext of everything that goes. Takes as long as reading it does: a second for some 500 MB.

    Args:
        calls: call_id to log reference.
        fingerprints: of their keys.
        owned: fingerprints of keys that go as well and that lie under no call.
    """
    kinds, entries, smallest = tuple(kinds), list[Entry](), dict[str, Sample]()
    for call_id, reference in calls.items():
        for sealed in erasures.sealed_objects(tx, call_id, kinds):
            entry, sample = _entry(sealed, reference, fingerprints.get((call_id, Kind(sealed.key))), len(entries))
            entries.append(entry)
            known = smallest.get(sealed.kind)
            if known is None or len(sample.ciphertext) < len(known.ciphertext):
                smallest[sealed.kind] = sample
    keys = tuple(sorted([*fingerprints.values(), *owned]))
    return Manifest(entries=tuple(entries), keys=keys, samples=tuple(smallest.values()))


def _entry(sealed: Sealed, call: str, key: str | None, place: int) -> tuple[Entry, Sample]:
    """One object, and its smallest chunk."""
    hashes, size, smallest, smallest_at = bytearray(), 0, b"", 0
    for number, chunk in enumerate(sealed.chunks):
        hashes += hashlib.sha256(chunk).digest()
        size += len(chunk)
        if number == 0 or len(chunk) < len(smallest):
            smallest, smallest_at = chunk, number
    entry = Entry(
        call=call,
        kind=sealed.kind,
        version=sealed.version,
        chunks=len(hashes) // hashlib.sha256().digest_size,
        size_bytes=size,
        sha256=hashlib.sha256(hashes).hexdigest(),
        key=key,
    )
    sample = Sample(object=place, chunk=smallest_at, hashes=bytes(hashes), ciphertext=smallest)
    return entry, sample
