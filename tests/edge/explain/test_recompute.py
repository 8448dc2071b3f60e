"""Stored scores come out again to the last number, or it is said which doesn't and why it can't be tried."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from edge.errors import Conflict
from edge.explain.recompute import recompute
from edge.records import Analysis
from edge.scores import archive
from edge.scores.archive import ARCHIVE, weights_of
from edge.scores.weights import PATH, WEIGHTS, read_weights
from tests.edge.explain.talks import TALK, an_analysis, spoken, with_score

OTHER = PATH.read_bytes().replace(b"prior_missed = { value = 1.2,", b"prior_missed = { value = 1.4,")


@pytest.fixture
def analysis() -> Analysis:
    return an_analysis(spoken(TALK))


def test_every_number_of_every_score_comes_out_as_stored(analysis: Analysis) -> None:
    checks = recompute(analysis, grounds=None)
    assert [check.score for check in checks] == list(analysis.scores)
    assert not [check for check in checks if check.differences]
    assert all(check.numbers > 5 for check in checks if analysis.scores[check.score].value is not None)


@pytest.mark.parametrize("name", ["empathy", "over_promise_risk", "discovery_depth"])
def test_changed_value_is_named_with_both_numbers(analysis: Analysis, name: str) -> None:
    stored = analysis.scores[name]
    assert stored.value is not None and stored.interval is not None
    changed = with_score(analysis, name, value=stored.value + 1e-6, interval=(0.0, 100.0))
    found = {check.score: check.differences for check in recompute(changed, grounds=None)}
    assert {f"{name}.value"} <= {one.where for one in found[name]}
    value = next(one for one in found[name] if one.where == f"{name}.value")
    assert (value.stored, value.computed) == (stored.value + 1e-6, stored.value)
    assert not [other for other, differences in found.items() if other != name and differences]


def test_changed_contribution_and_missing_evidence_are_named(analysis: Analysis) -> None:
    first, *rest = analysis.scores["empathy"].evidence
    moved = with_score(analysis, "empathy", evidence=(replace(first, contribution=first.contribution + 1), *rest))
    assert [one.where for one in recompute(moved, grounds=None)[0].differences] == ["empathy.evidence[0].contribution"]
    fewer = with_score(analysis, "empathy", evidence=(first,))
    assert any(one.where.startswith("empathy.evidence[1]") for one in recompute(fewer, grounds=None)[0].differences)


def test_difference_in_a_sentence_does_not_quote_it(analysis: Analysis) -> None:
    first, *rest = analysis.scores["empathy"].evidence
    changed = with_score(analysis, "empathy", evidence=(replace(first, why="张三说了秘密"), *rest))
    differences = recompute(changed, grounds=None)[0].differences
    assert differences and "张三" not in repr(differences)


def test_changed_label_shows_in_the_scores_that_rest_on_it(analysis: Analysis) -> None:
    said = next(said for said in analysis.utterances if said.has("over_promise"))
    unsaid = replace(said, labels=(), promises=())
    changed = replace(analysis, utterances=tuple(unsaid if one.id == said.id else one for one in analysis.utterances))
    assert {check.score for check in recompute(changed, grounds=None) if check.differences} >= {"over_promise_risk"}


def test_score_of_older_weights_comes_out_with_the_weights_of_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = read_weights(OTHER)
    analysis = an_analysis(spoken(TALK), weights=older)
    with pytest.raises(Conflict, match="aren't in the archive"):
        recompute(analysis, grounds=None)
    monkeypatch.setattr(archive, "ARCHIVE", tmp_path)
    (tmp_path / f"{hashlib.sha256(OTHER).hexdigest()[:12]}.toml").write_bytes(OTHER)
    checks = recompute(analysis, grounds=None)
    assert not [check for check in checks if check.differences] and all(check.archived for check in checks)
    assert an_analysis(spoken(TALK)).scores["empathy"].value != analysis.scores["empathy"].value


@pytest.mark.parametrize(
    ("part", "version"),
    [("scores_rules", "0"), ("scores_lexicon", "1+000000000000"), ("scores_facts", "000000000000")],
)
def test_scores_of_other_rules_words_or_facts_are_refused_by_name(analysis: Analysis, part: str, version: str) -> None:
    older = replace(
        analysis,
        scores={
            name: replace(score, versions=score.versions | {part: version}) for name, score in analysis.scores.items()
        },
    )
    with pytest.raises(Conflict) as refused:
        recompute(older, grounds=None)
    assert part in refused.value.problem and version in refused.value.problem
    assert "rescore" in refused.value.fix


def test_present_weights_are_in_the_archive_before_they_can_be_replaced() -> None:
    name = f"{hashlib.sha256(PATH.read_bytes()).hexdigest()[:12]}.toml"
    command = f"cp {PATH.relative_to(PATH.parents[2])} {(ARCHIVE / name).relative_to(PATH.parents[2])}"
    assert (ARCHIVE / name).is_file(), f"keep the weights that scores will name: {command}"
    assert (ARCHIVE / name).read_bytes() == PATH.read_bytes()


@pytest.mark.parametrize("version", ["", "1", "1+zzzzzzzzzzzz", "1+000000000000", "../../1+000000000000"])
def test_unknown_version_has_no_weights(version: str) -> None:
    assert weights_of(version) is None
    assert weights_of(WEIGHTS.version) is WEIGHTS


def test_archived_file_that_was_changed_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "ARCHIVE", tmp_path)
    digest = hashlib.sha256(OTHER).hexdigest()[:12]
    (tmp_path / f"{digest}.toml").write_bytes(OTHER + b"\n# touched\n")
    assert weights_of(f"1+{digest}") is None
