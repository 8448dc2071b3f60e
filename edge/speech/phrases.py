"""Phrases that Whisper learnt from subtitles and writes where nobody speaks.

Two tiers, matched against a whole utterance and never inside one: credits that nobody says in a sales call are always
dropped, what a person may say is dropped only where the recogniser was unsure. Single words (订阅, 关注, 点赞) are in
neither: they are real sales talk. Collected from filters in public projects; the reasons stand in docs/speech.md.
"""

from __future__ import annotations

import re
import unicodedata

CHARACTERS_MAX = 40  # an invention is a short line by itself
UNSURE_BELOW = 0.6  # confidence

_ALWAYS = re.compile(
    r"明镜(与|和|火拍)?点点|点点栏目"
    r"|^(中文)?字幕(由|by|:|组|志愿|制作|提供|校对|翻译|君)|字幕(由.*)?(提供|制作)$|字幕志愿者|优优独播|amara\.?org|索兰娅"
    r"|^(作词|作曲|编曲|词曲|演唱|李宗盛)([:：]|$|作曲|编曲|李宗盛)"
    r"|^请不吝点赞|^(subtitles|captions|transcription|translat(ed|ion))(by|provided)|subtitlesby|^(www|https?:)"
    r"|^thanksforwatchingandsubscrib|^pleasesubscribetomychannel|^(music|applause|laughter|silence|blankaudio)$"
    r"|^(音乐|掌声|笑声|背景音乐|静音|音乐播放中|空白)$"
)
_IF_UNSURE = re.compile(
    r"^((谢谢|感谢)(大家|您|你|你们|各位)?(的)?(观看|收看|收听|聆听|支持)|多谢您?的?(观看|收看|收听|聆听)|.{0,6}(下集|下期|下次|下个视频)再见"
    r"|(请|欢迎|记得)?(大家)?(点赞|订阅|关注|转发|打赏|收藏)+(支持)?(我们?)?(的)?(频道|栏目)?|未经(作者)?(许可|授权).{0,12}|本(期|集|节目).{0,8}(结束|到此|到这).{0,4}"
    r"|小编.{0,8}|我们下.{0,4}再见|大家好我是.{0,8}"
    r"|thank(s|you)(all)?(so|very)?(much)?(for)?(watching|listening|viewing)?|(bye)+|you|seeyou(inthe)?next(time|video|one)?"
    r"|(please)?(like|share|subscribe)(and(like|share|subscribe))*)$"
)


def invented(text: str, confidence: float, *, prompt: str = "") -> bool:
    """Whether a whole utterance is a known invention, or an echo of the prompt the recogniser was given."""
    line = _bare(text)
    if not line or len(line) > CHARACTERS_MAX:
        return False
    if prompt and len(line) >= 4 and line in _bare(prompt):
        return True
    return bool(_ALWAYS.search(line)) or (confidence < UNSURE_BELOW and bool(_IF_UNSURE.search(line)))


def _bare(text: str) -> str:
    """Letters and digits only, lower case: punctuation and spaces differ from one invention to the next."""
    kept = (
        character
        for character in unicodedata.normalize("NFKC", text).lower()
        if character.isalnum() or character in ":."
    )
    return "".join(kept).strip(".:")
