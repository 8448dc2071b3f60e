"""A call whose parties agreed to everything but tone, and ways to change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.consent.gate import Gate
from edge.records import (
    Basis,
    BasisKind,
    CallHeader,
    ChannelRole,
    Direction,
    IndicationMethod,
    Language,
    Party,
    Purpose,
    Scene,
)
from edge.vault.keystore import KeyStore

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EVERYTHING = tuple(purpose for purpose in Purpose if purpose is not Purpose.CUSTOMER_TONE)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def customer() -> Basis:
    return Basis(
        party=Party.CUSTOMER,
        purposes=EVERYTHING,
        basis=BasisKind.CONSENT,
        notice_id="notice-1",
        indicated_at=NOON,
        method=IndicationMethod.IVR_KEY,
        evidence_ref="ivr:1",
    )


@pytest.fixture
def agent() -> Basis:
    return Basis(
        party=Party.AGENT,
        purposes=EVERYTHING,
        basis=BasisKind.HR_RULES,
        notice_id="rules-1",
        indicated_at=NOON - timedelta(days=60),
        method=IndicationMethod.PAPER,
        evidence_ref="rules:1",
    )


@pytest.fixture
def make_header(customer: Basis, agent: Basis) -> Callable[..., CallHeader]:
    header = CallHeader(
        call_id="call-1",
        started_at=NOON,
        scene=Scene.CALL_CENTRE,
        direction=Direction.INBOUND,
        agent_ref="Agent Zero-Three",
        customer_ref="13800138000",
        channels=(ChannelRole.AGENT, ChannelRole.CUSTOMER),
        jurisdiction="CN",
        language=Language.ZH,
        bases=(customer, agent),
    )
    return lambda **changes: replace(header, **changes)


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore.open(tmp_path)


@pytest.fixture
def gate(keys: KeyStore) -> Gate:
    return Gate(keys)
