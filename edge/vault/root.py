"""The root key: the one key of a box that lies unwrapped, in `keys/root.key`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from edge.vault import keyfile
from edge.vault.key import Key
from edge.vault.keydb import unreadable
from edge.vault.suite import Suite


def read_or_make(folder: Path, suite: Suite) -> bytes:
    """Read the root key, or make it and an empty database where there is no key store yet. Raises: NotReady.

    The database is looked at first: another process makes the root before it, so a database without a root is a loss.
    """
    database, file = folder / "keys.db", folder / "root.key"
    started = database.exists() and database.stat().st_size > 0
    if not file.exists():
        if started:
            raise unreadable("root.key is missing")
        _quietly(lambda: keyfile.create(file, Key.new(suite).expose()))
    secret = keyfile.read(file)
    if not database.exists():
        _quietly(lambda: keyfile.create(database, b""))
    keyfile.check_private(database)
    return secret


def as_key(secret: bytes, suite: Suite) -> Key:
    """The root key under its suite. Raises: NotReady where it hasn't the suite's length."""
    if len(secret) != suite.key_bytes:
        raise unreadable(f"root.key has {len(secret)} bytes, not {suite.key_bytes}")
    return Key(secret, suite)


def _quietly(make: Callable[[], None]) -> None:
    """Another process that opens the same home may be faster; then its file counts."""
    try:
        make()
    except FileExistsError:
        return
