"""One channel of a recording as the recogniser wants it: 16 kHz, floating point, at a common level.

The channel stays at its own rate in memory and is converted piece by piece, so that four hours cost no more than they
occupy already.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import soxr
from numpy.typing import NDArray

from edge.speech.features import RATE_HZ

BLOCK_S = 30.0  # 16 kHz floats of 30 s are 2 MB
_EDGE_S = 0.05  # the resampler's filter settles within 50 ms at either end of a piece
_LEVEL_FRAME_S = 0.03
_LEVEL_TARGET_DB = -23.0
# A recording may be as quiet as -72 dBFS; past 60 dB of gain one would amplify the last bit of the converter.
_GAIN_DB_MAX = 60.0
_LOUD_PERCENTILE = 95  # of the frames: speech, unless someone speaks less than a twentieth of the time


class Track:
    """A channel: int16 samples at rate_hz, read at 16 kHz with the gain that brings loud parts to a common level."""

    def __init__(self, samples: NDArray[np.int16], rate_hz: int) -> None:
        self.samples = samples
        self.rate_hz = rate_hz
        self.silent = not samples.size or int(samples.max()) - int(samples.min()) <= 1
        self.gain = _gain(samples, rate_hz)

    @property
    def duration_s(self) -> float:
        """Length of the channel in seconds."""
        return int(self.samples.shape[0]) / self.rate_hz

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """The whole channel at 16 kHz in consecutive pieces of about BLOCK_S."""
        stream = soxr.ResampleStream(self.rate_hz, RATE_HZ, 1, dtype="float32", quality="HQ")
        step = int(BLOCK_S * self.rate_hz)
        for start in range(0, self.samples.shape[0], step):
            piece = self._scaled(start, start + step)
            yield stream.resample_chunk(piece, last=start + step >= self.samples.shape[0])

    def piece(self, start_s: float, end_s: float) -> NDArray[np.float32]:
        """The samples between two moments at 16 kHz, cut short where the recording begins or ends."""
        first = max(0, round(start_s * self.rate_hz))
        last = max(first, min(self.samples.shape[0], round(end_s * self.rate_hz)))
        edge = round(_EDGE_S * self.rate_hz)
        before = min(edge, first)
        resampled = soxr.resample(self._scaled(first - before, last + edge), self.rate_hz, RATE_HZ, quality="HQ")
        skip = round(before * RATE_HZ / self.rate_hz)
        return np.asarray(resampled[skip : skip + round((last - first) * RATE_HZ / self.rate_hz)], dtype=np.float32)

    def _scaled(self, first: int, last: int) -> NDArray[np.float32]:
        return self.samples[first:last].astype(np.float32) * np.float32(self.gain / 32_768)


def frame_levels_db(samples: NDArray[np.int16], rate_hz: int, frame_s: float) -> NDArray[np.float32]:
    """Level of each frame in dBFS (0 for a full-scale square wave), its mean removed; shape (frames,)."""
    length = round(frame_s * rate_hz)
    count = samples.shape[0] // length
    levels = np.empty(count, dtype=np.float32)
    step = max(1, int(BLOCK_S / frame_s))
    for start in range(0, count, step):
        framed = samples[start * length : min(count, start + step) * length].reshape(-1, length).astype(np.float32)
        levels[start : start + framed.shape[0]] = framed.var(axis=1)
    return np.asarray(10 * np.log10(levels / 32_768**2 + 1e-12), dtype=np.float32)


def _gain(samples: NDArray[np.int16], rate_hz: int) -> float:
    """The factor that brings the loud frames of a channel to the target level; never so much that it clips."""
    levels_db = frame_levels_db(samples, rate_hz, _LEVEL_FRAME_S)
    sounding = levels_db[levels_db > -100.0]
    if not sounding.size:
        return 1.0
    gain_db = min(_GAIN_DB_MAX, _LEVEL_TARGET_DB - float(np.percentile(sounding, _LOUD_PERCENTILE)))
    peak = max(abs(int(samples.max())), abs(int(samples.min()))) / 32_768
    return min(10 ** (gain_db / 20), max(1.0, 1.0 / peak))
