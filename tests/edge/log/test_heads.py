"""Signed heads and witnesses: what continues is signed, what forks or rolls back is refused."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from edge.errors import BadInput, Conflict, NotFound
from edge.log import tree
from edge.log.heads import AGE_MAX
from edge.log.log import leaves
from edge.log.note import Checkpoint, Verifier
from edge.log.proofs import Consistency, Inclusion
from edge.log.witness import Witness
from tests.edge.log.conftest import NOW, Site


@pytest.fixture
def witness(site: Site, tmp_path: Path) -> Witness:
    made = Witness(tmp_path / "witness.json", name="works-council")
    site.book.add_witness(str(made.verifier), now=NOW)
    return made


def carried(site: Site, witness: Witness) -> str:
    """A head goes to the witness and comes back, as files would."""
    request = Consistency.read(str(site.book.request("works-council", now=NOW)))
    return str(witness.sign(request, site.book.verifier, now=NOW + timedelta(minutes=1)))


def test_head_is_signed_over_every_leaf(site: Site) -> None:
    site.write(5)
    head = Checkpoint.read(str(site.book.sign(now=NOW)))
    assert head.size == 6, "five, and the first that starts the epoch"
    assert head.signed_by(Verifier.read(str(site.book.verifier)))
    assert not head.signed_by(Verifier(name=site.book.verifier.name, kind=b"\x01", public_key=bytes(32)))


def test_nothing_is_signed_while_nothing_is_logged(site: Site) -> None:
    with pytest.raises(NotFound):
        site.book.sign(now=NOW)


def test_new_head_is_due_after_a_minute_or_a_thousand_leaves(site: Site) -> None:
    site.write()
    site.book.sign_if_due(now=NOW + AGE_MAX / 2)
    assert site.book.standing().signed_size == 0
    site.book.sign_if_due(now=NOW + AGE_MAX)
    assert site.book.standing().signed_size == 2
    site.write(1000)
    site.book.sign_if_due(now=NOW)
    assert site.book.standing().signed_size == 1002


@pytest.mark.parametrize("index", [0, 3, 6])
def test_leaf_is_proved_by_a_file(site: Site, index: int) -> None:
    site.write(6)
    site.book.sign(now=NOW)
    proof = Inclusion.read(str(site.book.prove(1, index)))
    with site.store.read() as tx:
        data = tx.execute(text('SELECT data FROM log_leaf WHERE "index" = :index'), {"index": index}).scalar_one()
    head = proof.checkpoint
    assert tree.verify_inclusion(tree.leaf_hash(data), proof.index, head.size, proof.path, head.root)
    assert not tree.verify_inclusion(tree.leaf_hash(data + b" "), proof.index, head.size, proof.path, head.root)


def test_leaf_that_no_head_covers_cannot_be_proved(site: Site) -> None:
    site.write()
    with pytest.raises(NotFound):
        site.book.prove(1, 0)


def test_witness_signs_what_continues(site: Site, witness: Witness) -> None:
    for _ in range(3):
        site.write(4)
        name, head = site.book.accept(carried(site, witness))
        assert name == "works-council" and head.signed_by(witness.verifier)
    standing = site.book.standing()
    assert standing.witnessed_size == standing.size and standing.unwitnessed_since is None
    assert standing.witnessed_at == NOW + timedelta(minutes=1)


def test_leaves_age_until_a_witness_has_seen_them(site: Site, witness: Witness) -> None:
    later = NOW + timedelta(hours=25)
    assert not site.book.standing().unwitnessed_age(later)
    site.write(4)
    assert site.book.standing().unwitnessed_age(later) == timedelta(hours=25)
    assert not site.book.standing().unwitnessed_age(NOW - timedelta(hours=1))
    site.book.accept(carried(site, witness))
    assert not site.book.standing().unwitnessed_age(later)


def test_witness_remembers_over_a_restart(site: Site, witness: Witness, tmp_path: Path) -> None:
    site.write(4)
    carried(site, witness)  # the answer is lost on its way
    site.write(4)
    again = Witness(tmp_path / "witness.json")
    with pytest.raises(Conflict, match="5 leaves"):
        again.sign(site.book.request("works-council", now=NOW), site.book.verifier, now=NOW)
    asked = site.book.request("works-council", now=NOW, since=5)
    assert again.sign(asked, site.book.verifier, now=NOW).size == 9


def test_witness_refuses_a_rollback_and_a_fork(site: Site, witness: Witness, tmp_path: Path) -> None:
    site.write(4)
    site.book.accept(carried(site, witness))
    shutil.copytree(site.home, tmp_path / "copy")
    site.write(4)
    site.book.accept(carried(site, witness))
    old = Site(tmp_path / "copy")
    rolled_back = old.book.request("works-council", now=NOW)
    with pytest.raises(Conflict):
        witness.sign(rolled_back, old.book.verifier, now=NOW)
    old.write(7, at=NOW + timedelta(hours=1))
    for since in (None, 9):
        with pytest.raises(Conflict):
            witness.sign(old.book.request("works-council", now=NOW, since=since), old.book.verifier, now=NOW)


def test_witness_refuses_what_another_key_signed(site: Site, witness: Witness, tmp_path: Path) -> None:
    other = Site(tmp_path / "other")
    other.write()
    other.book.add_witness(str(witness.verifier), now=NOW)
    with pytest.raises(BadInput):
        witness.sign(other.book.request("works-council", now=NOW), site.book.verifier, now=NOW)


def test_box_refuses_an_answer_that_is_not_the_witnesss(site: Site, witness: Witness, tmp_path: Path) -> None:
    site.write()
    stranger = Witness(tmp_path / "stranger.json", name="works-council")
    request = site.book.request("works-council", now=NOW)
    with pytest.raises(BadInput, match="no known witness"):
        site.book.accept(str(stranger.sign(request, site.book.verifier, now=NOW)))
    with pytest.raises(Conflict):
        site.book.add_witness(str(stranger.verifier), now=NOW)


def test_leaves_can_be_neither_changed_nor_removed(site: Site) -> None:
    site.write()
    for change in ("UPDATE log_leaf SET actor = 'x'", "DELETE FROM log_leaf", "DELETE FROM log_node"):
        with pytest.raises(IntegrityError, match="the log only grows"), site.store.write() as tx:
            tx.execute(text(change))


def test_clock_that_runs_backwards_is_said(site: Site) -> None:
    site.write(at=NOW)
    site.write(at=NOW - timedelta(hours=3))
    with site.store.read() as tx:
        assert [leaf["type"] for leaf in leaves(tx)] == [
            "log.epoch_started",
            "gate.denied",
            "log.clock_jumped",
            "gate.denied",
        ]


def test_restored_box_starts_an_epoch_that_cites_the_head_another_holds(site: Site) -> None:
    site.write(3)
    head = site.book.sign(now=NOW)
    with site.store.write() as tx:
        site.log.start_epoch(tx, at=NOW, actor="cli", cites=head, lost=0)
    site.write()
    with site.store.read() as tx:
        first = leaves(tx)[4]
    assert first["epoch"] == 2 and first["index"] == 0
    assert first["facts"] == {
        "cites": {"origin": head.origin, "size": 4, "root": head.root.hex()},
        "kept": 4,
        "lost": 0,
    }
    assert site.book.sign(now=NOW).origin.endswith("/2")


def test_export_holds_every_leaf_and_head(site: Site, witness: Witness, tmp_path: Path) -> None:
    site.write(5)
    site.book.accept(carried(site, witness))
    site.write(2)
    site.book.export(tmp_path / "log.jsonl", now=NOW)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert lines[0]["vkey"] == str(site.book.verifier) and lines[0]["witnesses"] == [str(witness.verifier)]
    assert [line["index"] for line in lines if "leaf" in line] == list(range(8))
    heads = [Checkpoint.read(line["checkpoint"]) for line in lines if "checkpoint" in line]
    assert [head.size for head in heads] == [6, 8] and heads[0].signed_by(witness.verifier)
    assert lines[-1] == {"kind": "end", "leaves": 8, "checkpoints": 2}


@pytest.mark.parametrize("text_", ["", "a", "a\n1\nAAAA\n\n", "c2sp.org/tlog-proof@v1\nindex x\n\n"])
def test_what_is_no_note_or_proof_is_said_to_be_none(text_: str) -> None:
    for read in (Checkpoint.read, Inclusion.read, Consistency.read, Verifier.read):
        with pytest.raises(BadInput):
            read(text_)
