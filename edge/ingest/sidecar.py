"""Reads the JSON that comes with a recording: who spoke, when, and on what basis it may be analysed."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Never

from edge.errors import BadInput, TooLarge, printable
from edge.ingest.header import read_header
from edge.records import CallHeader

FIELD = "sidecar"
SIDECAR_BYTES_MAX = 64 * 2**10  # a header with 32 bases takes some 10 KiB
DEPTH_MAX = 8  # the form needs 4; JSON parsers recurse

FIX_UTF_8 = "Save it as UTF-8"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def read_sidecar(data: bytes, *, now: datetime) -> CallHeader:
    """Read and check a sidecar. Strict: nothing is guessed, nothing unknown is passed over.

    Args:
        data: the file, UTF-8 with or without byte-order mark.
        now: the box's clock, with offset.
    Raises: BadInput with the field's path (`sidecar.bases[0].notice_id`), TooLarge past 64 KiB.
    """
    if len(data) > SIDECAR_BYTES_MAX:
        raise TooLarge(FIELD, f"it is larger than {SIDECAR_BYTES_MAX:,} bytes", "Send only the documented fields")
    text = _text(data)
    if _depth(text) > DEPTH_MAX:
        raise BadInput(FIELD, f"it is nested deeper than {DEPTH_MAX} levels", "Send only the documented fields")
    form = _parsed(text)
    if not isinstance(form, dict):
        raise BadInput(FIELD, "it is no JSON object", "Write the fields of one call in {…}")
    return read_header(form, now=now, prefix=FIELD)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"byte {error.start + 1} is not UTF-8 (GBK, or damaged)"
        raise BadInput(FIELD, problem, FIX_UTF_8) from None


def _depth(text: str) -> int:
    depth = deepest = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest


def _parsed(text: str) -> Any:
    try:
        form = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
        json.dumps(form, ensure_ascii=False).encode()  # an escape can make half a character, which nothing can store
        return form
    except UnicodeEncodeError:
        raise BadInput(FIELD, "it holds half a character (a lone surrogate)", FIX_UTF_8) from None
    except json.JSONDecodeError as error:
        problem = f"it is no JSON from line {error.lineno}, column {error.colno} on"
        raise BadInput(FIELD, problem, "Check that the file is whole") from None
    except (ValueError, RecursionError):
        # What is left are numbers of thousands of digits.
        raise BadInput(FIELD, "it holds a value that can't be read", "Send only the documented fields") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for key, value in pairs:
        if key in form:
            raise BadInput(f"{FIELD}.{printable(key)}", "it is there twice", "Keep one of the two")
        form[key] = value
    return form


def _no_constant(name: str) -> Never:
    raise BadInput(FIELD, f"{name} is not JSON", "Leave the field out or write a value")
