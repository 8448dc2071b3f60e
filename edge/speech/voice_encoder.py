"""Voice embeddings for one recording: mel spectrogram by numpy, GE2E encoder by onnxruntime.

An embedding here separates the two voices of one mono recording. It is a voiceprint in the law's sense (PIPL Art 28),
so it must stay a local variable of the caller: never stored, logged, returned past the speech stage, or compared
across recordings (DESIGN decision 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from edge.errors import NotReady

RATE_HZ = 16_000
FRAMES_PER_S = 100
WINDOW_SAMPLES = 400  # 25 ms, as the encoder was trained
HOP_SAMPLES = RATE_HZ // FRAMES_PER_S
MEL_BANDS = 40
EMBEDDING_SIZE = 256
# 64 windows of 1.6 s are 1.6 MB of mel and keep the encoder's matrices busy; more only costs memory.
BATCH_WINDOWS = 64
# The transform of 30 s of audio needs about 10 MB; hours at once would need gigabytes.
BLOCK_FRAMES = 3_000


def _mel_of_hz(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's mel scale: linear below 1 kHz, logarithmic above (Auditory Toolbox, 1998)."""
    linear = hz * 3 / 200
    return np.where(hz < 1000.0, linear, 15.0 + 27.0 * np.log(np.maximum(hz, 1000.0) / 1000.0) / np.log(6.4))


def _hz_of_mel(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15.0, mel * 200 / 3, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0))


def mel_filters() -> NDArray[np.float32]:
    """Triangular filters of equal area from 0 Hz to 8 kHz, shape (201 bins, MEL_BANDS)."""
    bins_hz = np.arange(WINDOW_SAMPLES // 2 + 1) * (RATE_HZ / WINDOW_SAMPLES)
    top = _mel_of_hz(np.array([RATE_HZ / 2]))[0]
    corners_hz = _hz_of_mel(np.linspace(0.0, top, MEL_BANDS + 2))
    low, centre, high = corners_hz[:-2], corners_hz[1:-1], corners_hz[2:]
    rising = (bins_hz[:, None] - low) / (centre - low)
    falling = (high - bins_hz[:, None]) / (high - centre)
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (high - low)), dtype=np.float32)


_FILTERS = mel_filters()
_HANN = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW_SAMPLES) / WINDOW_SAMPLES)).astype(np.float32)


def mel_spectrogram(samples_16k: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mel power (not its logarithm), one frame each 10 ms, centred, shape (frames, MEL_BANDS).

    Source: what `librosa.feature.melspectrogram` computes with the settings the encoder was trained with; compared with
    it number by number in scripts/convert_voice_encoder.
    """
    padded = np.pad(np.asarray(samples_16k, dtype=np.float32), WINDOW_SAMPLES // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES)[::HOP_SAMPLES]
    return np.concatenate(
        [_mel_of(frames[start : start + BLOCK_FRAMES]) for start in range(0, len(frames), BLOCK_FRAMES)]
    )


def _mel_of(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    spectrum = np.fft.rfft(frames * _HANN, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return np.asarray(power.astype(np.float32) @ _FILTERS)


class VoiceEncoder:
    """The GE2E network (Wan et al. 2018), converted to ONNX: models/cards/voice-encoder.md."""

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        """Load the network. Raises: NotReady if the file can't be read as one."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(model), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises a class of its own per fault, all of them unexported
            raise NotReady("models", "the voice encoder can't be loaded", f"Restore {model.name} in models/") from error

    def embed(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Embed mel windows of shape (count, frames, MEL_BANDS): unit vectors of shape (count, EMBEDDING_SIZE)."""
        if len(windows) == 0:
            return np.empty((0, EMBEDDING_SIZE), dtype=np.float32)
        return np.concatenate([self._run(batch) for batch in _batches(windows)])

    def _run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self._session.run(None, {"mel": np.ascontiguousarray(batch)})[0], dtype=np.float32)


def _batches(windows: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(windows), BATCH_WINDOWS):
        yield windows[start : start + BATCH_WINDOWS]
