"""Chinese words of time that name a day, or a week, month, quarter or year by its last day."""

from __future__ import annotations

from datetime import date

from edge.language.numerals import zh_number
from edge.language.when_calendar import (
    EARLY_END,
    MIDDLE,
    MIDDLE_END,
    month_day,
    month_end,
    month_first,
    named_month,
    named_quarter_end,
    next_week_day,
    nth_week_day,
    quarter_end,
    week_day,
    year_day,
)
from edge.language.when_holidays import (
    DAY,
    NAMES,
    SPRING,
    days_off_end,
    days_off_start,
    festival,
    next_public,
    workday,
)
from edge.language.when_parts import Interval, TimeParts
from edge.language.when_rules import Match, constant, rule
from edge.language.when_zh import (
    AROUND,
    BEFORE,
    DATE,
    EVENT_OF_DAY,
    MONTH,
    NOT_COUNTED,
    NUMERAL,
    SHIFT,
    WEEK,
    WITHIN,
    YEAR,
    follows_event,
)

RELATIVE = {"大后": 3, "后": 2, "明后": 2, "明后两": 2, "今明": 1, "今明两": 1, "明": 1, "赶明": 1, "今": 0, "本": 0}
WEEK_DAYS = {**dict(zip("一二三四五六日1234567", [*range(7), *range(7)], strict=True)), "天": 6, "末": 6}
SUNDAY = 6
# The last day (Monday is 0) of a week's stretches, and of a month's; without a word the whole is meant.
WEEK_SEGMENTS = {"初": 1, "头": 1, "中": 2, "前半": 2, "上半": 2}
MONTH_SEGMENTS = {"初": EARLY_END, "头": EARLY_END, "上旬": EARLY_END, "中": MIDDLE, "中旬": MIDDLE_END}
# Of the first month's first days, the festival they count from is past; months ahead they aren't meant.
LOOK_BACK, LOOK_AHEAD = 15 * DAY, 60 * DAY


def read_relative(match: Match) -> TimeParts:
    """“后天”, “明后两天”."""
    return TimeParts(day=match.today + RELATIVE[match.get("relative")] * DAY)


def read_that_day(match: Match) -> TimeParts:
    """“当天”, “次日”: of the call or the day said before, unless an event is named right before."""
    same_day = match.words.startswith("当")
    part = "evening" if match.words == "当晚" else None
    if follows_event(match.before) or EVENT_OF_DAY.search(match.before):
        return TimeParts(tied=True, interval=Interval(days=0 if same_day else 1), part=part)
    return TimeParts(part=part or "day") if same_day else TimeParts(day=match.today + DAY)


def read_week_day(match: Match) -> TimeParts:
    """“周三”, “下下个星期天”, “下周的周三”, “周末”."""
    name, shift = match.get("weekday")[0], match.get("weeks")
    index = WEEK_DAYS[name]
    if shift or name == "末":
        return TimeParts(day=week_day(match.today, index=index, weeks=shift.count("下")))
    return TimeParts(day=next_week_day(match.today, index=index), any_week=True)


def read_week(match: Match) -> TimeParts:
    """“这周内”, “下周初”; “下周前” ends with this week."""
    weeks = match.get("weeks").count("下")
    if weeks and match.get("before"):
        return TimeParts(day=week_day(match.today, index=SUNDAY, weeks=weeks - 1))
    index = WEEK_SEGMENTS.get(match.get("segment"), SUNDAY)
    return TimeParts(day=week_day(match.today, index=index, weeks=weeks))


def read_date(match: Match) -> TimeParts:
    """“五月八号”, “下个月三号”, “十五号”."""
    day, shift = _number(match.get("date").replace("廿", "二十")), match.get("months")
    if match.get("month"):
        return TimeParts(day=year_day(match.today, month=_number(match.get("month")), day=day, year=_year(match)))
    return TimeParts(day=month_day(match.today, day=day, months=shift.count("下") if shift else None))


def read_week_day_of_month(match: Match) -> TimeParts:
    """“十二月第一个礼拜一”, “下个月头一个周三”."""
    first = month_first(match.today, months=match.get("months").count("下"))
    if match.get("month"):
        first = named_month(match.today, month=_number(match.get("month")), year=_year(match))
    day = nth_week_day(first, index=WEEK_DAYS[match.get("weekday")], nth=_number(match.get("nth")))
    return TimeParts(day=day)


def read_month(match: Match) -> TimeParts:
    """“月底”, “下个月中旬”, “三月底”, “六月份”; “下个月前” ends with this month."""
    shift, segment, month = match.get("months"), match.get("segment"), match.get("month")
    first = month_first(match.today, months=shift.count("下"))
    if month:
        first = named_month(match.today, month=_number(month), year=_year(match))
    if not segment and match.get("before") and first > match.today:
        return TimeParts(day=first - DAY)
    day = first.replace(day=MONTH_SEGMENTS.get(segment, month_end(first).day))
    if day < match.today and not shift and not month:  # “月初” when it is past: the next month's
        day = month_first(first, months=1).replace(day=day.day)
    return TimeParts(day=day)


