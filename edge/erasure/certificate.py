"""The certificate of an erasure: one document that can be checked without the box (trust in it comes from the log).

It holds the manifest of what went, the leaf that commits to it with its proof (C2SP tlog-proof), a few erased chunks,
and what it doesn't prove. Follows what NIST SP 800-88 Rev 2 asks of a record of cryptographic erasure.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from edge.erasure.wording import DOESNT_PROVE, METHOD
from edge.errors import BadInput
from edge.log import tree
from edge.log.leaf import LeafType
from edge.log.note import Verifier
from edge.log.proofs import Inclusion
from edge.log.tree import HASH_BYTES
from edge.store.erasures import Erasure, Sample
from edge.vault.cipher import Address
from edge.vault.trial import Target

KIND = "sottovoce-erasure-certificate"
FORM = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One erasure's certificate. proof: None while no signed head covers the leaf."""

    erasure: Erasure
    box: str
    vkey: str
    leaf: bytes
    proof: str | None
    samples: tuple[Sample, ...]

    @property
    def manifest(self) -> dict[str, Any]:
        """What went."""
        read: dict[str, Any] = json.loads(self.erasure.manifest)
        return read

    @property
    def manifest_sha256(self) -> str:
        """What the leaf commits to."""
        return hashlib.sha256(self.erasure.manifest).hexdigest()

    def counts(self) -> dict[str, dict[str, int]]:
        """Objects and bytes by kind."""
        counts: dict[str, dict[str, int]] = json.loads(self.leaf)["facts"]["content"]
        return counts

    def document(self) -> dict[str, Any]:
        """The certificate as JSON."""
        erasure = self.erasure
        return {
            "kind": KIND,
            "form": FORM,
            "box": self.box,
            "erasure": erasure.id,
            "erased_at": erasure.at.isoformat(),
            "trigger": erasure.why.trigger,
            "article": erasure.article,
            "case": erasure.why.case,
            "subject": erasure.why.subject,
            "operator": erasure.why.actor,
            "method": METHOD.en,
            "suite": erasure.suite,
            "calls": erasure.calls,
            "content": self.counts(),
            "size_bytes": erasure.size_bytes,
            "key_epoch": {
                "before": erasure.key_epoch,
                "after": erasure.key_epoch_after,
                "old_key_destroyed": erasure.old_key_destroyed,
            },
            "backups_expire_at": erasure.backups_expire_at.isoformat(),
            "manifest": self.manifest,
            "manifest_sha256": self.manifest_sha256,
            "samples": [_sample(sample) for sample in self.samples],
            "leaf": base64.b64encode(self.leaf).decode(),
            "proof": self.proof,
            "vkey": self.vkey,
            "does_not_prove": {"zh": [one.zh for one in DOESNT_PROVE], "en": [one.en for one in DOESNT_PROVE]},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was checked. what: a name of `wording.CHECKS`; why: of `wording.FAULTS`, "" if it is right."""

    what: str
    why: str = ""

    @property
    def right(self) -> bool:
        """Whether it is as it should be."""
        return not self.why


def check(document: Mapping[str, Any], vkey: str) -> tuple[Finding, ...]:
    """Check a certificate by itself: nothing in it was changed, and the log that the key belongs to says the same.

    Args:
        vkey: the box's public key, from somewhere else than the certificate.
    Raises: BadInput if it is no certificate.
    """
    try:
        leaf = base64.b64decode(document["leaf"], validate=True)
        facts, manifest = json.loads(leaf)["facts"], _canonical(document["manifest"])
        return (
            Finding(what="leaf", why=_leaf_says(document, json.loads(leaf))),
            Finding(
                what="manifest", why=_manifest_is(document, hashlib.sha256(manifest).hexdigest(), facts["manifest"])
            ),
            Finding(what="keys", why=_same(document["manifest"]["keys"], facts["keys"])),
            Finding(what="samples", why=_samples_belong(document)),
            Finding(what="proof", why=_proven(document["proof"], leaf, vkey)),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise not_a_certificate() from error


def targets(document: Mapping[str, Any]) -> tuple[Target, ...]:
    """The erased chunks a certificate holds, for `vault.trial`. Raises: BadInput if it is no certificate."""
    try:
        objects = document["manifest"]["objects"]
        return tuple(
            Target(
                address=Address(
                    box=document["box"],
                    call=objects[sample["object"]]["call"],
                    kind=objects[sample["object"]]["kind"],
                    version=objects[sample["object"]]["version"],
                ),
                chunk=sample["chunk"],
                chunks=objects[sample["object"]]["chunks"],
                ciphertext=base64.b64decode(sample["ciphertext"], validate=True),
                key=objects[sample["object"]]["key"],
            )
            for sample in document["samples"]
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise not_a_certificate() from error


def not_a_certificate() -> BadInput:
    """The error of a file that is none."""
    return BadInput("certificate", "it isn't a certificate of erasure", "Bring the JSON file as the box wrote it")


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "object": sample.object,
        "chunk": sample.chunk,
        "hashes": base64.b64encode(sample.hashes).decode(),
        "ciphertext": base64.b64encode(sample.ciphertext).decode(),
    }


def _canonical(manifest: Mapping[str, Any]) -> bytes:
    return rfc8785.dumps(dict(manifest))


def _same(found: object, wanted: object) -> str:
    return "" if found == wanted else "changed"


def _manifest_is(document: Mapping[str, Any], found: str, committed: str) -> str:
    manifest = document["manifest"]
    said = (
        (found, committed),
        (document["manifest_sha256"], committed),
        (document["suite"], manifest["suite"]),
        (document["size_bytes"], sum(entry["bytes"] for entry in manifest["objects"])),
    )
    return "" if all(one == other for one, other in said) else "changed"


def _leaf_says(document: Mapping[str, Any], leaf: Mapping[str, Any]) -> str:
    facts = leaf["facts"]
    said = (
        (document["box"], leaf["box"]),
        (document["operator"], leaf["actor"]),
        (document["erasure"], facts["erasure"]),
        (document["trigger"], facts["trigger"]),
        (document["article"], facts["article"]),
        (document["case"], facts["case"]),
        (document["calls"], len(facts["calls"])),
        (document["content"], facts["content"]),
        (document["key_epoch"]["before"], facts["key_epoch"]),
        (document["backups_expire_at"], facts["backups_expire_at"]),
        (document["subject"] in (None, leaf["subject"]), True),
        (datetime.fromisoformat(document["erased_at"]).replace(microsecond=0), _whole_seconds(leaf["at"])),
    )
    right = leaf["type"] == LeafType.ERASURE and all(one == other for one, other in said)
    return "" if right else "changed"


def _whole_seconds(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(microsecond=0)


def _samples_belong(document: Mapping[str, Any]) -> str:
    """Each sample is one of the chunks whose hashes make its object's, and there is one of each kind."""
    objects = dict(enumerate(document["manifest"]["objects"]))
    if {objects[sample["object"]]["kind"] for sample in document["samples"]} != {it["kind"] for it in objects.values()}:
        return "not_of_it"
    for sample in document["samples"]:
        entry = objects[sample["object"]]
        hashes = base64.b64decode(sample["hashes"], validate=True)
        start = sample["chunk"] * HASH_BYTES
        own = hashlib.sha256(base64.b64decode(sample["ciphertext"], validate=True)).digest()
        if hashes[start : start + HASH_BYTES] != own or hashlib.sha256(hashes).hexdigest() != entry["sha256"]:
            return "not_of_it"
    return ""


def _proven(proof: str | None, leaf: bytes, vkey: str) -> str:
    if proof is None:
        return "no_head"
    verifier = Verifier.read(vkey)
    try:
        inclusion = Inclusion.read(proof)
    except BadInput:
        return "unreadable"
    head = inclusion.checkpoint
    place = json.loads(leaf)
    if head.origin != f"{verifier.name}/{place['epoch']}" or not head.signed_by(verifier):
        return "not_signed"
    hashed = tree.leaf_hash(leaf)
    if inclusion.index != place["index"] or not tree.verify_inclusion(
        hashed, inclusion.index, head.size, inclusion.path, head.root
    ):
        return "not_in_log"
    return ""
