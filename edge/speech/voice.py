"""Where someone speaks: WebRTC's detector rules out what is certainly silent, Silero decides on the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import faster_whisper
import numpy as np
import onnxruntime
import webrtcvad
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from edge.records import Stretch
from edge.speech.features import RATE_HZ
from edge.speech.track import Track

FRAME = 512  # samples of one decision: Silero's own step at 16 kHz
FRAME_S = FRAME / RATE_HZ
_CONTEXT = 64  # samples of the frame before that Silero sees again
_STATE = 128  # size of its recurrent state

SPEECH_PROBABILITY_MIN = 0.3  # a stretch begins here…
SILENCE_PROBABILITY_MAX = 0.15  # …and ends here
SPEECH_S_MIN = 0.1  # 嗯 takes 0.2 s; a click doesn't
GAP_S_MIN = 0.2  # shorter pauses lie within a word
STRETCH_S_MAX = 12.0  # nobody talks longer without a breath; it also must fit the recogniser's window
_CUT_FRAMES = 5  # 0.16 s, the shortest pause between two words

_WEBRTC_FRAME = 480  # 30 ms, the longest it takes and the cheapest per second
_WEBRTC_MODE = 1
_WEBRTC_MARGIN_S = 0.5  # around what WebRTC marks: Silero needs the onset and a little before it


class VoiceDetector:
    """Finds speech in one channel. Not thread-safe; one per listener."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # the arena would keep the largest block for good
        assets = Path(faster_whisper.__file__).parent / "assets"
        model = next(assets.glob("silero_vad_v*.onnx"))
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def probabilities(self, track: Track) -> NDArray[np.float32]:
        """Probability of speech for each FRAME of a channel, shape (frames,), computed block by block."""
        if track.silent:
            return np.zeros(int(track.duration_s / FRAME_S), dtype=np.float32)
        found: list[NDArray[np.float32]] = []
        rest = np.zeros(0, dtype=np.float32)
        state = _State()
        for block in track.blocks():
            samples = np.concatenate([rest, block])
            whole = samples.shape[0] // FRAME * FRAME
            rest = samples[whole:]
            found.append(self._block(samples[:whole], state))
        if rest.size:
            found.append(self._block(np.pad(rest, (0, FRAME - rest.size)), state))
        return np.concatenate(found) if found else np.zeros(0, dtype=np.float32)

    def _block(self, samples: NDArray[np.float32], state: _State) -> NDArray[np.float32]:
        frames = samples.reshape(-1, FRAME)
        probabilities = np.zeros(frames.shape[0], dtype=np.float32)
        for first, last in _runs(_maybe_speech(samples)):
            state.begin(first, frames)
            probabilities[first:last] = self._run(frames[first:last], state)
        state.end(frames)
        return probabilities

    def _run(self, frames: NDArray[np.float32], state: _State) -> NDArray[np.float32]:
        tails = np.concatenate([state.tail[None], frames[:-1, -_CONTEXT:]])
        feed = {"input": np.concatenate([tails, frames], axis=1), "h": state.hidden, "c": state.cell}
        probabilities, state.hidden, state.cell = self._session.run(None, feed)
        return np.asarray(probabilities, dtype=np.float32).reshape(-1)


class _State:
    """What Silero remembers from one run of frames to the next; forgotten over a gap."""

    def __init__(self) -> None:
        self.tail = np.zeros(_CONTEXT, dtype=np.float32)
        self.forget()

    def forget(self) -> None:
        self.hidden = np.zeros((1, 1, _STATE), dtype=np.float32)
        self.cell = np.zeros((1, 1, _STATE), dtype=np.float32)

    def begin(self, first: int, frames: NDArray[np.float32]) -> None:
        if first > 0:
            self.forget()
            self.tail = frames[first - 1, -_CONTEXT:]

    def end(self, frames: NDArray[np.float32]) -> None:
        if frames.size:
            self.tail = frames[-1, -_CONTEXT:]


def _maybe_speech(samples: NDArray[np.float32]) -> NDArray[np.bool_]:
    """For each FRAME, whether WebRTC hears anything within the margin around it."""
    detector = webrtcvad.Vad(_WEBRTC_MODE)
    pcm = (np.clip(samples, -1.0, 1.0) * 32_767).astype("<i2").tobytes()
    count = samples.shape[0] // FRAME
    marked = np.zeros(count, dtype=bool)
    margin = round(_WEBRTC_MARGIN_S / FRAME_S)
    for start in range(0, samples.shape[0] - _WEBRTC_FRAME + 1, _WEBRTC_FRAME):
        if detector.is_speech(pcm[2 * start : 2 * (start + _WEBRTC_FRAME)], RATE_HZ):
            middle = (start + _WEBRTC_FRAME // 2) // FRAME
            marked[max(0, middle - margin) : middle + margin + 1] = True
    return marked


def _runs(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one-past-last index of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def stretches(probabilities: NDArray[np.float32]) -> tuple[Stretch, ...]:
    """Stretches of speech from the probabilities of consecutive frames, in order.

    A stretch begins at SPEECH_PROBABILITY_MIN and lasts until GAP_S_MIN below SILENCE_PROBABILITY_MAX. One that lasts
    longer than STRETCH_S_MAX is cut where speech is least probable.
    """
    found: list[tuple[int, int]] = []
    start, quiet_since = None, None
    gap = max(1, round(GAP_S_MIN / FRAME_S))
    for index, probability in enumerate(probabilities):
        if probability >= SPEECH_PROBABILITY_MIN:
            start, quiet_since = (index if start is None else start), None
        elif start is not None and probability < SILENCE_PROBABILITY_MAX:
            quiet_since = index if quiet_since is None else quiet_since
            if index - quiet_since + 1 >= gap:
                found.append((start, quiet_since))
                start = quiet_since = None
    if start is not None:
        found.append((start, len(probabilities) if quiet_since is None else quiet_since))
    return tuple(
        Stretch(start_s=first * FRAME_S, end_s=last * FRAME_S)
        for long in found
        for first, last in _cut(*long, probabilities)
        if (last - first) * FRAME_S >= SPEECH_S_MIN
    )


def _cut(first: int, last: int, probabilities: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """A stretch of frames in pieces of at most STRETCH_S_MAX, none much shorter than a third of that."""
    longest = int(STRETCH_S_MAX / FRAME_S)
    while last - first > longest:
        earliest, latest = first + longest // 3, min(first + longest, last - longest // 3)
        cut = earliest + int(np.argmin(uniform_filter1d(probabilities[earliest:latest], _CUT_FRAMES)))
        yield first, cut
        first = cut
    yield first, last
