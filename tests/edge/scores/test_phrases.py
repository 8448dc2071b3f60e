"""What is read off the words of one utterance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Language
from edge.scores.phrases import asks_to_hold, characters, is_backchannel, questions, sentences

ZH, EN = Language.ZH, Language.EN


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("您好，请讲。", 4),
        ("下周二10:30前", 5),
        ("我的order还没到", 6),
        ("It's a twenty-five pound pillow", 5),
        ("三千六百九十九", 7),
        ("OK OK", 2),
        ("3.5折", 2),
        ("……！？", 0),
        ("", 0),
    ],
)
def test_characters_counts_each_han_character_latin_word_and_figure_once(text, count):
    assert characters(text) == count


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *((text, ZH) for text in ("嗯。", "对对对。", "嗯嗯，好的好的。", "哦，明白了解。", "OK", "是的。")),
        *((text, EN) for text in ("Uh-huh.", "Yeah, right.", "Mm-hmm, okay.", "I see.", "Oh, of course!")),
    ],
)
def test_listening_words_alone_are_a_backchannel(text, language):
    assert is_backchannel(text, language=language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *((text, ZH) for text in ("不对。", "好贵啊。", "对，我要退货。", "行不行？", "。", "", "嗯" * 9)),
        *((text, EN) for text in ("No.", "Right, but I want a refund.", "Okay so why?", "rightly")),
    ],
)
def test_words_that_say_something_are_no_backchannel(text, language):
    assert not is_backchannel(text, language=language)


@given(st.text(alphabet="嗯对好的是啊mhuyeahrigtok -,。", max_size=400), st.sampled_from(Language))
def test_backchannels_are_always_short(text, language):
    if is_backchannel(text, language=language):
        assert characters(text) <= 8


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("您预算多少？平时谁用？", 2),
        ("您预算大概多少", 1),
        ("家里有老人吗", 1),
        ("您是不是更看重价格", 1),
        ("您那边什么情况，说说看", 1),
        ("没什么，我就看看。", 0),
        ("好的，我记下了。", 0),
        ("怎么都行。", 0),
        ("他说“行不行？”", 1),
        ("呃……还在吗？喂？", 2),
    ],
)
def test_chinese_questions_are_found_with_or_without_their_mark(text, count):
    assert questions(text, language=ZH) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("What happened? And when?", 2),
        ("So what did they say.", 1),
        ("Do you have a minute", 1),
        ("I know what you mean.", 0),
        ("It costs 3.50 pounds. Fine.", 0),
    ],
)
def test_english_questions_are_found_with_or_without_their_mark(text, count):
    assert questions(text, language=EN) == count


@given(st.text(max_size=200))
def test_sentences_keep_every_character_that_counts(text):
    assert sum(characters(sentence) for sentence in sentences(text)) >= characters(text.replace(".", " ")) - text.count(
        "."
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [("您稍等。", ZH), ("我帮您查一下。", ZH), ("您别挂，我转接。", ZH), ("Hold on, please.", EN), ("One moment.", EN)],
)
def test_asking_to_wait_is_recognised(text, language):
    assert asks_to_hold(text, language=language)


@pytest.mark.parametrize(("text", "language"), [("明天给您送到。", ZH), ("It will hold up well.", EN)])
def test_other_words_do_not_ask_to_wait(text, language):
    assert not asks_to_hold(text, language=language)
