"""Pseudonyms: keyed hashes that stand for references everywhere but in the key store's encrypted mapping.

Without the box's key nobody can test a guessed telephone number against them, and none is the same on two boxes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from edge.vault.keystore import KeyStore

PSEUDONYM_CHARACTERS = 16
"""80 bits in base32: among 10**8 customers of one box two share a pseudonym with a probability below 10**-8."""


_PSEUDONYM = re.compile(rf"A-[A-Z2-7]{{{PSEUDONYM_CHARACTERS}}}")


def is_agent_pseudonym(text: str) -> bool:
    """Whether a text has the form of an agent's pseudonym."""
    return _PSEUDONYM.fullmatch(text) is not None


class Pseudonyms:
    """Makes pseudonyms, digests and log references, each in a domain of its own."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def agent(self, reference: str) -> str:
        """The pseudonym of an agent: `A-` and 16 characters."""
        return self._short("A", "agent", reference)

    def customer(self, reference: str) -> str:
        """The pseudonym of a customer: `C-` and 16 characters."""
        return self._short("C", "customer", reference)

    def log_reference(self, call_id: str) -> str:
        """What stands for a call in logs and in the gate's records: `L-` and 16 characters."""
        return self._short("L", "log", call_id)

    def event(self, source: str, event_id: str) -> str:
        """What stands for one event of one source, whose own id may name a person: `E-` and 16 characters."""
        return self._short("E", "event", f"{source}\n{event_id}")

    def address(self, address: str) -> str:
        """What stands for a mail address in the directory of customers: `M-` and 16 characters."""
        return self._short("M", "mail address", address)

    def digest(self, pieces: Iterable[bytes]) -> str:
        """A keyed digest of content, given in pieces of any size, to find the same recording again; 64 hex digits."""
        return self._keys.keyed_hash("content digest", pieces).hex()

    def remember(self, *, agent: str, customer: str) -> None:
        """Keep the references of a call's parties, encrypted."""
        self._keys.remember({self.agent(agent): agent, self.customer(customer): customer})

    def reference(self, pseudonym: str) -> str:
        """What stands behind a pseudonym. Raises: NotFound."""
        return self._keys.reference(pseudonym)

    def forget(self, pseudonym: str) -> None:
        """Erase what stands behind a pseudonym, once its last call is erased."""
        self._keys.forget(pseudonym)

    def _short(self, prefix: str, domain: str, text: str) -> str:
        hashed = base64.b32encode(self._keys.keyed_hash(domain, [text.encode()])).decode("ascii")
        return f"{prefix}-{hashed[:PSEUDONYM_CHARACTERS]}"
