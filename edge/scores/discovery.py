"""Depth of discovery: how much the agent asked to learn, and how far it followed up what the customer said.

Four components, each a saturating curve: points * (1 - e^(-amount / scale)). Amounts are sums of label probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from edge.records import Evidence, Score, ScoreState, Speaker
from edge.scores.conversation import Conversation, Mark, limits_of, unreadable
from edge.scores.explanation import unscored
from edge.scores.lexicon import LEXICA
from edge.scores.weights import DiscoveryWeights

# With fewer turns the agent hardly had a chance to ask.
AGENT_TURNS_MIN = 3
# Between two questions that build on one another lies at most one agent turn that doesn't ask.
CHAIN_TURNS_MAX = 2
INTERVAL_Z = 1.645
READ_SHOWN_MAX = 3

TOPICS = {
    "need": ("需求", "need"),
    "problem": ("问题", "problem"),
    "impact": ("影响", "impact"),
    "budget": ("预算", "budget"),
    "decision": ("决策", "decision"),
    "timing": ("时间", "timing"),
}
LIMITS = (
    "只看问了什么、有没有顺着客户的话往下问，不看客户是否愿意说。",
    "话题按字词归类，可能漏掉换了说法的问题。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One turn of discovery as the components count it; amounts from 0 to 1 each, topics by name.

    asked: that it asks to learn. deep: that it follows up. chained: that it builds on the question before.
    """

    mark: Mark
    asked: float
    deep: float
    chained: float
    topics: tuple[str, ...]


def score_discovery(conversation: Conversation, *, weights: DiscoveryWeights, versions: dict[str, str]) -> Score:
    """Score how deeply the agent explored the customer's situation. The value is the sum of the contributions."""
    limits = (*LIMITS, *limits_of(conversation))
    reason = unreadable(conversation, sides=(Speaker.AGENT,))
    if reason is None and len(conversation.of(Speaker.AGENT)) < AGENT_TURNS_MIN:
        reason = ScoreState.NOT_ENOUGH_EVIDENCE
    if reason is not None:
        return unscored(reason, versions=versions, limits=limits)
    questions = find_questions(conversation, weights=weights)
    points = _points_by_question(questions, weights=weights)
    value = min(100.0, math.fsum(points))
    deviation = math.hypot(_label_deviation(questions, weights=weights), weights.residual_points)
    return Score(
        value=value,
        interval=(max(0.0, value - INTERVAL_Z * deviation), min(100.0, value + INTERVAL_Z * deviation)),
        state=ScoreState.SCORED,
        evidence=tuple(_evidence(question, share) for question, share in zip(questions, points, strict=True))
        or _nothing_asked(conversation),
        versions=versions,
        limits=limits,
    )


def find_questions(conversation: Conversation, *, weights: DiscoveryWeights) -> tuple[Question, ...]:
    """Every agent turn that asks to learn, in order."""
    lexicon = LEXICA[conversation.language]
    questions: list[Question] = []
    positions: list[int] = []
    for position, turn in enumerate(conversation.of(Speaker.AGENT)):
        mark = turn.strongest("discovery_question", "deep_discovery")
        if mark is None:
            continue
        text = turn.text.lower()
        openness = 1.0 if lexicon.open_question.search(text) else weights.closed_form
        near = bool(positions) and position - positions[-1] <= CHAIN_TURNS_MAX
        questions.append(
            Question(
                mark=mark,
                asked=openness * mark.weight,
                deep=turn.weight("deep_discovery"),
                chained=mark.weight * questions[-1].mark.weight if near else 0.0,
                topics=tuple(name for name, pattern in lexicon.topics.items() if pattern.search(text)),
            )
        )
        positions.append(position)
    return tuple(questions)


def _points_by_question(questions: Sequence[Question], *, weights: DiscoveryWeights) -> list[float]:
    """Each question's share of every component's points, by how much it added to the component's amount."""
    asked = _shares([question.asked for question in questions], weights.questions_points, weights.questions_scale)
    deep = _shares([question.deep for question in questions], weights.depth_points, weights.depth_scale)
    chained = _shares([question.chained for question in questions], weights.chain_points, weights.chain_scale)
    covered = _shares(_coverage(questions), weights.coverage_points, weights.coverage_scale)
    return [math.fsum(parts) for parts in zip(asked, deep, chained, covered, strict=True)]


def _shares(amounts: Sequence[float], points: float, scale: float) -> list[float]:
    whole = math.fsum(amounts)
    if whole <= 0.0:
        return [0.0] * len(amounts)
    reached = points * (1.0 - math.exp(-whole / scale))
    return [reached * amount / whole for amount in amounts]


def _coverage(questions: Sequence[Question]) -> list[float]:
    """What each question adds to the topics touched: per topic only what it is surer of than those before it."""
    touched: dict[str, float] = {}
    added = []
    for question in questions:
        new = 0.0
        for topic in question.topics:
            gain = max(0.0, question.mark.weight - touched.get(topic, 0.0))
            touched[topic] = touched.get(topic, 0.0) + gain
            new += gain
        added.append(new)
    return added


def _label_deviation(questions: Sequence[Question], *, weights: DiscoveryWeights) -> float:
    """Standard deviation, in points, from labels that are right only by their probability (first order)."""
    doubts = [
        (weights.questions_points, weights.questions_scale, [question.asked for question in questions]),
        (weights.depth_points, weights.depth_scale, [question.deep for question in questions]),
    ]
    variance = 0.0
    for points, scale, amounts in doubts:
        slope = points / scale * math.exp(-math.fsum(amounts) / scale)
        variance += slope**2 * math.fsum(amount * (1.0 - amount) for amount in amounts)
    return math.sqrt(variance)


def _evidence(question: Question, points: float) -> Evidence:
    names = [TOPICS[topic] for topic in question.topics]
    deep = question.deep > 0.0
    about = f"（{'、'.join(name for name, _ in names)}）" if names else ""
    about_en = f" ({', '.join(name for _, name in names)})" if names else ""
    return Evidence(
        utterance=question.mark.utterance.id,
        span=question.mark.label.span,
        contribution=points,
        why=f"{'顺着客户的话追问' if deep else '询问客户的情况'}{about}。",
        why_en=f"{'Followed up what the customer said' if deep else 'Asked about the situation'}{about_en}.",
    )


def _nothing_asked(conversation: Conversation) -> tuple[Evidence, ...]:
    spoken = [utterance for turn in conversation.of(Speaker.AGENT) for utterance in turn.utterances]
    longest = sorted(spoken, key=lambda one: len(one.text), reverse=True)[:READ_SHOWN_MAX]
    return tuple(
        Evidence(
            utterance=utterance.id,
            span=None,
            contribution=0.0,
            why="读过，没有发现了解客户情况的问题。",
            why_en="Read; no question about the customer's situation found.",
        )
        for utterance in sorted(longest, key=lambda one: one.start_s)
    )
