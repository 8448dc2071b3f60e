"""Which voice of a mono recording is staff, from words alone: forms of address, service formulas, who asks what.

The weights in `staff_words.json` are log-odds per n-gram, trained by scripts/train_staff_words. A voice is judged by
all it says in the call, so single misheard words don't matter.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from edge.records import Language, Speaker

WEIGHTS_FILE = Path(__file__).with_name("staff_words.json")
# No turn may decide a call: a customer who reads the greeting back would.
TURN_ODDS_MAX = 3.0
# A turn whose voice is in doubt may hold the other side's words.
DOUBTFUL_WEIGHT = 0.5
# Log-odds, summed over a call's turns, that must lie between two voices, or between one voice and neither.
MARGIN_MIN = 2.5
# A turn that speaks this clearly for the other side, against what its voice is taken for, is a contradiction…
CONTRADICTION_ODDS = 1.0
# …and so many of them among one voice's turns mean that two people were taken for one.
CONTRADICTION_SHARE_MAX = 0.15
_LONGEST = {Language.ZH: 4, Language.EN: 3}  # characters; words


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One turn of one voice. `doubtful`: the voice may be the other one."""

    voice: int
    text: str
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who speaks in a turn; where that is in doubt, the best guess."""

    speaker: Speaker
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffWords:
    """Log-odds of staff per n-gram."""

    weights: Mapping[Language, Mapping[str, float]] = field(repr=False)

    def odds(self, text: str, language: Language) -> float:
        """Log-odds that staff said it, within TURN_ODDS_MAX; 0 for nothing said."""
        known = self.weights[language]
        total = sum(known.get(gram, 0.0) for gram in ngrams(text, language))
        return max(-TURN_ODDS_MAX, min(TURN_ODDS_MAX, total))


@cache
def bundled_words() -> StaffWords:
    """The weights that come with the product."""
    read = json.loads(WEIGHTS_FILE.read_text("utf-8"))
    return StaffWords(weights={Language(language): weights for language, weights in read.items()})


def ngrams(text: str, language: Language) -> frozenset[str]:
    """What a text is judged by: runs of up to 4 characters (Chinese) or 3 words (English) inside its clauses."""
    plain = unicodedata.normalize("NFKC", text).lower()
    between = " " if language is Language.EN else ""
    found: set[str] = set()
    for clause in re.split(r"[^\w\s'’]+", plain):
        units = re.findall(r"[\w'’]+", clause) if language is Language.EN else re.findall(r"[a-z]+|\w", clause)
        units = [re.sub(r"\d+", "0", unit).replace("’", "'") for unit in units]
        for length in range(1, _LONGEST[language] + 1):
            found.update(between.join(units[at : at + length]) for at in range(len(units) - length + 1))
    return frozenset(found)


def attribute(turns: Sequence[Spoken], language: Language, words: StaffWords | None = None) -> tuple[Attribution, ...]:
    """Say for each turn who speaks; all unknown and doubtful where the words don't tell the voices apart.

    Args:
        turns: of one call, in order, of one voice or two.
        words: weights to judge by; those of the product unless given.
    """
    judge = words or bundled_words()
    odds = [judge.odds(turn.text, language) for turn in turns]
    voices = sorted({turn.voice for turn in turns})
    totals = {voice: _total(turns, odds, voice) for voice in voices}
    named = _one(totals, turns, odds) if len(voices) == 1 else _two(totals)
    return tuple(_attribution(turn, named) for turn in turns)


def _total(turns: Sequence[Spoken], odds: Sequence[float], voice: int) -> float:
    weighted = (value * (DOUBTFUL_WEIGHT if turn.doubtful else 1.0) for turn, value in _of(turns, odds, voice))
    return sum(weighted)


def _of(turns: Sequence[Spoken], odds: Sequence[float], voice: int) -> list[tuple[Spoken, float]]:
    return [(turn, value) for turn, value in zip(turns, odds, strict=True) if turn.voice == voice]


def _two(totals: Mapping[int, float]) -> dict[int, Speaker]:
    """Name the voice that talks more like staff; nobody where there aren't two or the margin is thin."""
    if len(totals) != 2:
        return {}
    (one, one_odds), (other, other_odds) = totals.items()
    if abs(one_odds - other_odds) < MARGIN_MIN:
        return {}
    staff, customer = (one, other) if one_odds > other_odds else (other, one)
    return {staff: Speaker.AGENT, customer: Speaker.CUSTOMER}


def _one(totals: Mapping[int, float], turns: Sequence[Spoken], odds: Sequence[float]) -> dict[int, Speaker]:
    """Name the only voice; nobody where its turns contradict each other, for then two people may share it."""
    ((voice, total),) = totals.items()
    if abs(total) < MARGIN_MIN:
        return {}
    against = sum(value * total < 0 and abs(value) >= CONTRADICTION_ODDS for value in odds)
    spoken = sum(bool(turn.text.strip()) for turn in turns)
    if against > CONTRADICTION_SHARE_MAX * spoken:
        return {}
    return {voice: Speaker.AGENT if total > 0 else Speaker.CUSTOMER}


def _attribution(turn: Spoken, named: Mapping[int, Speaker]) -> Attribution:
    if turn.voice not in named:
        return Attribution(speaker=Speaker.UNKNOWN, doubtful=True)
    return Attribution(speaker=named[turn.voice], doubtful=turn.doubtful)
