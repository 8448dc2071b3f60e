"""What one channel picks up of the other's speaker: told apart by level, so that nobody is given the other's words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

# Leaks of telephone hybrids and headsets lie 20 dB and more under the direct voice; a person's own quiet words lie
# within about 15 dB of their usual level.
_LEAK_DB = 15.0
_TALKING_DB = 20.0  # someone is talking who is no further than this below their usual level
_REACH_FRAMES = 9  # about 0.3 s: a leak may come late, and the voice it comes from has short gaps
_ALONE_FRAMES_MIN = 8  # a quarter of a second of speech with the other side quiet gives a usual level
_SPEECH_PROBABILITY = 0.5


def leaked(
    probabilities: NDArray[np.float32],
    levels_db: NDArray[np.float32],
    other_probabilities: NDArray[np.float32],
    other_levels_db: NDArray[np.float32],
) -> NDArray[np.bool_]:
    """Mark the frames of a channel whose speech is the other channel's.

    A frame is leaked while the other side talks and this side is _LEAK_DB or more below the level it speaks at when the
    other is quiet. A side that never speaks while the other is quiet has no such level: then the other's serves.

    Args: four arrays over the same frames: probability of speech and level of this channel, then of the other.
    """
    other_usual = _usual_level_db(other_probabilities, other_levels_db, other_probabilities >= _SPEECH_PROBABILITY)
    if other_usual is None:
        return np.zeros(probabilities.shape[0], dtype=bool)
    other_peaks = maximum_filter1d(other_levels_db, _REACH_FRAMES)
    talking = (other_peaks >= other_usual - _TALKING_DB) & (
        maximum_filter1d(other_probabilities, _REACH_FRAMES) >= _SPEECH_PROBABILITY
    )
    usual = _usual_level_db(probabilities, levels_db, ~talking)
    usual = other_usual if usual is None else usual
    return np.asarray(talking & (maximum_filter1d(levels_db, _REACH_FRAMES) < usual - _LEAK_DB))


def _usual_level_db(
    probabilities: NDArray[np.float32], levels_db: NDArray[np.float32], where: NDArray[np.bool_]
) -> float | None:
    """The level most speech of a channel reaches, or None where there is too little of it."""
    speech = levels_db[where & (probabilities >= _SPEECH_PROBABILITY)]
    return float(np.percentile(speech, 75)) if speech.shape[0] >= _ALONE_FRAMES_MIN else None
