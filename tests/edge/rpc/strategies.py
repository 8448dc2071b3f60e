"""Any record of `edge.records`, for property tests: built from the types of its fields."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from hypothesis import strategies as st

from edge.records import Basis, CallHeader, ChannelRole, Part, Purpose, Score, ScoreState

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2026, 1, 1), timezones=OFFSETS)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    float: FLOATS,
    int: st.integers(0, 2**32 - 1),
    bool: st.booleans(),
    datetime: MOMENTS,
    type(None): st.none(),
}


def records(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type that occurs in a record."""
    if kind in SCALARS:
        return SCALARS[kind]
    if kind is Score:
        return scores()
    if kind is Part:
        return st.builds(
            Part, value=st.none() | st.floats(0, 100), weight=st.floats(0, 1), name=TEXTS, title=TEXTS, title_en=TEXTS
        )
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{field.name: records(hints[field.name]) for field in dataclasses.fields(kind)})
    return _generic(typing.get_origin(kind), typing.get_args(kind))


def _generic(origin: Any, arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in (types.UnionType, typing.Union):
        return st.one_of([records(argument) for argument in arguments])
    if origin is dict:
        return st.dictionaries(records(arguments[0]), records(arguments[1]), max_size=2)
    assert origin is tuple
    if arguments[-1] is Ellipsis:
        return st.lists(records(arguments[0]), max_size=2).map(tuple)
    return st.tuples(*map(records, arguments))


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """A score with a value and reasons, or one without."""
    hints = typing.get_type_hints(Score)
    evidence = draw(records(hints["evidence"]))
    low, value, high = sorted(draw(st.tuples(*[st.floats(0, 100)] * 3)))
    state = draw(st.sampled_from(ScoreState))
    if not evidence and state is ScoreState.SCORED:
        state = ScoreState.NO_OPPORTUNITY
    scored = state is ScoreState.SCORED
    return Score(
        value=value if scored else None,
        interval=(low, high) if scored else None,
        state=state,
        evidence=evidence,
        versions=draw(records(hints["versions"])),
        limits=draw(records(hints["limits"])),
        parts=draw(records(hints["parts"])),
    )


@st.composite
def headers(draw: st.DrawFn) -> CallHeader:
    """A header that the box accepts."""
    reference = st.text("abcXYZ019-张三", min_size=1, max_size=12)
    purposes = st.lists(st.sampled_from(Purpose), min_size=1, unique=True).map(tuple)
    bases = st.builds(
        Basis,
        **{
            field.name: records(typing.get_type_hints(Basis)[field.name])
            for field in dataclasses.fields(Basis)
            if field.name not in ("purposes", "notice_id", "evidence_ref")
        },
        purposes=purposes,
        notice_id=reference,
        evidence_ref=reference,
    )
    two = (ChannelRole.AGENT, ChannelRole.CUSTOMER)
    hints = typing.get_type_hints(CallHeader)
    return CallHeader(
        call_id=draw(st.text("abcXYZ019", min_size=1, max_size=20)),
        started_at=draw(MOMENTS),
        scene=draw(records(hints["scene"])),
        direction=draw(records(hints["direction"])),
        agent_ref=draw(reference),
        customer_ref=draw(reference),
        channels=draw(st.sampled_from([two, two[::-1], (ChannelRole.MIXED,)])),
        jurisdiction=draw(st.sampled_from(["CN", "DE", "US", ""])),
        language=draw(records(hints["language"])),
        bases=tuple(draw(st.lists(bases, max_size=3))),
    )
