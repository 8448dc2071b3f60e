"""Who speaks when, in a recording with both sides on one channel.

Cells of 0.2 s get a voice embedding each; their first principal component parts them in two; a hidden Markov model
whose two states are the voices smooths the result until it stands still. Embeddings are local to one call of
`split`: nothing made here but times, a 0 or a 1, and a doubt leaves the function (DESIGN decision 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.records import Stretch
from edge.speech.voice_encoder import FRAMES_PER_S, RATE_HZ, VoiceEncoder, mel_spectrogram

Floats = NDArray[np.float32]
Voices = NDArray[np.int64]

# Of windows of 0.8, 1.0, 1.2, 1.6 and 2.0 s, 0.8 s gave the best turns: longer ones know the voice a little better but
# mix the two sides at every change.
WINDOW_FRAMES = 80
CELL_FRAMES = 20
CELLS_PER_BATCH = 512
# Level the encoder was trained at, -30 dBFS; its mel input isn't logarithmic, so loudness would pass for a voice.
LEVEL_RMS = 10 ** (-30 / 20)
LEVEL_RMS_MIN = 1e-4
# Below this many cells (2 s of speech) two groups can be found in anything.
CELLS_MIN = 10
# Cosine between the mean embeddings of the two groups. In a minute of speech, halves of one voice lie at 0.939 to
# 0.986, voices that can be told apart at 0.72 to 0.908; in less speech chance parts the halves further (5th percentile:
# 0.91 in 22 s, 0.86 in 12 s, 0.79 in 5 s). Above the bound every turn is doubtful: two people with nearly one voice lie
# as close as the halves of one, and sound alone can't say which it is.
SURE_COSINE_MAX = 0.92
SURE_COSINE_LIMIT = 0.94  # the bound is this less SHORTFALL_S over the seconds of speech, and SURE_COSINE_MAX at most
SHORTFALL_S = 1.5
# Past this one even a guess at two voices is a coin's: all is shown as one, and doubtful.
ONE_VOICE_COSINE_MIN = 0.965
# Cost, in nats, of changing voice inside a stretch, at a pause, and at a long pause.
CHANGE_COST = 8.0
CHANGE_COST_PAUSE = 3.2
CHANGE_COST_LONG_PAUSE = 1.6
LONG_PAUSE_S = 0.6
ROUNDS_MAX = 8
# Evidence (log-likelihood ratio for the voice chosen, in nats) that a turn must hold to stand undoubted. On 22
# recordings 12 doubts 1.9 % of the time, 16 doubts 3.5 % and the worst recording is 96.8 % right in the rest, 24 doubts
# 10 %.
EVIDENCE_MIN = 16.0
# A change is moved to the quietest 10 ms this near to it: people take turns in pauses. 0.2 s was best of 0 to 0.3 s.
SNAP_FRAMES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceTurn:
    """A stretch of speech by one of the two voices; `doubtful` where they could not be told apart well."""

    start_s: float
    end_s: float
    voice: int  # 0 or 1, by order of first speaking
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """Short pieces of speech in order of time, with where each finds its window among the mel frames of all speech."""

    stretch: Voices  # index of the stretch
    start: Voices  # in frames from the stretch's start
    end: Voices
    window: Voices  # first mel frame of the window
    window_frames: Voices  # frames it may use; fewer than WINDOW_FRAMES are repeated to fill it
    cost: NDArray[np.float64]  # of changing voice just before the cell


class Diariser:
    """Splits the speech of one mono recording between two voices at most."""

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        """Load `models/voice-encoder.onnx`. Raises: NotReady."""
        self._encoder = VoiceEncoder(model, threads=threads)

    def split(self, samples_16k: Floats, speech: Sequence[Stretch]) -> tuple[VoiceTurn, ...]:
        """Cover the speech with turns, in order, none across two stretches.

        Args:
            samples_16k: one channel at 16 kHz, -1 to 1.
            speech: where someone speaks, in order, without overlap.
        """
        speech = [stretch for stretch in speech if stretch.end_s > stretch.start_s]
        if not speech:
            return ()
        clips = [_clip(samples_16k, stretch) for stretch in speech]
        mels = [mel_spectrogram(clip) for clip in clips]
        cells = _cells(speech, [len(mel) for mel in mels])
        embeddings = np.concatenate([self._encoder.embed(batch) for batch in _windows(np.concatenate(mels), cells)])
        voices, evidence, cosine = _two_voices(embeddings, cells)
        if cosine >= ONE_VOICE_COSINE_MIN:
            return tuple(_whole(stretch) for stretch in speech)
        turns = _turns(speech, cells, voices, evidence, mels)
        if cosine > _sure_cosine_max(sum(stretch.end_s - stretch.start_s for stretch in speech)):
            return tuple(replace(turn, doubtful=True) for turn in turns)
        return turns


def _sure_cosine_max(speech_s: float) -> float:
    """Up to where two groups of cells are certainly two voices, given how much speech there is."""
    return min(SURE_COSINE_MAX, SURE_COSINE_LIMIT - SHORTFALL_S / speech_s)


def _clip(samples_16k: Floats, stretch: Stretch) -> Floats:
    """The stretch's samples at the encoder's level; at least one sample."""
    first, last = round(stretch.start_s * RATE_HZ), round(stretch.end_s * RATE_HZ)
    clip = np.asarray(samples_16k[first:last], dtype=np.float32)
    if len(clip) == 0:
        return np.zeros(1, dtype=np.float32)
    rms = float(np.sqrt(np.mean(np.square(clip, dtype=np.float64))))
    return np.asarray(clip * np.float32(LEVEL_RMS / max(rms, LEVEL_RMS_MIN)))


def _whole(stretch: Stretch) -> VoiceTurn:
    return VoiceTurn(start_s=stretch.start_s, end_s=stretch.end_s, voice=0, doubtful=True)


def _cells(speech: Sequence[Stretch], frames: Sequence[int]) -> _Cells:
    """Cut each stretch in equal cells of about CELL_FRAMES; a window is centred on its cell, inside the stretch."""
    columns: list[NDArray[np.int64]] = []
    costs: list[float] = []
    offset = 0
    for index, (stretch, length) in enumerate(zip(speech, frames, strict=True)):
        count = max(1, round(length / CELL_FRAMES))
        edges = np.round(np.linspace(0, length, count + 1)).astype(np.int64)
        centre = (edges[:-1] + edges[1:]) // 2
        start = np.clip(centre - WINDOW_FRAMES // 2, 0, max(0, length - WINDOW_FRAMES))
        usable = np.full(count, min(length, WINDOW_FRAMES))
        columns.append(np.stack([np.full(count, index), edges[:-1], edges[1:], offset + start, usable]))
        pause_s = stretch.start_s - speech[index - 1].end_s if index else LONG_PAUSE_S
        costs += [CHANGE_COST_LONG_PAUSE if pause_s >= LONG_PAUSE_S else CHANGE_COST_PAUSE] + [CHANGE_COST] * (
            count - 1
        )
        offset += length
    of, first, last, window, usable = np.concatenate(columns, axis=1)
    return _Cells(stretch=of, start=first, end=last, window=window, window_frames=usable, cost=np.array(costs))


def _windows(mel: Floats, cells: _Cells) -> Iterator[Floats]:
    """Mel windows of all cells, some at a time: all at once would take 230 MB per hour of speech."""
    steps = np.arange(WINDOW_FRAMES)
    for first in range(0, len(cells.window), CELLS_PER_BATCH):
        part = slice(first, first + CELLS_PER_BATCH)
        yield mel[cells.window[part, None] + steps % cells.window_frames[part, None]]


def _two_voices(embeddings: Floats, cells: _Cells) -> tuple[Voices, NDArray[np.float64], float]:
    """Part the cells in two.

    Returns: voice per cell, evidence per cell (positive for voice 1), and the cosine between the two voices' means (1.0
    where no two groups were found).
    """
    one = np.zeros(len(embeddings), dtype=np.int64), np.zeros(len(embeddings)), 1.0
    if len(embeddings) < CELLS_MIN:
        return one
    voices = _first_split(embeddings)
    evidence = np.zeros(len(embeddings))
    for _ in range(ROUNDS_MAX):
        if voices.min() == voices.max():
            return one
        evidence = _evidence(embeddings, voices)
        smoothed = _smooth(evidence, cells.cost)
        if np.array_equal(smoothed, voices):
            break
        voices = smoothed
    if voices.min() == voices.max():
        return one
    if voices[0] == 1:
        voices, evidence = 1 - voices, -evidence
    first, second = _mean(embeddings, voices == 0), _mean(embeddings, voices == 1)
    return voices, evidence, float(first @ second)


def _first_split(embeddings: Floats) -> Voices:
    """Cut the first principal component where the spread inside both parts is least; each keeps 5 % of the cells."""
    centred = embeddings.astype(np.float64) - embeddings.mean(axis=0, dtype=np.float64)
    axis = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    along = centred @ axis
    ordered = np.sort(along)
    count = len(ordered)
    below = np.arange(1, count)
    sums = np.cumsum(ordered)[:-1]
    # Between-group spread; the mean over all is 0, so the part above sums to minus the part below.
    spread = np.square(sums) * (1 / below + 1 / (count - below))
    few = count // 20
    cut = few + int(np.argmax(spread[few : count - 1 - few]))
    return np.asarray(along > ordered[cut], dtype=np.int64)


def _mean(embeddings: Floats, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean direction of the chosen cells, a unit vector."""
    mean = embeddings[chosen].mean(axis=0, dtype=np.float64)
    return np.asarray(mean / np.linalg.norm(mean))


