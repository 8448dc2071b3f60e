"""Mail addresses, in the one form under which they are compared."""

from __future__ import annotations

import re

ADDRESS_CHARACTERS_MAX = 254  # RFC 5321, section 4.5.3.1.3, less the brackets
_ADDRESS = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,253}")


def read_address(text: str) -> str | None:
    """An address in small letters, or None where it is none.

    Strictly the part before the @ may tell large letters from small; no mail system in use does.
    """
    address = text.strip().lower()
    return address if len(address) <= ADDRESS_CHARACTERS_MAX and _ADDRESS.fullmatch(address) else None


def domain_of(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2]
