from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge.errors import NotReady
from edge.records import Stretch
from edge.speech.diarise import Diariser, VoiceTurn

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "models/voice-encoder.onnx"
SHOP = ROOT / "tests/data/speech_mono/shop"
RATE_HZ = 16_000


@pytest.fixture(scope="module")
def diariser() -> Diariser:
    return Diariser(MODEL)


@pytest.fixture(scope="module")
def shop() -> tuple[NDArray[np.float32], list[tuple[float, float, str]]]:
    samples, rate_hz = soundfile.read(SHOP.with_suffix(".flac"), dtype="float32")
    assert rate_hz == RATE_HZ
    segments = json.loads(SHOP.with_suffix(".json").read_text("utf-8"))["segments"]
    return samples, [(start_s, end_s, who) for start_s, end_s, who in segments]


def covered(segments: list[tuple[float, float, str]], pause_s_max: float) -> list[Stretch]:
    """Speech as voice activity would give it: pauses up to the given length belong to it."""
    found: list[Stretch] = []
    for start_s, end_s, _ in sorted(segments):
        if found and start_s - found[-1].end_s <= pause_s_max:
            found[-1] = Stretch(start_s=found[-1].start_s, end_s=max(found[-1].end_s, end_s))
        else:
            found.append(Stretch(start_s=start_s, end_s=end_s))
    return found


def right_share(turns: tuple[VoiceTurn, ...], segments: list[tuple[float, float, str]]) -> float:
    """Share of the time with one speaker that the better of both namings gets right."""
    frames = round(100 * max(end_s for _, end_s, _ in segments))
    truth = np.zeros((2, frames), dtype=bool)
    for start_s, end_s, who in segments:
        truth[int(who == "customer"), round(100 * start_s) : round(100 * end_s)] = True
    heard = np.full(frames, -1)
    for turn in turns:
        heard[round(100 * turn.start_s) : round(100 * turn.end_s)] = turn.voice
    counted = (truth.sum(axis=0) == 1) & (heard >= 0)
    right = float((heard == truth[1].astype(int))[counted].mean())
    return max(right, 1 - right)


def test_a_missing_model_is_named_when_the_diariser_is_made(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="voice encoder"):
        Diariser(tmp_path / "voice-encoder.onnx")


def test_a_turn_carries_times_a_voice_and_a_doubt_and_nothing_of_the_voice_itself() -> None:
    assert {field.name for field in dataclasses.fields(VoiceTurn)} == {"start_s", "end_s", "voice", "doubtful"}


def test_nothing_of_a_call_stays_in_the_diariser_once_it_is_split(
    diariser: Diariser, shop: tuple[NDArray[np.float32], list[tuple[float, float, str]]]
) -> None:
    samples, segments = shop
    before = dict(vars(diariser)), dict(vars(diariser._encoder))
    diariser.split(samples, covered(segments, 0.2))
    assert (dict(vars(diariser)), dict(vars(diariser._encoder))) == before


def test_no_speech_gives_no_turns(diariser: Diariser) -> None:
    assert diariser.split(np.zeros(RATE_HZ, dtype=np.float32), []) == ()


def test_speech_too_short_to_tell_voices_apart_is_doubtful(
    diariser: Diariser, shop: tuple[NDArray[np.float32], list[tuple[float, float, str]]]
) -> None:
    turns = diariser.split(shop[0], [Stretch(start_s=0.5, end_s=1.3)])
    assert [(turn.voice, turn.doubtful) for turn in turns] == [(0, True)]


def test_one_voice_alone_never_gives_an_undoubted_turn(
    diariser: Diariser, shop: tuple[NDArray[np.float32], list[tuple[float, float, str]]]
) -> None:
    samples, segments = shop
    mine = [(start_s, end_s) for start_s, end_s, who in segments if who == "agent" and end_s - start_s > 0.6][:-1]
    alone = np.concatenate([samples[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)] for start_s, end_s in mine])
    turns = diariser.split(alone, [Stretch(start_s=0.0, end_s=len(alone) / RATE_HZ)])
    assert all(turn.doubtful for turn in turns)


@pytest.mark.parametrize("pause_s_max", [0.1, 0.25, 0.6])
def test_two_people_in_an_echoing_shop_are_told_apart_however_coarse_the_speech_is_cut(
    diariser: Diariser, shop: tuple[NDArray[np.float32], list[tuple[float, float, str]]], pause_s_max: float
) -> None:
    samples, segments = shop
    turns = diariser.split(samples, covered(segments, pause_s_max))
    assert right_share(turns, segments) > 0.93


def test_most_turns_of_two_unlike_voices_stand_undoubted_once_there_is_enough_speech(
    diariser: Diariser, shop: tuple[NDArray[np.float32], list[tuple[float, float, str]]]
) -> None:
    samples, segments = shop
    twice = [
        (start_s + again * len(samples) / RATE_HZ, end_s + again * len(samples) / RATE_HZ, who)
        for again in (0, 1)
        for start_s, end_s, who in segments
    ]
    turns = diariser.split(np.tile(samples, 2), covered(twice, 0.1))
    sure = tuple(turn for turn in turns if not turn.doubtful)
    assert sum(turn.end_s - turn.start_s for turn in sure) > 0.6 * sum(turn.end_s - turn.start_s for turn in turns)
    assert right_share(sure, twice) > 0.95


def test_loudness_does_not_change_who_speaks(
    diariser: Diariser, shop: tuple[NDArray[np.float32], list[tuple[float, float, str]]]
) -> None:
    samples, segments = shop
    speech = covered(segments, 0.25)
    assert diariser.split(samples * np.float32(0.05), speech) == diariser.split(samples, speech)


def test_the_input_is_left_as_it_was(
    diariser: Diariser, shop: tuple[NDArray[np.float32], list[tuple[float, float, str]]]
) -> None:
    samples, segments = shop
    before = samples.copy()
    diariser.split(samples, covered(segments, 0.25))
    assert np.array_equal(samples, before)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.01, 3.0)), min_size=1, max_size=5))
def test_turns_cover_the_speech_exactly_and_in_order(
    diariser: Diariser,
    shop: tuple[NDArray[np.float32], list[tuple[float, float, str]]],
    gaps: list[tuple[float, float]],
) -> None:
    speech, now_s = [], 0.0
    for pause_s, length_s in gaps:  # may run past the recording's end: voice activity rounds up
        speech.append(Stretch(start_s=now_s + pause_s, end_s=now_s + pause_s + length_s))
        now_s += pause_s + length_s
    turns = diariser.split(shop[0], speech)
    assert all(turn.start_s < turn.end_s and turn.voice in (0, 1) for turn in turns)
    joined: list[list[float]] = []
    for turn in turns:
        if joined and joined[-1][1] == turn.start_s and turn.start_s not in {stretch.start_s for stretch in speech}:
            joined[-1][1] = turn.end_s
        else:
            joined.append([turn.start_s, turn.end_s])
    assert joined == [[stretch.start_s, stretch.end_s] for stretch in speech]
