"""Explanations of scores, and the history of scorings, as the call page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from edge.box import Box
from edge.explain.scores import Change, ScoreExplanation
from edge.explain.wording import Both
from edge.records import Analysis
from edge.rescoring import Rescoring, history, told

CHANGES_SHOWN_MAX: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One score's explanation in the reader's language: a paragraph, and what would have changed it."""

    paragraph: str
    changes: tuple[tuple[str, Change], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One time a call was scored anew. number: of the analysis it replaced, from 1. moves: one sentence a score."""

    number: int
    at: datetime
    moves: tuple[str, ...]


def tell_scores(box: Box, analysis: Analysis, *, reveal: bool, language: str) -> Mapping[str, Told]:
    """Every score of an (unmasked) analysis explained, by name."""
    return {one.score: _told(one, language) for one in box.explain_scores(analysis, reveal=reveal)}


def tell_history(box: Box, call_id: str, *, actor: str, language: str) -> tuple[Step, ...]:
    """Every time a call was scored anew, the latest first. Raises: NotFound, Refused."""
    steps = history(box, call_id, actor=actor)
    return tuple(
        Step(number=number, at=step.at, moves=_moves(step, language))
        for number, step in reversed(tuple(enumerate(steps, start=1)))
    )


def _told(one: ScoreExplanation, language: str) -> Told:
    shown: Sequence[Change] = one.changes[:CHANGES_SHOWN_MAX]
    changes = ((change.what_en if language == "en" else change.what, change) for change in shown)
    return Told(paragraph=_in(Both(one.zh, one.en), language), changes=tuple(changes))


def _moves(step: Rescoring, language: str) -> tuple[str, ...]:
    return tuple(_in(told(move), language) for move in step.scores if move.moved)


def _in(words: Both, language: str) -> str:
    return words.en if language == "en" else words.zh
