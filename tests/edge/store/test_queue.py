"""The queue: every call to one worker, and none lost with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.errors import Conflict
from edge.records import CallState
from edge.store import calls, content, queue
from edge.store.calls import Call
from edge.store.db import Store

MakeCall = Callable[..., Call]


@pytest.fixture
def filled(store: Store, make_call: MakeCall) -> Store:
    with store.write() as tx:
        for number in (2, 1, 3):
            calls.add_call(tx, make_call(number))
    return store


def test_oldest_call_is_taken_first_and_none_twice(filled: Store) -> None:
    taken = []
    for worker in ("w-1", "w-2", "w-3", "w-4"):
        with filled.write() as tx:
            call = queue.take(tx, worker)
            taken.append(call and (call.call_id, call.worker, call.state, call.attempts))
    assert taken == [
        ("call-0001", "w-1", CallState.ANALYSING, 1),
        ("call-0002", "w-2", CallState.ANALYSING, 1),
        ("call-0003", "w-3", CallState.ANALYSING, 1),
        None,
    ]


def test_given_call_is_taken_when_it_waits_and_not_otherwise(filled: Store) -> None:
    with filled.write() as tx:
        call = queue.take(tx, "w-1", call_id="call-0003")
        assert call is not None and call.call_id == "call-0003"
        assert queue.take(tx, "w-2", call_id="call-0003") is None
        assert queue.take(tx, "w-2", call_id="no-such-call") is None


def test_only_the_worker_that_took_a_call_can_move_it_on(filled: Store) -> None:
    with filled.write() as tx:
        queue.take(tx, "w-1")
    for late in (
        lambda tx: queue.finish(tx, "call-0001", worker="w-2"),
        lambda tx: queue.fail(tx, "call-0001", worker="w-2", reason="x"),
        lambda tx: queue.give_up(tx, "call-0001", worker="w-2", reason="x"),
        lambda tx: queue.held(tx, "call-0001", "w-2"),
        lambda tx: queue.finish(tx, "call-0002", worker="w-1"),
    ):
        with pytest.raises(Conflict), filled.write() as tx:
            late(tx)


def test_stopped_call_can_t_be_finished_by_the_worker_that_had_it(filled: Store) -> None:
    with filled.write() as tx:
        queue.take(tx, "w-1")
        queue.stop(tx, "call-0001", reason="customer_basis_withdrawn")
    with pytest.raises(Conflict), filled.write() as tx:
        queue.finish(tx, "call-0001", worker="w-1")
    with filled.read() as tx:
        stopped = calls.call(tx, "call-0001")
    assert (stopped.state, stopped.reason, stopped.worker) == (CallState.STOPPED, "customer_basis_withdrawn", None)


def test_call_fails_for_good_after_three_attempts_and_waits_for_a_person(
    filled: Store, make_call: MakeCall, noon: datetime
) -> None:
    states = []
    for _ in range(queue.ATTEMPTS_MAX):
        with filled.write() as tx:
            assert queue.take(tx, "w-1", call_id="call-0001") is not None
            states.append(queue.fail(tx, "call-0001", worker="w-1", reason="decoder ended"))
    assert states == [CallState.QUEUED, CallState.QUEUED, CallState.FAILED]
    with pytest.raises(Conflict), filled.write() as tx:  # its audio is gone
        queue.requeue(tx, "call-0001")
    with filled.write() as tx:
        content.put_content(tx, "call-0001", "audio", [b"x"], chunks=1, version=1, expires_at=noon)
        queue.requeue(tx, "call-0001")
        call = queue.take(tx, "w-1", call_id="call-0001")
    assert call is not None and call.attempts == 1


def test_calls_of_a_dead_worker_go_back_and_those_of_a_living_one_dont(filled: Store) -> None:
    with filled.write() as tx:
        queue.take(tx, "w-1")
        queue.take(tx, "w-2")
    with filled.write() as tx:
        assert queue.workers(tx) == {"w-1", "w-2"}
        assert queue.put_back(tx, ["w-1", "w-9"]) == ("call-0001",)
        assert queue.workers(tx) == {"w-2"}
        assert queue.put_back(tx, []) == ()
        call = queue.take(tx, "w-2")
    assert call is not None and (call.call_id, call.attempts) == ("call-0001", 2)


def test_call_that_kills_its_workers_fails_in_the_end(filled: Store) -> None:
    for _ in range(queue.LOST_WORKERS_MAX):
        with filled.write() as tx:
            queue.take(tx, "w-1", call_id="call-0001")
            queue.put_back(tx, ["w-1"])
    with filled.read() as tx:
        failed = calls.call(tx, "call-0001")
    assert (failed.state, failed.reason) == (CallState.FAILED, queue.WORKER_LOST)


STEPS = st.lists(
    st.tuples(st.sampled_from(["take", "finish", "fail", "stop", "put_back"]), st.sampled_from(["w-1", "w-2"])),
    max_size=25,
)


@given(STEPS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_a_call_has_a_worker_only_while_it_is_analysed(
    store: Store, make_call: MakeCall, steps: list[tuple[str, str]]
) -> None:
    with store.write() as tx:
        for call_id in calls.all_ids(tx):
            calls.delete_call(tx, call_id)
        calls.add_call(tx, make_call(1))
        for step, worker in steps:
            try:
                _do(tx, step, worker)
            except Conflict:
                continue
            call = calls.call(tx, "call-0001")
            assert (call.worker is not None) is (call.state is CallState.ANALYSING)
            assert call.attempts <= queue.LOST_WORKERS_MAX


def _do(tx: object, step: str, worker: str) -> None:
    doing: dict[str, Callable[[], object]] = {
        "take": lambda: queue.take(tx, worker),  # type: ignore[arg-type]  # the transaction
        "finish": lambda: queue.finish(tx, "call-0001", worker=worker),  # type: ignore[arg-type]
        "fail": lambda: queue.fail(tx, "call-0001", worker=worker, reason="x"),  # type: ignore[arg-type]
        "stop": lambda: queue.stop(tx, "call-0001", reason="x"),  # type: ignore[arg-type]
        "put_back": lambda: queue.put_back(tx, [worker]),  # type: ignore[arg-type]
    }
    doing[step]()
