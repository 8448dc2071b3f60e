"""`box explain` and `box rescore` as a person and a script use them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge import cli
from edge.box import Box
from edge.records import Analysis
from edge.settings import Settings
from tests.edge.explain.stored import (
    a_present_analysis,
    an_older_analysis,
    header_of,
    put_analysed,
    withdraw,
)
from tests.edge.explain.talks import with_score

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "box"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; its exit code and what it printed."""

    def ran(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        try:
            cli.main(["box", *arguments, "--home", str(home)])
        except SystemExit as ended:
            return int(ended.code or 0), capsys.readouterr().out
        return 0, capsys.readouterr().out

    return ran


def put(home: Path, analysis: Analysis, call_id: str = "call-1") -> Analysis:
    with Box.open(Settings(home=home)) as box:
        return put_analysed(box, call_id, analysis)


def as_json(printed: tuple[int, str]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(printed[1])
    return loaded


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["explain", "nothing"], "call_id"),
        (["explain", "call-1", "--score", "kindness"], "score"),
        (["explain", "call-1", "--utterance", "u9999"], "utterance"),
        (["rescore"], "CALL"),
        (["rescore", "call-1", "--all"], "CALL"),
        (["rescore", "nothing"], "call_id"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_refused_by_field(home: Path, run: Run, arguments: list[str], field: str) -> None:
    put(home, a_present_analysis())
    code, printed = run(*arguments, "--json")
    assert code == 2 and json.loads(printed)["error"]["field"] == field


def test_explanation_has_both_languages_quotes_changes_and_limits(home: Path, run: Run) -> None:
    analysis = put(home, a_present_analysis())
    told = as_json(run("explain", "call-1", "--json"))
    assert [one["score"] for one in told["scores"]] == list(analysis.scores)
    assert len(told["labels"]) == sum(len(said.labels) for said in analysis.utterances)
    assert all(len(one["limits"]) == len(one["limits_en"]) for one in told["scores"])
    code, printed = run("explain", "call-1", "--score", "empathy")
    assert code == 0 and "共情" in printed and "Limits:" in printed and "versions:" in printed


def test_recomputation_passes_on_untouched_scores(home: Path, run: Run) -> None:
    analysis = put(home, a_present_analysis())
    code, printed = run("explain", "call-1", "--recompute", "--json")
    checks = json.loads(printed)["recomputed"]
    assert code == 0 and [one["score"] for one in checks] == list(analysis.scores)
    assert not any(one["differences"] for one in checks)


def test_recomputation_fails_loudly_naming_score_and_numbers(home: Path, run: Run) -> None:
    made = a_present_analysis()
    value = made.scores["empathy"].value
    assert value is not None
    put(home, with_score(made, "empathy", value=value + 0.5, interval=(0.0, 100.0)))
    code, printed = run("explain", "call-1", "--score", "empathy", "--recompute")
    assert code == 1 and "✗ 共情" in printed and "empathy.value" in printed and f"{value + 0.5}"[:8] in printed
    assert run("explain", "call-1", "--recompute", "--json")[0] == 1


def test_recomputation_of_other_rules_is_refused_by_name(home: Path, run: Run) -> None:
    made = a_present_analysis()
    scores = {name: replace(one, versions=one.versions | {"scores_rules": "0"}) for name, one in made.scores.items()}
    put(home, replace(made, scores=scores))
    code, printed = run("explain", "call-1", "--recompute", "--json")
    error = json.loads(printed)["error"]
    assert code == 2 and error["field"] == "versions" and "scores_rules 0" in error["problem"]


def test_all_calls_are_scored_anew_once_and_those_without_a_basis_counted(home: Path, run: Run) -> None:
    for number in range(3):
        put(home, an_older_analysis(), f"call-{number}")
    put(home, a_present_analysis(), "call-3")
    with Box.open(Settings(home=home)) as box:
        withdraw(box, header_of(box, "call-0"))
    told = as_json(run("rescore", "--all", "--json"))
    assert {name: told[name] for name in ("rescored", "moved", "current", "skipped", "failed")} == {
        "rescored": 2,
        "moved": 2,
        "current": 1,
        "skipped": 1,
        "failed": 0,
    }
    assert {one["call_id"] for one in told["changes"]} == {"call-1", "call-2"}
    again = as_json(run("rescore", "--all", "--json"))
    assert (again["rescored"], again["current"], again["skipped"]) == (0, 0, 1)


def test_named_call_is_scored_anew_and_its_history_told(home: Path, run: Run) -> None:
    put(home, an_older_analysis())
    code, printed = run("rescore", "call-1")
    assert code == 0 and "过度承诺风险 0 → " in printed and "Over-promise risk 0 → " in printed
    (step,) = as_json(run("explain", "call-1", "--json"))["history"]
    assert step["versions"] and step["labels"]
    assert "重新评分" in run("explain", "call-1", "--score", "empathy")[1]


def test_past_scores_are_explained_and_computed_again(home: Path, run: Run) -> None:
    older = put(home, an_older_analysis())
    assert run("explain", "call-1", "--past", "1", "--json")[0] == 2
    run("rescore", "call-1")
    told = as_json(run("explain", "call-1", "--past", "1", "--recompute", "--json"))
    values = {one["score"]: one["value"] for one in told["scores"]}
    assert values == {name: score.value for name, score in older.scores.items()}
    assert told["recomputed"] and not any(one["differences"] for one in told["recomputed"])


def test_identifying_words_are_masked_unless_revealed(home: Path, run: Run) -> None:
    from tests.edge.explain.talks import TALK, an_analysis, identified, spoken

    put(home, an_analysis(identified(spoken(TALK), "压不住")))
    assert "压不住" not in run("explain", "call-1", "--json")[1]
    assert "压不住" in run("explain", "call-1", "--json", "--reveal")[1]
