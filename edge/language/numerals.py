"""Numbers as Chinese and English speech writes them."""

from __future__ import annotations

DIGITS = {
    **{str(value): value for value in range(10)},
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
ENGLISH = {
    **{
        word: value
        for value, word in enumerate(
            [
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
                "thirteen",
                "fourteen",
                "fifteen",
                "sixteen",
                "seventeen",
                "eighteen",
                "nineteen",
                "twenty",
            ]
        )
    },
    **{"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90},
    **{
        "a": 1,
        "an": 1,
        "couple of": 2,
        "a couple of": 2,
        "few": 3,
        "a few": 3,
        "half": 0.5,
        "half an": 0.5,
        "half a": 0.5,
    },
}
ADJACENT_DIGITS = 2  # “两三天”: two digits side by side are a range


def zh_number(text: str) -> float | None:
    """Read a Chinese or Arabic number; “两三” is the range's later bound, “半” a half; None where it is none."""
    if text == "半":
        return 0.5
    if text.isdecimal() and text.isascii():
        return float(text[:9])
    if not text or any(character not in DIGITS and character not in UNITS for character in text):
        return None
    if len(text) == ADJACENT_DIGITS and all(DIGITS.get(character, 0) > 0 for character in text):
        return float(DIGITS[text[1]])
    return float(_with_units(text))


def _with_units(text: str) -> int:
    """Add up “二百一十三”; a string of digits without a unit is read in decimal places."""
    total, pending = 0, 0
    for character in text:
        if character in UNITS:
            total += (pending or 1) * UNITS[character]
            pending = 0
        elif pending and not any(unit in text for unit in UNITS):
            pending = pending * 10 + DIGITS[character]
        else:
            pending = DIGITS[character]
    return min(total + pending, 10**9)


def en_number(text: str) -> float | None:
    """Read an English number word or figure; None where it is none."""
    word = " ".join(text.lower().replace("-", " ").split())
    if word.isdecimal() and word.isascii():
        return float(word[:9])
    if word in ENGLISH:
        return float(ENGLISH[word])
    parts = word.split()
    if len(parts) == ADJACENT_DIGITS and all(part in ENGLISH for part in parts):
        return float(ENGLISH[parts[0]] + ENGLISH[parts[1]])
    return None
