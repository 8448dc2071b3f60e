"""Calls: added once, found again, listed whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from edge.errors import Conflict, NotFound
from edge.records import CallState
from edge.store import calls, content, queue
from edge.store.calls import Call
from edge.store.db import Store

MakeCall = Callable[..., Call]


def test_call_is_refused_when_its_name_is_taken(store: Store, make_call: MakeCall) -> None:
    with store.write() as tx:
        calls.add_call(tx, make_call(1))
    with pytest.raises(Conflict) as conflict, store.write() as tx:
        calls.add_call(tx, make_call(1, content_digest="f" * 64))
    assert conflict.value.field == "call_id"


def test_call_is_refused_when_its_recording_is_here_already(store: Store, make_call: MakeCall) -> None:
    with store.write() as tx:
        calls.add_call(tx, make_call(1))
    with pytest.raises(Conflict) as conflict, store.write() as tx:
        calls.add_call(tx, make_call(2, content_digest=make_call(1).content_digest))
    assert conflict.value.field == "audio"
    with store.read() as tx:
        assert calls.all_ids(tx) == ("call-0001",)
        assert calls.find_by_digest(tx, make_call(1).content_digest) == "call-0001"
        assert calls.find_by_digest(tx, "0" * 64) is None


def test_unknown_call_is_not_found(store: Store) -> None:
    for ask in (calls.call, calls.delete_call):
        with pytest.raises(NotFound), store.write() as tx:
            ask(tx, "call-0001")


def test_pages_show_every_call_once_newest_first_when_many_arrived_at_once(
    store: Store, make_call: MakeCall, noon: datetime
) -> None:
    with store.write() as tx:
        for number in range(25):
            calls.add_call(tx, make_call(number, received_at=noon + timedelta(seconds=number // 10)))
    seen: list[Call] = []
    with store.read() as tx:
        while page := calls.page(tx, limit=4, before=(seen[-1].received_at, seen[-1].call_id) if seen else None):
            seen += page
    assert [call.call_id for call in seen] == [f"call-{number:04d}" for number in reversed(range(25))]


def test_list_shows_one_state_and_goes_on_before_a_time(store: Store, make_call: MakeCall, noon: datetime) -> None:
    with store.write() as tx:
        for number in range(4):
            calls.add_call(tx, make_call(number))
        queue.take(tx, "w-1")
    with store.read() as tx:
        assert [call.call_id for call in calls.page(tx, state=CallState.ANALYSING)] == ["call-0000"]
        before = calls.page(tx, before=noon + timedelta(minutes=2))
        assert [call.call_id for call in before] == ["call-0001", "call-0000"]
        assert calls.counts(tx) == {
            CallState.QUEUED: 3,
            CallState.ANALYSING: 1,
            CallState.ANALYSED: 0,
            CallState.FAILED: 0,
            CallState.STOPPED: 0,
        }


def test_deleted_call_leaves_no_content_and_its_party_is_known_to_be_gone(
    store: Store, make_call: MakeCall, noon: datetime
) -> None:
    with store.write() as tx:
        calls.add_call(tx, make_call(1))
        for kind in ("header", "audio", "analysis"):
            content.put_content(tx, "call-0001", kind, [b"a", b"b"], chunks=2, version=1, expires_at=noon)
        assert calls.has_party(tx, make_call(1).customer)
        calls.delete_call(tx, "call-0001")
        assert not calls.has_party(tx, make_call(1).customer)
        assert not any(content.has_content(tx, "call-0001", kind) for kind in ("header", "audio", "analysis"))


def test_summary_tells_when_the_content_goes(make_call: MakeCall) -> None:
    summary = make_call(1).summary()
    assert (summary.call_id, summary.expires_at) == ("call-0001", make_call(1).analysis_expires_at)
    assert summary.state is CallState.QUEUED
