"""The waveform as a page draws it: the loudest sample of each fiftieth of a second, per channel.

Peaks are computed when a page asks and kept nowhere, so that nothing of a recording outlives its key.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

PEAKS_PER_S: Final = 50
_BLOCK_PEAKS: Final = 3_000  # a minute at a time, so that an hour's recording takes no more memory than that


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Peaks:
    """values: int8, shape (channels, peaks), 0 to 127, full scale is 127; per_s: exact number of peaks a second."""

    values: NDArray[np.int8]
    per_s: float


def read_peaks(recording: bytes) -> Peaks:
    """Compute the waveform of a recording.

    Args:
        recording: a FLAC file, as the box keeps it.
    """
    blocks = []
    with soundfile.SoundFile(io.BytesIO(recording)) as file:
        frames_per_peak = max(1, round(file.samplerate / PEAKS_PER_S))
        for block in file.blocks(frames_per_peak * _BLOCK_PEAKS, dtype="int16", always_2d=True):
            blocks.append(_loudest(block, frames_per_peak))
        values = np.concatenate(blocks, axis=1) if blocks else np.zeros((file.channels, 0), np.int8)
        return Peaks(values=values, per_s=file.samplerate / frames_per_peak)


def _loudest(samples: NDArray[np.int16], frames_per_peak: int) -> NDArray[np.int8]:
    """Peaks of one block; samples int16, shape (frames, channels); the last peak may stand for fewer frames."""
    missing = -len(samples) % frames_per_peak
    padded = np.pad(samples, ((0, missing), (0, 0)))
    # int32 first: the absolute value of -32768 doesn't fit in int16.
    magnitude = np.abs(padded.astype(np.int32)).reshape(-1, frames_per_peak, samples.shape[1]).max(axis=1)
    peaks: NDArray[np.int8] = np.minimum(magnitude >> 8, 127).astype(np.int8).T
    return peaks
