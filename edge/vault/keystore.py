"""The key store: one wrapped data key per call and kind of content, in a small database of its own.

`home/keys/` (0700) holds `root.key`, which wraps the key of the present epoch in `epoch-N.kek`, which wraps the data
keys in `keys.db`. Erasure deletes a data key and leaves a tombstone; advancing the epoch re-wraps the survivors and
shreds the old epoch's file, so that no stale copy of `keys.db` (a journal's freed blocks, a copy without the epoch's
file) opens anything that was erased. The database keeps no write-ahead log and overwrites what it deletes.

Only `consent.gate` may call `create_keys` and `release_key`; a test holds that.
"""

from __future__ import annotations

import hmac
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.errors import Conflict, NotFound, NotReady
from edge.vault import keyfile
from edge.vault.encoding import encode
from edge.vault.key import KEY_BYTES, Key, Kind

SCHEMA_VERSION = 1
BUSY_S_MAX = 30.0
"""How long to wait for another process's transaction; theirs take milliseconds, an epoch's re-wrapping seconds."""

SCHEMA = """
CREATE TABLE box (id TEXT NOT NULL, epoch INTEGER NOT NULL);
CREATE TABLE secret (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE data_key (call BLOB, kind TEXT, wrapped BLOB NOT NULL, PRIMARY KEY (call, kind)) WITHOUT ROWID;
CREATE TABLE tombstone (call BLOB, kind TEXT, destroyed_at TEXT NOT NULL, PRIMARY KEY (call, kind)) WITHOUT ROWID;
CREATE TABLE alias (pseudonym TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
"""
PRAGMAS = {"journal_mode": "delete", "secure_delete": 1, "synchronous": 3, "trusted_schema": 0}
HASHING = "hashing"  # keyed hashes: calls, pseudonyms, digests, log references
ALIASES = "aliases"  # seals the references behind pseudonyms
LOG_SIGNING = "log signing"  # the log's Ed25519 key, as the 32 bytes of RFC 8032


