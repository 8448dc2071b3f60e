"""Sentences that come from deeper in the box, in the reader's language.

Stages say what is wrong in English, with numbers in it ("3.20 s of 9.00 s are there"), and scores say their limits in
Chinese. The catalogues hold such sentences with places for what varies (`%(a)s`); a sentence that fits one is
translated, any other is shown as it came. The gate's sentences exist in both languages already.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import Final

from edge.consent.wording import SENTENCES as GATE_SENTENCES
from edge.consent.wording import sentence as gate_sentence
from edge.records import Party, Purpose
from edge.web.i18n import N_, Writer

INTAKE: Final = (
    N_("Add it"),
    N_("Check its spelling, and that commas separate the cells"),
    N_("Check that the file is whole"),
    N_("Check the date and the time"),
    N_("Check the sender's clock"),
    N_("Check the sender's clock and the offset"),
    N_("Compare it with the documentation"),
    N_("Export the recording again and check that it plays"),
    N_("Keep one of the two"),
    N_("Leave the field out or write a value"),
    N_("Name at least one"),
    N_("Name at most %(a)s"),
    N_("Name each purpose once"),
    N_("Put it in quotation marks"),
    N_("Remove it or check its spelling"),
    N_("Remove it: it would make another person of the same one"),
    N_("Remove line breaks and control characters"),
    N_("Save it as UTF-8"),
    N_("Send 1 or 2 channels"),
    N_("Send 4,000 to 96,000 Hz"),
    N_("Send WAV, FLAC, MP3, M4A, AAC, Ogg, WebM or AMR"),
    N_("Send a shorter recording, or have the limit raised in the settings"),
    N_("Send at least 0.1 s"),
    N_("Send only the documented fields"),
    N_("Send the recording again"),
    N_("Use 1 to %(a)s"),
    N_('Use {"0": "agent", "1": "customer"}, the reverse, or {"0": "mixed"}'),
    N_('Use the keys "0" and "1", or "0" alone for a mixed channel'),
    N_("Use one of %(a)s"),
    N_("Use two capital letters of ISO 3166-1, such as CN or DE, or leave it empty"),
    N_("Write a list, even of one"),
    N_("Write it as 2026-03-02T10:15:00+08:00"),
    N_("Write it as {…}"),
    N_("Write the fields of one call in {…}"),
    N_("%(a)s is not JSON"),
    N_("byte %(a)s is not UTF-8 (GBK, or damaged)"),
    N_("decoded, it is larger than %(a)s bytes"),
    N_("decoded, it is more than %(a)s times as large as the file"),
    N_("decoding it takes too much memory"),
    N_("decoding it went wrong"),
    N_("decoding takes too long"),
    N_("it begins or ends with a blank"),
    N_("it can't be read"),
    N_("it doesn't say who is where"),
    N_("it has %(a)s characters"),
    N_("it holds a value that can't be read"),
    N_("it holds characters that can't be printed"),
    N_("it holds half a character (a lone surrogate)"),
    N_("it is larger than %(a)s bytes"),
    N_("it is missing"),
    N_("it is nested deeper than %(a)s levels"),
    N_("it is no JSON from line %(a)s, column %(b)s on"),
    N_("it is no JSON object"),
    N_("it is no call id"),
    N_("it is no country"),
    N_("it is no date and time with offset (RFC 3339)"),
    N_("it is no list"),
    N_("it is no object with named fields"),
    N_("it is no text"),
    N_("it is none of the words allowed here"),
    N_("it is there twice"),
    N_("it lies before the year 2000"),
    N_("it lies in the future"),
    N_("it names a day or time that does not exist"),
    N_("it names a purpose twice"),
    N_("it names other channels than 0 and 1"),
    N_("most of the recording can't be decoded"),
    N_("no sample is a number (all are NaN or infinite)"),
    N_("the WAV header is broken or describes no sample format"),
    N_("the decoder failed on it"),
    N_("the file holds no sound"),
    N_("the file is damaged and can't be decoded"),
    N_("the file is empty"),
    N_("the file is larger than %(a)s bytes"),
    N_("the list is empty"),
    N_("the list is too long"),
    N_("the recording has %(a)s channels"),
    N_("the recording is longer than %(a)s s"),
    N_("the recording is only %(a)s ms long"),
    N_("the sample rate is %(a)s Hz"),
    N_("the sound is in a coding that isn't decoded here"),
    N_("there is no such field"),
    N_("the file is no recording; it looks like %(a)s"),
    N_("a PNG picture"),
    N_("a JPEG picture"),
    N_("a PDF document"),
    N_("a ZIP archive"),
    N_("a web page"),
    N_("text (XML or JSON)"),
    N_("text"),
    N_("the file holds a title (ID3) and no sound that can be recognised"),
    N_("the file has no header that tells its format; bare G.711 needs its format declared"),
)
"""What is wrong with a sidecar or a recording, and how to mend it."""

LOSSES: Final = (
    N_("%(a)s s of %(b)s s are there"),
    N_("%(a)s damaged pieces left out"),
    N_("%(a)s samples that are no numbers, now silence"),
    N_("the recording has %(a)s channel, its sidecar names %(b)s: taken as mixed"),
    N_("the recording has %(a)s channels, its sidecar names %(b)s: taken as mixed"),
    N_("same signal as channel %(a)s"),
    N_("digital silence"),
)
"""What was left out of a recording that was taken in."""

STORE: Final = (
    N_("a call of that name is on this box"),
    N_("another recording has that name on this box"),
    N_("this very recording is on this box"),
    N_("no call of that name is on this box"),
    N_("there is no audio of that call"),
    N_("there is no analysis of that call"),
    N_("only a failed call that still has its audio can be analysed again"),
    N_("the process that analysed it ended before it was done"),
    N_("its audio expired before it was analysed"),
    N_("the disk is full; nothing was changed (%(a)s)"),
    N_("another process kept it busy too long; nothing was changed (%(a)s)"),
    N_("Ask for the call that holds it"),
    N_("Check the name; erased calls leave no trace"),
    N_("Free some space and try again"),
    N_("It may have expired or not be there yet"),
    N_("Send it under another call_id"),
    N_("Try again"),
)
"""What the store says of calls."""

GATE_FIXES: Final = (
    N_("Send times with their offset, as RFC 3339 asks"),
    N_("Set the sender's or the box's clock"),
    N_("Send a basis for every party and purpose; without one the call can't be taken"),
    N_("Send a basis that names this purpose; without one the call can't be used for it"),
    N_("Send notice_id, evidence_ref and indicated_at with its offset"),
    N_("Send a basis that this jurisdiction knows, or name the jurisdiction if it is missing"),
    N_("Send the agreement or rules that bind the employer (hr_rules, contract, legal_duty)"),
    N_("Ask the customer for it separately and send basis separate_consent"),
    N_("Name the rules that were in force when the call began"),
    N_("Give notice before recording; this call can't be taken any more"),
    N_("Respect the refusal: don't send this call"),
    N_("Respect the withdrawal: erase the call"),
    N_("Ask for content that serves the purpose"),
    N_("Nothing can be done; retention is over"),
    N_("Nothing can be done; erased content doesn't come back, and a new recording needs a new call_id"),
    N_("Look at the folder `keys` of the box's home, then start the box again"),
)
"""What to do about the gate's no."""

