"""Cipher suites: which algorithms seal, wrap and hash under a box's keys.

A box has one suite, chosen when its key store is made, and never mixes two. The log's hashing (SHA-256) and signatures
(Ed25519) belong to no suite: they are what RFC 9162 and C2SP's verifiers expect.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TAG_BYTES = 16
MAC_BYTES = 32
"""Of HMAC-SHA-256 and of HMAC-SM3 alike."""


class Suite(StrEnum):
    """The suites. Values are stable: they stand in key stores and settings."""

    AES = "aes-256-gcm"  # AES-256-GCM (NIST SP 800-38D), HMAC-SHA-256 (RFC 2104)
    SM4 = "sm4-gcm"  # SM4-GCM (RFC 8998, GB/T 32907), HMAC-SM3 (GB/T 32905). GM-ready: no certified module does it

    @property
    def key_bytes(self) -> int:
        """32, or 16: SM4 knows keys of 128 bits only."""
        return 32 if self is Suite.AES else 16

    def encrypt(self, secret: bytes, nonce: bytes, plaintext: bytes, about: bytes) -> bytes:
        """Ciphertext with its tag of 16 bytes at the end, bound to `about`."""
        if self is Suite.AES:
            return AESGCM(secret).encrypt(nonce, plaintext, about)
        encryptor = Cipher(algorithms.SM4(secret), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(about)
        return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag

    def decrypt(self, secret: bytes, nonce: bytes, sealed: bytes, about: bytes) -> bytes:
        """Undo `encrypt`. Raises: InvalidTag."""
        if len(sealed) < TAG_BYTES:
            raise InvalidTag
        if self is Suite.AES:
            return AESGCM(secret).decrypt(nonce, sealed, about)
        ciphertext, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        decryptor = Cipher(algorithms.SM4(secret), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(about)
        return decryptor.update(ciphertext) + decryptor.finalize()

    def mac(self, secret: bytes, pieces: Iterable[bytes]) -> bytes:
        """HMAC over pieces as one string of bytes, 32 bytes."""
        digest = hmac.HMAC(secret, hashes.SHA256() if self is Suite.AES else hashes.SM3())
        for piece in pieces:
            digest.update(piece)
        return digest.finalize()
