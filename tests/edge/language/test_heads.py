"""Learned heads: the same answer whatever stands beside, in context, with the words that decided."""

import json
from pathlib import Path

import numpy as np
import pytest

from edge.codebook import LABELS, LABELS_OF, OUTPUTS
from edge.errors import NotReady
from edge.language import heads, verdicts
from edge.language.encoder import TOKENS_MAX, Encoder
from edge.language.heads import Heads, Judgement
from edge.models import BUNDLED
from edge.records import Label, Speaker

ENCODER, HEADS = Encoder(), Heads(BUNDLED / heads.NAME)
ASKED = (Speaker.CUSTOMER, "太贵了，隔壁才卖八百。")
ANSWER = (Speaker.AGENT, "他那个是铝的，三年就得换，摊下来一年比我这个还多花一百。")


def judge(*said: tuple[Speaker, str]) -> Judgement:
    return HEADS.judge(ENCODER.encode(said))[-1]


def test_answer_does_not_depend_on_what_else_is_judged() -> None:
    alone = judge(ANSWER)
    encoded = ENCODER.encode([ANSWER, ASKED, (Speaker.AGENT, "喂，" * 200)])
    assert np.array_equal(HEADS.judge(encoded)[0].logits, alone.logits)


def test_answer_depends_on_what_was_said_before() -> None:
    assert judge(ASKED, ANSWER).logit("objection_response") > judge(ANSWER).logit("objection_response")


def test_shares_of_tokens_add_up_to_the_logit() -> None:
    judgement = judge(ASKED, ANSWER)
    assert np.allclose(judgement.pulls.sum(axis=0), judgement.logits, atol=1e-3)
    assert judgement.pulls.shape == (len(judgement.places), len(OUTPUTS))


def test_clause_that_promises_too_much_is_the_one_that_decided() -> None:
    text = "您先坐，喝口水，三天之内百分之百给您送到，外面下雨呢。"
    start, end = verdicts.strongest_clause("over_promise", text, judge((Speaker.AGENT, text))) or (0, 0)
    assert "百分之百" in text[start:end]


@pytest.mark.parametrize("text", ["", "嗯", "……", "a" * 5_000, "好" * 5_000, "\u0000\ufffd😀"])
def test_any_text_is_judged(text: str) -> None:
    judgement = judge((Speaker.AGENT, text))
    assert np.isfinite(judgement.logits).all()
    assert len(judgement.places) <= TOKENS_MAX


def test_verdicts_know_every_label_and_say_what_they_were_fitted_on() -> None:
    content = json.loads((BUNDLED / verdicts.NAME).read_text("utf-8"))
    assert set(content["labels"]) == set(LABELS)
    for entry in content["labels"].values():
        assert entry["cross_validated"]["brier"] <= entry["cross_validated"]["brier_of_base_rate"]
        assert entry["fitted_on"]["with_label"] > 0


def test_verdicts_of_a_side_are_that_sides_labels() -> None:
    found = verdicts.load(BUNDLED / verdicts.NAME)
    for speaker, (_, text) in ((Speaker.AGENT, ANSWER), (Speaker.CUSTOMER, ASKED)):
        given = verdicts.decide(speaker, text, judge((speaker, text)), (), (), found)
        assert {label.label for label in given} <= set(LABELS_OF[speaker])


@pytest.mark.parametrize("told", [None, "trust"])
def test_kind_that_heads_are_sure_of_outweighs_what_a_rule_says(told: str | None) -> None:
    logits = np.full(len(OUTPUTS), -9.0, dtype=np.float32)
    logits[[heads.AT["objection"], heads.AT["objection:price"]]] = 9.0
    judgement = Judgement(logits=logits, pulls=np.zeros((1, len(OUTPUTS)), dtype=np.float32), places=((0, 2),))
    rule = Label(label="objection", probability=0.9, kind=told, span=(0, 2), why="rule")
    found = verdicts.load(BUNDLED / verdicts.NAME)
    [label] = verdicts.decide(Speaker.CUSTOMER, "太贵", judgement, (rule,), (), found)
    assert (label.label, label.kind) == ("objection", "price")


def test_missing_or_broken_model_is_named(tmp_path: Path) -> None:
    (tmp_path / verdicts.NAME).write_text("{}")
    with pytest.raises(NotReady, match=verdicts.NAME):
        verdicts.load(tmp_path / verdicts.NAME)
    with pytest.raises(NotReady, match=heads.NAME):
        Heads(tmp_path / heads.NAME)
