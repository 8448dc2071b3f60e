"""The explanation of a whole call, or of what was asked about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from edge.errors import BadInput
from edge.explain.judge import Judge
from edge.explain.labels import LabelExplanation, explain_labels
from edge.explain.recompute import Scorer
from edge.explain.scores import ScoreExplanation, explain_score
from edge.records import AnalysedUtterance, Analysis
from edge.redaction import masked


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants explained: a score, an utterance's labels, both, or, with neither, everything."""

    score: str | None = None
    utterance: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallExplanation:
    """Scores and labels of one call, explained."""

    call_id: str
    scores: tuple[ScoreExplanation, ...]
    labels: tuple[LabelExplanation, ...]


def explain_call(
    analysis: Analysis,
    asked: Asked,
    *,
    scorer: Scorer | None,
    judge: Judge,
    reveal: bool,
    progress: Callable[[float], None] | None = None,
) -> CallExplanation:
    """Explain a call.

    Args:
        analysis: unmasked: what would have changed a score is computed on the words as they were said.
        scorer: what made its scores, or None where that isn't installed any more.
        reveal: whether quotes may show what identifies people.
        progress: told the share of labels that is done, 0 to 1.
    Raises: BadInput where the call has no such score or utterance.
    """
    names = _names(analysis, asked)
    utterances = _utterances(analysis, asked)
    return CallExplanation(
        call_id=analysis.call_id,
        scores=explain_scores(analysis, names, scorer=scorer, reveal=reveal),
        labels=_labels(analysis, utterances, judge=judge, reveal=reveal, progress=progress or _nobody),
    )


def explain_scores(
    analysis: Analysis, names: Iterable[str], *, scorer: Scorer | None, reveal: bool
) -> tuple[ScoreExplanation, ...]:
    """Explain some scores of an analysis; arguments as above."""
    shown = analysis if reveal else masked(analysis)
    return tuple(
        explain_score(name, shown.scores[name], analysis.utterances, shown=shown.utterances, scorer=scorer)
        for name in names
    )


def _names(analysis: Analysis, asked: Asked) -> tuple[str, ...]:
    if asked.score is None:
        return () if asked.utterance else tuple(analysis.scores)
    if asked.score not in analysis.scores:
        raise BadInput("score", "the call has no score of that name", f"Use one of {', '.join(analysis.scores)}")
    return (asked.score,)


def _utterances(analysis: Analysis, asked: Asked) -> tuple[AnalysedUtterance, ...]:
    if asked.utterance is None:
        return () if asked.score else analysis.utterances
    found = tuple(utterance for utterance in analysis.utterances if utterance.id == asked.utterance)
    if not found:
        raise BadInput("utterance", "the call has no such utterance", "See `sottovoce box show CALL --json` for ids")
    return found


def _labels(
    analysis: Analysis,
    utterances: tuple[AnalysedUtterance, ...],
    *,
    judge: Judge,
    reveal: bool,
    progress: Callable[[float], None],
) -> tuple[LabelExplanation, ...]:
    places = {utterance.id: place for place, utterance in enumerate(analysis.utterances)}
    shown = analysis if reveal else masked(analysis)
    explained: list[LabelExplanation] = []
    for done, said in enumerate(utterances, start=1):
        explained += explain_labels(
            said,
            shown=shown.utterances[places[said.id]],
            before=analysis.utterances[: places[said.id]],
            judge=judge,
            started_at=analysis.started_at,
            language=analysis.language,
        )
        progress(done / len(utterances))
    return tuple(explained)


def _nobody(_: float) -> None:
    """Nobody watches."""
