"""Over-promise risk with facts: what they contradict counts however it was said, what they back counts less."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Certainty, Language, Promised, Promiser, ScoreState
from edge.scores.call import score_call
from edge.scores.fact_check import late
from edge.scores.facts import Authority, Fact, Facts, Grounds, RefundPolicy

STARTED_AT = datetime.fromisoformat("2026-03-02T10:15:00+08:00")
DAY_END = STARTED_AT.replace(hour=23, minute=59, second=59)
OPENING = ("agent", "您好，这里是客服，这款洗衣机是今年的新款，十公斤大容量。")
ASKS = ("customer", "什么时候能送到？")
SAID = "三天到。"
LATER = ("agent", "我更正一下，刚才说得不准。", "hedge")


def promised(kind="delivery_time", *, days=3, certainty=Certainty.FIRM, **more):
    due_at = DAY_END + timedelta(days=days) if days is not None else None
    due = f"{days}天" if days is not None else None
    made = {"who": Promiser.FIRM, "kind": kind, "what": "到", "certainty": certainty, "due": due, "due_at": due_at}
    return Promised(**(made | more))


def grounds(**row):
    return Grounds(
        facts=Facts(version="0123456789ab", rows=(Fact(product_line="洗衣机", **row),)), started_at=STARTED_AT
    )


def risk(conversation, lines, *promises, at=2, known=None):
    utterances = list(conversation([OPENING, ASKS, *lines]))
    utterances[at] = replace(utterances[at], promises=promises)
    return score_call(utterances, language=Language.ZH, versions={}, grounds=known)["over_promise_risk"]


FIRM, CAREFUL, FLAT = (
    ("agent", SAID, "commitment"),
    ("agent", SAID, "hedge"),
    ("agent", SAID, "over_promise:delivery_time"),
)
SLOW, FAST = grounds(lead_time_p50_days=5, lead_time_p90_days=9), grounds(lead_time_p50_days=1, lead_time_p90_days=2)


@pytest.mark.parametrize("line", [FIRM, FLAT, ("agent", SAID)], ids=["careful", "flat", "unmarked"])
def test_three_days_are_contradicted_where_nine_in_ten_need_nine(conversation, line):
    score = risk(conversation, [line], promised(), known=SLOW)
    assert score.value > 40
    assert any("本仓九成订单要 9 天，事实不支持" in piece.why for piece in score.evidence)
    assert any("nine in ten orders need 9" in piece.why_en for piece in score.evidence)


def test_three_days_are_backed_where_nine_in_ten_arrive_in_two(conversation):
    wording, backed = risk(conversation, [FLAT], promised()), risk(conversation, [FLAT], promised(), known=FAST)
    assert backed.value < wording.value / 2
    assert any("事实支持" in piece.why and piece.contribution < 0 for piece in backed.evidence)
    assert risk(conversation, [FIRM], promised(), known=FAST).value == 0.0


def test_promise_that_is_one_word_counts(conversation):
    yes = promised(due="三天", what="能到")
    assert risk(conversation, [("agent", "可以。")], yes, known=SLOW).value > 40


def test_wording_decides_where_no_row_applies(conversation):
    elsewhere = Grounds(
        facts=Facts(version="v", rows=(Fact(product_line="床垫"), Fact(product_line="沙发"))), started_at=STARTED_AT
    )
    for known in (None, elsewhere):
        assert risk(conversation, [FIRM], promised(), known=known).value == 0.0
        assert risk(conversation, [FLAT], promised(), known=known).value > 40


@pytest.mark.parametrize("certainty", [Certainty.DECLINED, Certainty.QUOTED])
def test_promise_declined_or_quoted_is_not_held_against_the_speaker(conversation, certainty):
    assert risk(conversation, [("agent", SAID)], promised(certainty=certainty), known=SLOW).value == 0.0


@pytest.mark.parametrize(
    ("lines", "certainty"),
    [([CAREFUL], Certainty.HEDGED), ([("agent", SAID)], Certainty.HEDGED), ([FIRM, ASKS, LATER], Certainty.FIRM)],
    ids=["by a label", "by its structure", "taken back later"],
)
def test_hedge_and_correction_lower_a_contradicted_promise(conversation, lines, certainty):
    plain = risk(conversation, [FIRM], promised(), known=SLOW)
    softened = risk(conversation, lines, promised(certainty=certainty), known=SLOW)
    assert 0.0 < softened.value < plain.value
    assert any(piece.contribution < 0 for piece in softened.evidence)


STAFF = Authority(role="店员", may_promise=frozenset({"delivery_time", "price", "stock"}), max_discount_percent=5)


@pytest.mark.parametrize(
    ("promise", "row", "words"),
    [
        (promised("stock", days=None), {"stock": 0}, "库存表里是 0"),
        (promised("price", days=None, price=3_200), {"price_floor": 3_299}, "低于底价 3299"),
        (promised("refund_compensation", days=None), {"refund_policy": RefundPolicy.NONE}, "不退款"),
        (
            promised("refund_compensation", days=None, due="随时", certainty=Certainty.ABSOLUTE),
            {"refund_policy": RefundPolicy.CONDITIONAL},
            "有条件的",
        ),
        (
            promised("refund_compensation", days=None, due="随时"),
            {"refund_policy": RefundPolicy.UNCONDITIONAL, "refund_days": 30},
            "只到 30 天",
        ),
        (
            promised("refund_compensation", days=60),
            {"refund_policy": RefundPolicy.UNCONDITIONAL, "refund_days": 30},
            "只到 30 天",
        ),
        (promised("refund_compensation", days=None), {"authority": (STAFF,)}, "店员 无权"),
        (promised("price", days=None, discount_percent=15), {"authority": (STAFF,)}, "店员 最多让 5%"),
    ],
)
def test_promise_against_a_fact_counts_and_says_which(conversation, promise, row, words):
    score = risk(conversation, [FIRM], promise, known=grounds(**row))
    assert score.value > 40
    assert any(words in piece.why for piece in score.evidence)


@pytest.mark.parametrize(
    ("promise", "row"),
    [
        (promised("stock", days=None), {"stock": 3}),
        (promised("stock", days=None), {}),
        (promised("price", days=None, price=3_299), {"price_floor": 3_299}),
        (promised("price", days=None, discount_percent=5), {"authority": (STAFF,)}),
        (promised("refund_compensation", days=30), {"refund_policy": RefundPolicy.UNCONDITIONAL, "refund_days": 30}),
        (
            promised("refund_compensation", days=None, certainty=Certainty.HEDGED, condition="没拆封"),
            {"refund_policy": RefundPolicy.CONDITIONAL},
        ),
        (promised(days=9), {"lead_time_p90_days": 9}),
        (promised(days=None), {"lead_time_p90_days": 9}),
        (promised("act"), {"lead_time_p90_days": 9, "authority": (STAFF,)}),
    ],
)
def test_careful_promise_that_no_fact_contradicts_is_no_risk(conversation, promise, row):
    assert risk(conversation, [FIRM], promise, known=grounds(**row)).value == 0.0


def test_facts_of_the_score_are_cited_by_version(conversation):
    assert risk(conversation, [FIRM], promised(), known=SLOW).versions["scores_facts"] == "0123456789ab"
    assert "scores_facts" not in risk(conversation, [FIRM], promised()).versions


def test_limits_say_whether_facts_were_known(conversation):
    with_facts, without = risk(conversation, [FIRM], promised(), known=SLOW), risk(conversation, [FIRM], promised())
    assert "没有对照" in without.limits[0] and "没有对照" not in with_facts.limits[0]


@pytest.mark.parametrize(("days", "chance"), [(5, 0.5), (9, 0.1), (0, 0.95), (4_000, 0.0)])
def test_lead_time_is_late_as_often_as_its_quantiles_say(days, chance):
    assert late(days, p50_days=5, p90_days=9, certain=0.95) == pytest.approx(chance, abs=1e-3)


def test_lead_time_without_a_median_is_late_for_certain_below_the_ninetieth():
    assert late(8, p50_days=None, p90_days=9, certain=0.95) == 0.95


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0.1, 50), st.floats(0, 50))
def test_more_time_is_never_late_more_often(one, other, p50_days, more):
    earlier, later = sorted((one, other))
    chances = [late(days, p50_days=p50_days, p90_days=p50_days + more, certain=0.95) for days in (earlier, later)]
    assert 0.0 <= chances[1] <= chances[0] <= 0.95


KINDS = st.sampled_from(["delivery_time", "stock", "price", "refund_compensation", "authority", "outcome"])
PROMISES = st.builds(
    promised,
    KINDS,
    days=st.one_of(st.none(), st.integers(0, 20)),
    certainty=st.sampled_from(Certainty),
    price=st.one_of(st.none(), st.floats(1, 9_999)),
    discount_percent=st.one_of(st.none(), st.floats(1, 90)),
    span=st.sampled_from([None, (0, 2), (1, 4)]),
)
LABELS = st.lists(
    st.tuples(
        st.sampled_from(["over_promise:delivery_time", "over_promise:price", "over_promise", "hedge", "commitment"]),
        st.floats(0, 1),
    ),
    max_size=3,
)
LINE = st.tuples(st.lists(PROMISES, max_size=3), LABELS)
CALL = st.lists(LINE, min_size=1, max_size=4)
TABLES = st.builds(
    grounds,
    lead_time_p50_days=st.one_of(st.none(), st.floats(0, 9)),
    lead_time_p90_days=st.one_of(st.none(), st.floats(9, 20)),
    stock=st.sampled_from([None, 0, 4]),
    price_floor=st.one_of(st.none(), st.floats(0, 9_999)),
    refund_policy=st.sampled_from([None, *RefundPolicy]),
    refund_days=st.sampled_from([None, 7]),
    authority=st.sampled_from([(), (STAFF,)]),
)


def scored(conversation, call, known, extra=()):
    lines = [OPENING]
    for _, labels in call:
        lines += [ASKS, ("agent", SAID, *(f"{name}@{p:.3f}" for name, p in labels))]
    utterances = list(conversation([*lines, *extra]))
    for number, (promises, _) in enumerate(call):
        at = 2 + 2 * number
        utterances[at] = replace(utterances[at], promises=tuple(promises))
    return score_call(utterances, language=Language.ZH, versions={}, grounds=known)["over_promise_risk"]


@given(CALL, TABLES)
def test_value_is_the_sum_of_the_contributions_and_lies_in_its_interval(conversation, call, known):
    score = scored(conversation, call, known)
    assert score.state is ScoreState.SCORED
    assert sum(piece.contribution for piece in score.evidence) == pytest.approx(score.value, abs=1e-6)
    assert score.interval[0] <= score.value <= score.interval[1]


@given(
    CALL,
    st.sampled_from(
        [
            Fact(
                product_line="洗衣机",
                lead_time_p90_days=0.0,
                stock=9,
                price_floor=0.0,
                refund_policy=RefundPolicy.UNCONDITIONAL,
            )
        ]
    ),
)
def test_backing_fact_never_raises_the_risk(conversation, call, row):
    backing = Grounds(facts=Facts(version="v", rows=(row,)), started_at=STARTED_AT)
    assert scored(conversation, call, backing).value <= scored(conversation, call, None).value + 1e-9


CONTRADICTING = grounds(
    lead_time_p90_days=99.0,
    stock=0,
    price_floor=1e6,
    refund_policy=RefundPolicy.NONE,
    authority=(Authority(role="店员", may_promise=frozenset(), max_discount_percent=0.0),),
)


SELDOM_LATE = grounds(lead_time_p50_days=0.5, lead_time_p90_days=30.0)


@given(CALL, st.sampled_from([CONTRADICTING, SELDOM_LATE]))
def test_contradicting_fact_never_lowers_the_risk(conversation, call, known):
    assert scored(conversation, call, known).value >= scored(conversation, call, None).value - 1e-9


def test_fact_that_seldom_fails_leaves_a_flat_promise_as_risky_as_its_wording(conversation):
    wording = risk(conversation, [FLAT], promised())
    assert risk(conversation, [FLAT], promised(), known=SELDOM_LATE).value == pytest.approx(wording.value)


@given(CALL, TABLES, st.floats(0, 1), st.sampled_from([LATER[1], "要看库存，可能晚一点。"]))
def test_one_more_hedge_never_raises_the_risk(conversation, call, known, probability, text):
    hedged = scored(conversation, call, known, extra=[ASKS, ("agent", text, f"hedge@{probability:.3f}")])
    assert hedged.value <= scored(conversation, call, known).value + 1e-9


@given(CALL, TABLES, st.floats(0, 1), st.integers(0, 3))
def test_hedge_in_the_promises_own_turn_never_raises_the_risk(conversation, call, known, probability, at):
    at = min(at, len(call) - 1)
    promises, labels = call[at]
    hedged = [*call[:at], (promises, [*labels, ("hedge", probability)]), *call[at + 1 :]]
    assert scored(conversation, hedged, known).value <= scored(conversation, call, known).value + 1e-9


@given(CALL, TABLES, st.integers(0, 3))
def test_saying_it_with_a_condition_never_raises_the_risk(conversation, call, known, at):
    at = min(at, len(call) - 1)
    promises, labels = call[at]
    said = [replace(one, certainty=Certainty.FIRM) if one.binds else one for one in promises]
    hedged = [replace(one, certainty=Certainty.HEDGED) if one.binds else one for one in promises]
    firm, careful = ([*call[:at], (those, labels), *call[at + 1 :]] for those in (said, hedged))
    assert scored(conversation, careful, known).value <= scored(conversation, firm, known).value + 1e-9
