"""How often somebody may guess."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.web.throttle import Throttle


def test_throttle_makes_one_guesser_wait_and_nobody_else() -> None:
    throttle = Throttle(3, 60.0)
    for second in range(3):
        assert throttle.wait_s("a", second) == 0
        throttle.fail("a", second)
    assert throttle.wait_s("a", 3.0) == 57.0
    assert throttle.wait_s("b", 3.0) == 0


def test_throttle_forgets_one_who_got_it_right() -> None:
    throttle = Throttle(1, 60.0)
    throttle.fail("a", 0.0)
    throttle.forget("a")
    assert throttle.wait_s("a", 1.0) == 0


@given(st.lists(st.floats(0, 100), max_size=60))
def test_throttle_never_lets_more_than_its_number_fail_within_a_window(gaps_s: list[float]) -> None:
    throttle, now_s, failed = Throttle(5, 100.0), 0.0, []
    for gap_s in gaps_s:
        now_s += gap_s
        if not throttle.wait_s("a", now_s):
            throttle.fail("a", now_s)
            failed.append(now_s)
    assert all(len([other for other in failed if at <= other < at + 99.9]) <= 5 for at in failed)


def test_throttle_holds_a_bounded_number_of_guessers() -> None:
    throttle = Throttle(1, 60.0)
    for number in range(20_000):
        throttle.fail(str(number), 0.0)
    assert throttle.wait_s("19999", 0.0) > 0
    assert throttle.wait_s("0", 0.0) == 0, "the oldest was let go"
