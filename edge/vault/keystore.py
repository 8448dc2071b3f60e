"""The key store: one wrapped data key per call and kind of content, in a small database of its own.

`home/keys/` (0700) holds `root.key`, which wraps the key of the present epoch in `epoch-N.kek`, which wraps the data
keys in `keys.db`. Erasure deletes a data key and leaves a tombstone; advancing the epoch re-wraps the survivors and
shreds the old epoch's file, so that no stale copy of `keys.db` (a journal's freed blocks, a copy without the epoch's
file) opens anything that was erased. All of it is of one cipher suite, chosen when the store is made.

Only `consent.gate` may call `create_keys` and `release_key`; a test holds that.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.errors import BadInput, Conflict, NotFound, NotReady
from edge.vault import keydb, keyfile, root
from edge.vault.encoding import encode
from edge.vault.epochs import Epochs
from edge.vault.key import Key, Kind, Owner
from edge.vault.keydb import one, unreadable
from edge.vault.suite import Suite

HASHING = "hashing"  # keyed hashes: calls, pseudonyms, digests, log references
ALIASES = "aliases"  # seals the references behind pseudonyms
LOG_SIGNING = "log signing"  # the log's Ed25519 key, as the 32 bytes of RFC 8032, whatever the suite
SIGNING_BYTES = 32

WRAPS_MAX = 2**31
"""Wraps under one epoch's key before a new epoch begins. NIST SP 800-38D 8.3 allows 2**32 with random nonces; three
keys a call reach half of that after centuries, but counting costs nothing."""

EVERYTHING = tuple(Kind)


class KeyStore:
    """All keys of one box. Safe to share between threads, and the folder between processes."""

    def __init__(self, folder: Path, secret: bytes, suite: Suite) -> None:
        """Use `KeyStore.open`."""
        self._database = folder / "keys.db"
        self._suite = suite
        with self._writing() as db:
            new = keydb.bring_up_to_date(db)
            if not new:
                _check_suite(db, suite)
            self._epochs = Epochs(folder, root.as_key(secret, suite), suite)
            if new:
                self._make(db)
            self._box_id, epoch = self._box(db)
            kek = self._kek(db)
            self._hashing = self._secret(db, kek, HASHING)
            self._signing = Ed25519PrivateKey.from_private_bytes(self._signing_seed(db, kek))
            self._epochs.shred_all_but(epoch)

    @classmethod
    def open(cls, home: Path, suite: Suite = Suite.AES) -> KeyStore:
        """Open `home/keys`, on first use create it.

        Raises: NotReady if others could read it, or if `root.key` or an epoch's file is missing or doesn't fit;
        BadInput if it was made for another suite.
        """
        folder = home / "keys"
        try:
            keyfile.make_folder(folder)
            return cls(folder, root.read_or_make(folder, suite), suite)
        except OSError as error:
            raise unreadable("its files can't be opened") from error

    @property
    def box_id(self) -> str:
        """The box's own random name, to which all content is bound."""
        return self._box_id

    @property
    def suite(self) -> Suite:
        """Which algorithms everything in it uses."""
        return self._suite

    def epoch(self) -> int:
        """The number of the present epoch."""
        with self._reading() as db:
            return self._box(db)[1]

    def has_epoch(self, epoch: int) -> bool:
        """Whether the file with that epoch's key is still there."""
        return self._epochs.path(epoch).exists()

    def create_keys(self, call_id: str, kinds: Iterable[Kind]) -> dict[Kind, Key]:
        """Make a call's data keys; durable when it returns. A key that is there already is given again.

        That happens where a power cut came between the keys and the call's rows: nothing durable was sealed with it.
        Raises: Conflict if one of them was destroyed before, NotReady.
        """
        call = self._call(call_id)
        with self._writing() as db:
            kek = self._kek(db)
            made = {kind: self._make_key(db, kek, call, kind) for kind in kinds}
            worn = _wraps(db) >= WRAPS_MAX
        if worn:
            self.advance_epoch()
        return made

    def release_key(self, call_id: str, kind: Kind) -> Key:
        """Unwrap one data key. Raises: NotFound if it was destroyed or never made, NotReady."""
        call = self._call(call_id)
        with self._reading() as db:
            key = self._find(db, call, kind)
        if key is None:
            raise NotFound("call_id", f"there is no key for its {kind}", "Erased content can't be had again")
        return key

    def own_key(self, owner: Owner, name: str) -> Key:
        """The key of a person, a case or a hold; made on first use, durable when it returns.

        Raises: Conflict if it was destroyed: nothing is sealed for what was erased.
        """
        place = self._owned(owner, name)
        with self._writing() as db:
            return self._make_key(db, self._kek(db), place, owner)

    def own_fingerprint(self, owner: Owner, name: str) -> str | None:
        """Such a key's fingerprint, 32 hex digits, also once it is destroyed; None if there never was one."""
        with self._reading() as db:
            fingerprint = self._fingerprint(db, self._owned(owner, name), owner)
        return None if fingerprint is None else fingerprint.hex()

    def destroy_own(self, owner: Owner, name: str, *, now: datetime) -> None:
        """Destroy such a key: what it sealed, and what its commitments stood for, can't be had again."""
        with self._writing() as db:
            self._destroy(db, [(self._owned(owner, name), owner)], now)

    def destroy(self, call_id: str, kind: Kind | None = None, *, now: datetime) -> None:
        """Destroy one key of a call, or all of them, for good; durable when it returns, and harmless to repeat.

        The tombstones hold a keyed hash of the call, the key's fingerprint and the time, nothing else.
        """
        self.destroy_all([call_id], EVERYTHING if kind is None else (kind,), now=now)

    def destroy_all(self, call_ids: Iterable[str], kinds: Iterable[Kind] = EVERYTHING, *, now: datetime) -> None:
        """Destroy keys of many calls at once: all or none, and one wait for the disk."""
        kinds = tuple(kinds)
        which = [(self._call(call_id), kind) for call_id in call_ids for kind in kinds]
        with self._writing() as db:
            self._destroy(db, which, now)

    def destroyed(self, call_id: str) -> frozenset[Kind]:
        """Which of a call's keys were destroyed."""
        with self._reading() as db:
            rows = db.execute("SELECT kind FROM tombstone WHERE call = ?", (self._call(call_id),)).fetchall()
        return frozenset(Kind(kind) for (kind,) in rows)

    def without(self, call_ids: Iterable[str], kind: Kind) -> tuple[str, ...]:
        """Those of the calls whose key of that kind was destroyed."""
        query = "SELECT 1 FROM tombstone WHERE call = ? AND kind = ?"
        with self._reading() as db:
            return tuple(call_id for call_id in call_ids if one(db, query, self._call(call_id), kind) is not None)

    def fingerprints(self, call_ids: Iterable[str], kinds: Iterable[Kind] = EVERYTHING) -> dict[tuple[str, Kind], str]:
        """Fingerprints of calls' keys by call and kind, 32 hex digits; of destroyed ones too, not of what never was."""
        kinds, found = tuple(kinds), {}
        with self._reading() as db:
            for call_id in call_ids:
                for kind in kinds:
                    if (fingerprint := self._fingerprint(db, self._call(call_id), kind)) is not None:
                        found[call_id, kind] = fingerprint.hex()
        return found

    def places_of(self, fingerprints: Iterable[str]) -> dict[str, tuple[bytes, str]]:
        """Whose destroyed keys those were: the keyed hash that stands for it, and the kind. By fingerprint."""
        found = {}
        with self._reading() as db:
            for fingerprint in fingerprints:
                query = "SELECT call, kind FROM tombstone WHERE fingerprint = ?"
                if (row := one(db, query, bytes.fromhex(fingerprint))) is not None:
                    found[fingerprint] = (row[0], row[1])
        return found

    def destroy_fingerprints(self, fingerprints: Iterable[str], *, now: datetime) -> int:
        """Destroy the keys of those fingerprints, which a restored store has again; how many there were."""
        wanted = frozenset(fingerprints)
        with self._writing() as db:
            kek = self._kek(db)
            rows = db.execute("SELECT call, kind, wrapped FROM data_key").fetchall()
            found = [
                (place, kind)
                for place, kind, wrapped in rows
                if self._unwrap(kek, wrapped, about=about_key(place, kind)).fingerprint().hex() in wanted
            ]
            self._destroy(db, found, now)
        return len(found)

    def advance_epoch(self) -> int:
        """Re-wrap every surviving key under a fresh epoch key and shred the old one; the new epoch's number.

        Killed before the commit, the old epoch stands and the new file is shredded at the next opening; killed after
        it, the new epoch stands and the old file is.
        """
        with self._writing() as db:
            box_id, epoch = self._box(db)
            old, new = self._kek(db), Key.new(self._suite)
            self._epochs.shred_all_but(epoch)
            self._epochs.write(box_id, epoch + 1, new)
            self._reseal_aliases(db, old)
            wraps = sum(_rewrap(db, table, *identify, old, new) for table, identify in _WRAPPED.items())
            db.execute("UPDATE box SET epoch = ?, wraps = ?", (epoch + 1, wraps))
        self._shred_superseded()
        return epoch + 1

    def keyed_hash(self, domain: str, pieces: Iterable[bytes]) -> bytes:
        """The suite's HMAC over pieces as one string of bytes, apart for each domain; 32 bytes."""
        return self._hashing.mac(chain([encode(domain)], pieces))

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature (RFC 8032) by the box's log key, 64 bytes."""
        return self._signing.sign(message)

    @property
    def public_key(self) -> bytes:
        """What `sign`'s signatures are checked with, 32 bytes."""
        return self._signing.public_key().public_bytes_raw()

    def remember(self, references: Mapping[str, str]) -> None:
        """Keep what stands behind pseudonyms, encrypted: pseudonym to reference."""
        with self._writing() as db:
            key = self._secret(db, self._kek(db), ALIASES)
            rows = [
                (pseudonym, key.seal(reference.encode(), about=_about_alias(pseudonym)))
                for pseudonym, reference in references.items()
            ]
            db.executemany("INSERT OR IGNORE INTO alias VALUES (?, ?)", rows)

    def reference(self, pseudonym: str) -> str:
        """What stands behind a pseudonym. Raises: NotFound."""
        with self._reading() as db:
            row = one(db, "SELECT sealed FROM alias WHERE pseudonym = ?", pseudonym)
            if row is None:
                raise NotFound("pseudonym", "nothing is kept behind it", "It may have been erased with its last call")
            key = self._secret(db, self._kek(db), ALIASES)
        return _opened(key, row[0], about=_about_alias(pseudonym)).decode()

    def remembered(self) -> tuple[str, ...]:
        """Every pseudonym that something is kept behind."""
        with self._reading() as db:
            return tuple(pseudonym for (pseudonym,) in db.execute("SELECT pseudonym FROM alias"))

    def forget(self, pseudonym: str) -> None:
        """Erase what stands behind a pseudonym."""
        with self._writing() as db:
            db.execute("DELETE FROM alias WHERE pseudonym = ?", (pseudonym,))

    def _call(self, call_id: str) -> bytes:
        return self.keyed_hash("key of call", [call_id.encode()])

    def _owned(self, owner: Owner, name: str) -> bytes:
        return self.keyed_hash(f"key of {owner}", [name.encode()])

    def _find(self, db: sqlite3.Connection, place: bytes, kind: str) -> Key | None:
        row = one(db, "SELECT wrapped FROM data_key WHERE call = ? AND kind = ?", place, kind)
        return None if row is None else self._unwrap(self._kek(db), row[0], about=about_key(place, kind))

    def _make_key(self, db: sqlite3.Connection, kek: Key, place: bytes, kind: Kind | Owner) -> Key:
        if one(db, "SELECT 1 FROM tombstone WHERE call = ? AND kind = ?", place, kind):
            raise _erased_before(kind)
        if (key := self._find(db, place, kind)) is not None:
            return key
        key = Key.new(self._suite)
        wrapped = key.wrapped_by(kek, about=about_key(place, kind))
        db.execute("INSERT INTO data_key VALUES (?, ?, ?)", (place, kind, wrapped))
        db.execute("UPDATE box SET wraps = wraps + 1")
        return key

    def _destroy(self, db: sqlite3.Connection, which: Iterable[tuple[bytes, str]], now: datetime) -> None:
        at = now.astimezone(UTC).isoformat()
        rows = [(place, kind, at, self._fingerprint(db, place, kind)) for place, kind in which]
        db.executemany("DELETE FROM data_key WHERE call = ? AND kind = ?", [row[:2] for row in rows])
        db.executemany(
            "INSERT OR IGNORE INTO tombstone (call, kind, destroyed_at, fingerprint) VALUES (?, ?, ?, ?)", rows
        )

    def _fingerprint(self, db: sqlite3.Connection, place: bytes, kind: str) -> bytes | None:
        """None for a key that never was, and for one that is damaged: that must not keep it from being erased."""
        with suppress(NotReady):
            if (key := self._find(db, place, kind)) is not None:
                return key.fingerprint()
        row = one(db, "SELECT fingerprint FROM tombstone WHERE call = ? AND kind = ?", place, kind)
        return None if row is None else row[0]

    def _make(self, db: sqlite3.Connection) -> None:
        """Make the box's name, its secrets and the first epoch of a new store."""
        box_id, kek = secrets.token_hex(16), Key.new(self._suite)
        self._epochs.shred_all_but(0)  # of an attempt that was cut short
        self._epochs.write(box_id, 1, kek)
        db.execute("INSERT INTO box (id, epoch, suite, wraps) VALUES (?, 1, ?, 0)", (box_id, self._suite))
        for name in (HASHING, ALIASES):
            _add_secret(db, kek, name, Key.new(self._suite).expose())

    def _box(self, db: sqlite3.Connection) -> tuple[str, int]:
        row = one(db, "SELECT id, epoch FROM box")
        if row is None:
            raise unreadable("it has lost the box's name")
        return str(row[0]), int(row[1])

    def _secret(self, db: sqlite3.Connection, kek: Key, name: str) -> Key:
        return Key(_open_secret(db, kek, name), self._suite)

    def _reseal_aliases(self, db: sqlite3.Connection, kek: Key) -> None:
        """Seal the references anew: a stale copy of an erased one must not open with the key of those that stay."""
        old, new = self._secret(db, kek, ALIASES), Key.new(self._suite)
        rows = db.execute("SELECT pseudonym, sealed FROM alias").fetchall()
        fresh = (
            (new.seal(_opened(old, sealed, about=_about_alias(name)), about=_about_alias(name)), name)
            for name, sealed in rows
        )
        db.executemany("UPDATE alias SET sealed = ? WHERE pseudonym = ?", fresh)
        db.execute("DELETE FROM secret WHERE name = ?", (ALIASES,))
        _add_secret(db, kek, ALIASES, new.expose())

    def _signing_seed(self, db: sqlite3.Connection, kek: Key) -> bytes:
        """The log's key; stores of the first version don't have one yet."""
        if one(db, "SELECT 1 FROM secret WHERE name = ?", LOG_SIGNING) is None:
            _add_secret(db, kek, LOG_SIGNING, secrets.token_bytes(SIGNING_BYTES))
        return _open_secret(db, kek, LOG_SIGNING)

    def _kek(self, db: sqlite3.Connection) -> Key:
        """The present epoch's key. Read inside the transaction: no other process can move the epoch meanwhile."""
        return self._epochs.read(*self._box(db))

    def _unwrap(self, wrapping: Key, wrapped: bytes, *, about: bytes) -> Key:
        return Key(_opened(wrapping, wrapped, about=about), self._suite)

    def _shred_superseded(self) -> None:
        """Shred what isn't the present epoch's, with the database locked: another process may just write a new one."""
        with self._writing() as db:
            self._epochs.shred_all_but(self._box(db)[1])

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with keydb.transaction(self._database, "BEGIN") as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with keydb.transaction(self._database, "BEGIN IMMEDIATE") as db:
            yield db


