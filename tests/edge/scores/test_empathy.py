"""Empathy: occasions first, then whether they were taken up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Language, ScoreState
from edge.scores.call import score_call

OPENING = ("agent", "您好，这里是售后服务，请讲。")
UPSET = ("customer", "等了九天还没到，我急死了！", "emotion_negative")
CALM = ("customer", "尾号七七四二，昨天买的。")
WARM = ("agent", "九天干等着，换成我也坐不住。", "empathy")
DRY = ("agent", "请您提供一下订单号，我来登记。")


def empathy(conversation, lines):
    return score_call(conversation(lines), language=Language.ZH, versions={})["empathy"]


def test_empathy_has_no_value_when_the_customer_gave_no_occasion(conversation):
    score = empathy(conversation, [OPENING, CALM, WARM, CALM])
    assert score.state is ScoreState.NO_OPPORTUNITY
    assert score.value is None
    assert [piece.utterance for piece in score.evidence] == ["u0002"]


def test_empathy_is_low_and_names_the_occasion_when_nobody_answers(conversation):
    score = empathy(conversation, [OPENING, UPSET, DRY, CALM, DRY])
    assert score.value < 20
    assert [(piece.utterance, piece.contribution < 0) for piece in score.evidence] == [("u0001", True)]


def test_empathy_counts_an_answer_within_two_agent_turns(conversation):
    score = empathy(conversation, [OPENING, UPSET, DRY, CALM, WARM])
    occasion, answer = score.evidence
    assert (occasion.utterance, answer.utterance) == ("u0001", "u0004")
    assert "u0004" in occasion.why and "接住了" in occasion.why and "90%" in occasion.why
    assert answer.contribution > 20 and abs(occasion.contribution) < 0.5


def test_empathy_without_an_occasion_is_no_occasion_of_its_own(conversation):
    asked = empathy(conversation, [OPENING, UPSET, WARM, CALM, DRY])
    unasked = empathy(conversation, [OPENING, UPSET, WARM, CALM, DRY, CALM, DRY, CALM, WARM])
    customers = [[piece.utterance for piece in one.evidence if piece.utterance == "u0001"] for one in (asked, unasked)]
    assert customers == [["u0001"], ["u0001"]]
    assert "没有明说" in unasked.evidence[-1].why and "没有明说" not in asked.evidence[-1].why


def test_empathy_counts_an_occasion_as_missed_when_the_answer_comes_in_the_third_turn(conversation):
    score = empathy(conversation, [OPENING, UPSET, DRY, CALM, DRY, CALM, WARM])
    assert [piece.utterance for piece in score.evidence if piece.contribution < 0] == ["u0001"]


def test_empathy_takes_a_story_told_over_several_turns_as_one_occasion(conversation):
    score = empathy(conversation, [OPENING, UPSET, DRY, UPSET, DRY, UPSET, DRY])
    assert len(score.evidence) == 1


def test_a_mere_sign_of_listening_uses_up_none_of_the_turns_to_answer_in(conversation):
    score = empathy(
        conversation, [OPENING, UPSET, ("agent", "嗯。"), CALM, ("agent", "好的好的。"), CALM, DRY, CALM, WARM]
    )
    assert "u0008" in score.evidence[0].why and score.evidence[-1].contribution > 20


def test_pressure_counts_against_empathy(conversation):
    lines = [OPENING, UPSET, DRY, CALM, WARM, CALM, DRY]
    pressed = [*lines, CALM, ("agent", "您今天不办，明天就没有了。", "pressure")]
    score = empathy(conversation, pressed)
    assert score.value < empathy(conversation, lines).value
    assert score.evidence[-1].contribution < 0


def test_warm_words_that_lead_into_an_over_promise_count_for_less(conversation):
    sincere = [OPENING, UPSET, WARM, CALM, DRY]
    led_in = [OPENING, UPSET, WARM, CALM, (*DRY, "over_promise")]
    assert empathy(conversation, led_in).value < empathy(conversation, sincere).value


def test_relief_counts_only_after_empathy(conversation):
    relief = ("customer", "谢谢你，我心里松快多了。", "emotion_positive")
    before = empathy(conversation, [OPENING, relief, DRY, UPSET, WARM])
    after = empathy(conversation, [OPENING, CALM, DRY, UPSET, WARM, relief])
    assert "u0001" not in {piece.utterance for piece in before.evidence}
    assert after.evidence[-1].utterance == "u0005"


def test_more_occasions_make_the_interval_narrower(conversation):
    once = empathy(conversation, [OPENING, UPSET, WARM])
    often = empathy(conversation, [OPENING, *[UPSET, WARM] * 6])
    assert often.interval[1] - often.interval[0] < once.interval[1] - once.interval[0]


LINES = st.lists(st.sampled_from([UPSET, CALM, WARM, DRY, (*DRY, "pressure"), (*UPSET, "complaint@0.4")]), max_size=12)


@given(LINES, st.floats(0.8, 1.0))
def test_an_answered_occasion_never_lowers_empathy(conversation, lines, probability):
    warm = (*WARM[:2], f"empathy@{probability}")
    before = empathy(conversation, [OPENING, UPSET, DRY, *lines])
    after = empathy(conversation, [OPENING, UPSET, DRY, *lines, UPSET, warm])
    assert after.value >= before.value - 1e-9


@given(LINES)
def test_an_unanswered_occasion_never_raises_empathy(conversation, lines):
    before = empathy(conversation, [OPENING, UPSET, DRY, *lines, CALM, DRY, CALM])
    after = empathy(conversation, [OPENING, UPSET, DRY, *lines, CALM, DRY, CALM, DRY, UPSET, DRY])
    assert after.value <= before.value + 1e-9


@pytest.mark.parametrize("labels", [("emotion_negative",), ("complaint",), ("emotion_negative@0.5",)])
def test_an_occasion_weighs_by_kind_and_probability(conversation, labels):
    sure = empathy(conversation, [OPENING, (*UPSET[:2], "emotion_negative@1.0"), DRY])
    other = empathy(conversation, [OPENING, (*UPSET[:2], *labels), DRY])
    assert other.value > sure.value


NEAR = st.floats(0.3, 0.6)
A_LITTLE = 1e-6
# Points that a probability may move the value by, for each 1 that it moves itself.
STEEPNESS_MAX = 150.0


def doubtful(chances):
    """A call in which one occasion is sure and everything else is near where labels begin and end to be given."""
    feeling, answer, push, pressure, relief = chances
    return [
        OPENING,
        UPSET,
        DRY,
        (*UPSET[:2], f"emotion_negative@{feeling:.9f}"),
        (*WARM[:2], f"empathy@{answer:.9f}"),
        CALM,
        (*DRY, f"over_promise@{push:.9f}", f"pressure@{pressure:.9f}"),
        (*CALM, f"emotion_positive@{relief:.9f}"),
    ]


@given(st.tuples(NEAR, NEAR, NEAR, NEAR, NEAR), st.integers(0, 4))
def test_a_small_change_of_a_probability_is_a_small_change_of_empathy(conversation, chances, which):
    moved = tuple(chance + A_LITTLE * (place == which) for place, chance in enumerate(chances))
    before, after = (empathy(conversation, doubtful(each)) for each in (chances, moved))
    assert abs(after.value - before.value) <= STEEPNESS_MAX * A_LITTLE


@given(st.tuples(NEAR, NEAR, NEAR, NEAR, NEAR), st.floats(0.0, 0.4))
def test_a_surer_answer_never_lowers_empathy_and_surer_pressure_never_raises_it(conversation, chances, more):
    feeling, answer, push, pressure, relief = chances
    value = empathy(conversation, doubtful(chances)).value
    answered = empathy(conversation, doubtful((feeling, answer + more, push, pressure, relief))).value
    pressed = empathy(conversation, doubtful((feeling, answer, push, pressure + more, relief))).value
    assert answered >= value - 1e-9
    assert pressed <= value + 1e-9


def test_occasion_less_likely_than_not_is_none_and_two_of_them_may_be_one(conversation):
    faint = (*UPSET[:2], "emotion_negative@0.4")
    once = empathy(conversation, [OPENING, faint, DRY, CALM, WARM])
    twice = empathy(conversation, [OPENING, faint, DRY, CALM, WARM, CALM, DRY, faint, DRY])
    assert once.state is ScoreState.NO_OPPORTUNITY
    assert twice.state is ScoreState.SCORED


def test_doubtful_answer_is_told_with_its_doubt_and_counts_in_part(conversation):
    score = empathy(conversation, [OPENING, UPSET, (*WARM[:2], "empathy@0.4")])
    occasion = score.evidence[0]
    assert "也许" in occasion.why and "40%" in occasion.why
    missed = empathy(conversation, [OPENING, UPSET, DRY])
    sure = empathy(conversation, [OPENING, UPSET, WARM])
    assert missed.value < score.value < sure.value