class KeyStore:
    """All keys of one box. Safe to share between threads, and the folder between processes."""

    def __init__(self, folder: Path, root: Key) -> None:
        """Use `KeyStore.open`."""
        self._folder = folder
        self._database = folder / "keys.db"
        self._root = root
        with self._writing() as db:
            self._prepare(db)
            self._box_id, self._epoch_seen = self._box(db)
            kek = self._kek(db)
            self._hashing = self._secret(db, kek, HASHING)
            self._aliases = self._secret(db, kek, ALIASES)
            self._signing = _signing_key(self._secret_or_new(db, kek, LOG_SIGNING))
            self._shred_stale(self._epoch_seen)

    @classmethod
    def open(cls, home: Path) -> KeyStore:
        """Open `home/keys`, on first use create it.

        Raises: NotReady if others could read it, or if `root.key` or an epoch's file is missing or doesn't fit.
        """
        folder = home / "keys"
        try:
            keyfile.make_folder(folder)
            return cls(folder, _root(folder))
        except OSError as error:
            raise _unreadable("its files can't be opened") from error

    @property
    def box_id(self) -> str:
        """The box's own random name, to which all content is bound."""
        return self._box_id

    def create_keys(self, call_id: str, kinds: Iterable[Kind]) -> dict[Kind, Key]:
        """Make a call's data keys; durable when it returns. A key that is there already is given again.

        That happens where a power cut came between the keys and the call's rows: nothing durable was sealed with it.
        Raises: Conflict if one of them was destroyed before, NotReady.
        """
        call = self._call(call_id)
        with self._writing() as db:
            kek = self._kek(db)
            return {kind: self._make_key(db, kek, call, kind) for kind in kinds}

    def release_key(self, call_id: str, kind: Kind) -> Key:
        """Unwrap one data key. Raises: NotFound if it was destroyed or never made, NotReady."""
        call = self._call(call_id)
        with self._reading() as db:
            row = _one(db, "SELECT wrapped FROM data_key WHERE call = ? AND kind = ?", call, kind)
            if row is None:
                raise NotFound("call_id", f"there is no key for its {kind}", "Erased content can't be had again")
            return _unwrap(self._kek(db), row[0], about=_about_key(call, kind))

    def destroy(self, call_id: str, kind: Kind | None = None, *, now: datetime) -> None:
        """Destroy one key of a call, or all of them, for good; durable when it returns, and harmless to repeat.

        The tombstones hold a keyed hash of the call and the time, nothing else.
        """
        self.destroy_all([call_id], kind, now=now)

    def destroy_all(self, call_ids: Iterable[str], kind: Kind | None = None, *, now: datetime) -> None:
        """Destroy one key, or all of them, of many calls at once: all or none, and one wait for the disk."""
        at = now.astimezone(UTC).isoformat()
        kinds = tuple(Kind) if kind is None else (kind,)
        which = [(self._call(call_id), each) for call_id in call_ids for each in kinds]
        with self._writing() as db:
            db.executemany("DELETE FROM data_key WHERE call = ? AND kind = ?", which)
            db.executemany("INSERT OR IGNORE INTO tombstone VALUES (?, ?, ?)", [(*each, at) for each in which])

    def destroyed(self, call_id: str) -> frozenset[Kind]:
        """Which of a call's keys were destroyed."""
        with self._reading() as db:
            rows = db.execute("SELECT kind FROM tombstone WHERE call = ?", (self._call(call_id),)).fetchall()
        return frozenset(Kind(kind) for (kind,) in rows)

    def advance_epoch(self) -> int:
        """Re-wrap every surviving key under a fresh epoch key and shred the old one; the new epoch's number.

        Killed before the commit, the old epoch stands and the new file is shredded at the next opening; killed after
        it, the new epoch stands and the old file is.
        """
        with self._writing() as db:
            box_id, epoch = self._box(db)
            old, new = self._kek(db), Key.new()
            self._shred_stale(epoch)
            self._write_epoch(box_id, epoch + 1, new)
            for table, identify in _WRAPPED.items():
                _rewrap(db, table, identify, old, new)
            db.execute("UPDATE box SET epoch = ?", (epoch + 1,))
        self._shred_superseded()
        return epoch + 1

    def keyed_hash(self, domain: str, pieces: Iterable[bytes]) -> bytes:
        """HMAC-SHA-256 over pieces as one string of bytes, apart for each domain; 32 bytes."""
        digest = hmac.new(self._hashing.expose(), encode(domain), "sha256")
        for piece in pieces:
            digest.update(piece)
        return digest.digest()

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature (RFC 8032) by the box's log key, 64 bytes."""
        return self._signing.sign(message)

    @property
    def public_key(self) -> bytes:
        """What `sign`'s signatures are checked with, 32 bytes."""
        return self._signing.public_key().public_bytes_raw()

    def remember(self, references: Mapping[str, str]) -> None:
        """Keep what stands behind pseudonyms, encrypted: pseudonym to reference."""
        rows = [
            (pseudonym, self._aliases.seal(reference.encode(), about=encode("alias", pseudonym)))
            for pseudonym, reference in references.items()
        ]
        with self._writing() as db:
            db.executemany("INSERT OR IGNORE INTO alias VALUES (?, ?)", rows)

    def reference(self, pseudonym: str) -> str:
        """What stands behind a pseudonym. Raises: NotFound."""
        with self._reading() as db:
            row = _one(db, "SELECT sealed FROM alias WHERE pseudonym = ?", pseudonym)
        if row is None:
            raise NotFound("pseudonym", "nothing is kept behind it", "It may have been erased with its last call")
        try:
            return self._aliases.open(row[0], about=encode("alias", pseudonym)).decode()
        except InvalidTag as error:
            raise _unreadable("the reference behind a pseudonym was changed") from error

    def forget(self, pseudonym: str) -> None:
        """Erase what stands behind a pseudonym."""
        with self._writing() as db:
            db.execute("DELETE FROM alias WHERE pseudonym = ?", (pseudonym,))

    def _call(self, call_id: str) -> bytes:
        return self.keyed_hash("key of call", [call_id.encode()])

    def _make_key(self, db: sqlite3.Connection, kek: Key, call: bytes, kind: Kind) -> Key:
        if _one(db, "SELECT 1 FROM tombstone WHERE call = ? AND kind = ?", call, kind):
            raise Conflict("call_id", "a call of that name was erased on this box", "Send the call under a new call_id")
        about = _about_key(call, kind)
        if row := _one(db, "SELECT wrapped FROM data_key WHERE call = ? AND kind = ?", call, kind):
            return _unwrap(kek, row[0], about=about)
        key = Key.new()
        db.execute("INSERT INTO data_key VALUES (?, ?, ?)", (call, kind, key.wrapped_by(kek, about=about)))
        return key

    def _prepare(self, db: sqlite3.Connection) -> None:
        """Make tables, the box's name, its secrets and the first epoch, if this is a new store."""
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version == SCHEMA_VERSION:
            return
        if version != 0:
            raise _unreadable(f"it was written by a newer version of the program (form {version})")
        for statement in filter(str.strip, SCHEMA.split(";")):
            db.execute(statement)
        box_id, kek = secrets.token_hex(16), Key.new()
        self._shred_stale(0)  # of an attempt that was cut short
        self._write_epoch(box_id, 1, kek)
        db.execute("INSERT INTO box VALUES (?, 1)", (box_id,))
        for name in (HASHING, ALIASES):
            db.execute("INSERT INTO secret VALUES (?, ?)", (name, Key.new().wrapped_by(kek, about=_about_secret(name))))
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _box(self, db: sqlite3.Connection) -> tuple[str, int]:
        row = _one(db, "SELECT id, epoch FROM box")
        if row is None:
            raise _unreadable("it has lost the box's name")
        return str(row[0]), int(row[1])

    def _secret(self, db: sqlite3.Connection, kek: Key, name: str) -> Key:
        row = _one(db, "SELECT wrapped FROM secret WHERE name = ?", name)
        if row is None:
            raise _unreadable("it has lost a secret")
        return _unwrap(kek, row[0], about=_about_secret(name))

    def _secret_or_new(self, db: sqlite3.Connection, kek: Key, name: str) -> Key:
        """A secret that stores of earlier versions don't have yet."""
        if _one(db, "SELECT 1 FROM secret WHERE name = ?", name) is None:
            db.execute("INSERT INTO secret VALUES (?, ?)", (name, Key.new().wrapped_by(kek, about=_about_secret(name))))
        return self._secret(db, kek, name)

    def _kek(self, db: sqlite3.Connection) -> Key:
        """The present epoch's key. Read inside the transaction: no other process can move the epoch meanwhile."""
        box_id, epoch = self._box(db)
        try:
            wrapped = keyfile.read(self._epoch_file(epoch))
        except FileNotFoundError as error:
            raise _unreadable(f"epoch-{epoch}.kek is missing") from error
        return _unwrap(self._root, wrapped, about=encode("epoch", box_id, epoch))

    def _epoch_file(self, epoch: int) -> Path:
        return self._folder / f"epoch-{epoch}.kek"

    def _write_epoch(self, box_id: str, epoch: int, kek: Key) -> None:
        keyfile.create(self._epoch_file(epoch), kek.wrapped_by(self._root, about=encode("epoch", box_id, epoch)))

    def _shred_superseded(self) -> None:
        """Shred what isn't the present epoch's, with the database locked: another process may just write a new one."""
        with self._writing() as db:
            _, epoch = self._box(db)
            self._shred_stale(epoch)

    def _shred_stale(self, present_epoch: int) -> None:
        for path in self._folder.iterdir():
            superseded = re.fullmatch(r"epoch-\d+\.kek", path.name) and path != self._epoch_file(present_epoch)
            if superseded or path.suffix == keyfile.DRAFT:
                keyfile.shred(path)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._transaction("BEGIN") as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._transaction("BEGIN IMMEDIATE") as db:
            yield db

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        """One connection, one transaction: connections are cheap, and none outlives a fork or a thread."""
        try:
            db = sqlite3.connect(
                f"file:{quote(str(self._database))}?mode=rw", uri=True, isolation_level=None, timeout=BUSY_S_MAX
            )
            try:
                _configure(db)
                db.execute(begin)
                try:
                    yield db
                except BaseException:
                    _roll_back(db)
                    raise
                db.execute("COMMIT")
            finally:
                db.close()
        except sqlite3.Error as error:
            name = str(getattr(error, "sqlite_errorname", "") or type(error).__name__)
            raise _unreadable(next((text for code, text in _ERRORS.items() if name.startswith(code)), name)) from error
        except OSError as error:
            raise _unreadable("its files can't be read or written") from error


