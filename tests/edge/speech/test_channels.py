from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge.speech.channels import same_signal

RATE_HZ = 8_000
TURN_S = 3


def voice(*, seed: int, turns: str, level: float = 3_000.0) -> NDArray[np.float64]:
    """Noise with the rise and fall of syllables in every turn marked "x", near silence in the others."""
    random = np.random.default_rng(seed)
    time_s = np.arange(TURN_S * RATE_HZ) / RATE_HZ
    syllables = np.square(np.sin(2 * np.pi * random.uniform(1.5, 2.5) * time_s))
    parts = [
        random.normal(0, level, len(time_s)) * syllables if turn == "x" else random.normal(0, 1, len(time_s))
        for turn in turns
    ]
    return np.concatenate(parts)


def recording(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.int16]:
    return np.clip(np.stack([first, second]), -32_768, 32_767).astype(np.int16)


AGENT = voice(seed=1, turns="x.x.x.x.")
CUSTOMER = voice(seed=2, turns=".x.x.x.x")
BOTH = AGENT + CUSTOMER


@pytest.mark.parametrize("leak_db", [-35, -25, -15])
def test_two_parties_are_not_one_signal_though_each_channel_leaks_into_the_other(leak_db: int) -> None:
    leak = 10 ** (leak_db / 20)
    assert not same_signal(recording(AGENT + leak * CUSTOMER, CUSTOMER + leak * AGENT), RATE_HZ)


@pytest.mark.parametrize("leak_db", [-35, -15])
def test_two_parties_are_not_one_signal_when_one_of_them_hardly_speaks(leak_db: int) -> None:
    quiet = voice(seed=3, turns="...x....")
    talker = voice(seed=4, turns="xxx.xxxx")
    assert not same_signal(recording(talker, quiet + 10 ** (leak_db / 20) * talker), RATE_HZ)


def test_a_silent_channel_is_not_a_copy_of_the_other() -> None:
    assert not same_signal(recording(BOTH, np.zeros_like(BOTH)), RATE_HZ)


@pytest.mark.parametrize("seconds", [0.0, 0.1, 12.0])
def test_two_silent_channels_are_not_one_signal_at_any_length(seconds: float) -> None:
    assert not same_signal(np.zeros((2, int(seconds * RATE_HZ)), dtype=np.int16), RATE_HZ)


def test_a_mono_recording_written_twice_is_one_signal() -> None:
    assert same_signal(recording(BOTH, BOTH), RATE_HZ)


@settings(max_examples=25, deadline=None)
@given(
    gain=st.floats(0.1, 1.5),
    inverted=st.booleans(),
    delay_ms=st.integers(0, 49),
    noise_db=st.integers(-60, -15),
)
def test_a_copy_is_recognised_through_gain_inversion_delay_and_noise(
    gain: float, inverted: bool, delay_ms: int, noise_db: int
) -> None:
    copy = np.roll(BOTH, delay_ms * RATE_HZ // 1_000) * (-gain if inverted else gain)
    noise = np.random.default_rng(5).normal(0, np.std(copy) * 10 ** (noise_db / 20), len(copy))
    assert same_signal(recording(BOTH, copy + noise), RATE_HZ)


def test_a_copy_through_a_telephone_codec_is_recognised() -> None:
    scaled = BOTH / 32_768
    companded = np.round(np.sign(scaled) * np.log1p(255 * np.abs(scaled)) / np.log(256) * 127) / 127
    heard = np.sign(companded) * (256 ** np.abs(companded) - 1) / 255 * 32_768
    assert same_signal(recording(BOTH, heard), RATE_HZ)
