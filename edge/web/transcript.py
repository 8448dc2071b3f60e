"""The conversation as the call page shows it: one line an utterance, its text cut where evidence begins and ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from edge.records import AnalysedUtterance, Analysis, Commitment, Label, Promised
from edge.web.wording import TONES

# Whisper base's mean word probability on clear telephone speech lies above 0.8; below this a reader should listen.
CONFIDENCE_LOW: Final = 0.55


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text; `labels` names what it is evidence for, strongest first, and `tone` its colour family."""

    text: str
    labels: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One utterance on the page."""

    id: str
    speaker: str
    start_s: float
    end_s: float
    pieces: tuple[Piece, ...]
    labels: tuple[Label, ...]
    promises: tuple[Promised, ...]
    commitment: Commitment | None
    confidence: float
    confidence_low: bool
    speaker_doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise of the call, to be kept by somebody."""

    utterance: str
    speaker: str
    start_s: float
    commitment: Commitment
    over_promise: bool


def lines(analysis: Analysis) -> tuple[Line, ...]:
    """The whole conversation, in order of start."""
    return tuple(_line(utterance) for utterance in analysis.utterances)


def promises(analysis: Analysis) -> tuple[Promise, ...]:
    """What was promised in the call, in the order it was said."""
    return tuple(
        Promise(
            utterance=utterance.id,
            speaker=utterance.speaker.value,
            start_s=utterance.start_s,
            commitment=utterance.commitment,
            over_promise=utterance.has("over_promise"),
        )
        for utterance in analysis.utterances
        if utterance.commitment is not None
    )


def cut(text: str, labels: Iterable[Label]) -> tuple[Piece, ...]:
    """Cut a text where its labels' spans begin and end. The pieces joined are the text, whatever the spans are."""
    spans = [(label.span, label) for label in labels if label.span is not None]
    edges = {0, len(text)}
    for (start, end), _ in spans:
        edges.update(position for position in (start, end) if 0 < position < len(text))
    borders = sorted(edges)
    return tuple(_piece(text, spans, start, end) for start, end in pairwise(borders))


def _piece(text: str, spans: Sequence[tuple[tuple[int, int], Label]], start: int, end: int) -> Piece:
    covering = [label for (first, last), label in spans if first <= start and end <= last]
    names = tuple(label.label for label in sorted(covering, key=_strength))
    return Piece(text=text[start:end], labels=names, tone=TONES.get(names[0], "plain") if names else "")


def _strength(label: Label) -> tuple[bool, float]:
    """Risks come first: where spans overlap, the colour must not hide them."""
    return TONES.get(label.label) != "risk", -label.probability


def _line(utterance: AnalysedUtterance) -> Line:
    return Line(
        id=utterance.id,
        speaker=utterance.speaker.value,
        start_s=utterance.start_s,
        end_s=utterance.end_s,
        pieces=cut(utterance.text, utterance.labels),
        labels=tuple(sorted(utterance.labels, key=_strength)),
        promises=utterance.promises,
        commitment=utterance.commitment,
        confidence=utterance.confidence,
        confidence_low=utterance.confidence < CONFIDENCE_LOW,
        speaker_doubtful=utterance.speaker_doubtful,
    )
