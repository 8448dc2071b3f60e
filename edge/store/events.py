"""Events as the store keeps them: times, kinds, pseudonyms. Every function works on a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update

from edge.errors import Conflict
from edge.records import Direction, Event, EventKind
from edge.store.db import Tx
from edge.store.schema import CallRow, EventAddressRow, EventRow


def add(tx: Tx, event: Event, *, received_at: datetime, expires_at: datetime) -> None:
    """Keep an event that `is_known` said isn't here."""
    tx.add(
        EventRow(
            id=event.id,
            source=event.source,
            kind=str(event.kind),
            at=event.at,
            customer=event.customer,
            agent=event.agent,
            received_at=received_at,
            expires_at=expires_at,
        )
    )
    tx.flush()


def is_known(tx: Tx, event: Event) -> bool:
    """Whether this very event is here already. Raises: Conflict if another one has its id."""
    row = tx.get(EventRow, event.id)
    if row is None:
        return False
    check_same(_from_row(row), event)
    return True


def check_same(known: Event, told: Event) -> None:
    """Check that two events of one id are the same one; its agent may have been forgotten. Raises: Conflict."""
    if (known.kind, known.at, known.customer) != (told.kind, told.at, told.customer):
        raise Conflict("id", "another event of this source has that id", "Give every event an id of its own")


def has_id(tx: Tx, event_id: str) -> bool:
    """Whether an event of that id is here."""
    return tx.get(EventRow, event_id) is not None


def has_call(tx: Tx, customer: str) -> bool:
    """Whether a call of that customer is on the box."""
    return tx.scalar(select(CallRow.call_id).where(CallRow.customer == customer).limit(1)) is not None


def of_customer(tx: Tx, customer: str, *, after: datetime) -> tuple[Event, ...]:
    """A customer's events from a moment on, in order of time."""
    query = select(EventRow).where(EventRow.customer == customer, EventRow.at >= after)
    return tuple(_from_row(row) for row in tx.scalars(query.order_by(EventRow.at, EventRow.id)))


def first_contact(tx: Tx, customer: str, *, after: datetime) -> datetime | None:
    """When the firm first reached out to a customer from a moment on: a contact, or an outbound call on this box."""
    contacts = select(func.min(EventRow.at)).where(
        EventRow.customer == customer, EventRow.kind == str(EventKind.FOLLOW_UP_CONTACT), EventRow.at >= after
    )
    outbound = select(CallRow.started_at).where(
        CallRow.customer == customer, CallRow.direction == str(Direction.OUTBOUND)
    )
    calls = [at for at in tx.scalars(outbound) if at >= after]  # in local times, which don't sort as text
    contact = tx.scalar(contacts)
    return min([*calls, *([contact] if contact else [])], default=None)


def heard(tx: Tx) -> dict[EventKind, tuple[datetime, datetime]]:
    """The first and last time of each kind, of all customers."""
    rows = tx.execute(select(EventRow.kind, func.min(EventRow.at), func.max(EventRow.at)).group_by(EventRow.kind))
    return {EventKind(kind): (first, last) for kind, first, last in rows}


def counts(tx: Tx) -> dict[tuple[str, EventKind], int]:
    """How many events of each source and kind are kept."""
    rows = tx.execute(select(EventRow.source, EventRow.kind, func.count()).group_by(EventRow.source, EventRow.kind))
    return {(source, EventKind(kind)): count for source, kind, count in rows}


def delete_expired(tx: Tx, *, now: datetime, unclaimed_before: datetime) -> int:
    """Remove what is past its expiry, and what came before a moment though no call of its customer ever did."""
    unclaimed = (EventRow.received_at <= unclaimed_before) & EventRow.customer.not_in(select(CallRow.customer))
    removed = tx.execute(delete(EventRow).where(or_(EventRow.expires_at <= now, unclaimed)))
    return int(removed.rowcount)  # type: ignore[attr-defined]  # a DELETE has one


def forget(tx: Tx, pseudonym: str) -> None:
    """Forget a person whose last call is gone: a customer's events and addresses, an agent's pseudonym on others'."""
    tx.execute(delete(EventRow).where(EventRow.customer == pseudonym))
    tx.execute(delete(EventAddressRow).where(EventAddressRow.customer == pseudonym))
    tx.execute(update(EventRow).where(EventRow.agent == pseudonym).values(agent=None))


def put_addresses(tx: Tx, customers: Mapping[str, str]) -> None:
    """Replace the directory: address to customer, both as pseudonyms."""
    tx.execute(delete(EventAddressRow))
    rows = [{"address": address, "customer": customer} for address, customer in customers.items()]
    if rows:
        tx.execute(insert(EventAddressRow), rows)


def customer_of(tx: Tx, address: str) -> str | None:
    """Whose address that is, both as pseudonyms."""
    return tx.scalar(select(EventAddressRow.customer).where(EventAddressRow.address == address))


def _from_row(row: EventRow) -> Event:
    return Event(
        id=row.id, source=row.source, kind=EventKind(row.kind), at=row.at, customer=row.customer, agent=row.agent
    )
