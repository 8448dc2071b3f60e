import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from edge.speech.features import HOP, LogMel


@pytest.mark.parametrize("bands", [80, 128])
def test_a_spectrogram_has_the_values_that_whisper_was_trained_on(bands: int) -> None:
    samples = np.random.default_rng(1).normal(0.0, 0.1, 5 * 16_000).astype(np.float32)
    wanted = FeatureExtractor(feature_size=bands)(samples, padding=3 * 16_000)[:, :800]
    found = LogMel(bands)(samples, 800)
    # The first frame alone differs: there the audio is mirrored, here it is silent before the window.
    assert np.abs(found[:, 2:] - wanted[:, 2:]).max() < 1e-3


def test_a_spectrogram_of_silence_is_flat() -> None:
    assert np.ptp(LogMel(80)(np.zeros(0, dtype=np.float32), 300)) < 1e-6


@pytest.mark.parametrize("length", [0, 1, HOP - 1, HOP, 399, 48_000])
def test_a_spectrogram_is_as_long_as_its_window(length: int) -> None:
    assert LogMel(80)(np.ones(length, dtype=np.float32), 300).shape == (80, 300)
