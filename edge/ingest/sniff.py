"""Which container a recording is in, told by its bytes and never by its name.

The container found here is forced on the decoder, so no other format (a playlist, a script that names other files) is
ever tried.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from edge.errors import BadInput

Content = bytes | mmap.mmap

# Recorders that cut a running MP3 or AAC stream leave part of a frame in front; one frame is at most 8,191 bytes.
STREAM_START_BYTES_MAX = 16_384
FRAMES_AT_START_MIN = 2
FRAMES_INSIDE_MIN = 3
ID3_TAGS_MAX = 4

FIX_FORMATS = "Send WAV, FLAC, MP3, M4A, AAC, Ogg, WebM or AMR"


class Container(StrEnum):
    """Containers that are decoded; the value is the name of FFmpeg's demuxer."""

    WAV = "wav"
    FLAC = "flac"
    MP3 = "mp3"
    ADTS = "aac"
    MP4 = "mov"
    OGG = "ogg"
    MATROSKA = "matroska"
    AMR = "amr"
    PCMU = "mulaw"
    PCMA = "alaw"


class Law(StrEnum):
    """The two laws of G.711."""

    PCMU = "pcmu"
    PCMA = "pcma"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Format of a recording without a header: G.711 at 8,000 Hz, channels interleaved byte by byte.

    Raises: BadInput for other channel counts than 1 and 2.
    """

    law: Law
    channels: int = 1

    def __post_init__(self) -> None:
        if self.channels not in (1, 2):
            raise BadInput("declared.channels", f"{self.channels} channels are declared", "Declare 1 or 2")


def sniff(content: Content, *, declared: Declared | None = None) -> Container:
    """Name the container of a recording.

    Args:
        content: the whole file; only its beginning is looked at, and what follows an ID3 tag.
        declared: format of raw G.711, which nothing in the bytes can tell.
    Raises: BadInput for anything that isn't a container we decode, with what it looks like.
    """
    if len(content) == 0:
        raise BadInput("audio", "the file is empty", "Send the recording again")
    found = _by_magic(content)
    if declared is not None:
        return _raw(found, content, declared)
    found = found or _by_frames(content)
    if found is None:
        raise BadInput("audio", _what_it_looks_like(content), FIX_FORMATS)
    return found


def _raw(found: Container | None, content: Content, declared: Declared) -> Container:
    if found is not None:
        raise BadInput("declared", f"the file has a header of its own ({found.name})", "Leave the declaration out")
    if _foreign(content) is not None:
        raise BadInput("audio", _what_it_looks_like(content), "Send the bare G.711 bytes")
    return Container.PCMU if declared.law is Law.PCMU else Container.PCMA


def _by_magic(content: Content) -> Container | None:
    head = content[:16]
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return Container.WAV
    if head[4:8] == b"ftyp":
        return Container.MP4
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return Container.AMR
    magics = {b"fLaC": Container.FLAC, b"OggS": Container.OGG, b"\x1a\x45\xdf\xa3": Container.MATROSKA}
    return magics.get(head[:4])


def _by_frames(content: Content) -> Container | None:
    """Look for MPEG audio frames or ADTS frames, one after another; in front of them ID3 tags or a cut frame."""
    start = _after_id3(content)
    if content[start : start + 4] == b"fLaC":
        return Container.FLAC
    if _foreign(content) is not None:
        return None
    for container, length_of in ((Container.MP3, _mpeg_frame_bytes), (Container.ADTS, _adts_frame_bytes)):
        position = content.find(b"\xff", start, start + STREAM_START_BYTES_MAX)
        while position >= 0:
            wanted = FRAMES_AT_START_MIN if position == start else FRAMES_INSIDE_MIN
            if _frames_follow(content, position, wanted, length_of):
                return container
            position = content.find(b"\xff", position + 1, start + STREAM_START_BYTES_MAX)
    return None


def _after_id3(content: Content) -> int:
    """Where the ID3v2 tags end (ID3v2.4, section 3.1: size in four bytes of seven bits, 10 bytes of header)."""
    position = 0
    for _ in range(ID3_TAGS_MAX):
        header = content[position : position + 10]
        if len(header) < 10 or header[:3] != b"ID3" or any(byte & 0x80 for byte in header[6:10]):
            break
        size = header[6] << 21 | header[7] << 14 | header[8] << 7 | header[9]
        position += 10 + size + (10 if header[5] & 0x10 else 0)
    return position


def _frames_follow(content: Content, position: int, wanted: int, length_of: Callable[[bytes], int]) -> bool:
    for number in range(wanted):
        length = length_of(content[position : position + 6])
        if length == 0:
            # A file of a single frame is all frames it can have.
            return number > 0 and position == len(content)
        position += length
    return True


def _mpeg_frame_bytes(header: bytes) -> int:
    """Length of the MPEG-1/2/2.5 layer II or III frame that starts here, or 0 (ISO/IEC 11172-3, section 2.4.2.3)."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bitrate_index, rate_index, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer not in (2, 3) or bitrate_index in (0, 15) or rate_index == 3:
        return 0
    rate_hz = (44_100, 48_000, 32_000)[rate_index] // {3: 1, 2: 2, 0: 4}[version]
    kbits = _KBITS[version == 3, layer][bitrate_index - 1]
    samples_by_8 = 72 if layer == 3 and version != 3 else 144
    return samples_by_8 * kbits * 1000 // rate_hz + padding


_KBITS = {
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _adts_frame_bytes(header: bytes) -> int:
    """Length of the ADTS frame that starts here, or 0 (ISO/IEC 13818-7, section 6.2)."""
    if len(header) < 6 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 0xF > 12:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length > 7 else 0


_FOREIGN = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program (ELF)"),
    (b"MZ", "a program (Windows)"),
    (b"#!/", "a script"),
    (b"#EXTM3U", "a playlist (HLS)"),
    (b"ffconcat", "a list of other files (ffconcat)"),
    (b"[playlist]", "a playlist (PLS)"),
    (b"SQLite format 3", "a database"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media (WMA)"),
    (b"FORM", "AIFF"),
    (b"caff", "a Core Audio file (CAF)"),
    (b".snd", "a Sun audio file (AU)"),
    (b"riff\x2e\x91\xcf\x11", "a Wave64 file"),
    (b"FLV", "Flash video"),
    (b"RIFF", "a RIFF file without sound of the WAVE kind"),
)


def _foreign(content: Content) -> str | None:
    """A name for content that is something else, told by its first bytes."""
    head = content[:64]
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            return name
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "a web page" if text.startswith((b"<!doctype html", b"<html")) else None


def _text(content: Content) -> str | None:
    """A name for plain text. Not to be asked about raw G.711, whose silence can be 64 times the sign "~"."""
    head = content[:64]
    if len(head) < 8 or not _is_text(head):
        return None
    return "text (XML or JSON)" if head.lstrip()[:1] in (b"<", b"{", b"[") else "text"


def _is_text(head: bytes) -> bool:
    return all(byte in b"\t\r\n" or 0x20 <= byte < 0x7F for byte in head)


def _what_it_looks_like(content: Content) -> str:
    name = _foreign(content) or _text(content)
    if name is not None:
        return f"the file is no recording; it looks like {name}"
    if content[:3] == b"ID3":
        return "the file holds a title (ID3) and no sound that can be recognised"
    return "the file has no header that tells its format; bare G.711 needs its format declared"
