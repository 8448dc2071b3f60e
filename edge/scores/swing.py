"""Emotion swing: how the customer's mood moved, where it turned, and whether they left better than they came.

Read from the customer's words, from labels and from times, never from the sound of a voice. Each customer turn that
shows a mood draws a line towards the mood shown; a turn that shows none leaves it where it was. A swing is a stretch of
the line that moves by at least the dead-band; the line must come back by as much before it counts as turned again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from edge.records import AnalysedUtterance, Evidence, Language, Score, ScoreState, Speaker
from edge.scores.chances import any_of
from edge.scores.conversation import Conversation, Mark, Turn, limits_of, trust, unreadable
from edge.scores.explanation import unscored
from edge.scores.lexicon import LEXICA
from edge.scores.phrases import characters
from edge.scores.weights import SwingWeights

BETTER = ("emotion_positive", "buying_signal")
WORSE = ("emotion_negative", "complaint", "objection")
SHOWN = {
    "emotion_positive": ("高兴、放心或感谢", "pleasure, relief or thanks"),
    "buying_signal": ("想要往下办", "a wish to go on"),
    "emotion_negative": ("不满或担心", "anger or worry"),
    "complaint": ("说了不愉快的经历", "a bad experience"),
    "objection": ("提出异议", "an objection"),
}
# Fewer turns of the customer's are no line.
TURNS_MIN = 3
# What the first turns show is the mood the customer came with, not a swing.
ARRIVAL_TURNS = 2
# A call is scored if it more likely than not showed a mood.
MOOD_MIN = 0.5
# Points of the score for one unit of the line, whose levels lie between -1 and 1: from one end to the other is 50.
POINTS = 25.0
AS_THEY_CAME = 50.0
# A 90 % interval of a normal distribution, in standard deviations.
INTERVAL_SD = 1.645

# Times: cutting in and waiting as talk metrics count interruptions and silences; the customer's own middle pace is
# known from three turns that are long enough to have one.
OVERLAP_S_MIN = 0.5
SILENCE_S_MIN = 3.0
PACE_TURN_S_MIN = 2.0
PACE_TURNS_MIN = 3
PACE_FASTER = 1.3

_EXCLAMATION = re.compile(r"[!！]")
# The same two to eight characters said again at once (快点快点), or one three times (快快快).
_REPEATED = re.compile(r"([^\W\d_]{2,8})[\s，,、。.！!]*\1|([^\W\d_a-zA-Z])\2\2", re.IGNORECASE)

LIMITS = (
    "只看客户说的话和说话的时间，不听语气；没有说出口的情绪看不到。",
    "情绪变化有许多原因：列出的坐席的话只是说在转折之前，不等于起因，也不用来评价坐席。",
    "50 分表示离开时和来时一样；高于 50 是好转，低于 50 是变差。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One customer turn on the line.

    level: where the line is after it, -1 (angry) to 1 (pleased). step: how far it moved the line.
    variance: of the level, when each label is right with its own probability.
    shown: how surely the turn shows a mood at all, 0 to 1.
    before: the agent's words just before it, if there are any.
    """

    turn: Turn
    level: float
    step: float
    variance: float
    shown: float
    before: AnalysedUtterance | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """A stretch of the line from one turning point to the next.

    first, last: the moments that begin and end the move. turning: the one that moved furthest.
    size: from level to level, signed: above zero for the better.
    """

    first: Moment
    last: Moment
    turning: Moment
    size: float


def score_swing(conversation: Conversation, *, weights: SwingWeights, versions: dict[str, str]) -> Score:
    """Score whether the customer left better (above 50) or worse than they came. `value - 50` = all contributions."""
    limits = (*LIMITS, *limits_of(conversation))
    reason = unreadable(conversation, sides=(Speaker.CUSTOMER,))
    line = mood_line(conversation, weights=weights)
    if reason is None and len(line) < TURNS_MIN:
        reason = ScoreState.NOT_ENOUGH_EVIDENCE
    if reason is None and any_of(moment.shown for moment in line) < MOOD_MIN:
        reason = ScoreState.NO_OPPORTUNITY
    if reason is not None:
        return unscored(reason, versions=versions, limits=limits)
    value = AS_THEY_CAME + POINTS * net_change(line)
    doubt = line[ARRIVAL_TURNS - 1].variance + line[-1].variance
    spread = INTERVAL_SD * math.sqrt(POINTS**2 * doubt + weights.residual_points**2)
    return Score(
        value=value,
        interval=(max(0.0, value - spread), min(100.0, value + spread)),
        state=ScoreState.SCORED,
        evidence=_evidence(line, find_swings(line, weights=weights), weights=weights),
        versions=versions,
        limits=limits,
    )


