"""Over-promise risk: how likely the customer leaves with an assurance that nobody can keep. Higher is riskier.

Each promise i alone harms with probability r_i = p_i * severity_i * (1 - mitigation_i); the value is the probability
that at least one does, 100 * (1 - product of (1 - r_i)). p_i is the probability that the wording promised too much;
where the site's facts contradict the promise it is at least the chance that it fails, where they back it a part of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edge.records import AnalysedUtterance, Certainty, Evidence, Label, Language, Promised, Score, ScoreState, Speaker
from edge.scores.conversation import Conversation, Mark, Turn, limits_of, trust, unreadable
from edge.scores.explanation import unscored
from edge.scores.fact_check import Verdict, judge
from edge.scores.facts import Fact, Grounds
from edge.scores.lexicon import LEXICA
from edge.scores.weights import OverPromiseWeights

INTERVAL_Z = 1.645  # 90 %, two-sided, normal
# An alarm can't be certain: keeps every logarithm finite.
RISK_MAX = 0.99
# Two texts are about the same subject once they share this many pairs of characters (words in English).
SHARED_MIN = 2
# Evidence that nothing was promised: the agent's turns with the most to say.
READ_SHOWN_MAX = 3
QUOTED_CHARACTERS_MAX = 40

KINDS = {
    "delivery_time": ("时间", "a time"),
    "outcome": ("效果", "an outcome"),
    "price": ("价格", "a price"),
    "refund_compensation": ("退赔", "a refund or compensation"),
    "authority": ("权限", "an authority the speaker lacks"),
    "no_risk": ("没有风险", "that there is no risk"),
    "stock": ("现货", "stock"),
    "unknown": ("结果", "too much"),
}
WORDING_ONLY = "分数越高风险越大；只按话的说法判断，没有对照交期、库存和退赔规定。"
WITH_FACTS = "分数越高风险越大；对照了本点的交期、库存、底价、退款和权限表，表里没有的只按话的说法判断。"
LIMITS = (WORDING_ONLY, WITH_FACTS, "转述别人的承诺或玩笑话可能被误认，请对照原话。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise that may fail, what the facts say of it, and what was said to soften it.

    mark: the over-promise, or of weight 0 a promise whose wording was careful and which the facts contradict.
    chance: that it is one too many, after the facts; 0 to 1.
    severity: the harm if it really is one, 0 to 1.
    softening: what the hedge takes away of it, 0 to 1.
    softened_by: the hedge that softens it most, if any.
    """

    mark: Mark
    verdict: Verdict | None
    chance: float
    severity: float
    softening: float
    softened_by: Mark | None

    @property
    def gross(self) -> float:
        """The chance that it harms as it was said, or as the facts make it where they contradict it."""
        return min(RISK_MAX, max(self.mark.weight, self.chance) * self.severity)

    @property
    def grounded(self) -> float:
        """The chance that it harms after the facts that back it."""
        return min(RISK_MAX, self.chance * self.severity)

    @property
    def net(self) -> float:
        """The chance that it harms after what softened it."""
        return self.grounded * (1.0 - self.softening)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hedge:
    """One agent turn's hedge. subjects: what the turn speaks of. takes_back: whether it says that it corrects."""

    mark: Mark
    subjects: frozenset[str]
    takes_back: bool


def score_over_promise(
    conversation: Conversation, *, weights: OverPromiseWeights, versions: dict[str, str], grounds: Grounds | None = None
) -> Score:
    """Score the risk of what the agent promised. The value is the sum of the contributions.

    Args:
        grounds: the site's facts; without them promises are judged by wording alone.
    """
    limits = (WITH_FACTS if grounds else WORDING_ONLY, LIMITS[-1], *limits_of(conversation))
    reason = unreadable(conversation, sides=(Speaker.AGENT,))
    if reason is not None:
        return unscored(reason, versions=versions, limits=limits)
    promises = find_promises(conversation, weights=weights, grounds=grounds)
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


