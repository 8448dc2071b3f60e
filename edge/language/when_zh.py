"""Chinese expressions of time: which words they are and which parts they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from edge.language.numerals import zh_number
from edge.language.when_parts import TimeParts, month_day, month_end, same_day_later, weekday

NUMBER = r"(?:[0-9]{1,3}|[零〇一二两俩三四五六七八九十百]{1,5}|半)"
BOUND = r"(?:[ ]?(?:之前|以前|之内|以内|内|里|前|左右))"
RELATIVE_DAYS = {
    "大后天": 3, "后天": 2, "后儿": 2, "明天": 1, "明儿": 1, "明日": 1, "明早": 1, "明晚": 1, "第二天": 1, "次日": 1,
    "今天": 0, "今儿": 0, "今日": 0, "今早": 0, "今晚": 0, "当天": 0, "当日": 0, "今夜": 0,
}  # fmt: skip
PAST = (
    r"大前天|前天|昨天|昨儿|昨晚|昨夜|昨日|上+个?(?=周|星期|礼拜)|上+个?月|去年|前年|"
    r"刚才|前阵子|上(?:次|回)|(?:以前|之前)的"
)
PARTS = {
    "凌晨": "dawn", "清早": "morning", "早上": "morning", "早晨": "morning", "上午": "morning", "午前": "morning",
    "中午": "noon", "晌午": "noon", "下午": "afternoon", "午后": "afternoon", "傍晚": "afternoon", "下班": "afternoon",
    "晚上": "evening", "晚间": "evening", "夜里": "evening", "今晚": "evening", "明晚": "evening", "今夜": "evening",
    "今早": "morning", "明早": "morning", "晚": "evening", "早": "morning",
}  # fmt: skip
FIXED_DAYS = {"元旦": (1, 1), "五一": (5, 1), "六一": (6, 1), "国庆": (10, 1), "双十一": (11, 11), "双十二": (12, 12)}
VAGUE = (
    r"尽快|尽早|回头|马上|立刻|立马|第一时间|随时|稍后|稍晚|改天|改日|过[两几]天|这[两几]天|过阵子|过段时间|到时候?|"
    r"当场|每天(?:早上|上午|下午|晚上)?|前一天(?:早上|上午|下午|晚上)?|以后|一会儿|待会儿?|现在|即刻|月初"
)
WEEK_DAYS = {**dict(zip("一二三四五六日", range(7), strict=True)), "天": 6, "末": 6}
FESTIVAL = "|".join(FIXED_DAYS)
DAY = (
    rf"(?P<past>{PAST})?(?:(?P<relative>{'|'.join(RELATIVE_DAYS)})(?!气)"
    r"|(?P<weeks>这个?|本|下+个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末1-6])(?![年岁期])"
    r"|(?P<week>这个?|本|下+个?)(?:周|星期|礼拜)"
    rf"|(?:(?P<months>这个?|本|下+个?)月|(?P<month>{NUMBER})月份?)?的?(?P<date>[0-9]{{1,2}}|"
    rf"[一二三四五六七八九十]{{1,3}})[号日](?![楼院码店线机仓栋])"
    rf"|(?P<end_months>这个?|本|下+个?)?(?:(?P<end_month>{NUMBER})月份?|月)(?:底|末)(?:之?前)?"
    rf"|(?P<only_months>下+个?月)|(?P<year_end>年底)|(?P<festival>{FESTIVAL})(?=之?前|当天|那天))"
)
CLOCK = (
    r"(?P<hour>[0-9]{1,2}|[零一二两三四五六七八九十]{1,3})(?:点钟?|[:：](?=[0-9]{2}))"
    r"(?![前以]?面|前头)(?P<minute>半|一刻|三刻|[0-9]{2}|[一二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九]"
    r"|[一二三四五][一二三四五六七八九零]|[0-9一二三四五六七八九](?=分))?(?:分(?!之))?(?![0-9零一二三四五六七八九]|建议|好处|原因|要求)"
)
PART = (
    r"(?P<part>凌晨|清早|早上|早晨|上午|午前|中午|晌午|下午|午后|傍晚|下班|晚上|晚间|"
    r"夜里|[早晚](?=[0-9一二两三四五六七八九十]{1,3}点)|早(?=给|发))"
)
EXPRESSION = re.compile(
    rf"(?:{DAY}[的，, ]?(?:{PART})?[的]?(?:{CLOCK})?|(?P<past2>{PAST})?{PART.replace('<part>', '<part2>')}"
    rf"[的]?(?:{CLOCK.replace('<hour>', '<hour2>').replace('<minute>', '<minute2>')})?"
    rf"|{CLOCK.replace('<hour>', '<hour3>').replace('<minute>', '<minute3>')}){BOUND}?"
)
INTERVAL = re.compile(
    rf"(?:(?P<low>{NUMBER})[个]?(?:分钟|小时|钟头|天|周)?(?:到|至|-|~|—))?(?P<count>{NUMBER})(?P<half1>个半)?个?"
    r"(?P<unit>工作日|分钟|小时|钟头|天|周|星期|礼拜|月|日)(?P<half2>半)?"
    r"(?P<bound>[ ]?(?:之内|以内|内|之后|以后|后|里|之前|以前))?"
)
VAGUE_WORDS = re.compile(VAGUE)
# “一点” is a little more often than one o'clock; after “百分之” and in decimals no hour is meant.
NO_CLOCK = re.compile(r"(?:百分之|点|[0-9.])\|$|(?:百分之|[点.0-9])\||\|一点(?!钟|半|之?前|以前|[一二三四五]?十|整|到)")
HOUR_MAX = 24
UNIT_MINUTES = {"分钟": 1, "小时": 60, "钟头": 60}
UNIT_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}
BEFORE_RATE = re.compile(r"(?:每|隔|连着|打|熬|等了|用了|做了|干了|前|近|过去|第|保修|质保|长达)$")


def zh_parts(text: str, started_at: datetime) -> Iterator[TimeParts]:
    """Find Chinese expressions of time; they may overlap, the longer one is meant."""
    today = started_at.date()
    for match in EXPRESSION.finditer(text):
        parts = _expression(match, today)
        if parts is not None:
            yield parts
    for match in INTERVAL.finditer(text):
        parts = _interval(match, today)
        if parts is not None:
            yield parts
    for match in VAGUE_WORDS.finditer(text):
        yield TimeParts(start=match.start(), end=match.end(), vague=True)


def _expression(match: re.Match[str], today: date) -> TimeParts | None:
    hour = zh_number(match["hour"] or match["hour2"] or match["hour3"] or "")
    if hour is not None and hour > HOUR_MAX:  # a count of points, not a clock
        return None
    if match["hour3"] and NO_CLOCK.search(match.string[: match.start()] + "|" + match[0] + match.string[match.end() :]):
        return None
    spoken = match["part"] or match["part2"] or match["relative"]
    parts = TimeParts(
        start=match.start(),
        end=match.end(),
        part=PARTS.get(spoken) if spoken else None,
        hour=int(hour) if hour is not None else None,
        minute=_minute(match["minute"] or match["minute2"] or match["minute3"]),
        past=bool(match["past"] or match["past2"]),
    )
    try:
        return replace(parts, day=_day(match, today))
    except (ValueError, OverflowError):  # “三十四号”, a day that doesn't exist
        return None


def _minute(text: str | None) -> int:
    if not text:
        return 0
    fixed = {"半": 30, "一刻": 15, "三刻": 45}
    value = fixed.get(text, zh_number(text))
    return int(value) if value is not None and value < 60 else 0  # minutes in an hour


def _steps(text: str | None) -> int | None:
    """“下下个” is 2, “下” 1, “这” and “本” 0, nothing None."""
    return text.count("下") if text else None


def _day(match: re.Match[str], today: date) -> date | None:
    if match["relative"]:
        return today + timedelta(days=RELATIVE_DAYS[match["relative"]])
    if match["weekday"]:
        index = WEEK_DAYS.get(match["weekday"])
        index = int(match["weekday"]) - 1 if index is None else index
        return weekday(today, index=index, weeks=_steps(match["weeks"]))
    if match["week"]:
        return weekday(today, index=6, weeks=_steps(match["week"]))
    if match["festival"]:
        month, day = FIXED_DAYS[match["festival"]]
        return month_day(today, month=month, day=day)
    return _month(match, today)


def _month(match: re.Match[str], today: date) -> date | None:
    if match["date"]:
        month = zh_number(match["month"] or "")
        day = int(zh_number(match["date"]) or 0)
        return month_day(today, month=int(month) if month else None, day=day, months=_steps(match["months"]) or 0)
    if match["end_month"]:
        month = int(zh_number(match["end_month"]) or 0)
        first = month_day(today, month=month, day=1) if month != today.month else today
        return month_end(first, months=0)
    if match["only_months"]:
        return month_end(today, months=_steps(match["only_months"]) or 1)
    if match["year_end"]:
        return date(today.year, 12, 31)
    if match["end_months"] or re.search(r"月[底末]", match[0]):
        return month_end(today, months=_steps(match["end_months"]) or 0)
    return None


def _interval(match: re.Match[str], today: date) -> TimeParts | None:
    """An interval from now. Days count without “之内” (“三天送到”); weeks and months only with it."""
    count, unit = zh_number(match["count"]), match["unit"]
    if count is None or BEFORE_RATE.search(match.string[: match.start()]):
        return None
    count += 0.5 if match["half1"] or match["half2"] else 0.0
    place = TimeParts(start=match.start(), end=match.end())
    if unit in UNIT_MINUTES:
        return replace(place, minutes=count * UNIT_MINUTES[unit])
    if unit == "工作日":
        return replace(place, workdays=int(count))
    try:
        return _later_day(match, place, count, today)
    except (ValueError, OverflowError):
        return None


def _later_day(match: re.Match[str], place: TimeParts, count: float, today: date) -> TimeParts | None:
    unit = match["unit"]
    if unit == "日" and not match["bound"]:
        return None
    if unit in ("天", "日"):
        return replace(place, day=today + timedelta(days=int(count)))
    if not match["bound"]:
        return replace(place, vague=True)
    if unit in UNIT_DAYS:
        return replace(place, day=today + timedelta(days=round(count * UNIT_DAYS[unit])))
    days = 15 if count % 1 else 0  # half a month
    return replace(place, day=same_day_later(today, months=int(count)) + timedelta(days=days))
