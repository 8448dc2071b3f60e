"""Erased content leaves nothing in the files: not itself, not its ciphertext, not its wrapped keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from edge.store import calls, content
from edge.store.calls import Call
from edge.store.db import Store, Tx
from edge.vault.cipher import Address, chunks_of, seal
from edge.vault.key import Kind
from edge.vault.keystore import KeyStore
from edge.vault.pseudonym import Pseudonyms

CALLS = 200
MARKER = "最便宜的耳语标记 whispering marker "


def raw(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_two_hundred_erased_calls_leave_no_byte_of_theirs(
    tmp_path: Path, make_call: Callable[..., Call], noon: datetime
) -> None:
    store, keys = Store.open(tmp_path / "box.db"), KeyStore.open(tmp_path)
    pseudonyms = Pseudonyms(keys)
    fingerprints: list[bytes] = []
    names = [f"13800138{number:03d}" for number in range(CALLS)]
    with store.write() as tx:
        for number, name in enumerate(names):
            plain = (MARKER * 30 + str(number)).encode() * (1 + (number % 20 == 0) * 60)
            sealed = _store(tx, keys, make_call(number, call_id=name), plain, noon)
            fingerprints += [piece[:16] for piece in sealed] + [piece[-16:] for piece in sealed]
    for name in names[:5]:
        pseudonyms.remember(agent="Whispering Agent", customer=name)
    wrapped = _wrapped(tmp_path)
    before = raw(tmp_path)
    assert len(wrapped) == CALLS and all(print_ in before for print_ in [*fingerprints, *wrapped])
    assert not any(marker in before for marker in (b"whispering", "耳语标记".encode(), b"Whispering Agent"))

    keys.destroy_all(names[:150], now=noon)
    with store.write() as tx:
        for name in names[:150]:
            calls.delete_call(tx, name)
    for name in names[150:]:
        keys.destroy(name, now=noon)
        with store.write() as tx:
            calls.delete_call(tx, name)
    for name in names[:5]:
        pseudonyms.forget(pseudonyms.customer(name))
    after = raw(tmp_path)
    assert not [print_ for print_ in [*fingerprints, *wrapped] if print_ in after]
    assert b"13800138" not in after
    assert not any(marker in after for marker in (b"whispering", "耳语标记".encode(), b"Whispering Agent"))


def _store(tx: Tx, keys: KeyStore, call: Call, plain: bytes, expires_at: datetime) -> list[bytes]:
    key = keys.create_keys(call.call_id, [Kind.ANALYSIS])[Kind.ANALYSIS]
    address = Address(box=keys.box_id, call=call.call_id, kind=Kind.ANALYSIS)
    sealed = list(seal(key, address, plain))
    calls.add_call(tx, call)
    content.put_content(
        tx, call.call_id, "analysis", sealed, chunks=chunks_of(len(plain)), version=1, expires_at=expires_at
    )
    return sealed


def _wrapped(home: Path) -> list[bytes]:
    connection = sqlite3.connect(home / "keys" / "keys.db")
    try:
        return [wrapped for (wrapped,) in connection.execute("SELECT wrapped FROM data_key")]
    finally:
        connection.close()
