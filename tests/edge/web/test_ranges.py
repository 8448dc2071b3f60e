"""Byte ranges as RFC 9110 reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.web.ranges import RangeError, read_range


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_range_past_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(RangeError):
        read_range(header, 10)


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "items=0-1", "bytes=a-b", "bytes=" + "9" * 5_000],
)
def test_range_that_is_none_or_several_gives_the_whole(header: str | None) -> None:
    assert read_range(header, 10) is None


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [("bytes=0-", 0, 10), ("bytes=0-0", 0, 1), ("bytes=3-5", 3, 6), ("bytes=8-99", 8, 10), ("bytes=-4", 6, 10)],
)
def test_range_is_read(header: str, start: int, end: int) -> None:
    found = read_range(header, 10)
    assert found is not None
    assert (found.start, found.end, found.content_range) == (start, end, f"bytes {start}-{end - 1}/10")


@given(st.text(max_size=20) | st.from_regex(r"bytes=\d*-\d*", fullmatch=True), st.integers(0, 1_000))
def test_range_never_leaves_the_body(header: str, size: int) -> None:
    try:
        found = read_range(header, size)
    except RangeError:
        return
    assert found is None or 0 <= found.start < found.end <= size
