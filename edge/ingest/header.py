"""The form of a call's header, whichever way it came: JSON, a row of a table, a message.

Field names are the contract's. What is refused is named by its path (`bases[0].noticeid`) and never by its value,
which may be a person's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from edge.ingest.country import COUNTRIES
from edge.ingest.form import VALUE, Form, Moment, Reference, read_form, wrong
from edge.records import (
    Basis,
    BasisKind,
    BasisState,
    CallHeader,
    ChannelRole,
    Direction,
    IndicationMethod,
    Language,
    Party,
    Purpose,
    Scene,
)

CALL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}", re.ASCII)
BASES_MAX = 32

TWO_CHANNELS = frozenset({ChannelRole.AGENT, ChannelRole.CUSTOMER})


def read_header(form: Mapping[str, Any], *, now: datetime, prefix: str = "") -> CallHeader:
    """Check a header's fields and build the record.

    Args:
        form: the contract's keys with JSON's types.
        now: the box's clock, with offset; nothing may lie later than five minutes after it.
        prefix: what the caller calls the whole ("sidecar"), put in front of every field's path.
    Raises: BadInput, for the first field that is unknown, missing or wrong.
    """
    return read_form(_HeaderForm, form, now=now, prefix=prefix).record()


def _call_id(value: str) -> str:
    if not CALL_ID.fullmatch(value):
        fix = "Use 1 to 128 of the letters A to Z, digits and ._:@- with a letter or digit first"
        raise wrong("is no call id", fix)
    return value


def _country(value: str) -> str:
    if value and value not in COUNTRIES:
        raise wrong("is no country", "Use two capital letters of ISO 3166-1, such as CN or DE, or leave it empty")
    return value


def _channels(value: Any) -> Any:
    """Bring {"0": …, "1": …} in the order of its keys; a list is in that order already."""
    if not isinstance(value, dict):
        return value
    if not value or value.keys() - {"0", "1"} or "0" not in value:
        raise wrong("names other channels than 0 and 1", 'Use the keys "0" and "1", or "0" alone for a mixed channel')
    return [value[key] for key in sorted(value)]


def _roles(value: list[ChannelRole]) -> list[ChannelRole]:
    if value == [ChannelRole.MIXED] or (len(value) == 2 and set(value) == TWO_CHANNELS):
        return value
    raise wrong("doesn't say who is where", 'Use {"0": "agent", "1": "customer"}, the reverse, or {"0": "mixed"}')


def _distinct(value: list[Purpose]) -> list[Purpose]:
    if len(set(value)) != len(value):
        raise wrong("names a purpose twice", "Name each purpose once")
    return value


PurposeValue = Annotated[Purpose, VALUE]
RoleValue = Annotated[ChannelRole, VALUE]


class _BasisForm(Form):
    party: Annotated[Party, VALUE]
    purpose: Annotated[list[PurposeValue], Field(min_length=1, max_length=len(Purpose)), AfterValidator(_distinct)]
    basis: Annotated[BasisKind, VALUE]
    notice_id: Reference
    indicated_at: Moment
    method: Annotated[IndicationMethod, VALUE]
    evidence_ref: Reference
    state: Annotated[BasisState, VALUE] = BasisState.GIVEN

    def record(self) -> Basis:
        return Basis(
            party=self.party,
            purposes=tuple(self.purpose),
            basis=self.basis,
            notice_id=self.notice_id,
            indicated_at=self.indicated_at,
            method=self.method,
            evidence_ref=self.evidence_ref,
            state=self.state,
        )


class _HeaderForm(Form):
    call_id: Annotated[str, AfterValidator(_call_id)]
    started_at: Moment
    scene: Annotated[Scene, VALUE]
    direction: Annotated[Direction, VALUE]
    agent_ref: Reference
    customer_ref: Reference
    channels: Annotated[list[RoleValue], BeforeValidator(_channels), AfterValidator(_roles)]
    jurisdiction: Annotated[str, AfterValidator(_country)] = ""
    language: Annotated[Language, VALUE] = Language.ZH
    bases: list[_BasisForm] = Field(default_factory=list, max_length=BASES_MAX)

    def record(self) -> CallHeader:
        return CallHeader(
            call_id=self.call_id,
            started_at=self.started_at,
            scene=self.scene,
            direction=self.direction,
            agent_ref=self.agent_ref,
            customer_ref=self.customer_ref,
            channels=tuple(self.channels),
            jurisdiction=self.jurisdiction,
            language=self.language,
            bases=tuple(basis.record() for basis in self.bases),
        )