def _evidence(embeddings: Floats, voices: Voices) -> NDArray[np.float64]:
    """Log-likelihood ratio of voice 1 per cell: two normal distributions of equal spread along the voices' difference.

    Divided by the number of cells that share a window, for neighbours see mostly the same sound.
    """
    difference = embeddings @ (_mean(embeddings, voices == 1) - _mean(embeddings, voices == 0))
    low, high = difference[voices == 0].mean(), difference[voices == 1].mean()
    residual = difference - np.where(voices == 1, high, low)
    variance = max(float(np.mean(np.square(residual))), 1e-9)
    ratio = (high - low) * (difference - (low + high) / 2) / variance
    return np.asarray(ratio * (CELL_FRAMES / WINDOW_FRAMES), dtype=np.float64)


def _smooth(evidence: NDArray[np.float64], cost: NDArray[np.float64]) -> Voices:
    """The likeliest order of voices (Viterbi 1967), by evidence for voice 1 and cost of a change, per cell."""
    count = len(evidence)
    changed = np.zeros((count, 2), dtype=bool)
    best_0, best_1 = 0.0, float(evidence[0])
    for index in range(1, count):
        from_1, from_0 = best_1 - cost[index], best_0 - cost[index]
        changed[index] = from_1 > best_0, from_0 > best_1
        best_0, best_1 = max(best_0, from_1), max(best_1, from_0) + evidence[index]
    voices = np.empty(count, dtype=np.int64)
    voice = int(best_1 > best_0)
    for index in range(count - 1, -1, -1):
        voices[index] = voice
        if changed[index, voice]:
            voice = 1 - voice
    return voices