def _roll_back(db: sqlite3.Connection) -> None:
    """A full disk has rolled back on its own already."""
    if db.in_transaction:
        db.execute("ROLLBACK")


def _configure(db: sqlite3.Connection) -> None:
    for name, value in PRAGMAS.items():
        db.execute(f"PRAGMA {name} = {value}")
        (actual,) = db.execute(f"PRAGMA {name}").fetchone()
        if actual != value:
            raise _unreadable(f"SQLite keeps {name} = {actual}, not {value}")


def _root(folder: Path) -> Key:
    """Read the root key, or make it where there is no key store yet.

    The database is looked at first: another process makes the root before it, so a database without a root is a loss.
    """
    database, file = folder / "keys.db", folder / "root.key"
    started = database.exists() and database.stat().st_size > 0
    if not file.exists():
        if started:
            raise _unreadable("root.key is missing")
        _quietly(lambda: keyfile.create(file, Key.new().expose()))
    secret = keyfile.read(file)
    if len(secret) != KEY_BYTES:
        raise _unreadable(f"root.key has {len(secret)} bytes, not {KEY_BYTES}")
    if not database.exists():
        _quietly(lambda: keyfile.create(database, b""))
    keyfile.check_private(database)
    return Key(secret)


def _quietly(make: Callable[[], None]) -> None:
    """Another process that opens the same home may be faster; then its file counts."""
    try:
        make()
    except FileExistsError:
        return


