"""Interruptions: one side starts to speak in the middle of the other's turn, and both speak at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from edge.records import Speaker
from edge.scores.presets import Preset
from edge.scores.runs import Run


def count_interruptions(runs: Sequence[Run], *, preset: Preset) -> Counter[Speaker]:
    """How often each side interrupts the other; `runs` in order of start."""
    counted: Counter[Speaker] = Counter()
    open_runs: list[Run] = []  # those that still speak when the next one starts; a handful at most
    for run in runs:
        open_runs = [other for other in open_runs if other.end_s > run.start_s]
        if any(_interrupts(run, other, preset=preset) for other in open_runs):
            counted[run.speaker] += 1
        open_runs.append(run)
    return counted


def _interrupts(run: Run, other: Run, *, preset: Preset) -> bool:
    if run.listening and not preset.backchannels_interrupt:
        return False
    if other.listening or Speaker.UNKNOWN in (run.speaker, other.speaker) or other.speaker is run.speaker:
        return False
    spoken_s = run.start_s - other.start_s
    overlap_s = min(run.end_s, other.end_s) - run.start_s
    return spoken_s > 0 and spoken_s >= preset.spoken_s_min and overlap_s >= preset.overlap_s_min
