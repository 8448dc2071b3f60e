"""What an agent's utterance promises: who, what, by when, under which condition, how surely (docs/facts.md).

A promise may be spread over turns. The time may stand in the customer's question (“三天能到吗？”, “能，放心”), or the
thing in the agent's turn before (“给您送货上门。”, “什么时候？”, “后天上午。”).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from edge.language.certainty import DECLINED, REPORTED, read_certainty, read_condition
from edge.language.folding import Folded
from edge.language.money import discount_percent, price
from edge.language.numerals import DIGITS, en_number, zh_number
from edge.language.promises import ACTOR, Clause, Promise, clauses, find_promise, time_near, what
from edge.language.situation import Turn
from edge.language.when import TimeSpan, find, resolve
from edge.records import Certainty, Label, Promised, Promiser, Speaker

# Goods on their way; a visit, a call or a document has no lead time.
ARRIVAL = re.compile(
    r"到货|送[到达货]|[寄发运]到|[发交出供拿提]货|交[付房]|进仓|到手|配送|送上门|送门口|装[好上]|安装|"
    r"(?:天|[日号]|周|星期|礼拜|月|小时|[早晚午前内])(?:之?内|以内|之?前|以前)?"
    r"(?:就|都|准|能|可以|肯定|一定|绝对|保证|必|给您|[您你])*(?:到(?![账期时底场店访位点])|送(?![厂修检医])|交货|卡到)|"
    r"(?:能|准|肯定|一定|保证|绝对)(?:能|给您)?到(?![账期时底场店位])|"
    r"\b(?:deliver(?:ed|y|s)?|shipping|arrives?|ship(?:s|ped)?|dispatch(?:ed)?|be (?:there|here)|with you|at your door|"
    r"install(?:ed)?)\b"
)
NO_GOODS = re.compile(
    r"短信|邮[箱件]|微信|方案|报价|合同|资料|明细|链接|照片|单号|发票|电话|回[话访]|消息|通知|清单|排期|出图|查勘|抢修|"
    r"师傅|工程师|我(?:们)?(?:到|过去|上门)|到您(?:厂|公司|单位|那)|结果|到账|退|提醒|答复|样[品本]|"
    r"\b(?:call|text|e-?mail|inbox|quote|report|invoice|ring|engineer|technician|samples?|paperwork)\b"
)
VISIT = re.compile(r"师傅|工程师|技术员|查勘|抢修|\b(?:engineer|technician)\b")
GOODS = re.compile(r"[货送寄]|快递|deliver|ship")
REFUND = re.compile(
    r"(?:全额?|随时|无条件|无理由|包|[都能]|可以|给[您你]|原路|双倍|满意|不[成行好])[^，。]{0,4}退(?![休税票改出房租伍役烧步到])|"
    r"退(?:款|货|钱|全款|[您你]|给[您你])|包退|\b(?:refund(?:ed|s)?|money back)\b"
)
NO_REFUND = re.compile(r"不(?:能|予|给|可以|会)?退|退不了|没法退|\bno refunds?\b|non-refundable")
ANY_TIME = re.compile(r"随时|任何时候|什么时候(?:都|想)|any ?time|whenever")
UNCONDITIONAL = re.compile(
    r"随时|无条件|无理由|什么(?:条件|理由)都?不|任何(?:理由|原因|时候)|全额|全款|一分不[扣少]|包退|不满意(?:就|包)|"
    r"no questions|any ?time|full refund|unconditional"
)
STOCK = re.compile(r"现货|(?<![没看只])有货|库(?:里|房)有|仓库里?有(?!没有)|不缺货|\bin stock\b|\bon the shelf\b")
NO_STOCK = re.compile(r"没有?现?货|无货|缺货(?!$)|断货|有没有|看看?.{0,4}货|not in stock|out of stock")
# A discount that somebody gives, not one that is published for all.
GIVEN = re.compile(r"[给为][您你]|我|申请|再|可以|能|\b(?:i|give|for you)\b")
PAST = re.compile(r"已经|刚才|昨天|上[次回]|之前(?:的|就)|曾经|了$|过$|\balready\b")
AFFIRMS = re.compile(
    r"^(?:嗯|哎|对)*(?:能|可以|没问题|行|肯定|一定|放心|绝对|当然|保证|yes|sure|absolutely|definitely|of course)"
)
OTHER = re.compile(
    r"师傅|厂[里家]|快递|物流|供应商|司机|仓库|主管|经理|财务|总部|店长|工程师|售后|查勘员|大夫|老师|[他她]们?(?![家的])|"
    r"\b(?:he|she|they|carrier|courier|engineer|manager|factory|supplier)\b"
)
SPEAKER = re.compile(r"我(?![们司家])|\b(?:i|i'll|i've|i'd|my)\b")
RANGE = re.compile(r"(?P<low>.+?)\s*(?:到|至|-|~|—|–|或者?|to|or)\s*(?P<high>.+)")
ADJACENT = re.compile(
    r"(?P<low>[一二两三四五六七八])(?=[二三四五六七八九](?P<unit>个?(?:天|日|周|星期|礼拜|月|小时|钟头|工作日)))"
)
LEADING_NUMBER = re.compile(r"^[0-9零一二两三四五六七八九十百]+|^[a-z]+(?= )|^[0-9]+")
INTERVAL = re.compile(r"(?:天|周|星期|礼拜|月)(?:之?内|以内)?$")
BOUND = re.compile(r"(?:之?内|以内)$")
WORDS_MAX = 40
# What only names a time is short: “后天上午之前”.
TIME_ALONE_CHARACTERS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An agent's utterance under reading. act: the act it promises, if any. before: turns before it, in order."""

    text: str
    folded: Folded
    times: tuple[TimeSpan, ...]
    act: Promise | None
    labels: tuple[Label, ...]
    before: Sequence[Turn]
    started_at: datetime

    @property
    def assures(self) -> bool:
        """Whether something in it was found to be an over-promise."""
        return any(label.label == "over_promise" for label in self.labels)


