"""The key store's database: its tables, what its connections are set to, its errors in our words.

It keeps no write-ahead log, overwrites what it deletes and waits for the disk, the folder included.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from edge.errors import NotReady

BUSY_S_MAX = 30.0
"""How long to wait for another process's transaction; theirs take milliseconds, an epoch's re-wrapping seconds."""

VERSIONS = (
    """
    CREATE TABLE box (id TEXT NOT NULL, epoch INTEGER NOT NULL);
    CREATE TABLE secret (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE data_key (call BLOB, kind TEXT, wrapped BLOB NOT NULL, PRIMARY KEY (call, kind)) WITHOUT ROWID;
    CREATE TABLE tombstone (call BLOB, kind TEXT, destroyed_at TEXT NOT NULL, PRIMARY KEY (call, kind)) WITHOUT ROWID;
    CREATE TABLE alias (pseudonym TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
    """,
    """
    ALTER TABLE box ADD COLUMN suite TEXT NOT NULL DEFAULT 'aes-256-gcm';
    ALTER TABLE box ADD COLUMN wraps INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE tombstone ADD COLUMN fingerprint BLOB;
    """,
)
"""What each version of the database added to the one before."""

PRAGMAS = {"journal_mode": "delete", "secure_delete": 1, "synchronous": 3, "trusted_schema": 0}


def bring_up_to_date(db: sqlite3.Connection) -> bool:
    """Make the tables of this version; whether there were none before. Raises: NotReady for a newer version's."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > len(VERSIONS):
        raise unreadable(f"it was written by a newer version of the program (form {version})")
    for added in VERSIONS[version:]:
        for statement in filter(str.strip, added.split(";")):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {len(VERSIONS)}")
    return bool(version == 0)


@contextmanager
def transaction(database: Path, begin: str) -> Iterator[sqlite3.Connection]:
    """One connection, one transaction: connections are cheap, and none outlives a fork or a thread. Raises: NotReady.

    Args:
        begin: "BEGIN", or "BEGIN IMMEDIATE" to write.
    """
    try:
        db = sqlite3.connect(f"file:{quote(str(database))}?mode=rw", uri=True, isolation_level=None, timeout=BUSY_S_MAX)
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
        raise unreadable(next((text for code, text in _ERRORS.items() if name.startswith(code)), name)) from error
    except OSError as error:
        raise unreadable("its files can't be read or written") from error


def one(db: sqlite3.Connection, query: str, *values: object) -> tuple[Any, ...] | None:
    """The first row of a query's, if any."""
    row: tuple[Any, ...] | None = db.execute(query, values).fetchone()
    return row


def unreadable(what: str) -> NotReady:
    """The error of a key store that can't be used."""
    fix = "Check the disk and the folder `keys` of the box's home; restore it from a backup if it is damaged"
    return NotReady("keys", f"the key store can't be used: {what}", fix)


def _roll_back(db: sqlite3.Connection) -> None:
    """A full disk has rolled back on its own already."""
    if db.in_transaction:
        db.execute("ROLLBACK")


def _configure(db: sqlite3.Connection) -> None:
    for name, value in PRAGMAS.items():
        db.execute(f"PRAGMA {name} = {value}")
        (actual,) = db.execute(f"PRAGMA {name}").fetchone()
        if actual != value:
            raise unreadable(f"SQLite keeps {name} = {actual}, not {value}")


_ERRORS = {
    "SQLITE_FULL": "the disk is full; nothing was changed",
    "SQLITE_IOERR": "the disk can't be read or written; nothing was changed",
    "SQLITE_BUSY": "another process kept it busy too long; nothing was changed",
    "SQLITE_CORRUPT": "keys.db is damaged",
    "SQLITE_NOTADB": "keys.db is damaged",
    "SQLITE_CANTOPEN": "keys.db can't be opened",
    "SQLITE_READONLY": "keys.db can't be written",
}
