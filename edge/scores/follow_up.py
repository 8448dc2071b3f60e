"""Follow-up latency: how long a customer with an objection waits for the next contact.

At the analysis nobody can know it. What the call itself shows is stored: each objection, and what next contact was
agreed after it. Whoever reads the score later sees it joined with the contacts known at that moment: a value once one
has come, "still waiting" before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from edge.records import AnalysedUtterance, Evidence, Score, ScoreState, Speaker
from edge.scores.conversation import Conversation, Mark, Turn, limits_of, unreadable
from edge.scores.explanation import REASONS, unscored
from edge.scores.weights import FollowUpWeights

LIMITS = ("只知道接入本机的跟进记录和本机上的呼出通话；别的联系看不到。约定的日期只列出，不影响分数。",)
OBJECTIONS = {
    "price": ("价格", "the price"),
    "trust": ("信任", "trust"),
    "timing": ("时机", "the timing"),
    "need": ("需要", "the need"),
    "competitor": ("竞品", "a competitor"),
    "quality": ("质量", "the quality"),
    "authority": ("决定权", "who decides"),
}
SECONDS_PER_HOUR = 3600.0


def score_follow_up(conversation: Conversation, *, versions: dict[str, str]) -> Score:
    """List what a follow-up is measured from. Never a value: no contact after the call can be known yet."""
    limits = (*LIMITS, *limits_of(conversation))
    reason = unreadable(conversation, sides=(Speaker.CUSTOMER,))
    if reason is not None:
        return unscored(reason, versions=versions, limits=limits)
    objections = [
        (turn.index, mark) for turn in conversation.of(Speaker.CUSTOMER) if (mark := turn.strongest("objection"))
    ]
    if not objections:
        return unscored(ScoreState.NO_OPPORTUNITY, versions=versions, limits=limits)
    offers = [(turn.index, mark) for turn in conversation.of(Speaker.AGENT) if (mark := _agreement(turn))]
    last_offer = max((index for index, _ in offers), default=-1)
    return unscored(
        ScoreState.NOT_ENOUGH_EVIDENCE,
        versions=versions,
        limits=limits,
        evidence=(
            *(_objection_evidence(mark, agreed=index < last_offer) for index, mark in objections),
            *(_offer_evidence(mark) for _, mark in offers),
        ),
    )


def objection_times(
    score: Score, utterances: Iterable[AnalysedUtterance], *, started_at: datetime
) -> tuple[tuple[str, datetime], ...]:
    """Each objection that a stored score lists, by its utterance, with the time it was made; earliest first."""
    said = {one.id: one for one in utterances if one.speaker is Speaker.CUSTOMER}
    objections = [said[piece.utterance] for piece in score.evidence if piece.utterance in said]
    made = [(one.id, started_at + timedelta(seconds=one.start_s)) for one in objections]
    return tuple(sorted(made, key=lambda each: each[1]))


def with_contact(
    score: Score, made: tuple[tuple[str, datetime], ...], contact: datetime | None, *, weights: FollowUpWeights
) -> Score:
    """The score as it stands now: a value from the wait of the first objection, or "still waiting".

    Args:
        score: as stored.
        made: its objections, from `objection_times`; without any, the score stays as it is.
        contact: the first one after the call, or None.
    """
    if not made:
        return score
    limits = tuple(limit for limit in score.limits if limit not in REASONS.values())
    first, last = made[0], made[-1]
    if contact is None:
        waiting = f"自 {first[1]:%Y-%m-%d %H:%M} 提出异议以来还没有跟进记录，仍在等待（截尾观察，不算零分）。"
        return replace(score, limits=(waiting, *limits))
    hours = wait_h(first[1], contact)
    value = worth(hours, weights=weights)
    return Score(
        value=value,
        interval=(value, worth(wait_h(last[1], contact), weights=weights)),
        state=ScoreState.SCORED,
        evidence=_with_wait(score.evidence, dict(made), first[0], contact, value=value),
        versions=score.versions,
        limits=(f"从第一个异议到第一次跟进隔了 {hours:.1f} 小时。", *limits),
    )


def wait_h(since: datetime, until: datetime) -> float:
    """Hours between two moments, never negative."""
    return max(0.0, (until - since).total_seconds() / SECONDS_PER_HOUR)


def worth(hours: float, *, weights: FollowUpWeights) -> float:
    """A wait as a value: 100 at once, half of it for each half-life."""
    return 100.0 * float(2.0 ** (-hours / weights.half_life_h))


def _with_wait(
    evidence: Iterable[Evidence], made: Mapping[str, datetime], first: str, contact: datetime, *, value: float
) -> tuple[Evidence, ...]:
    """The evidence with each objection's wait; the first one makes the value."""
    return tuple(
        replace(
            piece,
            contribution=value if piece.utterance == first else 0.0,
            why=f"{piece.why}{wait_h(made[piece.utterance], contact):.1f} 小时后有了第一次跟进。",
            why_en=f"{piece.why_en} The first follow-up came {wait_h(made[piece.utterance], contact):.1f} hours later.",
        )
        if piece.utterance in made
        else piece
        for piece in evidence
    )


def _agreement(turn: Turn) -> Mark | None:
    """What next contact one agent turn fixes: an offer of one, or a commitment with a due time."""
    dated = [mark for mark in turn.marks("commitment") if due_of(mark) is not None]
    return turn.strongest("follow_up_offer") or max(dated, key=lambda mark: mark.weight, default=None)


def due_of(mark: Mark) -> datetime | None:
    """When the commitment in the mark's utterance is due, if it says so."""
    return mark.utterance.commitment.due_at if mark.utterance.commitment else None


def _objection_evidence(mark: Mark, *, agreed: bool) -> Evidence:
    kind, kind_en = OBJECTIONS.get(mark.label.kind or "", ("", ""))
    about, about_en = (f"{kind}方面的" if kind else "", f" about {kind_en}" if kind_en else "")
    return Evidence(
        utterance=mark.utterance.id,
        span=mark.label.span,
        contribution=0.0,
        why=f"客户提出了{about}异议；之后{'约定了下次联系' if agreed else '没有约定下次联系'}。",
        why_en=f"An objection{about_en}; afterwards {'a' if agreed else 'no'} next contact was agreed.",
    )


def _offer_evidence(mark: Mark) -> Evidence:
    due = due_of(mark)
    when, when_en = (f"，最晚 {due:%Y-%m-%d %H:%M}", f", due {due:%Y-%m-%d %H:%M}") if due else ("", "")
    return Evidence(
        utterance=mark.utterance.id,
        span=mark.label.span,
        contribution=0.0,
        why=f"约定了下次联系{when}。",
        why_en=f"A next contact was agreed{when_en}.",
    )
