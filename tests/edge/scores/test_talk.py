"""Talk metrics: what counts, what doesn't, and what must never change them."""

import dataclasses
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edge.records import AnalysedUtterance, Language, Speaker, Stretch
from edge.scores.presets import CONTACT_LENS, GONG, GOOGLE, MIITEL, PRESETS, SOTTOVOCE
from edge.scores.talk import measure_talk


def said(speaker, start_s, end_s, text="我们今天有一批新款到店", **how):
    return AnalysedUtterance(
        id=f"{speaker}-{start_s}",
        channel=0,
        speaker=Speaker(speaker),
        start_s=start_s,
        end_s=end_s,
        text=text,
        confidence=0.9,
        **how,
    )


def measured(*utterances, duration_s=60.0, preset=SOTTOVOCE, speech=None, language=Language.ZH):
    return measure_talk(utterances, speech=speech or {}, duration_s=duration_s, language=language, preset=preset)


def agent(metrics):
    return metrics.speakers["agent"]


def customer(metrics):
    return metrics.speakers["customer"]


# Silences and holds


def test_edges_of_the_recording_are_no_silence():
    assert measured(said("agent", 20, 30), said("customer", 31, 40)).silences == ()


def test_a_pause_of_three_seconds_is_no_silence_and_a_longer_one_is():
    assert measured(said("agent", 0, 5), said("customer", 8, 10)).silence_s == 0.0
    assert measured(said("agent", 0, 5), said("customer", 8.1, 10)).silence_s == pytest.approx(3.1)


def test_a_silence_after_the_agent_asked_to_wait_is_a_hold_counted_apart():
    metrics = measured(
        said("agent", 0, 5, "您稍等，我查一下"), said("customer", 5.2, 5.6, "好的"), said("agent", 12, 14)
    )
    assert (metrics.silence_s, metrics.hold_s) == (0.0, pytest.approx(6.4))


def test_a_customer_who_asks_to_wait_makes_no_hold():
    metrics = measured(said("agent", 0, 5), said("customer", 5.2, 6, "你等一下"), said("customer", 12, 14))
    assert (metrics.hold_s, metrics.silence_s) == (0.0, pytest.approx(6.0))


def test_a_very_long_silence_is_a_hold_even_if_nobody_asked():
    assert measured(said("agent", 0, 5), said("customer", 20, 25)).hold_s == pytest.approx(15.0)


def test_silence_needs_everyone_quiet_even_a_speaker_nobody_knows():
    metrics = measured(said("agent", 0, 5), said("unknown", 7, 9), said("customer", 11, 12))
    assert metrics.silences == ()


# Interruptions and back-channels


def test_cutting_into_the_others_turn_is_an_interruption():
    metrics = measured(said("customer", 0, 10), said("agent", 5, 8, "您先听我说完"))
    assert (agent(metrics).interruptions, customer(metrics).interruptions) == (1, 0)


@pytest.mark.parametrize(
    ("start_s", "end_s"),
    [(0.5, 4.0), (9.7, 12.0), (10.1, 12.0)],
    ids=["other spoke under 1 s", "overlap under 0.5 s", "after the turn"],
)
def test_starting_at_the_others_edges_is_no_interruption(start_s, end_s):
    assert agent(measured(said("customer", 0, 10), said("agent", start_s, end_s))).interruptions == 0


def test_a_doubtful_turn_interrupts_nobody():
    metrics = measured(said("customer", 0, 10), said("agent", 5, 8, speaker_doubtful=True))
    assert agent(metrics).interruptions == 0
    assert agent(metrics).talk_s == 0.0


@given(st.floats(0.0, 9.0), st.floats(0.1, 5.0), st.sampled_from(["嗯", "对对", "好的", "嗯嗯，是的", "哦", "行"]))
def test_backchannels_never_count_as_interruptions(start_s, length_s, text):
    metrics = measured(said("customer", 0, 10), said("agent", start_s, start_s + length_s, text))
    assert agent(metrics).interruptions == 0
    assert agent(metrics).backchannels == 1


def test_one_word_that_answers_a_question_is_a_turn():
    metrics = measured(said("agent", 0, 3, "您是明天在家吗？"), said("customer", 3.5, 4, "对。"))
    assert (customer(metrics).turns, customer(metrics).backchannels) == (1, 0)


