"""Words that must be nowhere, in every form in which they could lie about."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030")
BASE64_GROUP = 3


def forms(text: str) -> dict[str, bytes]:
    """A text as bytes: in several encodings, each also as hex and base64 at every alignment; escaped; in addresses."""
    found: dict[str, bytes] = {"json": json.dumps(text).strip('"').encode(), "address": quote(text, safe="").encode()}
    for encoding in ENCODINGS:
        plain = text.encode(encoding)
        found |= {
            encoding: plain,
            f"{encoding} hex": plain.hex().encode(),
            f"{encoding} HEX": plain.hex().upper().encode(),
        }
        for shift in range(BASE64_GROUP):
            found[f"{encoding} base64+{shift}"] = _base64(plain, shift)
            found[f"{encoding} base64url+{shift}"] = _base64(plain, shift).translate(bytes.maketrans(b"+/", b"-_"))
    return found


def _base64(plain: bytes, shift: int) -> bytes:
    """The characters that any longer base64 text holds if it holds these bytes, so many after a group's begin."""
    whole = base64.b64encode(b"\0" * shift + plain)
    first = -(-shift * 8 // 6)
    last = (shift + len(plain)) * 8 // 6
    return whole[first:last]


def hits(texts: Iterable[str], places: Iterable[Path], spoken: str = "") -> list[str]:
    """Where any of the texts lies, in any form: in files, in names of files and folders, and in what was said."""
    wanted = [(text, form, written) for text in texts for form, written in forms(text).items()]
    everywhere = {"what was said": spoken.encode(errors="surrogatepass")}
    for place in places:
        for path in (place, *place.rglob("*")):
            everywhere[str(path)] = str(path).encode() + (path.read_bytes() if path.is_file() else b"")
    return [
        f"{text} ({form}) in {where}"
        for where, content in everywhere.items()
        for text, form, written in wanted
        if written in content
    ]
