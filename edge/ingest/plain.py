"""Opens files that somebody else put there: plain ones only, never through a link, never waiting for a pipe."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file for reading. Raises: OSError, also for links, folders, pipes and devices."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(f"not a plain file ({path.suffix or 'no ending'})")
    return os.fdopen(fd, "rb")


def read_plain(path: Path, *, bytes_max: int) -> bytes:
    """Read the beginning of a plain file. Raises: OSError."""
    with open_plain(path) as file:
        return file.read(bytes_max)
