"""The shape of scores that have no value but say why."""

from __future__ import annotations

from edge.records import Evidence, Score, ScoreState

REASONS = {
    ScoreState.NO_OPPORTUNITY: "这通电话里没有出现评这一项的机会，所以不打分。",
    ScoreState.NOT_ENOUGH_EVIDENCE: "可供判断的话太少，所以不打分。",
    ScoreState.TRANSCRIPT_TOO_POOR: "录音听写的把握太低，所以不打分。",
}


def unscored(
    state: ScoreState, *, versions: dict[str, str], limits: tuple[str, ...], evidence: tuple[Evidence, ...] = ()
) -> Score:
    """A score without a value; its first limit says why it has none."""
    return Score(
        value=None,
        interval=None,
        state=state,
        evidence=evidence,
        versions=versions,
        limits=(REASONS[state], *limits),
    )
