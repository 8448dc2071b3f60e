"""What a call on this box is held against: the facts table, and where and as whom its people speak."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from edge.facts import shelf
from edge.scores.facts import FACTS, REGION, ROLE, Grounds
from edge.settings import Settings


def grounds(settings: Settings, *, started_at: datetime) -> Grounds | None:
    """The grounds for scoring a call now, or None where the site has given no facts.

    Raises: NotReady if the table can't be read.
    """
    current = shelf.in_force(settings.home)
    if current is None:
        return None
    return Grounds(facts=current.facts, started_at=started_at, region=settings.facts.region, role=settings.facts.role)


def grounds_cited(home: Path, versions: Mapping[str, str], *, started_at: datetime) -> Grounds | None:
    """The grounds that past scores cite, whatever table and settings hold now; None where they were held against none.

    Raises: NotFound if that table isn't kept; NotReady if it can't be read.
    """
    if FACTS not in versions:
        return None
    return Grounds(
        facts=shelf.table(home, versions[FACTS]),
        started_at=started_at,
        region=versions.get(REGION, ""),
        role=versions.get(ROLE, ""),
    )
