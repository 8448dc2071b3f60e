"""Where an upload is kept while it comes in: anonymous memory, never a disk."""

from __future__ import annotations

import fcntl
import os
from typing import BinaryIO

from edge.errors import NotReady


def open_memory() -> BinaryIO:
    """An empty file in memory, without a name; gone when it is closed, also when the process dies.

    Raises: NotReady if the kernel gives none.
    """
    try:
        descriptor = os.memfd_create("recording", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except OSError as error:
        raise _no_memory() from error
    return os.fdopen(descriptor, "w+b")


def keep(recording: BinaryIO, chunk: bytes) -> None:
    """Add one piece at the end. Raises: NotReady if there is no memory left."""
    try:
        recording.write(chunk)
    except OSError as error:
        raise _no_memory() from error


def seal(recording: BinaryIO) -> None:
    """Close it for writing by anyone, so that what was checked is what is decoded, and go back to its start."""
    try:
        recording.flush()
    except OSError as error:
        raise _no_memory() from error
    fcntl.fcntl(recording, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
    recording.seek(0)


def _no_memory() -> NotReady:
    return NotReady("audio", "there is no memory left for a recording", "Send it again in a few seconds")
