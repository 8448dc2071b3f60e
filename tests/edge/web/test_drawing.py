"""Geometry of what the call page draws: nothing lies outside, nothing is too small to see."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Silence
from edge.web.i18n import writer
from edge.web.peaks import read_peaks
from edge.web.talk import bars, rows
from edge.web.timeline import timeline
from tests.edge.web.analyses import a_label, a_side, a_talk, an_analysis, an_utterance

times = st.floats(0, 20_000)


@given(st.lists(st.tuples(times, times), max_size=6), st.floats(0, 20_000))
def test_block_lies_on_the_line_and_can_be_seen(stretches: list[tuple[float, float]], duration_s: float) -> None:
    said = [an_utterance(n, start_s=min(s), end_s=max(s)) for n, s in enumerate(stretches)]
    drawn = timeline(an_analysis(*said, duration_s=duration_s))
    for block in drawn.blocks:
        assert block.x >= 0 and block.x + block.width <= 100.001
        assert block.width >= 0.299 or block.x > 99
    assert 1 <= len(drawn.ticks) <= 9 and all(0 <= tick.x <= 100 for tick in drawn.ticks)


def test_flag_shows_the_risk_of_a_turn_that_also_holds_a_good_sign() -> None:
    (flag,) = timeline(an_analysis(an_utterance(1, labels=(a_label("closing"), a_label("pressure"))))).flags
    assert flag.tone == "risk"


def test_hold_and_silence_are_drawn_apart() -> None:
    talk = a_talk(Silence(start_s=1, end_s=4, kind="silence"), Silence(start_s=5, end_s=9, kind="hold"))
    assert [gap.kind for gap in timeline(an_analysis(talk=talk)).gaps] == ["silence", "hold"]


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 1e5))
def test_parts_of_a_bar_fill_it(agent_s: float, customer_s: float, silence_s: float, hold_s: float) -> None:
    speakers = {"agent": a_side(talk_s=agent_s), "customer": a_side(talk_s=customer_s)}
    talk = a_talk(speakers=speakers, silence_s=silence_s, hold_s=hold_s)
    for bar in bars(an_analysis(talk=talk)):
        assert sum(part.width for part in bar.parts) == pytest.approx(100, abs=0.01)
        assert sum(part.share for part in bar.parts) == pytest.approx(1, abs=1e-4)


def test_whole_call_is_as_long_as_the_call_with_what_both_say_counted_once() -> None:
    _, whole = bars(an_analysis(talk=a_talk(overlap_s=4.0), duration_s=60.0))
    assert whole.whole_s == pytest.approx(60)
    assert {part.kind: round(part.share * 60) for part in whole.parts} == {
        "agent": 26,
        "both": 4,
        "customer": 6,
        "silence": 8,
        "hold": 2,
        "pause": 14,
    }


def test_bars_are_left_out_of_a_call_of_no_length() -> None:
    talk = a_talk(speakers={}, silence_s=0.0, hold_s=0.0)
    assert bars(an_analysis(talk=talk, duration_s=0.0)) == ()


def test_measure_that_cannot_be_known_is_a_dash_and_draws_nothing() -> None:
    talk = a_talk(speakers={"agent": a_side(patience_s=None)})
    row = next(row for row in rows(talk, writer("zh")) if row.name.startswith("Patience"))
    assert (row.agent, row.customer, row.agent_percent, row.customer_percent) == ("–", "–", 0.0, 0.0)


@given(st.integers(1, 2), st.integers(1, 5_000), st.sampled_from([8_000, 11_025, 16_000]))
def test_waveform_has_fifty_peaks_a_second_and_none_is_louder_than_the_sound(
    channels: int, frames: int, rate_hz: int
) -> None:
    noise = np.random.default_rng(frames).integers(-32768, 32768, (frames, channels)).astype(np.int16)
    peaks = read_peaks(_flac(noise, rate_hz))
    assert peaks.per_s == pytest.approx(50, rel=0.01)
    assert peaks.values.shape == (channels, -(-frames // round(rate_hz / 50)))
    loudest = np.abs(noise.astype(int)).max(axis=0, initial=0)
    assert (peaks.values.max(axis=1, initial=0) == np.minimum(loudest // 256, 127)).all()


def test_waveform_of_a_long_recording_is_the_same_as_of_its_parts() -> None:
    noise = np.random.default_rng(1).integers(-9_000, 9_000, (8_000 * 130, 1)).astype(np.int16)
    whole = read_peaks(_flac(noise, 8_000)).values
    parts = [read_peaks(_flac(part, 8_000)).values for part in np.split(noise, 13)]
    assert (whole == np.concatenate(parts, axis=1)).all()


def _flac(samples: np.ndarray, rate_hz: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate_hz, format="FLAC", subtype="PCM_16")
    return file.getvalue()
