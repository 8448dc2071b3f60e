from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import BadInput
from edge.ingest.sniff import Container, Declared, Law, sniff

EXPECTED = {
    "wav_s16": Container.WAV,
    "wav_mulaw": Container.WAV,
    "wav_mp3": Container.WAV,
    "flac": Container.FLAC,
    "mp3": Container.MP3,
    "mp3_44k": Container.MP3,
    "m4a": Container.MP4,
    "3gp_amr": Container.MP4,
    "adts": Container.ADTS,
    "ogg_opus": Container.OGG,
    "webm_opus": Container.MATROSKA,
    "amr": Container.AMR,
}

FOREIGN = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff\xe0": "JPEG",
    b"%PDF-1.7": "PDF",
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b\x08": "gzip",
    b"\x7fELF\x02\x01": "ELF",
    b"MZ\x90\x00": "Windows",
    b"<!DOCTYPE html><html>": "web page",
    b"\xef\xbb\xbf<html lang=zh>": "web page",
    b"ffconcat version 1.0\nfile a.wav\n": "ffconcat",
    b"#EXTM3U\n#EXT-X-VERSION:3\n": "HLS",
    b"<?xml version='1.0'?><MPD>": "XML",
    b"[playlist]\nFile1=a.wav": "PLS",
    b"FORM\x00\x00\x00\x00AIFF": "AIFF",
    b"RIFF\x24\x00\x00\x00AVI LIST": "RIFF",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "WMA",
    b"SQLite format 3\x00": "database",
    b"dear customer, good morning": "text",
}


@pytest.mark.parametrize(("head", "name"), FOREIGN.items(), ids=FOREIGN.values())
def test_sniff_names_what_is_no_recording(head, name):
    with pytest.raises(BadInput) as refusal:
        sniff(head + b" " * 2_000)
    assert name in refusal.value.problem


@pytest.mark.parametrize("head", [head for head, name in FOREIGN.items() if name not in ("text", "XML")])
def test_sniff_refuses_what_is_no_recording_even_where_raw_g711_is_declared(head):
    with pytest.raises(BadInput):
        sniff(head, declared=Declared(law=Law.PCMU))


def test_sniff_takes_declared_g711_whose_silence_looks_like_text():
    assert sniff(b"~" * 8_000, declared=Declared(law=Law.PCMU)) is Container.PCMU


def test_sniff_refuses_an_empty_file():
    with pytest.raises(BadInput, match="empty"):
        sniff(b"")


def test_sniff_refuses_bare_g711_that_nobody_declared():
    with pytest.raises(BadInput, match=r"G\.711"):
        sniff(bytes([0xFF, 0x7F, 0xFE, 0x7E] * 5_000))


@pytest.mark.parametrize("law", list(Law))
def test_sniff_takes_bare_g711_as_declared(law):
    silence = bytes([0xFF if law is Law.PCMU else 0xD5]) * 8_000
    assert sniff(silence, declared=Declared(law=law)) is {Law.PCMU: Container.PCMU, Law.PCMA: Container.PCMA}[law]


@pytest.mark.parametrize("channels", [-1, 0, 3])
def test_declared_refuses_other_channel_counts_than_one_and_two(channels):
    with pytest.raises(BadInput) as refusal:
        Declared(law=Law.PCMU, channels=channels)
    assert refusal.value.field == "declared.channels"


@pytest.mark.parametrize(("name", "container"), EXPECTED.items())
def test_sniff_knows_a_container_by_its_bytes(name, container, recording):
    assert sniff(recording(name)) is container


@pytest.mark.parametrize("name", ["mp3", "mp3_44k", "adts", "flac"])
def test_sniff_looks_behind_an_id3_tag(name, recording):
    tag = b"ID3\x04\x00\x00\x00\x01\x00\x00" + bytes(1 << 14)
    assert sniff(tag + recording(name)) is EXPECTED[name]


@pytest.mark.parametrize("name", ["mp3", "mp3_44k", "adts"])
def test_sniff_finds_the_first_whole_frame_of_a_stream_that_was_cut(name, recording):
    assert sniff(recording(name)[101:]) is EXPECTED[name]


@given(st.binary(max_size=4_000))
def test_sniff_answers_with_a_container_or_bad_input(data):
    try:
        assert sniff(data) in Container
    except BadInput as refusal:
        assert refusal.field == "audio"


@given(st.binary(max_size=300), st.integers(0, 127), st.integers(0, 127))
def test_sniff_believes_no_length_of_an_id3_tag(rest, high, low):
    with pytest.raises(BadInput):
        sniff(b"ID3\x04\x00\x00" + bytes([high, low, high, low]) + rest.replace(b"\xff", b"\x00").replace(b"fLaC", b""))