def mood_line(conversation: Conversation, *, weights: SwingWeights) -> tuple[Moment, ...]:
    """Every customer turn with the level that the line reaches in it. A bad sign never raises it, a good one never
    lowers it."""
    pace = _middle_pace(conversation.of(Speaker.CUSTOMER))
    line: list[Moment] = []
    level = variance = 0.0
    for turn in conversation.of(Speaker.CUSTOMER):
        before = conversation.turns[turn.index - 1] if turn.index else None
        mood, shown = _mood(turn, before, pace=pace, language=conversation.language, weights=weights)
        towards = min(0.0, mood - level) if mood < 0.0 else max(0.0, mood - level)
        follow = min(1.0, abs(mood) / weights.full_pull) * (1.0 if len(line) < ARRIVAL_TURNS else weights.follow)
        step = follow * shown * towards
        variance = (1.0 - follow * shown) ** 2 * variance + shown * (1.0 - shown) * (follow * towards) ** 2
        level += step
        line.append(
            Moment(
                turn=turn,
                level=level,
                step=step,
                variance=variance,
                shown=shown,
                before=before.utterances[-1] if before else None,
            )
        )
    return tuple(line)


def net_change(line: Sequence[Moment]) -> float:
    """From the mood the customer came with to the one they left with, -2 to 2; 0 for a line too short to say."""
    return line[-1].level - line[ARRIVAL_TURNS - 1].level if len(line) >= ARRIVAL_TURNS else 0.0


def find_swings(line: Sequence[Moment], *, weights: SwingWeights) -> tuple[Swing, ...]:
    """The swings of a line after the customer's arrival, in order."""
    moments = line[ARRIVAL_TURNS - 1 :]
    turned = _turning_points([moment.level for moment in moments], dead_band=weights.dead_band)
    return tuple(_swing(moments, start, end) for start, end in pairwise(turned))


def _turning_points(levels: Sequence[float], *, dead_band: float) -> list[int]:
    """Where the line turns: it has turned once it lies a dead-band away from the furthest point of its last move."""
    turned: list[int] = []
    high = low = way = 0
    for at, level in enumerate(levels):
        high = at if level > levels[high] else high
        low = at if level < levels[low] else low
        if way <= 0 and level - levels[low] >= dead_band:
            turned.append(low)
            way, high = 1, at
        elif way >= 0 and levels[high] - level >= dead_band:
            turned.append(high)
            way, low = -1, at
    return [*turned, high if way > 0 else low] if way else []


def _swing(moments: Sequence[Moment], start: int, end: int) -> Swing:
    size = moments[end].level - moments[start].level
    moved = [moment for moment in moments[start + 1 : end + 1] if moment.step * size > 0.0]
    return Swing(first=moved[0], last=moved[-1], turning=max(moved, key=lambda moment: abs(moment.step)), size=size)


def _mood(
    turn: Turn, before: Turn | None, *, pace: float | None, language: Language, weights: SwingWeights
) -> tuple[float, float]:
    """The mood that a turn shows, if it shows one: -1 to 1; and how surely it shows one, 0 to 1."""
    swearing = max((trust(one) for one in turn.utterances if _swears(one, language=language)), default=0.0)
    better = any_of(getattr(weights, name) * turn.weight(name) for name in BETTER)
    worse = any_of([*(getattr(weights, name) * turn.weight(name) for name in WORSE), weights.profanity * swearing])
    shown = any_of([*(turn.weight(name) for name in (*BETTER, *WORSE)), swearing * (weights.profanity > 0.0)])
    if shown == 0.0:
        return 0.0, 0.0
    stronger = 1.0 + _intensity(turn, pace=pace, language=language, weights=weights)
    mood = (better - worse) / shown * stronger - _strain(turn, before, weights=weights)
    return min(1.0, max(-1.0, mood)), shown


