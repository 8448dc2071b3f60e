"""Secret files: written whole or not at all, readable by the box alone, overwritten before they go."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path

from edge.durable import sync_folder
from edge.errors import NotReady

FOLDER_MODE = 0o700
FILE_MODE = 0o600
DRAFT = ".draft"
"""What the names of files end in that a kill may leave: not yet in use, or a second name of one that is."""


def make_folder(folder: Path) -> None:
    """Create the folder for secrets if it isn't there, and check that only its owner can look in. Raises: NotReady."""
    if not folder.exists():
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        sync_folder(folder.parent)
    check_private(folder)


def check_private(path: Path) -> None:
    """Check that nobody but this process's user can use a file or folder. Raises: NotReady."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode) or status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
        mode = FOLDER_MODE if path.is_dir() else FILE_MODE
        raise NotReady(
            f"keys/{path.name}" if path.name != "keys" else "keys",
            f"others than the box's own user could use it (mode {stat.S_IMODE(status.st_mode):04o})",
            f"Make it a plain file or folder of the box's user with mode {mode:04o}",
        )


def create(path: Path, content: bytes) -> None:
    """Write a secret file that isn't there yet. After a power cut it is whole or absent.

    Raises: FileExistsError if it is there already, also where another process was faster.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}{DRAFT}")
    try:
        _write(draft, content)
        os.link(draft, path)  # unlike a rename this never replaces a key that is in use
    except FileNotFoundError as error:
        if path.exists():  # a process that was faster has made the file, and cleared our draft away
            raise FileExistsError(path) from error
        raise
    finally:
        draft.unlink(missing_ok=True)
        sync_folder(path.parent)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
    try:
        if os.write(descriptor, content) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path) -> bytes:
    """Read a secret file. Raises: NotReady if others could read it too, FileNotFoundError."""
    check_private(path)
    return path.read_bytes()


def shred(path: Path) -> None:
    """Overwrite a secret file in place, then remove it; nothing happens if it is gone.

    What this can't reach: old blocks that a solid-state disk or a snapshot keeps on its own account.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        status = os.fstat(descriptor)
        if status.st_nlink == 1:  # else a kill left a draft as a second name of a file that may be in use
            os.write(descriptor, bytes(status.st_size))
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
