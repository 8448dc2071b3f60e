"""What a WAV file says about itself, checked before a decoder believes it.

FFmpeg repairs much in silence (1 bit a sample becomes 8, a promise of more samples than there are is forgotten); the
sender should be told.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

PCM, FLOAT, EXTENSIBLE = 0x0001, 0x0003, 0xFFFE
SAMPLE_BITS = (8, 12, 16, 20, 24, 32, 64)
CHUNKS_MAX = 1_000
SIZE_UNKNOWN = 0xFFFF_FFFF  # streaming recorders write it into every size; RF64 where the real one is in `ds64`


class RiffError(ValueError):
    """The chunks make no sense; the message says how, without content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveForm:
    """What `fmt ` and `data` say."""

    tag: int
    channels: int
    rate_hz: int
    block_bytes: int  # one sample of every channel
    bits: int
    data_bytes: int  # in the file
    data_bytes_promised: int | None  # None where the header leaves it open

    @property
    def present_share(self) -> float:
        """How much of the promised sound is there, 0 to 1."""
        if not self.data_bytes_promised:
            return 1.0
        return min(1.0, self.data_bytes / self.data_bytes_promised)

    @property
    def is_sample_format(self) -> bool:
        """Whether bits and block size fit each other; formats other than PCM and float are the decoder's affair."""
        if self.tag not in (PCM, FLOAT):
            return True
        return self.bits in SAMPLE_BITS and self.block_bytes == self.channels * -(-self.bits // 8)


def read_wave_form(file: BinaryIO) -> WaveForm:
    """Walk the chunks up to `data`.

    Raises: RiffError where `fmt ` is missing, late, too short or too long.
    Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF); EBU Tech 3306 (RF64).
    """
    end = file.seek(0, io.SEEK_END)
    file.seek(0)
    order = ">" if file.read(12)[:4] == b"RIFX" else "<"
    long_size: int | None = None
    form: tuple[int, int, int, int, int] | None = None
    for _ in range(CHUNKS_MAX):
        header = file.read(8)
        if len(header) < 8:
            break
        name, size = header[:4], struct.unpack(order + "I", header[4:])[0]
        start = file.tell()
        if name == b"ds64" and 16 <= size <= end - start:
            long_size = struct.unpack("<Q", file.read(16)[8:])[0]
        elif name == b"fmt ":
            form = _read_fmt(file.read(min(size, 64)), size, order)
        elif name == b"data":
            return _wave_form(form, size=size, long_size=long_size, available=end - start)
        if size > end - start:
            raise RiffError("a part before the sound is longer than the file")
        file.seek(start + size + size % 2)
    raise RiffError("the file has no sound (no data chunk)")


def _read_fmt(body: bytes, size: int, order: str) -> tuple[int, int, int, int, int]:
    if len(body) < 16 or size > 65_536:
        raise RiffError("the format chunk has a wrong length")
    tag, channels, rate_hz, _, block_bytes, bits = struct.unpack(order + "HHIIHH", body[:16])
    if tag == EXTENSIBLE and len(body) >= 26:
        tag = struct.unpack(order + "H", body[24:26])[0]
    return tag, channels, rate_hz, block_bytes, bits


def _wave_form(
    form: tuple[int, int, int, int, int] | None, *, size: int, long_size: int | None, available: int
) -> WaveForm:
    if form is None:
        raise RiffError("the sound comes before its format, or has none")
    tag, channels, rate_hz, block_bytes, bits = form
    promised = long_size if size == SIZE_UNKNOWN and long_size not in (0, SIZE_UNKNOWN) else size
    open_ended = promised in (None, 0, SIZE_UNKNOWN) or promised >= 2**63
    return WaveForm(
        tag=tag,
        channels=channels,
        rate_hz=rate_hz,
        block_bytes=block_bytes,
        bits=bits,
        data_bytes=available,
        data_bytes_promised=None if open_ended else promised,
    )
