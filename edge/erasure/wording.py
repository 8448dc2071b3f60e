"""How erasures are told, in Chinese and English: the same sentences for pages, commands and certificates."""

from __future__ import annotations

from dataclasses import dataclass

from edge.erasure.trigger import Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One sentence in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh}  ({self.en})"

    def by(self, language: str) -> str:
        """In one language, `zh` or `en`."""
        return self.zh if language == "zh" else self.en


TRIGGERS = {
    Trigger.EXPIRED: Told(zh="保存期限已到", en="Its time was over"),
    Trigger.WITHDRAWN: Told(zh="本人撤回了同意", en="Consent was withdrawn"),
    Trigger.REFUSED_IN_CALL: Told(zh="通话中有人表示不同意", en="Somebody refused in the call itself"),
    Trigger.REQUESTED: Told(zh="本人要求删除", en="The person asked for it"),
    Trigger.OFFICER: Told(zh="合规负责人决定", en="The officer decided"),
    Trigger.SEALED_TOO_LONG: Told(zh="封存期间没有等到处理依据", en="No basis came while it waited sealed"),
    Trigger.HOLD_ENDED: Told(zh="法律保留已结束", en="The legal hold that had kept it ended"),
    Trigger.REPLAYED: Told(zh="恢复备份后重新擦除", en="Erased again after a restore"),
}

KINDS = {
    "header": Told(zh="依据与编号", en="bases and references"),
    "audio": Told(zh="录音", en="recording"),
    "analysis": Told(zh="转写与评分", en="transcript and scores"),
    "corrections": Told(zh="更正", en="corrections"),
}

METHOD = Told(
    zh="密码学擦除（NIST SP 800-88 Rev 2）：内容写入前即已加密，其密钥已销毁",
    en="cryptographic erase (NIST SP 800-88 Rev 2): content was encrypted before it was written, and its keys are gone",
)

DOESNT_PROVE = (
    Told(
        zh="擦除之前，能完全控制本机的人不曾从内存中复制密钥或内容",
        en="That nobody with full control of the machine copied keys or content out of its memory before the erasure",
    ),
    Told(
        zh="看过或导出过该通话的人不曾在盒子之外留下副本",
        en="That nobody who was shown the call, or exported it, kept a copy outside of the box",
    ),
    Told(
        zh="在备份到期日之前，别处没有擦除前的密钥库备份",
        en="That no backup of the key store from before the erasure exists anywhere until the day its backups expire",
    ),
    Told(
        zh="固态硬盘或快照不会自行留下已销毁密钥的旧数据块",
        en="That no solid-state disk or snapshot keeps old blocks of the destroyed keys on its own account",
    ),
)
"""Said on every certificate."""

CHECKS = {
    "leaf": Told(zh="证书与日志中的记录一致", en="the certificate says what its leaf in the log says"),
    "manifest": Told(zh="清单的摘要记在日志中", en="the log commits to the manifest"),
    "keys": Told(zh="销毁的密钥与日志一致", en="the destroyed keys are those in the log"),
    "samples": Told(zh="样本确为被擦除内容的密文", en="the samples are of what was erased"),
    "proof": Told(zh="该记录在已签名的日志中", en="the leaf stands in the signed log"),
    "epoch": Told(zh="旧的主密钥已换代销毁", en="the key-encryption key moved on and the old one is gone"),
    "trial": Told(zh="现有的任何密钥都打不开样本", en="nothing there is opens the samples"),
}
"""What is checked, by the name of its finding, as it is when it is right."""

FAULTS = {
    "changed": Told(zh="内容已被改动", en="it was changed"),
    "not_of_it": Told(zh="有样本不属于被擦除的内容", en="a sample isn't of what was erased"),
    "no_head": Told(zh="还没有已签名的日志头覆盖它", en="no signed head covers it yet"),
    "unreadable": Told(zh="证明无法读取", en="its proof can't be read"),
    "not_signed": Told(zh="日志头不是本盒子签的", en="its head isn't signed with this box's key"),
    "not_in_log": Told(zh="该记录不在所签的日志中", en="the leaf isn't in the log that was signed"),
    "not_moved": Told(
        zh="主密钥尚未换代，一小时内换代", en="the key-encryption key has yet to move on: within the hour"
    ),
    "still_there": Told(zh="旧的主密钥仍在", en="the old key is still there"),
    "opened": Told(zh="有密钥能打开样本，或已销毁的密钥仍在", en="a key opens them, or a destroyed key is there"),
}
"""What can be wrong with it."""
