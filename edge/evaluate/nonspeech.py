"""What the recogniser makes up where nobody speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge.errors import BadInput
from edge.evaluate.speech import read_audio
from edge.records import ChannelRole, Language
from edge.speech.listen import Listener

Progress = Callable[[int, int], None]  # files done, files in all
_SUFFIXES = frozenset({".flac", ".wav"})
_ROLES = (ChannelRole.AGENT, ChannelRole.CUSTOMER)


@dataclass(frozen=True, slots=True, kw_only=True)
class NonspeechFigures:
    """What `sottovoce evaluate nonspeech --json` prints; every character is made up."""

    files: int
    audio_s: float
    characters: int
    files_with_text: int


def evaluate(folder: Path, listener: Listener, progress: Progress | None = None) -> NonspeechFigures:
    """Recognise every WAV and FLAC file of a folder, as Chinese. Raises: BadInput where there are none."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES) if folder.is_dir() else []
    if not paths:
        raise BadInput("dir", f"{folder.name} holds no WAV or FLAC file", "Give a folder with recordings")
    audio_s, counts = 0.0, []
    for done, path in enumerate(paths, start=1):
        audio = read_audio(path)
        transcript = listener.transcribe(audio, roles=_ROLES[: audio.samples.shape[0]], language=Language.ZH)
        audio_s += audio.duration_s
        counts.append(sum(len(utterance.text) for utterance in transcript.utterances))
        if progress:
            progress(done, len(paths))
    return NonspeechFigures(
        files=len(paths), audio_s=audio_s, characters=sum(counts), files_with_text=sum(count > 0 for count in counts)
    )
