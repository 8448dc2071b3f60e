import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from edge.speech.voice import FRAME_S, GAP_S_MIN, SPEECH_S_MIN, STRETCH_S_MAX, stretches

PROBABILITIES = arrays.arrays(np.float32, st.integers(0, 1_500), elements=st.floats(0, 1, width=32))


@given(PROBABILITIES)
def test_stretches_are_in_order_within_the_recording_and_of_a_length_that_speech_has(probabilities: np.ndarray) -> None:
    before_s = 0.0
    for stretch in stretches(probabilities):
        assert before_s <= stretch.start_s < stretch.end_s <= len(probabilities) * FRAME_S + 1e-9
        assert SPEECH_S_MIN - 1e-9 <= stretch.end_s - stretch.start_s <= STRETCH_S_MAX + 1e-9
        before_s = stretch.end_s


def test_stretches_bridge_the_pause_within_a_word_and_end_at_a_longer_one() -> None:
    within, between = round(GAP_S_MIN / FRAME_S) - 2, round(GAP_S_MIN / FRAME_S) + 4
    word = [0.9] * 20
    found = stretches(np.array(word + [0.0] * within + word + [0.0] * between + word, dtype=np.float32))
    assert len(found) == 2
    assert found[0].end_s == (40 + within) * FRAME_S


def test_a_click_is_no_speech() -> None:
    assert stretches(np.array([0.0] * 10 + [0.9] * 2 + [0.0] * 20, dtype=np.float32)) == ()


def test_endless_speech_is_cut_at_its_weakest_moment() -> None:
    probabilities = np.full(600, 0.9, dtype=np.float32)
    probabilities[250:255] = 0.3
    found = stretches(probabilities)
    assert abs(found[0].end_s - 252 * FRAME_S) <= 3 * FRAME_S
    assert found[1].start_s == found[0].end_s


def test_no_speech_gives_no_stretch() -> None:
    assert stretches(np.zeros(0, dtype=np.float32)) == ()
    assert stretches(np.full(500, 0.2, dtype=np.float32)) == ()