SCORINGS: Final = (
    N_("it was scored anew by somebody else just now"),
    N_("Look at it again"),
    N_("scoring it anew went wrong (%(a)s); its present scores stand"),
    N_("See the log"),
    N_("the call has %(a)s earlier scorings"),
    N_("Leave it out, or count from 1"),
    N_("the call has no score of that name"),
    N_("the call has no such utterance"),
    N_("See `sottovoce box show CALL --json` for ids"),
    N_("the call is %(a)s, not analysed"),
    N_("Wait for its analysis, or see why not"),
)
"""What can be wrong with asking why, or with scoring anew."""

CORRECTIONS: Final = (
    N_("it is none of the changes that can be made"),
    N_("the analysis gave the utterance no such label"),
    N_("it isn't known who speaks here"),
    N_("it is none of the labels for that speaker"),
    N_("the analysis gave it already"),
    N_("that label has no kinds"),
    N_("the utterance carries no such label with a kind"),
    N_("it is of that kind already"),
    N_("it is none of the kinds of that label"),
    N_("nothing was promised there"),
    N_("it is due then already"),
    N_("it is neither side of the call"),
    N_("the analysis heard that side already"),
    N_("it is no date and time"),
    N_("it lies too far from the call"),
    N_("it lies before the call"),
    N_("no reason was given"),
    N_("the call has no such correction"),
    N_("Add the label `commitment` first"),
    N_("Check the year"),
    N_("Choose another change"),
    N_("Choose the right kind, or leave it as it is"),
    N_("Correct the speaker first"),
    N_("Give the right time, or leave it as it is"),
    N_("If its correction was wrong, take that back"),
    N_("If its removal was wrong, take that back"),
    N_("It may have been taken back already"),
    N_("Leave it out"),
    N_("Say in a few words what is wrong"),
    N_("Take its id from the call: u0001, …"),
    N_("Write it as 2026-03-05T18:00"),
)
"""What can be wrong with a correction, and how to mend it."""

