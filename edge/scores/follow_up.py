"""Follow-up latency: how long a customer with an objection waits for the next contact.

The measure needs the events of later contacts. None are connected to the box yet, so no number is given; what the
call itself shows is listed: each objection, and what next contact was agreed after it.
"""

from __future__ import annotations

from datetime import datetime

from edge.records import Evidence, Score, ScoreState, Speaker
from edge.scores.conversation import Conversation, Mark, Turn, limits_of, unreadable
from edge.scores.explanation import unscored

LIMITS = ("还没有接入后续跟进的记录，等了多久无从得知；这里只列出通话中的异议和约定的下次联系。",)
OBJECTIONS = {
    "price": ("价格", "the price"),
    "trust": ("信任", "trust"),
    "timing": ("时机", "the timing"),
    "need": ("需要", "the need"),
    "competitor": ("竞品", "a competitor"),
    "quality": ("质量", "the quality"),
    "authority": ("决定权", "who decides"),
}


def score_follow_up(conversation: Conversation, *, versions: dict[str, str]) -> Score:
    """List what a follow-up would be measured from. Never a value while no follow-up events are connected."""
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
