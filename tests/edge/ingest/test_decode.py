from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from edge.errors import BadInput, TooLarge
from edge.ingest.decode import decode
from edge.ingest.sniff import Declared, Law
from edge.records import Audio
from edge.settings import IngestSettings

LIMITS = IngestSettings()
# SAMPLES of conftest.py
# fmt: off
FORMATS = (
    "wav_u8", "wav_s16", "wav_s24", "wav_s32", "wav_f32", "wav_f64", "wav_mulaw", "wav_alaw", "wav_adpcm_ima",
    "wav_adpcm_ms", "wav_mp3", "flac", "flac_s24", "mp3", "mp3_44k", "m4a", "adts", "ogg_opus", "webm_opus",
    "3gp_amr", "amr",
)
# fmt: on


def wav(samples: np.ndarray, rate_hz: int, subtype: str = "PCM_16") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate_hz, format="WAV", subtype=subtype)
    return file.getvalue()


def decoded(data: bytes, **limits: float) -> Audio:
    return decode(io.BytesIO(data), limits=IngestSettings(**limits))


def loudness(sound: np.ndarray) -> np.ndarray:
    """Root mean square around each sample, over 50 ms at 8,000 Hz."""
    return np.sqrt(np.convolve(sound**2, np.full(400, 1 / 400), "same"))


def likeness(found: np.ndarray, wanted: np.ndarray) -> float:
    """Best correlation over small shifts: lossy formats delay the sound by some milliseconds."""
    size = min(len(found), len(wanted)) - 4_000
    wanted = wanted[2_000 : 2_000 + size]
    scores = [np.corrcoef(found[start : start + size], wanted)[0, 1] for start in range(1_000, 4_000, 2)]
    return float(max(scores))


@pytest.mark.parametrize("name", FORMATS)
def test_decode_gives_back_the_sound_of_every_channel_in_each_format(name, recording, source_sound):
    audio = decode(io.BytesIO(recording(name)), limits=LIMITS)
    wanted = source_sound(name)
    assert audio.loss is None
    assert audio.samples.dtype == np.int16
    assert audio.rate_hz == (8_000 if wanted.shape[1] == 16_000 else 16_000)
    assert audio.samples.shape[0] == wanted.shape[0]
    assert audio.duration_s == pytest.approx(2.0, abs=0.15)  # lossy formats pad to whole frames
    for found, side in zip(audio.samples.astype(float), wanted, strict=True):
        if "amr" in name:  # models a voice, and keeps how loud it is rather than its wave
            found, side = loudness(found), loudness(side)
        assert likeness(found, side) > 0.97


@pytest.mark.parametrize("rate_hz", [8_000, 16_000])
def test_decode_keeps_16_bit_samples_exactly_at_rates_it_keeps(rate_hz):
    samples = np.random.default_rng(1).integers(-32_768, 32_767, (rate_hz, 2), dtype=np.int16)
    audio = decoded(wav(samples, rate_hz))
    assert audio.rate_hz == rate_hz
    np.testing.assert_array_equal(audio.samples, samples.T)


