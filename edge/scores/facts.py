"""Facts of the site that promises are held against: lead times, stock, price floors, refunds, who may promise what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

KINDS = ("delivery_time", "stock", "price", "refund_compensation", "authority", "outcome", "no_risk")
"""Kinds of promises that a role may or may not make."""

FACTS, REGION, ROLE = "scores_facts", "scores_region", "scores_role"
"""Names under which scores cite their grounds among their versions."""


class RefundPolicy(StrEnum):
    """What the firm's rules say of refunds."""

    NONE = "none"
    CONDITIONAL = "conditional"
    UNCONDITIONAL = "unconditional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What one role may promise. may_promise: kinds, or None for any; max_discount_percent: None for no limit."""

    role: str
    may_promise: frozenset[str] | None = None
    max_discount_percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row of the facts table: a product line in a region. What the row doesn't know is None.

    region: "" for everywhere. lead_time_p50_days, lead_time_p90_days: calendar days from the call within which half,
    and nine in ten, of the orders arrive. refund_days: within which the policy holds. authority: by role, the one
    ordinary staff have first. valid_from, valid_until: both included.
    """

    product_line: str
    aliases: tuple[str, ...] = ()
    region: str = ""
    lead_time_p50_days: float | None = None
    lead_time_p90_days: float | None = None
    stock: int | None = None
    price_floor: float | None = None
    refund_policy: RefundPolicy | None = None
    refund_days: int | None = None
    authority: tuple[Authority, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every word the product line is called by."""
        return (self.product_line, *self.aliases)

    def holds_on(self, day: date) -> bool:
        """Whether the row is valid on that day."""
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A facts table. version: the first 12 hex digits of its canonical file's SHA-256."""

    version: str
    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What the promises of one call are held against.

    started_at: the call's start with its offset; lead times count from its day. region, role: of the people who speak
    on this box's calls; "" where the site hasn't said, then a role is the first of its row.
    """

    facts: Facts
    started_at: datetime
    region: str = ""
    role: str = ""

    @property
    def versions(self) -> dict[str, str]:
        """What scores cite of them: the table's version, and region and role where the site has said them."""
        cited = {FACTS: self.facts.version, REGION: self.region, ROLE: self.role}
        return {part: said for part, said in cited.items() if said}

    def authority(self, row: Fact) -> Authority | None:
        """What the speaker may promise; None where the row doesn't say."""
        named = next((one for one in row.authority if one.role == self.role), None)
        return named or (row.authority[0] if row.authority and not self.role else None)

    def rows(self, texts: Sequence[str]) -> tuple[Fact | None, ...]:
        """The row that applies to each text of a call, in order; None where none does or more than one could.

        The product line is the one named in the text, else the one last named before it, else the first named after.
        A region named in any of the texts goes before the site's own.
        """
        valid = [row for row in self.facts.rows if row.holds_on(self.started_at.date())]
        spoken = [text.casefold() for text in texts]
        named = [_named(text, valid) for text in spoken]
        applying = {line: self._row_of(line, spoken, valid) for line in {None, *named}}
        return tuple(applying[_line_at(at, named)] for at in range(len(texts)))

    def _row_of(self, line: str | None, spoken: Sequence[str], valid: Sequence[Fact]) -> Fact | None:
        of_line = [row for row in valid if line is None or row.product_line == line]
        rows = _in_region(of_line, _region(spoken, of_line) or self.region)
        return rows[0] if len(rows) == 1 else None


def _line_at(at: int, named: Sequence[str | None]) -> str | None:
    """The product line that one of the texts is about, by which of them name one."""
    nearest_first = [*reversed(named[: at + 1]), *named[at + 1 :]]
    return next((line for line in nearest_first if line is not None), None)


def _named(text: str, rows: Iterable[Fact]) -> str | None:
    """The product line named last in a text; of names that end together the longest."""
    places = [
        (place + len(name), len(name), row.product_line)
        for row in rows
        for name in row.names
        if (place := text.rfind(name.casefold())) >= 0
    ]
    return max(places)[2] if places else None


def _region(texts: Iterable[str], rows: Iterable[Fact]) -> str:
    """The one region of the rows that the texts name; "" where they name none or several."""
    named = {row.region for row in rows if row.region and any(row.region.casefold() in text for text in texts)}
    return named.pop() if len(named) == 1 else ""


def _in_region(rows: Sequence[Fact], region: str) -> list[Fact]:
    """Rows for a region: its own before those for everywhere; where no region is known, those for everywhere."""
    if not region:
        return [row for row in rows if not row.region] or list(rows)
    return [row for row in rows if row.region == region] or [row for row in rows if not row.region]
