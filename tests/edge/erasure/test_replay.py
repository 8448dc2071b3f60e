"""What was erased stays erased when older copies come back: of the content, of the keys, of both."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from edge.box import Box
from edge.erasure.erase import erase_calls, finish_erasures, replay
from edge.erasure.trigger import Trigger
from edge.errors import BoxError, NotFound
from edge.log.leaf import LeafType
from edge.log.log import leaves
from edge.records import CallState
from edge.settings import Settings
from edge.vault.key import Kind
from tests.edge.explain.stored import a_present_analysis, put_analysed, queue_call


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A box with three calls: one to be erased, one to lose its recording, one to stay."""
    home = tmp_path / "box"
    with Box.open(Settings(home=home)) as box:
        for name in ("gone", "silent", "stays"):
            put_analysed(box, name, a_present_analysis())
    return home


def erase(home: Path) -> frozenset[str]:
    with Box.open(Settings(home=home)) as box:
        erase_calls(box._parts, ["gone"], trigger=Trigger.REQUESTED, actor="test")
        erase_calls(box._parts, ["silent"], trigger=Trigger.WITHDRAWN, actor="test", kinds=[Kind.AUDIO])
        return box.erasures.ledger()


def check(box: Box) -> None:
    with pytest.raises(NotFound):
        box.analysis("gone", actor="test")
    with pytest.raises(BoxError):
        box.audio("silent", actor="test")
    assert box.analysis("silent", actor="test").utterances
    assert box.audio("stays", actor="test") and box.call("stays").state is CallState.ANALYSED


def replayed(box: Box) -> list[Any]:
    with box.store.read() as tx:
        return [leaf["facts"] for leaf in leaves(tx, kind=LeafType.ERASURE)]


def test_older_content_comes_back_and_loses_again_what_has_no_key(home: Path, tmp_path: Path) -> None:
    shutil.copy(home / "box.db", tmp_path / "older.db")
    erase(home)
    shutil.copy(tmp_path / "older.db", home / "box.db")
    with Box.open(Settings(home=home)) as box:
        for read in (lambda: box.analysis("gone", actor="test"), lambda: box.audio("silent", actor="test")):
            with pytest.raises(BoxError):
                read()
        assert finish_erasures(box._parts) == 2
        check(box)
        assert {facts["trigger"] for facts in replayed(box)} == {"replayed"}
        assert finish_erasures(box._parts) == 0


def test_older_keys_come_back_with_older_content_and_the_ledger_takes_them_again(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "older")
    ledger = erase(home)
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "older", home)
    with Box.open(Settings(home=home)) as box:
        assert box.analysis("gone", actor="test").utterances, "without the ledger it is all back"
        assert replay(box._parts, ledger, actor="test", now=datetime.now(UTC)) == 4
        check(box)
        assert box._parts.keys.epoch() == 2 and not box._parts.keys.has_epoch(1)
    with Box.open(Settings(home=home)) as box:
        check(box)


def test_reference_of_a_person_who_was_erased_goes_again_too(tmp_path: Path) -> None:
    home = tmp_path / "box"
    with Box.open(Settings(home=home)) as box:
        queue_call(box, "gone")
        customer = box.call("gone").customer
        shutil.copytree(home / "keys", tmp_path / "keys")
        box.erase("gone", actor="test", reason="party_request")
        ledger = box.erasures.ledger()
    shutil.rmtree(home / "keys")
    shutil.copytree(tmp_path / "keys", home / "keys")
    with Box.open(Settings(home=home)) as box:
        assert box._parts.pseudonyms.reference(customer)
        replay(box._parts, ledger, actor="test", now=datetime.now(UTC))
        with pytest.raises(NotFound):
            box._parts.pseudonyms.reference(customer)
