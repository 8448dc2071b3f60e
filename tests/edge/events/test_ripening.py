"""Scores joined with what happened after the call: read anew each time, never changed where they are stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from edge import pipeline
from edge.box import Box
from edge.events.incoming import Incoming
from edge.records import EventKind, Score, ScoreState
from tests.edge.events.conftest import CALL_AT, CALL_S, TALK, Clerk

ENDED = CALL_AT + timedelta(seconds=CALL_S)
DAY = timedelta(days=1)


def tell(box: Box, kind: EventKind, at: datetime, customer: str = "C-1") -> None:
    event = Incoming(id=f"{kind}{at}{customer}", kind=kind, at=at, customer_ref=customer)
    box.events.take("crm", [event], now=datetime.now(UTC))


def latency(box: Box, call_id: str) -> Score:
    return box.analysis(call_id, actor="test").scores["follow_up_latency"]


def depth(box: Box, call_id: str) -> Score:
    return box.analysis(call_id, actor="test").scores["discovery_depth"]


def test_objection_without_a_follow_up_is_still_waiting(box: Box, clerk: Clerk) -> None:
    score = latency(box, clerk.call())
    assert score.state is ScoreState.NOT_ENOUGH_EVIDENCE and score.value is None
    assert "仍在等待" in score.limits[0] and "2026-03-02 10:00" in score.limits[0]


def test_first_contact_after_the_call_gives_the_wait_a_value_that_halves_each_day(box: Box, clerk: Clerk) -> None:
    call_id = clerk.call()
    tell(box, EventKind.FOLLOW_UP_CONTACT, ENDED + 3 * DAY)
    assert latency(box, call_id).value == pytest.approx(12.5, rel=0.01)
    tell(box, EventKind.FOLLOW_UP_CONTACT, ENDED + DAY)
    score = latency(box, call_id)
    assert score.value == pytest.approx(50.0, rel=0.01)
    assert sum(piece.contribution for piece in score.evidence) == pytest.approx(score.value)
    assert "24.0 小时" in score.limits[0]


@pytest.mark.parametrize(
    ("kind", "at", "customer"),
    [
        (EventKind.FOLLOW_UP_CONTACT, CALL_AT - DAY, "C-1"),
        (EventKind.FOLLOW_UP_CONTACT, CALL_AT + timedelta(seconds=30), "C-1"),
        (EventKind.FOLLOW_UP_CONTACT, ENDED + DAY, "C-2"),
        (EventKind.CUSTOMER_LOGIN, ENDED + DAY, "C-1"),
    ],
    ids=["before the call", "during it", "another customer's", "no contact"],
)
def test_event_that_is_no_follow_up_of_this_call_leaves_it_waiting(
    box: Box, clerk: Clerk, kind: EventKind, at: datetime, customer: str
) -> None:
    call_id = clerk.call()
    tell(box, kind, at, customer)
    assert latency(box, call_id).value is None


@pytest.mark.parametrize(("direction", "value"), [("outbound", 50.0), ("inbound", None)])
def test_later_outbound_call_is_a_follow_up_and_one_that_the_customer_made_is_none(
    box: Box, clerk: Clerk, direction: str, value: float | None
) -> None:
    call_id = clerk.call()
    clerk.call(at=ENDED + DAY, direction=direction)
    assert latency(box, call_id).value == (pytest.approx(value, rel=0.01) if value else None)


def test_call_without_an_objection_waits_for_nothing(box: Box, clerk: Clerk) -> None:
    call_id = clerk.call(lines=[line for line in TALK if "objection:price" not in line])
    tell(box, EventKind.FOLLOW_UP_CONTACT, ENDED + DAY)
    assert latency(box, call_id).state is ScoreState.NO_OPPORTUNITY


def test_stored_scores_never_change_when_events_come(box: Box, clerk: Clerk) -> None:
    call_id = clerk.call()
    before = pipeline.read_stored(box._parts, call_id, actor="test")
    tell(box, EventKind.FOLLOW_UP_CONTACT, ENDED + DAY)
    tell(box, EventKind.PROPOSAL_OPENED, ENDED + DAY)
    assert pipeline.read_stored(box._parts, call_id, actor="test") == before
    assert box.analysis(call_id, actor="test") != before[0]


def test_traces_of_the_proposal_join_the_index_and_the_call_alone_stays_told(box: Box, clerk: Clerk) -> None:
    call_id = clerk.call()
    alone = depth(box, call_id)
    assert [part.value for part in alone.parts][4:] == [None, None]
    tell(box, EventKind.PROPOSAL_OPENED, ENDED + DAY)
    joined = depth(box, call_id)
    known = [part for part in joined.parts if part.value is not None]
    assert [part.name for part in known][4:] == ["proposal_traces"]
    mean = sum(part.weight * (part.value or 0) for part in known) / sum(part.weight for part in known)
    assert joined.value == pytest.approx(mean)
    assert joined.interval is not None and joined.interval[0] <= mean <= joined.interval[1]
    assert f"{alone.value:.1f}" in joined.limits[0]
    assert joined.parts[:4] == alone.parts[:4]
    assert joined.versions == alone.versions


def test_one_more_trace_never_lowers_the_index_once_it_joined(box: Box, clerk: Clerk) -> None:
    call_id = clerk.call()
    values = []
    for days in range(1, 6):
        tell(box, EventKind.CUSTOMER_LOGIN, ENDED + days * DAY)
        values.append(depth(box, call_id).value)
    assert values == sorted(values) and values[0] < values[-1]


def test_traces_of_one_sitting_count_once_and_those_after_the_window_not_at_all(box: Box, clerk: Clerk) -> None:
    call_id = clerk.call()
    tell(box, EventKind.CUSTOMER_LOGIN, ENDED + DAY)
    once = depth(box, call_id).value
    tell(box, EventKind.CUSTOMER_LOGIN, ENDED + DAY + timedelta(minutes=5))
    tell(box, EventKind.CUSTOMER_LOGIN, ENDED + 15 * DAY)
    assert depth(box, call_id).value == once


def test_day_is_one_of_the_calls_own_clock(box: Box, clerk: Clerk) -> None:
    call_id = clerk.call()
    morning = ENDED.replace(hour=7) + DAY  # in Shanghai; the day before in UTC
    tell(box, EventKind.CUSTOMER_LOGIN, morning)
    once = depth(box, call_id).value
    tell(box, EventKind.CUSTOMER_LOGIN, morning + timedelta(hours=5))
    assert depth(box, call_id).value == once


def test_silence_counts_as_none_only_where_the_source_was_heard_before_and_after(box: Box, clerk: Clerk) -> None:
    call_id = clerk.call()
    clerk.call("C-2", at=CALL_AT - 5 * DAY)
    alone = depth(box, call_id).value
    tell(box, EventKind.CUSTOMER_LOGIN, CALL_AT - DAY, "C-2")
    assert depth(box, call_id).value == alone
    tell(box, EventKind.CUSTOMER_LOGIN, ENDED + 20 * DAY, "C-2")
    logins = depth(box, call_id).parts[5]
    assert (logins.name, logins.value) == ("customer_logins", 0.0)
    assert depth(box, call_id).value < alone


def test_waits_are_told_by_agent_with_unanswered_ones_in_them(box: Box, clerk: Clerk) -> None:
    for number in range(4):
        clerk.call(f"C-quick-{number}", agent="A-quick")
        tell(box, EventKind.FOLLOW_UP_CONTACT, ENDED + timedelta(hours=2 + number), f"C-quick-{number}")
        clerk.call(f"C-slow-{number}", agent="A-slow")
    tell(box, EventKind.FOLLOW_UP_CONTACT, ENDED + timedelta(hours=1), "C-slow-0")
    report = box.follow_up(agent=None, actor="test", progress=lambda _: None)
    waits = {each.agent: each.wait for each in report.agents}
    quick, slow = (waits[box._parts.pseudonyms.agent(name)] for name in ("A-quick", "A-slow"))
    assert quick.median_h == pytest.approx(3.0, abs=0.1) and quick.low_h == pytest.approx(2.0, abs=0.1)
    assert (slow.waits, slow.answered, slow.median_h) == (4, 1, None), "one quick answer of four is no median"
    assert report.all.waits == 8
    one = box.follow_up(agent="A-slow", actor="test", progress=lambda _: None)
    assert [each.wait for each in one.agents] == [slow] and one.all == slow


def test_call_erased_or_refused_is_left_out_of_the_waits(box: Box, clerk: Clerk) -> None:
    gone = clerk.call("C-1")
    clerk.call("C-2")
    box.erase(gone, actor="test", reason="test")
    assert box.follow_up(agent=None, actor="test", progress=lambda _: None).all.waits == 1
