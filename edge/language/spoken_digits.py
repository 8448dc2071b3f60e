"""Runs of digits as people say and type them: 138-0000-2756, “幺三八，四个零，二七五六”, “double oh seven”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGIT = {
    **{str(value): str(value) for value in range(10)},
    **{chr(0xFF10 + value): str(value) for value in range(10)},
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **{"〇": "0", "洞": "0", "幺": "1", "么": "1", "两": "2", "拐": "7", "勾": "9", "叉": "X", "X": "X", "x": "X"},
}
ENGLISH_DIGIT = {
    **dict(
        zip(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], "0123456789", strict=True)
    ),
    **{"oh": "0", "o": "0", "nought": "0"},
}
COUNTS = {
    "两": 2,
    "二": 2,
    "俩": 2,
    "三": 3,
    "仨": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "2": 2,
    "3": 3,
    "4": 4,
    "5": 5,
    "6": 6,
}
ONE = r"[0-9０-９零〇一二三四五六七八九幺两洞拐勾]"
REPEATED = rf"(?:[两二俩三仨四五六2-6]个{ONE})"
WORDS = "|".join(ENGLISH_DIGIT)
ENGLISH_ONE = rf"(?:(?:double|triple|treble)[ -](?:{WORDS}|[0-9])|\b(?:{WORDS})\b)"
# A pause, a filler or a grouping mark may stand between digits; a full stop may not end a number that goes on.
GAP = r"(?:[ 　\-－—–·,，、…\.。()（）]|嗯|呃|那个|然后|啊|哈){0,4}"
RUN = re.compile(
    rf"(?:\+?(?:{REPEATED}|{ONE}|{ENGLISH_ONE}))(?:{GAP}(?:{REPEATED}|{ONE}|{ENGLISH_ONE}))*(?:{GAP}[Xx叉])?",
    re.IGNORECASE,
)
ATOM = re.compile(rf"{REPEATED}|{ENGLISH_ONE}|{ONE}|[Xx叉]", re.IGNORECASE)
# Numerals with a unit are amounts or dates, not digits of a number: the run ends before them.
UNIT = re.compile(r"[十百千万亿点年月日号周元块毛角分秒小个天岁斤米平层楼寸折成倍%℃]|多|来|pounds|days?|percent")
REPEATS = {"double": 2, "triple": 3, "treble": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitRun:
    """Digits said one after another. start, end: characters of the text; digits: what they spell, X included."""

    start: int
    end: int
    digits: str


def digit_runs(text: str) -> Iterator[DigitRun]:
    """Find runs of digits in a text, in order; amounts (“一万二”) and dates give none or short ones."""
    for match in RUN.finditer(text):
        atoms = list(ATOM.finditer(text, match.start(), match.end()))
        while atoms and _belongs_to_amount(text, atoms):
            atoms.pop()
        if atoms:
            start = match.start() if match[0].startswith("+") else atoms[0].start()
            yield DigitRun(start=start, end=atoms[-1].end(), digits="".join(_spell(atom[0]) for atom in atoms))


def _belongs_to_amount(text: str, atoms: list[re.Match[str]]) -> bool:
    """Whether the last digit is the start of an amount after a pause (“…二七五六，三天” and not “二七五六号”)."""
    last = atoms[-1]
    if not UNIT.match(text, last.end()):
        return False
    return len(atoms) == 1 or text[atoms[-2].end() : last.start()] != ""


def _spell(atom: str) -> str:
    if len(atom) == 3 and atom[1] == "个":  # “四个零”
        return DIGIT[atom[2]] * COUNTS[atom[0]]
    words = re.split(r"[ -]", atom.lower())
    if words[0] in REPEATS:
        return ENGLISH_DIGIT.get(words[1], words[1]) * REPEATS[words[0]]
    return ENGLISH_DIGIT.get(atom.lower()) or DIGIT[atom]
