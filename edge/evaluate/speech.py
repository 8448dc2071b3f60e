"""How well and how fast the recogniser writes down recordings whose text is known."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from edge.errors import BadInput
from edge.evaluate.cer import Edits, compare
from edge.records import Audio, ChannelRole, Language
from edge.speech.listen import Listener

Progress = Callable[[int, int], None]  # files done, files in all
_COLUMNS = ("audio", "text", "language")
_RATE_HZ_MAX = 16_000
# One person a channel: these files are sentences, so nobody is to be told apart in them.
_ROLES = (ChannelRole.AGENT, ChannelRole.CUSTOMER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechFigures:
    """What `sottovoce evaluate speech --json` prints. rtf: wall_s / audio_s, loading the model not counted."""

    cer: float
    substitutions: int
    deletions: int
    insertions: int
    reference_chars: int
    utterances: int
    audio_s: float
    wall_s: float
    rtf: float


def evaluate(manifest: Path, listener: Listener, progress: Progress | None = None) -> SpeechFigures:
    """Recognise every recording of a manifest and compare (audio⇥text⇥language, header line, paths beside it).

    Raises: BadInput naming the line that can't be read.
    """
    rows = read_manifest(manifest)
    listener.load()
    edits, audio_s, wall_s = Edits(), 0.0, 0.0
    for done, (path, text, language) in enumerate(rows, start=1):
        audio = read_audio(path)
        start_s = time.perf_counter()
        transcript = listener.transcribe(audio, roles=_ROLES[: audio.samples.shape[0]], language=language)
        wall_s += time.perf_counter() - start_s
        audio_s += audio.duration_s
        edits += compare(text, "".join(utterance.text for utterance in transcript.utterances))
        if progress:
            progress(done, len(rows))
    return SpeechFigures(
        cer=edits.cer,
        substitutions=edits.substitutions,
        deletions=edits.deletions,
        insertions=edits.insertions,
        reference_chars=edits.reference_chars,
        utterances=len(rows),
        audio_s=audio_s,
        wall_s=wall_s,
        rtf=wall_s / audio_s if audio_s else 0.0,
    )


def read_audio(path: Path) -> Audio:
    """Read a trusted recording of one or two channels, at 16 kHz at most.

    Raises: BadInput where it can't be read. Recordings that come from outside go through the sandbox instead.
    """
    try:
        samples, rate_hz = soundfile.read(path, dtype="int16", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise BadInput("audio", f"{path.name} can't be read", "Give a WAV or FLAC file") from error
    if samples.shape[1] > 2:
        raise BadInput("audio", f"{path.name} has {samples.shape[1]} channels", "Give one or two")
    if rate_hz > _RATE_HZ_MAX:
        samples, rate_hz = soxr.resample(samples, rate_hz, _RATE_HZ_MAX, quality="HQ"), _RATE_HZ_MAX
    return Audio(samples=np.ascontiguousarray(samples.T), rate_hz=rate_hz)


def read_manifest(manifest: Path) -> list[tuple[Path, str, Language]]:
    """Recording, text and language of each line. Raises: BadInput naming the line that can't be read."""
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("manifest", f"{manifest.name} can't be read", "Give a UTF-8 file") from error
    return [_row(row, line, manifest.parent) for line, row in enumerate(rows, start=2)]


def _row(row: dict[str, str | None], line: int, folder: Path) -> tuple[Path, str, Language]:
    audio, text, language = (row.get(column) for column in _COLUMNS)
    if not audio or text is None:
        raise BadInput("manifest", f"line {line} lacks audio or text", "Give audio, text and language, tab-separated")
    try:
        return folder / audio, text, Language(language or "")
    except ValueError as error:
        raise BadInput("manifest", f"line {line} names an unknown language", "Use zh or en") from error
