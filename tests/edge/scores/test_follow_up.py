"""Follow-up latency: no number without follow-up events."""

from datetime import UTC, datetime

from edge.records import Language, ScoreState
from edge.scores.call import score_call

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
    assert any("没有接入" in limit for limit in score.limits)


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
