"""Scoring anew: both scores stay, the difference has its reason, the gate is asked, and a kill loses nothing."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from edge import pipeline, service
from edge.box import Box
from edge.errors import NotFound, NotReady, Refused
from edge.records import AnalysedUtterance, CallState
from edge.rescoring import Rescoring, Tally, history, rescore_calls, told
from edge.settings import Settings
from edge.store import content, erasures, score_history
from tests.edge.explain.stored import (
    OLDER,
    a_present_analysis,
    an_analysis_of_other_weights,
    an_older_analysis,
    header_of,
    put_analysed,
    queue_call,
    withdraw,
)

KILLED_CALLS, SEED = 14, 20261124
# Soon enough to interrupt a fast machine, late enough for a slow and busy one to have scored something.
KILLED_AFTER_S = (0.1, 0.3, 1.0, 4.0)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with Box.open(Settings(home=tmp_path / "box")) as opened:
        yield opened


def now() -> datetime:
    return datetime.now(UTC)


def all_again(box: Box) -> tuple[Tally, tuple[Rescoring, ...]]:
    return rescore_calls(box, box.outdated(again=True), actor="test", now=now)


def words(call: tuple[AnalysedUtterance, ...]) -> list[tuple[str, str, float]]:
    return [(said.id, said.text, said.start_s) for said in call]


def test_refused_call_keeps_its_scores_and_is_counted(box: Box) -> None:
    put_analysed(box, "call-1", an_older_analysis())
    withdraw(box, header_of(box, "call-1"))
    tally, moves = all_again(box)
    assert tally == Tally(rescored=0, moved=0, current=0, skipped=1, failed=0) and moves == ()
    with box.store.read() as tx:
        assert not score_history.has_past(tx, "call-1") and content.content_version(tx, "call-1", "analysis") == 1
    assert box.outdated(again=False) == () and box.outdated(again=True) == ("call-1",)
    with pytest.raises(Refused):
        box.rescore("call-1", actor="test")


def test_call_scored_anew_keeps_both_scores_readable(box: Box) -> None:
    older = put_analysed(box, "call-1", an_older_analysis())
    pair = box.rescore("call-1", actor="test")
    assert pair is not None and pair[0] == older
    new = pair[1]
    assert words(new.utterances) == words(older.utterances)
    assert new.versions["lexicon"] != OLDER and new.talk == older.talk
    assert "gone_part" not in new.versions and new.versions["speech_model"] == "whisper-old"
    assert [(one.analysis, one.replaced_at is None) for one in box.score_history("call-1", actor="test")] == [
        (older, False),
        (new, True),
    ]
    assert box.past_analysis("call-1", "1", actor="test").analysis == older
    assert box.analysis("call-1", actor="test").scores["over_promise_risk"] == new.scores["over_promise_risk"]
    for number in ("0", "2", "-1", "x"):
        with pytest.raises(NotFound):
            box.past_analysis("call-1", number, actor="test")


def test_call_of_the_installed_versions_is_left_alone(box: Box) -> None:
    put_analysed(box, "call-1", a_present_analysis())
    assert box.rescore("call-1", actor="test") is None
    assert box.score_history("call-1", actor="test") == () and not box.is_outdated("call-1")
    put_analysed(box, "call-2", an_older_analysis())
    assert box.is_outdated("call-2")
    assert box.rescore("call-2", actor="test") is not None
    assert box.rescore("call-2", actor="test") is None and len(box.score_history("call-2", actor="test")) == 2


def test_new_label_is_the_reason_it_is_told_as(box: Box) -> None:
    older = put_analysed(box, "call-1", an_older_analysis())
    _, (moved,) = all_again(box)
    risk = next(move for move in moved.scores if move.score == "over_promise_risk")
    assert risk.old == older.scores["over_promise_risk"].value == 0.0
    assert risk.new is not None and risk.new > 20
    assert risk.by_labels == pytest.approx(risk.new - risk.old) and risk.by_scoring == 0.0
    (label,) = [move for move in moved.labels if move.label == "over_promise"]
    assert label.old is None and label.new is not None
    assert f"标签规则由 {OLDER} 变为" in told(risk).zh
    assert f"{label.utterance} 新增“过度承诺”" in told(risk).zh and "权重" not in told(risk).zh
    assert f"an over-promise found in {label.utterance}" in told(risk).en
    assert ("lexicon", OLDER) in {(move.part, move.old) for move in moved.versions}


def test_other_weights_are_the_reason_they_are_told_as(box: Box) -> None:
    older = put_analysed(box, "call-1", an_analysis_of_other_weights())
    _, (moved,) = all_again(box)
    empathy = next(move for move in moved.scores if move.score == "empathy")
    assert empathy.by_labels == 0.0 and empathy.by_scoring is not None and empathy.by_scoring > 1
    assert "权重由" in empathy.why and "weights from" in empathy.why_en and moved.labels == ()
    assert {move.part for move in moved.versions} == {"scores_weights"}
    assert [move.score for move in moved.scores if move.moved] == ["empathy"]
    assert older.scores["empathy"].value == empathy.old


def test_history_lists_every_time_with_what_moved(box: Box) -> None:
    put_analysed(box, "call-1", an_older_analysis())
    assert history(box, "call-1", actor="test") == ()
    all_again(box)
    (step,) = history(box, "call-1", actor="test")
    assert step.at <= now() and any(move.moved for move in step.scores)


def test_nothing_of_the_history_is_left_once_the_call_is_erased(box: Box) -> None:
    put_analysed(box, "call-1", an_older_analysis())
    all_again(box)
    with box.store.read() as tx:
        (past,) = score_history.past(tx, "call-1")
    database = box.settings.home / "box.db"
    assert past.content.chunks[0][:32] in database.read_bytes()
    box.erase("call-1", actor="test", reason="test")
    with box.store.read() as tx:
        kept = {sample.ciphertext for sample in erasures.samples(tx, 1)}
    gone = [chunk for chunk in past.content.chunks if chunk not in kept]  # what is kept opens with no key any more
    assert not any(chunk[:32] in database.read_bytes() for chunk in gone)
    assert database.read_bytes().count(past.content.chunks[0][:32]) <= 1
    with closing(sqlite3.connect(database)) as db:
        for table in ("score_history", "scoring"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_past_scores_cannot_pass_for_the_present_ones(box: Box) -> None:
    put_analysed(box, "call-1", an_older_analysis())
    all_again(box)
    with closing(sqlite3.connect(box.settings.home / "box.db")) as db, db:
        db.execute("UPDATE content SET ciphertext = (SELECT ciphertext FROM score_history) WHERE kind = 'analysis'")
    with pytest.raises(NotReady, match="not what this box sealed"):
        box.analysis("call-1", actor="test")


def test_call_that_is_not_analysed_is_skipped(box: Box) -> None:
    queue_call(box, "call-1")
    tally, _ = rescore_calls(box, ["call-1", "nothing"], actor="test", now=now)
    assert (tally.skipped, tally.rescored) == (2, 0) and not box.is_outdated("call-1")


def test_fault_while_scoring_leaves_the_old_scores_and_is_counted(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    older = put_analysed(box, "call-1", an_older_analysis())
    broken = box._reader
    monkeypatch.setattr(type(broken), "read", lambda *_, **__: 1 / 0)
    tally, _ = all_again(box)
    monkeypatch.undo()
    assert tally.failed == 1 and box.outdated(again=False) == ("call-1",)
    assert box.analysis("call-1", actor="test").scores["empathy"] == older.scores["empathy"]
    assert all_again(box)[0].rescored == 1


RESCORE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from edge.box import Box
from edge.rescoring import rescore_calls
from edge.settings import Settings
with Box.open(Settings(home=Path(sys.argv[1]))) as box:
    wanted = box.outdated(again=True)
    print("begun", flush=True)
    rescore_calls(box, wanted, actor="test", now=lambda: datetime.now(UTC))
"""


