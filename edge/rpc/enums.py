"""The records' closed lists and the protobuf enums are the same lists: `Scene.STORE` is `SCENE_STORE`."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from sottovoce.edge.v1 import calls_pb2 as pb

from edge.errors import BadInput
from edge.records import (
    BasisKind,
    BasisState,
    CallState,
    Certainty,
    ChannelRole,
    Direction,
    IndicationMethod,
    Language,
    Party,
    Promiser,
    Purpose,
    Scene,
    ScoreState,
    Speaker,
)

Member = TypeVar("Member", bound=StrEnum)

ENUMS: dict[type[StrEnum], EnumTypeWrapper] = {
    BasisKind: pb.BasisKind,
    BasisState: pb.BasisState,
    CallState: pb.CallState,
    Certainty: pb.Certainty,
    ChannelRole: pb.ChannelRole,
    Direction: pb.Direction,
    IndicationMethod: pb.IndicationMethod,
    Language: pb.Language,
    Party: pb.Party,
    Promiser: pb.Promiser,
    Purpose: pb.Purpose,
    Scene: pb.Scene,
    ScoreState: pb.ScoreState,
    Speaker: pb.Speaker,
}


def prefix_of(enum: EnumTypeWrapper) -> str:
    """What every value of a protobuf enum starts with: `CALL_STATE_` for `CallState`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(enum.DESCRIPTOR.name)).upper() + "_"


def write_enum(member: StrEnum) -> str:
    """The protobuf name of a record's value, which message constructors take for its number."""
    return prefix_of(ENUMS[type(member)]) + member.name


def read_enum(kind: type[Member], number: int, *, field: str) -> Member:
    """The record's value for a protobuf number. Raises: BadInput for UNSPECIFIED and for numbers not on the list."""
    enum = ENUMS[kind]
    name = enum.DESCRIPTOR.values_by_number.get(number)
    if name is None or number == 0:
        listed = ", ".join(prefix_of(enum) + member.name for member in kind)
        raise BadInput(field, "the value is not set, or not one of the list", f"Use one of {listed}")
    return kind[name.name.removeprefix(prefix_of(enum))]
