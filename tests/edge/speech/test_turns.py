from hypothesis import given
from hypothesis import strategies as st

from edge.records import Stretch
from edge.speech.turns import PAUSE_S_MAX, TURN_S_MAX, turns


def stretch(start_s: float, end_s: float) -> Stretch:
    return Stretch(start_s=start_s, end_s=end_s)


@st.composite
def speech(draw: st.DrawFn) -> tuple[Stretch, ...]:
    lengths = draw(st.lists(st.tuples(st.floats(0.2, 3.0), st.floats(0.2, 12.0)), max_size=30))
    found, at_s = [], 0.0
    for gap_s, length_s in lengths:
        found.append(stretch(at_s + gap_s, at_s + gap_s + length_s))
        at_s += gap_s + length_s
    return tuple(found)


def test_a_turn_ends_where_the_other_side_replies() -> None:
    found = turns(0, (stretch(0, 2), stretch(3.2, 5)), (stretch(2.2, 3.0),))
    assert [(turn.start_s, turn.end_s) for turn in found] == [(0, 2), (3.2, 5)]


def test_a_turn_goes_on_over_a_pause_that_the_other_side_lets_pass() -> None:
    assert len(turns(0, (stretch(0, 2), stretch(3.2, 5)), ())) == 1


def test_a_turn_goes_on_over_a_short_pause_whatever_the_other_side_says() -> None:
    assert len(turns(0, (stretch(0, 2), stretch(2.5, 5)), (stretch(1.9, 2.6),))) == 1


def test_a_long_turn_is_split_at_its_longest_pause() -> None:
    found = turns(0, (stretch(0, 5), stretch(5.2, 9), stretch(9.6, 14), stretch(14.2, 18)), ())
    assert [(turn.start_s, turn.end_s) for turn in found] == [(0, 9), (9.6, 18)]


@given(speech(), speech())
def test_turns_hold_every_stretch_once_and_in_order(own: tuple[Stretch, ...], others: tuple[Stretch, ...]) -> None:
    found = turns(1, own, others)
    assert tuple(part for turn in found for part in turn.stretches) == own


@given(speech(), speech())
def test_turns_are_no_longer_than_a_reader_can_follow(own: tuple[Stretch, ...], others: tuple[Stretch, ...]) -> None:
    for turn in turns(0, own, others):
        assert len(turn.stretches) == 1 or turn.end_s - turn.start_s <= TURN_S_MAX


@given(speech())
def test_turns_never_go_on_over_a_pause_that_is_neither_short_nor_left_open(own: tuple[Stretch, ...]) -> None:
    everywhere = (stretch(0.0, 1_000.0),)
    for turn in turns(0, own, everywhere):
        for before, after in zip(turn.stretches, turn.stretches[1:], strict=False):
            assert after.start_s - before.end_s <= PAUSE_S_MAX
