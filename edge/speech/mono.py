"""Two people on one channel: whose voice each stretch is, and which of the voices is staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from edge.records import Language, Speaker, Stretch
from edge.speech import staff
from edge.speech.diarise import Diariser, VoiceTurn
from edge.speech.lanes import Lane
from edge.speech.turns import Turn, turns


def voice_turns(index: int, lane: Lane, diariser: Diariser) -> tuple[Turn, ...]:
    """The turns of both voices of a mixed lane, in order of start.

    The voice embeddings live and die inside the diariser (DESIGN decision 3).
    """
    if not lane.stretches:
        return ()
    found = diariser.split(np.concatenate(list(lane.track.blocks())), lane.stretches)
    by_voice = [tuple(_stretches(lane.stretches, (turn for turn in found if turn.voice == voice))) for voice in (0, 1)]
    joined = [
        replace(turn, doubtful=_doubtful(turn, found))
        for voice in (0, 1)
        for turn in turns(index, by_voice[voice], by_voice[1 - voice], voice=voice)
    ]
    return tuple(sorted(joined, key=lambda turn: turn.start_s))


def _stretches(speech: Sequence[Stretch], found: Iterable[VoiceTurn]) -> Iterable[Stretch]:
    """Where speech and a voice's turns overlap."""
    for turn in found:
        for stretch in speech:
            start_s, end_s = max(turn.start_s, stretch.start_s), min(turn.end_s, stretch.end_s)
            if end_s > start_s:
                yield Stretch(start_s=start_s, end_s=end_s)


def _doubtful(turn: Turn, found: Sequence[VoiceTurn]) -> bool:
    return any(item.doubtful and item.start_s < turn.end_s and item.end_s > turn.start_s for item in found)


def speakers(turns: Sequence[Turn], texts: Sequence[str], language: Language) -> tuple[tuple[Speaker, bool], ...]:
    """Who speaks in each turn and whether that is in doubt, from what was said in them ("" for nothing)."""
    spoken = [
        staff.Spoken(voice=turn.voice, text=text, doubtful=turn.doubtful)
        for turn, text in zip(turns, texts, strict=True)
    ]
    return tuple((found.speaker, found.doubtful) for found in staff.attribute(spoken, language))
