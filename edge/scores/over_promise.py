"""Over-promise risk: how likely the customer leaves with an assurance that nobody can keep. Higher is riskier.

Each over-promise i alone harms with probability r_i = p_i * severity_i * (1 - mitigation_i); the value is the
probability that at least one does, 100 * (1 - product of (1 - r_i)).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.records import Evidence, Language, Score, ScoreState, Speaker
from edge.scores.conversation import Conversation, Mark, Turn, limits_of, unreadable
from edge.scores.explanation import unscored
from edge.scores.lexicon import LEXICA
from edge.scores.weights import OverPromiseWeights

INTERVAL_Z = 1.645  # 90 %, two-sided, normal
# An alarm can't be certain: keeps every logarithm finite.
RISK_MAX = 0.99
# Two texts are about the same subject once they share this many pairs of characters (words in English).
SHARED_MIN = 2
# Evidence that nothing was promised: the agent's turns with the most to say.
READ_SHOWN_MAX = 3

KINDS = {
    "delivery_time": ("时间", "a time"),
    "outcome": ("效果", "an outcome"),
    "price": ("价格", "a price"),
    "refund_compensation": ("退赔", "a refund or compensation"),
    "authority": ("权限", "an authority the speaker lacks"),
    "no_risk": ("没有风险", "that there is no risk"),
    "unknown": ("结果", "too much"),
}
LIMITS = (
    "分数越高风险越大；只按话的说法判断，没有对照交期、库存和退赔规定。",
    "转述别人的承诺或玩笑话可能被误认，请对照原话。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One over-promise and what was said to soften it.

    severity: the harm if it really is one, 0 to 1.
    softening: what the hedge takes away of it, 0 to 1.
    softened_by: the hedge that softens it most, if any.
    """

    mark: Mark
    severity: float
    softening: float
    softened_by: Mark | None

    @property
    def gross(self) -> float:
        """The chance that it harms as it was said."""
        return min(RISK_MAX, self.mark.weight * self.severity)

    @property
    def net(self) -> float:
        """The chance that it harms after what softened it."""
        return self.gross * (1.0 - self.softening)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hedge:
    """One agent turn's hedge. subjects: what the turn speaks of. takes_back: whether it says that it corrects."""

    mark: Mark
    subjects: frozenset[str]
    takes_back: bool


def score_over_promise(conversation: Conversation, *, weights: OverPromiseWeights, versions: dict[str, str]) -> Score:
    """Score the risk of what the agent promised. The value is the sum of the contributions."""
    limits = (*LIMITS, *limits_of(conversation))
    reason = unreadable(conversation, sides=(Speaker.AGENT,))
    if reason is not None:
        return unscored(reason, versions=versions, limits=limits)
    promises = find_promises(conversation, weights=weights)
    value = 100.0 * _joint(promise.net for promise in promises)
    evidence = _contributions(promises, value=value) if promises else _nothing_promised(conversation)
    return Score(
        value=value,
        interval=_interval(promises, conversation, value=value, weights=weights),
        state=ScoreState.SCORED,
        evidence=evidence,
        versions=versions,
        limits=limits,
    )


def find_promises(conversation: Conversation, *, weights: OverPromiseWeights) -> tuple[Promise, ...]:
    """Every over-promise in order, with the hedge that softens it most."""
    agent = conversation.of(Speaker.AGENT)
    hedges = [_read_hedge(turn, language=conversation.language) for turn in agent]
    promises = []
    for position, turn in enumerate(agent):
        for mark in turn.marks("over_promise"):
            subjects = subjects_of(mark.utterance.text, language=conversation.language)
            softening, softened_by = _soften(position, hedges, subjects, weights=weights)
            severity = weights.severity.get(mark.label.kind or "unknown", weights.severity["unknown"])
            promises.append(Promise(mark=mark, severity=severity, softening=softening, softened_by=softened_by))
    return tuple(promises)


def subjects_of(text: str, *, language: Language) -> frozenset[str]:
    """What a text speaks of: its pairs of characters (English: its words), without the common ones."""
    common = LEXICA[language].common
    if language is Language.EN:
        return frozenset(re.findall(r"[a-z']{4,}|\d+", text.lower())) - common
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    return frozenset(pair for pair in pairs if not common & set(pair))


def _read_hedge(turn: Turn, *, language: Language) -> Hedge | None:
    mark = turn.strongest("hedge")
    if mark is None:
        return None
    return Hedge(
        mark=mark,
        subjects=subjects_of(turn.text, language=language),
        takes_back=LEXICA[language].taken_back.search(turn.text.lower()) is not None,
    )


