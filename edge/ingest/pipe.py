"""The pipe between the decoding process and its parent: messages of a kind, a length and a body.

The parent trusts neither end of it: kinds, lengths and the outcome are checked, and the total is counted by the reader.
"""

from __future__ import annotations

import os
import select
import struct
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from enum import Enum

HEADER = struct.Struct("<cI")
BODY_BYTES_MAX = 4 * 2**20
READ_BYTES = 2**20


class Kind(Enum):
    """What a message carries."""

    READY = b"r"  # confined; nothing of the recording was read yet
    SAMPLES = b"s"  # int16, little-endian, channels interleaved
    OUTCOME = b"o"  # JSON of Outcome; the last message


class Reason(Enum):
    """Why a recording can't be decoded. The parent words it; text from the decoding process is never shown."""

    DAMAGED = "damaged"
    NO_SOUND = "no_sound"
    CODEC = "codec"
    CHANNELS = "channels"
    RATE = "rate"
    FORMAT = "format"
    DURATION = "duration"
    PCM = "pcm"
    EXPANSION = "expansion"
    MEMORY = "memory"
    NOT_A_NUMBER = "not_a_number"
    MOSTLY_DAMAGED = "mostly_damaged"
    SHORT = "short"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What was left out or mended, in plain numbers.

    Raises: ValueError for a number that isn't one or is negative.
    """

    missing_s: float = 0.0  # promised by the header or stepped over, and not there
    damaged_packets: int = 0
    repaired_samples: int = 0  # not a number, or infinite: replaced by silence

    def __post_init__(self) -> None:
        numbers = (self.missing_s, self.damaged_packets, self.repaired_samples)
        if not all(type(number) in (int, float) and 0 <= number < 1e12 for number in numbers):
            raise ValueError("a loss is a number from zero up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the decoding went.

    Raises: ValueError where rate, channels and reason contradict each other.
    """

    reason: Reason | None = None  # None: decoded
    number: float = 0.0  # what the reason is about: channels, rate, seconds
    channels: int = 0
    rate_hz: int = 0
    duration_s: float = 0.0  # of the source
    loss: Loss = field(default_factory=Loss)

    def __post_init__(self) -> None:
        if self.reason is None and (self.channels not in (1, 2) or self.rate_hz not in (8_000, 16_000)):
            raise ValueError("decoded sound has 1 or 2 channels at 8,000 or 16,000 Hz")
        for number in (self.number, self.duration_s):
            if type(number) not in (int, float) or not 0 <= number < 1e12:
                raise ValueError("the numbers are numbers from zero up")

    def as_json(self) -> dict[str, object]:
        """The outcome as JSON can hold it."""
        return asdict(self) | {"reason": self.reason and self.reason.value}


def read_outcome(value: object) -> Outcome:
    """Rebuild an outcome. Raises: ValueError, TypeError or KeyError for anything else than `as_json` makes."""
    if not isinstance(value, dict) or value.keys() != {named.name for named in fields(Outcome)}:
        raise ValueError("an outcome has exactly its fields")
    reason = None if value["reason"] is None else Reason(value["reason"])
    return Outcome(**value | {"reason": reason, "loss": Loss(**value["loss"])})


def send(fd: int, kind: Kind, body: bytes = b"") -> None:
    """Write one message, whole."""
    message = memoryview(HEADER.pack(kind.value, len(body)) + body)
    while message:
        message = message[os.write(fd, message) :]


def receive(fd: int, *, deadline: float) -> Iterator[tuple[Kind, bytes]]:
    """Read messages until the writer closes.

    Args:
        deadline: on time.monotonic()'s clock.
    Raises: TimeoutError past the deadline; ValueError for a broken message; EOFError for a cut one.
    """
    waiting = bytearray()
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    while True:
        left_ms = (deadline - time.monotonic()) * 1_000
        if left_ms <= 0 or not poll.poll(left_ms):
            raise TimeoutError("the decoding process takes too long")
        piece = os.read(fd, READ_BYTES)
        if not piece:
            break
        waiting += piece
        yield from _whole_messages(waiting)
    if waiting:
        raise EOFError("the last message is cut")


def _whole_messages(waiting: bytearray) -> Iterator[tuple[Kind, bytes]]:
    while len(waiting) >= HEADER.size:
        kind, length = HEADER.unpack_from(waiting)
        if length > BODY_BYTES_MAX:
            raise ValueError("a message is too long")
        end = HEADER.size + length
        if len(waiting) < end:
            return
        body = bytes(waiting[HEADER.size : end])
        del waiting[:end]
        yield Kind(kind), body
