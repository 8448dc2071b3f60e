"""Swings found against those that the annotation tells: what is detected, missed, and a false alarm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge.cli import main
from edge.evaluate.language import read_call
from edge.evaluate.swing import Found, figures, matched, reference
from edge.scores.weights import WEIGHTS

DOWN, UP = (4, 6, False), (8, 8, True)


def a_call(*customer: tuple[str, tuple[str, ...]]) -> dict[str, Any]:
    turns: list[dict[str, Any]] = []
    for text, labels in customer:
        turns.append({"i": len(turns), "speaker": "agent", "text": "请您接着说，我在记录。", "labels": []})
        turns.append({"i": len(turns), "speaker": "customer", "text": text, "labels": list(labels)})
    return {
        "call_id": "c",
        "scene": "call_centre",
        "language": "zh",
        "started_at": "2026-03-02T10:15:00+08:00",
        "turns": turns,
    }


CALM = ("昨天买的那个。", ())
ANGRY = ("等了九天还没到，我急死了！", ("emotion_negative",))
GLAD = ("那太好了，我就放心了，谢谢你！", ("emotion_positive",))
DOUBT = ("有点贵。", ("objection",))


def test_reference_is_read_off_the_labelled_moods_alone() -> None:
    call = read_call(a_call(CALM, CALM, ANGRY, DOUBT, CALM, GLAD))
    assert reference(call, weights=WEIGHTS.swing).swings == ((5, 5, False), (11, 11, True))


def test_reference_leaves_out_the_mood_that_the_customer_came_with() -> None:
    call = read_call(a_call(ANGRY, CALM, ANGRY, CALM))
    found = reference(call, weights=WEIGHTS.swing)
    assert found.swings == () and found.moved == 0.0


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ([DOWN, UP], 2),
        ([(6, 6, False)], 1),
        ([(8, 10, False)], 1),  # one customer turn later
        ([(10, 12, False)], 0),
        ([(3, 5, True)], 0),  # the other way
        ([DOWN, DOWN], 1),  # each counts once
    ],
)
def test_swing_is_detected_near_its_place_and_in_its_direction(given: list[tuple[int, int, bool]], count: int) -> None:
    assert matched([DOWN, UP], given) == count


def test_false_alarms_are_told_for_each_hundred_calls() -> None:
    pairs = [(Found(swings=(DOWN,), moved=-1.0), Found(swings=(DOWN, UP), moved=0.0))]
    pairs += [(Found(swings=(), moved=0.0), Found(swings=(), moved=0.1))] * 3
    counted = figures(pairs, dead_band=0.4)
    assert (counted.detected, counted.missed, counted.false_alarms) == (1, 0, 1)
    assert counted.false_alarms_per_100_calls == 25.0 and counted.missed_per_100_calls == 0.0
    assert (counted.recall, counted.precision, counted.same_outcome) == (1.0, 0.5, 0.75)


def test_nothing_is_shared_where_there_is_nothing() -> None:
    counted = figures([], dead_band=0.4)
    assert counted.recall is None and counted.false_alarms_per_100_calls is None


def test_command_prints_the_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls = tmp_path / "calls.jsonl"
    calls.write_text(json.dumps(a_call(CALM, CALM, ANGRY, GLAD), ensure_ascii=False) + "\n", "utf-8")
    main(["evaluate", "swing", "--calls", str(calls), "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert printed["calls"] == 1 and printed["reference_swings"] == 2
    assert printed["detected"] + printed["missed"] == 2


def test_command_refuses_what_is_not_an_annotated_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls = tmp_path / "calls.jsonl"
    calls.write_text("{}\n", "utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", "swing", "--calls", str(calls), "--json"])
    assert stopped.value.code == 2
    assert json.loads(capsys.readouterr().out)["error"]["field"] == "calls"
