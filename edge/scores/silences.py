"""Silences of a call, holds among them."""

from __future__ import annotations

from collections.abc import Sequence

from edge.records import Language, Silence, Speaker, Stretch
from edge.scores.intervals import gaps, union
from edge.scores.phrases import asks_to_hold
from edge.scores.presets import Preset
from edge.scores.runs import Run

SILENCE = "silence"
HOLD = "hold"
# The customer may still say "好" after being asked to wait; anything said after that is a new subject.
RUNS_BEFORE_HOLD = 2
# Ends of words and edges of speech come from two measurements that may differ by this much.
EDGE_S = 0.5


def find_silences(
    speech: Sequence[Stretch], runs: Sequence[Run], *, language: Language, preset: Preset
) -> tuple[Silence, ...]:
    """Every stretch between first and last speech in which nobody speaks for longer than the preset's threshold.

    What lies before the first or after the last speech is the edge of a recording, not a silence of the talk.
    """
    covered = union(speech)
    if not covered:
        return ()
    pauses = gaps(covered, start_s=covered[0].start_s, end_s=covered[-1].end_s)
    return tuple(
        Silence(
            start_s=round(pause.start_s, 3),
            end_s=round(pause.end_s, 3),
            kind=HOLD if preset.hold_apart and _is_hold(pause, runs, language=language, preset=preset) else SILENCE,
        )
        for pause in pauses
        if round(pause.end_s - pause.start_s, 3) > preset.silence_s_min
    )


def _is_hold(pause: Stretch, runs: Sequence[Run], *, language: Language, preset: Preset) -> bool:
    if pause.end_s - pause.start_s > preset.hold_s_min:
        return True
    before = [run for run in runs if run.end_s <= pause.start_s + EDGE_S][-RUNS_BEFORE_HOLD:]
    return any(run.speaker is Speaker.AGENT and asks_to_hold(run.text, language=language) for run in before)
