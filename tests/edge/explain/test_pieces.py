"""Cutting utterances: nothing is lost, nothing overlaps, and what is taken out is exactly gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.explain.pieces import bare, clauses, without, words

TEXTS = st.text(st.sampled_from("我保证明天修好，。？！ abc don't 3天…“”＊"), max_size=60)


@given(TEXTS)
def test_clauses_and_words_lie_in_order_within_the_text(text: str) -> None:
    at = 0
    for start, end in clauses(text):
        assert at <= start < end <= len(text)
        inside = start
        for first, last in words(text, (start, end)):
            assert inside <= first < last <= end
            inside = last
        at = end


@given(TEXTS, st.data())
def test_text_without_its_clauses_keeps_only_what_lies_outside(text: str, data: st.DataObject) -> None:
    taken = data.draw(st.lists(st.sampled_from(clauses(text) or [(0, 0)]), unique=True))
    kept = "".join(
        character for place, character in enumerate(text) if not any(start <= place < end for start, end in taken)
    )
    assert without(text, taken) == kept


@given(TEXTS)
def test_bare_quote_lies_within_its_span(text: str) -> None:
    for span in clauses(text):
        start, end = bare(text, span)
        assert span[0] <= start < end <= span[1]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("我保证，明天修好。", ["我保证，", "明天修好。"]),
        ("I promise, really.", ["I promise,", " really."]),
        ("……。", []),
    ],
)
def test_clauses_end_at_marks(text: str, cut: list[str]) -> None:
    assert [text[start:end] for start, end in clauses(text)] == cut


def test_english_words_keep_their_apostrophes() -> None:
    text = "I don't know."
    assert [text[start:end] for start, end in words(text, (0, len(text)))] == ["I", "don't", "know"]
