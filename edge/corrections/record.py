"""One correction: what a person found wrong in what the analysis says of one utterance, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from edge.records import Speaker


class Change(StrEnum):
    """What a correction changes."""

    ADDED = "added"  # a label is missing
    REMOVED = "removed"  # a label is wrong
    KIND = "kind"  # a label is right, its kind is not
    DUE = "due"  # a commitment is due at another time, or at none
    SPEAKER = "speaker"  # the other side said it


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction, made by a person. It stands beside the analysis and never changes it.

    label: which label; None where the speaker is wrong. kind: the right one, where the label has kinds.
    due_at: the right time in the call's own zone; None where no time was named. by: the account's number, never a name.
    """

    id: str  # 16 hex digits
    utterance: str
    change: Change
    label: str | None
    kind: str | None
    due_at: datetime | None
    speaker: Speaker | None
    reason: str
    by: str
    at: datetime

    @property
    def subject(self) -> tuple[str, str, str | None]:
        """What it is about. Of one subject there is one correction at a time: a newer one takes its place."""
        presence = self.change in (Change.ADDED, Change.REMOVED)
        return self.utterance, "presence" if presence else str(self.change), self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A correction as a form or a program sends it, not looked at yet; "" where nothing was given."""

    utterance: str
    change: str
    label: str = ""
    kind: str = ""
    due_at: str = ""  # in the call's own zone, unless it says another
    speaker: str = ""
    reason: str = ""
