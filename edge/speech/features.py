"""Whisper's input: a log-mel spectrogram with as many frames as there is audio, not always 30 s.

Written here rather than taken from faster-whisper because that one transforms in double precision, which costs several
times as much beside a short-window encoder. A test holds both to the same values.
"""

from __future__ import annotations

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray
from scipy import fft

RATE_HZ = 16_000
HOP = 160  # samples between frames
_FFT = 400  # samples in one frame
FRAMES_PER_S = RATE_HZ // HOP
FRAMES_MAX = 30 * FRAMES_PER_S  # the positions a Whisper encoder has
_POWER_MIN = 1e-10
_RANGE = 8.0  # decades below the loudest bin that are kept


class LogMel:
    """Computes log-mel windows for models with `bands` mel bands (80, or 128 from large-v3 on)."""

    def __init__(self, bands: int) -> None:
        self.bands = bands
        self._filters = np.asarray(FeatureExtractor.get_mel_filters(RATE_HZ, _FFT, n_mels=bands), dtype=np.float32)
        self._window = np.hanning(_FFT + 1)[:-1].astype(np.float32)

    def __call__(self, samples_16k: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
        """The spectrogram of samples followed by silence, shape (bands, frames).

        Args:
            samples_16k: at most frames * HOP of them; full scale is 1.
            frames: the window's length, in frames of 10 ms; the rest of it is digital silence.
        """
        assert samples_16k.shape[0] <= frames * HOP <= FRAMES_MAX * HOP
        sounding = min(frames, samples_16k.shape[0] // HOP + 3)  # frames that a sample can reach
        padded = np.zeros(sounding * HOP + _FFT, dtype=np.float32)
        padded[_FFT // 2 : _FFT // 2 + samples_16k.shape[0]] = samples_16k
        framed = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[: sounding * HOP : HOP]
        power = np.square(np.abs(fft.rfft(framed * self._window, axis=1))).astype(np.float32)
        log = np.full((self.bands, frames), np.log10(_POWER_MIN), dtype=np.float32)
        log[:, :sounding] = np.log10(np.maximum(self._filters @ power.T, _POWER_MIN))
        return np.asarray((np.maximum(log, log.max() - _RANGE) + 4.0) / 4.0, dtype=np.float32)
