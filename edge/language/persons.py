"""Names of persons in Chinese and English speech.

A given name is personal data; a surname with a title (“凌女士”) singles nobody out and is left, unless the whole name
stands there. Names once found are found wherever they come again in the call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import rjieba

from edge.language.word_set import word_set
from edge.records import Language, PiiSpan

# Without those so rare, beside so common a word, that the word is always meant (别, 有, 能, 从, 都, 是, …).
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅"
    "庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣"
    "贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬郗班仰秋仲"
    "伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴胥苍双闻莘党翟谭贡劳逄姬申扶"
    "堵冉宰郦雍郤璩桑桂濮牛寿边扈燕冀郏浦尚农温庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡耿满弘匡国文寇禄阙"
    "欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚简饶曾毋沙乜养鞠须丰巢关蒯荆红游竺权逯盖益桓公肖岳帅缑亢况郈琴佟佘"
    "商牟佴伯赏墨哈谯笪阳仉督楚闫汝鄢涂钦归岩苟粟覃银邸占冼鹿仝娇翦代鲜迟"
    "谌邝敬揭麦栗綦隋隽付战修原苑楼亓朴尧盘郇俎琚仵帖戢禇褟禤檀闾苌鄞单岑缪覃仇植展母佴"
)
COMPOUND = tuple(
    word_set(
        "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳",
        "公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 百里 呼延 东郭 南门 拓跋 西门",
        "贺兰",
    )
)
TITLES = (
    "先生|女士|小姐|太太|老师|经理|总监|主任|老板|医生|大夫|师傅|校长|院长|厂长|店长|"
    "工程师|律师|教授|同学|阿姨|大爷|大姐|大哥|大妈|叔叔|总"
)
# How strongly the words before a possible name speak for one, then the words after it, then the segmenter.
NAMED = re.compile(
    r"(?:我叫|名叫|就叫|叫做|姓名[是叫]?|户名是?|卡主是?|[他她]叫|名字[是叫]?|全名是?|本名是?|联系人是?|"
    r"收件人[是写]?|收货人[是写]?|联系人写|名字写|(?:^|[，。])叫|[俺咱]叫|姓[\u4e00-\u9fff]，?叫|"
    r"户主是?|机主是?|持卡人是?|投保人是?|"
    r"被保人是?|签收人是?|大名|称呼我|叫我|署名|法人[是叫]?|姓.，|我本人)$"
)
ROLE = re.compile(
    r"(?:同事|客户经理|经理|顾问|专员|客服|助理|主管|销售|总监|工程师|师傅|医生|"
    r"大夫|老师|负责人|老公|老婆|爱人|媳妇|先生|太太|儿子|女儿|闺女|"
    r"孩子|孙子|孙女|我妈|我爸|母亲|父亲|妈妈|爸爸|弟弟|妹妹|哥哥|姐姐|朋友|合伙人|"
    r"财务|室友)，?(?:叫|是|的名字叫|名字叫)?$"
)
VERB = re.compile(
    r"(?:[叫是找让跟和给问写喊请派由]|找一下|找下|[的，。、！？,.!?：:\s]|您好|你好|喂|哎|好的?|嗯|联系)$"
)
STRENGTHS_BEFORE = ((NAMED, 3), (ROLE, 2), (VERB, 1))
# After these the segmenter is asked anew from the name on: it may have torn one (“找一下周|海涛”).
NAME_ENDS = re.compile(r"[，。！？,.!?\s；;]|$")
RESEGMENTED = re.compile(rf"(?:{NAMED.pattern}|{ROLE.pattern}|(?:找一下|找下|叫|我是|是|您好|喂|好的)$)")
AFTER = re.compile(
    rf"(?P<title>{TITLES})|(?P<end>[，。！？,.!?\s…；;：:（）()]|$|收|在吗|是吗|"
    rf"吗|吧|这边|电话|手机|身份证|证件|您好|给您|联系|"
    r"说的|约|接|负责|上门|在)"
)
# Two characters that the dictionary doesn't know are a name only where one is due.
SHORT_BEFORE = re.compile(
    r"(?:我是[^，。]{0,12}的?|公司的?|中心的?|[我你]叫|找|这里是|这边是|联系人是?|同事|经理|顾问)$"
)
SHORT_AFTER = re.compile(r"，?(?:电话|手机|身份证|证件|地址|邮箱|[0-9幺一][0-9零一二三四五六七八九幺]{2})")
# A whole name that stands alone before what belongs to it: a number, a receipt, a household.
OWNS = re.compile(
    r"[，。]?(?:电话|手机|0[0-9]{2,3}-|1[3-9][0-9]{2}|[幺一][三五七八九][0-9零一二三四五六七八九幺])|收[，。！]|收$|家，"
)
CLAUSE_STARTS = re.compile(r"(?:^|[，。！？；：…])$")
STRENGTH_TITLE, STRENGTH_END, STRENGTH_UNKNOWN_NAME, STRENGTH_TAGGED = 2, 1, 2, 1
STRENGTH_MIN = 3
CHARACTERS_MAX = 4
WINDOW = 12  # characters the segmenter sees of a name and what follows
CHARACTERS_USUAL = 3
# The segmenter's dictionary calls these names as well.
COMMON_WORDS = word_set(
    "谢谢 明白 顾问 高峰 温馨 文明 师傅 华为 宁可 祝您 祝福 胡说 胡同 雷达 雷同 安静 康复 齐全 古董 孙女",
    "孙子 家里人 龙王 谷雨 宿舍楼 养老 毛利 张口 张嘴 盖子 左转 卫浴 秋收 双开门 李家 贺卡 谢谢你们 戴帽子",
    "盖章 毛巾 车厘子 江浙沪 包邮 蓝光 商超 陈茶 白茶 张卡 钱花 高兴 安排",
)
PLACE_TAGS = ("ns", "nz")  # what the segmenter takes many an unknown name for
FUNCTION_TAGS = frozenset(("d", "p", "r", "c", "uj", "ul", "y", "f", "uz", "ud"))
NICKNAME_CHARACTERS = (
    "雅婷丽芳娟敏静燕霞玲慧倩琳雪晴萌薇蕾莹洁佳欣怡悦颖棠月兰英凤梅军伟强勇杰涛磊辉鹏飞浩宇轩凯斌波刚亮峰龙芬琴珍珊蓉娜媛妍婉瑶"
    "琪璐菲茜楠宁豪俊健超博阳旭晨东林森云华玉桃杏莲芹秀珠翠香"
)
INTRODUCED_NICKNAME = re.compile(
    r"(?:我叫|叫我|我是[^，。]{0,10}的|客服|顾问|专员|导购)(?P<name>[小阿][\u4e00-\u9fff])(?=[，。,.！!？?]|$)"
)
GIVEN_TITLED = re.compile(r"(?P<name>[\u4e00-\u9fff]{2})(?=老师|师傅|姐|哥|妈妈|爸爸|同学|阿姨|医生)")
NICKNAME = re.compile(rf"[阿小][{NICKNAME_CHARACTERS}](?!儿)")
LATIN_INTRODUCED = re.compile(
    r"(?:我是[^，。]{0,10}的?|我[^，。A-Z]{1,8}的|我叫|叫我|这边是|这里是|Hello[，, ]|"
    r"Hi[，, ]|您好[，, ]?|你好[，, ]?|上次|找|让|问|跟|英文名叫?|是)"
    r"(?P<name>[A-Z][a-z]{2,9}(?: [A-Z][a-z]{1,9})?)(?![A-Za-z0-9])"
)
LATIN_COMMON = word_set(
    "Hello Hi OK Sorry Excel Word Windows Office Prime Amazon Google Apple Email Wifi Logo Demo Plan Pro",
    "Plus Mini Max Air Android Iphone App Web Java Python Linux Oracle Teams Zoom Slack Black White Blue",
    "Red Monday Tuesday Wednesday Thursday Friday Saturday Sunday Bluetooth Ultra Note Lite Basic Premium",
    "Standard",
)
EN_NAME = r"[A-Z][a-z']+(?:-[A-Z][a-z]+)?(?: [A-Z][a-z']+(?:-[A-Z][a-z]+)?)?"
ENGLISH = (
    re.compile(
        rf"\b(?:this is|(?:my )?name(?:'s| is)|I'm|I am|[Ii]t's|call me|speaking (?:to|with)|"
        rf"under the name|called|named|ask|tell|told|said|says|met|saw|speak to|spoke to|talk to|"
        rf"through to|with|colleague|manager|ask for|here's|that's|spoke (?:to|with)|thanks,|for)"
        rf" (?P<name>{EN_NAME})(?=[,.!?;]| from| at| here| again| speaking| calling| to| will| in| and|"
        rf" with| on| last| would| about| please| promised| is| has|$)"
    ),
    re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Mister)\.? (?P<name>{EN_NAME})"),
    re.compile(rf"(?:^|[.,!?] )(?P<name>{EN_NAME}),? (?:from|with|at) (?:[A-Z]|the )"),
    re.compile(rf"(?:^|[.,!?] )(?P<name>{EN_NAME}) (?:here|speaking)\b"),
    re.compile(r"[a-z!?], (?P<name>[A-Z][a-z]+)(?=[.?!]|$)"),
    re.compile(
        r"(?:^|[.?!] )(?P<name>[A-Z][a-z]+), (?:hi|hello|this|it's|I|I'm|we|you|"
        r"can|could|do|did|what|how|thanks|are|is|good|look|let)\b"
    ),
    re.compile(rf"\b[Ii]s (?:that|this) (?P<name>{EN_NAME})\?"),
    re.compile(
        r"\b(?:Hi|Hello|Hey|Morning|Thanks|Cheers|Dear|Okay|OK|Right|Sorry|Good morning|Good afternoon),? "
        r"(?P<name>[A-Z][a-z']+)(?=[,.!?])"
    ),
)  # fmt: skip
ENGLISH_FIRMS = word_set(
    "Energy Mobile Motors Plumbing Insurance Bank Telecom Logistics Packaging North South Ltd Group Services Homes",
    "Hotel Travel Solar Broadband Windows Kitchens Software Systems Care Support Reservations Finance Estates Foods",
    "Freight",
)
ENGLISH_COMMON = word_set(
    "Look Listen Mr Mrs Ms Miss Dr Hi Hello Hey Morning Afternoon Evening Thanks Thank Sorry Right Okay Ok Yes No Sure",
    "Fine Good Great The A An I It It's We You They He She That This There Here What When Where Why How Who",
    "Not Just So And But If Is Are Was Do Does Did Can Could Would Will May My Your Our Their Monday",
    "Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August",
    "September October November December Mum Dad Sir Madam Love Mate Everyone Wi-Fi Excel Nothing Mostly",
    "Only Really Honestly Actually Let Let's Please Well Oh Ah Now Then Because Since While About Still",
    "See Doctor Darling Nah Ay Er Tuesdays Sundays Saturdays Fridays Mondays Professor Officer Teacher Nurse",
    "Also Maybe I'm I'll I've I'd You're He's She's That's Got Ask Try Tell Call Give Take Pop",
)
NOT_GIVEN = re.compile(
    r"[你您我他她它哈苦走住孬说到去看给让把被很太再又过吗谢市县区镇村街费款了的是没这那们什怎吧呢啊不]|"
    r"(?<=.)子$|^[总姐哥叔嫂]"
)
NOT_GIVEN_TITLE = re.compile(TITLES)


def find_names(texts: Sequence[str], *, language: Language) -> tuple[tuple[PiiSpan, ...], ...]:
    """Find names of persons in a call's utterances; one tuple of spans for each."""
    found = [set(_names_en(text) if language is Language.EN else _names_zh(text)) for text in texts]
    known = {text[start:end] for text, spans in zip(texts, found, strict=True) for start, end in spans}
    for text, spans in zip(texts, found, strict=True):
        spans.update(_again(text, known))
    return tuple(tuple(PiiSpan(start=start, end=end, type="person") for start, end in sorted(spans)) for spans in found)


