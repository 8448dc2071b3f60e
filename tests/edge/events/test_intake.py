"""Taking events in: pseudonyms at once, each once, all or none, and gone with the customer's last call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from edge.box import Box
from edge.errors import BadInput, Conflict, NotFound
from edge.events.incoming import Incoming
from edge.events.intake import Taken
from edge.records import Event, EventKind
from edge.store import events
from edge.store.schema import EventRow
from tests.edge.events.conftest import CALL_AT, Clerk

CANARY = "canary-7d1e"
LATER = CALL_AT + timedelta(hours=5)


def told(number: int = 1, customer: str = "C-1", **changed: object) -> Incoming:
    event = Incoming(id=f"e{number}", kind=EventKind.FOLLOW_UP_CONTACT, at=LATER, customer_ref=customer)
    return replace(event, **changed)  # type: ignore[arg-type]  # any field


def take(box: Box, *events: Incoming, source: str = "crm", dry_run: bool = False) -> Taken:
    return box.events.take(source, events, now=datetime.now(UTC), dry_run=dry_run)


def kept(box: Box) -> int:
    return sum(box.events.counts().values())


def test_event_counts_once_however_often_it_is_sent(box: Box, clerk: Clerk) -> None:
    clerk.call()
    assert take(box, told(), told(), told(2)) == Taken(stored=2, duplicates=1, unclaimed=0)
    assert take(box, told()) == Taken(stored=0, duplicates=1, unclaimed=0)
    assert take(box, told(), source="portal").stored == 1, "another source has ids of its own"
    assert kept(box) == 3


def test_another_event_under_a_known_id_is_refused_with_all_beside_it(box: Box) -> None:
    take(box, told())
    with pytest.raises(Conflict):
        take(box, told(2), told(1, at=LATER + timedelta(hours=1)))
    assert kept(box) == 1


def test_rehearsal_tells_the_same_and_keeps_nothing(box: Box, clerk: Clerk) -> None:
    clerk.call()
    events = (told(), told(), told(2, "C-2"))
    rehearsed = take(box, *events, dry_run=True)
    assert kept(box) == 0
    assert take(box, *events) == rehearsed == Taken(stored=2, duplicates=1, unclaimed=1)


@pytest.mark.parametrize("source", ["", "CRM", "c r m", "x" * 33])
def test_source_without_a_proper_name_is_refused(box: Box, source: str) -> None:
    with pytest.raises(BadInput):
        take(box, told(), source=source)


def test_nothing_the_sender_calls_people_or_events_is_on_disk(box: Box, on_disk: Callable[[], bytes]) -> None:
    take(box, told(customer=CANARY, id=CANARY + "-id", agent_ref=CANARY + "-agent"))
    box.events.put_addresses({f"{CANARY}@example.com": CANARY})
    assert kept(box) == 1
    assert CANARY.encode() not in on_disk()


def test_events_go_with_the_customers_last_call_and_others_stay(box: Box, clerk: Clerk) -> None:
    first, second, _ = clerk.call("C-1"), clerk.call("C-1"), clerk.call("C-2")
    take(box, told(1, "C-1"), told(2, "C-2"))
    box.erase(first, actor="test", reason="test")
    assert kept(box) == 2
    box.erase(second, actor="test", reason="test")
    assert kept(box) == 1


def test_addresses_go_with_the_customers_last_call(box: Box, clerk: Clerk) -> None:
    box.events.put_addresses({"li@example.com": "C-1"})
    box.erase(clerk.call("C-1"), actor="test", reason="test")
    clerk.call("C-1")
    assert box.events.take_mail("<m1>", ["li@example.com"], now=datetime.now(UTC)) == 0


def test_event_of_a_customer_without_a_call_is_kept_for_a_day_only(box: Box, clerk: Clerk) -> None:
    clerk.call("C-1")
    take(box, told(1, "C-1"), told(2, "C-unknown"))
    box.erase_expired(now=datetime.now(UTC) + timedelta(hours=23))
    assert kept(box) == 2
    box.erase_expired(now=datetime.now(UTC) + timedelta(hours=25))
    assert kept(box) == 1


def test_event_expires_like_an_analysis(box: Box, clerk: Clerk) -> None:
    clerk.call("C-1")
    take(box, told())
    box.erase_expired(now=datetime.now(UTC) + timedelta(days=box.settings.retention.analysis_days, minutes=1))
    assert kept(box) == 0


def test_agents_pseudonym_is_forgotten_with_the_agents_last_call(box: Box, clerk: Clerk) -> None:
    agents_only = clerk.call("C-2", agent="A-9")
    clerk.call("C-1", agent="A-1")
    take(box, told(agent_ref="A-9"))
    pseudonym = box._parts.pseudonyms.agent("A-9")
    box.erase(agents_only, actor="test", reason="test")
    with pytest.raises(NotFound):
        box._parts.pseudonyms.reference(pseudonym)
    with box.store.read() as tx:
        (left,) = events.of_customer(tx, box._parts.pseudonyms.customer("C-1"), after=datetime(2020, 1, 1, tzinfo=UTC))
    assert left.agent is None


def test_mail_counts_once_for_customers_who_have_a_call_and_leaves_no_trace_of_others(box: Box, clerk: Clerk) -> None:
    clerk.call("C-1")
    clerk.call("wang@example.com")
    box.events.put_addresses({"li@example.com": "C-1", "nobody@example.com": "C-unknown"})
    addresses = ["li@example.com", "wang@example.com", "nobody@example.com", "stranger@example.com"]
    assert box.events.take_mail("<m1>", addresses, now=datetime.now(UTC)) == 2
    assert box.events.take_mail("<m1>", addresses, now=datetime.now(UTC)) == 0
    assert kept(box) == 2


def test_new_directory_replaces_the_old_one(box: Box, clerk: Clerk) -> None:
    clerk.call("C-1")
    box.events.put_addresses({"old@example.com": "C-1"})
    box.events.put_addresses({"new@example.com": "C-1"})
    assert box.events.take_mail("<m1>", ["old@example.com"], now=datetime.now(UTC)) == 0
    assert box.events.take_mail("<m2>", ["new@example.com"], now=datetime.now(UTC)) == 1


def test_an_event_has_no_place_for_content() -> None:
    columns = {column.name for column in EventRow.__table__.columns}
    assert columns == {"id", "source", "kind", "at", "customer", "agent", "received_at", "expires_at"}
    assert {field.name for field in fields(Event)} == columns - {"received_at", "expires_at"}
