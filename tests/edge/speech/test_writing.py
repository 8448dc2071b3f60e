import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.records import Language
from edge.speech.writing import simplified, written

WRITTEN = [
    ("您好,這裡是青嵐寬帶客服", "您好，这里是青岚宽带客服。"),
    ("那停不了尖峰.", "那停不了尖峰。"),
    ("3.5折,可以嗎?", "3.5折，可以吗？"),
    ("行不行。", "行不行？"),
    ("你說什麼", "你说什么？"),
    ("就這麼定了", "就这么定了。"),
    ("不用謝這麼", "不用谢这么。"),
    (" 對 對 ,您說 ", "对对，您说。"),
    ("Wi-Fi 斷了,重啟 router 也沒用", "Wi-Fi断了，重启router也没用。"),
    ("嗯,,,好", "嗯，好。"),
    (",好的,", "好的。"),
]


@pytest.mark.parametrize(("recognised", "expected"), WRITTEN)
def test_chinese_is_written_simplified_with_chinese_marks_and_an_end(recognised: str, expected: str) -> None:
    assert written(recognised, Language.ZH) == expected


@pytest.mark.parametrize("text", ["", " ", "。", "，，？", "\ufffd"])
def test_a_text_without_words_is_written_as_nothing(text: str) -> None:
    assert written(text, Language.ZH) == ""


def test_english_keeps_its_own_marks() -> None:
    assert written(" So  the engineer, he will fix it", Language.EN) == "So the engineer, he will fix it."
    assert written("Is that alright?", Language.EN) == "Is that alright?"


@pytest.mark.parametrize(
    ("traditional", "expected"), [("看著辦", "看着办"), ("著名商標", "著名商标"), ("顯著", "显著"), ("甚麼", "什么")]
)
def test_simplified_tells_the_particle_from_the_word(traditional: str, expected: str) -> None:
    assert simplified(traditional) == expected


@example("好. .")
@given(st.text(alphabet="您好這裡123.,?!，。 abc\ufffd", max_size=30))
def test_writing_what_is_written_changes_nothing(text: str) -> None:
    once = written(text, Language.ZH)
    assert written(once, Language.ZH) == once
