"""What can be read off the words of one utterance: its length, whether it asks, whether it only signals listening."""

from __future__ import annotations

import re
import unicodedata

from edge.records import Language
from edge.scores.lexicon import LEXICA

# Longer than this, even a chain of listening words is a turn of its own.
BACKCHANNEL_CHARACTERS_MAX = 8
# And in letters, so that the pattern never sees a text long enough to be slow on.
BACKCHANNEL_LETTERS_MAX = 40

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇"
_UNIT = re.compile(rf"[{_HAN}]|\d+(?:[.,:]\d+)*|[^\W\d_{_HAN}]+(?:['’\-][^\W\d_{_HAN}]+)*")
_SENTENCE = re.compile(r"[^。！？!?；;\n.]+(?:\.(?=\S)[^。！？!?；;\n.]*)*[。！？!?；;\n.]*")
_MARKS = re.compile(r"[^\w\s]|_")


def characters(text: str) -> int:
    """Length in characters as spoken: each Chinese character, each Latin word and each figure counts one."""
    return len(_UNIT.findall(text))


def sentences(text: str) -> tuple[str, ...]:
    """The text cut after marks that end a sentence; marks stay with their sentence."""
    cut = (sentence.strip() for sentence in _SENTENCE.findall(text))
    return tuple(sentence for sentence in cut if characters(sentence) > 0)


def asks(sentence: str, *, language: Language) -> bool:
    """Whether a sentence is a question: by its mark, else by its question words or particles."""
    if sentence.rstrip("”\"’' ").endswith(("？", "?")):
        return True
    bare = sentence.strip("。！!；;. ，,…").lower()
    return LEXICA[language].question.search(bare) is not None


def questions(text: str, *, language: Language) -> int:
    """How many sentences of the text ask."""
    return sum(asks(sentence, language=language) for sentence in sentences(text))


def ends_asking(text: str, *, language: Language) -> bool:
    """Whether the last sentence of the text asks, so that even one word is an answer to it."""
    cut = sentences(text)
    return bool(cut) and asks(cut[-1], language=language)


def is_backchannel(text: str, *, language: Language) -> bool:
    """Whether the text is short and made only of words that signal listening (嗯, 对, 好的; uh-huh, right)."""
    plain = " ".join(_MARKS.sub(" ", unicodedata.normalize("NFKC", text).lower()).split())
    if not 0 < characters(plain) <= BACKCHANNEL_CHARACTERS_MAX or len(plain) > BACKCHANNEL_LETTERS_MAX:
        return False
    # Chinese words may run together or stand apart, English ones may not run together.
    return LEXICA[language].backchannel.fullmatch(plain) is not None


def asks_to_hold(text: str, *, language: Language) -> bool:
    """Whether the text asks the other side to wait."""
    return LEXICA[language].hold.search(text.lower()) is not None
