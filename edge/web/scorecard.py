"""A score as a card that explains itself: value, interval, state, reasons for and against, versions, limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edge.records import AnalysedUtterance, Analysis, Evidence, Score
from edge.web.transcript import Piece
from edge.web.wording import LOWER_IS_BETTER, score_tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One piece of evidence with the words it rests on."""

    utterance: str
    speaker: str
    start_s: float
    pieces: tuple[Piece, ...]
    contribution: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One part of a score that is a weighted mean. share: its part in the value as it stands, 0 to 1."""

    title: str
    value: float | None
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One score on the page."""

    name: str
    score: Score
    lower_is_better: bool
    evidence: tuple[Reason, ...]
    counter_evidence: tuple[Reason, ...]
    considered: tuple[Reason, ...]  # looked at, and neither for nor against
    dimensions: tuple[Dimension, ...] = ()


def cards(analysis: Analysis, language: str) -> tuple[Card, ...]:
    """Every score of a call, reasons in the reader's language where they exist in it, strongest first."""
    by_id = {utterance.id: utterance for utterance in analysis.utterances}
    return tuple(_card(name, score, by_id, language) for name, score in analysis.scores.items())


def _card(name: str, score: Score, by_id: Mapping[str, AnalysedUtterance], language: str) -> Card:
    tone = score_tone(name)
    return Card(
        name=name,
        score=score,
        lower_is_better=name in LOWER_IS_BETTER,
        evidence=_reasons([found for found in score.evidence if _points(found) > 0], by_id, language, tone),
        counter_evidence=_reasons([found for found in score.evidence if _points(found) < 0], by_id, language, tone),
        considered=_reasons([found for found in score.evidence if _points(found) == 0], by_id, language, tone),
        dimensions=_dimensions(score, language),
    )


def _dimensions(score: Score, language: str) -> tuple[Dimension, ...]:
    """The score's parts; one that isn't known has no share, the others share all."""
    known = sum(part.weight for part in score.parts if part.value is not None)
    return tuple(
        Dimension(
            title=part.title_en if language == "en" else part.title,
            value=part.value,
            share=part.weight / known if part.value is not None and known else 0.0,
        )
        for part in score.parts
    )


def _points(evidence: Evidence) -> float:
    """The contribution as the page writes it: what rounds to nothing is neither for nor against."""
    return round(evidence.contribution, 1)


def _reasons(
    evidence: Iterable[Evidence], by_id: Mapping[str, AnalysedUtterance], language: str, tone: str
) -> tuple[Reason, ...]:
    known = [(found, by_id[found.utterance]) for found in evidence if found.utterance in by_id]
    known.sort(key=lambda pair: -abs(pair[0].contribution))
    return tuple(
        Reason(
            utterance=utterance.id,
            speaker=utterance.speaker.value,
            start_s=utterance.start_s,
            pieces=_quote(utterance.text, found.span, tone),
            contribution=found.contribution,
            why=(found.why_en or found.why) if language == "en" else found.why,
        )
        for found, utterance in known
    )


def _quote(text: str, span: tuple[int, int] | None, tone: str) -> tuple[Piece, ...]:
    """The utterance with the deciding words as a piece of their own."""
    if span is None:
        return (Piece(text=text),)
    start, end = max(0, span[0]), min(len(text), span[1])
    if start >= end:
        return (Piece(text=text),)
    pieces = (Piece(text=text[:start]), Piece(text=text[start:end], tone=tone), Piece(text=text[end:]))
    return tuple(piece for piece in pieces if piece.text)