def _again(text: str, known: set[str]) -> Iterator[tuple[int, int]]:
    for name in known:
        pattern = rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)
        for match in re.finditer(pattern, text):
            yield match.span()


def _names_en(text: str) -> Iterator[tuple[int, int]]:
    for pattern in ENGLISH:
        for match in pattern.finditer(text):
            words = match["name"].split()
            if words[0] not in ENGLISH_COMMON and "'" not in words[0]:
                if words[-1] in ENGLISH_FIRMS:
                    continue
                kept = words[:1] if words[-1] in ENGLISH_COMMON else words
                yield match.start("name"), match.start("name") + len(" ".join(kept))


def _names_zh(text: str) -> Iterator[tuple[int, int]]:
    words = _words(text)
    place = 0
    while place < len(text):
        end = _name_end(text, place, words)
        if end is not None:
            yield place, end
        place = end or place + 1
    for match in NICKNAME.finditer(text):
        if words.get(match.start(), ("", ""))[1].startswith("nr") and words[match.start()][0] == match[0]:
            yield match.span()
    yield from _given_names(text, words)
    for match in LATIN_INTRODUCED.finditer(text):
        if match["name"] not in LATIN_COMMON:
            yield match.span("name")


def _words(text: str) -> dict[int, tuple[str, str]]:
    """The segmenter's words with their part-of-speech tags, by where they start."""
    words: dict[int, tuple[str, str]] = {}
    place = 0
    for word, tag in rjieba.tag(text):
        words[place] = (word, tag)
        place += len(word)
    return words


