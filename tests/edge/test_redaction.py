"""Masking leaves nothing that identifies a person, wherever it is quoted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.records import MASK, Certainty, Commitment, Label, PiiSpan, Promised, Promiser
from edge.redaction import mask_quotes, masked
from tests.edge.rpc.memory_box import an_analysis

NAME, PHONE = "欧阳建国", "13912345678"


@pytest.mark.parametrize(
    ("quoting", "shown"),
    [
        ("请欧阳建国回电", f"请{MASK * 4}回电"),
        ("欧阳先生答应了", f"{MASK * 2}先生答应了"),
        ("拨13912345678", f"拨{MASK * 11}"),
        ("拨1391234", f"拨{MASK * 7}"),
        ("尾号678", f"尾号{MASK * 3}"),
        ("得 12 分", "得 12 分"),
        ("国家规定", "国家规定"),
        ("", ""),
    ],
)
def test_quote_is_masked_also_where_it_is_cut_short(quoting: str, shown: str) -> None:
    assert mask_quotes(quoting, [NAME, PHONE]) == shown


@given(st.text("ab王李13 ", max_size=12), st.text("ab王李13", min_size=1, max_size=6))
def test_masking_keeps_length_and_leaves_no_whole_secret(quoting: str, secret: str) -> None:
    shown = mask_quotes(quoting, [secret])
    assert len(shown) == len(quoting)
    assert secret not in shown


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_analysis_leaves_no_secret_in_any_of_its_words(data: st.DataObject) -> None:
    text = data.draw(st.text("的了是我你他在有13579abc", min_size=4, max_size=30))
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, len(text)))
    secret = text[start:end]
    analysis = an_analysis("call-1")
    said = replace(
        analysis.utterances[0],
        text=text,
        pii=(PiiSpan(start=start, end=end, type="person"),),
        labels=(Label(label="empathy", probability=0.5, why=f"because {text}"),),
        commitment=Commitment(what=text, due=secret, due_at=None),
        promises=(
            Promised(
                who=Promiser.FIRM, kind="act", what=text, certainty=Certainty.FIRM, due=secret, condition=f"如果{text}"
            ),
        ),
    )
    evidence = replace(analysis.scores["empathy"].evidence[0], why=text, why_en=f"“{secret}”")
    score = replace(analysis.scores["empathy"], evidence=(evidence,))
    shown = masked(replace(analysis, utterances=(said,), scores={"empathy": score}))
    [utterance], [piece] = shown.utterances, shown.scores["empathy"].evidence
    assert utterance.text == text[:start] + MASK * (end - start) + text[end:]
    assert utterance.commitment is not None
    assert utterance.words == ()
    for quoted in (
        utterance.labels[0].why,
        utterance.commitment.what,
        utterance.commitment.due,
        utterance.promises[0].what,
        utterance.promises[0].due,
        utterance.promises[0].condition,
        piece.why,
        piece.why_en,
    ):
        assert quoted is not None
        assert secret not in quoted


def test_analysis_without_identifying_words_stays_as_it_is_but_for_the_words_times() -> None:
    analysis = an_analysis("call-1")
    said = replace(analysis.utterances[0], pii=())
    assert masked(replace(analysis, utterances=(said,))).utterances == (replace(said, words=()),)
