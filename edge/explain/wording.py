"""Names, grades and sentences of explanations, in Chinese and in English; for readers who know nothing of models."""

from __future__ import annotations

from typing import Final, NamedTuple

from edge.records import ScoreState, Speaker

POINTS_MIN: Final = 0.05
"""Points of a score; fewer round to nothing and read the same."""


class Both(NamedTuple):
    """The same words in both languages."""

    zh: str
    en: str


SCORES: Final = {
    "empathy": Both("共情", "Empathy"),
    "over_promise_risk": Both("过度承诺风险", "Over-promise risk"),
    "discovery_depth": Both("需求探询深度", "Depth of discovery"),
    "follow_up_latency": Both("跟进时延", "Follow-up latency"),
    "emotion_swing": Both("情绪起伏", "Emotion swing"),
}
LABELS: Final = {
    "empathy": Both("共情", "empathy"),
    "discovery_question": Both("需求探询", "a discovery question"),
    "deep_discovery": Both("深度探询", "a deep discovery question"),
    "objection_response": Both("异议处理", "an answer to an objection"),
    "commitment": Both("承诺", "a promise"),
    "over_promise": Both("过度承诺", "an over-promise"),
    "hedge": Both("留有余地", "a hedge"),
    "pressure": Both("施压话术", "pressure"),
    "recording_notice": Both("录音告知", "a notice of recording"),
    "follow_up_offer": Both("跟进约定", "an agreed follow-up"),
    "closing": Both("促成", "closing"),
    "objection": Both("异议", "an objection"),
    "complaint": Both("投诉或不满", "a complaint"),
    "emotion_negative": Both("情绪负面", "a negative feeling in the words"),
    "emotion_positive": Both("情绪正面", "a positive feeling in the words"),
    "buying_signal": Both("购买信号", "a buying signal"),
    "consent_given": Both("同意录音", "agreement to recording"),
    "consent_refused": Both("拒绝录音", "refusal of recording"),
    "human_request": Both("要求人工或上级", "a request for a person or manager"),
}
SPEAKERS: Final = {
    Speaker.AGENT: Both("坐席", "the agent"),
    Speaker.CUSTOMER: Both("客户", "the customer"),
    Speaker.UNKNOWN: Both("说话人不明", "an unclear speaker"),
}
DIRECTIONS: Final = {
    "over_promise_risk": Both("越高风险越大", "higher is riskier"),
    "emotion_swing": Both("50 分表示离开时和来时一样", "50 means that the customer left as they came"),
}
_BETTER: Final = Both("越高越好", "higher is better")

Grades = tuple[tuple[float, Both], ...]
"""From the top down: the least value, and what it means."""

MEANINGS: Final[dict[str, Grades]] = {
    "empathy": (
        (75, Both("客户流露情绪时，几乎都得到了体谅", "feelings the customer showed were nearly always taken up")),
        (50, Both("客户的情绪多半得到了体谅", "feelings the customer showed were mostly taken up")),
        (25, Both("客户的情绪只有一部分得到体谅", "only some of the customer's feelings were taken up")),
        (0, Both("客户的情绪基本没有得到体谅", "the customer's feelings were hardly taken up")),
    ),
    "over_promise_risk": (
        (70, Both("客户很可能带着兑现不了的保证离开", "the customer probably left with an assurance nobody can keep")),
        (40, Both("有话说满了，客户可能当真", "something was promised too firmly and may be taken at its word")),
        (5, Both("个别话说得偏满，多半还留有余地", "here and there a promise went a little far")),
        (0, Both("没有发现说满的话", "nothing was found that promises too much")),
    ),
    "discovery_depth": (
        (75, Both("对客户的情况问得深，也顺着回答追问", "the situation was explored deeply, answer by answer")),
        (50, Both("问了不少客户的情况，也有追问", "a good part of the situation was explored")),
        (25, Both("问过一些客户的情况，追问不多", "some questions were asked, with little following up")),
        (0, Both("很少了解客户的情况", "hardly anything was asked about the customer's situation")),
    ),
    "follow_up_latency": (
        (75, Both("客户提出异议后很快有了跟进", "a follow-up came soon after the objection")),
        (50, Both("客户提出异议后隔了一阵才有跟进", "a follow-up came some time after the objection")),
        (25, Both("跟进偏晚", "the follow-up came late")),
        (0, Both("跟进很晚", "the follow-up came very late")),
    ),
    "emotion_swing": (
        (60, Both("客户离开时的情绪比来时好", "the customer left in a better mood than they came")),
        (40, Both("客户离开时的情绪和来时差不多", "the customer left in about the mood they came in")),
        (0, Both("客户离开时的情绪比来时差", "the customer left in a worse mood than they came")),
    ),
}
STATES: Final = {
    ScoreState.NO_OPPORTUNITY: Both(
        "这通电话里没有出现评这一项的机会，所以没有分数；这不等于零分",
        "the call gave no occasion for it, so there is no number; that is not a zero",
    ),
    ScoreState.NOT_ENOUGH_EVIDENCE: Both(
        "可供判断的话太少，所以没有分数；这不等于零分",
        "too little was there to judge by, so there is no number; that is not a zero",
    ),
    ScoreState.TRANSCRIPT_TOO_POOR: Both(
        "录音听写的把握太低，所以没有分数；这不等于零分",
        "the recording was understood too badly for a fair number; that is not a zero",
    ),
}
_SURE_BY_WIDTH: Final[Grades] = (
    (60, Both("把握很小，数字只能作参考", "hardly sure: take the number as a hint")),
    (35, Both("把握不大", "not very sure")),
    (15, Both("把握中等", "moderately sure")),
    (0, Both("把握较大", "fairly sure")),
)
_SURE_BY_PROBABILITY: Final[Grades] = (
    (0.95, Both("几乎可以肯定", "almost certain")),
    (0.85, Both("很有把握", "very likely")),
    (0.70, Both("较有把握", "likely")),
    (0.50, Both("多半如此，但不确定", "more likely than not")),
    (0.0, Both("拿不准", "doubtful")),
)


def meaning(name: str, value: float) -> Both | None:
    """What a value says, for scores whose meaning is known here."""
    return _grade(MEANINGS[name], value) if name in MEANINGS else None


def direction(name: str) -> Both:
    """Which end of a score is the good one."""
    return DIRECTIONS.get(name, _BETTER)


def sure_of_interval(low: float, high: float) -> Both:
    """How sure a score is, by the width of its interval in points."""
    return _grade(_SURE_BY_WIDTH, high - low)


def sure_of_label(probability: float) -> Both:
    """How sure a label is."""
    return _grade(_SURE_BY_PROBABILITY, probability)


def signed(points: float, *, places: int) -> str:
    """Points more or less, with their sign."""
    return f"{'+' if points > 0 else '−'}{abs(points):.{places}f}"


def score_name(name: str) -> Both:
    """A score's name; one that isn't known here is shown as it is."""
    return SCORES.get(name, Both(name, name))


def label_name(name: str) -> Both:
    """A label's name; one that isn't known here is shown as it is."""
    return LABELS.get(name, Both(name, name))


def _grade(grades: Grades, value: float) -> Both:
    return next(words for least, words in grades if value >= least or least == grades[-1][0])
