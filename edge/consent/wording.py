"""The gate's sentences, Chinese and English, and what to do about each no."""

from __future__ import annotations

from edge.consent.decision import Problem
from edge.records import Party, Purpose

PARTIES = {Party.AGENT: ("销售人员", "agent"), Party.CUSTOMER: ("客户", "customer")}
PURPOSES = {
    Purpose.RECORD: ("录音", "recording"),
    Purpose.ANALYSE: ("分析", "analysis"),
    Purpose.COACH: ("辅导", "coaching"),
    Purpose.RETAIN_AUDIO: ("保留录音", "keeping the audio"),
    Purpose.AGGREGATE: ("汇总统计", "aggregation"),
    Purpose.CUSTOMER_TONE: ("客户语气分析", "analysis of the customer's tone"),
}
ALLOWED = ("每一方都有适用于{zh_purpose}的处理依据。", "Every party has a basis for {en_purpose}.")
SENTENCES: dict[Problem, tuple[str, str]] = {
    Problem.TIME_UNREADABLE: (
        "通话或当前时间没有时区，无法判断{zh_purpose}的依据是否有效。",
        "The call's time or the present has no offset, so no basis for {en_purpose} can be judged.",
    ),
    Problem.CALL_IN_FUTURE: (
        "通话开始时间晚于当前时间，无法判断{zh_purpose}的依据。",
        "The call starts in the future, so no basis for {en_purpose} can be judged.",
    ),
    Problem.NO_BASIS: (
        "{zh_party}没有任何处理依据，不能用于{zh_purpose}。",
        "The {en_party} has no basis at all, so none for {en_purpose}.",
    ),
    Problem.PURPOSE_NOT_COVERED: (
        "{zh_party}的处理依据不包含{zh_purpose}。",
        "No basis of the {en_party} covers {en_purpose}.",
    ),
    Problem.BASIS_UNREADABLE: (
        "{zh_party}用于{zh_purpose}的依据缺少告知书编号、凭证或带时区的时间。",
        "The {en_party}'s basis for {en_purpose} lacks its notice, its evidence or a time with an offset.",
    ),
    Problem.NOT_VALID_HERE: (
        "{zh_party}用于{zh_purpose}的依据种类在该法域不成立。",
        "The kind of the {en_party}'s basis for {en_purpose} doesn't hold in this jurisdiction.",
    ),
    Problem.CONSENT_NOT_FREE: (
        "在该法域，{zh_party}作为雇员的同意不能视为自愿，不能作为{zh_purpose}的依据。",
        "In this jurisdiction the {en_party}'s consent as an employee can't be taken as free, so it is no basis for "
        "{en_purpose}.",
    ),
    Problem.NEEDS_SEPARATE_CONSENT: (
        "{zh_purpose}需要{zh_party}的单独同意。",
        "For {en_purpose} the {en_party}'s separate consent is needed.",
    ),
    Problem.IN_FUTURE: (
        "{zh_party}用于{zh_purpose}的依据日期晚于当前时间。",
        "The {en_party}'s basis for {en_purpose} is dated in the future.",
    ),
    Problem.RULES_AFTER_CALL: (
        "适用于{zh_party}{zh_purpose}的规章制度晚于通话时间。",
        "The labour rules on which the {en_party}'s {en_purpose} would rest are dated after the call.",
    ),
    Problem.TOO_LATE: (
        "{zh_party}对{zh_purpose}的依据晚于通话开始，告知必须在先。",
        "The {en_party}'s basis for {en_purpose} came too long after the call began; notice comes first.",
    ),
    Problem.REFUSED: ("{zh_party}拒绝了{zh_purpose}。", "The {en_party} refused {en_purpose}."),
    Problem.WITHDRAWN: ("{zh_party}撤回了对{zh_purpose}的同意。", "The {en_party} withdrew from {en_purpose}."),
    Problem.KIND_NOT_FOR_PURPOSE: (
        "这类内容不能用于{zh_purpose}。",
        "This kind of content isn't for {en_purpose}.",
    ),
    Problem.EXPIRED: (
        "内容已到期，不能再用于{zh_purpose}。",
        "The content has expired, so it can't be used for {en_purpose} any more.",
    ),
    Problem.ERASED: (
        "密钥已销毁或不存在，内容无法用于{zh_purpose}。",
        "The key is destroyed or was never made, so the content can't be used for {en_purpose}.",
    ),
    Problem.KEYS_UNREADABLE: (
        "密钥库无法读取，不能用于{zh_purpose}。",
        "The key store can't be read, so nothing can be used for {en_purpose}.",
    ),
}
FIXES: dict[Problem, str] = {
    Problem.TIME_UNREADABLE: "Send times with their offset, as RFC 3339 asks",
    Problem.CALL_IN_FUTURE: "Set the sender's or the box's clock",
    Problem.NO_BASIS: "Send a basis for every party and purpose; without one the call can't be taken",
    Problem.PURPOSE_NOT_COVERED: "Send a basis that names this purpose; without one the call can't be used for it",
    Problem.BASIS_UNREADABLE: "Send notice_id, evidence_ref and indicated_at with its offset",
    Problem.NOT_VALID_HERE: "Send a basis that this jurisdiction knows, or name the jurisdiction if it is missing",
    Problem.CONSENT_NOT_FREE: "Send the agreement or rules that bind the employer (hr_rules, contract, legal_duty)",
    Problem.NEEDS_SEPARATE_CONSENT: "Ask the customer for it separately and send basis separate_consent",
    Problem.IN_FUTURE: "Set the sender's or the box's clock",
    Problem.RULES_AFTER_CALL: "Name the rules that were in force when the call began",
    Problem.TOO_LATE: "Give notice before recording; this call can't be taken any more",
    Problem.REFUSED: "Respect the refusal: don't send this call",
    Problem.WITHDRAWN: "Respect the withdrawal: erase the call",
    Problem.KIND_NOT_FOR_PURPOSE: "Ask for content that serves the purpose",
    Problem.EXPIRED: "Nothing can be done; retention is over",
    Problem.ERASED: "Nothing can be done; erased content doesn't come back, and a new recording needs a new call_id",
    Problem.KEYS_UNREADABLE: "Look at the folder `keys` of the box's home, then start the box again",
}


def sentence(problem: Problem | None, *, party: Party | None, purpose: Purpose) -> tuple[str, str]:
    """One sentence in Chinese and one in English that say why, naming party and purpose."""
    chinese, english = ALLOWED if problem is None else SENTENCES[problem]
    zh_party, en_party = PARTIES[party] if party is not None else ("", "")
    zh_purpose, en_purpose = PURPOSES[purpose]
    words = {"zh_party": zh_party, "en_party": en_party, "zh_purpose": zh_purpose, "en_purpose": en_purpose}
    return chinese.format(**words), english.format(**words)
