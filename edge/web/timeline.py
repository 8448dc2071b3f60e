"""Who speaks when, as blocks on a line: positions in percent of the call, so that the page may be any width."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from edge.records import Analysis
from edge.web.wording import TONES

# Long enough to be seen and hit with a finger on a line of 300 px, whatever the length of the call.
_WIDTH_PERCENT_MIN: Final = 0.3
_TICKS_MAX: Final = 8
_TICK_STEPS_S: Final = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600)
_FLAGGED: Final = frozenset({"risk", "warm", "care", "good"})  # families worth a mark on the line


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch on the line; x and width in percent of its length."""

    kind: str  # agent, customer, unknown, silence, hold
    x: float
    width: float
    utterance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A mark above an utterance that carries a telling label."""

    tone: str
    speaker: str
    x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A time written below the line."""

    at_s: float
    x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything drawn on the line of one call."""

    blocks: tuple[Block, ...]
    gaps: tuple[Block, ...]
    flags: tuple[Flag, ...]
    ticks: tuple[Tick, ...]


def timeline(analysis: Analysis) -> Timeline:
    """Lay one call out on a line."""
    length_s = max(analysis.duration_s, 0.001)
    return Timeline(
        blocks=tuple(
            _block(said.speaker.value, said.start_s, said.end_s, length_s, said.id) for said in analysis.utterances
        ),
        gaps=tuple(_block(gap.kind, gap.start_s, gap.end_s, length_s) for gap in analysis.talk.silences),
        flags=tuple(
            Flag(tone=tone, speaker=said.speaker.value, x=_percent(said.start_s, length_s))
            for said in analysis.utterances
            if (tone := _flag(label.label for label in said.labels))
        ),
        ticks=_ticks(length_s),
    )


def _flag(labels: Iterable[str]) -> str:
    """The colour family most worth marking, or "" """
    tones = {TONES.get(label, "plain") for label in labels} & _FLAGGED
    return next((tone for tone in ("risk", "care", "warm", "good") if tone in tones), "")


def _block(kind: str, start_s: float, end_s: float, length_s: float, utterance: str = "") -> Block:
    x = _percent(start_s, length_s)
    width = max(_WIDTH_PERCENT_MIN, _percent(end_s, length_s) - x)
    return Block(kind=kind, x=x, width=round(min(width, 100 - x), 3), utterance=utterance)


def _percent(at_s: float, length_s: float) -> float:
    return round(100 * min(1.0, max(0.0, at_s / length_s)), 3)


def _ticks(length_s: float) -> tuple[Tick, ...]:
    step = next((step for step in _TICK_STEPS_S if length_s / step <= _TICKS_MAX), _TICK_STEPS_S[-1])
    return tuple(Tick(at_s=at, x=_percent(at, length_s)) for at in range(0, int(length_s) + 1, step))
