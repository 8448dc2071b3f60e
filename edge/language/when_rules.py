"""How words of time are looked for: a table of patterns, each with a reader that says what its match names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from edge.language.when_parts import Found, TimeParts

CHARACTERS_AROUND = 24  # what a reader may look at before and after its match


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a rule's reader is given.

    groups: the pattern's, by name. before, after: the characters around. today: the call's day.
    in_china: the call's offset is China's.
    """

    words: str
    groups: dict[str, str | None]
    before: str
    after: str
    today: date
    in_china: bool

    def get(self, name: str) -> str:
        """The group of that name; empty where it matched nothing or the pattern has none."""
        return self.groups.get(name) or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Words of time by their pattern.

    read: what they name; None where they are none. Raises: ValueError, OverflowError where there is no such day.
    """

    pattern: re.Pattern[str]
    read: Callable[[Match], TimeParts | None]


def constant(parts: TimeParts) -> Callable[[Match], TimeParts]:
    """A reader for words that always name the same."""
    return lambda match: parts


def rule(pattern: str, read: Callable[[Match], TimeParts | None]) -> Rule:
    """Make a rule; letters match in any case."""
    return Rule(pattern=re.compile(pattern, re.IGNORECASE), read=read)


def scan(rules: Sequence[Rule], text: str, *, today: date, in_china: bool) -> Iterator[Found]:
    """Find what the rules match; matches may overlap."""
    for each in rules:
        for match in each.pattern.finditer(text):
            start, end = match.span()
            try:
                parts = each.read(
                    Match(
                        words=match[0],
                        groups=match.groupdict(),
                        before=text[max(0, start - CHARACTERS_AROUND) : start],
                        after=text[end : end + CHARACTERS_AROUND],
                        today=today,
                        in_china=in_china,
                    )
                )
            except (ValueError, OverflowError):  # “2月31号”: words of time, but there is no such day
                parts = TimeParts(vague=True)
            if parts is not None and start < end:
                yield Found(start=start, end=end, parts=parts)


def longest(found: Iterable[Found]) -> list[Found]:
    """Of words that overlap keep the first, of those that begin together the longest."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda item: (item.start, -item.end, item.parts.weak)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept
