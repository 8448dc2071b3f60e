"""Error rate and time of recognition by the margin: the silent rest of the encoder's window.

Every margin hears the same recordings in turn. `full` fills the window up to the model's 30 s, as Whisper was trained.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from edge.evaluate.cer import Edits, compare
from edge.evaluate.speech import read_audio, read_manifest
from edge.evaluate.truth import read_truths
from edge.models import speech_model
from edge.records import Audio, ChannelRole, Language
from edge.settings import Settings
from edge.speech import recogniser
from edge.speech.listen import Listener

CALLS = Path("tests/data/calls")
FULL_S = 30.0
MARGINS_S = (0.5, 1.0, 2.0, 3.0, 5.0, 8.0, FULL_S)
ROLES = (ChannelRole.AGENT, ChannelRole.CUSTOMER)

Recording = tuple[Audio, Language, tuple[str, ...]]  # with the reference of each channel


def from_calls(folder: Path) -> list[Recording]:
    """The two-channel calls of a folder."""
    heard = ((truth, read_audio(truth.audio)) for truth in read_truths(folder))
    return [
        (audio, truth.header.language, tuple(truth.reference(role) for role in truth.header.channels))
        for truth, audio in heard
        if audio.samples.shape[0] == 2
    ]


def from_manifest(manifest: Path) -> list[Recording]:
    """Single sentences, one channel each."""
    return [(read_audio(path), language, (text,)) for path, text, language in read_manifest(manifest)]


def hear(listener: Listener, recordings: list[Recording]) -> dict[str, float]:
    """Recognise all and compare."""
    edits, wall_s = Edits(), 0.0
    for audio, language, references in recordings:
        start_s = time.perf_counter()
        transcript = listener.transcribe(audio, roles=ROLES[: len(references)], language=language)
        wall_s += time.perf_counter() - start_s
        for channel, reference in enumerate(references):
            edits += compare(reference, "".join(said.text for said in transcript.utterances if said.channel == channel))
    return {
        "cer": round(edits.cer, 4),
        "wall_s": round(wall_s, 2),
        "audio_s": round(sum(one[0].duration_s for one in recordings), 1),
    }


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="scripts/bench window", description=__doc__)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--audio", type=Path, default=CALLS, help="folder with X.flac, X.sidecar.json, X.truth.json")
    source.add_argument("--manifest", type=Path, help="audio⇥text⇥language with a header line, one sentence a file")
    parser.add_argument("--window-min", type=float, default=0.0, help="shortest window in seconds, whatever the margin")
    parser.add_argument("--model", type=Path, default=None, help="another CTranslate2 Whisper folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    recordings = from_manifest(options.manifest) if options.manifest else from_calls(options.audio)
    listener = Listener(options.model or speech_model(Settings()))
    hear(listener, recordings[:1])
    curve = {}
    for margin_s in MARGINS_S:
        recogniser.MARGIN_S, recogniser.WINDOW_S_MIN = margin_s, options.window_min
        curve[f"{margin_s:g}"] = hear(listener, recordings)
        print(f"margin {margin_s:4g} s  {curve[f'{margin_s:g}']}", file=sys.stdout if not options.json else sys.stderr)
    if options.json:
        print(json.dumps(curve))


if __name__ == "__main__":
    main()
