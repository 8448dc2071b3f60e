"""The customer's mood as a line over the call, with the points where it turned, drawn beside its score."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from edge.records import Analysis, ScoreState
from edge.scores.archive import weights_of
from edge.scores.conversation import read_conversation
from edge.scores.swing import Moment, find_swings, mood_line
from edge.scores.weights import WEIGHTS

NAME: Final = "emotion_swing"
HEIGHT_PX: Final = 72
_EDGE_PX: Final = 8  # room for the mark of a turning point at either end of the scale
_LEVEL: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A straight piece of the line; x in percent of the call, y in pixels from the top."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TurningPoint:
    """Where a swing moved furthest. start, end: levels of the whole swing, -100 to 100. before: what the agent said."""

    utterance: str
    at_s: float
    x: float
    y: float
    start: int
    end: int
    before: str | None
    before_s: float

    @property
    def better(self) -> bool:
        """Whether the mood rose."""
        return self.end > self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """Everything drawn of one call's mood."""

    pieces: tuple[Piece, ...]
    turning: tuple[TurningPoint, ...]


def mood(analysis: Analysis) -> Mood | None:
    """The mood of an analysed call, read with the weights of its score; None where that has no value."""
    score = analysis.scores.get(NAME)
    if score is None or score.state is not ScoreState.SCORED:
        return None
    weights = (weights_of(score.versions.get("scores_weights", "")) or WEIGHTS).swing
    line = mood_line(read_conversation(analysis.utterances, language=analysis.language), weights=weights)
    places = [_place(moment, analysis.duration_s) for moment in line]
    by_turn = {moment.turn.index: place for moment, place in zip(line, places, strict=True)}
    return Mood(
        pieces=tuple(Piece(x1=one[0], y1=one[1], x2=two[0], y2=two[1]) for one, two in pairwise(places)),
        turning=tuple(
            _turning_point(swing.turning, by_turn, start=swing.last.level - swing.size, end=swing.last.level)
            for swing in find_swings(line, weights=weights)
        ),
    )


def _turning_point(moment: Moment, places: dict[int, tuple[float, float]], *, start: float, end: float) -> TurningPoint:
    said = moment.turn.utterances[0]
    x, y = places[moment.turn.index]
    return TurningPoint(
        utterance=said.id,
        at_s=said.start_s,
        x=x,
        y=y,
        start=round(_LEVEL * start),
        end=round(_LEVEL * end),
        before=moment.before.id if moment.before else None,
        before_s=moment.before.start_s if moment.before else 0.0,
    )


def _place(moment: Moment, duration_s: float) -> tuple[float, float]:
    at_s = moment.turn.utterances[0].start_s
    x = 100.0 * min(1.0, max(0.0, at_s / max(duration_s, 0.001)))
    y = HEIGHT_PX / 2 - moment.level * (HEIGHT_PX / 2 - _EDGE_PX)
    return round(x, 3), round(y, 2)
