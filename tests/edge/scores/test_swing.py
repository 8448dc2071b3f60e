"""Emotion swing: where the customer's mood turned in the words, and whether they left better than they came."""

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Language, ScoreState
from edge.scores.call import score_call
from edge.scores.conversation import read_conversation
from edge.scores.swing import find_swings, mood_line
from edge.scores.weights import WEIGHTS

OPENING = ("agent", "您好，这里是售后服务，请讲，我来帮您登记处理。")
DRY = ("agent", "请您提供一下订单号，我来登记。")
WARM = ("agent", "九天干等着，换成我也坐不住，我现在就替您催。")
UPSET = ("customer", "等了九天还没到，我不想等了", "emotion_negative")
GLAD = ("customer", "那我就放心了，多谢你。", "emotion_positive")
CALM = ("customer", "尾号七七四二，昨天买的。")
DOUBT = ("customer", "这个价格有点贵。", "objection:price")
SOLD = [OPENING, CALM, DRY, CALM, DRY]


def swing(conversation, lines, language=Language.ZH):
    return score_call(conversation(lines), language=language, versions={})["emotion_swing"]


def swings(utterances, language=Language.ZH):
    line = mood_line(read_conversation(utterances, language=language), weights=WEIGHTS.swing)
    return find_swings(line, weights=WEIGHTS.swing)


def level(utterances, language=Language.ZH):
    """Where the line ends."""
    return mood_line(read_conversation(utterances, language=language), weights=WEIGHTS.swing)[-1].level


def test_swing_has_no_value_where_the_customer_showed_no_mood(conversation):
    score = swing(conversation, [*SOLD, CALM])
    assert score.state is ScoreState.NO_OPPORTUNITY and score.value is None


def test_swing_has_no_value_with_fewer_than_three_customer_turns(conversation):
    assert swing(conversation, [OPENING, UPSET, WARM, GLAD]).state is ScoreState.NOT_ENOUGH_EVIDENCE
    assert swing(conversation, [OPENING, UPSET, WARM, GLAD, DRY, CALM]).state is ScoreState.SCORED


def test_customer_who_came_upset_and_left_relieved_left_better(conversation):
    lines = [OPENING, UPSET, DRY, UPSET, WARM, GLAD, DRY, CALM]
    score = swing(conversation, lines)
    (one,) = swings(conversation(lines))
    assert score.value > 65 and score.interval[0] > 50
    assert (one.size > 0, one.turning.turn.utterances[0].id, one.turning.before.id) == (True, "u0005", "u0004")


def test_mood_that_the_customer_came_with_is_no_swing(conversation):
    lines = [OPENING, UPSET, DRY, CALM, DRY, CALM]
    score = swing(conversation, lines)
    assert not swings(conversation(lines))
    assert score.value == 50.0 and "来时" in score.evidence[0].why


def test_mood_that_sinks_and_comes_back_is_two_swings_and_no_net_change(conversation):
    lines = [OPENING, GLAD, DRY, CALM, DRY, UPSET, DRY, UPSET, WARM, GLAD, DRY, GLAD]
    down, up = swings(conversation(lines))
    assert down.size < 0 < up.size
    assert swing(conversation, lines).value == pytest.approx(50, abs=5)


def test_turning_point_names_levels_and_stands_after_the_agents_words_before_it(conversation):
    score = swing(conversation, [*SOLD, UPSET, DRY])
    before, turned = score.evidence
    assert (before.utterance, before.contribution) == ("u0004", 0.0)
    assert turned.utterance == "u0005" and turned.contribution < -5
    assert "转折" in turned.why and "+0" in turned.why and "worse" in turned.why_en


@pytest.mark.parametrize("line", [DOUBT, ("customer", "多久能送到？", "buying_signal"), (*UPSET[:2], "complaint@0.6")])
def test_one_mild_or_doubtful_sign_from_an_even_mood_is_no_swing(conversation, line):
    assert not swings(conversation([*SOLD, line, DRY, CALM]))


def test_line_that_trembles_within_the_dead_band_is_no_swing(conversation):
    trembling = [(*GLAD[:2], "buying_signal"), DRY, DOUBT, DRY] * 5
    assert not swings(conversation([*SOLD, *trembling]))


def test_doubt_about_the_price_does_not_undo_delight(conversation):
    score = swing(conversation, [*SOLD, GLAD, DRY, DOUBT])
    assert score.value > 50
    assert all(one.size > 0 for one in swings(conversation([*SOLD, GLAD, DRY, DOUBT])))


