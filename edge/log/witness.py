"""A witness: it keeps the last head it has seen of each log, and signs only what continues it (C2SP tlog-witness).

It needs neither the box nor a network, so that a works council or an auditor can be one with a file and a memory stick.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.durable import replace_file
from edge.errors import BadInput, Conflict
from edge.log import note, tree
from edge.log.note import Checkpoint, Verifier
from edge.log.proofs import Consistency

FILE_MODE = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    size: int
    root: bytes


class Witness:
    """One witness, kept in a file: its key, and what it has seen.

    Args:
        path: the file; made on first use.
        name: the witness's name, used when the file is made.
    """

    def __init__(self, path: Path, *, name: str | None = None) -> None:
        self._path = path
        if not path.exists():
            if not name or any(bad in name for bad in " +\n"):
                raise BadInput("name", "a witness needs a name without spaces or +", "Give one, such as works-council")
            secret = Ed25519PrivateKey.generate().private_bytes_raw()
            self._write({"name": name, "secret": base64.b64encode(secret).decode(), "logs": {}})
        try:
            kept = json.loads(path.read_text("utf-8"))
            self._key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept["secret"]))
            self._name = str(kept["name"])
            self._logs = {
                origin: _Seen(size=int(seen["size"]), root=base64.b64decode(seen["root"]))
                for origin, seen in kept["logs"].items()
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadInput("file", "it isn't a witness's file", "Name the file that this command made") from None

    @property
    def verifier(self) -> Verifier:
        """The witness's public key, to be told to the box."""
        public = self._key.public_key().public_bytes_raw()
        return Verifier(name=self._name, kind=note.COSIGNATURE, public_key=public)

    def sign(self, request: Consistency, log: Verifier, *, now: datetime) -> Checkpoint:
        """Check that a head continues the one that was seen last, remember it, and sign it.

        Raises: BadInput where the log didn't sign it; Conflict where it contradicts what was seen.
        """
        head = request.checkpoint
        if not head.signed_by(log) or head.origin.rpartition("/")[0] != log.name:
            raise BadInput("checkpoint", "the log's own signature is missing or wrong", "Check the log's vkey")
        seen = self._logs.get(head.origin)
        if seen is not None and not _continues(seen, request):
            raise Conflict(
                "checkpoint",
                f"it does not continue the head of {seen.size} leaves that this witness has seen: the log was "
                "rewritten or rolled back, or the request is an old one",
                f"Ask the box for a request since {seen.size}; if this stays, keep both heads and call the "
                "compliance officer",
            )
        self._logs[head.origin] = _Seen(size=head.size, root=head.root)
        self._save()
        return replace(head, signatures=(*head.signatures, note.cosign(head, self.verifier, self._key.sign, at=now)))

    def _save(self) -> None:
        """Before anything is signed: what was signed must never be forgotten."""
        self._write(
            {
                "name": self._name,
                "secret": base64.b64encode(self._key.private_bytes_raw()).decode(),
                "logs": {
                    origin: {"size": seen.size, "root": base64.b64encode(seen.root).decode()}
                    for origin, seen in sorted(self._logs.items())
                },
            }
        )

    def _write(self, kept: dict[str, object]) -> None:
        replace_file(self._path, json.dumps(kept, indent=1).encode(), mode=FILE_MODE)


def _continues(seen: _Seen, request: Consistency) -> bool:
    head = request.checkpoint
    if request.old_size != seen.size or head.size < seen.size:
        return False
    return tree.verify_consistency(seen.size, head.size, seen.root, head.root, request.path)
