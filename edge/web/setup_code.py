"""The one-time code that lets somebody with access to the box, and nobody else on the network, claim it."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path
from typing import Final

FILE_NAME: Final = "setup-code"
# Without the letters and digits that are taken for one another on paper.
_ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_GROUPS, _GROUP_LENGTH = 4, 5  # 20 characters of 30: 98 bits


class SetupCode:
    """The code of one box, kept in `HOME/setup-code` (mode 0600) until it is used.

    Args:
        home: the box's folder.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / FILE_NAME

    @property
    def path(self) -> Path:
        """Where the code can be read by who may log into the machine."""
        return self._path

    def ensure(self) -> str:
        """The code; made and synced to disk if there is none yet."""
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if code := self._read():
                return code
            self._path.unlink()  # power was lost between creating and writing it
            return self.ensure()
        code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
        with os.fdopen(descriptor, "w") as file:
            file.write(code + "\n")
            file.flush()
            os.fsync(file.fileno())
        return code

    def matches(self, typed: str) -> bool:
        """Whether this is the code, however it was spaced and cased. False once it is burnt."""
        code = self._read()
        return bool(code) and hmac.compare_digest(_plain(typed).encode(), _plain(code).encode())

    def burn(self) -> None:
        """Make the code worthless."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> str:
        try:
            return self._path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""


def _plain(code: str) -> str:
    return "".join(character for character in code.upper() if character.isalnum())
