"""Whisper through CTranslate2, with an encoder window as long as the speech in it and not always 30 s."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray
from tokenizers import Tokenizer as Vocabulary

from edge.errors import NotReady
from edge.records import Language
from edge.speech.features import HOP, RATE_HZ, LogMel

TOKENS_PER_S_MAX = 14  # the fastest speech is near 10 characters a second, rare characters take two or three tokens
_TOKENS_MIN = 24  # room for a short answer with punctuation
_TOKENS_MAX = 224  # half of the decoder's positions, as Whisper was trained
_POSITION_S = 0.02  # of the encoder's output: two mel frames
_MEDIAN_FRAMES = 7  # smoothing of the alignment, Whisper's own value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Window:
    """Samples to be decoded in one go: 16 kHz, with the length of the encoder's window in mel frames."""

    samples: NDArray[np.float32]
    frames: int

    @property
    def seconds(self) -> float:
        """How much audio there is, without the silent rest of the window."""
        return int(self.samples.shape[0]) / RATE_HZ


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Characters that came out of some tokens together, with their times in the window."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the model made of one window.

    mean_log_probability: per token, the end of text included. ended: the model closed the text itself.
    """

    text: str
    tokens: tuple[int, ...]
    mean_log_probability: float
    no_speech_probability: float
    ended: bool


class Whisper:
    """One loaded model. Raises: NotReady where the folder holds no readable multilingual Whisper."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        try:
            self._model = ctranslate2.models.Whisper(
                str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
            )
            self._vocabulary = Vocabulary.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # both libraries raise bare exceptions of their own making
            raise NotReady("speech.model", f"{folder} can't be loaded", "Run `sottovoce box models verify`") from error
        if not self._model.is_multilingual:
            raise NotReady("speech.model", f"{folder} knows English only", "Use a multilingual Whisper model")
        self._log_mel = LogMel(self._model.n_mels)

    def tokenizer(self, language: Language) -> Tokenizer:
        """The model's tokenizer, set to transcribe one language."""
        return Tokenizer(self._vocabulary, multilingual=True, task="transcribe", language=language.value)

    def encode(self, windows: Sequence[Window]) -> Any:
        """Run the encoder on windows of one length; the result goes into `decode` and `align`.

        One at a time: the attention of several windows together falls out of the processor's cache, which made the
        encoder half as slow again at 20 s (docs/speech.md). Only the decoder gains from a batch.
        """
        encoded = [np.asarray(self._model.encode(self._features(window))) for window in windows]
        return ctranslate2.StorageView.from_array(np.concatenate(encoded))

    def _features(self, window: Window) -> Any:
        mel = self._log_mel(window.samples, window.frames)
        return ctranslate2.StorageView.from_array(np.ascontiguousarray(mel[None]))

    def decode(
        self, encoded: Any, windows: Sequence[Window], language: Language, *, beam: int, prompt: str = ""
    ) -> tuple[Heard, ...]:
        """Turn encoded windows into text, each held to a length that its audio can carry."""
        tokenizer = self.tokenizer(language)
        start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        if prompt:
            start = [tokenizer.sot_prev, *tokenizer.encode(" " + prompt), *start]
        seconds = max(window.seconds for window in windows)
        room = min(_TOKENS_MAX, max(_TOKENS_MIN, round(seconds * TOKENS_PER_S_MAX)))
        results = self._model.generate(
            encoded,
            [start] * len(windows),
            beam_size=beam,
            max_length=len(start) + room,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=[-1],
        )
        return tuple(_heard(result, tokenizer, room) for result in results)

    def align(
        self, encoded: Any, windows: Sequence[Window], heard: Sequence[Heard], language: Language
    ) -> tuple[tuple[Piece, ...], ...]:
        """When each character (English: word) of the texts was said, from the decoder's attention."""
        tokenizer = self.tokenizer(language)
        # The true number of frames: attention past the audio would pull the last words into the silent rest.
        frames = [min(window.frames, -(-window.samples.shape[0] // HOP)) for window in windows]
        found = self._model.align(
            encoded,
            tokenizer.sot_sequence,
            [list(item.tokens) for item in heard],
            frames,
            median_filter_width=_MEDIAN_FRAMES,
        )
        return tuple(_pieces(result, item.tokens, tokenizer) for result, item in zip(found, heard, strict=True))


def _heard(result: Any, tokenizer: Tokenizer, room: int) -> Heard:
    tokens = tuple(token for token in result.sequences_ids[0] if token < tokenizer.eot)
    length = len(result.sequences_ids[0])
    return Heard(
        text=tokenizer.decode(list(tokens)).strip(),
        tokens=tokens,
        # The score is the mean over the tokens without the end; the sum belongs to one token more.
        mean_log_probability=result.scores[0] * length / (length + 1),
        no_speech_probability=result.no_speech_prob,
        ended=length < room,
    )


def _pieces(result: Any, tokens: tuple[int, ...], tokenizer: Tokenizer) -> tuple[Piece, ...]:
    """Read one alignment: pairs of (token index, encoder position), turned into times of whole characters."""
    if not tokens or not result.alignments:
        return ()
    texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    pairs = np.array(result.alignments)
    jumps = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1))
    starts_s = pairs[jumps, 1] * _POSITION_S
    edges = list(itertools.accumulate((len(group) for group in groups), initial=0))
    last = len(starts_s) - 1
    return tuple(
        Piece(
            text=text,
            start_s=float(starts_s[min(first, last)]),
            end_s=float(starts_s[min(past, last)]),
            probability=float(np.mean(result.text_token_probs[first:past])),
        )
        for text, first, past in zip(texts[:-1], edges[:-2], edges[1:-1], strict=True)
    )
