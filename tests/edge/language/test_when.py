"""Words of time: which moment they are due, by the codebook, and what never may happen."""

from datetime import datetime, time, timedelta, timezone
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.language.when import find, resolve

MONDAY = datetime.fromisoformat("2026-03-02T10:15:00+08:00")
WORDS = st.lists(
    st.sampled_from(
        [
            *"今明后大天周月号点半分前内上下午晚三五十一二两0123456789到至，。的个",
            "工作日",
            "小时",
            "下周",
            "月底",
            "within ",
            "季度",
            "国庆前",
            "第一个",
            "正月初",
            "不对，",
            "the 31st ",
            "next month ",
            "or ",
            "half past ",
            "by ",
            "Friday ",
            "3 pm ",
        ]
    ),
    max_size=25,
).map("".join)


@pytest.mark.parametrize(
    "words",
    [
        "尽快",
        "回头再说",
        "改天",
        "马上",
        "昨天下午三点",
        "上周五",
        "一点没有",
        "去年是三点一",
        "百分之三点五",
        "as soon as possible",
        "一百个",
        "",
    ],
)
def test_when_names_no_moment_where_the_words_name_none(words: str) -> None:
    assert resolve(words, started_at=MONDAY) is None


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("明天", "2026-03-03T23:59:59"),
        ("后天之前", "2026-03-04T23:59:59"),
        ("大后天", "2026-03-05T23:59:59"),
        ("今天上午", "2026-03-02T12:00:00"),
        ("明天下午", "2026-03-03T18:00:00"),
        ("今天晚上", "2026-03-02T22:00:00"),
        ("明天下午三点前", "2026-03-03T15:00:00"),
        ("三点前", "2026-03-02T15:00:00"),
        ("九点半", "2026-03-02T21:30:00"),
        ("明天上午十二点前", "2026-03-03T12:00:00"),
        ("周五下班前", "2026-03-06T18:00:00"),
        ("三天之内", "2026-03-05T23:59:59"),
        ("3到5天", "2026-03-07T23:59:59"),
        ("三至五天内", "2026-03-07T23:59:59"),
        ("两三天", "2026-03-05T23:59:59"),
        ("半小时", "2026-03-02T10:45:00"),
        ("一个半小时内", "2026-03-02T11:45:00"),
        ("十分钟之内", "2026-03-02T10:25:00"),
        ("24小时内", "2026-03-03T10:15:00"),
        ("5到7个工作日", "2026-03-11T23:59:59"),
        ("周三", "2026-03-04T23:59:59"),
        ("这周五", "2026-03-06T23:59:59"),
        ("下周三", "2026-03-11T23:59:59"),
        ("下礼拜一上午十点前", "2026-03-09T10:00:00"),
        ("月底", "2026-03-31T23:59:59"),
        ("下个月三号", "2026-04-03T23:59:59"),
        ("一号", "2026-04-01T23:59:59"),
        ("五月八号之前", "2026-05-08T23:59:59"),
        ("下午两点到五点之间", "2026-03-02T17:00:00"),
        ("下周二我到您厂里，上午十点", "2026-03-10T10:00:00"),
        ("15:30之前", "2026-03-02T15:30:00"),
        ("within ten minutes", "2026-03-02T10:25:00"),
        ("by Thursday", "2026-03-05T23:59:59"),
        ("tomorrow at noon", "2026-03-03T12:00:00"),
        ("by 3 pm tomorrow", "2026-03-03T15:00:00"),
        ("next Monday morning", "2026-03-09T12:00:00"),
        ("within two business days", "2026-03-04T23:59:59"),
    ],
)
def test_when_resolves_words_by_the_codebook(words: str, due: str) -> None:
    assert resolve(words, started_at=MONDAY) == datetime.fromisoformat(due + "+08:00")


def test_when_skips_the_holidays_of_the_chinese_calendar_in_working_days() -> None:
    before_national_day = datetime.fromisoformat("2026-09-30T10:00:00+08:00")
    due = resolve("一个工作日内", started_at=before_national_day)
    assert due is not None and due.date().isoformat() >= "2026-10-08"


def test_when_keeps_the_offset_of_the_call() -> None:
    started_at = datetime.fromisoformat("2026-03-02T10:15:00-05:00")
    due = resolve("明天", started_at=started_at)
    assert due is not None and due.utcoffset() == timedelta(hours=-5)


STARTS = st.datetimes(
    min_value=datetime(2023, 12, 25),
    max_value=datetime(2041, 12, 31),
    timezones=st.sampled_from([timezone(timedelta(hours=hours)) for hours in (8, 0, -7, 14)]),
)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@settings(max_examples=300, deadline=None)
@given(st.one_of(WORDS, st.text(max_size=60)), STARTS)
def test_when_never_raises_nor_resolves_before_the_start(text: str, started_at: datetime) -> None:
    for span in find(text, started_at=started_at, before=[text]):
        assert 0 <= span.start < span.end <= len(text)
        assert span.words == text[span.start : span.end]
        assert span.due_at is None or span.due_at >= started_at


@settings(max_examples=150, deadline=None)
@given(WORDS, STARTS)
def test_when_reads_full_width_digits_as_the_narrow_ones(text: str, started_at: datetime) -> None:
    wide = find(text.translate(FULL_WIDTH), started_at=started_at)
    narrow = find(text, started_at=started_at)
    assert [span.due_at for span in wide] == [span.due_at for span in narrow]


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["三天之内", "下周三", "月底", "五个工作日", "by Friday", "in two weeks", "9号", "节前"]), STARTS
)
def test_when_ends_a_bare_day_with_the_day_in_the_call_s_offset(words: str, started_at: datetime) -> None:
    due = resolve(words, started_at=started_at)
    assert due is None or (due.timetz().replace(tzinfo=None) == time(23, 59, 59) and due.tzinfo == started_at.tzinfo)


@pytest.mark.parametrize("unit", ["下", "一", " ", "、", "1", "不对，", "the end of ", "twenty ", "嗯，", "周五"])
def test_when_reads_a_long_text_in_time_linear_to_its_length(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    began = perf_counter()
    find(text, started_at=MONDAY)
    assert perf_counter() - began < 5.0  # seconds; a pattern that backtracks over the text takes a minute
