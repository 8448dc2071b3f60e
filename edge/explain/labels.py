"""One label as a paragraph: the words that made it, what spoke against it, how sure, and which words it hung on.

The judge itself is asked again with words taken out: clause by clause, then word by word where a clause mattered. What
lowers the probability when it is gone had made the label; what raises it had spoken against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from edge.explain.judge import Judge
from edge.explain.pieces import Span, clauses, without, words
from edge.explain.quotes import Quote, span_quote
from edge.explain.wording import Both, label_name, sure_of_label
from edge.records import AnalysedUtterance, Label, Language, Utterance

WORDS_MAX = 32
"""Words of one utterance that are tried singly; its clauses are all tried."""

MOVED_MIN = 0.01
"""A probability that moves less is the same to a reader."""

TOGETHER_MAX = 3
"""Clauses taken out together before we say that no few words carry the label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelExplanation:
    """A label explained. zh, en: the paragraph. text: the utterance as this reader may see it.

    made_by: the words that decided, as the language stage marked them, then clauses whose loss lowers the probability.
    against: clauses whose loss raises it. turning: the fewest words whose loss would have taken the label away.
    context: whether what was said before was needed.
    judged: whether the judge installed gives the label at all; if not, made_by is all there is.
    """

    utterance: str
    text: str
    label: str
    kind: str | None
    probability: float
    rule: str
    zh: str
    en: str
    made_by: tuple[Quote, ...]
    against: tuple[Quote, ...]
    turning: tuple[Quote, ...]
    context: bool
    judged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trials:
    """What the judge says of the utterance whole, without each clause, each word, and what was said before."""

    whole: Mapping[str, float]
    clauses: dict[Span, Mapping[str, float]]
    words: dict[Span, Mapping[str, float]]
    alone: Mapping[str, float]

    def drops(self, name: str) -> dict[Span, float]:
        """How much each clause's loss lowers a label's probability."""
        return {clause: self.whole[name] - found.get(name, 0.0) for clause, found in self.clauses.items()}


def explain_labels(
    said: AnalysedUtterance,
    *,
    shown: AnalysedUtterance,
    before: Sequence[AnalysedUtterance],
    judge: Judge,
    started_at: datetime,
    language: Language,
) -> tuple[LabelExplanation, ...]:
    """Explain every label of one utterance, surest first. Without labels nothing is asked.

    Args:
        said: the utterance as it was said, unmasked.
        shown: the same as this reader may see it.
        before: what was said before it, the latest last.
    """
    if not said.labels:
        return ()
    asked = _Asked(said, before=before, judge=judge, started_at=started_at, language=language)
    trials = asked.trials()
    surest_first = sorted(shown.labels, key=lambda label: -label.probability)
    return tuple(_explain(label, shown, trials, asked) for label in surest_first)


class _Asked:
    """One utterance in its place, and the judge that is asked about it."""

    def __init__(
        self,
        said: AnalysedUtterance,
        *,
        before: Sequence[AnalysedUtterance],
        judge: Judge,
        started_at: datetime,
        language: Language,
    ) -> None:
        self._said = said.heard
        self._before = tuple(one.heard for one in before)
        self._judge, self._started_at, self._language = judge, started_at, language

    def trials(self) -> _Trials:
        """Ask without each clause, without each word of the clauses that mattered, and without what was said before."""
        text = self._said.text
        whole, *rest = self.without([()] + [(clause,) for clause in clauses(text)])
        by_clause = dict(zip(clauses(text), rest, strict=True))
        mattering = [clause for clause, found in by_clause.items() if _moved(whole, found)]
        tried = [word for clause in mattering for word in words(text, clause)][:WORDS_MAX]
        by_word = dict(zip(tried, self.without([(word,) for word in tried]), strict=True))
        (alone,) = self._ask([self._said], before=())
        return _Trials(whole=whole, clauses=by_clause, words=by_word, alone=alone)

    def without(self, taken: Sequence[tuple[Span, ...]]) -> tuple[Mapping[str, float], ...]:
        """What the judge says without each of these groups of stretches."""
        text = self._said.text
        variants = [replace(self._said, text=without(text, spans), words=()) for spans in taken]
        return self._ask(variants, before=self._before) if variants else ()

    def _ask(self, variants: Sequence[Utterance], *, before: Sequence[Utterance]) -> tuple[Mapping[str, float], ...]:
        return self._judge.judge(variants, before=before, started_at=self._started_at, language=self._language)


