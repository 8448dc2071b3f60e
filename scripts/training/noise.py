"""Text as a recogniser might have written it: homophones, lost and doubled characters, no punctuation.

Characters that sound alike, tones apart, stand for one another as often as each occurs in the texts given. Half of all
misheard characters of Mandarin are of that kind; what is learnt from such text doesn't hang on one way of writing.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from pypinyin import lazy_pinyin

MARKS = re.compile(r"[，。？！、；：…“”‘’（）,.?!;:\"()]+")
HAN = re.compile(r"[\u4e00-\u9fff]")
HOMOPHONE, LOST, DOUBLED = 0.05, 0.015, 0.015  # of all characters
UNPUNCTUATED = 0.5  # of all texts


class Noise:
    """Mishears texts in the way of a recogniser; the same seed, the same mistakes."""

    def __init__(self, texts: Iterable[str], *, seed: int) -> None:
        counts = Counter(character for text in texts for character in HAN.findall(text))
        self._alike: dict[str, list[str]] = defaultdict(list)
        self._counts = counts
        for character, sound in zip(counts, lazy_pinyin(list(counts)), strict=True):
            self._alike[sound].append(character)
        self._sounds = dict(zip(counts, lazy_pinyin(list(counts)), strict=True))
        self._random = random.Random(seed)

    def mishear(self, text: str) -> str:
        """One mishearing of a text; never empty."""
        heard = MARKS.sub(" ", text) if self._random.random() < UNPUNCTUATED else text
        return "".join(map(self._mishear, heard)).strip() or text

    def _mishear(self, character: str) -> str:
        drawn = self._random.random()
        if drawn < LOST:
            return ""
        if drawn < LOST + DOUBLED:
            return character * 2
        if drawn < LOST + DOUBLED + HOMOPHONE and character in self._sounds:
            alike = self._alike[self._sounds[character]]
            return self._random.choices(alike, [self._counts[other] for other in alike])[0]
        return character