def start_rescoring(home: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", RESCORE, str(home)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_killed_rescoring_leaves_each_call_with_whole_scores_and_goes_on(tmp_path: Path) -> None:
    home, chance, older = tmp_path / "box", random.Random(SEED), an_older_analysis()
    names = [f"call-{number:02}" for number in range(KILLED_CALLS)]
    with Box.open(Settings(home=home)) as box:
        for name in names:
            put_analysed(box, name, older)
    left = KILLED_CALLS
    interrupted = 0
    for latest_s in KILLED_AFTER_S:
        process = start_rescoring(home)
        assert process.stdout is not None and process.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(latest_s / 2, latest_s))
        interrupted += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with Box.open(Settings(home=home)) as box:
            for name in names:
                scored = [one.analysis for one in box.score_history(name, actor="test")]
                present = box.analysis(name, actor="test")
                assert len(scored) in (0, 2)
                assert (present.versions["lexicon"] == OLDER) == (not scored)
                assert not scored or scored[0].scores == older.scores
            assert len(box.outdated(again=True)) <= left
            left = len(box.outdated(again=True))
    assert interrupted and left < KILLED_CALLS
    _, errors = start_rescoring(home).communicate()
    with Box.open(Settings(home=home)) as box:
        assert box.outdated(again=True) == (), errors
        assert all(len(box.score_history(name, actor="test")) == 2 for name in names)


async def test_running_box_scores_old_calls_anew_only_when_no_new_call_waits(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RESCORE_YIELD_S", 0.02)
    await asyncio.to_thread(put_analysed, box, "old", an_older_analysis())
    await asyncio.to_thread(queue_call, box, "new")
    assert box.call("new").state is CallState.QUEUED
    stop = asyncio.Event()
    job = asyncio.create_task(service._rescore(box, stop))
    await asyncio.sleep(0.5)
    assert box.is_outdated("old") and not job.done()
    await asyncio.to_thread(partial(box.erase, "new", actor="test", reason="test"))
    await asyncio.wait_for(job, 30)
    assert not box.is_outdated("old")


async def test_running_box_stops_at_once_while_old_calls_wait(box: Box) -> None:
    await asyncio.to_thread(put_analysed, box, "old", an_older_analysis())
    await asyncio.to_thread(queue_call, box, "new")
    stop = asyncio.Event()
    job = asyncio.create_task(service._rescore(box, stop))
    await asyncio.sleep(0.2)
    stop.set()
    await asyncio.wait_for(job, 3)
    assert box.is_outdated("old")


def test_call_analysed_now_is_known_to_be_of_the_installed_versions(box: Box) -> None:
    put_analysed(box, "call-1", a_present_analysis(), fingerprint=pipeline.scoring_fingerprint(box._reader))
    assert box.outdated(again=True) == () and not box.is_outdated("call-1")
