"""What uploads may hold of the memory, and where pages begin."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import BadInput, BoxError
from edge.records import CallState, CallSummary
from edge.rpc.limits import UPLOADS_HELD_MAX, UploadMemory
from edge.rpc.paging import read_token, write_token
from edge.rpc.recording import keep, open_memory, seal
from tests.edge.rpc.strategies import records

STATES = st.none() | st.sampled_from(CallState)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 120)), max_size=30))
def test_uploads_never_hold_more_than_their_limits_and_give_everything_back(takes: list[tuple[int, int]]) -> None:
    memory = UploadMemory(upload_bytes_max=100)
    with ExitStack() as uploads:
        shares = [uploads.enter_context(memory.share()) for _ in range(4)]
        for number, count_bytes in takes:
            try:
                shares[number].take(count_bytes)
            except BoxError:
                continue
        assert all(share.taken_bytes <= 100 for share in shares)
        assert sum(share.taken_bytes for share in shares) == 100 * UPLOADS_HELD_MAX - memory.free_bytes
        assert memory.free_bytes >= 0
    assert memory.free_bytes == 100 * UPLOADS_HELD_MAX


@given(records(CallSummary), STATES)
def test_page_token_leads_back_to_where_the_page_ended(last: CallSummary, state: CallState | None) -> None:
    last = replace(last, call_id=last.call_id or "a")
    assert read_token(write_token(last, state), state) == (last.received_at, last.call_id)


@given(records(CallSummary), STATES, STATES)
def test_page_token_fits_one_list_only(last: CallSummary, state: CallState | None, other: CallState | None) -> None:
    if state is not other:
        with pytest.raises(BadInput):
            read_token(write_token(last, state), other)


@given(st.text(min_size=1))
@pytest.mark.parametrize("prefix", ["", "W10", "WzEsMiwzXQ", "bnVsbA", "x" * 2_000])
def test_page_token_that_is_not_ours_is_refused(prefix: str, text: str) -> None:
    with pytest.raises(BadInput, match="page_token"):
        read_token(prefix + text, None)


def test_recording_cannot_be_changed_once_it_is_sealed() -> None:
    with open_memory() as recording:
        keep(recording, b"whole")
        seal(recording)
        assert recording.read() == b"whole"
        with pytest.raises(PermissionError):
            os.write(recording.fileno(), b"more")