def find_promises(
    conversation: Conversation, *, weights: OverPromiseWeights, grounds: Grounds | None = None
) -> tuple[Promise, ...]:
    """Every over-promise and every promise that the facts contradict, in order, with the hedge that softens it most."""
    agent = conversation.of(Speaker.AGENT)
    hedges = [_read_hedge(turn, language=conversation.language, weights=weights) for turn in agent]
    rows = _rows(conversation, grounds) if grounds else {}
    promises = []
    for position, turn in enumerate(agent):
        for mark, verdict in _risky(turn, rows, weights=weights, grounds=grounds):
            subjects = subjects_of(mark.utterance.text, language=conversation.language)
            softening, softened_by = _soften(position, hedges, subjects, weights=weights)
            promises.append(
                Promise(
                    mark=mark,
                    verdict=verdict,
                    chance=_chance(mark, verdict, weights=weights),
                    severity=weights.severity.get(mark.label.kind or "unknown", weights.severity["unknown"]),
                    softening=softening,
                    softened_by=softened_by,
                )
            )
    return tuple(promises)


def _rows(conversation: Conversation, grounds: Grounds) -> dict[str, Fact | None]:
    """The row of the facts table that applies to each utterance, by its id."""
    spoken = [utterance for turn in conversation.turns for utterance in turn.utterances]
    rows = grounds.rows([utterance.text for utterance in spoken])
    return {utterance.id: row for utterance, row in zip(spoken, rows, strict=True)}


def _risky(
    turn: Turn, rows: Mapping[str, Fact | None], *, weights: OverPromiseWeights, grounds: Grounds | None
) -> Iterable[tuple[Mark, Verdict | None]]:
    """A turn's over-promises with what the facts say of each, then what else it promised against the facts."""
    for utterance in turn.utterances:
        row = rows.get(utterance.id)
        judged = _judged(utterance, row, weights=weights, grounds=grounds) if grounds and row else []
        for label in utterance.labels:
            if label.label == "over_promise":
                mark = Mark(utterance=utterance, label=label, weight=label.probability * trust(utterance))
                own = [one for one in judged if _same(one[0], label)]
                judged = [one for one in judged if one not in own]
                yield mark, _weightiest(verdict for _, verdict in own)
        for promise, verdict in judged:
            if not verdict.backed:
                label = Label(label="commitment", probability=0.0, kind=promise.kind, span=promise.span)
                yield Mark(utterance=utterance, label=label, weight=0.0), verdict


def _judged(
    utterance: AnalysedUtterance, row: Fact, *, weights: OverPromiseWeights, grounds: Grounds
) -> list[tuple[Promised, Verdict]]:
    """What the facts say of each promise in an utterance that binds; nothing of those they don't know."""
    binding = [promise for promise in utterance.promises if promise.binds]
    verdicts = [
        judge(promise, row, said=_words(promise, utterance), grounds=grounds, contradicted=weights.contradicted)
        for promise in binding
    ]
    return [(promise, verdict) for promise, verdict in zip(binding, verdicts, strict=True) if verdict is not None]


def _words(promise: Promised, utterance: AnalysedUtterance) -> str:
    """A promise as it was said; where its time stands in another turn, its time and what is promised."""
    said = utterance.text[slice(*promise.span)] if promise.span else ""
    words = said if said and (promise.due or "") in said else f"{promise.due or ''}{promise.what}"
    return words[:QUOTED_CHARACTERS_MAX]


def _same(promise: Promised, label: Label) -> bool:
    """Whether an over-promise is about that promise: of its kind, or in the same words."""
    if promise.kind == label.kind or promise.span is None or label.span is None:
        return promise.kind == label.kind
    return promise.span[0] < label.span[1] and label.span[0] < promise.span[1]


