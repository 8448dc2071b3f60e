#!/usr/bin/env python3
"""Check an export of a box's log, offline, without trusting the box: one file, Python's standard library alone.

    verify_log.py EXPORT [--vkey VKEY] [--head FILE]... [--witness VKEY]... [--json]

VKEY is the box's public key and FILE a head (signed checkpoint), both got by another way than the export: from a
witness, a receipt, a printout. Without them the export is only held against itself. Written from docs/log.md, apart
from the box's own code. Standards: RFC 9162 (tree), RFC 8032 (Ed25519), RFC 8785 (JSON), C2SP signed-note,
tlog-checkpoint and tlog-cosignature. Exit code 0: nothing wrong was found; 1: the log was tampered with; 2: a file
can't be read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

# Ed25519 (RFC 8032, section 5.1). Points in extended coordinates (x, y, z, t).
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def decompress(encoded: bytes) -> Point | None:
    """A point from its 32 bytes; None if they are none."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def add(a: Point, b: Point) -> Point:
    """The sum of two points."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    """A point, many times."""
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature over a message is a key's."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, first, second = decompress(public), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or first is None or BASE is None or second >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(second, BASE), add(first, times(challenge, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


class Unreadable(Exception):
    """A file isn't what it should be, and not by tampering alone."""


