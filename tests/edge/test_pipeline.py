"""The whole way of a call through a real box: gate, sandbox, Whisper, language, scores, store."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from edge.box import Box
from edge.errors import BadInput, Conflict, NotFound, Refused
from edge.ingest.sidecar import read_sidecar
from edge.records import CallHeader, CallState, Language, Speaker
from edge.settings import Settings
from tests.canary import hits

CALLS = Path(__file__).parent.parent / "data/calls"
SPOKEN_CHARACTERS_MIN = 4  # shorter ones may be a piece of some other word
CANARY = b"canary-5f1c"


def sidecar(**changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = json.loads((CALLS / "dv-020.sidecar.json").read_text("utf-8"))
    return form | changes


def header(form: dict[str, Any]) -> CallHeader:
    return read_sidecar(json.dumps(form).encode(), now=datetime.now(UTC))


def recording() -> BinaryIO:
    return io.BytesIO((CALLS / "dv-020.flac").read_bytes())


class Unread(io.BytesIO):
    """A recording that must not be touched."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("a byte of a refused call was read")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with Box.open(Settings(home=tmp_path / "box")) as opened:
        yield opened


def without(party: str) -> dict[str, Any]:
    form = sidecar()
    return form | {"bases": [basis for basis in form["bases"] if basis["party"] != party]}


def refused_by_customer() -> dict[str, Any]:
    form = sidecar()
    return form | {
        "bases": [basis | ({"state": "refused"} if basis["party"] == "customer" else {}) for basis in form["bases"]]
    }


def legitimate_interest_in_china() -> dict[str, Any]:
    form = sidecar()
    return form | {"bases": [basis | {"basis": "legitimate_interest"} for basis in form["bases"]]}


