"""Corrections in a real box: sealed apart, through the gate, gone with the call, counted and given for training."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge import pipeline
from edge.box import DATABASE, Box
from edge.corrections.counts import Count
from edge.corrections.record import Change, Correction, Proposal
from edge.errors import BadInput, Conflict, NotFound, NotReady, Refused
from edge.evaluate.language import read_calls
from edge.log.log import leaves
from edge.records import Purpose
from edge.settings import Settings
from edge.store import content
from edge.store.db import Tx
from tests.edge.corrections.talk import DUE_AT, EMPATHY, GREETING, NAME, OBJECTION, PROMISE, a_talk
from tests.edge.explain.stored import header_of, put_analysed, queue_call, withdraw

CALL, REASON = "13800138000", "只是客套话罢了"  # senders do name calls after telephone numbers


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with Box.open(Settings(home=tmp_path / "box")) as opened:
        yield opened


def correct(box: Box, call_id: str = CALL, **proposed: str) -> Correction:
    proposal = Proposal(
        **({"utterance": EMPATHY, "change": "removed", "label": "empathy", "reason": REASON} | proposed)
    )
    return box.corrections.correct(call_id, proposal, actor="account:1", now=datetime.now(UTC))


def of_call(box: Box, call_id: str = CALL) -> tuple[Correction, ...]:
    return box.corrections.of_call(call_id, actor="test")


def rows(box: Box) -> int:
    with closing(sqlite3.connect(box.settings.home / DATABASE)) as db:
        return int(db.execute("SELECT count(*) FROM correction").fetchone()[0])


def test_call_that_is_not_analysed_or_not_there_cannot_be_corrected(box: Box) -> None:
    queue_call(box, CALL)
    with pytest.raises(Conflict):
        correct(box)
    with pytest.raises(NotFound):
        correct(box, "nothing")
    assert rows(box) == 0


def answers(tx: Tx, reference: str) -> list[str]:
    return [leaf["type"] for leaf in leaves(tx, call=reference) if leaf["type"].startswith("gate.")]


def test_gate_is_asked_at_writing_and_at_reading_and_its_no_is_kept(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    correct(box)
    reference = box._parts.pseudonyms.log_reference(CALL)
    with box.store.read() as tx:
        before = answers(tx, reference)
    of_call(box)
    withdraw(box, header_of(box, CALL))
    for refused in (of_call, correct):
        with pytest.raises(Refused):
            refused(box)
    with pytest.raises(Refused):
        box.corrections.take_back(CALL, "0" * 16, actor="test")
    with box.store.read() as tx:
        after = answers(tx, reference)[len(before) :]
    assert after == ["gate.allowed", "gate.denied", "gate.denied", "gate.denied"]
    assert box.corrections.training(actor="test").refused == box.corrections.counts(actor="test").refused == 1


def test_nothing_of_a_correction_is_readable_in_the_database(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    one = correct(box)
    with closing(sqlite3.connect(box.settings.home / DATABASE)) as db:
        dump = "\n".join(db.iterdump())
    assert rows(box) == 1
    for readable in (REASON, EMPATHY, "empathy", one.id):
        assert readable not in dump and readable.encode().hex() not in dump.lower()


def test_corrections_do_not_open_as_an_analysis_nor_an_analysis_as_corrections(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    correct(box)
    with box.store.write() as tx:
        analysis = content.get_content(tx, CALL, "analysis")
        (sealed,) = tx.connection().exec_driver_sql("SELECT ciphertext FROM correction").scalars()
        tx.connection().exec_driver_sql("UPDATE correction SET ciphertext = ?", (analysis.chunks[0],))
        tx.connection().exec_driver_sql("UPDATE content SET ciphertext = ? WHERE kind = 'analysis'", (sealed,))
    with pytest.raises(NotReady):
        of_call(box)
    with pytest.raises(NotReady):
        box.analysis(CALL, actor="test")


def test_stored_analysis_stays_as_it_was(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    before = pipeline.read_stored(box._parts, CALL, actor="test")
    correct(box)
    assert pipeline.read_stored(box._parts, CALL, actor="test") == before


def test_newer_correction_of_the_same_thing_takes_the_place_of_the_older(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    correct(box, utterance=PROMISE, change="kind", label="over_promise", kind="price")
    correct(box)
    last = correct(box, utterance=PROMISE, change="kind", label="over_promise", kind="outcome")
    assert [(one.change, one.kind) for one in of_call(box)] == [(Change.REMOVED, None), (Change.KIND, "outcome")]
    assert of_call(box)[1] == last and last.by == "account:1"


def test_correction_taken_back_is_gone_and_nothing_else_is(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    first, second = correct(box), correct(box, utterance=PROMISE, label="over_promise")
    assert box.corrections.take_back(CALL, first.id, actor="test") == first
    assert of_call(box) == (second,)
    with pytest.raises(NotFound):
        box.corrections.take_back(CALL, first.id, actor="test")


def test_proposal_that_is_refused_changes_nothing(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    one = correct(box)
    with pytest.raises(BadInput):
        correct(box, label="hedge")
    assert of_call(box) == (one,)


def test_erased_call_takes_its_corrections_along(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    correct(box)
    box.erase(CALL, actor="test", reason="subject_request")
    assert rows(box) == 0
    with pytest.raises(NotFound):
        of_call(box)


def test_expired_call_takes_its_corrections_along(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    correct(box)
    box.erase_expired(now=box.call(CALL).expires_at)
    assert rows(box) == 0


def test_counts_name_labels_and_changes_and_nobody(box: Box) -> None:
    for call_id in (CALL, "call-2", "call-3"):
        put_analysed(box, call_id, a_talk())
    correct(box)
    correct(box, "call-2")
    correct(box, "call-2", utterance=GREETING, change="speaker", speaker="customer")
    box.corrections.take_back("call-3", correct(box, "call-3").id, actor="test")
    counts = box.corrections.counts(actor="test")
    assert (counts.calls, counts.refused) == (2, 0)
    assert counts.corrections == (
        Count(label=None, change=Change.SPEAKER, count=1),
        Count(label="empathy", change=Change.REMOVED, count=2),
    )


def test_call_that_may_not_be_counted_is_left_out_of_the_counts(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    correct(box)
    header = header_of(box, CALL)
    bases = tuple(
        replace(basis, purposes=tuple(each for each in basis.purposes if each is not Purpose.AGGREGATE))
        for basis in header.bases
    )
    sealed = box._parts.gate.seal_header(replace(header, bases=bases), purpose=Purpose.RECORD, version=2)
    with box.store.write() as tx:
        expires_at = box.call(CALL).expires_at
        content.put_content(tx, CALL, "header", sealed, chunks=len(sealed), version=2, expires_at=expires_at)
    counts = box.corrections.counts(actor="test")
    assert (counts.calls, counts.refused, counts.corrections) == (0, 1, ())
    assert of_call(box)


def test_training_data_has_the_codebooks_form_and_says_what_a_person_looked_at(box: Box, tmp_path: Path) -> None:
    put_analysed(box, CALL, a_talk())
    put_analysed(box, "call-2", a_talk())
    correct(box)
    correct(box, utterance=OBJECTION, change="kind", label="objection", kind="trust")
    correct(box, utterance=PROMISE, change="due", due_at="2026-03-05")
    (line,) = box.corrections.training(actor="test").lines
    call = json.loads(line)
    example = json.loads(Path("data/calls.jsonl").read_text("utf-8").splitlines()[0])
    assert set(call) == set(example) | {"corrected"}
    assert call["corrected"] == [1, 2, 3] and [turn["i"] for turn in call["turns"]] == [0, 1, 2, 3, 4]
    assert call["turns"][2] == {"i": 2, "speaker": "agent", "text": "＊＊＊＊女士，换成我也会着急。", "labels": []}
    assert call["turns"][1]["kind"] == {"objection": "trust"}
    assert call["turns"][3]["commitment"] == {"what": "送货", "due": "明天", "due_at": "2026-03-05T23:59:59+08:00"}
    assert CALL not in line and NAME not in line and REASON not in line
    (tmp_path / "calls.jsonl").write_text(line, "utf-8")
    (read,) = read_calls(tmp_path / "calls.jsonl")
    assert read.turns[3].due_at is not None and read.turns[3].due_at > DUE_AT


def test_erased_call_is_not_in_the_training_data(box: Box) -> None:
    put_analysed(box, CALL, a_talk())
    correct(box)
    box.erase(CALL, actor="test", reason="subject_request")
    assert box.corrections.training(actor="test").lines == ()