def _given_names(text: str, words: dict[int, tuple[str, str]]) -> Iterator[tuple[int, int]]:
    """Given names without a surname (“我是雅居的小满”, “雨桐老师”)."""
    for match in INTRODUCED_NICKNAME.finditer(text):
        if match["name"][1] not in SURNAMES:
            yield match.span("name")
    for match in GIVEN_TITLED.finditer(text):
        word, tag = words.get(match.start(), ("", ""))
        if word == match["name"] and tag.startswith("nr") and word not in COMMON_WORDS and not rjieba.has_word(word):
            yield match.span("name")


def _name_end(text: str, start: int, words: dict[int, tuple[str, str]]) -> int | None:
    """Where a name that begins here ends, the longest first; None where none begins."""
    compound = text[start : start + 2] in COMPOUND
    if not (compound or text[start] in SURNAMES):
        return None
    if RESEGMENTED.search(text[:start]):
        words = {start + place: word for place, word in _words(text[start : start + WINDOW]).items()}
    elif start not in words:
        return None
    longest = CHARACTERS_MAX if compound else CHARACTERS_USUAL
    for end in range(min(start + longest, len(text)), start + 1 + compound, -1):
        if _strength(text, start, end, words) >= STRENGTH_MIN:
            return end
    return None


def _strength(text: str, start: int, end: int, words: dict[int, tuple[str, str]]) -> int:
    """How much speaks for a name at these characters; 0 where the segmenter's words speak against it."""
    name = text[start:end]
    inside = [(place, word, tag) for place, (word, tag) in words.items() if start <= place < end]
    if NAMED.search(text[:start]) and NAME_ENDS.match(text, end) and _plausible(name):
        return STRENGTH_MIN  # said to be a name: the segmenter isn't asked
    alone = CLAUSE_STARTS.search(text[:start]) and OWNS.match(text, end)
    if alone and end - start >= CHARACTERS_USUAL and _plausible(name) and not rjieba.has_word(name):
        return STRENGTH_MIN
    straddled = inside[-1][0] + len(inside[-1][1]) != end
    if straddled or not _plausible(name):
        return 0
    word_strength = _word_strength(name, [(word, tag) for _, word, tag in inside])
    if word_strength is None:
        return 0
    if word_strength == 0 and (SHORT_BEFORE.search(text[:start]) or SHORT_AFTER.match(text, end)):
        word_strength = STRENGTH_TAGGED
    before = max((strength for pattern, strength in STRENGTHS_BEFORE if pattern.search(text[:start])), default=0)
    before = before or int(start == 0)
    after = AFTER.match(text, end)
    behind = 0 if after is None else STRENGTH_TITLE if after["title"] else STRENGTH_END
    return before + behind + word_strength