@pytest.mark.parametrize("stronger", ["我实在不想等了", "我不想等了！", "我不想等了，不想等了", "他妈的，我不想等了"])
def test_words_make_a_feeling_stronger(conversation, stronger):
    plain = conversation([*SOLD, ("customer", "我不想等了", "emotion_negative")])
    assert level(conversation([*SOLD, ("customer", stronger, "emotion_negative")])) < level(plain)


@pytest.mark.parametrize("said", ["实在太清楚了！", "明天，明天送到家", "快快快"])
def test_strong_words_alone_show_no_mood(conversation, said):
    assert level(conversation([*SOLD, ("customer", said)])) == 0.0


@pytest.mark.parametrize(
    ("language", "said"), [(Language.ZH, "你们这是放屁。"), (Language.EN, "This is bullshit, mate.")]
)
def test_swearing_shows_anger_without_a_label(conversation, language, said):
    lines = [OPENING, CALM, DRY, CALM, DRY, ("customer", said)]
    assert level(conversation(lines), language) < 0
    assert "粗话" in swing(conversation, lines, language).evidence[-1].why


def with_times(utterances, place, **times):
    return [dataclasses.replace(one, **times) if number == place else one for number, one in enumerate(utterances)]


def test_cutting_in_and_long_waiting_tell_a_little_of_a_mood_that_shows(conversation):
    utterances = conversation([*SOLD, UPSET])
    at_s = utterances[-1].start_s
    cut_in = with_times(utterances, 5, start_s=at_s - 1.5)
    waited = with_times(utterances, 5, start_s=at_s + 5.0, end_s=at_s + 12.0)
    assert level(utterances) - 0.1 <= level(cut_in) < level(waited) < level(utterances)


def test_speaking_faster_than_usual_tells_a_little_of_a_mood_that_shows(conversation):
    utterances = conversation([*SOLD, CALM, DRY, UPSET])
    fast = with_times(utterances, 7, end_s=utterances[7].start_s + 2.0)
    assert level(utterances) - 0.1 <= level(fast) < level(utterances)


def test_times_alone_show_no_mood(conversation):
    utterances = conversation([*SOLD, CALM])
    assert level(with_times(utterances, 5, start_s=utterances[4].end_s - 2.0)) == 0.0


MOODS = st.sampled_from(["emotion_negative", "complaint", "objection", "emotion_positive", "buying_signal", "other"])
TURNS = st.lists(st.tuples(MOODS, st.floats(0.0, 1.0)), min_size=3, max_size=12)


def talk(turns):
    return [line for mood, p in turns for line in (DRY, ("customer", "这件事我说一下。", f"{mood}@{p:.6f}"))]


@given(TURNS)
def test_contributions_lead_from_fifty_to_the_value(conversation, turns):
    score = swing(conversation, [OPENING, *talk(turns)])
    if score.value is not None:
        assert 50.0 + sum(piece.contribution for piece in score.evidence) == pytest.approx(score.value, abs=1e-9)
        assert score.interval[0] <= score.value <= score.interval[1]


@given(TURNS, st.sampled_from(["emotion_negative", "complaint", "objection"]), st.floats(0.0, 1.0))
def test_a_bad_sign_at_the_end_never_raises_the_line_and_a_good_one_never_lowers_it(conversation, turns, bad, p):
    so_far = level(conversation(talk(turns)))
    assert level(conversation(talk([*turns, (bad, p)]))) <= so_far + 1e-12
    assert level(conversation(talk([*turns, ("emotion_positive", p)]))) >= so_far - 1e-12


@given(TURNS)
def test_every_swing_is_at_least_the_dead_band_and_the_next_one_goes_the_other_way(conversation, turns):
    found = swings(conversation(talk(turns)))
    assert all(abs(one.size) >= WEIGHTS.swing.dead_band for one in found)
    assert all(one.size * other.size < 0 for one, other in pairwise(found))
    assert all(one.turning.step * one.size > 0 for one in found)


@given(TURNS)
def test_levels_stay_on_the_scale(conversation, turns):
    line = mood_line(read_conversation(conversation(talk(turns)), language=Language.ZH), weights=WEIGHTS.swing)
    assert all(-1.0 <= moment.level <= 1.0 and moment.variance >= 0.0 for moment in line)


def test_surer_labels_make_the_interval_narrower(conversation):
    def width(p):
        low, high = swing(
            conversation, [*SOLD, (*UPSET[:2], f"emotion_negative@{p}"), DRY, (*UPSET[:2], f"complaint@{p}")]
        ).interval
        return high - low

    assert width(1.0) < width(0.8) < width(0.6)
