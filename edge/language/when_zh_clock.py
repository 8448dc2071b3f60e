"""Chinese words of time that name a part of the day or an hour, that name no moment, or speak of what has been."""

from __future__ import annotations

import re

from edge.language.numerals import zh_number
from edge.language.when_parts import TimeParts
from edge.language.when_rules import Match, Rule, constant, rule
from edge.language.when_zh import NUMERAL

PARTS = {
    "dawn": r"凌晨|天亮前|后半夜",
    "morning": (
        r"大?清早上?|一清早|一?大早上?|(?<![周期拜])一早(?!就?说)|早上|早晨|清晨|早间|上午头?|午前|头晌午?|前晌|上半天|头午|赶早"
    ),
    "noon": r"大?中午|晌午头?|正午|午间|(?:吃?[午中]饭|午休)(?:之?前|以前)",
    "afternoon": (
        r"下午|午后|后晌|过晌午?|下半天|傍晚|擦黑|黄昏|天黑之?前|晚饭(?:之?前|以前)|下班(?![后了的路回])"
        r"|(?:下班|收工|下工|放学|散会)(?:之前|以前|前)"
    ),
    "midnight": r"大?半夜|深夜|午夜",
    "evening": r"大?晚上|晚间|夜里头?|夜间|今夜|(?:打烊|关门|闭店|睡觉?)(?:之前|以前|前)",
}
PART_BOUND = r"(?:之前|以前|前|之内|以内|内|里)?"
AFTER_DAY = r"(?:(?<=[今明后号日天末])|(?<=[周期拜][一二三四五六]))"
AN_HOUR = r"(?!一点(?!钟|半|整))[0-9一二两三四五六七八九十]{1,3}点(?!儿)"
PAST = (
    r"大前[天儿]|(?<!提)前[天晚儿](?!的?晚)|昨(?:天|儿个?|日|晚|夜|早)|去年|前年|前阵子|前些天|前几天|前段时间"
    r"|(?<![得赶不用])上{1,2}一?个?(?:周|星期|礼拜)[一二三四五六日天末]?"
    r"|上{1,2}一?个?月(?:[初中底末]|中旬|[0-9一二三十]{1,3}[号日])?"
    r"|刚才|刚刚|上(?:次|回)|(?:以前|之前)(?:的|就)|那会儿|当时|当初"
)
VAGUE = (
    r"尽快|尽早|回头|马上|立刻|立马|即刻|第一时间|随时|随后|稍后|稍微?晚(?:点|些)?|(?<![今明后当])[晚早]一?(?:点|些)(?:时候)?(?!钟)|改天|改日"
    r"|(?:赶明儿个?)?有空|得空|抽空|过(?:[两几一]|一两|两三)天(?!内|之内|以内)|这[两几]天(?!内|之内|以内)|[最近]近?几天"
    r"|近期|过阵子|过段时间|过会儿?|过一会儿?|到时候?|当场|以后|一会儿?|待会儿?|等会儿?|等下|一下子|现在|这就|眼下|早晚|迟早"
    r"|不日|择日|早日"
)
MINUTE = (
    r"半|[一三]刻|[0-5]?[0-9](?=分|钟|[^0-9个块元天万号%]|$)|[一二三四五]?十[一二三四五六七八九]?(?![块元天万个])"
    r"|零[一二三四五六七八九]|[二三四五][一二三四五六七八九零](?![块元天万个十])|[一二三四五六七八九](?=分)"
    r"|过(?:[一二三四五]?十?[一二三四五六七八九]?分|一刻)"
)
LESS = rf"(?:一刻|[{NUMERAL}]{{1,3}}分)"
# “两点建议” are two points, “零点几” and “三点五” decimals, “三点面前” no bound.
NO_HOUR_AFTER = (
    r"(?![前以]?面|前头|[0-9零一二三四五六七八九](?!十|[到过来敲])|建议|好处|原因|要求|想法|意见|疑问|问题|优势|区别|东西"
    r"|说明|注意|理由|共识|需求|儿|积分|点|几)"
)
NO_HOUR_BEFORE = re.compile(
    r"(?:百分之|[点.:0-9百第这那有降涨让返]|(?<![周期拜])[零一二三四五六七八九十]|注意|以下|下面)$"
)
# “一点” is a little, unless something says it is an hour.
AN_HOUR_BEFORE = re.compile(
    r"(?:上午|下午|中午|凌晨|晚上|夜里|早上|半夜|[今明后]晚|[天儿号日]|(?:周|期|拜)[一二三四五六])$"
)
AN_HOUR_AFTER = re.compile(r"钟|[之以]?前|[之以]后|整|左右|到|准时|多")
WORK_BEGINS = 9
HOURS_MAX, MINUTES_MAX = 24, 59


