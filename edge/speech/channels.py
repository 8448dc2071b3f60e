"""Whether the two channels of a recording carry one signal: then it is a mono recording written twice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate

PIECE_S = 0.5
PIECES_MAX = 60  # of the loudest, spread over the call: enough to hear both sides, at any length
DELAY_S_MAX = 0.05  # two legs of one exchange
LIKENESS_MIN = 0.8  # noise and another codec leave at least this much of a copy's correlation
LEVEL_SPREAD_DB_MAX = 6.0  # leakage changes sides with the speaker, a copy's level stays
LEVEL_DB_MAX = 30.0


def same_signal(samples: NDArray[np.int16], rate_hz: int) -> bool:
    """Whether two channels are identical, scaled, inverted or slightly delayed copies of each other.

    Crosstalk makes the silent channel a faint copy of the other; it is told from a copy by the level, which changes
    sides when the other party speaks.

    Args:
        samples: shape (2, frames).
    """
    pieces = _loudest(samples, round(PIECE_S * rate_hz))
    found = [likeness for piece in pieces if (likeness := _compare(piece, round(DELAY_S_MAX * rate_hz))) is not None]
    if not found:
        return False
    alike = np.array([likeness for likeness, _ in found])
    levels_db = np.array([level_db for _, level_db in found])
    low_db, middle_db, high_db = np.percentile(levels_db, [10, 50, 90])
    return bool(
        np.median(alike) >= LIKENESS_MIN
        and high_db - low_db <= LEVEL_SPREAD_DB_MAX
        and abs(middle_db) <= LEVEL_DB_MAX
        and len(found) >= min(3, len(pieces))
    )


def _loudest(samples: NDArray[np.int16], length: int) -> list[NDArray[np.float64]]:
    """The loudest piece of each of PIECES_MAX equal parts of the recording."""
    count = samples.shape[1] // length
    if count == 0:
        return []
    power = np.array([_power(samples[:, at * length : (at + 1) * length]) for at in range(count)])
    parts = np.array_split(np.arange(count), min(PIECES_MAX, count))
    places = [int(part[np.argmax(power[part])]) for part in parts]
    return [samples[:, at * length : (at + 1) * length].astype(np.float64) for at in places if power[at] > 1.0]


def _power(piece: NDArray[np.int16]) -> float:
    return float(np.mean(np.square(piece, dtype=np.float64)))


def _compare(piece: NDArray[np.float64], delay_max: int) -> tuple[float, float] | None:
    """Highest correlation within the delay, and the level of the first over the second; None where one is silent."""
    first, second = piece - piece.mean(axis=1, keepdims=True)
    norms = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    if min(norms) < 1.0:
        return 0.0, 0.0
    products = np.abs(correlate(first, second, mode="full", method="fft")) / (norms[0] * norms[1])
    middle = len(first) - 1
    return float(products[middle - delay_max : middle + delay_max + 1].max()), float(20 * np.log10(norms[0] / norms[1]))
