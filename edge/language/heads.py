"""Learned heads: what an utterance does, by its meaning and the two turns before (models/cards/language-heads.md).

Three more layers of the encoder, trained on annotated calls, and for every label an attention over the utterance's
tokens (Mullenbach et al. 2018): its logit is a weighted sum over tokens, so each token's share of it is known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from edge.codebook import KINDS, OUTPUTS
from edge.errors import NotReady
from edge.language.encoder import Encoded

NAME = "language-heads.onnx"
# Tokens of the last turn and of the one before it that are looked at: their first few (who speaks) and their last.
BEFORE_TOKENS = (24, 14)
BEFORE_FIRST = 3
START = len(BEFORE_TOKENS) + 1  # the place of the one empty state that stands before every call's first turn
AT = {output: index for index, output in enumerate(OUTPUTS)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judgement:
    """What the heads say of one utterance.

    logits: float32, one for each of `edge.codebook.OUTPUTS`.
    pulls: float32, shape (tokens, outputs): each token's share of the logits.
    places: each token's characters.
    """

    logits: NDArray[np.float32]
    pulls: NDArray[np.float32]
    places: tuple[tuple[int, int], ...]

    def logit(self, label: str) -> float:
        """How surely the label is meant, as the logarithm of the odds; not calibrated."""
        return float(self.logits[AT[label]])

    def kind_shares(self, label: str) -> dict[str, float]:
        """How the label's kinds share it; empty for a label without kinds."""
        names = KINDS.get(label, ())
        if not names:
            return {}
        logits = np.array([self.logits[AT[f"{label}:{name}"]] for name in names], dtype=np.float64)
        shares = np.exp(logits - logits.max())
        return dict(zip(names, (shares / shares.sum()).tolist(), strict=True))

    def pull(self, label: str, start: int, end: int) -> float:
        """What a stretch of characters adds to the label's logit."""
        column = self.pulls[:, AT[label]]
        return float(
            sum(share for share, (first, last) in zip(column, self.places, strict=True) if start <= first < last <= end)
        )


class Heads:
    """The network. Holds nothing of any text. Raises: NotReady where the file is missing or of another form."""

    def __init__(self, path: Path, *, threads: int = 0) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._network = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises what it pleases
            raise NotReady("models", f"{path.name} can't be loaded", "Install Sottovoce again") from error
        if self._network.get_outputs()[0].shape[-1] != len(OUTPUTS):
            raise NotReady("models", f"{path.name} gives other labels than the codebook", "Install Sottovoce again")

    def judge(self, encoded: Sequence[Encoded], *, first: int = 0) -> tuple[Judgement, ...]:
        """Judge the utterances of a call from the `first` on, each with the two before it; one result for each."""
        return tuple(self._judge(encoded, index) for index in range(first, len(encoded)))

    def _judge(self, encoded: Sequence[Encoded], index: int) -> Judgement:
        before, places = context(encoded, index)
        own = encoded[index]
        inputs = {"x": own.states[None], "before": before[None], "places": np.array([places], dtype=np.int64)}
        logits, pulls = self._network.run(["logits", "pulls"], inputs)
        return Judgement(logits=logits[0], pulls=pulls[0], places=own.places)


def context(encoded: Sequence[Encoded], index: int) -> tuple[NDArray[np.float32], list[int]]:
    """States of what was said before an utterance, and how many turns ago: 1, 2; START for the empty one."""
    hidden = encoded[index].states.shape[1]
    states, places = [np.zeros((1, hidden), dtype=np.float32)], [START]
    for ago, tokens_max in enumerate(BEFORE_TOKENS, start=1):
        if index - ago < 0:
            break
        own = encoded[index - ago].states
        if len(own) > tokens_max:
            own = np.concatenate([own[:BEFORE_FIRST], own[BEFORE_FIRST - tokens_max :]])
        states.append(own)
        places += [ago] * len(own)
    return np.concatenate(states), places


def probability(logit: float) -> float:
    """The logistic function."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))
