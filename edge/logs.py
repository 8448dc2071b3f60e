"""Structured logs that can't hold content: only listed keys get through; an exception leaves its type and place."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

ALLOWED = frozenset(
    [
        "actor",
        "attempt",
        "bytes",
        "call",
        "code",
        "count",
        "error",
        "event",
        "incident",
        "level",
        "method",
        "path",
        "port",
        "reason",
        "seconds",
        "share",
        "site",
        "stage",
        "state",
        "status",
        "timestamp",
        "version",
        "where",
    ]
)
"""`call` is a keyed log reference, never a call_id: exchanges put telephone numbers into those. `path` is a route's
pattern, never what stood in its place; `actor` an account's or a certificate's name."""


def keep_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that isn't on the list, and say how many were dropped."""
    kept = {key: value for key, value in event.items() if key in ALLOWED}
    if dropped := len(event) - len(kept):
        kept["withheld"] = dropped
    return kept


def name_exception(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and the last place in our code: messages and locals may hold content."""
    if event.pop("exc_info", None):
        kind, error, _trace = sys.exc_info()
        frames = (
            [frame for frame in traceback.extract_tb(error.__traceback__) if "edge" in frame.filename] if error else []
        )
        event["error"] = kind.__name__ if kind else "unknown"
        event["where"] = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return event


def configure(stream: TextIO = sys.stderr) -> None:
    """Send our logs as JSON lines to `stream`, and let no library write its own below an error."""
    logging.basicConfig(
        level=logging.ERROR, stream=stream, format='{"level": "error", "logger": "%(name)s"}', force=True
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            name_exception,
            keep_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
