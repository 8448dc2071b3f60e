"""What the rules for Chinese words of time share: numerals, bounds, and the events that times count from."""

from __future__ import annotations

import re

NUMERAL = "0-9零〇一二两俩三四五六七八九十"
DATE = r"(?:[0-9]{1,2}|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
YEAR = r"(?:(?P<year>明年|今年|本年|后年|20[0-9]{2}年)的?)?"
SHIFT = r"(?:这一?个?|本|当|下{1,3}一?个?)"
WEEK = r"(?:周|星期|礼拜)"
BEFORE = r"(?:之前|以前|前(?![面台端后提往任]))"
AROUND = rf"(?:之内|以内|内|里头?|中(?![午旬])|期间|前后|左右|{BEFORE}|这一?天|那一?天|当天|之间)?"
WITHIN = rf"(?:之内|以内|内|里|期间|(?P<before>{BEFORE}))?"
# “一周” is no “周”, though “周二周三” are two.
NOT_COUNTED = rf"(?:(?<![{NUMERAL}几每半个多整])|(?<=[周期拜][一二三四五六]))"
# What has to happen first; words of time right after it count from it.
EVENT = re.compile(
    r"(?:(?<![然今往最先前随此背明事以之])(?:之|以)?后|(?<![算不没])完了?|[签付交办验装看试量谈批审收]完[^,。]{0,4}"
    r"|(?:从|自)\S{1,10}(?:起|开始|算起)"
    r"|(?:下单|付款|付清|付全款|到账|款到|收款|回款|收到\S{0,3}|签约|签字|签收|签合同|放款|审核通过|审批通过|到货|发货|出库"
    r"|完工|交付|交房|验收|拆封|出院|入住|激活|开通|缴费|交费|投保|生效|报名|购买)(?:了|过|好)?)的?,?$"
)
# Before “当天” any word names an event, but for who acts and how.
EVENT_OF_DAY = re.compile(
    r"[\u4e00-\u9fff](?<![我您你他她咱们家方边就都能会以在是给今天儿那这先再也定于争保证按得要最])的?$"
)


def follows_event(before: str) -> bool:
    """Whether the words before end with an event (“放款完”, “付款后”, “审核通过之后,”)."""
    return EVENT.search(before) is not None
