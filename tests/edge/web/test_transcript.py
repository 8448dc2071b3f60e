"""Texts cut where evidence begins and ends, and cards that say for and against."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.records import Commitment, Label
from edge.web.scorecard import cards
from edge.web.transcript import CONFIDENCE_LOW, cut, lines, promises
from tests.edge.web.analyses import a_label, a_score, an_analysis, an_evidence, an_utterance

labels = st.builds(
    lambda label, span, probability: Label(label=label, span=span, probability=probability),
    st.sampled_from(["empathy", "over_promise", "hedge", "a_new_label"]),
    st.none() | st.tuples(st.integers(-3, 40), st.integers(-3, 40)),
    st.floats(0, 1),
)


@given(st.text(max_size=30), st.lists(labels, max_size=5))
def test_pieces_joined_are_the_text_whatever_the_spans_are(text: str, found: list[Label]) -> None:
    assert "".join(piece.text for piece in cut(text, found)) == text


def test_piece_is_coloured_by_the_risk_where_spans_overlap() -> None:
    text = "我保证三天到，我懂您着急"
    pieces = cut(text, [a_label("empathy", span=(0, 12)), a_label("over_promise", span=(1, 6), probability=0.6)])
    assert [(piece.text, piece.tone) for piece in pieces] == [
        ("我", "warm"),
        ("保证三天到", "risk"),
        ("，我懂您着急", "warm"),
    ]


def test_line_is_marked_when_it_was_heard_badly_or_its_speaker_is_doubtful() -> None:
    clear, faint, doubtful = lines(
        an_analysis(
            an_utterance(1), an_utterance(2, confidence=CONFIDENCE_LOW - 0.01), an_utterance(3, speaker_doubtful=True)
        )
    )
    assert (clear.confidence_low, clear.speaker_doubtful) == (False, False)
    assert faint.confidence_low and doubtful.speaker_doubtful


def test_promise_says_whether_it_outruns_what_can_be_known() -> None:
    commitment = Commitment(what="送货", due=None, due_at=None)
    kept, risky = promises(
        an_analysis(
            an_utterance(1, commitment=commitment),
            an_utterance(2),
            an_utterance(3, commitment=commitment, labels=(a_label("over_promise"),)),
        )
    )
    assert (kept.over_promise, risky.over_promise) == (False, True)


def test_card_keeps_evidence_and_counter_evidence_apart_strongest_first() -> None:
    score = a_score(an_evidence("u0001", 2.0), an_evidence("u0002", -7.0), an_evidence("u0002", 9.0))
    (card,) = cards(an_analysis(an_utterance(1), an_utterance(2), scores={"empathy": score}), "zh")
    assert [reason.contribution for reason in card.evidence] == [9.0, 2.0]
    assert [reason.contribution for reason in card.counter_evidence] == [-7.0]


def test_card_lists_what_gave_no_points_as_considered_only() -> None:
    score = a_score(an_evidence("u0001", 0.0), an_evidence("u0001", -0.04), an_evidence("u0001", 3.0))
    (card,) = cards(an_analysis(an_utterance(1), scores={"empathy": score}), "zh")
    assert (len(card.evidence), len(card.counter_evidence), len(card.considered)) == (1, 0, 2)


def test_card_leaves_out_evidence_whose_utterance_is_not_there() -> None:
    (card,) = cards(an_analysis(scores={"empathy": a_score(an_evidence("u0099"))}), "zh")
    assert card.evidence == ()


def test_card_gives_reasons_in_english_where_they_exist_in_it() -> None:
    score = a_score(an_evidence(why="点出处境", why_en="names the situation"), an_evidence(why="只有中文"))
    (card,) = cards(an_analysis(an_utterance(1), scores={"empathy": score}), "en")
    assert {reason.why for reason in card.evidence} == {"names the situation", "只有中文"}


@given(st.tuples(st.integers(-5, 40), st.integers(-5, 40)))
def test_quote_is_the_utterance_whatever_the_span_is(span: tuple[int, int]) -> None:
    utterance = an_utterance(1)
    score = a_score(an_evidence(span=span))
    (card,) = cards(an_analysis(utterance, scores={"empathy": score}), "zh")
    assert "".join(piece.text for piece in card.evidence[0].pieces) == utterance.text
