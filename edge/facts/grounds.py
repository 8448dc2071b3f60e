"""What a call on this box is held against: the facts table, and where and as whom its people speak."""

from __future__ import annotations

from datetime import datetime

from edge.facts import shelf
from edge.scores.facts import Grounds
from edge.settings import Settings


def grounds(settings: Settings, *, started_at: datetime, version: str | None = None) -> Grounds | None:
    """The grounds for scoring a call, or None where the site has given no facts.

    Args:
        version: of the table, to compute a past score again; else the one in force.
    Raises: NotFound if that version isn't kept; NotReady if the table can't be read.
    """
    if version is not None:
        facts = shelf.table(settings.home, version)
    elif (current := shelf.in_force(settings.home)) is not None:
        facts = current.facts
    else:
        return None
    return Grounds(facts=facts, started_at=started_at, region=settings.facts.region, role=settings.facts.role)
