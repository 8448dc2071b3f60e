from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.ingest.pipe import BODY_BYTES_MAX, HEADER, Kind, Loss, Outcome, Reason, read_outcome, receive, send


@pytest.fixture
def ends() -> Iterator[list[int]]:
    """Both ends of a pipe; a test that closes one takes it off the list."""
    open_ends = list(os.pipe())
    yield open_ends
    for fd in open_ends:
        os.close(fd)


def written(ends: list[int], data: bytes) -> int:
    os.write(ends[1], data)
    os.close(ends.pop())
    return ends[0]


def messages(fd: int) -> list[tuple[Kind, bytes]]:
    return list(receive(fd, deadline=time.monotonic() + 60))


def test_receive_gives_up_at_the_deadline_when_nothing_comes(ends):
    with pytest.raises(TimeoutError):
        list(receive(ends[0], deadline=time.monotonic() + 0.05))


def test_receive_gives_up_at_the_deadline_though_something_keeps_coming(ends):
    for _ in range(3):
        send(ends[1], Kind.SAMPLES, b"some")
    with pytest.raises(TimeoutError):
        list(receive(ends[0], deadline=time.monotonic() + 0.05))


@pytest.mark.parametrize("length", [BODY_BYTES_MAX + 1, 2**32 - 1])
def test_receive_refuses_a_message_longer_than_any_that_we_send(ends, length):
    with pytest.raises(ValueError, match="too long"):
        messages(written(ends, HEADER.pack(b"s", length)))


def test_receive_refuses_an_unknown_kind(ends):
    with pytest.raises(ValueError, match="not a valid Kind"):
        messages(written(ends, HEADER.pack(b"x", 0)))


def test_receive_tells_when_the_writer_died_inside_a_message(ends):
    with pytest.raises(EOFError):
        messages(written(ends, HEADER.pack(b"s", 10) + b"half"))


def test_receive_gives_back_what_was_sent(ends):
    send(ends[1], Kind.READY)
    send(ends[1], Kind.SAMPLES, b"1234")
    assert messages(written(ends, HEADER.pack(b"o", 2) + b"{}")) == [
        (Kind.READY, b""),
        (Kind.SAMPLES, b"1234"),
        (Kind.OUTCOME, b"{}"),
    ]


DECODED = Outcome(channels=2, rate_hz=8_000, duration_s=5.0, loss=Loss(missing_s=1.5, damaged_packets=3))


@pytest.mark.parametrize("outcome", [DECODED, Outcome(reason=Reason.CHANNELS, number=3.0)])
def test_outcome_survives_the_pipe(outcome):
    assert read_outcome(outcome.as_json()) == outcome


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channels", 3),
        ("channels", 0),
        ("channels", "2"),
        ("rate_hz", 48_000),
        ("rate_hz", -8_000),
        ("duration_s", float("nan")),
        ("duration_s", "5"),
        ("number", float("inf")),
        ("number", True),
        ("reason", "text for the user"),
        ("loss", None),
        ("loss", {"missing_s": -1.0}),
        ("loss", {"damaged_packets": "many"}),
        ("loss", {"told": "text"}),
        ("told", "text"),
    ],
)
def test_outcome_is_refused_when_a_field_is_not_what_we_would_write(field, value):
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_outcome(DECODED.as_json() | {field: value})


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_outcome_is_refused_when_it_is_anything_else(value):
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_outcome(value)
