"""What understanding costs beside hearing: language and scores against recognition, same calls, same run.

The stages take turns on every call, so that whatever else the machine does falls on all of them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from edge.evaluate.speech import read_audio
from edge.evaluate.truth import Truth, read_truths
from edge.language.analyser import LanguageAnalyser
from edge.models import speech_model
from edge.records import AnalysedUtterance, Audio
from edge.scores.call import score_call
from edge.settings import Settings
from edge.speech.listen import Listener

CALLS = Path("tests/data/calls")
THREADS = 2


def measure(folder: Path, rounds: int, model: Path) -> dict[str, object]:
    """Run the stages over all calls of a folder; seconds are the median round's."""
    calls = [(truth, read_audio(truth.audio)) for truth in read_truths(folder)]
    listener, analyser = Listener(model, threads=THREADS), LanguageAnalyser(threads=THREADS)
    listener.load()
    stages_of(*calls[0], listener, analyser)  # the first call pays for what is allocated once
    took = []
    for number in range(rounds):
        took.append([stages_of(truth, audio, listener, analyser) for truth, audio in calls])
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    speech_s, language_s, scores_s = (median_of(took, at) for at in range(3))
    return {
        "share_of_speech_stage": round((language_s + scores_s) / speech_s, 4),
        "speech_s": round(speech_s, 3),
        "language_s": round(language_s, 3),
        "scores_s": round(scores_s, 3),
        "utterances": round(median_of(took, 3)),
        "audio_s": round(sum(audio.duration_s for _, audio in calls), 1),
    }


def stages_of(truth: Truth, audio: Audio, listener: Listener, analyser: LanguageAnalyser) -> tuple[float, ...]:
    """Seconds of recognition, language and scores, and how many utterances there were."""
    header = truth.header
    from_s = time.perf_counter()
    heard = listener.transcribe(audio, roles=header.channels, language=header.language).utterances
    heard_s = time.perf_counter()
    readings = analyser.read(heard, started_at=header.started_at, language=header.language)
    read_s = time.perf_counter()
    said = [AnalysedUtterance.joined(one, reading) for one, reading in zip(heard, readings, strict=True)]
    score_call(said, language=header.language, versions=analyser.versions)
    return heard_s - from_s, read_s - heard_s, time.perf_counter() - read_s, float(len(heard))


def median_of(rounds: Sequence[Sequence[tuple[float, ...]]], at: int) -> float:
    """The median round's sum over calls."""
    return statistics.median(sum(call[at] for call in one) for one in rounds)


def main() -> None:
    """Read the command line, measure, print one JSON object."""
    parser = argparse.ArgumentParser(prog="bench language", description=__doc__)
    parser.add_argument("--audio", type=Path, default=CALLS, help="folder of X.flac, X.sidecar.json, X.truth.json")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="the object on one line")
    asked = parser.parse_args()
    figures = measure(asked.audio, asked.rounds, speech_model(Settings()))
    print(json.dumps(figures, indent=None if asked.json else 1))


if __name__ == "__main__":
    main()
