"""A score's explanation: what it names is true, and what it says would have changed is what the scoring says."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from edge.explain.call import explain_scores
from edge.explain.quotes import quoted
from edge.explain.recompute import Scorer, scorer_of
from edge.explain.scores import ScoreExplanation
from edge.records import Analysis
from tests.edge.explain.talks import TALK, an_analysis, identified, spoken, with_score

SCORED = ("empathy", "over_promise_risk", "discovery_depth")
JARGON = re.compile(r"beta|prior|sigma|softmax|logit|先验|对数|方差|概率分布", re.IGNORECASE)
CHINESE = re.compile("[一-鿿]")


@cache
def analysis() -> Analysis:
    return an_analysis(spoken(TALK))


def scorer() -> Scorer:
    return scorer_of(analysis(), grounds=None)


@cache
def explained(*, reveal: bool = True) -> dict[str, ScoreExplanation]:
    told = explain_scores(analysis(), analysis().scores, scorer=scorer(), reveal=reveal)
    return {one.score: one for one in told}


@pytest.mark.parametrize("name", SCORED)
def test_paragraph_names_value_interval_and_the_strongest_words(name: str) -> None:
    one, score = explained()[name], analysis().scores[name]
    assert score.value is not None and score.interval is not None
    for paragraph in (one.zh, one.en):
        assert f"{score.value:.0f}" in paragraph and f"{score.interval[1]:.0f}" in paragraph
        assert one.made_by[0].words in paragraph
        assert one.changes[0].value is not None and f"{one.changes[0].value:.0f}" in paragraph
        assert score.versions["scores_weights"] in paragraph


@pytest.mark.parametrize("name", ["empathy", "over_promise_risk", "discovery_depth", "follow_up_latency"])
def test_paragraph_uses_no_jargon_and_keeps_to_its_language(name: str) -> None:
    one = explained()[name]
    assert not JARGON.search(one.zh + one.en)
    unquoted = re.sub("“[^”]*”", "", one.en)
    assert not CHINESE.search(unquoted)
    assert CHINESE.search(one.zh)


def test_evidence_is_split_into_for_and_against_by_its_points() -> None:
    for name in SCORED:
        one = explained()[name]
        assert all((quote.contribution or 0) > 0 for quote in one.made_by)
        assert all((quote.contribution or 0) < 0 for quote in one.against)
        count = len(one.made_by) + len(one.against) + len(one.considered)
        assert count == len(analysis().scores[name].evidence)


def test_promise_left_unsaid_gives_what_the_scoring_gives_without_it() -> None:
    one = explained()["over_promise_risk"]
    without = next(change for change in one.changes if "没有说“百分之百没问题”" in change.what)
    unsaid = tuple(
        replace(said, labels=tuple(label for label in said.labels if label.label != "over_promise"), promises=())
        if said.id == without.utterance
        else said
        for said in analysis().utterances
    )
    assert without.value == scorer()(unsaid)["over_promise_risk"].value
    assert without.by is not None and without.by < -10


def test_condition_added_to_the_promise_would_have_lowered_the_risk() -> None:
    call = an_analysis(spoken(TALK[:8]))
    (one,) = explain_scores(call, ["over_promise_risk"], scorer=scorer_of(call, grounds=None), reveal=True)
    hedged = [change for change in one.changes if "补一句条件" in change.what]
    assert hedged and all(change.by is not None and change.by < 0 for change in hedged)


def test_missed_occasion_answered_would_have_raised_empathy() -> None:
    lines = [*TALK[:2], ("agent", "您报一下装机的地址，我查一下系统里的记录。"), *TALK[7:]]
    call = an_analysis(spoken(lines))
    (one,) = explain_scores(call, ["empathy"], scorer=scorer_of(call, grounds=None), reveal=True)
    answered = [change for change in one.changes if "体谅一句" in change.what]
    assert answered and answered[0].by is not None and answered[0].by > 0
    assert one.against


def test_warm_words_that_lead_into_an_over_promise_would_have_counted_more_without_it() -> None:
    unsaid = [change for change in explained()["empathy"].changes if "没有说“百分之百没问题”" in change.what]
    assert len(unsaid) == 1 and unsaid[0].by is not None and unsaid[0].by > 10


@pytest.mark.parametrize("name", SCORED)
def test_changes_are_told_strongest_first_and_all_move_the_score(name: str) -> None:
    by = [abs(change.by or 0.0) for change in explained()[name].changes]
    assert by == sorted(by, reverse=True) and min(by) >= 0.05


def test_score_without_a_value_says_that_it_is_no_zero_and_what_would_have_given_one() -> None:
    call = an_analysis(spoken([TALK[0], ("customer", "我想问一下你们宽带一个月多少钱？"), *TALK[8:9], TALK[0]]))
    (one,) = explain_scores(call, ["empathy"], scorer=scorer_of(call, grounds=None), reveal=True)
    assert one.value is None and "不等于零分" in one.zh and "not a zero" in one.en
    assert [change.by for change in one.changes] == [None] and one.changes[0].value is not None


def test_words_that_identify_somebody_are_masked_unless_revealed() -> None:
    call = an_analysis(identified(spoken(TALK), "压不住"))
    names = list(call.scores)
    hidden = explain_scores(call, names, scorer=scorer_of(call, grounds=None), reveal=False)
    shown = explain_scores(call, names, scorer=scorer_of(call, grounds=None), reveal=True)
    assert "压不住" not in repr(hidden) and "＊＊＊" in repr(hidden)
    assert "压不住" in repr(shown)
    assert [one.changes[0].value for one in hidden if one.changes] == [
        one.changes[0].value for one in shown if one.changes
    ]


@pytest.mark.parametrize("gone", ["not installed", "stored value is another"])
def test_nothing_is_computed_for_a_score_that_the_installed_scoring_did_not_make(gone: str) -> None:
    call = with_score(analysis(), "empathy", value=analysis().scores["empathy"].value + 1.0)  # type: ignore[operator]
    used = None if gone == "not installed" else scorer()
    (one,) = explain_scores(call, ["empathy"], scorer=used, reveal=True)
    assert one.changes == () and "重新评分之后才能推算" in one.zh and "scored again" in one.en


def test_quote_shows_the_clause_of_one_deciding_character() -> None:
    text = "嗯，您说的昨晚大概几点断的？是整个屋子都没网？"
    assert quoted(text, (2, 3)) == "您说的昨晚大概几点断的"
    assert quoted(text, None) == text[:-1]
    assert quoted("很长" * 60, None).endswith("…")
