"""One pass over a recording: FFmpeg's packets and frames, as samples of one format. Runs in the sandbox only.

What can't be decoded is left out and counted. Sound only: pictures and subtitles are never opened.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container.input import InputContainer
from numpy.typing import NDArray

from edge.ingest.pipe import Reason

Samples = NDArray[Any]  # int16 or floating point (full scale is 1.0), shape (frames, channels)

CHANNELS_MAX = 2
RATE_HZ_MIN, RATE_HZ_MAX = 4_000, 96_000

# Floating-point samples beyond this (18 dB above full scale) weren't meant as such: the scale is another, or they are
# broken. Where no more than one in a hundred is beyond, those are broken; else the whole recording is scaled.
LEVEL_MAX = 8.0
BROKEN_SHARE_MAX = 0.01

GAP_S_MIN = 0.05  # below it a step in the time stamps is rounding (Matroska: 1 ms) or priming
PROMISING = ("flac", "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm")  # whose duration is written, not guessed

# fmt: off
CODECS = frozenset((
    "aac", "aac_latm", "alac", "amrnb", "amrwb", "adpcm_ima_wav", "adpcm_ms", "flac", "g722", "g723_1", "g726",
    "g729", "gsm", "gsm_ms", "mp2", "mp2float", "mp3", "mp3float", "opus", "libopus", "libopencore_amrnb",
    "libopencore_amrwb", "speex", "libspeex", "vorbis", "pcm_alaw", "pcm_mulaw", "pcm_u8", "pcm_s8", "pcm_s16le",
    "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le",
    "pcm_f64be",
))
# fmt: on


class UndecodableError(Exception):
    """The recording can't be accepted, and why."""

    def __init__(self, reason: Reason, number: float = 0.0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.number = number


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How floating-point samples are brought to full scale: those beyond `broken_from` are broken, the rest scaled."""

    scale: float = 1.0
    broken_from: float = math.inf


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one pass."""

    frames: int = 0
    packets: int = 0
    damaged_packets: int = 0
    gap_s: float = 0.0
    samples: int = 0  # floating-point ones, as the next three
    repaired_samples: int = 0
    over_samples: int = 0
    peak: float = 0.0


class Source:
    """A recording opened for one pass.

    Raises: UndecodableError, here and while iterating.
    """

    def __init__(
        self, file: BinaryIO, *, demuxer: str, options: dict[str, str], duration_s_max: float, levels: Levels
    ) -> None:
        file.seek(0)
        allowed = {"codec_whitelist": ",".join(sorted(CODECS)), "format_whitelist": demuxer}
        try:
            self._container = av.open(
                file, mode="r", format=demuxer, options=options | allowed, metadata_errors="ignore"
            )
        except MemoryError:
            raise  # one of FFmpeg's errors too, but not the recording's fault alone
        except av.error.FFmpegError as error:
            raise UndecodableError(Reason.DAMAGED) from error
        self._stream = _sound_stream(self._container)
        self._duration_s_max = duration_s_max
        self._levels = levels
        self._expected_s: float | None = None
        self.tally = Tally()
        self.format: tuple[int, int] | None = None  # channels and rate in Hz, of the first frame
        self.promised_s = _promised_s(self._container)

    @property
    def is_floating(self) -> bool:
        """Whether the samples are floating-point PCM, whose scale may be any."""
        return self._stream.codec_context.name.startswith("pcm_f")

    def __iter__(self) -> Iterator[Samples]:
        for frame in self._frames():
            if frame.samples and self._accepts(frame):
                self._count(frame)
                yield self._mended(_frame_samples(frame))
        self._container.close()

    def _frames(self) -> Iterator[AudioFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except MemoryError:
                raise
            except av.error.FFmpegError:
                # The container is broken from here on; what came before is sound.
                self.tally.damaged_packets += 1
                return
            if packet is None:
                return
            self.tally.packets += 1
            try:
                yield from packet.decode()
            except MemoryError:
                raise
            except av.error.FFmpegError:
                self.tally.damaged_packets += 1

    def _accepts(self, frame: AudioFrame) -> bool:
        found = frame.layout.nb_channels, frame.sample_rate
        if self.format is None:
            check_format(*found)
            self.format = found
        if found != self.format:
            # Garbage between two frames can look like a frame of another format.
            self.tally.damaged_packets += 1
        return found == self.format

    def _count(self, frame: AudioFrame) -> None:
        self.tally.frames += frame.samples
        if self.tally.frames > self._duration_s_max * frame.sample_rate:
            raise UndecodableError(Reason.DURATION, self._duration_s_max)
        start_s = frame.time
        if start_s is None:
            self._expected_s = None
            return
        if self._expected_s is not None and start_s - self._expected_s > GAP_S_MIN:
            self.tally.gap_s += start_s - self._expected_s
        self._expected_s = start_s + frame.samples / frame.sample_rate

    def _mended(self, samples: Samples) -> Samples:
        """Replace what is no number by silence, and bring floating point to full scale."""
        if samples.dtype == np.int16:
            return samples
        broken = ~np.isfinite(samples)
        magnitude = np.abs(np.where(broken, 0.0, samples)).astype(np.float64)
        broken |= magnitude > self._levels.broken_from
        self.tally.samples += samples.size
        self.tally.repaired_samples += int(broken.sum())
        self.tally.over_samples += int((magnitude > LEVEL_MAX).sum())
        self.tally.peak = max(self.tally.peak, float(magnitude.max(initial=0.0)))
        return np.where(broken, 0.0, samples).astype(np.float64) * self._levels.scale


def measured_levels(source: Source) -> Levels:
    """Read a floating-point recording once to find its scale. Raises: UndecodableError."""
    for _ in source:
        pass
    tally = source.tally
    if tally.peak <= LEVEL_MAX:
        return Levels()
    if tally.over_samples <= BROKEN_SHARE_MAX * tally.samples:
        return Levels(broken_from=LEVEL_MAX)
    return Levels(scale=1.0 / tally.peak)


def check_format(channels: int, rate_hz: int) -> None:
    """Raises: UndecodableError for channels or rates that no conversation is recorded in."""
    if not 1 <= channels <= CHANNELS_MAX:
        raise UndecodableError(Reason.CHANNELS, channels)
    if not RATE_HZ_MIN <= rate_hz <= RATE_HZ_MAX:
        raise UndecodableError(Reason.RATE, rate_hz)


def _promised_s(container: InputContainer) -> float | None:
    """The duration that the container has written down, None where it is only estimated."""
    if container.format.name not in PROMISING or not container.duration:
        return None
    return float(container.duration / av.time_base)


def _sound_stream(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        raise UndecodableError(Reason.NO_SOUND)
    stream = container.streams.audio[0]
    if stream.codec_context is None or stream.codec_context.name not in CODECS:
        raise UndecodableError(Reason.CODEC)
    stream.codec_context.thread_count = 1  # the sandbox has one thread
    if stream.codec_context.name == "flac":
        # FLAC frames carry a checksum; without these flags a wrong one is passed over in silence.
        stream.codec_context.options = {"err_detect": "crccheck+explode"}
    return stream


def _frame_samples(frame: AudioFrame) -> Samples:
    raw = frame.to_ndarray()
    samples = raw.T if frame.format.is_planar else raw.reshape(-1, frame.layout.nb_channels)
    if samples.dtype == np.int16 or samples.dtype.kind == "f":
        return samples
    if samples.dtype == np.uint8:
        return ((samples.astype(np.int16) - 128) * 256).astype(np.int16)
    if samples.dtype == np.int32:
        return samples * (1.0 / 2**31)
    raise UndecodableError(Reason.CODEC)