def read_promises(said: Said) -> tuple[Promised, ...]:
    """Everything an agent's utterance promises, assures, declines or quotes, in the order it is said."""
    found = [promised for clause in clauses(said.folded.text) for promised in _of_clause(clause, said)]
    if any(promised.certainty is Certainty.DECLINED and promised.kind != "outcome" for promised in found):
        found = [promised for promised in found if promised.kind != "outcome"]  # “三天到，这个我不敢保证” declines once
    found.extend(_of_labels(said, found))
    if (act := _of_act(said, found)) is not None:
        found.append(act)
    if not found:
        found.extend(_answered(said) or _completed(said))
    return tuple(sorted(found, key=lambda promised: promised.span or (0, 0)))


def _of_clause(clause: Clause, said: Said) -> Iterator[Promised]:
    """What one clause says of goods, money or stock; or that it declines to promise."""
    time = time_near(clause, said.folded, said.times)
    told = PAST.search(clause.text) and not REPORTED.search(clause.text)
    kinds = [] if told else list(_kinds(clause, said.folded, time))
    if clause.asks:
        kinds = [kind for kind in kinds if _repeats(clause, said.before)]
    for kind in kinds:
        yield _promised(kind, clause, said, time)
    if not kinds and not clause.asks and DECLINED.search(clause.text):
        yield replace(_promised("outcome", clause, said, time), certainty=Certainty.DECLINED)


def _kinds(clause: Clause, folded: Folded, time: TimeSpan | None) -> Iterator[str]:
    text = clause.text
    sentence = folded.sentence(clause.start, clause.end)
    timed = time is not None and (time.due_at is not None or INTERVAL.search(time.words) is not None)
    visit = VISIT.search(sentence) and not GOODS.search(text)
    if ARRIVAL.search(text) and timed and not visit and not NO_GOODS.search(text):
        yield "delivery_time"
    if REFUND.search(text) and not NO_REFUND.search(text):
        yield "refund_compensation"
    if STOCK.search(text) and not NO_STOCK.search(sentence):
        yield "stock"
    if price(text) is not None or (discount_percent(text) is not None and GIVEN.search(text)):
        yield "price"


