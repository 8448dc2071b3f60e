"""Why something is erased, and the law that asks for it."""

from __future__ import annotations

from enum import StrEnum


class Trigger(StrEnum):
    """Why something is erased. Values are stable: they are logged."""

    EXPIRED = "expired"  # its time is over
    WITHDRAWN = "withdrawn"  # a basis was withdrawn
    REFUSED_IN_CALL = "refused_in_call"  # somebody said no in the call itself
    REQUESTED = "requested"  # the person asked for it
    OFFICER = "officer"  # the officer decided, or an operator at the box
    SEALED_TOO_LONG = "sealed_too_long"  # no basis came while it waited unopened
    HOLD_ENDED = "hold_ended"  # it was due, and a legal hold had kept it
    REPLAYED = "replayed"  # erased before, and back from a backup

    @property
    def article(self) -> str:
        """The law behind it: PIPL, then GDPR."""
        return _ARTICLES[self]


_ARTICLES = {
    Trigger.EXPIRED: "PIPL 19, 47(1)(2); GDPR 5(1)(e)",
    Trigger.WITHDRAWN: "PIPL 15, 47(1)(3); GDPR 7(3), 17(1)(b)",
    Trigger.REFUSED_IN_CALL: "PIPL 14, 47(1)(3); GDPR 17(1)(b)",
    Trigger.REQUESTED: "PIPL 47; GDPR 17",
    Trigger.OFFICER: "PIPL 47; GDPR 5(1)(c), 17(1)(d)",
    Trigger.SEALED_TOO_LONG: "PIPL 4, 13, 47(1)(4); GDPR 6, 17(1)(d)",
    Trigger.HOLD_ENDED: "PIPL 47(1)(2); GDPR 5(1)(e), 17(1)",
    Trigger.REPLAYED: "PIPL 47; GDPR 17",
}