@pytest.mark.parametrize(
    "form",
    [sidecar(bases=[]), without("customer"), without("agent"), refused_by_customer(), legitimate_interest_in_china()],
    ids=["no basis", "customer missing", "agent missing", "customer refused", "basis not valid in China"],
)
def test_call_without_a_basis_leaves_no_byte_on_disk(
    box: Box, form: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    form = form | {"agent_ref": CANARY.decode() + "-agent", "customer_ref": CANARY.decode() + "-customer"}
    with pytest.raises(Refused) as refused:
        box.receive(header(form), Unread(), actor="test")
    assert refused.value.field.startswith("bases[")
    assert refused.value.fix
    assert box.calls() == ()
    on_disk = b"".join(path.read_bytes() for path in box.settings.home.rglob("*") if path.is_file())
    assert CANARY not in on_disk and form["call_id"].encode() not in on_disk
    printed = capsys.readouterr()
    assert CANARY.decode() not in printed.out + printed.err + str(refused.value)


def test_call_goes_from_recording_to_explained_scores_and_can_be_erased(box: Box) -> None:
    form = sidecar()
    receipt = box.receive(header(form), recording(), actor="test")
    assert receipt.state is CallState.QUEUED
    seen: set[str] = set()
    analysis = box.analyse("dv-020", actor="test", progress=lambda stage, share: seen.add(stage))
    assert {"speech", "language", "scores"} <= seen
    assert {said.speaker for said in analysis.utterances} == {Speaker.AGENT, Speaker.CUSTOMER}
    staff = {"empathy", "over_promise_risk", "discovery_depth", "follow_up_latency"}
    assert set(analysis.scores) == {*staff, "emotion_swing"}
    assert all(score.versions and score.limits for score in analysis.scores.values())
    utterances = {said.id for said in analysis.utterances}
    assert all(piece.utterance in utterances for score in analysis.scores.values() for piece in score.evidence)
    assert box.analysis("dv-020", actor="test") == analysis
    spoken = [said.text for said in analysis.utterances if len(said.text) >= SPOKEN_CHARACTERS_MIN]
    assert len(spoken) > 5 and hits([*spoken, form["agent_ref"], form["customer_ref"]], [box.settings.home]) == []
    assert not any(b"fLaC" in path.read_bytes() for path in box.settings.home.rglob("*") if path.is_file())

    box.erase("dv-020", actor="test", reason="test")
    for gone in (box.analysis, box.audio, box.erase):
        with pytest.raises(NotFound):
            gone("dv-020", actor="test", **({"reason": "again"} if gone == box.erase else {}))


def test_same_recording_is_known_again_and_another_one_cannot_take_its_name(box: Box) -> None:
    box.receive(header(sidecar()), recording(), actor="test")
    assert box.receive(header(sidecar()), recording(), actor="test").duplicate_of is None
    assert box.receive(header(sidecar(call_id="other")), recording(), actor="test").duplicate_of == "dv-020"
    other = io.BytesIO((CALLS / "dv-022.flac").read_bytes())
    with pytest.raises(Conflict):
        box.receive(header(sidecar()), other, actor="test")
    assert [call.call_id for call in box.calls()] == ["dv-020"]


def test_broken_recording_is_named_and_nothing_of_it_is_kept(box: Box) -> None:
    with pytest.raises(BadInput) as bad:
        box.receive(header(sidecar()), io.BytesIO(b"RIFF....WAVE"), actor="test")
    assert bad.value.field.startswith("audio")
    assert box.calls() == ()


def test_audio_nobody_agreed_to_keep_expires_after_its_review_and_the_analysis_later(box: Box) -> None:
    box.receive(header(sidecar()), recording(), actor="test")
    box.analyse("dv-020", actor="test")
    assert box.audio("dv-020", actor="test")
    review_over = datetime.now(UTC) + timedelta(hours=box.settings.retention.audio_hours, minutes=1)
    assert box.erase_expired(now=review_over) == 1
    with pytest.raises(NotFound):
        box.audio("dv-020", actor="test")
    assert box.analysis("dv-020", actor="test").utterances
    assert box.erase_expired(now=review_over + timedelta(days=box.settings.retention.analysis_days)) == 1
    assert box.calls() == ()


def test_withdrawal_between_two_writes_stops_the_call_before_anything_is_written(box: Box) -> None:
    from edge import pipeline

    box.receive(header(sidecar()), recording(), actor="test")
    job = pipeline.take(box._parts, call_id="dv-020", actor="test")
    assert job is not None
    withdraw(box, job)
    analysis = pipeline.analyse(box._parts, job, box._ears, box._reader, progress=lambda *_: None)
    with pytest.raises(Refused):
        pipeline.keep(box._parts, job, analysis, actor="test")
    assert box.call("dv-020").state is CallState.STOPPED
    with pytest.raises(Conflict):
        box.analysis("dv-020", actor="test")


def withdraw(box: Box, job: Any) -> None:
    """Store the header again with the customer's withdrawal in it, as the consent life cycle will."""
    from dataclasses import replace

    from edge.records import BasisState, Party, Purpose
    from edge.store import content

    bases = tuple(
        replace(basis, state=BasisState.WITHDRAWN) if basis.party is Party.CUSTOMER else basis
        for basis in job.header.bases
    )
    changed = replace(job.header, bases=bases)
    sealed = box._parts.gate.seal_header(changed, purpose=Purpose.RECORD, version=2)
    with box.store.write() as tx:
        content.put_content(
            tx, "dv-020", "header", sealed, chunks=len(sealed), version=2, expires_at=job.call.analysis_expires_at
        )


def test_english_call_is_analysed(box: Box) -> None:
    form = json.loads((CALLS / "dv-e01.sidecar.json").read_text("utf-8"))
    box.receive(header(form), io.BytesIO((CALLS / "dv-e01.flac").read_bytes()), actor="test")
    analysis = box.analyse(form["call_id"], actor="test")
    assert analysis.language is Language.EN
    assert sum(said.text.isascii() for said in analysis.utterances) >= 0.9 * len(analysis.utterances) > 0


def test_shop_conversation_on_one_channel_is_told_apart(box: Box) -> None:
    form = json.loads((CALLS / "dv-012.sidecar.json").read_text("utf-8"))
    box.receive(header(form), io.BytesIO((CALLS / "dv-012.flac").read_bytes()), actor="test")
    analysis = box.analyse(form["call_id"], actor="test")
    assert {Speaker.AGENT, Speaker.CUSTOMER} <= {said.speaker for said in analysis.utterances}