def _signing_key(seed: Key) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed.expose())


def _about_key(call: bytes, kind: str) -> bytes:
    return encode("data key", call, kind)


def _about_secret(name: str) -> bytes:
    return encode("secret", name)


_WRAPPED: dict[str, tuple[tuple[str, ...], Callable[..., bytes]]] = {
    "data_key": (("call", "kind"), _about_key),
    "secret": (("name",), _about_secret),
}


def _rewrap(
    db: sqlite3.Connection, table: str, identify: tuple[tuple[str, ...], Callable[..., bytes]], old: Key, new: Key
) -> None:
    columns, about = identify
    where = " AND ".join(f"{column} = ?" for column in columns)
    rows = db.execute(f"SELECT {', '.join(columns)}, wrapped FROM {table}").fetchall()  # noqa: S608 - names of ours
    fresh = (
        (_unwrap(old, wrapped, about=about(*identity)).wrapped_by(new, about=about(*identity)), *identity)
        for *identity, wrapped in rows
    )
    db.executemany(f"UPDATE {table} SET wrapped = ? WHERE {where}", fresh)  # noqa: S608 - names of ours


def _unwrap(wrapping: Key, wrapped: bytes, *, about: bytes) -> Key:
    try:
        return Key(wrapping.open(wrapped, about=about))
    except (InvalidTag, ValueError) as error:
        raise _unreadable("a key in it doesn't open: changed, or not of this box") from error


def _one(db: sqlite3.Connection, query: str, *values: object) -> tuple[Any, ...] | None:
    row: tuple[Any, ...] | None = db.execute(query, values).fetchone()
    return row


_ERRORS = {
    "SQLITE_FULL": "the disk is full; nothing was changed",
    "SQLITE_IOERR": "the disk can't be read or written; nothing was changed",
    "SQLITE_BUSY": "another process kept it busy too long; nothing was changed",
    "SQLITE_CORRUPT": "keys.db is damaged",
    "SQLITE_NOTADB": "keys.db is damaged",
    "SQLITE_CANTOPEN": "keys.db can't be opened",
    "SQLITE_READONLY": "keys.db can't be written",
}


def _unreadable(what: str) -> NotReady:
    fix = "Check the disk and the folder `keys` of the box's home; restore it from a backup if it is damaged"
    return NotReady("keys", f"the key store can't be used: {what}", fix)
