"""The text as rules see it: one form for what recognisers and people write in many, with a way back to the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pypinyin
import rjieba

PUNCTUATION = {
    **dict.fromkeys(",，、;；:：", "，"),
    **dict.fromkeys(".。…", "。"),
    **dict.fromkeys("?？", "？"),
    **dict.fromkeys("!！", "！"),
    **dict.fromkeys('“”"「」『』', "”"),
    "’": "'",
    "‘": "'",
}
# Fillers and restarts carry nothing; what stands in 嗯 or 呃 between two words would tear a pattern.
FILLER = re.compile(
    r"(?:那个|这个|就是说?|然后)?[，。…\s]*(?:呃|嗯|额|唔|哦|噢)+[，。…\s]+|(?:那个|"
    r"这个)(?=[，。…]+)[，。…]+|^(?:那个|就是)(?=我|您|你)|^(?:哎|哦|噢|喂)+[，！]+"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN_PUNCTUATION = str.maketrans("，。？！", ",.?!")
SPACE_LATIN = re.compile(r"(?<=\s)\s+|^\s+|\s+$")
SPACE_CHINESE = re.compile(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])")
SENTENCE_ENDS = "。？！.?!"
STAMMER = re.compile(r"([\u4e00-\u9fff]{1,3})[，…]{1,2}(?=\1)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Homophone:
    """A key word and the pattern of what is heard for it, of the same number of characters."""

    word: str
    heard: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A folded text. origin: for each of its characters, the place in the original; quoted: inside quotation marks."""

    text: str
    origin: tuple[int, ...]
    quoted: tuple[bool, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's characters behind some of the folded ones."""
        return self.origin[start], self.origin[end - 1] + 1

    def sentence(self, start: int, end: int) -> str:
        """The sentence around some characters, its end mark included."""
        before = max(self.text.rfind(mark, 0, start) for mark in SENTENCE_ENDS)
        ends = [place for mark in SENTENCE_ENDS if (place := self.text.find(mark, end - 1)) >= 0]
        return self.text[before + 1 : min(ends) + 1 if ends else len(self.text)]


def fold(text: str, *, homophones: Sequence[Homophone] = (), sounds: Sequence[str] = ()) -> Folded:
    """Fold a text: width and case, punctuation, fillers, key words misheard.

    Args:
        text: any text; English keeps its spaces, Chinese loses those between characters.
        homophones: key words restored by pattern.
        sounds: key words restored by sound where what stands there is no word.
    """
    folded = "".join(_fold_character(character) for character in text)
    latin = CHINESE.search(folded) is None
    folded = folded.translate(LATIN_PUNCTUATION) if latin else folded
    kept = [True] * len(folded)
    for pattern in (FILLER, STAMMER):
        for match in pattern.finditer(folded):
            kept[match.start() : match.end()] = [False] * (match.end() - match.start())
    for match in SPACE_LATIN.finditer(folded) if latin else SPACE_CHINESE.finditer(folded):
        kept[match.start() : match.end()] = [False] * (match.end() - match.start())
    places = [place for place, keep in enumerate(kept) if keep] or list(range(len(folded)))
    quoted = _quoted(folded)
    clean = _by_sound(_by_pattern("".join(folded[place] for place in places), homophones), tuple(sounds))
    marks = [index for index, character in enumerate(clean) if character != "”"]
    return Folded(
        text="".join(clean[index] for index in marks),
        origin=tuple(places[index] for index in marks),
        quoted=tuple(quoted[places[index]] for index in marks),
    )


def _fold_character(character: str) -> str:
    if character in PUNCTUATION:
        return PUNCTUATION[character]
    wide = unicodedata.normalize("NFKC", character)
    narrow = wide.lower() if len(wide) == 1 else character
    narrow = narrow if len(narrow) == 1 else character
    return PUNCTUATION.get(narrow, " " if narrow.isspace() else narrow)


def _quoted(folded: str) -> list[bool]:
    """Which characters stand inside quotation marks; a mark without its partner quotes nothing."""
    marks = [place for place, character in enumerate(folded) if character == "”"]
    quoted = [False] * len(folded)
    for opening, closing in zip(marks[::2], marks[1::2], strict=False):
        quoted[opening : closing + 1] = [True] * (closing + 1 - opening)
    return quoted


def _by_pattern(text: str, homophones: Sequence[Homophone]) -> str:
    for homophone in homophones:
        text = homophone.heard.sub(
            lambda match, word=homophone.word: word if len(word) == len(match[0]) else match[0],  # type: ignore[misc]  # bound at once
            text,
        )
    return text


def _by_sound(text: str, words: tuple[str, ...]) -> str:
    sounds = _sounds(words)
    if not sounds or text.isascii():
        return text
    heard = [_sound(character) for character in text]
    for place in range(len(text) - 1):
        word = sounds.get((heard[place], heard[place + 1]))
        pair = text[place : place + 2]
        if word is not None and pair != word and not rjieba.has_word(pair) and _apart(text, place):
            text = text[:place] + word + text[place + 2 :]
    return text


def _apart(text: str, place: int) -> bool:
    """Whether the segmenter sees two single characters there, no parts of known words."""
    start = max(0, place - 4)
    at = start
    for word in rjieba.cut(text[start : place + 6]):
        if at < place + 2 and at + len(word) > place and len(word) > 1 and rjieba.has_word(word):
            return False
        at += len(word)
    return True


@lru_cache(maxsize=8)
def _sounds(words: tuple[str, ...]) -> dict[tuple[str, str], str]:
    return {(_sound(word[0]), _sound(word[1])): word for word in words if len(word) == 2}  # pairs only


@lru_cache(maxsize=8_192)
def _sound(character: str) -> str:
    """A character's syllable without tone; -n and -ng, zh and z alike, as recognisers confuse them."""
    if not "\u4e00" <= character <= "\u9fff":
        return character
    syllable = str(pypinyin.lazy_pinyin(character)[0])
    return re.sub(r"(?<=[aei])ng$", "n", syllable).replace("zh", "z").replace("ch", "c").replace("sh", "s")