def read_quarter(match: Match) -> TimeParts:
    """“季度末”, “下个季度”, “三季度”, “Q3”."""
    if match.get("quarter"):
        number = _number(match.get("quarter"))
        return TimeParts(day=named_quarter_end(match.today, quarter=number, year=_year(match)))
    return TimeParts(day=quarter_end(match.today, quarters=match.get("quarters").count("下")))


def read_year(match: Match) -> TimeParts:
    """“年底”, “今年内”, “明年年中”, “上半年”."""
    year = _year(match) or match.today.year
    return TimeParts(day=date(year, 6, 30) if match.get("half") else date(year, 12, 31))


def read_festival(match: Match) -> TimeParts:
    """“国庆前” is the day before, “国庆后” the first working day after, “国庆期间” the last day off."""
    name, when = match.get("festival"), match.get("when")
    start = festival(SPRING if name in ("过年", "年") else name, match.today)
    if "前" in when:
        return TimeParts(day=start - DAY)
    if "后" in when or when.endswith(("完", "了", "回来")):
        return TimeParts(day=workday(days_off_end(start), 1, chinese=True))
    return TimeParts(day=days_off_end(start) if "期" in when or "长假" in when else start)


def read_next_holiday(match: Match) -> TimeParts:
    """“节前”, “节后”: the day before the next public holiday's days off, the first working day after them."""
    start = next_public(match.today)
    if "前" in match.words:
        return TimeParts(day=days_off_start(start) - DAY)
    return TimeParts(day=workday(days_off_end(start), 1, chinese=True))


def read_new_year(match: Match) -> TimeParts:
    """“除夕”, “正月初八”, “元宵”: days counted from the Spring Festival."""
    days = 14 if match.words.startswith("元宵") else _number(match.get("date")) - 1
    day = festival(SPRING, match.today - LOOK_BACK) + days * DAY
    if day < match.today or (match.words.startswith("初") and day - match.today > LOOK_AHEAD):
        return TimeParts(vague=True)
    return TimeParts(day=day)


def _number(words: str) -> int:
    return int(zh_number(words) or 0)


def _year(match: Match) -> int | None:
    words = match.get("year")
    named = {"今年": 0, "本年": 0, "明年": 1, "后年": 2}
    if words in named:
        return match.today.year + named[words]
    return int(words[:4]) if words else None


