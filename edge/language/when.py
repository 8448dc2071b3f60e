"""Words of time and the moment they are due, by the codebook and the rules under “Due times” in docs/language.md.

Rules find single words (“下周三”, “上午”, “十点”); what stands together is one expression; ranges, corrections and days
said before are then put in. Every moment is in the call's own offset and never before its start. Pure: text and start
in, spans out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from edge.language.when_en_clock import RULES as EN_CLOCK
from edge.language.when_en_days import RULES as EN_DAYS
from edge.language.when_en_intervals import RULES as EN_INTERVALS
from edge.language.when_moment import due_at
from edge.language.when_parts import Found
from edge.language.when_rules import longest, scan
from edge.language.when_text import plain
from edge.language.when_zh_clock import RULES as ZH_CLOCK
from edge.language.when_zh_days import RULES as ZH_DAYS
from edge.language.when_zh_intervals import RULES as ZH_INTERVALS

CHINESE = (*ZH_INTERVALS, *ZH_DAYS, *ZH_CLOCK)
ENGLISH = (*EN_CLOCK, *EN_INTERVALS, *EN_DAYS)
ENGLISH_WORD = re.compile(r"[a-z]{3}", re.IGNORECASE)
CHINA = timedelta(hours=8)
# Of a narrow text: its commas are “,”.
GLUE = re.compile(r"[的啊呀吧嘛呢那,、 \t]{0,2}|,? (?:on|at|of|in) (?:the )?")
JOINER = re.compile(
    r"[,、\s]*(?:到|至|~|-|—|–|或者?|还是|跟|和|to|and|or|till|until|慢则|慢的话|慢点的?话?|最慢|最多|顶多|最晚|最迟)\s*",
    re.IGNORECASE,
)
CORRECTION = re.compile(
    r"(?=,不,|.*(?:不对|不是|错了|口误|不不|哦不|改成|应该|我是说|no|sorry|wait|mean|make|rather|scratch))"
    r"(?:[。,.—\-\s!]|哦|啊|哎|唉|不对|不是|不|我?[说记看]?错了|口误|改成|应该是?|是|我是说|我说的是"
    r"|no|sorry|wait|actually|i mean|i meant|make (?:that|it)|rather|scratch that|on|by)+",
    re.IGNORECASE | re.DOTALL,
)
CLAUSE_END = re.compile(r"[,。？！?!]")
# A question names the day of what follows (“礼拜五方便吗？十点我过去”).
SENTENCE_END = re.compile(r"[。！!]|\.(?:\s|$)")
OPENING_CHARACTERS_MAX = 4  # “那八点半”, “能，上午十点”: the answer to what was asked just before
TURNS_BEFORE_MAX = 4
DEADLINE = re.compile(r"前|内|\b(?:by|before|within)\b", re.IGNORECASE)
COMMAS_MAX = 1  # “下周二我到您厂里，上午十点”: past a second clause another day may be meant
EVENT_CHARACTERS_MAX = 8  # “下周一签完约后三天内”: between the event's day and what counts from it


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """Words of time in a text.

    start, end: characters of the text.
    due_at: the moment they are due in the call's offset; None where they name none (“尽快”) or a past one.
    past: the words speak of what has been (“昨天下午”).
    tied: they recur or count from an event (“每天”, “付款后三天”), so that alone they would mean another moment.
    """

    start: int
    end: int
    words: str
    due_at: datetime | None
    past: bool = False
    tied: bool = False


def find(text: str, *, started_at: datetime, before: Sequence[str] = ()) -> tuple[TimeSpan, ...]:
    """Find all words of time in a text, in order, ranges joined, what is corrected left out. Never raises on any text.

    Args:
        before: the turns before, the latest last: an hour that opens the text is of the day they spoke of.
    """
    read, places = plain(text)
    found = _merged(_words(read, started_at), read)
    if found and _answers(found[0], read):
        found[0] = replace(found[0], parts=replace(found[0].parts, day=_day_spoken_of(before, started_at)))
    spans = []
    for each, event in _in_context(found, read):
        start, end = places[each.start], places[each.end - 1] + 1
        spans.append(
            TimeSpan(
                start=start,
                end=end,
                words=text[start:end],
                due_at=due_at(each.parts, started_at, event_day=event.parts.day if event else None),
                past=each.parts.past,
                tied=each.parts.tied,
            )
        )
    return tuple(spans)


def resolve(text: str, *, started_at: datetime) -> datetime | None:
    """The moment a text's words of time are due: that of the last ones that name a moment; None where none do."""
    moments = [span.due_at for span in find(text, started_at=started_at) if span.due_at is not None]
    return moments[-1] if moments else None


