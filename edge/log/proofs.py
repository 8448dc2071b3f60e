"""Proofs as files that can be carried by hand: a leaf in a head (C2SP tlog-proof), a head that continues another."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from edge.errors import BadInput
from edge.log.note import Checkpoint
from edge.log.tree import HASH_BYTES

INCLUSION = "c2sp.org/tlog-proof@v1"
CONSISTENCY = "sottovoce.log/witness-request@v1"
PATH_MAX = 63
"""Hashes in one proof: enough for 2**63 leaves, and the most that C2SP's witnesses take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """A leaf stands at `index` in the log of a checkpoint."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def __str__(self) -> str:
        return _written(INCLUSION, f"index {self.index}", self.path, self.checkpoint)

    @classmethod
    def read(cls, text: str) -> Inclusion:
        """Read a proof without trusting it. Raises: BadInput."""
        number, path, checkpoint = _read(text, INCLUSION, "index ")
        return cls(index=number, path=path, checkpoint=checkpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """The log of a checkpoint begins with the `old_size` leaves that a witness has seen: what it is asked to sign."""

    old_size: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def __str__(self) -> str:
        return _written(CONSISTENCY, f"old {self.old_size}", self.path, self.checkpoint)

    @classmethod
    def read(cls, text: str) -> Consistency:
        """Read a request without trusting it. Raises: BadInput."""
        number, path, checkpoint = _read(text, CONSISTENCY, "old ")
        return cls(old_size=number, path=path, checkpoint=checkpoint)


def _written(header: str, number: str, path: Sequence[bytes], checkpoint: Checkpoint) -> str:
    hashes = [base64.b64encode(hashed).decode() for hashed in path]
    return "\n".join([header, number, *hashes, "", str(checkpoint)])


def _read(text: str, header: str, prefix: str) -> tuple[int, tuple[bytes, ...], Checkpoint]:
    proof, _, checkpoint = text.partition("\n\n")
    first, *rest = proof.split("\n")
    try:
        if first != header or not rest or not rest[0].startswith(prefix) or len(rest) > PATH_MAX + 1:
            raise ValueError(first)
        number = int(rest[0].removeprefix(prefix))
        path = tuple(base64.b64decode(line, validate=True) for line in rest[1:])
        if number < 0 or any(len(hashed) != HASH_BYTES for hashed in path):
            raise ValueError(number)
    except (ValueError, binascii.Error):
        raise BadInput("proof", "it isn't a proof as the box writes it", "Bring the file whole") from None
    return number, path, Checkpoint.read(checkpoint)