@pytest.mark.parametrize(("source_hz", "kept_hz"), [(4_000, 8_000), (6_000, 8_000), (11_025, 16_000), (96_000, 16_000)])
def test_decode_resamples_a_tone_to_the_same_pitch_and_level(source_hz, kept_hz):
    times_s = np.arange(source_hz) / source_hz
    audio = decoded(wav((0.5 * np.sin(2 * np.pi * 440 * times_s)).astype(np.float32), source_hz))
    assert audio.rate_hz == kept_hz
    assert audio.samples.shape == (1, kept_hz)
    middle = audio.samples[0, kept_hz // 4 : 3 * kept_hz // 4].astype(float) / 32_768
    assert np.sqrt(2 * np.mean(middle**2)) == pytest.approx(0.5, rel=0.01)
    assert np.argmax(np.abs(np.fft.rfft(middle))) == 220  # half a second: two bins for one hertz


def test_decode_does_not_fold_what_lies_above_the_kept_rate_into_speech():
    times_s = np.arange(48_000) / 48_000
    audio = decoded(wav((0.5 * np.sin(2 * np.pi * 12_000 * times_s)).astype(np.float32), 48_000))
    assert np.abs(audio.samples[0, 2_000:-2_000]).max() < 10


def test_decode_never_adds_the_channels():
    side = np.random.default_rng(2).integers(-9_000, 9_000, 8_000, dtype=np.int16)
    audio = decoded(wav(np.stack([side, -side], axis=1), 8_000))
    np.testing.assert_array_equal(audio.samples, [side, -side])


@pytest.mark.parametrize("law", list(Law))
@pytest.mark.parametrize("channels", [1, 2])
def test_decode_reads_raw_g711_when_its_format_is_declared(law, channels, recording):
    name = {(Law.PCMU, 2): "wav_mulaw", (Law.PCMA, 1): "wav_alaw"}.get((law, channels))
    samples = (np.sin(np.arange(8_000 * channels) / 9) * 9_000).astype(np.int16).reshape(-1, channels)
    subtype = "ULAW" if law is Law.PCMU else "ALAW"
    whole = recording(name) if name else wav(samples, 8_000, subtype)
    raw = whole[whole.index(b"data") + 8 :]
    raw = raw[: len(raw) // channels * channels]
    audio = decode(io.BytesIO(raw), limits=LIMITS, declared=Declared(law=law, channels=channels))
    inside = decoded(whole)
    assert audio.samples.shape[0] == channels
    np.testing.assert_array_equal(audio.samples[:, : inside.samples.shape[1]], inside.samples)


def test_decode_refuses_a_declaration_for_a_file_that_has_a_header(recording):
    with pytest.raises(BadInput, match="declared"):
        decode(io.BytesIO(recording("flac")), limits=LIMITS, declared=Declared(law=Law.PCMU))


def test_decode_stops_at_the_duration_limit_whatever_the_header_claims():
    data = bytearray(wav(np.zeros((80_000, 1), np.int16), 8_000))
    with pytest.raises(TooLarge) as refusal:
        decoded(bytes(data), duration_s_max=9.0)
    assert refusal.value.field == "audio.duration"
    assert decoded(bytes(data), duration_s_max=10.0).duration_s == 10.0


def test_decode_stops_at_the_limit_of_decoded_bytes():
    data = wav(np.zeros((8_000, 2), np.int16), 8_000)
    with pytest.raises(TooLarge, match="bytes"):
        decoded(data, pcm_bytes_max=31_999)
    assert decoded(data, pcm_bytes_max=32_000).samples.nbytes == 32_000


def test_decode_reads_no_more_of_the_file_than_the_upload_limit():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(TooLarge, match="larger than"):
        decode(endless, limits=IngestSettings(upload_bytes_max=5_000_000))
    assert endless.given < 8_000_000


def test_decode_refuses_a_recording_that_takes_too_much_memory(recording):
    with pytest.raises(TooLarge, match="memory"):
        decoded(recording("wav_f32"), decode_memory_bytes_max=1_000_000)


def test_decode_refuses_a_recording_that_takes_too_much_processor_time():
    # An odd rate has to be resampled: some seconds of work for a file that is quickly made.
    header = wav(np.zeros((0, 1), np.int16), 9_600)[:40]
    with pytest.raises(TooLarge, match="too long"):
        decoded(header + struct.pack("<I", 180_000_000) + bytes(180_000_000), decode_s_max=0.5)


def test_decode_says_how_much_is_missing_when_a_wav_is_cut():
    whole = wav(np.random.default_rng(4).integers(-99, 99, (80_000, 1), dtype=np.int16), 8_000)
    audio = decoded(whole[: len(whole) // 4])
    assert audio.loss is not None
    assert "2.50 s of 10.00 s" in audio.loss


@pytest.mark.parametrize("name", ["flac", "m4a"])
def test_decode_tells_when_a_compressed_file_is_cut(name, recording):
    # The index of an M4A is at its end: without it nothing can be decoded.
    try:
        audio = decoded(recording(name)[:-2_000])
    except BadInput:
        assert name == "m4a"
    else:
        assert audio.loss is not None
        assert audio.duration_s < 2.0


def test_decode_mends_some_samples_that_are_no_numbers_and_tells_when_they_are_many():
    samples = (np.random.default_rng(5).random(8_000) - 0.5).astype(np.float32)
    samples[4_000:4_100] = np.nan
    samples[5_000] = np.inf
    audio = decoded(wav(samples, 8_000, "FLOAT"))
    assert audio.loss is not None
    assert "101 samples" in audio.loss
    assert not audio.samples[0, 4_000:4_100].any()
    assert audio.samples[0, 3_999] == round(float(samples[3_999]) * 32_768)


def test_decode_scales_floating_point_that_was_written_in_steps_of_16_bits():
    steps = np.random.default_rng(6).integers(-20_000, 20_000, 8_000).astype(np.float64)
    audio = decoded(wav(steps, 8_000, "DOUBLE"))
    assert np.corrcoef(audio.samples[0], steps)[0, 1] > 0.9999
    assert np.abs(audio.samples.astype(int)).max() >= 32_767


def test_decode_silences_single_samples_far_beyond_full_scale():
    samples = np.random.default_rng(7).uniform(-0.5, 0.5, 8_000)
    samples[100] = 1e30
    audio = decoded(wav(samples, 8_000, "DOUBLE"))
    assert audio.samples[0, 100] == 0
    np.testing.assert_allclose(audio.samples[0, 101:], samples[101:] * 32_768, atol=1)


def test_decode_clips_what_is_a_little_over_full_scale():
    audio = decoded(wav(np.full(8_000, 1.5), 8_000, "DOUBLE"))
    assert (audio.samples == 32_767).all()


@pytest.mark.parametrize(
    ("channels", "rate_hz", "field"),
    [(3, 8_000, "audio.channels"), (1, 3_999, "audio.sample_rate"), (1, 96_001, "audio.sample_rate")],
)
def test_decode_names_the_field_that_is_out_of_range(channels, rate_hz, field):
    with pytest.raises(BadInput) as refusal:
        decoded(wav(np.zeros((rate_hz, channels), np.int16), rate_hz))
    assert refusal.value.field == field


def test_decode_ignores_the_picture_in_a_recording(recording):
    picture = b"\xff\xd8\xff\xe0" + bytes(300)
    body = b"\x00image/jpeg\x00\x03\x00" + picture
    frame = b"APIC" + struct.pack(">I", len(body)) + b"\x00\x00" + body
    size = len(frame)
    tag = b"ID3\x03\x00\x00" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + frame
    assert decoded(tag + recording("mp3")).duration_s == pytest.approx(2.0, abs=0.15)


def test_decode_takes_a_stream_that_begins_inside_a_frame(recording):
    assert decoded(recording("mp3_44k")[517:]).duration_s == pytest.approx(2.0, abs=0.3)


def test_decode_leaves_no_file_behind_and_none_on_disk(tmp_path, monkeypatch, recording):
    monkeypatch.chdir(tmp_path)
    for variable in ("TMPDIR", "TMP", "TEMP", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    before = set(Path("/proc/self/fd").iterdir())
    decoded(recording("ogg_opus"))
    with pytest.raises(BadInput):
        decoded(recording("ogg_opus")[:60])
    assert list(tmp_path.iterdir()) == []
    assert len(set(Path("/proc/self/fd").iterdir())) == len(before)


@pytest.mark.parametrize(
    "text", ["ffconcat version 1.0\nfile {name}\n", "#EXTM3U\n#EXTINF:2,\n{name}\n#EXT-X-ENDLIST\n"]
)
@pytest.mark.parametrize("disguise", [b"", b"ID3\x04\x00\x00\x00\x00\x00\x00", b"\xef\xbb\xbf"])
def test_decode_never_opens_the_file_that_a_playlist_names(text, disguise, tmp_path, monkeypatch, recording):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "beside.wav").write_bytes(recording("wav_s16"))
    playlist = disguise + text.format(name="beside.wav").encode()
    with pytest.raises(BadInput):
        decoded(playlist)


CUTS = st.tuples(st.just("cut"), st.integers(0, 10_000), st.integers(0, 255))
FLIPS = st.tuples(st.just("flip"), st.integers(0, 10_000), st.integers(1, 255))
FILLS = st.tuples(st.just("fill"), st.integers(0, 10_000), st.integers(0, 255))
SWAPS = st.tuples(st.just("swap"), st.integers(0, 10_000), st.integers(1, 64))


def mutated(data: bytes, steps: list[tuple[str, int, int]]) -> bytes:
    changed = bytearray(data)
    for kind, place, value in steps:
        # Half of all places lie in the first 200 bytes, where the headers are.
        at = (place % 200 if place % 2 else place * len(data) // 10_000) % max(1, len(changed))
        if kind == "cut":
            changed = changed[: max(at, 1)]
        elif kind == "flip" and changed:
            changed[at] ^= value
        elif kind == "fill":
            changed[at : at + 8] = bytes([value]) * len(changed[at : at + 8])
        elif kind == "swap":
            changed[at : at + value] = changed[at : at + value][::-1]
    return bytes(changed)


@pytest.mark.parametrize(
    "name", ["wav_s24", "wav_f32", "wav_adpcm_ms", "flac", "mp3", "m4a", "adts", "ogg_opus", "webm_opus", "amr"]
)
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.one_of(CUTS, FLIPS, FILLS, SWAPS), min_size=1, max_size=6))
def test_decode_answers_with_sound_or_bad_input_whatever_happened_to_the_file(name, recording, steps):
    data = mutated(recording(name, duration_s=0.6), steps)
    try:
        audio = decode(io.BytesIO(data), limits=LIMITS)
    except BadInput as refusal:
        assert refusal.field.startswith("audio")
        assert refusal.problem and refusal.fix
    else:
        assert audio.samples.shape[0] in (1, 2)
        assert audio.rate_hz in (8_000, 16_000)
        assert audio.duration_s >= 0.1
