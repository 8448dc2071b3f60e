"""Trying to open what was erased with everything there is: that its keys are gone shows in that this fails.

All that could be a key is tried: the keys of the store, every file of a key's size, and every stretch of every file,
free pages and journals too, that could be the wrapped key, under every wrapping key that can be had. The same goes for
copies of the key store that somebody brings. No key leaves this module, only what was tried and what opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag

from edge.errors import BadInput
from edge.vault.cipher import Address
from edge.vault.epochs import FILE, about_epoch
from edge.vault.key import NONCE_BYTES, Key
from edge.vault.keystore import KeyStore, about_key, about_secret
from edge.vault.suite import TAG_BYTES, Suite

COPY_BYTES_MAX = 256 * 2**20
"""Of one file of a copy that is looked through; a key store is a hundred times smaller."""

STRETCHES_A_TURN = 4096  # between two calls of `progress`

Progress = Callable[[float], None]
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One erased chunk, where it belongs, and the fingerprint of its key, if that is known."""

    address: Address
    chunk: int
    chunks: int
    ciphertext: bytes
    key: str | None

    def opens_with(self, key: Key) -> bool:
        """Whether a key opens it."""
        try:
            key.open(self.ciphertext, about=self.address.about(self.chunk, self.chunks))
        except (InvalidTag, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What one source of keys came to.

    keys: found in it whole, each tried on each target. stretches: of its bytes, tried as a wrapped key.
    opened: targets, by place in the list, that something in it opened. destroyed: of the keys, those that had been.
    """

    source: str
    files: int
    keys: int
    stretches: int
    opened: tuple[int, ...]
    destroyed: int


def attempt(
    store: KeyStore,
    home: Path,
    targets: Sequence[Target],
    *,
    destroyed: Collection[str] = (),
    copies: Iterable[Path] = (),
    progress: Progress,
) -> tuple[Tried, ...]:
    """Try to open erased chunks with the box's own keys, then with each copy of a key store.

    Args:
        destroyed: fingerprints of all keys that were, not only of those whose chunks there are.
        copies: folders, or files.
        progress: called with the share that is done, 0 to 1. A store of 10,000 calls takes half a minute.
    Raises: BadInput where a copy can't be read.
    """
    sources = [("keys", read_files(home / "keys")), *((copy.name, read_files(copy)) for copy in copies)]
    places = store.places_of(target.key for target in targets if target.key is not None)
    wanted = {about_key(*place) for place in places.values()}
    roots: list[Key] = []
    wrapping: list[Key] = []
    found = []
    for number, (name, files) in enumerate(sources):
        roots += [Key(data, store.suite) for data in files.values() if len(data) == store.suite.key_bytes]
        wrapping += _epoch_keys(files, store.box_id, roots, store.suite)
        keys = [*roots, *wrapping, *_stored_keys(files, wrapping, store.suite)]
        stretches = 0
        for key, looked_at, share in _carved(files, wrapping, wanted, store.suite):
            keys += [key] if key is not None else []
            stretches = looked_at
            progress((number + share) / len(sources))
        opened = [place for place, target in enumerate(targets) if any(map(target.opens_with, keys))]
        found.append(
            Tried(
                source=name,
                files=len(files),
                keys=len(keys),
                stretches=stretches,
                opened=tuple(opened),
                destroyed=sum(key.fingerprint().hex() in destroyed for key in keys),
            )
        )
    progress(1.0)
    return tuple(found)


def read_files(path: Path) -> Files:
    """Every file of a folder by name, or one file. Raises: BadInput where they can't be read."""
    try:
        paths = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        if any(each.stat().st_size > COPY_BYTES_MAX for each in paths):
            raise BadInput("copy", f"a file in it is larger than {COPY_BYTES_MAX:,} bytes", "Name a copy of `keys`")
        return {str(each.relative_to(path)) if path.is_dir() else each.name: each.read_bytes() for each in paths}
    except OSError as error:
        raise BadInput("copy", "it can't be read", "Name a folder or file that is a copy of `keys`") from error


def _epoch_keys(files: Files, box_id: str, roots: Sequence[Key], suite: Suite) -> Iterator[Key]:
    for name, data in files.items():
        if number := FILE.search(name):
            yield from _unwrapped(data, about_epoch(box_id, int(number[1])), roots, suite)


def _stored_keys(files: Files, wrapping: Sequence[Key], suite: Suite) -> Iterator[Key]:
    """What key stores' databases hold, as far as it can be unwrapped."""
    for data in files.values():
        if not data.startswith(b"SQLite format 3\0"):
            continue
        with closing(sqlite3.connect(":memory:")) as db, suppress(sqlite3.Error):
            db.deserialize(data)
            for place, kind, wrapped in db.execute("SELECT call, kind, wrapped FROM data_key"):
                yield from _unwrapped(wrapped, about_key(place, kind), wrapping, suite)
            for name, wrapped in db.execute("SELECT name, wrapped FROM secret"):
                yield from _unwrapped(wrapped, about_secret(name), wrapping, suite)


def _carved(
    files: Files, wrapping: Sequence[Key], wanted: Iterable[bytes], suite: Suite
) -> Iterator[tuple[Key | None, int, float]]:
    """Look for the wanted keys at every byte; what was found, stretches looked at, and the share that is done."""
    length = NONCE_BYTES + suite.key_bytes + TAG_BYTES
    total = sum(max(0, len(data) - length + 1) for data in files.values())
    looked_at, wanted = 0, tuple(wanted)
    for data in files.values():
        for start in range(len(data) - length + 1):
            looked_at += 1
            for about in wanted:
                for key in _unwrapped(data[start : start + length], about, wrapping, suite):
                    yield key, looked_at, looked_at / total
            if looked_at % STRETCHES_A_TURN == 0:
                yield None, looked_at, looked_at / total
    yield None, looked_at, 1.0


def _unwrapped(wrapped: bytes, about: bytes, wrapping: Iterable[Key], suite: Suite) -> Iterator[Key]:
    for key in wrapping:
        with suppress(InvalidTag, ValueError):
            yield Key(key.open(wrapped, about=about), suite)
