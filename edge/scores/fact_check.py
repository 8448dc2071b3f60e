"""One promise held against one row of the facts table: contradicted, backed, or not judged."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

from edge.records import Certainty, Promised
from edge.scores.facts import KINDS, Authority, Fact, Grounds, RefundPolicy

# As the language stage hands them on: no limit of time at all.
ANY_TIME = frozenset({"随时", "任何时候", "什么时候都", "什么时候想", "any time", "anytime", "whenever"})
Z_P90 = NormalDist().inv_cdf(0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the facts say of a promise.

    fails: the chance that it fails where they contradict it; None where they back it.
    why, why_en: for a salesperson to read.
    """

    fails: float | None
    why: str
    why_en: str

    @property
    def backed(self) -> bool:
        """Whether the facts support the promise."""
        return self.fails is None


def judge(promise: Promised, row: Fact, *, said: str, grounds: Grounds, contradicted: float) -> Verdict | None:
    """Hold a promise against a row. What contradicts it most counts; it is backed only where nothing contradicts it.

    Args:
        said: the promise's words, to be quoted.
        contradicted: the chance that a promise fails which the facts rule out.
    """
    verdicts = list(_verdicts(promise, said, row, grounds, contradicted))
    against = [verdict for verdict in verdicts if not verdict.backed]
    return max(against, key=lambda verdict: verdict.fails or 0.0) if against else next(iter(verdicts), None)


def late(days: float, *, p50_days: float | None, p90_days: float, certain: float) -> float:
    """The chance that an order takes longer than `days`, of a log-normal lead time through both quantiles.

    Args:
        certain: the most it can be, and what it is where only the upper quantile is known and missed.
    """
    spread = math.log(p90_days) - math.log(p50_days) if p50_days and p90_days else 0.0
    if days <= 0 or not p50_days or spread <= 0.0:
        return certain if days < p90_days else 0.0
    z = Z_P90 * (math.log(days) - math.log(p50_days)) / spread
    return min(certain, 1.0 - NormalDist().cdf(z))


def _verdicts(promise: Promised, said: str, row: Fact, grounds: Grounds, contradicted: float) -> Iterator[Verdict]:
    if promise.kind == "delivery_time":
        yield from _delivery(promise, said, row, grounds, contradicted)
    elif promise.kind == "stock" and row.stock is not None:
        yield _stock(said, row.stock, contradicted)
    elif promise.kind == "price" and promise.price is not None and row.price_floor is not None:
        yield _price(said, promise.price, row.price_floor, contradicted)
    elif promise.kind == "refund_compensation":
        yield from _refund(promise, said, row, grounds, contradicted)
    if (authority := grounds.authority(row)) is not None:
        yield from _authority(promise, said, authority, contradicted)


def _delivery(promise: Promised, said: str, row: Fact, grounds: Grounds, contradicted: float) -> Iterator[Verdict]:
    p90_days = row.lead_time_p90_days
    if promise.due_at is None or p90_days is None:
        return
    days = (promise.due_at.date() - grounds.started_at.date()).days
    if days >= p90_days:
        yield Verdict(
            fails=None,
            why=f"{said}：本仓九成订单 {p90_days:g} 天内到，事实支持。",
            why_en=f"{days} days promised: nine in ten orders arrive within {p90_days:g}, so the facts support it.",
        )
        return
    yield Verdict(
        fails=late(days, p50_days=row.lead_time_p50_days, p90_days=p90_days, certain=contradicted),
        why=f"{said}：本仓九成订单要 {p90_days:g} 天，事实不支持。",
        why_en=f"{days} days promised: nine in ten orders need {p90_days:g}, so the facts don't support it.",
    )


def _stock(said: str, stock: int, contradicted: float) -> Verdict:
    if stock > 0:
        why_en = f"Said to be in stock: the table has {stock}, so the facts support it."
        return Verdict(fails=None, why=f"{said}：库存表里有 {stock} 件，事实支持。", why_en=why_en)
    why_en = "Said to be in stock: the table has none, so the facts don't support it."
    return Verdict(fails=contradicted, why=f"{said}：库存表里是 0，事实不支持。", why_en=why_en)


def _price(said: str, price: float, floor: float, contradicted: float) -> Verdict:
    if price >= floor:
        why_en = f"The price of {price:g} isn't below the floor of {floor:g}, so the facts support it."
        return Verdict(fails=None, why=f"{said}：不低于底价 {floor:g}，事实支持。", why_en=why_en)
    why_en = f"The price of {price:g} is below the floor of {floor:g}, so the facts don't support it."
    return Verdict(fails=contradicted, why=f"{said}：低于底价 {floor:g}，事实不支持。", why_en=why_en)


def _refund(promise: Promised, said: str, row: Fact, grounds: Grounds, contradicted: float) -> Iterator[Verdict]:
    if row.refund_policy is None:
        return
    if row.refund_policy is RefundPolicy.NONE:
        why_en = "A refund promised: by the rules there is none, so the facts don't support it."
        yield Verdict(fails=contradicted, why=f"{said}：按规定不退款，事实不支持。", why_en=why_en)
        return
    asked_days = (promise.due_at.date() - grounds.started_at.date()).days if promise.due_at else None
    any_time = promise.due is not None and promise.due.lower() in ANY_TIME
    if row.refund_days is not None and (any_time or (asked_days is not None and asked_days > row.refund_days)):
        why_en = f"A refund promised for longer than the {row.refund_days} days of the rules."
        yield Verdict(fails=contradicted, why=f"{said}：规定只到 {row.refund_days} 天，事实不支持。", why_en=why_en)
    elif row.refund_policy is RefundPolicy.UNCONDITIONAL:
        why_en = "A refund promised: by the rules it is unconditional, so the facts support it."
        yield Verdict(fails=None, why=f"{said}：规定就是无条件退，事实支持。", why_en=why_en)
    elif promise.certainty is Certainty.ABSOLUTE and promise.condition is None:
        why_en = "A refund promised without conditions: by the rules there are conditions."
        yield Verdict(fails=contradicted, why=f"{said}：退款规定是有条件的，不能说满，事实不支持。", why_en=why_en)


def _authority(promise: Promised, said: str, authority: Authority, contradicted: float) -> Iterator[Verdict]:
    may, limit = authority.may_promise, authority.max_discount_percent
    if promise.kind in KINDS and may is not None and promise.kind not in may:
        why_en = f"A promise of this kind isn't in the power of the role {authority.role}."
        yield Verdict(fails=contradicted, why=f"{said}：{authority.role} 无权作这类承诺。", why_en=why_en)
    elif promise.kind == "authority" and may is not None:
        why_en = f"The role {authority.role} has that authority."
        yield Verdict(fails=None, why=f"{said}：{authority.role} 有这个权限，事实支持。", why_en=why_en)
    if promise.discount_percent is not None and limit is not None and promise.discount_percent > limit:
        why_en = (
            f"A discount of {promise.discount_percent:g}% is more than the {limit:g}% of the role {authority.role}."
        )
        yield Verdict(fails=contradicted, why=f"{said}：{authority.role} 最多让 {limit:g}%。", why_en=why_en)
