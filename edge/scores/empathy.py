"""Empathy: when the customer's feelings gave occasion for it, did the agent take it up?

The value is the mean of a Beta distribution, times 100: it starts at a stated prior, each sentence of empathy adds to
the one side, each occasion left unanswered and each act of pressure to the other. Labels enter by their probability, as
expected counts: no label jumps in or out at a threshold, and a small change of a probability is a small change of the
value. Only whether the call gave an occasion at all is a yes or no, asked of all labels together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edge.records import Evidence, Score, ScoreState, Speaker
from edge.scores.chances import any_of
from edge.scores.conversation import Conversation, Mark, Turn, limits_of, unreadable
from edge.scores.explanation import unscored
from edge.scores.weights import EmpathyWeights

FEELINGS = ("emotion_negative", "complaint")
PUSHES = ("pressure", "over_promise")
# Empathy counts as the answer to an occasion within this many of the agent's next turns.
ANSWER_TURNS = 2
# A call is scored if it more likely than not held an occasion.
OPPORTUNITY_MIN = 0.5
# An occasion is told as answered once that is more likely than not. Words only: the value knows no such border.
ANSWERED_MIN = 0.5
# Pressure or an over-promise this soon after warm words (in agent turns, its own included) makes them a lead-in.
PUSH_TURNS = 3
INTERVAL = (0.05, 0.95)

LIMITS = (
    "只看说了什么，不听语气：真诚与否听不出来。",
    "客户没有说出口的情绪看不到。",
    "分数从先验均值起算，一通电话里的机会越少，区间越宽。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Neighbouring customer turns that show a feeling or report a bad experience.

    weight: how surely it is one, 0 to 1, a complaint without feeling counting for less. Turns that tell one story
        aren't independent, so that the surest of them counts alone.
    mark: what shows it best.
    answers: empathy within reach of it, in order; may be empty.
    """

    weight: float
    mark: Mark
    answers: tuple[Mark, ...]

    @property
    def answered(self) -> float:
        """How likely at least one of the answers is empathy, 0 to 1."""
        return any_of(answer.weight for answer in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of evidence before it becomes points: how much it adds to given, or to missed, empathy."""

    mark: Mark
    given: float
    missed: float
    why: str
    why_en: str


def score_empathy(conversation: Conversation, *, weights: EmpathyWeights, versions: dict[str, str]) -> Score:
    """Score how the agent met the customer's feelings.

    `value - 100 * prior_answered / (prior_answered + prior_missed)` is the sum of the contributions.
    """
    limits = (*LIMITS, *limits_of(conversation))
    reason = unreadable(conversation, sides=(Speaker.AGENT, Speaker.CUSTOMER))
    if reason is not None:
        return unscored(reason, versions=versions, limits=limits)
    occasions = find_occasions(conversation, weights=weights)
    parts = _parts(conversation, occasions, weights=weights)
    if any_of(occasion.mark.weight for occasion in occasions) < OPPORTUNITY_MIN:
        evidence = tuple(_evidence(part, 0.0) for part in parts if part.given)
        return unscored(ScoreState.NO_OPPORTUNITY, versions=versions, limits=limits, evidence=evidence)
    given = weights.prior_answered + sum(part.given for part in parts)
    missed = weights.prior_missed + sum(part.missed for part in parts)
    prior = weights.prior_answered / (weights.prior_answered + weights.prior_missed)
    value = 100.0 * given / (given + missed)
    # Imported where a call is scored: every command would pay for it at its start.
    from scipy.special import betaincinv

    low, high = (100.0 * float(betaincinv(given, missed, share)) for share in INTERVAL)
    return Score(
        value=value,
        interval=(min(low, value), max(high, value)),
        state=ScoreState.SCORED,
        evidence=tuple(
            _evidence(part, 100.0 * ((1.0 - prior) * part.given - prior * part.missed) / (given + missed))
            for part in sorted(parts, key=lambda part: part.mark.utterance.start_s)
        ),
        versions=versions,
        limits=(*limits, f"起点是先验均值 {100.0 * prior:.0f} 分，各条证据的加减分与它相加即得总分。"),
    )


def find_occasions(conversation: Conversation, *, weights: EmpathyWeights) -> tuple[Occasion, ...]:
    """Occasions in order. Customer turns that follow one another with only the agent between are one occasion."""
    groups: list[list[Turn]] = []
    open_group = False
    for turn in conversation.of(Speaker.CUSTOMER):
        shows = turn.weight(*FEELINGS) > 0.0
        if shows and open_group:
            groups[-1].append(turn)
        elif shows:
            groups.append([turn])
        open_group = shows
    agent = conversation.of(Speaker.AGENT)
    return tuple(_occasion(group, agent, weights=weights) for group in groups)


def _occasion(group: Sequence[Turn], agent: Sequence[Turn], *, weights: EmpathyWeights) -> Occasion:
    between = [turn for turn in agent if group[0].index < turn.index < group[-1].index]
    after = [turn for turn in agent if turn.index > group[-1].index][:ANSWER_TURNS]
    answers = [turn.strongest("empathy") for turn in (*between, *after)]
    marks = [mark for turn in group if (mark := turn.strongest(*FEELINGS))]
    return Occasion(
        weight=max(
            max(turn.weight("emotion_negative"), weights.complaint * turn.weight("complaint")) for turn in group
        ),
        mark=max(marks, key=lambda mark: mark.weight),
        answers=tuple(answer for answer in answers if answer),
    )


def _parts(conversation: Conversation, occasions: Sequence[Occasion], *, weights: EmpathyWeights) -> tuple[Part, ...]:
    """Each sentence of empathy, each occasion with its answer or without, pressure, and relief."""
    asked = {answer.utterance.id: occasion for occasion in reversed(occasions) for answer in occasion.answers}
    agent = conversation.of(Speaker.AGENT)
    given = [
        _given(position, agent, mark, occasion=asked.get(mark.utterance.id), weights=weights)
        for position, turn in enumerate(agent)
        if (mark := turn.strongest("empathy"))
    ]
    met = [_met(occasion, weights=weights) for occasion in occasions]
    return (*given, *met, *_pressure(conversation, weights=weights), *_thanks(conversation, weights=weights))


def _given(
    position: int, agent: Sequence[Turn], mark: Mark, *, occasion: Occasion | None, weights: EmpathyWeights
) -> Part:
    pushed = max(_pushes(turn) for turn in agent[position : position + PUSH_TURNS])
    what, what_en = ("客户没有明说，主动体谅", "Saw a feeling that the customer had not spelled out")
    if occasion is not None:
        at = _clock(occasion.mark)
        what, what_en = (f"接住了客户 {at} 流露的情绪", f"Took up what the customer showed at {at}")
    led, led_en = ("", "")
    if pushed > 0.0:
        led, led_en = (
            "，但紧接着施压或过度承诺，只计一部分",
            ", but pressed or over-promised right after: counts less",
        )
    # Seeing a feeling that the customer only hinted at is worth no less than answering one.
    share = 1.0 - (1.0 - weights.pushed) * pushed
    return Part(mark=mark, given=share * mark.weight, missed=0.0, why=f"{what}{led}。", why_en=f"{what_en}{led_en}.")


def _pushes(turn: Turn) -> float:
    """How surely a turn presses or over-promises, by its labels alone: to be heard badly excuses nothing."""
    return max((mark.label.probability for name in PUSHES for mark in turn.marks(name)), default=0.0)


def _met(occasion: Occasion, *, weights: EmpathyWeights) -> Part:
    """The occasion itself: as far as nobody took it up it counts as missed, the doubt about an answer included."""
    why = "客户流露了情绪或说了不愉快的经历，随后两次发言都没有回应。"
    why_en = "The customer showed a feeling or told of a bad experience; the next two turns didn't take it up."
    if occasion.answers:
        best = max(occasion.answers, key=lambda answer: answer.weight)
        sure, by = f"{occasion.answered:.0%}", f"{_clock(best)}（{best.utterance.id}）"
        taken, taken_en = ("接住了", "took it up")
        if occasion.answered < ANSWERED_MIN:
            taken, taken_en = ("也许算是回应", "may have taken it up")
        why = f"客户流露了情绪或说了不愉快的经历，{by}那句{taken}，把握 {sure}。"
        why_en = f"The customer showed a feeling or told of a bad experience; {best.utterance.id} {taken_en} ({sure})."
    missed = weights.missed * occasion.weight * (1.0 - occasion.answered)
    return Part(mark=occasion.mark, given=0.0, missed=missed, why=why, why_en=why_en)


def _clock(mark: Mark) -> str:
    minutes, seconds = divmod(int(mark.utterance.start_s), 60)
    return f"{minutes}:{seconds:02d}"


def _pressure(conversation: Conversation, *, weights: EmpathyWeights) -> tuple[Part, ...]:
    return tuple(
        Part(
            mark=mark,
            given=0.0,
            missed=weights.pressure * mark.weight,
            why="用催促或施压的话对待客户。",
            why_en="Urged or shamed the customer.",
        )
        for turn in conversation.of(Speaker.AGENT)
        if (mark := turn.strongest("pressure"))
    )


def _thanks(conversation: Conversation, *, weights: EmpathyWeights) -> tuple[Part, ...]:
    """Relief counts as far as some empathy went before: it confirms, it never stands alone."""
    parts = []
    understood = 0.0
    for turn in conversation.turns:
        if turn.speaker is Speaker.AGENT:
            understood = max(understood, turn.weight("empathy"))
        elif understood > 0.0 and (mark := turn.strongest("emotion_positive")):
            parts.append(
                Part(
                    mark=mark,
                    given=weights.thanked * understood * mark.weight,
                    missed=0.0,
                    why="被体谅之后，客户的话轻松了下来。",
                    why_en="After being understood, the customer's words grew lighter.",
                )
            )
    return tuple(parts)


def _evidence(part: Part, contribution: float) -> Evidence:
    return Evidence(
        utterance=part.mark.utterance.id,
        span=part.mark.label.span,
        contribution=contribution,
        why=part.why,
        why_en=part.why_en,
    )
