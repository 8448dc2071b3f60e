"""What a leaf of the log says, and its one form as bytes (JSON canonicalised by RFC 8785).

A leaf names people, calls and cases by pseudonyms and references that the box's keys make, and values by keyed
commitments; it never holds content, a name or a number that was said (EDPB Guidelines 02/2025 on such logs).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import rfc8785

Fact = str | int | bool | None | Sequence["Fact"] | Mapping[str, "Fact"]
"""What a leaf may say: no floats, which have no one form that every reader agrees on."""

FORM = 1
"""Version of the leaf's form; part of every leaf."""


class LeafType(StrEnum):
    """What a leaf can tell of. Values are stable: verifiers and auditors know them."""

    EPOCH_STARTED = "log.epoch_started"
    CLOCK_JUMPED = "log.clock_jumped"
    GATE_ALLOWED = "gate.allowed"
    GATE_DENIED = "gate.denied"
    CALL_RECEIVED = "call.received"
    ERASURE = "erasure"
    KEY_EPOCH = "key.epoch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One leaf.

    actor: who acted: `account:3`, `client:pbx`, `service`, `cli`; never a person's name.
    call: the call's log reference `L-…`, or None.
    subject: a data subject's pseudonym `A-…` or `C-…`, or None.
    facts: what happened, in the words of its type (docs/log.md).
    """

    box: str
    epoch: int
    index: int
    at: datetime
    type: LeafType
    actor: str
    software: str
    call: str | None
    subject: str | None
    facts: Mapping[str, Fact]

    def data(self) -> bytes:
        """The leaf as bytes. Raises: ValueError if `at` has no offset."""
        if self.at.utcoffset() is None:
            raise ValueError("a leaf's time needs its offset")
        told = {
            "form": FORM,
            "box": self.box,
            "epoch": self.epoch,
            "index": self.index,
            "at": self.at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "type": str(self.type),
            "actor": self.actor,
            "software": self.software,
            "call": self.call,
            "subject": self.subject,
            "facts": self.facts,
        }
        return rfc8785.dumps(told)  # type: ignore[arg-type]  # its own type for JSON is invariant