def test_a_monologue_goes_on_over_the_others_backchannels():
    metrics = measured(said("customer", 0, 8), said("agent", 8.1, 8.5, "嗯"), said("customer", 8.6, 20))
    assert customer(metrics).longest_monologue_s == metrics.longest_customer_story_s == pytest.approx(20.0)
    assert customer(metrics).turns == 1


def test_a_monologue_ends_where_its_speaker_falls_silent():
    metrics = measured(said("agent", 0, 8), said("agent", 15, 20), said("customer", 21, 22))
    assert agent(metrics).longest_monologue_s == pytest.approx(8.0)


# Pace, patience, questions


def test_pace_is_by_own_speaking_time():
    metrics = measured(said("agent", 0, 6, "今天下午三点前送到"), said("customer", 10, 40))
    assert agent(metrics).characters_per_min == pytest.approx(90.0)


def test_pace_is_not_given_for_a_single_word():
    assert agent(measured(said("agent", 0, 1, "喂您好"))).characters_per_min is None


def test_patience_is_the_median_of_positive_waits_without_holds():
    metrics = measured(
        said("customer", 0, 2),
        said("agent", 3, 5),
        said("customer", 4.5, 8),
        said("agent", 10, 12, "您稍等"),
        said("customer", 25, 27),
        said("agent", 29, 30),
    )
    assert agent(metrics).patience_s == pytest.approx(2.0)
    assert customer(metrics).patience_s is None


def test_rates_are_per_minute_of_the_call():
    metrics = measured(said("agent", 0, 5, "您预算多少？"), said("customer", 6, 8), duration_s=120.0)
    assert (agent(metrics).questions_per_min, metrics.switches_per_min) == (0.5, 0.5)


# Shares and presets


def test_shares_of_speech_of_both_sides_make_one():
    share = measured(said("agent", 0, 10), said("customer", 9, 24)).talk_share
    assert (share["agent_of_speech"], share["customer_of_speech"]) == (0.4, 0.6)
    assert share["agent_of_call"] == pytest.approx(10 / 60, abs=1e-4)


def test_shares_are_unknown_when_nobody_speaks():
    metrics = measured()
    assert metrics.talk_share["agent_of_speech"] is None
    assert metrics.talk_share["agent_of_call"] == 0.0


def test_presets_share_only_their_own_denominators():
    assert set(measured(said("agent", 0, 5), preset=CONTACT_LENS).talk_share) == {"agent_of_call", "customer_of_call"}
    assert set(measured(said("agent", 0, 5), preset=GONG).talk_share) == {"agent_of_speech", "customer_of_speech"}


def test_presets_differ_as_documented():
    utterances = [
        said("customer", 0, 10),
        said("agent", 5, 5.8, "嗯"),
        said("agent", 14, 20, "您稍等"),
        said("agent", 26, 30),
    ]
    by_name = {name: measured(*utterances, preset=preset) for name, preset in PRESETS.items()}
    assert by_name["sottovoce"].silence_s == 4.0
    assert by_name["sottovoce"].hold_s == 6.0
    assert by_name["contact_lens"].silence_s == 10.0
    assert by_name["google"].silence_s == 6.0
    assert [by_name[name].speakers["agent"].interruptions for name in ("sottovoce", "contact_lens", "miitel")] == [
        0,
        1,
        0,
    ]
    assert {metrics.preset for metrics in by_name.values()} == set(PRESETS)


def test_speech_beats_the_times_of_utterances_where_both_are_known():
    heard = {Speaker.AGENT: [Stretch(start_s=0.0, end_s=4.0)]}
    assert agent(measured(said("agent", 0, 5), speech=heard)).talk_s == 4.0


def test_unusable_duration_gives_no_rates_instead_of_failing():
    metrics = measured(said("agent", 0, 5), duration_s=0.0)
    assert metrics.switches_per_min is None
    assert metrics.silence_share == 0.0


# Properties

TIME = st.integers(0, 600).map(lambda tenths: tenths / 10)
TEXT = st.sampled_from(["嗯", "好的好的", "您稍等", "您预算大概多少？", "我们今天有一批新款到店", "那不行", "对"])
UTTERANCES = st.lists(
    st.tuples(st.sampled_from(["agent", "customer", "unknown"]), TIME, st.integers(1, 150), TEXT)
    .map(lambda one: said(one[0], one[1], min(60.0, one[1] + one[2] / 10), one[3]))
    .filter(lambda one: one.end_s > one.start_s),
    max_size=14,
)
ANY_PRESET = st.sampled_from([SOTTOVOCE, CONTACT_LENS, MIITEL, GOOGLE, GONG])


