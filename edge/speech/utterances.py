"""Utterances: the recognised pieces given back to the turns they were said in."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.records import Language, Stretch, Word
from edge.speech.phrases import invented
from edge.speech.recogniser import Spoken
from edge.speech.turns import Turn
from edge.speech.whisper import Piece
from edge.speech.writing import PAUSE_MARK, marked, simplified, written

# A turn whose characters the recogniser gave less than this on average is noise or a stranger's voice, not low quality:
# docs/speech.md shows both distributions.
CONFIDENCE_MIN = 0.3
_PROBABILITY_FLOOR = 1e-3  # one impossible token shall not decide over a turn
_WORD_S_MIN = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said in one turn."""

    text: str
    confidence: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A piece at its time in the call, with the part of the pack it fell into."""

    turn: int
    part_start_s: float
    word: Word


def said(turns: Sequence[Turn], spoken: Iterable[Spoken], language: Language) -> tuple[Said | None, ...]:
    """What was said in each turn of one lane; None where nothing was, or nothing that can be believed.

    Args:
        turns: of the lane; `Part.turn` in the packs indexes them.
        spoken: the decoded packs of that lane, in any order.
    """
    placed: dict[int, list[_Placed]] = {}
    for item in sorted(spoken, key=lambda item: item.pack.parts[0].start_s):
        if not item.faults:
            for piece in _place(item):
                placed.setdefault(piece.turn, []).append(piece)
    return tuple(_said(turn, placed[index], language) if index in placed else None for index, turn in enumerate(turns))


def _place(item: Spoken) -> list[_Placed]:
    """The pieces of a pack at their turns. A mark stays with the word before it, whichever side its time falls."""
    placed: list[_Placed] = []
    for piece in item.pieces:
        if placed and not any(character.isalnum() for character in piece.text):
            before = placed[-1]
            placed[-1] = _Placed(turn=before.turn, part_start_s=before.part_start_s, word=_joined(before.word, piece))
            continue
        part, start_s = item.pack.place(piece.start_s)
        end_s = min(part.end_s, start_s + max(_WORD_S_MIN, piece.end_s - piece.start_s))
        word = Word(text=piece.text, start_s=start_s, end_s=max(start_s, end_s), probability=piece.probability)
        placed.append(_Placed(turn=part.turn, part_start_s=part.start_s, word=word))
    return placed


def _joined(word: Word, mark: Piece) -> Word:
    return Word(text=word.text + mark.text, start_s=word.start_s, end_s=word.end_s, probability=word.probability)


def _said(turn: Turn, pieces: list[_Placed], language: Language) -> Said | None:
    confidence = _confidence(piece.word.probability for piece in pieces)
    text = written(_with_pauses(pieces, language), language)
    if not text or confidence < CONFIDENCE_MIN or invented(text, confidence):
        return None
    return Said(text=text, confidence=confidence, words=tuple(_word(piece.word, turn, language) for piece in pieces))


def _with_pauses(pieces: list[_Placed], language: Language) -> str:
    """The text, with a mark where the speaker paused and the recogniser wrote none."""
    groups = itertools.groupby(pieces, key=lambda piece: piece.part_start_s)
    texts = ["".join(piece.word.text for piece in group) for _, group in groups]
    return "".join(
        text if last or marked(text) else text + PAUSE_MARK[language]
        for last, text in ((index == len(texts) - 1, text) for index, text in enumerate(texts))
    )


def _confidence(probabilities: Iterable[float]) -> float:
    """Geometric mean: the certainty of an average token."""
    logs = [math.log(max(_PROBABILITY_FLOOR, probability)) for probability in probabilities]
    return math.exp(sum(logs) / len(logs))


def _word(word: Word, turn: Turn, language: Language) -> Word:
    """The word as it is shown: Simplified, bare, and inside the nearest stretch of speech."""
    text = word.text.strip()
    stretch = min(turn.stretches, key=lambda item: _distance_s(item, word))
    start_s = min(max(word.start_s, stretch.start_s), stretch.end_s)
    end_s = min(max(word.end_s, start_s), stretch.end_s)
    return Word(
        text=simplified(text) if language is Language.ZH else text,
        start_s=start_s,
        end_s=end_s,
        probability=word.probability,
    )


def _distance_s(stretch: Stretch, word: Word) -> float:
    return max(stretch.start_s - word.start_s, word.start_s - stretch.end_s, 0.0)
