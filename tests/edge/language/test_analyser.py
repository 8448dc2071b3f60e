"""Labels in context: what is a promise and what is none, who answers what, and that spans lie in the text."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.language.analyser import LanguageAnalyser
from edge.records import Language, Reading, Speaker, Utterance

MONDAY = datetime.fromisoformat("2026-03-02T10:15:00+08:00")
ANALYSER = LanguageAnalyser()


def read(*turns: tuple[str, str], language: Language = Language.ZH) -> tuple[Reading, ...]:
    utterances = [
        Utterance(id=f"u{i:04d}", channel=0, speaker=Speaker(who), start_s=i, end_s=i + 1, text=text, confidence=1)
        for i, (who, text) in enumerate(turns, start=1)
    ]
    return ANALYSER.read(utterances, started_at=MONDAY, language=language)


def labels(reading: Reading) -> set[str]:
    return {label.label for label in reading.labels}


def agent(text: str, language: Language = Language.ZH) -> set[str]:
    return labels(read(("agent", text), language=language)[0])


@pytest.mark.parametrize(
    "text",
    [
        "我不能跟您保证三天到。",
        "这个我真不敢给您打包票。",
        "百分之百治好这话我说不出口。",
        "没有谁敢说绝对不掉漆。",
        "绝对湿度跟相对湿度不是一回事。",
        "这件是百分之百羊毛的。",
        "一定要先断电再拆盖子。",
        "最低起送二十公斤。",
        "您是说上回的人跟您讲“保证三天到”？",
        "为了保证您能收到验证码，请把拦截关一下。",
        "保证金两千，合同期满退。",
    ],
)
def test_over_promise_is_not_given_where_nothing_is_assured(text: str) -> None:
    assert "over_promise" not in agent(text)


def test_over_promise_is_not_given_to_the_customer_who_reports_one() -> None:
    assert "over_promise" not in labels(read(("customer", "上次那个小伙子保证三天到，结果呢，半个月！"))[0])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("您放心，我保证三天之内给您送到。", "delivery_time"),
        ("肯定能考上，我们包过的。", "outcome"),
        ("全网最低价，您上哪儿都买不到。", "price"),
        ("双倍赔您，什么条件都不要。", "refund_compensation"),
        ("不用经理批，我说了算。", "authority"),
        ("一点风险都没有，绝对安全。", "no_risk"),
    ],
)
def test_over_promise_is_given_with_its_kind(text: str, kind: str) -> None:
    [label] = [label for label in read(("agent", text))[0].labels if label.label == "over_promise"]
    assert label.kind == kind


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("坏了我陪您双倍，没有任何条件。", "坏了我赔您双倍，没有任何条件。"),
        ("我保真三天给您送到。", "我保证三天给您送到。"),
    ],
)
def test_over_promise_is_found_where_the_recogniser_mishears_the_key_word(heard: str, meant: str) -> None:
    assert "over_promise" in agent(heard)
    assert agent(heard) == agent(meant)


def test_over_promise_is_found_through_fillers() -> None:
    assert "over_promise" in agent("那个……呃，我、我保证，呃，百分之百退您。")


@pytest.mark.parametrize(
    "text",
    [
        "正常情况下3到5天，遇上大促可能晚两天。",
        "这个得看配件有没有货，有货三天，没货就得等厂家发。",
        "以合同为准，延期按千分之二付违约金，封顶百分之五。",
        "这个我保证不了。",
    ],
)
def test_hedge_is_given_for_a_range_or_a_condition(text: str) -> None:
    assert "hedge" in agent(text)
    assert "over_promise" not in agent(text)


def test_commitment_has_its_time_resolved_against_the_start_of_the_call() -> None:
    reading = read(("agent", "我明天下午三点前把方案发您邮箱。"))[0]
    assert reading.commitment is not None
    assert reading.commitment.due == "明天下午三点前"
    assert reading.commitment.due_at == datetime.fromisoformat("2026-03-03T15:00:00+08:00")


@pytest.mark.parametrize(
    "text", ["我们会尽力的，您放心。", "回头再说吧。", "这款机器能自动除霜。", "他们明天发不发，我可说不好。"]
)
def test_commitment_is_not_given_for_what_is_vague_or_asked(text: str) -> None:
    assert "commitment" not in agent(text)


def test_consent_given_needs_the_notice_before_it() -> None:
    notice = ("agent", "为了服务质量，这通电话会录音，您看可以吗？")
    assert "consent_given" in labels(read(notice, ("customer", "可以。"))[1])
    assert "consent_given" not in labels(read(("agent", "您周六在家吗？"), ("customer", "可以。"))[1])


@pytest.mark.parametrize("text", ["别录，我不喜欢录音。", "前面同意的我也收回。", "我不同意录音。", "你把录音关掉。"])
def test_consent_refused_beats_consent_given(text: str) -> None:
    reading = read(("agent", "通话会录音，您同意吗？"), ("customer", text))[1]
    assert "consent_refused" in labels(reading)
    assert "consent_given" not in labels(reading)


def test_objection_response_needs_an_objection_before_it() -> None:
    answer = ("agent", "这款用的是铜芯，比铝的多用十年，摊下来一年才三十块。")
    assert "objection_response" in labels(read(("customer", "太贵了，能不能便宜点？"), answer)[1])
    assert "objection_response" not in labels(read(("customer", "我家在五楼。"), answer)[1])


@pytest.mark.parametrize(
    "text", ["非常抱歉给您带来不便，感谢您的理解。", "我理解您的意思，是要两张发票。", "辛苦您按一下井号键。"]
)
def test_empathy_is_not_given_for_courtesy(text: str) -> None:
    assert "empathy" not in agent(text)


def test_empathy_is_given_where_the_agent_takes_the_customers_place() -> None:
    worried = ("customer", "这都第三回了，孩子下周开学，书桌还没影，我急得睡不着。")
    assert "empathy" in labels(read(worried, ("agent", "换成我也会着急，孩子开学就这几天。"))[1])


@pytest.mark.parametrize(
    "text", ["请问您贵姓？", "身份证后四位麻烦您报一下？", "您现在方便说话吗？", "您是付现金还是扫码？"]
)
def test_discovery_question_is_not_given_for_formalities(text: str) -> None:
    assert "discovery_question" not in agent(text)


def test_deep_discovery_follows_up_what_the_customer_said() -> None:
    reading = read(
        ("customer", "上个月盘点差了四十万的货。"), ("agent", "差了四十万，是丢了还是账没记上？为什么会差这么多？")
    )[1]
    assert {"discovery_question", "deep_discovery"} <= labels(reading)


def test_published_deadline_is_no_pressure() -> None:
    assert "pressure" in agent("今天不定明天就没了，别人都等着呢。")
    assert "pressure" not in agent("早鸟价截止到三月三十一号，官网公示的。")


@pytest.mark.parametrize(
    ("who", "text", "label"),
    [
        ("agent", "Just so you know, this call is recorded.", "recording_notice"),
        ("agent", "I guarantee you'll pass first time, no ifs, no buts.", "over_promise"),
        ("agent", "Usually three to five days, longer if it snows.", "hedge"),
        ("agent", "How many vans are you running at the moment?", "discovery_question"),
        ("customer", "I want to speak to a manager.", "human_request"),
        ("customer", "Please stop the recording now.", "consent_refused"),
        ("customer", "That's too expensive for us.", "objection"),
    ],
)
def test_english_is_read_by_its_own_rules(who: str, text: str, label: str) -> None:
    assert label in labels(read((who, text), language=Language.EN)[0])


@pytest.mark.parametrize("text", ["I can't promise it'll be Friday.", "I couldn't guarantee you that."])
def test_english_refusal_to_promise_is_no_over_promise(text: str) -> None:
    assert "over_promise" not in agent(text, Language.EN)


def test_doubtful_speaker_gets_no_labels() -> None:
    utterance = Utterance(
        id="u0001", channel=0, speaker=Speaker.UNKNOWN, start_s=0, end_s=1, text="我保证三天到。", confidence=1
    )
    assert ANALYSER.read([utterance], started_at=MONDAY, language=Language.ZH)[0].labels == ()


def test_every_reading_cites_the_versions_of_code_and_lexicon() -> None:
    assert {"language_rules", "lexicon"} <= ANALYSER.versions.keys()


def spoken() -> st.SearchStrategy[Sequence[tuple[str, str]]]:
    words = st.lists(
        st.sampled_from([*"我您保证赔三天明天，。？！“”呃嗯 a1", "陪您", "那个……", "换成我"]), max_size=20
    ).map("".join)
    return st.lists(
        st.tuples(st.sampled_from(["agent", "customer"]), st.one_of(words, st.text(max_size=30))), max_size=5
    )


@settings(max_examples=80, deadline=None)
@given(spoken())
def test_labels_point_into_the_text_they_were_given_for(turns: Sequence[tuple[str, str]]) -> None:
    for (_, text), reading in zip(turns, read(*turns), strict=True):
        for label in reading.labels:
            assert label.span is not None and 0 <= label.span[0] < label.span[1] <= len(text)
            assert 0.0 < label.probability <= 1.0
