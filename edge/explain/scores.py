"""One score as a paragraph: what it means, what made it, what spoke against, what would have changed it, how sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edge.explain.edits import Edit, edits
from edge.explain.quotes import Quote, QuoteWords, evidence_quote, quoting
from edge.explain.recompute import Scorer
from edge.explain.wording import POINTS_MIN, STATES, Both, direction, meaning, score_name, signed, sure_of_interval
from edge.records import AnalysedUtterance, Score

TOLD_MAX = 3
"""Quotes and changes that the paragraph names on each side; the rest stands in the lists."""

CHANGES_UNKNOWN = Both(
    "这个分数不是用现在安装的版本算的，重新评分之后才能推算怎样会不同",
    "this score wasn't made with the versions installed, so what would have changed it can be told only once the call "
    "is scored again",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One single thing otherwise, and the score it would have made.

    value: the score then, or None if there'd be none. by: points more or less; None where either has no value.
    """

    utterance: str
    what: str
    what_en: str
    value: float | None
    by: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreExplanation:
    """A score explained. zh, en: the paragraph; limits (of the score, Chinese) and versions belong with it.

    made_by, against: evidence for and against, strongest first; considered: what was read and gave no points.
    changes: what would have changed it, the strongest first.
    """

    score: str
    value: float | None
    interval: tuple[float, float] | None
    state: str
    zh: str
    en: str
    made_by: tuple[Quote, ...]
    against: tuple[Quote, ...]
    considered: tuple[Quote, ...]
    changes: tuple[Change, ...]
    versions: Mapping[str, str]
    limits: tuple[str, ...]


def explain_score(
    name: str,
    score: Score,
    call: Sequence[AnalysedUtterance],
    *,
    shown: Sequence[AnalysedUtterance],
    scorer: Scorer | None,
) -> ScoreExplanation:
    """Explain one score of a call.

    Args:
        score: as this reader may see it.
        call: the utterances as they were said, unmasked.
        shown: the same as this reader may see them.
        scorer: what made the score, or None if that isn't installed any more: then no change can be computed.
    """
    by_id = {utterance.id: utterance for utterance in shown}
    known = [(found, by_id[found.utterance]) for found in score.evidence if found.utterance in by_id]
    known.sort(key=lambda pair: -abs(pair[0].contribution))
    quoted = [evidence_quote(found, said) for found, said in known]
    made_by = tuple(quote for quote in quoted if (quote.contribution or 0.0) >= POINTS_MIN)
    against = tuple(quote for quote in quoted if (quote.contribution or 0.0) <= -POINTS_MIN)
    considered = tuple(quote for quote in quoted if quote not in made_by and quote not in against)
    computable = scorer if scorer and _comes_out(scorer(call).get(name), score) else None
    changes = what_would_change(name, score, call, scorer=computable, words=quoting(shown)) if computable else ()
    told = _paragraph(name, score, made_by, against, considered, changes, computed=computable is not None)
    return ScoreExplanation(
        score=name,
        value=score.value,
        interval=score.interval,
        state=score.state.value,
        zh=told.zh,
        en=told.en,
        made_by=made_by,
        against=against,
        considered=considered,
        changes=changes,
        versions=score.versions,
        limits=score.limits,
    )


def what_would_change(
    name: str, score: Score, call: Sequence[AnalysedUtterance], *, scorer: Scorer, words: QuoteWords
) -> tuple[Change, ...]:
    """Try single edits with the scoring function itself; those that move the score, the strongest first."""
    tried = (_change(edit, name, score, scorer) for edit in edits(name, score, call, words))
    moving = [change for change in tried if change.by is None or abs(change.by) >= POINTS_MIN]
    moving = [change for change in moving if change.by is not None or change.value is not None]
    return tuple(sorted(moving, key=lambda change: -abs(change.by or 0.0)))


def _comes_out(computed: Score | None, score: Score) -> bool:
    """Whether the scorer gives the score itself; only then do its other values say anything."""
    if computed is None or computed.value is None or score.value is None:
        return computed is not None and computed.value == score.value
    return abs(computed.value - score.value) < POINTS_MIN


def _change(edit: Edit, name: str, score: Score, scorer: Scorer) -> Change:
    value = scorer(edit.call)[name].value
    by = value - score.value if value is not None and score.value is not None else None
    return Change(utterance=edit.utterance, what=edit.what.zh, what_en=edit.what.en, value=value, by=by)


