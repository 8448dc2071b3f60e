"""What can go wrong on a box, as the caller sees it: which field, what is wrong, how to mend it.

One table per border maps these to the wire (`rpc/errors.py`, `web/errors.py`, `cli.py`). Messages never hold
content: no transcript text, no names, no references.
"""

from __future__ import annotations

NAME_CHARACTERS_MAX = 64  # of an unknown name, as far as it is repeated in an error


class BoxError(Exception):
    """Base of every error that a caller of the box can be shown.

    Args:
        field: name of the input that is wrong, as the caller wrote it (`sidecar.started_at`, `audio`).
        problem: what is wrong with it, in one sentence.
        fix: what to do about it, in one sentence.
    """

    def __init__(self, field: str, problem: str, fix: str) -> None:
        super().__init__(f"{field}: {problem}. {fix}")
        self.field = field
        self.problem = problem
        self.fix = fix

    def as_dict(self) -> dict[str, str]:
        """As the contract's JSON tells it."""
        return {"field": self.field, "problem": self.problem, "fix": self.fix}


class BadInput(BoxError):
    """The caller sent something that can never be accepted as it is (exit code 2, 400, INVALID_ARGUMENT)."""


class TooLarge(BadInput):
    """A limit on bytes, time, duration or memory was passed (413, RESOURCE_EXHAUSTED)."""


class Refused(BoxError):
    """The consent gate said no: no basis, no key (exit code 2, 403, FAILED_PRECONDITION)."""


class NotFound(BoxError):
    """Nothing of that name is on this box (exit code 2, 404, NOT_FOUND)."""


class Conflict(BoxError):
    """The name is taken by something else, or the state doesn't allow it (exit code 2, 409, ALREADY_EXISTS)."""


class NotReady(BoxError):
    """The box can't do it now: models missing, keys locked, disk full (exit code 1, 503, UNAVAILABLE)."""


def port_taken(setting: str) -> BadInput:
    """The error of a door that can't listen: something else does, or the address isn't this machine's.

    Args:
        setting: the port's, such as `serve.web_port`.
    """
    return BadInput(f"settings.{setting}", "the port can't be listened on", "Stop what listens there, or set another")


def printable(name: str) -> str:
    """A name from outside as it may stand in an error: short, on one line, without control characters."""
    short = name if len(name) <= NAME_CHARACTERS_MAX else name[:NAME_CHARACTERS_MAX] + "…"
    return "".join(character if character.isprintable() else "�" for character in short)
