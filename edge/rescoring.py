"""Scoring stored calls anew: what moved between two scorings of one call and why, and working through many calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from edge.box import Box
from edge.errors import BoxError, Conflict, NotFound, Refused
from edge.explain.recompute import OWN, Scorer
from edge.explain.wording import POINTS_MIN, Both, label_name, score_name, signed
from edge.records import Analysis, Score
from edge.scores.call import cited_versions

LABELS_TOLD_MAX = 5
"""Labels that a reason names; the rest is counted, and listed apart."""

PARTS = {
    "scores_rules": Both("评分规则", "scoring rules"),
    "scores_weights": Both("权重", "weights"),
    "scores_lexicon": Both("评分用词表", "the scores' word lists"),
    "scores_facts": Both("事实表", "the facts table"),
    "scores_region": Both("网点地区", "the site's region"),
    "scores_role": Both("员工角色", "the role of staff"),
    "language_rules": Both("标签程序", "the label program"),
    "language_heads": Both("标签模型", "the label model"),
    "lexicon": Both("标签规则", "the label rules"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionMove:
    """One part whose version is another than before; None where there was, or is, none."""

    part: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMove:
    """One label that appeared or disappeared, or whose probability moved; None on the side where it isn't given."""

    utterance: str
    label: str
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreMove:
    """One score before and after.

    by_labels, by_scoring: the points that other labels, and that other rules, weights and word lists, account for; None
    where it can't be told, because a side has no value or what made the newer score isn't installed any more.
    """

    score: str
    old: float | None
    new: float | None
    old_state: str
    new_state: str
    by_labels: float | None
    by_scoring: float | None
    why: str
    why_en: str

    @property
    def moved(self) -> bool:
        """Whether a reader would see a difference."""
        if self.old is None or self.new is None:
            return self.old_state != self.new_state
        return abs(self.new - self.old) >= POINTS_MIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescoring:
    """One call scored anew: when, which versions and labels moved, and each score before and after."""

    call_id: str
    at: datetime
    versions: tuple[VersionMove, ...]
    labels: tuple[LabelMove, ...]
    scores: tuple[ScoreMove, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many calls went which way. current: nothing newer was installed; skipped: without a basis or gone."""

    rescored: int
    moved: int  # of those rescored, with a score that reads differently
    current: int
    skipped: int
    failed: int


def compare(old: Analysis, new: Analysis, *, at: datetime, scorer: Scorer | None) -> Rescoring:
    """What moved between two scorings of the same words, and why.

    Args:
        at: when the newer took the older's place.
        scorer: what made the newer scores, or None where that isn't installed any more.
    """
    versions, labels = _versions(old, new), _labels(old, new)
    old_labels = scorer(old.utterances) if scorer else {}
    names = tuple(dict.fromkeys((*old.scores, *new.scores)))
    return Rescoring(
        call_id=new.call_id,
        at=at,
        versions=versions,
        labels=labels,
        scores=tuple(
            _score(name, old.scores.get(name), new.scores.get(name), old_labels.get(name), versions, labels)
            for name in names
        ),
    )


def history(box: Box, call_id: str, *, actor: str) -> tuple[Rescoring, ...]:
    """Every time a call was scored anew, oldest first. Raises: NotFound, Refused."""
    scored = box.score_history(call_id, actor=actor)
    return tuple(
        compare(old.analysis, new.analysis, at=old.replaced_at, scorer=box.scorer(new.analysis))
        for old, new in pairwise(scored)
        if old.replaced_at
    )


def rescore_calls(
    box: Box,
    call_ids: Sequence[str],
    *,
    actor: str,
    now: Callable[[], datetime],
    progress: Callable[[float], None] | None = None,
) -> tuple[Tally, tuple[Rescoring, ...]]:
    """Score calls anew, one transaction each; what a kill leaves undone is found again by the next run.

    Returns: how many went which way, and what moved in those whose scores read differently.
    """
    counted: Counter[str] = Counter()
    moves = []
    for done, call_id in enumerate(call_ids, start=1):
        outcome = rescore_one(box, call_id, actor=actor, now=now)
        if isinstance(outcome, Rescoring):
            counted["rescored"] += 1
            if any(score.moved for score in outcome.scores):
                moves.append(outcome)
        else:
            counted[outcome] += 1
        if progress:
            progress(done / len(call_ids))
    tally = Tally(
        rescored=counted["rescored"],
        moved=len(moves),
        current=counted["current"],
        skipped=counted["skipped"],
        failed=counted["failed"],
    )
    return tally, tuple(moves)


def rescore_one(box: Box, call_id: str, *, actor: str, now: Callable[[], datetime]) -> Rescoring | str:
    """Score one call anew: what moved, or "current", "skipped" or "failed". Never raises for the call's own sake."""
    try:
        pair = box.rescore(call_id, actor=actor)
    except (Refused, NotFound, Conflict):
        return "skipped"
    except BoxError:
        return "failed"
    return "current" if pair is None else compare(*pair, at=now(), scorer=box.scorer(pair[1]))


def _versions(old: Analysis, new: Analysis) -> tuple[VersionMove, ...]:
    before, after = cited_versions(old.scores), cited_versions(new.scores)
    return tuple(
        VersionMove(part=part, old=before.get(part), new=after.get(part))
        for part in dict.fromkeys((*before, *after))
        if before.get(part) != after.get(part)
    )


def _labels(old: Analysis, new: Analysis) -> tuple[LabelMove, ...]:
    before, after = _given(old), _given(new)
    return tuple(
        LabelMove(
            utterance=utterance, label=label, old=before.get((utterance, label)), new=after.get((utterance, label))
        )
        for utterance, label in sorted({*before, *after})
        if before.get((utterance, label)) != after.get((utterance, label))
    )


def _given(analysis: Analysis) -> dict[tuple[str, str], float]:
    """The surest of each label on each utterance."""
    pairs = ((utterance, label) for utterance in analysis.utterances for label in utterance.labels)
    given: dict[tuple[str, str], float] = {}
    for utterance, label in pairs:
        key = utterance.id, label.label
        given[key] = max(given.get(key, 0.0), label.probability)
    return given


def _score(
    name: str,
    old: Score | None,
    new: Score | None,
    between: Score | None,
    versions: Sequence[VersionMove],
    labels: Sequence[LabelMove],
) -> ScoreMove:
    before, after = old.value if old else None, new.value if new else None
    half_way = between.value if between else None
    by_labels, by_scoring = None, None
    if before is not None and after is not None and half_way is not None:
        by_labels, by_scoring = after - half_way, half_way - before
    why = _why(by_labels, by_scoring, versions, labels)
    return ScoreMove(
        score=name,
        old=before,
        new=after,
        old_state=old.state.value if old else "",
        new_state=new.state.value if new else "",
        by_labels=by_labels,
        by_scoring=by_scoring,
        why=why.zh,
        why_en=why.en,
    )


def _why(
    by_labels: float | None, by_scoring: float | None, versions: Sequence[VersionMove], labels: Sequence[LabelMove]
) -> Both:
    """Which part moved it: other labels, other scoring, or (where that can't be told apart) whatever is other."""
    told = []
    if labels and (by_labels is None or abs(by_labels) >= POINTS_MIN):
        told.append(_with_points(_told_labels(labels, [move for move in versions if _gives_labels(move)]), by_labels))
    parts = [move for move in versions if move.part.startswith(OWN)]
    if parts and (by_scoring is None or abs(by_scoring) >= POINTS_MIN):
        told.append(_with_points(_told_versions(parts), by_scoring))
    if not told:
        return Both("新旧版本给出同样的结果", "both versions come to the same")
    return Both("；".join(one.zh for one in told), "; ".join(one.en for one in told))


def _with_points(told: Both, points: float | None) -> Both:
    if points is None:
        return told
    by = signed(points, places=1)
    return Both(f"{told.zh}（{by}）", f"{told.en} ({by})")


def _gives_labels(move: VersionMove) -> bool:
    return not move.part.startswith(OWN) and move.part != "sottovoce"


def _told_labels(labels: Sequence[LabelMove], versions: Sequence[VersionMove]) -> Both:
    shown = [_told_label(move) for move in labels[:LABELS_TOLD_MAX]]
    rest = len(labels) - len(shown)
    more = Both(f"，另有 {rest} 处", f", and {rest} more") if rest else Both("", "")
    by = _told_versions(versions)
    return Both(
        (f"{by.zh}，" if versions else "") + "标签变了：" + "，".join(one.zh for one in shown) + more.zh,
        (f"{by.en}; " if versions else "") + "labels changed: " + ", ".join(one.en for one in shown) + more.en,
    )


def _told_label(move: LabelMove) -> Both:
    called = label_name(move.label)
    if move.old is None:
        return Both(f"{move.utterance} 新增“{called.zh}”", f"{called.en} found in {move.utterance}")
    if move.new is None:
        return Both(f"{move.utterance} 不再有“{called.zh}”", f"{called.en} no longer in {move.utterance}")
    return Both(
        f"{move.utterance} 的“{called.zh}”由 {move.old:.0%} 变为 {move.new:.0%}",
        f"{called.en} in {move.utterance} from {move.old:.0%} to {move.new:.0%}",
    )


def _told_versions(moves: Iterable[VersionMove]) -> Both:
    named = [(PARTS.get(move.part, Both(move.part, move.part)), move) for move in moves]
    return Both(
        "，".join(f"{part.zh}由 {move.old or '无'} 变为 {move.new or '无'}" for part, move in named),
        ", ".join(f"{part.en} from {move.old or 'none'} to {move.new or 'none'}" for part, move in named),
    )


def told(move: ScoreMove) -> Both:
    """One score's move in a sentence: old, new, why."""
    called = score_name(move.score)
    old, new = _number(move.old), _number(move.new)
    return Both(f"{called.zh} {old.zh} → {new.zh}：{move.why}", f"{called.en} {old.en} → {new.en}: {move.why_en}")


def _number(value: float | None) -> Both:
    return Both("无分数", "no number") if value is None else Both(f"{value:.0f}", f"{value:.0f}")
