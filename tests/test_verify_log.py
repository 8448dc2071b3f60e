"""The verifier against the box's own exports: what is whole passes, and no tampering does."""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.log.book import LogBook
from edge.log.leaf import LeafType
from edge.log.proofs import Consistency
from edge.log.witness import Witness
from tests.edge.log.conftest import NOW, Site

SCRIPT = Path(__file__).parent.parent / "scripts" / "verify_log.py"
ATTEMPTS = 1000


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_log", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verify_log = loaded()


class Exported:
    """A log of two epochs, exported, with what an auditor holds of it."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder / "home")
        witness = Witness(folder / "witness.json", name="council")
        self.site.book.add_witness(str(witness.verifier), now=NOW)
        self.site.write(9)
        self.head = self.site.book.sign(now=NOW)
        self.site.write(4)
        self.site.write(1, at=NOW - timedelta(hours=2))
        request = Consistency.read(str(self.site.book.request("council", now=NOW)))
        self.site.book.accept(str(witness.sign(request, self.site.book.verifier, now=NOW)))
        with self.site.store.write() as tx:
            self.site.log.start_epoch(tx, at=NOW, actor="cli", cites=request.checkpoint, lost=0)
        self.site.write(5)
        self.file = folder / "log.jsonl"
        self.site.book.export(self.file, now=NOW)
        self.held = self.site.book.sign(now=NOW)
        self.vkey = str(self.site.book.verifier)
        self.lines = self.file.read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    made = Exported(tmp_path_factory.mktemp("log"))
    yield made
    made.site.store.close()


def faults(exported: Exported, file: Path, *heads: object) -> list[str]:
    audit = verify_log.Audit(file, exported.vkey, [verify_log.Head(str(head)) for head in heads], [])
    audit.run()
    return list(audit.faults)


def run(*arguments: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), *arguments], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_whole_export_passes_at_the_command_line(exported: Exported, tmp_path: Path) -> None:
    (tmp_path / "head").write_text(str(exported.head), "utf-8")
    code, text = run(str(exported.file), "--vkey", exported.vkey, "--head", str(tmp_path / "head"))
    assert code == 0 and "未发现问题" in text and "follows a restore" in text
    code, text = run(str(exported.file), "--json")
    told = json.loads(text)
    assert code == 0 and told["ok"] and told["leaves"] == len(exported.lines) - 5 and told["heads"] == 3
    assert any("no key was given" in note for note in told["notes"])


def changed(leaf_line: str, random_: random.Random) -> str:
    line = json.loads(leaf_line)
    data = bytearray(base64.b64decode(line["leaf"]))
    data[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
    return json.dumps(line | {"leaf": base64.b64encode(bytes(data)).decode()})


def rewritten(leaf_line: str) -> str:
    line = json.loads(leaf_line)
    leaf = json.loads(base64.b64decode(line["leaf"])) | {"actor": "account:2"}
    data = json.dumps(leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return json.dumps(line | {"leaf": base64.b64encode(data).decode()})


def tampered(lines: list[str], random_: random.Random) -> list[str]:
    leaves = [place for place, line in enumerate(lines) if '"leaf"' in line]
    heads = [place for place, line in enumerate(lines) if '"checkpoint":' in line and '"kind"' not in line]
    made, place = list(lines), random_.choice(leaves)
    match random_.randrange(9):
        case 0:
            made[place] = changed(made[place], random_)
        case 1:
            made[place] = rewritten(made[place])
        case 2:
            del made[place]
        case 3:
            made.insert(place, made[place])
        case 4:
            other = random_.choice([one for one in leaves if made[one] != made[place]])
            made[place], made[other] = made[other], made[place]
        case 5:
            made[place] = made[place].replace('"index": ', '"index": 1')
        case 6:
            head = random_.choice(heads)
            note = list(json.loads(made[head])["checkpoint"])
            at = random_.randrange(len(note))
            note[at] = random_.choice([one for one in "Aa0+" if one != note[at]])
            made[head] = json.dumps({"checkpoint": "".join(note)})
        case 7:  # with counts that fit again
            end = json.loads(made[-1])
            del made[place]
            made[-1] = json.dumps(end | {"leaves": end["leaves"] - 1})
        case _:
            del made[random_.choice(heads)]
    return made


def test_every_tampering_is_found(exported: Exported, tmp_path: Path) -> None:
    random_, file, missed = random.Random(20261124), tmp_path / "tampered", []
    assert faults(exported, exported.file, exported.head) == []
    for attempt in range(ATTEMPTS):
        made = tampered(exported.lines, random_)
        file.write_text("\n".join(made) + "\n", "utf-8")
        try:
            found = faults(exported, file, exported.head)
        except verify_log.Unreadable:
            continue
        if not found and made != exported.lines:
            missed.append(attempt)
    assert missed == []


def cut(exported: Exported) -> list[str]:
    """The export as if the last leaves and the heads over them had never been."""
    lines = [line for line in exported.lines if '"epoch": 2' not in line]
    heads = [place for place, line in enumerate(lines) if '"checkpoint":' in line and '"kind"' not in line]
    del lines[heads[-1]]
    end = json.loads(lines[-1])
    left = sum('"leaf"' in line for line in lines)
    return [*lines[:-1], json.dumps(end | {"leaves": left, "checkpoints": end["checkpoints"] - 1})]


def test_cut_tail_is_found_only_with_a_head_that_somebody_else_holds(exported: Exported, tmp_path: Path) -> None:
    file = tmp_path / "cut"
    file.write_text("\n".join(cut(exported)) + "\n", "utf-8")
    assert faults(exported, file, exported.head) == []
    assert any("gone" in fault for fault in faults(exported, file, exported.held))


def test_fork_signed_with_the_boxs_own_key_is_found_by_a_held_head(exported: Exported, tmp_path: Path) -> None:
    other = Site(tmp_path / "fork")
    forked = LogBook(other.store, exported.site.keys)  # as whoever holds the box could
    with other.store.write() as tx:
        for _ in range(20):
            exported.site.log.append(tx, LeafType.GATE_DENIED, at=NOW, actor="cli")
    forked.export(tmp_path / "fork.jsonl", now=NOW)
    assert faults(exported, tmp_path / "fork.jsonl") == []
    assert any("rewritten" in fault for fault in faults(exported, tmp_path / "fork.jsonl", exported.head))
    other.store.close()


def test_export_under_another_key_is_found(exported: Exported, tmp_path: Path) -> None:
    other = Site(tmp_path / "other")
    other.write(3)
    other.book.export(tmp_path / "other.jsonl", now=NOW)
    assert faults(exported, tmp_path / "other.jsonl")
    other.store.close()


def test_opening_a_call_after_its_erasure_is_found(tmp_path: Path) -> None:
    site = Site(tmp_path / "home")
    with site.store.write() as tx:
        content = {"header": {"objects": 1, "bytes": 90}}
        site.log.append(tx, LeafType.ERASURE, at=NOW, actor="cli", calls=["L-A"], content=content)
        site.log.append(tx, LeafType.GATE_ALLOWED, at=NOW, actor="cli", call="L-A", purpose="analyse")
    site.book.export(tmp_path / "log.jsonl", now=NOW)
    audit = verify_log.Audit(tmp_path / "log.jsonl", None, [], [])
    audit.run()
    assert any("after its erasure" in fault for fault in audit.faults)
    site.store.close()


def test_signatures_are_checked_as_the_library_does() -> None:
    random_ = random.Random(9032)
    for _ in range(20):
        key, message = Ed25519PrivateKey.generate(), random_.randbytes(random_.randrange(200))
        public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(message))
        assert verify_log.signed_by(public, message, bytes(signature))
        signature[random_.randrange(64)] ^= 1 << random_.randrange(8)
        assert not verify_log.signed_by(public, message, bytes(signature))


def with_leaf(lines: list[str], place: int, **changed: object) -> list[str]:
    """An export with another leaf in one line, canonical as the box would write it."""
    line = json.loads(lines[place])
    leaf = json.loads(base64.b64decode(line["leaf"])) | changed
    data = json.dumps(leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return [*lines[:place], json.dumps(line | {"leaf": base64.b64encode(data).decode()}), *lines[place + 1 :]]


def test_epoch_that_cites_an_older_head_than_the_last_must_cite_a_true_one(exported: Exported, tmp_path: Path) -> None:
    place = next(number for number, line in enumerate(exported.lines) if '"epoch": 2' in line)
    cites = {"origin": exported.head.origin, "size": exported.head.size, "root": "00" * 32}
    file = tmp_path / "cites"
    file.write_text("\n".join(with_leaf(exported.lines, place, facts={"cites": cites})) + "\n", "utf-8")
    assert any("the head it cites contradicts" in fault for fault in faults(exported, file))
    cites["root"] = exported.head.root.hex()
    file.write_text("\n".join(with_leaf(exported.lines, place, facts={"cites": cites})) + "\n", "utf-8")
    assert not any("the head it cites contradicts" in fault for fault in faults(exported, file))


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("2026-11-24T08:00:00"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["cites", "size", "calls"]), inner),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_hostile_export_is_refused_and_never_crashes(data: st.DataObject, exported: Exported) -> None:
    """Whatever stands in any field, of a line or of a leaf: a fault or "unreadable", not an exception of Python's."""
    place, value = data.draw(st.integers(0, len(exported.lines) - 1)), data.draw(ANY_JSON)
    line = json.loads(exported.lines[place])
    if "leaf" in line and data.draw(st.booleans()):
        field = data.draw(st.sampled_from(sorted(json.loads(base64.b64decode(line["leaf"])))))
        made = with_leaf(exported.lines, place, **{field: value})
    else:
        field = data.draw(st.sampled_from(sorted(line)))
        made = [*exported.lines[:place], json.dumps(line | {field: value}), *exported.lines[place + 1 :]]
    file = exported.file.with_name("hostile")
    file.write_text("\n".join(made) + "\n", "utf-8")
    with contextlib.suppress(verify_log.Unreadable):
        faults(exported, file, exported.head)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"kind": "sottovoce-log-export"', "\x00\xff", '{"leaf": 3}'])
def test_what_is_no_export_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "file").write_text(text, "utf-8")
    code, told = run(str(tmp_path / "file"), "--json")
    assert code == 2 and json.loads(told)["ok"] is None
