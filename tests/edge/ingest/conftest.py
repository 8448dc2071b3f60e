from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

Recording = Callable[..., bytes]

# name: container, encoder, sample format, rate in Hz, channels
SAMPLES = {
    "wav_u8": ("wav", "pcm_u8", "u8", 8_000, 1),
    "wav_s16": ("wav", "pcm_s16le", "s16", 8_000, 2),
    "wav_s24": ("wav", "pcm_s24le", "s32", 16_000, 2),
    "wav_s32": ("wav", "pcm_s32le", "s32", 44_100, 1),
    "wav_f32": ("wav", "pcm_f32le", "flt", 48_000, 2),
    "wav_f64": ("wav", "pcm_f64le", "dbl", 16_000, 1),
    "wav_mulaw": ("wav", "pcm_mulaw", "s16", 8_000, 2),
    "wav_alaw": ("wav", "pcm_alaw", "s16", 8_000, 1),
    "wav_adpcm_ima": ("wav", "adpcm_ima_wav", "s16p", 8_000, 1),
    "wav_adpcm_ms": ("wav", "adpcm_ms", "s16", 8_000, 2),
    "wav_mp3": ("wav", "libmp3lame", "s16p", 16_000, 1),
    "flac": ("flac", "flac", "s16", 8_000, 2),
    "flac_s24": ("flac", "flac", "s32", 48_000, 1),
    "mp3": ("mp3", "libmp3lame", "s16p", 16_000, 2),
    "mp3_44k": ("mp3", "libmp3lame", "s16p", 44_100, 1),
    "m4a": ("ipod", "aac", "fltp", 16_000, 2),
    "adts": ("adts", "aac", "fltp", 44_100, 1),
    "ogg_opus": ("ogg", "libopus", "s16", 48_000, 2),
    "webm_opus": ("webm", "libopus", "s16", 48_000, 1),
    "3gp_amr": ("3gp", "libopencore_amrnb", "s16", 8_000, 1),
    "amr": ("amr", "libopencore_amrnb", "s16", 8_000, 1),
}


def speechlike(rate_hz: int, channels: int, duration_s: float) -> NDArray[np.float64]:
    """Sound below 1.5 kHz that rises and falls like syllables, other on each channel; shape (channels, frames)."""
    times_s = np.arange(round(rate_hz * duration_s)) / rate_hz
    sides = []
    for channel in range(channels):
        pitch = 140 + 70 * channel
        voice = sum(np.sin(2 * np.pi * pitch * harmonic * times_s) / harmonic for harmonic in range(1, 6))
        sides.append(0.25 * voice * (0.55 + 0.45 * np.sin(2 * np.pi * (3.1 + channel) * times_s)))
    return np.stack(sides)


def encoded(name: str, *, duration_s: float = 2.0) -> bytes:
    """One of SAMPLES as a file."""
    container, codec, sample_format, rate_hz, channels = SAMPLES[name]
    sound = speechlike(rate_hz, channels, duration_s)
    frame = av.AudioFrame.from_ndarray(
        np.rint(sound * 32_767).astype(np.int16), format="s16p", layout=("mono", "stereo")[channels - 1]
    )
    frame.sample_rate = rate_hz
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate_hz, layout=frame.layout.name)
        stream.codec_context.format = sample_format
        if "amr" in codec:
            stream.codec_context.bit_rate = 12_200
        to_codec = av.AudioResampler(sample_format, frame.layout.name, rate_hz)
        pieces = [*to_codec.resample(frame), *to_codec.resample(None)]
        fifo = av.AudioFifo()
        for piece in pieces:
            piece.pts = None
            fifo.write(piece)
        size = stream.codec_context.frame_size or 1_024
        while chunk := fifo.read(size, partial=True):
            output.mux(stream.encode(chunk))
        output.mux(stream.encode(None))
    return file.getvalue()


_made: dict[tuple[str, float], bytes] = {}


@pytest.fixture(scope="session")
def recording() -> Recording:
    """Make (once) a small file in one of the formats we take."""

    def make(name: str, *, duration_s: float = 2.0) -> bytes:
        key = name, duration_s
        if key not in _made:
            _made[key] = encoded(name, duration_s=duration_s)
        return _made[key]

    return make


@pytest.fixture(scope="session")
def source_sound() -> Callable[[str], NDArray[np.float64]]:
    """What `recording` encodes, at the rate in which decoding keeps it."""

    def make(name: str) -> NDArray[np.float64]:
        rate_hz, channels = SAMPLES[name][3:]
        return speechlike(8_000 if rate_hz <= 8_000 else 16_000, channels, 2.0)

    return make


NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def form() -> dict[str, Any]:
    """A sidecar that is right."""
    return {
        "call_id": "c-1",
        "started_at": "2026-03-02T10:15:00+08:00",
        "scene": "call_centre",
        "direction": "inbound",
        "agent_ref": "A-1",
        "customer_ref": "C-1",
        "channels": {"0": "agent", "1": "customer"},
        "jurisdiction": "CN",
        "language": "zh",
        "bases": [
            {
                "party": "customer",
                "purpose": ["record", "analyse"],
                "basis": "consent",
                "notice_id": "n-1",
                "indicated_at": "2026-03-02T10:15:00+08:00",
                "method": "ivr_key",
                "evidence_ref": "ivr:1",
            }
        ],
    }