FACTS: Final = (
    N_("it is neither UTF-8 nor GB 18030 (GBK)"),
    N_("it has more than %(a)s rows"),
    N_("it has no rows"),
    N_("it has %(a)s cells for %(b)s columns"),
    N_('there is no column "%(a)s"'),
    N_("the column %(a)s is there %(b)s times"),
    N_("a quotation mark is never closed, or stands inside a cell"),
    N_("a name is missing or has one character only"),
    N_("another product line has one of these names"),
    N_("row %(a)s is valid for the same product line and region on the same days"),
    N_("nine in ten orders can't arrive sooner than half of them"),
    N_("the row ends before it begins"),
    N_("it has more than %(a)s characters"),
    N_("it holds line breaks or characters that can't be printed"),
    N_("it is no number"),
    N_("it is no whole number"),
    N_("it isn't between 0 and %(a)s"),
    N_("it is no refund policy"),
    N_("it is no date"),
    N_("a role is there twice"),
    N_("a role has no name and limits"),
    N_("a limit can't be read"),
    N_("may_promise names a kind that isn't known"),
    N_("the table in the box's home is damaged"),
    N_("it can't be kept (%(a)s); the table before stays in force"),
    N_("%(a)s (and %(b)s more)"),
    N_("Check it"),
    N_("Check the disk and its free space"),
    N_("Change valid_from and valid_until, or keep one of the two"),
    N_("Check valid_from and valid_until"),
    N_("Give each name to one product line"),
    N_("Give p50 and p90 with p50 at most p90"),
    N_("Import it again: `sottovoce box facts import FILE`"),
    N_("Name each column once in the first line"),
    N_("Put cells that hold a comma in quotation marks"),
    N_("Save it as CSV UTF-8"),
    N_("Save the table as CSV again"),
    N_("Shorten it"),
    N_("Split it"),
    N_("Use *, none, or some of %(a)s"),
    N_("Write a count, such as 0 or 12"),
    N_("Write digits alone, such as 9 or 1999.5, or leave it empty"),
    N_("Write each role once"),
    N_("Write it as 2026-03-02, or leave it empty"),
    N_("Write it as staff: may_promise=stock|price max_discount_percent=5"),
    N_("Write it on one line"),
    N_("Write may_promise=stock|price and max_discount_percent=5, each once"),
    N_("Write none, conditional or unconditional, with days as in: conditional 7"),
    N_("Write one row for each product line"),
    N_("Write the words by which customers and staff call it"),
)
"""What is wrong with a facts table, and how to mend it."""

