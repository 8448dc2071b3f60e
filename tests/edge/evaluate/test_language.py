"""How the language stage is counted against annotated calls."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import BadInput
from edge.evaluate.language import due_at_exact, evaluate, label_figures, macro_f1

CALL = {
    "call_id": "c1",
    "scene": "call_centre",
    "language": "zh",
    "started_at": "2026-03-02T10:15:00+08:00",
    "turns": [
        {"i": 0, "speaker": "agent", "text": "这通电话会录音，您同意吗？", "labels": ["recording_notice"]},
        {"i": 1, "speaker": "customer", "text": "同意。我电话幺三八，四个零，二七五六。", "labels": ["consent_given"]},
        {
            "i": 2,
            "speaker": "agent",
            "text": "我明天下午三点前把方案发您邮箱。",
            "labels": ["commitment"],
            "commitment": {"what": "发方案", "due": "明天下午三点前", "due_at": "2026-03-03T15:00:00+08:00"},
        },
    ],
    "pii": [{"i": 1, "text": "幺三八，四个零，二七五六", "type": "phone"}],
    "expert": {"empathy": 0, "discovery_depth": 0, "over_promise_risk": 0},
}


def test_evaluation_refuses_a_line_that_is_no_call_and_names_it(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(json.dumps(CALL) + "\n{}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="line 2"):
        evaluate(path)


def test_evaluation_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        evaluate(tmp_path / "none.jsonl")


def test_evaluation_finds_what_is_annotated_in_a_plain_call(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(json.dumps(CALL, ensure_ascii=False) + "\n", encoding="utf-8")
    figures = evaluate(path)
    assert figures.due_at_exact == 1.0
    assert figures.pii_recall == 1.0 and figures.pii_precision == 1.0
    assert figures.labels["recording_notice"].recall == 1.0
    assert set(figures.as_json()) == {
        "labels", "macro_f1", "due_at_exact", "pii_recall", "pii_precision", "score_spearman",
    }  # fmt: skip


def test_label_figures_count_hits_misses_and_false_alarms() -> None:
    figures = label_figures([({"a"}, {"a", "b"}), ({"a"}, set()), (set(), set())])
    assert (figures["a"].precision, figures["a"].recall, figures["a"].support) == (1.0, 0.5, 2)
    assert (figures["b"].precision, figures["b"].support) == (0.0, 0)


def test_macro_f1_is_taken_over_labels_that_occur() -> None:
    assert macro_f1(label_figures([({"a"}, {"a", "b"})])) == 1.0
    assert macro_f1({}) is None


def test_due_at_counts_a_commitment_that_was_not_found_as_wrong() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert due_at_exact([(noon, noon), (noon, None), (None, noon)]) == 0.5
    assert due_at_exact([(None, None)]) is None
