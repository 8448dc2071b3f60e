"""Which voice of a mono recording is staff, from words: greetings, offers and formulas against a customer's own.

Log-odds per phrase, counted over each voice's turns. The phrases are a person's choice, not trained; the counts behind
the weights are in docs/speech.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from edge.records import Language, Speaker

MARGIN_MIN = 1.5  # log-odds between the two voices; below it nobody is named
_WEIGHTS: dict[Language, tuple[tuple[str, float], ...]] = {
    Language.ZH: (
        (r"您", 0.5),
        (r"欢迎|光临|为您服务|很高兴|工号|客服|请问有什么", 2.0),
        (r"我(们|这边)?(帮|给|跟|为)您|咱们(家|店|这)|我们(家|店|这)", 1.0),
        (r"活动|优惠|会员|款|系列|套餐|推荐|试(一下|试)", 0.4),
        (r"录音|分析一下|方便(留|加)", 1.0),
        (r"我(家|老公|老婆|妈|爸|儿子|女儿|自己|买的|上次)", -1.0),
        (r"多少钱|能不能便宜|太贵|再(看看|想想|考虑)|你们(家|这|店)?", -1.0),
        (r"(?<!帮)你(?!们)", -0.4),
    ),
    Language.EN: (
        (r"\b(thank you for calling|how (can|may) i help|my name is|this is \w+ (from|with))", 2.0),
        (r"\b(i can (offer|check|arrange)|let me (check|pull)|for you today|our (store|team|plan))", 1.0),
        (r"\b(my (bill|account|order|husband|wife|phone)|i (bought|ordered|want|need)|you guys|how much)", -1.0),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One turn of one voice."""

    voice: int
    text: str
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who speaks in a turn, and whether that is in doubt."""

    speaker: Speaker
    doubtful: bool


def attribute(turns: Sequence[Spoken], language: Language) -> tuple[Attribution, ...]:
    """Say for each turn who speaks; all unknown where the words of the two voices don't tell them apart."""
    odds = {voice: _odds(turns, voice, language) for voice in {turn.voice for turn in turns}}
    staff = _staff(odds)
    return tuple(_attribution(turn, staff) for turn in turns)


def _odds(turns: Sequence[Spoken], voice: int, language: Language) -> float:
    """How much more a voice talks like staff than like a customer; long calls don't count without bound."""
    text = " ".join(turn.text.lower() for turn in turns if turn.voice == voice and not turn.doubtful)
    total = sum(weight * len(re.findall(pattern, text)) for pattern, weight in _WEIGHTS[language])
    return math.copysign(math.log1p(abs(total)), total) * 2


def _staff(odds: dict[int, float]) -> dict[int, Speaker]:
    if len(odds) == 1:
        ((voice, only),) = odds.items()
        if abs(only) < MARGIN_MIN:
            return {}
        return {voice: Speaker.AGENT if only > 0 else Speaker.CUSTOMER}
    if len(odds) != 2 or abs(odds[0] - odds[1]) < MARGIN_MIN:
        return {}
    first = Speaker.AGENT if odds[0] > odds[1] else Speaker.CUSTOMER
    return {0: first, 1: Speaker.CUSTOMER if first is Speaker.AGENT else Speaker.AGENT}


def _attribution(turn: Spoken, staff: dict[int, Speaker]) -> Attribution:
    if turn.voice not in staff:
        return Attribution(speaker=Speaker.UNKNOWN, doubtful=True)
    return Attribution(speaker=staff[turn.voice], doubtful=turn.doubtful)