class Key:
    """A `vkey`: name, key id, kind (1: the log's own, 4: a witness's) and public key."""

    def __init__(self, vkey: str) -> None:
        try:
            self.name, key_id, encoded = vkey.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise Unreadable(f"not a vkey: {vkey[:80]!r}") from None
        self.kind, self.public = raw[:1], raw[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if self.id.hex() != key_id or self.kind not in (b"\x01", b"\x04") or len(self.public) != 32:
            raise Unreadable(f"a vkey that contradicts itself: {vkey[:80]!r}")


class Head:
    """A signed checkpoint."""

    def __init__(self, note: str) -> None:
        try:
            text, signatures = note.strip("\n").split("\n\n", 1)  # copied by hand, it may have lines around it
            self.origin, size, root = text.split("\n")
            self.size, self.root, self.body = int(size), base64.b64decode(root, validate=True), text.encode() + b"\n"
            self.lines = [line.removeprefix("— ").split(" ", 1) for line in signatures.splitlines()]
            self.signatures = [(name, base64.b64decode(blob, validate=True)) for name, blob in self.lines]
        except ValueError:
            raise Unreadable("not a signed checkpoint") from None

    def has(self, key: Key) -> bool:
        """Whether a key's signature stands under it and is right."""
        for name, blob in self.signatures:
            if name == key.name and blob[:4] == key.id:
                if key.kind == b"\x01":
                    return signed_by(key.public, self.body, blob[4:])
                time_s = int.from_bytes(blob[4:12], "big")
                return signed_by(key.public, f"cosignature/v1\ntime {time_s}\n".encode() + self.body, blob[12:])
        return False

    def signed_at_all_by(self, key: Key) -> bool:
        """Whether a signature that names this key stands under it, right or wrong."""
        return any(name == key.name and blob[:4] == key.id for name, blob in self.signatures)


class Tree:
    """The right edge of a growing tree: hashes of the complete subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.edge: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Append a leaf."""
        hashed, place = hashlib.sha256(b"\x00" + data).digest(), self.size
        while place & 1:
            hashed, place = hashlib.sha256(b"\x01" + self.edge.pop() + hashed).digest(), place >> 1
        self.edge.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """The hash over all leaves."""
        if not self.edge:
            return hashlib.sha256(b"").digest()
        root = self.edge[-1]
        for hashed in reversed(self.edge[:-1]):
            root = hashlib.sha256(b"\x01" + hashed + root).digest()
        return root


class Audit:
    """One reading of one export. `faults` holds what is wrong, `notes` what a reader should know."""

    def __init__(self, path: Path, vkey: str | None, heads: list[Head], witnesses: list[Key]) -> None:
        self.path, self.held = path, heads
        self.faults: list[str] = []
        self.notes: list[str] = []
        self.leaves = 0
        self.checkpoints = [Head(str(line["checkpoint"])) for line in self.lines() if "checkpoint" in line]
        first = next(self.lines(), {})
        if first.get("kind") != "sottovoce-log-export" or first.get("form") != 1:
            raise Unreadable("not an export of a log")
        self.box, told = str(first.get("box")), Key(str(first.get("vkey")))
        self.key = Key(vkey) if vkey else told
        self.trusted = vkey is not None
        named = first.get("witnesses", [])
        if not isinstance(named, list):
            raise Unreadable("the witnesses aren't a list")
        self.witnesses = witnesses or [Key(str(one)) for one in named]
        if (told.name, told.public) != (self.key.name, self.key.public):
            self.fault("the export names another key than the one you trust")
        if self.key.name != f"sottovoce.box/{self.box}":
            self.fault("the key's name is not the box's")
        self.roots: dict[tuple[int, int], bytes] = {}
        self.sizes: dict[int, int] = {}

    def fault(self, what: str) -> None:
        """Note what is wrong."""
        self.faults.append(what)

    def lines(self) -> Iterator[dict[str, Any]]:
        """The export's lines, as objects. Raises: Unreadable."""
        try:
            with self.path.open("rb") as file:
                for line in file:
                    read = json.loads(line)
                    if not isinstance(read, dict):
                        raise Unreadable("a line is no object")
                    yield read
        except (OSError, ValueError, RecursionError):
            raise Unreadable("a line can't be read as JSON") from None

    def run(self) -> None:
        """Check everything."""
        self.read_leaves()
        self.check_heads()
        self.check_held()
        if not self.trusted:
            self.notes.append("no key was given: the export was held against the key it names itself")

    def read_leaves(self) -> None:
        """Read every leaf once: its form, its place, its time, and the roots that heads are held against."""
        wanted = {(self.epoch_of(head), head.size) for head in [*self.checkpoints, *self.held]} | self.cited()
        trees: dict[int, Tree] = {}
        erased: set[str] = set()
        last: dict[int, datetime] = {}
        jumped, phase, epoch_before, end = False, 0, 0, None
        for number, line in enumerate(self.lines()):
            if "leaf" not in line:
                phase = phase if number == 0 else 1
                end = line if line.get("kind") == "end" else None
                continue
            try:
                data = base64.b64decode(line["leaf"], validate=True)
                leaf = json.loads(data)
                epoch, index, at = leaf["epoch"], leaf["index"], datetime.fromisoformat(leaf["at"])
                facts, kind, call = leaf["facts"], str(leaf["type"]), leaf["call"]
                canonical = json.dumps(leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
            except (ValueError, KeyError, TypeError, RecursionError):
                self.fault(f"line {number + 1}: not a leaf")
                continue
            # A hostile export may hold anything here, and true and false are numbers to Python.
            if type(epoch) is not int or type(index) is not int or not isinstance(facts, dict) or at.tzinfo is None:
                self.fault(f"line {number + 1}: not a leaf")
                continue
            if phase or epoch < epoch_before:
                self.fault(f"line {number + 1}: leaves are out of order")
            tree, epoch_before = trees.setdefault(epoch, Tree()), epoch
            where = f"leaf {epoch}/{index}"
            if canonical != data:
                self.fault(f"{where}: not in canonical form")
            if (line.get("epoch"), line.get("index"), leaf.get("box")) != (epoch, index, self.box):
                self.fault(f"{where}: it names another place or box than its line")
            if index != tree.size:
                self.fault(f"{where}: expected {epoch}/{tree.size}; leaves are missing, repeated or out of order")
            if (index == 0) != (kind == "log.epoch_started"):
                self.fault(f"{where}: an epoch starts with log.epoch_started, and only there")
            if index == 0:
                self.check_start(epoch, facts, trees)
            if epoch in last and at < last[epoch] and kind != "log.clock_jumped" and not jumped:
                self.fault(f"{where}: it is older than the leaf before it, and no log.clock_jumped says why")
            jumped, last[epoch] = kind == "log.clock_jumped", at
            if kind == "gate.allowed" and str(call) in erased:
                self.fault(f"{where}: content of {call} was opened after its erasure")
            if kind == "erasure":
                erased |= whole_calls(facts)
            tree.add(data)
            self.leaves += 1
            if (epoch, tree.size) in wanted:
                self.roots[epoch, tree.size] = tree.root()
        self.sizes = {epoch: tree.size for epoch, tree in trees.items()}
        if end is None or (end.get("leaves"), end.get("checkpoints")) != (self.leaves, len(self.checkpoints)):
            self.fault("the last line is missing, or counts other leaves or heads than there are")

    def check_start(self, epoch: int, facts: dict[str, Any], trees: dict[int, Tree]) -> None:
        """An epoch after the first must cite a head of the one before."""
        cites = facts.get("cites")
        if epoch == 1:
            return
        before = trees.get(epoch - 1)
        if before is None or not isinstance(cites, dict) or not isinstance(cites.get("size"), int):
            self.fault(f"epoch {epoch}: it cites no head of the epoch before")
            return
        self.notes.append(f"epoch {epoch} follows a restore; it cites {cites['size']} leaves, {before.size} are here")
        root = self.roots.get((epoch - 1, cites["size"]))
        if cites["size"] <= before.size and (root is None or cites.get("root") != root.hex()):
            self.fault(f"epoch {epoch}: the head it cites contradicts the epoch before")

    def cited(self) -> set[tuple[int, int]]:
        """Epoch and size of each head that a later epoch's first leaf cites, so that its root is kept in passing."""
        found = set()
        for line in self.lines():
            if line.get("index") != 0 or "leaf" not in line:
                continue
            try:
                leaf = json.loads(base64.b64decode(line["leaf"], validate=True))
                found.add((leaf["epoch"] - 1, int(leaf["facts"]["cites"]["size"])))
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
                continue  # read_leaves says what is wrong with it
        return found

    def epoch_of(self, head: Head) -> int:
        """The epoch a head is about; -1 if it is of another log."""
        name, _, epoch = head.origin.rpartition("/")
        return int(epoch) if name == self.key.name and epoch.isascii() and epoch.isdigit() else -1

    def check_heads(self) -> None:
        """Hold the export's heads against its leaves and the keys."""
        newest: dict[int, int] = {}
        for head in self.checkpoints:
            epoch = self.epoch_of(head)
            where = f"head {epoch}/{head.size}"
            if not head.has(self.key):
                self.fault(f"{where}: the box's signature is missing or wrong")
            if self.roots.get((epoch, head.size)) != head.root:
                self.fault(f"{where}: the leaves don't have this root")
            for witness in self.witnesses:
                if head.signed_at_all_by(witness) and not head.has(witness):
                    self.fault(f"{where}: the signature of {witness.name} is wrong")
            newest[epoch] = max(newest.get(epoch, 0), head.size)
        for epoch, size in self.sizes.items():
            if size > newest.get(epoch, 0):
                self.notes.append(f"epoch {epoch}: {size - newest.get(epoch, 0)} leaves are under no signed head yet")

    def check_held(self) -> None:
        """Hold the auditor's own heads against the export: a cut tail or a fork shows here."""
        for head in self.held:
            epoch = self.epoch_of(head)
            where = f"your head {epoch}/{head.size}"
            if not head.has(self.key):
                self.fault(f"{where}: the box's signature is missing or wrong")
            elif head.size > self.sizes.get(epoch, 0):
                self.fault(f"{where}: leaves that were there are gone")
            elif self.roots.get((epoch, head.size)) != head.root:
                self.fault(f"{where}: the log was rewritten since")


def whole_calls(facts: dict[str, Any]) -> set[str]:
    """The calls whose every key an erasure destroyed: those of which the header went."""
    content, called = facts.get("content"), facts.get("calls")
    whole = isinstance(content, dict) and "header" in content
    return {one for one in called if isinstance(one, str)} if whole and isinstance(called, list) else set()


PROVES = (
    "能证明：自您所持的每个头以来，没有记录被改动、删除、调换或插入（若给了公钥和头）。",
    "It proves: since each head you hold, nothing was changed, removed, reordered or slipped in (given key and heads).",
    "不能证明：软件之外发生了什么；从未写下的事；最后一个由他人持有的头之后的记录未被重写。",
    "It can't prove: what happened outside of the software; what was never written; that leaves younger than the last "
    "head somebody else holds weren't rewritten.",
)


def fail(problem: str, *, as_json: bool) -> NoReturn:
    """Say that a file can't be read, and end."""
    print(json.dumps({"ok": None, "unreadable": problem}) if as_json else f"无法读取 unreadable: {problem}")
    raise SystemExit(2)


def main() -> None:
    """Check what the command line names."""
    parser = argparse.ArgumentParser(description="Check an export of a box's log, offline.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--vkey", help="the box's public key, got by another way")
    parser.add_argument("--head", type=Path, action="append", default=[], help="a head that you hold")
    parser.add_argument("--witness", action="append", default=[], help="a witness's public key")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    try:
        heads = [Head(path.read_text("utf-8")) for path in asked.head]
        audit = Audit(asked.export, asked.vkey, heads, [Key(vkey) for vkey in asked.witness])
        audit.run()
    except Unreadable as problem:
        fail(str(problem), as_json=asked.json)
    except (OSError, UnicodeDecodeError):
        fail("a file of heads", as_json=asked.json)
    counted = {"leaves": audit.leaves, "heads": len(audit.checkpoints), "held": len(heads)}
    if asked.json:
        print(json.dumps({"ok": not audit.faults, **counted, "faults": audit.faults, "notes": audit.notes}))
    else:
        for fault in audit.faults:
            print(f"✗ {fault}")
        for note in audit.notes:
            print(f"· {note}")
        print(f"记录 leaves {audit.leaves}，头 heads {len(audit.checkpoints)}，所持头 heads held {len(heads)}")
        print("\n".join(PROVES))
        print("发现篡改 TAMPERED" if audit.faults else "未发现问题 nothing wrong was found")
    raise SystemExit(1 if audit.faults else 0)


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    main()
