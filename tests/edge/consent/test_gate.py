"""The gate with a real key store."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge.consent.gate import Facts, Gate, Refusal
from edge.errors import Conflict, Refused
from edge.records import Basis, BasisState, CallHeader, Purpose
from edge.vault.cipher import Damaged, seal, unseal
from edge.vault.key import Kind
from edge.vault.keystore import KeyStore

MakeHeader = Callable[..., CallHeader]
EDGE = Path(__file__).parents[3] / "edge"
HOUR = timedelta(hours=1)


def facts(header: CallHeader) -> Facts:
    return Facts(header=header, expires_at=header.started_at + timedelta(days=1))


def test_gate_refuses_a_call_without_bases_and_names_what_to_send(
    gate: Gate, make_header: MakeHeader, noon: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        gate.admit(make_header(bases=()), now=noon + HOUR)
    assert refused.value.field == "bases[customer].record"
    assert refused.value.fix


def test_gate_refuses_when_analysis_alone_is_missing_and_returns_both_decisions(
    gate: Gate, make_header: MakeHeader, agent: Basis, customer: Basis, noon: datetime
) -> None:
    with pytest.raises(Refusal) as refused:
        gate.admit(make_header(bases=(replace(customer, purposes=(Purpose.RECORD,)), agent)), now=noon + HOUR)
    assert refused.value.field == "bases[customer].analyse"
    assert [decision.allowed for decision in refused.value.decisions] == [True, False]


def test_refusal_holds_no_reference(gate: Gate, make_header: MakeHeader, customer: Basis, noon: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        gate.admit(make_header(bases=(customer,)), now=noon + HOUR)
    text = str(refused.value) + repr(refused.value)
    assert not any(secret in text for secret in ("13800138000", "Zero", "ivr:1", "notice-1", "call-1"))


def test_no_key_is_made_for_a_refused_call(gate: Gate, keys: KeyStore, make_header: MakeHeader, noon: datetime) -> None:
    with pytest.raises(Refusal):
        gate.new_keys(make_header(bases=()), now=noon + HOUR)
    header = make_header()
    with pytest.raises(Refusal) as refused:
        gate.release(facts(header), kind=Kind.AUDIO, purpose=Purpose.ANALYSE, now=noon + HOUR)
    assert refused.value.decision.reason == "key_erased"


def test_withdrawal_closes_the_gate_at_once(
    gate: Gate, make_header: MakeHeader, customer: Basis, agent: Basis, noon: datetime
) -> None:
    header = make_header()
    gate.new_keys(header, now=noon + HOUR)
    gate.release(facts(header), kind=Kind.AUDIO, purpose=Purpose.ANALYSE, now=noon + HOUR)
    withdrawn = make_header(bases=(customer, agent, replace(customer, state=BasisState.WITHDRAWN)))
    with pytest.raises(Refusal) as refused:
        gate.release(facts(withdrawn), kind=Kind.AUDIO, purpose=Purpose.ANALYSE, now=noon + HOUR)
    assert refused.value.decision.reason == "customer_basis_withdrawn"


def test_withdrawal_is_read_from_the_header_sealed_anew(
    gate: Gate, make_header: MakeHeader, customer: Basis, agent: Basis, noon: datetime
) -> None:
    first = gate.new_keys(make_header(), now=noon + HOUR).sealed_header
    withdrawn = make_header(bases=(customer, agent, replace(customer, state=BasisState.WITHDRAWN)))
    second = gate.seal_header(withdrawn, purpose=Purpose.RECORD, version=2)
    assert gate.read_header("call-1", second, purpose=Purpose.ANALYSE, version=2) == withdrawn
    with pytest.raises(Damaged):  # the first header can't be put back in its place
        gate.read_header("call-1", first, purpose=Purpose.ANALYSE, version=2)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=1)])
def test_gate_refuses_expired_content(gate: Gate, make_header: MakeHeader, noon: datetime, late: timedelta) -> None:
    header = make_header()
    gate.new_keys(header, now=noon + HOUR)
    with pytest.raises(Refusal) as refused:
        gate.release(facts(header), kind=Kind.ANALYSIS, purpose=Purpose.ANALYSE, now=noon + timedelta(days=1) + late)
    assert refused.value.decision.reason == "content_expired"


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [(Kind.HEADER, Purpose.ANALYSE), (Kind.AUDIO, Purpose.AGGREGATE), (Kind.ANALYSIS, Purpose.RETAIN_AUDIO)],
)
def test_gate_refuses_content_that_doesnt_serve_the_purpose(
    gate: Gate, make_header: MakeHeader, noon: datetime, kind: Kind, purpose: Purpose
) -> None:
    header = make_header()
    gate.new_keys(header, now=noon + HOUR)
    with pytest.raises(Refusal) as refused:
        gate.release(facts(header), kind=kind, purpose=purpose, now=noon + HOUR)
    assert refused.value.decision.reason == "kind_not_for_purpose"


def test_gate_refuses_once_keys_are_destroyed(
    gate: Gate, keys: KeyStore, make_header: MakeHeader, noon: datetime
) -> None:
    header = make_header()
    sealed = gate.new_keys(header, now=noon + HOUR).sealed_header
    keys.destroy("call-1", now=noon + HOUR)
    with pytest.raises(Refusal):
        gate.release(facts(header), kind=Kind.AUDIO, purpose=Purpose.ANALYSE, now=noon + HOUR)
    with pytest.raises(Refusal):
        gate.read_header("call-1", sealed, purpose=Purpose.ANALYSE)
    with pytest.raises(Conflict):
        gate.new_keys(header, now=noon + HOUR)


@pytest.mark.parametrize("loss", ["keys.db", "epoch-1.kek"])
def test_gate_refuses_when_the_key_store_can_t_be_read(
    gate: Gate, make_header: MakeHeader, noon: datetime, tmp_path: Path, loss: str
) -> None:
    header = make_header()
    gate.new_keys(header, now=noon + HOUR)
    (tmp_path / "keys" / loss).write_bytes(b"not what it was")
    with pytest.raises(Refusal) as refused:
        gate.release(facts(header), kind=Kind.AUDIO, purpose=Purpose.ANALYSE, now=noon + HOUR)
    assert refused.value.decision.reason == "keys_unreadable"


def test_released_key_opens_what_the_new_key_sealed(gate: Gate, make_header: MakeHeader, noon: datetime) -> None:
    header = make_header()
    admission = gate.new_keys(header, now=noon + HOUR)
    address = gate.address("call-1", Kind.AUDIO)
    sealed = tuple(seal(admission.keys[Kind.AUDIO], address, b"sound"))
    stored = gate.read_header("call-1", admission.sealed_header, purpose=Purpose.ANALYSE)
    release = gate.release(facts(stored), kind=Kind.AUDIO, purpose=Purpose.ANALYSE, now=noon + HOUR)
    assert stored == header
    assert unseal(release.key, address, sealed) == b"sound"
    assert release.decision.allowed is True


def test_header_of_another_call_doesnt_open(gate: Gate, make_header: MakeHeader, noon: datetime) -> None:
    gate.new_keys(make_header(), now=noon + HOUR)
    other = gate.new_keys(make_header(call_id="call-2"), now=noon + HOUR)
    with pytest.raises(Damaged):
        gate.read_header("call-1", other.sealed_header, purpose=Purpose.ANALYSE)


def test_only_the_gate_asks_for_keys() -> None:
    asking = {
        str(path.relative_to(EDGE))
        for path in EDGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("create_keys", "release_key")
    }
    assert asking == {"consent/gate.py"}


def test_only_the_vault_exposes_a_keys_bytes() -> None:
    exposing = {
        path.relative_to(EDGE).parts[0]
        for path in EDGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("expose", "_secret", "wrapped_by")
    }
    assert exposing == {"vault"}
