"""The line of the customer's mood on a call's page."""

from __future__ import annotations

from dataclasses import replace

from edge.records import Analysis, Label, Language, Speaker
from edge.scores.call import score_call
from edge.web.mood import HEIGHT_PX, Mood, mood
from tests.edge.web.analyses import an_analysis, an_utterance

AGENT, CALM, UPSET = "请您提供一下订单号，我来登记处理。", "昨天买的那个。", "等了九天还没到，我急死了！"


def a_call(*said: str, label: str = "emotion_negative") -> Analysis:
    utterances = tuple(
        an_utterance(
            number,
            text=text,
            speaker=Speaker.AGENT if text == AGENT else Speaker.CUSTOMER,
            labels=(Label(label=label, probability=0.9),) if text == UPSET else (),
        )
        for number, text in enumerate(said)
    )
    scores = score_call(utterances, language=Language.ZH, versions={})
    return an_analysis(*utterances, duration_s=10.0 * len(said), scores=scores)


def drawn(analysis: Analysis) -> Mood:
    found = mood(analysis)
    assert found is not None
    return found


TURNED = a_call(AGENT, CALM, AGENT, CALM, AGENT, UPSET, AGENT, CALM)


def test_line_runs_through_every_customer_turn_and_falls_where_the_customer_is_upset() -> None:
    pieces = drawn(TURNED).pieces
    assert [(piece.x1, piece.x2) for piece in pieces] == [(12.5, 37.5), (37.5, 62.5), (62.5, 87.5)]
    assert pieces[0].y1 == pieces[0].y2 == HEIGHT_PX / 2
    assert pieces[1].y2 > HEIGHT_PX / 2 + 5 and pieces[2].y2 == pieces[1].y2
    assert all(0 < piece.y2 < HEIGHT_PX for piece in pieces)


def test_turning_point_names_its_turn_its_levels_and_the_agents_words_before() -> None:
    (point,) = drawn(TURNED).turning
    assert (point.utterance, point.before, point.better) == ("u0005", "u0004", False)
    assert point.start == 0 > point.end


def test_call_without_a_swing_has_a_line_and_no_turning_point() -> None:
    analysis = a_call(AGENT, UPSET, AGENT, CALM, AGENT, CALM)
    assert drawn(analysis).pieces and not drawn(analysis).turning


def test_nothing_is_drawn_where_the_score_has_no_value_or_is_older_than_it() -> None:
    assert mood(a_call(AGENT, CALM, AGENT, CALM, AGENT, CALM)) is None
    assert mood(replace(TURNED, scores={})) is None
