"""What a person may correct, and how the utterance reads then."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from re import M, findall

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.codebook import KINDS, LABELS_OF
from edge.corrections.check import REASON_LENGTH_MAX, checked
from edge.corrections.joined import corrected
from edge.corrections.record import Change, Correction, Proposal
from edge.errors import BadInput
from edge.records import AnalysedUtterance, Speaker
from tests.edge.corrections.talk import CST, EMPATHY, GREETING, OBJECTION, PROMISE, UNCLEAR, a_talk

NOW = datetime(2026, 3, 3, tzinfo=UTC)
FIELDS = ("utterance", "change", "label", "kind", "due_at", "speaker", "reason")


def check(*present: Correction, **proposed: str) -> Correction:
    proposal = Proposal(**({"utterance": EMPATHY, "change": "removed", "reason": "不对"} | proposed))
    return checked(proposal, a_talk(), present, by="account:1", at=NOW)


def read(utterance: str, *corrections: Correction) -> AnalysedUtterance:
    return corrected(next(said for said in a_talk().utterances if said.id == utterance), corrections)


def labels(said: AnalysedUtterance) -> dict[str, str | None]:
    return {label.label: label.kind for label in said.labels}


@pytest.mark.parametrize(
    ("field", "proposed"),
    [
        ("utterance", {"utterance": "u9999"}),
        ("change", {"change": "reworded"}),
        ("change", {"change": "due", "due_at": "2026-03-05"}),
        ("label", {"label": "hedge"}),
        ("label", {"change": "added", "label": "objection"}),
        ("label", {"change": "added", "label": "empathy"}),
        ("label", {"change": "added", "label": "empathy", "utterance": UNCLEAR}),
        ("label", {"change": "kind", "label": "empathy", "kind": "price"}),
        ("kind", {"change": "added", "label": "hedge", "kind": "price"}),
        ("kind", {"change": "added", "label": "over_promise"}),
        ("kind", {"change": "added", "label": "over_promise", "kind": "trust"}),
        ("kind", {"change": "kind", "label": "objection", "kind": "price", "utterance": OBJECTION}),
        ("due_at", {"change": "due", "due_at": "2026-03-03", "utterance": PROMISE}),
        ("due_at", {"change": "due", "due_at": "soon", "utterance": PROMISE}),
        ("due_at", {"change": "due", "due_at": "2026-03-01T18:00", "utterance": PROMISE}),
        ("due_at", {"change": "due", "due_at": "9999-12-31T23:59-12:00", "utterance": PROMISE}),
        ("speaker", {"change": "speaker", "speaker": "agent"}),
        ("speaker", {"change": "speaker", "speaker": "unknown"}),
        ("reason", {"label": "empathy", "reason": " \u3000\n"}),
        ("reason", {"label": "empathy", "reason": "a\x00b"}),
        ("reason", {"label": "empathy", "reason": "话" * (REASON_LENGTH_MAX + 1)}),
    ],
)
def test_proposal_that_cannot_be_right_is_refused_by_its_field(field: str, proposed: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        check(**proposed)
    assert refused.value.field == field


@given(st.fixed_dictionaries({field: st.text(max_size=30) for field in FIELDS}))
def test_no_text_makes_anything_but_a_correction_or_a_refusal(proposed: dict[str, str]) -> None:
    for change in Change:
        for utterance in (EMPATHY, OBJECTION, PROMISE, UNCLEAR):
            try:
                made = check(**proposed | {"change": str(change), "utterance": utterance})
            except BadInput:
                continue
            assert made.utterance == utterance and 0 < len(made.reason) <= REASON_LENGTH_MAX


def test_removed_label_is_gone_and_the_others_stay() -> None:
    one = check(utterance=PROMISE, label="over_promise")
    assert labels(read(PROMISE, one)) == {"commitment": None}
    assert read(EMPATHY, one) == read(EMPATHY)


def test_removed_commitment_takes_its_time_along() -> None:
    assert read(PROMISE, check(utterance=PROMISE, label="commitment")).commitment is None


def test_added_label_has_its_kind() -> None:
    added = check(change="added", label="over_promise", kind="authority", utterance=GREETING)
    assert labels(read(GREETING, added)) == {"over_promise": "authority"}


def test_kind_of_a_label_is_the_right_one() -> None:
    changed = check(change="kind", label="objection", kind="trust", utterance=OBJECTION)
    assert labels(read(OBJECTION, changed)) == {"objection": "trust", "complaint": None}


@pytest.mark.parametrize(
    ("given_", "read_"),
    [
        ("2026-03-05T18:00", datetime(2026, 3, 5, 18, tzinfo=CST)),
        ("2026-03-05", datetime(2026, 3, 5, 23, 59, 59, tzinfo=CST)),
        ("2026-03-05T23:59", datetime(2026, 3, 5, 23, 59, 59, tzinfo=CST)),
        ("2026-03-05T10:00:00Z", datetime(2026, 3, 5, 18, tzinfo=CST)),
        ("", None),
    ],
)
def test_due_time_is_read_in_the_calls_zone(given_: str, read_: datetime | None) -> None:
    one = check(change="due", due_at=given_, utterance=PROMISE)
    found = read(PROMISE, one).commitment
    assert found is not None and (found.what, found.due, found.due_at) == ("送货", "明天", read_)
    assert read_ is None or (found.due_at is not None and found.due_at.utcoffset() == read_.utcoffset())


def test_promise_that_a_person_added_can_be_given_its_time() -> None:
    added = check(change="added", label="commitment", utterance=GREETING)
    due = check(added, change="due", due_at="2026-03-05", utterance=GREETING)
    found = read(GREETING, added, due).commitment
    assert found is not None and found.due_at == datetime(2026, 3, 5, 23, 59, 59, tzinfo=CST)


def test_labels_of_the_other_side_fall_away_with_the_speaker_and_its_own_can_be_added() -> None:
    spoken = check(change="speaker", speaker="customer")
    assert read(EMPATHY, spoken).speaker is Speaker.CUSTOMER and labels(read(EMPATHY, spoken)) == {}
    complaint = check(spoken, change="added", label="complaint")
    assert labels(read(EMPATHY, complaint, spoken)) == {"complaint": None}


def test_correction_of_what_newer_rules_changed_does_no_harm() -> None:
    gone = check(utterance=PROMISE, label="over_promise")
    assert labels(corrected(read(PROMISE, gone), [gone])) == {"commitment": None}
    added = check(change="added", label="hedge")
    assert [label.label for label in corrected(read(EMPATHY, added), [added]).labels] == ["empathy", "hedge"]


def test_labels_and_kinds_are_those_of_the_codebook() -> None:
    text = Path("docs/codebook.md").read_text("utf-8")
    agent, customer = text.split("## Labels on customer utterances")
    assert findall(r"^\| `(\w+)` \|", agent, M) == list(LABELS_OF[Speaker.AGENT])
    assert findall(r"^\| `(\w+)` \|", customer, M) == list(LABELS_OF[Speaker.CUSTOMER])
    assert all(f"`{kind}`" in text for kinds in KINDS.values() for kind in kinds)
