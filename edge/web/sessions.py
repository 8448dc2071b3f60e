"""Who is signed in: kept on the box, so that signing out, idling and erasing an account end a session for certain."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from edge.store.db import Store, Tx
from edge.store.schema import AccountRow, SessionRow
from edge.web.accounts import Account, roles_of

COOKIE: Final = "__Host-session"  # the prefix makes browsers insist on Secure, no Domain and Path=/
IDLE_MAX: Final = timedelta(minutes=30)
LIFE_MAX: Final = timedelta(hours=12)
# A page of calls asks for several things at once; noting each would be a write to disk each.
_SEEN_EVERY: Final = timedelta(minutes=1)
_TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser."""

    id: str  # SHA-256 of its token, hex; the token itself is nowhere but in the browser
    account: Account
    csrf: str  # what every form of this session carries


class Sessions:
    """The sessions of one box. Thread-safe; every method blocks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(self, account: Account, *, now: datetime) -> str:
        """Sign an account in; the token for its cookie. Sessions that are over are cleared away on the occasion."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        row = SessionRow(
            id_sha256=_digest(token),
            account_id=account.id,
            created_at=now,
            seen_at=now,
            expires_at=now + LIFE_MAX,
            csrf=secrets.token_urlsafe(_TOKEN_BYTES),
        )
        with self._store.write() as tx:
            tx.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
            tx.add(row)
        return token

    def find(self, token: str, *, now: datetime) -> Session | None:
        """The session of a cookie, or None if it is unknown, over, idle too long, or its account is disabled."""
        digest = _digest(token)
        with self._store.read() as tx:
            found = _live(tx, digest, now)
        if found is None:
            return None
        session, seen_at = found
        if now - seen_at >= _SEEN_EVERY:
            with self._store.write() as tx:
                row = tx.get(SessionRow, digest)
                if row is None:
                    return None  # signed out in the meantime
                row.seen_at = now
        return session

    def end(self, session: Session) -> None:
        """Sign out."""
        with self._store.write() as tx:
            tx.execute(delete(SessionRow).where(SessionRow.id_sha256 == session.id))


def _live(tx: Tx, digest: str, now: datetime) -> tuple[Session, datetime] | None:
    query = select(SessionRow, AccountRow).join(AccountRow).where(SessionRow.id_sha256 == digest)
    found = tx.execute(query).one_or_none()
    if found is None:
        return None
    session, account = found
    if account.disabled or session.expires_at <= now or session.seen_at + IDLE_MAX <= now:
        return None
    signed_in = Account(id=account.id, name=account.name, roles=roles_of(account.role))
    return Session(id=digest, account=signed_in, csrf=session.csrf), session.seen_at


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