def _promised(kind: str, clause: Clause, said: Said, time: TimeSpan | None) -> Promised:
    label = next((label for label in said.labels if label.label == "over_promise" and label.kind == kind), None)
    due_at = _due_at(kind, time, said.started_at)
    due_from = _due_from(time, due_at, said.started_at)
    assured = label is not None or (kind == "refund_compensation" and UNCONDITIONAL.search(clause.text) is not None)
    any_time = ANY_TIME.search(clause.text) if kind == "refund_compensation" and due_at is None else None
    return Promised(
        who=_who(clause, said.folded),
        kind=kind,
        what=re.sub(r"[吗么呢吧]$", "", what(clause.text, time)).strip(),
        certainty=read_certainty(said.folded, clause, ranged=due_from is not None, assured=assured),
        due=any_time[0] if any_time else time.words if time else None,
        due_from=due_from,
        due_at=due_at,
        condition=read_condition(said.folded, clause),
        price=price(clause.text) if kind == "price" else None,
        discount_percent=discount_percent(clause.text) if kind == "price" else None,
        span=said.folded.span(clause.start, clause.end),
    )


def _of_labels(said: Said, found: Sequence[Promised]) -> Iterator[Promised]:
    """What was found to be an over-promise in words that no promise above rests on."""
    for label in said.labels:
        if label.label != "over_promise" or label.span is None:
            continue
        clause = _clause_at(label.span, said)
        if clause is None or any(
            _overlap(promised.span, said.folded.span(clause.start, clause.end)) for promised in found
        ):
            continue
        promised = _promised(label.kind or "outcome", clause, said, time_near(clause, said.folded, said.times))
        if promised.certainty is Certainty.HEDGED:
            yield promised
        else:
            yield replace(promised, certainty=Certainty.ABSOLUTE)


def _of_act(said: Said, found: Sequence[Promised]) -> Promised | None:
    """The act that the utterance promises, where it is a concrete one and not among those found."""
    act = said.act
    if act is None or not (any(label.label == "commitment" for label in said.labels) or act.time or act.firm):
        return None
    span = said.folded.span(act.start, act.end)
    if any(_overlap(promised.span, span) for promised in found):
        return None
    text = said.folded.text[act.start : act.end]
    return _promised("act", Clause(start=act.start, end=act.end, text=text), said, act.time)


def _answered(said: Said) -> list[Promised]:
    """A yes to the customer's question: what was asked is what is promised."""
    last = said.before[-1] if said.before else None
    if last is None or last.speaker is not Speaker.CUSTOMER or not AFFIRMS.match(said.folded.text):
        return []
    asked = replace(said, text=last.folded.text, folded=_plain(last.folded.text), labels=(), before=())
    asked = replace(asked, times=find(asked.text, started_at=said.started_at))
    reply = Clause(start=0, end=len(said.folded.text), text=said.folded.text)
    promises = []
    for clause in clauses(asked.text):
        time = time_near(clause, asked.folded, asked.times)
        for kind in _kinds(clause, asked.folded, time):
            promised = _promised(kind, clause, asked, time)
            ranged = promised.due_from is not None
            certainty = read_certainty(said.folded, reply, ranged=ranged, assured=said.assures)
            condition = read_condition(said.folded, reply)
            span = said.folded.span(0, len(said.folded.text))
            promises.append(replace(promised, who=Promiser.FIRM, certainty=certainty, condition=condition, span=span))
    return promises


