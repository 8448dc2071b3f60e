"""Opening the database: its promises, its tables, and what it says when it can't."""

from __future__ import annotations

import os
import resource
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import IntegrityError

from edge.errors import NotReady
from edge.store import calls, content, db, migrations
from edge.store.calls import Call
from edge.store.db import Store
from edge.store.migrations import apply
from edge.store.schema import ContentRow, Table

MakeCall = Callable[..., Call]


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def test_store_refuses_what_a_newer_version_wrote(store: Store) -> None:
    with raw(store.path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NotReady, match="newer"):
        Store.open(store.path)


def test_store_refuses_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "box.db").write_bytes(b"something else entirely" * 100)
    with pytest.raises(NotReady, match="damaged"):
        Store.open(tmp_path / "box.db")


def test_store_refuses_an_sqlite_that_doesnt_keep_its_promises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(db.PRAGMAS, "journal_mode", "truncated")
    with pytest.raises(NotReady, match="journal_mode"):
        Store.open(tmp_path / "box.db")


def test_every_transaction_runs_under_the_promised_pragmas(store: Store) -> None:
    with store.read() as reading:
        kept = {name: reading.execute(text(f"PRAGMA {name}")).scalar() for name in db.PRAGMAS}
    assert kept == db.PRAGMAS
    assert (kept["journal_mode"], kept["secure_delete"], kept["foreign_keys"]) == ("truncate", 1, 1)
    assert int(kept["synchronous"]) >= 2


def test_only_the_boxs_user_can_read_the_database(store: Store) -> None:
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    store.path.chmod(0o644)
    Store.open(store.path)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_migrations_make_exactly_the_tables_of_the_schema(store: Store) -> None:
    with store.read() as tx:
        context = MigrationContext.configure(tx.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
        assert apply.scripts(tx.connection()).get_current_head() == migrations.HEAD


def test_migrations_go_down_to_nothing_and_up_again(store: Store) -> None:
    with store.write() as tx:
        command.downgrade(apply.config(tx.connection()), "base")
        assert inspect(tx.connection()).get_table_names() == ["alembic_version"]
    with Store.open(store.path).read() as tx:
        assert "content" in inspect(tx.connection()).get_table_names()


def test_failed_migration_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_late(*_: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="power cut"):
        broken.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail_late)
        Store.open(tmp_path / "box.db")
    with raw(tmp_path / "box.db") as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    Store.open(tmp_path / "box.db")


def test_no_content_without_an_expiry_or_a_call(store: Store, make_call: MakeCall, noon: datetime) -> None:
    assert ContentRow.__table__.c.expires_at.nullable is False
    with pytest.raises(IntegrityError), store.write() as tx:
        content.put_content(tx, "no-such-call", "audio", [b"x"], chunks=1, version=1, expires_at=noon)


def test_error_quotes_nothing_of_what_was_to_be_stored(store: Store, noon: datetime) -> None:
    with pytest.raises(IntegrityError) as refused, store.write() as tx:
        content.put_content(tx, "13800138000", "audio", [b"secret"], chunks=1, version=1, expires_at=noon)
    assert "13800138000" not in str(refused.value) and "secret" not in str(refused.value)


def test_reading_transaction_can_t_change_anything(store: Store, make_call: MakeCall) -> None:
    with pytest.raises(NotReady), store.read() as tx:
        calls.add_call(tx, make_call())
    with store.read() as tx:
        assert calls.all_ids(tx) == ()


def test_opening_again_leaves_the_locks_of_other_threads_alone(store: Store, make_call: MakeCall) -> None:
    with store.write() as tx:
        calls.add_call(tx, make_call())
        with pytest.MonkeyPatch.context() as patch, pytest.raises(NotReady, match="busy"):
            patch.setattr(db, "BUSY_S_MAX", 0.1)
            Store.open(store.path)
        child = os.fork()
        if child == 0:
            connection = sqlite3.connect(store.path, timeout=0, isolation_level=None)
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                os._exit(0)  # still locked
            os._exit(1)
        assert os.waitpid(child, 0)[1] == 0


def test_exception_undoes_the_whole_transaction(store: Store, make_call: MakeCall) -> None:
    with pytest.raises(RuntimeError), store.write() as tx:
        calls.add_call(tx, make_call())
        raise RuntimeError
    with store.read() as tx:
        assert calls.all_ids(tx) == ()


def test_full_disk_says_so_and_leaves_nothing_half_written(store: Store, make_call: MakeCall, noon: datetime) -> None:
    with store.write() as tx:
        calls.add_call(tx, make_call(1))

    def limit(connection: sqlite3.Connection, _: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")

    event.listen(store._engine, "connect", limit)
    with pytest.raises(NotReady, match="full"), store.write() as tx:
        calls.add_call(tx, make_call(2))
        content.put_content(tx, "call-0002", "audio", [bytes(65_564)], chunks=1, version=1, expires_at=noon)
    with store.write() as tx:
        assert calls.all_ids(tx) == ("call-0001",)
        calls.delete_call(tx, "call-0001")  # erasing works without space


def test_failing_disk_leaves_nothing_half_written(store: Store, make_call: MakeCall, noon: datetime) -> None:
    """The kernel itself refuses the write, in the middle of a large transaction."""
    with store.write() as tx:
        calls.add_call(tx, make_call(1))
    child = os.fork()
    if child == 0:
        answer = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
            with Store.open(store.path).write() as tx:
                calls.add_call(tx, make_call(2))
                pieces = [bytes(65_564)] * 400  # more than the page cache holds: pages reach the file before the commit
                content.put_content(tx, "call-0002", "audio", pieces, chunks=400, version=1, expires_at=noon)
        except NotReady:
            answer = 0
        finally:
            os._exit(answer)
    assert os.waitpid(child, 0)[1] == 0
    with store.read() as tx:
        assert calls.all_ids(tx) == ("call-0001",)
        assert tx.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_times_keep_their_moment_and_the_calls_its_offset(store: Store, make_call: MakeCall) -> None:
    with store.write() as tx:
        calls.add_call(tx, make_call())
    with store.read() as tx:
        stored = calls.call(tx, "call-0001")
    assert stored == make_call()
    assert stored.started_at.isoformat() == "2026-03-02T19:56:00+08:00"
    with raw(store.path) as connection:
        (received_at,) = connection.execute("SELECT received_at FROM call").fetchone()
    assert received_at == "2026-03-02T12:01:00.000000+00:00"


def test_time_without_offset_is_never_stored(store: Store, make_call: MakeCall, noon: datetime) -> None:
    with pytest.raises(Exception, match="offset"), store.write() as tx:
        calls.add_call(tx, make_call(received_at=noon.replace(tzinfo=None)))
