"""Depth of discovery: six dimensions of how far the agent explored the customer's situation, as one weighted mean.

Four come from the call: quality of open questions, depth of follow-up chains, topics covered, what the customer told.
Two come from what happens after it (`traces.py`): the proposal document and the customer's log-ins. Until those are
known, their shares go to the others. Each dimension saturates: 100 * (1 - e^(-amount / scale)); amounts are sums of
label probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from edge.records import Evidence, Language, Part, Score, ScoreState, Speaker
from edge.scores.conversation import Conversation, Mark, Turn, limits_of, trust, unreadable
from edge.scores.explanation import unscored
from edge.scores.lexicon import LEXICA
from edge.scores.phrases import asks, characters, sentences
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

TITLES = {
    "open_questions": ("开放式提问质量", "Quality of open questions"),
    "follow_up_chains": ("追问链深度", "Depth of follow-up chains"),
    "coverage": ("需求、影响、预算、决策、时间的覆盖", "Need, impact, budget, decision and timing covered"),
    "customer_floor": ("客户话语占比与最长叙述", "The customer's share of the talk and longest story"),
    "proposal_traces": ("会后方案文档痕迹", "Traces of the proposal after the call"),
    "customer_logins": ("客户登录系统", "The customer's log-ins"),
}
AFTER_THE_CALL = ("proposal_traces", "customer_logins")

LIMITS = (
    "只看问了什么、有没有顺着客户的话往下问，不看客户是否愿意说。",
    "话题按字词归类，可能漏掉换了说法的问题。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One turn of discovery as the dimensions count it; amounts from 0 to 1 each, topics by name.

    asked: that it asks to learn. deep: that it follows up. chained: that it builds on the question before.
    """

    mark: Mark
    asked: float
    deep: float
    chained: float
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the customer told from the first question on.

    floor: 0 to 1, the customer's share of the words; the agent's questions don't count, since they give the floor.
    longest: the longest turn, None where there is none. length: its characters (English: words), as far as heard.
    """

    floor: float
    longest: Turn | None
    length: float


@dataclass(frozen=True, slots=True)
class _Dimension:
    """A dimension that questions make: its share of the index, and what each question gives to its value."""

    name: str
    share: float
    given: Sequence[float]

    @property
    def value(self) -> float:
        """0 to 100."""
        return min(100.0, math.fsum(self.given))


def score_discovery(conversation: Conversation, *, weights: DiscoveryWeights, versions: dict[str, str]) -> Score:
    """Score how deeply the agent explored the customer's situation. The value is the sum of the contributions."""
    limits = (*LIMITS, *map(unknown_limit, AFTER_THE_CALL), *limits_of(conversation))
    reason = unreadable(conversation, sides=(Speaker.AGENT,))
    if reason is None and len(conversation.of(Speaker.AGENT)) < AGENT_TURNS_MIN:
        reason = ScoreState.NOT_ENOUGH_EVIDENCE
    if reason is not None:
        return unscored(reason, versions=versions, limits=limits)
    questions = find_questions(conversation, weights=weights)
    told = what_was_told(conversation, questions)
    asking = _asking(questions, weights=weights)
    parts = _parts(asking, _told_value(told, conversation.language, weights=weights), weights=weights)
    value = weighted_mean(parts)
    deviation = math.hypot(_label_deviation(questions, parts, weights=weights), weights.residual_points)
    evidence = (*_question_evidence(questions, asking, parts), *_told_evidence(told, parts))
    return Score(
        value=value,
        interval=(max(0.0, value - INTERVAL_Z * deviation), min(100.0, value + INTERVAL_Z * deviation)),
        state=ScoreState.SCORED,
        evidence=evidence or _nothing_asked(conversation),
        versions=versions,
        limits=limits,
        parts=parts,
    )


def points_of_one(parts: Sequence[Part]) -> dict[str, float]:
    """How many points of the index one point of each known dimension gives: its share among the known ones."""
    known = [part for part in parts if part.value is not None]
    whole = math.fsum(part.weight for part in known)
    return {part.name: part.weight / whole for part in known}


def weighted_mean(parts: Sequence[Part]) -> float:
    """The index: the mean of the known dimensions by their shares."""
    points_each = points_of_one(parts)
    return min(100.0, math.fsum(points_each[part.name] * part.value for part in parts if part.value is not None))


def a_part(name: str, value: float | None, share: float) -> Part:
    """One dimension under its titles."""
    title, title_en = TITLES[name]
    return Part(name=name, title=title, title_en=title_en, value=value, weight=share)


def unknown_limit(name: str) -> str:
    """The limit that says that a dimension isn't known."""
    return f"还没有“{TITLES[name][0]}”的记录，它的权重按比例分给了其余各维。"


def saturated(amount: float, scale: float) -> float:
    """A dimension's value for an amount: 0 for none, 63 at the scale, never past 100."""
    return 100.0 * (1.0 - math.exp(-amount / scale))


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