def _soften(
    position: int, hedges: Sequence[Hedge | None], subjects: frozenset[str], *, weights: OverPromiseWeights
) -> tuple[float, Mark | None]:
    """How far the best hedge softens a promise, 0 to 1, and that hedge. `hedges` holds one entry per agent turn."""
    found: list[tuple[float, Mark]] = []
    at_once = True  # the promise's own turn, and every turn after it for as long as each one hedges
    for later, hedge in enumerate(hedges[position:]):
        if hedge is None:
            at_once = at_once and later == 0
            continue
        corrects = hedge.takes_back or len(hedge.subjects & subjects) >= SHARED_MIN
        strength = weights.hedged_at_once if at_once else weights.corrected_later if corrects else 0.0
        found.append((strength * hedge.mark.weight, hedge.mark))
    for hedge in reversed(hedges[:position]):
        if hedge is None:
            break
        if len(hedge.subjects & subjects) >= SHARED_MIN:
            found.append((weights.hedged_before * hedge.mark.weight, hedge.mark))
    strength, mark = max(found, key=lambda one: one[0], default=(0.0, None))
    return (strength, mark) if strength > 0.0 else (0.0, None)


def _joint(chances: Iterable[float]) -> float:
    """The chance that at least one of independent events happens."""
    return 1.0 - math.prod(1.0 - chance for chance in chances)


def _interval(
    promises: Sequence[Promise], conversation: Conversation, *, value: float, weights: OverPromiseWeights
) -> tuple[float, float]:
    """90 %, normal, from the exact mean and variance of the joint risk when each mark is right by its probability.

    Upwards it also allows for over-promises that went unnoticed in turns without a mark.
    """
    marked = [(one.mark.weight, one.severity * (1.0 - one.softening)) for one in promises]
    silent = sum(not turn.marks("over_promise") for turn in conversation.of(Speaker.AGENT))
    unnoticed = [(weights.miss_rate, weights.severity["unknown"])] * silent
    low_mean, low_deviation = _spread(marked)
    high_mean, high_deviation = _spread([*marked, *unnoticed])
    low = 100.0 * max(0.0, low_mean - INTERVAL_Z * low_deviation)
    high = 100.0 * min(1.0, high_mean + INTERVAL_Z * high_deviation)
    return min(low, value), max(high, value)


def _spread(events: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Mean and standard deviation of 1 - product of (1 - B_i * harm_i), B_i independent with probability p_i."""
    mean = math.prod(1.0 - p * harm for p, harm in events)
    square = math.prod(1.0 - p * (2.0 * harm - harm * harm) for p, harm in events)
    return 1.0 - mean, math.sqrt(max(0.0, square - mean * mean))


def _contributions(promises: Sequence[Promise], *, value: float) -> tuple[Evidence, ...]:
    """Split the value: promises share the risk as said, hedges share what they took off it, by their logarithms."""
    as_said = 100.0 * _joint(promise.gross for promise in promises)
    said = sum(-math.log1p(-promise.gross) for promise in promises)
    saved = sum(_saved(promise) for promise in promises)
    evidence = []
    for promise in promises:
        share = -math.log1p(-promise.gross) / said if said else 0.0
        evidence.append(_promise_evidence(promise, as_said * share))
        if promise.softened_by and saved:
            evidence.append(_hedge_evidence(promise.softened_by, -(as_said - value) * _saved(promise) / saved))
    return tuple(evidence)


def _saved(promise: Promise) -> float:
    return math.log1p(-promise.net) - math.log1p(-promise.gross)


def _promise_evidence(promise: Promise, contribution: float) -> Evidence:
    kind, kind_en = KINDS.get(promise.mark.label.kind or "unknown", KINDS["unknown"])
    return Evidence(
        utterance=promise.mark.utterance.id,
        span=promise.mark.label.span,
        contribution=contribution,
        why=f"把{kind}说满了，超出了自己能保证的范围。",
        why_en=f"Promised {kind_en} beyond what the speaker can guarantee.",
    )


def _hedge_evidence(hedge: Mark, contribution: float) -> Evidence:
    return Evidence(
        utterance=hedge.utterance.id,
        span=hedge.label.span,
        contribution=contribution,
        why="说明了条件或更正了前面的话，风险因此降低。",
        why_en="Named a condition or took the promise back, which lowers the risk.",
    )


def _nothing_promised(conversation: Conversation) -> tuple[Evidence, ...]:
    """Counter-evidence: what was promised with care; failing that, the turns that were read."""
    agent = conversation.of(Speaker.AGENT)
    careful = [mark for turn in agent if (mark := turn.strongest("hedge", "commitment"))]
    if careful:
        return tuple(
            Evidence(
                utterance=mark.utterance.id,
                span=mark.label.span,
                contribution=0.0,
                why="说话留有余地。" if mark.label.label == "hedge" else "承诺具体，没有说满。",
                why_en="Left room." if mark.label.label == "hedge" else "A concrete promise without excess.",
            )
            for mark in careful
        )
    spoken = [utterance for turn in agent for utterance in turn.utterances]
    longest = sorted(spoken, key=lambda one: len(one.text), reverse=True)[:READ_SHOWN_MAX]
    return tuple(
        Evidence(
            utterance=utterance.id,
            span=None,
            contribution=0.0,
            why="读过，没有发现过度承诺。",
            why_en="Read; no over-promise found.",
        )
        for utterance in sorted(longest, key=lambda one: one.start_s)
    )
