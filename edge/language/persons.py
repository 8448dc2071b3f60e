"""Full names of persons in a call.

A surname with a title (“凌女士”, “Mrs Pellow”) or a given name alone (“小满”, “Priya”) singles nobody out among a firm's
callers and is left. A name found once is found wherever it comes again in the call, in Chinese also written with other
characters of the same sound, as a recogniser writes it the next time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pypinyin
import rjieba

from edge.language.persons_en import names_en, spelled_out
from edge.language.persons_zh import names_zh
from edge.records import Language, PiiSpan

# Two syllables are homophones of too many words (李杰, 理解) to mask by sound.
HOMOPHONE_CHARACTERS_MIN = 3


def find_names(texts: Sequence[str], *, language: Language) -> tuple[tuple[PiiSpan, ...], ...]:
    """Find full names of persons in a call's utterances; one tuple of spans for each."""
    names_in = names_en if language is Language.EN else names_zh
    before = ["", *texts]
    found = [set(names_in(text, asked=asked)) for text, asked in zip(texts, before, strict=False)]
    known = {text[start:end] for text, spans in zip(texts, found, strict=True) for start, end in spans}
    for text, spans in zip(texts, found, strict=True):
        spans.update(_again(text, known))
    return tuple(tuple(PiiSpan(start=start, end=end, type="person") for start, end in sorted(spans)) for spans in found)


def _again(text: str, known: set[str]) -> Iterator[tuple[int, int]]:
    for name in known:
        if name.isascii():
            for match in re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE):
                yield match.span()
            yield from spelled_out(name, text)
        else:
            for match in re.finditer(re.escape(name), text):
                yield match.span()
    yield from _homophones(text, {name for name in known if _sounds_like_itself_only(name)})


def _sounds_like_itself_only(name: str) -> bool:
    return len(name) >= HOMOPHONE_CHARACTERS_MIN and not name.isascii()


def _homophones(text: str, names: set[str]) -> Iterator[tuple[int, int]]:
    """Where characters sound like one of the names, tones apart, and are no word."""
    if not names:
        return
    sounds = {tuple(pypinyin.lazy_pinyin(name)) for name in names}
    syllables = [str(pypinyin.lazy_pinyin(character)[0]) for character in text]
    for length in {len(sound) for sound in sounds}:
        for start in range(len(text) - length + 1):
            heard = tuple(syllables[start : start + length])
            if heard in sounds and not rjieba.has_word(text[start : start + length]):
                yield start, start + length
