"""Checks after every decode: a recogniser that has lost the thread must not put words into anyone's mouth.

Thresholds: Whisper's own for compression and log-probability (Radford et al. 2022, section 4.5); the others follow from
how fast and how often people can say something.
"""

from __future__ import annotations

import re
import zlib
from enum import StrEnum

from edge.records import Language
from edge.speech.whisper import Heard

COMPRESSION_MAX = 2.4
LOG_PROBABILITY_MIN = -1.0
NO_SPEECH_MAX = 0.6
# A window that the model itself holds for silent must be said with this much certainty.
LOG_PROBABILITY_MIN_IF_SILENT = -0.5
# Ten characters or five words a second are faster than any intelligible speech; a short answer may sit in less voiced
# time than it takes, hence the allowance.
_PER_S_MAX = {Language.ZH: 11.0, Language.EN: 28.0}
_ALLOWANCE = {Language.ZH: 4, Language.EN: 12}

# 对对对对对 and "no no no no" are speech, and a card number may hold eight zeros; one unit over and over is not.
_LETTER = r"[^\W\d零〇一二三四五六七八九幺两]"
_LOOPS = re.compile(
    rf"({_LETTER})\1{{7}}|({_LETTER}{{2,4}}?)\W*(?:\2\W*){{4}}|({_LETTER}.{{4,24}}?)\W*(?:\3\W*){{3}}", re.DOTALL
)


class Fault(StrEnum):
    """What is wrong with a decoded text."""

    UNENDED = "unended"
    REPETITIVE = "repetitive"
    LOOPING = "looping"
    IMPROBABLE = "improbable"
    SILENT = "silent"
    TOO_FAST = "too_fast"


def faults(heard: Heard, voiced_s: float, language: Language) -> frozenset[Fault]:
    """Everything that speaks against a text decoded from `voiced_s` seconds of voice."""
    checks = {
        Fault.UNENDED: not heard.ended,
        Fault.REPETITIVE: compression(heard.text) > COMPRESSION_MAX,
        Fault.LOOPING: loops(heard.text),
        Fault.IMPROBABLE: heard.mean_log_probability < LOG_PROBABILITY_MIN,
        Fault.SILENT: heard.no_speech_probability > NO_SPEECH_MAX
        and heard.mean_log_probability < LOG_PROBABILITY_MIN_IF_SILENT,
        Fault.TOO_FAST: _spoken(heard.text) > _ALLOWANCE[language] + _PER_S_MAX[language] * voiced_s,
    }
    return frozenset(fault for fault, found in checks.items() if found)


def compression(text: str) -> float:
    """How many times smaller zlib makes a text; repeated phrases pass 2.4."""
    encoded = text.encode()
    return len(encoded) / len(zlib.compress(encoded)) if encoded else 0.0


def loops(text: str) -> bool:
    """Whether one unit follows itself so often that nobody says it: 1 character 8 times, 2 to 4 five, more four."""
    return _LOOPS.search(text) is not None


def _spoken(text: str) -> int:
    return sum(character.isalnum() for character in text)
