"""Single things that could have been otherwise in a call, each as the call it would then have been.

An edit takes away what was said, or adds what wasn't; the scoring function itself then says what that had changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from edge.explain.quotes import QuoteWords
from edge.explain.wording import Both
from edge.records import AnalysedUtterance, Certainty, Label, Score, ScoreState, Speaker

Call = tuple[AnalysedUtterance, ...]

SURE = 0.9
"""Probability of a label that an edit adds: a sentence said plainly, as the marked calls have them."""

LEFT_OUT_MAX = 8
ADDED_MAX = 8
"""How much is tried of each: every edit scores the whole call once, some milliseconds, while a reader waits."""

FOLLOW_UPS_MAX = 4
"""Customer turns that are tried with a further question: the longest, which offer most to ask about."""

MADE_BY = {
    ("empathy", True): ("empathy", "emotion_positive"),
    ("empathy", False): ("pressure",),  # what a customer feels can't be wished away: see `_answered`
    ("over_promise_risk", True): ("over_promise",),
    ("over_promise_risk", False): ("hedge",),
    ("discovery_depth", True): ("discovery_question", "deep_discovery"),
    ("emotion_swing", True): ("emotion_positive", "buying_signal"),
    ("emotion_swing", False): ("emotion_negative", "complaint", "objection"),
}
"""Labels that evidence for (True) or against a score rests on."""

CAREFUL = (Certainty.HEDGED, Certainty.DECLINED)
"""Promises that soften another by being made with care."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One thing otherwise. what: as the second half of “had …” / “如果…”. call: the utterances as they'd be."""

    utterance: str
    what: Both
    call: Call


def edits(name: str, score: Score, call: Sequence[AnalysedUtterance], words: QuoteWords) -> Iterator[Edit]:
    """Everything worth trying on one score: leave out what made it, strongest first, and add what it lacked."""
    spoken = tuple(call)
    yield from islice(_left_out(name, score, spoken, words), LEFT_OUT_MAX)
    yield from islice(_added(name, score, spoken, words), ADDED_MAX)


def _left_out(name: str, score: Score, call: Call, words: QuoteWords) -> Iterator[Edit]:
    by_id = {utterance.id: utterance for utterance in call}
    for evidence in sorted(score.evidence, key=lambda found: -abs(found.contribution)):
        said = by_id.get(evidence.utterance)
        dropped = MADE_BY.get((name, evidence.contribution > 0), ())
        if said and evidence.contribution and (unsaid := _unsaid(said, dropped)) != said:
            yield _without(words(said.id, evidence.span), unsaid, call)


def _added(name: str, score: Score, call: Call, words: QuoteWords) -> Iterator[Edit]:
    match name:
        case "empathy":
            yield from _not_pushed(call, words)
            yield from _answered(score, call, words)
        case "over_promise_risk":
            yield from _hedged(score, call, words)
        case "discovery_depth":
            yield from _followed_up(call, words)


def _without(quoted: str, unsaid: AnalysedUtterance, call: Call) -> Edit:
    what = Both(f"没有说“{quoted}”", f"“{quoted}” not been said")
    return Edit(utterance=unsaid.id, what=what, call=_with(call, unsaid))


def _unsaid(said: AnalysedUtterance, dropped: Collection[str]) -> AnalysedUtterance:
    """The utterance without these labels, and without the promises that say the same."""
    promises = said.promises
    if "over_promise" in dropped:
        promises = ()
    elif "hedge" in dropped:
        promises = tuple(promise for promise in promises if promise.certainty not in CAREFUL)
    return replace(said, labels=tuple(one for one in said.labels if one.label not in dropped), promises=promises)


def _not_pushed(call: Call, words: QuoteWords) -> Iterator[Edit]:
    """Over-promises left out: right after warm words they make these a lead-in."""
    for said in call:
        spans = [label.span for label in said.labels if label.label == "over_promise"]
        if spans:
            yield _without(words(said.id, spans[0]), _unsaid(said, ("over_promise",)), call)


