"""Erasing in a real box: ordered, logged, put on record, and past any power cut."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge.box import DATABASE, Box
from edge.erasure import erase
from edge.erasure.erase import carry_out, erase_calls, erase_expired, erase_subject, finish_erasures, order
from edge.erasure.trigger import Trigger
from edge.errors import Conflict, NotFound, NotReady, Refused
from edge.log.leaf import LeafType
from edge.log.log import leaves
from edge.records import CallState
from edge.store import erasures
from edge.vault.key import Kind, Owner
from edge.vault.keystore import KeyStore
from tests.edge.explain.stored import a_present_analysis, put_analysed, queue_call

PHONE = "13800138000"  # senders do name calls after telephone numbers


def erasure_leaves(box: Box, kind: LeafType = LeafType.ERASURE) -> list[dict[str, Any]]:
    with box.store.read() as tx:
        return [dict(leaf) for leaf in leaves(tx, kind=kind)]


def pending(box: Box) -> int:
    with closing(sqlite3.connect(box.settings.home / DATABASE)) as db:
        return int(db.execute("SELECT count(*) FROM erasure_order").fetchone()[0])


def test_unknown_call_refuses_the_lot(box: Box) -> None:
    queue_call(box, "call-1")
    with pytest.raises(NotFound):
        erase_calls(box._parts, ["call-1", "nothing"], trigger=Trigger.OFFICER, actor="test")
    assert box.call("call-1").state is CallState.QUEUED and pending(box) == 0 and not erasure_leaves(box)


def test_erasure_says_what_why_and_under_which_keys(box: Box) -> None:
    put_analysed(box, PHONE, a_present_analysis())
    keys = box._parts.keys.fingerprints([PHONE])
    (number,) = erase_calls(box._parts, [PHONE], trigger=Trigger.WITHDRAWN, actor="account:3", case="R-17")
    (leaf,), (moved,) = erasure_leaves(box), erasure_leaves(box, LeafType.KEY_EPOCH)
    facts = leaf["facts"]
    reference = box._parts.pseudonyms.log_reference(PHONE)
    assert (leaf["call"], leaf["actor"], facts["calls"]) == (reference, "account:3", [reference])
    assert (facts["trigger"], facts["case"], facts["erasure"]) == ("withdrawn", "R-17", number)
    assert "PIPL 15" in facts["article"]
    assert facts["keys"] == sorted(keys.values()) and len(keys) == 3
    assert set(facts["content"]) == {"header", "audio", "analysis"} and facts["content"]["audio"]["bytes"] > 1000
    assert moved["facts"] == {
        "epoch": facts["key_epoch"] + 1,
        "superseded": [facts["key_epoch"]],
        "destroyed": True,
        "erasures": [number],
    }
    with box.store.read() as tx:
        record = erasures.get(tx, number)
    assert (record.key_epoch_after, record.old_key_destroyed, record.calls) == (facts["key_epoch"] + 1, True, 1)
    assert record.backups_expire_at - record.at == timedelta(days=30)
    assert PHONE not in json.dumps(facts) + record.manifest.decode()


def test_recording_alone_can_be_erased_and_the_rest_stays(box: Box) -> None:
    kept = put_analysed(box, "call-1", a_present_analysis())
    erase_calls(box._parts, ["call-1"], trigger=Trigger.WITHDRAWN, actor="test", kinds=[Kind.AUDIO])
    assert box.analysis("call-1", actor="test").utterances == kept.utterances
    with pytest.raises(NotFound):
        box.audio("call-1", actor="test")
    assert set(erasure_leaves(box)[0]["facts"]["content"]) == {"audio"}


def test_analysis_goes_with_all_that_derives_from_it_and_never_comes_back(box: Box) -> None:
    put_analysed(box, "call-1", a_present_analysis())
    erase_calls(box._parts, ["call-1"], trigger=Trigger.WITHDRAWN, actor="test", kinds=[Kind.ANALYSIS])
    assert box.call("call-1").state is CallState.STOPPED
    with pytest.raises(Conflict):
        box.analysis("call-1", actor="test")
    with pytest.raises(Conflict):
        box.requeue("call-1")
    assert len(box.audio("call-1", actor="test")) > 1000


def test_queued_call_whose_analysis_is_erased_is_not_analysed(box: Box) -> None:
    queue_call(box, "call-1")
    erase_calls(box._parts, ["call-1"], trigger=Trigger.WITHDRAWN, actor="test", kinds=[Kind.ANALYSIS])
    assert box.call("call-1").state is CallState.STOPPED


def test_order_stands_with_the_act_that_asks_for_it_and_falls_with_it(box: Box) -> None:
    queue_call(box, "call-1")
    with pytest.raises(RuntimeError), box.store.write() as tx:
        order(tx, ["call-1"], trigger=Trigger.WITHDRAWN, actor="test")
        raise RuntimeError
    assert carry_out(box._parts) == ()
    with box.store.write() as tx:
        order(tx, ["call-1"], trigger=Trigger.WITHDRAWN, actor="test")
    assert len(carry_out(box._parts)) == 1
    with pytest.raises(NotFound):
        box.call("call-1")


@pytest.mark.parametrize("step", ["fingerprints", "destroy_all", "advance_epoch"])
@pytest.mark.parametrize("after", [False, True])
def test_erasure_cut_short_anywhere_is_finished_at_the_next_start(
    box: Box, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    put_analysed(box, "call-1", a_present_analysis())
    real = getattr(KeyStore, step)

    def cut(*arguments: Any, **named: Any) -> Any:
        if after:
            real(*arguments, **named)
        raise NotReady("disk", "the power went", "Wait for it")

    with monkeypatch.context() as cutting:
        cutting.setattr(KeyStore, step, cut)
        with pytest.raises(NotReady):
            erase_calls(box._parts, ["call-1"], trigger=Trigger.WITHDRAWN, actor="account:3")
    finish_erasures(box._parts)
    with pytest.raises(NotFound):
        box.call("call-1")
    (leaf,) = erasure_leaves(box)
    assert leaf["facts"]["trigger"] == "withdrawn" and len(leaf["facts"]["keys"]) == 3
    with box.store.read() as tx:
        assert not erasures.unsettled(tx)
    assert pending(box) == 0 and box._parts.keys.destroyed("call-1") == set(Kind)


def test_keys_destroyed_beside_the_box_take_the_rows_with_them(box: Box) -> None:
    queue_call(box, "call-1")
    box._parts.keys.destroy("call-1", now=datetime.now(UTC))
    assert finish_erasures(box._parts) == 1
    assert erasure_leaves(box)[0]["facts"]["trigger"] == "replayed"


def test_sweep_makes_small_erasures_and_moves_the_epoch_once(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "CALLS_MAX", 2)
    for number in range(5):
        queue_call(box, f"call-{number}")
    told: list[int] = []
    over = max(box.call(f"call-{number}").expires_at for number in range(5))
    assert erase_expired(box._parts, now=over, progress=told.append) == 5
    assert [len(leaf["facts"]["calls"]) for leaf in erasure_leaves(box)] == [2, 2, 1] and told == [2, 4, 5]
    assert box._parts.keys.epoch() == 1, "what merely expired waits an hour for it"
    monkeypatch.setattr(erase, "now_utc", lambda: datetime.now(UTC) + timedelta(hours=1))
    assert erase_expired(box._parts, now=over) == 0
    assert box._parts.keys.epoch() == 2 and len(erasure_leaves(box, LeafType.KEY_EPOCH)) == 1
    assert erase_expired(box._parts, now=over) == 0 and box._parts.keys.epoch() == 2


def test_wish_of_a_person_moves_the_epoch_at_once_for_all_that_waits(box: Box) -> None:
    for number in range(2):
        queue_call(box, f"call-{number}")
    erase_calls(box._parts, ["call-0"], trigger=Trigger.EXPIRED, actor="test")
    erase_calls(box._parts, ["call-1"], trigger=Trigger.WITHDRAWN, actor="test")
    assert box._parts.keys.epoch() == 2
    with box.store.read() as tx:
        assert [one.key_epoch_after for one in erasures.page(tx)] == [2, 2]


def test_two_who_erase_at_once_erase_each_call_once(box: Box) -> None:
    names = [f"call-{number}" for number in range(8)]
    for name in names:
        queue_call(box, name)
    problems: list[BaseException] = []

    def work(mine: list[str]) -> None:
        try:
            for name in mine:
                erase_calls(box._parts, [name], trigger=Trigger.WITHDRAWN, actor="test")
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(names[start::2],)) for start in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems and box.calls() == ()
    erased = [call for leaf in erasure_leaves(box) for call in leaf["facts"]["calls"]]
    assert sorted(erased) == sorted(map(box._parts.pseudonyms.log_reference, names))
    with box.store.read() as tx:
        assert not erasures.unsettled(tx)


def test_person_is_erased_with_all_calls_and_all_that_is_on_record(box: Box) -> None:
    put_analysed(box, "call-1", a_present_analysis())
    pseudonym = box.call("call-1").customer
    key = box._parts.keys.own_key(Owner.SUBJECT, pseudonym)
    sealed = key.seal(b"details", about=b"")
    erase_subject(box._parts, pseudonym, trigger=Trigger.REQUESTED, actor="account:3", case="R-1")
    assert box.calls() == ()
    with pytest.raises(NotFound):
        box._parts.pseudonyms.reference(pseudonym)
    with pytest.raises(Conflict):
        box._parts.keys.own_key(Owner.SUBJECT, pseudonym)
    facts = [leaf["facts"] for leaf in erasure_leaves(box)]
    assert key.fingerprint().hex() in [one for fact in facts for one in fact["keys"]] and sealed
    assert {leaf["subject"] for leaf in erasure_leaves(box)} == {pseudonym}


def test_reading_after_an_erasure_is_refused_on_every_way(box: Box) -> None:
    put_analysed(box, "call-1", a_present_analysis())
    box.erase("call-1", actor="test", reason="test")
    for read in (box.analysis, box.audio):
        with pytest.raises((NotFound, Refused)):
            read("call-1", actor="test")
