"""The weights rank marked calls as their readers did, from the readers' own labels (docs/scores.md has the figures)."""

import json
from pathlib import Path

import pytest
from scipy.stats import spearmanr

from edge.records import Language
from edge.scores.call import score_call

CALLS = Path(__file__).parents[3] / "data" / "calls.jsonl"
LABEL_PROBABILITY = 0.9


@pytest.fixture(scope="module")
def marked(conversation):
    """(expert's marks, our scores) of each call, every other one of which was used to choose the weights."""
    return [read_call(json.loads(line), conversation) for line in CALLS.read_text("utf-8").splitlines()]


def read_call(call, conversation):
    lines = [(turn["speaker"], turn["text"], *labels_of(turn)) for turn in call["turns"]]
    return call["expert"], score_call(conversation(lines), language=Language(call["language"]), versions={})


def labels_of(turn):
    kinds = turn.get("kind") or {}
    return [f"{label}:{kinds.get(label, '')}@{LABEL_PROBABILITY}".replace(":@", "@") for label in turn["labels"]]


def agreement(marked, name):
    pairs = [(expert[name], scores[name].value) for expert, scores in marked if scores[name].value is not None]
    return spearmanr(*zip(*pairs, strict=True)).statistic


@pytest.mark.parametrize("name", ["empathy", "over_promise_risk", "discovery_depth"])
def test_scores_rank_calls_as_readers_do(marked, name):
    assert agreement(marked, name) >= 0.8
    assert agreement(marked[1::2], name) >= 0.8


def test_few_calls_that_readers_could_mark_for_empathy_have_no_value(marked):
    assert sum(scores["empathy"].value is None for _, scores in marked) <= len(marked) * 0.05
