"""The text as the rules for words of time read it: narrow, and without what hesitation puts between two words."""

from __future__ import annotations

import re
import unicodedata

# Fillers with the marks around them; “啊” and “那个” are fillers only between marks.
FILLER = re.compile(
    r"[…—，,、.。\s]{0,8}(?:(?:那个|这个|就是说?)[…，,、.。\s]*)?(?:呃+|嗯+|额(?=[，,…、])|唔|哦(?=[，,…、]))[…，,、.。\s]*"
    r"|(?<![…，,、.。])[…，,、.。]+(?:那个|这个|就是说?|啊)[…，,、.。]+"
    r"|…+|[.。]{2,}"
    r"|(?:\s{0,3},)?\s{0,3}\b(?:um+|uh+|erm*)\b[,.…]*",
    re.IGNORECASE,
)
# “下……呃，下周三”; numerals may well stand twice (“周三、三点”).
STAMMER = re.compile(
    r"([^\W0-9a-z零一二两三四五六七八九十]{1,3})(?=[,，.。]*[…、呃嗯额])[…，,、.。\s呃嗯额]+(?=\1)", re.IGNORECASE
)
SPACE_BESIDE_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff])\s+|(?<!\s)\s+(?=[\u4e00-\u9fff])")


def plain(text: str) -> tuple[str, tuple[int, ...]]:
    """A text in narrow characters without fillers, and the place of each of its characters in the original."""
    narrow = "".join(_narrow(character) for character in text)
    dropped: set[int] = set()
    for pattern in (STAMMER, FILLER, SPACE_BESIDE_CHINESE):
        for match in pattern.finditer(narrow):
            dropped.update(range(match.start(), match.end()))
    places = tuple(place for place in range(len(narrow)) if place not in dropped)
    return "".join(narrow[place] for place in places), places


def _narrow(character: str) -> str:
    narrow = unicodedata.normalize("NFKC", character)
    return narrow if len(narrow) == 1 else character
