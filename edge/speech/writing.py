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
_REPEATED = re.compile(r"([。，？！；：、,;:])[。，？！；：、,;:]+")
_MARKS = "。，？！；：、….,?!;:"
_QUESTION = re.compile(
    r"(吗|呢|么|多少|什么|怎么样|怎么办|几点|哪里|哪儿|为什么|好不好|行不行|是不是|可不可以|能不能|对吧|可以吧)$"
)

PAUSE_MARK = {Language.ZH: "，", Language.EN: ","}
_END_MARK = {Language.ZH: "。", Language.EN: "."}


def written(text: str, language: Language) -> str:
    """A recognised text as a reader expects it: NFC, Simplified, one kind of marks, one at the end; "" stays ""."""
    text = unicodedata.normalize("NFC", text).replace("\ufffd", "").strip()
    if language is Language.ZH:
        text = _STOP_AFTER_HAN.sub("。", simplified(text))
        text = _AFTER_HAN.sub(lambda found: found[0].strip().translate(_FULL_WIDTH), text)
        text = _SPACE_BY_HAN.sub("", text)
    text = _REPEATED.sub(r"\1", re.sub(r"\s+", " ", text)).lstrip(_MARKS + " ").strip()
    return _ended(text, language) if any(character.isalnum() for character in text) else ""


def simplified(text: str) -> str:
    """The text in Simplified characters."""
    return str(_converter().convert(text))


def marked(text: str) -> bool:
    """Whether a text ends in a punctuation mark."""
    return text.rstrip().endswith(tuple(_MARKS))


def _ended(text: str, language: Language) -> str:
    bare = text.rstrip("，、；：,;: ")
    if bare.endswith(tuple("。？！….?!")):
        return bare
    question = language is Language.ZH and _QUESTION.search(bare)
    return bare + ("？" if question else _END_MARK[language])


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
