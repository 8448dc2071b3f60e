"""A key that doesn't show itself."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import NoReturn, final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
"""96 bits, random. NIST SP 800-38D 8.3 allows 2**32 of them under one key: a data key seals one call's content, at most
some 10**4 chunks; an epoch's key wraps three keys a call, so 2**32 is reached after centuries."""


class Kind(StrEnum):
    """The classes of a call's content. Each has a key of its own, so that each can be erased alone."""

    HEADER = "header"  # bases and references, as sent
    AUDIO = "audio"
    ANALYSIS = "analysis"


@final
class Key:
    """32 bytes that seal and open, and never appear in a repr, a log or a pickle."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._secret = secret

    @classmethod
    def new(cls) -> Key:
        """A fresh key from the operating system's generator."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def seal(self, plaintext: bytes | memoryview, *, about: bytes) -> bytes:
        """Encrypt with AES-256-GCM; nonce, ciphertext and tag in one piece, bound to `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._secret).encrypt(nonce, bytes(plaintext), about)

    def open(self, sealed: bytes, *, about: bytes) -> bytes:
        """Undo `seal`. Raises: InvalidTag where key, bytes or `about` differ; ValueError if too short."""
        if len(sealed) < NONCE_BYTES:
            raise ValueError("shorter than a nonce")
        return AESGCM(self._secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)

    def wrapped_by(self, wrapping: Key, *, about: bytes) -> bytes:
        """This key, sealed by another one."""
        return wrapping.seal(self._secret, about=about)

    def expose(self) -> bytes:
        """The bytes themselves, for a keyed hash or for the root's file. Only the vault calls this; a test holds it."""
        return self._secret

    def __repr__(self) -> str:
        return "Key(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key can't be copied out of the process")
