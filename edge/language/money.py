"""Prices and discounts as sellers say them."""

from __future__ import annotations

import re

from edge.language.numerals import DIGITS, UNITS, zh_number

FIGURE = r"[0-9][0-9,]*(?:\.[0-9]{1,2})?[万千]?"
SPOKEN = r"[一二两三四五六七八九十百千万零〇]{2,12}"
# Words that make a figure the price of the thing, not a fee, a rate or a sum taken off.
OFFERED = re.compile(
    r"(?:[给卖][您你](?:算|做)?|算[您你]|到手价?|成交价?|一口价|最低价?|优惠价|会员价|活动价|(?:优惠|便宜|降|做)到)"
    rf"(?:是|只要|就|才|算)?(?P<price>{FIGURE}|{SPOKEN})(?=元|块|圆|钱|吧|啊|呢|了|行|拿|带|成|怎么样|$)"
)
OFFERED_EN = re.compile(
    r"\b(?:for|at|to|only|just)\s+(?:[$£€¥]\s?(?P<sign>[0-9][0-9,]*(?:\.[0-9]+)?)"
    r"|(?P<word>[0-9][0-9,]*(?:\.[0-9]+)?)\s?(?:dollars|pounds|euros|yuan|rmb)\b)"
)
PARTIAL = re.compile(
    r"运费|首付|押金|定金|订金|保证金|月供|每[月年天]|一个?[月天年]|平米|补贴|服务费|手续费|"
    r"deposit|a month|monthly|shipping"
)
DISCOUNT = re.compile(
    r"(?P<tenths>[1-9一二三四五六七八九])[.点]?(?P<hundredths>[0-9一二三四五六七八九])?折"
    r"|(?:优惠|便宜|低|让|降)[您你]?"
    r"(?:百分之(?P<share>[0-9一二三四五六七八九十]{1,3})|(?P<figure>[0-9]{1,2})%|(?P<tenth>[一二三四五六七八九])成)"
    r"|(?P<half>半价|half price)|(?P<off>[0-9]{1,2})\s?(?:%|percent) off"
)
MYRIAD = 10_000


def price(clause: str) -> float | None:
    """The price that a folded clause offers, in the currency spoken; None where it offers none."""
    if PARTIAL.search(clause):
        return None
    if (match := OFFERED.search(clause)) is not None:
        return amount(match["price"])
    if (match := OFFERED_EN.search(clause)) is not None:
        return amount(match["sign"] or match["word"])
    return None


def discount_percent(clause: str) -> float | None:
    """How much a folded clause takes off the list price: “八五折” is 15; None where it takes nothing off."""
    match = DISCOUNT.search(clause)
    if match is None:
        return None
    if match["tenths"]:
        return 100.0 - 10.0 * DIGITS[match["tenths"]] - DIGITS.get(match["hundredths"] or "0", 0)
    if match["half"]:
        return 50.0
    if match["tenth"]:
        return 10.0 * DIGITS[match["tenth"]]
    return zh_number(match["share"] or match["figure"] or match["off"])


def amount(text: str) -> float | None:
    """Read a sum of money: “三千二” is 3,200, “一万二” 12,000, “1.2万” 12,000; None where it is none."""
    figure = text.replace(",", "")
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", figure):
        return float(figure)
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?[万千]", figure):
        return float(figure[:-1]) * UNITS[figure[-1]]
    if "万" not in text:
        return _below_myriad(text)
    high, _, low = text.partition("万")
    myriads = _below_myriad(high)
    if myriads is None:
        return None
    if DIGITS.get(low):  # “一万二”
        return myriads * MYRIAD + DIGITS[low] * MYRIAD / UNITS["十"]
    rest = _below_myriad(low) if low else 0.0
    return None if rest is None else myriads * MYRIAD + rest


def _below_myriad(text: str) -> float | None:
    short = re.fullmatch(r"(?P<high>.*(?P<unit>[千百]))(?P<next>[一二三四五六七八九])", text)
    if short is None:
        return zh_number(text)
    high = zh_number(short["high"])  # “三千二”: the last digit counts the next smaller unit
    return None if high is None else high + DIGITS[short["next"]] * UNITS[short["unit"]] / UNITS["十"]
