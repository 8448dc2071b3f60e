"""Over-promise risk: higher is riskier; what was taken back counts in the speaker's favour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Language, ScoreState
from edge.scores.call import score_call
from edge.scores.over_promise import subjects_of
from edge.scores.weights import WEIGHTS

OPENING = ("agent", "您好，欢迎光临，随便看，这边都是今年的新款，有喜欢的我给您介绍。")
ASKS = ("customer", "什么时候能送到？")
PROMISE = ("agent", "三天之内肯定送货上门，刮风下雨都不误。", "over_promise:delivery_time")
HEDGE = ("agent", "要看库存，正常三到五天，可能晚一点。", "hedge")
PLAIN = ("agent", "这台是十公斤的，直驱电机。")
LATER = ("agent", "刚才说三天之内送货上门，还得看仓库排车。", "hedge")
TAKEN_BACK = ("agent", "我更正一下，刚才那句说满了。", "hedge")


def risk(conversation, lines, language=Language.ZH):
    return score_call(conversation(lines), language=language, versions={})["over_promise_risk"]


def test_risk_is_zero_with_evidence_of_care_when_promises_are_conditional(conversation):
    score = risk(conversation, [OPENING, ASKS, HEDGE, ASKS, ("agent", "明天下午三点前给您回电话。", "commitment")])
    assert (score.state, score.value) == (ScoreState.SCORED, 0.0)
    assert [piece.utterance for piece in score.evidence] == ["u0002", "u0004"]


def test_risk_is_zero_and_shows_what_was_read_when_nothing_was_promised(conversation):
    score = risk(conversation, [OPENING, ASKS, PLAIN])
    assert score.value == 0.0
    assert {piece.utterance for piece in score.evidence} == {"u0000", "u0002"}


def test_risk_never_claims_certainty_that_nothing_was_promised(conversation):
    assert risk(conversation, [OPENING, ASKS, PLAIN]).interval[1] > 0.0


@pytest.mark.parametrize("kind", sorted(WEIGHTS.over_promise.severity))
def test_one_plain_over_promise_is_a_clear_risk_of_any_kind(conversation, kind):
    assert 40 < risk(conversation, [OPENING, ASKS, (*PROMISE[:2], f"over_promise:{kind}")]).value < 70


def test_an_over_promise_of_unnamed_kind_counts_as_an_average_one(conversation):
    assert risk(conversation, [OPENING, (*PROMISE[:2], "over_promise")]).value > 40


@pytest.mark.parametrize(
    "softened",
    [
        [(*PROMISE, "hedge")],
        [PROMISE, ASKS, HEDGE],
        [PROMISE, ASKS, PLAIN, ASKS, LATER],
        [PROMISE, ASKS, PLAIN, ASKS, TAKEN_BACK],
        [("agent", "送货上门要看排车。", "hedge"), ("customer", "能不能快点？"), PROMISE],
    ],
    ids=["same turn", "next turn", "later, same subject", "later, taken back", "just before, same subject"],
)
def test_a_hedge_lowers_the_risk_and_is_counter_evidence(conversation, softened):
    plain = [line for line in softened if "hedge" not in line] or [PROMISE]
    score = risk(conversation, [OPENING, ASKS, *softened])
    assert score.value < risk(conversation, [OPENING, ASKS, *plain]).value
    assert min(piece.contribution for piece in score.evidence) < 0.0


def test_a_later_hedge_about_something_else_changes_nothing(conversation):
    elsewhere = ("agent", "保修方面，换新机型的话得问厂家。", "hedge")
    lines = [OPENING, ASKS, PROMISE, ASKS, PLAIN, ASKS]
    assert risk(conversation, [*lines, elsewhere]).value == pytest.approx(risk(conversation, lines).value)


def test_a_customer_who_repeats_a_promise_adds_no_risk(conversation):
    echo = ("customer", "三天肯定送到是吧？", "over_promise:delivery_time")
    assert risk(conversation, [OPENING, echo, PLAIN]).value == 0.0


def test_subjects_leave_common_words_out():
    assert subjects_of("Well, your new boiler will be here by 5.", language=Language.EN) == {"boiler", "here", "5"}
    assert subjects_of("这个我们送货上门。", language=Language.ZH) == {"送货", "货上", "上门"}


def test_english_over_promise_taken_back_lowers_the_risk(conversation):
    lines = [
        ("agent", "Hello, this is the service desk, what can I do for you this morning, and who am I speaking to?"),
        (
            "agent",
            "It will never break again, that I promise you with all my heart, no exceptions ever at all.",
            "over_promise",
        ),
        ("customer", "Really?"),
        ("agent", "Let me tell you about the colours that we have."),
        ("customer", "Fine."),
        ("agent", "And I should have said, it depends.", "hedge"),
    ]
    assert risk(conversation, lines, Language.EN).value < risk(conversation, lines[:-1], Language.EN).value


POOL = st.sampled_from(
    [OPENING, ASKS, PROMISE, HEDGE, PLAIN, LATER, TAKEN_BACK, (*PROMISE[:2], "over_promise:no_risk@0.4")]
)
LINES = st.lists(POOL, max_size=10)
PLACE = st.integers(0, 10)
PROBABILITY = st.floats(0.0, 1.0)


@given(LINES, PLACE, PROBABILITY, st.booleans())
def test_an_over_promise_never_lowers_the_risk(conversation, lines, place, probability, alone):
    added = ("agent", "效果百分之百，没有不成的。", f"over_promise:outcome@{probability}")
    turn = [added] if alone else [ASKS, added, ASKS]
    longer = [OPENING, *lines[:place], *turn, *lines[place:]]
    assert risk(conversation, longer).value >= risk(conversation, [OPENING, *lines]).value - 1e-9


@given(LINES, PLACE, PROBABILITY, st.sampled_from([HEDGE, LATER, TAKEN_BACK]))
def test_a_hedge_never_raises_the_risk(conversation, lines, place, probability, hedge):
    added = (*hedge[:2], f"hedge@{probability}")
    longer = [OPENING, *lines[:place], added, *lines[place:]]
    assert risk(conversation, longer).value <= risk(conversation, [OPENING, *lines]).value + 1e-9


@given(LINES)
def test_risk_lies_inside_its_interval(conversation, lines):
    score = risk(conversation, [OPENING, *lines])
    low, high = score.interval
    assert 0.0 <= low <= score.value <= high <= 100.0
