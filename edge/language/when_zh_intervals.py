"""Chinese words of time that name a length of time from now, and those that recur."""

from __future__ import annotations

import re

from edge.language.numerals import zh_number
from edge.language.when_parts import Interval, TimeParts
from edge.language.when_rules import Match, constant, rule
from edge.language.when_zh import NUMERAL, follows_event

COUNT = r"(?:[0-9]{1,3}(?:\.[0-9])?|[零〇一二两俩三四五六七八九十百]{1,5}|半)"
IDIOMS = {"三两": 3, "个把": 1}
MINUTES = {"分": 1, "分钟": 1, "刻钟": 15, "小时": 60, "钟头": 60, "钟": 60}
DAYS = {"天": 1, "日": 1, "自然日": 1, "日历日": 1, "周": 7, "星期": 7, "礼拜": 7}
MONTHS = {"月": 1, "年": 12}
DAYS_HALF_MONTH = 15
UNIT = (
    r"(?P<unit>工作日|自然日|日历日|分钟|分(?=之?内|以内)|刻钟|小时|钟头|钟(?![头点表意情])|天(?![气然猫花线数窗])"
    r"|日(?=之?内|以内|后|之后|以后|左右)|周(?![期边年转到全一二三四五六日末岁])|周(?=一定)|星期|礼拜|(?<=[个半把来])月"
    r"|年(?=之?内|以内|之?后|以后)|(?<=半)年(?!级))"
)
BOUND = (
    r"(?P<bound>之内|以内|内(?![容部存衣])|之后|以后|后(?![期续来面台勤])|里(?![面边头的])|之前|以前|前(?![面台期端])"
    r"|左右|上下|之间|时间)?"
)
# Lengths that are no due times: what recurs, has been, is guaranteed or paid over, or shifts another time.
NO_DUE_BEFORE = re.compile(
    r"(?:每|隔|零|连着?|连续|打|熬|了(?!,)|用(?!不了)|做过|干|住|睡|坐|前(?!,)|头|近|最近|过去|第|保修|质保|延保|三包|保质期?"
    r"|有效期?|有效|保鲜|试用期?|为期|工期|周期|寿命|超过?|超出|多于|不到|不足|满|提前|(?<!最)[晚迟早]|推迟?|延后?|延期|拖|差"
    r"|多[留等给送待住放用]?|少|贵|耽误您?|占用您?|打扰您?|耽搁|耽误你|分|包换|免费|免息|送您?|赠|一共|总共|间隔|相隔|相差|年纪|工作|营业"
    r"|在线|有|才|都|这|那|上|整整|跑|开|等了|没|课|假|待|呆|聊|谈|讲)$"
)
DUE_BEFORE = re.compile(r"(?:最多|至多|顶多|差不多|最晚|最迟|最早|都能|送到|做到|开到|都用不了|再等|送)$")
NO_DUE_AFTER = re.compile(
    r"了(?![解然])|的?(?:保修|质保|保质|延保|售后|无理由|包退|包换|免息|分期|试用|体验|有效|寿命|经验|工龄|课时|假期?|工期|周期"
    r"|年卡|月卡|会员|套餐|保险|流水|工资|租金|数据|量|货|粮)"
    r"|以来|没(?!问题)|都?没有?(?!问题)|不(?:打烊|关机|停|间断|断)|在线|值班|待命|营业|客服|热线|制|两头|到晚|大|小(?!时)"
    r"|多(?![能可以就给发送])|[也都]不|[0-9一二两三四五六七八九十百千万几半多少]{1,6}(?:[次趟回块元百千万件台套斤度节顿单篇遍点]|个(?!工))"
    r"|[只要得交还租赚挣赔花接跑扣涨退][0-9一二两三四五六七八九十百千万几多少]+"
)
# “三天前” is past; “三天之前给您” is due unless it tells what was.
TOLD = re.compile(r"[就已买来的开说打报交付下我您那,]|给我|$")


def read_interval(match: Match) -> TimeParts | None:
    """“三天之内”, “5到7个工作日”, “一个半小时”, “半个月”; after an event they count from it."""
    bound, words = match.get("bound"), match.get("count")
    soon = match.before.endswith("这") and (bound or words in ("一两", "两三", "三两", "三五"))  # “这两三天”
    if NO_DUE_BEFORE.search(match.before) and not (soon or DUE_BEFORE.search(match.before)):
        return None
    if not bound and NO_DUE_AFTER.match(match.after):
        return None
    if bound == "前" or (bound in ("之前", "以前") and TOLD.match(match.after)):
        return TimeParts(past=True)
    if match.words == "半天":  # as often “for ages”
        return TimeParts(vague=True)
    count = IDIOMS.get(words) or (float(words) if "." in words else zh_number(words) or 0.0)
    count += 0.5 if match.get("half") or match.get("half_after") else 0.0
    interval = _interval(count, match)
    return TimeParts(interval=interval, tied=follows_event(match.before)) if interval else None


def _interval(count: float, match: Match) -> Interval | None:
    unit = match.get("unit")
    if not count:
        return None
    if unit in MINUTES:
        return Interval(minutes=count * MINUTES[unit] + (zh_number(match.get("minutes")) or 0.0))
    if unit == "工作日":
        return Interval(workdays=int(count), chinese=match.in_china) if count >= 1 else None
    if unit in MONTHS:
        months = count * MONTHS[unit]
        return Interval(months=int(months), days=DAYS_HALF_MONTH if months % 1 else 0)
    days = count * DAYS[unit]  # “半天之内” is still today, “一天半” the second day
    return Interval(days=int(days + 0.5) if days > 1 else int(days))


def read_workdays(match: Match) -> TimeParts:
    """“下一个工作日”, “T+3”."""
    return TimeParts(interval=Interval(workdays=int(match.get("count") or 1), chinese=match.in_china))


RULES = (
    rule(
        rf"(?<![{NUMERAL}千百万])(?:{COUNT}个?半?(?:工作日|分钟|小时|钟头|天|周|星期|礼拜|个月)?(?:到|至|-|~|—|–|或者?)?)??"
        rf"(?P<count>个把|三两|{COUNT})(?:个(?P<half>半))?来?个?来?{UNIT}(?:零?(?P<minutes>[0-9一二三四五十]{{1,3}})分钟?)?"
        rf"(?P<half_after>半(?!个))?{BOUND}",
        read_interval,
    ),
    rule(
        r"几个?(?:工作日|分钟|小时|钟头|天|周|星期|礼拜|月)(?:之内|以内|内|里|后|之后)?",
        constant(TimeParts(vague=True)),
    ),
    rule(r"下一?个工作日|次工作日", read_workdays),
    rule(r"(?<![a-z0-9])t\+(?P<count>[0-9]{1,2})(?![0-9])", read_workdays),
    rule(
        r"(?:每隔?|隔|逐)(?:一|两|半)?个?(?:(?:周|星期|礼拜)[一二三四五六日天末]?|月(?:的?[0-9一二三十]{1,3}[号日])?|天|日"
        r"|季度?|年|晚|早|小时|分钟)|天天|年年|月月",
        constant(TimeParts(tied=True)),
    ),
)
