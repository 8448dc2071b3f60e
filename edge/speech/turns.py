"""Turns: the stretches of speech that one speaker strings together before the other takes over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edge.records import Stretch

# Pauses up to here belong to the turn whatever the other side does meanwhile…
PAUSE_S_MAX = 0.7
# …and up to here if the other side lets them pass; longer ones are hesitation worth a line of its own.
YIELDED_PAUSE_S_MAX = 1.5
REPLY_S_MIN = 0.25  # less of the other side's speech in a pause is a breath or a leak
TURN_S_MAX = 15.0  # longer turns are split: a reader and a rule need pieces that hold one thought


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One speaker's stretches on one lane, in order, never empty.

    voice, doubtful: which of the two voices of a mixed lane it is, and whether that is in doubt.
    """

    lane: int
    stretches: tuple[Stretch, ...]
    voice: int = 0
    doubtful: bool = False

    @property
    def start_s(self) -> float:
        """Where the first stretch begins."""
        return self.stretches[0].start_s

    @property
    def end_s(self) -> float:
        """Where the last stretch ends."""
        return self.stretches[-1].end_s

    @property
    def voiced_s(self) -> float:
        """How much of it is speech."""
        return sum(stretch.end_s - stretch.start_s for stretch in self.stretches)


def turns(lane: int, own: Sequence[Stretch], others: Sequence[Stretch], *, voice: int = 0) -> tuple[Turn, ...]:
    """Join the stretches of one speaker into turns, given where the other side speaks; both in order of start."""
    joined: list[list[Stretch]] = []
    for stretch in own:
        if joined and _continues(joined[-1][-1], stretch, others):
            joined[-1].append(stretch)
        else:
            joined.append([stretch])
    return tuple(Turn(lane=lane, stretches=part, voice=voice) for group in joined for part in _split(tuple(group)))


def _continues(before: Stretch, after: Stretch, others: Sequence[Stretch]) -> bool:
    pause_s = after.start_s - before.end_s
    if pause_s <= PAUSE_S_MAX:
        return True
    return pause_s <= YIELDED_PAUSE_S_MAX and _voiced_s(others, before.end_s, after.start_s) < REPLY_S_MIN


def _voiced_s(stretches: Sequence[Stretch], start_s: float, end_s: float) -> float:
    return sum(max(0.0, min(end_s, item.end_s) - max(start_s, item.start_s)) for item in stretches)


def _split(group: tuple[Stretch, ...]) -> list[tuple[Stretch, ...]]:
    """Cut what is longer than TURN_S_MAX at its longest pause; of equal pauses the one nearest to the middle."""
    if len(group) == 1 or group[-1].end_s - group[0].start_s <= TURN_S_MAX:
        return [group]
    middle_s = (group[0].start_s + group[-1].end_s) / 2
    cut = max(
        range(1, len(group)),
        key=lambda at: (round(group[at].start_s - group[at - 1].end_s, 1), -abs(group[at].start_s - middle_s)),
    )
    return [*_split(group[:cut]), *_split(group[cut:])]
