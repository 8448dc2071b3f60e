"""Packs: speech of one lane put together for one decode, and the way back from a time in it to a time in the call.

Whisper reads better with some sentences around, and each window costs its silent rest; so short turns share a window.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.speech.track import Track
from edge.speech.turns import Turn

PACK_S_MAX = 13.0  # with the margin 15 s, where the encoder still fits the cache; docs/speech.md
_BALANCE_S = 0.1
PAD_S = 0.2  # kept around a stretch: voice activity comes late at soft onsets and goes early at soft ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of the call inside a pack, and the turn it belongs to (by index)."""

    turn: int
    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """Its length in seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Parts of one lane, decoded one after the other as if nothing lay between them."""

    lane: int
    parts: tuple[Part, ...]

    @property
    def length_s(self) -> float:
        """Seconds of audio in it."""
        return sum(part.length_s for part in self.parts)

    def samples(self, track: Track) -> NDArray[np.float32]:
        """Its audio at 16 kHz."""
        return np.concatenate([track.piece(part.start_s, part.end_s) for part in self.parts])

    def place(self, time_s: float) -> tuple[Part, float]:
        """The part that a time in the pack falls into, and the time in the call."""
        starts_s = [0.0, *itertools.accumulate(part.length_s for part in self.parts)]
        index = min(max(0, bisect.bisect_right(starts_s, time_s) - 1), len(self.parts) - 1)
        part = self.parts[index]
        return part, min(part.start_s + time_s - starts_s[index], part.end_s)


def packs(lane: int, turns: Sequence[Turn], duration_s: float) -> tuple[Pack, ...]:
    """Fill packs of at most PACK_S_MAX with the turns of one lane in order; `Part.turn` indexes `turns`.

    As few packs as that allows, and those as equally long as can be: windows of one length share a batch without
    padding. A stretch is never cut, so one that is longer than a pack gets one of its own.
    """
    parts = [part for index, turn in enumerate(turns) for part in _parts(index, turn, turns, duration_s)]
    count = len(_filled(parts, PACK_S_MAX))
    # The least limit that needs no more packs: bisection, as fewer seconds never make fewer packs.
    low_s, high_s = 0.0, PACK_S_MAX
    while high_s - low_s > _BALANCE_S:
        middle_s = (low_s + high_s) / 2
        low_s, high_s = (low_s, middle_s) if len(_filled(parts, middle_s)) <= count else (middle_s, high_s)
    return tuple(Pack(lane=lane, parts=tuple(group)) for group in _filled(parts, high_s))


def _filled(parts: Sequence[Part], limit_s: float) -> list[list[Part]]:
    """The parts in order, in groups of at most limit_s or of one part."""
    groups: list[list[Part]] = []
    filled_s = 0.0
    for part in parts:
        if not groups or filled_s + part.length_s > limit_s:
            groups.append([])
            filled_s = 0.0
        groups[-1].append(part)
        filled_s += part.length_s
    return groups


def alone(pack: Pack) -> tuple[Pack, ...]:
    """The pack's turns each in a pack of its own."""
    groups = itertools.groupby(pack.parts, key=lambda part: part.turn)
    return tuple(Pack(lane=pack.lane, parts=tuple(parts)) for _, parts in groups)


def _parts(index: int, turn: Turn, turns: Sequence[Turn], duration_s: float) -> list[Part]:
    """The stretches of a turn with PAD_S around, those that come to touch made one; never into another turn's half."""
    earliest_s = (turns[index - 1].end_s + turn.start_s) / 2 if index else 0.0
    latest_s = (turn.end_s + turns[index + 1].start_s) / 2 if index + 1 < len(turns) else duration_s
    found: list[Part] = []
    for stretch in turn.stretches:
        start_s, end_s = max(earliest_s, stretch.start_s - PAD_S), min(latest_s, stretch.end_s + PAD_S)
        if found and start_s <= found[-1].end_s:
            found[-1] = Part(turn=index, start_s=found[-1].start_s, end_s=end_s)
        else:
            found.append(Part(turn=index, start_s=start_s, end_s=end_s))
    return found
