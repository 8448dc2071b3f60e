"""What the gate answers: a yes with the bases it rests on, or a no with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from edge.records import Party, Purpose

ALLOWED = "allowed"


class Problem(StrEnum):
    """Why a basis doesn't carry, or why nothing can. Values are stable: they are stored and counted.

    In order of how near the basis came to carrying, farthest first.
    """

    TIME_UNREADABLE = "time_unreadable"
    CALL_IN_FUTURE = "call_in_future"
    NO_BASIS = "no_basis"
    PURPOSE_NOT_COVERED = "purpose_not_covered"
    BASIS_UNREADABLE = "basis_unreadable"
    NOT_VALID_HERE = "basis_not_valid_here"
    CONSENT_NOT_FREE = "consent_not_free"
    NEEDS_SEPARATE_CONSENT = "needs_separate_consent"
    IN_FUTURE = "basis_in_future"
    RULES_AFTER_CALL = "rules_after_call"
    TOO_LATE = "basis_too_late"
    REFUSED = "basis_refused"
    WITHDRAWN = "basis_withdrawn"
    KIND_NOT_FOR_PURPOSE = "kind_not_for_purpose"
    EXPIRED = "content_expired"
    ERASED = "key_erased"
    KEYS_UNREADABLE = "keys_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliance:
    """One basis that a yes rests on.

    index: its place among the bases that were given.
    """

    index: int
    party: Party
    purpose: Purpose
    notice_id: str
    evidence_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One answer of the gate. Explanations name party and purpose, never a person.

    purpose: what was asked for.
    missing: the purpose that failed; a prerequisite of `purpose` or `purpose` itself. None where allowed.
    reason: "allowed", or a stable code such as "customer_no_basis".
    """

    allowed: bool
    purpose: Purpose
    reason: str
    problem: Problem | None
    party: Party | None
    missing: Purpose | None
    explanation: str  # Chinese
    explanation_en: str
    relied_on: tuple[Reliance, ...]
    rules_version: str

    def __post_init__(self) -> None:
        if self.allowed is not (self.problem is None) or self.allowed is not (self.reason == ALLOWED):
            raise ValueError(f"allowed {self.allowed} with reason {self.reason!r}")
        if self.allowed is not bool(self.relied_on):
            raise ValueError(f"allowed {self.allowed} resting on {len(self.relied_on)} bases")
