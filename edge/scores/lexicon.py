"""The words that scores and talk metrics look for, read once from `lexicon.toml`."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.records import Language

PATH = Path(__file__).with_name("lexicon.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """One language's patterns.

    topics: by the name of what a discovery question is about.
    common: characters (English: words) that say nothing of a subject.
    """

    backchannel: re.Pattern[str]
    hold: re.Pattern[str]
    question: re.Pattern[str]
    open_question: re.Pattern[str]
    taken_back: re.Pattern[str]
    intensifier: re.Pattern[str]
    profanity: re.Pattern[str]
    topics: Mapping[str, re.Pattern[str]]
    common: frozenset[str]


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _only_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?:(?:{'|'.join(re.escape(word) for word in longest_first)})\s*)+")


def _read(table: Mapping[str, Any], language: Language) -> Lexicon:
    key = language.value
    return Lexicon(
        backchannel=_only_of(table["backchannel"][key]),
        hold=_any_of(table["hold"][key]),
        question=_any_of(table["question"][key]),
        open_question=_any_of(table["open_question"][key]),
        taken_back=_any_of(table["taken_back"][key]),
        intensifier=_any_of(table["intensifier"][key]),
        profanity=_any_of(table["profanity"][key]),
        topics={name: _any_of(words[key]) for name, words in table["topics"].items()},
        common=frozenset(table["common"][key]),
    )


_SOURCE = PATH.read_bytes()
_TABLE = tomllib.loads(_SOURCE.decode("utf-8"))
LEXICA: Mapping[Language, Lexicon] = {language: _read(_TABLE, language) for language in Language}
VERSION = f"{_TABLE['version']}+{hashlib.sha256(_SOURCE).hexdigest()[:12]}"
