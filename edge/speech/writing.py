"""How a text is written down: Simplified Chinese, with the marks of Chinese, also where the speaker paused or ended."""

from __future__ import annotations

import functools
import re
import unicodedata

import opencc

from edge.records import Language

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_FULL_WIDTH = str.maketrans({",": "，", "?": "？", "!": "！", ";": "；", ":": "："})
_AFTER_HAN = re.compile(rf"(?<=[{_HAN}。，？！；：、])\s*[,?!;:]|[,?!;:](?=\s*[{_HAN}])")
_STOP_AFTER_HAN = re.compile(rf"(?<=[{_HAN}])\s*\.(?![0-9A-Za-z.])")
_SPACE_BY_HAN = re.compile(rf"(?<=[{_HAN}。，？！；：、])\s+|\s+(?=[{_HAN}。，？！；：、])")
# OpenCC leaves 著 alone, as it can't tell the particle (看著) from the word; after or before these it is the word.
_AS_PARTICLE = re.compile(r"(?<![名显原专巨论土编译卓昭遗拙合])著(?![名作称述者书录])")
_REPEATED = re.compile(
    r"[。，？！；：、,?!;:](?:\s*[。，？！；：、,?!;:.])+|"
    r"\.(?=[\s.]*[。，？！；：、,?!;:]|\s+\.)(?:\s*[。，？！；：、,?!;:.])+"  # not “...”
)
_MARKS = "。，？！；：、….,?!;:"
_QUESTION = re.compile(
    r"(吗|呢|(?<![这那要么])么|多少|什么|怎么样|怎么办|几点|哪里|哪儿|为什么|(.)不\2|可不可以|对吧)$"
)

PAUSE_MARK = {Language.ZH: "，", Language.EN: ","}
_END_MARK = {Language.ZH: "。", Language.EN: "."}


def written(text: str, language: Language) -> str:
    """A recognised text as a reader expects it: NFC, Simplified, one kind of marks, one at the end; "" stays ""."""
    text = unicodedata.normalize("NFC", text).replace("\ufffd", "")
    text = _REPEATED.sub(_strongest, re.sub(r"\s+", " ", text)).lstrip(_MARKS + " ").rstrip()
    if language is Language.ZH:
        text = _STOP_AFTER_HAN.sub("。", simplified(text))
        text = _AFTER_HAN.sub(lambda found: found[0].strip().translate(_FULL_WIDTH), text)
        text = _SPACE_BY_HAN.sub("", text)
    return _ended(text, language) if any(character.isalnum() for character in text) else ""


def simplified(text: str) -> str:
    """The text in Simplified characters, as they are used on the mainland."""
    return _AS_PARTICLE.sub("着", str(_converter().convert(text.replace("甚麼", "什麼"))))


def marked(text: str) -> bool:
    """Whether a text ends in a punctuation mark."""
    return text.rstrip().endswith(tuple(_MARKS))


def _strongest(found: re.Match[str]) -> str:
    """Of several marks in a row the question mark, else the first."""
    return next((mark for mark in found[0] if mark in "？?"), found[0][0])


def _ended(text: str, language: Language) -> str:
    bare = text.rstrip("，、；：,;: ")
    if language is Language.ZH and _QUESTION.search(bare.rstrip("。")):
        return bare.rstrip("。") + "？"  # the recogniser often closes a question with a full stop
    return bare if bare.endswith(tuple("。？！….?!")) else bare + _END_MARK[language]


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
