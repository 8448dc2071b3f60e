"""Brings a recording and the channels its sidecar names together where they differ in number.

Exchanges that are set to stereo write mono after an update, and the other way round. The words are all there, so the
call is taken as mixed, with a warning, rather than lost: who speaks is then told by voice and words, and doubtful turns
enter no score.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from edge.records import Audio, ChannelRole

MIXED = (ChannelRole.MIXED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A recording with as many channels as roles; `warning` says what had to give."""

    audio: Audio
    roles: tuple[ChannelRole, ...]
    warning: str | None


def fit(audio: Audio, named: tuple[ChannelRole, ...]) -> Layout:
    """Give every channel of the recording a role."""
    found = audio.samples.shape[0]
    if found == len(named):
        return Layout(audio=audio, roles=named, warning=None)
    warning = f"the recording has {found} channel{'s' * (found > 1)}, its sidecar names {len(named)}: taken as mixed"
    if found == 1:
        return Layout(audio=audio, roles=MIXED, warning=warning)
    return Layout(audio=_mix(audio), roles=MIXED, warning=warning)


def _mix(audio: Audio) -> Audio:
    """One channel from two; a channel that is wired the wrong way round would else cancel the other."""
    left, right = audio.samples.astype(np.int32)
    inverted = np.dot(left.astype(np.float64), right.astype(np.float64)) < 0
    mixed = (left - right if inverted else left + right) // 2
    return replace(audio, samples=mixed.astype(np.int16)[np.newaxis, :])
