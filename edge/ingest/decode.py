"""Decodes a recording that nobody vouches for, in a process of its own that can do nothing else (`sandbox.py`).

The bytes are held in memory only (an anonymous memory file), never on a disk. Whatever happens in the decoding process,
the caller gets samples or a BadInput: it can't crash the box, hold it up or fill its memory.
"""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge.errors import BadInput, NotReady, TooLarge
from edge.ingest.pipe import Kind, Loss, Outcome, Reason, read_outcome, receive
from edge.ingest.sniff import FIX_FORMATS, Container, Declared, sniff
from edge.records import Audio
from edge.settings import IngestSettings

COPY_BYTES = 2**20
DECLARED_HZ = 8_000

# Processor time is limited by the kernel; the clock only catches a process that waits. Twice the processor time leaves
# room for a busy machine, and the start takes some tenths of a second on an idle one.
WALL_FACTOR = 2.0
WALL_START_S = 20.0

# The child finds our package by this path and everything else in the environment it is started from.
PACKAGE_PARENT = Path(__file__).resolve().parents[2]
CHILD = "import sys; sys.path.append(sys.argv[1]); from edge.ingest.child import main; main()"
CHILD_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}

FIX_RECORDING = "Export the recording again and check that it plays"
FIX_SHORTER = "Send a shorter recording, or have the limit raised in the settings"


class Readable(Protocol):
    """Anything that bytes can be read from, once."""

    def read(self, size: int, /) -> bytes:
        """Read on, at most `size` bytes; none at the end."""
        ...


def decode(recording: Readable, *, limits: IngestSettings, declared: Declared | None = None) -> Audio:
    """Decode a recording to 16-bit samples at 8,000 Hz (from sources up to that) or 16,000 Hz.

    Args:
        recording: any file; read from where it stands, once, and no further than `upload_bytes_max`.
        declared: format of raw G.711; None for everything with a header.
    Raises: BadInput for what can't be decoded, TooLarge past a limit (field `audio`, `audio.channels`,
        `audio.sample_rate`, `audio.duration`); NotReady where this machine can't lock the decoding process in.
    """
    with _in_memory(recording, bytes_max=limits.upload_bytes_max) as fd:
        container = _container(fd, declared)
        return _decode_apart(fd, _job(container, declared, limits), limits)


@contextmanager
def _in_memory(recording: Readable, *, bytes_max: int) -> Iterator[int]:
    fd = os.memfd_create("recording", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        size = 0
        while piece := recording.read(COPY_BYTES):
            size += len(piece)
            if size > bytes_max:
                raise TooLarge("audio", f"the file is larger than {bytes_max:,} bytes", FIX_SHORTER)
            view = memoryview(piece)
            while view:
                view = view[os.write(fd, view) :]
        seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)
        yield fd
    finally:
        os.close(fd)


def _container(fd: int, declared: Declared | None) -> Container:
    if os.fstat(fd).st_size == 0:
        return sniff(b"", declared=declared)
    with mmap.mmap(fd, 0, access=mmap.ACCESS_READ) as content:
        return sniff(content, declared=declared)


def _job(container: Container, declared: Declared | None, limits: IngestSettings) -> dict[str, object]:
    options: dict[str, str] = {}
    if declared is not None:
        layout = "mono" if declared.channels == 1 else "stereo"
        options = {"sample_rate": str(DECLARED_HZ), "ch_layout": layout}
    return {
        "demuxer": container.value,
        "options": options,
        "duration_s_max": limits.duration_s_max,
        "pcm_bytes_max": limits.pcm_bytes_max,
        "memory_bytes_max": limits.decode_memory_bytes_max,
        "cpu_s_max": limits.decode_s_max,
        "parent_pid": os.getpid(),
    }


