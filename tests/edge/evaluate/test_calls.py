"""The figures from audio, with hand-made recognisers whose figures are known."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.errors import BadInput
from edge.evaluate import calls, language
from edge.evaluate.truth import Truth, read_truths
from edge.language.analyser import LanguageAnalyser
from edge.records import ChannelSummary, Speaker, Transcript, Utterance

CALLS = Path(__file__).parents[2] / "data/calls"
OTHER = {Speaker.AGENT: Speaker.CUSTOMER, Speaker.CUSTOMER: Speaker.AGENT}


class Hearing:
    """Hears the calls of a folder one after the other, as `change` would have them."""

    def __init__(self, folder: Path, change: Callable[[Utterance], Utterance | None]) -> None:
        self._truths = iter(read_truths(folder))
        self._change = change

    def load(self) -> None:
        """Nothing to load."""

    def transcribe(self, audio: Any, *, roles: Any, language: Any, progress: Any = None) -> Transcript:
        truth = next(self._truths)
        utterances = tuple(filter(None, map(self._change, exact(truth))))
        return Transcript(
            duration_s=audio.duration_s,
            channels=tuple(ChannelSummary(index=index, role=role, speech_s=1.0) for index, role in enumerate(roles)),
            utterances=utterances,
            speech={},
            vad_s=0.0,
            speech_s=0.0,
            versions={},
        )


def exact(truth: Truth) -> list[Utterance]:
    """Each turn as it was said, on its speaker's channel."""
    return [
        Utterance(
            id=f"u{number:04}",
            channel=0 if len(truth.header.channels) == 1 else list(truth.header.channels).index(str(turn.speaker)),
            speaker=turn.speaker,
            start_s=time.start_s,
            end_s=time.end_s,
            text=turn.text,
            confidence=1.0,
        )
        for number, (turn, time) in enumerate(zip(truth.call.turns, truth.turns, strict=True))
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in CALLS.glob("dv-0[02]*"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_exact_hearing_gives_the_figures_of_the_text(folder: Path) -> None:
    figures = calls.evaluate(folder, Hearing(folder, lambda said: said))
    lines = "".join(path.read_text("utf-8").replace("\n", " ") + "\n" for path in sorted(folder.glob("*.truth.json")))
    (folder / "calls.jsonl").write_text(lines, "utf-8")
    text = language.evaluate(folder / "calls.jsonl", analyser=LanguageAnalyser())
    assert figures.labels == text.labels
    assert (figures.macro_f1, figures.pii_recall, figures.pii_precision) == (
        text.macro_f1,
        text.pii_recall,
        text.pii_precision,
    )
    assert figures.speaker_accuracy == 1.0
    assert figures.cer < 0.05  # back-channels and spelled-out figures aside


def test_swapped_speakers_are_all_wrong_and_cost_every_label(folder: Path) -> None:
    figures = calls.evaluate(folder, Hearing(folder, lambda said: replace(said, speaker=OTHER[said.speaker])))
    assert figures.speaker_accuracy is not None and figures.speaker_accuracy < 0.1
    assert figures.macro_f1 is not None and figures.macro_f1 < 0.3


def test_hearing_nothing_is_all_deletions(folder: Path) -> None:
    figures = calls.evaluate(folder, Hearing(folder, lambda said: None))
    assert figures.cer == 1.0
    assert figures.macro_f1 == 0.0


def test_missing_sidecar_is_named(folder: Path) -> None:
    next(folder.glob("*.sidecar.json")).unlink()
    with pytest.raises(BadInput) as bad:
        read_truths(folder)
    assert "sidecar.json" in bad.value.problem


def test_file_that_is_no_truth_is_named(folder: Path) -> None:
    path = next(folder.glob("*.truth.json"))
    path.write_text(json.dumps([1, 2]), "utf-8")
    with pytest.raises(BadInput) as bad:
        read_truths(folder)
    assert path.name in bad.value.problem
