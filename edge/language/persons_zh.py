"""Full names in Chinese speech: a surname and a given name, weighed by their characters and by where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import rjieba

from edge.language.name_characters import surname_length, usual_given_name
from edge.language.word_set import word_set

TITLES = (
    "先生|女士|小姐|太太|老师|经理|总监|主任|老板|医生|大夫|师傅|校长|院长|厂长|店长|科长|处长|局长|队长|"
    "主管|教练|教授|律师|会计|同学|同志|阿姨|大爷|大姐|大哥|大妈|叔叔|奶奶|爷爷|工程师"
)
QUOTES = "“”\"'「」《》"
PAUSE = rf"[，。！？、；：…—,.!?;:\s（）(){QUOTES}]"
BREAK = re.compile(rf"(?:{PAUSE}|^)$")
END = re.compile(rf"{PAUSE}|[啊呀哈呢吧吗哦嘛哎诶]|$")

# Where a name stands, strongest first. Said to be a name: whatever follows, up to a pause, is one.
NAMED = re.compile(
    r"(?:我|俺|咱|名字?|就|[他她]|全名|大名|本名|真名|孩子|儿子|女儿|闺女|老公|老婆|爱人|人|师傅|户主|，)叫(?:做|作)?$|"
    rf"(?:姓名|名字|户名|户主|卡主|机主|车主|法人|全名|本名|大名|署名|联系人|收件人|收货人|收信人|寄件人|经办人|持卡人|投保人|被保人|"
    rf"被保险人|受益人|签收人|入住人|乘车人|乘机人|就诊人|患者|病人|抬头)(?:[叫是写填为就：:，\s]|就是){{0,2}}{PAUSE}?$"
)
# Where persons present themselves, are asked for or are written down.
INTRODUCED = re.compile(
    rf"(?:[我俺咱]|这边|这里|[他她]|您|请问)就?是[{QUOTES}]?$|(?:[我俺]|这边|这里|请问)(?:就?是)?[^，。！？,.!?]{{1,12}}的$|"
    rf"(?:写|刻|署|填|签|登记|找|联系|问|收件|抬头)[{QUOTES}]?$|^(?:请问)?(?:您)?是$|本人{PAUSE}?$|"
    r"(?:同事|客户经理|经理|顾问|专员|客服|助理|主管|销售|总监|工程师|师傅|医生|大夫|老师|负责人|"
    r"老公|老婆|爱人|媳妇|先生|太太|儿子|女儿|闺女|孩子|孙子|孙女|母亲|父亲|妈妈|爸爸|我妈|我爸|弟弟|"
    r"妹妹|哥哥|姐姐|合伙人|财务|室友)(?:是|就是)?，?$"
)
# Where a name may stand as well as any other word.
POSSIBLE = re.compile(rf"(?:{PAUSE}|^|[叫是找让跟和给问写喊请派由喂嗯]|好的?|[您你]好|下|的)$")
ASKED = re.compile(
    r"贵姓|怎么称呼|(?:叫|写)(?:什么|啥)|姓名|名字|全名|哪位|(?:户主|机主|车主|收件人|联系人|户名|本人)[^。]{0,6}[？?谁]|是谁|写谁"
)
TITLE = re.compile(TITLES)
RECEIVING = re.compile(
    r"[，,、]?(?:的?(?:电话|手机|身份证|证件|号码|邮箱|账户|名下)|收(?![入费到银藏据])|在吗|本人|家[，。]|签收|签的|为您|[零一幺二三四五六七八九0-9]{4})"
)

# How much speaks for a name: its place and its characters each count, up to these.
PLACE_NAMED, PLACE_INTRODUCED, PLACE_POSSIBLE = 3, 2, 1
LOOKS_CUT_AS_NAME, LOOKS_USUAL, LOOKS_UNKNOWN, LOOKS_POSSIBLE = 3, 2, 1, 0
EVIDENCE_MIN = 3
GIVEN_CHARACTERS_MAX = 2
WINDOW = 12  # characters the segmenter sees of a name and what follows
PERSON_TAG = "nr"
FUNCTION_TAGS = frozenset(("d", "p", "r", "uj", "ul", "y", "f", "uz", "ud"))
NOT_GIVEN = re.compile(
    r"[你您我他她它哈苦走住孬说到去看给让把被很太再又过吗谢市县区镇乡村屯街费款了的是没这那们什怎吧呢啊不喝吃做买卖打要会在还就都也能想用修换"
    r"装退付找问叫写收发送寄号码钱元块只张条件个位点分秒天月年后前上下里外张纸单卡]|(?<=.)[子家人工]$|^[总姐哥叔嫂工副老某家]"
)
# The segmenter's dictionary knows these as persons, or not at all.
COMMON_WORDS = word_set("明白 顾问 高峰 温馨 文明 师傅 华为 安静 康复 毛利 金银花 白玉兰 康乐园 江南春 黄河 长江")
# “我姓佘，叫静怡”: the surname said first, the given name after it.
SURNAME_THEN_GIVEN = re.compile(rf"姓(?P<name>[\u4e00-\u9fff]{{1,2}}{PAUSE}{{0,2}}(?:名字?|单名)?叫?(?:一个)?(?P<given>[\u4e00-\u9fff]{{1,2}}))")
LATIN_NAME = r"[A-Z][a-z]{1,11} [A-Z][a-z]{1,11}"
LATIN_INTRODUCED = re.compile(
    rf"(?:[\u4e00-\u9fff，。：\s]|^)(?:我是[^，。]{{0,12}}的? ?|[^，。]{{0,12}}的 ?|叫 ?|(?:Hello|Hi|[您你]好|这边是|这里是|找|名字?[是叫]?|是|跟|写)[，, ]?)"
    rf"(?P<name>{LATIN_NAME})(?![A-Za-z0-9])"
)


class Word(NamedTuple):
    """A word as the segmenter cuts it, with its part of speech and its place in the text."""

    start: int
    end: int
    text: str
    tag: str


def names_zh(text: str, *, asked: str) -> Iterator[tuple[int, int]]:
    """Find full names. asked: the utterance before, whose question a bare name may answer."""
    words = _words(text)
    place = 0
    while place < len(text):
        end = _name_end(text, place, words, asked=asked)
        if end is not None:
            yield place, end
        place = end or place + 1
    yield from _surname_then_given(text)
    for match in LATIN_INTRODUCED.finditer(text):
        yield match.span("name")


def _words(text: str, offset: int = 0) -> tuple[Word, ...]:
    words, place = [], offset
    for word, tag in rjieba.tag(text):
        words.append(Word(place, place + len(word), word, tag))
        place += len(word)
    return tuple(words)


def _surname_then_given(text: str) -> Iterator[tuple[int, int]]:
    for match in SURNAME_THEN_GIVEN.finditer(text):
        surname = surname_length(text, match.start("name"))
        apart = match.start("given") - match.start("name") > surname
        if surname and apart and usual_given_name(match["given"]) and END.match(text, match.end()):
            yield match.span("name")


def _name_end(text: str, start: int, words: tuple[Word, ...], *, asked: str) -> int | None:
    """Where a name that begins here ends, the longest first; None where none begins."""
    surname = surname_length(text, start)
    if not surname:
        return None
    for given in range(GIVEN_CHARACTERS_MAX, 0, -1):
        end = start + surname + given
        if end > len(text) or not _plausible(text[start:end], surname):
            continue
        place = _place(text, start, end, asked=asked)
        looks = _looks(text, start, end, words)
        if looks is not None and place + looks >= EVIDENCE_MIN:
            return end
    return None


def _plausible(name: str, surname: int) -> bool:
    """Whether the characters can be a name at all: no title, no particle, no word of daily use."""
    given = name[surname:]
    return (
        all("\u4e00" <= character <= "\u9fff" for character in name)
        and name not in COMMON_WORDS
        and not NOT_GIVEN.search(given)
        and not TITLE.match(given)
        and not _word_of_daily_use(name, surname)
    )


def _word_of_daily_use(name: str, surname: int) -> bool:
    """Whether the dictionary knows the characters, save as a person's full name."""
    if not rjieba.has_word(name):
        return False
    tags = rjieba.tag(name)
    return not (len(tags) == 1 and tags[0][1] == PERSON_TAG and usual_given_name(name[surname:]) and len(name) > 1)


