"""Content at rest: sealed in chunks by the box's cipher suite, each bound to its place.

A chunk opens only at the very address it was sealed for: box, call, kind, version, its number and how many there are.
Swapped, moved, repeated, cut short or taken from an older version, it doesn't open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag

from edge.errors import NotReady
from edge.vault.encoding import encode
from edge.vault.key import Key, Kind

CHUNK_BYTES = 64 * 1024
"""Plaintext per chunk. Small enough to verify before use in little memory, large enough that 28 bytes of nonce and tag
don't count."""

FORMAT = 2
"""Version of this envelope; part of what every chunk is bound to."""


class Damaged(NotReady):
    """Stored content isn't what this box stored at that place."""

    def __init__(self) -> None:
        super().__init__(
            "content",
            "what is stored is not what this box sealed at this place: it was changed, moved, cut short or is of an "
            "older version",
            "Restore the box from a backup, or erase the call and send the recording again",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where content belongs.

    box: the box's own random name, `KeyStore.box_id`.
    call: its log reference, not the sender's name for it: so that what is left of an erased call names nobody.
    kind: of content; or a name for what lies under the key of another kind, so that neither opens as the other.
    version: of the content, 1 for the first; a later analysis of the same call has a higher one.
    """

    box: str
    call: str
    kind: Kind | str
    version: int = 1

    def about(self, chunk: int, chunks: int) -> bytes:
        """What one chunk is bound to."""
        return encode("sottovoce content", FORMAT, self.box, self.call, self.kind, self.version, chunk, chunks)


def chunks_of(size_bytes: int) -> int:
    """How many chunks content of that size makes; empty content makes one."""
    return max(1, -(-size_bytes // CHUNK_BYTES))


def seal(key: Key, address: Address, content: bytes | memoryview) -> Iterator[bytes]:
    """Encrypt content chunk by chunk, in order. Each piece carries its nonce and tag (28 bytes more)."""
    view = memoryview(content).cast("B")
    chunks = chunks_of(len(view))
    for chunk in range(chunks):
        start = chunk * CHUNK_BYTES
        yield key.seal(view[start : start + CHUNK_BYTES], about=address.about(chunk, chunks))


def unseal(key: Key, address: Address, sealed: Sequence[bytes]) -> bytes:
    """Decrypt all chunks of one content. Raises: Damaged where any of them isn't at its place."""
    try:
        return b"".join(
            key.open(piece, about=address.about(chunk, len(sealed))) for chunk, piece in enumerate(_some(sealed))
        )
    except (InvalidTag, ValueError) as error:
        raise Damaged from error


def _some(sealed: Sequence[bytes]) -> Sequence[bytes]:
    """Content has at least one chunk: none at all means that it was taken away."""
    if not sealed:
        raise Damaged
    return sealed
