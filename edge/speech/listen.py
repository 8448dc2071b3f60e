"""The speech stage: a recording in, a transcript out."""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2

from edge.errors import BadInput, NotReady
from edge.records import Audio, ChannelRole, ChannelSummary, Language, Speaker, Stretch, Transcript, Utterance
from edge.speech.diarise import Diariser
from edge.speech.lanes import Lane, lanes
from edge.speech.mono import speakers, voice_turns
from edge.speech.packs import packs
from edge.speech.recogniser import MARGIN_S, Recogniser
from edge.speech.turns import Turn, turns
from edge.speech.utterances import Said, said
from edge.speech.voice import VoiceDetector
from edge.speech.whisper import Whisper

Progress = Callable[[float], None]  # share of the recognition done, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One turn with who spoke and what was said, if anything was understood."""

    turn: Turn
    speaker: Speaker
    doubtful: bool
    said: Said | None


class Listener:
    """Writes recordings down. Loads its models on first use; may be shared by threads.

    Args:
        model_dir: a CTranslate2 folder of any multilingual Whisper.
        voice_model: the encoder that tells two voices on one channel apart; without it they stay `unknown`.
        threads: processor threads for recognition.
    """

    def __init__(self, model_dir: Path, *, voice_model: Path | None = None, threads: int = 2) -> None:
        self._model_dir = model_dir
        self._voice_model = voice_model
        self._threads = threads
        self._lock = threading.Lock()
        self._models: _Models | None = None

    def load(self) -> None:
        """Load the models now. Raises: NotReady where the model folder can't be read."""
        self._loaded()

    def transcribe(
        self, audio: Audio, *, roles: tuple[ChannelRole, ...], language: Language, progress: Progress | None = None
    ) -> Transcript:
        """Write a recording down.

        Args:
            roles: who is heard on each channel of `audio`.
        Raises: BadInput where roles and channels differ in number; NotReady where the models can't be loaded.
        """
        if len(roles) != audio.samples.shape[0]:
            raise BadInput(
                "channels", f"{len(roles)} named, {audio.samples.shape[0]} recorded", "Name every channel once"
            )
        models = self._loaded()
        start_s = time.perf_counter()
        found = lanes(audio, roles, models.detector)
        heard_s = time.perf_counter()
        lines = self._lines(found, models, language, progress or (lambda share: None))
        return Transcript(
            duration_s=audio.duration_s,
            channels=tuple(
                ChannelSummary(index=lane.channel, role=lane.role, speech_s=lane.speech_s, note=lane.note)
                for lane in found
            ),
            utterances=_utterances(lines, found),
            speech=_speech(lines),
            vad_s=heard_s - start_s,
            speech_s=time.perf_counter() - heard_s,
            versions=models.versions,
        )

    def _lines(self, found: Sequence[Lane], models: _Models, language: Language, progress: Progress) -> list[_Line]:
        taken = [_turns(index, found, models.diariser) for index in range(len(found))]
        wanted = [
            pack for index, lane in enumerate(found) for pack in packs(index, taken[index], lane.track.duration_s)
        ]
        spoken = models.recogniser.recognise(wanted, [lane.track for lane in found], language, progress)
        lines: list[_Line] = []
        for index, lane in enumerate(found):
            texts = said(taken[index], [item for item in spoken if item.pack.lane == index], language)
            lines.extend(_attributed(lane, taken[index], texts, language, models.diariser))
        return sorted(lines, key=lambda line: (line.turn.start_s, line.turn.lane))

    def _loaded(self) -> _Models:
        with self._lock:
            if self._models is None:
                self._models = _Models(self._model_dir, self._voice_model, self._threads)
            return self._models


class _Models:
    """Everything that a listener loads."""

    def __init__(self, model_dir: Path, voice_model: Path | None, threads: int) -> None:
        self.recogniser = Recogniser(Whisper(model_dir, threads=threads))
        self.detector = VoiceDetector()
        self.diariser = None if voice_model is None else Diariser(voice_model)
        self.versions = {
            "speech_model": model_dir.name,
            "speech_model_sha256": _sha256(model_dir / "model.bin"),
            "speech_engine": f"ctranslate2 {ctranslate2.__version__} int8",
            "speech_window_margin_s": str(MARGIN_S),
        }


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise NotReady("speech.model", f"{path} can't be read", "Run `sottovoce box models verify`") from error


def _turns(index: int, found: Sequence[Lane], diariser: Diariser | None) -> tuple[Turn, ...]:
    lane = found[index]
    if lane.role is ChannelRole.MIXED and diariser is not None:
        return voice_turns(index, lane, diariser)
    others = sorted(
        itertools.chain.from_iterable(other.stretches for other in found if other is not lane),
        key=lambda stretch: stretch.start_s,
    )
    return turns(index, lane.stretches, others)


def _attributed(
    lane: Lane, turns: Sequence[Turn], texts: Sequence[Said | None], language: Language, diariser: Diariser | None
) -> list[_Line]:
    if lane.role is not ChannelRole.MIXED:
        owners = [(Speaker(lane.role.value), False)] * len(turns)
    elif diariser is None:
        owners = [(Speaker.UNKNOWN, True)] * len(turns)
    else:
        owners = list(speakers(turns, [text.text if text else "" for text in texts], language))
    return [
        _Line(turn=turn, speaker=speaker, doubtful=doubtful, said=text)
        for turn, (speaker, doubtful), text in zip(turns, owners, texts, strict=True)
    ]


def _utterances(lines: Sequence[_Line], found: Sequence[Lane]) -> tuple[Utterance, ...]:
    return tuple(
        Utterance(
            id=f"u{number:04}",
            channel=found[line.turn.lane].channel,
            speaker=line.speaker,
            start_s=round(line.turn.start_s, 3),
            end_s=round(line.turn.end_s, 3),
            text=text.text,
            confidence=text.confidence,
            words=text.words,
            speaker_doubtful=line.doubtful,
        )
        for number, (line, text) in enumerate(((line, line.said) for line in lines if line.said), start=1)
    )


def _speech(lines: Sequence[_Line]) -> dict[Speaker, tuple[Stretch, ...]]:
    """Where each speaker speaks, understood or not."""
    by_speaker: dict[Speaker, list[Stretch]] = {}
    for line in lines:
        by_speaker.setdefault(line.speaker, []).extend(line.turn.stretches)
    return {
        speaker: tuple(sorted(stretches, key=lambda stretch: stretch.start_s))
        for speaker, stretches in by_speaker.items()
    }