def _place(text: str, start: int, end: int, *, asked: str) -> int:
    """How much the words around speak for a name here."""
    before, ends = text[:start], END.match(text, end) is not None
    answers = bool(ASKED.search(asked)) and BREAK.search(before) is not None
    if ends and (NAMED.search(before) or answers):
        return PLACE_NAMED
    followed = TITLE.match(text, end) is not None or RECEIVING.match(text, end) is not None
    if (ends and INTRODUCED.search(before)) or followed:
        return PLACE_INTRODUCED
    if INTRODUCED.search(before) or NAMED.search(before):
        return PLACE_POSSIBLE
    return PLACE_POSSIBLE if ends and POSSIBLE.search(before) else 0


def _looks(text: str, start: int, end: int, words: tuple[Word, ...]) -> int | None:
    """How much the characters themselves look like a name; None where the words around them claim some."""
    surname = surname_length(text, start)
    name, usual = text[start:end], usual_given_name(text[start + surname : end])
    bounded = BREAK.search(text[:start]) is not None and END.match(text, end) is not None
    inside = _words_of(text, start, end, words)
    long = len(name) > surname + 1 or surname > 1
    if len(inside) == 1 and inside[0].tag == PERSON_TAG and usual and long:
        return LOOKS_CUT_AS_NAME
    if usual and long and (bounded or _follows_naming(text, start)):
        return LOOKS_USUAL
    if not inside or any(word.tag in FUNCTION_TAGS for word in inside) or _begins_with_word(inside, surname):
        return None
    if usual:
        return LOOKS_USUAL if long else LOOKS_UNKNOWN
    return LOOKS_UNKNOWN if len(inside) == 1 and inside[0].tag == PERSON_TAG and long else LOOKS_POSSIBLE


def _words_of(text: str, start: int, end: int, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words that make up these characters, cut anew from the name on where one straddles its start."""
    if all(word.start != start for word in words) or _follows_naming(text, start):
        words = _words(text[start : start + WINDOW], start)
    inside = tuple(word for word in words if start <= word.start < end)
    return inside if inside and inside[-1].end == end else ()


def _follows_naming(text: str, start: int) -> bool:
    return any(pattern.search(text[:start]) for pattern in (NAMED, INTRODUCED))


def _begins_with_word(inside: tuple[Word, ...], surname: int) -> bool:
    """Whether the surname is the beginning of another word (“安装好”)."""
    first = inside[0]
    return len(inside) > 1 and len(first.text) > surname and first.tag != PERSON_TAG