def _plausible(name: str) -> bool:
    """Whether the characters can be a name at all: no word of daily use, no title, no particle in it."""
    return (
        name not in COMMON_WORDS
        and _chinese(name)
        and not NOT_GIVEN.search(name[1:])
        and not NOT_GIVEN_TITLE.match(name, 1)
    )


def _word_strength(name: str, tagged: Sequence[tuple[str, str]]) -> int | None:
    """What the segmenter's words say: a name unknown to its dictionary most; None where they rule a name out."""
    if any(tag in FUNCTION_TAGS for _, tag in tagged):
        return None
    if len(tagged) == 1:
        if not tagged[0][1].startswith("nr"):
            known = rjieba.has_word(name) and not name.startswith(COMPOUND)
            return None if known else STRENGTH_TAGGED if tagged[0][1] in PLACE_TAGS else 0
        known = rjieba.has_word(name)
        return (STRENGTH_TAGGED if known else STRENGTH_UNKNOWN_NAME) if len(name) >= CHARACTERS_USUAL else int(known)
    if len(tagged[0][0]) > 1 and not name.startswith(COMPOUND) and not tagged[0][1].startswith("nr"):
        return None
    return STRENGTH_TAGGED if any(tag.startswith("nr") or word in COMPOUND for word, tag in tagged) else 0


def _chinese(text: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" for character in text)
