"""Opening the database, and transactions on it.

SQLite with a rollback journal (docs/decisions/0003): every process of the box opens the same file; SQLite's locks make
one writer at a time, and `synchronous` makes what is committed survive a power cut.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from edge.errors import NotReady
from edge.store import migrations

PRAGMAS: dict[str, str | int] = {
    "journal_mode": "truncate",
    "synchronous": 3,  # EXTRA: as FULL, and syncs the folder where a journal comes or goes
    "secure_delete": 1,
    "foreign_keys": 1,
    "temp_store": 2,  # MEMORY: no temporary files
    "trusted_schema": 0,
    "cell_size_check": 1,
}
"""What every connection is set to; SQLite keeps silent about what it can't do, so each is read back."""

BUSY_S_MAX = 30.0
"""How long to wait for another writer. Transactions take milliseconds, storing hours of audio some seconds."""

READING, WRITING = "BEGIN", "BEGIN IMMEDIATE"
"""A writer has the lock from its start: one that only asked for it later could fail after half its work."""

Tx = Session
"""One transaction: what the functions of `store.calls` and its neighbours work on."""


class Store:
    """One opened database. Safe to share between threads; several processes may open the same file."""

    def __init__(self, path: Path, engine: Engine) -> None:
        """Use `Store.open`."""
        self.path = path
        self._engine = engine

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the database, on first use create it, and bring its tables up to date.

        Raises: NotReady where it can't be read, was written by a newer version, or SQLite won't keep its promises.
        """
        try:
            _create_private(path)
        except OSError as error:
            raise NotReady("store", "its file can't be made", "Check the folder's owner and free space") from error
        store = cls(path, _engine(path))
        with store._transaction(WRITING) as tx:
            migrations.upgrade(tx.connection())
        return store

    def close(self) -> None:
        """Let go of everything. Transactions hold their own connections, so there is little to do."""
        self._engine.dispose()

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction that may change things: alone from its start, committed at the end, undone by an exception.

        What it committed survives a power cut. Keep it short: others wait. Raises: NotReady (disk full, busy, damaged).
        """
        with self._transaction(WRITING) as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that sees one state of the database and can't change it. Keep it short: writers wait for it.

        Raises: NotReady.
        """
        with self._transaction(READING) as tx:
            yield tx

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Tx]:
        try:
            with Session(self._engine.execution_options(begin=begin), expire_on_commit=False) as tx, tx.begin():
                yield tx
        except (exc.DatabaseError, sqlite3.DatabaseError) as error:
            if isinstance(error, exc.IntegrityError):
                raise
            raise _not_ready(error) from error


def _engine(path: Path) -> Engine:
    # A connection for each transaction: none outlives its thread or a fork, and each has its pragmas checked. What
    # SQLAlchemy would quote in an error may be personal, so it is hidden.
    engine = create_engine(
        f"sqlite:///{path}", poolclass=NullPool, hide_parameters=True, connect_args={"timeout": BUSY_S_MAX}
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # Python's own driver would begin late, and not before DDL
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
        row = connection.execute(f"PRAGMA {name}").fetchone()
        if row is None or row[0] != value:
            raise NotReady("store", f"SQLite doesn't keep {name} = {value}", "Use the SQLite of the release notes")


def _begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get("begin", READING)
    if begin == READING:
        connection.exec_driver_sql("PRAGMA query_only = 1")
    connection.exec_driver_sql(begin)


def _create_private(path: Path) -> None:
    """Make an empty file that only the box's user can read; its journal takes over the mode.

    A file that is there is never opened here: closing it would drop the locks that SQLite holds on it for other threads
    of this process (POSIX locks belong to the process).
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)


def _not_ready(error: Exception) -> NotReady:
    """SQLite's error as the caller should see it; SQLAlchemy wraps the driver's."""
    origin = error.orig if isinstance(error, exc.DBAPIError) else error
    name = str(getattr(origin, "sqlite_errorname", "") or type(origin).__name__)
    problem, fix = next((text for prefix, text in _ERRORS.items() if name.startswith(prefix)), _OTHER_ERROR)
    return NotReady("store", f"{problem} ({name})", fix)


_ERRORS = {
    "SQLITE_FULL": ("the disk is full; nothing was changed", "Free some space and try again"),
    "SQLITE_IOERR": ("the disk can't be read or written; nothing was changed", "Check the disk and its free space"),
    "SQLITE_BUSY": ("another process kept it busy too long; nothing was changed", "Try again"),
    "SQLITE_LOCKED": ("another process kept it busy too long; nothing was changed", "Try again"),
    "SQLITE_CANTOPEN": ("its file can't be opened", "Check the folder's owner and free space"),
    "SQLITE_READONLY": ("its file can't be written", "Check the folder's owner and that the disk isn't read-only"),
    "SQLITE_CORRUPT": ("its file is damaged", "Restore the box from a backup"),
    "SQLITE_NOTADB": ("its file is damaged", "Restore the box from a backup"),
}
_OTHER_ERROR = ("the database doesn't work", "Look into the log, and restore the box from a backup if it stays")
