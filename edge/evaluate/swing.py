"""Emotion swings found in annotated calls against those that the annotation itself tells.

Reference: the mood of a customer turn is the one its annotated labels show (`emotion_positive`, `emotion_negative`,
`complaint`, at the weights of the score), held until another is labelled; what the first two turns show is the mood the
customer came with. A reference swing is a stretch of these moods that moves by at least the dead-band, from the first
to the last turn that moves. No smoothing, no words, no times, and no objections or buying signals enter it.

A swing found in the text counts as detected where it goes the same way and lies within one customer turn of a reference
swing; each counts once. Any other swing found is a false alarm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edge.evaluate.language import Call, read_calls, spoken
from edge.language.analyser import LanguageAnalyser
from edge.records import AnalysedUtterance, Label, Reading
from edge.scores.conversation import Conversation, read_conversation
from edge.scores.swing import Swing, find_swings, mood_line, net_change
from edge.scores.weights import WEIGHTS, SwingWeights

CLEAR = frozenset({"emotion_positive", "emotion_negative", "complaint"})
# One customer turn away, with the agent's between.
UTTERANCES_APART_MAX = 2
PER_CALLS = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SwingFigures:
    """How swings were found. Rates are for each 100 calls; shares of 1, None where there is nothing to share.

    same_outcome: calls in which the customer leaves better, worse or as they came (within the dead-band) in both.
    """

    calls: int
    reference_swings: int
    detected: int
    missed: int
    false_alarms: int
    missed_per_100_calls: float | None
    false_alarms_per_100_calls: float | None
    recall: float | None
    precision: float | None
    same_outcome: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The swings of one call, and by how much the line moved from arrival to the end."""

    swings: tuple[tuple[int, int, bool], ...]  # utterance that begins it, utterance that ends it, for the better
    moved: float


def evaluate(calls: Path, *, analyser: LanguageAnalyser | None = None) -> SwingFigures:
    """Read annotated calls (JSON, one a line), find swings in their text and count.

    Raises: BadInput where a line isn't an annotated call.
    """
    read = read_calls(calls)
    reader = analyser or LanguageAnalyser()
    weights = WEIGHTS.swing
    return figures(
        [(reference(call, weights=weights), found(call, analyser=reader, weights=weights)) for call in read],
        dead_band=weights.dead_band,
    )


def figures(pairs: Sequence[tuple[Found, Found]], *, dead_band: float) -> SwingFigures:
    """Count over (reference, found) of each call."""
    wanted = sum(len(reference_.swings) for reference_, _ in pairs)
    given = sum(len(found_.swings) for _, found_ in pairs)
    detected = sum(matched(reference_.swings, found_.swings) for reference_, found_ in pairs)
    same = [_outcome(one.moved, dead_band) == _outcome(other.moved, dead_band) for one, other in pairs]
    return SwingFigures(
        calls=len(pairs),
        reference_swings=wanted,
        detected=detected,
        missed=wanted - detected,
        false_alarms=given - detected,
        missed_per_100_calls=_share((wanted - detected) * PER_CALLS, len(pairs)),
        false_alarms_per_100_calls=_share((given - detected) * PER_CALLS, len(pairs)),
        recall=_share(detected, wanted),
        precision=_share(detected, given),
        same_outcome=_share(sum(same), len(same)),
    )


def matched(wanted: Sequence[tuple[int, int, bool]], given: Sequence[tuple[int, int, bool]]) -> int:
    """How many of the swings given are one of those wanted, each counted once, in order."""
    left = list(given)
    count = 0
    for first, last, better in wanted:
        near = (
            one
            for one in left
            if one[2] is better and one[0] <= last + UTTERANCES_APART_MAX and one[1] >= first - UTTERANCES_APART_MAX
        )
        if (match := next(near, None)) is not None:
            left.remove(match)
            count += 1
    return count


def reference(call: Call, *, weights: SwingWeights) -> Found:
    """The swings that the annotation tells."""
    plain = replace(
        weights,
        intensifier=0.0,
        exclamation=0.0,
        repetition=0.0,
        profanity=0.0,
        pace=0.0,
        interrupting=0.0,
        long_silence=0.0,
        follow=1.0,
        full_pull=0.01,
    )
    readings = [
        Reading(
            utterance_id=utterance.id,
            labels=tuple(Label(label=name, probability=1.0) for name in sorted(turn.labels & CLEAR)),
        )
        for utterance, turn in zip(spoken(call), call.turns, strict=True)
    ]
    return _found(call, readings, weights=plain)


def found(call: Call, *, analyser: LanguageAnalyser, weights: SwingWeights) -> Found:
    """The swings found in the text."""
    readings = analyser.read(tuple(spoken(call)), started_at=call.started_at, language=call.language)
    return _found(call, readings, weights=weights)


def _found(call: Call, readings: Sequence[Reading], *, weights: SwingWeights) -> Found:
    utterances = [AnalysedUtterance.joined(one, reading) for one, reading in zip(spoken(call), readings, strict=True)]
    places = {utterance.id: place for place, utterance in enumerate(utterances)}
    conversation: Conversation = read_conversation(utterances, language=call.language)
    line = mood_line(conversation, weights=weights)
    swings = find_swings(line, weights=weights)
    return Found(swings=tuple(_placed(swing, places) for swing in swings), moved=net_change(line))


def _placed(swing: Swing, places: dict[str, int]) -> tuple[int, int, bool]:
    first, last = swing.first.turn.utterances[0], swing.last.turn.utterances[-1]
    return places[first.id], places[last.id], swing.size > 0.0


def _outcome(moved: float, dead_band: float) -> int:
    return (moved >= dead_band) - (moved <= -dead_band)


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
