"""How often each label was corrected, and how: all that may leave the box of corrections.

The counts name no call, person or utterance. On the box they are shown as they are; whatever sends them on (the
aggregate stage) has to hold its own floor of people on both sides against them first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from edge.corrections.record import Change, Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often one label was corrected in one way. label: None for the speaker of an utterance."""

    label: str | None
    change: Change
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """All corrections on a box. calls: that were corrected and opened; refused: that the gate didn't open for it."""

    calls: int
    refused: int
    corrections: tuple[Count, ...]


def count(corrections: Iterable[Correction]) -> tuple[Count, ...]:
    """Counts by label and change, the label's name first."""
    found = Counter((one.label or "", one.change) for one in corrections)
    return tuple(
        Count(label=label or None, change=change, count=times) for (label, change), times in sorted(found.items())
    )
