"""Where all events come in: references become pseudonyms at once, the same event twice is one, all or none are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge.events.incoming import Incoming, source_name
from edge.records import Event, EventKind
from edge.store import events
from edge.store.db import Store, Tx
from edge.vault.pseudonym import Pseudonyms

MAIL = "mail"  # the source of what mail shows; no webhook may take its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many events went where.

    unclaimed: of those stored, the ones whose customer has no call on the box (yet); they are erased soon.
    """

    stored: int
    duplicates: int
    unclaimed: int


class Intake:
    """Takes events in. Thread-safe; every method is one transaction.

    Args:
        kept: how long an event is kept after it came in, unless its customer's last call goes before.
    """

    def __init__(self, store: Store, pseudonyms: Pseudonyms, *, kept: timedelta) -> None:
        self._store = store
        self._pseudonyms = pseudonyms
        self._kept = kept

    def take(self, source: str, told: Iterable[Incoming], *, now: datetime, dry_run: bool = False) -> Taken:
        """Keep what a source tells, all of it or, if it raises, none. Raises: BadInput, Conflict, NotReady."""
        source_name(source)
        found = [self._event(source, each) for each in told]
        with self._store.read() if dry_run else self._store.write() as tx:
            fresh = {id_: event for id_, event in _by_id(found).items() if not events.is_known(tx, event)}
            claimed = {customer: events.has_call(tx, customer) for customer in {e.customer for e in fresh.values()}}
            if not dry_run:
                self._add(tx, fresh.values(), now=now)
        unclaimed = sum(not claimed[event.customer] for event in fresh.values())
        return Taken(stored=len(fresh), duplicates=len(found) - len(fresh), unclaimed=unclaimed)

    def take_mail(self, message_id: str, addresses: Iterable[str], *, now: datetime) -> int:
        """Keep that a mail went to customers who have a call on the box; for how many. Nothing is kept of all others.

        Args:
            message_id: the mail's own name, so that it counts once however often it is delivered.
            addresses: of those it went to, as `read_address` gives them.
        """
        count = 0
        with self._store.write() as tx:
            for address in addresses:
                customer = self._customer_of(tx, address)
                if not events.has_call(tx, customer):
                    continue
                event = Event(
                    id=self._pseudonyms.event(MAIL, f"{message_id}\n{customer}"),
                    source=MAIL,
                    kind=EventKind.FOLLOW_UP_CONTACT,
                    at=now,
                    customer=customer,
                )
                if not events.has_id(tx, event.id):
                    self._add(tx, [event], now=now)
                    count += 1
        return count

    def put_addresses(self, customers: Mapping[str, str]) -> None:
        """Replace the directory that tells whose mail address is whose: address to the sender's customer_ref."""
        hidden = {
            self._pseudonyms.address(address): self._pseudonyms.customer(customer)
            for address, customer in customers.items()
        }
        with self._store.write() as tx:
            events.put_addresses(tx, hidden)

    def counts(self) -> dict[tuple[str, EventKind], int]:
        """How many events of each source and kind are kept."""
        with self._store.read() as tx:
            return events.counts(tx)

    def _event(self, source: str, told: Incoming) -> Event:
        return Event(
            id=self._pseudonyms.event(source, told.id),
            source=source,
            kind=told.kind,
            at=told.at,
            customer=self._pseudonyms.customer(told.customer_ref),
            agent=self._pseudonyms.agent(told.agent_ref) if told.agent_ref is not None else None,
        )

    def _customer_of(self, tx: Tx, address: str) -> str:
        """By the directory; else the address itself may be the reference under which the customer's calls come."""
        return events.customer_of(tx, self._pseudonyms.address(address)) or self._pseudonyms.customer(address)

    def _add(self, tx: Tx, fresh: Iterable[Event], *, now: datetime) -> None:
        for event in fresh:
            events.add(tx, event, received_at=now, expires_at=now + self._kept)


def _by_id(found: Iterable[Event]) -> dict[str, Event]:
    by_id: dict[str, Event] = {}
    for event in found:
        events.check_same(by_id.setdefault(event.id, event), event)
    return by_id
