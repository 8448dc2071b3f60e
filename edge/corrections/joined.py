"""Joins corrections into an utterance: what it says once people have been heard. The analysis stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from edge.codebook import LABELS_OF
from edge.corrections.record import Change, Correction
from edge.records import AnalysedUtterance, Commitment, Label, Speaker

SURE = 1.0
"""Probability of a label that a person gave."""


def corrected(said: AnalysedUtterance, corrections: Iterable[Correction]) -> AnalysedUtterance:
    """The utterance with its corrections joined in; those of other utterances, or without a hold any more, do nothing.

    Labels that only the other side's utterances carry fall away where the speaker was wrong.
    """
    own = [one for one in corrections if one.utterance == said.id]
    for change, join in _JOINED.items():
        for one in own:
            if one.change is change:
                said = join(said, one)
    return replace(said, labels=tuple(label for label in said.labels if _fits(label.label, said.speaker)))


def _fits(label: str, speaker: Speaker) -> bool:
    """Whether that side's utterances may carry a label; True where the side, or the label, isn't known."""
    others = [labels for side, labels in LABELS_OF.items() if side is not speaker]
    return speaker is Speaker.UNKNOWN or not any(label in labels for labels in others)


def _speaker(said: AnalysedUtterance, one: Correction) -> AnalysedUtterance:
    return replace(said, speaker=one.speaker or said.speaker, speaker_doubtful=False)


def _removed(said: AnalysedUtterance, one: Correction) -> AnalysedUtterance:
    labels = tuple(label for label in said.labels if label.label != one.label)
    return replace(said, labels=labels, commitment=None if one.label == "commitment" else said.commitment)


def _added(said: AnalysedUtterance, one: Correction) -> AnalysedUtterance:
    if one.label is None or said.has(one.label):  # newer label rules may have found it since
        return said
    return replace(said, labels=(*said.labels, Label(label=one.label, probability=SURE, kind=one.kind)))


def _kind(said: AnalysedUtterance, one: Correction) -> AnalysedUtterance:
    labels = tuple(replace(label, kind=one.kind) if label.label == one.label else label for label in said.labels)
    return replace(said, labels=labels)


def _due(said: AnalysedUtterance, one: Correction) -> AnalysedUtterance:
    if not said.has("commitment"):
        return said
    found = said.commitment or Commitment(what="", due=None, due_at=None)
    return replace(said, commitment=replace(found, due_at=one.due_at))


# Who spoke decides which labels fit, and a label has to be there before its kind or its time can be right.
_JOINED: dict[Change, Callable[[AnalysedUtterance, Correction], AnalysedUtterance]] = {
    Change.SPEAKER: _speaker,
    Change.REMOVED: _removed,
    Change.ADDED: _added,
    Change.KIND: _kind,
    Change.DUE: _due,
}
