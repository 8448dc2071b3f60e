"""Recordings with exact ground truth: `X.flac`, `X.sidecar.json`, `X.truth.json` in one folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from edge.errors import BadInput
from edge.evaluate.language import Call, read_call
from edge.ingest.sidecar import read_sidecar
from edge.records import CallHeader, ChannelRole, Speaker, Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words with their time: a turn, or a back-channel during the other side's turn."""

    speaker: Speaker
    text: str
    time: Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One recording and everything known about it. `said` in order of time; `turns` are the times of `call.turns`."""

    audio: Path
    header: CallHeader
    call: Call
    turns: tuple[Stretch, ...]
    said: tuple[Said, ...]

    def reference(self, role: ChannelRole) -> str:
        """Everything said on a channel of that role, in order of time."""
        heard = (said for said in self.said if role is ChannelRole.MIXED or said.speaker == str(role))
        return "".join(said.text for said in heard)


def read_truths(folder: Path) -> tuple[Truth, ...]:
    """Read every recording of a folder. Raises: BadInput naming the file that is missing or can't be read."""
    found = tuple(_read(path) for path in sorted(folder.glob("*.truth.json")))
    if not found:
        raise BadInput(
            "audio", "the folder holds no *.truth.json", "Give a folder with X.flac, X.sidecar.json, X.truth.json"
        )
    return found


def _read(path: Path) -> Truth:
    stem = path.name.removesuffix(".truth.json")
    audio, sidecar = path.with_name(f"{stem}.flac"), path.with_name(f"{stem}.sidecar.json")
    for needed in (audio, sidecar):
        if not needed.is_file():
            raise BadInput("audio", f"{needed.name} is missing", "Put it beside the truth file")
    try:
        entry: dict[str, Any] = json.loads(path.read_text("utf-8"))
        turns = tuple(_stretch(turn) for turn in entry["turns"])
        said = [_said(turn, turn.get("said", turn["text"])) for turn in entry["turns"]]
        said += [_said(backchannel, backchannel["text"]) for backchannel in entry.get("backchannels", ())]
        call = read_call(entry)
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "audio", f"{path.name} isn't a truth file ({type(error).__name__})", "See tests/data/calls"
        ) from error
    return Truth(
        audio=audio,
        header=read_sidecar(sidecar.read_bytes(), now=datetime.now(UTC)),
        call=call,
        turns=turns,
        said=tuple(sorted(said, key=lambda words: words.time.start_s)),
    )


def _said(entry: dict[str, Any], text: str) -> Said:
    return Said(speaker=Speaker(entry["speaker"]), text=text, time=_stretch(entry))


def _stretch(entry: dict[str, Any]) -> Stretch:
    return Stretch(start_s=float(entry["start_s"]), end_s=float(entry["end_s"]))