def _answered(score: Score, call: Call, words: QuoteWords) -> Iterator[Edit]:
    """A sentence of empathy in the agent's next turn after each feeling that nobody took up."""
    by_id = {utterance.id: utterance for utterance in call}
    missed = [by_id.get(evidence.utterance) for evidence in score.evidence if evidence.contribution < 0]
    for said in missed:
        answer = _next_of_agent(call, said) if said and said.speaker is Speaker.CUSTOMER else None
        if said and answer:
            quoted = words(said.id, None)
            what = Both(f"听到“{quoted}”后先体谅一句", f"“{quoted}” been met with a sentence of empathy")
            yield Edit(utterance=answer.id, what=what, call=_with(call, _labelled(answer, "empathy")))
    if score.state is ScoreState.NO_OPPORTUNITY and (said := _longest(call, Speaker.CUSTOMER)):
        quoted = words(said.id, None)
        what = Both(f"客户在“{quoted}”里流露出着急或不满", f"the customer shown worry or anger in “{quoted}”")
        yield Edit(utterance=said.id, what=what, call=_with(call, _labelled(said, "emotion_negative")))


def _hedged(score: Score, call: Call, words: QuoteWords) -> Iterator[Edit]:
    """A condition right after each over-promise; where there is none, a careful promise made without its care."""
    firm = [said for said in call if said.has("over_promise") and not said.has("hedge")]
    for said in firm:
        quoted = words(said.id, next(label.span for label in said.labels if label.label == "over_promise"))
        what = Both(f"在“{quoted}”后面补一句条件或变数", f"“{quoted}” been followed by a condition")
        yield Edit(utterance=said.id, what=what, call=_with(call, _labelled(said, "hedge")))
    if score.value == 0.0:
        for said in (said for said in call if said.speaker is Speaker.AGENT and said.has("commitment")):
            quoted = words(said.id, None)
            what = Both(f"把“{quoted}”说成毫无条件的保证", f"“{quoted}” been put as an unconditional assurance")
            yield Edit(utterance=said.id, what=what, call=_with(call, _labelled(said, "over_promise")))


def _followed_up(call: Call, words: QuoteWords) -> Iterator[Edit]:
    """A question that follows up, in agent turns that came after a customer's and asked nothing."""
    answered = [
        (said, answer)
        for said in call
        if said.speaker is Speaker.CUSTOMER and not said.speaker_doubtful and (answer := _next_of_agent(call, said))
    ]
    silent = [(said, answer) for said, answer in answered if not answer.has("discovery_question")]
    for said, answer in sorted(silent, key=lambda pair: -len(pair[0].text))[:FOLLOW_UPS_MAX]:
        quoted = words(said.id, None)
        what = Both(f"听到“{quoted}”后顺着追问一句", f"“{quoted}” been followed up with a question")
        asking = _labelled(answer, "discovery_question", "deep_discovery")
        yield Edit(utterance=answer.id, what=what, call=_with(call, asking))


def _labelled(said: AnalysedUtterance, *names: str) -> AnalysedUtterance:
    added = tuple(Label(label=name, probability=SURE) for name in names if not said.has(name))
    return replace(said, labels=(*said.labels, *added))


def _with(call: Call, changed: AnalysedUtterance) -> Call:
    return tuple(changed if utterance.id == changed.id else utterance for utterance in call)


def _next_of_agent(call: Call, said: AnalysedUtterance) -> AnalysedUtterance | None:
    later = (one for one in call if one.speaker is Speaker.AGENT and not one.speaker_doubtful)
    return min((one for one in later if one.start_s > said.start_s), key=lambda one: one.start_s, default=None)


def _longest(call: Call, speaker: Speaker) -> AnalysedUtterance | None:
    return max((one for one in call if one.speaker is speaker), key=lambda one: len(one.text), default=None)
