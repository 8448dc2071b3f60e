"""The one way anything is erased: ordered, taken stock of, told to the log, then its keys are destroyed.

An order is written in the transaction of the act that asks for it; once that stands, the erasure happens, if not at
once then at the next sweep. It removes rows, appends its leaf and puts itself on record in one transaction, at whose
end the keys are destroyed; then the key-encryption key moves on, once for all of them, so that stale copies of the key
store die. A power cut anywhere leaves the order, and the next sweep begins it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from edge.erasure.manifest import Manifest, take_stock
from edge.erasure.trigger import Trigger
from edge.log.leaf import Fact, LeafType
from edge.pipeline import Parts, now_utc
from edge.store import calls, content, erasures, events, expiry
from edge.store.calls import Call
from edge.store.db import Tx
from edge.store.erasures import Erasure, Order, Why
from edge.vault.key import Kind, Owner
from edge.vault.keystore import EVERYTHING

CALLS_MAX = 100
"""In one erasure, so that its transaction is short and its leaf small; a sweep makes several."""

EPOCH_WAIT = timedelta(hours=1)
"""How long what merely expired may wait for the key-encryption key to move on: moving it re-wraps every key of the box,
and a busy box has something expire every minute. Whatever a person asked for moves it at once."""

BACKUP_DAYS_MAX = 30
"""How long a backup of the key store may live at most; until then one of before the erasure may hold the old keys."""

ACTOR = "service"
Progress = Callable[[int], None]
"""Called with the number of calls erased so far."""


def erase_calls(
    parts: Parts,
    call_ids: Iterable[str],
    *,
    trigger: Trigger,
    actor: str,
    kinds: Iterable[Kind] = EVERYTHING,
    case: str | None = None,
    subject: str | None = None,
) -> tuple[int, ...]:
    """Erase calls, or some kinds of their content, now. Durable when it returns; if it raises, it happens later.

    Where the wish for it is written in a transaction of its own, order it there (`order`) and then call `carry_out`.

    Args:
        kinds: to erase; with the header the whole call goes, with the analysis what derives from it.
        case: reference of the case that asked for it.
        subject: pseudonym of who asked for it, if a person did.
    Returns: the erasures' numbers.
    Raises: NotFound if a call isn't here, and then nothing is erased; NotReady.
    """
    with parts.store.write() as tx:
        order(tx, call_ids, trigger=trigger, actor=actor, kinds=kinds, case=case, subject=subject)
    return carry_out(parts)


def erase_subject(
    parts: Parts, pseudonym: str, *, trigger: Trigger, actor: str, case: str | None = None
) -> tuple[int, ...]:
    """Erase all calls of a person, then what is on record about them: the key of their details, and their reference.

    Returns: the erasures' numbers. Raises: NotReady.
    """
    with parts.store.write() as tx:
        theirs = [call.call_id for call in calls.of_party(tx, pseudonym)]
        order(tx, theirs, trigger=trigger, actor=actor, case=case, subject=pseudonym)
        why = Why(trigger=trigger, actor=actor, case=case, subject=pseudonym)
        erasures.order_subject(tx, pseudonym, why, now=now_utc())
    return carry_out(parts)


def order(
    tx: Tx,
    call_ids: Iterable[str],
    *,
    trigger: Trigger,
    actor: str,
    kinds: Iterable[Kind] = EVERYTHING,
    case: str | None = None,
    subject: str | None = None,
) -> None:
    """Order what `erase_calls` does, in the caller's transaction. Raises: NotFound."""
    wanted = [calls.call(tx, call_id).call_id for call_id in call_ids]
    some = () if Kind.HEADER in (chosen := frozenset(kinds)) else sorted(chosen)
    why = Why(trigger=trigger, actor=actor, case=case, subject=subject)
    erasures.order_calls(tx, wanted, why, kinds=some, now=now_utc())


