"""Which roles may use which page: the one table, read before any page runs. What isn't in it, nobody may use.

Whose calls a page may show is asked where the calls are read; this table says who may ask at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from edge.web.accounts import Role

EVERYONE: Final = frozenset(Role)
READERS: Final = frozenset({Role.STAFF, Role.TEAM_LEAD, Role.COMPLIANCE})
"""Who may read content, each within their own bounds. Not IT, who runs the box, and not the auditor."""
OFFICER: Final = frozenset({Role.COMPLIANCE})
RECORDS: Final = frozenset({Role.COMPLIANCE, Role.AUDITOR})
"""Who may read records that hold no content: the log, consents, erasures, holds."""
OPERATORS: Final = frozenset({Role.IT})

ALLOWED: Final[dict[str, frozenset[Role]]] = {
    "/": EVERYONE,
    "/logout": EVERYONE,
    "/calls": READERS,
    "/calls.json": READERS,
    "/upload": READERS,
    "/calls/{call_id}": READERS,
    "/calls/{call_id}.json": READERS,
    "/calls/{call_id}/explanation.json": READERS,
    "/calls/{call_id}/utterances/{utterance}": READERS,
    "/calls/{call_id}/utterances/{utterance}/correct": READERS,
    "/calls/{call_id}/corrections.json": READERS,
    "/calls/{call_id}/corrections": READERS,
    "/calls/{call_id}/corrections/{correction}/take-back": READERS,
    "/calls/{call_id}/rescore": READERS,
    "/calls/{call_id}/row": READERS,
    "/calls/{call_id}/progress": READERS,
    "/calls/{call_id}/audio": READERS,
    "/calls/{call_id}/peaks.json": READERS,
    "/calls/{call_id}/reveal": READERS,
    "/calls/{call_id}/conceal": READERS,
    "/calls/{call_id}/requeue": READERS,
    "/calls/{call_id}/erase": OFFICER,
    "/facts": EVERYONE,
    "/facts.json": EVERYONE,
    "/facts.csv": EVERYONE,
    "/compliance/erasures": RECORDS,
    "/compliance/erasures.json": RECORDS,
    "/compliance/erasures.csv": RECORDS,
    "/compliance/erasures/{number}": RECORDS,
    "/compliance/erasures/{number}.json": RECORDS,
    "/compliance/erasures/{number}.html": RECORDS,
    "/compliance/erasures/{number}/try": RECORDS,
    "/facts/check": OFFICER | OPERATORS,
}
"""By the route's pattern. Pages without a session (`security.PUBLIC`) aren't here."""


def may_use(pattern: str, roles: Iterable[Role]) -> bool:
    """Whether any of the roles may use the page of that pattern."""
    return not ALLOWED.get(pattern, frozenset()).isdisjoint(roles)
