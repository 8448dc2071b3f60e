"""Interval arithmetic over stretches of a call. Pure; every result is sorted and free of overlaps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from edge.records import Stretch


def clip(stretches: Iterable[Stretch], *, start_s: float, end_s: float) -> tuple[Stretch, ...]:
    """Cut stretches to a window, in their order; what is empty, reversed or not a number falls out."""
    kept = []
    for stretch in stretches:
        if not (math.isfinite(stretch.start_s) and math.isfinite(stretch.end_s)):
            continue
        cut = Stretch(start_s=max(start_s, stretch.start_s), end_s=min(end_s, stretch.end_s))
        if cut.end_s > cut.start_s:
            kept.append(cut)
    return tuple(kept)


def union(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The time covered by at least one stretch; touching stretches become one."""
    merged: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda one: one.start_s):
        if merged and stretch.start_s <= merged[-1].end_s:
            merged[-1] = Stretch(start_s=merged[-1].start_s, end_s=max(merged[-1].end_s, stretch.end_s))
        else:
            merged.append(stretch)
    return tuple(merged)


def intersection(one: Iterable[Stretch], other: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The time covered by both."""
    left, right = union(one), union(other)
    common = []
    i = j = 0
    while i < len(left) and j < len(right):
        start_s, end_s = max(left[i].start_s, right[j].start_s), min(left[i].end_s, right[j].end_s)
        if end_s > start_s:
            common.append(Stretch(start_s=start_s, end_s=end_s))
        if left[i].end_s < right[j].end_s:
            i += 1
        else:
            j += 1
    return tuple(common)


def gaps(stretches: Iterable[Stretch], *, start_s: float, end_s: float) -> tuple[Stretch, ...]:
    """The time of a window that no stretch covers."""
    free = []
    at_s = start_s
    for stretch in union(clip(stretches, start_s=start_s, end_s=end_s)):
        if stretch.start_s > at_s:
            free.append(Stretch(start_s=at_s, end_s=stretch.start_s))
        at_s = stretch.end_s
    if end_s > at_s:
        free.append(Stretch(start_s=at_s, end_s=end_s))
    return tuple(free)


def total_s(stretches: Sequence[Stretch]) -> float:
    """Summed length in seconds; overlaps count twice, so hand in a union where they must not."""
    return math.fsum(stretch.end_s - stretch.start_s for stretch in stretches)
