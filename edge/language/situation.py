"""The circumstances of an utterance that rules ask for: what was said before, and how this one is built."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from edge.language.folding import Folded
from edge.language.promises import Promise
from edge.language.when import TimeSpan
from edge.language.word_set import word_set
from edge.records import Speaker

ASKED = re.compile(r"[？?]$")
# Without punctuation, as some recognisers write, the words at the end have to tell.
ASKED_BY_WORDS = re.compile(
    r"(?:吗|呢|么|没有|不|没|什么|多少|几个|哪个|哪里|怎么样|为什么|啥|谁)$|"
    r"(?:是不是|有没有|能不能|会不会|要不要|多少|多大|多久|什么|怎么|哪[个里家种天]|几[个点年岁口位天]).{0,8}$"
)
MARKS = re.compile(r"[，。？！,.?!]")
STATEMENT_CHARACTERS_MIN = 12
# What the two turns share must say something: these pairs of characters stand in any two turns.
EMPTY_PAIRS = re.compile(
    r"[您你我他她它们的了是在有不没这那就也都还很吧吗呢啊呀哦嗯，。？！一个么什怎哪说看要会能得过去来给跟和对把被让好行可以上下里大小多少几点到做用为以后前时候再先]"
)
ENGLISH_EMPTY = word_set(
    "the a an and or but is are was were be been i you he she it we they my your our their this that these",
    "those of to in on at for with from as so do does did have has had not no yes can could will would",
    "should just what how why when where who there here get got one if up out about me them him her its",
    "well right okay yeah",
)
HYPOTHETICAL = re.compile(r"如果|要是|假如|若|万一|的话|到时候")
EXCLAIMS = re.compile(r"！|唉|哎|啊$|呀$|嘛$|！|怎么|就是怕|真的|特别|死|…")
NOW = re.compile(r"当场|马上|立刻|立马|每天|第一时间|即刻|right away|immediately")
NO_PROMISE = re.compile(
    r"改天|回头(?:再|聊|说)|以后有(?:需要|空|机会)|有(?:什么)?问题|后续会有|有结果会|随时(?:联系|打|找)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What rules know of an utterance before: who spoke, its folded text, and the labels it was given."""

    speaker: Speaker
    folded: Folded
    labels: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The utterance under reading. before: the turns before it, the latest last."""

    speaker: Speaker
    folded: Folded
    times: tuple[TimeSpan, ...]
    promise: Promise | None
    before: Sequence[Turn]


def circumstances(subject: Subject) -> frozenset[str]:
    """All circumstances that hold; `asks` and `boasts` follow from labels and are added while reading."""
    text = subject.folded.text
    question = "？" in text or "?" in text or is_question(text)
    other = _last_of_other(subject)
    named = {
        "question": question,
        "statement": not question and len(text) >= STATEMENT_CHARACTERS_MIN,
        "hypothetical": HYPOTHETICAL.search(text) is not None,
        "exclaims": EXCLAIMS.search(text) is not None,
        "no_promise": NO_PROMISE.search(text) is not None,
        "has_time": any(not span.past for span in subject.times),
        "has_future_time": any(span.due_at is not None for span in subject.times) or "月初" in text or "初八" in text,
        "promises_act": subject.promise is not None,
        "timed_act": subject.promise is not None
        and subject.promise.time is not None
        and (subject.promise.time.due_at is not None or NOW.search(subject.promise.time.words) is not None),
        "firm_act": subject.promise is not None and subject.promise.firm,
        "after_objection": _said(other, "objection"),
        "after_negative": _said(other, "emotion_negative") or _said(other, "complaint"),
        "after_notice": _recent(subject, "recording_notice", turns=2),
        "after_promise": _recent(subject, "over_promise", turns=2),
        "echoes": other is not None and other.speaker is Speaker.CUSTOMER and _shared(text, other.folded.text),
        "alone": not subject.before,
        "after_customer": other is not None and other.speaker is Speaker.CUSTOMER,
    }
    return frozenset(name for name, holds in named.items() if holds)


def is_question(sentence: str) -> bool:
    """Whether a sentence asks: by its mark, or by its words where there are no marks at all."""
    if MARKS.search(sentence):
        return ASKED.search(sentence) is not None
    return ASKED_BY_WORDS.search(sentence) is not None


def _last_of_other(subject: Subject) -> Turn | None:
    """The other side's last turn, if it is among the last two."""
    for turn in reversed(subject.before[-2:]):
        if turn.speaker is not subject.speaker:
            return turn
    return None


def _said(turn: Turn | None, label: str) -> bool:
    return turn is not None and label in turn.labels


def _recent(subject: Subject, label: str, *, turns: int) -> bool:
    return any(label in turn.labels for turn in subject.before[-turns:] if turn.speaker is not subject.speaker)


def _shared(one: str, other: str) -> bool:
    """Whether two turns share words that mean something."""
    if one.isascii() or other.isascii():
        return bool(_words(one) & _words(other))
    return bool(_pairs(one) & _pairs(other))


def _pairs(text: str) -> set[str]:
    return {
        text[place : place + 2] for place in range(len(text) - 1) if not EMPTY_PAIRS.search(text[place : place + 2])
    }


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z']{3,}", text) if word not in ENGLISH_EMPTY}
