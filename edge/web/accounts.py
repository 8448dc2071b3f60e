"""Who may sign in to the pages: names, roles, and passwords as argon2id hashes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from edge.errors import BadInput, Conflict
from edge.store.db import Store, Tx
from edge.store.schema import AccountRow
from edge.web.i18n import N_

PASSWORD_LENGTH_MIN: Final = 12
PASSWORD_LENGTH_MAX: Final = 256  # more is no safer, and hashing it would be work for an attacker to give us
NAME_LENGTH_MAX: Final = 64
# Each check takes 64 MiB and a processor for a tenth of a second; more at once would starve the analysis.
_CHECKS_AT_ONCE: Final = 2


class Role(StrEnum):
    """What an account is for. One person may have several roles on a small site."""

    STAFF = "staff"  # sees and owns their own calls, and nobody else's
    TEAM_LEAD = "team_lead"
    COMPLIANCE = "compliance"
    IT = "it"  # runs the box, can't read content
    AUDITOR = "auditor"  # reads records, for a time


FIRST: Final = frozenset({Role.IT, Role.COMPLIANCE})
"""Who claims the box does both until there are others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Someone who is signed in."""

    id: int
    name: str
    roles: frozenset[Role]


class Accounts:
    """The accounts of one box. Thread-safe; every method blocks.

    Args:
        store: the box's database.
        hasher: argon2id with the library's parameters (RFC 9106, low-memory profile).
    """

    def __init__(self, store: Store, hasher: PasswordHasher | None = None) -> None:
        self._store = store
        self._hasher = hasher or PasswordHasher()
        self._checks = BoundedSemaphore(_CHECKS_AT_ONCE)
        # Checked where a name is unknown, so that the answer takes as long as for a known one.
        self._nobodys_hash = self._hasher.hash("nobody's password")

    def exist(self) -> bool:
        """Whether the box has been claimed."""
        with self._store.read() as tx:
            return _any(tx)

    def create_first(self, name: str, password: str, *, roles: frozenset[Role], now: datetime) -> Account:
        """Make the box's first account. Raises: BadInput, Conflict if somebody was faster."""
        name = _checked_name(name)
        hashed = self._hash(_checked_password(password))
        with self._store.write() as tx:
            if _any(tx):
                raise Conflict("name", N_("the box has an administrator already"), N_("Sign in"))
            return _add(tx, name, hashed, roles, now)

    def create(self, name: str, password: str, *, roles: frozenset[Role], now: datetime) -> Account:
        """Make one more account. Raises: BadInput, Conflict if the name is taken."""
        name = _checked_name(name)
        hashed = self._hash(_checked_password(password))
        try:
            with self._store.write() as tx:
                return _add(tx, name, hashed, roles, now)
        except IntegrityError as error:
            raise Conflict("name", N_("the name is taken"), N_("Choose another")) from error

    def check(self, name: str, password: str) -> Account | None:
        """The account that name and password open, or None. Takes as long for names that don't exist."""
        with self._store.read() as tx:
            row = tx.scalar(select(AccountRow).where(AccountRow.name == _plain_name(name)))
        hashed = row.password_hash if row is not None else self._nobodys_hash
        right = self._verify(hashed, password)
        if row is None or row.disabled or right is not True:
            return None
        return _account(row)

    def names(self) -> dict[str, str]:
        """Every account's name, by what stands for it in content and records: `account:1`."""
        with self._store.read() as tx:
            return {f"account:{row.id}": row.name for row in tx.scalars(select(AccountRow))}

    def _hash(self, password: str) -> str:
        with self._checks:
            return self._hasher.hash(password)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            with self._checks:
                return self._hasher.verify(hashed, password[: PASSWORD_LENGTH_MAX + 1])
        except (Argon2Error, InvalidHashError):
            return False


def _any(tx: Tx) -> bool:
    return bool(tx.scalar(select(exists(select(AccountRow.id)))))


def _add(tx: Tx, name: str, hashed: str, roles: frozenset[Role], now: datetime) -> Account:
    row = AccountRow(name=name, password_hash=hashed, role=",".join(sorted(roles)), created_at=now, disabled=False)
    tx.add(row)
    tx.flush()
    return _account(row)


def roles_of(stored: str) -> frozenset[Role]:
    """The roles of an account, as its row holds them: with commas between."""
    return frozenset(Role(role) for role in stored.split(",") if role)


def _account(row: AccountRow) -> Account:
    return Account(id=row.id, name=row.name, roles=roles_of(row.role))


def _plain_name(name: str) -> str:
    """The name as stored: one form of each character, no spaces around it."""
    return unicodedata.normalize("NFKC", name).strip()[:NAME_LENGTH_MAX]


def _checked_name(name: str) -> str:
    plain = _plain_name(name)
    if not plain or not plain.isprintable():
        raise BadInput("name", N_("the name is empty or can't be shown"), N_("Type the name you will sign in with"))
    return plain


def _checked_password(password: str) -> str:
    if len(password) < PASSWORD_LENGTH_MIN:
        raise BadInput("password", N_("the password is too short"), N_("Use at least 12 characters"))
    if len(password) > PASSWORD_LENGTH_MAX:
        raise BadInput("password", N_("the password is too long"), N_("Use at most 256 characters"))
    return password