SEGMENT = r"(?P<segment>初(?![一二三四五六七八九十])|头(?!像|部)|中旬|上旬|下旬|底|末|尾|中(?![秋午介心间国文途]))"
RANGE_START = rf"(?:{DATE}[号日]?(?:到|至|-|~|或者?|、))?"
# “一号楼” is a place, “周一定” no Monday, “小一号” no date.
NO_DATE_BEFORE = rf"(?:(?<![{NUMERAL}第周期拜路街弄巷道坝附村段园小大])|(?<=[周期拜][一二三四五六日天]))"
NO_DATE_AFTER = r"(?![楼院码店线机仓栋门车桌厅馆房窗柜台公色床样库选员件套位技])"
NO_MONDAY_AFTER = r"(?!定|样|直|起(?!床)|共|些|点|次|趟|回(?![访复电话])|般|遍|切|个|年)"
WEEK_DAY = (
    rf"(?P<weekday>(?:一{NO_MONDAY_AFTER}|[二三四五六](?![年岁期天]))(?!十[一二三四五六七八九]?[号日])"
    r"|[1-7](?![0-9年岁期天号.点个月])|末(?:两天)?|[日天](?!期))"
)
FESTIVAL = "|".join(sorted(NAMES, key=len, reverse=True))
NEW_YEAR_BOUND = r"(?:之前|以前|前)?"
RULES = (
    rule(
        r"(?P<relative>大后|(?<![以之随然])后|明后两?|今明两?|赶?明|今|本(?=日))(?:天(?!气)|儿个?|日(?![常志后]))"
        r"(?:之内|以内|内|里)?",
        read_relative,
    ),
    rule(r"(?P<relative>明后|后|明|今)(?=(?:早|晚|夜|晨|上午|下午|中午|傍晚)(?!报))", read_relative),
    rule(r"当[天日晚](?!的话)(?:之内|以内|内)?|第二天|次日|隔天|转天|(?<!每)隔日", read_that_day),
    rule(rf"(?:(?P<weeks>{SHIFT})的?(?:{WEEK}[的里,]?)?|{NOT_COUNTED}){WEEK}{WEEK_DAY}{AROUND}", read_week_day),
    rule(
        rf"(?P<weeks>{SHIFT}){WEEK}的?(?P<segment>初|中(?!间)|头|尾|[前后上下]半(?=周|段)|)[周段]?{WITHIN}", read_week
    ),
    rule(r"(?<![0-9一二两三四五六七八九十几每半个多整上下这本])(?P<weeks>)周内", read_week),
    rule(
        rf"(?:{YEAR}(?<![{NUMERAL}个])(?P<month>{MONTH})月份?|(?P<months>{SHIFT})月)的?[第头](?P<nth>[一二三四])个?{WEEK}"
        r"(?P<weekday>[一二三四五六日天])",
        read_week_day_of_month,
    ),
    rule(
        rf"{YEAR}(?<![{NUMERAL}个])(?P<month>{MONTH})(?:月份?的?|[./](?=[0-9]{{1,2}}[号日])){RANGE_START}(?P<date>{DATE})"
        rf"(?:[号日]|(?![{NUMERAL}个块元度天年月折倍分斤百千万次%.])){AROUND}",
        read_date,
    ),
    rule(rf"(?P<months>{SHIFT})月份?的?{RANGE_START}(?P<date>{DATE})[号日]{AROUND}", read_date),
    rule(
        rf"(?P<months>{SHIFT})月(?P<date>[二三]?十[一二三四五六七八九]?)(?![{NUMERAL}个块元度天年月折倍分斤百千万次%.])",
        read_date,
    ),
    rule(rf"{NO_DATE_BEFORE}{RANGE_START}(?P<date>{DATE})(?:号|日(?={BEFORE})){NO_DATE_AFTER}{AROUND}", read_date),
    rule(rf"{YEAR}(?P<months>{SHIFT})月份?的?月?{SEGMENT}{AROUND}", read_month),
    rule(rf"{YEAR}(?<![{NUMERAL}个])(?P<month>{MONTH})月份?的?{SEGMENT}{AROUND}", read_month),
    rule(rf"(?:(?<![{NUMERAL}个几每])月)?{SEGMENT}(?<=月[初底末尾中头]|中旬|上旬|下旬){AROUND}", read_month),
    rule(rf"(?P<months>{SHIFT})月份?{WITHIN}", read_month),
    rule(rf"{YEAR}(?<![{NUMERAL}个])(?<!人)(?P<month>{MONTH})月份?(?![一1]次|[{NUMERAL}]|份?的){WITHIN}", read_month),
    rule(r"(?<![个几一两三年当每本这下])月内", read_month),
    rule(rf"(?P<quarters>{SHIFT})季(?:度|(?!节))[末底初中]?{AROUND}", read_quarter),
    rule(rf"{YEAR}第?(?P<quarter>[一二三四1-4])季度[末底初中]?{AROUND}", read_quarter),
    rule(rf"{YEAR}(?<![a-z])q(?P<quarter>[1-4])(?![0-9a-z])(?:季度)?[末底初中]?{AROUND}", read_quarter),
    rule(rf"(?<![每一二三四])季度?[末底]{AROUND}", read_quarter),
    rule(rf"{YEAR}(?:(?P<half>年中(?!无)|上半年)|年[底末尾]|岁末|下半年){AROUND}", read_year),
    rule(rf"(?P<year>今年|明年|(?<![{NUMERAL}半几多])(?=年))年?(?:之内|以内|内)", read_year),
    rule(r"(?P<year>明年|今年)(?:[底末]|(?P<half>中))", read_year),
    rule(
        rf"(?<![{NUMERAL}])(?P<festival>{FESTIVAL})节?"
        r"(?P<when>(?:放假|放?长假|假期|小长假|假)?(?:之前|以前|前一天|前(?![后面台])|之后|以后|过后|后|回来|期间|期里|完)"
        r"|当[天日]|那一?天|小?长假|假期)",
        read_festival,
    ),
    rule(
        rf"(?P<festival>过年|(?<![{NUMERAL}半几去今明每多大成整百往历当新周])年)"
        r"(?P<when>之前|以前|前|之后|以后|后|期间)(?!就|已|买|轻)",
        read_festival,
    ),
    rule(rf"(?P<when>过(?:完|了))(?P<festival>{FESTIVAL}|年)(?![龄月]|节前)", read_festival),
    rule(
        rf"(?<![过春时环细情调])节(?:{BEFORE}|后|之后|以后)(?![省目])|(?:放|长|小长|休)假(?:{BEFORE}|后|之后)",
        read_next_holiday,
    ),
    rule(rf"(?:大?年三十|除夕|小年夜|元宵节?){NEW_YEAR_BOUND}", read_new_year),
    rule(rf"(?:大年|正月|过年)?初(?P<date>十|[一二三四五六七八九])(?![中期级次]){NEW_YEAR_BOUND}", read_new_year),
    rule(rf"正月(?P<date>{DATE}){NEW_YEAR_BOUND}", read_new_year),
    # What starts on a day has no end there, and what is told a day before is told before an event.
    rule(
        r"(?:从|自)[^,。]{0,6}?[天日号点月年周后在刻儿][^,。]{0,4}?(?:起(?!来)|开始|算起)",
        constant(TimeParts(tied=True)),
    ),
    rule(
        r"(?:前|头|提前|早)一?天(?=早上|上午|下午|晚上|给|再|通知|打|发|我|提醒|联系)", constant(TimeParts(tied=True))
    ),
)
