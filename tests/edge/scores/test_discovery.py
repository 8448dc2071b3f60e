"""Depth of discovery."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Language, ScoreState
from edge.scores.call import score_call

ANSWERS = ("customer", "洗衣机，家里五口人。")
TELLS = ("agent", "这台是十公斤的，直驱电机，三千六。")
ASKS = ("agent", "您平时洗被子多吗？", "discovery_question")
FOLLOWS = ("agent", "响是甩干那会儿，还是从头响到尾？", "discovery_question", "deep_discovery")
CHECKS = ("agent", "您的订单号是多少？")


def depth(conversation, lines, language=Language.ZH):
    return score_call(conversation(lines), language=language, versions={})["discovery_depth"]


def test_depth_is_not_judged_when_the_agent_had_under_three_turns(conversation):
    assert depth(conversation, [ASKS, ANSWERS, FOLLOWS]).state is ScoreState.NOT_ENOUGH_EVIDENCE


def test_depth_is_zero_and_shows_what_was_read_when_nothing_was_asked(conversation):
    score = depth(conversation, [TELLS, ANSWERS, TELLS, ANSWERS, CHECKS])
    assert score.value == 0.0
    assert score.evidence


def test_following_up_is_worth_more_than_a_checklist(conversation):
    checklist = depth(conversation, [ASKS, ANSWERS, ASKS, ANSWERS, ASKS])
    followed = depth(conversation, [ASKS, ANSWERS, FOLLOWS, ANSWERS, FOLLOWS])
    assert followed.value > checklist.value + 20


def test_a_deep_question_counts_as_a_question_even_if_only_marked_deep(conversation):
    marked_once = ("agent", "响是甩干那会儿，还是从头响到尾？", "deep_discovery")
    lines = [TELLS, ANSWERS, TELLS, ANSWERS]
    assert depth(conversation, [*lines, marked_once]).value == pytest.approx(
        depth(conversation, [*lines, FOLLOWS]).value
    )


def test_an_open_question_is_worth_more_than_a_closed_one(conversation):
    lines = [TELLS, ANSWERS, TELLS, ANSWERS]
    open_form = depth(conversation, [*lines, ("agent", "您为什么想换？", "discovery_question")])
    closed_form = depth(conversation, [*lines, ("agent", "您想换吗？", "discovery_question")])
    assert open_form.value > closed_form.value


def test_questions_that_build_on_one_another_are_worth_more_than_scattered_ones(conversation):
    scattered = [ASKS, ANSWERS, TELLS, ANSWERS, TELLS, ANSWERS, ASKS]
    chained = [ASKS, ANSWERS, ASKS, ANSWERS, TELLS, ANSWERS, TELLS]
    assert depth(conversation, chained).value > depth(conversation, scattered).value


def test_a_new_topic_is_worth_more_than_the_same_again(conversation):
    again = [ASKS, ANSWERS, ("agent", "您平时洗大件多吗？", "discovery_question"), ANSWERS, TELLS]
    new = [ASKS, ANSWERS, ("agent", "您的预算大概高吗？", "discovery_question"), ANSWERS, TELLS]
    assert depth(conversation, new).value > depth(conversation, again).value


def test_topics_are_named_in_the_evidence(conversation):
    budget = ("agent", "您预算大概多少？", "discovery_question")
    assert "预算" in depth(conversation, [TELLS, ANSWERS, TELLS, ANSWERS, budget]).evidence[0].why


def test_english_questions_are_read_with_english_words(conversation):
    lines = [
        ("agent", "Good morning and welcome, do have a look around the shop and take all the time that you need."),
        ("customer", "Thanks."),
        ("agent", "These ones came in last week, and those over there are from the year before."),
        ("customer", "I see them."),
        ("agent", "What is your budget for the whole thing?", "discovery_question"),
    ]
    assert "budget" in depth(conversation, lines, Language.EN).evidence[0].why_en


TELLS_MORE = ("customer", "我们家里五口人，平时衣服攒到周末一起洗，被子一年洗四回，阳台又小，晾不开。")
PITCHES = ("agent", "这台是十公斤的，直驱电机，一级能效，三千六，今天还送三年延保和免费上门安装。")
NAMES = ["open_questions", "follow_up_chains", "coverage", "customer_floor", "proposal_traces", "customer_logins"]


def parts(conversation, lines):
    return {part.name: part for part in depth(conversation, lines).parts}


def test_index_has_six_dimensions_and_its_value_is_their_mean_by_weight(conversation):
    score = depth(conversation, [ASKS, ANSWERS, FOLLOWS, ANSWERS, TELLS])
    assert [part.name for part in score.parts] == NAMES
    assert sum(part.weight for part in score.parts) == pytest.approx(1.0)
    known = [part for part in score.parts if part.value is not None]
    assert [part.name for part in known] == NAMES[:4]
    assert score.value == pytest.approx(
        sum(part.weight * part.value for part in known) / sum(part.weight for part in known)
    )


def test_dimensions_that_only_events_can_tell_are_named_as_unknown(conversation):
    score = depth(conversation, [ASKS, ANSWERS, FOLLOWS, ANSWERS, TELLS])
    unknown = [part.title for part in score.parts if part.value is None]
    assert len(unknown) == 2
    assert all(any(title in limit and "权重" in limit for limit in score.limits) for title in unknown)


def test_each_dimension_moves_by_its_own_cause(conversation):
    plain = parts(conversation, [TELLS, ANSWERS, ASKS, ANSWERS, TELLS])
    deeper = parts(conversation, [TELLS, ANSWERS, FOLLOWS, ANSWERS, TELLS])
    told = parts(conversation, [TELLS, ANSWERS, ASKS, TELLS_MORE, TELLS])
    pitched = parts(conversation, [TELLS, ANSWERS, ASKS, ANSWERS, PITCHES])
    broader = parts(
        conversation, [TELLS, ANSWERS, (*ASKS[:1], "您平时洗被子多吗？预算多少？", *ASKS[2:]), ANSWERS, TELLS]
    )
    assert deeper["follow_up_chains"].value > plain["follow_up_chains"].value
    assert told["customer_floor"].value > plain["customer_floor"].value > pitched["customer_floor"].value
    assert broader["coverage"].value > plain["coverage"].value
    assert told["open_questions"] == plain["open_questions"]


def test_customer_who_talks_unasked_gives_the_agent_nothing(conversation):
    assert depth(conversation, [TELLS, TELLS_MORE, TELLS, TELLS_MORE, TELLS]).value == 0.0


def test_customers_longest_turn_is_shown_as_evidence(conversation):
    score = depth(conversation, [ASKS, ANSWERS, FOLLOWS, TELLS_MORE, TELLS])
    assert score.evidence[-1].utterance == "u0003"
    assert score.evidence[-1].contribution > 0


def test_score_without_a_value_has_no_dimensions(conversation):
    assert depth(conversation, [ASKS, ANSWERS]).parts == ()


POOL = st.lists(st.sampled_from([ANSWERS, TELLS, ASKS, FOLLOWS, CHECKS]), max_size=12)


@given(POOL, st.floats(0.0, 1.0))
def test_one_more_question_at_the_end_never_lowers_depth(conversation, lines, probability):
    start = [TELLS, ANSWERS, TELLS, ANSWERS, TELLS, ANSWERS]
    more = ("agent", "怎么会这样，影响到什么了？", f"discovery_question@{probability}")
    before = depth(conversation, [*start, *lines, ANSWERS])
    after = depth(conversation, [*start, *lines, ANSWERS, more])
    assert after.value >= before.value - 1e-9


@given(POOL)
def test_depth_lies_inside_its_interval(conversation, lines):
    score = depth(conversation, [TELLS, ANSWERS, TELLS, ANSWERS, TELLS, *lines])
    low, high = score.interval
    assert 0.0 <= low <= score.value <= high <= 100.0
