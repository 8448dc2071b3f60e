"""What a new facts table changes, row by row."""

from __future__ import annotations

from dataclasses import dataclass

from edge.scores.facts import Fact, Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Rows that are new, that go, and that stay, of a table against the one before."""

    added: tuple[Fact, ...]
    removed: tuple[Fact, ...]
    kept: int


def changes(before: Facts | None, after: Facts) -> Changes:
    """Compare two tables; a row with another value anywhere counts as one that goes and one that is new."""
    old = before.rows if before is not None else ()
    return Changes(
        added=tuple(row for row in after.rows if row not in old),
        removed=tuple(row for row in old if row not in after.rows),
        kept=sum(row in old for row in after.rows),
    )
