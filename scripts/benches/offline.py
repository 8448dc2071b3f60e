"""Recognition of two-channel calls: ours beside faster-whisper's two ways, same weights, same audio, same run.

The three take turns on every call, so that whatever else the machine does falls on all of them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from faster_whisper import BatchedInferencePipeline, WhisperModel

from edge.evaluate.cer import Edits, compare
from edge.evaluate.speech import read_audio
from edge.evaluate.truth import Truth, read_truths
from edge.models import speech_model
from edge.records import Audio
from edge.settings import Settings
from edge.speech.listen import Listener

CALLS = Path("tests/data/calls")
THREADS = 2
RATE_HZ = 16_000

Texts = list[str]  # by channel
Way = Callable[[Truth, Audio], Texts]


@dataclass
class Tally:
    """What one way took and got wrong: wall seconds and edits by round."""

    rounds_s: list[float]
    edits: Edits

    @property
    def wall_s(self) -> float:
        """The median round."""
        return statistics.median(self.rounds_s)


def ways(model: Path) -> dict[str, Way]:
    """The three ways, loaded and warm."""
    listener = Listener(model, threads=THREADS)
    listener.load()
    whisper = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=THREADS)
    batched = BatchedInferencePipeline(whisper)

    def ours(truth: Truth, audio: Audio) -> Texts:
        transcript = listener.transcribe(audio, roles=truth.header.channels, language=truth.header.language)
        channels = range(audio.samples.shape[0])
        return ["".join(said.text for said in transcript.utterances if said.channel == one) for one in channels]

    def peer(recognise: Callable[[np.ndarray, str], Texts]) -> Way:
        def way(truth: Truth, audio: Audio) -> Texts:
            floats = audio.samples.astype(np.float32) / 32_768
            channels = [soxr.resample(channel, audio.rate_hz, RATE_HZ, quality="HQ") for channel in floats]
            return ["".join(recognise(channel, truth.header.language.value)) for channel in channels]

        return way

    def one_by_one(samples: np.ndarray, language: str) -> Texts:
        segments, _ = whisper.transcribe(samples, language=language, beam_size=5, vad_filter=True)
        return [segment.text for segment in segments]

    def in_batches(samples: np.ndarray, language: str) -> Texts:
        segments, _ = batched.transcribe(samples, language=language, beam_size=5, batch_size=8)
        return [segment.text for segment in segments]

    return {"ours": ours, "transcribe": peer(one_by_one), "batched": peer(in_batches)}


def measure(folder: Path, rounds: int, model: Path) -> dict[str, object]:
    """Run all ways over all two-channel calls of a folder."""
    calls = [
        (truth, audio) for truth in read_truths(folder) if (audio := read_audio(truth.audio)).samples.shape[0] == 2
    ]
    tallies = {name: Tally(rounds_s=[], edits=Edits()) for name in ("ours", "transcribe", "batched")}
    loaded = ways(model)
    for way in loaded.values():  # the first call of each pays for what is allocated once
        way(*calls[0])
    for number in range(rounds):
        for tally in tallies.values():
            tally.rounds_s.append(0.0)
        for done, (truth, audio) in enumerate(calls, start=1):
            for name, way in loaded.items():
                start_s = time.perf_counter()
                texts = way(truth, audio)
                tallies[name].rounds_s[-1] += time.perf_counter() - start_s
                for role, text in zip(truth.header.channels, texts, strict=True):
                    tallies[name].edits += compare(truth.reference(role), text)
            print(f"round {number + 1}: call {done} of {len(calls)}", file=sys.stderr)
    ours_s = tallies["ours"].wall_s
    return {
        **{
            name: {"wall_s": round(tally.wall_s, 3), "cer": round(tally.edits.cer, 4)}
            for name, tally in tallies.items()
        },
        "ratio_transcribe": round(ours_s / tallies["transcribe"].wall_s, 4),
        "ratio_batched": round(ours_s / tallies["batched"].wall_s, 4),
        "audio_s": round(sum(audio.duration_s for _, audio in calls), 1),
        "calls": len(calls),
        "rounds_s": {name: [round(wall_s, 3) for wall_s in tally.rounds_s] for name, tally in tallies.items()},
    }


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="scripts/bench offline", description=__doc__)
    parser.add_argument("--audio", type=Path, default=CALLS, help="folder with X.flac, X.sidecar.json, X.truth.json")
    parser.add_argument("--rounds", type=int, default=1, help="times over all calls; the median counts")
    parser.add_argument("--model", type=Path, default=None, help="another CTranslate2 Whisper folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    figures = measure(options.audio, options.rounds, options.model or speech_model(Settings()))
    if options.json:
        print(json.dumps(figures))
        return
    for name in ("ours", "transcribe", "batched"):
        print(f"{name:11} {figures[name]}")
    for name in ("ratio_transcribe", "ratio_batched", "audio_s", "calls"):
        print(f"{name:17} {figures[name]}")


if __name__ == "__main__":
    main()
