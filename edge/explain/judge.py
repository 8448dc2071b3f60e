"""Who gives labels, asked as a person would: what if it had been said like this?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from edge.records import Language, Reading, Utterance

CONTEXT_TURNS = 8
"""Utterances before the one in question that are read with it: what rules look back on (6), and what these need."""


class Judge(Protocol):
    """A giver of labels that can be asked about an utterance in its place, whole or with words taken out."""

    def judge(
        self, variants: Sequence[Utterance], *, before: Sequence[Utterance], started_at: datetime, language: Language
    ) -> tuple[Mapping[str, float], ...]:
        """The labels of each variant with their probabilities; a label that isn't there is not given.

        Args:
            variants: one utterance in several wordings.
            before: what was said before it, the latest last.
        """
        ...


class Reader(Protocol):
    """The language stage, as far as a judge needs it."""

    def read(self, utterances: Sequence[Utterance], *, started_at: datetime, language: Language) -> tuple[Reading, ...]:
        """One reading for each utterance."""
        ...


class ReadingJudge:
    """The judge that any language stage makes: it reads each variant together with what was said before."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def judge(
        self, variants: Sequence[Utterance], *, before: Sequence[Utterance], started_at: datetime, language: Language
    ) -> tuple[Mapping[str, float], ...]:
        """Read each variant anew."""
        context = tuple(before[-CONTEXT_TURNS:])
        readings = (
            self._reader.read((*context, variant), started_at=started_at, language=language)[-1] for variant in variants
        )
        return tuple({label.label: label.probability for label in reading.labels} for reading in readings)