def erase_expired(parts: Parts, *, now: datetime, progress: Progress | None = None) -> int:
    """Erase what is past its expiry, and finish erasures that were cut short; how many expired calls it touched."""
    with parts.store.write() as tx:
        past = expiry.expired(tx, now=now)
        order(tx, past.calls, trigger=Trigger.EXPIRED, actor=ACTOR)
        order(tx, past.audio, trigger=Trigger.EXPIRED, actor=ACTOR, kinds=[Kind.AUDIO])
        unclaimed = timedelta(hours=parts.settings.events.unclaimed_hours)
        events.delete_expired(tx, now=now, unclaimed_before=now - unclaimed)
    carry_out(parts, progress=progress)
    return len(past.calls) + len(past.audio)


def finish_erasures(parts: Parts) -> int:
    """Finish erasures that a power cut left, and remove what has no key any more; how many erasures it took."""
    with parts.store.write() as tx:
        there = calls.all_ids(tx)
        for kind in Kind:
            gone = parts.keys.without(there, kind)
            left = [call_id for call_id in gone if content.has_content(tx, call_id, kind)]
            order(tx, left, trigger=Trigger.REPLAYED, actor=ACTOR, kinds=[kind])
    return len(carry_out(parts))


def replay(parts: Parts, fingerprints: Iterable[str], *, actor: str, now: datetime) -> int:
    """Erase again what had been erased and came back with a restored key store, before anybody can use the box.

    Args:
        fingerprints: of destroyed keys, from the `erasure` leaves of any log of this box, or `Erasures.ledger`.
    Returns: how many keys had come back.
    """
    came_back = parts.keys.destroy_fingerprints(fingerprints, now=now)
    erased = finish_erasures(parts)
    with parts.store.read() as tx:
        strangers = [pseudonym for pseudonym in parts.keys.remembered() if not calls.has_party(tx, pseudonym)]
    for pseudonym in strangers:
        parts.pseudonyms.forget(pseudonym)
    if strangers or (came_back and not erased):
        _advance_epoch(parts, actor=actor)
    return came_back


def carry_out(parts: Parts, *, progress: Progress | None = None) -> tuple[int, ...]:
    """Erase whatever is ordered; the erasures' numbers. Raises: NotReady; what is left then stays ordered."""
    done: list[int] = []
    touched = 0
    while True:
        with parts.store.write() as tx:
            orders = erasures.next_orders(tx, limit=CALLS_MAX)
            if not orders:
                break
            done.append(_erase(parts, tx, orders))
        touched += len(orders)
        if progress is not None:
            progress(touched)
    _move_epoch(parts, now=now_utc())
    return tuple(done)


def _erase(parts: Parts, tx: Tx, orders: Sequence[Order]) -> int:
    """Carry out orders of one reason in one transaction. The keys go last: until then all can be undone."""
    why, kinds = orders[0].why, tuple(map(Kind, orders[0].kinds)) or EVERYTHING
    people = [order.why.subject for order in orders if order.call_id is None and order.why.subject is not None]
    gone = [calls.call(tx, call_id) for call_id in dict.fromkeys(order.call_id for order in orders) if call_id]
    ids = [call.call_id for call in gone]
    fingerprints = parts.keys.fingerprints(ids, kinds)
    references = {call_id: parts.pseudonyms.log_reference(call_id) for call_id in ids}
    manifest = take_stock(tx, references, kinds, fingerprints, owned=_owned(parts, people))
    number = _put_on_record(parts, tx, why, gone, manifest)
    erasures.drop_orders(tx, orders)
    strangers = _remove(tx, gone, kinds)
    for pseudonym in (*strangers, *people):
        events.forget(tx, pseudonym)
    tx.flush()
    parts.keys.destroy_all(ids, kinds, now=now_utc())
    for person in people:
        parts.keys.destroy_own(Owner.SUBJECT, person, now=now_utc())
    for pseudonym in (*strangers, *people):
        parts.pseudonyms.forget(pseudonym)
    return number


