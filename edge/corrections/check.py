"""Reads a proposal into a correction, or says which field is wrong and what would be right."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from edge.codebook import KINDS, LABELS_OF
from edge.corrections.joined import corrected
from edge.corrections.record import Change, Correction, Proposal
from edge.errors import BadInput
from edge.records import AnalysedUtterance, Analysis, Speaker

REASON_LENGTH_MAX = 300
"""Characters of a reason: two or three sentences. It is kept as long as the call."""

DUE_YEARS_MAX = 10
"""Years from the call to a promise's due time; what lies farther off is a slip of the hand."""

DAY_END = time(23, 59, 59)  # docs/codebook.md: a bare day means its end
_ID_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What a proposal is about. found: by the machine. said: with the corrections that stand already."""

    proposal: Proposal
    found: AnalysedUtterance
    said: AnalysedUtterance
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Right:
    """What is right, in one of these fields."""

    label: str | None = None
    kind: str | None = None
    due_at: datetime | None = None
    speaker: Speaker | None = None


def checked(
    proposal: Proposal, analysis: Analysis, present: Iterable[Correction], *, by: str, at: datetime
) -> Correction:
    """A proposal as a correction of that analysis.

    Args:
        present: corrections that stand already.
        by: who proposes it.
    Raises: BadInput naming the first field that is wrong.
    """
    subject = _subject(proposal, analysis, present)
    change = _one_of("change", proposal.change, tuple(Change), "it is none of the changes that can be made")
    right = _READ[Change(change)](subject)
    return Correction(
        id=secrets.token_hex(_ID_BYTES),
        utterance=subject.found.id,
        change=Change(change),
        label=right.label,
        kind=right.kind,
        due_at=right.due_at,
        speaker=right.speaker,
        reason=_reason(proposal.reason),
        by=by,
        at=at,
    )


def _subject(proposal: Proposal, analysis: Analysis, present: Iterable[Correction]) -> _Subject:
    found = next((one for one in analysis.utterances if one.id == proposal.utterance), None)
    if found is None:
        raise BadInput("utterance", "the call has no such utterance", "Take its id from the call: u0001, …")
    said = corrected(found, present)
    return _Subject(proposal=proposal, found=found, said=said, started_at=analysis.started_at)


def _removed(subject: _Subject) -> _Right:
    label = _one_of(
        "label",
        subject.proposal.label,
        [label.label for label in subject.found.labels],
        "the analysis gave the utterance no such label",
    )
    return _Right(label=label)


def _added(subject: _Subject) -> _Right:
    side = LABELS_OF[subject.said.speaker]
    if not side:
        raise BadInput("label", "it isn't known who speaks here", "Correct the speaker first")
    label = _one_of("label", subject.proposal.label, side, "it is none of the labels for that speaker")
    if subject.found.has(label):
        raise BadInput("label", "the analysis gave it already", "If its removal was wrong, take that back")
    kinds = KINDS.get(label, ())
    if not kinds and subject.proposal.kind:
        raise BadInput("kind", "that label has no kinds", "Leave it out")
    return _Right(label=label, kind=_kind_of(label, subject.proposal.kind) if kinds else None)


def _kind(subject: _Subject) -> _Right:
    proposal = subject.proposal
    carried = {label.label: label.kind for label in subject.said.labels if label.label in KINDS}
    label = _one_of("label", proposal.label, tuple(carried), "the utterance carries no such label with a kind")
    kind = _kind_of(label, proposal.kind)
    if kind == carried[label]:
        raise BadInput("kind", "it is of that kind already", "Choose the right kind, or leave it as it is")
    return _Right(label=label, kind=kind)


def _due(subject: _Subject) -> _Right:
    if not subject.said.has("commitment"):
        raise BadInput("change", "nothing was promised there", "Add the label `commitment` first")
    due_at = _due_at(subject.proposal.due_at, subject.started_at) if subject.proposal.due_at else None
    if subject.said.commitment is not None and due_at == subject.said.commitment.due_at:
        raise BadInput("due_at", "it is due then already", "Give the right time, or leave it as it is")
    return _Right(label="commitment", due_at=due_at)


def _speaker(subject: _Subject) -> _Right:
    sides = (Speaker.AGENT, Speaker.CUSTOMER)
    speaker = Speaker(_one_of("speaker", subject.proposal.speaker, sides, "it is neither side of the call"))
    if speaker is subject.found.speaker:
        raise BadInput("speaker", "the analysis heard that side already", "If its correction was wrong, take that back")
    return _Right(speaker=speaker)


_READ = {
    Change.ADDED: _added,
    Change.REMOVED: _removed,
    Change.KIND: _kind,
    Change.DUE: _due,
    Change.SPEAKER: _speaker,
}


def _one_of(field: str, given: str, allowed: Sequence[str], problem: str) -> str:
    if given not in allowed:
        raise BadInput(field, problem, f"Use one of {', '.join(allowed)}" if allowed else "Choose another change")
    return given


def _kind_of(label: str, given: str) -> str:
    return _one_of("kind", given, KINDS[label], "it is none of the kinds of that label")


def _due_at(given: str, started_at: datetime) -> datetime:
    """A moment, or a day's end, in the call's zone."""
    try:
        moment = datetime.combine(date.fromisoformat(given), DAY_END)
    except ValueError:
        try:
            moment = datetime.fromisoformat(given)
        except ValueError as error:
            raise BadInput("due_at", "it is no date and time", "Write it as 2026-03-05T18:00") from error
    if not 0 <= moment.year - started_at.year <= DUE_YEARS_MAX:
        raise BadInput("due_at", "it lies too far from the call", "Check the year")
    local = moment.replace(tzinfo=started_at.tzinfo) if moment.tzinfo is None else moment.astimezone(started_at.tzinfo)
    if local < started_at:
        raise BadInput("due_at", "it lies before the call", "Check the date and the time")
    # A clock without seconds can't say 23:59:59, and the last minute of a day means the day.
    return local.replace(second=59) if (local.hour, local.minute) == (23, 59) else local


def _reason(given: str) -> str:
    reason = " ".join(given.split())  # line breaks and wide blanks too
    if not reason:
        raise BadInput("reason", "no reason was given", "Say in a few words what is wrong")
    if len(reason) > REASON_LENGTH_MAX:
        raise BadInput("reason", f"it has {len(reason)} characters", f"Use 1 to {REASON_LENGTH_MAX}")
    if not reason.isprintable():
        fix = "Remove line breaks and control characters"
        raise BadInput("reason", "it holds characters that can't be printed", fix)
    return reason
