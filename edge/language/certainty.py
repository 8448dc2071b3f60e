"""How surely a promise is made: flatly, with room left, not at all, or in somebody else's name."""

from __future__ import annotations

import re

from edge.language.folding import Folded
from edge.language.promises import Clause
from edge.records import Certainty

ABSOLUTE = re.compile(
    r"肯定|一定(?!能治|的没有)|绝对|百分之?百|百分百|100%|保证(?!金)|担保|打包票|铁定|必须|准[能到成]|"
    r"包[到退换赔过好您你]|没跑|没问题|放一?百个心|一分(?:钱|不)|任何情况|无论如何|不管|随时|无条件|"
    r"无理由|什么条件都|最低价?$|全[城国网市]最|"
    r"\b(?:guarantee[ds]?|definitely|absolutely|for sure|no question|always|100 percent|certainly|i promise|"
    r"no matter)\b"
)
HEDGED = re.compile(
    r"正常|一般|通常|大概|大约|左右|差不多|可能|也许|预计|估计|争取|尽量|尽力|应该(?!的)|不一定|说不[好准]|顺延|看情况|"
    r"[得要]看|取决于|因人而异|最快|视[^，]{0,6}而定|拿不准|有(?:两三|几)?天浮动|"
    r"\b(?:usually|normally|typically|about|around|roughly|should|might|may|could|probably|likely|expect(?:ed)?|"
    r"estimate[ds]?|try to|aim to|hope(?:fully)?|depends?|depending)\b"
)
CONDITION = re.compile(
    r"(?:如果|要是|假如|假若|若是|只要|只有|除非|前提|(?<![0-9一二三四五六七八九十])万一(?![千百])|碰上|遇上|赶上|遇到)[^，。！]*|[^，。！]{1,20}的(?:话|前提下|情况下)|"
    r"\b(?:if|unless|provided|as long as|subject to|depending on|assuming|once you)\b[^,.!]*"
)
USUAL = re.compile(r"(?:正常|一般|通常)(?:的)?情况下")  # leaves room, but names no condition
DECLINED = re.compile(
    r"(?:不能|不敢|没法|没办法|无法|不好|不可能|不会)[^，。]{0,8}(?:保证|承诺|打包票|打保票|答应|担保|说死|说绝对|讲|拍胸脯|准话)|"
    r"(?:保证|承诺|答应|担保|打包票)不了|拿不了这?个?保|不(?:敢)?(?:保证|承诺)|不敢[说讲]|给不了[^，。]{0,4}(?:准话|保证)|"
    r"到不了|来不及|(?:不一定|未必|不见得)能?[到送发退有]|报不了|做不到|说不出口|说不了这|没有[“”]?(?:一定|绝对|百分)|"
    r"\b(?:can't|cannot|couldn't|can not|won't|wouldn't|not able to|unable to)\s+(?:\w+\s+){0,2}?"
    r"(?:promise|guarantee|swear|say|commit|tell you)\b|\bno (?:guarantee|promise)s?\b"
)
REPORTED = re.compile(
    r"(?<![跟给对向和])[您你](?:刚才|上次|之前|是)?说|[您你]的意思|意思是|(?:上次|上回|之前|那位|那个)[^，。]{0,8}(?:说|保证|承诺|答应)|"
    r"(?:别人|别家|人家|他们|网上|广告|电视里|小[\u4e00-\u9fff])[^，。]{0,4}(?:说|保证|承诺|答应|吹)|"
    r"\b(?:you (?:said|were told|mean)|they (?:said|say|promised|told)|he (?:said|promised)|she (?:said|promised))\b"
)
AFTERTHOUGHT = re.compile(
    r"^(?:不过|但|可是?|就是|只是|除非|要是|如果|万一|遇上|赶上|碰上|当然|前提|最快|还?[得要]看|but|though|unless|if|however|"
    r"that said|mind you)"
)
CONDITION_CHARACTERS_MAX = 40


def read_certainty(folded: Folded, clause: Clause, *, ranged: bool, assured: bool) -> Certainty:
    """How surely a clause says what it says, by its own sentence and an afterthought in the next one.

    Args:
        ranged: its time is a range.
        assured: it was found to be an over-promise.
    """
    sentence = folded.sentence(clause.start, clause.end)
    said_before = sentence[: max(0, sentence.find(clause.text)) + len(clause.text)]
    if clause.asks or _all(folded.quoted[clause.start : clause.end]) or REPORTED.search(said_before):
        return Certainty.QUOTED
    if DECLINED.search(clause.text) or DECLINED.search(_next_clause(sentence, clause.text)):
        return Certainty.DECLINED
    if ranged or _leaves_room(sentence) or _leaves_room(_afterthought(folded.text, clause)):
        return Certainty.HEDGED
    return Certainty.ABSOLUTE if assured or ABSOLUTE.search(sentence) else Certainty.FIRM


def declines(folded: Folded, span: tuple[int, int]) -> bool:
    """Whether the sentence around these characters of the text declines to promise.

    Of 98 annotated agent utterances with such words one over-promised.
    """
    inside = [place for place, origin in enumerate(folded.origin) if span[0] <= origin < span[1]]
    return bool(inside) and DECLINED.search(folded.sentence(inside[0], inside[-1] + 1)) is not None


def read_condition(folded: Folded, clause: Clause) -> str | None:
    """The words on which a clause makes itself depend, before it, in it or after it."""
    for text in (folded.sentence(clause.start, clause.end), _afterthought(folded.text, clause)):
        for match in CONDITION.finditer(text):
            if not USUAL.search(match[0]):
                return match[0].strip()[:CONDITION_CHARACTERS_MAX]
    return None


def _leaves_room(text: str) -> bool:
    return HEDGED.search(text) is not None or CONDITION.search(text) is not None


def _next_clause(sentence: str, clause: str) -> str:
    """What follows a clause in its sentence, up to the next mark: “三天到，这个我不敢保证”."""
    following = sentence[sentence.find(clause) + len(clause) :].lstrip("， ,")
    return re.split(r"[，。！,.!]", following)[0]


def _afterthought(text: str, clause: Clause) -> str:
    """The sentence after a clause's own, where it takes something back."""
    following = re.split(r"(?<=[。！？.!?])", text[clause.end :])
    after = following[1].strip() if len(following) > 1 else ""
    return after if AFTERTHOUGHT.match(after) else ""


def _all(quoted: tuple[bool, ...]) -> bool:
    return bool(quoted) and all(quoted)
