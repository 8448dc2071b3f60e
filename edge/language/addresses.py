"""Postal addresses and e-mail addresses, written and spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from edge.language.word_set import word_set
from edge.records import PiiSpan

NUMBER = (
    r"(?:[甲乙丙]?[0-9０-９]{1,5}[A-Za-z]?(?:[-—－][0-9A-Za-z]{1,4})?|[A-Za-z][0-9]{0,4}|"
    r"[甲乙丙]?[零〇一二三四五六七八九十百幺]{1,6})"
)
# A name before 路, 小区, …: not longer than names are, and without the words that lead to an address.
NAME = (
    r"(?:(?!地址|址|住在|寄到|送到|发到|寄往|邮寄|家住|就在|我在|我们|你们|您|这里|"
    r"那里|还是|不是|交到|位于|搬到|一共|总共|这个|那个|这条|这栋)"
    r"[\u4e00-\u9fff]){1,8}?"
)
REGION = rf"(?:{NAME}(?:省|自治区|市|区|县|镇|乡|村|开发区|新区|工业园|园区|街道))*"
STREET = rf"(?:{NAME}(?:路|大街|街|大道|巷|胡同|弄|里弄|马路|道)(?:[东南西北中]段?)?)"
PLACE = (
    rf"(?:{NAME}(?:小区|社区|花园|公寓|家园|大厦|广场|新村|苑|庭|府|城|公馆|名邸|"
    rf"嘉园|雅居|校区|大楼|写字楼|中心|商城|国际|工业园|产业园|园区|"
    r"小镇|市场|大学|医院|住院部|厂区|宿舍|[东南西北]区|新城|园|湾|轩|里)(?:[一二三四五六七八九十A-Z0-9]{1,2}(?:区|期))?)"
)
UNIT = (
    rf"(?:[，, ]?{NUMBER}(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|户|组|队|门|床|号?铺|"
    rf"档口|商铺|标段)(?:厂房|[东南西北正侧后]门)?)"
)
DOOR = rf"(?:[，, ]?(?:附{NUMBER}号?|{NUMBER}(?![0-9零一二三四五六七八九十天元块点万年月个件台套米平%成折钱])))"
BUILDING = rf"(?:(?!{NUMBER}?[上下]?楼)[\u4e00-\u9fff]{{2,4}}?(?:楼|大院))(?![上下梯道])"
# A room is read digit by digit; three of them at least, so that “二号楼三天” holds none.
ROOM = r"(?:[0-9]{3,4}|[零〇一二三四五六七八九幺]{3,4})(?![0-9零一二三四五六七八九十天元块点万年月个件台套米平%成折钱])"
FIRM_UNIT = rf"(?:[，, ]?{NUMBER}(?:栋|幢|号楼|号院|单元))"
SMALL_UNIT = rf"(?:[，, ]?{NUMBER}(?:单元|楼|层|室|户|号))"
ADDRESS = re.compile(
    rf"{REGION}{STREET}{UNIT}(?:{PLACE}|{BUILDING})?(?:{UNIT})*{DOOR}?"
    rf"|{REGION}(?:{STREET})?{PLACE}(?:{UNIT})+{DOOR}?"
    rf"|{REGION}{STREET}[与和跟]{STREET}(?:的)?(?:交叉口|路口|交界|交汇处?)(?:[往向]?[东南西北]侧?(?:边|"
    rf"走)?{NUMBER}?[百十]?(?:米|公里)?)?"
    rf"|{REGION}{NAME}[坝坡坪岭桥屯庄沟堡营寨塘坊](?:{NUMBER}号)(?![线口])(?:{UNIT})*{DOOR}?"
    rf"|{NUMBER}(?:号楼|栋|幢)(?:[，, ]?{NUMBER}单元)?[，, ]?{ROOM}"
    rf"|{REGION}{NAME}村(?:{UNIT})+|{NAME}(?:镇|乡){NAME}村(?:[\u4e00-\u9fff]{{0,6}}[往向][东南西北]第[一二三四五六七八九十]+家)?|{NAME}{FIRM_UNIT}(?:{SMALL_UNIT})+{DOOR}?"
)
# Words that lead to an address, as whole words: “发展大道” begins with none.
LEADS = word_set(
    "地址 是 住 住在 家住 住址 寄 寄到 送 送到 发 发到 送去 寄往 家 家在 我家 我们家 咱家 就 就是 就在 我",
    "在 位于 搬 搬到 过来 收货 的话 麻烦 请 到 来 去 往 给 好 好的 嗯 那 呃 喂 说 的 记 记一下 记下 吧 啊",
    "哦 行 写 您 你 我们 咱 咱们 店 店里 公司 单位 这儿 这里 那边 这边 了 把 直接 货 东西 让 您家 也 还",
    "还是 叫 从 跟 他 她 住着 一下 收件 门店 厂 工厂 仓库 前面",
)
REGION_ENDS = "省市区县镇乡村路街道巷弄园里苑庭府城厦场寓心院栋幢楼"
ENGLISH_STREET = re.compile(
    r"\b(?:(?:[Ff]lat|[Aa]partment|[Aa]pt\.?|[Uu]nit|[Ss]uite)\s+[0-9]+[A-Za-z]?,?\s+)?[0-9]{1,5}[A-Za-z]?\s+(?:[A-Z][a-z']+\s+){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Way|Crescent|"
    r"Place|Terrace|Gardens|Square|Boulevard|Row|Hill|Mews)\b"
    r"(?:,?\s+(?:[A-Z][a-z]+,?\s+)?[A-Z]{1,2}[0-9][0-9A-Z]?\s*[0-9][A-Z]{2})?|\b[A-Z]{1,2}[0-9][0-9A-Z]?\s[0-9][A-Z]{2}\b"
)
EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]*(?:(?: dot | underscore |点|下划线|杠)[A-Za-z0-9._%+\-]+)*(?:\s*(?:@|"
    r"＠|艾特|圈a|圈A|\bat\b)\s*)[A-Za-z0-9][A-Za-z0-9\-]*"
    r"(?:\s*(?:\.|点|。|\bdot\b)\s*[A-Za-z0-9][A-Za-z0-9\-]*)*\s*(?:\.|点|\bdot\b)\s*"
    r"(?:com|cn|net|org|edu|gov|io|co|uk|de|eu|example|top|vip|info|biz)\b(?:\s*(?:\.|点|\bdot\b)\s*(?:cn|uk|hk|tw)\b)?"
    r"|[A-Za-z0-9][A-Za-z0-9._%+\-]*\s*@\s*[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+",
    re.IGNORECASE | re.ASCII,
)
SPOKEN_EMAIL = re.compile(
    r"[零〇一二三四五六七八九幺A-Za-z0-9._\- ]+(?:(?:下划线|减号|杠|点)[零〇一二三四五六七八九幺A-Za-z0-9 ]+)*"
    r"[，, ]?(?:艾特|圈[aA]|@|小老鼠)[，, ]?[零〇一二三四五六七八九幺A-Za-z0-9\- ]+(?:点 ?[A-Za-z0-9]+)+"
)


def find_addresses(text: str) -> Iterator[PiiSpan]:
    """Find postal addresses exact enough to find a door or a crossing; a city or a road alone is none."""
    for match in ADDRESS.finditer(text):
        start = match.start() + _lead_length(match[0])
        if start < match.end() and text[start] not in "路街巷弄":
            yield PiiSpan(start=start, end=match.end(), type="address")
    for match in ENGLISH_STREET.finditer(text):
        yield PiiSpan(start=match.start(), end=match.end(), type="address")


def _lead_length(address: str) -> int:
    """Characters before the address proper: words like “地址是” that the name of a road can't be told from."""
    length = place = 0
    for word in rjieba.cut(address):
        place += len(word)
        if word in LEADS:
            length = place
        elif word[-1] in REGION_ENDS:
            break
    return length if length < len(address) else 0


def find_emails(text: str) -> Iterator[PiiSpan]:
    """Find e-mail addresses, also spoken (“mandy艾特example点com”, “fenn at example dot com”)."""
    for pattern in (EMAIL, SPOKEN_EMAIL):
        for match in pattern.finditer(text):
            stripped = match[0].strip(" ，,")
            start = match.start() + match[0].index(stripped)
            yield PiiSpan(start=start, end=start + len(stripped), type="email")
