"""The box's own audio at rest: FLAC in memory, lossless, about half of PCM's size. Never for audio from outside."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from edge.records import Audio


def encode(audio: Audio) -> bytes:
    """Encode a decoded recording; 16 bits a sample, its own rate and channels."""
    stream = io.BytesIO()
    soundfile.write(stream, audio.samples.T, audio.rate_hz, format="FLAC", subtype="PCM_16")
    return stream.getvalue()


def decode(content: bytes) -> Audio:
    """Decode what `encode` made (after its seal was checked)."""
    samples, rate_hz = soundfile.read(io.BytesIO(content), dtype="int16", always_2d=True)
    return Audio(samples=np.ascontiguousarray(samples.T), rate_hz=rate_hz)
