"""Telephone, identity-card and bank-card numbers, also spoken, broken by pauses, over two turns, or read back.

Recall comes first: a wrong check digit doesn't spare a number, since recognisers mishear digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from edge.language.spoken_digits import DigitRun, digit_runs
from edge.records import Language, PiiSpan

MOBILE = re.compile(r"(?:0?0?86)?1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}[2-8]\d{6,7}|400\d{7}|800\d{7}")
ENGLISH_PHONE = re.compile(r"(?:0|44|1)?\d{9,11}|555\d{4}|\d{7}")
ID_CARD = re.compile(r"[1-8]\d{5}(?:18|19|20)\d{9}[\dX]|[1-8]\d{14}")
BANK_CARD = re.compile(r"[3-6]\d{13,18}")
NUMBER_DIGITS_MIN = 7
CARD_DIGITS_MIN = 13  # no telephone number has as many
PARTIAL_DIGITS_MIN = 3
READ_BACK_DIGITS_MIN = 4
CONTEXT_CHARACTERS = 14
TURNS_BETWEEN_MAX = 2  # the other side's “嗯，您说” between two parts of a number
ABOUT = {
    "id_card": re.compile(r"身份证|证件|passport|\bID\b|social security|national insurance", re.IGNORECASE),
    "bank_card": re.compile(r"卡号|银行卡|账号|帐号|储蓄卡|信用卡|card number|account number|sort code", re.IGNORECASE),
    "phone": re.compile(
        r"电话|手机|号码|打我|联系方式|微信|拨|分机|座机|另一个号|call me|phone|number|mobile|reach me|ring me|text me",
        re.IGNORECASE,
    ),
}
NOT_PERSONAL = re.compile(
    r"(?:工号|单号|订单|快递|车牌|合同号|编号|型号|发票|案号|order|reference|ref|"
    r"invoice|serial|policy|model)[^，。,.]{0,6}$",
    re.IGNORECASE,
)
TAIL = re.compile(r"(?:后[四4六6]位|尾号|末[四4]位|last four)[^，。,.]{0,4}$", re.IGNORECASE)


def find_numbers(texts: Sequence[str], *, language: Language) -> tuple[tuple[PiiSpan, ...], ...]:
    """Find numbers that identify a person in a call's utterances; one tuple of spans for each.

    A number begun in one utterance and ended within the next two is found in both; four digits or more of a number
    known from the call are found wherever they are read back.
    """
    runs = [tuple(digit_runs(text)) for text in texts]
    found: list[dict[DigitRun, str]] = [{} for _ in texts]
    for index, text in enumerate(texts):
        for run in runs[index]:
            kind = number_type(run, text, language=language)
            if kind is not None:
                found[index][run] = kind
    _join_broken(texts, runs, found)
    known = {(kind, run.digits) for each in found for run, kind in each.items()}
    for index, text in enumerate(texts):
        for run in runs[index]:
            kind = _read_back(run, text, known)
            if kind is not None:
                found[index].setdefault(run, kind)
    return tuple(
        tuple(PiiSpan(start=run.start, end=run.end, type=kind) for run, kind in each.items()) for each in found
    )


def number_type(run: DigitRun, text: str, *, language: Language) -> str | None:
    """The type of number a run of digits is, from its shape and the words around it; None for any other number."""
    before = text[max(0, run.start - CONTEXT_CHARACTERS) : run.start]
    if NOT_PERSONAL.search(before):
        return None
    named = _named(before)
    if ID_CARD.fullmatch(run.digits) and named != "bank_card":
        return "id_card"
    if MOBILE.fullmatch(run.digits) or LANDLINE.fullmatch(run.digits):
        return named if named == "bank_card" else "phone"
    if BANK_CARD.fullmatch(run.digits):
        return named or "bank_card"
    if language is Language.EN and ENGLISH_PHONE.fullmatch(run.digits):
        return named or "phone"
    if len(run.digits) >= NUMBER_DIGITS_MIN:
        # A recogniser loses and adds digits, so no shape can be asked for: so many in a row are somebody's number.
        return named or _by_length(run.digits)
    if TAIL.search(before) and re.search(r"身份证|证件", text) and len(run.digits) >= READ_BACK_DIGITS_MIN:
        return "id_card"
    return None


def _by_length(digits: str) -> str:
    if len(digits) < CARD_DIGITS_MIN:
        return "phone"
    return "id_card" if ID_CARD.match(digits) else "bank_card"


def _named(before: str) -> str | None:
    """The type that the words right before a number name; the last named one counts."""
    places = [
        (match.end(), match.end() - match.start(), kind)
        for kind, words in ABOUT.items()
        for match in words.finditer(before)
    ]
    return max(places)[-1] if places else None


def _join_broken(
    texts: Sequence[str], runs: Sequence[tuple[DigitRun, ...]], found: Sequence[dict[DigitRun, str]]
) -> None:
    """Join a number's beginning, at the end of one utterance, to its end in one of the next."""
    for index, text in enumerate(texts):
        last = runs[index][-1] if runs[index] else None
        if last is None or last in found[index] or len(last.digits) < PARTIAL_DIGITS_MIN or not _ends(text, last):
            continue
        for later in range(index + 1, min(index + 1 + TURNS_BETWEEN_MAX, len(texts))):
            first = runs[later][0] if runs[later] else None
            kind = _whole(last.digits + first.digits) if first is not None and len(first.digits) > 1 else None
            if first is not None and kind is not None:
                found[index][last] = kind
                found[later][first] = kind
                break


def _ends(text: str, run: DigitRun) -> bool:
    return len(text) - run.end <= PARTIAL_DIGITS_MIN


def _whole(digits: str) -> str | None:
    if MOBILE.fullmatch(digits):
        return "phone"
    if ID_CARD.fullmatch(digits):
        return "id_card"
    return "bank_card" if re.fullmatch(r"[3-6]\d{15,18}", digits) else None


def _read_back(run: DigitRun, text: str, known: set[tuple[str, str]]) -> str | None:
    if len(run.digits) < READ_BACK_DIGITS_MIN or NOT_PERSONAL.search(text[: run.start]):
        return None
    for kind, digits in sorted(known):
        if run.digits in digits:
            return kind
    return None