def _moved(whole: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return any(abs(whole.get(name, 0.0) - other.get(name, 0.0)) >= MOVED_MIN for name in {*whole, *other})


def _explain(label: Label, shown: AnalysedUtterance, trials: _Trials, asked: _Asked) -> LabelExplanation:
    name, judged = label.label, label.label in trials.whole
    drops = trials.drops(name) if judged else {}
    made = [span for span, drop in sorted(drops.items(), key=lambda item: -item[1]) if drop >= MOVED_MIN]
    against = [span for span, drop in sorted(drops.items(), key=lambda item: item[1]) if drop <= -MOVED_MIN]
    turning = _turning(name, trials, asked) if judged else ()
    context = judged and trials.whole[name] - trials.alone.get(name, 0.0) >= MOVED_MIN
    own = [label.span] if label.span else []
    quoted_by = [span_quote(shown, span) for span in [*own, *(span for span in made if not _touches(own, span))]]
    quoted_against = [span_quote(shown, span) for span in against]
    exact = [span_quote(shown, span, exactly=True) for span in turning]
    told = _paragraph(label, quoted_by, quoted_against, exact, context=context, judged=judged)
    return LabelExplanation(
        utterance=shown.id,
        text=shown.text,
        label=name,
        kind=label.kind,
        probability=label.probability,
        rule=label.why,
        zh=told.zh,
        en=told.en,
        made_by=tuple(quoted_by),
        against=tuple(quoted_against),
        turning=tuple(exact),
        context=context,
        judged=judged,
    )


def _turning(name: str, trials: _Trials, asked: _Asked) -> tuple[Span, ...]:
    """The fewest words whose loss takes the label away: a word or a clause, else the strongest clauses one by one."""
    single = [span for span, found in (trials.words | trials.clauses).items() if name not in found]
    if single:
        return (min(single, key=lambda span: span[1] - span[0]),)
    left = list(trials.clauses)
    taken: tuple[Span, ...] = ()
    for _ in range(min(TOGETHER_MAX, len(left) - 1)):
        tried = [(*taken, clause) for clause in left]
        found = asked.without(tried)
        chances = [judged.get(name, 0.0) for judged in found]
        best = chances.index(min(chances))
        taken = tried[best]
        if name not in found[best]:
            return _needed(name, tuple(sorted(taken)), asked)
        del left[best]
    return ()


def _needed(name: str, taken: tuple[Span, ...], asked: _Asked) -> tuple[Span, ...]:
    """Those of the clauses taken out without which the label would stay: the first ones may have been a blind step."""
    for clause in taken:
        fewer = tuple(span for span in taken if span != clause)
        if fewer and name not in asked.without([fewer])[0]:
            return _needed(name, fewer, asked)
    return taken


def _touches(own: Sequence[Span], clause: Span) -> bool:
    return any(start < clause[1] and clause[0] < end for start, end in own)


def _paragraph(
    label: Label,
    made: Sequence[Quote],
    against: Sequence[Quote],
    turning: Sequence[Quote],
    *,
    context: bool,
    judged: bool,
) -> Both:
    called, sure = label_name(label.label), sure_of_label(label.probability)
    share = f"{label.probability:.0%}"
    rule = Both(f"，规则“{label.why}”", f", by the rule “{label.why}”") if label.why else Both("", "")
    sentences = [Both(f"{called.zh}：{sure.zh}（{share}）{rule.zh}", f"{called.en}: {sure.en} ({share}){rule.en}")]
    sentences += [_listed(Both("凭的话", "made by"), made)] if made else []
    if not judged:
        gone = Both(
            "现在安装的版本不会再给这个标签，所以推算不出改动的影响",
            "the version installed wouldn't give it any more, so what would have turned it can't be told",
        )
        return _joined([*sentences, gone])
    nothing = Both("没有找到让它动摇的话", "nothing in the words spoke against it")
    sentences.append(_listed(Both("让它动摇的话", "what spoke against it"), against) if against else nothing)
    sentences.append(_turned(turning))
    if context:
        needed = Both("还靠了前面说的话：单看这一句把握会变小", "what was said before counted as well")
        sentences.append(needed)
    return _joined(sentences)


def _turned(turning: Sequence[Quote]) -> Both:
    if not turning:
        return Both("去掉一两处话不足以推翻它", "taking out a few words would not have turned it")
    zh = "、".join(f"“{quote.words}”" for quote in turning)
    en = " and ".join(f"“{quote.words}”" for quote in turning)
    return Both(f"如果没有{zh}，就不会有这个标签", f"without {en} it would not have been given")


def _listed(title: Both, quotes: Sequence[Quote]) -> Both:
    zh, en = "、".join(f"“{quote.words}”" for quote in quotes), ", ".join(f"“{quote.words}”" for quote in quotes)
    return Both(f"{title.zh}：{zh}", f"{title.en}: {en}")


def _joined(sentences: Sequence[Both]) -> Both:
    zh, en = "。".join(one.zh for one in sentences), ". ".join(one.en[:1].upper() + one.en[1:] for one in sentences)
    return Both(f"{zh}。", f"{en}.")
