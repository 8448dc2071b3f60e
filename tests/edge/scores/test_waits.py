"""Medians of waits with unanswered ones in them, held against a textbook's data and against plain counting."""

from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.scores.waits import Wait, median_wait

# Freireich et al. (1963), Blood 21, 699-716: weeks in remission on 6-mercaptopurine; + still in remission. The median
# of 23 weeks with a lower 95 % bound of 13 and no upper one (log-log) is what R's survfit gives.
REMISSIONS = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"


def waits(written: str) -> list[Wait]:
    return [Wait(hours=float(each.rstrip("+")), answered="+" not in each) for each in written.split()]


def test_median_and_its_interval_are_those_of_the_textbook() -> None:
    found = median_wait(waits(REMISSIONS))
    assert (found.waits, found.answered) == (21, 9)
    assert (found.median_h, found.low_h, found.high_h) == (23.0, 13.0, None)


def test_leaving_out_those_who_still_wait_would_flatter() -> None:
    everyone = median_wait(waits(REMISSIONS)).median_h
    answered = median_wait([wait for wait in waits(REMISSIONS) if wait.answered]).median_h
    assert everyone is not None and answered is not None and everyone > 2 * answered


@pytest.mark.parametrize("written", ["", "5+", "1+ 2+ 3+"])
def test_nobody_answered_yet_has_no_median(written: str) -> None:
    found = median_wait(waits(written))
    assert (found.answered, found.median_h, found.low_h, found.high_h) == (0, None, None, None)


def test_median_is_not_reached_while_most_still_wait() -> None:
    assert median_wait(waits("1 50+ 60+ 70+")).median_h is None


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60))
def test_where_all_are_answered_it_is_the_plain_median(hours: list[int]) -> None:
    found = median_wait([Wait(hours=float(hour), answered=True) for hour in hours])
    assert found.median_h == median_low(hours)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.booleans()), max_size=40))
def test_interval_holds_the_median_and_one_more_waiting_customer_never_lowers_it(
    given_: list[tuple[float, bool]],
) -> None:
    some = [Wait(hours=hours, answered=answered) for hours, answered in given_]
    found = median_wait(some)
    if found.median_h is not None:
        assert found.low_h is None or found.low_h <= found.median_h
        assert found.high_h is None or found.high_h >= found.median_h
        more = median_wait([*some, Wait(hours=2e5, answered=False)])
        assert more.median_h is None or more.median_h >= found.median_h
