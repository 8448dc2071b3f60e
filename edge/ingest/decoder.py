"""Decodes one recording, block by block, to 16-bit samples. Runs in the sandbox only (`child.py`).

Every limit is checked on what comes out, never on what a header claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import soxr
from numpy.typing import NDArray

from edge.ingest.pipe import Loss, Outcome, Reason
from edge.ingest.riff import RiffError, WaveForm, read_wave_form
from edge.ingest.source import Levels, Samples, Source, UndecodableError, check_format, measured_levels

TELEPHONE_HZ, WIDE_HZ = 8_000, 16_000  # what comes out: nothing above is of use to the recogniser
DURATION_S_MIN = 0.1

# A recording that grows this many times is silence made to fill a disk: speech in the leanest of our codecs (AMR 4.75)
# grows 27 times, Opus with long holds some 100 times. Small ones may grow more: minutes of digital silence are real.
EXPANSION_MAX = 256
EXPANSION_FREE_BYTES = 64 * 2**20

# How far the sound may stay behind its header: FLAC and WAV are exact, the others count priming and padding.
PROMISE_SLACK_S = {"flac": 0.05, "wav": 0.05}
PROMISE_SLACK_OTHER_S = 0.5

# A sample in a thousand set to silence is a click, not a loss. Scaling a whole recording loses nothing either.
REPAIRED_SHARE_HEARD = 0.001

GATHERED_FRAMES = 32_768  # decoded pieces are short (20 ms); numpy and soxr like longer stretches


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one recording may cost."""

    duration_s_max: float
    pcm_bytes_max: int


class Decoder:
    """One recording on its way to samples: iterate over `blocks` to the end, then ask for the `outcome`."""

    def __init__(self, file: BinaryIO, *, demuxer: str, options: dict[str, str], limits: Limits) -> None:
        self._file = file
        self._demuxer = demuxer
        self._options = options
        self._limits = limits
        self._bytes_in = file.seek(0, 2)
        self._present_share = _checked_wave(file).present_share if demuxer == "wav" else 1.0
        self._levels = Levels()
        self._source = self._open()
        if self._source.is_floating:
            self._levels = measured_levels(self._source)
            self._source = self._open()

    def _open(self) -> Source:
        return Source(
            self._file,
            demuxer=self._demuxer,
            options=self._options,
            duration_s_max=self._limits.duration_s_max,
            levels=self._levels,
        )

    def blocks(self) -> Iterator[NDArray[np.int16]]:
        """Yield samples of shape (frames, channels) at the outcome's rate. Raises: UndecodableError."""
        bytes_out = 0
        for block in self._resampled():
            bytes_out += block.nbytes
            if bytes_out > self._limits.pcm_bytes_max:
                raise UndecodableError(Reason.PCM, self._limits.pcm_bytes_max)
            if bytes_out > EXPANSION_FREE_BYTES and bytes_out > EXPANSION_MAX * self._bytes_in:
                raise UndecodableError(Reason.EXPANSION, EXPANSION_MAX)
            yield block

    def outcome(self) -> Outcome:
        """How it went, after the last block. Raises: UndecodableError if too little is left."""
        tally = self._source.tally
        if self._source.format is None:
            raise UndecodableError(Reason.DAMAGED if tally.damaged_packets else Reason.NO_SOUND)
        channels, rate_hz = self._source.format
        duration_s = tally.frames / rate_hz
        if duration_s < DURATION_S_MIN:
            raise UndecodableError(Reason.SHORT, duration_s)
        if tally.damaged_packets * 2 > tally.packets:
            raise UndecodableError(Reason.MOSTLY_DAMAGED)
        if tally.samples and tally.repaired_samples == tally.samples:
            raise UndecodableError(Reason.NOT_A_NUMBER)
        heard = tally.repaired_samples > REPAIRED_SHARE_HEARD * tally.samples
        loss = Loss(
            missing_s=round(max(tally.gap_s, self._missing_s(duration_s)), 3),
            damaged_packets=tally.damaged_packets,
            repaired_samples=tally.repaired_samples if heard else 0,
        )
        return Outcome(channels=channels, rate_hz=target_hz(rate_hz), duration_s=duration_s, loss=loss)

    def _missing_s(self, duration_s: float) -> float:
        promised_s = duration_s / self._present_share if self._present_share > 0.0 else duration_s
        missing_s = (self._source.promised_s or promised_s) - duration_s
        return missing_s if missing_s > PROMISE_SLACK_S.get(self._demuxer, PROMISE_SLACK_OTHER_S) else 0.0

    def _resampled(self) -> Iterator[NDArray[np.int16]]:
        resample: soxr.ResampleStream | None = None
        for samples in gathered(self._source):
            assert self._source.format is not None, "the first frame sets it"
            channels, rate_hz = self._source.format
            if rate_hz == target_hz(rate_hz):
                yield as_int16(samples)
                continue
            if resample is None:
                resample = soxr.ResampleStream(rate_hz, target_hz(rate_hz), channels, dtype="float32", quality="HQ")
            yield as_int16(resample.resample_chunk(_as_float32(samples)))
        if resample is not None:
            yield as_int16(resample.resample_chunk(_as_float32(samples[:0]), last=True))


def target_hz(rate_hz: int) -> int:
    """The rate a recording of that rate is kept in."""
    return TELEPHONE_HZ if rate_hz <= TELEPHONE_HZ else WIDE_HZ


def gathered(pieces: Iterable[Samples]) -> Iterator[Samples]:
    """Join short pieces, and split long ones, to stretches of about GATHERED_FRAMES."""
    waiting: list[Samples] = []
    count = 0
    for samples in pieces:
        for start in range(0, len(samples), GATHERED_FRAMES):
            waiting.append(samples[start : start + GATHERED_FRAMES])
            count += len(waiting[-1])
            if count >= GATHERED_FRAMES:
                yield np.concatenate(waiting)
                waiting, count = [], 0
    if waiting:
        yield np.concatenate(waiting)


def as_int16(samples: Samples) -> NDArray[np.int16]:
    """Round to the nearest 16-bit step and clip at full scale."""
    if samples.dtype == np.int16:
        return np.ascontiguousarray(samples, dtype=np.int16)
    return np.clip(np.rint(samples * 32_768.0), -32_768, 32_767).astype(np.int16)


def _as_float32(samples: Samples) -> NDArray[np.float32]:
    if samples.dtype == np.int16:
        return samples.astype(np.float32) / np.float32(32_768)
    return samples.astype(np.float32)


def _checked_wave(file: BinaryIO) -> WaveForm:
    """Read what a WAV says of itself. Raises: UndecodableError where that is no sound we take."""
    try:
        form = read_wave_form(file)
    except RiffError as error:
        raise UndecodableError(Reason.FORMAT) from error
    check_format(form.channels, form.rate_hz)
    if not form.is_sample_format:
        raise UndecodableError(Reason.FORMAT)
    return form