def read_part(name: str, match: Match) -> TimeParts | None:
    """“上午”; not in a greeting (“上午好”)."""
    return None if re.match(r"好(?!了)", match.after) else TimeParts(part=name)


def read_clock(match: Match) -> TimeParts | None:
    """“三点半”, “差一刻五点”, “15:30”."""
    words, minute_words = match.get("hour"), match.get("minute")
    hour = int(zh_number(words) or 0)
    decimal = words == "零" and minute_words.startswith("零")  # “零点零五”
    if hour > HOURS_MAX or decimal or NO_HOUR_BEFORE.search(match.before):
        return None
    if match.words == "一点" and not (AN_HOUR_AFTER.match(match.after) or AN_HOUR_BEFORE.search(match.before)):
        return None
    minute = _minute(minute_words)
    less = _minute(match.get("less") or match.get("less_after"))
    if less:
        hour, minute = hour - 1, MINUTES_MAX + 1 - less
    exact = words.startswith("0") and hour > 0  # “09:30” is no evening
    return TimeParts(hour=hour, minute=minute, part="morning" if exact else None)


def _minute(words: str) -> int:
    words = words.removeprefix("过").removesuffix("分")
    fixed = {"": 0, "半": 30, "一刻": 15, "三刻": 45}
    if words in fixed:
        return fixed[words]
    if re.fullmatch(r"[二三四五][一二三四五六七八九零]", words):  # “三点四五” is 3:45
        return int(10 * (zh_number(words[0]) or 0) + (zh_number(words[1]) or 0))
    value = int(zh_number(words.replace("零", "")) or 0)
    return value if value <= MINUTES_MAX else 0


def _part_rule(name: str, words: str) -> Rule:
    # “说了一下午” is a length, “周一下午” none.
    return rule(
        rf"(?:(?<![一个])|(?<=[周期拜]一)|(?<=[今明后]儿个))(?:{words}){PART_BOUND}",
        lambda match: read_part(name, match),
    )


RULES = (
    rule(r"(?:一上班|上班(?:之前|以前|前|时|就|第一件事))", constant(TimeParts(part="morning", hour=WORK_BEGINS))),
    rule(PAST, constant(TimeParts(past=True))),
    rule(VAGUE, constant(TimeParts(vague=True))),
    *(_part_rule(name, words) for name, words in PARTS.items()),
    rule(
        rf"{AFTER_DAY}早(?![点日晚些餐饭教知已])|早(?={AN_HOUR})|{AFTER_DAY}晨(?!间)",
        constant(TimeParts(part="morning")),
    ),
    rule(rf"{AFTER_DAY}[晚夜](?![点些了到两于几饭餐])|(?<!最)晚(?={AN_HOUR})", constant(TimeParts(part="evening"))),
    rule(
        rf"(?:差(?P<less>{LESS})钟?(?:到|就)?)?(?<![周期拜])(?P<hour>[0-9]{{1,2}}|[零一二两三四五六七八九十]{{1,3}})"
        rf"(?:来?点钟?|(?<=[0-9]):(?=[0-5][0-9])|时(?=[0-5]?[0-9]分))(?:(?P<minute>{MINUTE})分?|差(?P<less_after>{LESS}))?"
        rf"(?:钟|整|多|来钟|左右|准时|出头)?(?:之前|以前|前(?![面头])|之内|以内|左右|之后|以后|后)?{NO_HOUR_AFTER}",
        read_clock,
    ),
)
