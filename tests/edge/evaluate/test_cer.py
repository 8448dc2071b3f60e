import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.evaluate.cer import Edits, compare, normalise, pooled
from edge.evaluate.numerals import to_digits

TEXTS = st.text(
    alphabet="零〇幺一二两三四五六七八九十百千万亿点百分之0123456789.,%，。 臺灣台湾abcＡＢ你好", max_size=40
)

SAME = [
    ("三点五万", "3.5万"),
    ("三万五", "35000"),
    ("三万五千", "3.5万"),
    ("两百三", "230"),
    ("一千零一", "1,001"),
    ("五零三幺", "5031"),
    ("工号零三二七", "工号0327"),
    ("百分之三十", "30%"),
    ("百分之二十点五", "20.5%"),
    ("百分之百", "100%"),
    ("二零二六年三月", "2026年3月"),
    ("三点五十", "3:50"),
    ("十二点半", "12点半"),
    ("一百二十三亿四千万", "123.4亿"),
    ("九十九块九", "99块9"),
    ("臺灣，您好！", "台湾您好"),
    ("Ｗｉ－Ｆｉ 没了", "wifi没了"),
    ("HELLO there.", "hello there"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_cer_is_zero_for_two_spellings_of_the_same_words(one: str, other: str) -> None:
    assert compare(one, other).cer == 0.0, (normalise(one), normalise(other))


@pytest.mark.parametrize("text", ["千万别", "老百姓", "万一", "十几个", "三四百", "一点点"])
def test_cer_sees_a_word_that_merely_holds_a_numeral_as_itself_alone(text: str) -> None:
    assert compare(text, text).cer == 0.0
    assert compare(text, text.replace(text[0], "不")).cer > 0.0


def test_cer_counts_each_kind_of_edit_apart() -> None:
    edits = compare("我们明天上午九点见面", "我们后天上午见面吧")
    assert (edits.substitutions, edits.deletions, edits.insertions, edits.reference_chars) == (1, 2, 1, 10)
    assert edits.cer == 0.4


def test_cer_is_pooled_over_characters_and_not_averaged_over_sentences() -> None:
    assert pooled([("是", "不"), ("今天天气很好啊真的", "今天天气很好啊真的")]).cer == pytest.approx(0.1)


def test_cer_of_nothing_is_zero_unless_something_was_made_up() -> None:
    assert compare("", "。").cer == 0.0
    assert compare("，", "字幕").cer == 1.0
    assert pooled([]) == Edits()


@given(TEXTS)
def test_cer_of_any_text_with_itself_is_zero(text: str) -> None:
    assert compare(text, text).cer == 0.0


@given(TEXTS, TEXTS)
def test_cer_edits_account_for_the_difference_in_length(reference: str, hypothesis: str) -> None:
    edits = compare(reference, hypothesis)
    assert edits.reference_chars == len(normalise(reference))
    assert edits.insertions - edits.deletions == len(normalise(hypothesis)) - len(normalise(reference))


@given(st.integers(min_value=1, max_value=99_999_999))
def test_cer_reads_every_whole_number_as_people_write_it(number: int) -> None:
    assert to_digits(_said(number)) == str(number)


def _said(number: int) -> str:
    """The number in Chinese numerals, by the rules of the language rather than those of the reader under test."""
    head, tail = divmod(number, 10_000)
    if not head:
        return _below_ten_thousand(tail)
    if not tail:
        return _below_ten_thousand(head) + "万"
    return _below_ten_thousand(head) + "万" + ("零" if tail < 1_000 else "") + _below_ten_thousand(tail)


def _below_ten_thousand(number: int) -> str:
    spoken, gap = "", False
    for unit, name in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            spoken += ("零" if gap and spoken else "") + "零一二三四五六七八九"[digit] + name
        gap = not digit
    return spoken
