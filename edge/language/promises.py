"""Acts that a speaker promises: the clause that says so, what it promises, and until when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from edge.language.folding import Folded
from edge.language.when import TimeSpan
from edge.language.word_set import word_set
from edge.records import Commitment

# Verbs of acts done for a customer, as the segmenter cuts them: “打折” is no “打”.
ACTS = word_set(
    "发 寄 送 打 回 派 安排 补 换 退 登记 申请 提醒 上门 出 调 办 备 备货 反馈 报 加 处理 联系 通知 核 核实",
    "跟进 协调 催 约 预约 录入 打印 装 修 提交 准备 整理 拍 传 找 测 量 倒 挂 抄送 打包 垫 搬 拆 清 洗 拉",
    "捎 回访 答复 查 发货 寄出 发送 招 招齐 送 补齐 转回去 转回 走 先走 联系 出发 到场 发短信 告诉 回话 给",
    "传给 报给 补发 补寄 补上 补齐 换新 退款 退货 退还 退给 送货 送到 送去 送过去 安装 维修 检修 更换 开",
    "开票 开通 开出 开出来 写 写进 写明 记 记进 记下 留 留着 留到 留货 预留 做 做好 做出 出图 出具 出方案",
    "带 带上 带去 拿 拿到 拿去 给到 转 转给 转交 转告 打电话 回电 回电话 打过去 打给 拨 拨过去 发到 发给",
    "发去 寄到 寄给 到 过去 过来 调货 调过来 算 核算 报价 汇报 申报 上报 上传 更新 同步 打款 到账 减免 免掉",
    "抄 贴 教 演示 复测 复查 验收 请示 翻译 盖章 出账 出账单 返 返还 垫付 赔付 备份 导 当面 垫上 补课 补",
    "交付 完成 修好 弄好 搞定 装好 配 配送 放 存 陪 跟 接 call update email",
)
ACTOR = re.compile(
    r"我|我们|咱|咱们|这边|公司|师傅|同事|厂里|厂家|仓库|司机|老师|经理|技术|财务|"
    r"工程师|售后|客服|总部|店里|大夫|抢修车|主管|专员|查勘员|运营|设计师|律师|"
    r"[他她]"
)
FOR_CUSTOMER = re.compile(
    r"(?:给|帮|替|为|向|跟)(?:您|你|咱|他|孩子|老人)|(?:到|给|在|往)?(?:您|你)(?:的)?(?:手机|"
    r"邮箱|微信|那|家|门口|前台|厂|公司|短信|座机|账)|给到?(?:您|你)|(?:发|寄|送|"
    r"打|补|退|换)(?:给)?(?:您|你)|邮箱|微信|短信|留到|^留|看$|(?:告诉|通知|联系|"
    r"抄送)(?:您|你)"
)
NOT_PROMISED = re.compile(
    r"没法|不能|不敢|没办法|不会|给不了|保证不了|不想|不用|不需要|不承诺|已经|刚才|"
    r"刚刚|昨天|上次|上回|之前(?:的|就)|曾经|(?<![给帮替为跟向到发寄送打])[您你](?:自己|"
    r"先|要|得|可以|把|拿(?!到)|打(?!开)|去|过来|发|报|帮|点|来(?!看))|尽力|尽快吧|"
    r"谁|"
    r"怎么|了$|过$|建议|通常|一般|估计|大概|如果|要是|万一|就行$|能[^，]{0,4}(?:退|"
    r"换|赔|修)|可以(?:退|换|加|选|先|试)|原路|打几折|建议|[您你]不|才(?!能)|没有|"
    r"得(?:看|调|查|问)|会想办法|随便|怎么"
)
TALK = re.compile(
    r"(?:给|跟|和|帮|为)(?:您|你)(?:算|讲|说|念|看一?下|查一?下|推荐|介绍|解释|"
    r"道歉|透|列个|核|确认|记下|转总机|捋|翻译|致|打折|优惠|做主|划|开个单|打包票|"
    r"交|便宜|造成|保证|留着$)|我(?:查|看|记|摸|问|想|算|听|懂|理解)|怎么称呼|祝您|"
    r"给您道|我(?:姓|叫|是)"
)
MAKES = re.compile(r"[出做写][一个份版]")  # “出一版”, which the segmenter tears
FIRM = re.compile(
    r"(?:补(?:寄|发|上|给|一)|换(?:新|一|给|货)|退(?:给|单|您|款)|登记|申请|写进|"
    r"记进|备份|补寄|寄出|留(?:着|到|货|给)|派(?:个|了|单|人|师傅|车)|预留|减免|"
    r"撤回|安排|当场(?:给您)?(?:换|导|倒|装|修)|"
    r"(?:运费|费用)(?:我们|我)出|抄送|拍照|发(?:您|到|给)|寄(?:给|到|您)|打包|免费(?:补|"
    r"换|送|重)|给您(?:换|补|退|留|送|做|装|修|写|开|申请|登记|倒|导|查会员)|都写进|"
    r"陪您|跟您一起|call你|update|加两个)"
)
ENGLISH = re.compile(
    r"\b(?:i|we|he|she|they|the engineer|someone|it)(?:'ll| will|'m going to| am going to)\b(?! (?:see|"
    r"think|be honest|say|admit|need|have to|never|regret|love|not))[^.?!]{3,}"
)
WHAT_CHARACTERS_MAX = 24
OWN = re.compile(r"我|咱|给[您你]|\b(?:i|we|i'll|we'll|i'm|we're)\b")
UNTIL = re.compile(r"前|内|\b(?:by|before|within)\b")
OTHERS = re.compile(
    r"要是|如果|万一|等[您你]|[您你]来|[您你]付|[您你]那边|^[您你](?!.*[给帮替]?我)|[您你].{0,10}(?:给我|付款|发给|发我|取消|定[，。]|下单)|"
    r"不[动赶]|\b(?:if|once you|when you|you(?:'ll| can| could)? (?:send|pay|sign|order|confirm))\b"
)
LATEST = re.compile(r"最[晚迟多]|\bat the latest\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A clause that promises an act. start, end: folded characters; firm: concrete even without a time."""

    start: int
    end: int
    what: str
    time: TimeSpan | None
    firm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A stretch between punctuation marks, in folded characters. asks: its sentence is a question."""

    start: int
    end: int
    text: str
    asks: bool = False


def find_promise(folded: Folded, times: Sequence[TimeSpan]) -> Promise | None:
    """Find the act an utterance promises: of several the last with a moment, else with any time, else the last firm."""
    stated = [clause for clause in clauses(folded.text) if not clause.asks]  # a question promises nothing
    found = [promise for clause in stated if (promise := _promise(clause, folded, times)) is not None]
    if not found:
        return None
    english = folded.text.isascii()
    moments = [promise for promise in found if promise.time is not None and promise.time.due_at is not None]
    timed = [promise for promise in found if promise.time is not None]
    firm = [promise for promise in found if promise.firm]
    if english:  # the first act is the one promised, what follows an “if” comes second
        return (moments or timed or firm or found)[0]
    return (moments or timed or firm or found)[-1]


def commitment(promise: Promise, time: TimeSpan | None) -> Commitment:
    """The record of a promise: what, the words of time, and the moment they are due.

    time: the likeliest of all that its utterance names, if any names a moment; else that of its own clause counts.
    """
    meant = time or promise.time
    return Commitment(what=promise.what, due=meant.words if meant else None, due_at=meant.due_at if meant else None)


def clauses(text: str) -> list[Clause]:
    """Clauses of a folded text, ended by any mark."""
    found: list[Clause] = []
    # A comma inside a figure (“1,599”) ends nothing.
    pattern = r"(?:[^,;.?!]|(?<=\d)[,.](?=\d))+" if text.isascii() else r"[^，。？！]+"
    for sentence in re.finditer(r"[^。？！.?!]+[。？！.?!]*", text):
        asks = sentence[0].endswith(("？", "?"))
        for part in re.finditer(pattern, sentence[0]):
            start = sentence.start() + part.start()
            found.append(Clause(start=start, end=start + len(part[0]), text=part[0], asks=asks))
    return found


def _promise(clause: Clause, folded: Folded, times: Sequence[TimeSpan]) -> Promise | None:
    time = time_near(clause, folded, times)
    text = clause.text
    if folded.text.isascii():
        if not ENGLISH.search(text):
            return None
        return Promise(start=clause.start, end=clause.end, what=text.strip()[:80], time=time, firm=False)
    if any(folded.quoted[clause.start : clause.end]) or NOT_PROMISED.search(text) or TALK.search(text):
        return None
    said_before = folded.sentence(clause.start, clause.end) if time is not None else text
    if not _has_act(text.replace(time.words, "，") if time else text) or not (
        ACTOR.search(said_before) or FOR_CUSTOMER.search(said_before)
    ):
        return None
    return Promise(
        start=clause.start, end=clause.end, what=what(text, time), time=time, firm=FIRM.search(text) is not None
    )


def _has_act(text: str) -> bool:
    """Whether a word of the clause is an act: “打折” is none, although it begins with one."""
    return any(word in ACTS for word in rjieba.cut(text)) or MAKES.search(text) is not None


def time_near(clause: Clause, folded: Folded, times: Sequence[TimeSpan]) -> TimeSpan | None:
    """The words of time in a clause, the last that name a moment first; else those that end right before it."""
    start, end = folded.span(clause.start, clause.end)
    inside = [span for span in times if span.start < end and span.end > start and not span.past]
    moments = [span for span in inside if span.due_at is not None]
    if moments or inside:
        return (moments or inside)[-1]
    before = [
        span for span in times if span.end <= start and start - span.end <= 2 and not span.past
    ]  # a comma and a space
    return before[-1] if before else None


def promise_by_meaning(folded: Folded, times: Sequence[TimeSpan], said: tuple[int, int] | None) -> Promise:
    """What an utterance promises that is known to, though no clause of it has the form of a promise.

    said: the characters of its text that decided it, if known; where no time is named the act is read from there.
    """
    found = clauses(folded.text) or [Clause(start=0, end=len(folded.text), text=folded.text)]
    time = likeliest_time(folded, times)
    place = (time.start, time.end) if time is not None else said
    clause = max(found, key=lambda one: _shared(folded.span(one.start, one.end), place) if place else len(one.text))
    return Promise(start=clause.start, end=clause.end, what=what(clause.text, time), time=time, firm=False)


def likeliest_time(folded: Folded, times: Sequence[TimeSpan]) -> TimeSpan | None:
    """Which of an utterance's times is the promise's: one in the speaker's own clause, one that ends a period, not one
    of a condition or of what the customer does; the last of equals.
    """
    moments = [time for time in times if time.due_at is not None and not time.tied]
    found = clauses(folded.text)

    def weight(time: TimeSpan) -> int:
        clause = max(found, key=lambda one: _shared(folded.span(one.start, one.end), (time.start, time.end)))
        own = 2 if OWN.search(clause.text) else 0
        ends = 1 if UNTIL.search(time.words) or LATEST.search(clause.text) else 0
        return own + ends - (2 if OTHERS.search(clause.text) else 0)

    return max(reversed(moments), key=weight, default=None)


def _shared(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def what(clause: str, time: TimeSpan | None) -> str:
    """The act in the clause's own words, without those of time and who acts for whom."""
    words = clause.replace(time.words, "") if time else clause
    words = re.sub(r"^(?:那|好的?|行|嗯|这样|所以|然后|另外)?(?:我们?|咱们?|这边)?(?:先|再|就|会)?", "", words)
    return (words or clause)[:WHAT_CHARACTERS_MAX]