def _words(read: str, started_at: datetime) -> list[Found]:
    rules = ENGLISH if read.isascii() else (*CHINESE, *ENGLISH) if ENGLISH_WORD.search(read) else CHINESE
    return longest(scan(rules, read, today=started_at.date(), in_china=started_at.utcoffset() == CHINA))


def _answers(first: Found, text: str) -> bool:
    """Whether a text opens with an hour and so answers the turns before; a deadline (“十点前”) is counted from now."""
    opens = first.start <= OPENING_CHARACTERS_MAX and first.parts.clock_only
    return opens and DEADLINE.search(text[first.start : first.end]) is None


def _day_spoken_of(before: Sequence[str], started_at: datetime) -> date | None:
    """The last day still to come that the latest turns name."""
    for text in reversed(before[-TURNS_BEFORE_MAX:]):
        read, _ = plain(text)
        for each in reversed(_merged(_words(read, started_at), read)):
            if each.parts.day is not None and not each.parts.past and each.parts.day >= started_at.date():
                return each.parts.day
    return None


def _merged(found: Iterable[Found], text: str) -> list[Found]:
    """Words that stand together as one expression; weak ones that stand alone are none."""
    merged: list[Found] = []
    for each in found:
        if merged and _stand_together(merged[-1], each, text):
            parts = merged[-1].parts.merged(each.parts)
            if parts is not None:
                merged[-1] = Found(start=merged[-1].start, end=each.end, parts=parts)
                continue
        merged.append(each)
    return [each for each in merged if not each.parts.weak]


def _stand_together(one: Found, other: Found, text: str) -> bool:
    """Whether only glue is between two words; what has been (“刚才”) ends at a comma."""
    comma = "," in text[one.end : other.start]
    return GLUE.fullmatch(text, one.end, other.start) is not None and not (one.parts.past and comma)


def _in_context(found: Iterable[Found], text: str) -> list[tuple[Found, Found | None]]:
    """Put in what expressions take from the one before; beside each the event's day it may count from."""
    placed: list[tuple[Found, Found | None]] = []
    for each in found:
        before = placed[-1][0] if placed else None
        between = text[before.end : each.start] if before else ""
        if before is None:
            placed.append((each, None))
        elif CORRECTION.fullmatch(between):
            placed[-1] = (Found(start=each.start, end=each.end, parts=each.parts.correcting(before.parts)), None)
        elif JOINER.fullmatch(between):
            parts = each.parts.after_range_start(before.parts)
            placed[-1] = (Found(start=before.start, end=each.end, parts=parts), None)
        else:
            dated = next((found for found, _ in reversed(placed) if found.parts.interval is None), before)
            gap = text[dated.end : each.start]
            near = SENTENCE_END.search(gap) is None and gap.count(",") <= COMMAS_MAX and not dated.parts.past
            carried = each.parts.on_day_of(dated.parts) if near else each.parts
            event = before if len(between) <= EVENT_CHARACTERS_MAX and not CLAUSE_END.search(between) else None
            placed.append((Found(start=each.start, end=each.end, parts=carried), event))
    return placed
