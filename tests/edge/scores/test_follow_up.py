"""Follow-up latency: no number before a follow-up, and then one by how long it took."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Language, ScoreState
from edge.scores.call import score_call
from edge.scores.follow_up import objection_times, with_contact, worth
from edge.scores.weights import WEIGHTS

OPENING = ("agent", "您好，上次给您的方案看过了吗？有什么想法？")
OBJECTS = ("customer", "太贵了，我再想想。", "objection:price")
CALM = ("customer", "看过了，挺好。")
PLAIN = ("agent", "那我给您讲讲这两款的区别。")
OFFERS = ("agent", "我明天下午给您打电话。", "follow_up_offer")
COMMITS = ("agent", "明天下午三点前把报价发您邮箱。", "commitment")


def latency(conversation, lines, **how):
    return score_call(conversation(lines, **how), language=Language.ZH, versions={})["follow_up_latency"]


def test_latency_has_no_occasion_when_nobody_objected(conversation):
    assert latency(conversation, [OPENING, CALM, OFFERS]).state is ScoreState.NO_OPPORTUNITY


def test_latency_is_never_invented_from_what_was_agreed(conversation):
    score = latency(conversation, [OPENING, OBJECTS, OFFERS])
    assert score.state is ScoreState.NOT_ENOUGH_EVIDENCE
    assert score.value is None


def test_latency_lists_each_objection_and_the_contact_agreed(conversation):
    score = latency(conversation, [OPENING, OBJECTS, PLAIN, OBJECTS, OFFERS])
    assert [piece.utterance for piece in score.evidence] == ["u0001", "u0003", "u0004"]
    assert all("之后约定了" in piece.why for piece in score.evidence[:2])


def test_latency_says_when_nothing_was_agreed_after_an_objection(conversation):
    score = latency(conversation, [OPENING, CALM, OFFERS, OBJECTS, PLAIN])
    assert "没有约定" in score.evidence[0].why


def test_latency_names_the_time_a_commitment_is_due(conversation):
    due = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
    score = latency(conversation, [OPENING, OBJECTS, COMMITS], due_at={2: due})
    assert "2026-03-05 15:00" in score.evidence[-1].why


def test_latency_takes_no_undated_commitment_for_a_next_contact(conversation):
    assert len(latency(conversation, [OPENING, OBJECTS, COMMITS]).evidence) == 1


STARTED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WEIGHTS_OF_WAITS = WEIGHTS.follow_up


def ripened(conversation, lines, contact):
    utterances = conversation(lines)
    score = score_call(utterances, language=Language.ZH, versions={})["follow_up_latency"]
    made = objection_times(score, utterances, started_at=STARTED)
    return with_contact(score, made, contact, weights=WEIGHTS_OF_WAITS), made


def test_wait_runs_from_the_first_objection_and_the_last_bounds_it(conversation):
    lines = [OPENING, OBJECTS, PLAIN, OBJECTS, OFFERS]
    score, made = ripened(conversation, lines, STARTED + timedelta(hours=24))
    assert [one for one, _ in made] == ["u0001", "u0003"]
    first_h, last_h = ((STARTED + timedelta(hours=24) - at).total_seconds() / 3600 for _, at in made)
    assert score.value == pytest.approx(100 * 2 ** (-first_h / 24))
    assert score.interval == (score.value, pytest.approx(100 * 2 ** (-last_h / 24)))
    assert [piece.contribution for piece in score.evidence] == [score.value, 0.0, 0.0]


def test_what_was_agreed_is_no_objection(conversation):
    _, made = ripened(conversation, [OPENING, OBJECTS, OFFERS], None)
    assert len(made) == 1


def test_wait_explains_itself_in_both_languages(conversation):
    score, _ = ripened(conversation, [OPENING, OBJECTS, OFFERS], STARTED + timedelta(hours=5))
    assert "小时后有了第一次跟进" in score.evidence[0].why
    assert "hours later" in score.evidence[0].why_en


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_longer_wait_is_never_worth_more(one, other):
    shorter, longer = sorted([one, other])
    assert 100.0 >= worth(shorter, weights=WEIGHTS_OF_WAITS) >= worth(longer, weights=WEIGHTS_OF_WAITS) >= 0.0
