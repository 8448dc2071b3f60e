"""Which files of a folder are complete: at rest for two seconds, or marked so by their sender."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MARK_END = ".done"  # `a.wav.done` or `a.done`: the sender says that `a.wav` (and `a.json`) are complete
REASON_END = ".reason.json"  # ours: why something was rejected
UNFINISHED_ENDS = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload")
REST_S = 2.0

State = tuple[int, int, int]  # size, time of change, inode: another one is another file


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What lies in the folder."""

    states: dict[str, State]  # of plain files that may be handed over, by name
    resting: frozenset[str]  # those of them that are complete
    marks: frozenset[str]


class Rest:
    """Remembers from look to look since when each file has been the same."""

    def __init__(self, folder: Path, *, clock_s: Callable[[], float]) -> None:
        self._folder = folder
        self._clock_s = clock_s
        self._since: dict[str, tuple[State, float]] = {}

    def look(self) -> Look:
        """Read the folder once. Links, folders, hidden and unfinished files are passed over. Raises: OSError."""
        now_s = self._clock_s()
        states = self._states()
        marks = frozenset(name for name in states if name.endswith(MARK_END))
        since: dict[str, tuple[State, float]] = {}
        for name in states.keys() - marks:
            before = self._since.get(name)
            since[name] = before if before and before[0] == states[name] else (states[name], now_s)
        self._since = since
        complete = {mark.removesuffix(MARK_END) for mark in marks}
        resting = {name for name, (_, since_s) in since.items() if now_s - since_s >= REST_S or stems(name) & complete}
        plain = {name: states[name] for name in since}
        return Look(states=plain, resting=frozenset(resting), marks=marks)

    def _states(self) -> dict[str, State]:
        states: dict[str, State] = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if _is_passed_over(entry.name) or not entry.is_file(follow_symlinks=False):
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # taken away since the folder was read
                states[entry.name] = (status.st_size, status.st_mtime_ns, status.st_ino)
        return states


def stems(name: str) -> set[str]:
    """What a sidecar or a mark may be called after this file: its name with and without its last ending."""
    return {name, name.rpartition(".")[0] or name}


def _is_passed_over(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower().endswith((*UNFINISHED_ENDS, REASON_END))
