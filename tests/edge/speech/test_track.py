import numpy as np
import pytest

from edge.speech.track import Track, frame_levels_db


def tone(rate_hz: int, seconds: float, peak: float) -> np.ndarray:
    return (np.sin(2 * np.pi * 440 * np.arange(int(rate_hz * seconds)) / rate_hz) * peak).astype(np.int16)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000])
def test_a_piece_of_a_track_is_the_same_sound_as_the_whole_resampled(rate_hz: int) -> None:
    track = Track(tone(rate_hz, 4.0, 8_000), rate_hz)
    whole = np.concatenate(list(track.blocks()))
    piece = track.piece(1.0, 2.0)
    assert piece.shape == (16_000,)
    assert np.abs(piece - whole[16_000:32_000]).max() < 0.01


def test_a_quiet_recording_is_brought_to_the_level_of_a_loud_one() -> None:
    loud, quiet = Track(tone(8_000, 2.0, 16_000), 8_000), Track(tone(8_000, 2.0, 20), 8_000)
    levels = [float(np.std(track.piece(0.5, 1.5))) for track in (loud, quiet)]
    assert levels[1] == pytest.approx(levels[0], rel=0.1)


def test_a_constant_offset_counts_as_digital_silence() -> None:
    track = Track(np.full(8_000, 1_200, dtype=np.int16), 8_000)
    assert track.silent
    assert track.gain == 1.0


def test_the_gain_never_clips_a_lone_peak() -> None:
    samples = tone(8_000, 2.0, 100)
    samples[5_000] = 30_000
    assert np.abs(Track(samples, 8_000).piece(0.0, 2.0)).max() <= 1.3


def test_a_piece_past_the_end_is_cut_short() -> None:
    assert Track(tone(8_000, 1.0, 100), 8_000).piece(0.5, 9.0).shape == (8_000,)
    assert Track(np.zeros(0, dtype=np.int16), 8_000).piece(0.0, 1.0).shape == (0,)


def test_levels_are_those_of_the_sound_without_its_offset() -> None:
    levels_db = frame_levels_db(tone(8_000, 1.0, 3_276) + np.int16(5_000), 8_000, 0.1)
    assert levels_db.shape == (10,)
    assert np.allclose(levels_db, -23.0, atol=0.2)
