"""How the two sides talked, as bars whose denominator is named and a table with every number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from edge.records import Analysis, SpeakerTalk, TalkMetrics
from edge.web.i18n import N_, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a bar; x and width in percent of the whole."""

    kind: str  # agent, customer, both, silence, hold, pause
    name: str  # message id
    share: float  # of the whole, 0 to 1
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A whole and its parts."""

    title: str  # message id
    whole: str  # message id naming the denominator
    whole_s: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure of both sides, ready to be read; percents are of the larger side, to draw them."""

    name: str  # message id
    agent: str
    customer: str
    agent_percent: float
    customer_percent: float


def bars(analysis: Analysis) -> tuple[Bar, ...]:
    """Shares of the time somebody speaks, and of the whole call."""
    talk = analysis.talk
    agent_s, customer_s = _talk_s(talk, "agent"), _talk_s(talk, "customer")
    sides = [("agent", N_("Agent"), agent_s), ("customer", N_("Customer"), customer_s)]
    shares = (
        _bar(N_("Who speaks"), N_("of the time in which someone speaks"), sides),
        _bar(N_("The whole call"), N_("of its length"), _whole(analysis, agent_s, customer_s)),
    )
    return tuple(bar for bar in shares if bar is not None)


def rows(talk: TalkMetrics, writer: Writer) -> tuple[Row, ...]:
    """The table of both sides; a measure that can't be known is a dash."""
    return tuple(
        _row(name, _read(talk, "agent", read), _read(talk, "customer", read), writer) for name, read in _MEASURES
    )


_Part = tuple[str, str, float]
_Measure = Callable[[SpeakerTalk], float | int | None]


def _whole(analysis: Analysis, agent_s: float, customer_s: float) -> list[_Part]:
    """The call's length in parts. What is neither speech nor long enough to count as silence are short pauses."""
    talk = analysis.talk
    both_s = min(talk.overlap_s, agent_s, customer_s)
    parts = [
        ("agent", N_("Agent"), agent_s - both_s),
        ("both", N_("Both at once"), both_s),
        ("customer", N_("Customer"), customer_s - both_s),
        ("silence", N_("Silence"), talk.silence_s),
        ("hold", N_("Hold"), talk.hold_s),
    ]
    known_s = sum(seconds for _, _, seconds in parts)
    return [*parts, ("pause", N_("Short pauses"), max(0.0, analysis.duration_s - known_s))]


def _talk_s(talk: TalkMetrics, side: str) -> float:
    return talk.speakers[side].talk_s if side in talk.speakers else 0.0


def _bar(title: str, whole: str, parts: list[_Part]) -> Bar | None:
    whole_s = sum(seconds for _, _, seconds in parts)
    if whole_s <= 0:
        return None
    laid, x = [], 0.0
    for kind, name, seconds in parts:
        width = 100 * seconds / whole_s
        laid.append(Part(kind=kind, name=name, share=seconds / whole_s, x=round(x, 3), width=round(width, 3)))
        x += width
    return Bar(title=title, whole=whole, whole_s=whole_s, parts=tuple(part for part in laid if part.width > 0))


def _read(talk: TalkMetrics, side: str, read: _Measure) -> float | None:
    return read(talk.speakers[side]) if side in talk.speakers else None


def _row(name: str, agent: float | None, customer: float | None, writer: Writer) -> Row:
    larger = max(agent or 0.0, customer or 0.0) or 1.0
    return Row(
        name=name,
        agent=_written(agent, writer),
        customer=_written(customer, writer),
        agent_percent=round(100 * (agent or 0.0) / larger, 2),
        customer_percent=round(100 * (customer or 0.0) / larger, 2),
    )


def _written(value: float | None, writer: Writer) -> str:
    if value is None:
        return "–"
    return writer.number(value, 0 if isinstance(value, int) else 1)


_MEASURES: Final[tuple[tuple[str, _Measure], ...]] = (
    (N_("Talk time (s)"), lambda side: side.talk_s),
    (N_("Turns"), lambda side: side.turns),
    (
        N_("Pace (characters a minute)"),
        lambda side: None if side.characters_per_min is None else round(side.characters_per_min),
    ),
    (N_("Longest monologue (s)"), lambda side: side.longest_monologue_s),
    (N_("Interruptions"), lambda side: side.interruptions),
    (N_("Back-channels"), lambda side: side.backchannels),
    (N_("Questions"), lambda side: side.questions),
    (N_("Questions a minute"), lambda side: side.questions_per_min),
    (N_("Patience before answering (s)"), lambda side: side.patience_s),
)
