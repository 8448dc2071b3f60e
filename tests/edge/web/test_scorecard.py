"""A score's card: its dimensions in the reader's language, with what each weighs as things stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge.records import Part
from edge.web.scorecard import Dimension, cards
from tests.edge.web.analyses import a_score, an_analysis, an_utterance

KNOWN = Part(name="coverage", title="覆盖", title_en="Coverage", value=60.0, weight=0.3)
OTHER = Part(name="floor", title="话语", title_en="Floor", value=0.0, weight=0.1)
UNKNOWN = Part(name="logins", title="登录", title_en="Log-ins", value=None, weight=0.6)


def dimensions(*parts: Part, language: str = "zh") -> tuple[Dimension, ...]:
    score = replace(a_score(), parts=parts)
    (card,) = cards(an_analysis(an_utterance(), scores={"discovery_depth": score}), language)
    return card.dimensions


def test_dimension_that_is_not_known_leaves_its_weight_to_the_others() -> None:
    known, other, unknown = dimensions(KNOWN, OTHER, UNKNOWN)
    assert (known.share, other.share, unknown.share) == (pytest.approx(0.75), pytest.approx(0.25), 0.0)
    assert (known.value, other.value, unknown.value) == (60.0, 0.0, None)


@pytest.mark.parametrize(("language", "title"), [("zh", "覆盖"), ("en", "Coverage")])
def test_dimension_is_named_in_the_readers_language(language: str, title: str) -> None:
    assert dimensions(KNOWN, language=language)[0].title == title


@pytest.mark.parametrize("parts", [(), (UNKNOWN,)])
def test_score_without_known_dimensions_has_no_shares(parts: tuple[Part, ...]) -> None:
    assert [each.share for each in dimensions(*parts)] == [0.0] * len(parts)


@pytest.mark.parametrize("wrong", [{"value": 100.1}, {"value": -0.1}, {"weight": 1.1}, {"weight": -0.1}])
def test_part_out_of_range_cannot_be_made(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="coverage"):
        replace(KNOWN, **wrong)
