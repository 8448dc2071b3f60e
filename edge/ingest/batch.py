"""A CSV in the watch folder, and how far its recordings have come (kept in `.NAME.progress` beside it)."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from edge.errors import BadInput
from edge.ingest.plain import read_plain
from edge.ingest.table import TABLE_BYTES_MAX, Row, read_table

TAKEN, REFUSED = "taken", "refused"
NAME_BYTES_MAX = 220  # names are at most 255 bytes, and ours beside it is longer


class Batch:
    """The rows of one table, each of a recording that lies in the folder, is still to come, or is settled.

    What becomes of a recording is written down and synced before it is moved. So a row is settled where that is
    written and the recording is gone; one that still lies there after a power cut is simply handed over again.

    Raises: BadInput where the table can't be read; OSError.
    """

    def __init__(self, path: Path, *, now: datetime) -> None:
        if len(os.fsencode(path.name)) > NAME_BYTES_MAX:
            raise BadInput("table", "its name is too long", f"Use at most {NAME_BYTES_MAX} bytes")
        table = read_table(read_plain(path, bytes_max=TABLE_BYTES_MAX + 1), now=now)
        self.path = path
        self.rows: dict[str, Row] = {row.file: row for row in table}
        self._progress = path.with_name(f".{path.name}.progress")
        self._fates = dict(_fates(self._progress))

    def note(self, file: str, *, taken: bool) -> None:
        """Write down what becomes of a recording, before it is moved. Raises: OSError."""
        fate = TAKEN if taken else REFUSED
        fd = os.open(self._progress, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, f"{fate}\t{file}\n".encode())
            os.fsync(fd)
        finally:
            os.close(fd)
        self._fates[file] = fate

    def is_settled(self, lying: Collection[str]) -> bool:
        """Whether every row is, with these files still in the folder."""
        return all(file in self._fates and file not in lying for file in self.rows)

    def refusal(self) -> BadInput | None:
        """What to tell the sender of a settled table: None where everything was taken."""
        refused = sum(self._fates[file] == REFUSED for file in self.rows)
        if refused == 0:
            return None
        problem = f"{refused} of {len(self.rows)} recordings were refused"
        return BadInput("table", problem, "See the reason beside each, and send these rows again with their recordings")

    def forget(self) -> None:
        """Remove what was written down, once the table is put away."""
        self._progress.unlink(missing_ok=True)


def _fates(progress: Path) -> list[tuple[str, str]]:
    try:
        text = read_plain(progress, bytes_max=4 * TABLE_BYTES_MAX).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return []
    # A line cut by a power cut has no end; its recording was not moved yet.
    lines = [line.rstrip("\n").partition("\t") for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return [(file, fate) for fate, _, file in lines]