def _turns(
    speech: Sequence[Stretch],
    cells: _Cells,
    voices: Voices,
    evidence: NDArray[np.float64],
    mels: Sequence[Floats],
) -> tuple[VoiceTurn, ...]:
    """Join the cells of one voice in one stretch; cut between two voices at the quietest moment near the change."""
    begins = np.flatnonzero(np.r_[True, (np.diff(voices) != 0) | (np.diff(cells.stretch) != 0)])
    turns = []
    start_s = 0.0
    for first, next_first in zip(begins, np.r_[begins[1:], len(voices)], strict=True):
        stretch = speech[cells.stretch[first]]
        if cells.start[first] == 0:
            start_s = stretch.start_s
        last = next_first - 1
        ends_stretch = next_first == len(voices) or cells.stretch[next_first] != cells.stretch[first]
        end_s = (
            stretch.end_s if ends_stretch else stretch.start_s + _quietest(mels, cells, last, start_s - stretch.start_s)
        )
        held = float(evidence[first:next_first].sum()) * (1 if voices[first] == 1 else -1)
        turns.append(VoiceTurn(start_s=start_s, end_s=end_s, voice=int(voices[first]), doubtful=held < EVIDENCE_MIN))
        start_s = end_s
    return tuple(turns)


def _quietest(mels: Sequence[Floats], cells: _Cells, last: int, earliest_s: float) -> float:
    """The moment to cut after cell `last`, in seconds from its stretch's start; later than `earliest_s`."""
    power = mels[cells.stretch[last]].sum(axis=1)
    change = int(cells.end[last])
    low = max(change - SNAP_FRAMES, round(earliest_s * FRAMES_PER_S) + 1)
    high = min(change + SNAP_FRAMES, int(cells.end[last + 1]) - 1)
    if high <= low:
        return change / FRAMES_PER_S
    # Three frames together: one quiet frame may lie between two periods of a low voice.
    smoothed = np.convolve(power, np.ones(3), mode="same")[low : high + 1]
    return float((low + int(np.argmin(smoothed))) / FRAMES_PER_S)