LIMITS: Final = (
    N_("这通电话里没有出现评这一项的机会，所以不打分。"),
    N_("可供判断的话太少，所以不打分。"),
    N_("录音听写的把握太低，所以不打分。"),
    N_("只看问了什么、有没有顺着客户的话往下问，不看客户是否愿意说。"),
    N_("话题按字词归类，可能漏掉换了说法的问题。"),
    N_("只看说了什么，不听语气：真诚与否听不出来。"),
    N_("客户没有说出口的情绪看不到。"),
    N_("分数从先验均值起算，一通电话里的机会越少，区间越宽。"),
    N_("起点是先验均值 %(a)s 分，各条证据的加减分与它相加即得总分。"),
    N_("只知道接入本机的跟进记录和本机上的呼出通话；别的联系看不到。约定的日期只列出，不影响分数。"),
    N_("自 %(a)s 提出异议以来还没有跟进记录，仍在等待（截尾观察，不算零分）。"),
    N_("从第一个异议到第一次跟进隔了 %(a)s 小时。"),
    N_("还没有“%(a)s”的记录，它的权重按比例分给了其余各维。"),
    N_("已计入通话后 %(a)s 天内的后续记录 %(b)s 条；只看通话本身是 %(c)s 分。"),
    N_("会后方案文档痕迹"),
    N_("客户登录系统"),
    N_("分数越高风险越大；只按话的说法判断，没有对照交期、库存和退赔规定。"),
    N_("分数越高风险越大；对照了本点的交期、库存、底价、退款和权限表，表里没有的只按话的说法判断。"),
    N_("转述别人的承诺或玩笑话可能被误认，请对照原话。"),
    N_("只看客户说的话和说话的时间，不听语气；没有说出口的情绪看不到。"),
    N_("情绪变化有许多原因：列出的坐席的话只是说在转折之前，不等于起因，也不用来评价坐席。"),
    N_("50 分表示离开时和来时一样；高于 50 是好转，低于 50 是变差。"),
    N_("有 %(a)s 句话分不清是谁说的，没有计入。"),
    N_("%(a)s等共 %(b)s 句话听得不够清楚，按把握的大小减轻了分量。"),
    N_("%(a)s共 %(b)s 句话听得不够清楚，按把握的大小减轻了分量。"),
)
"""What scores say of their own limits, in Chinese; the English catalogue translates them."""


def translate(sentence: str, write: Writer) -> str:
    """The sentence in the reader's language, or as it came where the catalogue doesn't know it.

    Several losses come as one sentence with "; " between; each is translated by itself.
    """
    if not sentence:
        return ""
    known = _translate(sentence, write)
    if known == sentence and "; " in sentence:
        return write.text(N_("; ")).join(_translate(part, write) for part in sentence.split("; "))
    return known


def _translate(sentence: str, write: Writer) -> str:
    if write.language == "zh" and (chinese := _gate().get(sentence)):
        return chinese
    direct = write.catalogue.ugettext(sentence)
    if direct != sentence:
        return direct
    for template, pattern in _patterns():
        if match := pattern.fullmatch(sentence):
            return write.text(template, **{name: _translate(part, write) for name, part in match.groupdict().items()})
    return sentence


@cache
def _gate() -> dict[str, str]:
    """The gate's English sentences with their Chinese ones, for every problem, party and purpose."""
    pairs = (
        gate_sentence(problem, party=party, purpose=purpose)
        for problem, party, purpose in product(GATE_SENTENCES, Party, Purpose)
    )
    return {english.rstrip("."): chinese.rstrip("。") for chinese, english in pairs}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Templates with places, as patterns; the wordiest first, so that a general one can't catch what it half fits."""
    templates = [text for text in (*INTAKE, *LOSSES, *STORE, *SCORINGS, *FACTS, *LIMITS) if "%(" in text]
    return tuple((template, _pattern(template)) for template in sorted(templates, key=len, reverse=True))


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", template)
    quoted = [re.escape(part) if index % 2 == 0 else f"(?P<{part}>[^;]+?)" for index, part in enumerate(parts)]
    return re.compile("".join(quoted))
