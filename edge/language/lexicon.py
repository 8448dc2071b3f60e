"""The rules of the language stage, read from lexicon.toml and checked once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from edge.language.folding import Homophone
from edge.records import Speaker

PATH = Path(__file__).with_name("lexicon.toml")
PROBABILITY_MAX = 0.98  # no rule of words is certain


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: which words, said by whom, in which circumstances, speak for a label, and how often rightly."""

    name: str
    label: str
    kind: str | None
    who: Speaker
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    unless_text: re.Pattern[str] | None
    when: tuple[str, ...]
    not_when: tuple[str, ...]
    quoted: bool
    in_question: bool | None  # whether the sentence must be a question, or must not; None: either
    precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """Words that speak against a label: its probability is multiplied by the factor."""

    name: str
    label: str
    who: Speaker
    pattern: re.Pattern[str]
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All rules of one version."""

    version: str
    rules: tuple[Rule, ...]
    against: tuple[Against, ...]
    homophones: tuple[Homophone, ...]
    sounds: tuple[str, ...]


@lru_cache(maxsize=4)
def load(path: Path = PATH) -> Lexicon:
    """Read and compile a lexicon.

    Raises: ValueError naming the rule that can't be read.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    classes = dict(content["classes"])
    return Lexicon(
        version=content["version"],
        rules=tuple(_rule(entry, classes) for entry in content["rule"]),
        against=tuple(_against(entry, classes) for entry in content["against"]),
        homophones=tuple(
            Homophone(word=entry["word"], heard=_compile([entry["heard"]], {}, entry["word"]))
            for entry in content["homophone"]
        ),
        sounds=tuple(content["by_sound"]["words"]),
    )


def _rule(entry: dict[str, Any], classes: dict[str, str]) -> Rule:
    name = entry["name"]
    if not 0.0 < entry["precision"] <= PROBABILITY_MAX:
        raise ValueError(f"rule {name}: precision {entry['precision']}, want more than 0 and at most {PROBABILITY_MAX}")
    return Rule(
        name=name,
        label=entry["label"],
        kind=entry.get("kind"),
        who=Speaker(entry["who"]),
        pattern=_compile(entry["any"], classes, name),
        unless=_compile(entry["unless"], classes, name) if "unless" in entry else None,
        unless_text=_compile(entry["unless_text"], classes, name) if "unless_text" in entry else None,
        when=tuple(entry.get("when", ())),
        not_when=tuple(entry.get("not_when", ())),
        quoted=entry.get("quoted", False),
        in_question=entry.get("in_question"),
        precision=entry["precision"],
    )


def _against(entry: dict[str, Any], classes: dict[str, str]) -> Against:
    return Against(
        name=entry["name"],
        label=entry["label"],
        who=Speaker(entry["who"]),
        pattern=_compile(entry["any"], classes, entry["name"]),
        factor=entry["factor"],
    )


def _compile(patterns: list[str], classes: dict[str, str], name: str) -> re.Pattern[str]:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    for word_class, words in classes.items():
        joined = joined.replace("{" + word_class + "}", words)
    try:
        return re.compile(joined)
    except re.error as error:
        raise ValueError(f"rule {name}: {error}") from error
