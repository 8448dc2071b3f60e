"""Corrections as the call page shows them: beside the machine's opinion, never in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from edge.codebook import KINDS, LABELS_OF
from edge.corrections.joined import corrected
from edge.corrections.record import Change, Correction
from edge.records import AnalysedUtterance, Analysis, Label, Speaker
from edge.redaction import mask_quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedLabel:
    """One label on the page. state: "" as the machine gave it, "removed" or "added" by a person.

    kind: the one that a person gave instead of the machine's, or None.
    """

    label: Label
    state: str
    kind: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One correction on the page. who: the name of the account that made it, or what stands for it."""

    correction: Correction
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What people say of one utterance. speaker: the right one, or None; due: the correction of its due time."""

    labels: tuple[MarkedLabel, ...]
    speaker: Speaker | None
    due: Correction | None
    notes: tuple[Note, ...]


NOTHING: Final = Mark(labels=(), speaker=None, due=None, notes=())
"""The mark of an utterance that nobody corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be corrected in one utterance, as it stands with its corrections.

    addable: labels, each with its kinds. kinds: other kinds by label. due_at: local, or None where no time was named.
    """

    removable: tuple[str, ...]
    addable: tuple[tuple[str, tuple[str, ...]], ...]
    kinds: tuple[tuple[str, tuple[str, ...]], ...]
    promised: bool
    due_at: datetime | None
    speakers: tuple[Speaker, ...]


def readable(correction: Correction, analysis: Analysis) -> Correction:
    """The correction with every piece of its utterance's identifying characters masked. analysis: unmasked."""
    said = next((one for one in analysis.utterances if one.id == correction.utterance), None)
    secrets = [said.text[span.start : span.end] for span in said.pii] if said else []
    return replace(correction, reason=mask_quotes(correction.reason, secrets))


def marks(analysis: Analysis, corrections: Sequence[Correction], names: Mapping[str, str]) -> dict[str, Mark]:
    """Every utterance's mark, by its id.

    Args:
        analysis: as it is shown, masked or not; the corrections likewise.
        names: of accounts, by the number under which they act.
    """
    own: dict[str, list[Correction]] = {said.id: [] for said in analysis.utterances}
    for one in corrections:
        own.get(one.utterance, []).append(one)
    return {said.id: _mark(said, own[said.id], names) if own[said.id] else NOTHING for said in analysis.utterances}


def choices(found: AnalysedUtterance, corrections: Sequence[Correction]) -> Choices:
    """What a person can correct in an utterance that the machine found to be so."""
    said = corrected(found, corrections)
    given = {label.label for label in (*found.labels, *said.labels)}
    kinds = {label.label: label.kind for label in said.labels if label.label in KINDS}
    sides = (Speaker.AGENT, Speaker.CUSTOMER)
    return Choices(
        removable=tuple(label.label for label in found.labels if said.has(label.label)),
        addable=tuple((name, KINDS.get(name, ())) for name in LABELS_OF[said.speaker] if name not in given),
        kinds=tuple((name, tuple(kind for kind in KINDS[name] if kind != now)) for name, now in kinds.items()),
        promised=said.has("commitment"),
        due_at=said.commitment.due_at if said.commitment else None,
        speakers=tuple(side for side in sides if side not in (found.speaker, said.speaker)),
    )


def _mark(found: AnalysedUtterance, own: Sequence[Correction], names: Mapping[str, str]) -> Mark:
    said = corrected(found, own)
    kinds = {label.label: label.kind for label in said.labels}
    as_found = [
        MarkedLabel(
            label=label,
            state="" if said.has(label.label) else "removed",
            kind=kinds[label.label] if kinds.get(label.label, label.kind) != label.kind else None,
        )
        for label in found.labels
    ]
    added = [MarkedLabel(label=label, state="added", kind=None) for label in said.labels if not found.has(label.label)]
    return Mark(
        labels=(*as_found, *added),
        speaker=said.speaker if said.speaker is not found.speaker else None,
        due=next((one for one in own if one.change is Change.DUE and said.has("commitment")), None),
        notes=tuple(Note(correction=one, who=names.get(one.by, one.by)) for one in own),
    )
