"""One canonical way to write several fields as bytes, so that no two lists of fields look alike."""

from __future__ import annotations


def encode(domain: str, *fields: str | int | bytes) -> bytes:
    """Join fields, each with type and length (4 bytes, big-endian) in front; `domain` says what they are for."""
    return b"".join(_framed(field) for field in (domain, *fields))


def _framed(field: str | int | bytes) -> bytes:
    if isinstance(field, str):
        mark, content = b"s", field.encode("utf-8")
    elif isinstance(field, int):
        mark, content = b"i", str(field).encode("ascii")
    else:
        mark, content = b"b", field
    return mark + len(content).to_bytes(4, "big") + content
