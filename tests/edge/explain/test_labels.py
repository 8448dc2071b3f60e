"""A label's explanation: the judge itself says which words it hung on, what was against it, and what context did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from edge.errors import BadInput
from edge.explain.call import Asked, explain_call
from edge.explain.labels import LabelExplanation, explain_labels
from edge.explain.pieces import without
from edge.records import AnalysedUtterance, Label, Language, Utterance
from tests.edge.explain.talks import STARTED_AT, TALK, an_analysis, identified, reader, spoken

TEXT = "我保证修好，可能晚两天，您放心。"


class WordJudge:
    """A judge of three words: 保证 makes an over-promise, 放心 makes it surer, 可能 speaks against it."""

    def judge(
        self, variants: Sequence[Utterance], *, before: Sequence[Utterance], started_at: datetime, language: Language
    ) -> tuple[Mapping[str, float], ...]:
        return tuple(self._one(variant.text) for variant in variants)

    def _one(self, text: str) -> Mapping[str, float]:
        probability = 0.6 * ("保证" in text) + 0.2 * ("放心" in text) - 0.15 * ("可能" in text)
        return {"over_promise": probability} if probability >= 0.5 else {}


def an_utterance(text: str = TEXT, *labels: Label) -> AnalysedUtterance:
    given = labels or (Label(label="over_promise", probability=0.65, span=(1, 3), why="绝对的保证"),)
    return replace(spoken([("agent", text)])[0], labels=given)


def explain(said: AnalysedUtterance) -> LabelExplanation:
    (one,) = explain_labels(
        said,
        shown=said,
        before=(),
        judge=WordJudge(),
        started_at=STARTED_AT,
        language=Language.ZH,
    )
    return one


def test_words_for_and_against_are_those_that_move_the_judge() -> None:
    one = explain(an_utterance())
    assert [quote.words for quote in one.made_by] == ["我保证修好", "您放心"]
    assert [quote.words for quote in one.against] == ["可能晚两天"]
    assert "绝对的保证" in one.zh and "可能晚两天" in one.en


def test_fewest_words_that_turn_the_label_are_named() -> None:
    one = explain(an_utterance())
    assert [quote.words for quote in one.turning] == ["保证"]
    assert "如果没有“保证”，就不会有这个标签" in one.zh
    assert "ithout “保证” it would not" in one.en


def test_turning_words_do_turn_the_real_judge() -> None:
    call = spoken(TALK)
    explained = explain_call(an_analysis(call), Asked(), scorer=None, judge=reader(), reveal=True).labels
    turned = [one for one in explained if one.turning]
    assert len(turned) >= 5
    places = {said.id: place for place, said in enumerate(call)}
    for one in turned:
        place = places[one.utterance]
        heard = [said.heard for said in call[: place + 1]]
        text = without(heard[-1].text, [quote.span for quote in one.turning if quote.span])
        (found,) = reader().judge(
            [replace(heard[-1], text=text)], before=heard[:-1], started_at=STARTED_AT, language=Language.ZH
        )
        assert one.label not in found, one.zh


def test_label_that_needed_what_was_said_before_says_so() -> None:
    explained = explain_call(
        an_analysis(spoken(TALK)), Asked(utterance="u0005"), scorer=None, judge=reader(), reveal=True
    ).labels
    deep = next(one for one in explained if one.label == "deep_discovery")
    question = next(one for one in explained if one.label == "discovery_question")
    assert deep.context and "前面说的话" in deep.zh
    assert not question.context


def test_label_that_the_installed_judge_does_not_give_is_only_told() -> None:
    one = explain(an_utterance(TEXT, Label(label="closing", probability=0.9, span=(0, 5))))
    assert not one.judged and one.turning == () and one.against == ()
    assert "不会再给这个标签" in one.zh and "installed wouldn't give it" in one.en
    assert [quote.words for quote in one.made_by] == ["我保证修好"]


@pytest.mark.parametrize(
    ("probability", "words"), [(0.99, "几乎可以肯定"), (0.9, "很有把握"), (0.55, "多半"), (0.3, "拿不准")]
)
def test_probability_is_told_in_words(probability: float, words: str) -> None:
    one = explain(an_utterance(TEXT, Label(label="over_promise", probability=probability)))
    assert words in one.zh


def test_words_that_identify_somebody_are_masked_in_every_quote() -> None:
    call = identified(spoken(TALK), "着急")
    explained = explain_call(an_analysis(call), Asked(), scorer=None, judge=reader(), reveal=False)
    assert explained.labels and "着急" not in repr(explained)


def test_only_what_is_asked_for_is_explained() -> None:
    call, judge = an_analysis(spoken(TALK)), reader()
    one = explain_call(call, Asked(utterance="u0003"), scorer=None, judge=judge, reveal=True)
    assert one.scores == () and {label.utterance for label in one.labels} == {"u0003"}
    other = explain_call(call, Asked(score="empathy"), scorer=None, judge=judge, reveal=True)
    assert [score.score for score in other.scores] == ["empathy"] and other.labels == ()


@pytest.mark.parametrize(
    ("asked", "field"), [(Asked(score="kindness"), "score"), (Asked(utterance="u9999"), "utterance")]
)
def test_what_the_call_does_not_have_is_refused(asked: Asked, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        explain_call(an_analysis(spoken(TALK)), asked, scorer=None, judge=WordJudge(), reveal=True)
    assert refused.value.field == field and refused.value.fix
