import pytest

from edge.records import Language
from edge.speech.guards import Fault, compression, faults, loops
from edge.speech.whisper import Heard


def heard(text: str, *, log_probability: float = -0.3, no_speech: float = 0.05, ended: bool = True) -> Heard:
    return Heard(
        text=text, tokens=(), mean_log_probability=log_probability, no_speech_probability=no_speech, ended=ended
    )


REFUSED = [
    (heard("您好", ended=False), Fault.UNENDED),
    (heard("您好", log_probability=-1.2), Fault.IMPROBABLE),
    (heard("您好", no_speech=0.9, log_probability=-0.7), Fault.SILENT),
    (heard("哈" * 20), Fault.LOOPING),
    (heard("谢谢观看" * 6), Fault.LOOPING),
    (heard("我们会尽快处理这个问题，" * 5), Fault.LOOPING),
    (heard("thank you " * 8), Fault.LOOPING),
    (heard("请不吝点赞订阅转发打赏支持。" * 9), Fault.REPETITIVE),
    (heard("这款产品我们给您的价格已经是今年最低的价格了真的没有办法再低了"), Fault.TOO_FAST),
]


@pytest.mark.parametrize(("item", "fault"), REFUSED)
def test_guards_refuse_a_text_that_nobody_can_have_said_in_two_seconds(item: Heard, fault: Fault) -> None:
    assert fault in faults(item, 2.0, Language.ZH)


ACCEPTED = [
    ("对对对对对，没错", 2.0, Language.ZH),
    ("嗯嗯嗯", 0.6, Language.ZH),
    ("好", 0.5, Language.ZH),
    ("我的卡号是六二二八零零零零零零零零五", 6.0, Language.ZH),
    ("6228000000000005", 6.0, Language.ZH),
    ("不要不要不要，我说了不要", 2.5, Language.ZH),
    ("No, no, no, no, that is not what I asked for.", 3.0, Language.EN),
    ("Right.", 0.5, Language.EN),
    ("", 3.0, Language.ZH),
]


@pytest.mark.parametrize(("text", "seconds", "language"), ACCEPTED)
def test_guards_accept_what_people_do_say(text: str, seconds: float, language: Language) -> None:
    assert faults(heard(text), seconds, language) == frozenset()


def test_guards_keep_a_doubtful_silence_when_the_text_is_certain() -> None:
    assert faults(heard("好的", no_speech=0.9, log_probability=-0.2), 1.0, Language.ZH) == frozenset()


def test_loops_are_found_across_punctuation_and_spaces() -> None:
    assert loops("好的，好的，好的，好的，好的")
    assert not loops("好的，好的，我知道了，好的")


def test_compression_of_nothing_is_zero() -> None:
    assert compression("") == 0.0
