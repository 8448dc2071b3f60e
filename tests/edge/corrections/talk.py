"""A short call with what a machine might have found in it, some of it wrong."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from edge.records import (
    Analysis,
    Certainty,
    Commitment,
    Label,
    PiiSpan,
    Promised,
    Promiser,
    Speaker,
)
from tests.edge.web.analyses import an_analysis, an_utterance

CST = timezone(timedelta(hours=8))
STARTED_AT = datetime(2026, 3, 2, 10, 15, tzinfo=CST)
DUE_AT = datetime(2026, 3, 3, 23, 59, 59, tzinfo=CST)
GREETING, OBJECTION, EMPATHY, PROMISE, UNCLEAR = "u0001", "u0002", "u0003", "u0004", "u0005"
NAME = "欧阳秀兰"  # spoken in EMPATHY


def a_talk() -> Analysis:
    """Five utterances: a greeting, an objection, empathy with a name in it, a promise, and one of nobody known."""
    return an_analysis(
        an_utterance(1, text="您好，这里是青岚家居。"),
        an_utterance(
            2,
            text="这也太贵了，上回就坑过我。",
            speaker=Speaker.CUSTOMER,
            labels=(a_label("objection", kind="price"), a_label("complaint")),
        ),
        an_utterance(
            3,
            text=f"{NAME}女士，换成我也会着急。",
            labels=(a_label("empathy"),),
            pii=(PiiSpan(start=0, end=len(NAME), type="person"),),
        ),
        an_utterance(
            4,
            text="如果有货，明天一定给您送到。",
            labels=(a_label("commitment"), a_label("over_promise", kind="no_risk")),
            commitment=Commitment(what="送货", due="明天", due_at=DUE_AT),
            promises=(a_promise(),),
        ),
        an_utterance(5, text="嗯，行吧。", speaker=Speaker.UNKNOWN, speaker_doubtful=True),
        started_at=STARTED_AT,
    )


def a_label(label: str, *, kind: str | None = None) -> Label:
    return Label(label=label, probability=0.8, kind=kind)


def a_promise() -> Promised:
    return Promised(
        who=Promiser.FIRM,
        kind="delivery_time",
        what="送货",
        certainty=Certainty.ABSOLUTE,
        due="明天",
        due_at=DUE_AT,
        condition="有货",
    )