def _completed(said: Said) -> list[Promised]:
    """The time of something that the agent promised in the turn before without one."""
    if len(said.folded.text) > TIME_ALONE_CHARACTERS_MAX or not any(time.due_at for time in said.times):
        return []
    earlier = next((turn for turn in reversed(said.before[-3:]) if turn.speaker is Speaker.AGENT), None)
    if earlier is None or said.folded.text.endswith(("？", "?")):
        return []
    act = find_promise(earlier.folded, ())
    goods = next((one for one in clauses(earlier.folded.text) if not one.asks and _sends_goods(one)), None)
    if goods is None and act is None:
        return []
    joined = f"{earlier.folded.text} {said.text}"  # so that “上午十点” takes the day of the turn before
    times = [time for time in find(joined, started_at=said.started_at) if time.end > len(earlier.folded.text) + 1]
    timed = [time for time in times if time.due_at is not None]
    if not timed:
        return []
    clause = Clause(start=0, end=len(said.folded.text), text=said.folded.text)
    thing = goods.text if goods is not None else act.what if act is not None else ""
    promised = _promised("delivery_time" if goods is not None else "act", clause, said, timed[-1])
    return [replace(promised, what=thing[:WORDS_MAX])]


def _sends_goods(clause: Clause) -> bool:
    return ARRIVAL.search(clause.text) is not None and not NO_GOODS.search(clause.text) and not PAST.search(clause.text)


def _plain(text: str) -> Folded:
    """A text that is folded already."""
    return Folded(text=text, origin=tuple(range(len(text))), quoted=(False,) * len(text))


def _clause_at(span: tuple[int, int], said: Said) -> Clause | None:
    return next(
        (one for one in clauses(said.folded.text) if _overlap(said.folded.span(one.start, one.end), span)), None
    )


def _overlap(one: tuple[int, int] | None, other: tuple[int, int]) -> bool:
    return one is not None and one[0] < other[1] and other[0] < one[1]


def _repeats(clause: Clause, before: Sequence[Turn]) -> bool:
    """Whether a question gives back what the customer just said, or names who said it: then it quotes."""
    last = before[-1] if before else None
    if re.search(r"[您你](?:刚才|上次|之前|是)?说|意思|you (?:said|mean)", clause.text):
        return True
    heard = last.folded.text if last is not None and last.speaker is Speaker.CUSTOMER else ""
    shared = [clause.text[at : at + 2] for at in range(len(clause.text) - 1) if clause.text[at : at + 2] in heard]
    return bool(heard) and len(shared) >= 1


def _who(clause: Clause, folded: Folded) -> Promiser:
    """Who acts: by the clause itself, else by its sentence; nobody named is the firm."""
    for text in (clause.text, folded.sentence(clause.start, clause.end)):
        if OTHER.search(text):
            return Promiser.OTHER
        if SPEAKER.search(text):
            return Promiser.SPEAKER
        if ACTOR.search(text):
            return Promiser.FIRM
    return Promiser.FIRM


def _due_at(kind: str, time: TimeSpan | None, started_at: datetime) -> datetime | None:
    """When it is due. Goods and refunds count from the order, and that from the call: “一周到货”, “下单后三天内”."""
    if time is None or time.past:
        return None
    if time.due_at is None and kind in ("delivery_time", "refund_compensation") and INTERVAL.search(time.words):
        return resolve(f"{BOUND.sub('', time.words)}之内", started_at=started_at)
    return time.due_at


def _due_from(time: TimeSpan | None, due_at: datetime | None, started_at: datetime) -> datetime | None:
    """The first bound of a range of time; None where it is none."""
    if time is None or due_at is None:
        return None
    low = _low_bound(time.words)
    moment = resolve(low, started_at=started_at) if low else None
    return moment if moment is not None and moment < due_at else None


def _low_bound(words: str) -> str | None:
    if (adjacent := ADJACENT.search(words)) is not None and DIGITS[words[adjacent.end()]] == DIGITS[
        adjacent["low"]
    ] + 1:
        return f"{adjacent['low']}{adjacent['unit']}之内"
    match = RANGE.fullmatch(words)
    if match is None:
        return None
    low, high = match["low"], match["high"]
    if zh_number(low) is None and en_number(low.removeprefix("in ").removeprefix("within ")) is None:
        return low
    unit = LEADING_NUMBER.sub("", high)
    return f"{low}{unit}" if not unit.isascii() else f"in {low.removeprefix('in ').removeprefix('within ')}{unit}"
