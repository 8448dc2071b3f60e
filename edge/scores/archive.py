"""Weights of the past, so that an old score can be computed again with the very numbers it was made with.

`weights_archive/` holds every released `weights.toml` under the hash that scores carry; a test asks for the present one
to be there before it can be replaced.
"""

from __future__ import annotations

import re

from edge.scores.weights import PATH, WEIGHTS, Weights, read_weights

ARCHIVE = PATH.with_name("weights_archive")
_VERSION = re.compile(r"[^+]+\+([0-9a-f]{12})")


def weights_of(version: str) -> Weights | None:
    """The weights of that version as scores name it (`1+0123456789ab`), or None where they can't be had any more.

    A file whose own hash differs from its name, or that lacks a number the present scores need, is as good as none.
    """
    if version == WEIGHTS.version:
        return WEIGHTS
    if (named := _VERSION.fullmatch(version)) is None:
        return None
    try:
        weights = read_weights((ARCHIVE / f"{named[1]}.toml").read_bytes())
    except (OSError, ValueError, KeyError):
        return None
    return weights if weights.version == version else None