def _intensity(turn: Turn, *, pace: float | None, language: Language, weights: SwingWeights) -> float:
    """By how much the way it is said makes a mood stronger than its label alone."""
    text = turn.text.lower()
    own_pace = _pace(turn)
    cues = (
        (weights.intensifier, LEXICA[language].intensifier.search(text) is not None),
        (weights.exclamation, _EXCLAMATION.search(text) is not None),
        (weights.repetition, _REPEATED.search(text) is not None),
        (weights.pace, pace is not None and own_pace is not None and own_pace >= PACE_FASTER * pace),
    )
    return sum(weight for weight, given in cues if given)


def _strain(turn: Turn, before: Turn | None, *, weights: SwingWeights) -> float:
    """How much worse the times make a mood that shows: cutting into the agent's words, or a long wait before."""
    if before is None:
        return 0.0
    pause_s = turn.utterances[0].start_s - max(one.end_s for one in before.utterances)
    if pause_s <= -OVERLAP_S_MIN:
        return weights.interrupting
    return weights.long_silence if pause_s > SILENCE_S_MIN else 0.0


def _pace(turn: Turn) -> float | None:
    """Characters a second; None where the turn is too short to have a pace."""
    spoken_s = sum(one.end_s - one.start_s for one in turn.utterances)
    return sum(characters(one.text) for one in turn.utterances) / spoken_s if spoken_s >= PACE_TURN_S_MIN else None


def _middle_pace(turns: Sequence[Turn]) -> float | None:
    paces = [pace for turn in turns if (pace := _pace(turn)) is not None]
    return median(paces) if len(paces) >= PACE_TURNS_MIN else None


def _swears(utterance: AnalysedUtterance, *, language: Language) -> bool:
    return LEXICA[language].profanity.search(utterance.text.lower()) is not None


def _evidence(line: Sequence[Moment], swings: Sequence[Swing], *, weights: SwingWeights) -> tuple[Evidence, ...]:
    """Every turn that showed a mood; before a turn that made a swing, what the agent had said."""
    by_turn = {swing.turning.turn.index: swing for swing in swings}
    evidence = []
    for number, moment in enumerate(line):
        if moment.shown == 0.0:
            continue
        swing = by_turn.get(moment.turn.index)
        if swing is not None and moment.before is not None:
            evidence.append(_said_before(moment.before, swing))
        evidence.append(_shown(moment, swing, arrival=number < ARRIVAL_TURNS, weights=weights))
    return tuple(evidence)


def _said_before(said: AnalysedUtterance, swing: Swing) -> Evidence:
    way, way_en = ("好转", "for the better") if swing.size > 0.0 else ("变差", "for the worse")
    return Evidence(
        utterance=said.id,
        span=None,
        contribution=0.0,
        why=f"客户情绪{way}之前，坐席刚说了这句。",
        why_en=f"What the agent said just before the mood turned {way_en}.",
    )


def _shown(moment: Moment, swing: Swing | None, *, arrival: bool, weights: SwingWeights) -> Evidence:
    mark = _strongest(moment.turn, weights=weights)
    what, what_en = SHOWN[mark.label.label] if mark else ("说了粗话", "a swear-word")
    why, why_en = f"客户{what}", f"The customer's words show {what_en}"
    if arrival:
        why, why_en = f"{why}，这是来时的情绪", f"{why_en}: the mood they came with"
    elif swing is not None:
        way, way_en = ("好转", "better") if swing.size > 0.0 else ("变差", "worse")
        start, end = _level(swing.last.level - swing.size), _level(swing.last.level)
        why = f"{why}：情绪{way}的转折点，从 {start} 到 {end}（−100 到 +100）"
        why_en = f"{why_en}: here the mood turned {way_en}, from {start} to {end} (-100 to +100)".replace("−", "-")
    elif moment.step == 0.0:
        why, why_en = f"{why}，没有超出前面的情绪", f"{why_en}, no more than was shown before"
    return Evidence(
        utterance=mark.utterance.id if mark else moment.turn.utterances[0].id,
        span=mark.label.span if mark else None,
        contribution=0.0 if arrival else POINTS * moment.step,
        why=f"{why}。",
        why_en=f"{why_en}.",
    )


def _level(level: float) -> str:
    return f"{100.0 * level:+.0f}".replace("-", "−")


def _strongest(turn: Turn, *, weights: SwingWeights) -> Mark | None:
    """The mark that shows the turn's mood best."""
    marks = [mark for name in (*BETTER, *WORSE) if (mark := turn.strongest(name))]
    return max(marks, key=lambda mark: getattr(weights, mark.label.label) * mark.weight, default=None)