def what_was_told(conversation: Conversation, questions: Sequence[Question]) -> Told:
    """What the customer told from the first question on; nothing where nobody asked."""
    if not questions:
        return Told(floor=0.0, longest=None, length=0.0)
    first_s = questions[0].mark.utterance.start_s
    later = [turn for turn in conversation.turns if turn.utterances[0].start_s > first_s]
    told = [turn for turn in later if turn.speaker is Speaker.CUSTOMER]
    heard = math.fsum(_heard(turn) for turn in told)
    stated = math.fsum(
        characters(sentence)
        for turn in later
        if turn.speaker is Speaker.AGENT
        for utterance in turn.utterances
        for sentence in sentences(utterance.text)
        if not asks(sentence, language=conversation.language)
    )
    longest = max(told, key=_heard, default=None)
    return Told(
        floor=heard / (heard + stated) if heard > 0.0 else 0.0,
        longest=longest,
        length=_heard(longest) if longest else 0.0,
    )


def _heard(turn: Turn) -> float:
    """Characters of a turn, fewer where the recogniser was unsure."""
    return math.fsum(characters(utterance.text) * trust(utterance) for utterance in turn.utterances)


def _asking(questions: Sequence[Question], *, weights: DiscoveryWeights) -> tuple[_Dimension, ...]:
    """The three dimensions that questions make."""
    asked = [question.asked for question in questions]
    deep = [question.deep for question in questions]
    chained = [question.chained for question in questions]
    links = _reached(chained, weights.links_scale)
    chains = [
        (1.0 - weights.links_part) * own + weights.links_part * link
        for own, link in zip(_reached(deep, weights.deep_scale), links, strict=True)
    ]
    return (
        _Dimension("open_questions", weights.questions_share, _reached(asked, weights.questions_scale)),
        _Dimension("follow_up_chains", weights.chains_share, chains),
        _Dimension("coverage", weights.coverage_share, _reached(_coverage(questions), weights.coverage_scale)),
    )


def _reached(amounts: Sequence[float], scale: float) -> list[float]:
    """What all amounts reach together, shared among them in proportion."""
    whole = math.fsum(amounts)
    return [saturated(whole, scale) * amount / whole for amount in amounts] if whole > 0.0 else [0.0] * len(amounts)


def _told_value(told: Told, language: Language, *, weights: DiscoveryWeights) -> float:
    """A part for the share of the floor, the rest for the longest story."""
    floor = 100.0 * min(1.0, told.floor / weights.floor_full)
    story = saturated(told.length, weights.story_characters_zh if language is Language.ZH else weights.story_words_en)
    return weights.floor_part * floor + (1.0 - weights.floor_part) * story


def _parts(asking: Sequence[_Dimension], told: float, *, weights: DiscoveryWeights) -> tuple[Part, ...]:
    return (
        *(a_part(dimension.name, dimension.value, dimension.share) for dimension in asking),
        a_part("customer_floor", told, weights.customer_share),
        a_part("proposal_traces", None, weights.proposal_share),
        a_part("customer_logins", None, weights.logins_share),
    )


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


def _label_deviation(questions: Sequence[Question], parts: Sequence[Part], *, weights: DiscoveryWeights) -> float:
    """Standard deviation, in points, from labels that are right only by their probability (first order)."""
    points_each = points_of_one(parts)
    asked = [question.asked for question in questions]
    deep = [question.deep for question in questions]
    slopes = (
        points_each["open_questions"] * _slope(asked, weights.questions_scale),
        points_each["follow_up_chains"] * (1.0 - weights.links_part) * _slope(deep, weights.deep_scale),
    )
    return math.sqrt(
        math.fsum(
            slope**2 * math.fsum(amount * (1.0 - amount) for amount in amounts)
            for slope, amounts in zip(slopes, (asked, deep), strict=True)
        )
    )


def _slope(amounts: Sequence[float], scale: float) -> float:
    return (100.0 - saturated(math.fsum(amounts), scale)) / scale


def _question_evidence(
    questions: Sequence[Question], asking: Sequence[_Dimension], parts: Sequence[Part]
) -> tuple[Evidence, ...]:
    """Each question with the points it gives through every dimension."""
    points_each = points_of_one(parts)
    given = [[points_each[dimension.name] * one for one in dimension.given] for dimension in asking]
    return tuple(_evidence(question, math.fsum(each)) for question, *each in zip(questions, *given, strict=True))


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


def _told_evidence(told: Told, parts: Sequence[Part]) -> tuple[Evidence, ...]:
    """The customer's longest turn stands for all that was told."""
    if told.longest is None:
        return ()
    value = next(part.value for part in parts if part.name == "customer_floor")
    share = f"{told.floor:.0%}"
    return (
        Evidence(
            utterance=told.longest.utterances[0].id,
            span=None,
            contribution=points_of_one(parts)["customer_floor"] * (value or 0.0),
            why=f"客户在这里说得最多；被问之后客户的话占 {share}（不计员工的提问）。",
            why_en=f"The customer's longest turn; once asked, {share} of the words were theirs (questions apart).",
        ),
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