def _paragraph(
    name: str,
    score: Score,
    made_by: Sequence[Quote],
    against: Sequence[Quote],
    considered: Sequence[Quote],
    changes: Sequence[Change],
    *,
    computed: bool,
) -> Both:
    sentences = [_what_it_says(name, score), *_reasons(score, made_by, against, considered)]
    sentences += _changes(changes) if computed else [CHANGES_UNKNOWN]
    sentences += [*_how_sure(score), _made_with(score)]
    zh, en = "。".join(one.zh for one in sentences), ". ".join(_capital(one.en) for one in sentences)
    return Both(f"{zh}。", f"{en}.")


def _what_it_says(name: str, score: Score) -> Both:
    called = score_name(name)
    if score.value is None:
        state = STATES[score.state]
        return Both(f"{called.zh}：{state.zh}", f"{called.en}: {state.en}")
    end, says = direction(name), meaning(name, score.value)
    points = f"{score.value:.0f}"
    return Both(
        f"{called.zh}：{points} 分（满分 100，{end.zh}）" + (f"，意思是{says.zh}" if says else ""),
        f"{called.en}: {points} of 100 ({end.en})" + (f": {says.en}" if says else ""),
    )


def _reasons(
    score: Score, made_by: Sequence[Quote], against: Sequence[Quote], considered: Sequence[Quote]
) -> list[Both]:
    if score.value is None or not (made_by or against):
        return [_listed(Both("看过的话", "what was read"), considered)] if considered else []
    told = [_listed(Both("主要凭这些话", "it rests on"), made_by)] if made_by else []
    if against:
        return [*told, _listed(Both("往另一边拉的话", "what spoke against"), against)]
    return [*told, Both("没有找到往另一边拉的话", "nothing was found that spoke against")]


def _listed(title: Both, quotes: Sequence[Quote]) -> Both:
    shown = [(quote.told(), _because(quote)) for quote in quotes[:TOLD_MAX]]
    rest = len(quotes) - len(shown)
    more = Both(f"；另有 {rest} 处", f"; and {rest} more") if rest else Both("", "")
    return Both(
        f"{title.zh}：" + "；".join(f"{told.zh}（{why.zh}）" for told, why in shown) + more.zh,
        f"{title.en}: " + "; ".join(f"{told.en} ({why.en})" for told, why in shown) + more.en,
    )


def _because(quote: Quote) -> Both:
    points = quote.contribution or 0.0
    why = Both(quote.why.rstrip("。"), (quote.why_en or quote.why).rstrip("."))
    if abs(points) < POINTS_MIN:
        return why
    return Both(
        f"{'加' if points > 0 else '减'} {abs(points):.1f} 分，{why.zh}",
        f"{signed(points, places=1)} points: {why.en[:1].lower()}{why.en[1:]}",
    )


def _changes(changes: Sequence[Change]) -> list[Both]:
    """The single change that moves the score most, then the strongest the other way: what it hung on, what helps."""
    if not changes:
        return [Both("没有哪一处单独的改动会改变这个结果", "no single change would have moved it")]
    first = changes[0]
    other = next((change for change in changes if (change.by or 0.0) * (first.by or 0.0) < 0), None)
    told = [_told_change(first, Both("影响最大的一处改动：", "the single change that moves it most: "))]
    return [*told, _told_change(other, Both("反过来，", "the other way round, "))] if other else told


def _told_change(change: Change, opening: Both) -> Both:
    if change.value is None:
        return Both(f"{opening.zh}如果{change.what}，就不会有分数", f"{opening.en}had {change.what_en}, no number")
    by = "" if change.by is None else signed(change.by, places=0)
    return Both(
        f"{opening.zh}如果{change.what}，会是 {change.value:.0f} 分" + (f"（{by}）" if by else ""),
        f"{opening.en}had {change.what_en}, it would be {change.value:.0f}" + (f" ({by})" if by else ""),
    )


def _how_sure(score: Score) -> Iterable[Both]:
    if score.interval is None:
        return ()
    low, high = score.interval
    sure = sure_of_interval(low, high)
    return (
        Both(
            f"{sure.zh}：十有八九在 {low:.0f} 到 {high:.0f} 分之间",
            f"{sure.en}: nine times in ten it lies between {low:.0f} and {high:.0f}",
        ),
    )


def _made_with(score: Score) -> Both:
    rules, weights = score.versions.get("scores_rules", "–"), score.versions.get("scores_weights", "–")
    return Both(f"评分规则第 {rules} 版，权重 {weights}", f"made by scoring rules {rules}, weights {weights}")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
