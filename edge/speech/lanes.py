"""Lanes: the channels of a recording that are worth hearing, each with its stretches of speech."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.records import Audio, ChannelRole, Stretch
from edge.speech.channels import same_signal
from edge.speech.crosstalk import leaked
from edge.speech.track import Track, frame_levels_db
from edge.speech.voice import FRAME_S, VoiceDetector, stretches


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lane:
    """One channel with what is known of it before any word is."""

    channel: int
    role: ChannelRole
    track: Track
    stretches: tuple[Stretch, ...]
    note: str

    @property
    def speech_s(self) -> float:
        """Seconds of speech."""
        return sum(stretch.end_s - stretch.start_s for stretch in self.stretches)


def lanes(audio: Audio, roles: tuple[ChannelRole, ...], detector: VoiceDetector) -> tuple[Lane, ...]:
    """One lane per channel, in order; a lane without speech has no stretches and says why in its note.

    Two channels with one signal are one mixed lane and an empty one: decoded twice, everything would be said by both.
    """
    count = audio.samples.shape[0]
    copied = count == 2 and same_signal(audio.samples, audio.rate_hz)
    tracks = [Track(channel, audio.rate_hz) for channel in audio.samples]
    if copied:
        first = _lane(0, ChannelRole.MIXED, tracks[0], detector.probabilities(tracks[0]))
        return first, Lane(channel=1, role=roles[1], track=tracks[1], stretches=(), note="same signal as channel 0")
    heard = [detector.probabilities(track) for track in tracks]
    if count == 2:
        heard = _own(heard, tracks)
    return tuple(_lane(index, roles[index], tracks[index], heard[index]) for index in range(count))


def _own(heard: list[NDArray[np.float32]], tracks: list[Track]) -> list[NDArray[np.float32]]:
    """The probabilities of both channels without what each picks up of the other."""
    levels = [frame_levels_db(track.samples, track.rate_hz, FRAME_S) for track in tracks]
    frames = min(len(item) for item in (*heard, *levels))
    heard, levels = [item[:frames] for item in heard], [item[:frames] for item in levels]
    marks = [leaked(heard[one], levels[one], heard[1 - one], levels[1 - one]) for one in (0, 1)]
    return [np.where(mark, np.float32(0), item) for mark, item in zip(marks, heard, strict=True)]


def _lane(channel: int, role: ChannelRole, track: Track, probabilities: NDArray[np.float32]) -> Lane:
    note = "digital silence" if track.silent else ""
    return Lane(channel=channel, role=role, track=track, stretches=stretches(probabilities), note=note)
