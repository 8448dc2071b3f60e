"""A key that doesn't show itself."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from enum import StrEnum
from typing import NoReturn, final

from edge.vault.suite import Suite

NONCE_BYTES = 12
"""96 bits, random. NIST SP 800-38D 8.3 allows 2**32 of them under one key. A data key seals one call's content, at most
some 10**4 chunks; wraps under an epoch's key are counted (`keystore.WRAPS_MAX`)."""

FINGERPRINT_BYTES = 16


class Kind(StrEnum):
    """The classes of a call's content. Each has a key of its own, so that each can be erased alone."""

    HEADER = "header"  # bases and references, as sent
    AUDIO = "audio"
    ANALYSIS = "analysis"


class Owner(StrEnum):
    """What else may have a key of its own, so that what is sealed with it can be erased alone. Values are stable."""

    SUBJECT = "subject"  # a person, by pseudonym
    CASE = "case"  # a rights case
    HOLD = "hold"  # a legal hold


@final
class Key:
    """The bytes that seal and open under one suite; they never appear in a repr, a log or a pickle."""

    __slots__ = ("_secret", "_suite")

    def __init__(self, secret: bytes, suite: Suite = Suite.AES) -> None:
        if len(secret) != suite.key_bytes:
            raise ValueError(f"a key has {suite.key_bytes} bytes")
        self._secret = secret
        self._suite = suite

    @classmethod
    def new(cls, suite: Suite = Suite.AES) -> Key:
        """A fresh key from the operating system's generator."""
        return cls(secrets.token_bytes(suite.key_bytes), suite)

    def seal(self, plaintext: bytes | memoryview, *, about: bytes) -> bytes:
        """Encrypt; nonce, ciphertext and tag in one piece (28 bytes more), bound to `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._suite.encrypt(self._secret, nonce, bytes(plaintext), about)

    def open(self, sealed: bytes, *, about: bytes) -> bytes:
        """Undo `seal`. Raises: InvalidTag where key, bytes or `about` differ; ValueError if too short."""
        if len(sealed) < NONCE_BYTES:
            raise ValueError("shorter than a nonce")
        return self._suite.decrypt(self._secret, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)

    def wrapped_by(self, wrapping: Key, *, about: bytes) -> bytes:
        """This key, sealed by another one."""
        return wrapping.seal(self._secret, about=about)

    def mac(self, pieces: Iterable[bytes]) -> bytes:
        """The suite's HMAC over pieces as one string of bytes, 32 bytes."""
        return self._suite.mac(self._secret, pieces)

    def commitment(self, value: bytes) -> str:
        """A keyed hash that commits to a value without telling it, 64 hex digits; it dies with the key."""
        own = self.mac([b"sottovoce commitment"])  # never the key itself for a second use
        return self._suite.mac(own, [value]).hex()

    def fingerprint(self) -> bytes:
        """What tells this key from every other without telling it, 16 bytes: it may stay when the key is destroyed."""
        return self.mac([b"sottovoce key fingerprint"])[:FINGERPRINT_BYTES]

    def expose(self) -> bytes:
        """The bytes themselves, for the root's file. Only the vault calls this; a test holds it."""
        return self._secret

    def __repr__(self) -> str:
        return "Key(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key can't be copied out of the process")
