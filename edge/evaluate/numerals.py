"""Chinese numerals as digits, so that 三点五万, 3.5万 and 35000 compare as equal in a character error rate.

Written here because the libraries at hand (cn2an, wetext) want well-formed numbers, while transcripts hold 三万五,
五零三幺 and half-numbers, and a measure must never fail or depend on the words around a numeral.
"""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {**{character: value for value, character in enumerate("零一二三四五六七八九")}, "〇": 0, "幺": 1, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_DIGIT = "0-9零〇幺一二两三四五六七八九"
_NUMERAL = _DIGIT + "十百千万亿"

_DIGITS_MAX = 18  # more digits before a unit are no number anyone says; Python refuses to read thousands of them

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_RUN = re.compile(rf"(百分之)?([{_NUMERAL}]+(?:[点.][{_NUMERAL}]+)*)")
_DECIMAL = re.compile(rf"([{_NUMERAL}]+)\.([{_DIGIT}]+)([百千万亿]*)")


def to_digits(text: str) -> str:
    """Rewrite every numeral of a text in digits; what is no number keeps its characters.

    百分之三十 becomes 30%, 点 between numerals a point. Total: any string is accepted.
    """
    return _RUN.sub(_replacement, _THOUSANDS.sub("", text))


def _replacement(found: re.Match[str]) -> str:
    if not found[1]:
        return _number(found[2])
    return "100%" if found[2] == "百" else f"{_number(found[2])}%"


def _number(run: str) -> str:
    """One unbroken run of numerals and points: a decimal, else (a time, a version) the numbers between the points."""
    run = run.replace("点", ".")
    decimal = _DECIMAL.fullmatch(run)
    if decimal is None or (whole := _whole(decimal[1])) is None:
        return ".".join(_whole(part) or _digit_by_digit(part) for part in run.split("."))
    value = Decimal(f"{whole}.{_digit_by_digit(decimal[2])}")
    for unit in decimal[3]:
        value *= _UNITS[unit]
    return format(value.normalize() if decimal[3] else value, "f")


def _whole(run: str) -> str | None:
    """The number a run stands for: a string of digits as it is, or None (千万 alone, a listing as in 三四百)."""
    if not any(unit in run for unit in _UNITS):
        return _digit_by_digit(run)
    return None if (value := _value(run)) is None else str(value)


def _value(run: str) -> int | None:
    """The value of a run by its largest unit: what stands before it times the unit, plus what stands after."""
    for name, unit in reversed(_UNITS.items()):
        head, found, tail = run.rpartition(name)
        if not found:
            continue
        count = 1 if not head and name == "十" else _value(head)
        rest = _value(tail) if tail else 0
        if not count or rest is None or rest >= unit:
            return None
        # 三万五 is 35,000 and 两百三 is 230: one last digit right after a unit counts in tenths of that unit.
        colloquial = unit > 10 and len(tail) == 1 and rest > 0
        return count * unit + rest * (unit // 10 if colloquial else 1)
    digits = _digit_by_digit(run.lstrip("零〇"))
    if not digits or len(digits) > _DIGITS_MAX or (len(digits) > 1 and not run.isascii()):
        return None
    return int(digits)


def _digit_by_digit(run: str) -> str:
    return "".join(str(_DIGITS.get(character, character)) for character in run)
