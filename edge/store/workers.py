"""Which workers live: each holds a lock on a file of its own, and the kernel lets go of it when the process ends.

No heartbeat and no clock: a worker that was killed is dead at once, one that is slow or asleep isn't.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

FOLDER = "workers"
_ID = re.compile(r"w-[0-9a-f]{16}")


class Worker:
    """One living worker of a box. Dies with its process, or when it is closed."""

    def __init__(self, worker_id: str, path: Path, descriptor: int) -> None:
        """Use `Worker.start`."""
        self.id = worker_id
        self._path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def start(cls, home: Path) -> Self:
        """Come to life under a fresh random id, in `home/workers`."""
        folder = home / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            worker_id = f"w-{secrets.token_hex(8)}"
            path = folder / f"{worker_id}.lock"
            # Closed on exec: a decoder's process that outlived us must not keep us alive.
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # Another process's `sweep` may have come between opening and locking: then try another name.
            if path.exists():
                return cls(worker_id, path, descriptor)
            os.close(descriptor)

    def close(self) -> None:
        """Die in order."""
        if self._descriptor is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def dead(home: Path, ids: Iterable[str]) -> frozenset[str]:
    """Which of these workers live no more."""
    return frozenset(worker_id for worker_id in ids if not _alive(home / FOLDER / f"{worker_id}.lock", worker_id))


def sweep(home: Path) -> None:
    """Remove the files of workers that were killed, each under its own lock: one may just be coming to life."""
    for path in (home / FOLDER).glob("w-*.lock"):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)


def _alive(path: Path, worker_id: str) -> bool:
    if not _ID.fullmatch(worker_id):
        return False
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two processes that look at once don't take each other for the worker.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
