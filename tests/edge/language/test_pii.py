"""Personal data: found as it is written and spoken, and nothing else masked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.language.pii import find_pii
from edge.records import MASK, AnalysedUtterance, Language, Speaker


def found(text: str, language: Language = Language.ZH) -> list[tuple[str, str]]:
    return [(span.type, text[span.start : span.end]) for span in find_pii([text], language=language)[0]]


@pytest.mark.parametrize(
    "text",
    [
        "订单号是二零二六零三零二一八八四。",
        "一共一万两千三百四十五块六毛。",
        "工号八零二三五为您服务。",
        "去年三月二十八号下的单。",
        "毛巾、牙刷、拖鞋都有。",
        "金牌顾问都在休息，我先帮您登记。",
        "这个功能叫智能温控，特别好用。",
        "谢谢你，明白了。",
        "那个小区一共三栋楼。",
        "一路上堵了两个小时。",
        "好的凌女士，您稍等。",
        "安装、调试、培训都包含。",
    ],
)
def test_pii_leaves_alone_what_identifies_nobody(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("我电话13812345678。", "phone", "13812345678"),
        ("打138-1234-5678就行", "phone", "138-1234-5678"),
        ("幺三八零零零零二七五六，记一下", "phone", "幺三八零零零零二七五六"),
        ("幺三八，四个零，二七五六，记下了。", "phone", "幺三八，四个零，二七五六"),
        ("座机零二一五六七八九零一二", "phone", "零二一五六七八九零一二"),
        ("身份证430900199002300017。", "id_card", "430900199002300017"),
        ("幺幺零幺零幺幺九九零零三零七二三幺X", "id_card", "幺幺零幺零幺幺九九零零三零七二三幺X"),
        ("卡号六二二二 零二零零 一二三四 五六七八 九零一", "bank_card", "六二二二 零二零零 一二三四 五六七八 九零一"),
        ("我叫王建国，上周来过。", "person", "王建国"),
        ("请问是陈志远先生吗？", "person", "陈志远"),
        ("我是青岚的客户经理孙晓峰。", "person", "孙晓峰"),
        ("证件上名字是司马青。", "person", "司马青"),
        ("地址文三路二百五十九号三单元五零二。", "address", "文三路二百五十九号三单元五零二"),
        ("阳光花园12栋1单元603，别送错。", "address", "阳光花园12栋1单元603"),
        ("邮箱lily.chen@example.com。", "email", "lily.chen@example.com"),
        ("邮箱是zhang点wei艾特一六三点com", "email", "zhang点wei艾特一六三点com"),
    ],
)
def test_pii_is_found_as_written_and_as_spoken(text: str, kind: str, words: str) -> None:
    assert (kind, words) in found(text)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Hi, this is Priya calling from Northgate.", "person", "Priya"),
        ("Could I speak to Mrs Okafor please?", "person", "Okafor"),
        ("Oh double seven one, two four six eight, nine.", "phone", "Oh double seven one, two four six eight, nine"),
        ("We live at 14 Elm Street, Leeds LS1 4AB.", "address", "14 Elm Street, Leeds LS1 4AB"),
        ("Mail sarah dot jones at example dot com.", "email", "sarah dot jones at example dot com"),
    ],
)  # fmt: skip
def test_pii_is_found_in_english(text: str, kind: str, words: str) -> None:
    assert (kind, words) in found(text, Language.EN)


def test_pii_joins_a_number_that_runs_over_two_utterances() -> None:
    spans = find_pii(["我电话是幺三八零零", "嗯", "零零二七五六"], language=Language.ZH)
    assert [[span.type for span in each] for each in spans] == [["phone"], [], ["phone"]]


def test_pii_finds_the_part_of_a_number_that_is_read_back() -> None:
    spans = find_pii(["幺三八零零零零二七五六", "尾号二七五六对吧"], language=Language.ZH)
    assert [span.type for span in spans[1]] == ["phone"]


def test_pii_finds_a_name_again_once_it_was_introduced() -> None:
    texts = ["我叫闻桂芝。", "闻桂芝那单我来办。"]
    assert [span.type for span in find_pii(texts, language=Language.ZH)[1]] == ["person"]


@pytest.mark.parametrize(
    "text",
    ["你记一下，阳3800002756。", "就退这张卡，U21700000000000902。", "8402756记下轮。", "一耀0000195500002002腰。"],
)
def test_pii_finds_a_number_in_which_the_recogniser_lost_digits(text: str) -> None:
    (span,) = find_pii([text], language=Language.ZH)[0]
    assert sum(character.isdigit() for character in text[span.start : span.end]) >= 7


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=40), st.sampled_from(["我叫王建国，电话幺三八，四个零，二七五六", "文三路5号，a@b.cn"])
        ),
        max_size=4,
    )
)
def test_pii_spans_lie_inside_their_text_and_never_overlap(texts: list[str]) -> None:
    for text, spans in zip(texts, find_pii(texts, language=Language.ZH), strict=True):
        places = [place for span in spans for place in range(span.start, span.end)]
        assert len(places) == len(set(places))
        assert all(0 <= place < len(text) for place in places)


def test_pii_masked_keeps_the_length_of_the_text() -> None:
    text = "我叫王建国，电话13812345678。"
    utterance = AnalysedUtterance(
        id="u0001", channel=0, speaker=Speaker.CUSTOMER, start_s=0, end_s=1, text=text, confidence=1,
        pii=find_pii([text], language=Language.ZH)[0],
    )  # fmt: skip
    assert utterance.masked_text == f"我叫{MASK * 3}，电话{MASK * 11}。"


@pytest.mark.parametrize(
    ("text", "identifying"),
    [
        ("快递写我妹名字，柏小舟收。", "柏小舟"),
        ("我看看……柳长河，13100007721，昨天报的修。", "柳长河"),
        ("俺是东洼村的，叫焦守田。", "焦守田"),
        ("检测单联系人写费如意，后天要。", "费如意"),
        ("地址你记一下，云帆路十六号海棠楼三层，前台收。", "云帆路十六号海棠楼三层"),
        ("三号楼一二零四，门没锁。", "三号楼一二零四"),
    ],
)
def test_what_identifies_is_found_where_talk_leads_up_to_it(text: str, identifying: str) -> None:
    [span] = [one for one in find_pii([text], language=Language.ZH)[0] if one.type != "phone"]
    assert text[span.start : span.end] == identifying
