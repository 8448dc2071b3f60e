import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Stretch
from edge.speech.packs import PACK_S_MAX, PAD_S, Pack, Part, alone, packs
from edge.speech.track import Track
from edge.speech.turns import Turn

DURATION_S = 600.0


@st.composite
def turn_lists(draw: st.DrawFn) -> tuple[Turn, ...]:
    found, at_s = [], 0.0
    for stretches in draw(
        st.lists(st.lists(st.tuples(st.floats(0.2, 2.0), st.floats(0.1, 12.0)), min_size=1, max_size=3), max_size=12)
    ):
        placed = []
        for gap_s, length_s in stretches:
            placed.append(Stretch(start_s=at_s + gap_s, end_s=at_s + gap_s + length_s))
            at_s += gap_s + length_s
        found.append(Turn(lane=0, stretches=tuple(placed)))
    return tuple(found)


@given(turn_lists())
def test_packs_hold_all_speech_of_every_turn(turns: tuple[Turn, ...]) -> None:
    parts = [part for pack in packs(0, turns, DURATION_S) for part in pack.parts]
    for index, turn in enumerate(turns):
        for stretch in turn.stretches:
            assert any(
                part.turn == index and part.start_s <= stretch.start_s and stretch.end_s <= part.end_s for part in parts
            )


@given(turn_lists())
def test_packs_hold_no_moment_of_the_call_twice(turns: tuple[Turn, ...]) -> None:
    parts = [part for pack in packs(0, turns, DURATION_S) for part in pack.parts]
    for before, after in itertools.pairwise(parts):
        assert before.end_s <= after.start_s + 1e-9


@given(turn_lists())
def test_packs_fit_the_window_unless_one_stretch_alone_does_not(turns: tuple[Turn, ...]) -> None:
    for pack in packs(0, turns, DURATION_S):
        assert pack.length_s <= PACK_S_MAX + 1e-6 or len(pack.parts) == 1


@given(turn_lists(), st.data())
def test_a_moment_of_a_pack_is_found_again_in_the_call(turns: tuple[Turn, ...], data: st.DataObject) -> None:
    for pack in packs(0, turns, DURATION_S):
        before_s = 0.0
        for part in pack.parts:
            offset_s = data.draw(st.floats(0.0, 0.999)) * part.length_s
            found, at_s = pack.place(before_s + offset_s)
            assert found == part
            assert at_s == pytest.approx(part.start_s + offset_s, abs=1e-6)
            before_s += part.length_s


def test_a_time_past_the_pack_lands_at_its_end() -> None:
    pack = Pack(lane=0, parts=(Part(turn=0, start_s=3.0, end_s=5.0),))
    assert pack.place(99.0) == (pack.parts[0], 5.0)
    assert pack.place(-1.0)[0] == pack.parts[0]


def test_the_pad_of_a_turn_stops_half_way_to_the_next() -> None:
    turns = tuple(Turn(lane=0, stretches=(Stretch(start_s=a, end_s=b),)) for a, b in ((1.0, 2.0), (2.2, 3.0)))
    (pack,) = packs(0, turns, 10.0)
    assert [(part.start_s, part.end_s) for part in pack.parts] == [(1.0 - PAD_S, 2.1), (2.1, 3.0 + PAD_S)]


def test_packs_of_one_lane_come_out_about_equally_long() -> None:
    turns = tuple(Turn(lane=0, stretches=(Stretch(start_s=3.0 * i, end_s=3.0 * i + 2.0),)) for i in range(10))
    lengths_s = [pack.length_s for pack in packs(0, turns, 60.0)]
    assert max(lengths_s) - min(lengths_s) <= 2.5


def test_a_pack_taken_apart_gives_each_turn_its_own() -> None:
    turns = tuple(Turn(lane=0, stretches=(Stretch(start_s=3.0 * i, end_s=3.0 * i + 2.0),)) for i in range(3))
    (pack,) = packs(0, turns, 60.0)
    assert [part.parts for part in alone(pack)] == [(part,) for part in pack.parts]


def test_the_audio_of_a_pack_is_as_long_as_its_parts() -> None:
    track = Track(np.zeros(80_000, dtype=np.int16), 8_000)
    pack = Pack(lane=0, parts=(Part(turn=0, start_s=0.0, end_s=1.0), Part(turn=1, start_s=5.5, end_s=6.25)))
    assert pack.samples(track).shape == (round(1.75 * 16_000),)