@given(UTTERANCES, ANY_PRESET)
def test_every_figure_lies_in_its_range(utterances, preset):
    metrics = measured(*utterances, preset=preset)
    assert all(share is None or 0.0 <= share <= 1.0 for share in metrics.talk_share.values())
    assert 0.0 <= metrics.silence_share <= 1.0
    assert metrics.silence_s + metrics.hold_s <= 60.0
    for side in metrics.speakers.values():
        assert 0.0 <= side.talk_s <= 60.0
        assert 0.0 <= side.longest_monologue_s <= 60.0
        assert metrics.overlap_s <= side.talk_s + 1e-9
        assert side.patience_s is None or side.patience_s > 0.0
        assert side.interruptions <= len(utterances)


@given(UTTERANCES)
def test_silences_never_touch_speech(utterances):
    for silence in measured(*utterances).silences:
        start_s, end_s = silence.start_s + 1e-3, silence.end_s - 1e-3  # given to the millisecond
        assert not any(one.start_s < end_s and one.end_s > start_s for one in utterances)


@given(UTTERANCES, st.integers(1, 40), ANY_PRESET)
def test_a_later_start_of_the_recording_changes_only_what_the_call_is_divided_by(utterances, shift_s, preset):
    moved = [dataclasses.replace(one, start_s=one.start_s + shift_s, end_s=one.end_s + shift_s) for one in utterances]
    before, after = measured(*utterances, preset=preset), measured(*moved, duration_s=60.0 + shift_s, preset=preset)
    assert after.silence_s == pytest.approx(before.silence_s, abs=2e-3)
    assert after.hold_s == pytest.approx(before.hold_s, abs=2e-3)
    assert after.overlap_s == pytest.approx(before.overlap_s, abs=2e-3)
    for name, side in before.speakers.items():
        assert after.speakers[name].talk_s == pytest.approx(side.talk_s, abs=2e-3)
        assert after.speakers[name].turns == side.turns
        assert after.speakers[name].backchannels == side.backchannels


@given(UTTERANCES, st.data())
def test_cutting_an_utterance_in_two_touching_pieces_changes_nothing(utterances, data):
    assume(utterances)
    at = data.draw(st.integers(0, len(utterances) - 1))
    whole = utterances[at]
    middle_s = (whole.start_s + whole.end_s) / 2
    cut = data.draw(st.integers(0, len(whole.text)))
    # Equal starts of one speaker would make the order of two texts a matter of chance.
    assume(len({(one.speaker, one.start_s) for one in utterances}) == len(utterances))
    assume(not any(whole.start_s < one.start_s <= middle_s and one.speaker is whole.speaker for one in utterances))
    first = dataclasses.replace(whole, id="first", end_s=middle_s, text=whole.text[:cut])
    second = dataclasses.replace(whole, id="second", start_s=middle_s, text=whole.text[cut:])
    assert measured(*utterances[:at], first, second, *utterances[at + 1 :]) == measured(*utterances)


@given(UTTERANCES)
def test_the_order_of_input_changes_nothing(utterances):
    assume(len({(one.start_s, one.end_s) for one in utterances}) == len(utterances))
    assert measured(*reversed(utterances)) == measured(*utterances)


@given(UTTERANCES)
def test_the_two_sides_are_treated_alike(utterances):
    assume(len({one.start_s for one in utterances}) == len(utterances))  # who began first must be clear
    other = {Speaker.AGENT: Speaker.CUSTOMER, Speaker.CUSTOMER: Speaker.AGENT, Speaker.UNKNOWN: Speaker.UNKNOWN}
    mirrored = [dataclasses.replace(one, speaker=other[one.speaker]) for one in utterances]
    plain = dataclasses.replace(SOTTOVOCE, hold_apart=False)
    before, after = measured(*utterances, preset=plain), measured(*mirrored, preset=plain)
    assert before.speakers["agent"] == after.speakers["customer"]
    assert math.isclose(before.overlap_s, after.overlap_s)
