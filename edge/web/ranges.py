"""One byte range of a recording held in memory (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BYTES = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """Bytes `start` to `end - 1` of a body of `size` bytes; never empty."""

    start: int
    end: int
    size: int

    @property
    def content_range(self) -> str:
        """The value of the Content-Range header."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


class RangeError(Exception):
    """The range begins past the end (416)."""


def read_range(header: str | None, size: int) -> ByteRange | None:
    """The range that a Range header asks for, or None where the whole body is the answer.

    Several ranges, other units and malformed headers are ignored, as the RFC permits.
    Args:
        header: value of Range, if sent.
        size: of the body, in bytes.
    Raises: RangeError.
    """
    match = _BYTES.fullmatch(header.strip()) if header else None
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise RangeError
    return ByteRange(start=start, end=end, size=size)
