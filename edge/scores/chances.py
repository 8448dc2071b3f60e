"""Arithmetic of chances."""

from __future__ import annotations

import math
from collections.abc import Iterable


def any_of(chances: Iterable[float]) -> float:
    """How likely at least one of several independent things is so, 0 to 1; 0 where there is none."""
    return 1.0 - math.prod(1.0 - chance for chance in chances)