def about_key(place: bytes, kind: str) -> bytes:
    """What a wrapped data key is bound to: the keyed hash of whose it is, and its kind."""
    return encode("data key", place, kind)


def _check_suite(db: sqlite3.Connection, wanted: Suite) -> None:
    row = one(db, "SELECT suite FROM box")
    if row is not None and row[0] != wanted:
        problem = f"the box's keys were made for {row[0]}, and suites are never mixed"
        raise BadInput("settings.vault.suite", problem, f"Set it to {row[0]}, or begin a new box")


def _erased_before(kind: Kind | Owner) -> Conflict:
    if isinstance(kind, Kind):
        return Conflict("call_id", "a call of that name was erased on this box", "Send the call under a new call_id")
    return Conflict(str(kind), "what is on record about it was erased on this box", "Begin under a new reference")


def _about_alias(pseudonym: str) -> bytes:
    return encode("alias", pseudonym)


def about_secret(name: str) -> bytes:
    """What a wrapped secret of the box is bound to."""
    return encode("secret", name)


def _add_secret(db: sqlite3.Connection, kek: Key, name: str, secret: bytes) -> None:
    db.execute("INSERT INTO secret VALUES (?, ?)", (name, kek.seal(secret, about=about_secret(name))))
    db.execute("UPDATE box SET wraps = wraps + 1")


