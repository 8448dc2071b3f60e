"""Interval arithmetic."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Stretch
from edge.scores.intervals import clip, gaps, intersection, total_s, union

END_S = 100.0
TIMES = st.floats(-20.0, 120.0).map(lambda time: round(time, 3))
STRETCHES = st.lists(st.tuples(TIMES, TIMES).map(lambda pair: Stretch(start_s=min(pair), end_s=max(pair))), max_size=15)


def within(stretches):
    return union(clip(stretches, start_s=0.0, end_s=END_S))


@given(STRETCHES)
def test_union_and_gaps_fill_the_window_exactly(stretches):
    covered = within(stretches)
    free = gaps(stretches, start_s=0.0, end_s=END_S)
    assert total_s(covered) + total_s(free) == pytest.approx(END_S)
    assert intersection(covered, free) == ()


@given(STRETCHES)
def test_union_is_sorted_apart_and_unchanged_by_a_second_union(stretches):
    covered = within(stretches)
    assert all(one.end_s < other.start_s for one, other in itertools.pairwise(covered))
    assert union(covered) == covered


@given(STRETCHES, STRETCHES)
def test_both_and_either_add_up_to_one_and_the_other(ones, others):
    one, other = within(ones), within(others)
    both, either = intersection(one, other), union([*one, *other])
    assert total_s(both) + total_s(either) == pytest.approx(total_s(one) + total_s(other))
    assert intersection(other, one) == both


def test_clip_drops_what_is_reversed_empty_or_no_number():
    given_stretches = [
        Stretch(start_s=3.0, end_s=2.0),
        Stretch(start_s=1.0, end_s=1.0),
        Stretch(start_s=math.nan, end_s=2.0),
        Stretch(start_s=0.0, end_s=math.inf),
        Stretch(start_s=-1.0, end_s=1.0),
    ]
    assert clip(given_stretches, start_s=0.0, end_s=10.0) == (Stretch(start_s=0.0, end_s=1.0),)
