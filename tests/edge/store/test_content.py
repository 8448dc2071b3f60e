"""Sealed content: whole, in order, until it expires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from edge.errors import NotFound
from edge.records import CallState
from edge.store import calls, content, expiry, queue
from edge.store.calls import Call
from edge.store.db import Store, Tx

MakeCall = Callable[..., Call]
PIECES = [b"first", b"second", b"third"]


@pytest.fixture
def filled(store: Store, make_call: MakeCall) -> Store:
    with store.write() as tx:
        for number in (1, 2):
            call = make_call(number)
            calls.add_call(tx, call)
            put(tx, call, "audio", PIECES)
            put(tx, call, "header", [b"header"])
    return store


def put(tx: Tx, call: Call, kind: str, pieces: list[bytes], version: int = 1) -> None:
    expires_at = call.expires_at(kind)
    content.put_content(tx, call.call_id, kind, pieces, chunks=len(pieces), version=version, expires_at=expires_at)


def test_content_that_isnt_there_is_not_found(filled: Store) -> None:
    with pytest.raises(NotFound), filled.read() as tx:
        content.get_content(tx, "call-0001", "analysis")


def test_content_with_a_chunk_too_few_is_not_stored(filled: Store, noon: datetime) -> None:
    with pytest.raises(ValueError, match="chunks"), filled.write() as tx:
        content.put_content(tx, "call-0001", "analysis", iter([b"x"]), chunks=2, version=1, expires_at=noon)
    with filled.read() as tx:
        assert not content.has_content(tx, "call-0001", "analysis")


def test_content_comes_back_in_order_whole_or_chunk_by_chunk(filled: Store) -> None:
    with filled.read() as tx:
        assert content.get_content(tx, "call-0001", "audio") == content.Content(version=1, chunks=tuple(PIECES))
        assert list(content.iterate_content(tx, "call-0001", "audio")) == PIECES
        assert list(content.iterate_content(tx, "call-0001", "analysis")) == []


def test_new_version_takes_the_place_of_the_whole_old_one(filled: Store, make_call: MakeCall) -> None:
    with filled.write() as tx:
        assert content.content_version(tx, "call-0001", "analysis") == 0
        put(tx, make_call(1), "audio", [b"shorter"], version=2)
        assert content.content_version(tx, "call-0001", "audio") == 2
        assert content.get_content(tx, "call-0001", "audio").chunks == (b"shorter",)
        assert content.get_content(tx, "call-0002", "audio").chunks == tuple(PIECES)


def test_audio_expires_before_the_call_and_each_at_its_moment(filled: Store, make_call: MakeCall) -> None:
    call, instant = make_call(1), timedelta(microseconds=1)
    with filled.read() as tx:
        assert expiry.expired(tx, now=call.audio_expires_at - instant) == expiry.Expired(calls=(), audio=())
        assert expiry.expired(tx, now=call.audio_expires_at).audio == ("call-0001",)
        assert expiry.expired(tx, now=call.analysis_expires_at - instant).calls == ()
        assert expiry.expired(tx, now=call.analysis_expires_at) == expiry.Expired(
            calls=("call-0001",), audio=("call-0002",)
        )
        assert expiry.oldest_expiry(tx) == call.audio_expires_at


def test_call_whose_audio_expired_unheard_fails_and_one_analysed_stays(filled: Store) -> None:
    with filled.write() as tx:
        queue.take(tx, "w-1", call_id="call-0002")
        queue.finish(tx, "call-0002", worker="w-1")
        for call_id in ("call-0001", "call-0002"):
            expiry.drop_audio(tx, call_id)
    with filled.read() as tx:
        first, second = calls.call(tx, "call-0001"), calls.call(tx, "call-0002")
        assert (first.state, first.reason) == (CallState.FAILED, expiry.AUDIO_GONE)
        assert (second.state, second.audio_kept) == (CallState.ANALYSED, False)
        assert not content.has_content(tx, "call-0002", "audio") and content.has_content(tx, "call-0002", "header")
        assert expiry.expired(tx, now=first.audio_expires_at).audio == ()


def test_new_expiry_holds_for_the_call_and_for_its_content(filled: Store, noon: datetime) -> None:
    sooner, later = noon + timedelta(hours=1), noon + timedelta(days=3)
    with filled.write() as tx:
        expiry.set_expiry(tx, "call-0001", analysis_expires_at=later, audio_expires_at=sooner, audio_kept=False)
        assert expiry.oldest_expiry(tx) == sooner
        assert expiry.expired(tx, now=sooner).audio == ("call-0001",)
        assert expiry.expired(tx, now=later).calls == ("call-0001",)
        assert calls.call(tx, "call-0001").audio_kept is False
