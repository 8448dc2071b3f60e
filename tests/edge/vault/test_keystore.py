"""The key store: private, durable, and what it destroyed stays destroyed."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from edge.errors import BoxError, Conflict, NotFound, NotReady
from edge.vault.key import Key, Kind
from edge.vault.keystore import KeyStore
from edge.vault.pseudonym import Pseudonyms

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore.open(tmp_path)


def opens_the_same(one: Key, other: Key) -> bool:
    return other.open(one.seal(b"x", about=b""), about=b"") == b"x"


def wrapped_keys(folder: Path) -> list[bytes]:
    with sqlite3.connect(folder / "keys.db") as db:
        found = [wrapped for (wrapped,) in db.execute("SELECT wrapped FROM data_key")]
    db.close()
    return found


def raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("name", "mode"), [(".", 0o750), (".", 0o701), ("root.key", 0o640), ("keys.db", 0o604), ("epoch-1.kek", 0o660)]
)
def test_store_doesnt_open_when_others_could_use_it(tmp_path: Path, keys: KeyStore, name: str, mode: int) -> None:
    keys.create_keys("call-1", [Kind.AUDIO])
    (tmp_path / "keys" / name).chmod(mode)
    with pytest.raises(NotReady):
        KeyStore.open(tmp_path)


def test_store_doesnt_open_through_a_link(tmp_path: Path, keys: KeyStore) -> None:
    root = tmp_path / "keys" / "root.key"
    root.rename(tmp_path / "elsewhere.key")
    root.symlink_to(tmp_path / "elsewhere.key")
    with pytest.raises(NotReady):
        KeyStore.open(tmp_path)


@pytest.mark.parametrize("lost", ["root.key", "epoch-1.kek"])
def test_store_doesnt_open_and_makes_no_new_key_when_one_is_lost(tmp_path: Path, keys: KeyStore, lost: str) -> None:
    (tmp_path / "keys" / lost).unlink()
    with pytest.raises(NotReady, match=lost):
        KeyStore.open(tmp_path)
    assert not (tmp_path / "keys" / lost).exists()


def test_store_doesnt_open_with_another_boxs_root(tmp_path: Path, keys: KeyStore) -> None:
    KeyStore.open(tmp_path / "other")
    shutil.copy2(tmp_path / "other/keys/root.key", tmp_path / "keys/root.key")
    with pytest.raises(NotReady):
        KeyStore.open(tmp_path)


def test_store_doesnt_open_what_a_newer_version_wrote(tmp_path: Path, keys: KeyStore) -> None:
    db = sqlite3.connect(tmp_path / "keys/keys.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(NotReady, match="newer"):
        KeyStore.open(tmp_path)


def test_key_of_one_call_isnt_accepted_for_another(tmp_path: Path, keys: KeyStore) -> None:
    keys.create_keys("call-1", [Kind.AUDIO])
    keys.create_keys("call-2", [Kind.AUDIO])
    db = sqlite3.connect(tmp_path / "keys/keys.db")
    rows = db.execute("SELECT call, wrapped FROM data_key").fetchall()
    for (call, _), (_, wrapped) in zip(rows, reversed(rows), strict=True):
        db.execute("UPDATE data_key SET wrapped = ? WHERE call = ?", (wrapped, call))
    db.commit()
    db.close()
    for call_id in ("call-1", "call-2"):
        with pytest.raises(NotReady):
            keys.release_key(call_id, Kind.AUDIO)


def test_unknown_call_has_no_key(keys: KeyStore) -> None:
    with pytest.raises(NotFound):
        keys.release_key("call-1", Kind.AUDIO)


def test_destroyed_key_is_gone_and_its_name_can_t_be_used_again(tmp_path: Path, keys: KeyStore) -> None:
    keys.create_keys("call-1", Kind)
    keys.destroy("call-1", Kind.AUDIO, now=NOW)
    for store in (keys, KeyStore.open(tmp_path)):
        with pytest.raises(NotFound):
            store.release_key("call-1", Kind.AUDIO)
        with pytest.raises(Conflict):
            store.create_keys("call-1", [Kind.AUDIO])
        assert store.destroyed("call-1") == {Kind.AUDIO}
        store.release_key("call-1", Kind.ANALYSIS)
    keys.destroy("call-1", now=NOW)
    keys.destroy("call-1", now=NOW)
    assert keys.destroyed("call-1") == set(Kind)


def test_refused_set_of_keys_leaves_none_behind(keys: KeyStore) -> None:
    keys.destroy("call-1", Kind.ANALYSIS, now=NOW)
    with pytest.raises(Conflict):
        keys.create_keys("call-1", [Kind.AUDIO, Kind.ANALYSIS])
    with pytest.raises(NotFound):
        keys.release_key("call-1", Kind.AUDIO)


def test_keys_stay_the_same_over_openings_and_epochs(tmp_path: Path, keys: KeyStore) -> None:
    made = keys.create_keys("call-1", Kind)
    again = keys.create_keys("call-1", Kind)
    assert keys.advance_epoch() == 2
    other = KeyStore.open(tmp_path)
    assert other.advance_epoch() == 3
    for kind in Kind:
        assert opens_the_same(made[kind], again[kind])
        assert opens_the_same(made[kind], other.release_key("call-1", kind))
        assert opens_the_same(made[kind], keys.release_key("call-1", kind))  # opened two epochs ago
    assert not any(opens for kind in (Kind.ANALYSIS, Kind.HEADER) if (opens := _opens(made[Kind.AUDIO], made[kind])))


def _opens(one: Key, other: Key) -> bool:
    try:
        return opens_the_same(one, other)
    except InvalidTag:
        return False


def test_box_keeps_its_name_and_pseudonyms_over_epochs(tmp_path: Path, keys: KeyStore) -> None:
    before = (keys.box_id, Pseudonyms(keys).agent("A-1001"), Pseudonyms(keys).log_reference("call-1"))
    keys.advance_epoch()
    other = KeyStore.open(tmp_path)
    assert before == (other.box_id, Pseudonyms(other).agent("A-1001"), Pseudonyms(other).log_reference("call-1"))


def test_wrapped_keys_are_nowhere_in_the_files_once_destroyed(tmp_path: Path, keys: KeyStore) -> None:
    for number in range(60):
        keys.create_keys(f"call-{number}", Kind)
    wrapped = wrapped_keys(tmp_path / "keys")
    # Not “once”: where SQLite splits a page, the unused part of the old one may keep a second copy for a while. Of one
    # destroyed call such a copy may stay; the move of the epoch makes it worthless (next test).
    assert len(wrapped) == 180 and all(one in raw(tmp_path) for one in wrapped)
    for number in range(60):
        keys.destroy(f"call-{number}", now=NOW)
    assert not any(one in raw(tmp_path) for one in wrapped)
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["epoch-1.kek", "keys.db", "root.key"]


def test_stale_copy_of_the_database_opens_nothing_once_the_epoch_moved_on(tmp_path: Path, keys: KeyStore) -> None:
    keys.create_keys("call-1", Kind)
    stale = (tmp_path / "keys/keys.db").read_bytes()
    old_epoch = (tmp_path / "keys/epoch-1.kek").read_bytes()
    keys.destroy("call-1", now=NOW)
    keys.advance_epoch()
    assert old_epoch not in raw(tmp_path)
    (tmp_path / "keys/keys.db").write_bytes(stale)
    with pytest.raises(NotReady):
        KeyStore.open(tmp_path)


def test_stale_reference_of_somebody_erased_opens_no_more_once_the_epoch_moved_on(
    tmp_path: Path, keys: KeyStore
) -> None:
    pseudonyms = Pseudonyms(keys)
    pseudonyms.remember(agent="A-1001", customer="13800138000")
    customer, other = pseudonyms.customer("13800138000"), KeyStore.open(tmp_path)
    with closing(sqlite3.connect(tmp_path / "keys/keys.db")) as db:
        (stale,) = db.execute("SELECT sealed FROM alias WHERE pseudonym = ?", (customer,)).fetchone()
    pseudonyms.forget(customer)
    keys.advance_epoch()
    assert other.reference(pseudonyms.agent("A-1001")) == "A-1001", "also where the store was open before"
    with closing(sqlite3.connect(tmp_path / "keys/keys.db")) as db:
        db.execute("INSERT INTO alias VALUES (?, ?)", (customer, stale))
        db.commit()
    with pytest.raises(NotReady):
        keys.reference(customer)


def test_files_hold_neither_call_names_nor_references_nor_keys(tmp_path: Path, keys: KeyStore) -> None:
    made = keys.create_keys("13800138000-call", Kind)
    Pseudonyms(keys).remember(agent="Agent Zero-Three", customer="13800138000")
    keys.destroy("13800138000-call", Kind.AUDIO, now=NOW)
    everything = raw(tmp_path)
    assert not any(text in everything for text in (b"13800138000", b"Zero-Three"))
    assert not any(key.expose() in everything for key in made.values())


def test_leftover_epoch_file_of_a_killed_attempt_is_shredded(tmp_path: Path, keys: KeyStore) -> None:
    made = keys.create_keys("call-1", [Kind.AUDIO])
    leftovers = [tmp_path / "keys" / name for name in ("epoch-2.kek", "epoch-2.kek.0a1b.draft", "root.key.77.draft")]
    for leftover in leftovers:
        leftover.write_bytes(b"left by a killed process")
        leftover.chmod(0o600)
    other = KeyStore.open(tmp_path)
    assert not any(leftover.exists() for leftover in leftovers)
    assert opens_the_same(made[Kind.AUDIO], other.release_key("call-1", Kind.AUDIO))


@pytest.mark.parametrize("name", ["root.key", "epoch-1.kek", "keys.db"])
def test_draft_that_is_a_second_name_of_a_file_in_use_goes_and_the_file_stays(
    tmp_path: Path, keys: KeyStore, name: str
) -> None:
    made = keys.create_keys("call-1", [Kind.AUDIO])
    (tmp_path / f"keys/{name}.0a1b.draft").hardlink_to(tmp_path / "keys" / name)
    other = KeyStore.open(tmp_path)
    assert not list((tmp_path / "keys").glob("*.draft"))
    assert opens_the_same(made[Kind.AUDIO], other.release_key("call-1", Kind.AUDIO))


def test_many_threads_share_a_store(tmp_path: Path, keys: KeyStore) -> None:
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                made = keys.create_keys(f"call-{number}-{turn}", Kind)
                assert opens_the_same(made[Kind.AUDIO], keys.release_key(f"call-{number}-{turn}", Kind.AUDIO))
                keys.advance_epoch()
                keys.destroy(f"call-{number}-{turn}", now=NOW)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert len(list((tmp_path / "keys").glob("epoch-*"))) == 1


def test_full_disk_says_so_and_changes_nothing(tmp_path: Path, keys: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = keys.create_keys("call-1", Kind)
    connect = sqlite3.connect

    def connect_full(*arguments: object, **options: object) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]  # passed through
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        return db

    monkeypatch.setattr(sqlite3, "connect", connect_full)
    with pytest.raises(BoxError, match="full") as full:
        for number in range(200):
            keys.create_keys(f"more-{number}", Kind)
    assert isinstance(full.value, NotReady)
    assert opens_the_same(made[Kind.AUDIO], keys.release_key("call-1", Kind.AUDIO))