def _decode_apart(fd: int, job: dict[str, object], limits: IngestSettings) -> Audio:
    deadline = time.monotonic() + WALL_START_S + WALL_FACTOR * limits.decode_s_max
    process = subprocess.Popen(  # noqa: S603  # our own interpreter with our own code; the job is numbers and names
        [sys.executable, "-I", "-c", CHILD, str(PACKAGE_PARENT), json.dumps(job)],
        stdin=fd,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=CHILD_ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    blocks: deque[bytes] = deque()
    try:
        outcome = _collect(process, blocks, deadline=deadline, pcm_bytes_max=limits.pcm_bytes_max)
    finally:
        _end(process)
    if outcome.reason is not None:
        raise _refusal(outcome.reason, outcome.number)
    return Audio(samples=_joined(blocks, outcome.channels), rate_hz=outcome.rate_hz, loss=_told(outcome))


def _collect(process: subprocess.Popen[bytes], blocks: deque[bytes], *, deadline: float, pcm_bytes_max: int) -> Outcome:
    """Take the child's messages until it has said how it went."""
    assert process.stdout is not None, "opened as a pipe"
    ready, size = False, 0
    try:
        for kind, body in receive(process.stdout.fileno(), deadline=deadline):
            if kind is Kind.OUTCOME:
                return read_outcome(json.loads(body))
            ready = ready or kind is Kind.READY
            size += len(body)
            if size > pcm_bytes_max:
                return Outcome(reason=Reason.PCM, number=pcm_bytes_max)
            if kind is Kind.SAMPLES:
                blocks.append(body)
    except TimeoutError as error:
        raise TooLarge("audio", "decoding takes too long", FIX_SHORTER) from error
    except EOFError:
        pass  # it died while it was writing
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput("audio", "decoding it went wrong", FIX_RECORDING) from error
    raise _cause_of_death(process, ready)


def _cause_of_death(process: subprocess.Popen[bytes], ready: bool) -> BadInput | NotReady:
    try:
        status = process.wait(timeout=WALL_START_S)
    except subprocess.TimeoutExpired:
        status = 0  # it has closed its pipe and lives on; it is killed next
    if status == -signal.SIGXCPU:
        return TooLarge("audio", "decoding takes too long", FIX_SHORTER)
    if not ready:
        return NotReady("audio", "the decoding process can't lock itself in", "Install libseccomp2 (2.5 or newer)")
    return _refusal(Reason.FAILED, 0.0)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the child's group and take its exit status."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _joined(blocks: deque[bytes], channels: int) -> NDArray[np.int16]:
    """Turn interleaved blocks into (channels, frames), letting go of each block once it is copied."""
    frame_bytes = 2 * channels
    if any(len(block) % frame_bytes for block in blocks):
        raise BadInput("audio", "decoding it went wrong", FIX_RECORDING)
    samples = np.empty((channels, sum(map(len, blocks)) // frame_bytes), np.int16)
    at = 0
    while blocks:
        block = np.frombuffer(blocks.popleft(), "<i2").reshape(-1, channels)
        samples[:, at : at + len(block)] = block.T
        at += len(block)
    return samples


def _told(outcome: Outcome) -> str | None:
    """Put a loss into words, or None where nothing was lost."""
    loss: Loss = outcome.loss
    parts = []
    if loss.missing_s:
        promised_s = outcome.duration_s + loss.missing_s
        parts.append(f"{outcome.duration_s:.2f} s of {promised_s:.2f} s are there")
    if loss.damaged_packets:
        parts.append(f"{loss.damaged_packets} damaged pieces left out")
    if loss.repaired_samples:
        parts.append(f"{loss.repaired_samples} samples that are no numbers, now silence")
    return "; ".join(parts) or None


def _refusal(reason: Reason, number: float) -> BadInput:
    """Put a reason into words."""
    match reason:
        case Reason.CHANNELS:
            return BadInput("audio.channels", f"the recording has {number:.0f} channels", "Send 1 or 2 channels")
        case Reason.RATE:
            return BadInput("audio.sample_rate", f"the sample rate is {number:.0f} Hz", "Send 4,000 to 96,000 Hz")
        case Reason.FORMAT:
            return BadInput("audio", "the WAV header is broken or describes no sample format", FIX_RECORDING)
        case Reason.CODEC:
            return BadInput("audio", "the sound is in a coding that isn't decoded here", FIX_FORMATS)
        case Reason.NO_SOUND:
            return BadInput("audio", "the file holds no sound", FIX_RECORDING)
        case Reason.SHORT:
            return BadInput("audio", f"the recording is only {number * 1000:.0f} ms long", "Send at least 0.1 s")
        case Reason.NOT_A_NUMBER:
            return BadInput("audio", "no sample is a number (all are NaN or infinite)", FIX_RECORDING)
        case Reason.MOSTLY_DAMAGED:
            return BadInput("audio", "most of the recording can't be decoded", FIX_RECORDING)
        case Reason.DURATION:
            return TooLarge("audio.duration", f"the recording is longer than {number:,.0f} s", FIX_SHORTER)
        case Reason.PCM:
            return TooLarge("audio", f"decoded, it is larger than {number:,.0f} bytes", FIX_SHORTER)
        case Reason.EXPANSION:
            return TooLarge("audio", f"decoded, it is more than {number:.0f} times as large as the file", FIX_SHORTER)
        case Reason.MEMORY:
            return TooLarge("audio", "decoding it takes too much memory", FIX_SHORTER)
        case Reason.DAMAGED:
            return BadInput("audio", "the file is damaged and can't be decoded", FIX_RECORDING)
        case Reason.FAILED:
            return BadInput("audio", "the decoder failed on it", FIX_RECORDING)
