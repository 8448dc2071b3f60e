"""The form of a call's header, whichever way it came: JSON, a row of a table, a message.

Field names are the contract's. What is refused is named by its path (`bases[0].noticeid`) and never by its value,
which may be a person's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from edge.errors import BadInput
from edge.ingest.country import COUNTRIES
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
REFERENCE_CHARACTERS_MAX = 256
BASES_MAX = 32
NAME_CHARACTERS_MAX = 64  # of an unknown key, as far as it is repeated in an error

# RFC 3339, section 5.6. No leap seconds: no recorder writes them, and Python has none.
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # before it clocks that lost their battery, not calls
CLOCK_SKEW = timedelta(minutes=5)  # between the sender's clock and ours

TWO_CHANNELS = frozenset({ChannelRole.AGENT, ChannelRole.CUSTOMER})


def read_header(form: Mapping[str, Any], *, now: datetime, prefix: str = "") -> CallHeader:
    """Check a header's fields and build the record.

    Args:
        form: the contract's keys with JSON's types.
        now: the box's clock, with offset; nothing may lie later than five minutes after it.
        prefix: what the caller calls the whole ("sidecar"), put in front of every field's path.
    Raises: BadInput, for the first field that is missing, unknown or wrong.
    """
    try:
        return _HeaderForm.model_validate(form, context={"now": now}).record()
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)[0]
        raise _refusal(details, prefix) from None


def _moment(value: Any, info: ValidationInfo) -> datetime:
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise _wrong("is no date and time with offset (RFC 3339)", "Write it as 2026-03-02T10:15:00+08:00")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise _wrong("names a day or time that does not exist", "Check the date and the time") from None
    if moment < EARLIEST:
        raise _wrong("lies before the year 2000", "Check the sender's clock")
    assert info.context is not None, "read_header gives the clock"
    if moment > info.context["now"] + CLOCK_SKEW:
        raise _wrong("lies in the future", "Check the sender's clock and the offset")
    return moment


def _call_id(value: str) -> str:
    if not CALL_ID.fullmatch(value):
        fix = "Use 1 to 128 of the letters A to Z, digits and ._:@- with a letter or digit first"
        raise _wrong("is no call id", fix)
    return value


def _reference(value: str) -> str:
    if not 1 <= len(value) <= REFERENCE_CHARACTERS_MAX:
        raise _wrong(f"has {len(value)} characters", f"Use 1 to {REFERENCE_CHARACTERS_MAX}")
    if not value.isprintable():
        raise _wrong("holds characters that can't be printed", "Remove line breaks and control characters")
    if value != value.strip():
        raise _wrong("begins or ends with a blank", "Remove it: it would make another person of the same one")
    return value


def _country(value: str) -> str:
    if value and value not in COUNTRIES:
        raise _wrong("is no country", "Use two capital letters of ISO 3166-1, such as CN or DE, or leave it empty")
    return value


def _channels(value: Any) -> Any:
    """Bring {"0": …, "1": …} in the order of its keys; a list is in that order already."""
    if not isinstance(value, dict):
        return value
    if not value or value.keys() - {"0", "1"} or "0" not in value:
        raise _wrong("names other channels than 0 and 1", 'Use the keys "0" and "1", or "0" alone for a mixed channel')
    return [value[key] for key in sorted(value)]


def _roles(value: list[ChannelRole]) -> list[ChannelRole]:
    if value == [ChannelRole.MIXED] or (len(value) == 2 and set(value) == TWO_CHANNELS):
        return value
    raise _wrong("doesn't say who is where", 'Use {"0": "agent", "1": "customer"}, the reverse, or {"0": "mixed"}')


def _distinct(value: list[Purpose]) -> list[Purpose]:
    if len(set(value)) != len(value):
        raise _wrong("names a purpose twice", "Name each purpose once")
    return value


def _wrong(problem: str, fix: str) -> PydanticCustomError:
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "fix": fix})


# Strict models take an enum's member only; what comes in is its value.
VALUE = Field(strict=False)

Moment = Annotated[datetime, BeforeValidator(_moment)]
Reference = Annotated[str, AfterValidator(_reference)]
PurposeValue = Annotated[Purpose, VALUE]
RoleValue = Annotated[ChannelRole, VALUE]


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _BasisForm(_Form):
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


class _HeaderForm(_Form):
    call_id: Annotated[str, AfterValidator(_call_id)]
    started_at: Moment
    scene: Annotated[Scene, VALUE]
    direction: Annotated[Direction, VALUE]
    agent_ref: Reference
    customer_ref: Reference
    channels: Annotated[list[RoleValue], BeforeValidator(_channels), AfterValidator(_roles)]
    jurisdiction: Annotated[str, AfterValidator(_country)] = ""
    language: Annotated[Language, VALUE] = Language.ZH
    bases: Annotated[list[_BasisForm], Field(max_length=BASES_MAX)] = []

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


def _refusal(details: ErrorDetails, prefix: str) -> BadInput:
    """Put pydantic's finding into our words; the value it met is not among them."""
    path = _path(details["loc"], prefix)
    context = details.get("ctx", {})
    match details["type"]:
        case "wrong":
            return BadInput(path, f"it {context['problem']}", context["fix"])
        case "missing":
            return BadInput(path, "it is missing", "Add it")
        case "extra_forbidden":
            return BadInput(path, "there is no such field", "Remove it or check its spelling")
        case "enum":
            return BadInput(path, "it is none of the words allowed here", f"Use one of {context['expected']}")
        case "string_type":
            return BadInput(path, "it is no text", "Put it in quotation marks")
        case "list_type":
            return BadInput(path, "it is no list", "Write a list, even of one")
        case "too_short":
            return BadInput(path, "the list is empty", "Name at least one")
        case "too_long":
            return BadInput(path, "the list is too long", f"Name at most {context['max_length']}")
        case "model_type":
            return BadInput(path, "it is no object with named fields", "Write it as {…}")
        case _:
            return BadInput(path, "it can't be read", "Compare it with the documentation of the sidecar")


def _path(location: tuple[int | str, ...], prefix: str) -> str:
    path = prefix
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{printable(step)}"
    return path.removeprefix(".") or "sidecar"


def printable(name: str) -> str:
    """A name from outside as it may stand in an error: short, on one line, without control characters."""
    short = name if len(name) <= NAME_CHARACTERS_MAX else name[:NAME_CHARACTERS_MAX] + "…"
    return "".join(character if character.isprintable() else "�" for character in short)
