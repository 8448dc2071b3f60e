import numpy as np
from numpy.typing import NDArray

from edge.speech.crosstalk import leaked

QUIET_DB, FRAMES = -65.0, 600


def channel(*spoken: tuple[int, int, float]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Probabilities and levels of a channel with speech from frame to frame at a level."""
    probabilities = np.zeros(FRAMES, dtype=np.float32)
    levels_db = np.full(FRAMES, QUIET_DB, dtype=np.float32)
    for first, last, level_db in spoken:
        probabilities[first:last], levels_db[first:last] = 0.9, level_db
    return probabilities, levels_db


def test_a_leak_of_the_other_voice_is_marked() -> None:
    marks = leaked(*channel((0, 100, -25.0), (200, 300, -55.0)), *channel((200, 300, -20.0)))
    assert marks[205:295].all()
    assert not marks[:100].any()


def test_a_quiet_answer_over_the_other_voice_is_kept() -> None:
    marks = leaked(*channel((0, 100, -25.0), (230, 240, -34.0)), *channel((200, 300, -20.0)))
    assert not marks[230:240].any()


def test_a_channel_far_quieter_than_the_other_keeps_its_own_speech() -> None:
    marks = leaked(*channel((0, 100, -50.0), (240, 260, -52.0)), *channel((200, 300, -15.0)))
    assert not marks.any() or not marks[240:260].any()


def test_a_channel_on_which_nobody_speaks_loses_all_it_picked_up() -> None:
    marks = leaked(*channel((100, 200, -50.0), (300, 400, -52.0)), *channel((100, 200, -18.0), (300, 400, -18.0)))
    assert marks[105:195].all()
    assert marks[305:395].all()


def test_nothing_is_marked_where_the_other_side_is_silent() -> None:
    assert not leaked(*channel((100, 200, -50.0)), *channel()).any()
