"""What an agent promises, by when, under which condition, how surely: the hard cases of the codebook."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.language.analyser import LanguageAnalyser
from edge.language.money import amount, discount_percent, price
from edge.records import Certainty, Language, Promised, Promiser, Speaker, Utterance

STARTED_AT = datetime.fromisoformat("2026-03-02T10:15:00+08:00")  # a Monday
ANALYSER = LanguageAnalyser()


def promises(*turns: str, language: Language = Language.ZH) -> tuple[Promised, ...]:
    """What the last turn promises; turns of the customer begin with “客：”."""
    utterances = [
        Utterance(
            id=f"u{number:04d}",
            channel=0,
            speaker=Speaker.CUSTOMER if turn.startswith("客：") else Speaker.AGENT,
            start_s=float(number),
            end_s=number + 0.9,
            text=turn.removeprefix("客："),
            confidence=1.0,
        )
        for number, turn in enumerate(turns)
    ]
    return ANALYSER.read(utterances, started_at=STARTED_AT, language=language)[-1].promises


def the(kind: str, *turns: str, language: Language = Language.ZH) -> Promised:
    [found] = [promise for promise in promises(*turns, language=language) if promise.kind == kind]
    return found


def day(promise: Promised) -> tuple[str | None, str | None]:
    return tuple(moment.date().isoformat() if moment else None for moment in (promise.due_from, promise.due_at))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("三天到。", Certainty.FIRM),
        ("三天肯定到，您放心。", Certainty.ABSOLUTE),
        ("您放心，绝对没问题，三天之内送到。", Certainty.ABSOLUTE),
        ("正常情况下三到五天到货。", Certainty.HEDGED),
        ("三天送到，可能晚一天。", Certainty.HEDGED),
        ("三天到货。不过赶上大促可能晚两天。", Certainty.HEDGED),
        ("两三天送到。", Certainty.HEDGED),
        ("我不能跟您保证三天到。", Certainty.DECLINED),
        ("三天到，这个我不敢保证。", Certainty.DECLINED),
        ("明早到不了，最快后天下午。", Certainty.DECLINED),
        ("三天不一定到。", Certainty.DECLINED),
        ("上次那个小伙子说三天到。", Certainty.QUOTED),
        ("您刚才说三天到？", Certainty.QUOTED),
        ("人家保证三天送到，那是人家。", Certainty.QUOTED),
    ],
)
def test_delivery_is_promised_as_surely_as_it_is_said(text: str, certainty: Certainty) -> None:
    assert promises(text)[0].certainty is certainty


@pytest.mark.parametrize("certainty", Certainty)
def test_promise_binds_unless_it_is_declined_or_another_s_word(certainty: Certainty) -> None:
    promise = Promised(who=Promiser.FIRM, kind="act", what="送", certainty=certainty)
    assert promise.binds is (certainty not in {Certainty.DECLINED, Certainty.QUOTED})


def test_question_that_gives_the_customers_words_back_is_a_quotation() -> None:
    assert the("delivery_time", "客：三天能到吗？", "三天到？").certainty is Certainty.QUOTED


def test_question_of_the_agents_own_promises_nothing() -> None:
    assert promises("您希望三天送到吗？") == ()


def test_explaining_something_to_the_customer_quotes_nobody() -> None:
    assert the("delivery_time", "我先跟您说，三天送到。").certainty is Certainty.FIRM


def test_sum_of_money_is_no_condition() -> None:
    assert the("delivery_time", "一共三万一千四，三天送到。").condition is None


def test_days_within_which_goods_may_come_back_are_resolved() -> None:
    assert day(the("refund_compensation", "没拆封七天能退。")) == (None, "2026-03-09")


def test_customer_promises_nothing() -> None:
    assert promises("客：上次那个小伙子保证三天到。") == ()


def test_quotation_marks_make_words_another_s() -> None:
    assert not any(promise.binds for promise in promises("网上说“三天送到”。"))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("只要今天下单，三天之内送到。", "只要今天下单"),
        ("三天之内送到，前提是今天付定金。", "前提是今天付定金"),
        ("要是修不好，全额退款。", "要是修不好"),
        ("三天送到。要是下暴雨就顺延。", "要是下暴雨就顺延"),
        ("正常情况下三天送到。", None),
        ("三天送到。", None),
    ],
)
def test_condition_is_found_before_and_after_the_promise(text: str, condition: str | None) -> None:
    assert promises(text)[0].condition == condition


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("三天到。", (None, "2026-03-05")),
        ("三到五天到货。", ("2026-03-05", "2026-03-07")),
        ("两三天送到。", ("2026-03-04", "2026-03-05")),
        ("一周交货，没问题。", (None, "2026-03-09")),
        ("明天就送到您家。", (None, "2026-03-03")),
        ("今天下单，三天之内送到。", (None, "2026-03-05")),
    ],
)
def test_range_has_its_first_and_its_last_bound(text: str, due: tuple[str | None, str]) -> None:
    assert day(the("delivery_time", text)) == due


def test_over_promise_has_its_time_though_it_is_no_commitment() -> None:
    promise = the("delivery_time", "三天肯定到，刮风下雨都不误。")
    assert day(promise) == (None, "2026-03-05") and promise.due == "三天"


def test_time_may_stand_in_the_customers_question() -> None:
    promise = the("delivery_time", "客：三天能送到吗？", "能，您放心。")
    assert promise.due == "三天" and promise.binds


def test_yes_to_another_question_promises_no_delivery() -> None:
    assert promises("客：你们周末上班吗？", "上班，您放心。") == ()


def test_time_may_come_a_turn_after_the_thing_promised() -> None:
    promise = the("delivery_time", "我们给您送货上门。", "客：什么时候？", "后天上午之前。")
    assert "送货上门" in promise.what
    assert promise.due_at == datetime.fromisoformat("2026-03-04T12:00:00+08:00")


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("我明天下午三点前把方案发您邮箱。", Promiser.SPEAKER),
        ("我们明天下午三点前把方案发您邮箱。", Promiser.FIRM),
        ("师傅明天下午三点前给您打电话。", Promiser.OTHER),
    ],
)
def test_who_is_to_keep_it_is_who_is_named(text: str, who: Promiser) -> None:
    assert the("act", text).who is who


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("refund_compensation", "随时全额退，什么条件都不要。"),
        ("refund_compensation", "七天内没拆封可以退款。"),
        ("stock", "这款有现货，今天就能拿。"),
        ("price", "给您算三千二。"),
        ("price", "我给您打个八五折。"),
        ("outcome", "不看征信，黑户白户百分百能下。"),
    ],
)
def test_kind_is_what_the_promise_is_about(kind: str, text: str) -> None:
    assert the(kind, text).binds


@pytest.mark.parametrize(
    "text",
    [
        *(
            "库里看看有没有货。",
            "有货三四天，没货一个礼拜起。",
            "昨天已经送到了。",
            "师傅后天上午到您厂里。",
            "好的，再见。",
            "",
        ),
        *(
            "我让师傅再去一趟，后天上午之前到。",
            "今天送厂，后天就能开走。",
            "镜片定制的不退款。",
            "新款全场第二件八折。",
        ),
    ],
)
def test_what_promises_no_goods_is_not_taken_for_it(text: str) -> None:
    assert not {promise.kind for promise in promises(text)} & {"stock", "delivery_time", "refund_compensation", "price"}


@pytest.mark.parametrize(
    ("text", "kind", "certainty"),
    [
        ("It will be delivered within three days, guaranteed.", "delivery_time", Certainty.ABSOLUTE),
        ("I can't promise it arrives within three days.", "delivery_time", Certainty.DECLINED),
        ("It usually arrives within three days, subject to stock.", "delivery_time", Certainty.HEDGED),
        ("You get a full refund any time.", "refund_compensation", Certainty.ABSOLUTE),
        ("It's in stock.", "stock", Certainty.FIRM),
    ],
)
def test_english_is_read_alike(text: str, kind: str, certainty: Certainty) -> None:
    assert the(kind, text, language=Language.EN).certainty is certainty


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("三千二", 3_200), ("三千零二", 3_002), ("一千五百九十九", 1_599), ("一万二", 12_000), ("一万二千", 12_000)),
        *(("十二万", 120_000), ("1,599", 1_599), ("1.2万", 12_000), ("3299", 3_299), ("个", None)),
    ],
)
def test_sum_of_money_is_read_as_it_is_spoken(text: str, value: float | None) -> None:
    assert amount(text) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("给您算三千二", 3_200),
        ("给您三千二", 3_200),
        ("到手价1999元", 1_999),
        ("给您五十双应急的", None),
        ("给您三天", None),
        ("给您省了三百块运费", None),
        ("首付给您算一千", None),
        ("i'll do it for $1,599", 1_599),
    ],
)
def test_price_is_only_what_is_offered_for_the_thing(text: str, found: float | None) -> None:
    assert price(text) == found


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("打八折", 20),
        ("八五折", 15),
        ("9.5折", 5),
        ("便宜百分之十", 10),
        ("低三成", 30),
        ("半价", 50),
        ("20% off", 20),
        ("不打折", None),
    ],
)
def test_discount_is_what_comes_off_the_list_price(text: str, percent: float | None) -> None:
    assert discount_percent(text) == percent


PIECES = st.sampled_from(
    [
        "三天",
        "肯定",
        "到",
        "，",
        "。",
        "我不能保证",
        "送货",
        "如果",
        "您说",
        "？",
        "全额退",
        "现货",
        "给您算",
        "八五折",
        "三千二",
        "“",
        "”",
        "呃",
        " ",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=10).map("".join), PIECES)
@settings(max_examples=150, deadline=None)
def test_promises_lie_in_their_utterance_whatever_is_said(text: str, before: str) -> None:
    for promise in promises(f"客：{before}", text):
        assert promise.span is None or 0 <= promise.span[0] < promise.span[1] <= len(text)
        assert promise.due_from is None or (promise.due_at is not None and promise.due_from < promise.due_at)
