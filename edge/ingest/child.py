"""The decoding process: load, lock in, decode, say how it went. One recording per process.

Started by `decode.py` with the recording on descriptor 0 and the pipe to the parent on descriptor 1.
"""

from __future__ import annotations

import io
import json
import os
import struct
import sys
from typing import Any, BinaryIO

import av
import av.subtitles.codeccontext
import av.subtitles.stream
import av.video.codeccontext
import av.video.stream

from edge.ingest.decoder import Decoder, Limits
from edge.ingest.pipe import Kind, Outcome, Reason, send
from edge.ingest.sandbox import confine
from edge.ingest.source import UndecodableError

RECORDING_FD, PARENT_FD = 0, 1


def main() -> None:
    """Run one decoding as described by the JSON in the last argument."""
    job = json.loads(sys.argv[-1])
    file = os.fdopen(RECORDING_FD, "rb", buffering=0)
    av.logging.set_level(None)
    _rehearse()
    confine(memory_bytes=job["memory_bytes_max"], cpu_s=job["cpu_s_max"], parent_pid=job["parent_pid"])
    send(PARENT_FD, Kind.READY)
    send(PARENT_FD, Kind.OUTCOME, json.dumps(_outcome(file, job).as_json()).encode())
    os._exit(0)  # nothing to tidy up, and tidying up would need calls that are forbidden now


def _rehearse() -> None:
    """Decode a sound of our own, so that PyAV, numpy and soxr load what they load late (as the imports above do).

    Nothing can be loaded once locked in.
    """
    samples = bytes(2 * 2_400)
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 12_000, 24_000, 2, 16)
    wave = b"WAVE" + fmt + struct.pack("<4sI", b"data", len(samples)) + samples
    file = io.BytesIO(struct.pack("<4sI", b"RIFF", len(wave)) + wave)
    decoder = Decoder(file, demuxer="wav", options={}, limits=Limits(duration_s_max=1.0, pcm_bytes_max=10_000))
    for _ in decoder.blocks():
        pass
    json.dumps(decoder.outcome().as_json())


def _outcome(file: BinaryIO, job: dict[str, Any]) -> Outcome:
    """Decode, sending the samples on the way; every failure becomes a reason."""
    try:
        limits = Limits(duration_s_max=job["duration_s_max"], pcm_bytes_max=job["pcm_bytes_max"])
        decoder = Decoder(file, demuxer=job["demuxer"], options=job["options"], limits=limits)
        for block in decoder.blocks():
            send(PARENT_FD, Kind.SAMPLES, block.astype("<i2", copy=False).tobytes())
        return decoder.outcome()
    except UndecodableError as error:
        return Outcome(reason=error.reason, number=error.number)
    except MemoryError:
        return Outcome(reason=Reason.MEMORY)
    except Exception:  # the decoder's own faults on hostile input: whatever they are, the recording is refused
        return Outcome(reason=Reason.FAILED)
