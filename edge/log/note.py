"""Signed notes and the heads they carry: C2SP signed-note, tlog-checkpoint and tlog-cosignature."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edge.errors import BadInput
from edge.log.tree import HASH_BYTES

ED25519, COSIGNATURE = b"\x01", b"\x04"
"""Kinds of keys: of the log itself, and of a witness (cosignature/v1)."""

KEY_ID_BYTES, TIME_BYTES, SIGNATURE_BYTES, PUBLIC_KEY_BYTES = 4, 8, 64, 32
NOTE_BYTES_MAX = 64 * 1024
DASH = "— "
Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Somebody's public key under a name, as a `vkey` tells it."""

    name: str
    kind: bytes
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """What signature lines are found by, 4 bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public_key).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        encoded = base64.b64encode(self.kind + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def read(cls, vkey: str) -> Verifier:
        """Read a `vkey`. Raises: BadInput."""
        try:
            name, key_id, encoded = vkey.strip().split("+", 2)
            key = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raise _bad_key() from None
        found = cls(name=name, kind=key[:1], public_key=key[1:])
        known = found.kind in (ED25519, COSIGNATURE) and len(found.public_key) == PUBLIC_KEY_BYTES
        if not name or not known or found.key_id.hex() != key_id:
            raise _bad_key()
        return found

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether an Ed25519 signature is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line of a note. blob: what follows the key id."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.blob).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A head of a log: its origin, how many leaves, the root over them, and who signed it."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[Signature, ...] = ()

    @property
    def body(self) -> bytes:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()

    def __str__(self) -> str:
        return self.body.decode() + "\n" + "".join(f"{line}\n" for line in self.signatures)

    @classmethod
    def read(cls, note: str) -> Checkpoint:
        """Read a note without trusting it: check its signatures next. Raises: BadInput."""
        if len(note) > NOTE_BYTES_MAX:
            raise BadInput("checkpoint", "it is too long for a checkpoint", "Send the note of one head")
        try:
            body, lines = note.split("\n\n", 1)
            origin, size, root = body.split("\n")
            read = cls(
                origin=origin,
                size=int(size),
                root=base64.b64decode(root, validate=True),
                signatures=tuple(_signature(line) for line in lines.splitlines()),
            )
        except (ValueError, binascii.Error):
            raise BadInput("checkpoint", "it isn't a signed checkpoint", "Send the note as the box wrote it") from None
        if str(read.size) != size or read.size < 0 or len(read.root) != HASH_BYTES or str(read) != note:
            raise BadInput("checkpoint", "it isn't written as checkpoints are", "Send the note as the box wrote it")
        return read

    def signed_by(self, verifier: Verifier) -> bool:
        """Whether that key's signature, or a witness's cosignature, stands under it and is right."""
        return any(
            line.name == verifier.name and line.key_id == verifier.key_id and self._right(line, verifier)
            for line in self.signatures
        )

    def cosigned_at(self, verifier: Verifier) -> int | None:
        """When that witness signed it, in seconds since 1970; None where it didn't."""
        for line in self.signatures:
            if line.name == verifier.name and line.key_id == verifier.key_id and self._right(line, verifier):
                return int.from_bytes(line.blob[:TIME_BYTES], "big")
        return None

    def _right(self, line: Signature, verifier: Verifier) -> bool:
        if verifier.kind == ED25519:
            return verifier.verifies(line.blob, self.body)
        if len(line.blob) != TIME_BYTES + SIGNATURE_BYTES:
            return False
        time_s = int.from_bytes(line.blob[:TIME_BYTES], "big")
        return verifier.verifies(line.blob[TIME_BYTES:], cosigned(self.body, time_s))


def cosigned(body: bytes, time_s: int) -> bytes:
    """What a witness signs of a checkpoint at a time (cosignature/v1)."""
    return f"cosignature/v1\ntime {time_s}\n".encode() + body


def sign(checkpoint: Checkpoint, verifier: Verifier, sign_bytes: Sign) -> Signature:
    """The log's own signature."""
    return Signature(name=verifier.name, key_id=verifier.key_id, blob=sign_bytes(checkpoint.body))


def cosign(checkpoint: Checkpoint, verifier: Verifier, sign_bytes: Sign, *, at: datetime) -> Signature:
    """A witness's signature, with its time."""
    time_s = int(at.timestamp())
    signature = sign_bytes(cosigned(checkpoint.body, time_s))
    return Signature(name=verifier.name, key_id=verifier.key_id, blob=time_s.to_bytes(TIME_BYTES, "big") + signature)


def _signature(line: str) -> Signature:
    name, encoded = line.removeprefix(DASH).split(" ")
    blob = base64.b64decode(encoded, validate=True)
    if not line.startswith(DASH) or len(blob) <= KEY_ID_BYTES:
        raise ValueError(line)
    return Signature(name=name, key_id=blob[:KEY_ID_BYTES], blob=blob[KEY_ID_BYTES:])


def _bad_key() -> BadInput:
    return BadInput("vkey", "it isn't a key as logs and witnesses tell theirs", "Copy it whole: name+id+key")
