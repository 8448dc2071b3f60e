from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Language, Speaker
from edge.speech.staff import Attribution, Spoken, attribute

UNKNOWN = Attribution(speaker=Speaker.UNKNOWN, doubtful=True)


def call(*lines: tuple[int, str], doubtful: frozenset[int] = frozenset()) -> list[Spoken]:
    return [Spoken(voice=voice, text=text, doubtful=index in doubtful) for index, (voice, text) in enumerate(lines)]


CURTAINS = call(
    (0, "您好，欢迎光临，请问您想看点什么？"),
    (1, "我家客厅想换个窗帘，你们这儿遮光的多少钱一米？"),
    (0, "您家客厅朝哪边？我帮您看看哪款遮光好。"),
    (1, "朝西，下午晒得要命。"),
    (0, "那推荐您看这个系列，我给您拿样布。"),
    (1, "有点贵，能不能便宜点？"),
)


def speakers(turns: list[Spoken], language: Language = Language.ZH) -> list[Speaker]:
    return [found.speaker for found in attribute(turns, language)]


def test_nobody_is_named_when_nothing_was_understood() -> None:
    assert attribute(call((0, ""), (1, "")), Language.ZH) == (UNKNOWN, UNKNOWN)


def test_nobody_is_named_when_both_voices_talk_alike() -> None:
    assert attribute(call((0, "嗯，好的。"), (1, "嗯，好的。")), Language.ZH) == (UNKNOWN, UNKNOWN)


def test_nobody_is_named_when_one_voice_holds_both_sides_of_the_talk() -> None:
    mixed = [Spoken(voice=0, text=turn.text, doubtful=False) for turn in CURTAINS]
    assert set(attribute(mixed, Language.ZH)) == {UNKNOWN}


def test_no_turns_give_no_attributions() -> None:
    assert attribute([], Language.ZH) == ()


def test_the_voice_that_serves_is_staff_whichever_of_the_two_it_is() -> None:
    assert speakers(CURTAINS) == [Speaker.AGENT, Speaker.CUSTOMER] * 3
    swapped = [Spoken(voice=1 - turn.voice, text=turn.text, doubtful=False) for turn in CURTAINS]
    assert speakers(swapped) == [Speaker.AGENT, Speaker.CUSTOMER] * 3


def test_the_voice_that_serves_is_staff_through_a_recognisers_errors() -> None:
    heard = call(
        (1, "您好欢迎光林请问您想看点什吗"),
        (0, "我家客听想换个窗连你们这儿遮光的多少前一米"),
        (1, "那推见您看这个系列我给您拿羊布"),
        (0, "有点贵能不能便一点"),
    )
    assert speakers(heard) == [Speaker.AGENT, Speaker.CUSTOMER] * 2


def test_english_staff_is_named() -> None:
    turns = call(
        (1, "Thank you for calling, how can I help you today?"),
        (0, "My bill went up again and I want to know why."),
        (1, "I'm sorry about that. Can I take your account number, and I'll check for you?"),
        (0, "I've been with you guys ten years. How much is the cheaper one?"),
    )
    assert speakers(turns, Language.EN) == [Speaker.AGENT, Speaker.CUSTOMER] * 2


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("您好，这里是客服，工号三二一，很高兴为您服务，请问有什么可以帮您？", Speaker.AGENT),
        ("你们怎么回事，我上次买的到现在还没到，我家都等急了，我老公天天催，我要投诉。", Speaker.CUSTOMER),
    ],
)
def test_a_voice_alone_is_named_by_its_own_words(text: str, speaker: Speaker) -> None:
    assert speakers(call((0, text), (0, text))) == [speaker, speaker]


def test_a_doubtful_turn_is_shown_with_its_best_guess_and_stays_doubtful() -> None:
    turns = [Spoken(voice=turn.voice, text=turn.text, doubtful=index == 3) for index, turn in enumerate(CURTAINS)]
    found = attribute(turns, Language.ZH)
    assert found[3] == Attribution(speaker=Speaker.CUSTOMER, doubtful=True)
    assert not any(item.doubtful for index, item in enumerate(found) if index != 3)


def test_one_turn_alone_cannot_turn_a_call_round() -> None:
    reading_back = [
        *CURTAINS,
        Spoken(voice=1, text="“您好，很高兴为您服务，工号三二一”，那天就是这么说的", doubtful=False),
    ]
    assert speakers(reading_back)[:6] == [Speaker.AGENT, Speaker.CUSTOMER] * 3


TURNS = st.lists(
    st.builds(Spoken, voice=st.integers(0, 1), text=st.text(max_size=30), doubtful=st.booleans()), max_size=12
)


@given(turns=TURNS, language=st.sampled_from(Language))
def test_a_voice_is_one_speaker_throughout_and_two_voices_are_never_the_same(
    turns: list[Spoken], language: Language
) -> None:
    found = attribute(turns, language)
    assert len(found) == len(turns)
    by_voice = {
        voice: {item.speaker for turn, item in zip(turns, found, strict=True) if turn.voice == voice}
        for voice in (0, 1)
    }
    assert all(len(named) <= 1 for named in by_voice.values())
    named = [speaker for one in by_voice.values() for speaker in one if speaker is not Speaker.UNKNOWN]
    assert len(named) == len(set(named))


@given(turns=TURNS, language=st.sampled_from(Language))
def test_doubt_is_never_taken_away(turns: list[Spoken], language: Language) -> None:
    found = attribute(turns, language)
    assert all(item.doubtful for turn, item in zip(turns, found, strict=True) if turn.doubtful)
    assert all(item.doubtful for item in found if item.speaker is Speaker.UNKNOWN)
