"""Corrected calls as the site's own labelled calls, in the form of docs/codebook.md, for training on the box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from edge.corrections.joined import corrected
from edge.corrections.record import Correction
from edge.records import AnalysedUtterance, Analysis


def labelled(name: str, analysis: Analysis, corrections: Sequence[Correction]) -> dict[str, Any]:
    """One corrected call with all its turns: the analysis's labels with the corrections joined in.

    Args:
        name: stands for the call; never its own, which may be a telephone number.
        analysis: masked.
    Returns: the codebook's object, without expert marks, and `corrected`: the turns that a person looked at.
    """
    looked_at = {one.utterance for one in corrections}
    return {
        "call_id": name,
        "scene": str(analysis.scene),
        "industry": "",
        "language": str(analysis.language),
        "started_at": analysis.started_at.isoformat(),
        "turns": [_turn(place, corrected(said, corrections)) for place, said in enumerate(analysis.utterances)],
        "expert": {},
        "pii": [],  # what identified a person is masked already
        "corrected": [place for place, said in enumerate(analysis.utterances) if said.id in looked_at],
    }


def _turn(place: int, said: AnalysedUtterance) -> dict[str, Any]:
    turn: dict[str, Any] = {
        "i": place,
        "speaker": str(said.speaker),
        "text": said.text,
        "labels": [label.label for label in said.labels],
    }
    if kinds := {label.label: label.kind for label in said.labels if label.kind}:
        turn["kind"] = kinds
    if said.commitment is not None and said.has("commitment"):
        due_at = said.commitment.due_at
        turn["commitment"] = {
            "what": said.commitment.what,
            "due": said.commitment.due,
            "due_at": due_at.isoformat() if due_at else None,
        }
    return turn