def _owned(parts: Parts, people: Iterable[str]) -> tuple[str, ...]:
    found = (parts.keys.own_fingerprint(Owner.SUBJECT, person) for person in people)
    return tuple(fingerprint for fingerprint in found if fingerprint is not None)


def _remove(tx: Tx, gone: Iterable[Call], kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Remove rows; the parties who have no call left, so that what stands behind their pseudonyms can go."""
    strangers: dict[str, None] = {}
    for call in gone:
        if Kind.HEADER in kinds:
            calls.delete_call(tx, call.call_id)
            strangers |= dict.fromkeys(one for one in (call.agent, call.customer) if not calls.has_party(tx, one))
            continue
        if Kind.AUDIO in kinds:
            expiry.drop_audio(tx, call.call_id)
        if Kind.ANALYSIS in kinds:
            expiry.drop_analysis(tx, call.call_id)
    return tuple(strangers)


def _put_on_record(parts: Parts, tx: Tx, why: Why, gone: Sequence[Call], manifest: Manifest) -> int:
    """Append the leaf and keep what the certificate is made of; the erasure's number."""
    now, number = now_utc(), erasures.next_id(tx)
    backups_expire_at = now + timedelta(days=BACKUP_DAYS_MAX)
    trigger, suite, epoch = Trigger(why.trigger), parts.keys.suite, parts.keys.epoch()
    data = manifest.data(box=parts.keys.box_id, suite=suite)
    references = [parts.pseudonyms.log_reference(call.call_id) for call in gone]
    counts: dict[str, Fact] = {kind: dict(numbers) for kind, numbers in manifest.counts().items()}
    place = parts.log.append(
        tx,
        LeafType.ERASURE,
        at=now,
        actor=why.actor,
        call=references[0] if len(references) == 1 else None,
        subject=why.subject or (gone[0].agent if len(gone) == 1 else None),
        erasure=number,
        case=why.case,
        trigger=str(trigger),
        article=trigger.article,
        calls=references,
        content=counts,
        keys=list(manifest.keys),
        manifest=hashlib.sha256(data).hexdigest(),
        key_epoch=epoch,
        backups_expire_at=backups_expire_at.isoformat(),
    )
    record = Erasure(
        id=number,
        at=now,
        why=why,
        article=trigger.article,
        calls=len(gone),
        size_bytes=manifest.size_bytes,
        manifest=data,
        suite=suite,
        key_epoch=epoch,
        backups_expire_at=backups_expire_at,
        leaf=(place.epoch, place.index),
    )
    erasures.add(tx, record, manifest.samples)
    return number


def _move_epoch(parts: Parts, *, now: datetime) -> None:
    """Move the key-encryption key on if anything was erased that can't wait any longer, and say so in the log."""
    with parts.store.read() as tx:
        waiting = erasures.unsettled(tx)
    if all(one.why.trigger == Trigger.EXPIRED and now - one.at < EPOCH_WAIT for one in waiting):
        return
    _advance_epoch(parts, actor=ACTOR)


def _advance_epoch(parts: Parts, *, actor: str) -> None:
    with parts.store.read() as tx:
        waiting = erasures.unsettled(tx)
    before = parts.keys.epoch()
    epoch = parts.keys.advance_epoch()
    gone = {before: not parts.keys.has_epoch(before)} | {
        erasure.key_epoch: not parts.keys.has_epoch(erasure.key_epoch) for erasure in waiting
    }
    with parts.store.write() as tx:
        for erasure in waiting:
            erasures.settle(tx, erasure.id, key_epoch_after=epoch, old_key_destroyed=gone[erasure.key_epoch])
        parts.log.append(
            tx,
            LeafType.KEY_EPOCH,
            at=now_utc(),
            actor=actor,
            epoch=epoch,
            superseded=sorted(gone),
            destroyed=all(gone.values()),
            erasures=[erasure.id for erasure in waiting],
        )