def _weightiest(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The verdict that counts for one over-promise: the one most against it."""
    return max(verdicts, key=lambda verdict: -1.0 if verdict.fails is None else verdict.fails, default=None)


def _chance(mark: Mark, verdict: Verdict | None, *, weights: OverPromiseWeights) -> float:
    if verdict is None:
        return mark.weight
    if verdict.fails is None:
        return mark.weight * weights.backed
    return max(mark.weight, verdict.fails * trust(mark.utterance))


def subjects_of(text: str, *, language: Language) -> frozenset[str]:
    """What a text speaks of: its pairs of characters (English: its words), without the common ones."""
    common = LEXICA[language].common
    if language is Language.EN:
        return frozenset(re.findall(r"[a-z']{4,}|\d+", text.lower())) - common
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    return frozenset(pair for pair in pairs if not common & set(pair))


def _read_hedge(turn: Turn, *, language: Language, weights: OverPromiseWeights) -> Hedge | None:
    marks = [*turn.marks("hedge"), *_hedged_in_words(turn, weights=weights)]
    if not marks:
        return None
    return Hedge(
        mark=max(marks, key=lambda mark: mark.weight),
        subjects=subjects_of(turn.text, language=language),
        takes_back=LEXICA[language].taken_back.search(turn.text.lower()) is not None,
    )


def _hedged_in_words(turn: Turn, *, weights: OverPromiseWeights) -> list[Mark]:
    """Promises made with a condition or a range, or declined, where no label says so."""
    careful = (Certainty.HEDGED, Certainty.DECLINED)
    return [
        Mark(
            utterance=utterance,
            label=Label(label="hedge", probability=weights.hedged_in_words, span=promise.span),
            weight=weights.hedged_in_words * trust(utterance),
        )
        for utterance in turn.utterances
        for promise in utterance.promises
        if promise.certainty in careful
    ]


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
    marked = [(one.chance, one.severity * (1.0 - one.softening)) for one in promises]
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
    """Split the value: promises share the risk as said, facts and hedges what they took off it, by their logarithms."""
    as_said = 100.0 * _joint(promise.gross for promise in promises)
    said = sum(_weight_of(promise.gross) for promise in promises)
    saved = said - sum(_weight_of(promise.net) for promise in promises)
    point = (as_said - value) / saved if saved > 0.0 else 0.0
    evidence = []
    for promise in promises:
        share = _weight_of(promise.gross) / said if said else 0.0
        evidence.append(_promise_evidence(promise, as_said * share))
        if promise.verdict is not None and promise.verdict.backed:
            backing = _weight_of(promise.gross) - _weight_of(promise.grounded)
            evidence.append(_fact_evidence(promise.mark, promise.verdict, -point * backing))
        if promise.softened_by:
            softening = _weight_of(promise.grounded) - _weight_of(promise.net)
            evidence.append(_hedge_evidence(promise.softened_by, -point * softening))
    return tuple(evidence)


def _weight_of(chance: float) -> float:
    """Chances of independent events as numbers that add up."""
    return -math.log1p(-chance)


def _promise_evidence(promise: Promise, contribution: float) -> Evidence:
    if promise.verdict is not None and not promise.verdict.backed:
        return _fact_evidence(promise.mark, promise.verdict, contribution)
    kind, kind_en = KINDS.get(promise.mark.label.kind or "unknown", KINDS["unknown"])
    return Evidence(
        utterance=promise.mark.utterance.id,
        span=promise.mark.label.span,
        contribution=contribution,
        why=f"把{kind}说满了，超出了自己能保证的范围。",
        why_en=f"Promised {kind_en} beyond what the speaker can guarantee.",
    )


def _fact_evidence(mark: Mark, verdict: Verdict, contribution: float) -> Evidence:
    return Evidence(
        utterance=mark.utterance.id,
        span=mark.label.span,
        contribution=contribution,
        why=verdict.why,
        why_en=verdict.why_en,
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
