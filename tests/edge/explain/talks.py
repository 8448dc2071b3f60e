"""Calls read and scored by the real stages, from words written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib.metadata import version

from edge.language.analyser import LanguageAnalyser
from edge.records import (
    AnalysedUtterance,
    Analysis,
    ChannelRole,
    ChannelSummary,
    Language,
    PiiSpan,
    Scene,
    Score,
    Speaker,
    Timing,
    Utterance,
)
from edge.scores.call import score_call
from edge.scores.facts import Grounds
from edge.scores.talk import measure_talk
from edge.scores.weights import WEIGHTS, Weights

STARTED_AT = datetime(2026, 3, 2, 10, 15, tzinfo=timezone(timedelta(hours=8)))
TURN_S, SPOKEN_S = 5.0, 4.0
CONFIDENCE = 0.9

TALK = (
    ("agent", "您好，这里是青岚宽带客服，请问有什么可以帮您？"),
    ("customer", "我家网怎么又断了，这礼拜都第三回了，真的受够了！"),
    ("agent", "三回……您开会的时候正好掉线，那个火真是压不住的，换谁都着急。"),
    ("customer", "可不嘛，昨晚上开着视频会呢，老板还以为我挂他电话。"),
    ("agent", "您说的昨晚大概几点断的？是整个屋子都没网，还是就卧室那头没有？"),
    ("customer", "都没有，光猫那个红灯一闪一闪的，急死人了。"),
    ("agent", "我保证明天一定给您修好，百分之百没问题，修不好您找我。"),
    ("customer", "行吧，那这几天的费用怎么说？"),
    ("agent", "这个得看后台的审核，正常情况下三到五天，可能晚两天。"),
    ("customer", "那成，谢谢你啊姑娘，态度挺好的。"),
)


@cache
def reader() -> LanguageAnalyser:
    """The rules of the language stage, loaded once."""
    return LanguageAnalyser()


def spoken(lines: Sequence[tuple[str, str]], *, language: Language = Language.ZH) -> tuple[AnalysedUtterance, ...]:
    """Utterances read by the real language stage."""
    heard = [
        Utterance(
            id=f"u{number:04d}",
            channel=0 if speaker == "agent" else 1,
            speaker=Speaker(speaker),
            start_s=TURN_S * number,
            end_s=TURN_S * number + SPOKEN_S,
            text=text,
            confidence=CONFIDENCE,
        )
        for number, (speaker, text) in enumerate(lines, start=1)
    ]
    readings = reader().read(heard, started_at=STARTED_AT, language=language)
    return tuple(AnalysedUtterance.joined(one, reading) for one, reading in zip(heard, readings, strict=True))


def an_analysis(
    call: Sequence[AnalysedUtterance],
    *,
    weights: Weights = WEIGHTS,
    grounds: Grounds | None = None,
    language: Language = Language.ZH,
) -> Analysis:
    """An analysis scored by the real scores."""
    versions = {"sottovoce": version("sottovoce"), **reader().versions}
    return Analysis(
        call_id="call-1",
        started_at=STARTED_AT,
        scene=Scene.CALL_CENTRE,
        language=language,
        duration_s=TURN_S * (len(call) + 1),
        channels=(ChannelSummary(index=0, role=ChannelRole.AGENT, speech_s=20.0),),
        utterances=tuple(call),
        scores=score_call(call, language=language, versions=versions, weights=weights, grounds=grounds),
        talk=measure_talk(call, speech={}, duration_s=TURN_S * (len(call) + 1), language=language),
        timing=Timing(decode_s=0, vad_s=0, speech_s=1, language_s=0, scores_s=0, total_s=1, rtf=0.1),
        versions=versions,
    )


def with_score(analysis: Analysis, name: str, **changed: object) -> Analysis:
    """The analysis with something of one score changed, as nobody should."""
    score: Score = replace(analysis.scores[name], **changed)  # type: ignore[arg-type]  # any field
    return replace(analysis, scores=analysis.scores | {name: score})


def identified(call: Sequence[AnalysedUtterance], words: str) -> tuple[AnalysedUtterance, ...]:
    """The call with these words marked as identifying somebody, wherever they are said."""
    return tuple(
        replace(said, pii=(PiiSpan(start=at, end=at + len(words), type="person"),))
        if (at := said.text.find(words)) >= 0
        else said
        for said in call
    )