def _open_secret(db: sqlite3.Connection, kek: Key, name: str) -> bytes:
    row = one(db, "SELECT wrapped FROM secret WHERE name = ?", name)
    if row is None:
        raise unreadable("it has lost a secret")
    return _opened(kek, row[0], about=about_secret(name))


def _wraps(db: sqlite3.Connection) -> int:
    row = one(db, "SELECT wraps FROM box")
    return 0 if row is None else int(row[0])


_WRAPPED: dict[str, tuple[tuple[str, ...], Callable[..., bytes]]] = {
    "data_key": (("call", "kind"), about_key),
    "secret": (("name",), about_secret),
}


def _rewrap(
    db: sqlite3.Connection, table: str, columns: tuple[str, ...], about: Callable[..., bytes], old: Key, new: Key
) -> int:
    where = " AND ".join(f"{column} = ?" for column in columns)
    rows = db.execute(f"SELECT {', '.join(columns)}, wrapped FROM {table}").fetchall()  # noqa: S608 - names of ours
    fresh = (
        (new.seal(_opened(old, wrapped, about=about(*identity)), about=about(*identity)), *identity)
        for *identity, wrapped in rows
    )
    db.executemany(f"UPDATE {table} SET wrapped = ? WHERE {where}", fresh)  # noqa: S608 - names of ours
    return len(rows)


def _opened(wrapping: Key, wrapped: bytes, *, about: bytes) -> bytes:
    try:
        return wrapping.open(wrapped, about=about)
    except (InvalidTag, ValueError) as error:
        raise unreadable("a key in it doesn't open: changed, or not of this box") from error
