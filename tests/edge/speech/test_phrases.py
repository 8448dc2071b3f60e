import pytest

from edge.speech.phrases import invented

ALWAYS = [
    "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
    "字幕由Amara.org社区提供",
    "字幕志愿者 李宗盛",
    "中文字幕志愿者 杨茜茜",
    "字幕by索兰娅",
    "优优独播剧场——YoYo Television Series Exclusive",
    "作词・作曲 李宗盛",
    "（音乐）",
    "Subtitles by the Amara.org community",
]
IF_UNSURE = ["谢谢观看！", "感谢您的收看", "下集再见", "请订阅我们的频道", "Thanks for watching!", "Thank you."]
SALES_TALK = [
    "您可以关注一下我们的公众号，下单有优惠",
    "订阅版一年三百六",
    "我帮您点赞收藏了这个链接",
    "谢谢您的支持，我们这边尽快安排发货",
    "这个字幕机多少钱",
    "视频里的音乐能换吗",
    "you can subscribe for a year and save a third",
]


@pytest.mark.parametrize("text", ALWAYS)
def test_a_subtitle_credit_is_dropped_however_sure_the_recogniser_was(text: str) -> None:
    assert invented(text, 0.99)


@pytest.mark.parametrize("text", IF_UNSURE)
def test_a_farewell_to_viewers_is_dropped_only_when_unsure(text: str) -> None:
    assert invented(text, 0.4)
    assert not invented(text, 0.9)


@pytest.mark.parametrize("text", SALES_TALK)
def test_sales_talk_is_kept_however_unsure_the_recogniser_was(text: str) -> None:
    assert not invented(text, 0.1)


def test_a_whole_echo_of_the_prompt_is_dropped_and_a_word_of_it_is_kept() -> None:
    assert invented("以下是普通话的句子。", 0.9, prompt="以下是普通话的句子。")
    assert not invented("句子", 0.9, prompt="以下是普通话的句子。")
