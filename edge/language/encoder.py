"""Meaning as numbers: lower layers of multilingual-e5-small (models/cards/language-encoder.md), utterance by utterance.

The heads (`heads.py`) judge an utterance from its own states and those of the turns before it, so each utterance of a
call goes through here once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from edge.errors import NotReady
from edge.models import BUNDLED
from edge.records import Speaker

MODEL, TOKENIZER = BUNDLED / "language-encoder.onnx", BUNDLED / "language-tokenizer.json"
FIRST, LAST = 0, 2  # <s>, </s>
TOKENS_MAX = 112  # of one utterance; what comes after is not judged
# Who speaks is said in the text: the encoder has no other place for it, and knows the words.
SAID_BY = {Speaker.AGENT: "客服：", Speaker.CUSTOMER: "客户：", Speaker.UNKNOWN: ""}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """One utterance's states, float32, shape (tokens, hidden), and each token's characters in its text.

    places: start and end for every token; (0, 0) for those that stand for no character of it.
    """

    states: NDArray[np.float32]
    places: tuple[tuple[int, int], ...]


class Encoder:
    """The network and its tokenizer. Holds nothing of any text. Raises: NotReady where a file is missing or broken."""

    def __init__(self, *, threads: int = 0) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads  # 0: as many as there are cores
        options.log_severity_level = 3
        try:
            self._tokenizer = Tokenizer.from_file(str(TOKENIZER))
            self._network = onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise what they please
            raise NotReady("models", f"{MODEL.name} can't be loaded", "Install Sottovoce again") from error

    def encode(self, said: Sequence[tuple[Speaker, str]]) -> tuple[Encoded, ...]:
        """Encode utterances, each by itself: its numbers never depend on what else is asked."""
        return tuple(self._encode(speaker, text) for speaker, text in said)

    def _encode(self, speaker: Speaker, text: str) -> Encoded:
        ids, places = self._pieces(speaker, text)
        (states,) = self._network.run(["states"], {"ids": np.array([ids], dtype=np.int64)})
        return Encoded(states=states[0], places=places)

    def _pieces(self, speaker: Speaker, text: str) -> tuple[list[int], tuple[tuple[int, int], ...]]:
        prefix = SAID_BY[speaker]
        split = self._tokenizer.encode(prefix + text)
        ids = split.ids[: TOKENS_MAX - 2]
        places = [
            (max(0, start - len(prefix)), max(0, end - len(prefix))) for start, end in split.offsets[: TOKENS_MAX - 2]
        ]
        return [FIRST, *ids, LAST], ((0, 0), *places, (0, 0))
